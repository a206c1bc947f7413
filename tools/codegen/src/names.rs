//! Rust names for the names of the IR.
//!
//! IR names may contain characters and words that a Rust identifier cannot be. These rules are applied in this order:
//!
//! 1. *Functions only*: the front end drops what a compiler's name mangling added (`xls_aot_design`).
//! 2. Each character outside `[A-Za-z0-9_]` becomes `_`: `add.3` becomes `add_3`.
//! 3. A name that begins with a digit, or as the symbols of entry points do, gets the prefix `_`. A name of only underscores
//!    gets the suffix `x` (`_` becomes `_x`).
//! 4. A keyword becomes a raw identifier: `type` becomes `r#type`. The four words without a raw form get the
//!    suffix `_`: `self_`, `Self_`, `super_`, `crate_`.
//! 5. A name that is already used gets the first suffix of `_`, `_2`, `_3`, ... that makes it unique. The used names
//!    are those with a meaning in the scope of the name (an item of the generated crate such as `Runner` or `ARTIFACT`,
//!    a variant of the prelude such as `None`, a local variable of generated code) and the names of the others in the
//!    list: the parameters of a function, the fields of a struct, the types of a module. Those whose names the rules do not
//!    change keep their spelling; then the others get names in the order of the list.
//!
//! Invariant: a [`Scope`] never returns a name twice, and every name parses as one Rust identifier in every edition.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};
use xls_aot_runtime::abi::SYMBOL_PREFIX;

/// Keywords of all editions that have a raw form, reserved words included.
const RAW_KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Keywords without a raw form.
const BARE_KEYWORDS: &[&str] = &["self", "Self", "super", "crate"];

/// Crates that generated code, or any Rust code, reaches by name: a crate of such a name could not be used beside them.
const TAKEN_CRATE_NAMES: &[&str] = &["alloc", "core", "proc_macro", "std", "test", "xls_aot_runtime"];

/// A Rust identifier; `Display` gives its spelling with `r#` where it has one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Name(String);

impl Name {
    /// The name of an item that generated code introduces itself.
    pub(crate) fn own(text: &str) -> Self {
        debug_assert!(!is_keyword(text));
        Name(text.to_owned())
    }

    /// The spelling, with `r#` if it is a raw identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The identifier as a token.
    pub(crate) fn ident(&self) -> Ident {
        match self.0.strip_prefix("r#") {
            Some(raw) => Ident::new_raw(raw, Span::call_site()),
            None => Ident::new(&self.0, Span::call_site()),
        }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names that are in use in one Rust scope, without `r#`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    used: BTreeSet<String>,
}

impl Scope {
    /// A scope in which `taken` already mean something.
    pub(crate) fn with<'a>(taken: impl IntoIterator<Item = &'a str>) -> Self {
        Scope { used: taken.into_iter().map(str::to_owned).collect() }
    }

    /// Notes that a name is in use.
    pub(crate) fn take(&mut self, name: &Name) {
        self.used.insert(name.0.trim_start_matches("r#").to_owned());
    }

    /// Whether a name, without `r#`, is in use.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.used.contains(name)
    }

    /// Takes a name as it is, if it is an identifier.
    pub(crate) fn exact(&mut self, name: &str) -> Option<Name> {
        (valid(name) == name && self.used.insert(name.to_owned())).then(|| spelled(name.to_owned()))
    }

    /// Names the things of a list.
    pub(crate) fn names(&mut self, ir_names: &[&str]) -> Vec<Name> {
        // Rule 5 prefers names that need no change, wherever they stand.
        let mut names: Vec<Option<String>> = ir_names
            .iter()
            .map(|&ir| (valid(ir) == ir && self.used.insert(ir.to_owned())).then(|| ir.to_owned()))
            .collect();
        for (name, ir) in names.iter_mut().zip(ir_names) {
            if name.is_none() {
                *name = Some(self.unused(valid(ir)));
            }
        }
        names.into_iter().flatten().map(spelled).collect()
    }

    /// Rule 5 for a valid identifier.
    fn unused(&mut self, base: String) -> String {
        let candidates = [base.clone(), format!("{base}_")].into_iter().chain((2u64..).map(|i| format!("{base}_{i}")));
        for candidate in candidates {
            if self.used.insert(candidate.clone()) {
                return candidate;
            }
        }
        unreachable!("there are more candidates than names in use")
    }
}

/// Rules 2 and 3, and the second half of rule 4.
fn valid(name: &str) -> String {
    let mut valid: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if valid.starts_with(|c: char| c.is_ascii_digit()) || valid.starts_with(SYMBOL_PREFIX) {
        valid.insert(0, '_');
    }
    if valid.chars().all(|c| c == '_') {
        valid.push('x');
    }
    if BARE_KEYWORDS.contains(&&*valid) {
        valid.push('_');
    }
    valid
}

