//! The rules for the contents of a description.
//!
//! 1. The versions are positive and the schema version is [`SCHEMA_VERSION`]; names that
//!    identify something are not empty.
//! 2. `symbol_salt` has 16 lower-case hexadecimal digits, `ir_sha256` 64.
//! 3. There is an entry point of kind `xls` and at most one of each kind; symbols are non-empty, free of white space and
//!    control characters, and all different.
//! 4. Alignments are powers of two; a token has size 0, alignment 1 and no Rust type; a parameter that is passed has a
//!    Rust name and a Rust type.
//! 5. Assertions are numbered 0, 1, 2, ... in the order of the list.

use xls_aot_runtime::abi::{EntryKind, SALT_DIGITS};

use crate::{Error, Metadata, Param, Passing, SCHEMA_VERSION};

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
        let names = [
            ("tool.name", &self.tool.name),
            ("crate_name", &self.crate_name),
            ("top", &self.top),
            ("backend.name", &self.backend.name),
            ("target", &self.target),
            ("cpu_baseline", &self.cpu_baseline),
            ("signature", &self.signature),
            ("result.type", &self.result.xls_type),
            ("result.rust_type", &self.result.rust_type),
        ];
        for (field, value) in names {
            if value.is_empty() {
                return wrong(field, "is empty");
            }
        }
        check_hexadecimal("symbol_salt", &self.symbol_salt, SALT_DIGITS)?;
        check_hexadecimal("ir_sha256", &self.ir_sha256, 64)?;
        self.validate_entry_points()?;
        for (index, param) in self.params.iter().enumerate() {
            validate_param(index, param)?;
        }
        check_align("result.align", self.result.align)?;
        check_align("temp_buffer.align", self.temp_buffer.align)?;
        for (index, site) in self.assertions.iter().enumerate() {
            if u32::try_from(index) != Ok(site.index) {
                return wrong(format!("assertions[{index}].index"), format!("is {}, expected {index}", site.index));
            }
        }
        Ok(())
    }

    /// Rule 3.
    fn validate_entry_points(&self) -> Result<(), Error> {
        for (index, entry) in self.entry_points.iter().enumerate() {
            let field = format!("entry_points[{index}]");
            let symbol = &entry.symbol;
            if symbol.is_empty() || symbol.chars().any(|c| c.is_whitespace() || c.is_control()) {
                return wrong(format!("{field}.symbol"), format!("is {symbol:?}, which is not a symbol name"));
            }
            let earlier = &self.entry_points[..index];
            if earlier.iter().any(|other| other.kind == entry.kind) {
                return wrong(format!("{field}.kind"), format!("is a second `{}`", entry.kind.name()));
            }
            if earlier.iter().any(|other| other.symbol == *symbol) {
                return wrong(format!("{field}.symbol"), format!("repeats {symbol}"));
            }
        }
        if self.entry_points.iter().all(|entry| entry.kind != EntryKind::Xls) {
            return wrong("entry_points", "has no entry point of kind `xls`");
        }
        Ok(())
    }
}

/// Rule 4 for one parameter.
fn validate_param(index: usize, param: &Param) -> Result<(), Error> {
    let field = |name: &str| format!("params[{index}].{name}");
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
