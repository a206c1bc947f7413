//! Values as DSLX expressions.
//!
//! | value | text |
//! |---|---|
//! | unsigned, up to 64 bits | `u8:197`; one bit: `u1:1` |
//! | unsigned, more than 64 bits | `uN[70]:0x1f`, because DSLX has no names for these types |
//! | signed | `s8:-59`; more than 64 bits: `sN[70]:-59` |
//! | tuple, array | `(u8:1, u1:0)`, `[u8:1, u8:2]` |
//! | struct | `Point { x: u8:1, y: u8:2 }` |
//! | enum | `Color::RED`; a value without a name: `u2:3 as Color` |

use crate::value::AbiValue;
use core::fmt;

/// Displays a value as a DSLX expression.
///
/// ```
/// use xls_aot_runtime::{Bits8, Dslx, SBits16, WideBits};
/// assert_eq!(Dslx(&[Bits8::<3>::MAX; 2]).to_string(), "[u3:7, u3:7]");
/// assert_eq!(Dslx(&SBits16::<12>::MIN).to_string(), "s12:-2048");
/// assert_eq!(Dslx(&WideBits::<129, 4>::from(31u8)).to_string(), "uN[129]:0x1f");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dslx<'a, T>(pub &'a T);

impl<T: AbiValue> fmt::Display for Dslx<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_dslx(f)
    }
}

/// Writes an unsigned number.
pub(crate) fn write_unsigned<T: fmt::Display + fmt::LowerHex>(
    f: &mut fmt::Formatter<'_>,
    width: u32,
    value: &T,
) -> fmt::Result {
    write_type(f, "u", width)?;
    if width <= 64 {
        write!(f, ":{value}")
    } else {
        write!(f, ":{value:#x}")
    }
}

/// Writes a signed number.
pub(crate) fn write_signed<T: fmt::Display>(f: &mut fmt::Formatter<'_>, width: u32, value: &T) -> fmt::Result {
    write_type(f, "s", width)?;
    write!(f, ":{value}")
}

fn write_type(f: &mut fmt::Formatter<'_>, sign: &str, width: u32) -> fmt::Result {
    match width {
        1..=64 => write!(f, "{sign}{width}"),
        _ => write!(f, "{sign}N[{width}]"),
    }
}

/// Writes elements with `, ` between them.
pub(crate) fn write_array<T: AbiValue>(f: &mut fmt::Formatter<'_>, elements: &[T]) -> fmt::Result {
    f.write_str("[")?;
    for (i, element) in elements.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        element.fmt_dslx(f)?;
    }
    f.write_str("]")
}

/// Writes a tuple of these elements.
pub fn write_tuple(f: &mut fmt::Formatter<'_>, elements: &[&dyn fmt::Display]) -> fmt::Result {
    f.write_str("(")?;
    for (i, element) in elements.iter().enumerate() {
        let separator = if i > 0 { ", " } else { "" };
        write!(f, "{separator}{element}")?;
    }
    f.write_str(if elements.len() == 1 { ",)" } else { ")" })
}

/// Writes a struct of these fields.
pub fn write_struct(f: &mut fmt::Formatter<'_>, name: &str, fields: &[(&str, &dyn fmt::Display)]) -> fmt::Result {
    write!(f, "{name} {{")?;
    for (i, (field, value)) in fields.iter().enumerate() {
        let separator = if i > 0 { "," } else { "" };
        write!(f, "{separator} {field}: {value}")?;
    }
    f.write_str(" }")
}
