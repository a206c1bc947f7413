//! Random functions of up to 8 bits of arguments: the optimised function agrees with the function as written for every
//! argument. `XLS_AOT_OPT_RANDOM` sets how many functions are tried (the default takes a few seconds).

use std::collections::BTreeMap;
use std::fmt::Write;

use xls_aot_eval::{Evaluator, Options as EvalOptions};
use xls_aot_ir::{print_package, read_package, verify, Bits, FuncId, OpKind, Package, Value};
use xls_aot_opt::{optimize, OptLevel, Options};
use xls_aot_values::Random;

/// Widths of intermediate values.
const WIDTHS: &[u32] = &[0, 1, 1, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 128, 129, 200];

/// A function being written.
struct Writer {
    random: Random,
    text: String,
    /// Names and widths of the values so far.
    values: Vec<(String, u32)>,
    next: usize,
}

impl Writer {
    fn emit(&mut self, ty: &str, expression: &str) -> String {
        let name = format!("v{}", self.next);
        self.next += 1;
        writeln!(self.text, "  {name}: {ty} = {expression}").unwrap();
        name
    }

    fn bits(&mut self, width: u32, expression: &str) -> String {
        let name = self.emit(&format!("bits[{width}]"), expression);
        self.values.push((name.clone(), width));
        name
    }

    fn any(&mut self) -> (String, u32) {
        let recent = self.values.len().min(12);
        let at = if self.random.below(3) > 0 {
            self.values.len() - 1 - self.random.below(recent)
        } else {
            self.random.below(self.values.len())
        };
        self.values[at].clone()
    }

    /// A value of this width: an existing one, a constant, or another value made to fit.
    fn of_width(&mut self, width: u32) -> String {
        if self.random.below(5) == 0 {
            let value = match self.random.below(5) {
                0 => Bits::zero(width),
                1 => Bits::ones(width),
                2 => Bits::from_u64(width, 1 << self.random.below(64)),
                3 => Bits::from_u64(width, self.random.below(20) as u64),
                _ => Bits::from_words(width, &[self.random.word(), self.random.word(), self.random.word()]),
            };
            return self.bits(width, &format!("literal(value={value:#x})"));
        }
        for _ in 0..6 {
            let (name, own) = self.any();
            if own == width {
                return name;
            }
        }
        let (name, own) = self.any();
        if own > width {
            let start = self.random.below((own - width + 1) as usize);
            self.bits(width, &format!("bit_slice({name}, start={start}, width={width})"))
        } else {
            let extension = if own > 0 && self.random.below(2) == 0 { "sign_ext" } else { "zero_ext" };
            self.bits(width, &format!("{extension}({name}, new_bit_count={width})"))
        }
    }

