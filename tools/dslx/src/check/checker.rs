//! The state of one check, shared by all functions that are checked.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use xls_aot_ir::{Diagnostic, Value};

use super::items::{AliasState, ConstantState};
use super::names::ModuleNames;
use super::partial::Partial;
use super::signature::Slot;
use super::typed::{Constant, ConstantId, Function, FunctionKey, InstanceId};
use super::types::{Definition, EnumId, ModuleId, StructId, TypeId, Types};
use crate::constant::{Budget, Host};
use crate::modules::Modules;
use crate::source::{SourceMap, Span};

/// An error was found; it is in the findings already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reported;

/// A result whose error is reported already.
pub type Check<T> = Result<T, Reported>;

/// Most errors that are kept, and most warnings.
pub const MAX_FINDINGS: usize = 200;
/// Most instances of functions.
pub const MAX_INSTANCES: usize = 100_000;
/// Most expressions of all bodies together (`unroll_for!` multiplies them).
pub const MAX_EXPRESSIONS: usize = 2_000_000;

/// The state of one check.
pub struct Checker<'a> {
    /// The modules.
    pub program: &'a Modules,
    /// The texts, for what messages quote.
    pub sources: &'a SourceMap,
    /// Types so far.
    pub types: Types,
    /// Constants of modules so far.
    pub constants: Vec<Constant>,
    /// What is known of constants, also while they are evaluated.
    pub(super) constant_states: HashMap<(Definition, Option<(StructId, u32)>), ConstantState>,
    /// What is known of aliases.
    pub(super) aliases: HashMap<Definition, AliasState>,
    /// Structures and enumerations that are being completed now, to find those that contain themselves.
    pub(super) completing: HashSet<Definition>,
    /// Nominal types that have an error, which is reported.
    pub(super) broken: HashSet<Definition>,
    /// Members of enumerations by name.
    members: HashMap<EnumId, HashMap<String, Value>>,
    /// Names of each module.
    pub(super) names: HashMap<ModuleId, ModuleNames>,
    /// Instances.
    pub(super) slots: Vec<Slot<'a>>,
    /// Instances by what makes them distinct.
    pub(super) ids: HashMap<FunctionKey, InstanceId>,
    /// Instances that defaults of parametrics call, by the place of the parametric.
    pub(super) default_callees: HashMap<Span, BTreeSet<InstanceId>>,
    /// Instances whose bodies are to be checked.
    pub(super) queue: VecDeque<InstanceId>,
    /// Functions of which not everything is known, to be checked as far as that goes.
    pub(super) partial: VecDeque<Partial<'a>>,
    /// The functions of which that was done, by the place of their names.
    pub(super) partly_checked: HashSet<Span>,
    /// Findings so far.
    pub findings: Vec<Diagnostic>,
    /// How many of them are errors.
    errors: usize,
    /// Places of findings so far, so that an error in a parametric function is reported once.
    reported: HashSet<(Span, &'static str)>,
    /// What evaluations may still use.
    pub budget: Budget,
    /// Expressions made so far.
    pub expressions: usize,
    /// Bodies under check now, to bound nesting.
    pub(super) nesting: u32,
    /// How many calls lead from a top to the body under check.
    pub(super) depth: u32,
}

impl<'a> Checker<'a> {
    /// Nothing checked yet.
    pub fn new(program: &'a Modules, sources: &'a SourceMap) -> Self {
        Self {
            program,
            sources,
            types: Types::new(),
            constants: Vec::new(),
            constant_states: HashMap::new(),
            aliases: HashMap::new(),
            completing: HashSet::new(),
            broken: HashSet::new(),
            members: HashMap::new(),
            names: HashMap::new(),
            slots: Vec::new(),
            ids: HashMap::new(),
            default_callees: HashMap::new(),
            queue: VecDeque::new(),
            partial: VecDeque::new(),
            partly_checked: HashSet::new(),
            findings: Vec::new(),
            errors: 0,
            reported: HashSet::new(),
            budget: Budget::default(),
            expressions: 0,
            nesting: 0,
            depth: 0,
        }
    }

    /// Keeps a finding, unless there is one of this kind at this place or there are very many.
    pub fn report(&mut self, finding: Diagnostic) -> Reported {
        let so_far = if finding.is_error() { self.errors } else { self.findings.len() - self.errors };
        if so_far < MAX_FINDINGS && self.reported.insert((finding.span, finding.code)) {
            self.errors += usize::from(finding.is_error());
            self.findings.push(finding);
        }
        Reported
    }

    /// Whether no more errors are kept, so that it is in vain to look for them.
    pub fn is_full(&self) -> bool {
        self.errors >= MAX_FINDINGS
    }

    /// Reports an error of the program.
    pub fn invalid(&mut self, code: &'static str, span: Span, message: impl Into<String>) -> Reported {
        self.report(Diagnostic::invalid(code, span, message))
    }

    /// Whether an error was found.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// The type for messages.
    pub fn show(&self, ty: TypeId) -> String {
        let text = self.types.display(ty).to_string();
        match text.char_indices().nth(200) {
            Some((end, _)) => format!("{}...", &text[..end]),
            None => text,
        }
    }

    /// The number of a member of an enumeration.
    pub fn enum_member(&mut self, id: EnumId, name: &str) -> Option<Value> {
        let types = &self.types;
        let members = self.members.entry(id).or_insert_with(|| {
            types.enumeration(id).members.iter().map(|m| (m.name.clone(), m.value.clone())).collect()
        });
        members.get(name).cloned()
    }

    /// Names of a module.
    pub(super) fn names(&mut self, module: ModuleId) -> &ModuleNames {
        let program = self.program;
        self.names.entry(module).or_insert_with(|| ModuleNames::new(program.module(module)))
    }

    /// Checks bodies until none is left, or until there are as many errors as are kept.
    pub fn drain(&mut self) {
        while !self.is_full() {
            if let Some(id) = self.queue.pop_front() {
                let _ = self.finish(id);
            } else if let Some(partial) = self.partial.pop_front() {
                self.check_partly(partial);
            } else {
                break;
            }
        }
    }
}

impl Host for Checker<'_> {
    fn types(&self) -> &Types {
        &self.types
    }

    fn function(&mut self, id: InstanceId, _span: Span) -> Option<Arc<Function>> {
        // The budget's depth counts nested evaluations; checking a body inside one starts its own.
        self.finish(id).ok()
    }

    fn constant(&self, id: ConstantId) -> &Value {
        &self.constants[id.index()].value
    }

    fn budget(&mut self) -> &mut Budget {
        &mut self.budget
    }
}
