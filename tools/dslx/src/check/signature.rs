//! Instances of functions: their signatures at once, their bodies on demand.

use std::sync::Arc;

use xls_aot_ir::Diagnostic;

use super::checker::{Check, Checker, Reported, MAX_INSTANCES};
use super::infer::{Because, Env, Home, Infer};
use super::typed::{Function, FunctionKey, FunctionKind, InstanceId, LocalKind, LocalOrigin, QuickCheckCases};
use super::types::{Argument, TypeId};
use crate::source::Span;
use crate::syntax::ast::{self, AttributeValue};

/// Most bodies that are checked inside one another, because constants need their values.
const MAX_NESTING: u32 = 100;
/// Most calls inside one another: without recursion, no design comes near.
const MAX_CALLS: u32 = 1_000;

/// A function in the source, with what its names mean.
#[derive(Clone, Copy, Debug)]
pub(super) struct FunctionRef<'a> {
    /// Where it stands.
    pub home: Home,
    /// The function.
    pub function: &'a ast::Function,
    /// Its item.
    pub item: &'a ast::Item,
}

/// An instance.
pub(super) struct Slot<'a> {
    /// Who it is.
    pub key: FunctionKey,
    /// Where it comes from; a lambda is complete when it is made.
    pub of: Option<FunctionRef<'a>>,
    /// Values of its parametrics.
    pub env: Env,
    /// Types of its parameters.
    pub parameters: Vec<TypeId>,
    /// Type of its result.
    pub result: TypeId,
    /// Its body.
    pub state: State,
    /// Instances that it calls.
    pub callees: Vec<InstanceId>,
    /// Those of them that matter for the convention with a token.
    pub token_callees: Vec<InstanceId>,
    /// The call that it was made for first.
    pub called: Span,
    /// How many calls lead to it from a top, at that call.
    pub depth: u32,
}

/// Whether the body of an instance is checked.
pub(super) enum State {
    /// Not yet.
    Waiting,
    /// Now.
    Running,
    /// It is.
    Done(Arc<Function>),
    /// It has an error, which is reported.
    Broken,
}

impl<'a> Checker<'a> {
    /// The instance of a function with values for all its parametrics.
    pub(super) fn instance(&mut self, of: FunctionRef<'a>, env: Env, called: Span) -> Check<InstanceId> {
        let key = FunctionKey {
            module: of.home.module,
            owner: of.home.owner,
            name: of.function.name.as_str().to_string(),
            arguments: env.iter().map(|(name, argument)| (name.as_str().to_string(), argument.clone())).collect(),
        };
        if let Some(&id) = self.ids.get(&key) {
            return Ok(id);
        }
        if self.slots.len() >= MAX_INSTANCES || self.depth >= MAX_CALLS {
            let text = match self.depth >= MAX_CALLS {
                true => format!("calls nest deeper than {MAX_CALLS}"),
                false => format!("the program needs more than {MAX_INSTANCES} instances of functions"),
            };
            let finding = Diagnostic::limit("E1260", called, text)
                .label(of.function.name.span, "this function is called")
                .note("does a parametric function call itself with other parametrics, through another one?");
            return Err(self.report(finding));
        }
        let Ok((parameters, result)) = self.header(of, &env) else {
            self.note_header_error(of, env, called);
            return Err(Reported);
        };
        let id = InstanceId::new(self.slots.len());
        self.slots.push(Slot {
            key: key.clone(),
            of: Some(of),
            env,
            parameters,
            result,
            state: State::Waiting,
            callees: Vec::new(),
            token_callees: Vec::new(),
            called,
            depth: self.depth + 1,
        });
        self.ids.insert(key, id);
        self.queue.push_back(id);
        Ok(id)
    }

    /// Types of the parameters and of the result. All errors in them are reported.
    fn header(&mut self, of: FunctionRef<'a>, env: &Env) -> Check<(Vec<TypeId>, TypeId)> {
        let mut infer = Infer::new(self, of.home, env);
        let parameters: Vec<Check<TypeId>> = of.function.params.iter().map(|param| infer.ty(&param.ty)).collect();
        let result = match &of.function.return_type {
            Some(ty) => infer.ty(ty)?,
            None => infer.cx.types.unit(),
        };
        let parameters = parameters.into_iter().collect::<Check<Vec<_>>>()?;
        if infer.failed {
            return Err(Reported);
        }
        Ok((parameters, result))
    }

