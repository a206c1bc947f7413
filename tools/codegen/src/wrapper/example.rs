//! An example call for the page of a function. In a crate it is a test that compiles; the source in a module cannot know its
//! path in the user's crate, so there it is only text.
//!
//! Every path begins with the name of the crate, so nothing that a design calls its items can hide another.

use crate::model::{Field, NamedKind, Parameter};
use crate::names::Name;
use crate::request::Form;
use crate::rust_type::RustType;
use crate::wrapper::entries::fallible;
use crate::wrapper::types::float_of;
use crate::wrapper::{Entry, Wrapper};

/// Most parameters that an example shows.
const MOST_PARAMETERS: usize = 12;
/// Longest value in an example, in bytes; a longer one is the default value.
const LONGEST_VALUE: usize = 90;

/// The lines of the section.
pub(super) fn lines(entry: &Entry<'_>) -> Vec<String> {
    let passed: Vec<(&Name, &RustType)> = entry
        .interface
        .params
        .iter()
        .filter_map(|param| match &param.form {
            Parameter::Passed { name, rust } => Some((name, rust)),
            Parameter::Token | Parameter::Activated => None,
        })
        .collect();
    let Some(values) = passed.iter().map(|(_, rust)| entry.wrapper.example(rust)).collect::<Option<Vec<String>>>()
    else {
        return Vec::new();
    };
    if passed.len() > MOST_PARAMETERS {
        return Vec::new();
    }
    let fence = match entry.wrapper.form {
        Form::Crate => "```no_run",
        Form::Module => "```text",
    };
    let mut lines = vec![String::new(), "# Example".to_owned(), String::new(), fence.to_owned()];
    for ((name, _), value) in passed.iter().zip(values) {
        lines.push(format!("let {name} = {value};"));
    }
    let arguments: Vec<String> =
        passed.iter().map(|(name, rust)| format!("{}{name}", if rust.is_scalar() { "" } else { "&" })).collect();
    let crate_name = &entry.wrapper.origin.crate_name;
    let call = format!("{crate_name}::{}({})", entry.interface.place.path(), arguments.join(", "));
    if fallible(entry) {
        lines.extend([
            format!("match {call} {{"),
            "    Ok(result) => println!(\"{result:?}\"),".to_owned(),
            "    Err(failure) => eprintln!(\"{failure}\"),".to_owned(),
            "}".to_owned(),
        ]);
    } else {
        lines.extend([format!("let result = {call};"), "println!(\"{result:?}\");".to_owned()]);
    }
    lines.push("```".to_owned());
    lines
}

impl Wrapper<'_> {
    /// A value of a type as an expression; `None` if there is no short one.
    fn example(&self, ty: &RustType) -> Option<String> {
        let text = self.example_in_full(ty)?;
        if text.len() <= LONGEST_VALUE {
            return Some(text);
        }
        match ty {
            RustType::Struct(_) | RustType::Named { .. } => Some(format!("{}::default()", self.example_path(ty))),
            // Its element is as short as it can be already.
            RustType::Array { .. } => Some(text),
            RustType::Bool | RustType::Int { .. } | RustType::Bits { .. } | RustType::Wide { .. } | RustType::Unit => {
                None
            }
        }
    }

    fn example_in_full(&self, ty: &RustType) -> Option<String> {
        Some(match ty {
            RustType::Bool => "true".to_owned(),
            RustType::Int { .. } => format!("1{}", self.model.text(ty)),
            RustType::Bits { width, .. } => {
                let path = self.example_path(ty);
                if *width < 2 {
                    format!("{path}::<{width}>::ZERO")
                } else {
                    format!("{path}::<{width}>::of(1)")
                }
            }
            RustType::Wide { width, limbs, .. } => format!("{}::<{width}, {limbs}>::from(1u8)", self.example_path(ty)),
            RustType::Unit => "()".to_owned(),
            RustType::Struct(id) => {
                let fields = self.model.tuple_fields(*id).iter().map(|field| self.example(field));
                format!("{}({})", self.example_path(ty), fields.collect::<Option<Vec<_>>>()?.join(", "))
            }
            RustType::Array { element, len } => format!("[{}; {len}]", self.example(element)?),
            RustType::Named { id, .. } => match &self.model.named(*id).kind {
                NamedKind::Alias(ty) => self.example_in_full(ty)?,
                NamedKind::Enum { variants, .. } => {
                    let variant =
                        variants.first().map_or_else(|| "default()".to_owned(), |first| first.name.to_string());
                    format!("{}::{variant}", self.example_path(ty))
                }
                NamedKind::Struct(fields) => self.example_struct(ty, fields)?,
            },
        })
    }

    fn example_struct(&self, ty: &RustType, fields: &[Field]) -> Option<String> {
        let path = self.example_path(ty);
        if let Some(float) = float_of(fields) {
            return Some(format!("{path}::from(1.5{float})"));
        }
        let fields = fields.iter().map(|field| Some(format!("{}: {}", field.name, self.example(&field.ty)?)));
        let fields = fields.collect::<Option<Vec<_>>>()?.join(", ");
        Some(if fields.is_empty() { format!("{path} {{}}") } else { format!("{path} {{ {fields} }}") })
    }

    /// The path of a type, from the crate's name on and without parameters. A type of the runtime is at the root, unless the
    /// design has something else of its name there.
    fn example_path(&self, ty: &RustType) -> String {
        let text = self.model.text(ty);
        let text = text.split('<').next().unwrap_or(&text);
        let short = text.strip_prefix("xls_aot_runtime::").filter(|name| !self.has_at_root(name));
        format!("{}::{}", self.origin.crate_name, short.unwrap_or(text))
    }

    /// Whether the design has a type or a module of this name at the root.
    fn has_at_root(&self, name: &str) -> bool {
        let model = self.model;
        let types = model.named.iter().map(|named| &named.place).filter(|place| place.module.is_empty());
        let functions = model.entries.iter().flat_map(|entry| entry.module.first().into_iter().chain(&entry.alias));
        let modules = model.modules.iter().filter_map(|path| path.first());
        types.map(|place| &place.name).chain(functions).chain(modules).any(|found| found.as_str() == name)
    }
}
