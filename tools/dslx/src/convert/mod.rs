//! Conversion: typed functions to an XLS IR package.
//!
//! Names, calling conventions, messages and labels are those of libxls' own conversion, and so is the structure of the
//! code: the same operations on the same operands in the same order (`topological`). So artefacts of both front ends are
//! interchangeable, and events come in the same order. Literals may differ: libxls repeats in each function the
//! constants that it might need. What libxls cannot convert although it is well-typed (`testdata/dslx/beyond`) follows
//! the same rules.
//!
//! - `names`: names of functions. `order`: which functions, callees first.
//! - `builder`: nodes of one function. `function`: an instance; the convention with token and activation.
//! - `expression`, `operators`, `selections`, `loops`, `map`, `builtins`, `effects`: the forms of expressions.
//!
//! # Functions with effects
//!
//! A function that may assert, trace or cover ([`needs_token`](crate::check::typed::Function::needs_token)) becomes
//! `__itok__m__f(__token, __activated, ...) -> (token, T)`. Each of its effects takes the token of the function and has a
//! condition: the function is activated, and the branches that lead to the effect are taken. A public one also gets the
//! plain form `__m__f(...) -> T`, which calls the other with a new token and 1.
//!
//! # Invariants
//!
//! The package satisfies the verifier of `xls_aot_ir`. Every node that an expression makes has the position of the
//! expression. The result depends on the typed functions only.

mod builder;
mod builtins;
mod effects;
mod expression;
mod function;
mod loops;
mod map;
mod names;
mod operators;
mod order;
mod position;
mod selections;
mod topological;
mod walk;

use std::collections::HashMap;

use xls_aot_ir::{Diagnostic, FuncId, Function, Package, Top, Type};

use crate::check::typed::{Checked, InstanceId};
use crate::check::types::{ModuleId, TypeId};
use crate::source::{SourceMap, Span};
use position::Positions;

pub use names::{identifier, mangled, Convention};

/// Most elements of arrays that a conversion writes out, as literals or as operations on single elements.
pub const MAX_ELEMENTS: u64 = 1 << 22;

/// Stack of the thread that converts: the conversion recurses over expressions, which may be deep.
const STACK_BYTES: usize = 1 << 28;

/// What to convert.
pub struct Request<'a> {
    /// Name of the package; characters that IR does not allow in it are replaced.
    pub package: &'a str,
    /// The functions, in the order of the text. Those that they reach are converted too.
    pub roots: &'a [InstanceId],
    /// The one that is marked `top`; it has a form without token, also if it is not public.
    pub top: Option<InstanceId>,
    /// Where the spans of the functions are.
    pub sources: &'a SourceMap,
    /// Dotted name of each module, by its index.
    pub modules: &'a (dyn Fn(ModuleId) -> String + Sync),
}

/// What a conversion gives.
pub struct Conversion {
    /// The package.
    pub package: Package,
    /// The function of each root that callers from outside use: of a public one the form without token, of others the one
    /// that there is.
    pub roots: Vec<FuncId>,
}

/// Converts `request.roots` and what they reach.
///
/// # Errors
/// What XLS IR cannot express, such as arrays without elements, and what is beyond its limits: at most one finding for
/// each function.
pub fn convert(checked: &Checked, request: &Request) -> Result<Conversion, Vec<Diagnostic>> {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    std::thread::scope(|scope| match thread.spawn_scoped(scope, || convert_here(checked, request)) {
        Ok(handle) => handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        Err(error) => {
            let text = format!("no thread could be started to convert the program: {error}");
            Err(vec![Diagnostic::limit("E1505", Span::default(), text)])
        }
    })
}

fn convert_here(checked: &Checked, request: &Request) -> Result<Conversion, Vec<Diagnostic>> {
    let mut session = Session {
        checked,
        request,
        package: Package { name: identifier(request.package).into(), ..Package::default() },
        converted: HashMap::new(),
        plain: HashMap::new(),
        names: HashMap::new(),
        types: HashMap::new(),
        positions: Positions::new(request.sources),
        next_id: 1,
        room: MAX_ELEMENTS,
    };
    let mut findings = Vec::new();
    let order = order::callees_first(checked, request.roots);
    for &instance in &order {
        // A caller of a function that is missing cannot be converted; it is missing too.
        if !order::callees(checked, instance).iter().all(|callee| session.converted.contains_key(callee)) {
            continue;
        }
        if let Err(finding) = session.convert_instance(instance) {
            findings.push(*finding);
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    session.wrap_only_function(&order);
    if let Some(top) = request.top {
        session.package.top = Some(Top::Function(session.plain_form(top)));
    }
    let roots = request.roots.iter().map(|&root| session.outer_form(root)).collect();
    session.package.files = session.positions.into_files();
    Ok(Conversion { package: session.package, roots })
}

/// The name of the function that every converted instance has in the package: with token if it needs one.
pub fn entry_name(checked: &Checked, modules: &dyn Fn(ModuleId) -> String, instance: InstanceId) -> String {
    let needs_token = checked.function(instance).needs_token;
    mangled(checked, modules, instance, if needs_token { Convention::Token } else { Convention::Plain })
}

/// A finding that ends the conversion of a function.
type Converted<T> = Result<T, Box<Diagnostic>>;

/// A package in the making.
struct Session<'a> {
    checked: &'a Checked,
    request: &'a Request<'a>,
    package: Package,
    /// Functions of instances.
    converted: HashMap<InstanceId, FuncId>,
    /// Forms without token of instances that need one.
    plain: HashMap<InstanceId, FuncId>,
    /// Functions by name.
    names: HashMap<String, FuncId>,
    types: HashMap<TypeId, Type>,
    positions: Positions<'a>,
    next_id: u64,
    /// Elements that may still be written out.
    room: u64,
}

impl Session<'_> {
    /// Number of the next node.
    fn id(&mut self) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        id
    }

    fn ir_type(&mut self, ty: TypeId) -> Type {
        self.types.entry(ty).or_insert_with(|| self.checked.types.to_ir(ty)).clone()
    }

    /// Takes room for `count` elements of something at `span`.
    fn take(&mut self, count: u64, span: Span) -> Converted<()> {
        match self.room.checked_sub(count) {
            Some(room) => {
                self.room = room;
                Ok(())
            }
            None => {
                let message = format!("this needs more than {MAX_ELEMENTS} elements of arrays, with all before it");
                let finding = Diagnostic::limit("E1504", span, message);
                Err(Box::new(finding.note("use a loop over a smaller array")))
            }
        }
    }

    fn add_function(&mut self, function: Function) -> FuncId {
        let id = FuncId::new(self.package.functions.len());
        self.names.insert(function.name.to_string(), id);
        self.package.functions.push(function);
        id
    }

    /// `name`, or the first of `name__1`, `name__2` ... that no function has.
    fn free_name(&self, name: String) -> String {
        if !self.names.contains_key(&name) {
            return name;
        }
        let numbered = (1u64..).map(|n| format!("{name}__{n}")).find(|name| !self.names.contains_key(name));
        numbered.expect("a package has fewer than 2^64 functions")
    }
}
