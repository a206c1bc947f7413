//! A memory of 1024 words: one read, one write, the next state.

use crate::body::{array_value, Body};

pub(crate) fn mem1k() -> String {
    let params = "memory: bits[32][1024], address: bits[10], value: bits[32]";
    let mut body = Body::new("mem1k", params, "(bits[32], bits[32][1024])");
    let old = body.word(format_args!("array_index(memory, indices=[address])"));
    let next = body.node("bits[32][1024]", format_args!("array_update(memory, value, indices=[address])"));
    let before = array_value(32, 0..1024);
    let after = array_value(32, (0..1024).map(|i| if i == 1000 { 7 } else { i }));
    let run = format!("// run: mem1k({before}, bits[10]:1000, bits[32]:7) == (bits[32]:1000, {after})\n");
    body.finish(format_args!("tuple({old}, {next})")) + &run
}
