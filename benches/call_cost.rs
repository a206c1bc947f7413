//! The cost of a call of the generated function in addition to a call of the bare entry point, and of a plain function.

use std::hint::black_box;
use std::ptr;

use crate::timing::{medians, Candidate};

const ROUNDS: usize = 201;
const ITERATIONS: u32 = 100_000;

pub fn report() {
    println!("\ncost of a call, ns (median of {ROUNDS} interleaved rounds of {ITERATIONS} calls)");
    native::add_one();
    xlsynth::add_one();
    native::compound_shapes();
    xlsynth::compound_shapes();
}

/// What a compiler makes of the same function in another language.
#[inline(never)]
extern "C" fn plain_add_one(x: u8) -> u8 {
    x.wrapping_add(1)
}

/// The measurements of one back end.
macro_rules! back_end {
    ($name:ident, $add_one:ident, $compound_shapes:ident) => {
        mod $name {
            use super::*;
            use $compound_shapes::{Output, Tuple0};

            pub(super) fn add_one() {
                let entry = $add_one::ENTRY;
                let plain: extern "C" fn(u8) -> u8 = black_box(plain_add_one);
                let mut runner = $add_one::Runner::new();
                print(concat!("add_one, ", stringify!($name)), &mut [
                    Candidate {
                        name: "bare entry point",
                        run: Box::new(|n| {
                            for i in 0..n {
                                let (input, mut output) = (i as u8, 0u8);
                                // SAFETY: one bits[8] in and out; the function has no events, scratch or callbacks.
                                unsafe {
                                    entry(
                                        [ptr::from_ref(&input)].as_ptr(),
                                        [ptr::from_mut(&mut output)].as_ptr(),
                                        ptr::null_mut(),
                                        ptr::null_mut(),
                                        ptr::null_mut(),
                                        ptr::null_mut(),
                                        0,
                                    )
                                };
                                black_box(output);
                            }
                        }),
                    },
                    Candidate {
                        name: "plain function",
                        run: Box::new(|n| (0..n).for_each(|i| { black_box(plain(i as u8)); })),
                    },
                    Candidate {
                        name: "generated function",
                        run: Box::new(|n| (0..n).for_each(|i| { black_box($add_one::add_one(i as u8)); })),
                    },
                    Candidate {
                        name: "Runner::run",
                        run: Box::new(|n| (0..n).for_each(|i| { black_box(runner.run(i as u8)); })),
                    },
                ]);
            }

            pub(super) fn compound_shapes() {
                let entry = $compound_shapes::ENTRY;
                let mut runner = $compound_shapes::Runner::new();
                let mut in_place = $compound_shapes::Runner::new();
                let (bytes, pairs) = ([1u8, 2, 3, 4], [Tuple0(1, 2), Tuple0(3, 4)]);
                print(concat!("compound_shapes, ", stringify!($name)), &mut [
                    Candidate {
                        name: "bare entry point",
                        run: Box::new(|n| {
                            let mut output = Output::default();
                            for i in 0..n {
                                let point = Tuple0(i as u8, i as u16);
                                // SAFETY: parameters and result in the ABI's layout; no events, scratch or callbacks.
                                unsafe {
                                    entry(
                                        [ptr::from_ref(&point).cast(), bytes.as_ptr(), pairs.as_ptr().cast()].as_ptr(),
                                        [ptr::from_mut(&mut output).cast()].as_ptr(),
                                        ptr::null_mut(),
                                        ptr::null_mut(),
                                        ptr::null_mut(),
                                        ptr::null_mut(),
                                        0,
                                    )
                                };
                                black_box(&output);
                            }
                        }),
                    },
                    Candidate {
                        name: "generated function",
                        run: Box::new(|n| {
                            for i in 0..n {
                                // Looked at where it is, as the bare call's result is: handing it on would be a copy of
                                // its own.
                                let point = Tuple0(i as u8, i as u16);
                                let output = $compound_shapes::compound_shapes(&point, &bytes, &pairs);
                                black_box(&output);
                            }
                        }),
                    },
                    Candidate {
                        name: "Runner::run",
                        run: Box::new(|n| {
                            for i in 0..n {
                                let output = runner.run(&Tuple0(i as u8, i as u16), &bytes, &pairs);
                                black_box(&output);
                            }
                        }),
                    },
                    Candidate {
                        name: "Runner::run_into",
                        run: Box::new(|n| {
                            let mut output = Output::default();
                            for i in 0..n {
                                in_place.run_into(&Tuple0(i as u8, i as u16), &bytes, &pairs, &mut output);
                                black_box(&output);
                            }
                        }),
                    },
                ]);
            }
        }
    };
}

back_end!(native, add_one_native, compound_shapes_native);
back_end!(xlsynth, add_one_xlsynth, compound_shapes_xlsynth);

fn print(function: &str, candidates: &mut [Candidate<'_>]) {
    let times = medians(candidates, ROUNDS, ITERATIONS);
    for (candidate, time) in candidates.iter().zip(&times) {
        println!("  {function:<24} {:<20} {time:>7.2}  ({:+.2} over the bare entry)", candidate.name, time - times[0]);
    }
}
