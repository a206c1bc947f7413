//! Bytes that the runtime adds to a stripped program, and what the program loads.

use std::fs;

pub fn report() {
    let plain = size_of_file("SIZE_PLAIN");
    let with_runtime = size_of_file("SIZE_WITH_RUNTIME");
    println!("size of a stripped program");
    println!("  plain                        {plain:>9} bytes");
    println!("  with assert_pair and runtime {with_runtime:>9} bytes ({:+} bytes)", with_runtime as i64 - plain as i64);
}

fn size_of_file(variable: &str) -> u64 {
    let path = std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is set by the benches target"));
    fs::metadata(&path).unwrap_or_else(|error| panic!("{path}: {error}")).len()
}
