//! A program whose dependencies are under test, not what it does.

fn main() {}
