//! Drafts of expressions: the dispatch, and operators.

use xls_aot_ir::{Diagnostic, Value};

use super::checker::Check;
use super::infer::{Because, Infer};
use super::known::{join, Known};
use super::typed::{BinaryOp, ExprId, ExprKind, UnaryOp};
use super::types::{Type, TypeId};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp as Op, ExprKind as Ast};

impl<'a> Infer<'_, 'a> {
    /// Makes the typed node of an expression. Its type is settled later if the node is open. `hint` is the type that the
    /// context will want, where that is known before.
    pub fn draft(&mut self, expr: &'a ast::Expr, hint: Option<TypeId>) -> Check<ExprId> {
        let span = expr.span;
        self.check_size(span)?;
        match &expr.kind {
            Ast::Number(number) => Ok(self.draft_number(number, span)),
            Ast::Bool(value) => {
                let ty = self.cx.types.boolean();
                Ok(self.literal(Value::bool(*value), ty, span))
            }
            Ast::Char(byte) => Ok(self.draft_char(*byte, span)),
            Ast::Str(text) => Ok(self.draft_str(text, span)),
            Ast::Typed { ty, value } => self.draft_typed(ty, value, span),
            Ast::Path(path) => self.draft_path(path),
            Ast::TypeMember { ty, member } => {
                let name = self.member_subject(ty)?;
                self.draft_member(name, member, span)
            }
            Ast::Tuple(elements) => self.draft_tuple(elements, hint, span),
            Ast::Array { elements, ellipsis } => self.draft_array(elements, ellipsis.is_some(), hint, span),
            Ast::Struct { ty, fields, splat } => self.draft_struct(ty, fields, splat.as_ref(), hint, span),
            Ast::Unary { op, operand, .. } => {
                let operand = self.draft(operand, hint)?;
                let op = match op {
                    ast::UnaryOp::Invert => UnaryOp::Not,
                    ast::UnaryOp::Negate => UnaryOp::Negate,
                };
                let known = self.known(operand).clone();
                let from = self.notes[operand.index()].from;
                Ok(self.open(ExprKind::Unary(op, operand), span, known, from))
            }
            Ast::Binary { op, lhs, rhs, .. } => self.draft_binary(*op, lhs, rhs, hint, span),
            Ast::Cast { operand, ty } => self.draft_cast(operand, ty, span),
            Ast::Range { start, end, inclusive } => self.draft_range(start, end, *inclusive, hint, span),
            Ast::Call { callee, generics, args, args_span } => {
                self.draft_call(super::call::CallSite { expr, callee, generics, args, at: *args_span })
            }
            Ast::FunctionRef { callee, .. } => {
                let text = "a function is not a value: only `map` takes one";
                Err(self.invalid("E1236", callee.span, text))
            }
            Ast::FormatMacro(call) => self.draft_format(call, span),
            Ast::TypeMacro { which, ty, .. } => {
                let ty = self.type_argument(ty)?;
                self.draft_filled(*which, ty, span)
            }
            Ast::Field { operand, field } => self.draft_field(operand, field, span),
            Ast::TupleIndex { operand, index, index_span } => {
                self.draft_tuple_index(operand, *index, *index_span, span)
            }
            Ast::Index { operand, index, .. } => self.draft_index(operand, index, span),
            Ast::Block(block) => self.draft_block(block, hint),
            Ast::If(conditional) => self.draft_if(conditional, hint, span),
            Ast::Match(matching) => self.draft_match(matching, hint, span),
            Ast::For(looping) => self.draft_for(looping, hint, span),
            Ast::Lambda(lambda) => {
                let finding = Diagnostic::invalid("E1270", lambda.body.span, "a lambda is not a value")
                    .note("it can be called at once, `(|x| x + u8:1)(y)`, or given to `map`");
                Err(self.report(finding))
            }
            Ast::Channel(_) | Ast::Spawn { .. } => {
                Err(self.report(Diagnostic::unsupported("E1233", span, "procs are not compiled")))
            }
        }
    }

    fn draft_typed(&mut self, ty: &'a ast::Type, value: &'a ast::Expr, span: Span) -> Check<ExprId> {
        let wanted = self.ty(ty)?;
        if let Ast::Number(number) = &value.kind {
            let value =
                self.typed_number(number, wanted, Because { span: ty.span, what: "its type is written here" }, span)?;
            return Ok(self.literal(value, wanted, span));
        }
        // `u32:true` and `u16:'a'` are numbers as well.
        let small = match value.kind {
            Ast::Bool(value) => Some((1, u64::from(value))),
            Ast::Char(byte) => Some((8, u64::from(byte))),
            _ => None,
        };
        if let (Some((needs, number)), Some((_, width))) = (small, self.cx.types.as_bits(wanted)) {
            if width >= needs {
                let value = Value::Bits(xls_aot_ir::Bits::from_u64(width, number));
                return Ok(self.literal(value, wanted, span));
            }
        }
        let id = self.draft(value, Some(wanted))?;
        self.settle(id, wanted, Because { span: ty.span, what: "its type is written here" })?;
        self.body.exprs[id.index()].span = span;
        self.notes[id.index()].from = span;
        Ok(id)
    }

    /// Joins what two expressions of a context say; reports at once if both say a type and it is not the same.
    pub fn join_all(&mut self, ids: &[ExprId], what: &'static str) -> Check<(Known, Span)> {
        let mut known = Known::Any;
        let mut from = ids.first().map_or(Span::default(), |&id| self.notes[id.index()].from);
        let mut first: Option<ExprId> = None;
        let mut result = Ok(());
        for &id in ids {
            let own = self.known(id).clone();
            if let (Known::Type(wanted), Known::Type(found), Some(first)) = (&known, &own, first) {
                if wanted != found {
                    let span = self.notes[first.index()].from;
                    let because = Because { span, what };
                    result = Err(self.mismatch(id, *wanted, *found, because));
                }
            }
            if !matches!(known, Known::Type(_)) {
                known = join(&known, &own);
                if matches!(own, Known::Type(_)) {
                    from = self.notes[id.index()].from;
                    first = Some(id);
                }
            }
        }
        result.map(|()| (known, from))
    }

    fn draft_binary(
        &mut self,
        op: Op,
        lhs: &'a ast::Expr,
        rhs: &'a ast::Expr,
        hint: Option<TypeId>,
        span: Span,
    ) -> Check<ExprId> {
        let typed = operation(op);
        match op {
            Op::Shl | Op::Shr => {
                let left = self.draft(lhs, hint)?;
                let right = self.infer(rhs, None)?;
                let ty = self.ty_of(right);
                if self.cx.types.as_bits(ty).is_none_or(|(signed, _)| signed) {
                    let text = format!("a shift amount is unsigned bits, not `{}`", self.show(ty));
                    let finding = Diagnostic::invalid("E1271", rhs.span, text).note("convert it: `x << (n as u32)`");
                    return Err(self.report(finding));
                }
                let known = self.known(left).clone();
                let from = self.notes[left.index()].from;
                Ok(self.open(ExprKind::Binary(typed, left, right), span, known, from))
            }
            Op::Concat => {
                let left = self.infer(lhs, None);
                let right = self.infer(rhs, None);
                self.draft_concat(left?, right?, span)
            }
            Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge => {
                let left = self.draft(lhs, None)?;
                let hint = match self.known(left) {
                    Known::Type(ty) => Some(*ty),
                    _ => None,
                };
                let right = self.draft(rhs, hint)?;
                self.draft_comparison(typed, left, right, span)
            }
            Op::Mul
            | Op::Div
            | Op::Mod
            | Op::Add
            | Op::Sub
            | Op::And
            | Op::Xor
            | Op::Or
            | Op::LogicalAnd
            | Op::LogicalOr => {
                let left = self.draft(lhs, hint);
                let right = self.draft(rhs, hint);
                let (left, right) = (left?, right?);
                let (known, from) = self.join_all(&[left, right], "the other operand has this type")?;
                Ok(self.open(ExprKind::Binary(typed, left, right), span, known, from))
            }
        }
    }

    fn draft_comparison(&mut self, op: BinaryOp, left: ExprId, right: ExprId, span: Span) -> Check<ExprId> {
        let (known, from) = self.join_all(&[left, right], "the other operand has this type")?;
        let Some(ty) = known.default_type(&mut self.cx.types) else {
            return Err(self.invalid("E1211", span, "the type of these operands is not known"));
        };
        let because = Because { span: from, what: "the other operand has this type" };
        self.settle(left, ty, because)?;
        self.settle(right, ty, because)?;
        let ordered = !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
        if ordered && self.cx.types.as_bits(ty).is_none() {
            let text = format!("`{}` has no order: only bits can be compared with `<`, `<=`, `>`, `>=`", self.show(ty));
            return Err(self.invalid("E1272", span, text));
        }
        if self.cx.types.has_token(ty) {
            return Err(self.invalid("E1273", span, "tokens cannot be compared"));
        }
        let boolean = self.cx.types.boolean();
        Ok(self.closed(ExprKind::Binary(op, left, right), boolean, span))
    }

    fn draft_concat(&mut self, left: ExprId, right: ExprId, span: Span) -> Check<ExprId> {
        let (left_ty, right_ty) = (self.ty_of(left), self.ty_of(right));
        let kind = ExprKind::Binary(BinaryOp::Concat, left, right);
        match (self.cx.types.get(left_ty).clone(), self.cx.types.get(right_ty).clone()) {
            (Type::Bits { signed: false, width: a }, Type::Bits { signed: false, width: b }) => {
                let width = self.checked_width(a.saturating_add(b), span)?;
                let ty = self.cx.types.unsigned(width);
                Ok(self.closed(kind, ty, span))
            }
            (Type::Array { element, len: a }, Type::Array { element: other, len: b }) => {
                if element != other {
                    let text = format!("elements differ: `{}` and `{}`", self.show(left_ty), self.show(right_ty));
                    return Err(self.invalid("E1274", span, text));
                }
                let ty = self.array_of(element, a.saturating_add(b), span)?;
                Ok(self.closed(kind, ty, span))
            }
            _ => {
                let text = format!(
                    "`++` joins two unsigned bits or two arrays, not `{}` and `{}`",
                    self.show(left_ty),
                    self.show(right_ty)
                );
                let signed = [left_ty, right_ty].iter().any(|&t| self.cx.types.as_number(t).is_some());
                let mut finding = Diagnostic::invalid("E1275", span, text);
                if signed {
                    finding = finding.note("convert signed numbers and enumerations: `(x as u8) ++ y`");
                }
                Err(self.report(finding))
            }
        }
    }

    fn draft_cast(&mut self, operand: &'a ast::Expr, ty: &'a ast::Type, span: Span) -> Check<ExprId> {
        let to = self.ty(ty)?;
        let operand = self.infer(operand, None)?;
        let from = self.ty_of(operand);
        if !self.castable(from, to) {
            let text = format!("`{}` cannot be converted to `{}`", self.show(from), self.show(to));
            let mut finding = Diagnostic::invalid("E1276", span, text);
            if self.cx.types.as_array(from).is_some() || self.cx.types.as_array(to).is_some() {
                let (a, b) = (self.cx.types.flat_bits(from), self.cx.types.flat_bits(to));
                finding = finding.note(format!(
                    "an array of bits and bits convert into each other if they have as many bits: here {a} and {b}"
                ));
            }
            return Err(self.report(finding));
        }
        Ok(self.closed(ExprKind::Cast(operand), to, span))
    }

    /// Whether `as` converts one type to the other.
    fn castable(&self, from: TypeId, to: TypeId) -> bool {
        let types = &self.cx.types;
        let bits_array = |ty| types.as_array(ty).is_some_and(|(element, _)| types.as_bits(element).is_some());
        if from == to {
            return true;
        }
        if bits_array(from) && types.as_bits(to).is_some() || bits_array(to) && types.as_bits(from).is_some() {
            return types.flat_bits(from) == types.flat_bits(to);
        }
        match (types.as_number(from), types.as_number(to)) {
            (Some(_), Some(_)) => types.as_bits(from).is_some() || types.as_bits(to).is_some(),
            _ => false,
        }
    }

    /// `zero!`, `all_ones!`.
    fn draft_filled(&mut self, which: ast::TypeMacro, ty: TypeId, span: Span) -> Check<ExprId> {
        let value = match which {
            ast::TypeMacro::Zero => self.filled(ty, false),
            ast::TypeMacro::AllOnes => self.filled(ty, true),
        };
        match value {
            Some(value) => Ok(self.literal(value, ty, span)),
            None => {
                let text = format!("`{}` has no such value", self.show(ty));
                let finding = Diagnostic::invalid("E1277", span, text)
                    .note("a value of this type must exist: an enumeration needs a member of this number");
                Err(self.report(finding))
            }
        }
    }

    fn filled(&self, ty: TypeId, ones: bool) -> Option<Value> {
        let bits = |width| match ones {
            true => Value::Bits(xls_aot_ir::Bits::ones(width)),
            false => Value::Bits(xls_aot_ir::Bits::zero(width)),
        };
        let types = &self.cx.types;
        Some(match types.get(ty) {
            Type::Bits { width, .. } => bits(*width),
            Type::Tuple(elements) => {
                Value::Tuple(elements.iter().map(|&e| self.filled(e, ones)).collect::<Option<_>>()?)
            }
            Type::Array { element, len } => {
                if types.flat_bits(ty) > crate::constant::MAX_ELEMENTS * 64 {
                    return None;
                }
                Value::Array(vec![self.filled(*element, ones)?; *len as usize])
            }
            Type::Struct(id) => {
                let fields = &types.structure(*id).fields;
                Value::Tuple(fields.iter().map(|&(_, f)| self.filled(f, ones)).collect::<Option<_>>()?)
            }
            Type::Enum(id) => {
                let enumeration = types.enumeration(*id);
                let value = bits(enumeration.width);
                enumeration.members.iter().any(|m| m.value == value).then_some(value)?
            }
            Type::Token => return None,
        })
    }
}

fn operation(op: Op) -> BinaryOp {
    match op {
        Op::Mul => BinaryOp::Multiply,
        Op::Div => BinaryOp::Divide,
        Op::Mod => BinaryOp::Modulo,
        Op::Add => BinaryOp::Add,
        Op::Sub => BinaryOp::Subtract,
        Op::Shl => BinaryOp::ShiftLeft,
        Op::Shr => BinaryOp::ShiftRight,
        Op::Concat => BinaryOp::Concat,
        Op::And => BinaryOp::And,
        Op::Xor => BinaryOp::Xor,
        Op::Or => BinaryOp::Or,
        Op::Eq => BinaryOp::Equal,
        Op::Ne => BinaryOp::NotEqual,
        Op::Lt => BinaryOp::Less,
        Op::Le => BinaryOp::LessEqual,
        Op::Gt => BinaryOp::Greater,
        Op::Ge => BinaryOp::GreaterEqual,
        Op::LogicalAnd => BinaryOp::LogicalAnd,
        Op::LogicalOr => BinaryOp::LogicalOr,
    }
}
