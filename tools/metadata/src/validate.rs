//! The rules for the contents of a description.
//!
//! 1. The versions are positive and the schema version is [`SCHEMA_VERSION`]; names that
//!    identify something are not empty.
//! 2. `symbol_salt` has 16 lower-case hexadecimal digits, `ir_sha256` and the digests of types 64.
//! 3. There is an entry. Each has an entry point of kind `xls` and at most one of each kind; symbols are non-empty, free
//!    of white space and control characters, and all different. So are the functions of the entries, and their Rust paths.
//! 4. Alignments are powers of two; a token has size 0, alignment 1 and no Rust type; a parameter that is passed has a
//!    Rust name and a Rust type.
//! 5. Event sites are numbered 0, 1, 2, ... in the order of the list. The sites of an entry are ascending indices into it.
//!    Each kind of site has what belongs to it: an assertion a message, a trace a message and a verbosity, a cover neither;
//!    only a trace has operands.
//! 6. The paths of named types are different.

use std::collections::BTreeSet;

use xls_aot_runtime::abi::{EntryKind, EventKind, SALT_DIGITS};

use crate::{Entry, Error, EventSite, Metadata, NamedType, Param, Passing, SCHEMA_VERSION};

impl Metadata {
    /// Checks that the record does not contradict itself.
    ///
    /// # Errors
    ///
    /// [`Error::Internal`] with the first field that is wrong.
    pub fn validate(&self) -> Result<(), Error> {
        if self.schema_version != SCHEMA_VERSION {
            return wrong("schema_version", format!("is {}, expected {SCHEMA_VERSION}", self.schema_version));
        }
        if self.abi_version == 0 {
            return wrong("abi_version", "is 0, expected a positive number");
        }
        for (field, value) in [
            ("tool.name", &self.tool.name),
            ("crate_name", &self.crate_name),
            ("backend.name", &self.backend.name),
            ("target", &self.target),
            ("cpu_baseline", &self.cpu_baseline),
        ] {
            check_name(field, value)?;
        }
        check_hexadecimal("symbol_salt", &self.symbol_salt, SALT_DIGITS)?;
        check_hexadecimal("ir_sha256", &self.ir_sha256, 64)?;
        if self.entries.is_empty() {
            return wrong("entries", "is empty");
        }
        let mut names = BTreeSet::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let field = format!("entries[{index}]");
            validate_entry(&field, entry, self.sites.len(), &mut names)?;
        }
        for (index, site) in self.sites.iter().enumerate() {
            validate_site(index, site)?;
        }
        let mut paths = BTreeSet::new();
        for (index, ty) in self.types.iter().enumerate() {
            validate_type(&format!("types[{index}]"), ty)?;
            if !paths.insert(&ty.path) {
                return wrong(format!("types[{index}].path"), format!("repeats {}", ty.path));
            }
        }
        Ok(())
    }
}

/// Rules 1 and 3 to 5 for one entry. `names` has the names of the entries before it, with the name of their key in front.
fn validate_entry<'a>(
    field: &str,
    entry: &'a Entry,
    sites: usize,
    names: &mut BTreeSet<(&'static str, &'a str)>,
) -> Result<(), Error> {
    for (key, value) in [
        ("function", &entry.function),
        ("rust_path", &entry.rust_path),
        ("signature", &entry.signature),
        ("result.type", &entry.result.xls_type),
        ("result.rust_type", &entry.result.rust_type),
    ] {
        check_name(&format!("{field}.{key}"), value)?;
    }
    for (key, value) in [("function", &*entry.function), ("rust_path", &entry.rust_path)] {
        if !names.insert((key, value)) {
            return wrong(format!("{field}.{key}"), format!("repeats {value}"));
        }
    }
    validate_entry_points(field, entry, names)?;
    for (index, param) in entry.params.iter().enumerate() {
        validate_param(&format!("{field}.params[{index}]"), param)?;
    }
    check_align(&format!("{field}.result.align"), entry.result.align)?;
    check_align(&format!("{field}.temp_buffer.align"), entry.temp_buffer.align)?;
    let ascending = entry.sites.is_sorted_by(|a, b| a < b);
    if !ascending || entry.sites.last().is_some_and(|&last| last as usize >= sites) {
        return wrong(format!("{field}.sites"), format!("is no ascending list of indices below {sites}"));
    }
    Ok(())
}

