//! Random programs have every construct of the language that functions can have.
//!
//! The list follows the language reference and the list of built-in functions, section by section. A construct is
//! recognised by a text that nothing else has.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use xls_aot_dslx::frontend::{to_ir, Functions};
use xls_aot_dslx::modules::{ReadWith, Root, Search, Top};
use xls_aot_dslx::warnings::Enabled;
use xls_aot_dslx_check::random_program;

/// Programs that are looked at.
const PROGRAMS: u64 = 2000;

/// Programs of these that are checked.
const CHECKED: u64 = 200;

/// What a construct is called, and a text that only programs with it have.
const CONSTRUCTS: &[(&str, &str)] = &[
    // Modules.
    ("comment", "// A module."),
    ("attribute of a module", "#![allow("),
    ("import", "\nimport m0;"),
    ("import from a folder", "import part.of."),
    ("import by another name", " as other_"),
    ("use", "\nuse m0;"),
    ("use from a folder", "\nuse part::of::"),
    ("use of several modules", "\nuse part::{m0, of::m1};"),
    ("import of the standard library", "std::popcount("),
    ("type of another module", ": m0::"),
    ("constant of another module", "m0::K"),
    ("constant of another module in a type", "[m0::W"),
    ("function of another module", "m0::f"),
    ("parametric function of another module", "m0::fold("),
    ("explicit parametrics of a function of another module", "m0::widen<u32:"),
    ("enumeration of another module as a parametric", "<m0::Mode::"),
    ("member of an enumeration of another module", "m0::E0::A"),
    ("structure of another module", "m0::S0 {"),
    ("function of a structure of another module", "m0::S0::new("),
    ("constant of a structure of another module", "m0::S0::C"),
    ("structure with parametrics of another module", "m0::P"),
    ("alias of another module", "m0::T"),
    ("public function", "\npub fn f"),
    ("private function", "\nfn f"),
    ("public structure", "\npub struct S"),
    ("private structure", "\nstruct S"),
    ("public enumeration", "\npub enum E"),
    ("public constant", "\npub const K"),
    ("public alias", "\npub type T"),
    ("proc beside functions", "\nproc "),
    // Functions.
    ("function without parameters", "() -> "),
    ("function without result", "{ assert"),
    ("documentation", "` documented."),
    ("derived parametric", "= {N + u32:1}"),
    ("expression as a parametric", ", {u32:"),
    ("parametric of an enumeration", "<M: Mode"),
    ("parametric of a type", "<T: type>"),
    ("parametric of a sign", "<S: bool"),
    ("parametric length", "[N][L]"),
    ("type as an argument", "same<u"),
    ("test", "#[test]"),
    ("function for tests", "#[cfg(test)]"),
    ("quickcheck", "#[quickcheck]"),
    ("quickcheck with a count", "#[quickcheck(test_count"),
    // Types.
    ("short type of a number", ": u8"),
    ("long type of a number", ": uN["),
    ("signed type", ": sN["),
    ("bits", "bits["),
    ("type with a sign as parametric", "xN[true]["),
    ("bool", ": bool"),
    ("largest number of a type", "::MAX"),
    ("smallest number of a type", "::MIN"),
    ("zero of a type", "::ZERO"),
    ("character", "'a'"),
    ("escape sequence", "'\\x7f'"),
    ("string", "\"a"),
    ("enumeration", "enum E0 : u"),
    ("signed enumeration", " : s"),
    ("enumeration without a type", "enum E0 {"),
    ("tuple of one element", ",)"),
    ("structure with parametrics", "struct P"),
    ("alias", "type T"),
    ("alias in a function", "type L"),
    ("array of arrays", "][2]"),
    // Items of structures.
    ("method", "fn m(self"),
    ("call of a method", ".m("),
    ("function of a structure", "fn new("),
    ("Self", "-> Self"),
    ("constant of a structure", "    const C = "),
    ("method of a structure with parametrics", "(self, p0: uN[N])"),
    ("function over all instances of a structure", "with0("),
    ("constant of an instance", ">::C"),
    // Statements.
    ("let with a type", "let v1: "),
    ("let without a type", "let v1 = "),
    ("let of a tuple", "let (v"),
    ("let without a name", "let _ = "),
    ("rest of a tuple", ".., v"),
    ("rest at the end", ", ..)"),
    ("name with a tick", "' = "),
    ("const in a function", "{ const C"),
    ("const_assert! in a function", " const_assert!("),
    ("const_assert! in a module", "\nconst_assert!("),
    ("block", "({ "),
    // Expressions.
    ("decimal number", "u8:1"),
    ("hexadecimal number", ":0x"),
    ("binary number", ":0b"),
    ("negative number", ":-"),
    ("truth", "true"),
    ("addition", " + "),
    ("subtraction", " - "),
    ("multiplication", " * "),
    ("division", " / "),
    ("remainder", " % "),
    ("and", " & "),
    ("or", " | "),
    ("exclusive or", " ^ "),
    ("shift to the left", " << "),
    ("shift to the right", " >> "),
    ("concatenation", " ++ "),
    ("complement", "(!"),
    ("negation", "(-"),
    ("logical and", " && "),
    ("logical or", " || "),
    ("equal", " == "),
    ("not equal", " != "),
    ("less", " < "),
    ("less or equal", " <= "),
    ("greater", " > "),
    ("greater or equal", " >= "),
    ("cast", " as u"),
    ("cast to an array", "] as "),
    ("cast to an enumeration", " as E"),
    ("if", "(if "),
    ("else if", "} else if "),
    ("if without else", "\"); }; "),
    ("const if", "(const if "),
    ("const match", "const match "),
    ("match", "(match "),
    ("match of a tuple", "(match ("),
    ("match without `_`", ", false => "),
    ("patterns for one arm", "0 | "),
    ("range as a pattern", "u8:1..u8:"),
    ("inclusive range as a pattern", "..=u8:2"),
    ("rest as a pattern", "(.., "),
    ("for over a range", "(for (v"),
    ("for over an inclusive range", "..=u3:"),
    ("for with types", "): ("),
    ("for without index", "(for (_, "),
    ("for over enumerate", "in enumerate("),
    ("for over an array", " in ["),
    ("unroll_for!", "(unroll_for! "),
    ("const for", "(const for "),
    ("index of a tuple", ".0"),
    ("field of a structure", ".a"),
    ("index of an array", "p0[("),
    ("structure with names alone", "{ a, "),
    ("structure from another", ", .."),
    ("structure without its parametrics", "P0 { "),
    ("array with a type", "]:["),
    ("array with an ellipsis", ", ...]"),
    ("range as an array", "(u8:0..u8:"),
    ("slice", ")[0:"),
    ("slice from the end", ")[-"),
    ("slice up to the end", ")[:-"),
    ("slice between two ends", ":-1]"),
    ("slice of a width", " +: u"),
    ("signed slice of a width", " +: s"),
    ("lambda", ", |v"),
    ("lambda with types", "| -> "),
    ("operators without parentheses", " & !"),
    // Built-in functions.
    ("array_size", "array_size(["),
    ("configured_value_or", "configured_value_or<u"),
    ("configured_value_or of an enumeration", "configured_value_or<E"),
    ("bit_count", "bit_count<"),
    ("element_count", "element_count<"),
    ("widening_cast", "widening_cast<"),
    ("checked_cast", "checked_cast<"),
    ("smulp", "smulp("),
    ("umulp", "umulp("),
    ("map of a function", ", fold)"),
    ("map of a function of another module", ", m0::fold)"),
    ("map of a built-in function", ", clz)"),
    ("zip", "zip("),
    ("array_rev", "array_rev("),
    ("clz", "clz("),
    ("ctz", "ctz("),
    ("decode", "decode<"),
    ("encode", "encode("),
    ("one_hot", "one_hot("),
    ("one_hot_sel", "one_hot_sel("),
    ("priority_sel", "priority_sel("),
    ("signex", "signex("),
    ("array_slice", "array_slice("),
    ("rev", "(rev("),
    ("bit_slice_update", "bit_slice_update("),
    ("and_reduce", "and_reduce("),
    ("or_reduce", "or_reduce("),
    ("xor_reduce", "xor_reduce("),
    ("update", "update("),
    ("update within arrays of arrays", ", (u32:0, "),
    ("assert_eq", "assert_eq("),
    ("assert_lt", "assert_lt("),
    ("zero!", "zero!<"),
    ("all_ones!", "all_ones!<"),
    ("trace_fmt!", "{ trace_fmt!("),
    ("vtrace_fmt!", "vtrace_fmt!("),
    ("trace!", "trace!("),
    ("fail!", "fail!("),
    ("assert!", "assert!("),
    ("assert_fmt!", "assert_fmt!("),
    ("cover!", "cover!("),
    ("gate!", "gate!("),
    ("enumerate", "enumerate("),
];

