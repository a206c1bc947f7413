//! The state while the types of one body are inferred.
//!
//! An expression is looked at twice. [`Infer::draft`] goes bottom-up: it makes the typed node and says what is known of its
//! type ([`Known`]). Where a context ends (an argument, a right-hand side, an operand of a cast), the type is decided, and
//! [`Infer::settle`] goes top-down through the nodes of that context and sets it. So every node is visited a constant number
//! of times, and a name has its type before it is used.

use std::collections::HashMap;

use xls_aot_ir::{Diagnostic, Value};

use super::checker::{Check, Checker, Reported, MAX_EXPRESSIONS};
use super::known::Known;
use super::scope::{Binding, Scope};
use super::typed::{Body, ConstantId, Expr, ExprId, ExprKind, InstanceId, Local, LocalId, LocalKind, LocalOrigin};
use super::types::{Argument, ModuleId, StructId, TypeId};
use crate::constant;
use crate::source::Span;
use crate::syntax::ast::{self, Ident, Name};

/// Where an expression or a type stands: what names mean there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Home {
    /// The module.
    pub module: ModuleId,
    /// Index of the item: those above it can be named.
    pub item: u32,
    /// `Self`.
    pub owner: Option<StructId>,
}

/// Values of parametrics by name.
pub type Env = Vec<(Name, Argument)>;

/// What inference knows of an expression beside the typed node.
pub(super) struct Note<'a> {
    /// What is known of its type.
    pub known: Known,
    /// The part of it that says so.
    pub from: Span,
    /// Whether its type is still to be settled.
    pub open: bool,
    /// The literal, if it is one.
    pub number: Option<&'a ast::Number>,
}

/// Why a type is wanted: a place and what it says about the type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Because {
    /// The place.
    pub span: Span,
    /// What is there.
    pub what: &'static str,
}

/// The state of one body.
pub(super) struct Infer<'c, 'a> {
    /// The check.
    pub cx: &'c mut Checker<'a>,
    /// Where the body stands.
    pub home: Home,
    /// The typed tree.
    pub body: Body,
    /// A note for each expression.
    pub notes: Vec<Note<'a>>,
    /// Names.
    pub scope: Scope,
    /// Names of the function around a lambda.
    pub outer: Outer,
    /// Captured names of a lambda.
    pub captured: Vec<Name>,
    /// The parameters that they become.
    pub capture_locals: Vec<LocalId>,
    /// Constants that were named, in the order of the text.
    pub constants: Vec<ConstantId>,
    /// Instances that are called.
    pub callees: Vec<InstanceId>,
    /// Those of them that matter for [`needs_token`](super::typed::Function::needs_token): calls in ranges and in bounds
    /// of slices do not, as in libxls.
    pub token_callees: Vec<InstanceId>,
    /// The function whose body this is, for recursion.
    pub current: Option<&'a ast::Function>,
    /// The call that the body is checked for, with the values of the parametrics.
    pub context: Option<(Span, String)>,
    /// Whether an error was found in the body.
    pub failed: bool,
    /// What the `match` under inference matches.
    pub matched: Span,
    /// Whether the body belongs to a function that nothing calls (`partial`).
    pub uncalled: bool,
}

/// What a lambda sees of the functions around it, by name.
pub(super) type Outer = HashMap<Name, OuterName>;

/// A name of a function around a lambda.
#[derive(Clone, Debug)]
pub(super) enum OuterName {
    /// A value.
    Local(Local),
    /// A type.
    Type(TypeId),
    /// Its definition has an error, which is reported.
    Broken,
}

impl<'c, 'a> Infer<'c, 'a> {
    /// An empty body at `home`, which sees these parametrics.
    pub fn new(cx: &'c mut Checker<'a>, home: Home, env: &Env) -> Self {
        let mut infer = Self {
            cx,
            home,
            body: Body::default(),
            notes: Vec::new(),
            scope: Scope::default(),
            outer: Outer::new(),
            captured: Vec::new(),
            capture_locals: Vec::new(),
            constants: Vec::new(),
            callees: Vec::new(),
            token_callees: Vec::new(),
            current: None,
            context: None,
            failed: false,
            matched: Span::default(),
            uncalled: false,
        };
        if let Some(owner) = home.owner {
            let arguments = infer.cx.types.structure(owner).arguments.clone();
            for (name, argument) in arguments {
                infer.bind_argument(Name::new(&name), argument);
            }
        }
        for (name, argument) in env {
            infer.bind_argument(name.clone(), argument.clone());
        }
        infer
    }

    /// Makes a parametric visible.
    pub fn bind_argument(&mut self, name: Name, argument: Argument) {
        let binding = match argument {
            Argument::Type(ty) => Binding::Type(ty),
            Argument::Value { value, ty } => {
                let span = Span::default();
                let origin = LocalOrigin::Known(value);
                Binding::Local(self.add_local(&name, ty, span, LocalKind::Parametric, origin))
            }
        };
        self.scope.bind(name, binding);
    }

