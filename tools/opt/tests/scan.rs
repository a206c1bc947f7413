//! The pass that recognises counts of leading and trailing zeros: random trees and chains of selections that count, and such
//! with a mistake, agree with the function as written.

use std::fmt::Write;

use xls_aot_eval::{Evaluator, Options as EvalOptions};
use xls_aot_ir::{print_package, read_package, verify, Bits, FuncId, Package, Value};
use xls_aot_opt::{optimize_with_report, OptLevel, Options};
use xls_aot_values::Random;

const RULE: &str = "leading_zeros";

/// A function of `x` and a bit `y` that is written.
struct Writer {
    random: Random,
    text: String,
    next: usize,
    /// Width of the count.
    width: u32,
    /// The bits that are counted, in order.
    bits: Vec<String>,
}

impl Writer {
    fn add(&mut self, width: u32, expression: &str) -> String {
        let name = format!("v{}", self.next);
        self.next += 1;
        writeln!(self.text, "  {name}: bits[{width}] = {expression}").unwrap();
        name
    }

    /// Whether any of the bits is set.
    fn any(&mut self, from: usize, to: usize) -> String {
        if to - from == 1 {
            return self.bits[from].clone();
        }
        let middle = self.random.between(from + 1, to - 1);
        let (a, b) = (self.any(from, middle), self.any(middle, to));
        match self.random.below(3) {
            0 => {
                let none = self.add(1, &format!("nor({a}, {b})"));
                self.add(1, &format!("not({none})"))
            }
            1 => {
                let (a, b) = (self.add(1, &format!("not({a})")), self.add(1, &format!("not({b})")));
                self.add(1, &format!("nand({a}, {b})"))
            }
            _ => self.add(1, &format!("or({a}, {b})")),
        }
    }

    /// The value by the first bit of a range that is set. The last bit counts as set.
    fn count(&mut self, values: &[u64], from: usize, to: usize) -> String {
        let width = self.width;
        if to - from == 1 {
            return self.add(width, &format!("literal(value={})", values[from]));
        }
        let chain = self.random.below(3) == 0;
        let middle = if chain { from + 1 } else { self.random.between(from + 1, to - 1) };
        let any = self.any(from, middle);
        let (first, rest) = (self.count(values, from, middle), self.count(values, middle, to));
        match self.random.below(3) {
            0 => self.add(width, &format!("priority_sel({any}, cases=[{first}], default={rest})")),
            1 => {
                let none = self.add(1, &format!("not({any})"));
                self.add(width, &format!("sel({none}, cases=[{first}, {rest}])"))
            }
            _ => self.add(width, &format!("sel({any}, cases=[{rest}, {first}])")),
        }
    }
}

/// A function, and whether it has no mistake.
fn function(seed: u64) -> (String, u32, bool) {
    let mut random = Random::new(seed, 0);
    let x_width = random.between(8, 64) as u32;
    let count = random.between(6, x_width as usize);
    let lowest = random.between(0, x_width as usize - count);
    let mut w = Writer { random, text: String::new(), next: 0, width: 7, bits: Vec::new() };
    writeln!(w.text, "package p\n\ntop fn f(x: bits[{x_width}], y: bits[1]) -> bits[7] {{").unwrap();
    for bit in lowest..lowest + count {
        let bit = w.add(1, &format!("bit_slice(x, start={bit}, width=1)"));
        w.bits.push(bit);
    }
    if w.random.below(2) == 0 {
        w.bits.reverse();
    }
    if w.random.below(3) == 0 {
        let at = w.random.between(0, count);
        w.bits.insert(at, "y".to_owned());
    }
    let bits = w.bits.len() as u64;
    let (start, descends) = (w.random.below(128) as u64, w.random.below(3) == 0);
    let mut values: Vec<u64> =
        (0..=bits).map(|i| if descends { start.wrapping_sub(i) } else { start + i } & 127).collect();
    if w.random.below(3) == 0 {
        values[bits as usize] = w.random.below(128) as u64;
    }
    let correct = w.random.below(3) != 0;
    match if correct { 3 } else { w.random.below(3) } {
        0 => {
            let at = w.random.below(values.len() - 1);
            values[at] ^= 1 << w.random.below(7);
        }
        1 => {
            let at = w.random.below(w.bits.len() - 1);
            w.bits.swap(at, at + 1);
        }
        2 => {
            let (at, other) = (w.random.below(w.bits.len()), w.random.below(w.bits.len()));
            w.bits[at] = w.bits[other].clone();
        }
        _ => {}
    }
    let ret = w.count(&values, 0, values.len());
    // The value is the function's own node, so that it is not mistaken for a part of another one.
    writeln!(w.text, "  ret r: bits[7] = identity({ret})\n}}").unwrap();
    (w.text, x_width, correct)
}

fn run(package: &Package, width: u32, x: u64, y: u64) -> Value {
    let args = [Value::Bits(Bits::from_u64(width, x)), Value::Bits(Bits::from_u64(1, y))];
    Evaluator::new(package, EvalOptions::default()).run(FuncId::new(0), &args).unwrap().value
}

#[test]
fn random_counts_keep_every_result() {
    let count = std::env::var("XLS_AOT_OPT_RANDOM").ok().map_or(150, |count| count.parse().unwrap());
    let (mut correct, mut found) = (0, 0);
    for seed in 1..=count {
        let (text, width, is_correct) = function(seed);
        let package = read_package("test.ir", text.as_bytes()).unwrap_or_else(|findings| panic!("{findings}\n{text}"));
        let (optimised, report) =
            optimize_with_report(&package, FuncId::new(0), &Options::new(OptLevel::Full)).unwrap();
        correct += u64::from(is_correct);
        found += u64::from(is_correct && report.applied.contains_key(RULE));
        let after = print_package(&optimised);
        let findings = verify(&optimised);
        assert!(findings.is_empty(), "seed {seed}: {}\n{text}\n{after}", findings[0]);
        let mut random = Random::new(seed, 1);
        // Every bit first, from both ends, with zeros, ones and anything behind it.
        for bit in 0..=width {
            let (one, low) =
                (1u64.checked_shl(bit).unwrap_or(0), 1u64.checked_shl(bit).map_or(u64::MAX, |one| one - 1));
            let word = random.word();
            for x in [one, one | low, one | word & low, !low, one | word & !low] {
                for y in [0, 1] {
                    let (got, expected) = (run(&optimised, width, x, y), run(&package, width, x, y));
                    assert_eq!(got, expected, "seed {seed}, x {x:#x}, y {y}\n{text}\n{after}");
                }
            }
        }
    }
    assert!(found * 10 >= correct * 8, "{found} of {correct} counts were recognised");
}
