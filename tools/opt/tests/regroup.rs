//! The pass that computes words at once which the source computes in pieces: random operations on rotated words, cut into pieces
//! at random places, agree with the function as written; so do such with a piece that belongs to another word.

use std::fmt::Write;

use xls_aot_eval::{Evaluator, Options as EvalOptions};
use xls_aot_ir::{print_package, read_package, verify, Bits, FuncId, Function, Op, Package, Value};
use xls_aot_opt::{optimize_with_report, OptLevel, Options};
use xls_aot_values::Random;

const RULE: &str = "piece_of_word";

/// A word as its pieces, the least significant first: names and widths.
type Pieces = Vec<(String, u32)>;

/// A function that is written.
struct Writer {
    random: Random,
    text: String,
    next: usize,
    /// Width of the words.
    width: u32,
}

impl Writer {
    fn add(&mut self, width: u32, expression: &str) -> String {
        let name = format!("v{}", self.next);
        self.next += 1;
        writeln!(self.text, "  {name}: bits[{width}] = {expression}").unwrap();
        name
    }

    /// Bits of a word from `start` on, after the last one from the first.
    fn bits_of(&mut self, word: &Pieces, start: u32, width: u32) -> String {
        let mut parts = Vec::new();
        let mut low = 0;
        for (name, own) in word.iter().chain(word) {
            let (from, to) = (low.max(start), (low + own).min(start + width));
            if from < to && (from, to) == (low, low + own) {
                parts.push(name.clone());
            } else if from < to {
                parts.push(
                    self.add(to - from, &format!("bit_slice({name}, start={}, width={})", from - low, to - from)),
                );
            }
            low += own;
        }
        parts.reverse();
        if parts.len() == 1 {
            return parts.remove(0);
        }
        self.add(width, &format!("concat({})", parts.join(", ")))
    }

    /// A complement, or its equal in another form.
    fn piece(&mut self, op: &str, width: u32, operands: &[String]) -> String {
        let list = operands.join(", ");
        match (op, self.random.below(3)) {
            ("and", 0) => {
                let inverted: Vec<String> = operands.iter().map(|x| self.add(width, &format!("not({x})"))).collect();
                self.add(width, &format!("nor({})", inverted.join(", ")))
            }
            ("or", 0) => {
                let inverted: Vec<String> = operands.iter().map(|x| self.add(width, &format!("not({x})"))).collect();
                self.add(width, &format!("nand({})", inverted.join(", ")))
            }
            ("xor", 0) => {
                let inverted = self.add(width, &format!("not({})", operands[0]));
                let odd = self.add(width, &format!("xor({inverted}, {})", operands[1..].join(", ")));
                self.add(width, &format!("not({odd})"))
            }
            _ => self.add(width, &format!("{op}({list})")),
        }
    }

    /// An operation on words, in pieces; with a mistake, one piece is of other bits.
    fn operation(&mut self, words: &[Pieces], mistake: bool) -> Pieces {
        let width = self.width;
        let op = ["and", "or", "xor", "xor"][self.random.below(4)];
        let may_rotate = matches!(width, 8 | 16 | 32 | 64);
        let count = self.random.between(2, 3);
        let operands: Vec<(Pieces, u32, bool)> = (0..count)
            .map(|_| {
                let by =
                    if may_rotate && self.random.below(4) != 0 { self.random.below(width as usize) as u32 } else { 0 };
                (words[self.random.below(words.len())].clone(), by, self.random.below(4) == 0)
            })
            .collect();
        let pieces = self.random.between(2, 4);
        let mut cuts: Vec<u32> = (0..pieces - 1).map(|_| self.random.between(1, width as usize - 1) as u32).collect();
        cuts.extend([0, width]);
        cuts.sort_unstable();
        cuts.dedup();
        let wrong = self.random.below(cuts.len() - 1);
        let mut result = Pieces::new();
        for (i, ends) in cuts.windows(2).enumerate() {
            let own = ends[1] - ends[0];
            let mut slices = Vec::new();
            for (word, by, inverted) in &operands {
                let off = u32::from(mistake && i == wrong && slices.is_empty());
                let slice = self.bits_of(word, (ends[0] + by + off) % width, own);
                slices.push(if *inverted { self.add(own, &format!("not({slice})")) } else { slice });
            }
            let piece = self.piece(op, own, &slices);
            result.push((piece, own));
        }
        result
    }
}

/// A function of three words, the width of these, and whether it has no mistake.
fn function(seed: u64) -> (String, u32, bool) {
    let mut random = Random::new(seed, 0);
    let width = [8, 16, 32, 64, 64, 64, 5, 12, 63, 72][random.below(10)];
    let correct = random.below(3) != 0;
    let mut w = Writer { random, text: String::new(), next: 0, width };
    let ty = format!("bits[{width}]");
    writeln!(w.text, "package p\n\ntop fn f(x: {ty}, y: {ty}, z: {ty}) -> {ty} {{").unwrap();
    let mut words: Vec<Pieces> = ["x", "y", "z"].iter().map(|name| vec![((*name).to_owned(), width)]).collect();
    let operations = w.random.between(1, 6);
    for at in 0..operations {
        let word = w.operation(&words, !correct && at + 1 == operations);
        words.push(word);
    }
    let last = words.pop().unwrap_or_default();
    let names: Vec<&str> = last.iter().rev().map(|(name, _)| &**name).collect();
    writeln!(w.text, "  ret r: {ty} = concat({})\n}}", names.join(", ")).unwrap();
    (w.text, width, correct)
}

fn run(package: &Package, args: &[Value]) -> Value {
    Evaluator::new(package, EvalOptions::default()).run(FuncId::new(0), args).unwrap().value
}

fn operations(function: &Function) -> usize {
    function.nodes.iter().filter(|node| matches!(node.op, Op::And | Op::Or | Op::Xor | Op::Nand | Op::Nor)).count()
}

#[test]
fn random_words_in_pieces_keep_every_result() {
    let count = std::env::var("XLS_AOT_OPT_RANDOM").ok().map_or(200, |count| count.parse().unwrap());
    let (mut possible, mut found, mut before, mut after) = (0, 0, 0, 0);
    for seed in 1..=count {
        let (text, width, correct) = function(seed);
        let package = read_package("test.ir", text.as_bytes()).unwrap_or_else(|findings| panic!("{findings}\n{text}"));
        let (optimised, report) =
            optimize_with_report(&package, FuncId::new(0), &Options::new(OptLevel::Full)).unwrap();
        let printed = print_package(&optimised);
        let findings = verify(&optimised);
        assert!(findings.is_empty(), "seed {seed}: {}\n{text}\n{printed}", findings[0]);
        if correct && width <= 64 {
            possible += 1;
            found += u64::from(report.applied.contains_key(RULE));
            before += operations(package.function(FuncId::new(0)));
            after += operations(optimised.function(FuncId::new(0)));
        }
        let mut random = Random::new(seed, 1);
        for _ in 0..20 {
            let args: Vec<Value> =
                (0..3).map(|_| Value::Bits(Bits::from_words(width, &[random.word(), random.word()]))).collect();
            assert_eq!(run(&optimised, &args), run(&package, &args), "seed {seed}, {args:?}\n{text}\n{printed}");
        }
    }
    // The pass does nothing where the rules about concatenations find the words.
    assert!(found * 10 >= possible * 5, "{found} of {possible} functions");
    assert!(after * 10 <= before * 6, "{after} operations of {before}");
    println!("{found} of {possible} functions, {after} operations of {before}");
}
