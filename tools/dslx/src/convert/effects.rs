//! Assertions, traces and covers; calls of functions that have them.

use xls_aot_ir::{Diagnostic, NodeId, Op, Type};

use super::expression::leaves;
use super::function::{Branch, FunctionConverter};
use super::operators::INDEX_WIDTH;
use super::Converted;
use crate::check::typed::{Builtin, ExprId, ExprKind, FormatStep, InstanceId, Trace};
use crate::check::types::{Type as DslxType, TypeId};
use crate::source::Span;
use crate::syntax::placeholder;

impl FunctionConverter<'_, '_> {
    /// Whether the code that is being converted is reached: the function is activated and all branches are taken.
    pub(super) fn reached(&mut self) -> NodeId {
        // The branches are put back below: they refer to nodes only.
        let effects = self.effects.as_mut().expect("a function with effects has the convention with token");
        let branches = std::mem::take(&mut effects.branches);
        let mut reached = effects.activated;
        for branch in &branches {
            reached = match branch {
                Branch::Then(condition) => self.bit(Op::And, vec![reached, *condition]),
                Branch::Otherwise(condition) => {
                    let not = self.bit(Op::Not, vec![*condition]);
                    self.bit(Op::And, vec![reached, not])
                }
                Branch::Arm { before, matches } => {
                    let none_before = match before.as_slice() {
                        [] => self.bits_literal(1, 1, None),
                        [one] => self.bit(Op::Not, vec![*one]),
                        several => self.bit(Op::Nor, several.to_vec()),
                    };
                    let conditions = [reached, none_before].into_iter().chain(*matches).collect();
                    self.bit(Op::And, conditions)
                }
            };
        }
        if let Some(effects) = &mut self.effects {
            effects.branches = branches;
        }
        reached
    }

    /// The token that effects take.
    pub(super) fn entry_token(&self) -> NodeId {
        self.effects.as_ref().map(|effects| effects.entry).expect("a function with effects has a token")
    }

    /// Has the function wait for an effect.
    pub(super) fn wait_for(&mut self, token: NodeId) {
        if let Some(effects) = &mut self.effects {
            effects.tokens.push(token);
        }
    }

    pub(super) fn call(&mut self, callee: InstanceId, arguments: &[ExprId], id: ExprId) -> Converted<NodeId> {
        let mut arguments = self.all(arguments)?;
        let span = Some(self.body.expr(id).span);
        let to_apply = self.session.converted[&callee];
        let ty = self.session.package.function(to_apply).return_type.clone();
        if !self.session.checked.function(callee).needs_token {
            return Ok(self.add(Op::Invoke { to_apply }, arguments, ty, span));
        }
        let entry = self.entry_token();
        let reached = self.reached();
        arguments.splice(0..0, [entry, reached]);
        let pair = self.add(Op::Invoke { to_apply }, arguments, ty, span);
        let token = self.element(pair, 0, Type::Token, None);
        self.wait_for(token);
        let result = self.expr_type(id);
        Ok(self.element(pair, 1, result, None))
    }

    /// `assert!`, `assert_eq`, `assert_lt`, `assert_fmt!`, `fail!` and `cover!`.
    pub(super) fn effect(&mut self, builtin: Builtin, id: ExprId) -> Converted<NodeId> {
        let body = self.body;
        let ExprKind::Builtin { arguments, at, label, .. } = &body.expr(id).kind else {
            unreachable!("only built-ins are effects")
        };
        let span = body.expr(id).span;
        let nodes = self.all(arguments)?;
        let condition = match builtin {
            Builtin::AssertEq => self.bit(Op::Eq, nodes.clone()),
            Builtin::AssertLt => {
                let op = if self.is_signed(arguments[0]) { Op::Slt } else { Op::Ult };
                self.bit(op, nodes.clone())
            }
            _ => nodes[0],
        };
        let name = match builtin {
            Builtin::AssertEq => "assert_eq",
            Builtin::AssertLt => "assert_lt",
            Builtin::Assert => "assert!",
            Builtin::AssertFmt => "assert_fmt!",
            Builtin::Fail => "fail!",
            _ => return self.cover(condition, label, span),
        };
        let reached = self.reached();
        let not_reached = self.bit(Op::Not, vec![reached]);
        let is_fail = builtin == Builtin::Fail;
        let holds = if is_fail { not_reached } else { self.bit(Op::Or, vec![not_reached, condition]) };
        let mut message = format!("Assertion failure via {name} @ {}", self.session.positions.range(*at));
        if builtin == Builtin::AssertFmt {
            message.push_str(&format!(": {label}"));
        }
        let op = Op::Assert { message: message.into(), label: Some(label.as_str().into()) };
        let entry = self.entry_token();
        let token = self.add(op, vec![entry, holds], Type::Token, Some(span));
        self.wait_for(token);
        if is_fail {
            let ty = self.builder.ty(nodes[0]).clone();
            return Ok(self.add(Op::Identity, nodes, ty, Some(span)));
        }
        Ok(self.tuple(Vec::new(), Some(span)))
    }

