//! Input that means harm: it gives an error or works, in little time and memory, and never panics.

use std::time::Duration;

use xls_aot_ir::{parse_package, parse_typed_value, print_package, read_package};
use xls_aot_values::Random;

const MILLION: usize = 1_000_000;

/// Processor time of this thread so far: what a loaded machine does not change.
fn processor_time() -> Duration {
    extern "C" {
        fn clock_gettime(clock: i32, time: *mut [i64; 2]) -> i32;
    }
    let thread_clock = if cfg!(target_os = "macos") { 16 } else { 3 };
    let mut time = [0; 2];
    // SAFETY: a system call that fills in seconds and nanoseconds, two 64-bit words on these systems.
    let result = unsafe { clock_gettime(thread_clock, &mut time) };
    assert_eq!(result, 0, "there is a clock");
    Duration::new(time[0] as u64, time[1] as u32)
}

/// The code of the only finding.
fn refusal(text: impl AsRef<[u8]>) -> &'static str {
    let findings = read_package("hostile.ir", text.as_ref()).expect_err("refused").findings;
    assert_eq!(findings.len(), 1, "{:?}", findings.iter().map(|f| &f.diagnostic).collect::<Vec<_>>());
    findings[0].diagnostic.code
}

fn with_parameter(ty: &str) -> String {
    format!("package t\nfn f(x: {ty}) -> {ty} {{ ret x: {ty} = param(name=x) }}\n")
}

#[test]
fn nesting_of_types() {
    assert_eq!(refusal(with_parameter(&"(".repeat(MILLION))), "E0906");
    assert_eq!(refusal(with_parameter(&format!("bits[1]{}", "[1]".repeat(MILLION)))), "E0906");
    let deepest = format!("{}bits[1]{}", "(".repeat(200), ")".repeat(200));
    assert!(read_package("deep.ir", with_parameter(&deepest).as_bytes()).is_ok());
    // 150 levels of tuples around 150 of arrays are too many together.
    let mixed = format!("{}bits[1]{}{}", "(".repeat(150), "[1]".repeat(150), ")".repeat(150));
    assert_eq!(refusal(with_parameter(&mixed)), "E0906");
}

#[test]
fn nesting_of_literals() {
    let literal =
        |value: &str, ty: &str| format!("package t\nfn f() -> {ty} {{ ret r: {ty} = literal(value={value}) }}\n");
    for open in ["(", "["] {
        assert_eq!(refusal(literal(&open.repeat(MILLION), "bits[8]")), "E0201");
    }
    assert_eq!(refusal(literal(&"(".repeat(MILLION), "((()))")), "E0201");
}

#[test]
fn nesting_of_skipped_bodies() {
    for open in ["(", "[", "{"] {
        let text = format!("package t\nproc p(s: bits[8]) {{ {}", open.repeat(MILLION));
        assert_eq!(refusal(text), "E0202");
    }
    let text = format!("package t\nproc p(s: bits[8]) {{ {}{} }}\n", "{(".repeat(MILLION), ")}".repeat(MILLION));
    assert!(read_package("p.ir", text.as_bytes()).is_ok());
    let text = format!("package t\nproc p{}", "<".repeat(MILLION));
    assert_eq!(refusal(text), "E0202");
}

#[test]
fn nesting_where_an_argument_is_refused() {
    let text = format!("package t\nfn f(x: bits[1]) -> bits[1] {{ ret r: bits[1] = not(x, foo={}", "[".repeat(MILLION));
    let findings = read_package("f.ir", text.as_bytes()).expect_err("refused").findings;
    let codes: Vec<&str> = findings.iter().map(|f| f.diagnostic.code).collect();
    assert_eq!(codes, ["E0302", "E0202"]);
}

#[test]
fn large_types() {
    assert_eq!(refusal(with_parameter("bits[2147483648]")), "E0903");
    assert_eq!(refusal(with_parameter("bits[18446744073709551616]")), "E0205");
    assert_eq!(refusal(with_parameter("bits[1][4294967296]")), "E0904");
    assert_eq!(refusal(with_parameter("bits[64][4294967295][4294967295]")), "E0905");
    assert_eq!(refusal(with_parameter(&format!("bits[16777216]{}", "[4294967295]".repeat(200)))), "E0905");
    assert!(read_package("wide.ir", with_parameter("bits[16777216]").as_bytes()).is_ok());
}

