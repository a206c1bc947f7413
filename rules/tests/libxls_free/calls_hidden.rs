//! A program that carries the stand-in of a part of libxls.

extern "C" {
    fn xls_hidden() -> i32;
}

fn main() {
    // SAFETY: the stand-in's function takes nothing and only returns a number.
    println!("{}", unsafe { xls_hidden() });
}
