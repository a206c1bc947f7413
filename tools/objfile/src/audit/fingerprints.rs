//! Fingerprints of LLVM and libxls in the bytes of a file: what remains when the symbols are stripped.
//!
//! | fingerprint | what counts |
//! |---|---|
//! | run-time type name | a whole string that is a mangled C++ type of the namespace `llvm` or `xls` |
//! | version, option, pass or intrinsic of LLVM | a whole string of the list below, or the begin of one |
//! | source file | a whole string that is a path of a C++ source or protocol buffer of XLS, or of a C++ source of LLVM |
//! | build id | the 16 or 20 bytes that the linker gave the pinned library, wherever they are |
//!
//! A whole string has a zero byte (or the begin of a section) before it and a zero byte after it, as C and C++ programs
//! store strings. Rust programs store strings without zero bytes. So a Rust program or a text that mentions LLVM is not
//! reported. Source files of XLS that are not C++ do not count, because the assertions of an artefact name DSLX files.
//!
//! The strings of this list are stored with all bits inverted, so that the audit does not report the program that
//! contains it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// The matches: quoted texts, by their kind.
pub type Found = BTreeMap<&'static str, BTreeSet<String>>;

/// The longest string that is looked at; the names of C++ types are shorter.
const MAX_STRING: usize = 4096;

/// What must be around a match in the file, so that it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// A namespace with its length, in a whole string that is a mangled type.
    TypeName,
    /// A whole string.
    Whole,
    /// The begin of a whole string; a digit follows.
    Version,
    /// A folder with its `/` in a whole string that is the path of a source file.
    SourceFile,
    /// Bytes that are not text; they count everywhere.
    Bytes,
}

struct Fingerprint {
    /// The bytes to look for, flipped.
    flipped: &'static [u8],
    rule: Rule,
    /// The kind of a match, for people.
    meaning: &'static str,
}

/// Flips all bits of a text, so that the program does not contain the text itself.
const fn flip<const N: usize>(mut text: [u8; N]) -> [u8; N] {
    let mut at = 0;
    while at < N {
        text[at] = !text[at];
        at += 1;
    }
    text
}

macro_rules! fingerprints {
    ($($rule:ident, $meaning:literal: $($needle:literal),+;)+) => {
        &[$($(Fingerprint { flipped: const { &flip(*$needle) }, rule: Rule::$rule, meaning: $meaning },)+)+]
    };
}

/// The list. The strings of LLVM are in its releases 14, 22 and 23, from the parts that every user of a code generator
/// links: support, IR, passes over IR and machine code, processors.
const FINGERPRINTS: &[Fingerprint] = fingerprints! {
    TypeName, "run-time type names of LLVM": b"4llvm";
    TypeName, "run-time type names of libxls": b"3xls";
    Version, "version of LLVM": b"LLVM version ";
    Whole, "messages of LLVM":
        b"LLVM ERROR: ",
        b"llvm intrinsics cannot be defined!",
        b"*** Final LLVM Code input to ISel ***",
        b"Print LLVM IR input to isel pass";
    Whole, "options and passes of LLVM":
        b"print-after-all",
        b"print-before-all",
        b"verify-machineinstrs",
        b"enable-misched",
        b"disable-ifcvt-diamond",
        b"enable-unswitch-cost-multiplier",
        b"rewrite-statepoints-for-gc",
        b"regalloc-enable-advisor",
        b"inline-threshold",
        b"slp-vectorize-hor",
        b"lsr-complexity-limit",
        b"gvn-hoist-max-chain-length",
        b"x86-speculative-load-hardening",
        b"x86-machine-combiner",
        b"aarch64-enable-ldst-opt",
        b"Slot index numbering",
        b"Dominator Tree Construction",
        b"Call Graph SCC Pass Manager",
        b"Live Stack Slot Analysis",
        b"Machine Instruction Scheduler",
        b"Prologue/Epilogue Insertion & Frame Finalization";
    Whole, "intrinsics of LLVM":
        b"llvm.experimental.constrained.fadd",
        b"llvm.memcpy",
        b"llvm.dbg.value",
        b"llvm.sadd.with.overflow",
        b"llvm.x86.sse2.pause";
    SourceFile, "source files of libxls":
        b"xls/codegen/",
        b"xls/data_structures/",
        b"xls/dslx/",
        b"xls/estimators/",
        b"xls/interpreter/",
        b"xls/ir/",
        b"xls/jit/",
        b"xls/netlist/",
        b"xls/passes/",
        b"xls/scheduling/",
        b"xls/solvers/";
    SourceFile, "source files of LLVM":
        b"llvm/lib/",
        b"llvm/include/llvm/";
    // xls-python 0.1.9934, which tools/libxls pins.
    Bytes, "build id of libxls": b"\x2C\xE9\xA1\xDC\x17\xC3\x59\xAA\xD7\x00\x4F\xAE\xD2\xCC\x4E\x08";
};

