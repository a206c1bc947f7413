//! The text form of a type table: the file of `--types`, and the short form of `--type-name`. `docs/types.md` describes
//! both for users.
//!
//! Reading takes these steps: [`document`] and [`short_form`] make [`RawType`]s and the like of the texts, with places;
//! [`build`] resolves names and makes the table; [`entries`] checks the types of entries against the package. Findings are
//! collected on the way, so that a user sees all that one step finds.

mod build;
mod document;
mod entries;
mod findings;
mod short_form;
mod type_text;
mod value_text;

use xls_aot_ir::Package;

use crate::fault::Finding;
use crate::table::TypeTable;

pub(crate) use entries::EntryTypes;

/// The names that a user gives to types.
#[derive(Clone, Copy, Debug, Default)]
pub struct TypeNames<'a> {
    /// The type table.
    pub file: Option<TableFile<'a>>,
    /// Types in the short form: `(bits[1], bits[8], bits[23])=F32(sign, exponent, fraction)`.
    pub short: &'a [&'a str],
}

/// A file with a type table.
#[derive(Clone, Copy, Debug)]
pub struct TableFile<'a> {
    /// Its name as the user gave it, for messages.
    pub name: &'a str,
    /// Its bytes.
    pub text: &'a [u8],
}

/// What the texts say.
#[derive(Debug)]
pub(crate) struct NamedTypes {
    /// The types and constants.
    pub table: TypeTable,
    /// Which value of which function has which type.
    pub entries: EntryTypes,
}

impl TypeNames<'_> {
    /// Reads the texts for `package`.
    ///
    /// # Errors
    /// The findings about the first of the texts that has any.
    pub(crate) fn read(&self, package: &Package) -> Result<NamedTypes, Finding> {
        let mut findings = findings::Findings::new(self);
        let mut raw = document::read(self, &mut findings);
        short_form::read(self, &mut raw, &mut findings);
        findings.check()?;
        let built = build::build(&raw, &mut findings);
        findings.check()?;
        let entries = EntryTypes::new(&raw.entries, &built, package, &mut findings);
        findings.check()?;
        Ok(NamedTypes { table: built.table, entries })
    }
}

/// A place in one of the texts.
#[derive(Clone, Copy, Debug)]
struct Spot {
    /// 0 is the file; the short forms follow.
    source: usize,
    span: xls_aot_ir::Span,
}

/// A text with its place.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    spot: Spot,
}

/// A type as the user wrote it.
#[derive(Clone, Debug)]
struct RawType {
    ty: type_text::TypeText,
    spot: Spot,
}

/// Everything that the texts declare, names not yet resolved.
#[derive(Debug, Default)]
struct Raw<'a> {
    definitions: Vec<RawDefinition>,
    constants: Vec<RawConstant<'a>>,
    entries: Vec<RawEntry>,
}

#[derive(Debug)]
struct RawDefinition {
    name: Word,
    module: Vec<String>,
    docs: String,
    /// Whether every value of its shape has the type.
    everywhere: bool,
    body: RawBody,
}

#[derive(Debug)]
enum RawBody {
    Struct { fields: Vec<RawField>, parametrics: Vec<(String, crate::Number)> },
    Enum { width: u32, signed: bool, variants: Vec<RawVariant> },
    Alias { ty: RawType },
}

#[derive(Debug)]
struct RawField {
    name: Word,
    docs: String,
    ty: RawType,
}

#[derive(Debug)]
struct RawVariant {
    name: Word,
    docs: String,
    value: crate::Number,
}

#[derive(Debug)]
struct RawConstant<'a> {
    name: Word,
    module: Vec<String>,
    docs: String,
    ty: RawType,
    value: document::Json<'a>,
}

#[derive(Debug)]
struct RawEntry {
    function: Word,
    module: Vec<String>,
    name: Option<Word>,
    docs: String,
    params: Vec<(Word, RawType)>,
    result: Option<RawType>,
}
