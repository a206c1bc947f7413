//! Input that is meant to break the parser: it gives findings, never a panic, and takes time in proportion to its length.

mod sound;

use std::path::Path;
use std::time::{Duration, Instant};

use xls_aot_dslx::source::MAX_FINDINGS;
use xls_aot_dslx::syntax::ast::{ExprKind, ItemKind, Radix};
use xls_aot_dslx::syntax::{MAX_CHAIN, MAX_NESTING};

/// How long text of so many bytes may take: far more than it needs where that is linear, even on a machine that does much else, and less
/// than it would take if it were not.
fn long(bytes: usize) -> Duration {
    Duration::from_secs(10) + Duration::from_micros(50) * bytes as u32
}

/// Parses and gives the codes of the findings.
fn codes(text: &str) -> Vec<&'static str> {
    let start = Instant::now();
    let parsed = sound::parse(text.as_bytes());
    assert!(start.elapsed() < long(text.len()), "{:?} for {} bytes", start.elapsed(), text.len());
    parsed.findings.iter().map(|finding| finding.code).collect()
}

/// A function whose body is `before` many times, `middle`, and `after` as many times.
fn nested(before: &str, middle: &str, after: &str, count: usize) -> String {
    format!("fn f() {{ {}{middle}{} }}", before.repeat(count), after.repeat(count))
}

/// Forms that nest: text before, in the middle, and behind. Each of them once is valid.
const NESTED: &[(&str, &str, &str)] = &[
    ("(", "x", ")"),
    ("(", "x", ",)"),
    ("[", "x", "]"),
    ("{", "x", "}"),
    ("!", "x", ""),
    ("- ", "x", ""),
    ("f(", "x", ")"),
    ("f<{", "x", "}>()"),
    ("x[", "y", "]"),
    ("x + (", "y", ")"),
    ("S { a: ", "x", " }"),
    ("S<{", "x", "}> { a: y }"),
    ("if x { ", "y", " } else { z }"),
    ("if ", "x", " { y } else { z }"),
    ("if x { y } else { ", "y", " }"),
    ("match x { y => ", "y", " }"),
    ("match ", "x", " { y => y }"),
    ("match x { (y, _) => z, _ => ", "y", " }"),
    ("for (i, x) in a { ", "x", " }(x)"),
    ("for (i, x) in a { x }(", "x", ")"),
    ("|x| ", "x", ""),
    ("x as u8[", "y", "]"),
    ("u8[", "y", "]:[]"),
    ("spawn f(", "x", ")"),
    ("{ let x = ", "x", "; y }"),
];

#[test]
fn nesting_is_limited_in_every_form() {
    for (before, middle, after) in NESTED {
        assert_eq!(codes(&nested(before, middle, after, 1)), [""; 0], "{before}{middle}{after}");
        assert_eq!(codes(&nested(before, middle, after, 20)), [""; 0], "{before}{middle}{after}");
        let deep = codes(&nested(before, middle, after, 10_000));
        assert_eq!(deep.first(), Some(&"E1104"), "{before}{middle}{after}: {:?}", &deep[..deep.len().min(5)]);
    }
}

#[test]
fn a_million_brackets_are_refused_at_once() {
    let (before, middle, after) = NESTED[0];
    assert!(codes(&nested(before, middle, after, 1_000_000)).contains(&"E1104"), "{before}");
    // Nothing is closed.
    assert!(!codes(&format!("fn f() {{ {}", before.repeat(1_000_000))).is_empty(), "{before}");
    for (before, _, _) in &NESTED[1..8] {
        assert!(!codes(&format!("fn f() {{ {}", before.repeat(20_000))).is_empty(), "{before}");
    }
    for text in
        ["}", ")", ">", "<", "a<", "a<b,", "f<{", "a<a[", "[(", "(}", "{]", ";", "#", "#[", "fn ", "fn f<", "pub "]
    {
        let text = text.repeat(50_000 / text.len());
        assert!(!codes(&text).is_empty());
        codes(&format!("fn f() {{ {text} }}"));
        codes(&format!("const A = {text}"));
    }
}

