//! Prints the CRC-32 of its first argument.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(text) = std::env::args().nth(1) else {
        eprintln!("usage: checksum TEXT");
        return ExitCode::from(2);
    };
    println!("{:08x}", checksum::checksum(text.as_bytes()));
    ExitCode::SUCCESS
}
