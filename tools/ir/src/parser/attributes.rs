//! `#[name(args)]` before a declaration.
//!
//! The form of the arguments is checked as in libxls. Their meaning does not affect the values of functions, so a
//! function keeps them as text.

use super::{Parse, Parser};
use crate::diagnostic::{Diagnostic, Span};
use crate::edit_distance::nearest;
use crate::lexer::TokenKind;

/// An attribute as written, without `#[` and `]`.
pub(super) struct Attribute<'a> {
    pub text: &'a str,
    /// Whether functions can have the attribute; the other attributes are for blocks.
    pub on_functions: bool,
    pub span: Span,
}

/// Attributes of blocks.
const OF_BLOCKS: &[&str] = &["channel_ports", "provenance", "reset", "signature"];

const NAMES: &[&str] = &[
    "channel_ports",
    "ffi_proto",
    "fuzz_test",
    "initiation_interval",
    "non_synth",
    "provenance",
    "reset",
    "signature",
];

impl<'a> Parser<'a> {
    /// All attributes that come next.
    pub(super) fn attributes(&mut self) -> Parse<Vec<Attribute<'a>>> {
        let mut attributes = Vec::new();
        while self.token.is(b'#') {
            let start = self.advance()?.span.start;
            self.expect(b'[', "behind `#`")?;
            let name = self.expect_ident("the name of an attribute")?;
            match name.text {
                "initiation_interval" => {
                    self.expect(b'(', "behind `initiation_interval`")?;
                    self.expect_int("a number of cycles")?;
                    self.expect(b')', "behind the number of cycles")?;
                }
                "ffi_proto" => {
                    self.expect(b'(', "behind `ffi_proto`")?;
                    if self.token.kind != TokenKind::Quoted {
                        return Err(self.unexpected("a quoted text proto"));
                    }
                    self.advance()?;
                    self.expect(b')', "behind the text proto")?;
                }
                "fuzz_test" => self.fuzz_test_arguments()?,
                "non_synth" => {}
                known if NAMES.contains(&known) => {
                    if self.token.is(b'(') {
                        self.skip_balanced(b'(')?;
                    }
                }
                unknown => {
                    let mut finding =
                        Diagnostic::invalid("E0207", name.span, format!("there is no attribute `{unknown}`"));
                    if let Some(near) = nearest(unknown, NAMES.iter().copied()) {
                        finding = finding.note(format!("did you mean `{near}`?"));
                    }
                    self.report(finding)?;
                    if self.token.is(b'(') {
                        self.skip_balanced(b'(')?;
                    }
                }
            }
            let text = self.lexer.slice(name.span.start, self.last_end);
            let close = self.expect(b']', "behind the attribute")?;
            let on_functions = !OF_BLOCKS.contains(&name.text);
            attributes.push(Attribute { text, on_functions, span: Span { start, end: close.end } });
        }
        Ok(attributes)
    }

    /// Nothing, `()`, or ``(domains=`...`)``.
    fn fuzz_test_arguments(&mut self) -> Parse<()> {
        if !self.take(b'(') {
            return Ok(());
        }
        if self.take(b')') {
            return Ok(());
        }
        let name = self.expect_ident("`domains=`")?;
        if name.text != "domains" {
            let message = format!("`fuzz_test` has no argument `{}`", name.text);
            return Err(Diagnostic::invalid("E0302", name.span, message).note("its only argument is `domains`").into());
        }
        self.expect(b'=', "behind `domains`")?;
        if self.token.kind != TokenKind::Backticked {
            return Err(self.unexpected("a text proto between backticks"));
        }
        self.advance()?;
        self.expect(b')', "behind the text proto")?;
        Ok(())
    }
}
