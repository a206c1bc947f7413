//! Where to go on after an error.

use super::super::token::TokenKind;
use super::Parser;

impl Parser<'_> {
    /// Goes to the next statement of the block whose `{` is at `open`, after an error in the statement that begins at
    /// `start`: out of the brackets in which the error is, and behind the next `;`, or to the end of the block. False if the
    /// block has no end, or the next item begins before it.
    pub(super) fn skip_statement(&mut self, open: usize, start: usize) -> bool {
        let Some(close) = self.brackets.closing(open) else { return false };
        if self.pos > close {
            return false;
        }
        let outermost = (start..self.pos).filter(|&index| !matches!(self.kind_at(index), TokenKind::Less));
        let end =
            outermost.filter_map(|index| self.brackets.closing(index)).find(|&end| end >= self.pos && end < close);
        if let Some(end) = end.filter(|&end| !(self.pos..end).any(|index| self.begins_item_at_margin(index))) {
            self.pos = end + 1;
        }
        while self.pos < close {
            if self.begins_item_on_new_line() {
                return false;
            }
            match self.kind() {
                TokenKind::Semi => {
                    self.bump();
                    return true;
                }
                _ => self.skip_token_or_brackets(),
            }
        }
        true
    }

    /// Goes to the next token that may begin an item, at least one token further. `start` is the index of the token that
    /// began the item with the error.
    pub(super) fn skip_item(&mut self, start: usize) {
        if self.pos == start {
            self.bump();
        }
        if let Some(behind) = self.behind_item(start).filter(|&behind| behind >= self.pos) {
            self.pos = behind.min(self.tokens.len() - 1);
            return;
        }
        while !self.at(TokenKind::Eof) {
            if self.begins_item(self.pos) && (self.is_first_on_line(self.pos) || self.after_end(self.pos)) {
                return;
            }
            self.bump();
        }
    }

    /// Goes to the next element of the list that ends with `close`, after an error in the element that begins at `start`: out
    /// of the brackets in which the error is, and behind the next comma, or to the end of the list. False if it is not known
    /// where that is.
    pub(super) fn skip_element(&mut self, close: TokenKind, start: usize) -> bool {
        let open = match (close, self.open.last()) {
            (TokenKind::CParen | TokenKind::CBracket | TokenKind::CBrace, Some(open)) => open.start,
            _ => return false,
        };
        let open = self.tokens.partition_point(|token| token.start < open);
        let Some(close) = self.brackets.closing(open).filter(|&close| self.pos <= close) else { return false };
        let nested = (start..self.pos).filter(|&index| self.kind_at(index) != TokenKind::Less);
        let end = nested.filter_map(|index| self.brackets.closing(index)).find(|&end| end >= self.pos && end < close);
        if let Some(end) = end {
            self.pos = end + 1;
        }
        while self.pos < close {
            match self.kind() {
                TokenKind::Comma => {
                    self.bump();
                    return true;
                }
                // The list has no end of its own: what seems to be it belongs to something else.
                TokenKind::Semi => return false,
                _ if self.begins_item_at_margin(self.pos) => return false,
                _ => self.skip_token_or_brackets(),
            }
        }
        true
    }

    /// Goes to the next member of the braces that are open at `open`, after an error in the member that begins at `start`.
    /// False if it is not known where that is.
    pub(super) fn skip_member(&mut self, open: usize, start: usize) -> bool {
        let Some(close) = self.brackets.closing(open) else { return false };
        match self.behind_item(start).filter(|&behind| self.pos <= behind && start < behind && behind <= close) {
            Some(behind) => {
                self.pos = behind;
                true
            }
            None => false,
        }
    }

    /// The index behind the item that begins at `start`: behind its first `;` or `{...}`, whichever is first. None if
    /// another item begins before, at the left margin.
    fn behind_item(&self, start: usize) -> Option<usize> {
        let mut index = start;
        while self.kind_at(index) != TokenKind::Eof {
            if index > start && self.begins_item_at_margin(index) {
                return None;
            }
            match (self.kind_at(index), self.brackets.closing(index)) {
                (TokenKind::Semi, _) => return Some(index + 1),
                (TokenKind::OBrace, Some(close)) => {
                    let whole = !(index + 1..close).any(|inside| self.begins_item_at_margin(inside));
                    let behind = if self.kind_at(close + 1) == TokenKind::Semi { close + 2 } else { close + 1 };
                    return whole.then_some(behind);
                }
                (TokenKind::OParen | TokenKind::OBracket, Some(close)) => index = close + 1,
                _ => index += 1,
            }
        }
        None
    }

    fn skip_token_or_brackets(&mut self) {
        match self.brackets.closing(self.pos) {
            Some(close) if !self.at(TokenKind::Less) => self.pos = close + 1,
            _ => {
                self.bump();
            }
        }
    }

    fn begins_item_on_new_line(&self) -> bool {
        self.begins_item_at_margin(self.pos)
    }

    /// Whether an item begins here, at the left margin.
    pub(super) fn begins_item_at_margin(&self, index: usize) -> bool {
        self.begins_item(index) && {
            let start = (self.tokens[index].start - self.base) as usize;
            start == 0 || self.text[start - 1] == b'\n'
        }
    }

    fn begins_item(&self, index: usize) -> bool {
        use TokenKind::{Const, Enum, Fn, Hash, Impl, Import, Proc, Pub, Struct, Trait, Type, Use};
        let kind = self.kind_at(index);
        matches!(kind, Const | Enum | Fn | Hash | Impl | Import | Proc | Pub | Struct | Trait | Type | Use)
    }

    pub(super) fn is_first_on_line(&self, index: usize) -> bool {
        let start = (self.tokens[index].start - self.base) as usize;
        let before = index.checked_sub(1).map_or(0, |before| (self.tokens[before].end - self.base) as usize);
        self.text[before..start].contains(&b'\n') || index == 0
    }

    /// Whether the token before ends an item.
    fn after_end(&self, index: usize) -> bool {
        index > 0 && matches!(self.tokens[index - 1].kind, TokenKind::CBrace | TokenKind::Semi)
    }
}
