//! Types of other libraries: a type of the design that another library has too, by path and digest, is that library's.

use std::collections::BTreeMap;

use xls_aot_design::{Door, Finding, TypeId, TypeTable};
use xls_aot_ir::Kind;
use xls_aot_metadata::{Definition, Metadata, NamedType};

use crate::describe::definition;
use crate::request::{TypesFrom, TypesHome};

/// A type of another library.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Foreign {
    /// The library's crate, or its module.
    pub crate_name: String,
    /// Where that is.
    pub home: TypesHome,
    /// Path of the type from the root of that crate.
    pub rust_path: String,
}

/// For each definition of `table`, the library that has it: the first that does. `file` is what the design was read from.
///
/// # Errors
/// A finding about a description that cannot be read, or about a type that a library defines otherwise.
pub(crate) fn find(
    file: &str,
    table: &TypeTable,
    libraries: &[TypesFrom<'_>],
    door: Door,
) -> Result<Vec<Option<Foreign>>, Finding> {
    let mut found = vec![None; table.iter().len()];
    for library in libraries {
        let metadata = Metadata::from_json(library.text).map_err(|error| Finding::WholeFile {
            file: library.file.to_owned(),
            kind: Kind::Invalid,
            code: "E1011",
            message: error.to_string(),
            notes: vec![format!("{} names the metadata file of a library", door.types_from())],
        })?;
        let types: BTreeMap<&str, &NamedType> = metadata.types.iter().map(|ty| (&*ty.path, ty)).collect();
        for (id, local) in table.iter() {
            let Some(other) = types.get(&*local.path()) else { continue };
            if other.digest != table.digest(id) {
                return Err(mismatch(file, table, id, other, &metadata.crate_name));
            }
            found[id.index()].get_or_insert_with(|| Foreign {
                crate_name: metadata.crate_name.clone(),
                home: library.home,
                rust_path: other.rust_path.clone(),
            });
        }
    }
    Ok(found)
}

fn mismatch(file: &str, table: &TypeTable, id: TypeId, other: &NamedType, crate_name: &str) -> Finding {
    let local = table.get(id);
    let position = local
        .position
        .as_ref()
        .map_or_else(String::new, |position| format!(" ({}:{}:{})", position.file, position.line, position.column));
    Finding::WholeFile {
        file: file.to_owned(),
        kind: Kind::Invalid,
        code: "E1012",
        message: format!("the library `{crate_name}` has another type `{}`", other.path),
        notes: vec![
            format!("here it is {}{position}", shown(&definition(table, id))),
            format!("in `{crate_name}` it is {}", shown(&other.definition)),
            "make the definitions equal, or rename one of the types".to_owned(),
        ],
    }
}

/// A definition on one line.
fn shown(definition: &Definition) -> String {
    let listed =
        |items: Vec<String>| if items.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", items.join(", ")) };
    match definition {
        Definition::Struct(fields) => {
            let fields = fields.iter().map(|field| format!("{}: {}", field.name, field.ty));
            format!("`struct {}`", listed(fields.collect()))
        }
        Definition::Enum { ty, variants } => {
            let variants = variants.iter().map(|variant| format!("{} = {}", variant.name, variant.value));
            format!("`enum {ty} {}`", listed(variants.collect()))
        }
        Definition::Alias(ty) => format!("an alias of `{ty}`"),
    }
}
