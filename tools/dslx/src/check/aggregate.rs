//! Tuples, arrays and ranges; parts of these and of structures and bits.

use xls_aot_ir::{nearest, Bits, Diagnostic, Value};

use super::checker::{Check, Reported};
use super::infer::{Because, Infer};
use super::known::Known;
use super::settle::labelled;
use super::typed::{ExprId, ExprKind};
use super::types::{StructId, TypeId};
use crate::source::Span;
use crate::syntax::ast::{self, Ident, Index};

impl<'a> Infer<'_, 'a> {
    /// `(a, b)`.
    pub fn draft_tuple(&mut self, elements: &'a [ast::Expr], hint: Option<TypeId>, span: Span) -> Check<ExprId> {
        let hints = hint.and_then(|ty| self.cx.types.as_tuple(ty)).map(<[TypeId]>::to_vec).unwrap_or_default();
        let drafts: Vec<Check<ExprId>> =
            elements.iter().enumerate().map(|(i, element)| self.draft(element, hints.get(i).copied())).collect();
        let ids = drafts.into_iter().collect::<Check<Vec<_>>>()?;
        let known: Vec<Known> = ids.iter().map(|&id| self.known(id).clone()).collect();
        let known = match types_of(&known) {
            Some(types) => Known::Type(self.cx.types.tuple(types)),
            None => Known::Tuple(known),
        };
        Ok(self.open(ExprKind::Tuple(ids), span, known, span))
    }

    /// `[a, b, ...]`.
    pub fn draft_array(
        &mut self,
        elements: &'a [ast::Expr],
        ellipsis: bool,
        hint: Option<TypeId>,
        span: Span,
    ) -> Check<ExprId> {
        let hint = hint.and_then(|ty| self.cx.types.as_array(ty)).map(|(element, _)| element);
        if ellipsis && elements.is_empty() {
            return Err(self.invalid("E1280", span, "`...` repeats the last element, and there is none"));
        }
        let drafts: Vec<Check<ExprId>> = elements.iter().map(|element| self.draft(element, hint)).collect();
        let ids = drafts.into_iter().collect::<Check<Vec<_>>>()?;
        let (element, _) = self.join_all(&ids, "another element has this type")?;
        let len = u32::try_from(ids.len()).map_err(|_| Reported)?;
        let known = match element {
            Known::Type(ty) if !ellipsis => {
                if self.cx.types.has_token(ty) {
                    return Err(self.invalid("E1281", span, "tokens cannot be elements of an array"));
                }
                Known::Type(self.cx.types.array(ty, len))
            }
            element => Known::Array { element: Box::new(element), len, at_least: ellipsis },
        };
        Ok(self.open(ExprKind::Array(ids), span, known, span))
    }

    /// `a..b`, `a..=b`.
    pub fn draft_range(
        &mut self,
        start: &'a ast::Expr,
        end: &'a ast::Expr,
        inclusive: bool,
        hint: Option<TypeId>,
        span: Span,
    ) -> Check<ExprId> {
        let hint = hint.and_then(|ty| self.cx.types.as_array(ty)).map(|(element, _)| element);
        let counted = self.token_callees.len();
        let start = self.draft(start, hint)?;
        let end = self.draft(end, hint)?;
        self.token_callees.truncate(counted);
        let (known, from) = self.join_all(&[start, end], "the other end has this type")?;
        // Two literals: their type may still come from the context, but how many they are is known.
        let literals = [start, end].iter().all(|&id| self.notes[id.index()].number.is_some());
        let scratch = match known {
            Known::Number(width) if literals => self.cx.types.bits(width.signed, width.width),
            _ => self.default_type(&known, span)?,
        };
        let Some((signed, _)) = self.cx.types.as_bits(scratch) else {
            let text = format!("the ends of a range are bits, not `{}`", self.show(scratch));
            return Err(self.invalid("E1282", span, text));
        };
        let because = Because { span: from, what: "the other end has this type" };
        let (first, last) = if literals && matches!(known, Known::Number(_)) {
            let number = |infer: &mut Self, id: ExprId| match infer.notes[id.index()].number {
                Some(number) => infer.number_value(number, scratch, span, None),
                None => Err(Reported),
            };
            (number(self, start)?, number(self, end)?)
        } else {
            self.settle(start, scratch, because)?;
            self.settle(end, scratch, because)?;
            (self.evaluate(start, "the start of a range")?, self.evaluate(end, "the end of a range")?)
        };
        let len = self.range_length(&first, &last, signed, inclusive, span)?;
        if let (Known::Number(width), true) = (&known, literals) {
            let known = Known::Array { element: Box::new(Known::Number(*width)), len, at_least: false };
            return Ok(self.open(ExprKind::Range { start: first }, span, known, span));
        }
        let ty = self.array_of(scratch, len, span)?;
        Ok(self.closed(ExprKind::Range { start: first }, ty, span))
    }

    fn range_length(&mut self, first: &Value, last: &Value, signed: bool, inclusive: bool, span: Span) -> Check<u32> {
        let (Value::Bits(first), Value::Bits(last)) = (first, last) else { return Err(Reported) };
        let order = crate::constant::compare(first, last, signed);
        if order.is_gt() {
            let text = format!(
                "this range begins at {} and ends at {}",
                super::show_value::show_bits(first, signed),
                super::show_value::show_bits(last, signed)
            );
            let finding = Diagnostic::invalid("E1283", span, text).note("a range goes upwards, or is empty");
            return Err(self.report(finding));
        }
        if order.is_eq() && !inclusive {
            self.warn_empty_range(span);
        }
        let difference = difference(last, first).checked_add(u64::from(inclusive));
        match difference.and_then(|len| u32::try_from(len).ok()) {
            Some(len) => Ok(len),
            None => Err(self.report(Diagnostic::limit("E1284", span, "this range has more than 2^32 - 1 elements"))),
        }
    }

    /// Settles a range of two literals.
    pub fn settle_range(&mut self, id: ExprId, start: &mut Value, ty: TypeId, because: Because) -> Check<()> {
        let (span, known) = (self.span_of(id), self.known(id).clone());
        let Known::Array { element, len, .. } = known else { return Ok(()) };
        let Some((wanted, wanted_len)) = self.cx.types.as_array(ty) else {
            let text = format!("expected `{}`, found a range of {len}", self.show(ty));
            return Err(self.report(labelled(Diagnostic::invalid("E1216", span, text), because)));
        };
        let Known::Number(width) = *element else { return Ok(()) };
        let bits = self.cx.types.as_bits(wanted);
        let fits = bits.is_some_and(|(signed, w)| {
            (signed || !width.signed) && w >= width.width + u32::from(signed && !width.signed && width.width > 0)
        });
        if !fits || wanted_len != len {
            let text = format!("expected `{}`, found a range of {len} numbers of {} bits", self.show(ty), width.width);
            return Err(self.report(labelled(Diagnostic::invalid("E1216", span, text), because)));
        }
        let (signed, width) = (width.signed, bits.map_or(0, |(_, width)| width));
        let have = start.as_bits().map_or(0, Bits::width);
        *start = crate::constant::resize(start, signed, have, width);
        Ok(())
    }

    /// `x.field`.
    pub fn draft_field(&mut self, operand: &'a ast::Expr, field: &'a Ident, span: Span) -> Check<ExprId> {
        let operand = self.infer(operand, None)?;
        let ty = self.ty_of(operand);
        let Some(id) = self.cx.types.as_struct(ty) else {
            let text = format!("`{}` has no fields", self.show(ty));
            let mut finding = Diagnostic::invalid("E1285", field.span, text)
                .label(self.span_of(operand), format!("this is `{}`", self.show(ty)));
            if self.cx.types.as_tuple(ty).is_some() {
                finding = finding.note("elements of a tuple are `.0`, `.1`, ...");
            }
            return Err(self.report(finding));
        };
        let (index, ty) = self.field(id, field)?;
        Ok(self.closed(ExprKind::Element(operand, index), ty, span))
    }

    /// Index and type of a field.
    pub fn field(&mut self, id: StructId, field: &Ident) -> Check<(u32, TypeId)> {
        let structure = self.cx.types.structure(id);
        if let Some(index) = structure.fields.iter().position(|(name, _)| name == field.as_str()) {
            return Ok((index as u32, structure.fields[index].1));
        }
        let text = format!("`{}` has no field `{}`", structure.name, field.name);
        let near = nearest(&field.name, structure.fields.iter().map(|(name, _)| name.as_str())).map(str::to_string);
        let at = self.cx.item(structure.definition).name().map_or(field.span, |name| name.span);
        let mut finding = Diagnostic::invalid("E1286", field.span, text).label(at, "the structure is defined here");
        if let Some(near) = near {
            finding = finding.note(format!("there is `{near}`"));
        }
        Err(self.report(finding))
    }

    /// `x.0`.
    pub fn draft_tuple_index(
        &mut self,
        operand: &'a ast::Expr,
        index: u32,
        index_span: Span,
        span: Span,
    ) -> Check<ExprId> {
        let operand = self.infer(operand, None)?;
        let ty = self.ty_of(operand);
        let Some(elements) = self.cx.types.as_tuple(ty) else {
            let text = format!("`{}` is not a tuple", self.show(ty));
            return Err(self.invalid("E1287", index_span, text));
        };
        match elements.get(index as usize).copied() {
            Some(element) => Ok(self.closed(ExprKind::Element(operand, index), element, span)),
            None => {
                let text = format!("`{}` has no element {index}: it has {}", self.show(ty), elements.len());
                Err(self.invalid("E1288", index_span, text))
            }
        }
    }

    /// `x[i]`, `x[a:b]`, `x[a +: T]`.
    pub fn draft_index(&mut self, operand: &'a ast::Expr, index: &'a Index, span: Span) -> Check<ExprId> {
        let operand = self.infer(operand, None)?;
        match index {
            Index::Element(index) => self.draft_element(operand, index, span),
            Index::Slice { start, limit } => self.draft_slice(operand, start.as_ref(), limit.as_ref(), span),
            Index::WidthSlice { start, ty } => self.draft_width_slice(operand, start, ty, span),
        }
    }

    fn draft_element(&mut self, array: ExprId, index: &'a ast::Expr, span: Span) -> Check<ExprId> {
        let ty = self.ty_of(array);
        let Some((element, len)) = self.cx.types.as_array(ty) else {
            let text = format!("`{}` is not an array", self.show(ty));
            let mut finding = Diagnostic::invalid("E1289", span, text);
            if self.cx.types.as_bits(ty).is_some() {
                finding = finding.note("bits of a number are taken with `x[0:4]`, `x[i +: u1]`, or `x >> i`");
            } else if self.cx.types.as_tuple(ty).is_some() {
                finding = finding.note("elements of a tuple are `.0`, `.1`, ...");
            }
            return Err(self.report(finding));
        };
        let index = self.unsigned_index(index, 32)?;
        if len == 0 {
            return Err(self.invalid("E1290", span, "an array without elements cannot be indexed"));
        }
        if let Some(value) = self.cheap_constant(index) {
            let at = value.as_bits().and_then(Bits::to_u64).unwrap_or(u64::MAX);
            if at >= u64::from(len) {
                let text = format!("index {at} is past the end of `{}`", self.show(ty));
                let at = self.span_of(index);
                return Err(self.invalid("E1291", at, text));
            }
        }
        Ok(self.closed(ExprKind::Index { array, index }, element, span))
    }

    /// An index; a literal without a type is `uN[default]`.
    fn unsigned_index(&mut self, index: &'a ast::Expr, default: u32) -> Check<ExprId> {
        let id = self.draft(index, None)?;
        let known = self.known(id).clone();
        let ty = match known {
            Known::Number(_) => self.cx.types.unsigned(default),
            known => self.default_type(&known, index.span)?,
        };
        self.settle(id, ty, Because { span: index.span, what: "" })?;
        if self.cx.types.as_bits(ty).is_none_or(|(signed, _)| signed) {
            let text = format!("an index is unsigned bits, not `{}`", self.show(ty));
            let finding = Diagnostic::invalid("E1292", index.span, text).note("convert it: `x[i as u32]`");
            return Err(self.report(finding));
        }
        Ok(id)
    }

    /// Width of bits that are sliced.
    fn sliced_width(&mut self, operand: ExprId, span: Span) -> Check<u32> {
        let ty = self.ty_of(operand);
        match self.cx.types.as_bits(ty) {
            Some((false, width)) => Ok(width),
            found => {
                let text = format!("a slice is taken of unsigned bits, not of `{}`", self.show(ty));
                let finding = Diagnostic::invalid("E1293", span, text);
                let finding = match found {
                    Some((_, width)) => finding.note(format!("convert it: `(x as uN[{width}])[...]`")),
                    None if self.cx.types.as_array(ty).is_some() => {
                        finding.note("parts of an array are taken with `array_slice`")
                    }
                    None => finding,
                };
                Err(self.report(finding))
            }
        }
    }

    fn draft_slice(
        &mut self,
        operand: ExprId,
        start: Option<&'a ast::Expr>,
        limit: Option<&'a ast::Expr>,
        span: Span,
    ) -> Check<ExprId> {
        let width = i128::from(self.sliced_width(operand, span)?);
        let start = start.map(|bound| self.slice_bound(bound)).transpose()?;
        let limit = limit.map(|bound| self.slice_bound(bound)).transpose()?;
        // As in Python: negative bounds count from the end, and what is outside is cut off.
        let place = |bound: Option<i128>, default| match bound {
            Some(bound) if bound < 0 => bound + width,
            Some(bound) => bound,
            None => default,
        };
        let limit = place(limit, width).clamp(0, width);
        let start = place(start, 0).clamp(0, limit);
        let ty = self.cx.types.unsigned((limit - start) as u32);
        Ok(self.closed(ExprKind::BitSlice { operand, start: start as u32 }, ty, span))
    }

    fn slice_bound(&mut self, bound: &'a ast::Expr) -> Check<i128> {
        let counted = self.token_callees.len();
        let id = self.draft(bound, None)?;
        self.token_callees.truncate(counted);
        let known = self.known(id).clone();
        let ty = match known {
            Known::Number(_) => self.cx.types.bits(true, 32),
            known => self.default_type(&known, bound.span)?,
        };
        self.settle(id, ty, Because { span: bound.span, what: "" })?;
        if self.cx.types.as_bits(ty).is_none_or(|(signed, width)| !signed || width > 64) {
            let text = format!("a bound of a slice is signed bits, not `{}`", self.show(ty));
            let finding = Diagnostic::invalid("E1294", bound.span, text).note("convert it: `x[0:(n as s32)]`");
            return Err(self.report(finding));
        }
        let value = self.evaluate(id, "a bound of a slice")?;
        let Value::Bits(bits) = value else { return Err(Reported) };
        let word = i128::from(bits.low_u64());
        Ok(if bits.sign_bit() { word - (1i128 << bits.width()) } else { word })
    }

    fn draft_width_slice(
        &mut self,
        operand: ExprId,
        start: &'a ast::Expr,
        ty: &'a ast::Type,
        span: Span,
    ) -> Check<ExprId> {
        let width = self.sliced_width(operand, span)?;
        let start = self.unsigned_index(start, width)?;
        let result = self.ty(ty)?;
        let Some((_, taken)) = self.cx.types.as_bits(result) else {
            let text = format!("the type of a slice is bits, not `{}`", self.show(result));
            return Err(self.invalid("E1295", ty.span, text));
        };
        if taken > width {
            let text = format!("{taken} bits cannot be taken of {width}");
            return Err(self.invalid("E1296", ty.span, text));
        }
        if let Some(at) = self.cheap_constant(start) {
            let at = at.as_bits().and_then(Bits::to_u64).unwrap_or(u64::MAX);
            if at.saturating_add(u64::from(taken)) > u64::from(width) {
                self.warn_slice_out_of_range(span, width);
            }
        }
        Ok(self.closed(ExprKind::WidthSlice { operand, start }, result, span))
    }
}

fn types_of(known: &[Known]) -> Option<Vec<TypeId>> {
    known
        .iter()
        .map(|known| match known {
            Known::Type(ty) => Some(*ty),
            Known::Any | Known::Number(_) | Known::Tuple(_) | Known::Array { .. } => None,
        })
        .collect()
}

/// `last - first` of two values of one width; `u64::MAX` if it is more.
fn difference(last: &Bits, first: &Bits) -> u64 {
    let mut words = Vec::new();
    let mut borrow = false;
    for (&a, &b) in last.words().iter().zip(first.words()) {
        let (part, one) = a.overflowing_sub(b);
        let (full, two) = part.overflowing_sub(u64::from(borrow));
        words.push(full);
        borrow = one || two;
    }
    Bits::from_words(last.width(), &words).to_u64().unwrap_or(u64::MAX)
}