#[test]
fn large_literals() {
    let literal =
        |value: &str, ty: &str| format!("package t\nfn f() -> {ty} {{ ret r: {ty} = literal(value={value}) }}\n");
    let start = processor_time();
    assert_eq!(refusal(literal(&"9".repeat(4 * MILLION), "bits[64]")), "E0205");
    assert_eq!(refusal(literal(&"9".repeat(4 * MILLION), "bits[16777216]")), "E0902");
    assert_eq!(refusal(literal(&"9".repeat(4 * MILLION), "bits[8][2]")), "E0201");
    assert!(
        read_package("hex.ir", literal(&format!("0x{}", "f".repeat(4 * MILLION)), "bits[16000000]").as_bytes()).is_ok()
    );
    assert!(read_package("dec.ir", literal(&"9".repeat(65_536), "bits[217706]").as_bytes()).is_ok());
    assert!(processor_time() - start < Duration::from_secs(60));
}

#[test]
fn short_text_for_much_storage() {
    let mut text = String::from("package t\nfn f() -> () {\n");
    for i in 0..10_000 {
        text.push_str(&format!("a{i}: bits[16777216] = literal(value=0)\n"));
    }
    text.push_str("ret r: () = tuple() }\n");
    assert_eq!(refusal(text), "E0907");
}

#[test]
fn large_types_that_many_nodes_compare() {
    let ty = format!("({})", vec!["bits[8]"; 20_000].join(", "));
    let mut text = format!("package t\nfn f(x: {ty}, y: {ty}) -> bits[1] {{\n");
    for i in 0..50_000 {
        text.push_str(&format!("  n{i}: bits[1] = eq(x, y)\n"));
    }
    text.push_str("  ret r: bits[1] = eq(x, y)\n}\n");
    let start = processor_time();
    assert!(read_package("eq.ir", text.as_bytes()).is_ok());
    // Element by element, it would be a thousand million comparisons.
    assert!(processor_time() - start < Duration::from_secs(10));
}

#[test]
fn findings_about_long_types_and_names_are_short() {
    let ty = format!("({})", vec!["bits[8]"; 100_000].join(", "));
    let mut text = format!("package t\nfn f(x: {ty}, y: bits[3]) -> bits[1] {{\n");
    for i in 0..500 {
        text.push_str(&format!("  n{i}: bits[1] = eq(x, y)\n"));
    }
    text.push_str("  ret r: bits[1] = eq(x, x)\n}\n");
    let findings = read_package("eq.ir", text.as_bytes()).expect_err("refused");
    assert_eq!(findings.findings.len(), 200);
    assert!(findings.to_string().len() < 200 * 1000);

    let (known, unknown) = ("a".repeat(MILLION), "b".repeat(MILLION));
    let text = format!("package t\nfn f({known}: bits[8]) -> bits[8] {{ ret r: bits[8] = not({unknown}) }}\n");
    let findings = read_package("names.ir", text.as_bytes()).expect_err("refused");
    assert!(findings.to_string().len() < 4000);
}

#[test]
fn many_findings_on_a_long_line() {
    let mut text = String::from("package t\nfn f(x: bits[8]) -> bits[8] {");
    for i in 0..200_000 {
        text.push_str(&format!(" node_number_{i}: bits[8] = not(x)"));
    }
    for i in 0..150 {
        text.push_str(&format!(" wrong_{i}: bits[8] = not(unknown_{i})"));
    }
    text.push_str(" ret r: bits[8] = not(x) }\n");
    let start = processor_time();
    let findings = read_package("line.ir", text.as_bytes()).expect_err("refused").findings;
    assert!(processor_time() - start < Duration::from_secs(10));
    assert_eq!(findings.len(), 150);
    let place = text.find("unknown_149").expect("there");
    let line = text.find("fn f").expect("there");
    assert_eq!((findings[149].line, findings[149].column as usize), (2, place - line + 1));
    assert!(findings[149].line_text.contains("not(unknown_149)"));
}

#[test]
fn bytes_that_are_not_text() {
    assert_eq!(refusal(b"package t\xff"), "E0103");
    assert_eq!(refusal(b"package t\nfile_number 1 \"\xc3\"\n"), "E0103");
    assert_eq!(refusal(b"\0"), "E0101");
    assert_eq!(refusal(b"package t\0"), "E0101");
    assert_eq!(refusal([0u8; 4096]), "E0101");
    assert_eq!(refusal("package t\nfn f\u{202e}() -> () {"), "E0101");
    assert_eq!(refusal("package t\n\u{feff}"), "E0101");
    // Inside a string a NUL is a character like others.
    let text = b"package t\nfn f(t: token, c: bits[1]) -> token { ret a: token = assert(t, c, message=\"a\0b\") }\n";
    let package = read_package("nul.ir", text).expect("accepted");
    assert!(print_package(&package).contains("message=\"a\\000b\""));
}

/// A text with most of the grammar in it.
const SAMPLE: &str = r#"package sample

file_number 0 "a.x"

#[ffi_proto("""code_template: "x" """)]
fn inner(x: bits[8] id=1, y: (bits[3], token)[2] id=2) -> bits[8] {
  ret not.3: bits[8] = not(x, id=3, pos=[(0,1,2)])
}

