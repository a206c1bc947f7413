//! The program `xls_aot`: every command, with the back ends that need no library at build time.

fn main() -> std::process::ExitCode {
    xls_aot_cli::main()
}
