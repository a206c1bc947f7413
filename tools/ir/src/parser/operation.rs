//! Operations whose [`Op`] takes more than operands: keyword arguments become fields, operands or checks.
//!
//! A width that the text gives twice (`width=` and the node's type) is kept only in the type, so it is compared here.

use super::keyword_args::{Int, KeywordArgs};
use super::signature::{Key, Special};
use super::{Parse, Parser};
use crate::diagnostic::Diagnostic;
use crate::lexer::Token;
use crate::{NodeId, Op, Type};

impl<'a> Parser<'a> {
    /// The operation `op` from its arguments, all of which are there; adds operands that came as keyword arguments.
    /// `None`: there was a finding.
    pub(super) fn special(
        &mut self,
        special: Special,
        op: Token<'a>,
        ty: &Type,
        operands: &mut Vec<NodeId>,
        args: &mut KeywordArgs<'a>,
    ) -> Parse<Option<Op>> {
        let before = self.findings.len();
        let result = match special {
            Special::Param => None,
            Special::Literal => args.value.take().map(|value| Op::Literal { value: Box::new(value) }),
            Special::Extend(extension) => {
                self.width_matches(Key::NewBitCount, args.new_bit_count, op, ty)?;
                Some(extension.clone())
            }
            Special::BitSlice => {
                self.width_matches(Key::Width, args.width, op, ty)?;
                self.small("start", args.start)?.map(|start| Op::BitSlice { start })
            }
            Special::DynamicBitSlice => {
                self.width_matches(Key::Width, args.width, op, ty)?;
                Some(Op::DynamicBitSlice)
            }
            Special::OneHot => Some(Op::OneHot { lsb_prio: args.lsb_prio }),
            Special::Decode => {
                self.width_matches(Key::Width, args.width, op, ty)?;
                Some(Op::Decode)
            }
            Special::Sel => {
                self.at_least_one_case(op, args)?;
                operands.append(&mut args.cases);
                operands.extend(args.default);
                Some(Op::Sel { has_default: args.default.is_some() })
            }
            Special::OneHotSel => {
                self.at_least_one_case(op, args)?;
                operands.append(&mut args.cases);
                Some(Op::OneHotSel)
            }
            Special::PrioritySel => {
                self.at_least_one_case(op, args)?;
                operands.append(&mut args.cases);
                operands.extend(args.default);
                Some(Op::PrioritySel)
            }
            Special::ArrayIndex => {
                operands.append(&mut args.indices);
                Some(Op::ArrayIndex { assumed_in_bounds: args.assumed_in_bounds })
            }
            Special::ArrayUpdate => {
                operands.append(&mut args.indices);
                Some(Op::ArrayUpdate { assumed_in_bounds: args.assumed_in_bounds })
            }
            Special::ArraySlice => {
                self.length_matches(args.width, op, ty)?;
                Some(Op::ArraySlice)
            }
            Special::TupleIndex => self.small("index", args.index)?.map(|index| Op::TupleIndex { index }),
            Special::Invoke => args.to_apply.map(|to_apply| Op::Invoke { to_apply }),
            Special::Map => args.to_apply.map(|to_apply| Op::Map { to_apply }),
            Special::CountedFor => {
                operands.append(&mut args.invariant_args);
                let trip_count = self.natural("trip_count", args.trip_count)?;
                let stride = args.stride.map_or(1, |(stride, _)| stride);
                match (trip_count, args.body) {
                    (Some(trip_count), Some(body)) => Some(Op::CountedFor { trip_count, stride, body }),
                    _ => None,
                }
            }
            Special::DynamicCountedFor => {
                operands.append(&mut args.invariant_args);
                args.body.map(|body| Op::DynamicCountedFor { body })
            }
            Special::MinDelay => self.natural("delay", args.delay)?.map(|delay| Op::MinDelay { delay }),
            Special::Assert => {
                let label = args.label.take();
                args.message.take().map(|message| Op::Assert { message, label })
            }
            Special::Trace => {
                operands.append(&mut args.data_operands);
                let verbosity = self.natural("verbosity", args.verbosity.or(Some((0, op.span))))?;
                match (args.format.take(), verbosity) {
                    (Some(format), Some(verbosity)) => Some(Op::Trace { format, verbosity }),
                    _ => None,
                }
            }
            Special::Cover => args.label.take().map(|label| Op::Cover { label }),
        };
        Ok(result.filter(|_| self.findings.len() == before))
    }

    fn at_least_one_case(&mut self, op: Token<'a>, args: &KeywordArgs<'a>) -> Parse<()> {
        if args.cases.is_empty() {
            self.report(Diagnostic::invalid("E0317", op.span, format!("`{}` needs at least one case", op.text)))?;
        }
        Ok(())
    }

    /// A number of at least zero.
    fn natural(&mut self, name: &str, value: Int) -> Parse<Option<u64>> {
        let Some((value, span)) = value else { return Ok(None) };
        match u64::try_from(value) {
            Ok(value) => Ok(Some(value)),
            Err(_) => {
                self.report(Diagnostic::invalid(
                    "E0205",
                    span,
                    format!("`{name}` must be at least zero, found {value}"),
                ))?;
                Ok(None)
            }
        }
    }

    /// A number of at least zero that fits 32 bits (more bits or elements than that no type has).
    fn small(&mut self, name: &str, value: Int) -> Parse<Option<u32>> {
        let Some(number) = self.natural(name, value)? else { return Ok(None) };
        if let Ok(number) = u32::try_from(number) {
            return Ok(Some(number));
        }
        let span = value.map_or(self.token.span, |(_, span)| span);
        self.report(Diagnostic::invalid("E0205", span, format!("`{name}={number}` is beyond the end of any value")))?;
        Ok(None)
    }

    /// `width=`/`new_bit_count=` against the bits type of the node.
    fn width_matches(&mut self, key: Key, value: Int, op: Token<'a>, ty: &Type) -> Parse<()> {
        let Some(width) = self.natural(key.spelling(), value)? else { return Ok(()) };
        if ty.bit_count().map(u64::from) == Some(width) {
            return Ok(());
        }
        let span = value.map_or(op.span, |(_, span)| span);
        let message = format!(
            "`{}` with `{}={width}` has type bits[{width}], declared as {}",
            op.text,
            key.spelling(),
            ty.short()
        );
        self.report(Diagnostic::invalid("E0401", span, message))
    }

    /// `width=` of `array_slice` against the array type of the node.
    fn length_matches(&mut self, value: Int, op: Token<'a>, ty: &Type) -> Parse<()> {
        let Some(width) = self.natural("width", value)? else { return Ok(()) };
        let span = value.map_or(op.span, |(_, span)| span);
        if width == 0 {
            return self.report(Diagnostic::invalid("E0205", span, "`array_slice` needs a width greater than zero"));
        }
        match ty {
            Type::Array(array) if array.len == width => Ok(()),
            _ => {
                let message =
                    format!("`array_slice` with `width={width}` has {width} elements, declared as {}", ty.short());
                self.report(Diagnostic::invalid("E0401", span, message))
            }
        }
    }
}
