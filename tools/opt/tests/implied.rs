//! Conditions that follow from other conditions: random functions of a few comparisons of the same values, nested in selections and
//! conjunctions, agree with the function as written for every argument. `XLS_AOT_OPT_RANDOM` sets how many are tried.

use std::collections::BTreeMap;
use std::fmt::Write;

use xls_aot_eval::{Evaluator, Options as EvalOptions};
use xls_aot_ir::{print_package, read_package, Bits, FuncId, Package, Value};
use xls_aot_opt::{optimize_with_report, OptLevel, Options};
use xls_aot_values::Random;

/// The rules that must be applied in the functions that are tried, and at least how often in a hundred of them.
const RULES: &[(&str, u64)] = &[
    ("implied_operand", 60),
    ("implied_case", 25),
    ("implied_increment", 20),
    ("implied_mask", 1),
    ("implied_in_comparison", 2),
];

/// Widths of the two parameters.
const WIDTHS: [u32; 2] = [4, 3];

/// A function of `x` and `y` that is written.
struct Writer {
    random: Random,
    text: String,
    next: usize,
    /// Values that are computed from the parameters in a few steps, with their widths.
    values: Vec<(String, u32)>,
}

impl Writer {
    fn add(&mut self, width: u32, expression: &str) -> String {
        let name = format!("v{}", self.next);
        self.next += 1;
        writeln!(self.text, "  {name}: bits[{width}] = {expression}").unwrap();
        name
    }

    fn literal(&mut self, width: u32) -> String {
        let value = Bits::from_u64(width, self.random.below(16) as u64);
        self.add(width, &format!("literal(value={value:#x})"))
    }

    fn one(&mut self) -> (String, u32) {
        let at = self.random.below(self.values.len());
        self.values[at].clone()
    }

    /// One of the values, in this width.
    fn resized(&mut self, width: u32) -> String {
        let (x, own) = self.one();
        match own {
            _ if own == width => x,
            _ if own > width => self.add(width, &format!("bit_slice({x}, start=0, width={width})")),
            _ => {
                let extension = ["zero_ext", "sign_ext"][self.random.below(2)];
                self.add(width, &format!("{extension}({x}, new_bit_count={width})"))
            }
        }
    }

    fn step(&mut self) {
        let (x, width) = self.one();
        let c = self.literal(width);
        let y = self.resized(width);
        let (expression, width) = match self.random.below(12) {
            0 | 1 => (format!("add({x}, {c})"), width),
            2 => (format!("sub({x}, {c})"), width),
            3 => (format!("sub({c}, {x})"), width),
            4 => (format!("neg({x})"), width),
            5 => (format!("not({x})"), width),
            6 => {
                let start = self.random.below(width as usize) as u32;
                (format!("bit_slice({x}, start={start}, width={})", width - start), width - start)
            }
            7 => (format!("concat({x}, {y})"), 2 * width),
            8 => (
                format!("{}({x}, new_bit_count={})", ["zero_ext", "sign_ext"][self.random.below(2)], width + 2),
                width + 2,
            ),
            9 => (format!("{}({x}, {c})", ["shll", "shrl", "shra"][self.random.below(3)]), width),
            10 => (format!("{}({x}, {c})", ["and", "or", "xor"][self.random.below(3)]), width),
            _ => (format!("{}({x}, {y})", ["shll", "shrl", "add", "and", "or"][self.random.below(5)]), width),
        };
        if width <= 20 {
            let name = self.add(width, &expression);
            self.values.push((name, width));
        }
    }

    fn comparison(&mut self) -> String {
        let (x, width) = self.one();
        let other = if self.random.below(5) == 0 { self.resized(width) } else { self.literal(width) };
        let op = ["eq", "eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge"][self.random.below(11)];
        if self.random.below(8) == 0 {
            let start = self.random.below(width as usize);
            return self.add(1, &format!("bit_slice({x}, start={start}, width=1)"));
        }
        self.add(1, &format!("{op}({x}, {other})"))
    }

    fn condition(&mut self, depth: u32) -> String {
        if depth == 0 || self.random.below(2) == 0 {
            return self.comparison();
        }
        let operands: Vec<String> = (0..self.random.between(1, 4)).map(|_| self.condition(depth - 1)).collect();
        let op = ["and", "and", "or", "or", "nand", "nor", "xor"][self.random.below(7)];
        self.add(1, &format!("{op}({})", operands.join(", ")))
    }

