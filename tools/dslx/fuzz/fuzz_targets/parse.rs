//! Any bytes through the lexer, the parser and the warnings.
//!
//! Whatever the bytes are: no panic, and little time. Findings have known codes and places inside the text, ids of nodes
//! are different, and places of nodes are inside those of the nodes above.
#![no_main]

#[path = "../../../ir/fuzz/fuzz_targets/cpu_time.rs"]
mod cpu_time;
#[path = "../../../ir/fuzz/fuzz_targets/mutate.rs"]
mod mutate;
#[path = "../../tests/sound/mod.rs"]
mod sound;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|data: &[u8]| cpu_time::bounded(|| {
    sound::parse(data);
}));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    match mutate::tokens(&data[..size], seed) {
        Some(text) if text.len() <= max_size.min(data.len()) => {
            data[..text.len()].copy_from_slice(&text);
            text.len()
        }
        _ => fuzzer_mutate(data, size, max_size),
    }
});
