//! Texts that are composed without memory, at run time or while a constant is evaluated: messages that name a value, a
//! width or a type.
//!
//! Invariant: the bytes up to `len` are UTF-8. A text is at most [`CAPACITY`] bytes long; its writers are in this crate and
//! write less.

/// Room for the longest message of this crate, an error about 128 bits.
const CAPACITY: usize = 192;

/// A text.
pub(crate) struct Text {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Text {
    /// The empty text.
    pub const fn new() -> Self {
        Self { bytes: [0; CAPACITY], len: 0 }
    }

    /// With `text` at the end.
    pub const fn str(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            self.bytes[self.len] = bytes[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    /// With a number at the end, in decimal.
    pub const fn decimal(self, value: u128) -> Self {
        self.digits(value, 10)
    }

    /// With a number at the end, in hexadecimal.
    pub const fn hexadecimal(self, value: u128) -> Self {
        self.str("0x").digits(value, 16)
    }

    const fn digits(mut self, value: u128, radix: u128) -> Self {
        let mut place = 1;
        while value / place >= radix {
            place *= radix;
        }
        while place > 0 {
            self.bytes[self.len] = b"0123456789abcdef"[(value / place % radix) as usize];
            self.len += 1;
            place /= radix;
        }
        self
    }

    /// The text.
    pub const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => panic!("texts are made of texts and digits"),
        }
    }
}

/// A fault of the type that was written: `Bits8 holds 0 to 8 bits; for 9 bits write Bits16<9>`.
pub(crate) const fn wrong_type(name: &str, low: u32, high: u32, signed: bool, width: u32) -> Text {
    let text = Text::new().str(name).str(" holds ").decimal(low as u128).str(" to ").decimal(high as u128);
    let text = text.str(" bits; for ").decimal(width as u128).str(" bits write ");
    type_of_width(text, signed, width)
}

/// A fault of a wide type that was written: `WideBits<257, 5> has a wrong LIMBS; for 257 bits write WideBits<257, 8>`.
pub(crate) const fn wrong_limbs(width: u32, limbs: usize) -> Text {
    let text = Text::new().str("WideBits<").decimal(width as u128).str(", ").decimal(limbs as u128);
    let reason = if width > 128 { "> has a wrong LIMBS; for " } else { "> is for more than 128 bits; for " };
    type_of_width(text.str(reason).decimal(width as u128).str(" bits write "), false, width)
}

/// The type of this crate for a width.
const fn type_of_width(text: Text, signed: bool, width: u32) -> Text {
    let sign = if signed { "S" } else { "" };
    if width > 128 {
        let text = text.str("Wide").str(sign).str("Bits<").decimal(width as u128).str(", ");
        return text.decimal((crate::abi::bits_size(width) / 8) as u128).str(">");
    }
    let text = text.str(sign).str("Bits").decimal((crate::abi::bits_size(width) * 8) as u128);
    text.str("<").decimal(width as u128).str(">")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for value in [0, 9, 10, 4095, u128::MAX] {
            assert_eq!(Text::new().decimal(value).as_str(), alloc::format!("{value}"));
            assert_eq!(Text::new().hexadecimal(value).as_str(), alloc::format!("{value:#x}"));
        }
    }

    #[test]
    fn types_that_hold_a_width() {
        let wrong = wrong_type("Bits8", 0, 8, false, 9);
        assert_eq!(wrong.as_str(), "Bits8 holds 0 to 8 bits; for 9 bits write Bits16<9>");
        let wrong = wrong_type("SBits128", 65, 128, true, 129);
        assert_eq!(wrong.as_str(), "SBits128 holds 65 to 128 bits; for 129 bits write WideSBits<129, 4>");
        assert_eq!(
            wrong_limbs(257, 5).as_str(),
            "WideBits<257, 5> has a wrong LIMBS; for 257 bits write WideBits<257, 8>"
        );
        let narrow = wrong_limbs(128, 2);
        assert_eq!(narrow.as_str(), "WideBits<128, 2> is for more than 128 bits; for 128 bits write Bits128<128>");
    }
}
