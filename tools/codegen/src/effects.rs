//! The effects of the compiled functions: assertions, which become numbered sites, and traces and covers, which
//! compiled code does not support and which are therefore refused.
//!
//! The input is the closure of the top, so everything in it is reachable. Sites are numbered in the order of the
//! closure's functions (callees first) and of the nodes in each, so equal closures have equal numbers.

use std::collections::{BTreeMap, VecDeque};

use xls_aot_ir::{Effect, FuncId, Function, Node, Op, Package, SourcePos};

use xls_aot_design::Fault;

/// An assertion that a call can reach.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Site {
    /// The message of the IR node.
    pub message: String,
    /// The label of the IR node.
    pub label: Option<String>,
    /// The IR function that the node is in.
    pub function: String,
    /// Where the node comes from: its own position, or the one in the message.
    pub position: Option<Position>,
}

/// A place in the source that the IR was made from, counted as editors do (the IR counts from zero).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Position {
    /// File name as the IR has it.
    pub file: String,
    /// Line, from one.
    pub line: u32,
    /// Column, from one.
    pub column: u32,
}

/// Replaces the message of every assert by its site's number and returns the sites.
pub(crate) fn number_assertions(closure: &mut Package) -> Vec<Site> {
    let mut sites = Vec::new();
    let Package { functions, files, .. } = closure;
    for function in functions {
        for node in &mut function.nodes {
            let position = position_in(files, &node.positions);
            if let Op::Assert { message, label } = &mut node.op {
                let index = sites.len().to_string().into_boxed_str();
                let message: String = std::mem::replace(message, index).into();
                sites.push(Site {
                    position: position.or_else(|| position_in_message(&message)),
                    message,
                    label: label.as_deref().map(str::to_owned),
                    function: function.name.to_string(),
                });
            }
        }
    }
    sites
}

/// Refuses the closure if it traces or covers.
///
/// # Errors
/// A fault for the first such node: what it is, where, and how `top` reaches it.
pub(crate) fn refuse_traces_and_covers(closure: &Package, top: FuncId) -> Result<(), Fault> {
    for (id, function) in closure.iter() {
        for node in &function.nodes {
            let dslx = match node.op.effect() {
                Effect::Trace => "`trace_fmt!` or `trace!`",
                Effect::Cover => "`cover!`",
                Effect::None | Effect::Assert => continue,
            };
            return Err(refusal(closure, top, (id, function), node, dslx));
        }
    }
    Ok(())
}

/// `dslx` is what makes such a node in DSLX.
fn refusal(closure: &Package, top: FuncId, (id, function): (FuncId, &Function), node: &Node, dslx: &str) -> Fault {
    let position = position_in(&closure.files, &node.positions)
        .map_or_else(String::new, |position| format!(", from {}:{}:{}", position.file, position.line, position.column));
    let chain: Vec<&str> = chain(closure, top, id).into_iter().map(|id| &*closure.function(id).name).collect();
    let message = format!(
        "compiled code has no {}s, but the top reaches `{}` in function `{}`{position}; the calls are {}",
        node.op.mnemonic(),
        node.display_name(),
        function.name,
        chain.join(" -> "),
    );
    Fault::unsupported("E1005", message)
        .at(node.span)
        .note(format!("take it out of the design (in DSLX it is a {dslx}), or choose a top that does not reach it"))
}

/// The shortest chain of calls from `top` to `target`, both included.
fn chain(package: &Package, top: FuncId, target: FuncId) -> Vec<FuncId> {
    let mut caller_of: Vec<Option<FuncId>> = vec![None; package.functions.len()];
    let mut queue = VecDeque::from([top]);
    while let Some(caller) = queue.pop_front() {
        for callee in package.function(caller).nodes.iter().filter_map(|node| node.op.callee()) {
            if callee != top && caller_of[callee.index()].is_none() {
                caller_of[callee.index()] = Some(caller);
                queue.push_back(callee);
            }
        }
    }
    let mut chain = vec![target];
    let mut at = target;
    while let Some(caller) = caller_of[at.index()] {
        chain.push(caller);
        at = caller;
    }
    chain.reverse();
    chain
}

/// The first position of a node whose file the package declares.
fn position_in(files: &BTreeMap<u32, Box<str>>, positions: &[SourcePos]) -> Option<Position> {
    positions.iter().find_map(|position| {
        Some(Position {
            file: files.get(&position.file)?.to_string(),
            line: position.line.saturating_add(1),
            column: position.column.saturating_add(1),
        })
    })
}

/// The position that DSLX's front end writes into the message of an assertion instead of giving the node one:
/// `Assertion failure via MACRO @ FILE:LINE:COLUMN-LINE:COLUMN`, from one. `MACRO` is one of its own names, without
/// blanks.
fn position_in_message(message: &str) -> Option<Position> {
    let (macro_name, place) = message.strip_prefix("Assertion failure via ")?.split_once(" @ ")?;
    if macro_name.is_empty() || macro_name.contains(char::is_whitespace) {
        return None;
    }
    // The file may hold any character, so the numbers are taken off the end.
    let (from, to) = place.rsplit_once('-')?;
    let (last_line, last_column) = to.split_once(':')?;
    let (rest, column) = from.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    number(last_line)?;
    number(last_column)?;
    let (line, column) = (number(line)?, number(column)?);
    (!file.is_empty()).then(|| Position { file: file.to_owned(), line, column })
}

/// A line or a column: digits only, at least 1.
fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|&number| digits && number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_dslx_carry_positions() {
        let place = |file: &str, line, column| Some(Position { file: file.to_owned(), line, column });
        for (message, expected) in [
            ("Assertion failure via assert! @ x/user.x:7:32-7:49", place("x/user.x", 7, 32)),
            ("Assertion failure via fail! @ a.x:1:1-20:4", place("a.x", 1, 1)),
            ("Assertion failure via assert_eq @ dir - 1:2/c @ d-e.x:3:18-3:42", place("dir - 1:2/c @ d-e.x", 3, 18)),
            ("Assertion failure via assert_lt @ m.x:4294967295:1-4294967295:2", place("m.x", u32::MAX, 1)),
        ] {
            assert_eq!(position_in_message(message), expected, "{message}");
        }
    }

    #[test]
    fn other_messages_are_only_messages() {
        for message in [
            "",
            "x must be small @ a.x:1:2-3:4",
            "Assertion failure via assert!",
            "Assertion failure via assert! @ a.x",
            "Assertion failure via assert! @ a.x:1:2",
            "Assertion failure via assert! @ a.x:1:2-3",
            "Assertion failure via assert! @ a.x:1:2-3:4 and more",
            "Assertion failure via assert! @ a.x:1:2-3:4)",
            "Assertion failure via assert! @ a.x:0:2-3:4",
            "Assertion failure via assert! @ a.x:1:+2-3:4",
            "Assertion failure via assert! @ a.x:1:4294967296-3:4",
            "Assertion failure via assert! @ :1:2-3:4",
            "Assertion failure via two words @ a.x:1:2-3:4",
            "Assertion failure via  @ a.x:1:2-3:4",
        ] {
            assert_eq!(position_in_message(message), None, "{message}");
        }
    }
}
