//! A small program that calls a compiled design and prints a failed assertion.

fn main() {
    let mut arguments = std::env::args().skip(1).map(|a| a.parse::<u8>().unwrap_or(0));
    let (a, b) = (arguments.next().unwrap_or(0), arguments.next().unwrap_or(0));
    match assert_pair::assert_pair(a, b) {
        Ok(sum) => println!("{sum}"),
        Err(failure) => println!("{failure}"),
    }
}
