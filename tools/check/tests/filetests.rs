//! The file tests of `testdata/run`: one test a file, on the evaluator, on the evaluator behind the optimiser, and on native
//! code of both levels. `cargo test -p xls_aot_check --test filetests NAME` runs the files whose names contain `NAME`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use xls_aot_backend::Target;
use xls_aot_check::{called_operations, run_filetest};
use xls_aot_execute::{Machine, Memory, Subject};
use xls_aot_ir::{FuncId, OpKind, Package};
use xls_aot_native::{NativeBackend, OptLevel};
use xls_aot_opt::{optimize, Options};

/// Each file is a test of its name.
macro_rules! files {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            run(stringify!($name));
        })*

        const FILES: &[&str] = &[$(stringify!($name)),*];
    };
}

files! {
    add
    array_and_tuple
    array_concat
    array_index
    array_slice
    array_update
    assert
    assumed_in_bounds
    bit_scans
    bit_slice
    bit_slice_update
    bitwise
    combined_conditions
    compare_signed
    compare_unsigned
    concat
    constants_without_bits
    counted_for
    cover
    decode
    deep_types
    dirty_constant_index
    divisions_of_widths
    dynamic_bit_slice
    dynamic_counted_for
    dynamic_loop_index
    encode
    eq_ne
    eq_of_aggregates
    gate
    gate_of_aggregates
    identity
    identity_of_aggregates
    if_chains
    invoke
    lanes_arithmetic
    lanes_bits
    lanes_compare
    lanes_memory
    lanes_sums
    large_arrays
    literal
    long_division
    loop_buffers
    many_values
    map
    neg
    not
    one_hot
    one_hot_sel
    one_hot_sel_of_aggregates
    partial_products
    priority_sel
    priority_sel_of_aggregates
    reductions
    results_in_place
    reverse
    same_operands_at_widths
    sdiv
    sel
    sel_of_aggregates
    shll
    shra
    shra_by_a_wide_amount
    shrl
    sign_ext
    sign_extended
    smod
    smul
    sub
    tokens
    trace
    udiv
    umod
    umul
    zero_ext
}

/// Folder of the files: tests run in their crate's folder under cargo, in the workspace's under Bazel.
fn folder() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = manifest.ancestors().nth(2).unwrap_or(manifest).join("testdata/run");
    if folder.is_dir() {
        folder
    } else {
        PathBuf::from("testdata/run")
    }
}

fn text(name: &str) -> String {
    let path = folder().join(format!("{name}.ir"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn optimized(package: &Package) -> Result<Package, String> {
    let top = FuncId::new(package.functions.len() - 1);
    let options = Options { level: OptLevel::Full, ..Options::default() };
    optimize(package, top, &options).map_err(|broken| broken.to_string())
}

fn run(name: &'static str) {
    // As large as the stack of `check`'s threads: unoptimised builds of the compiler take much for types of 256 levels.
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(move || run_here(name));
    thread.unwrap().join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

fn run_here(name: &str) {
    let (none, full) = (NativeBackend::new(OptLevel::None), NativeBackend::new(OptLevel::Full));
    let in_parts = full.without_folding().in_small_parts();
    let subjects = [
        ("the optimiser".to_owned(), Subject::Transformed(&optimized)),
        ("native, not optimised".to_owned(), Subject::Compiled(&none)),
        ("native, optimised".to_owned(), Subject::Compiled(&full)),
        ("native, optimised, without folding, in small parts".to_owned(), Subject::Compiled(&in_parts)),
    ];
    if let Err(error) = run_filetest(&format!("{name}.ir"), &text(name), &subjects) {
        panic!("{error}");
    }
}

/// The caller program limits its stack to 1 MiB, whatever the machine allows (`tools/execute/src/caller_program/table.rs`).
#[test]
fn large_arrays_on_a_small_stack() {
    let target = if cfg!(target_arch = "aarch64") { Target::Aarch64Linux } else { Target::X86_64Linux };
    let machine = Machine { target, runner: Vec::new(), memory: Memory::Patterned };
    let (none, full) = (NativeBackend::new(OptLevel::None), NativeBackend::new(OptLevel::Full));
    let subjects = [
        ("native, not optimised".to_owned(), Subject::CompiledFor(&none, &machine)),
        ("native, optimised".to_owned(), Subject::CompiledFor(&full, &machine)),
    ];
    let lines = run_filetest("large_arrays.ir", &text("large_arrays"), &subjects);
    assert_eq!(lines.unwrap_or_else(|error| panic!("{error}")), 4);
}

#[test]
fn every_file_is_listed() {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|extension| extension == "ir"));
    let found: BTreeSet<String> = files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    let listed: BTreeSet<String> = FILES.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(found, listed, "the files of testdata/run, and those in the list of tools/check/tests/filetests.rs");
}

#[test]
fn every_operation_is_run() {
    let mut seen = BTreeSet::new();
    for name in FILES {
        seen.extend(called_operations(name, &text(name)).unwrap_or_else(|error| panic!("{error}")));
    }
    let missing: Vec<OpKind> = OpKind::ALL.iter().copied().filter(|kind| !seen.contains(kind)).collect();
    assert_eq!(missing, [], "no `run:` line of testdata/run reaches these");
}
