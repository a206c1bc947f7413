//! The event sites of a function, and what the events of a call mean in terms that the evaluator shares.
//!
//! The driver numbers the sites in the order of the functions of a closure, and of the nodes in each. Here they are numbered
//! again from the IR, so the table of a compiled artefact is not trusted.

use std::collections::BTreeMap;

use xls_aot_eval::format_message;
use xls_aot_ir::bounds::cover_violations;
use xls_aot_ir::{Effect, FuncId, Function, NodeId, Op, Package, Type, Value};
use xls_aot_layout::{layout_of, load};
use xls_aot_runtime::abi::EventKind;

/// How comparisons call an assertion or a cover of a function.
pub type SiteName = fn(&Function, &Op) -> String;

/// The message of an assertion, the label of a cover.
pub fn plain_name(_: &Function, op: &Op) -> String {
    if let Op::Assert { message: name, .. } | Op::Cover { label: name } = op {
        return name.to_string();
    }
    op.mnemonic().to_owned()
}

/// The name of an access to an array whose promise `assumed_in_bounds` may be broken: that of the cover which counts it.
pub(crate) fn access_name(function: &Function, access: NodeId, name: SiteName) -> String {
    name(function, &Op::Cover { label: function.node(access).display_name().into() })
}

/// The event sites of a closure, by number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sites {
    sites: Vec<Site>,
    /// Whether the code counts accesses that break their promise `assumed_in_bounds`.
    counts_violations: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Site {
    name: String,
    kind: SiteKind,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum SiteKind {
    Assertion,
    Trace {
        format: String,
        /// The tuple of the operands.
        operands: Type,
    },
    Cover,
    OutOfBounds,
}

/// An event as compiled code reported it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Event {
    /// Number of its site.
    pub(crate) site: u32,
    /// The memory of its operands.
    pub(crate) operands: Vec<u8>,
}

/// The events of a call.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Meaning {
    pub(crate) asserts: Vec<String>,
    pub(crate) traces: Vec<String>,
    pub(crate) covers: BTreeMap<String, u64>,
    /// `None` if the code has no site of this kind by request.
    pub(crate) out_of_bounds: Option<BTreeMap<String, u64>>,
}

impl Sites {
    /// The sites of a closure; `name` names its assertions and covers.
    pub fn of(closure: &Package, name: SiteName) -> Self {
        Sites { sites: sites(closure, name, &[]), counts_violations: false }
    }

    /// The sites of code that also counts accesses which break their promise `assumed_in_bounds`.
    pub fn with_violations(mut closure: Package, name: SiteName) -> Self {
        let violations = cover_violations(&mut closure);
        Sites { sites: sites(&closure, name, &violations), counts_violations: true }
    }

    /// The types of the operands of each site.
    pub(crate) fn operands(&self) -> impl Iterator<Item = Type> + '_ {
        self.sites.iter().map(|site| match &site.kind {
            SiteKind::Trace { operands, .. } => operands.clone(),
            SiteKind::Assertion | SiteKind::Cover | SiteKind::OutOfBounds => Type::unit(),
        })
    }

    /// The size of the operands of each site in memory; 0 if there is none such size.
    pub(crate) fn operand_sizes(&self) -> Vec<usize> {
        self.operands().map(|operands| layout_of(&operands).map_or(0, |layout| layout.size as usize)).collect()
    }

    /// The kinds of its events.
    pub(crate) fn has(&self, kind: EventKind) -> bool {
        self.sites.iter().any(|site| site.event_kind() == kind)
    }

    /// What events mean.
    ///
    /// # Errors
    /// If there is no such site, or its operands are no values.
    pub(crate) fn meaning(&self, events: &[Event]) -> Result<Meaning, String> {
        let mut meaning = Meaning { out_of_bounds: self.counts_violations.then(BTreeMap::new), ..Meaning::default() };
        for event in events {
            let site = self.sites.get(event.site as usize);
            let site = site.ok_or_else(|| format!("an event of site {}, which does not exist", event.site))?;
            match &site.kind {
                SiteKind::Assertion => meaning.asserts.push(site.name.clone()),
                SiteKind::Cover => *meaning.covers.entry(site.name.clone()).or_default() += 1,
                SiteKind::OutOfBounds => {
                    let counts = meaning.out_of_bounds.get_or_insert_with(BTreeMap::new);
                    *counts.entry(site.name.clone()).or_default() += 1;
                }
                SiteKind::Trace { format, operands } => {
                    let text = message(format, operands, &event.operands);
                    meaning.traces.push(text.map_err(|what| format!("a trace of site {}: {what}", event.site))?);
                }
            }
        }
        Ok(meaning)
    }
}

/// The event sites of a closure, in which `violations` are the covers that count broken promises.
fn sites(closure: &Package, name: SiteName, violations: &[(FuncId, NodeId)]) -> Vec<Site> {
    let mut sites = Vec::new();
    for (id, function) in closure.iter() {
        for (index, node) in function.nodes.iter().enumerate() {
            let kind = match node.op.effect() {
                Effect::None => continue,
                Effect::Assert => SiteKind::Assertion,
                Effect::Cover if violations.contains(&(id, NodeId::new(index))) => SiteKind::OutOfBounds,
                Effect::Cover => SiteKind::Cover,
                Effect::Trace => {
                    let data = node.operands.iter().skip(2).map(|&operand| function.node(operand).ty.clone());
                    SiteKind::Trace { format: format_of(&node.op), operands: Type::tuple(data.collect::<Vec<_>>()) }
                }
            };
            sites.push(Site { name: name(function, &node.op), kind });
        }
    }
    sites
}

impl Site {
    fn event_kind(&self) -> EventKind {
        match self.kind {
            SiteKind::Assertion => EventKind::Assertion,
            SiteKind::Trace { .. } => EventKind::Trace,
            SiteKind::Cover => EventKind::Cover,
            SiteKind::OutOfBounds => EventKind::OutOfBounds,
        }
    }
}

/// The format string of a trace.
fn format_of(op: &Op) -> String {
    let Op::Trace { format, .. } = op else { return String::new() };
    format.to_string()
}

/// The text of a trace, which the evaluator makes: it is the judge, and not the formatter that is being tested.
fn message(format: &str, operands: &Type, memory: &[u8]) -> Result<String, String> {
    let value = load(operands, memory).map_err(|error| error.to_string())?;
    let Value::Tuple(values) = value else { return Err(format!("its operands are {value}")) };
    format_message(format, &values).map_err(|error| error.to_string())
}
