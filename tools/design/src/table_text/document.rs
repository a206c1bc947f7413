//! The file: JSON with `types`, `constants` and `entries`. Unknown keys are errors. Every text keeps its place.

use serde::Deserialize;
use serde_json::value::RawValue;
use xls_aot_ir::Span;

use super::findings::{span_of, Findings};
use super::type_text::{self, TypeText};
use super::{Raw, RawBody, RawConstant, RawDefinition, RawEntry, RawField, RawType, RawVariant, Spot, TypeNames, Word};
use crate::number::Number;
use crate::table::{check_module, is_identifier, not_an_identifier};

/// A part of the document that is read later, when what it must be is known.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Json<'a>(#[serde(borrow)] pub &'a RawValue);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<'a> {
    #[serde(borrow, default)]
    types: Vec<TypeItem<'a>>,
    #[serde(borrow, default)]
    constants: Vec<ConstantItem<'a>>,
    #[serde(borrow, default)]
    entries: Vec<EntryItem<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypeItem<'a> {
    #[serde(borrow)]
    name: Json<'a>,
    #[serde(borrow)]
    module: Option<Json<'a>>,
    docs: Option<String>,
    #[serde(default)]
    everywhere: bool,
    #[serde(borrow, default)]
    parametrics: Vec<ParametricItem<'a>>,
    #[serde(borrow, rename = "struct")]
    fields: Option<Vec<MemberItem<'a>>>,
    #[serde(borrow, rename = "enum")]
    values: Option<EnumItem<'a>>,
    #[serde(borrow)]
    alias: Option<Json<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ParametricItem<'a> {
    #[serde(borrow)]
    name: Json<'a>,
    #[serde(borrow, rename = "type")]
    ty: Option<Json<'a>>,
    #[serde(borrow)]
    value: Json<'a>,
}

/// A field, or a parameter of an entry.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberItem<'a> {
    #[serde(borrow)]
    name: Json<'a>,
    #[serde(borrow, rename = "type")]
    ty: Json<'a>,
    docs: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnumItem<'a> {
    #[serde(borrow, rename = "type")]
    ty: Json<'a>,
    #[serde(borrow)]
    variants: Vec<VariantItem<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantItem<'a> {
    #[serde(borrow)]
    name: Json<'a>,
    #[serde(borrow)]
    value: Json<'a>,
    docs: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConstantItem<'a> {
    #[serde(borrow)]
    name: Json<'a>,
    #[serde(borrow)]
    module: Option<Json<'a>>,
    docs: Option<String>,
    #[serde(borrow, rename = "type")]
    ty: Json<'a>,
    #[serde(borrow)]
    value: Json<'a>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryItem<'a> {
    #[serde(borrow)]
    function: Json<'a>,
    #[serde(borrow)]
    module: Option<Json<'a>>,
    #[serde(borrow)]
    name: Option<Json<'a>>,
    docs: Option<String>,
    #[serde(borrow, default)]
    params: Vec<MemberItem<'a>>,
    #[serde(borrow)]
    result: Option<Json<'a>>,
}

/// Reads the file, if there is one.
pub(super) fn read<'a>(names: &TypeNames<'a>, findings: &mut Findings<'a>) -> Raw<'a> {
    let Some(file) = names.file else { return Raw::default() };
    let spot = |start: usize| Spot { source: 0, span: Span { start: start as u32, end: start as u32 } };
    if u32::try_from(file.text.len()).is_err() {
        findings.invalid(spot(0), "E1101", "a type table of more than 4 GiB");
        return Raw::default();
    }
    let text = match std::str::from_utf8(file.text) {
        Ok(text) => text,
        Err(error) => {
            findings.invalid(spot(error.valid_up_to()), "E1101", "the type table is not UTF-8");
            return Raw::default();
        }
    };
    match serde_json::from_str::<Document<'_>>(text) {
        Ok(document) => Reader { text, findings }.document(document),
        Err(error) => {
            let (start, message) = placed(text, &error);
            let note = "`docs/types.md` describes type tables";
            findings.invalid_with_note(spot(start), "E1101", message, note);
            Raw::default()
        }
    }
}

