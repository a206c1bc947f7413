//! Expressions: operators, and what is around a term.

use xls_aot_ir::Diagnostic;

use super::super::ast::{BinaryOp, Expr, ExprKind};
use super::super::token::TokenKind;
use super::{Parse, Parser};
use crate::source::Span;

/// What the place of an expression means for brackets and colons in it. Holds for operands too, but not within brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// What `{` behind a name may begin.
    pub braces: Braces,
    /// Within the brackets of an index, where `:` separates the bounds of a slice.
    pub in_index: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Braces {
    /// A struct literal.
    Struct,
    /// A struct literal or the arms of a `match`: the first tokens tell which.
    StructOrArms,
    /// The block of an `if` or `for`; a struct literal only if a field of it is taken.
    Block,
}

impl Place {
    /// No restrictions.
    pub const ANY: Place = Place { braces: Braces::Struct, in_index: false };
    /// What a `match` looks at.
    pub const SCRUTINEE: Place = Place { braces: Braces::StructOrArms, in_index: false };
    /// The condition of an `if`, what a `for` runs over.
    pub const BEFORE_BLOCK: Place = Place { braces: Braces::Block, in_index: false };
    /// Between the brackets of an index.
    pub const INDEX: Place = Place { braces: Braces::Struct, in_index: true };
}

/// Binary operators by how strongly they bind; comparisons are level 3.
const WEAKEST: u8 = 1;

