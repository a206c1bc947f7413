//! Whole messages as users see them, and findings that a file test cannot state because a comment would change the text.

use xls_aot_ir::{read_package, Kind};

fn message(text: impl AsRef<[u8]>) -> String {
    read_package("dir/my.ir", text.as_ref()).expect_err("refused").to_string()
}

#[test]
fn an_empty_file_gives_one_message() {
    let expected = "dir/my.ir:1:1: error[E0208]: there is nothing in this file but blanks and comments\n  \
                    \n  ^\n  \
                    help: an XLS IR file begins with `package NAME`";
    assert_eq!(message(""), expected);
}

#[test]
fn a_byte_order_mark_belongs_to_no_line() {
    let marked = |text: &str| message(format!("\u{feff}{text}"));
    for text in ["", "{\"a\": 1}\n", "package a-b\n", "package t\n\nfn f(", "package t // \u{feff}\n\u{feff}"] {
        assert_eq!(marked(text), message(text), "{text:?}");
    }
    // In any other place it is a character like others.
    assert!(marked("\u{feff}package t\n").starts_with("dir/my.ir:1:1: error[E0101]: U+FEFF has no meaning in XLS IR"));
}

#[test]
fn text_that_is_not_ir_gives_one_message() {
    assert_eq!(
        message("{\"a\": 1}\n"),
        "dir/my.ir:1:1: error[E0201]: expected `package`, found `{`\n  {\"a\": 1}\
         \n  ^\n  \
         help: an XLS IR file begins with `package NAME`; is this XLS IR text?"
    );
}

#[test]
fn a_binary_file_gives_one_message() {
    let elf = b"\x7fELF\x02\x01\x01\x00\xff\xfe";
    assert_eq!(
        message(elf),
        "dir/my.ir:1:9: error[E0103]: the byte 0xff here is not UTF-8\n  \
         \u{fffd}ELF\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\
         \n          ^\n  \
         help: XLS IR is text; is this a binary file, or text in another encoding?"
    );
}

#[test]
fn truncated_ir_gives_one_message() {
    assert_eq!(
        message("package t\n\nfn f(x: bits[8]) -> bits[8] {\n  ret r: bits[8] = neg(x"),
        "dir/my.ir:4:25: error[E0202]: the text ends where `)` or `,` behind an argument was expected\n  \
         ret r: bits[8] = neg(x\
         \n                        ^\
         \n  help: function `f` is not complete; is the file cut off?"
    );
}

#[test]
fn open_strings_are_reported_where_they_begin() {
    assert_eq!(
        message("package t\nfile_number 1 \"a\n"),
        "dir/my.ir:2:15: error[E0102]: this string has no closing `\"`\n  file_number 1 \"a\
         \n                ^\n  \
         help: a string must end on its line; line ends are written `\\n`"
    );
    assert_eq!(
        message("package t\nfile_number 1 \"\"\"a\nb\n"),
        "dir/my.ir:2:15: error[E0102]: this string has no closing `\"\"\"`\n  file_number 1 \"\"\"a\
         \n                ^^^"
    );
}

#[test]
fn all_findings_are_listed_in_order_with_their_lines() {
    let text = "package t\n\nfn f(x: bits[8]) -> bits[9] {\n  a: bits[8] = nto(x)\n  ret b: bits[9] = zero_ext(a, width=9)\n}\n";
    assert_eq!(
        message(text),
        "dir/my.ir:4:16: error[E0315]: there is no operation `nto`\n  a: bits[8] = nto(x)\
         \n               ^^^\n  \
         help: did you mean `not`?\n\
         dir/my.ir:5:20: error[E0310]: `zero_ext` needs the argument `new_bit_count=`\n  \
         ret b: bits[9] = zero_ext(a, width=9)\
         \n                   ^^^^^^^^\n\
         dir/my.ir:5:32: error[E0302]: `zero_ext` has no argument `width`\n  ret b: bits[9] = zero_ext(a, width=9)\
         \n                               ^^^^^\n  \
         help: its keyword arguments are `new_bit_count`, `id`, `pos`"
    );
}

#[test]
fn many_findings_end_with_a_note_and_not_with_thousands_of_lines() {
    let mut text = String::from("package t\n\nfn f(x: bits[8]) -> bits[8] {\n");
    for i in 0..10_000 {
        text.push_str(&format!("  a{i}: bits[8] = add(x, nowhere)\n"));
    }
    text.push_str("  ret r: bits[8] = neg(x)\n}\n");
    let findings = read_package("f.ir", text.as_bytes()).expect_err("refused").findings;
    assert_eq!(findings.len(), 201);
    assert_eq!(findings.last().expect("one").diagnostic.code, "E0203");
}

#[test]
fn kinds_say_who_must_act() {
    let kind = |text: &str| read_package("f.ir", text.as_bytes()).expect_err("refused").findings[0].diagnostic.kind;
    assert_eq!(kind("package 7"), Kind::Invalid);
    assert_eq!(kind("package t fn f(x: bits[2147483648]) -> token {"), Kind::Limit);
    assert_eq!(kind("package t fn f() -> bits[1][0] { ret r: bits[1][0] = literal(value=[]) }"), Kind::Unsupported);
}
