//! Shapes of any size whose compilation is measured.

use std::fmt::Write as _;

use crate::body::Body;
use crate::{long, random, sha256};

/// A shape: its name, which is also its package's, and its text for a number of nodes.
pub type Case = (&'static str, fn(usize) -> String);

/// All shapes. The first four are kinds of programs; each of the others makes one part of a package long, where an
/// algorithm that looks at all of that part for each piece of it would take quadratic time.
pub const CASES: &[Case] = &[
    ("mixed", mixed),
    ("chain", sha256::chain),
    ("wide", wide),
    ("calls", calls),
    ("tuple", long::tuple),
    ("concat", long::concat),
    ("select", long::select),
    ("literal", long::literal),
    ("array", long::array),
    ("nesting", long::nesting),
    ("functions", long::functions),
    ("parameters", long::parameters),
    ("assertions", long::assertions),
];

/// Random operations on recent results.
fn mixed(nodes: usize) -> String {
    random::graph_text("mixed", nodes)
}

/// Many short computations that are independent of each other, added up by a tree.
fn wide(nodes: usize) -> String {
    let mut body = Body::new("wide", "a: bits[32], b: bits[32]", "bits[32]");
    let mut sums = Vec::new();
    // A computation takes four nodes, and one of the tree.
    for i in 0..(nodes / 5).max(1) {
        let constant = body.constant((i as u32).wrapping_mul(0x9e37_79b9));
        let sum = body.word(format_args!("add(a, {constant})"));
        let product = body.word(format_args!("umul({sum}, b)"));
        sums.push(body.word(format_args!("xor({product}, {constant})")));
    }
    while sums.len() > 2 {
        sums = sums
            .chunks(2)
            .map(|pair| match pair {
                [a, b] => body.word(format_args!("add({a}, {b})")),
                rest => rest[0].clone(),
            })
            .collect();
    }
    body.finish(format_args!("or({})", sums.join(", ")))
}

/// Small functions, each of which calls the one before: three nodes a function.
fn calls(nodes: usize) -> String {
    let mut text = String::from("package calls\n\n");
    let functions = (nodes / 3).max(1);
    for i in 0..functions {
        let (head, callee) = match i {
            0 => ("fn f0".to_owned(), None),
            _ if i + 1 == functions => ("top fn calls".to_owned(), Some(i - 1)),
            _ => (format!("fn f{i}"), Some(i - 1)),
        };
        let first = match callee {
            Some(callee) => format!("invoke(x, to_apply=f{callee})"),
            None => "not(x)".to_owned(),
        };
        // Constants of two functions do not fold into one.
        let second = ["add", "xor", "umul"][i % 3];
        let constant = 2 * i + 1;
        write!(
            text,
            "{head}(x: bits[32]) -> bits[32] {{\n  k: bits[32] = literal(value={constant})\n  y: bits[32] = {first}\n  \
             ret z: bits[32] = {second}(y, k)\n}}\n\n"
        )
        .expect("writing to a String");
    }
    text
}