/// Where serde stopped, and its message without the place.
pub(super) fn placed(text: &str, error: &serde_json::Error) -> (usize, String) {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(&*message, |(message, _)| message).to_owned();
    let line_start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    ((line_start + error.column().saturating_sub(1)).min(text.len()), message)
}

struct Reader<'a, 'b> {
    text: &'a str,
    findings: &'b mut Findings<'a>,
}

impl<'a> Reader<'a, '_> {
    fn document(&mut self, document: Document<'a>) -> Raw<'a> {
        Raw {
            definitions: document.types.into_iter().filter_map(|item| self.definition(item)).collect(),
            constants: document.constants.into_iter().filter_map(|item| self.constant(item)).collect(),
            entries: document.entries.into_iter().filter_map(|item| self.entry(item)).collect(),
        }
    }

    fn definition(&mut self, item: TypeItem<'a>) -> Option<RawDefinition> {
        let name = self.word(item.name)?;
        let module = self.module(item.module)?;
        if type_text::is_built_in(&name.text) {
            let message = format!("`{}` is a built-in type and cannot be defined", name.text);
            self.findings.invalid(name.spot, "E1102", message);
        }
        if item.fields.is_none() && !item.parametrics.is_empty() {
            let message = format!("`{}` is no struct, and only a struct has `parametrics`", name.text);
            self.findings.invalid(name.spot, "E1101", message);
        }
        let parametrics = item.parametrics.into_iter().map(|item| self.parametric(item)).collect::<Option<_>>()?;
        let body = match (item.fields, item.values, item.alias) {
            (Some(fields), None, None) => RawBody::Struct {
                fields: fields.into_iter().map(|item| self.field(item)).collect::<Option<_>>()?,
                parametrics,
            },
            (None, Some(values), None) => self.enumeration(values)?,
            (None, None, Some(alias)) => RawBody::Alias { ty: self.ty(alias)? },
            _ => {
                let message = format!("the type `{}` needs exactly one of `struct`, `enum` and `alias`", name.text);
                self.findings.invalid(name.spot, "E1101", message);
                return None;
            }
        };
        if item.everywhere && matches!(body, RawBody::Alias { .. }) {
            let message = format!("`{}` is an alias, and only a struct or an enum can be `everywhere`", name.text);
            self.findings.invalid(name.spot, "E1109", message);
        }
        Some(RawDefinition { name, module, docs: docs(item.docs), everywhere: item.everywhere, body })
    }

    fn parametric(&mut self, item: ParametricItem<'a>) -> Option<(String, Number)> {
        let name = self.word(item.name)?;
        let (width, signed) = match item.ty {
            Some(ty) => self.integer(ty)?,
            None => (32, false),
        };
        Some((name.text, self.number(item.value, width, signed)?))
    }

    fn field(&mut self, item: MemberItem<'a>) -> Option<RawField> {
        Some(RawField { name: self.word(item.name)?, docs: docs(item.docs), ty: self.ty(item.ty)? })
    }

    fn enumeration(&mut self, item: EnumItem<'a>) -> Option<RawBody> {
        let (width, signed) = self.integer(item.ty)?;
        let variant = |item: VariantItem<'a>| {
            let name = self.word(item.name)?;
            Some(RawVariant { name, docs: docs(item.docs), value: self.number(item.value, width, signed)? })
        };
        // Every variant is read, so that all findings are reported.
        let variants: Vec<Option<RawVariant>> = item.variants.into_iter().map(variant).collect();
        Some(RawBody::Enum { width, signed, variants: variants.into_iter().collect::<Option<_>>()? })
    }

    fn constant(&mut self, item: ConstantItem<'a>) -> Option<RawConstant<'a>> {
        Some(RawConstant {
            name: self.word(item.name)?,
            module: self.module(item.module)?,
            docs: docs(item.docs),
            ty: self.ty(item.ty)?,
            value: item.value,
        })
    }

    fn entry(&mut self, item: EntryItem<'a>) -> Option<RawEntry> {
        let param = |item: MemberItem<'a>| Some((self.text(item.name)?, self.ty(item.ty)?));
        let params = item.params.into_iter().map(param).collect::<Option<_>>()?;
        Some(RawEntry {
            function: self.text(item.function)?,
            module: self.module(item.module)?,
            name: match item.name {
                Some(name) => Some(self.word(name)?),
                None => None,
            },
            docs: docs(item.docs),
            params,
            result: match item.result {
                Some(result) => Some(self.ty(result)?),
                None => None,
            },
        })
    }

    /// A name that becomes one in Rust.
    fn word(&mut self, json: Json<'a>) -> Option<Word> {
        let word = self.text(json)?;
        if is_identifier(&word.text) {
            return Some(word);
        }
        self.findings.invalid(word.spot, "E1102", not_an_identifier(&word.text));
        None
    }

    fn module(&mut self, json: Option<Json<'a>>) -> Option<Vec<String>> {
        let Some(json) = json else { return Some(Vec::new()) };
        let path = self.text(json)?;
        let names: Vec<String> = path.text.split("::").map(|name| name.trim().to_owned()).collect();
        match check_module(&names) {
            Ok(()) => Some(names),
            Err(message) => {
                self.findings.invalid(path.spot, "E1102", message);
                None
            }
        }
    }

    fn ty(&mut self, json: Json<'a>) -> Option<RawType> {
        let Word { text, spot } = self.text(json)?;
        match type_text::parse(&text) {
            Ok(ty) => Some(RawType { ty, spot }),
            Err(error) => {
                let spot = self.inside(json, spot, error.at);
                self.findings.invalid(spot, "E1103", error.message);
                None
            }
        }
    }

    /// A type that is an integer.
    fn integer(&mut self, json: Json<'a>) -> Option<(u32, bool)> {
        let RawType { ty, spot } = self.ty(json)?;
        match ty {
            TypeText::Bits { width, signed } => Some((width, signed)),
            TypeText::Token | TypeText::Tuple(_) | TypeText::Array(..) | TypeText::Name(_) => {
                self.findings.invalid(spot, "E1103", "expected an integer type such as `u2` or `s8`");
                None
            }
        }
    }

    fn number(&mut self, json: Json<'a>, width: u32, signed: bool) -> Option<Number> {
        let spot = self.spot(json);
        let text = match serde_json::from_str::<String>(json.0.get()) {
            Ok(text) => text,
            Err(_) => json.0.get().to_owned(),
        };
        match Number::parse(&text, width, signed) {
            Ok(number) => Some(number),
            Err(message) => {
                self.findings.invalid(spot, "E1106", format!("`{}` {message}", text.escape_debug()));
                None
            }
        }
    }

    /// A JSON string.
    fn text(&mut self, json: Json<'a>) -> Option<Word> {
        let spot = self.spot(json);
        match serde_json::from_str::<String>(json.0.get()) {
            Ok(text) => Some(Word { text, spot }),
            Err(_) => {
                self.findings.invalid(spot, "E1101", "expected a text in quotes");
                None
            }
        }
    }

    fn spot(&self, json: Json<'a>) -> Spot {
        Spot { source: 0, span: span_of(self.text, json.0.get()) }
    }

    /// The place of byte `at` of a string; its beginning if escape sequences hide where that is.
    fn inside(&self, json: Json<'a>, spot: Spot, at: usize) -> Spot {
        if json.0.get().contains('\\') {
            return spot;
        }
        let start = (spot.span.start + 1 + at as u32).min(spot.span.end);
        Spot { span: Span { start, end: spot.span.end }, ..spot }
    }
}

fn docs(docs: Option<String>) -> String {
    docs.unwrap_or_default()
}
