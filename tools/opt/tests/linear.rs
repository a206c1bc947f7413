//! The pass that computes linear parts by tables: random functions of exclusive ors, shifts, masks and selections agree
//! with the function as written, and the idioms that the pass is for become what they should.

use std::fmt::Write;

use xls_aot_eval::{Evaluator, Options as EvalOptions};
use xls_aot_ir::{print_package, read_package, verify, Bits, FuncId, Op, Package, Type, Value};
use xls_aot_opt::{optimize, optimize_with_report, OptLevel, Options, Topic};
use xls_aot_values::Random;

/// A function being written: a state is changed step by step, so that what goes in counts for what comes out.
struct Writer {
    random: Random,
    text: String,
    next: usize,
    width: u32,
    states: Vec<String>,
}

impl Writer {
    fn add(&mut self, width: u32, expression: &str) -> String {
        let name = format!("v{}", self.next);
        self.next += 1;
        writeln!(self.text, "  {name}: bits[{width}] = {expression}").unwrap();
        name
    }

    fn literal(&mut self, width: u32) -> String {
        let value = match self.random.below(3) {
            0 => self.random.word(),
            1 => 1 << self.random.below(width as usize),
            _ => u64::MAX << self.random.below(width as usize),
        };
        self.add(width, &format!("literal(value={:#x})", Bits::from_u64(width, value)))
    }

    /// A value of one bit that depends on a state.
    fn bit(&mut self, of: &str) -> String {
        if self.random.below(3) == 0 {
            let (width, kept) = (self.width, self.literal(self.width));
            let masked = self.add(width, &format!("and({of}, {kept})"));
            return self.add(1, &format!("xor_reduce({masked})"));
        }
        let start = self.random.below(self.width as usize);
        self.add(1, &format!("bit_slice({of}, start={start}, width=1)"))
    }

    fn step(&mut self) {
        let width = self.width;
        let newest = self.states.len() - 1;
        let s = self.states[newest].clone();
        let older = self.states[newest - self.random.below(newest.min(3) + 1)].clone();
        let amount = self.random.below(width as usize + 2);
        let start = self.random.below(width as usize) as u64;
        let rest = u64::from(width) - start;
        let new = match self.random.below(9) {
            0 | 1 => {
                let op = ["shll", "shrl"][self.random.below(2)];
                let amount = self.add(8, &format!("literal(value={amount})"));
                let shifted = self.add(width, &format!("{op}({older}, {amount})"));
                self.add(width, &format!("xor({s}, {shifted})"))
            }
            2 | 3 => {
                let (bit, c) = (self.bit(&older), self.literal(width));
                let toggled = self.add(width, &format!("xor({s}, {c})"));
                if self.random.below(2) == 0 {
                    self.add(width, &format!("sel({bit}, cases=[{s}, {toggled}])"))
                } else {
                    self.add(width, &format!("priority_sel({bit}, cases=[{toggled}], default={s})"))
                }
            }
            4 => {
                let (bit, c) = (self.bit(&s), self.literal(width));
                let all = self.add(width, &format!("sign_ext({bit}, new_bit_count={width})"));
                let kept = self.add(width, &format!("and({c}, {all})"));
                self.add(width, &format!("xor({kept}, {s})"))
            }
            5 if start > 0 => {
                let low = self.add(start as u32, &format!("bit_slice({s}, start=0, width={start})"));
                let high = self.add(rest as u32, &format!("bit_slice({s}, start={start}, width={rest})"));
                let high = self.add(rest as u32, &format!("reverse({high})"));
                self.add(width, &format!("concat({low}, {high})"))
            }
            6 => {
                let c = self.literal(width);
                let ones = self.add(width, &format!("or({older}, {c})"));
                self.add(width, &format!("xor({s}, {ones})"))
            }
            7 => {
                let (bit, other) = (self.bit(&s), self.bit(&older));
                let op = ["add", "sub", "xor"][self.random.below(3)];
                let sum = self.add(1, &format!("{op}({bit}, {other})"));
                let sum = self.add(1, &format!("neg({sum})"));
                let mut wide = self.add(width, &format!("zero_ext({sum}, new_bit_count={width})"));
                match self.random.below(3) {
                    0 => wide = self.add(width, &format!("neg({wide})")),
                    1 => {
                        let c = self.literal(64);
                        wide = self.add(width, &format!("umul({wide}, {c})"));
                    }
                    _ => {}
                }
                self.add(width, &format!("xor({wide}, {s})"))
            }
            _ => {
                let wide = if width >= 8 { "zero_ext(y, new_bit_count=" } else { "bit_slice(y, start=1, width=" };
                let y = self.add(width, &format!("{wide}{width})"));
                let y = self.add(width, &format!("not({y})"));
                self.add(width, &format!("xor({y}, {s})"))
            }
        };
        self.states.push(new);
    }
}

