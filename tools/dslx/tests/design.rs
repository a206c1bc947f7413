//! DSLX modules as designs: entries and the table of types.

use std::collections::HashMap;

use xls_aot_design::{Design, TypeKind};
use xls_aot_dslx::design::to_design;
use xls_aot_dslx::modules::{Loader, Root, Search, Top};
use xls_aot_dslx::warnings::Enabled;
use xls_aot_ir::verify;

struct Files(HashMap<&'static str, &'static str>);

impl Loader for Files {
    fn load(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.0.get(path).map(|text| text.as_bytes().to_vec()))
    }
}

const FLOATS: &str = "
// A float.
pub struct Float<E: u32, F: u32> {
    sign: u1,
    // Biased.
    exponent: uN[E],
    fraction: uN[F],
}
pub type F32 = Float<u32:8, u32:23>;
pub enum Rounding : s2 {
    // To the nearest.
    NEAREST = 0,
    DOWN = -1,
}
";

const TOP: &str = "#![feature(generics)]
import parts.floats;

type Local = floats::F32;
pub type Public = (floats::Rounding, s5)[2];

// The mode.
pub const MODE = floats::Rounding::DOWN;
pub const NOTHING = u8[0]:[];
const HIDDEN = u8:1;

struct Inner { x': floats::F32[2], x_: s7 }
struct Unreached { x: u8 }
struct Box<T: type> { it: T }

// Adds.
pub fn add(x: floats::F32, y: Local, mode: floats::Rounding) -> (Inner, s3) { (zero!<Inner>(), s3:0) }

pub fn checked(x: u8) -> u8 { assert!(x != u8:0, \"zero\"); x }
fn hidden(x: u8) -> u8 { assert!(x != u8:0, \"zero\"); x }
fn widen<N: u32>(x: uN[N]) -> floats::Float<N, u32:4> { zero!<floats::Float<N, u32:4>>() }
fn boxes(a: Box<u8>, b: Box<s8[2]>) -> u8 { a.it }
";

fn read(text: &str, tops: &[&str]) -> Result<Design, String> {
    let files = Files(HashMap::from([("src/parts/floats.x", FLOATS)]));
    let search = Search { library: None, roots: vec![Root::new("src")], ..Search::default() };
    // Nobody can import it, so its types have no module.
    let top = Top { name: "top", path: "top.x", shown: "src/top.x", text: text.into() };
    let tops: Vec<String> = tops.iter().map(|&top| top.to_owned()).collect();
    let read = to_design(top, &search, &files, &tops, &Enabled::default()).map_err(|report| report.to_string())?;
    let design = read.design;
    // What every design guarantees.
    assert!(verify(&design.package).is_empty());
    for entry in &design.entries {
        let function = design.package.function(entry.function);
        let params: Vec<_> = function.params.iter().map(|&param| function.node(param).ty.clone()).collect();
        assert_eq!(entry.params.iter().map(|ty| design.types.erase(ty)).collect::<Vec<_>>(), params);
        assert_eq!(design.types.erase(&entry.result), function.return_type);
    }
    Ok(design)
}

/// `function: name(params) -> result` of each entry.
fn signatures(design: &Design) -> Vec<String> {
    let show = |entry: &xls_aot_design::Entry| {
        let params: Vec<String> = entry.params.iter().map(|ty| design.types.display(ty).to_string()).collect();
        let function = &design.package.function(entry.function).name;
        format!("{function}: {}({}) -> {}", entry.name, params.join(", "), design.types.display(&entry.result))
    };
    design.entries.iter().map(show).collect()
}

/// One line for each definition.
fn types(design: &Design) -> Vec<String> {
    let types = &design.types;
    let show = |(_, definition): (_, &xls_aot_design::TypeDef)| {
        let body = match &definition.kind {
            TypeKind::Struct { fields, .. } => {
                let fields: Vec<String> =
                    fields.iter().map(|field| format!("{}: {}", field.name, types.display(&field.ty))).collect();
                format!("{{ {} }}", fields.join(", "))
            }
            TypeKind::Enum { width, signed, variants } => {
                let variants: Vec<String> = variants.iter().map(|v| format!("{} = {}", v.name, v.value)).collect();
                format!("{width} {signed} {{ {} }}", variants.join(", "))
            }
            TypeKind::Alias { ty } => types.display(ty).to_string(),
        };
        format!("{} = {body}", definition.path())
    };
    types.iter().map(show).collect()
}

#[test]
fn signatures_keep_names_and_signs() {
    let design = read(TOP, &["add"]).unwrap();
    let expected = "__top__add: add(parts::floats::F32, Local, parts::floats::Rounding) -> (Inner, s3)";
    assert_eq!(signatures(&design), [expected]);
    let expected = [
        "parts::floats::Float<8, 23> = { sign: u1, exponent: u8, fraction: u23 }",
        "parts::floats::F32 = parts::floats::Float<8, 23>",
        "Local = parts::floats::F32",
        "parts::floats::Rounding = 2 true { NEAREST = 0, DOWN = -1 }",
        "Inner = { x_: parts::floats::F32[2], x__2: s7 }",
        "Public = (parts::floats::Rounding, s5)[2]",
    ];
    assert_eq!(types(&design), expected);
}

#[test]
fn documentation_places_and_constants_are_there() {
    let design = read(TOP, &["add"]).unwrap();
    assert_eq!(design.entries[0].docs, "Adds.");
    let float = design.types.get(design.types.find("parts::floats::Float<8, 23>").unwrap());
    let TypeKind::Struct { fields, parametrics } = &float.kind else { panic!("{float:?}") };
    assert_eq!((&*float.docs, &*fields[0].docs, &*fields[1].docs), ("A float.", "", "Biased."));
    let parametrics: Vec<String> = parametrics.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(parametrics, ["E=8", "F=23"]);
    let position = float.position.as_ref().unwrap();
    assert_eq!((&*position.file, position.line, position.column), ("src/parts/floats.x", 3, 12));
    let position = design.types.get(design.types.find("Local").unwrap()).position.as_ref().unwrap();
    assert_eq!((&*position.file, position.line, position.column), ("src/top.x", 4, 6));
    let constants: Vec<(&str, &str, String)> = design
        .types
        .constants()
        .iter()
        .map(|constant| (&*constant.name, &*constant.docs, design.types.display(&constant.ty).to_string()))
        .collect();
    assert_eq!(constants, [("MODE", "The mode.", "parts::floats::Rounding".to_owned())]);
}

#[test]
fn tops() {
    let design = read(TOP, &["checked", "hidden", "widen<u32:5>", "widen<u32:6>"]).unwrap();
    let expected = [
        "__top__checked: checked(u8) -> u8",
        "__itok__top__hidden: hidden(token, u1, u8) -> (token, u8)",
        "__top__widen__5: widen__5(u5) -> parts::floats::Float<5, 4>",
        "__top__widen__6: widen__6(u6) -> parts::floats::Float<6, 4>",
    ];
    assert_eq!(signatures(&design), expected);
    let error = read(TOP, &["add", "checked", "add"]).unwrap_err();
    let first = "src/top.x:17:8: error[E1383]: the function `add` is to be compiled twice";
    assert_eq!(error.lines().next(), Some(first), "{error}");
}

#[test]
fn arguments_that_are_no_numbers_are_part_of_the_name() {
    let design = read(TOP, &["boxes"]).unwrap();
    assert_eq!(signatures(&design), ["__top__boxes: boxes(Box_u8, Box_s8_2_) -> u8"]);
    assert_eq!(types(&design)[..2], ["Box_u8 = { it: u8 }", "Box_s8_2_ = { it: s8[2] }"]);
}

#[test]
fn a_long_row_of_aliases_is_refused_at_its_place() {
    let aliases = |count: usize| {
        let row: String = (1..count).map(|i| format!("type A{i} = A{};\n", i - 1)).collect();
        format!("type A0 = u8;\n{row}pub fn f(x: A{}) -> u8 {{ x }}\n", count - 1)
    };
    assert_eq!(types(&read(&aliases(128), &["f"]).unwrap()).len(), 128);
    let error = read(&aliases(129), &["f"]).unwrap_err();
    assert!(error.starts_with("src/top.x:1:6: error[E1507]: more than 128 aliases"), "{error}");
}

#[test]
fn a_structure_with_a_token_is_refused_at_its_place() {
    let error = read("struct T { t: token, x: u8 }\npub fn f(a: T) -> u8 { a.x }\n", &["f"]).unwrap_err();
    let expected = "src/top.x:1:8: error[E1506]: the type `T` contains a token, and named types are data
  struct T { t: token, x: u8 }
         ^
  help: use another type in the signature";
    assert_eq!(error, expected);
}

#[test]
fn methods_of_one_name_are_told_apart() {
    let text = "struct S<N: u32> { v: uN[N] }\nimpl S<N> { fn get(self) -> uN[N] { self.v } }\n";
    let design = read(text, &["S<u32:8>::get", "S<u32:9>::get"]).unwrap();
    let expected = ["__top__S_N___get__8: S_N___get__8(S<8>) -> u8", "__top__S_N___get__9: S_N___get__9(S<9>) -> u9"];
    assert_eq!(signatures(&design), expected);
}
