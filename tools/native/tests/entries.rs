//! Objects of several entries: what they export, what they share, and that each entry does what the evaluator says.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use object::read::{Object, ObjectSection, ObjectSymbol};
use xls_aot_backend::{Backend, CompileRequest, Compiled, Target};
use xls_aot_execute::{
    call_loaded, evaluate, in_thread, plain_name, CallLimits, Callable, Library, Sites, Unspecified,
};
use xls_aot_ir::{closure, read_package, FuncId, Op, Package, Value};
use xls_aot_metadata::TempBuffer;
use xls_aot_native::{NativeBackend, OptLevel};
use xls_aot_values::Random;

const HOST: Target = if cfg!(target_arch = "aarch64") { Target::Aarch64Linux } else { Target::X86_64Linux };

/// The package with its event sites numbered, as the driver does it.
fn numbered(mut package: Package) -> Package {
    let nodes = package.functions.iter_mut().flat_map(|function| &mut function.nodes);
    let mut number = 0;
    for node in nodes {
        match &mut node.op {
            Op::Assert { message, .. } => *message = number.to_string().into(),
            Op::Cover { label } => *label = number.to_string().into(),
            Op::Trace { verbosity, .. } => *verbosity = number,
            _ => continue,
        }
        number += 1;
    }
    package
}

/// Compiles the functions of these names as entries.
fn compile(package: &Package, names: &[&str], level: OptLevel) -> Compiled {
    let tops: Vec<FuncId> = names.iter().map(|name| package.find_function(name).unwrap()).collect();
    let (package, entries) = closure::of_all(package, &tops);
    let request = CompileRequest { package: &numbered(package), entries: &entries, target: HOST, cpu: None };
    NativeBackend::new(level).compile(&request).unwrap_or_else(|error| panic!("{error}"))
}

/// The object of these entries, whose symbols are their names.
fn object(package: &Package, names: &[&str], level: OptLevel) -> Vec<u8> {
    let symbols: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    compile(package, names, level).object.finish(&symbols, b"description").unwrap()
}

fn exported(object: &[u8]) -> BTreeSet<String> {
    let file = object::File::parse(object).unwrap();
    let symbols = file.symbols().filter(|symbol| symbol.is_global() && !symbol.is_undefined());
    symbols.map(|symbol| symbol.name().unwrap().to_owned()).collect()
}

fn code_size(object: &[u8]) -> u64 {
    object::File::parse(object).unwrap().section_by_name(".text").unwrap().size()
}

/// A function that is too large to be inlined in two places (`large`), two that call it, one that calls one of these, one
/// that asserts, and one that uses `small` as the body of a loop.
fn package() -> Package {
    let mut text =
        "package p\n\nfn large(x: bits[64], y: bits[64]) -> bits[64] {\n  v0: bits[64] = not(x)\n".to_owned();
    for i in 0..4000 {
        let op = ["umul", "xor", "sub"][i % 3];
        let other = if i % 3 == 0 { "y" } else { "x" };
        writeln!(text, "  v{}: bits[64] = {op}(v{i}, {other})", i + 1).unwrap();
    }
    text += "  ret r: bits[64] = add(v4000, y)
}

fn first(x: bits[64]) -> bits[64] {
  ret r: bits[64] = invoke(x, x, to_apply=large)
}

fn second(x: bits[64], c: bits[64]) -> bits[64] {
  a: bits[64] = invoke(x, c, to_apply=large)
  b: bits[64] = invoke(c, a, to_apply=large)
  ret r: bits[64] = neg(b)
}

fn third(x: bits[64]) -> bits[64] {
  a: bits[64] = invoke(x, to_apply=first)
  ret r: bits[64] = not(a)
}

fn small(i: bits[8], s: bits[64]) -> bits[64] {
  e: bits[64] = zero_ext(i, new_bit_count=64)
  ret r: bits[64] = sub(e, s)
}

fn looping(x: bits[64]) -> bits[64] {
  ret r: bits[64] = counted_for(x, trip_count=100, stride=1, body=small)
}