/// The extensions of files that count as source files. DSLX (`.x`) and IR do not count, because they are a user's own.
const SOURCE_EXTENSIONS: [&str; 5] = [".cc", ".cpp", ".h", ".inc", ".proto"];

fn searcher() -> &'static AhoCorasick {
    static SEARCHER: OnceLock<AhoCorasick> = OnceLock::new();
    SEARCHER.get_or_init(|| {
        let needles = FINGERPRINTS.iter().map(|print| print.flipped.iter().map(|byte| !byte).collect::<Vec<u8>>());
        AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::Standard)
            .build(needles)
            .expect("a short list of short needles")
    })
}

/// Adds the fingerprints in a piece of a file.
pub fn collect(data: &[u8], found: &mut Found) {
    for hit in searcher().find_overlapping_iter(data) {
        let Fingerprint { rule, meaning, .. } = FINGERPRINTS[hit.pattern()];
        if let Some(text) = matched(rule, data, hit.start(), hit.end()) {
            found.entry(meaning).or_default().insert(text);
        }
    }
}

/// The text of a match, if the bytes around it are as the rule demands.
fn matched(rule: Rule, data: &[u8], start: usize, end: usize) -> Option<String> {
    match rule {
        Rule::Bytes => Some(data[start..end].iter().map(|byte| format!("{byte:02x}")).collect()),
        Rule::Whole => {
            let is_whole = (start == 0 || data[start - 1] == 0) && data.get(end) == Some(&0);
            is_whole.then(|| String::from_utf8_lossy(&data[start..end]).into_owned())
        }
        Rule::Version => {
            let begins = start == 0 || data[start - 1] == 0;
            let is_version = begins && data.get(end).is_some_and(u8::is_ascii_digit);
            is_version.then(|| string_around(data, start, end)).flatten().map(|(text, _)| text.to_string())
        }
        Rule::TypeName => {
            let (text, at) = string_around(data, start, end)?;
            is_type_name(text, at, end - start).then(|| text.to_string())
        }
        Rule::SourceFile => {
            let (text, at) = string_around(data, start, end)?;
            let is_component = at == 0 || text.as_bytes()[at - 1] == b'/';
            let is_source = SOURCE_EXTENSIONS.iter().any(|extension| text.ends_with(extension));
            (is_component && is_source && text.bytes().all(is_path_byte)).then(|| text.to_string())
        }
    }
}

/// The string around a match, and the match's position in it. The string is between two zero bytes, or, like the fields of
/// a protocol buffer, between other control characters.
fn string_around(data: &[u8], start: usize, end: usize) -> Option<(&str, usize)> {
    let is_boundary = |byte: &u8| *byte < 0x20;
    let before = &data[start.saturating_sub(MAX_STRING)..start];
    let length = before.iter().rev().take_while(|byte| !is_boundary(byte)).count();
    let after = &data[end..data.len().min(end + MAX_STRING)];
    let rest = after.iter().position(is_boundary)?;
    let text = std::str::from_utf8(&data[start - length..end + rest]).ok()?;
    Some((text, length))
}

/// Whether a string with a namespace at a place is a type in the run-time type information of C++ (Itanium ABI, `<type>`).
/// Such a string is not a symbol, and the namespace begins a nested name of at least two parts.
fn is_type_name(text: &str, at: usize, length: usize) -> bool {
    let is_mangled = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'*' | b'.' | b'$'));
    // A type is a nested name, a name in `std`, a local name, a pointer, a reference, an array, a function or a decltype. A
    // star before it means that the type is not compared by its name.
    let is_type =
        text.trim_start_matches('*').starts_with(['N', 'S', 'Z', 'P', 'K', 'R', 'O', 'A', 'F', 'M', 'D', 'I']);
    let is_nested = text[..at].trim_end_matches(['K', 'V', 'r', 'R', 'O']).ends_with('N');
    let has_member = text[at + length..].starts_with(|next: char| next.is_ascii_digit() || next == 'L');
    is_mangled && is_type && is_nested && has_member
}

fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/._-+@~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::{collect, Found, FINGERPRINTS};

    fn found(data: &[u8]) -> Vec<String> {
        let mut found = Found::new();
        collect(data, &mut found);
        found.into_values().flatten().collect()
    }

    #[test]
    fn what_survives_stripping_is_found() {
        let cases: [(&[u8], &str); 14] = [
            (b"\0N4llvm10ModulePassE\0", "N4llvm10ModulePassE"),
            (b"*N3xls4NodeE\0", "*N3xls4NodeE"),
            (
                b"\0St23_Sp_counted_ptr_inplaceIN4llvm6ModuleESaIvELN9E2E\0",
                "St23_Sp_counted_ptr_inplaceIN4llvm6ModuleESaIvELN9E2E",
            ),
            (b"\0ZN3xls12_GLOBAL__N_13fooEvEUlvE_\0", "ZN3xls12_GLOBAL__N_13fooEvEUlvE_"),
            (b"\0PKN4llvm5ValueE\0", "PKN4llvm5ValueE"),
            (b"x\0LLVM ERROR: \0y", "LLVM ERROR: "),
            (b"\0LLVM version 23.0.0git\0", "LLVM version 23.0.0git"),
            (b"\0enable-misched\0", "enable-misched"),
            (b"\0llvm.experimental.constrained.fadd\0", "llvm.experimental.constrained.fadd"),
            (b"\0xls/passes/dce_pass.cc\0", "xls/passes/dce_pass.cc"),
            (b"\0./xls/ir/node.h\0", "./xls/ir/node.h"),
            (b"\x0A\x16xls/ir/xls_value.proto\x12\x03xls", "xls/ir/xls_value.proto"),
            (b"\0/build/llvm/lib/CodeGen/LiveInterval.cpp\0", "/build/llvm/lib/CodeGen/LiveInterval.cpp"),
            (
                b"GNU\0\x2C\xE9\xA1\xDC\x17\xC3\x59\xAA\xD7\x00\x4F\xAE\xD2\xCC\x4E\x08",
                "2ce9a1dc17c359aad7004faed2cc4e08",
            ),
        ];
        for (data, text) in cases {
            assert_eq!(found(data), [text], "{data:?}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_not() {
        let cases: [&[u8]; 20] = [
            b"",
            b"\0_ZN4llvm3fooEv\0",
            b"\0_ZN3xls3add17h0123456789abcdefE\0",
            b"\0_RNvC3xls3add\0",
            b"\0N5my3xls4BookE\0",
            b"\0N12my_xls_model4NodeE\0",
            b"\0N4llvm\0",
            b"N4llvm10ModulePassE and more text\0",
            b"fails with LLVM ERROR: \0",
            b"LLVM ERROR: of which the help speaks\0",
            b"the LLVM version 17\0",
            b"\0LLVM version of clang\0",
            b"try -enable-misched\0",
            b"\0enable-misched is an option\0",
            b"\0rustc version 1.95.0 (LLVM 22)\0",
            b"\0xls/dslx/stdlib/apfloat.x\0",
            b"\0xls/ir/testdata/add.ir\0",
            b"\0my_xls/ir/node.cc\0",
            b"\0see xls/ir/node.cc\0",
            b"\0LLVM Profile Error: %s\0",
        ];
        for data in cases {
            assert_eq!(found(data), Vec::<String>::new(), "{:?}", String::from_utf8_lossy(data));
        }
    }

    #[test]
    fn every_entry_is_found_by_itself() {
        for print in FINGERPRINTS {
            let needle: Vec<u8> = print.flipped.iter().map(|byte| !byte).collect();
            let data = match print.rule {
                super::Rule::TypeName => [b"\0N", &*needle, b"1xE\0"].concat(),
                super::Rule::Whole => [b"\0", &*needle, b"\0"].concat(),
                super::Rule::Version => [b"\0", &*needle, b"1\0"].concat(),
                super::Rule::SourceFile => [b"\0", &*needle, b"a.h\0"].concat(),
                super::Rule::Bytes => needle,
            };
            assert_eq!(found(&data).len(), 1, "{}", String::from_utf8_lossy(&data));
        }
    }
}
