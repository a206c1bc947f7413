//! Errors of value conversions.

use crate::const_text::Text;
use core::convert::Infallible;
use core::fmt;

/// A number that does not fit the width of its type. Its text, also with `{:?}`, names both:
/// `the value 5000 does not fit 12 bits`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OutOfRange {
    number: Number,
    width: u32,
    signed: bool,
}

/// What an error knows of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Number {
    Exact {
        negative: bool,
        magnitude: u128,
    },
    /// More than 128 bits: the first 16 hexadecimal digits of the magnitude, and its size.
    Long {
        negative: bool,
        leading: u64,
        bits: u32,
    },
    /// More digits than anything here reads.
    Unread,
}

impl Number {
    /// A signed number.
    pub(crate) const fn signed(value: i128) -> Self {
        Self::Exact { negative: value < 0, magnitude: value.unsigned_abs() }
    }

    /// Sign and magnitude of a number of any size, limbs least significant first.
    pub(crate) const fn long(negative: bool, limbs: &[u64]) -> Self {
        let mut top = limbs.len();
        while top > 0 && limbs[top - 1] == 0 {
            top -= 1;
        }
        if top <= 2 {
            let low = if top > 0 { limbs[0] } else { 0 };
            let high = if top > 1 { limbs[1] } else { 0 };
            let magnitude = (high as u128) << 64 | low as u128;
            return Self::Exact { negative, magnitude };
        }
        let bits = top as u32 * 64 - limbs[top - 1].leading_zeros();
        // Digits begin at multiples of four bits.
        let unused = (limbs[top - 1].leading_zeros() / 4 * 4) as u128;
        let both = (limbs[top - 1] as u128) << 64 | limbs[top - 2] as u128;
        let leading = (both << unused >> 64) as u64;
        Self::Long { negative, leading, bits }
    }

    /// `the value -3`, `the value 0x123456789abcdef0... of 200 bits`
    pub(crate) const fn text(self) -> Text {
        match self {
            Self::Exact { negative, magnitude } => {
                Text::new().str("the value ").str(minus(negative)).decimal(magnitude)
            }
            Self::Long { negative, leading, bits } => {
                let text = Text::new().str("the value ").str(minus(negative)).hexadecimal(leading as u128);
                text.str("... of ").decimal(bits as u128).str(" bits")
            }
            Self::Unread => Text::new().str("the number"),
        }
    }
}

impl OutOfRange {
    /// An unsigned number, and the width of the type that it does not fit.
    pub(crate) const fn unsigned(value: u128, width: u32, signed: bool) -> Self {
        Self { number: Number::Exact { negative: false, magnitude: value }, width, signed }
    }

    /// A signed number.
    pub(crate) const fn signed(value: i128, width: u32, signed: bool) -> Self {
        Self { number: Number::signed(value), width, signed }
    }

    /// Sign and magnitude of a number of any size, limbs least significant first.
    pub(crate) const fn long(negative: bool, limbs: &[u64], width: u32, signed: bool) -> Self {
        Self { number: Number::long(negative, limbs), width, signed }
    }

    /// A number with too many digits to be read.
    pub(crate) const fn unread(width: u32, signed: bool) -> Self {
        Self { number: Number::Unread, width, signed }
    }

    /// The width, in bits, that the number exceeded.
    #[must_use]
    pub const fn width(self) -> u32 {
        self.width
    }

    /// Panics with the error's text, which must also be possible while a constant is evaluated.
    #[track_caller]
    pub(crate) const fn panic(self) -> ! {
        let text = self.text();
        panic!("{}", text.as_str())
    }

    const fn text(self) -> Text {
        let target = if self.signed { " does not fit a signed integer of " } else { " does not fit " };
        self.number.text().str(target).decimal(self.width as u128).str(if self.width == 1 { " bit" } else { " bits" })
    }
}

const fn minus(negative: bool) -> &'static str {
    if negative {
        "-"
    } else {
        ""
    }
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().as_str())
    }
}

/// As `Display`: the message of a failed `unwrap`.
impl fmt::Debug for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A conversion that cannot fail can stand where others can.
impl From<Infallible> for OutOfRange {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

#[cfg(feature = "std")]
impl std::error::Error for OutOfRange {}

/// The reason why a text cannot be parsed as a value. `{:?}` shows the same text as `{}`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
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

/// As `Display`: the message of a failed `unwrap`.
impl fmt::Debug for ParseBitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Without a source: the text of a number out of range is the error's own text, and a chain of errors would show it twice.
#[cfg(feature = "std")]
impl std::error::Error for ParseBitsError {}

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
