//! The event sites of the compiled functions: assertions, traces and covers, which get numbers. Traces and covers are
//! refused unless the request asks for them.
//!
//! To add a kind of event: give it a [`SiteKind`] here, a text in [`crate::describe`], and a form in `wrapper::events`.
//!
//! The input is the closure of the entries, so everything in it is reachable. All sites are numbered in one sequence, in the
//! order of the closure's functions (callees first) and of the nodes in each, so equal closures have equal numbers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use xls_aot_backend::{Place, OUT_OF_BOUNDS};
use xls_aot_design::{Door, Fault, Position};
use xls_aot_ir::{closure, Effect, FuncId, Function, Node, NodeId, Op, Package, SourcePos, Type};
use xls_aot_runtime::abi::EventKind;

/// An event that a call can report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Site {
    /// What it is.
    pub kind: SiteKind,
    /// The label of the IR node.
    pub label: Option<String>,
    /// The IR function that the node is in.
    pub function: String,
    /// Where the node comes from: its own position, or the one in the message.
    pub position: Option<Position>,
}

/// What an event site is, and what belongs to each kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum SiteKind {
    /// An assertion, with its message.
    Assertion { message: String },
    /// A trace.
    Trace { verbosity: i64, format: String, operands: Vec<Type> },
    /// A cover.
    Cover,
    /// An access that is assumed to be in bounds.
    OutOfBounds,
}

impl Site {
    /// The kind of events that it reports.
    pub fn event(&self) -> EventKind {
        match self.kind {
            SiteKind::Assertion { .. } => EventKind::Assertion,
            SiteKind::Trace { .. } => EventKind::Trace,
            SiteKind::Cover => EventKind::Cover,
            SiteKind::OutOfBounds => EventKind::OutOfBounds,
        }
    }
}

/// The kind of events that a node with this effect reports.
fn event_of(effect: Effect) -> Option<EventKind> {
    match effect {
        Effect::None => None,
        Effect::Assert => Some(EventKind::Assertion),
        Effect::Trace => Some(EventKind::Trace),
        Effect::Cover => Some(EventKind::Cover),
    }
}

/// Replaces the texts of every assert, trace and cover by its site's number, as the contract of back ends says, and returns
/// the sites. `violations` are the covers that count violations of `assumed_in_bounds`.
pub(crate) fn number_sites(closure: &mut Package, violations: &[(FuncId, NodeId)]) -> Vec<Site> {
    let violations: BTreeSet<(FuncId, NodeId)> = violations.iter().copied().collect();
    let mut sites = Vec::new();
    let Package { functions, files, .. } = closure;
    for (id, function) in functions.iter_mut().enumerate() {
        for index in 0..function.nodes.len() {
            let operands = trace_operands(function, &function.nodes[index]);
            let node = &mut function.nodes[index];
            let position = position_in(files, &node.positions);
            if let Some((mut kind, label)) = numbered(&mut node.op, sites.len(), operands) {
                if violations.contains(&(FuncId::new(id), NodeId::new(index))) {
                    kind = SiteKind::OutOfBounds;
                    node.op = Op::Cover { label: format!("{}{OUT_OF_BOUNDS}", sites.len()).into() };
                }
                let in_message = match &kind {
                    SiteKind::Assertion { message } => position_in_message(message),
                    SiteKind::Trace { .. } | SiteKind::Cover | SiteKind::OutOfBounds => None,
                };
                let function = function.name.to_string();
                sites.push(Site { kind, label, function, position: position.or(in_message) });
            }
        }
    }
    sites
}

/// The types of a trace's data operands: all but the token and the condition.
fn trace_operands(function: &Function, node: &Node) -> Vec<Type> {
    match node.op.effect() {
        Effect::Trace => node.operands.iter().skip(2).map(|&operand| function.node(operand).ty.clone()).collect(),
        Effect::None | Effect::Assert | Effect::Cover => Vec::new(),
    }
}

