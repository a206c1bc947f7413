//! The event sites of a function, and what the events of a call mean in terms that the evaluator shares.
//!
//! The driver numbers the sites in the order of the functions of a closure, and of the nodes in each. Here they are numbered
//! again from the IR, so the table of a compiled artefact is not trusted.

use std::collections::BTreeMap;

use xls_aot_eval::format_message;
use xls_aot_ir::{Effect, Function, Op, Package, Type, Value};
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

/// The event sites of a closure, by number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sites(Vec<Site>);

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
}

impl Sites {
    /// The sites of a closure; `name` names its assertions and covers.
    pub fn of(closure: &Package, name: SiteName) -> Self {
        let mut sites = Vec::new();
        for function in &closure.functions {
            for node in &function.nodes {
                let kind = match node.op.effect() {
                    Effect::None => continue,
                    Effect::Assert => SiteKind::Assertion,
                    Effect::Cover => SiteKind::Cover,
                    Effect::Trace => {
                        let data = node.operands.iter().skip(2).map(|&operand| function.node(operand).ty.clone());
                        SiteKind::Trace { format: format_of(&node.op), operands: Type::tuple(data.collect::<Vec<_>>()) }
                    }
                };
                sites.push(Site { name: name(function, &node.op), kind });
            }
        }
        Sites(sites)
    }

    /// The types of the operands of each site.
    pub(crate) fn operands(&self) -> impl Iterator<Item = Type> + '_ {
        self.0.iter().map(|site| match &site.kind {
            SiteKind::Trace { operands, .. } => operands.clone(),
            SiteKind::Assertion | SiteKind::Cover => Type::unit(),
        })
    }

    /// The size of the operands of each site in memory; 0 if there is none such size.
    pub(crate) fn operand_sizes(&self) -> Vec<usize> {
        self.operands().map(|operands| layout_of(&operands).map_or(0, |layout| layout.size as usize)).collect()
    }

    /// The kinds of its events.
    pub(crate) fn has(&self, kind: EventKind) -> bool {
        self.0.iter().any(|site| site.event_kind() == kind)
    }

    /// What events mean.
    ///
    /// # Errors
    /// If there is no such site, or its operands are no values.
    pub(crate) fn meaning(&self, events: &[Event]) -> Result<Meaning, String> {
        let mut meaning = Meaning::default();
        for event in events {
            let site = self.0.get(event.site as usize);
            let site = site.ok_or_else(|| format!("an event of site {}, which does not exist", event.site))?;
            match &site.kind {
                SiteKind::Assertion => meaning.asserts.push(site.name.clone()),
                SiteKind::Cover => *meaning.covers.entry(site.name.clone()).or_default() += 1,
                SiteKind::Trace { format, operands } => {
                    let text = message(format, operands, &event.operands);
                    meaning.traces.push(text.map_err(|what| format!("a trace of site {}: {what}", event.site))?);
                }
            }
        }
        Ok(meaning)
    }
}

impl Site {
    fn event_kind(&self) -> EventKind {
        match self.kind {
            SiteKind::Assertion => EventKind::Assertion,
            SiteKind::Trace { .. } => EventKind::Trace,
            SiteKind::Cover => EventKind::Cover,
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
