//! The check of a program: tops, all they reach, and what holds for the whole call graph.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use xls_aot_ir::Diagnostic;

use super::checker::Checker;
use super::declarations::Declarations;
use super::infer::{Env, Home, Infer};
use super::signature::{FunctionRef, State};
use super::top::Tops;
use super::typed::{Builtin, Checked, ExprKind, Function, InstanceId};
use super::types::{Definition, ModuleId};
use crate::modules::Modules;
use crate::source::SourceMap;
use crate::syntax::ast::ItemKind;

/// Stack of the thread that checks: syntax trees may be deep, and constants need bodies inside bodies.
const STACK_BYTES: usize = 1 << 29;

/// Checks a program. There is a result unless one of the findings is an error; the others are warnings.
pub fn check(program: &Modules, sources: &SourceMap, tops: &Tops) -> (Option<Checked>, Vec<Diagnostic>) {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    std::thread::scope(|scope| match thread.spawn_scoped(scope, || check_here(program, sources, tops)) {
        Ok(handle) => handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        Err(error) => {
            let text = format!("no thread could be started to check the program: {error}");
            (None, vec![Diagnostic::limit("E1206", crate::source::Span::default(), text)])
        }
    })
}

fn check_here(program: &Modules, sources: &SourceMap, tops: &Tops) -> (Option<Checked>, Vec<Diagnostic>) {
    let mut cx = Checker::new(program, sources);
    let module = program.top();
    let mut roots = Vec::new();
    match tops {
        Tops::All => cx.all_items(module, &mut roots),
        Tops::Named(names) => {
            for name in names {
                if let Ok(id) = cx.named_top(module, name) {
                    roots.push(id);
                }
            }
        }
    }
    cx.drain();
    if matches!(tops, Tops::All) {
        cx.uninstantiated(module);
        cx.unknown_names(module);
    }
    cx.find_recursion();
    let declarations = match cx.has_errors() {
        true => None,
        false => cx.declarations(&roots).ok(),
    };
    let findings = std::mem::take(&mut cx.findings);
    if findings.iter().any(Diagnostic::is_error) {
        return (None, findings);
    }
    match cx.checked(roots, declarations.unwrap_or_default()) {
        Some(checked) => (Some(checked), findings),
        // An import that stands for nothing is reported already.
        None if program.are_incomplete() => (None, findings),
        None => {
            let text = "the check of this program failed, and nothing says why: this is a fault of the tool";
            (None, vec![Diagnostic::limit("E1207", crate::source::Span::default(), text)])
        }
    }
}

impl<'a> Checker<'a> {
    /// Checks all items of a module.
    fn all_items(&mut self, module: ModuleId, roots: &mut Vec<InstanceId>) {
        for (index, item) in self.program.module(module).items.iter().enumerate() {
            // In the order of the text, constants find the functions that they call checked.
            self.drain();
            if self.is_full() {
                break;
            }
            let definition = Definition { module, item: index as u32 };
            let home = Home { module, item: index as u32, owner: None };
            match &item.kind {
                ItemKind::Function(function) if function.generics.is_empty() => {
                    if let Ok(id) = self.instance(FunctionRef { home, function, item }, Env::new(), function.name.span)
                    {
                        roots.push(id);
                    }
                }
                ItemKind::Function(function) if ["test", "quickcheck"].iter().any(|a| item.attribute(a).is_some()) => {
                    let text = "a test has no parametrics: nothing gives them values";
                    self.invalid("E1264", function.name.span, text);
                }
                ItemKind::Const(_) => {
                    let _ = self.constant_item(definition);
                }
                ItemKind::Enum(_) => {
                    let _ = self.enumeration(definition);
                }
                ItemKind::TypeAlias(_) => {
                    let _ = self.alias(definition);
                }
                ItemKind::Struct(ast) if ast.generics.is_empty() => {
                    let _ = self.structure(super::path::StructDefinition { definition, ast }, Env::new());
                }
                ItemKind::ConstAssert(assertion) => {
                    let _ = Infer::new(self, home, &Env::new()).const_assert(&assertion.condition);
                }
                ItemKind::Impl(block) => self.all_members(home, block),
                ItemKind::Function(_)
                | ItemKind::Struct(_)
                | ItemKind::Import(_)
                | ItemKind::Use(_)
                | ItemKind::Sum(_)
                | ItemKind::Trait(_)
                | ItemKind::Proc(_)
                | ItemKind::ProcAlias(_) => {}
            }
        }
    }

