//! Kinds of warnings, and which of them are wanted.

use std::collections::BTreeSet;
use std::fmt;

use xls_aot_ir::{nearest, Diagnostic};

/// A kind of warning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kind {
    /// Its name, which is also the code of the warnings.
    pub name: &'static str,
    /// What is warned about.
    pub about: &'static str,
    /// Whether it is wanted unless it is switched off.
    pub by_default: bool,
}

/// All kinds, in the order of their names.
pub const KINDS: &[Kind] = &[
    kind("already_exhaustive_match", "a pattern behind those that match everything", false),
    kind("constant_naming", "the name of a constant that is not in capitals", true),
    kind("constexpr_eval_rollover", "a number that does not fit its type, and wraps", true),
    kind("empty_range_literal", "an empty range", true),
    kind("illegal_package_name", "the name of a module that cannot be that of a package", true),
    kind("member_naming", "the name of a field that is not in small letters", true),
    kind("misleading_function_name", "a function named `..._test` that is no test", true),
    kind("should_use_assert", "an `if` with nothing but `fail!`", false),
    kind("single_line_tuple_trailing_comma", "a comma behind the last element of a tuple on one line", true),
    kind("trailing_tuple_after_semi", "`()` at the end of a block whose value is `()` anyway", true),
    kind("unused_definition", "a name in a function that is not used", true),
    kind("useless_expression_statement", "a statement without effect", true),
    kind("useless_let_binding", "`let _ = ...`", true),
    kind("useless_struct_splat", "`..x` in a struct literal that has all fields", true),
    kind("width_slice_out_of_range", "a slice that reaches past the end", true),
];

const fn kind(name: &'static str, about: &'static str, by_default: bool) -> Kind {
    Kind { name, about, by_default }
}

/// The kinds that are wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enabled(BTreeSet<&'static str>);

impl Default for Enabled {
    fn default() -> Self {
        Enabled(KINDS.iter().filter(|kind| kind.by_default).map(|kind| kind.name).collect())
    }
}

/// There is no kind of this name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownKind(pub String);

impl fmt::Display for UnknownKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no warning `{}`", self.0)?;
        let names = || KINDS.iter().map(|kind| kind.name);
        match nearest(&self.0, names()) {
            Some(near) => write!(f, "; did you mean `{near}`?"),
            None => write!(f, "; there are: {}", names().collect::<Vec<_>>().join(", ")),
        }
    }
}

impl std::error::Error for UnknownKind {}

impl Enabled {
    /// No kind.
    pub fn none() -> Self {
        Enabled(BTreeSet::new())
    }

    /// Switches a kind on or off.
    ///
    /// # Errors
    /// There is no kind of this name.
    pub fn set(&mut self, name: &str, wanted: bool) -> Result<(), UnknownKind> {
        let kind = KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| UnknownKind(name.to_string()))?;
        if wanted {
            self.0.insert(kind.name);
        } else {
            self.0.remove(kind.name);
        }
        Ok(())
    }

    /// Whether a finding is to be reported: an error, or a warning of a kind that is wanted.
    pub fn wants(&self, finding: &Diagnostic) -> bool {
        finding.is_error() || self.0.contains(finding.code)
    }
}
