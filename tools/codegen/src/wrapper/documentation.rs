//! The documentation of generated items: texts of the design's author, and what the design itself says about a function.
//!
//! Authors write for people, not for rustdoc. Their texts are made harmless: a code block never becomes a test of the user's
//! program, `Vec<u8>` is not HTML, and a block that is not closed ends with the text. Links that lead nowhere are allowed by
//! an attribute of the crate.

use proc_macro2::TokenStream;

use crate::events::{Site, SiteKind};
use crate::model::{Interface, Parameter, MAX_RESULT_BY_VALUE};
use crate::rust_type::RustType;
use crate::wrapper::entries::fallible;
use crate::wrapper::{docs, example, Entry};

/// Most parameters, and most assertions, that a page lists.
const LISTED: usize = 20;
/// Longest type that a page shows in a list, in bytes.
const LONGEST_TYPE: usize = 160;

/// A text of the design's author.
pub(super) fn authored(text: &str) -> TokenStream {
    docs(&harmless(text))
}

/// The documentation of a function.
pub(super) fn of_function(entry: &Entry<'_>) -> TokenStream {
    let interface = entry.interface;
    let mut lines = Vec::new();
    if interface.docs.is_empty() {
        lines.push(format!("The function {} of the design.", code(&interface.function)));
    } else {
        lines.extend(harmless(&interface.docs).lines().map(str::to_owned));
    }
    if let Some(alias) = &interface.alias {
        lines.extend([String::new(), format!("It can be called `{alias}` too.")]);
    }
    lines.extend([String::new(), code(&interface.signature)]);
    lines.extend(parameters(interface));
    lines.extend(result(interface));
    if fallible(entry) {
        lines.extend(errors(entry));
    }
    lines.extend(example::lines(entry));
    docs(&lines.join("\n"))
}

/// The parameters with their widths.
fn parameters(interface: &Interface) -> Vec<String> {
    let passed: Vec<_> = interface
        .params
        .iter()
        .filter_map(|param| match &param.form {
            Parameter::Passed { name, rust } => Some((param, name, rust)),
            Parameter::Token | Parameter::Activated => None,
        })
        .collect();
    if passed.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), "# Parameters".to_owned(), String::new()];
    let listed = passed.iter().take(LISTED);
    lines.extend(listed.map(|(param, name, rust)| format!("- `{name}`: {}", width(rust, &param.ty))));
    lines.extend(more(passed.len(), "parameters"));
    lines
}

fn result(interface: &Interface) -> Vec<String> {
    let width = width(&interface.result, &interface.result_data);
    let mut lines = vec![String::new(), format!("# Result\n\n{}.", capitalised(&width))];
    if interface.is_boxed() {
        let size = interface.result_layout.size;
        lines.push(format!(
            "It takes {size} bytes and comes in a `Box`: more than {MAX_RESULT_BY_VALUE} bytes are never returned by value, \
             because unoptimised code would copy them several times on the stack, and threads may have little of it. \
             [`Runner::run_into`] writes to memory that the caller keeps."
        ));
    }
    lines
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + characters.as_str())
}

/// A type in words: `8 bits, unsigned`.
fn width(rust: &RustType, ty: &xls_aot_ir::Type) -> String {
    let bits = |width: u32| if width == 1 { "1 bit".to_owned() } else { format!("{width} bits") };
    let number = |width: u32, signed: bool| bits(width) + if signed { ", signed" } else { ", unsigned" };
    match rust {
        RustType::Bool => bits(1),
        RustType::Int { width, signed }
        | RustType::Bits { width, signed, .. }
        | RustType::Wide { width, signed, .. } => number(*width, *signed),
        RustType::Unit => "nothing".to_owned(),
        RustType::Struct(_) | RustType::Named { .. } | RustType::Array { .. } => {
            let text = ty.to_string();
            let shown = if text.len() > LONGEST_TYPE { String::new() } else { format!("{}, ", code(&text)) };
            // A type that crosses the boundary has fewer bits than a `u64` counts.
            let count = ty.flat_bit_count().unwrap_or(u64::MAX);
            format!("{shown}{count} {} in all", if count == 1 { "bit" } else { "bits" })
        }
    }
}

/// The assertions that make the function return an error.
fn errors(entry: &Entry<'_>) -> Vec<String> {
    let sites = || entry.interface.sites.iter().map(|&index| &entry.wrapper.model.sites[index as usize]);
    let count = sites().filter(|site| matches!(site.kind, SiteKind::Assertion { .. })).count();
    let intro = if count == 1 {
        "If this assertion fails, because its condition is false:"
    } else {
        "If an assertion fails, because its condition is false. It is the first of these that fails, in program order:"
    };
    let mut lines = vec![String::new(), "# Errors".to_owned(), String::new(), intro.to_owned(), String::new()];
    lines.extend(sites().filter_map(assertion).take(LISTED));
    lines.extend(more(count, "assertions"));
    lines
}

/// An assertion as an element of a list; `None` for other events.
fn assertion(site: &Site) -> Option<String> {
    let SiteKind::Assertion { message } = &site.kind else { return None };
    let label = site.label.as_ref().map_or_else(String::new, |label| format!(", label {}", code(label)));
    let function = code(&site.function);
    let place = site.position.as_ref().map_or_else(String::new, |position| {
        format!(", {}", code(&format!("{}:{}:{}", position.file, position.line, position.column)))
    });
    Some(format!("- {}{label}, in {function}{place}", code(message)))
}