/// Rule 3 for the entry points of one entry.
fn validate_entry_points<'a>(
    field: &str,
    entry: &'a Entry,
    names: &mut BTreeSet<(&'static str, &'a str)>,
) -> Result<(), Error> {
    for (index, point) in entry.entry_points.iter().enumerate() {
        let field = format!("{field}.entry_points[{index}]");
        let symbol = &point.symbol;
        if symbol.is_empty() || symbol.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return wrong(format!("{field}.symbol"), format!("is {symbol:?}, which is not a symbol name"));
        }
        if entry.entry_points[..index].iter().any(|other| other.kind == point.kind) {
            return wrong(format!("{field}.kind"), format!("is a second `{}`", point.kind.name()));
        }
        if !names.insert(("symbol", symbol)) {
            return wrong(format!("{field}.symbol"), format!("repeats {symbol}"));
        }
    }
    if entry.entry_points.iter().all(|point| point.kind != EntryKind::Xls) {
        return wrong(format!("{field}.entry_points"), "has no entry point of kind `xls`");
    }
    Ok(())
}

/// Rule 5 for one site.
fn validate_site(index: usize, site: &EventSite) -> Result<(), Error> {
    let field = |name: &str| format!("sites[{index}].{name}");
    if u32::try_from(index) != Ok(site.index) {
        return wrong(field("index"), format!("is {}, expected {index}", site.index));
    }
    check_name(&field("function"), &site.function)?;
    let (message, verbosity) = match site.kind {
        EventKind::Assertion => (true, false),
        EventKind::Trace => (true, true),
        EventKind::Cover | EventKind::OutOfBounds => (false, false),
        other => return wrong(field("kind"), format!("is `{other}`, and there are no sites of this kind")),
    };
    for (name, expected, found) in
        [("message", message, site.message.is_some()), ("verbosity", verbosity, site.verbosity.is_some())]
    {
        if expected != found {
            let what = if expected { "missing" } else { "present" };
            return wrong(field(name), format!("is {what} in a site of kind `{}`", site.kind));
        }
    }
    if site.kind != EventKind::Trace && !site.operands.is_empty() {
        return wrong(field("operands"), format!("is not empty in a site of kind `{}`", site.kind));
    }
    Ok(())
}

/// Rules 1, 2 and 4 for one type.
fn validate_type(field: &str, ty: &NamedType) -> Result<(), Error> {
    for (key, value) in [("path", &ty.path), ("rust_path", &ty.rust_path), ("type", &ty.xls_type)] {
        check_name(&format!("{field}.{key}"), value)?;
    }
    check_hexadecimal(&format!("{field}.digest"), &ty.digest, 64)?;
    check_align(&format!("{field}.align"), ty.align)
}

/// Rule 4 for one parameter.
fn validate_param(field: &str, param: &Param) -> Result<(), Error> {
    let field = |name: &str| format!("{field}.{name}");
    if param.xls_type.is_empty() {
        return wrong(field("type"), "is empty");
    }
    check_align(&field("align"), param.align)?;
    match param.passed {
        Passing::Value | Passing::Reference => {
            if param.rust_name.as_deref().unwrap_or_default().is_empty() {
                return wrong(field("rust_name"), "is missing although the Rust function takes the parameter");
            }
            if param.rust_type.as_deref().unwrap_or_default().is_empty() {
                return wrong(field("rust_type"), "is missing although the Rust function takes the parameter");
            }
        }
        Passing::Token => {
            if param.size != 0 || param.align != 1 || param.rust_type.is_some() || param.rust_name.is_some() {
                return wrong(field("passed"), "is `token`, which has size 0, align 1, no rust_name and no rust_type");
            }
        }
        Passing::Activated => {
            if param.rust_name.is_some() {
                return wrong(field("rust_name"), "is present although the wrapper supplies the parameter itself");
            }
        }
    }
    Ok(())
}

fn check_name(field: &str, value: &str) -> Result<(), Error> {
    if value.is_empty() {
        return wrong(field, "is empty");
    }
    Ok(())
}

fn check_align(field: &str, align: u64) -> Result<(), Error> {
    if align.is_power_of_two() {
        return Ok(());
    }
    wrong(field, format!("is {align}, expected a power of two"))
}

fn check_hexadecimal(field: &str, text: &str, digits: usize) -> Result<(), Error> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() == digits && text.bytes().all(is_digit) {
        return Ok(());
    }
    wrong(field, format!("is {text:?}, expected {digits} lower-case hexadecimal digits"))
}

fn wrong<T>(field: impl Into<String>, message: impl Into<String>) -> Result<T, Error> {
    Err(Error::Internal { field: field.into(), message: message.into() })
}
