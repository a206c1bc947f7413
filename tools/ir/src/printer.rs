//! Package to canonical text: the text that libxls writes for the same package, except that
//!
//! - nodes stand in the order of [`Function::nodes`] (libxls sorts them its own way); the returned node comes last
//!   unless another node uses it;
//! - assert messages are written with escape sequences. libxls writes them raw, and cannot read back a message that
//!   has a quote, a backslash or a line end; what this printer writes, both read back as the same message;
//! - characters beyond ASCII in strings stay as they are, where libxls writes octal escape sequences;
//! - procs, blocks and channels are not written, as they are not read.
//!
//! Reading the text again gives the same package up to spans, names with dots (`a.b` becomes `a_b`) and skipped
//! declarations.

use std::collections::HashSet;
use std::fmt::{self, Write};

use crate::escape::quote;
use crate::typed_value::Untyped;
use crate::{Function, Node, NodeId, Op, Package, Top};

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

/// Whether a string as written has a line end, or a quote that no backslash hides.
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
    let (positional, listed) = node.operands.split_at(positional_operands(node));
    for &operand in positional {
        write!(out, "{}, ", names[operand.index()])?;
    }
    write_attributes(package, node, name, listed, names, out)?;
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

/// How many operands come first, without a keyword.
fn positional_operands(node: &Node) -> usize {
    let wanted = match &node.op {
        Op::Sel { .. } | Op::OneHotSel | Op::PrioritySel | Op::ArrayIndex { .. } | Op::CountedFor { .. } => 1,
        Op::ArrayUpdate { .. } | Op::Trace { .. } => 2,
        Op::DynamicCountedFor { .. } => 3,
        _ => node.operands.len(),
    };
    wanted.min(node.operands.len())
}

/// The keyword arguments, each followed by `, `; `listed` are the operands that stand in them.
fn write_attributes(
    package: &Package,
    node: &Node,
    name: &str,
    listed: &[NodeId],
    names: &[String],
    out: &mut String,
) -> fmt::Result {
    let list = |nodes: &[NodeId]| {
        let names: Vec<&str> = nodes.iter().map(|node| names[node.index()].as_str()).collect();
        names.join(", ")
    };
    let width = || node.ty.bit_count().unwrap_or(0);
    let in_bounds = |assumed: bool| if assumed { "assumed_in_bounds=true, " } else { "" };
    match &node.op {
        Op::Param { .. } => write!(out, "name={name}, "),
        Op::Literal { value } => write!(out, "value={}, ", Untyped(value)),
        Op::ZeroExt | Op::SignExt => write!(out, "new_bit_count={}, ", width()),
        Op::BitSlice { start } => write!(out, "start={start}, width={}, ", width()),
        Op::DynamicBitSlice | Op::Decode => write!(out, "width={}, ", width()),
        Op::OneHot { lsb_prio } => write!(out, "lsb_prio={lsb_prio}, "),
        Op::Sel { has_default: false } | Op::OneHotSel => write!(out, "cases=[{}], ", list(listed)),
        Op::Sel { has_default: true } | Op::PrioritySel => match listed.split_last() {
            Some((&default, cases)) => {
                write!(out, "cases=[{}], default={}, ", list(cases), names[default.index()])
            }
            None => Ok(()),
        },
        Op::ArrayIndex { assumed_in_bounds } | Op::ArrayUpdate { assumed_in_bounds } => {
            write!(out, "indices=[{}], {}", list(listed), in_bounds(*assumed_in_bounds))
        }
        Op::ArraySlice => {
            let len = match &node.ty {
                crate::Type::Array(array) => array.len,
                crate::Type::Bits(_) | crate::Type::Token | crate::Type::Tuple(_) => 0,
            };
            write!(out, "width={len}, ")
        }
        Op::TupleIndex { index } => write!(out, "index={index}, "),
        Op::Invoke { to_apply } | Op::Map { to_apply } => {
            write!(out, "to_apply={}, ", package.function(*to_apply).name)
        }
        Op::CountedFor { trip_count, stride, body } => {
            write!(out, "trip_count={trip_count}, stride={stride}, body={}, ", package.function(*body).name)?;
            write_invariant_args(&list(listed), out)
        }
        Op::DynamicCountedFor { body } => {
            write!(out, "body={}, ", package.function(*body).name)?;
            write_invariant_args(&list(listed), out)
        }
        Op::MinDelay { delay } => write!(out, "delay={delay}, "),
        Op::Assert { message, label } => {
            write!(out, "message={}, ", quote(message))?;
            match label {
                Some(label) => write!(out, "label={}, ", quote(label)),
                None => Ok(()),
            }
        }
        Op::Trace { format, verbosity } => {
            write!(out, "format={}, data_operands=[{}], ", quote(format), list(listed))?;
            if *verbosity > 0 {
                write!(out, "verbosity={verbosity}, ")?;
            }
            Ok(())
        }
        Op::Cover { label } => write!(out, "label={}, ", quote(label)),
        Op::Identity
        | Op::Not
        | Op::Neg
        | Op::Reverse
        | Op::And
        | Op::Or
        | Op::Xor
        | Op::Nand
        | Op::Nor
        | Op::AndReduce
        | Op::OrReduce
        | Op::XorReduce
        | Op::Add
        | Op::Sub
        | Op::Umul
        | Op::Smul
        | Op::Umulp
        | Op::Smulp
        | Op::Udiv
        | Op::Umod
        | Op::Sdiv
        | Op::Smod
        | Op::Eq
        | Op::Ne
        | Op::Ult
        | Op::Ule
        | Op::Ugt
        | Op::Uge
        | Op::Slt
        | Op::Sle
        | Op::Sgt
        | Op::Sge
        | Op::Shll
        | Op::Shrl
        | Op::Shra
        | Op::BitSliceUpdate
        | Op::Concat
        | Op::Encode
        | Op::Gate
        | Op::Array
        | Op::ArrayConcat
        | Op::Tuple
        | Op::AfterAll => Ok(()),
    }
}

fn write_invariant_args(list: &str, out: &mut String) -> fmt::Result {
    if list.is_empty() {
        Ok(())
    } else {
        write!(out, "invariant_args=[{list}], ")
    }
}

/// Names as they are written: dots of given names become `_` (in a node's name they would claim an operation and an
/// id), and where that makes two names equal, the later one gets a number.
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
