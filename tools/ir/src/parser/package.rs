//! The package and its declarations.

use super::attributes::Attribute;
use super::{Parse, Parser};
use crate::diagnostic::{Diagnostic, Span};
use crate::lexer::TokenKind;
use crate::{FuncId, SkippedKind, Top};

impl Parser<'_> {
    /// `package NAME` and everything after it.
    pub(super) fn package(&mut self) -> Parse<()> {
        if self.token.kind == TokenKind::End && self.lexical_error.is_none() {
            return Err(Diagnostic::invalid(
                "E0208",
                Span::default(),
                "there is nothing in this file but blanks and comments",
            )
            .note("an XLS IR file begins with `package NAME`")
            .into());
        }
        if !self.token.is_keyword("package") {
            let error = self.unexpected("`package`");
            return Err(error.note("an XLS IR file begins with `package NAME`; is this XLS IR text?").into());
        }
        self.advance()?;
        self.check_name("package")?;
        if !matches!(self.token.kind, TokenKind::Ident | TokenKind::Keyword) {
            return Err(self.unexpected("the package's name").note("a name has letters, digits, `_` and `.`").into());
        }
        self.package.name = self.advance()?.text.into();
        loop {
            let attributes = self.attributes()?;
            if self.token.kind == TokenKind::End && self.lexical_error.is_none() && attributes.is_empty() {
                break;
            }
            self.declaration(attributes)?;
        }
        self.explain_unknown_functions();
        self.number_nodes();
        Ok(())
    }

    fn declaration(&mut self, attributes: Vec<Attribute<'_>>) -> Parse<()> {
        let top = if self.token.is_keyword("top") { Some(self.advance()?.span) } else { None };
        let word = if self.token.kind == TokenKind::Keyword { self.token.text } else { "" };
        let what = match word {
            "fn" | "scheduled_fn" => {
                self.advance()?;
                Some(Top::Function(self.function(attributes, word == "scheduled_fn")?))
            }
            "proc" | "scheduled_proc" => {
                self.advance()?;
                Some(Top::Skipped(self.skip_definition(SkippedKind::Proc, "proc")?))
            }
            "block" | "scheduled_block" => {
                self.advance()?;
                Some(Top::Skipped(self.skip_definition(SkippedKind::Block, "block")?))
            }
            "chan" if top.is_none() => {
                self.refuse_attributes(&attributes, "a channel")?;
                self.advance()?;
                self.skip_channel()?;
                None
            }
            "file_number" if top.is_none() => {
                self.refuse_attributes(&attributes, "a file number")?;
                self.advance()?;
                self.file_number()?;
                None
            }
            _ if top.is_some() => return Err(self.unexpected("`fn`, `proc` or `block` behind `top`")),
            _ => return Err(self.unexpected("a declaration (`fn`, `proc`, `block`, `chan`, `file_number`)")),
        };
        if let (Some(what), Some(span)) = (what, top) {
            self.set_top(what, span)?;
        }
        Ok(())
    }

    fn set_top(&mut self, what: Top, span: Span) -> Parse<()> {
        if self.top_span.is_some() {
            let finding = Diagnostic::invalid("E0303", span, "a second `top`").note("one declaration may be the top");
            return self.report(finding);
        }
        self.top_span = Some(span);
        self.package.top = Some(what);
        Ok(())
    }

    fn refuse_attributes(&mut self, attributes: &[Attribute<'_>], what: &str) -> Parse<()> {
        match attributes.first() {
            None => Ok(()),
            Some(first) => self.report(Diagnostic::invalid("E0209", first.span, format!("{what} has no attributes"))),
        }
    }

    /// `file_number 3 "path"`: the path is taken literally; the first declaration of a number counts.
    fn file_number(&mut self) -> Parse<()> {
        let (number, span) = self.expect_natural("a file number")?;
        let Ok(number) = u32::try_from(number) else {
            return Err(
                Diagnostic::limit("E0908", span, format!("the file number {number} is above {}", u32::MAX)).into()
            );
        };
        if self.token.kind != TokenKind::Quoted {
            return Err(self.unexpected("a quoted path"));
        }
        let path = super::keyword_args::string_content(self.advance()?.text);
        self.package.files.entry(number).or_insert_with(|| path.into());
        Ok(())
    }

    /// Completes findings about unknown functions: if the function is defined later in the text, they say so.
    fn explain_unknown_functions(&mut self) {
        for (finding, name) in std::mem::take(&mut self.unknown_functions) {
            if self.functions.get(name).is_some() {
                let finding = &mut self.findings[finding];
                finding.notes =
                    vec![format!("`{name}` stands further down; a function must stand before the ones that use it")];
            }
        }
    }

    /// Gives an id to each node for which the text states none, in the order of the text, as libxls does.
    fn number_nodes(&mut self) {
        for node in self.package.functions.iter_mut().flat_map(|f| f.nodes.iter_mut()) {
            if node.id == 0 {
                node.id = self.next_id;
                self.next_id += 1;
            }
        }
    }

    /// Id of the function that is about to be added.
    pub(super) fn next_function(&self) -> FuncId {
        FuncId::new(self.package.functions.len())
    }
}
