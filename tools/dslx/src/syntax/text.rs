//! Decodes the text of string and character literals.
//!
//! Escape sequences: `\n` `\r` `\t` `\\` `\0` `\'` `\"` `\xHH`, and in strings `\u{H...}` with one to six digits.

use xls_aot_ir::{Diagnostic, Span};

/// The bytes that `content`, the inside of a literal, stands for. `start` is its offset.
pub(super) fn decode(content: &[u8], start: u32, unicode: bool) -> Result<Vec<u8>, Diagnostic> {
    let mut out = Vec::with_capacity(content.len());
    let mut pos = 0;
    while pos < content.len() {
        if content[pos] != b'\\' {
            out.push(content[pos]);
            pos += 1;
            continue;
        }
        match escape(&content[pos + 1..], unicode, &mut out) {
            Ok(len) => pos += 1 + len,
            Err((len, what)) => {
                let end = (pos + 1 + len).min(content.len());
                let span = Span { start: start + pos as u32, end: start + end as u32 };
                let shown = String::from_utf8_lossy(&content[pos..end]).into_owned();
                let known = r#"`\n`, `\r`, `\t`, `\\`, `\0`, `\'`, `\"`, `\x` with two hexadecimal digits"#;
                let also = if unicode { r", `\u{...}` with one to six of them" } else { "" };
                return Err(Diagnostic::invalid(
                    "E1003",
                    span,
                    format!("`{}`: {what}", super::parser::printable(&shown)),
                )
                .note(format!("escape sequences: {known}{also}")));
            }
        }
    }
    Ok(out)
}

/// Decodes what follows a backslash; gives its length. The error says how many bytes to show.
fn escape(rest: &[u8], unicode: bool, out: &mut Vec<u8>) -> Result<usize, (usize, &'static str)> {
    let simple = match rest.first() {
        None => return Err((0, "the escape sequence is not complete")),
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(b'\\') => b'\\',
        Some(b'0') => 0,
        Some(b'\'') => b'\'',
        Some(b'"') => b'"',
        Some(b'x') => {
            let digits = rest.get(1..3).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
            let digits = digits.ok_or((1, "two hexadecimal digits must follow"))?;
            out.push(number(digits) as u8);
            return Ok(3);
        }
        Some(b'u') if unicode => return unicode_escape(rest, out),
        Some(_) => return Err((1, "there is no such escape sequence")),
    };
    out.push(simple);
    Ok(1)
}

/// `u{H...}`.
fn unicode_escape(rest: &[u8], out: &mut Vec<u8>) -> Result<usize, (usize, &'static str)> {
    let wrong = (1, "one to six hexadecimal digits in braces must follow");
    if rest.get(1) != Some(&b'{') {
        return Err(wrong);
    }
    let len = rest[2..].iter().take(7).position(|&byte| byte == b'}').ok_or(wrong)?;
    let digits = &rest[2..2 + len];
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(wrong);
    }
    let c = char::from_u32(number(digits)).ok_or((3 + len, "there is no such character"))?;
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    Ok(3 + len)
}

/// Value of at most six hexadecimal digits.
fn number(digits: &[u8]) -> u32 {
    digits.iter().filter_map(|&digit| (digit as char).to_digit(16)).fold(0, |value, digit| value * 16 + digit)
}
