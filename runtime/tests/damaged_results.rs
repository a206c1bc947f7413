//! A result with invalid bits is found before it becomes a value of its type, in debug builds.
//!
//! A `bool` that is neither 0 nor 1 cannot be told from one that is, once Rust takes it for a `bool`: compilers drop such
//! checks. The "compiled" functions below return good results for 0 and damaged ones for 1, through both entry points,
//! in each class of how results travel: one register, several, memory. BUILD.bazel builds this test optimised too, with
//! checks on, because that is where checks get lost.

use core::ffi::c_void;
use std::panic::{catch_unwind, AssertUnwindSafe};

use xls_aot_runtime::abi::{EventSink, InstanceContext};
use xls_aot_runtime::private::{self, XlsEntry, XlsFunction};
use xls_aot_runtime::{Artifact, Bits8, EventSite, Features, SiteKind};

/// `(bits[1], bits[16])`
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flagged(bool, u16);
private::abi_struct!(Flagged, size 4, align 2, { 0: bool = 0, 1: u16 = 2 });

/// `(bits[64], bits[1][3][8])`
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Large(u64, [[bool; 3]; 8]);
private::abi_struct!(Large, size 32, align 8, { 0: u64 = 0, 1: [[bool; 3]; 8] = 8 });

static SITE: EventSite =
    EventSite { kind: SiteKind::Assertion { message: "never" }, label: None, function: "fake", position: None };

const fn artifact(features: Features) -> Artifact {
    Artifact {
        abi_version: 2,
        features,
        symbol: "fake",
        backend: "none",
        target: "any",
        cpu_baseline: "any",
        ir_sha256: "",
        top: "fake",
        crate_name: "fake",
        tool_version: "0",
    }
}

/// A function from `bits[8]` to `$output`: its bytes for 0, for 1, and `$raw`, the same bytes as integers for C.
macro_rules! fake {
    ($name:ident, $direct:ident, $output:ty, $raw:ty, good $good:expr, bytes $bytes:expr, damaged at $at:literal: $byte:literal) => {
        mod $name {
            use super::*;

            pub const GOOD: $output = $good;
            const SIZE: usize = size_of::<$output>();

            fn bytes(input: u8) -> [u8; SIZE] {
                let mut bytes: [u8; SIZE] = $bytes;
                if std::hint::black_box(input) == 1 {
                    bytes[$at] = $byte;
                }
                bytes
            }

            /// The compiled function, which knows bytes only.
            mod object {
                use super::*;

                #[no_mangle]
                #[allow(unnecessary_transmutes)] // of some types only
                extern "C" fn $direct(input: u8) -> $raw {
                    // SAFETY: integers of the same size.
                    unsafe { core::mem::transmute(bytes(input)) }
                }
            }

            #[allow(improper_ctypes)]
            unsafe extern "C" {
                fn $direct(input: u8) -> private::DirectOutput<$output>;
            }

            unsafe extern "C" fn entry(
                inputs: *const *const u8,
                outputs: *const *mut u8,
                _temp: *mut c_void,
                _events: *mut EventSink,
                _context: *mut InstanceContext,
                _runtime: *mut c_void,
                _continuation: i64,
            ) -> i64 {
                // SAFETY: one byte in, an `$output` out.
                unsafe { (*outputs).copy_from_nonoverlapping(bytes((*inputs).read()).as_ptr(), SIZE) };
                0
            }

            pub enum Plain {}

            // SAFETY: as stated right here, but for the damage, which only debug builds see.
            unsafe impl XlsFunction for Plain {
                type Output = $output;
                const ENTRY: XlsEntry = entry;
                const ARTIFACT: Artifact = artifact(Features::DIRECT);
                const TEMP_SIZE: usize = 0;
                const TEMP_ALIGN: usize = 1;
                const SITES: &'static [EventSite] = &[];
            }

            pub enum Asserting {}

            // SAFETY: as above.
            unsafe impl XlsFunction for Asserting {
                type Output = $output;
                const ENTRY: XlsEntry = entry;
                const ARTIFACT: Artifact = artifact(Features::ASSERTIONS);
                const TEMP_SIZE: usize = 0;
                const TEMP_ALIGN: usize = 1;
                const SITES: &'static [EventSite] = &[SITE];
            }

            #[inline(never)]
            pub fn direct(input: u8) -> $output {
                // SAFETY: the function above.
                unsafe { private::direct_output::<Plain>($direct(input)) }
            }

            #[test]
            fn is_found() {
                type Call = fn(u8) -> $output;
                // SAFETY, for each: one byte parameter.
                let calls: [(&str, Call); 9] = [
                    ("direct", direct),
                    ("run", |x| unsafe { private::run::<Plain, 1>([private::input(&x)]) }),
                    ("run_boxed", |x| unsafe { *private::run_boxed::<Plain, 1>([private::input(&x)]) }),
                    ("run_fallible", |x| unsafe {
                        private::run_fallible::<Asserting, 1>([private::input(&x)]).unwrap()
                    }),
                    ("run_fallible_boxed", |x| unsafe {
                        *private::run_fallible_boxed::<Asserting, 1>([private::input(&x)]).unwrap()
                    }),
                    ("Runner::run", |x| unsafe { private::Runner::<Plain>::new().run([private::input(&x)]) }),
                    ("Runner::run_fallible", |x| unsafe {
                        private::Runner::<Asserting>::new().run_fallible([private::input(&x)]).unwrap()
                    }),
                    ("Runner::run_with_events", |x| unsafe {
                        private::Runner::<Asserting>::new().run_with_events([private::input(&x)]).0
                    }),
                    ("Runner::run_into", |x| unsafe {
                        let mut output = private::zeroed();
                        private::Runner::<Plain>::new().run_into([private::input(&x)], &mut output);
                        output
                    }),
                ];
                for (name, call) in calls {
                    assert_eq!(call(0), GOOD, "{name}");
                    if cfg!(debug_assertions) {
                        let panic = catch_unwind(|| call(1)).expect_err(name);
                        assert_eq!(
                            panic.downcast_ref::<String>().unwrap(),
                            "the result of `fake` has unused bits set: the object is damaged"
                        );
                    }
                }
                if cfg!(debug_assertions) {
                    // A caller's place is left with a valid value.
                    let mut output = GOOD;
                    let mut runner = private::Runner::<Asserting>::new();
                    // SAFETY: one byte parameter.
                    let call = || unsafe { runner.run_with_events_into([private::input(&1u8)], &mut output) };
                    assert!(catch_unwind(AssertUnwindSafe(call)).is_err());
                    assert_eq!(output, private::zeroed::<$output>());
                }
            }
        }
    };
}

