//! The program `xls_aot`: all commands, with the back ends that need no library at build time.

fn main() -> std::process::ExitCode {
    xls_aot_cli::main()
}