    fn node(&mut self) {
        let w = if self.random.below(3) == 0 { self.random.pick(WIDTHS) } else { self.any().1 };
        let (a, b) = (self.of_width(w), self.of_width(w));
        let (x, xw) = self.any();
        let (y, _) = self.any();
        let r = self.random.pick(WIDTHS);
        match self.random.below(32) {
            0..=2 => {
                let op = self.random.pick(&["and", "or", "xor", "nand", "nor"]);
                let c = self.of_width(w);
                let operands = [format!("{a}, {b}"), format!("{a}, {b}, {c}"), a];
                let count = self.random.below(3);
                self.bits(w, &format!("{op}({})", operands[count]));
            }
            3..=5 => {
                let op = self.random.pick(&["add", "sub", "add", "sub", "udiv", "umod", "sdiv", "smod"]);
                self.bits(w, &format!("{op}({a}, {b})"));
            }
            6 => {
                let op = self.random.pick(&["umul", "smul"]);
                self.bits(r, &format!("{op}({x}, {y})"));
            }
            7..=8 => {
                let op = self.random.pick(&["not", "neg", "reverse", "identity"]);
                self.bits(w, &format!("{op}({a})"));
            }
            9..=11 => {
                let ops = ["eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge"];
                let op = self.random.pick(&ops);
                self.bits(1, &format!("{op}({a}, {b})"));
            }
            12..=13 => {
                let op = self.random.pick(&["shll", "shrl", "shra"]);
                self.bits(w, &format!("{op}({a}, {y})"));
            }
            14 => {
                let op = self.random.pick(&["and_reduce", "or_reduce", "xor_reduce"]);
                self.bits(1, &format!("{op}({x})"));
            }
            15..=16 => {
                let (z, zw) = self.any();
                let (_, yw) = self.values.iter().find(|(name, _)| *name == y).cloned().unwrap_or_default();
                if xw + yw + zw <= 300 {
                    self.bits(xw + yw + zw, &format!("concat({x}, {y}, {z})"));
                }
            }
            17..=18 => {
                let start = self.random.below(xw as usize + 1) as u32;
                let width = self.random.below((xw - start) as usize + 1);
                self.bits(width as u32, &format!("bit_slice({x}, start={start}, width={width})"));
            }
            19..=21 => {
                let s = self.of_width(1);
                self.bits(w, &format!("sel({s}, cases=[{a}, {b}])"));
            }
            22 => {
                let (s, c) = (self.of_width(2), self.of_width(w));
                let operands = [format!("cases=[{a}], default={b}"), format!("cases=[{a}, {b}, {c}], default={b}")];
                let full = format!("cases=[{a}, {b}, {c}, {a}]");
                let text = match self.random.below(3) {
                    2 => full,
                    some => operands[some].clone(),
                };
                self.bits(w, &format!("sel({s}, {text})"));
            }
            23 => {
                let (s, c) = (self.of_width(3), self.of_width(w));
                self.bits(w, &format!("priority_sel({s}, cases=[{a}, {b}, {c}], default={b})"));
            }
            24 => {
                let (s, c) = (self.of_width(3), self.of_width(w));
                self.bits(w, &format!("one_hot_sel({s}, cases=[{a}, {b}, {c}])"));
            }
            25 => {
                let width = self.random.below(w as usize + 1) as u32;
                self.bits(width, &format!("dynamic_bit_slice({a}, {y}, width={width})"));
            }
            26 => {
                self.bits(w, &format!("bit_slice_update({a}, {y}, {x})"));
            }
            27 => {
                let t = self.emit(&format!("(bits[{w}], bits[{xw}])"), &format!("tuple({a}, {x})"));
                let u = self.emit(&format!("(bits[{w}], bits[{xw}])"), &format!("tuple({b}, {x})"));
                let s = self.of_width(1);
                let v = self.emit(&format!("(bits[{w}], bits[{xw}])"), &format!("sel({s}, cases=[{t}, {u}])"));
                self.bits(w, &format!("tuple_index({v}, index=0)"));
                self.bits(1, &format!("eq({t}, {v})"));
            }
            28 => {
                let c = self.of_width(w);
                let ty = format!("bits[{w}][3]");
                let array = self.emit(&ty, &format!("array({a}, {b}, {c})"));
                let index = self.of_width(2);
                let updated = self.emit(&ty, &format!("array_update({array}, {a}, indices=[{index}])"));
                let other = if self.random.below(2) == 0 { index } else { self.of_width(2) };
                self.bits(w, &format!("array_index({updated}, indices=[{other}])"));
                let s = self.of_width(1);
                let either = self.emit(&ty, &format!("sel({s}, cases=[{array}, {updated}])"));
                let start = self.of_width(2);
                let slice = self.emit(&format!("bits[{w}][2]"), &format!("array_slice({either}, {start}, width=2)"));
                let index = self.of_width(1);
                self.bits(w, &format!("array_index({slice}, indices=[{index}])"));
            }
            29 => {
                let op = self.random.pick(&["umulp", "smulp"]);
                // Only the sum of the two is specified.
                let ty = format!("bits[{r}]");
                let pair = self.emit(&format!("({ty}, {ty})"), &format!("{op}({x}, {y})"));
                let first = self.emit(&ty, &format!("tuple_index({pair}, index=0)"));
                let second = self.emit(&ty, &format!("tuple_index({pair}, index=1)"));
                self.bits(r, &format!("add({first}, {second})"));
            }
            30 => {
                let s = self.of_width(1);
                self.bits(xw, &format!("gate({s}, {x})"));
                let (pair, four) = (format!("bits[{w}][2]"), format!("bits[{w}][4]"));
                let array = self.emit(&pair, &format!("array({a}, {b})"));
                let arrays = self.emit(&four, &format!("array_concat({array}, {array})"));
                let index = self.of_width(3);
                self.bits(w, &format!("array_index({arrays}, indices=[{index}])"));
            }
            _ => {
                if (1..=9).contains(&xw) {
                    let flag = self.random.pick(&["true", "false"]);
                    self.bits(xw + 1, &format!("one_hot({x}, lsb_prio={flag})"));
                    let encoded = 32 - (xw - 1).leading_zeros();
                    self.bits(encoded, &format!("encode({x})"));
                    let width = 1 + self.random.below((1 << xw.min(5)) as usize) as u32;
                    self.bits(width, &format!("decode({x}, width={width})"));
                }
            }
        }
    }
}

