//! Functions that reach every operation, and arguments for them.
//!
//! [`package`] has functions for one width, [`observed`] those that only the evaluator runs (traces and covers), and
//! [`small()`] functions of few bits, to be tried on all arguments. Functions called `part_..` are callees.

mod aggregates;
mod arguments;
mod bit_vectors;
mod calls;
mod choices;
mod effects;
mod slices;
mod small;

use std::fmt::Write as _;

pub use arguments::{all_arguments, Arguments};

/// Widths on both sides of each change of representation: no bits, carriers of 8 to 64 bits, pairs of them, limbs up to
/// 512 bits, words in memory.
pub const WIDTHS: &[u32] = &[0, 1, 7, 8, 32, 33, 63, 64, 65, 127, 128, 129, 256, 257, 512, 513, 523, 1200];

/// Functions of one width that compiled code has too.
pub fn package(width: u32) -> String {
    let mut w = Writer::new("probes");
    bit_vectors::unary(&mut w, width);
    bit_vectors::binary(&mut w, width);
    bit_vectors::products(&mut w, width);
    bit_vectors::shifts(&mut w, width);
    slices::slices(&mut w, width);
    choices::choices(&mut w, width);
    aggregates::aggregates(&mut w, width);
    aggregates::constants(&mut w, width);
    aggregates::long_tuples(&mut w, width);
    calls::calls(&mut w, width);
    calls::loops(&mut w, width);
    effects::asserts(&mut w, width);
    w.text
}

/// Functions of one width that report more than failed assertions, or take and give tokens.
pub fn observed(width: u32) -> String {
    let mut w = Writer::new("observed");
    effects::observed(&mut w, width);
    w.text
}

/// Functions of small and mixed widths.
pub fn small() -> String {
    let mut w = Writer::new("small");
    small::functions(&mut w);
    w.text
}

/// Writes functions.
struct Writer {
    text: String,
    count: usize,
}

impl Writer {
    fn new(package: &str) -> Self {
        Self { text: format!("package {package}\n"), count: 0 }
    }

    /// `fn <op>_<n>(params) -> result { <body> }`; the body's last line is the result's, without `ret <name>: <type> =`.
    fn function(&mut self, name: &str, params: &str, result: &str, body: &str) {
        let (rest, last) = body.rsplit_once(';').unwrap_or(("", body));
        let number = self.count;
        self.count += 1;
        write!(self.text, "\nfn {name}_{number}({params}) -> {result} {{\n").unwrap();
        for line in rest.split(';').map(str::trim).filter(|line| !line.is_empty()) {
            writeln!(self.text, "  {line}").unwrap();
        }
        writeln!(self.text, "  ret out: {result} = {}\n}}", last.trim()).unwrap();
    }

    fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

fn ceil_log2(n: u32) -> u32 {
    n.next_power_of_two().trailing_zeros()
}
