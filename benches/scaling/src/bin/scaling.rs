//! How compile time and memory grow: `./bazelw run -c opt //benches/scaling -- --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    match xls_aot_bench_scaling::run(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