    /// Checks the members of the `impl` of a structure without parametrics.
    fn all_members(&mut self, home: Home, block: &'a crate::syntax::ast::Impl) {
        let crate::syntax::ast::TypeKind::Path { path, .. } = &block.target.kind else { return };
        let Some(name) = path.as_name() else { return };
        let Some(entry) = self.names(home.module).get(&name.name) else { return };
        let definition = Definition { module: home.module, item: entry.item };
        let ItemKind::Struct(ast) = &self.item(definition).kind else { return };
        if !ast.generics.is_empty() {
            return;
        }
        let Ok(owner) = self.structure(super::path::StructDefinition { definition, ast }, Env::new()) else { return };
        for item in &block.items {
            match &item.kind {
                ItemKind::Function(function) if function.generics.is_empty() => {
                    let home = Home { owner: Some(owner), ..home };
                    let _ = self.instance(FunctionRef { home, function, item }, Env::new(), function.name.span);
                }
                ItemKind::Const(constant) => {
                    let _ = self.associated_constant(owner, &constant.name);
                }
                _ => {}
            }
        }
    }

    /// Reports cycles of calls.
    fn find_recursion(&mut self) {
        let mut state = vec![0u8; self.slots.len()];
        for start in 0..self.slots.len() {
            if state[start] != 0 {
                continue;
            }
            // Depth first without recursion; the second number is how many callees were looked at.
            let mut path = vec![(start, 0usize)];
            state[start] = 1;
            while let Some((at, next)) = path.last_mut() {
                let callee = self.slots[*at].callees.get(*next).map(|id| id.index());
                *next += 1;
                match callee {
                    None => {
                        state[*at] = 2;
                        path.pop();
                    }
                    Some(callee) if state[callee] == 0 => {
                        state[callee] = 1;
                        path.push((callee, 0));
                    }
                    Some(callee) if state[callee] == 1 => {
                        self.recursion(InstanceId::new(callee));
                    }
                    Some(_) => {}
                }
            }
        }
    }

    /// The result, if all bodies are there.
    fn checked(mut self, tops: Vec<InstanceId>, declarations: Declarations) -> Option<Checked> {
        let tokens = self.definitions_with_tokens();
        let mut functions = Vec::with_capacity(self.slots.len());
        for slot in &mut self.slots {
            let State::Done(function) = std::mem::replace(&mut slot.state, State::Broken) else { return None };
            let needs_token = tokens.contains(&definition_of(&function));
            let mut function = function;
            Arc::make_mut(&mut function).needs_token = needs_token;
            functions.push(function);
        }
        Some(Checked { types: self.types, functions, constants: self.constants, tops, declarations })
    }

    /// The definitions that need a token: one of their instances has an effect, or calls one that needs it.
    fn definitions_with_tokens(&self) -> HashSet<Source> {
        let mut callers: HashMap<Source, Vec<Source>> = HashMap::new();
        let mut found: HashSet<Source> = HashSet::new();
        let mut pending = Vec::new();
        for slot in &self.slots {
            let State::Done(function) = &slot.state else { continue };
            let source = definition_of(function);
            if has_effect(function) && found.insert(source) {
                pending.push(source);
            }
            let generics = slot.of.map_or(&[][..], |of| &of.function.generics[..]);
            let defaults = generics.iter().filter_map(|parameter| self.default_callees.get(&parameter.span));
            for callee in slot.token_callees.iter().chain(defaults.flatten()) {
                if let State::Done(callee) = &self.slots[callee.index()].state {
                    callers.entry(definition_of(callee)).or_default().push(source);
                }
            }
        }
        while let Some(source) = pending.pop() {
            for &caller in callers.get(&source).into_iter().flatten() {
                if found.insert(caller) {
                    pending.push(caller);
                }
            }
        }
        found
    }
}

/// A definition: where its name stands.
type Source = crate::source::Span;

fn definition_of(function: &Function) -> Source {
    function.name_span
}

fn has_effect(function: &Function) -> bool {
    function.body.exprs.iter().any(|expr| match &expr.kind {
        ExprKind::Trace(_) => true,
        ExprKind::Builtin { builtin, .. } => matches!(
            builtin,
            Builtin::Assert
                | Builtin::AssertFmt
                | Builtin::AssertEq
                | Builtin::AssertLt
                | Builtin::Fail
                | Builtin::Cover
        ),
        _ => false,
    })
}
