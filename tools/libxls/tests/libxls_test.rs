//! The chosen libxls and the crate `xlsynth` fit together: each of the library's services that the back end relies on
//! answers. A library of another version fails here (at link time, or in a call) before anything builds on it.
//!
//! The folder of the DSLX standard library comes in `DSLX_STDLIB_FILES`, as the paths of its files or of one directory.

use std::path::{Path, PathBuf};
use xlsynth::{
    aot_lib::AotCompiled, convert_dslx_to_ir_text, DslxConvertOptions, IrPackage, IrValue,
};

const IR: &str = "package sample

top fn triple(x: bits[8] id=1) -> bits[8] {
  add.2: bits[8] = add(x, x, id=2)
  ret add.3: bits[8] = add(add.2, x, id=3)
}
";

#[test]
fn interprets_ir() {
    let package = IrPackage::parse_ir(IR, Some("sample.ir")).expect("valid IR");
    let triple = package.get_function("triple").expect("the function is there");
    let x = IrValue::make_ubits(8, 100).expect("100 fits in bits[8]");
    let y = triple.interpret(&[x]).expect("no operation here can fail");
    assert_eq!(y.to_u64().expect("bits[8] fits in u64"), 300 % 256);
}

#[test]
fn refuses_bad_ir() {
    let error = IrPackage::parse_ir("package p\n\nfn f(x: bits[8]) -> bits[8] {\n", None)
        .err()
        .expect("the function has no end");
    assert!(!error.to_string().is_empty());
}

#[test]
fn compiles_ahead_of_time() {
    let compiled = AotCompiled::compile_ir(IR, "triple").expect("valid IR");
    assert_eq!(&compiled.object_code[..4], b"\x7fELF");
}

#[test]
fn converts_dslx_with_the_standard_library() {
    let stdlib = stdlib_folder();
    let options = DslxConvertOptions {
        dslx_stdlib_path: Some(&stdlib),
        ..DslxConvertOptions::default()
    };
    let dslx = "import std;\n\npub fn half(x: u8) -> u8 { std::ceil_div(x, u8:2) }\n";
    let converted = convert_dslx_to_ir_text(dslx, Path::new("sample.x"), &options)
        .expect("valid DSLX, and std.x is in the folder");
    assert!(converted.ir.contains("__sample__half"), "{}", converted.ir);
}

fn stdlib_folder() -> PathBuf {
    let files = std::env::var("DSLX_STDLIB_FILES").expect("the build sets DSLX_STDLIB_FILES");
    let first = PathBuf::from(files.split(' ').next().expect("split gives at least one piece"));
    if first.is_dir() {
        return first;
    }
    first.parent().map(Path::to_path_buf).unwrap_or(first)
}
