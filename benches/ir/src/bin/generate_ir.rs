//! Writes a generated kernel to a file: `generate_ir NAME FILE`.

use std::process::ExitCode;

use xls_aot_bench_ir::{kernel, KERNELS};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, file] = arguments.as_slice() else {
        eprintln!("usage: generate_ir NAME FILE");
        return ExitCode::from(2);
    };
    let Some(text) = kernel(name) else {
        let known: Vec<&str> = KERNELS.iter().map(|(name, _)| *name).collect();
        eprintln!("generate_ir: no kernel is called `{name}`; there are {}", known.join(", "));
        return ExitCode::FAILURE;
    };
    match std::fs::write(file, text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{file}: {error}");
            ExitCode::FAILURE
        }
    }
}
