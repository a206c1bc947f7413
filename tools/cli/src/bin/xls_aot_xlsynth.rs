//! The program `xls_aot_xlsynth`: as `xls_aot`, with the xlsynth back end.

fn main() -> std::process::ExitCode {
    xls_aot_cli::main()
}
