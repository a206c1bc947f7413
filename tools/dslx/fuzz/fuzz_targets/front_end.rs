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
use xls_aot_dslx::modules::{Loader, Root, Search, Top};
use xls_aot_dslx::warnings::Enabled;
use xls_aot_ir::{print_package, read_package};

/// What can be imported as `m`: one of everything.
const IMPORTED: &str = "
pub const N = u32:3;
pub enum E : u2 { A = 0, B = 1 }
pub struct S { a: u8, e: E }
pub struct P<W: u32, V: u32 = {W + u32:1}> { x: uN[W], y: sN[V] }
impl P<W, V> { const C = W; fn wide(self) -> uN[V] { self.x as uN[V] } }
pub type T = P<u32:4>;
pub fn f(x: u8) -> u8 { x + u8:1 }
pub fn g<W: u32>(x: uN[W]) -> uN[W] { assert!(x != uN[W]:0, \"zero\"); x }
";

struct Imports;

impl Loader for Imports {
    fn load(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok((path == "m.x").then(|| IMPORTED.into()))
    }
}

/// Longest IR that is read again: a short text may stand for a lot of it.
const MOST_TO_READ: usize = 1 << 20;

fuzz_target!(|data: &[u8]| cpu_time::bounded(|| {
    let top = Top { name: "fuzz", path: "fuzz.x", shown: "fuzz.x", text: data.to_vec() };
    let search = Search { roots: vec![Root::new("")], ..Search::default() };
    match to_ir(top, &search, &Imports, &Functions::AllAndTests, &Enabled::default()) {
        Err(report) => {
            let text = report.to_string();
            assert!(report.has_errors() && !text.contains("error[E1207]"), "refused without an error: {text}");
        }
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