    fn selected(&mut self, width: u32, depth: u32) -> String {
        if depth == 0 || self.random.below(6) == 0 {
            return if self.random.below(2) == 0 { self.literal(width) } else { self.resized(width) };
        }
        if self.random.below(6) == 0 {
            return self.counted(width);
        }
        let condition = self.condition(1);
        let (a, b) = (self.selected(width, depth - 1), self.selected(width, depth - 1));
        match self.random.below(7) {
            6 => {
                let (x, own) = self.one();
                let some = self.add(1, &format!("or_reduce({x})"));
                let mask = if self.random.below(2) == 0 { some } else { condition };
                let masked = if self.random.below(2) == 0 { self.resized(width) } else { a };
                let mask = self.add(width, &format!("sign_ext({mask}, new_bit_count={width})"));
                let value = if own == width { x } else { masked };
                self.add(width, &format!("and({value}, {mask})"))
            }
            0 => {
                let other = self.condition(1);
                let c = self.selected(width, depth - 1);
                let selector = self.add(2, &format!("concat({other}, {condition})"));
                self.add(width, &format!("priority_sel({selector}, cases=[{a}, {c}], default={b})"))
            }
            _ => self.add(width, &format!("sel({condition}, cases=[{a}, {b}])")),
        }
    }

    /// How many conditions hold of a list, where each is true only if those before it are.
    fn counted(&mut self, width: u32) -> String {
        let mut value = self.random.below(3) as u64;
        let literal = |writer: &mut Self, value| {
            let value = Bits::from_u64(width, value);
            writer.add(width, &format!("literal(value={value:#x})"))
        };
        let mut count = literal(self, value);
        let mut all = self.comparison();
        for _ in 0..self.random.between(2, 4) {
            value += if self.random.below(8) == 0 { 2 } else { 1 };
            let next = literal(self, value);
            count = self.add(width, &format!("sel({all}, cases=[{count}, {next}])"));
            let one = self.comparison();
            all = if self.random.below(8) == 0 { one } else { self.add(1, &format!("and({all}, {one})")) };
        }
        count
    }
}

fn program(seed: u64) -> String {
    let mut writer = Writer { random: Random::new(77, seed), text: String::new(), next: 0, values: Vec::new() };
    writer.values = vec![("x".into(), WIDTHS[0]), ("y".into(), WIDTHS[1])];
    for _ in 0..writer.random.below(4) {
        writer.step();
    }
    let width = writer.random.between(2, 6) as u32;
    let selected = writer.selected(width, 3);
    let constant = writer.literal(width);
    let op = ["eq", "ne", "ult", "sgt"][writer.random.below(4)];
    let compared = writer.add(1, &format!("{op}({selected}, {constant})"));
    let condition = writer.condition(2);
    format!(
        "package p\n\ntop fn f(x: bits[{}], y: bits[{}]) -> (bits[{width}], bits[1], bits[1]) {{\n{}  ret r: \
         (bits[{width}], bits[1], bits[1]) = tuple({selected}, {compared}, {condition})\n}}\n",
        WIDTHS[0], WIDTHS[1], writer.text
    )
}

fn results(package: &Package) -> Vec<Value> {
    let mut evaluator = Evaluator::new(package, EvalOptions::default());
    let arguments = (0..1u64 << (WIDTHS[0] + WIDTHS[1])).map(|bits| {
        vec![
            Value::Bits(Bits::from_u64(WIDTHS[0], bits & ((1 << WIDTHS[0]) - 1))),
            Value::Bits(Bits::from_u64(WIDTHS[1], bits >> WIDTHS[0])),
        ]
    });
    arguments.map(|args| evaluator.run(FuncId::new(0), &args).unwrap().value).collect()
}

#[test]
fn related_conditions_keep_every_result() {
    let count = std::env::var("XLS_AOT_OPT_RANDOM").ok().map_or(400, |count| count.parse().unwrap());
    let mut applied: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in 0..count {
        let text = program(seed);
        let package = read_package("random", text.as_bytes()).unwrap_or_else(|findings| panic!("{findings}\n{text}"));
        let (optimised, report) =
            optimize_with_report(&package, FuncId::new(0), &Options::new(OptLevel::Full)).unwrap();
        assert_eq!(results(&package), results(&optimised), "function {seed}\n{text}\n{}", print_package(&optimised));
        for &(rule, _) in RULES {
            *applied.entry(rule).or_default() += report.applied.get(rule).copied().unwrap_or(0);
        }
    }
    for &(rule, least) in RULES {
        assert!(100 * applied[rule] >= least * count, "{rule} is applied too seldom: {applied:?} in {count} functions");
    }
}