#[test]
fn types_and_patterns_nest_no_deeper() {
    let types = [
        ("(", "u8", ",)"),
        ("S<", "u8", ">"),
        ("S<{", "N", "}>"),
        ("u8[", "N", "]"),
        ("chan<", "u8", "> in"),
        ("uN[", "N", "]"),
    ];
    for (before, middle, after) in types {
        let text = |count: usize| format!("type T = {}{middle}{};", before.repeat(count), after.repeat(count));
        let text = |count: usize| if after == "]" { text(count).replace("u8[u8", "u8[x[u8") } else { text(count) };
        assert!(codes(&text(20_000)).contains(&"E1104"), "{before}");
    }
    let patterns = |count: usize| format!("{}x{}", "(".repeat(count), ",)".repeat(count));
    assert_eq!(codes(&format!("fn f() {{ let {} = x; }}", patterns(20))), [""; 0]);
    assert_eq!(codes(&format!("fn f() {{ let {} = x; }}", patterns(20_000)))[0], "E1104");
    assert_eq!(codes(&format!("fn f() {{ match x {{ {} => y }} }}", patterns(20_000)))[0], "E1104");
    let trees = format!("#![feature(use_syntax)]\nuse {}a{};", "a::{".repeat(20_000), "}".repeat(20_000));
    assert_eq!(codes(&trees)[0], "E1104");
}

/// Forms that stand in a row and nest to the left.
const ROWS: &[&str] = &[" + x", " as u8", "[y]", ".a", ".a(x)", ".0", " && x", "[y]\n + x"];

#[test]
fn rows_of_operators_are_limited() {
    for link in ROWS {
        let row = |count: usize| format!("fn f() {{ x{} }}", link.repeat(count));
        let links = if link.contains('\n') || link.contains('(') { 2 } else { 1 };
        // The limit counts each operator.
        assert_eq!(codes(&row(MAX_CHAIN / links)), [""; 0], "{link}");
        let long = codes(&row(MAX_CHAIN + 1));
        assert_eq!(long.first(), Some(&"E1105"), "{link}");
        assert!(codes(&row(200_000)).contains(&"E1105"), "{link}");
    }
    let dims = |count: usize| format!("type T = u8{};", "[N]".repeat(count));
    assert_eq!(codes(&dims(MAX_CHAIN)), [""; 0]);
    assert_eq!(codes(&dims(MAX_CHAIN + 1))[0], "E1105");
}

/// A row within the left operand of a row counts on: otherwise a tree could be as high as the product of the limits.
#[test]
fn rows_in_rows_count_together() {
    let mut text = "x".to_string();
    for _ in 0..10 {
        text = format!("({text}{})", " + x".repeat(MAX_CHAIN / 10));
    }
    assert_eq!(codes(&format!("fn f() {{ {text} }}")), [""; 0]);
    let text = format!("({text}{})", " + x".repeat(MAX_CHAIN / 10));
    assert_eq!(codes(&format!("fn f() {{ {text} }}")), ["E1105"]);
    // Of whatever kind: a row before `as`, before an index, within a type, within the size of one.
    let half = |link: &str| link.repeat(MAX_CHAIN / 2 + 1);
    for text in [
        format!("(x{}){}", half(" + x"), half(" as u8")),
        format!("x{}{}", half("[y]"), half(" as u8")),
        format!("x{}{}", half(".a"), half("[y]")),
        format!("(x{}){}", half(" as u8"), half(".a")),
        format!("u8[x{}]{}:[y]", half(" + x"), half("[N]")),
        format!("x as u8[N{}]{}", half(" + N"), half("[N]")),
        format!("f<u8[N{}]{}>()", half(" + N"), half("[N]")),
        format!("match x {{ u8[N{}]{}::A => y }}", half(" + N"), half("[N]")),
    ] {
        assert_eq!(codes(&format!("fn f() {{ {text} }}")), ["E1105"], "{}...", &text[..20]);
    }
    // Beside each other, they do not.
    let row = format!("x{}", " + x".repeat(MAX_CHAIN));
    assert_eq!(codes(&format!("fn f() {{ [{row}, {row}, ({row})] }}")), [""; 0]);
}

#[test]
fn long_lists_are_fine() {
    let long = 25_000;
    let of = |element: &str| element.repeat(long);
    assert_eq!(codes(&format!("fn f() {{ [{}] }}", of("x, "))), [""; 0]);
    assert_eq!(codes(&format!("fn f() {{ {} }}", of("g(x);"))), [""; 0]);
    assert_eq!(codes(&format!("fn f() {{ match x {{ {} }} }}", of("y => z,"))), [""; 0]);
    assert_eq!(codes(&format!("fn f() {{ if x {{ y }} {} }}", of("else if x { y }"))), [""; 0]);
    assert_eq!(codes(&format!("fn f() {{ {} }}", of("x < y;"))), [""; 0]);
    assert_eq!(codes(&format!("fn f() {{ g<{}>() }}", of("x, "))), [""; 0]);
    assert_eq!(codes(&format!("import a{};", of(".b"))), [""; 0]);
    assert_eq!(codes(&of("// comment\n")), [""; 0]);
    let path = format!("fn f() {{ a{} }}", of("::b"));
    assert_eq!(codes(&path), [""; 0]);
}