/// The root of this repository: Cargo says where the crate is, Bazel runs tests there.
fn root() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(PathBuf::new, |crate_folder| Path::new(&crate_folder).join("../.."))
}

#[test]
fn every_construct_is_made() {
    let texts: Vec<String> = (0..PROGRAMS).map(|number| random_program(1, number).to_string()).collect();
    let missing: Vec<&str> = CONSTRUCTS
        .iter()
        .filter(|(_, text)| !texts.iter().any(|program| program.contains(text)))
        .map(|(name, _)| *name)
        .collect();
    assert!(missing.is_empty(), "of {PROGRAMS} programs none has: {missing:#?}");
}

#[test]
fn programs_are_well_typed() {
    let library = fs::read(root().join("testdata/dslx/library/std.x")).expect("the library of the suite");
    let search = Search { library: Some(Root::new("library")), roots: vec![Root::new("root")], ..Search::default() };
    let mut refused = 0;
    for number in 0..CHECKED {
        let program = random_program(1, number);
        let files: BTreeMap<String, Vec<u8>> = program
            .imports
            .iter()
            .map(|(path, text)| (format!("root/{path}"), text.clone().into_bytes()))
            .chain([("library/std.x".to_owned(), library.clone())])
            .collect();
        let read = ReadWith(|path: &str| files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into()));
        let top = Top { name: "top", path: "top.x", shown: "top.x", text: program.top.clone().into_bytes() };
        if let Err(report) = to_ir(top, &search, &read, &Functions::AllAndTests, &Enabled::none()) {
            // What a program computes while it is checked can be past the end of an array.
            let text = report.to_string();
            assert!(text.contains("is past the end of"), "program {number}: {text}\n{program}");
            refused += 1;
        }
    }
    assert!(refused <= CHECKED / 20, "{refused} programs are refused");
}
