//! Format strings of `trace`.
//!
//! Placeholders are `{}`, `{:u}`, `{:d}`, `{:x}`, `{:0x}`, `{:#x}`, `{:b}`, `{:0b}` and `{:#b}`. `{{` and `}}` are
//! printed as they are: XLS does not reduce them to one brace in its output.

use std::fmt;

/// A part of a format string.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece<'a> {
    /// Text that is copied.
    Text(&'a str),
    /// A data operand, in this format.
    Operand(Format),
}

/// How a placeholder writes the bit vectors of its operand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// `{}`: unsigned decimal up to 64 bits; wider values as `{:#x}`.
    Default,
    /// `{:u}`: unsigned decimal.
    Unsigned,
    /// `{:d}`: signed decimal.
    Signed,
    /// `{:x}`: hexadecimal digits without leading zeros.
    Hex,
    /// `{:0x}`: hexadecimal with all leading zeros, `_` before each group of four digits.
    PaddedHex,
    /// `{:#x}`: `0x` and hexadecimal without leading zeros, `_` before each group of four digits.
    PrefixedHex,
    /// `{:b}`: binary digits without leading zeros.
    Binary,
    /// `{:0b}`: binary with all leading zeros, `_` before each group of four digits.
    PaddedBinary,
    /// `{:#b}`: `0b` and binary without leading zeros, `_` before each group of four digits.
    PrefixedBinary,
}

/// What is wrong with a format string, and at which byte.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum FormatError {
    /// `{` without `}`.
    Unclosed(usize),
    /// `}` without `{`.
    Unopened(usize),
    /// A placeholder that does not exist.
    UnknownPlaceholder(usize),
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormatError::Unclosed(at) => write!(f, "`{{` at byte {at} of the format string has no `}}`"),
            FormatError::Unopened(at) => write!(f, "`}}` at byte {at} of the format string has no `{{`"),
            FormatError::UnknownPlaceholder(at) => {
                write!(f, "the placeholder at byte {at} of the format string is unknown")
            }
        }
    }
}

impl std::error::Error for FormatError {}

/// The pieces of `format` in order.
pub fn parse(format: &str) -> Result<Vec<Piece<'_>>, FormatError> {
    let bytes = format.as_bytes();
    let mut pieces = Vec::new();
    let mut text_start = 0;
    let mut pos = 0;
    while pos < bytes.len() {
        match (bytes[pos], bytes.get(pos + 1)) {
            (b'{', Some(b'{')) | (b'}', Some(b'}')) => pos += 2,
            (b'}', _) => return Err(FormatError::Unopened(pos)),
            (b'{', _) => {
                let len = format[pos..].find('}').ok_or(FormatError::Unclosed(pos))?;
                let placeholder =
                    placeholder(&format[pos + 1..pos + len]).ok_or(FormatError::UnknownPlaceholder(pos))?;
                if text_start < pos {
                    pieces.push(Piece::Text(&format[text_start..pos]));
                }
                pieces.push(Piece::Operand(placeholder));
                pos += len + 1;
                text_start = pos;
            }
            _ => pos += 1,
        }
    }
    if text_start < bytes.len() {
        pieces.push(Piece::Text(&format[text_start..]));
    }
    Ok(pieces)
}

fn placeholder(text: &str) -> Option<Format> {
    Some(match text {
        "" => Format::Default,
        ":u" => Format::Unsigned,
        ":d" => Format::Signed,
        ":x" => Format::Hex,
        ":0x" => Format::PaddedHex,
        ":#x" => Format::PrefixedHex,
        ":b" => Format::Binary,
        ":0b" => Format::PaddedBinary,
        ":#b" => Format::PrefixedBinary,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_text_and_placeholders() {
        assert_eq!(
            parse("x={} {{{:#x}}}é{:0b}"),
            Ok(vec![
                Piece::Text("x="),
                Piece::Operand(Format::Default),
                Piece::Text(" {{"),
                Piece::Operand(Format::PrefixedHex),
                Piece::Text("}}é"),
                Piece::Operand(Format::PaddedBinary),
            ])
        );
        assert_eq!(parse(""), Ok(vec![]));
    }

    #[test]
    fn refuses_what_libxls_refuses() {
        assert_eq!(parse("m{"), Err(FormatError::Unclosed(1)));
        assert_eq!(parse("}"), Err(FormatError::Unopened(0)));
        assert_eq!(parse("{{}"), Err(FormatError::Unopened(2)));
        assert_eq!(parse("{}}"), Err(FormatError::Unopened(2)));
        assert_eq!(parse("{a{}"), Err(FormatError::UnknownPlaceholder(0)));
        assert_eq!(parse("m{:q}"), Err(FormatError::UnknownPlaceholder(1)));
    }
}
