//! The functions that a program is compiled for.

use xls_aot_ir::{nearest, Diagnostic};

use super::checker::{Check, Checker, Reported};
use super::infer::{Env, Home, Infer};
use super::signature::FunctionRef;
use super::typed::InstanceId;
use super::types::{Definition, ModuleId, Type};
use crate::source::SourceMap;
use crate::syntax::ast::{Expr, ExprKind, GenericArg, Ident, ItemKind, StmtKind};
use crate::syntax::parse_module;

/// Longest list of functions in a message.
const LISTED: usize = 20;
/// Shortest text that is looked for inside of names.
const SHORTEST_PART: usize = 3;

/// Which functions are checked.
#[derive(Clone, Debug)]
pub enum Tops {
    /// Everything in the top module that has no parametrics: functions, tests, methods, constants, types. Of these, the
    /// functions are [`tops`](super::typed::Checked::tops).
    All,
    /// These functions, and what they need.
    Named(Vec<NamedTop>),
}

/// A function of the top module as a user writes it: `f`, `f<u32:8>`, `S::f`, `S<u32:8>::f`.
#[derive(Clone, Debug)]
pub struct NamedTop {
    callee: Expr,
    generics: Vec<GenericArg>,
}

impl NamedTop {
    /// Reads the name of a function. The text is added to `sources`, for what is found about it.
    ///
    /// # Errors
    /// It is not such a name.
    pub fn parse(sources: &mut SourceMap, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let module = format!("fn top() {{ {text}() }}");
        let Ok(file) = sources.add(format!("top {text}"), module) else {
            let text = "the texts of the program have more than 4 GiB";
            return Err(vec![Diagnostic::limit("E1382", crate::source::Span::default(), text)]);
        };
        let parsed = parse_module(sources, file);
        let base = sources.base(file);
        let refused = |parsed: Vec<Diagnostic>| {
            let span = crate::source::Span { start: base, end: base };
            let mut findings =
                vec![Diagnostic::invalid("E1382", span, format!("`{text}` is not the name of a function"))
                    .note("write `f`, `f<u32:8>`, or `S::f`")];
            findings.extend(parsed);
            findings
        };
        if parsed.findings.iter().any(Diagnostic::is_error) {
            return Err(refused(parsed.findings));
        }
        let items = parsed.module.items;
        let call = items.into_iter().next().and_then(|item| match item.kind {
            ItemKind::Function(function) => function.body?.statements.into_iter().next(),
            _ => None,
        });
        match call.map(|statement| statement.kind) {
            Some(StmtKind::Expr(Expr { kind: ExprKind::Call { callee, generics, args, .. }, .. }))
                if args.is_empty() =>
            {
                Ok(Self { callee: *callee, generics })
            }
            _ => Err(refused(Vec::new())),
        }
    }
}

impl<'a> Checker<'a> {
    /// The instance that a top names.
    pub(super) fn named_top(&mut self, module: ModuleId, top: &'a NamedTop) -> Check<InstanceId> {
        let of = self.top_function(module, &top.callee)?;
        let function = of.function;
        let home = Home { module, item: u32::MAX, owner: None };
        if top.generics.len() > function.generics.len() {
            let mut infer = Infer::new(self, home, &Env::new());
            let (have, given) = (function.generics.len(), top.generics.len());
            return Err(infer.too_many_arguments(&function.name, have, given, top.callee.span));
        }
        let mut env = Env::new();
        for (i, parameter) in function.generics.iter().enumerate() {
            let mut infer = Infer::new(self, home, &Env::new());
            let argument = match top.generics.get(i) {
                Some(arg) => Some(infer.explicit_argument(parameter, arg, of.home, &env)?),
                None => infer.default_argument(parameter, of.home, &env)?,
            };
            let Some(argument) = argument else {
                let name = &function.name.name;
                let text = format!("`{name}` needs a value for its parametric `{}`", parameter.name.name);
                let finding = Diagnostic::invalid("E1381", top.callee.span, text)
                    .label(parameter.span, "it is defined here")
                    .note(format!("write `{name}<...>`"));
                return Err(self.report(finding));
            };
            env.push((parameter.name.name.clone(), argument));
        }
        self.instance(of, env, top.callee.span)
    }

    fn top_function(&mut self, module: ModuleId, callee: &'a Expr) -> Check<FunctionRef<'a>> {
        let home = Home { module, item: u32::MAX, owner: None };
        match &callee.kind {
            ExprKind::Path(path) => match path.segments.as_slice() {
                [name] => self.function_of(module, name),
                [name, member] => {
                    let Some(entry) = self.names(module).get(&name.name) else {
                        return Err(self.no_function(module, name));
                    };
                    let definition = Definition { module, item: entry.item };
                    let ItemKind::Struct(ast) = &self.item(definition).kind else {
                        return Err(self.no_function(module, name));
                    };
                    let of = super::path::StructDefinition { definition, ast };
                    let owner = Infer::new(self, home, &Env::new()).structure_with(of, &[], name.span)?;
                    self.method(owner, member)
                }
                _ => Err(self.not_a_function(callee)),
            },
            ExprKind::TypeMember { ty, member } => {
                let ty = Infer::new(self, home, &Env::new()).ty(ty)?;
                match *self.types.get(ty) {
                    Type::Struct(owner) => self.method(owner, member),
                    _ => Err(self.not_a_function(callee)),
                }
            }
            _ => Err(self.not_a_function(callee)),
        }
    }

    fn not_a_function(&mut self, callee: &Expr) -> Reported {
        self.invalid("E1380", callee.span, "this is not a function of the module")
    }

    fn function_of(&mut self, module: ModuleId, name: &Ident) -> Check<FunctionRef<'a>> {
        let entry = self.names(module).get(&name.name);
        let Some(entry) = entry else { return Err(self.no_function(module, name)) };
        let item = self.item(Definition { module, item: entry.item });
        match &item.kind {
            ItemKind::Function(function) => {
                Ok(FunctionRef { home: Home { module, item: entry.item, owner: None }, function, item })
            }
            _ => Err(self.no_function(module, name)),
        }
    }

    fn no_function(&mut self, module: ModuleId, name: &Ident) -> Reported {
        let ast = self.program.module(module);
        let functions = ast.items.iter().filter(|item| matches!(item.kind, ItemKind::Function(_)));
        let names: Vec<&str> = functions.filter_map(|item| Some(item.name()?.as_str())).collect();
        let text = format!("module `{}` has no function `{}`", self.program.name(module), name.name);
        let mut finding = Diagnostic::invalid("E1380", name.span, text);
        let meant = nearest(&name.name, names.iter().copied()).or_else(|| {
            names.iter().copied().find(|known| name.name.len() >= SHORTEST_PART && known.contains(&*name.name))
        });
        finding = match (meant, names.len()) {
            (Some(near), _) => finding.note(format!("there is `{near}`")),
            (None, 0) => finding.note("it has no functions"),
            (None, count) => {
                let listed = names[..count.min(LISTED)].join(", ");
                let more = if count > LISTED { format!(" and {} more", count - LISTED) } else { String::new() };
                finding.note(format!("its functions are {listed}{more}"))
            }
        };
        self.report(finding)
    }
}