/// The line after a list that is cut.
fn more(count: usize, what: &str) -> Option<String> {
    (count > LISTED).then(|| format!("- and {} more {what}", count - LISTED))
}

/// Any text as code on one line.
fn code(text: &str) -> String {
    let text: String = text.chars().flat_map(visible).collect();
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A blank keeps the fence apart from what begins or ends like it, and is not shown.
    let gap = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{gap}{text}{gap}{fence}")
}

/// A character, or its escape sequence if it would end a line or is not visible.
fn visible(character: char) -> Vec<char> {
    if character.is_control() {
        character.escape_default().collect()
    } else {
        vec![character]
    }
}

/// Markdown of another author, made harmless.
fn harmless(text: &str) -> String {
    let mut lines = Vec::new();
    let mut state = Block::Text { after_blank: true };
    for line in text.lines() {
        let line = line.trim_end();
        let indent = line.len() - line.trim_start_matches(' ').len();
        let indented = (indent >= 4 || line.starts_with('\t')) && !line.is_empty();
        state = match state {
            Block::Text { .. } if fence(line).is_some() => {
                let (mark, info) = fence(line).unwrap_or(("```", ""));
                lines.push(format!("{mark}{}", if is_rust(info) { "text" } else { info }));
                Block::Fenced(mark.to_owned())
            }
            Block::Text { after_blank: true } if indented => {
                lines.extend(["```text".to_owned(), line.to_owned()]);
                Block::Indented
            }
            Block::Text { .. } => {
                lines.push(without_html(line));
                Block::Text { after_blank: line.is_empty() }
            }
            Block::Fenced(mark) => {
                lines.push(line.to_owned());
                let ends = fence(line).is_some_and(|(other, info)| other.starts_with(&*mark) && info.is_empty());
                if ends {
                    Block::Text { after_blank: false }
                } else {
                    Block::Fenced(mark)
                }
            }
            Block::Indented if indented || line.is_empty() => {
                lines.push(line.to_owned());
                Block::Indented
            }
            Block::Indented => {
                lines.extend(["```".to_owned(), without_html(line)]);
                Block::Text { after_blank: false }
            }
        };
    }
    match state {
        Block::Text { .. } => {}
        Block::Fenced(mark) => lines.push(mark),
        Block::Indented => lines.push("```".to_owned()),
    }
    lines.join("\n")
}

/// What a line is in.
enum Block {
    Text {
        after_blank: bool,
    },
    /// Code, and the mark that began it.
    Fenced(String),
    /// Code by indentation, which becomes fenced code.
    Indented,
}

/// The mark and the rest of a line that begins or ends a block of code.
fn fence(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches(' ');
    let first = line.chars().next().filter(|first| matches!(first, '`' | '~'))?;
    let rest = line.trim_start_matches(first);
    let mark = &line[..line.len() - rest.len()];
    (mark.len() >= 3 && !rest.contains('`')).then_some((mark, rest.trim()))
}

/// Whether rustdoc would take a block with this language for Rust, and run it.
fn is_rust(info: &str) -> bool {
    info.split([',', ' ', '\t']).all(|word| {
        let known =
            ["", "rust", "ignore", "no_run", "should_panic", "compile_fail", "test_harness", "standalone_crate"];
        known.contains(&word) || word.starts_with("edition") || word.starts_with("ignore-") || word.starts_with("E0")
    })
}

/// A line in which a `<` that begins no link is only a `<`.
fn without_html(line: &str) -> String {
    let mut made = String::new();
    let mut in_code = false;
    for (at, character) in line.char_indices() {
        let rest = &line[at + character.len_utf8()..];
        match character {
            '`' => {
                in_code = !in_code;
                made.push('`');
            }
            '<' if !in_code && !rest.starts_with("http") => made.push_str("&lt;"),
            other => made.push(other),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_of_any_text() {
        for (text, expected) in [
            ("x", "`x`"),
            ("a`b", "``a`b``"),
            ("``", "``` `` ```"),
            ("two\nlines\u{7}", "`two\\nlines\\u{7}`"),
            ("", "`  `"),
        ] {
            assert_eq!(code(text), expected);
        }
    }

    #[test]
    fn texts_of_authors_are_harmless() {
        for (text, expected) in [
            ("Plain.\n\nMore.", "Plain.\n\nMore."),
            ("A `Vec<u8>` is no Vec<u8>, see <https://x.org>.", "A `Vec<u8>` is no Vec&lt;u8>, see <https://x.org>."),
            ("```\nlet x = ;\n```\nend", "```text\nlet x = ;\n```\nend"),
            ("```rust,no_run\nx\n```", "```text\nx\n```"),
            ("```dslx\nx<N>\n```", "```dslx\nx<N>\n```"),
            ("~~~\n```\n~~~", "~~~text\n```\n~~~"),
            ("open\n```\nx", "open\n```text\nx\n```"),
            ("As\n\n    y = x\n\n    z\nend <b>", "As\n\n```text\n    y = x\n\n    z\n```\nend &lt;b>"),
            ("    x", "```text\n    x\n```"),
            ("a\n    b", "a\n    b"),
        ] {
            assert_eq!(harmless(text), expected, "{text:?}");
        }
    }
}