    /// Adds a local that no name leads to yet.
    pub fn add_local(&mut self, name: &str, ty: TypeId, span: Span, kind: LocalKind, origin: LocalOrigin) -> LocalId {
        let id = LocalId::new(self.body.locals.len());
        self.body.locals.push(Local { name: name.to_string(), ty, span, kind, origin });
        id
    }

    /// Binds a name to a new local.
    pub fn bind(&mut self, name: &Ident, ty: TypeId, kind: LocalKind, origin: LocalOrigin) -> LocalId {
        let id = self.add_local(&name.name, ty, name.span, kind, origin);
        self.scope.bind(name.name.clone(), Binding::Local(id));
        id
    }

    /// Adds an expression whose type is known.
    pub fn closed(&mut self, kind: ExprKind, ty: TypeId, span: Span) -> ExprId {
        self.add(kind, ty, span, Note { known: Known::Type(ty), from: span, open: false, number: None })
    }

    /// Adds an expression whose type is to be settled.
    pub fn open(&mut self, kind: ExprKind, span: Span, known: Known, from: Span) -> ExprId {
        let placeholder = self.cx.types.unit();
        self.add(kind, placeholder, span, Note { known, from, open: true, number: None })
    }

    fn add(&mut self, kind: ExprKind, ty: TypeId, span: Span, note: Note<'a>) -> ExprId {
        self.cx.expressions += 1;
        let id = ExprId::new(self.body.exprs.len());
        self.body.exprs.push(Expr { kind, ty, span });
        self.notes.push(note);
        id
    }

    /// Reports once that there are too many expressions.
    pub fn check_size(&mut self, span: Span) -> Check<()> {
        if self.cx.expressions <= MAX_EXPRESSIONS {
            return Ok(());
        }
        let text = format!("the program has more than {MAX_EXPRESSIONS} expressions after unrolling");
        Err(self.report(Diagnostic::limit("E1205", span, text)))
    }

    /// A literal of a known type.
    pub fn literal(&mut self, value: Value, ty: TypeId, span: Span) -> ExprId {
        self.closed(ExprKind::Literal(value), ty, span)
    }

    /// `()`.
    pub fn unit(&mut self, span: Span) -> ExprId {
        let ty = self.cx.types.unit();
        self.literal(Value::Tuple(Vec::new()), ty, span)
    }

    /// What is known of an expression.
    pub fn known(&self, id: ExprId) -> &Known {
        &self.notes[id.index()].known
    }

    /// Type of a settled expression.
    pub fn ty_of(&self, id: ExprId) -> TypeId {
        self.body.expr(id).ty
    }

    /// Place of an expression.
    pub fn span_of(&self, id: ExprId) -> Span {
        self.body.expr(id).span
    }

    /// Keeps a finding about this body.
    pub fn report(&mut self, finding: Diagnostic) -> Reported {
        self.failed = true;
        self.cx.report(match &self.context {
            Some((span, text)) => finding.label(*span, text.clone()),
            None => finding,
        })
    }

    /// Reports an error of the program.
    pub fn invalid(&mut self, code: &'static str, span: Span, message: impl Into<String>) -> Reported {
        self.report(Diagnostic::invalid(code, span, message))
    }

    /// The type for messages.
    pub fn show(&self, ty: TypeId) -> String {
        self.cx.show(ty)
    }

    /// Notes a call.
    pub fn note_callee(&mut self, callee: InstanceId) {
        self.callees.push(callee);
        self.token_callees.push(callee);
    }

    /// Drafts an expression that is a context of its own, and settles it as what it says itself.
    pub fn infer(&mut self, expr: &'a ast::Expr, hint: Option<TypeId>) -> Check<ExprId> {
        let id = self.draft(expr, hint)?;
        self.settle_default(id)?;
        Ok(id)
    }

    /// Drafts an expression that must have this type.
    pub fn check(&mut self, expr: &'a ast::Expr, ty: TypeId, because: Because) -> Check<ExprId> {
        let id = self.draft(expr, Some(ty))?;
        self.settle(id, ty, because)?;
        Ok(id)
    }

    /// The value of a settled expression that must be known at compile time (`what` says for what).
    pub fn evaluate(&mut self, id: ExprId, what: &str) -> Check<Value> {
        match self.try_evaluate(id) {
            Ok(value) => Ok(value),
            Err(stop) => {
                let finding = stop.diagnostic(self.span_of(id), what);
                self.failed = true;
                Err(finding.map_or(Reported, |finding| self.report(finding)))
            }
        }
    }

    /// The value of a settled expression, if it is known at compile time.
    pub fn try_evaluate(&mut self, id: ExprId) -> Result<Value, constant::Stop> {
        if let ExprKind::Literal(value) = &self.body.expr(id).kind {
            return Ok(value.clone());
        }
        let evaluation = constant::evaluate(self.cx, &self.body, id)?;
        for (local, value) in evaluation.learned {
            self.body.locals[local.index()].origin = LocalOrigin::Known(value);
        }
        Ok(evaluation.value)
    }

    /// Drafts, settles and evaluates a constant of this type.
    pub fn constant(&mut self, expr: &'a ast::Expr, ty: TypeId, because: Because, what: &str) -> Check<Value> {
        let id = self.check(expr, ty, because)?;
        self.evaluate(id, what)
    }
}