/// A function of 64 and 8 bits to a pair.
fn function(seed: u64) -> String {
    let random = Random::new(seed, 0);
    let mut writer = Writer { random, text: String::new(), next: 0, width: 64, states: Vec::new() };
    writer.width = [1, 7, 8, 16, 31, 32, 33, 63, 64][writer.random.below(9)];
    let width = writer.width;
    let start = writer.random.below(64 - width as usize + 1);
    let first = writer.add(width, &format!("bit_slice(x, start={start}, width={width})"));
    writer.states.push(first);
    for _ in 0..4 + writer.random.below(60) {
        writer.step();
    }
    let last = writer.states.len() - 1;
    let other = last - writer.random.below(last + 1);
    let (a, b) = (&writer.states[last], &writer.states[other]);
    format!(
        "package p\n\ntop fn f(x: bits[64], y: bits[8]) -> (bits[{width}], bits[{width}]) {{\n{}  \
         ret r: (bits[{width}], bits[{width}]) = tuple({a}, {b})\n}}\n",
        writer.text
    )
}

fn read(text: &str) -> Package {
    read_package("p", text.as_bytes()).unwrap_or_else(|findings| panic!("{findings}\n{text}"))
}

fn run(package: &Package, x: u64, y: u64) -> Value {
    let args = [Value::Bits(Bits::from_u64(64, x)), Value::Bits(Bits::from_u64(8, y))];
    let top = FuncId::new(package.functions.len() - 1);
    Evaluator::new(package, EvalOptions::default()).run(top, &args).unwrap().value
}

#[test]
fn random_linear_functions_keep_every_result() {
    let count = std::env::var("XLS_AOT_OPT_RANDOM").ok().map_or(150, |count| count.parse().unwrap());
    let mut rewritten = 0;
    for seed in 1..=count {
        let text = function(seed);
        let package = read(&text);
        let (optimised, report) =
            optimize_with_report(&package, FuncId::new(0), &Options::new(OptLevel::Full)).unwrap();
        rewritten += report.applied.get("linear").copied().unwrap_or(0);
        let after = print_package(&optimised);
        let findings = verify(&optimised);
        assert!(findings.is_empty(), "seed {seed}: {}\n{text}\n{after}", findings[0]);
        let mut random = Random::new(seed, 1);
        // An affine map is known by what it gives for zero and for each bit; the rest is for parts that are not.
        let bits = (0..64).map(|bit| (1u64 << bit, 0)).chain((0..8).map(|bit| (0, 1 << bit))).chain([(0, 0)]);
        for (x, y) in bits.chain((0..8).map(|_| (random.word(), random.below(256) as u64))).collect::<Vec<_>>() {
            let (got, expected) = (run(&optimised, x, y), run(&package, x, y));
            assert_eq!(got, expected, "seed {seed}, x {x:#x}, y {y:#x}\n{text}\n{after}");
        }
    }
    assert!(rewritten >= count / 10, "the pass did something in {rewritten} places of {count} functions only");
}