chan c(bits[8], id=0, kind=streaming, metadata="""{ """)

top fn main(t: token id=4, x: bits[8] id=5) -> (token, bits[8]) {
  literal.6: bits[8][2] = literal(value=[1, 0xf_f], id=6)
  c: bits[1] = ult(x, x, id=7) // comment
  a: token = assert(t, c, message="m\n\u00e9é", label="l", id=8)
  b: token = trace(a, c, format="{} {:#x}", data_operands=[x, c], id=9)
  d: bits[8] = sel(c, cases=[x, x], id=10)
  ret r: (token, bits[8]) = tuple(b, d, id=11)
}

proc p<i: bits[8] in>(s: bits[8], init={3}) {
  next (s)
}
"#;

#[test]
fn every_prefix_of_a_text() {
    assert!(read_package("sample.ir", SAMPLE.as_bytes()).is_ok());
    let mut accepted = 0;
    for end in 0..SAMPLE.len() {
        match read_package("prefix.ir", &SAMPLE.as_bytes()[..end]) {
            Ok(_) => accepted += 1,
            Err(findings) => {
                assert_eq!(findings.findings.len(), 1, "prefix of {end} bytes:\n{findings}");
                let located = &findings.findings[0];
                assert!(located.line as usize <= SAMPLE.lines().count() + 1);
                assert!(!findings.to_string().is_empty());
            }
        }
    }
    // Only prefixes that end between declarations are packages.
    assert!(accepted > 10 && accepted < 100, "{accepted}");
}

#[test]
fn random_damage_never_panics_and_what_is_accepted_prints() {
    const PIECES: &[&str] = &[
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "=",
        "->",
        "<",
        ">",
        "#",
        "\"",
        "`",
        "\\",
        "\n",
        "//",
        "0",
        "-1",
        "7",
        "99999999999999999999",
        "bits",
        "token",
        "ret",
        "fn",
        "top",
        "proc",
        "x",
        "id",
        "literal",
        "é",
        "\0",
        "bits[0]",
        "()",
    ];
    let mut random = Random::new(1, 0);
    let mut accepted = 0;
    for _ in 0..20_000 {
        let mut text = SAMPLE.as_bytes().to_vec();
        for _ in 0..1 + random.below(3) {
            let at = random.below(text.len());
            match random.below(4) {
                0 => text[at] = random.below(256) as u8,
                1 => drop(text.drain(at..(at + 1 + random.below(20)).min(text.len()))),
                2 => {
                    let piece = PIECES[random.below(PIECES.len())];
                    text.splice(at..at, piece.bytes());
                }
                _ => {
                    let from = random.below(text.len());
                    let part = text[from..(from + 1 + random.below(40)).min(text.len())].to_vec();
                    text.splice(at..at, part);
                }
            }
        }
        match read_package("damaged.ir", &text) {
            Ok(package) => {
                accepted += 1;
                let printed = print_package(&package);
                let again = parse_package("printed.ir", printed.as_bytes()).expect("printed text is read");
                assert_eq!(print_package(&again), printed);
            }
            Err(findings) => assert!(!findings.findings.is_empty()),
        }
    }
    assert!(accepted > 100, "{accepted}");
}

#[test]
fn random_typed_values_never_panic() {
    const PIECES: &[&str] =
        &["bits", "[", "]", "(", ")", ":", ",", "8", "0x", "-", "token", " ", "é", "\"", "99999999999999"];
    let mut random = Random::new(1, 1);
    for _ in 0..50_000 {
        let text: String = (0..random.below(12)).map(|_| PIECES[random.below(PIECES.len())]).collect();
        if let Ok(value) = parse_typed_value(&text) {
            assert_eq!(parse_typed_value(&value.to_string()).as_ref(), Ok(&value), "{text}");
        }
    }
}

#[test]
fn time_grows_with_the_text_and_not_faster() {
    let chain = |nodes: usize| {
        let mut text = String::from("package t\nfn f(x: bits[8]) -> bits[8] {\n  n0: bits[8] = not(x)\n");
        for i in 1..nodes {
            text.push_str(&format!("  n{i}: bits[8] = add(n{}, n{})\n", i - 1, i / 2));
        }
        text.push_str(&format!("  ret r: bits[8] = not(n{})\n}}\n", nodes - 1));
        text
    };
    let time = |text: &str| {
        let start = processor_time();
        assert!(read_package("chain.ir", text.as_bytes()).is_ok());
        (processor_time() - start).max(Duration::from_millis(1))
    };
    let (small, large) = (chain(10_000), chain(160_000));
    let small_time = (0..3).map(|_| time(&small)).min().expect("measured");
    // Sixteen times the text; forty times the time would still be far from quadratic.
    assert!(time(&large) < 40 * small_time + Duration::from_secs(1));
}