/// How C returns three bytes.
#[repr(C)]
struct Three([u8; 3]);

/// How C returns 32 bytes.
#[repr(C, align(8))]
struct ThirtyTwo([u8; 32]);

fake!(bit, damaged_bit, bool, u8, good true, bytes [1], damaged at 0: 2);
fake!(bit_of_high_bit, damaged_bit_of_high_bit, bool, u8, good false, bytes [0], damaged at 0: 0x80);
fake!(five_bits, damaged_five_bits, Bits8<5>, u8, good Bits8::MAX, bytes [31], damaged at 0: 32);
fake!(bits_in_an_array, damaged_array, [bool; 3], Three, good [true, false, true], bytes [1, 0, 1], damaged at 2: 3);
fake!(bit_in_a_tuple, damaged_tuple, Flagged, u32, good Flagged(true, 0xff02), bytes [1, 0, 2, 0xff], damaged at 0: 0xff);
fake!(
    bit_in_memory, damaged_memory, Large, ThirtyTwo, good Large(1, [[true; 3]; 8]),
    bytes std::array::from_fn(|i| u8::from(i == 0 || i >= 8)), damaged at 31: 2
);

type Wide = xls_aot_runtime::WideBits<129, 4>;

/// How C returns a vector of 129 bits.
#[repr(C, align(16))]
struct FourLimbs([u8; 32]);

fake!(
    wide_bits, damaged_wide_bits, Wide, FourLimbs, good Wide::MAX,
    bytes std::array::from_fn(|i| match i { 0..=15 => 0xff, 16 => 1, _ => 0 }), damaged at 16: 2
);
fake!(
    wide_bits_in_an_unused_limb, damaged_unused_limb, Wide, FourLimbs, good Wide::ZERO, bytes [0; 32], damaged at 31: 1
);
