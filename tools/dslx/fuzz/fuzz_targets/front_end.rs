//! Any bytes as a module: parser, checker, constants, conversion.
//!
//! Whatever the bytes are: no panic, and little time. A refusal has findings. What is accepted becomes a package that the
//! verifier of tools/ir accepts.
#![no_main]

#[path = "../../../ir/fuzz/fuzz_targets/cpu_time.rs"]
mod cpu_time;
#[path = "../../../ir/fuzz/fuzz_targets/mutate.rs"]
mod mutate;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use xls_aot_dslx::frontend::{to_ir, Functions};
use xls_aot_dslx::modules::{Loader, Search, Top};
use xls_aot_dslx::warnings::Enabled;
use xls_aot_ir::{print_package, read_package};

/// There are no other files.
struct Nothing;

impl Loader for Nothing {
    fn load(&self, _path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(None)
    }
}

/// Longest IR that is read again: a short text may stand for a lot of it.
const MOST_TO_READ: usize = 1 << 20;

fuzz_target!(|data: &[u8]| cpu_time::bounded(|| {
    let top = Top { name: "fuzz", path: "fuzz.x", shown: "fuzz.x", text: data.to_vec() };
    match to_ir(top, &Search::default(), &Nothing, &Functions::AllAndTests, &Enabled::default()) {
        Err(report) => assert!(report.has_errors(), "refused without an error"),
        Ok(program) => {
            let printed = print_package(&program.package);
            if printed.len() <= MOST_TO_READ {
                let read = read_package("printed.ir", printed.as_bytes());
                assert!(read.is_ok(), "what was converted is refused:\n{printed}\n{}", read.unwrap_err());
            }
        }
    }
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