impl Parser<'_> {
    /// An expression, without restrictions.
    pub(super) fn expr(&mut self) -> Parse<Expr> {
        self.expr_at(Place::ANY)
    }

    pub(super) fn expr_at(&mut self, place: Place) -> Parse<Expr> {
        self.nested(|p| match p.kind() {
            TokenKind::Hash => p.channel_with_attribute(),
            TokenKind::Chan => p.channel_decl(),
            TokenKind::OBrace => {
                let start = p.token().start;
                let block = Box::new(p.block()?);
                Ok(p.make(start, ExprKind::Block(block)))
            }
            TokenKind::Bar | TokenKind::BarBar => p.lambda(),
            TokenKind::Ident if p.at_word("spawn") && p.kind_at(p.pos + 1) == TokenKind::Ident => p.spawn(),
            _ => p.range(place),
        })
    }

    fn range(&mut self, place: Place) -> Parse<Expr> {
        let first = self.binary(place, WEAKEST)?;
        let inclusive = self.at(TokenKind::DotDotEq);
        if !inclusive && !self.at(TokenKind::DotDot) {
            return Ok(first);
        }
        self.bump();
        let last = self.binary(place, WEAKEST)?;
        let span = first.span.start..last.span.end;
        let kind = ExprKind::Range { start: Box::new(first), end: Box::new(last), inclusive };
        Ok(self.spanning(span, kind))
    }

    /// An expression of this extent, parentheses of its operands left out.
    pub(super) fn spanning(&mut self, span: std::ops::Range<u32>, kind: ExprKind) -> Expr {
        let span = Span { start: span.start, end: span.end };
        Expr { id: self.id(), span, kind, in_parens: false, label: None }
    }

    /// Operators of at least this level.
    fn binary(&mut self, place: Place, level: u8) -> Parse<Expr> {
        self.row(|p| {
            let mut lhs = p.cast(place)?;
            while let Some((op, binds, tokens)) = p.operator() {
                if binds < level {
                    break;
                }
                p.link()?;
                let op_span = Span { start: p.token().start, end: p.tokens[p.pos + tokens - 1].end };
                for _ in 0..tokens {
                    p.bump();
                }
                let rhs = p.binary(place, binds + 1)?;
                p.refuse_chained_comparison(&lhs, op, op_span);
                let span = lhs.span.start..rhs.span.end;
                lhs = p.spanning(span, ExprKind::Binary { op, op_span, lhs: Box::new(lhs), rhs: Box::new(rhs) });
            }
            p.refuse_negative_number(&lhs)?;
            Ok(lhs)
        })
    }

    fn refuse_chained_comparison(&mut self, lhs: &Expr, op: BinaryOp, op_span: Span) {
        let ExprKind::Binary { op: before, op_span: first, .. } = &lhs.kind else { return };
        if !op.is_comparison() || !before.is_comparison() || lhs.in_parens {
            return;
        }
        let finding = Diagnostic::invalid("E1106", op_span, "comparisons cannot be chained")
            .label(*first, "the comparison before")
            .note("compare twice and join with `&&`, or put one comparison in parentheses");
        self.report(match (before, op) {
            (BinaryOp::Lt, BinaryOp::Gt) => finding.note(
                "if these are parametric arguments: what is no literal or name is in braces, `f<{N + u32:1}>(x)`",
            ),
            _ => finding,
        });
    }

    /// The operator that comes next, its level, and its number of tokens.
    fn operator(&self) -> Option<(BinaryOp, u8, usize)> {
        use TokenKind as T;
        let next = self.kind_at(self.pos + 1);
        let touches = self.tokens.get(self.pos + 1).is_some_and(|next| next.start == self.token().end);
        Some(match self.kind() {
            T::BarBar => (BinaryOp::LogicalOr, 1, 1),
            T::AmpAmp => (BinaryOp::LogicalAnd, 2, 1),
            T::EqEq => (BinaryOp::Eq, 3, 1),
            T::BangEq => (BinaryOp::Ne, 3, 1),
            T::Less => (BinaryOp::Lt, 3, 1),
            T::LessEq => (BinaryOp::Le, 3, 1),
            T::Greater if touches && next == T::Greater => (BinaryOp::Shr, 7, 2),
            T::Greater if touches && next == T::Eq => (BinaryOp::Ge, 3, 2),
            T::Greater => (BinaryOp::Gt, 3, 1),
            T::Bar => (BinaryOp::Or, 4, 1),
            T::Hat => (BinaryOp::Xor, 5, 1),
            T::Amp => (BinaryOp::And, 6, 1),
            T::Shl => (BinaryOp::Shl, 7, 1),
            T::Plus => (BinaryOp::Add, 8, 1),
            T::Minus => (BinaryOp::Sub, 8, 1),
            T::PlusPlus => (BinaryOp::Concat, 8, 1),
            T::Star => (BinaryOp::Mul, 9, 1),
            T::Slash => (BinaryOp::Div, 9, 1),
            T::Percent => (BinaryOp::Mod, 9, 1),
            _ => return None,
        })
    }

    /// `x -1` is a name and a number.
    fn refuse_negative_number(&mut self, lhs: &Expr) -> Parse<()> {
        let token = self.token();
        if token.kind != TokenKind::Number || self.slice(token)[0] != b'-' {
            return Ok(());
        }
        let shown = self.shown(token);
        let finding =
            Diagnostic::invalid("E1107", token.span(), format!("an operator is missing before the number `{shown}`"))
                .label(lhs.span, "the left operand")
                .note(format!("to subtract, put a space behind the minus: `- {}`", &shown[1..]));
        Err(self.fail(finding))
    }

    /// A term with `as` behind it.
    fn cast(&mut self, place: Place) -> Parse<Expr> {
        self.row(|p| {
            let mut operand = p.term(place)?;
            while p.eat(TokenKind::As).is_some() {
                let ty = p.ty()?;
                p.link()?;
                let span = operand.span.start..ty.span.end;
                operand = p.spanning(span, ExprKind::Cast { operand: Box::new(operand), ty: Box::new(ty) });
            }
            Ok(operand)
        })
    }

    /// A term: an operand with calls, indices and fields behind it, perhaps with a label before it.
    pub(super) fn term(&mut self, place: Place) -> Parse<Expr> {
        let label = match self.eat(TokenKind::Apostrophe) {
            None => None,
            Some(_) => {
                let name = self.ident("the name of a label behind `'`")?;
                self.expect(TokenKind::Colon, "behind the label")?;
                Some(name.name)
            }
        };
        let row = self.row(|p| {
            let first = p.nested(|p| p.operand(place))?;
            p.postfixes(first)
        });
        let mut term = row?;
        term.label = label;
        Ok(term)
    }
}