/// CRC-32 (reflected, polynomial edb88320) over the low bytes of `y`, bit by bit.
fn crc(bytes: u32) -> String {
    let mut text = String::from("package p\n\ntop fn f(x: bits[32], y: bits[64]) -> bits[32] {\n");
    writeln!(text, "  poly: bits[32] = literal(value=0xedb88320)\n  one: bits[1] = literal(value=1)").unwrap();
    let mut state = "x".to_string();
    for byte in 0..bytes {
        writeln!(text, "  b{byte}: bits[8] = bit_slice(y, start={}, width=8)", 8 * byte).unwrap();
        writeln!(text, "  e{byte}: bits[32] = zero_ext(b{byte}, new_bit_count=32)").unwrap();
        writeln!(text, "  s{byte}: bits[32] = xor({state}, e{byte})").unwrap();
        state = format!("s{byte}");
        for step in 0..8 {
            let id = format!("{byte}_{step}");
            writeln!(text, "  l{id}: bits[1] = bit_slice({state}, start=0, width=1)").unwrap();
            writeln!(text, "  h{id}: bits[32] = shrl({state}, one)").unwrap();
            writeln!(text, "  t{id}: bits[32] = xor(h{id}, poly)").unwrap();
            writeln!(text, "  n{id}: bits[32] = sel(l{id}, cases=[h{id}, t{id}])").unwrap();
            state = format!("n{id}");
        }
    }
    format!("{text}  ret r: bits[32] = identity({state})\n}}\n")
}

fn lookups(package: &Package) -> usize {
    let nodes = package.functions.iter().flat_map(|function| &function.nodes);
    nodes.filter(|node| matches!(node.op, Op::ArrayIndex { .. }) && matches!(node.ty, Type::Bits(32))).count()
}

#[test]
fn steps_of_a_checksum_become_a_lookup_for_each_byte() {
    for (bytes, expected) in [(1, 1), (2, 2), (4, 4), (8, 8)] {
        let package = read(&crc(bytes));
        let optimised = optimize(&package, FuncId::new(0), &Options::new(OptLevel::Full)).unwrap();
        let after = print_package(&optimised);
        assert_eq!(lookups(&optimised), expected, "{after}");
        let nodes = optimised.functions[0].nodes.len();
        assert!(nodes < 10 * expected + 20, "{nodes} nodes\n{after}");
    }
}

#[test]
fn without_the_topic_nothing_is_looked_up() {
    let package = read(&crc(2));
    let options = Options { disabled: [Topic::Linear].into(), ..Options::new(OptLevel::Full) };
    assert_eq!(lookups(&optimize(&package, FuncId::new(0), &options).unwrap()), 0);
}

/// A rotation and a few exclusive ors are faster than any table.
#[test]
fn what_is_cheap_stays() {
    let text = "package p

top fn f(x: bits[32], y: bits[64]) -> bits[32] {
  a0: bits[6] = bit_slice(x, start=0, width=6)
  a1: bits[26] = bit_slice(x, start=6, width=26)
  a: bits[32] = concat(a0, a1)
  b0: bits[11] = bit_slice(x, start=0, width=11)
  b1: bits[21] = bit_slice(x, start=11, width=21)
  b: bits[32] = concat(b0, b1)
  c0: bits[25] = bit_slice(x, start=0, width=25)
  c1: bits[7] = bit_slice(x, start=25, width=7)
  c: bits[32] = concat(c0, c1)
  ret r: bits[32] = xor(a, b, c)
}
";
    let (_, report) = optimize_with_report(&read(text), FuncId::new(0), &Options::new(OptLevel::Full)).unwrap();
    assert_eq!(report.applied.get("linear"), None);
}

/// Forms are bounded, also where thousands of values come together.
#[test]
fn time_is_linear_in_wide_sums() {
    let count = 20_000;
    let mut text = String::from("package p\n\ntop fn f(x: bits[64][20000]) -> bits[64] {\n");
    for i in 0..count {
        writeln!(text, "  i{i}: bits[15] = literal(value={i})").unwrap();
        writeln!(text, "  e{i}: bits[64] = array_index(x, indices=[i{i}])").unwrap();
    }
    let all: Vec<String> = (0..count).map(|i| format!("e{i}")).collect();
    writeln!(text, "  ret r: bits[64] = xor({})\n}}", all.join(", ")).unwrap();
    let package = read(&text);
    // A second in an unoptimised build; minutes if the sum's form grew with its operands.
    let optimised = optimize(&package, FuncId::new(0), &Options::new(OptLevel::Full)).unwrap();
    assert!(verify(&optimised).is_empty());
}
