//! Random graphs of mixed 32-bit operations, all of whose nodes count towards the result.
//!
//! Operands are mostly recent nodes, as in real code. The generator keeps the value of each node for one set of arguments,
//! so that the text can end with the result.

use crate::body::{Body, Sequence};

/// How many of the last nodes operands are taken from.
const WINDOW: usize = 64;

/// A value and where it is.
#[derive(Clone)]
struct Known<T> {
    name: String,
    value: T,
}

struct Graph {
    body: Body,
    random: Sequence,
    words: Vec<Known<u32>>,
    bits: Vec<Known<bool>>,
    /// Words that nothing uses yet.
    unused: Vec<Known<u32>>,
}

/// A kernel of about `nodes` nodes with its expectation.
pub(crate) fn kernel(name: &str, nodes: usize) -> String {
    let arguments = [0x0123_4567, 0x89ab_cdef, 0xdead_beef, 0x0000_002a];
    let (text, result) = graph(name, nodes, arguments);
    let arguments = arguments.map(|argument| format!("bits[32]:{argument}")).join(", ");
    text + &format!("// run: {name}({arguments}) == bits[32]:{result}\n")
}

/// The same without expectation.
pub(crate) fn graph_text(name: &str, nodes: usize) -> String {
    graph(name, nodes, [0; 4]).0
}

fn graph(name: &str, nodes: usize, arguments: [u32; 4]) -> (String, u32) {
    let body = Body::new(name, "a: bits[32], b: bits[32], c: bits[32], d: bits[32]", "bits[32]");
    let words: Vec<_> = ["a", "b", "c", "d"]
        .into_iter()
        .zip(arguments)
        .map(|(name, value)| Known { name: name.into(), value })
        .collect();
    let mut graph = Graph { body, random: Sequence::new(nodes as u64), unused: words.clone(), words, bits: Vec::new() };
    while graph.body.nodes() + 1 < nodes {
        graph.step();
    }
    let result = graph.unused.iter().fold(0, |sum, word| sum ^ word.value);
    let operands: Vec<String> = graph.unused.into_iter().map(|word| word.name).collect();
    (graph.body.finish(format_args!("xor({})", operands.join(", "))), result)
}

impl Graph {
    /// One operation, with the constants it needs.
    fn step(&mut self) {
        let (a, b) = (self.unused_word(), self.word());
        let (x, y) = (a.value, b.value);
        let (a, b) = (a.name, b.name);
        match self.random.below(14) {
            0 => self.push(format!("add({a}, {b})"), x.wrapping_add(y)),
            1 => self.push(format!("sub({a}, {b})"), x.wrapping_sub(y)),
            2 => self.push(format!("umul({a}, {b})"), x.wrapping_mul(y)),
            3 => self.push(format!("and({a}, {b})"), x & y),
            4 => self.push(format!("or({a}, {b})"), x | y),
            5 | 6 => self.push(format!("xor({a}, {b})"), x ^ y),
            7 => self.push(format!("not({a})"), !x),
            8 | 9 => self.select(Known { name: a, value: x }, Known { name: b, value: y }),
            10 => self.shift(&a, x),
            11 => {
                let by = 1 + self.random.below(31) as u32;
                let name = self.body.rotate_right(&a, by);
                self.know(name, x.rotate_right(by));
            }
            12 => {
                let name = self.body.node("bits[1]", format_args!("ult({a}, {b})"));
                self.bits.push(Known { name, value: x < y });
                self.unused.push(Known { name: a, value: x });
            }
            _ => {
                let start = self.random.below(32);
                let name = self.body.node("bits[1]", format_args!("bit_slice({a}, start={start}, width=1)"));
                self.bits.push(Known { name, value: x >> start & 1 == 1 });
                self.unused.push(Known { name: a, value: x });
            }
        }
    }

    /// A choice between two words by a bit, or their sum while there is no bit.
    fn select(&mut self, a: Known<u32>, b: Known<u32>) {
        match recent(&mut self.random, &self.bits) {
            Some(bit) => self.push(
                format!("sel({}, cases=[{}, {}])", bit.name, a.name, b.name),
                if bit.value { b.value } else { a.value },
            ),
            None => self.push(format!("add({}, {})", a.name, b.name), a.value.wrapping_add(b.value)),
        }
    }

    fn shift(&mut self, a: &str, x: u32) {
        let by = 1 + self.random.below(31) as u32;
        let amount = self.body.constant(by);
        match self.random.below(3) {
            0 => self.push(format!("shll({a}, {amount})"), x << by),
            1 => self.push(format!("shrl({a}, {amount})"), x >> by),
            _ => self.push(format!("shra({a}, {amount})"), (x as i32 >> by) as u32),
        }
    }

    fn push(&mut self, operation: String, value: u32) {
        let name = self.body.word(format_args!("{operation}"));
        self.know(name, value);
    }

    fn know(&mut self, name: String, value: u32) {
        let word = Known { name, value };
        self.words.push(word.clone());
        self.unused.push(word);
    }

    /// A recent word that nothing uses yet, if there is one; it counts as used.
    fn unused_word(&mut self) -> Known<u32> {
        let from = self.unused.len().saturating_sub(WINDOW);
        match self.unused.len() - from {
            0 => self.word(),
            count => self.unused.remove(from + self.random.below(count)),
        }
    }

    /// A recent word.
    fn word(&mut self) -> Known<u32> {
        recent(&mut self.random, &self.words).expect("the parameters are words")
    }
}

fn recent<T: Clone>(random: &mut Sequence, values: &[Known<T>]) -> Option<Known<T>> {
    let from = values.len().saturating_sub(WINDOW);
    (!values.is_empty()).then(|| values[from + random.below(values.len() - from)].clone())
}
