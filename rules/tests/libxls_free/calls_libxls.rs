//! A program that the dynamic loader needs the stand-in of libxls for.

extern "C" {
    fn xls_is_here() -> i32;
}

fn main() {
    // SAFETY: the stand-in's function takes nothing and only returns a number.
    println!("{}", unsafe { xls_is_here() });
}
