//! Compiles the designs to the modules `gain` and `mixer`.

use xls_aot_build::{Design, Error};

fn main() -> Result<(), Error> {
    let design = |file: &str| Design::dslx(format!("src/dslx/{file}.x")).search_path("src/dslx");
    design("gain").top("apply").generate("gain")?;
    // Both modules use the type `audio::Stereo`: in Rust it is one type too.
    design("mixer").tops(["mix", "balance"]).types_from("gain").generate("mixer")
}