#[test]
fn as_many_findings_as_are_reported() {
    let found = codes(&"fn f() { let = ; }\n".repeat(10_000));
    assert!(found.contains(&"E1103"), "{found:?}");
    assert!(found.len() <= MAX_FINDINGS + 1);
    let found = codes(&"$ a ".repeat(100_000));
    assert!(found.len() <= MAX_FINDINGS + 1, "{}", found.len());
    let found = codes(&"const A = 01;\n".repeat(100_000));
    assert!(found.len() <= MAX_FINDINGS + 1, "{}", found.len());
    let found = codes(&"const A = 1;\n".repeat(100_000));
    assert!(found.len() <= MAX_FINDINGS + 1, "{}", found.len());
}

#[test]
fn huge_literals() {
    let number = |digits: &str| {
        let parsed = sound::parse(format!("const A = {digits};").as_bytes());
        match parsed.module.items.first().map(|item| &item.kind) {
            Some(ItemKind::Const(def)) => match &def.value.kind {
                ExprKind::Number(number) => Ok((number.magnitude.width(), number.radix)),
                other => panic!("{other:?}"),
            },
            _ => Err(parsed.findings[0].code),
        }
    };
    assert_eq!(number(&format!("0x1{}", "0".repeat(4_000_000))), Ok((16_000_001, Radix::Hex)));
    assert_eq!(number(&format!("0x1{}", "0".repeat(5_000_000))), Err("E1005"));
    assert_eq!(number(&format!("0b1{}", "0".repeat(10_000_000))), Ok((10_000_001, Radix::Binary)));
    assert_eq!(number(&"9".repeat(10_000)), Ok((33_220, Radix::Decimal)));
    assert_eq!(number(&"9".repeat(1_000_000)), Err("E1005"));
    assert_eq!(codes(&format!("fn {}() {{}}", "a".repeat(10_000_000))), [""; 0]);
    assert_eq!(codes(&format!("const A = \"{}\";", "a".repeat(10_000_000))), [""; 0]);
    assert_eq!(codes(&format!("const A = \"{}\";", "\\q".repeat(1_000_000))), ["E1003"]);
    assert_eq!(codes(&format!("fn f(x: u{}) {{}}", "9".repeat(1_000_000))), [""; 0]);
}

#[test]
fn bytes_that_are_no_text() {
    let found = |text: &[u8]| sound::parse(text).findings.iter().map(|finding| finding.code).collect::<Vec<_>>();
    assert_eq!(found(b"fn f() { \0 }"), ["E1001"]);
    assert_eq!(found(b"fn f() {}\0"), ["E1001"]);
    assert_eq!(found(b"// \0 \xff \xc3\x28\nfn f() {}"), [""; 0]);
    assert_eq!(found(b"const A = \"\xff\0\xc3\x28\";"), [""; 0]);
    assert_eq!(found(b"fn f() { trace_fmt!(\"\xff\") }"), ["E1117"]);
    assert_eq!(found(b"fn f\xff() {}"), ["E1001"]);
    assert_eq!(found(b"\xff\xfe\x00"), ["E1001"]);
    assert_eq!(found(b"'\xc3"), ["E1006"]);
    assert_eq!(found(b"\xef\xbb\xbffn f() {}"), [""; 0]);
    for byte in 0..=255 {
        for text in [
            vec![byte],
            vec![b'\'', byte],
            vec![b'\'', b'\\', byte],
            vec![b'"', b'\\', byte],
            vec![byte, b'\''],
            vec![byte; 3],
        ] {
            sound::parse(&text);
        }
    }
}

/// Texts of this repository's own files, and of the standard library if it is there.
fn texts() -> Vec<Vec<u8>> {
    let root =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(Default::default, |folder| Path::new(&folder).join("../.."));
    let mut folders = vec![root.join("testdata/dslx")];
    folders.extend(std::env::var_os("DSLX_STDLIB_PATH").map(Into::into));
    let mut texts = Vec::new();
    for folder in folders {
        let mut paths: Vec<_> = std::fs::read_dir(&folder)
            .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
            .map(|entry| entry.expect("a folder entry").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "x"))
            .collect();
        paths.sort();
        texts.extend(paths.iter().map(|path| std::fs::read(path).expect("a file that can be read")));
    }
    assert!(texts.len() >= 30);
    texts
}

