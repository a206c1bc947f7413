//! Any bytes through the reader, the verifier and the printer.
//!
//! Whatever the bytes are: no panic, and little time. A refusal has findings with known codes and places inside the text.
//! What is accepted prints as text that is accepted, and which prints the same again.
#![no_main]

mod cpu_time;
mod mutate;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use xls_aot_ir::{print_package, read_package, Diagnostics, Op, Package, Value, CODES};

fuzz_target!(|data: &[u8]| cpu_time::bounded(|| match read_package("fuzz.ir", data) {
    Ok(package) => prints_the_same_again(&package),
    Err(findings) => findings_are_sound(&findings, data),
}));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    match mutate::tokens(&data[..size], seed) {
        Some(text) if text.len() <= max_size.min(data.len()) => {
            data[..text.len()].copy_from_slice(&text);
            text.len()
        }
        _ => fuzzer_mutate(data, size, max_size),
    }
});

/// Most bytes of literals in a package to be printed: a short text may have a quarter of a gigabyte of them (which is a
/// limit of the reader), and would take long to print.
const MOST_TO_PRINT: usize = 8 << 20;

fn prints_the_same_again(package: &Package) {
    let nodes = package.functions.iter().flat_map(|function| &function.nodes);
    let literals = nodes.filter_map(|node| match &node.op {
        Op::Literal { value } => Some(size(value)),
        _ => None,
    });
    if literals.sum::<usize>() > MOST_TO_PRINT {
        return;
    }
    let printed = print_package(package);
    match read_package("printed.ir", printed.as_bytes()) {
        Ok(again) => assert_eq!(print_package(&again), printed),
        Err(findings) => panic!("what was printed is refused:\n{printed}\n{findings}"),
    }
}

/// Bytes of a value.
fn size(value: &Value) -> usize {
    match value {
        Value::Bits(bits) => 8 * bits.words().len(),
        Value::Token => 0,
        Value::Tuple(values) | Value::Array(values) => values.iter().map(size).sum(),
    }
}

fn findings_are_sound(findings: &Diagnostics, data: &[u8]) {
    assert!(!findings.findings.is_empty());
    let lines = 1 + data.iter().filter(|&&byte| byte == b'\n').count();
    for finding in &findings.findings {
        let code = finding.diagnostic.code;
        assert!(CODES.iter().any(|(known, _)| *known == code), "{code} is no known code");
        let span = finding.diagnostic.span;
        assert!(span.start <= span.end && span.end as usize <= data.len(), "{span:?} of {} bytes", data.len());
        assert!((1..=lines).contains(&(finding.line as usize)), "line {} of {lines}", finding.line);
    }
    assert!(!findings.to_string().is_empty());
}