/// The first half of rule 4.
fn spelled(name: String) -> Name {
    if RAW_KEYWORDS.contains(&&*name) {
        Name(format!("r#{name}"))
    } else {
        Name(name)
    }
}

fn is_keyword(word: &str) -> bool {
    RAW_KEYWORDS.contains(&word) || BARE_KEYWORDS.contains(&word)
}

/// Checks that `name` can be the name of a generated crate.
///
/// # Errors
/// What is wrong, and how to mend it.
pub fn check_crate_name(name: &str) -> Result<(), (String, String)> {
    let identifier = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && name.chars().any(|c| c != '_')
    };
    let other = || "choose another name".to_owned();
    if is_keyword(name) {
        return Err((format!("`{name}` is a Rust keyword and cannot name a crate"), other()));
    }
    if TAKEN_CRATE_NAMES.contains(&name) {
        return Err((format!("`{name}` is the name of a crate that Rust code relies on"), other()));
    }
    if identifier(name) {
        return Ok(());
    }
    let with_underscores = name.replace('-', "_");
    let hint = if identifier(&with_underscores) {
        format!("write `{with_underscores}`")
    } else {
        "it is made of ASCII letters, digits and underscores, and begins with no digit".to_owned()
    };
    Err((format!("`{}` is not a crate name", name.escape_debug()), hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(taken: &[&str], names: &[&str]) -> Vec<String> {
        Scope::with(taken.iter().copied()).names(names).iter().map(Name::to_string).collect()
    }

    fn function(name: &str) -> String {
        Scope::with(["Runner", "ARTIFACT", "Tuple0"]).names(&[name]).remove(0).to_string()
    }

    #[test]
    fn underscores_in_front_stay() {
        assert_eq!(params(&[], &["__token", "__x", "__", "____"]), ["__token", "__x", "__x_", "____x"]);
    }

    #[test]
    fn characters_and_first_places() {
        assert_eq!(params(&[], &["add.3", "3x", "", "_", "a-b c", "ü"]), ["add_3", "_3x", "x", "_x", "a_b_c", "_x_"]);
        assert_eq!(function("xls_aot_v2_f"), "_xls_aot_v2_f");
    }

    #[test]
    fn keywords_are_raw_where_rust_has_a_raw_form() {
        assert_eq!(params(&[], &["type", "fn", "gen", "async"]), ["r#type", "r#fn", "r#gen", "r#async"]);
        assert_eq!(params(&[], &["self", "Self", "super", "crate"]), ["self_", "Self_", "super_", "crate_"]);
        assert_eq!(params(&[], &["union", "default", "u8", "str"]), ["union", "default", "u8", "str"]);
        for keyword in RAW_KEYWORDS {
            let name = params(&[], &[keyword]).remove(0);
            assert!(syn::parse_str::<Ident>(&name).is_ok(), "{name}");
        }
    }

    #[test]
    fn names_with_a_meaning_are_avoided() {
        assert_eq!(function("Runner"), "Runner_");
        assert_eq!(function("ARTIFACT"), "ARTIFACT_");
        assert_eq!(params(&["None", "output"], &["None", "output", "output_"]), ["None_", "output_2", "output_"]);
    }

    #[test]
    fn equal_names_are_told_apart_and_unchanged_ones_win() {
        assert_eq!(params(&[], &["a.b", "a-b", "a_b"]), ["a_b_", "a_b_2", "a_b"]);
        assert_eq!(params(&[], &["self", "self_"]), ["self__", "self_"]);
    }

    #[test]
    fn names_are_unique_whatever_the_input() {
        let awkward = ["x", "x.", "x..", "x_", "x__", "x_2", "x-2", "type", "type.", "r", "self", "Self", "_", ".", ""];
        let names = params(&["x", "type_"], &awkward);
        let distinct: BTreeSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), awkward.len(), "{names:?}");
        for name in &names {
            assert!(syn::parse_str::<Ident>(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn crate_names() {
        assert_eq!(check_crate_name("fp32_add"), Ok(()));
        assert_eq!(check_crate_name("_x1"), Ok(()));
        let error = |name: &str| {
            let (message, hint) = check_crate_name(name).unwrap_err();
            format!("{message}; {hint}")
        };
        let rules = "it is made of ASCII letters, digits and underscores, and begins with no digit";
        assert_eq!(error("fp32-add"), "`fp32-add` is not a crate name; write `fp32_add`");
        assert_eq!(error("3d"), format!("`3d` is not a crate name; {rules}"));
        assert_eq!(error("_"), format!("`_` is not a crate name; {rules}"));
        assert_eq!(error(""), format!("`` is not a crate name; {rules}"));
        assert_eq!(error("match"), "`match` is a Rust keyword and cannot name a crate; choose another name");
        assert_eq!(error("core"), "`core` is the name of a crate that Rust code relies on; choose another name");
    }
}
