//! Escape sequences of string literals.
//!
//! Reading follows the C rules that libxls applies to `message`, `label` and `format`; writing uses only `\n`, `\r`,
//! `\t`, `\"`, `\'`, `\\` and three-digit octal, so that reading the output always gives the same text.

/// Why a string literal's content cannot be decoded; the number is the byte offset within the content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum UnescapeError {
    /// A backslash that begins no escape sequence.
    Unknown(usize),
    /// A number that is not the number of a character.
    OutOfRange(usize),
    /// The decoded bytes are not UTF-8.
    NotUtf8,
}

/// Decodes the escape sequences of `content` (without its quotes).
pub(crate) fn unescape(content: &str) -> Result<String, UnescapeError> {
    if !content.contains('\\') {
        return Ok(content.to_string());
    }
    let bytes = content.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut pos = 0;
    while pos < bytes.len() {
        if bytes[pos] != b'\\' {
            out.push(bytes[pos]);
            pos += 1;
            continue;
        }
        let start = pos;
        pos += 1;
        let selector = *bytes.get(pos).ok_or(UnescapeError::Unknown(start))?;
        pos += 1;
        match selector {
            b'a' => out.push(0x07),
            b'b' => out.push(0x08),
            b'f' => out.push(0x0c),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'v' => out.push(0x0b),
            b'\\' | b'?' | b'\'' | b'"' => out.push(selector),
            b'0'..=b'7' => {
                let (value, end) = digits(bytes, pos - 1, 3, 8);
                out.push(u8::try_from(value).map_err(|_| UnescapeError::OutOfRange(start))?);
                pos = end;
            }
            b'x' | b'X' => {
                let (value, end) = digits(bytes, pos, usize::MAX, 16);
                if end == pos {
                    return Err(UnescapeError::Unknown(start));
                }
                out.push(u8::try_from(value).map_err(|_| UnescapeError::OutOfRange(start))?);
                pos = end;
            }
            b'u' | b'U' => {
                let count = if selector == b'u' { 4 } else { 8 };
                let (value, end) = digits(bytes, pos, count, 16);
                if end != pos + count {
                    return Err(UnescapeError::Unknown(start));
                }
                let c = char::from_u32(value).ok_or(UnescapeError::OutOfRange(start))?;
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                pos = end;
            }
            _ => return Err(UnescapeError::Unknown(start)),
        }
    }
    String::from_utf8(out).map_err(|_| UnescapeError::NotUtf8)
}

/// The number of at most `count` digits at `pos`, saturated, and the position after it.
fn digits(bytes: &[u8], pos: usize, count: usize, radix: u32) -> (u32, usize) {
    let mut value = 0u32;
    let mut end = pos;
    while end - pos < count {
        let Some(digit) = bytes.get(end).and_then(|&b| (b as char).to_digit(radix)) else { break };
        value = value.saturating_mul(radix).saturating_add(digit);
        end += 1;
    }
    (value, end)
}

/// `text` as a string literal with its quotes; printable Unicode stays as it is.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\0'..='\x1f' | '\x7f' => out.push_str(&format!("\\{:03o}", c as u32)),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_every_form() {
        assert_eq!(unescape(r#"a\n\t\"q\" \x41 \101 \\ \u00e9 é"#).as_deref(), Ok("a\n\t\"q\" A A \\ é é"));
        assert_eq!(unescape(r"\U0001F600\7\?\'").as_deref(), Ok("😀\u{7}?'"));
        assert_eq!(unescape("plain").as_deref(), Ok("plain"));
    }

    #[test]
    fn refuses_what_c_refuses() {
        assert_eq!(unescape(r"a\q"), Err(UnescapeError::Unknown(1)));
        assert_eq!(unescape(r"\"), Err(UnescapeError::Unknown(0)));
        assert_eq!(unescape(r"\xg"), Err(UnescapeError::Unknown(0)));
        assert_eq!(unescape(r"\x100"), Err(UnescapeError::OutOfRange(0)));
        assert_eq!(unescape(r"\400"), Err(UnescapeError::OutOfRange(0)));
        assert_eq!(unescape(r"\u12"), Err(UnescapeError::Unknown(0)));
        assert_eq!(unescape(r"\ud800"), Err(UnescapeError::OutOfRange(0)));
        assert_eq!(unescape(r"\xff"), Err(UnescapeError::NotUtf8));
    }

    #[test]
    fn written_strings_read_back() {
        let text: String = (0..0x250u32).filter_map(char::from_u32).collect();
        let written = quote(&text);
        assert_eq!(unescape(&written[1..written.len() - 1]).as_deref(), Ok(text.as_str()));
    }
}
