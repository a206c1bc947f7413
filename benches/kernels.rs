//! Compares the kernels' compiled forms: `./bazelw run -c opt //benches:kernels -- --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    match xls_aot_bench_harness::run(kernel_table::ARTEFACTS, std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
