//! Compiles the design to the module `crc32`.

fn main() -> Result<(), xls_aot_build::Error> {
    xls_aot_build::Design::ir("src/crc32.ir").generate("crc32")
}
