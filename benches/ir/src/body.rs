//! Text of one function, node by node.

use std::fmt::{self, Write as _};

use rand_xoshiro::rand_core::{Rng, SeedableRng};
use rand_xoshiro::SplitMix64;

/// A function under construction. Nodes are called `v0`, `v1`, ...; names are handed around as text.
pub(crate) struct Body {
    text: String,
    result: String,
    nodes: usize,
}

impl Body {
    /// Begins the top function `name` of a package of that name.
    pub(crate) fn new(name: &str, params: &str, result: &str) -> Self {
        let text = format!("package {name}\n\ntop fn {name}({params}) -> {result} {{\n");
        Self { text, result: result.to_owned(), nodes: 0 }
    }

    /// How many nodes there are so far.
    pub(crate) fn nodes(&self) -> usize {
        self.nodes
    }

    /// Adds a node: its type, and what stands behind the equals sign.
    pub(crate) fn node(&mut self, ty: &str, operation: fmt::Arguments<'_>) -> String {
        let name = format!("v{}", self.nodes);
        self.nodes += 1;
        writeln!(self.text, "  {name}: {ty} = {operation}").expect("writing to a String");
        name
    }

    /// Adds a node of type `bits[32]`.
    pub(crate) fn word(&mut self, operation: fmt::Arguments<'_>) -> String {
        self.node("bits[32]", operation)
    }

    /// A constant of type `bits[32]`.
    pub(crate) fn constant(&mut self, value: u32) -> String {
        self.word(format_args!("literal(value={value})"))
    }

    /// `x` rotated to the right, as slices put together the other way round; `by` is 1 to 31.
    pub(crate) fn rotate_right(&mut self, x: &str, by: u32) -> String {
        let low = self.node(&format!("bits[{by}]"), format_args!("bit_slice({x}, start=0, width={by})"));
        let rest = 32 - by;
        let high = self.node(&format!("bits[{rest}]"), format_args!("bit_slice({x}, start={by}, width={rest})"));
        self.word(format_args!("concat({low}, {high})"))
    }

    /// The elements of a parameter of type `bits[32][count]` or `bits[8][count]`.
    pub(crate) fn elements(&mut self, array: &str, ty: &str, count: u32) -> Vec<String> {
        (0..count)
            .map(|i| {
                let index = self.constant(i);
                self.node(ty, format_args!("array_index({array}, indices=[{index}])"))
            })
            .collect()
    }

    /// Ends the function with the node that it returns.
    pub(crate) fn finish(mut self, operation: fmt::Arguments<'_>) -> String {
        let result = &self.result;
        writeln!(self.text, "  ret result: {result} = {operation}\n}}").expect("writing to a String");
        self.text
    }
}

/// A typed value of type `bits[width][..]`.
pub(crate) fn array_value(width: u32, elements: impl IntoIterator<Item = u32>) -> String {
    let elements: Vec<String> = elements.into_iter().map(|element| format!("bits[{width}]:{element}")).collect();
    format!("[{}]", elements.join(", "))
}

/// A fixed sequence of numbers for each seed.
pub(crate) struct Sequence(SplitMix64);

impl Sequence {
    pub(crate) fn new(seed: u64) -> Self {
        Sequence(SplitMix64::seed_from_u64(seed))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `bound`, which is not zero.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}
