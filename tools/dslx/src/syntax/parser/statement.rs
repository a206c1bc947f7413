//! Blocks and statements.

use super::super::ast::{Block, ConstAssert, Let, Pattern, PatternKind, Stmt, StmtKind, TypeAlias};
use super::super::token::TokenKind;
use super::{Failed, Parse, Parser};
use crate::source::Span;

impl Parser<'_> {
    /// `{ statements }`. After an error it goes on with the next statement; then the block counts as not read.
    pub(super) fn block(&mut self) -> Parse<Block> {
        let open = self.pos;
        let offset = self.token().start;
        self.bracketed(TokenKind::OBrace, "and a block", |p| {
            let mut statements: Vec<Stmt> = Vec::new();
            let mut last_semi = None;
            let mut failed = false;
            while p.eat(TokenKind::CBrace).is_none() {
                let start = p.pos;
                match p.statement() {
                    Ok((statement, semi)) => {
                        last_semi = semi;
                        statements.push(statement);
                    }
                    Err(Failed) => {
                        failed = true;
                        if !p.skip_statement(open, start) {
                            return Err(Failed);
                        }
                    }
                }
            }
            if failed {
                return Err(Failed);
            }
            let trailing_semi = match statements.last() {
                Some(Stmt { kind: StmtKind::Expr(_), .. }) => last_semi.is_some(),
                _ => true,
            };
            Ok(Block { id: p.id(), span: p.since(offset), statements, trailing_semi, last_semi })
        })
    }

    /// A statement, and the `;` behind it if it is an expression.
    fn statement(&mut self) -> Parse<(Stmt, Option<Span>)> {
        let start = self.token().start;
        let kind = match self.kind() {
            TokenKind::Type => StmtKind::TypeAlias(self.type_alias()?),
            TokenKind::Let => StmtKind::Let(Box::new(self.let_statement()?)),
            TokenKind::Ident if self.at_word("const_assert!") => StmtKind::ConstAssert(self.const_assert()?),
            TokenKind::Const
                if !matches!(self.kind_at(self.pos + 1), TokenKind::If | TokenKind::For | TokenKind::Match) =>
            {
                StmtKind::Let(Box::new(self.const_statement()?))
            }
            _ => return self.expression_statement(),
        };
        Ok((Stmt { id: self.id(), span: self.since(start), kind }, None))
    }

    fn expression_statement(&mut self) -> Parse<(Stmt, Option<Span>)> {
        let start = self.token().start;
        let expr = self.expr()?;
        let semi = self.eat(TokenKind::Semi).map(|token| token.span());
        if semi.is_none() && !self.at(TokenKind::CBrace) {
            return Err(self.expected("`;` or `}` behind the expression"));
        }
        Ok((Stmt { id: self.id(), span: self.since(start), kind: StmtKind::Expr(expr) }, semi))
    }

    fn let_statement(&mut self) -> Parse<Let> {
        self.bump();
        if self.at(TokenKind::Mut) {
            return Err(self.no_mut());
        }
        let pattern = self.binding_pattern()?;
        self.check_binding(&pattern);
        self.rest_of_let(pattern, false)
    }

    fn const_statement(&mut self) -> Parse<Let> {
        self.bump();
        let start = self.token().start;
        let name = self.ident("the name of a constant")?;
        let pattern = Pattern { id: self.id(), span: self.since(start), kind: PatternKind::Name(name) };
        self.rest_of_let(pattern, true)
    }

    fn rest_of_let(&mut self, pattern: Pattern, is_const: bool) -> Parse<Let> {
        let ty = match self.eat(TokenKind::Colon) {
            Some(_) => Some(self.ty()?),
            None => None,
        };
        self.expect(TokenKind::Eq, "and a value")?;
        let value = self.expr()?;
        self.expect(TokenKind::Semi, "behind the value")?;
        Ok(Let { pattern, ty, value, is_const })
    }

    /// `type Name = type;`.
    pub(super) fn type_alias(&mut self) -> Parse<TypeAlias> {
        self.bump();
        let name = self.ident("the name of a type")?;
        self.expect(TokenKind::Eq, "behind the name of the type")?;
        let ty = self.ty()?;
        self.expect(TokenKind::Semi, "behind the type")?;
        Ok(TypeAlias { name, ty })
    }

    /// `const_assert!(condition);`.
    pub(super) fn const_assert(&mut self) -> Parse<ConstAssert> {
        self.bump();
        let condition = self.bracketed(TokenKind::OParen, "behind `const_assert!`", |p| {
            let condition = p.expr()?;
            p.expect(TokenKind::CParen, "behind the condition")?;
            Ok(condition)
        })?;
        self.expect(TokenKind::Semi, "behind `const_assert!(...)`")?;
        Ok(ConstAssert { condition })
    }
}