    fn cover(&mut self, condition: NodeId, label: &str, span: Span) -> Converted<NodeId> {
        if label.is_empty() {
            let finding =
                Diagnostic::unsupported("E1502", span, "this `cover!` has an empty label, which XLS IR refuses");
            return Err(Box::new(finding.note("name what is covered")));
        }
        let reached = self.reached();
        let covered = self.bit(Op::And, vec![reached, condition]);
        self.add(Op::Cover { label: label.into() }, vec![covered], Type::unit(), Some(span));
        Ok(self.tuple(Vec::new(), Some(span)))
    }

    pub(super) fn trace(&mut self, trace: &Trace, span: Span) -> Converted<NodeId> {
        if trace.yields_argument {
            // libxls makes no trace of `trace!`.
            let operand = self.all(&trace.arguments)?;
            let ty = self.builder.ty(operand[0]).clone();
            return Ok(self.add(Op::Identity, operand, ty, Some(span)));
        }
        let Ok(verbosity) = u64::try_from(trace.verbosity) else {
            let finding = Diagnostic::invalid("E1503", span, format!("the verbosity {} is negative", trace.verbosity));
            return Err(Box::new(finding.note("verbosity counts from 0")));
        };
        let reached = self.reached();
        let arguments = self.all(&trace.arguments)?;
        for &argument in &trace.arguments {
            let parts = leaves(&self.expr_type(argument));
            self.session.take(parts, span)?;
        }
        let mut format = Format::default();
        let mut argument = trace.arguments.iter().zip(arguments);
        for step in &trace.steps {
            match step {
                FormatStep::Text(text) => format.text.push_str(text),
                FormatStep::Argument(preference) => {
                    if let Some((&expr, node)) = argument.next() {
                        self.flatten(&mut format, self.body.expr(expr).ty, node, placeholder(*preference));
                    }
                }
            }
        }
        let operands = [self.entry_token(), reached].into_iter().chain(format.operands).collect();
        let op = Op::Trace { format: format.text.into(), verbosity };
        let token = self.add(op, operands, Type::Token, Some(span));
        self.wait_for(token);
        Ok(token)
    }

    /// Writes an aggregate as its parts, since a trace prints numbers only.
    fn flatten(&mut self, format: &mut Format, ty: TypeId, value: NodeId, placeholder: &str) {
        let checked = self.session.checked;
        match checked.types.get(ty) {
            DslxType::Bits { .. } | DslxType::Token => format.operand(value, placeholder),
            DslxType::Enum(id) => {
                format.text.push_str(&checked.types.enumeration(*id).name);
                format.text.push_str("::");
                format.operand(value, "{}");
            }
            DslxType::Tuple(elements) => {
                format.text.push('(');
                for (index, &element) in elements.iter().enumerate() {
                    if index > 0 {
                        format.text.push_str(", ");
                    }
                    let ir = self.ir_type(element);
                    let part = self.element(value, index as u32, ir, None);
                    self.flatten(format, element, part, placeholder);
                }
                format.text.push_str(if elements.len() == 1 { ",)" } else { ")" });
            }
            DslxType::Struct(id) => {
                let structure = checked.types.structure(*id);
                format.text.push_str(&structure.name);
                format.text.push_str("{{");
                for (index, (name, field)) in structure.fields.iter().enumerate() {
                    format.text.push_str(if index > 0 { ", " } else { "" });
                    format.text.push_str(name);
                    format.text.push_str(": ");
                    let ir = self.ir_type(*field);
                    let part = self.element(value, index as u32, ir, None);
                    self.flatten(format, *field, part, placeholder);
                }
                format.text.push_str("}}");
            }
            DslxType::Array { element, len } => {
                format.text.push('[');
                for index in 0..*len {
                    let part = self.element_at(value, u64::from(index), INDEX_WIDTH, None);
                    if index > 0 {
                        format.text.push_str(", ");
                    }
                    self.flatten(format, *element, part, placeholder);
                }
                format.text.push(']');
            }
        }
    }
}

/// A format string in the making.
#[derive(Default)]
struct Format {
    text: String,
    operands: Vec<NodeId>,
}

impl Format {
    fn operand(&mut self, node: NodeId, placeholder: &str) {
        self.text.push_str(placeholder);
        self.operands.push(node);
    }
}
