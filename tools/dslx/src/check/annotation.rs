//! Types as they are written, to types.

use xls_aot_ir::{Bits, Diagnostic, Value};

use super::checker::{Check, Reported};
use super::infer::{Because, Infer};
use super::path::TypeName;
use super::typed::{ExprKind, LocalOrigin};
use super::types::{Type, TypeId};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Ast, GenericArg, SizedKind, TypeKind};

/// Widest bits type, as in the IR.
const MAX_BIT_COUNT: u32 = xls_aot_ir::limits::MAX_BIT_COUNT;
/// Deepest type, as in the IR.
const MAX_TYPE_DEPTH: u32 = xls_aot_ir::limits::MAX_TYPE_DEPTH as u32;

impl<'a> Infer<'_, 'a> {
    /// The type that an annotation stands for.
    pub fn ty(&mut self, ty: &'a ast::Type) -> Check<TypeId> {
        let id = match &ty.kind {
            TypeKind::Bool => self.cx.types.boolean(),
            TypeKind::Token => self.cx.types.intern(Type::Token),
            TypeKind::Bits { signed, width } => self.cx.types.bits(*signed, *width),
            TypeKind::Sized { kind, width } => {
                let width = self.width(width)?;
                self.cx.types.bits(*kind == SizedKind::Sn, width)
            }
            TypeKind::Xn { signed, width } => {
                let boolean = self.cx.types.boolean();
                let because = Because { span: signed.span, what: "" };
                let signed = self.constant(signed, boolean, because, "the signedness")?;
                let width = self.width(width)?;
                self.cx.types.bits(signed != Value::bool(false), width)
            }
            TypeKind::Array { element, size } => {
                let element = self.ty(element)?;
                let len = self.size(size, "the size of an array")?;
                self.array_of(element, len, ty.span)?
            }
            TypeKind::Tuple(elements) => {
                let elements = elements.iter().map(|e| self.ty(e)).collect::<Check<Vec<_>>>()?;
                self.cx.types.tuple(elements)
            }
            TypeKind::Path { path, args } => {
                let name = self.type_path(path)?;
                self.named(name, args, ty.span)?
            }
            TypeKind::SelfType => match self.home.owner {
                Some(owner) => self.cx.types.intern(Type::Struct(owner)),
                None if self.scope.get("Self").is_some() => {
                    // It is not known (`partial`).
                    self.failed = true;
                    return Err(Reported);
                }
                None => {
                    return Err(self.invalid("E1220", ty.span, "there is no `Self` here: this is not in an `impl`"))
                }
            },
            TypeKind::Member { ty: subject, member } => {
                let name = self.member_subject(subject)?;
                self.member_type(name, member, ty.span)?
            }
            TypeKind::Widthless { .. } => {
                let finding = Diagnostic::invalid("E1222", ty.span, "this type has no width")
                    .note("write `uN[8]`, `sN[8]`, `bits[8]`, `xN[true][8]`");
                return Err(self.report(finding));
            }
            TypeKind::Channel { .. } => {
                let text = "channels are for procs, which are not compiled";
                return Err(self.report(Diagnostic::unsupported("E1223", ty.span, text)));
            }
        };
        if self.cx.types.depth(id) > MAX_TYPE_DEPTH {
            let text = format!("this type nests deeper than {MAX_TYPE_DEPTH}");
            return Err(self.report(Diagnostic::limit("E1224", ty.span, text)));
        }
        Ok(id)
    }

    /// `S::T`: an alias of an `impl`.
    pub fn member_type(&mut self, name: TypeName<'a>, member: &'a ast::Ident, span: Span) -> Check<TypeId> {
        let subject = self.named(name, &[], span)?;
        let Type::Struct(owner) = *self.cx.types.get(subject) else {
            let text = format!("`{}` has no types inside", self.show(subject));
            return Err(self.invalid("E1221", member.span, text));
        };
        let found = self.cx.associated_type(owner, member);
        self.note_failure(found)
    }

    /// `element[len]`, if it is not too large.
    pub fn array_of(&mut self, element: TypeId, len: u32, span: Span) -> Check<TypeId> {
        let ty = self.cx.types.array(element, len);
        if self.cx.types.flat_bits(ty) > xls_aot_ir::limits::MAX_FLAT_BIT_COUNT {
            let text = format!("`{}` is too large", self.show(ty));
            return Err(self.report(Diagnostic::limit("E1225", span, text)));
        }
        Ok(ty)
    }

    /// A named type with parametric arguments.
    pub fn named(&mut self, name: TypeName<'a>, args: &'a [GenericArg], span: Span) -> Check<TypeId> {
        match name {
            TypeName::Known(ty) if args.is_empty() => Ok(ty),
            TypeName::Known(ty) => {
                let text = format!("`{}` has no parametrics", self.show(ty));
                Err(self.invalid("E1226", span, text))
            }
            TypeName::Struct(definition) => {
                let structure = self.structure_with(definition, args, span)?;
                Ok(self.cx.types.intern(Type::Struct(structure)))
            }
        }
    }

    /// The width of a bits type.
    pub fn width(&mut self, expr: &'a ast::Expr) -> Check<u32> {
        let width = self.size(expr, "the width of a type")?;
        self.checked_width(width, expr.span)
    }

    /// The width, if it is not too large.
    pub fn checked_width(&mut self, width: u32, span: Span) -> Check<u32> {
        if width <= MAX_BIT_COUNT {
            return Ok(width);
        }
        let text = format!("a width of {width} bits is above the limit of {MAX_BIT_COUNT}");
        Err(self.report(Diagnostic::limit("E1227", span, text)))
    }

    /// A `u32` that is known at compile time.
    pub fn size(&mut self, expr: &'a ast::Expr, what: &str) -> Check<u32> {
        if let Some(size) = self.simple_size(expr) {
            return Ok(size);
        }
        let word = self.cx.types.unsigned(32);
        let value = self.constant(expr, word, Because { span: expr.span, what: "" }, what)?;
        Ok(value.as_bits().map_or(0, |bits| bits.low_u64() as u32))
    }

    /// A literal or a parametric, without making nodes.
    fn simple_size(&mut self, expr: &'a ast::Expr) -> Option<u32> {
        match &expr.kind {
            Ast::Number(number) if !number.negative => u32::try_from(number.magnitude.to_u64()?).ok(),
            Ast::Path(path) => {
                let super::scope::Binding::Local(local) = self.scope.get(&path.as_name()?.name)? else { return None };
                let LocalOrigin::Known(Value::Bits(bits)) = &self.body.local(local).origin else { return None };
                let size = u32::try_from(bits.low_u64()).ok()?;
                if self.cx.types.as_bits(self.body.local(local).ty) != Some((false, 32)) {
                    return None;
                }
                Some(size)
            }
            _ => None,
        }
    }

    /// A literal of type `u32`.
    pub fn word(&mut self, value: u32, span: Span) -> super::typed::ExprId {
        let ty = self.cx.types.unsigned(32);
        let value = Value::Bits(Bits::from_u64(32, u64::from(value)));
        self.closed(ExprKind::Literal(value), ty, span)
    }
}
