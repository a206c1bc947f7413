//! A generator of source code whose own code uses the stand-in: it runs during the build.

use std::{env, fs, io};

fn main() -> io::Result<()> {
    let path = env::args_os().nth(1).ok_or(io::ErrorKind::InvalidInput)?;
    let source = format!(
        "//! Generated.\n\nmacros::stand_in!();\n\nfn main() {{\n    println!(\"{{}}\", STAND_IN && {});\n}}\n",
        xlsynth_sys::PRESENT
    );
    fs::write(path, source)
}
