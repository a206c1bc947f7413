//! Makes the artefact's description from the model.

use xls_aot_design::{TypeId, TypeKind, TypeTable};
use xls_aot_layout::tuple_offsets;
use xls_aot_metadata::{
    Definition, Entry, EntryPoint, EnumVariant, EventSite, Metadata, NamedType, Param, Position, Producer, ResultValue,
    StructField, TempBuffer, SCHEMA_VERSION,
};
use xls_aot_runtime::abi::ABI_VERSION;

use crate::events::{Site, SiteKind};
use crate::model::{self, Code, Interface, Model, Origin, Parameter};
use crate::places::path;
use crate::rust_type::RustType;

/// The record that goes into the metadata file and, framed, into the object.
pub(crate) fn metadata(model: &Model, table: &TypeTable, codes: &[Code], origin: &Origin) -> Metadata {
    Metadata {
        schema_version: SCHEMA_VERSION,
        abi_version: ABI_VERSION,
        tool: Producer { name: "xls_aot".to_owned(), version: crate::TOOL_VERSION.to_owned() },
        crate_name: origin.crate_name.clone(),
        package: origin.package.clone(),
        symbol_salt: origin.symbol_salt.clone(),
        backend: Producer { name: origin.backend.clone(), version: origin.backend_version.clone() },
        target: origin.target.clone(),
        cpu_baseline: origin.cpu_baseline.clone(),
        ir_sha256: origin.ir_sha256.clone(),
        entries: model.entries.iter().zip(codes).map(|(interface, code)| entry(model, interface, code)).collect(),
        types: table.iter().map(|(id, _)| named_type(model, table, id)).collect(),
        sites: (0..).zip(&model.sites).map(|(index, found)| site(index, found)).collect(),
    }
}

fn entry(model: &Model, interface: &Interface, code: &Code) -> Entry {
    let entry_point = |&kind: &xls_aot_metadata::EntryKind| EntryPoint {
        kind,
        symbol: format!("{}{}", code.symbol, kind.symbol_suffix()),
    };
    Entry {
        function: interface.function.clone(),
        rust_path: interface.place.path(),
        rust_module: interface.module_path(),
        rust_alias: interface.alias.as_ref().map(|alias| path(&interface.place.module, alias)),
        features: code.features,
        entry_points: code.kinds.iter().map(entry_point).collect(),
        signature: signature(interface),
        params: interface.params.iter().map(|found| param(model, found)).collect(),
        result: ResultValue {
            xls_type: interface.result_type.to_string(),
            rust_type: model.text(&interface.result),
            size: interface.result_layout.size,
            align: interface.result_layout.align,
        },
        temp_buffer: TempBuffer { size: code.temp_buffer.size, align: code.temp_buffer.align },
        sites: interface.sites.clone(),
    }
}

/// `(x: bits[8]) -> bits[8]`
fn signature(interface: &Interface) -> String {
    let params: Vec<String> = interface.params.iter().map(|param| format!("{}: {}", param.ir_name, param.ty)).collect();
    format!("({}) -> {}", params.join(", "), interface.result_type)
}

fn param(model: &Model, param: &model::Param) -> Param {
    let (rust_name, rust_type) = match &param.form {
        Parameter::Token => (None, None),
        Parameter::Activated => (None, Some(model.text(&RustType::Bool))),
        Parameter::Passed { name, rust } => (Some(name.to_string()), Some(model.text(rust))),
    };
    Param {
        name: param.ir_name.clone(),
        rust_name,
        xls_type: param.ty.to_string(),
        rust_type,
        size: param.layout.size,
        align: param.layout.align,
        passed: param.passing(),
    }
}

fn named_type(model: &Model, table: &TypeTable, id: TypeId) -> NamedType {
    let named = model.named(id);
    NamedType {
        path: named.path.clone(),
        rust_path: named.place.path(),
        defined_in: named.foreign.as_ref().map(|foreign| foreign.crate_name.clone()),
        digest: table.digest(id).to_owned(),
        xls_type: named.ty.to_string(),
        size: named.layout.size,
        align: named.layout.align,
        definition: definition(table, id),
    }
}

/// The definition of a named type.
pub(crate) fn definition(table: &TypeTable, id: TypeId) -> Definition {
    match &table.get(id).kind {
        TypeKind::Struct { fields, .. } => {
            let elements: Vec<_> = fields.iter().map(|field| table.erase(&field.ty)).collect();
            let offsets = tuple_offsets(&elements).unwrap_or_default();
            let made = fields.iter().zip(offsets).map(|(field, offset)| StructField {
                name: field.name.clone(),
                ty: table.display(&field.ty).to_string(),
                offset,
            });
            Definition::Struct(made.collect())
        }
        TypeKind::Enum { width, signed, variants } => {
            let made = variants
                .iter()
                .map(|variant| EnumVariant { name: variant.name.clone(), value: variant.value.to_string() });
            let integer = xls_aot_design::ValueType::Bits { width: *width, signed: *signed };
            let ty = table.display(&integer).to_string();
            Definition::Enum { ty, variants: made.collect() }
        }
        TypeKind::Alias { ty } => Definition::Alias(table.display(ty).to_string()),
    }
}

fn site(index: u32, site: &Site) -> EventSite {
    let (message, verbosity, operands) = match &site.kind {
        SiteKind::Assertion { message } => (Some(message.clone()), None, Vec::new()),
        SiteKind::Trace { verbosity, format, operands } => {
            (Some(format.clone()), Some(*verbosity), operands.iter().map(ToString::to_string).collect())
        }
        SiteKind::Cover | SiteKind::OutOfBounds => (None, None, Vec::new()),
    };
    EventSite {
        index,
        kind: site.event(),
        message,
        verbosity,
        operands,
        label: site.label.clone(),
        function: site.function.clone(),
        position: site.position.as_ref().map(|position| Position {
            file: position.file.clone(),
            line: position.line,
            column: position.column,
        }),
    }
}
