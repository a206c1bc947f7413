//! `if`, `match`, `for`, lambdas.

use super::super::ast::{
    Block, Expr, ExprKind, For, If, IfBranch, Lambda, LambdaParam, Loop, Match, MatchArm, Param, Stmt, StmtKind, Type,
};
use super::super::token::TokenKind;
use super::expr::Place;
use super::{Parse, Parser};

impl Parser<'_> {
    /// `const`, if it is there, and the keyword behind it; gives where the keyword begins.
    fn keyword_after_const(&mut self) -> (bool, u32) {
        let is_const = self.eat(TokenKind::Const).is_some();
        (is_const, self.bump().start)
    }

    pub(super) fn if_expr(&mut self) -> Parse<Expr> {
        let (is_const, start) = self.keyword_after_const();
        let mut branches = Vec::new();
        let mut branch_start = start;
        let otherwise = loop {
            let condition = self.expr_at(Place::BEFORE_BLOCK)?;
            let block = self.block()?;
            branches.push(IfBranch { id: self.id(), span: self.since(branch_start), condition, block });
            if self.eat(TokenKind::Else).is_none() {
                break None;
            }
            match self.eat(TokenKind::If) {
                Some(token) => branch_start = token.start,
                None if self.at(TokenKind::OBrace) => break Some(self.block()?),
                None => return Err(self.expected("`{` or `if` behind `else`")),
            }
        };
        let end = self.last_end();
        for branch in &mut branches {
            branch.span.end = end;
        }
        let conditional = If { branches, otherwise, is_const };
        Ok(self.make(start, ExprKind::If(Box::new(conditional))))
    }

    pub(super) fn match_expr(&mut self) -> Parse<Expr> {
        let (is_const, start) = self.keyword_after_const();
        let scrutinee = self.expr_at(Place::SCRUTINEE)?;
        let arms = self.bracketed(TokenKind::OBrace, "and the arms behind what is matched", |p| {
            p.comma_list(TokenKind::CBrace, "the arm", Self::match_arm)
        })?;
        Ok(self.make(start, ExprKind::Match(Box::new(Match { scrutinee, arms: arms.0, is_const }))))
    }

    fn match_arm(&mut self) -> Parse<MatchArm> {
        let start = self.token().start;
        let mut patterns = vec![self.match_pattern()?];
        while self.eat(TokenKind::Bar).is_some() {
            patterns.push(self.match_pattern()?);
        }
        for pattern in &patterns {
            self.check_rest(pattern);
        }
        self.expect(TokenKind::FatArrow, "behind the pattern")?;
        let value = self.expr()?;
        let span = crate::source::Span { start, end: value.span.end.max(start) };
        Ok(MatchArm { id: self.id(), span, patterns, value })
    }

    pub(super) fn for_expr(&mut self) -> Parse<Expr> {
        let is_const = self.eat(TokenKind::Const).is_some();
        let token = self.bump();
        let kind = match (token.kind, is_const) {
            (TokenKind::UnrollFor, _) => Loop::UnrollFor,
            (_, true) => Loop::ConstFor,
            (_, false) => Loop::For,
        };
        if !self.at(TokenKind::OParen) {
            let help = "a loop is written `for (i, acc) in u32:0..u32:8 { ... }(initial)`";
            return Err(self.expected_with("`(` and the names of index and accumulator", Some(help.to_string())));
        }
        let pattern = self.binding_pattern()?;
        self.check_binding(&pattern);
        let ty = match self.eat(TokenKind::Colon) {
            Some(_) => Some(self.ty()?),
            None => None,
        };
        self.expect(TokenKind::In, "and what the loop runs over")?;
        let iterable = self.expr_at(Place::BEFORE_BLOCK)?;
        let body = self.block()?;
        let init = self.bracketed(TokenKind::OParen, "and the accumulator's first value behind the loop", |p| {
            let init = p.expr()?;
            p.expect(TokenKind::CParen, "behind the accumulator's first value")?;
            Ok(init)
        })?;
        let looping = For { kind, pattern, ty, iterable, body, init };
        Ok(self.make(token.start, ExprKind::For(Box::new(looping))))
    }

    /// `|a, b: u8| -> u8 { body }`.
    pub(super) fn lambda(&mut self) -> Parse<Expr> {
        let start = self.token().start;
        let params = match self.eat(TokenKind::BarBar) {
            Some(_) => Vec::new(),
            None => {
                self.bracketed(TokenKind::Bar, "", |p| {
                    p.comma_list(TokenKind::Bar, "the parameter", Self::lambda_param)
                })?
                .0
            }
        };
        self.unique(params.iter().map(LambdaParam::name), "parameter");
        let return_type = match self.eat(TokenKind::Arrow) {
            Some(_) => Some(self.ty()?),
            None => None,
        };
        let has_braces = self.at(TokenKind::OBrace);
        let body = if has_braces { self.block()? } else { self.lambda_expression(return_type.as_ref())? };
        let lambda = Lambda { params, return_type, body, has_braces };
        Ok(self.make(start, ExprKind::Lambda(Box::new(lambda))))
    }

    fn lambda_param(&mut self) -> Parse<LambdaParam> {
        let start = self.token().start;
        let name = self.ident("the name of a parameter")?;
        if self.eat(TokenKind::Colon).is_none() {
            return Ok(LambdaParam::Untyped(name));
        }
        let ty = self.ty()?;
        Ok(LambdaParam::Typed(Param { id: self.id(), span: self.since(start), name, ty }))
    }

    /// The body of a lambda without braces.
    fn lambda_expression(&mut self, return_type: Option<&Type>) -> Parse<Block> {
        if return_type.is_some() {
            let help = "a lambda with a return type has its body in braces";
            return Err(self.expected_with("`{`", Some(help.to_string())));
        }
        let value = self.expr()?;
        let span = value.span;
        let statement = Stmt { id: self.id(), span, kind: StmtKind::Expr(value) };
        Ok(Block { id: self.id(), span, statements: vec![statement], trailing_semi: false, last_semi: None })
    }
}
