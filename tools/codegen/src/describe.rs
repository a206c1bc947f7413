//! Makes the artefact's description from the model.

use xls_aot_metadata::{
    AssertionSite, EntryPoint, Metadata, Param, Position, Producer, ResultValue, TempBuffer, SCHEMA_VERSION,
};
use xls_aot_runtime::abi::ABI_VERSION;

use crate::model::{self, Code, Form, Interface, Origin};

/// The record that goes into the metadata file and, framed, into the object.
pub(crate) fn metadata(interface: &Interface, code: &Code, origin: &Origin) -> Metadata {
    Metadata {
        schema_version: SCHEMA_VERSION,
        abi_version: ABI_VERSION,
        tool: Producer { name: "xls_aot".to_owned(), version: crate::TOOL_VERSION.to_owned() },
        crate_name: origin.crate_name.clone(),
        package: origin.package.clone(),
        top: origin.top.clone(),
        symbol_salt: origin.symbol_salt.clone(),
        backend: Producer { name: origin.backend.clone(), version: origin.backend_version.clone() },
        target: origin.target.clone(),
        cpu_baseline: code.cpu_baseline.clone(),
        ir_sha256: origin.ir_sha256.clone(),
        features: code.features,
        entry_points: code
            .entry_points
            .iter()
            .map(|entry| EntryPoint { kind: entry.kind, symbol: entry.symbol.clone() })
            .collect(),
        signature: signature(interface),
        params: interface.params.iter().map(param).collect(),
        result: ResultValue {
            xls_type: interface.result_type.to_string(),
            rust_type: interface.result.to_string(),
            size: interface.result_layout.size,
            align: interface.result_layout.align,
        },
        temp_buffer: TempBuffer { size: code.temp_buffer.size, align: code.temp_buffer.align },
        assertions: code
            .sites
            .iter()
            .zip(0..)
            .map(|(site, index)| AssertionSite {
                index,
                message: site.message.clone(),
                label: site.label.clone(),
                function: site.function.clone(),
                position: site.position.as_ref().map(|position| Position {
                    file: position.file.clone(),
                    line: position.line,
                    column: position.column,
                }),
            })
            .collect(),
    }
}

/// `(x: bits[8]) -> bits[8]`
fn signature(interface: &Interface) -> String {
    let params: Vec<String> = interface.params.iter().map(|param| format!("{}: {}", param.ir_name, param.ty)).collect();
    format!("({}) -> {}", params.join(", "), interface.result_type)
}

fn param(param: &model::Param) -> Param {
    let (rust_name, rust_type) = match &param.form {
        Form::Token => (None, None),
        Form::Activated => (None, Some("bool".to_owned())),
        Form::Passed { name, rust } => (Some(name.to_string()), Some(rust.to_string())),
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
