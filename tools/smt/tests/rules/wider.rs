//! Functions at other widths: texts in which one width is replaced by another, and a second one follows it.

use std::collections::BTreeSet;

/// The text with each of its widths replaced by `width`: alone, or together with another one that grows as much. Many of the
/// texts are not IR any more, because other widths do not fit.
pub(crate) fn texts(text: &str, width: u32) -> BTreeSet<String> {
    let text = &filled_in(text, width);
    let widths = widths(text);
    let mut texts = BTreeSet::from([text.to_owned()]);
    for &one in &widths {
        texts.insert(replaced(text, &[(one, width)]));
        for &other in widths.iter().filter(|&&other| other != one) {
            // The other one is that much wider or narrower, as before, or has a multiple of its bits.
            let moved = (other + width).checked_sub(one);
            let scaled = (other % one == 0).then(|| other / one * width);
            for follows in moved.into_iter().chain(scaled).filter(|&follows| follows > 0) {
                texts.insert(replaced(text, &[(one, width), (other, follows)]));
            }
        }
    }
    texts
}

/// The text with `{w}` replaced by the width, and `{w-4}` by a width that is less by 4.
fn filled_in(text: &str, width: u32) -> String {
    let text = text.replace("{w}", &width.to_string());
    (1..8).fold(text, |text, less| text.replace(&format!("{{w-{less}}}"), &width.saturating_sub(less).to_string()))
}

/// What stands before a width.
const BEFORE: &[&str] = &["bits[", "new_bit_count=", "width=", "start="];

/// The widths above 1 that the text has.
fn widths(text: &str) -> BTreeSet<u32> {
    numbers(text).into_iter().map(|(_, _, width)| width).filter(|&width| width > 1).collect()
}

/// The places of all widths, and the widths.
fn numbers(text: &str) -> Vec<(usize, usize, u32)> {
    let mut found = Vec::new();
    for before in BEFORE {
        for (at, _) in text.match_indices(before) {
            let start = at + before.len();
            let digits = text[start..].bytes().take_while(u8::is_ascii_digit).count();
            if let Ok(width) = text[start..start + digits].parse() {
                found.push((start, start + digits, width));
            }
        }
    }
    found.sort_unstable();
    found
}

/// The text with some widths replaced by others.
fn replaced(text: &str, by: &[(u32, u32)]) -> String {
    let mut result = String::new();
    let mut done = 0;
    for (start, end, width) in numbers(text) {
        if let Some((_, new)) = by.iter().find(|(old, _)| *old == width) {
            result += &text[done..start];
            result += &new.to_string();
            done = end;
        }
    }
    result + &text[done..]
}