fn checked(t: token, x: bits[64]) -> bits[64] {
  z: bits[64] = literal(value=0)
  c: bits[1] = ne(x, z)
  u: token = assert(t, c, message=\"zero\")
  ret r: bits[64] = neg(x)
}
";
    read_package("p.ir", text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

const NAMES: [&str; 6] = ["third", "large", "second", "looping", "small", "checked"];

#[test]
fn each_entry_exports_its_symbols() {
    let package = package();
    for level in [OptLevel::None, OptLevel::Full] {
        let entries = compile(&package, &NAMES, level).entries;
        let mut expected = BTreeSet::new();
        for (name, entry) in NAMES.iter().zip(&entries) {
            assert_eq!(entry.kinds.len(), if *name == "checked" { 1 } else { 2 }, "{name}");
            expected.extend(entry.kinds.iter().map(|kind| format!("{name}{}", kind.symbol_suffix())));
        }
        assert_eq!(expected.len(), 11);
        assert_eq!(exported(&object(&package, &NAMES, level)), expected);
    }
}

#[test]
fn the_order_of_the_request_is_kept() {
    let package = package();
    let kinds = |names: &[&str]| compile(&package, names, OptLevel::Full).entries;
    let (forth, mut back) = (kinds(&["checked", "first"]), kinds(&["first", "checked"]));
    back.reverse();
    assert_eq!(forth, back);
    assert_ne!(forth[0], forth[1]);
}

/// `large` takes nearly all of the code.
#[test]
fn what_entries_share_is_there_once() {
    let package = package();
    for level in [OptLevel::None, OptLevel::Full] {
        let size = |names: &[&str]| code_size(&object(&package, names, level));
        let large = size(&["large"]);
        assert!(large > 10_000, "{large}");
        for names in [&["first", "second"][..], &["second", "large"], &["large", "first", "second", "third"]] {
            let all = size(names);
            assert!(all < large + large / 4, "{names:?} at level {level}: {all} bytes, `large` alone {large}");
        }
    }
}

#[test]
fn one_entry_is_compiled_as_if_there_were_no_others_beside_it() {
    let package = package();
    let alone = closure::of(&package, package.find_function("second").unwrap());
    assert_eq!(object(&alone, &["second"], OptLevel::Full), object(&package, &["second"], OptLevel::Full));
}

/// Compiles all functions of a package as entries of one object and compares calls of each with the evaluator; how many.
fn compare(name: &str, package: &Package, level: OptLevel) -> usize {
    let names: Vec<&str> = package.functions.iter().map(|function| &*function.name).collect();
    let compiled = compile(package, &names, level);
    let entries = compiled.entries;
    let symbols: Vec<String> = (0..names.len()).map(|i| format!("entry_{i}")).collect();
    let object = compiled.object.finish(&symbols, b"description").unwrap();
    let library = Library::of_object(&object).unwrap_or_else(|error| panic!("{error}"));
    let sites = Sites::of(package, plain_name);
    let mut compared = 0;
    for ((id, function), (entry, symbol)) in package.iter().zip(entries.iter().zip(&symbols)) {
        let direct = (entry.kinds.len() > 1).then(|| format!("{symbol}_direct"));
        let temp = TempBuffer { size: entry.temp_buffer.size, align: entry.temp_buffer.align };
        let callable = Callable::of(&library, (symbol, direct.as_deref()), function, temp, &sites)
            .unwrap_or_else(|error| panic!("{error}"));
        let random = &mut Random::new(8, id.index() as u64);
        let mut arguments = || -> Vec<Value> {
            let types = function.params.iter().map(|&param| &function.node(param).ty);
            types.map(|ty| xls_aot_values::value(random, ty)).collect()
        };
        let calls: Vec<Vec<Value>> = (0..3).map(|_| arguments()).collect();
        let mut calls: Vec<&[Value]> = calls.iter().map(Vec::as_slice).collect();
        let closed = closure::of(package, id);
        let options = xls_aot_eval::Options { max_steps: 1 << 20, ..Default::default() };
        // Empty arrays have no values, and a few loops take too long.
        let outcomes = evaluate(&closed, &calls, &options);
        let mut is_known = outcomes.iter().map(Result::is_ok);
        calls.retain(|_| is_known.next() == Some(true));
        let expected: Vec<_> = outcomes.into_iter().flatten().collect();
        let limits = CallLimits { call_seconds: 60, crashes: 1 };
        let got = call_loaded(&callable, &calls, &sites, limits).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(got.len(), calls.len(), "{name}: {}", function.name);
        for ((expected, got), call) in expected.into_iter().zip(got).zip(&calls) {
            let place = format!("{name} at level {level}: {}({call:?})", function.name);
            let got = got.unwrap_or_else(|fault| panic!("{place}: {fault}"));
            let top = FuncId::new(closed.functions.len() - 1);
            let unspecified = Unspecified::of(&closed, top, call, &options).unwrap();
            assert!(got.agrees_with(&expected, unspecified.as_ref(), true), "{place} gives {got}, not {expected}");
            compared += 1;
        }
    }
    compared
}

#[test]
fn entries_that_share_code_do_what_they_should() {
    for level in [OptLevel::None, OptLevel::Full] {
        assert_eq!(compare("shared", &package(), level), 21);
    }
}

/// Every file test as one object, whose entries are all of its functions: those that other functions call too.
#[test]
fn all_functions_of_a_file_may_be_entries() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = manifest.ancestors().nth(2).unwrap_or(manifest).join("testdata/run");
    let folder = if folder.is_dir() { folder } else { PathBuf::from("testdata/run") };
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "ir"));
    files.sort();
    let compared = in_thread(|| {
        let mut compared = 0;
        for path in &files {
            let name = path.file_stem().unwrap().to_string_lossy();
            let package = read_package(&name, &std::fs::read(path).unwrap())?;
            compared += compare(&name, &package, OptLevel::Full);
        }
        Ok(compared)
    });
    let compared = compared.unwrap_or_else(|error| panic!("{error}"));
    assert!(files.len() >= 60 && compared >= 2000, "{compared} calls of {} files", files.len());
}