/// The kind and the label of a node that is a site, whose operation gets the number. A new effect is a new kind of site, or
/// none.
fn numbered(op: &mut Op, number: usize, operands: Vec<Type>) -> Option<(SiteKind, Option<String>)> {
    let decimal = || number.to_string().into_boxed_str();
    match op.effect() {
        Effect::None => None,
        Effect::Assert => {
            let Op::Assert { message, label } = op else { return None };
            let message = std::mem::replace(message, decimal()).into();
            Some((SiteKind::Assertion { message }, label.as_deref().map(str::to_owned)))
        }
        Effect::Trace => {
            let Op::Trace { format, verbosity } = op else { return None };
            let verbosity = std::mem::replace(verbosity, number as u64);
            let verbosity = i64::try_from(verbosity).unwrap_or(i64::MAX);
            Some((SiteKind::Trace { verbosity, format: format.to_string(), operands }, None))
        }
        Effect::Cover => {
            let Op::Cover { label } = op else { return None };
            let label = std::mem::replace(label, decimal()).into();
            Some((SiteKind::Cover, Some(label)))
        }
    }
}

/// The sites that each entry reaches, as ascending numbers.
pub(crate) fn sites_of_entries(closure: &Package, entries: &[FuncId], sites: &[Site]) -> Vec<Vec<u32>> {
    if sites.is_empty() {
        return vec![Vec::new(); entries.len()];
    }
    let with_sites: BTreeSet<&str> = sites.iter().map(|site| &*site.function).collect();
    let with_sites: BTreeMap<&str, FuncId> = closure
        .iter()
        .filter(|(_, function)| with_sites.contains(&*function.name))
        .map(|(id, function)| (&*function.name, id))
        .collect();
    let reached = |entry: &FuncId| {
        let reached = closure::reachable(closure, *entry);
        let is_reached = |site: &Site| with_sites.get(&*site.function).is_some_and(|id| reached[id.index()]);
        (0..).zip(sites).filter(|(_, site)| is_reached(site)).map(|(number, _)| number).collect()
    };
    entries.iter().map(reached).collect()
}

/// Refuses the closure if it has traces or covers that are not wanted. `in_ir`: the fault will be shown at its place in the IR, so the
/// message names the place that this came from.
///
/// # Errors
/// A fault for the first such node: what it is, where, and how an entry reaches it.
pub(crate) fn refuse_unwanted(
    closure: &Package,
    entries: &[FuncId],
    wanted: &[EventKind],
    (in_ir, door): (bool, Door),
) -> Result<(), Fault> {
    for (id, function) in closure.iter() {
        for node in &function.nodes {
            let Some(event) = event_of(node.op.effect()) else { continue };
            if event != EventKind::Assertion && !wanted.contains(&event) {
                let fault = refusal(closure, entries, (id, function), (node, event), in_ir);
                return Err(fault
                    .note(format!("ask for them with {}", door.events(&event.to_string())))
                    .note(take_it_out(event)));
            }
        }
    }
    Ok(())
}

/// The first node of a package that reports such events.
pub(crate) fn first_event(package: &Package, kind: EventKind) -> Option<Place> {
    package.iter().find_map(|(function, body)| {
        let (node, _) = body.iter().find(|(_, node)| event_of(node.op.effect()) == Some(kind))?;
        Some(Place { function, node: Some(node) })
    })
}

fn refusal(
    closure: &Package,
    entries: &[FuncId],
    (id, function): (FuncId, &Function),
    (node, event): (&Node, EventKind),
    in_ir: bool,
) -> Fault {
    let source = position_in(&closure.files, &node.positions);
    let position = source
        .as_ref()
        .filter(|_| in_ir)
        .map_or_else(String::new, |position| format!(", from {}:{}:{}", position.file, position.line, position.column));
    let top = entries.iter().copied().find(|&entry| closure::reachable(closure, entry)[id.index()]).unwrap_or(id);
    let chain: Vec<&str> = chain(closure, top, id).into_iter().map(|id| &*closure.function(id).name).collect();
    let message = format!(
        "compiled code reports no {event}s unless it is asked to, but the top reaches `{}` in function `{}`{position}; the \
         calls are {}",
        node.display_name(),
        function.name,
        chain.join(" -> "),
    );
    Fault::unsupported("E1005", message).at(node.span).from(source)
}

/// The other way to go on.
fn take_it_out(event: EventKind) -> String {
    let dslx = if event == EventKind::Trace { "`trace_fmt!` or `trace!`" } else { "`cover!`" };
    format!("or take it out of the design (in DSLX it is a {dslx}), or choose a top that does not reach it")
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
pub(crate) fn position_in(files: &BTreeMap<u32, Box<str>>, positions: &[SourcePos]) -> Option<Position> {
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
