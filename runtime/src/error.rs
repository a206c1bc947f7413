//! Errors of value conversions.

use core::fmt;

/// A number that does not fit the width of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OutOfRange {
    width: u32,
}

impl OutOfRange {
    pub(crate) const fn new(width: u32) -> Self {
        Self { width }
    }

    /// The width, in bits, that the number exceeded.
    #[must_use]
    pub const fn width(self) -> u32 {
        self.width
    }
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the value does not fit {} bits", self.width)
    }
}

#[cfg(feature = "std")]
impl std::error::Error for OutOfRange {}

/// The reason why a text cannot be parsed as a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParseBitsError {
    /// There is no digit.
    NoDigits,
    /// A character is not a digit of the number's base.
    InvalidDigit {
        /// The character.
        found: char,
        /// The base that the prefix chose: 2, 8, 10 or 16.
        radix: u32,
    },
    /// The number does not fit.
    OutOfRange(OutOfRange),
}

impl fmt::Display for ParseBitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDigits => f.write_str("expected a number such as 42, 0x2a or 0b10_1010, found no digit"),
            Self::InvalidDigit { found, radix } => {
                write!(f, "expected a digit of base {radix} or `_`, found {found:?}")
            }
            Self::OutOfRange(error) => error.fmt(f),
        }
    }
}

#[cfg(feature = "std")]
impl std::error::Error for ParseBitsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::OutOfRange(error) => Some(error),
            Self::NoDigits | Self::InvalidDigit { .. } => None,
        }
    }
}

/// Whether a text begins with a `-`, and what follows it.
pub(crate) fn parse_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    }
}

/// The digits of a text with an optional `0x`, `0o` or `0b` prefix and `_` between digits, most significant first.
/// Calls `push(digit, radix)` for each; stops at the first error.
pub(crate) fn parse_digits(
    text: &str,
    mut push: impl FnMut(u32, u32) -> Result<(), OutOfRange>,
) -> Result<(), ParseBitsError> {
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&text[2..], 16),
        [b'0', b'o' | b'O', ..] => (&text[2..], 8),
        [b'0', b'b' | b'B', ..] => (&text[2..], 2),
        _ => (text, 10),
    };
    let mut any = false;
    for found in digits.chars() {
        if found == '_' && any {
            continue;
        }
        let digit = found.to_digit(radix).ok_or(ParseBitsError::InvalidDigit { found, radix })?;
        any = true;
        push(digit, radix).map_err(ParseBitsError::OutOfRange)?;
    }
    if any {
        Ok(())
    } else {
        Err(ParseBitsError::NoDigits)
    }
}
