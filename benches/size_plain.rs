//! The program of `size_with_runtime.rs` without a compiled design.

fn main() {
    let mut arguments = std::env::args().skip(1).map(|a| a.parse::<u8>().unwrap_or(0));
    let (a, b) = (arguments.next().unwrap_or(0), arguments.next().unwrap_or(0));
    match a.checked_add(b) {
        Some(sum) => println!("{sum}"),
        None => println!("the sum does not fit"),
    }
}