/// Where tokens may begin or end, about: between two bytes of different kinds.
fn cuts(text: &[u8]) -> Vec<usize> {
    let kind = |byte: u8| (byte.is_ascii_alphanumeric() || byte == b'_', byte.is_ascii_whitespace());
    let differ = |i: &usize| kind(text[*i - 1]) != kind(text[*i]) || text[*i].is_ascii_punctuation();
    (1..text.len()).filter(differ).collect()
}

/// At most so many of them, spread evenly.
fn spread<T: Copy>(all: &[T], most: usize) -> Vec<T> {
    all.iter().copied().step_by(all.len() / most + 1).collect()
}

#[test]
fn files_cut_off_at_every_token() {
    for text in texts() {
        let at = cuts(&text);
        // Of long files not all, so that the time stays in proportion to the length.
        let most = if text.len() < 1024 { at.len() + 1 } else { 10 };
        for cut in spread(&at, most) {
            sound::parse(&text[..cut]);
        }
    }
}

/// A generator of numbers that gives the same ones every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit
    }
}

#[test]
fn files_with_tokens_left_out_moved_and_doubled() {
    let mut numbers = Numbers(1);
    for text in texts().iter().filter(|text| text.len() < 20_000) {
        let at = cuts(text);
        if at.len() < 10 {
            continue;
        }
        for _ in 0..60 {
            let mut changed = text.clone();
            for _ in 0..=numbers.below(3) {
                let from = numbers.below(at.len() - 1);
                let piece = text[at[from]..at[from + 1]].to_vec();
                let to = at[numbers.below(at.len())].min(changed.len());
                match numbers.below(3) {
                    0 => drop(changed.splice(to..to, piece)),
                    1 => drop(changed.splice(to..(to + piece.len()).min(changed.len()), piece)),
                    _ => drop(changed.drain(to..(to + piece.len()).min(changed.len()))),
                }
            }
            sound::parse(&changed);
        }
    }
}

#[test]
fn random_tokens() {
    const WORDS: &[&str] = &[
        "fn",
        "f",
        "x",
        "S",
        "T",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "<",
        ">",
        ",",
        ";",
        ":",
        "::",
        ".",
        "..",
        "..=",
        "...",
        "=",
        "==",
        "=>",
        "->",
        "!",
        "!=",
        "+",
        "++",
        "+:",
        "-",
        "*",
        "/",
        "%",
        "&",
        "&&",
        "|",
        "||",
        "^",
        "<<",
        "<=",
        "#",
        "'",
        "as",
        "const",
        "else",
        "enum",
        "false",
        "for",
        "if",
        "impl",
        "import",
        "in",
        "out",
        "let",
        "match",
        "pub",
        "proc",
        "self",
        "struct",
        "trait",
        "true",
        "type",
        "unroll_for!",
        "use",
        "mut",
        "bits",
        "token",
        "uN",
        "sN",
        "xN",
        "bool",
        "chan",
        "Self",
        "u8",
        "s3",
        "0",
        "-1",
        "0xf",
        "'a'",
        "\"s\"",
        "`b`",
        "_",
        "spawn",
        "const_assert!",
        "zero!",
        "trace_fmt!",
        "fail!",
        "config",
        "init",
        "next",
        "#[test]",
        "#![feature(generics)]",
        "// c\n",
        "\n",
        "\n",
        "\u{e9}",
        "\0",
    ];
    let mut numbers = Numbers(7);
    for round in 0..3000 {
        let mut text = if round % 2 == 0 { "struct S {} type T = u8; fn f() { ".to_string() } else { String::new() };
        for _ in 0..numbers.below(60) {
            text.push_str(WORDS[numbers.below(WORDS.len())]);
            text.push_str(if numbers.below(4) == 0 { "" } else { " " });
        }
        sound::parse(text.as_bytes());
    }
}

/// The stack of a test's thread has 2 MiB.
#[test]
fn trees_of_the_greatest_height_are_read_and_dropped() {
    let row = " + x".repeat(MAX_CHAIN / MAX_NESTING);
    let depth = MAX_NESTING / 2 - 4;
    let text = format!("fn f() {{ {}x{row}{} }}", "(".repeat(depth), format!("{row})").repeat(depth));
    let parsed = sound::parse(text.as_bytes());
    assert!(parsed.findings.iter().all(|finding| matches!(finding.code, "E1104" | "E1105")));
}
