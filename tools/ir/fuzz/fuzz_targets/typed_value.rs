//! Any text as a typed value, the form of arguments on the command line and in vectors: no panic, little time, and what
//! is accepted prints as text that means the same.
#![no_main]

mod cpu_time;

use libfuzzer_sys::fuzz_target;
use xls_aot_ir::parse_typed_value;

fuzz_target!(|text: &str| cpu_time::bounded(|| match parse_typed_value(text) {
    Ok(value) => assert_eq!(parse_typed_value(&value.to_string()).as_ref(), Ok(&value)),
    Err(error) => assert!(!error.to_string().is_empty()),
}));
