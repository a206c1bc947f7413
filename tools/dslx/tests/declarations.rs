//! What a check says of the types that its tops reach.

use std::collections::HashMap;

use xls_aot_dslx::check::declarations::{Declarations, Spelling};
use xls_aot_dslx::check::typed::Checked;
use xls_aot_dslx::check::{check, NamedTop, Tops};
use xls_aot_dslx::modules::{load, Loader, Modules, Root, Search, Top};
use xls_aot_dslx::source::{Report, SourceMap};

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
// Single precision.
pub type F32 = Float<u32:8, u32:23>;
pub type Pair = (F32, F32);
pub type Unused = u8;
pub enum Rounding : u2 {
    // To the nearest.
    NEAREST = 0,
    DOWN = 1,
}
";

const TOP: &str = "
import floats;

type Local = floats::F32;

// Widest sum.
pub const LIMIT = floats::Rounding::DOWN;
const HIDDEN = u8:1;

struct Inner { x: floats::F32[2] }
struct Unreached { x: u8 }

// Adds.
pub fn add(x: floats::F32, y: Local, mode: floats::Rounding) -> floats::Pair { (x, y) }

fn nested(x: Inner, y: (Local, u8)[3]) -> u8 { y[0].1 }

fn widen<N: u32>(x: uN[N]) -> floats::Float<N, u32:4> { zero!<floats::Float<N, u32:4>>() }
";

fn checked(tops: &[&str]) -> (Modules, Checked) {
    let mut sources = SourceMap::default();
    let files = Files(HashMap::from([("floats.x", FLOATS)]));
    let search = Search { library: None, roots: vec![Root::new("")], ..Search::default() };
    let top = Top { name: "top", path: "top.x", shown: "top.x", text: TOP.into() };
    let loaded = load(&mut sources, top, &search, &files);
    let tops = tops.iter().map(|name| NamedTop::parse(&mut sources, name).expect("the name of a function")).collect();
    let (checked, findings) = check(&loaded.modules, &sources, &Tops::Named(tops));
    (loaded.modules, checked.unwrap_or_else(|| panic!("{}", Report::new(&sources, findings))))
}

/// Spellings as text: aliases by name.
fn show(checked: &Checked, spelling: &Spelling) -> String {
    match spelling {
        Spelling::Type(ty) => checked.types.display(*ty).to_string(),
        Spelling::Alias(place) => {
            let aliases = &checked.declarations.aliases;
            let alias = aliases.iter().find(|alias| alias.declaration.definition == *place).expect("a listed alias");
            alias.declaration.name.clone()
        }
        Spelling::Array(element, len) => format!("{}[{len}]", show(checked, element)),
        Spelling::Tuple(elements) => {
            format!("({})", elements.iter().map(|e| show(checked, e)).collect::<Vec<_>>().join(", "))
        }
    }
}

fn signature(checked: &Checked, entry: usize) -> String {
    let entry = &checked.declarations.entries[entry];
    let parameters: Vec<String> = entry.parameters.iter().map(|p| show(checked, p)).collect();
    format!("({}) -> {}", parameters.join(", "), show(checked, &entry.result))
}

fn structs(checked: &Checked) -> Vec<String> {
    let Declarations { structs, .. } = &checked.declarations;
    let show = |nominal: &xls_aot_dslx::check::declarations::Nominal<_>| {
        let structure = checked.types.structure(nominal.id);
        let fields: Vec<String> = structure
            .fields
            .iter()
            .zip(&nominal.fields)
            .map(|((name, _), spelling)| format!("{name}: {}", show(checked, spelling)))
            .collect();
        let arguments: Vec<String> = structure
            .arguments
            .iter()
            .map(|(name, argument)| format!("{name}={}", checked.types.display_argument(argument)))
            .collect();
        format!("{}<{}> {{ {} }}", nominal.declaration.name, arguments.join(", "), fields.join(", "))
    };
    structs.iter().map(show).collect()
}

#[test]
fn aliases_keep_their_names() {
    let (modules, checked) = checked(&["add"]);
    assert_eq!(signature(&checked, 0), "(F32, Local, Rounding) -> Pair");
    assert_eq!(structs(&checked), ["Float<E=8, F=23> { sign: u1, exponent: u8, fraction: u23 }"]);
    let declarations = &checked.declarations;
    assert_eq!(declarations.entries[0].docs.as_deref(), Some("Adds.\n"));
    let names: Vec<(&str, &str, String)> = declarations
        .aliases
        .iter()
        .map(|alias| {
            let module = modules.name(alias.declaration.definition.module);
            (module, alias.declaration.name.as_str(), show(&checked, &alias.target))
        })
        .collect();
    let expected = [
        ("top", "Local", "F32".to_string()),
        ("floats", "F32", "Float<8, 23>".to_string()),
        ("floats", "Pair", "(F32, F32)".to_string()),
    ];
    assert_eq!(names, expected);
}

#[test]
fn documentation_and_constants_are_there() {
    let (_, checked) = checked(&["add"]);
    let declarations = &checked.declarations;
    let float = &declarations.structs[0];
    assert_eq!(float.declaration.docs.as_deref(), Some("A float.\n"));
    assert_eq!(float.docs, [None, Some("Biased.\n".to_string()), None]);
    assert_eq!(declarations.enums.len(), 1);
    assert_eq!(declarations.enums[0].declaration.name, "Rounding");
    assert_eq!(declarations.enums[0].docs, [Some("To the nearest.\n".to_string()), None]);
    let constants: Vec<&str> = declarations.constants.iter().map(|c| c.declaration.name.as_str()).collect();
    assert_eq!(constants, ["LIMIT"]);
    assert_eq!(declarations.constants[0].declaration.docs.as_deref(), Some("Widest sum.\n"));
}

#[test]
fn what_structures_contain_comes_before_them() {
    let (_, checked) = checked(&["nested", "widen<u32:5>"]);
    assert_eq!(signature(&checked, 0), "(Inner, (Local, u8)[3]) -> u8");
    assert_eq!(signature(&checked, 1), "(u5) -> Float<5, 4>");
    let expected = [
        "Float<E=8, F=23> { sign: u1, exponent: u8, fraction: u23 }",
        "Inner<> { x: F32[2] }",
        "Float<E=5, F=4> { sign: u1, exponent: u5, fraction: u4 }",
    ];
    assert_eq!(structs(&checked), expected);
}