/// Whether [`Writer`] makes the operation. Functions that apply others, and events, are made by the random programs of
/// `xls_aot fuzz`.
fn is_made(kind: OpKind) -> bool {
    match kind {
        OpKind::Param
        | OpKind::Invoke
        | OpKind::Map
        | OpKind::CountedFor
        | OpKind::DynamicCountedFor
        | OpKind::AfterAll
        | OpKind::MinDelay
        | OpKind::Assert
        | OpKind::Trace
        | OpKind::Cover => false,
        OpKind::Literal
        | OpKind::Identity
        | OpKind::Not
        | OpKind::Neg
        | OpKind::Reverse
        | OpKind::And
        | OpKind::Or
        | OpKind::Xor
        | OpKind::Nand
        | OpKind::Nor
        | OpKind::AndReduce
        | OpKind::OrReduce
        | OpKind::XorReduce
        | OpKind::Add
        | OpKind::Sub
        | OpKind::Umul
        | OpKind::Smul
        | OpKind::Umulp
        | OpKind::Smulp
        | OpKind::Udiv
        | OpKind::Umod
        | OpKind::Sdiv
        | OpKind::Smod
        | OpKind::Eq
        | OpKind::Ne
        | OpKind::Ult
        | OpKind::Ule
        | OpKind::Ugt
        | OpKind::Uge
        | OpKind::Slt
        | OpKind::Sle
        | OpKind::Sgt
        | OpKind::Sge
        | OpKind::Shll
        | OpKind::Shrl
        | OpKind::Shra
        | OpKind::ZeroExt
        | OpKind::SignExt
        | OpKind::BitSlice
        | OpKind::DynamicBitSlice
        | OpKind::BitSliceUpdate
        | OpKind::Concat
        | OpKind::OneHot
        | OpKind::Encode
        | OpKind::Decode
        | OpKind::Sel
        | OpKind::OneHotSel
        | OpKind::PrioritySel
        | OpKind::Gate
        | OpKind::Array
        | OpKind::ArrayIndex
        | OpKind::ArrayUpdate
        | OpKind::ArraySlice
        | OpKind::ArrayConcat
        | OpKind::Tuple
        | OpKind::TupleIndex => true,
    }
}

/// A function with parameters of 3, 1 and 4 bits.
fn function(seed: u64) -> String {
    let mut writer = Writer {
        random: Random::new(seed, 0),
        text: String::new(),
        values: vec![("a".into(), 3), ("b".into(), 1), ("c".into(), 4)],
        next: 0,
    };
    for _ in 0..8 {
        writer.random.below(2);
    }
    let count = 4 + writer.random.below(24);
    for _ in 0..count {
        writer.node();
    }
    let results: Vec<(String, u32)> = (0..4).map(|_| writer.any()).collect();
    let types: Vec<String> = results.iter().map(|(_, width)| format!("bits[{width}]")).collect();
    let names: Vec<&str> = results.iter().map(|(name, _)| &**name).collect();
    let ty = format!("({})", types.join(", "));
    let (body, names) = (&writer.text, names.join(", "));
    format!(
        "package random\n\ntop fn f(a: bits[3], b: bits[1], c: bits[4]) -> {ty} {{\n{body}  ret r: {ty} = tuple({names})\n}}\n"
    )
}

fn results(package: &Package) -> Vec<Value> {
    let mut evaluator = Evaluator::new(package, EvalOptions::default());
    let top = FuncId::new(package.functions.len() - 1);
    let run = |bits: u64| {
        let value = |width, bits| Value::Bits(Bits::from_u64(width, bits));
        let args = [value(3, bits), value(1, bits >> 3), value(4, bits >> 4)];
        evaluator.run(top, &args).unwrap_or_else(|e| panic!("{e}\n{}", print_package(package))).value
    };
    (0..256).map(run).collect()
}

#[test]
fn random_functions_keep_every_result() {
    let count = std::env::var("XLS_AOT_OPT_RANDOM").ok().map_or(400, |count| count.parse().unwrap());
    for seed in 1..=count {
        let text = function(seed);
        let package = read_package("random", text.as_bytes()).unwrap_or_else(|findings| panic!("{findings}\n{text}"));
        let optimised = optimize(&package, FuncId::new(0), &Options::new(OptLevel::Full)).unwrap();
        let findings = verify(&optimised);
        let after = print_package(&optimised);
        assert!(findings.is_empty(), "seed {seed}: {}\n{text}\n{after}", findings[0]);
        for (at, (got, expected)) in results(&optimised).iter().zip(results(&package)).enumerate() {
            assert_eq!(*got, expected, "seed {seed}, arguments {at:#x}\n{text}\n{after}");
        }
    }
}

#[test]
fn every_operation_is_made() {
    let mut made: BTreeMap<OpKind, usize> = BTreeMap::new();
    for seed in 1..=400 {
        let text = function(seed);
        let package = read_package("random", text.as_bytes()).unwrap_or_else(|findings| panic!("{findings}\n{text}"));
        for node in package.functions.iter().flat_map(|function| &function.nodes) {
            *made.entry(node.op.kind()).or_default() += 1;
        }
    }
    for &kind in OpKind::ALL.iter().filter(|&&kind| is_made(kind)) {
        let count = made.get(&kind).copied().unwrap_or(0);
        assert!(count >= 40, "`{}` is made {count} times in 400 functions", kind.mnemonic());
    }
}
