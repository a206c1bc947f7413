//! Prints a package as canonical text: the text that libxls writes for the same package, except that
//!
//! - nodes are in the order of [`Function::nodes`] (libxls sorts them its own way); the returned node comes last
//!   unless another node uses it;
//! - assert messages are written with escape sequences. libxls writes them unchanged, and cannot read back a message
//!   with a quote, a backslash or a line end. Both read the output of this printer back as the same message;
//! - characters beyond ASCII in strings stay as they are, where libxls writes octal escape sequences;
//! - procs, blocks and channels are not printed, because they are not read.
//!
//! Reading the text again gives the same package up to spans, names with dots (`a.b` becomes `a_b`) and skipped
//! declarations.

use std::collections::HashSet;
use std::fmt::{self, Write};

use crate::escape::quote;
use crate::typed_value::Untyped;
use crate::{Attribute, Function, Keyword, KeywordArg, Node, NodeId, Op, Package, Top};

/// The canonical text of `package`.
pub fn print_package(package: &Package) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_package(package, &mut out);
    out
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print_package(self))
    }
}

fn write_package(package: &Package, out: &mut String) -> fmt::Result {
    writeln!(out, "package {}", package.name)?;
    if !package.files.is_empty() {
        out.push('\n');
    }
    for (number, path) in &package.files {
        // Paths are taken literally, so they keep their escape sequences.
        let quote = if needs_long_quotes(path) { "\"\"\"" } else { "\"" };
        writeln!(out, "file_number {number} {quote}{path}{quote}")?;
    }
    for (id, function) in package.iter() {
        out.push('\n');
        for attribute in &function.attributes {
            writeln!(out, "#[{attribute}]")?;
        }
        if package.top == Some(Top::Function(id)) {
            out.push_str("top ");
        }
        write_function(package, function, out)?;
    }
    Ok(())
}

/// Whether a string as written has a line end, or a quote without a backslash before it.
fn needs_long_quotes(content: &str) -> bool {
    let mut hidden = false;
    content.bytes().any(|byte| {
        let ends = !hidden && (byte == b'"' || byte == b'\n');
        hidden = !hidden && byte == b'\\';
        ends
    })
}

fn write_function(package: &Package, function: &Function, out: &mut String) -> fmt::Result {
    let names = canonical_names(function);
    write!(out, "fn {}(", function.name)?;
    for (i, &param) in function.params.iter().enumerate() {
        let node = function.node(param);
        let comma = if i > 0 { ", " } else { "" };
        write!(out, "{comma}{}: {} id={}", names[param.index()], node.ty, node.id)?;
    }
    writeln!(out, ") -> {} {{", function.return_type)?;
    let ret_is_used = function.nodes.iter().any(|node| node.operands.contains(&function.ret));
    let ret_is_param = matches!(function.node(function.ret).op, Op::Param { .. });
    for (id, node) in function.iter() {
        let is_ret = id == function.ret;
        if matches!(node.op, Op::Param { .. }) || (is_ret && !ret_is_used) {
            continue;
        }
        write_node(package, node, id, &names, is_ret, out)?;
    }
    if ret_is_param || !ret_is_used {
        write_node(package, function.node(function.ret), function.ret, &names, true, out)?;
    }
    out.push_str("}\n");
    Ok(())
}

fn write_node(
    package: &Package,
    node: &Node,
    id: NodeId,
    names: &[String],
    is_ret: bool,
    out: &mut String,
) -> fmt::Result {
    let name = &names[id.index()];
    let ret = if is_ret { "ret " } else { "" };
    write!(out, "  {ret}{name}: {} = {}(", node.ty, node.op.mnemonic())?;
    let positional = node.op.info().positional_operands().unwrap_or(node.operands.len());
    for &operand in node.operands.iter().take(positional) {
        write!(out, "{}, ", names[operand.index()])?;
    }
    for arg in node.op.info().keywords {
        if let Some(value) = keyword_value(package, node, *arg, name, names) {
            write!(out, "{}={value}, ", arg.keyword.spelling())?;
        }
    }
    write!(out, "id={}", node.id)?;
    if !node.positions.is_empty() {
        out.push_str(", pos=[");
        for (i, pos) in node.positions.iter().enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            write!(out, "{comma}({},{},{})", pos.file, pos.line, pos.column)?;
        }
        out.push(']');
    }
    out.push_str(")\n");
    Ok(())
}

/// The text after the keyword; `None` if the argument is left out.
fn keyword_value(package: &Package, node: &Node, arg: KeywordArg, name: &str, names: &[String]) -> Option<String> {
    let range = node.op.operands_called(arg.keyword.spelling(), node.operands.len());
    let mut operands = node.operands[range].iter().map(|operand| names[operand.index()].as_str());
    match arg.keyword {
        Keyword::Name => Some(name.to_string()),
        Keyword::Width | Keyword::NewBitCount => {
            let extent = node.ty.bit_count().map(u64::from).or(node.ty.array_len());
            Some(extent.unwrap_or(0).to_string())
        }
        Keyword::Default => operands.next_back().map(str::to_string),
        Keyword::Cases | Keyword::Indices | Keyword::InvariantArgs | Keyword::DataOperands => {
            let operands: Vec<&str> = operands.collect();
            (!operands.is_empty() || !arg.optional).then(|| format!("[{}]", operands.join(", ")))
        }
        Keyword::Value
        | Keyword::Start
        | Keyword::LsbPrio
        | Keyword::AssumedInBounds
        | Keyword::Index
        | Keyword::ToApply
        | Keyword::TripCount
        | Keyword::Stride
        | Keyword::Body
        | Keyword::Delay
        | Keyword::Message
        | Keyword::Label
        | Keyword::Format
        | Keyword::Verbosity => match node.op.attribute(arg.keyword.spelling())? {
            Attribute::Natural(0) | Attribute::Flag(false) if arg.optional => None,
            Attribute::Natural(number) => Some(number.to_string()),
            Attribute::Integer(number) => Some(number.to_string()),
            Attribute::Flag(flag) => Some(flag.to_string()),
            Attribute::Text(text) => text.map(quote),
            Attribute::Callee(function) => Some(package.function(function).name.to_string()),
            Attribute::Value(value) => Some(Untyped(value).to_string()),
        },
        // Every operation has them. They are written after the operation's own.
        Keyword::Id | Keyword::Pos => None,
    }
}

/// Names as they are written. Dots of given names become `_`, because in a node's name they would state an operation and an
/// id. If that makes two names equal, the later one gets a number.
fn canonical_names(function: &Function) -> Vec<String> {
    let given: HashSet<&str> =
        function.nodes.iter().filter_map(|node| node.name.as_deref()).filter(|name| !name.contains('.')).collect();
    let mut made: HashSet<String> = HashSet::new();
    let mut names = Vec::with_capacity(function.nodes.len());
    for node in &function.nodes {
        names.push(match node.name.as_deref() {
            Some(name) if name.contains('.') => {
                let base = name.replace('.', "_");
                let mut unique = base.clone();
                let mut number = 0u64;
                while given.contains(unique.as_str()) || made.contains(&unique) {
                    number += 1;
                    unique = format!("{base}__{number}");
                }
                made.insert(unique.clone());
                unique
            }
            Some(name) => name.to_string(),
            None => node.display_name(),
        });
    }
    names
}
