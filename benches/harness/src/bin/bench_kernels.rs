//! Measures compiled kernels against each other. `benches/run` builds what this needs and calls it.

use std::process::ExitCode;

fn main() -> ExitCode {
    match xls_aot_bench_harness::run(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench_kernels: {error}");
            ExitCode::FAILURE
        }
    }
}
