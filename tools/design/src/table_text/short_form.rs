//! The short form: `(bits[1], bits[8], bits[23])=F32(sign, exponent, fraction)`. It defines a struct, and every value of
//! its shape has that type.

use xls_aot_ir::Span;

use super::findings::Findings;
use super::type_text::{self, TypeText};
use super::{Raw, RawBody, RawDefinition, RawField, RawType, Spot, TypeNames, Word};
use crate::table::{is_identifier, not_an_identifier};

const FORM: &str =
    "write `TYPE=Name(field, ...)`, such as `(bits[1], bits[8], bits[23])=F32(sign, exponent, fraction)`";

/// Reads all of them.
pub(super) fn read(names: &TypeNames<'_>, raw: &mut Raw<'_>, findings: &mut Findings<'_>) {
    for (index, text) in names.short.iter().enumerate() {
        match definition(text, index + 1) {
            Ok(definition) => raw.definitions.push(definition),
            Err(wrong) => findings.invalid_with_note(wrong.spot, wrong.code, wrong.message, FORM),
        }
    }
}

struct Wrong {
    spot: Spot,
    code: &'static str,
    message: String,
}

fn definition(text: &str, source: usize) -> Result<RawDefinition, Wrong> {
    let spot = |start: usize, end: usize| Spot { source, span: Span { start: start as u32, end: end as u32 } };
    let wrong = |at: usize, code, message: String| Wrong { spot: spot(at, text.len()), code, message };
    let Some((shape, named)) = text.split_once('=') else {
        return Err(wrong(text.len(), "E1111", "expected `=` and a name behind the type".to_owned()));
    };
    let ty = type_text::parse(shape).map_err(|error| wrong(error.at, "E1103", error.message))?;
    let TypeText::Tuple(elements) = ty else {
        let message = "only a tuple can be named this way; define an enum or an alias in a type table".to_owned();
        return Err(wrong(0, "E1111", message));
    };
    let named_at = shape.len() + 1;
    let (path, fields) = match named.split_once('(') {
        Some((path, rest)) => (path, Some((named_at + path.len() + 1, rest))),
        None => (named, None),
    };
    let mut module: Vec<String> = path.split("::").map(|name| name.trim().to_owned()).collect();
    if let Some(bad) = module.iter().find(|name| !is_identifier(name)) {
        return Err(wrong(named_at, "E1102", not_an_identifier(bad)));
    }
    let name = module.pop().unwrap_or_default();
    if type_text::is_built_in(&name) {
        return Err(wrong(named_at, "E1102", format!("`{name}` is a built-in type and cannot be defined")));
    }
    let names = field_names(fields, text, &wrong)?;
    if names.len() != elements.len() {
        let message =
            format!("`{name}` has {} field names, but the tuple has {} elements", names.len(), elements.len());
        return Err(wrong(named_at, "E1111", message));
    }
    let field = |((at, name), ty): ((usize, String), TypeText)| RawField {
        name: Word { spot: spot(at, at + name.len()), text: name },
        docs: String::new(),
        ty: RawType { ty, spot: spot(0, shape.len()) },
    };
    Ok(RawDefinition {
        name: Word { text: name, spot: spot(named_at, text.len()) },
        module,
        docs: String::new(),
        everywhere: true,
        body: RawBody::Struct { fields: names.into_iter().zip(elements).map(field).collect(), parametrics: Vec::new() },
    })
}

/// The names between the parentheses with their places.
fn field_names(
    fields: Option<(usize, &str)>,
    text: &str,
    wrong: &impl Fn(usize, &'static str, String) -> Wrong,
) -> Result<Vec<(usize, String)>, Wrong> {
    let Some((start, rest)) = fields else {
        return Err(wrong(text.len(), "E1111", "expected the names of the fields in parentheses".to_owned()));
    };
    let Some(inner) = rest.trim_end().strip_suffix(')') else {
        return Err(wrong(text.len(), "E1111", "expected `)` behind the names of the fields".to_owned()));
    };
    let mut names = Vec::new();
    let mut at = start;
    for part in inner.split(',') {
        let name = part.trim();
        // A comma may follow the last name, and a tuple may have no element at all.
        let is_last = at + part.len() == start + inner.len();
        if !(name.is_empty() && is_last) {
            if !is_identifier(name) {
                return Err(wrong(at, "E1102", not_an_identifier(name)));
            }
            names.push((at + part.len() - part.trim_start().len(), name.to_owned()));
        }
        at += part.len() + 1;
    }
    Ok(names)
}