    /// The function of an instance; its body is checked now if it was not.
    pub(super) fn finish(&mut self, id: InstanceId) -> Check<Arc<Function>> {
        match &self.slots[id.index()].state {
            State::Done(function) => return Ok(function.clone()),
            State::Broken => return Err(Reported),
            State::Running => return Err(self.recursion(id)),
            State::Waiting => {}
        }
        let Some(of) = self.slots[id.index()].of else { return Err(Reported) };
        if self.nesting >= MAX_NESTING {
            let text = format!("constants need the bodies of more than {MAX_NESTING} functions inside one another");
            return Err(self.report(Diagnostic::limit("E1261", of.function.name.span, text)));
        }
        self.slots[id.index()].state = State::Running;
        self.nesting += 1;
        let outer = std::mem::replace(&mut self.depth, self.slots[id.index()].depth);
        let result = self.check_body(id, of).map(Arc::new);
        self.depth = outer;
        self.nesting -= 1;
        self.slots[id.index()].state = match &result {
            Ok(function) => State::Done(function.clone()),
            Err(Reported) => State::Broken,
        };
        result
    }

    /// Reports that a function needs itself.
    pub(super) fn recursion(&mut self, id: InstanceId) -> Reported {
        let slot = &self.slots[id.index()];
        let span = slot.of.map_or(Span::default(), |of| of.function.name.span);
        let text = format!("function `{}` calls itself", slot.key.name);
        let finding = Diagnostic::invalid("E1262", span, text)
            .note("hardware has no recursion: use `for`, or unroll by hand with parametrics of other functions");
        self.report(finding)
    }

    /// What findings in the body of an instance say about the call that it was made for.
    pub(super) fn context(&self, env: &Env, called: Span) -> Option<(Span, String)> {
        let value =
            |(name, argument): &(ast::Name, Argument)| format!("`{name}` is {}", self.types.display_argument(argument));
        let values: Vec<String> = env.iter().map(value).collect();
        (!values.is_empty()).then(|| (called, format!("called here, where {}", values.join(", "))))
    }

    fn check_body(&mut self, id: InstanceId, of: FunctionRef<'a>) -> Check<Function> {
        let slot = &self.slots[id.index()];
        let (key, env) = (slot.key.clone(), slot.env.clone());
        let (types, result) = (slot.parameters.clone(), slot.result);
        let function = of.function;
        let context = self.context(&env, slot.called);
        let mut infer = Infer::new(self, of.home, &env);
        infer.current = Some(function);
        infer.context = context;
        let mut parameters = Vec::new();
        for (param, ty) in function.params.iter().zip(types) {
            parameters.push(infer.bind(&param.name, ty, LocalKind::Parameter, LocalOrigin::Run));
        }
        let Some(body) = &function.body else {
            return Err(infer.invalid("E1263", function.name.span, "a function needs a body"));
        };
        let because = match &function.return_type {
            Some(ty) => Because { span: ty.span, what: "the function is declared to return this" },
            None => Because { span: function.name.span, what: "the function is declared without a result" },
        };
        let root = infer.draft_body(body, result, because)?;
        infer.body.root = Some(root);
        if infer.failed {
            return Err(Reported);
        }
        let callees = std::mem::take(&mut infer.callees);
        let token_callees = std::mem::take(&mut infer.token_callees);
        let body = std::mem::take(&mut infer.body);
        self.slots[id.index()].callees = callees;
        self.slots[id.index()].token_callees = token_callees;
        Ok(Function {
            key,
            kind: kind_of(of.item),
            public: of.item.public,
            name_span: function.name.span,
            parameters,
            captures: 0,
            result,
            needs_token: false,
            body,
        })
    }
}

/// What an item's attributes say of its function.
fn kind_of(item: &ast::Item) -> FunctionKind {
    if item.attribute("test").is_some() {
        return FunctionKind::Test;
    }
    if item.attribute("cfg").is_some() {
        return FunctionKind::TestOnly;
    }
    let Some(attribute) = item.attribute("quickcheck") else { return FunctionKind::Plain };
    let cases = attribute.args.iter().find_map(|arg| match (&arg.key, &arg.value) {
        (Some(key), AttributeValue::Number(count)) if key.as_str() == "test_count" => {
            Some(QuickCheckCases::Count(u64::try_from(*count).unwrap_or(0)))
        }
        (None, AttributeValue::Word(word)) if word.as_str() == "exhaustive" => Some(QuickCheckCases::Exhaustive),
        _ => None,
    });
    FunctionKind::QuickCheck { cases: cases.unwrap_or(QuickCheckCases::Default) }
}
