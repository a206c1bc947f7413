//! The C text of a caller program: its fixed part, and behind it the table of the functions that it calls.

use std::fmt::Write as _;
use std::mem::size_of;

use xls_aot_ir::Type;
use xls_aot_layout::layout_of;
use xls_aot_runtime::abi::{callback, EventKind, InstanceContext};

use super::calls::defined;
use super::{Function, Memory};
use crate::call::{OPTIONAL_EVENTS, UNSUPPORTED_CALLBACK};
use crate::sites::Sites;

const CALLER_PROGRAM: &str = include_str!("caller_program.c");

/// The stack that a call may use: the smallest that threads usually have.
const STACK_SIZE: usize = 1 << 20;

/// Largest result that a `direct` entry point is called for: the C compiler may copy it on the stack.
const DIRECT_RESULT_MAX: u64 = 1 << 16;

/// The program's text; each of its calls may take `call_seconds`.
pub(crate) fn program(functions: &[Function<'_>], memory: Memory, call_seconds: u32) -> Result<String, String> {
    let mut text = String::new();
    let defines = [
        ("CALLBACKS", size_of::<InstanceContext>() / size_of::<usize>()),
        ("RECORD_ASSERTION", callback::RECORD_ASSERTION),
        ("ALLOCATE", callback::ALLOCATE),
        ("DEALLOCATE", callback::DEALLOCATE),
        ("RECORD_EVENT", callback::RECORD_EVENT),
        ("UNSUPPORTED_CALLBACK", UNSUPPORTED_CALLBACK as usize),
        ("OPTIONAL_EVENTS", OPTIONAL_EVENTS as usize),
        ("CALL_SECONDS", call_seconds as usize),
        ("STACK_SIZE", STACK_SIZE),
    ];
    for (name, value) in defines {
        define(&mut text, name, &value.to_string());
    }
    match memory {
        Memory::Patterned => {}
        Memory::Undefined => define(&mut text, "UNDEFINED", ""),
    }
    text += CALLER_PROGRAM;
    let mut rows = String::new();
    for (i, function) in functions.iter().enumerate() {
        let object = function.object;
        let xls = &object.xls;
        line(&mut text, &format!("extern entry xls_{i} __asm__(\"{xls}\");"));
        let direct = match &object.direct {
            Some(symbol) => call_of_direct(&mut text, i, symbol, function)?,
            None => None,
        };
        let direct = direct.as_deref().unwrap_or("NULL");
        let count = sites(&mut text, i, &object.sites)?;
        let optional = object.sites.has(EventKind::Trace) || object.sites.has(EventKind::Cover);
        let optional = i32::from(optional);
        line(&mut rows, &format!("  {{xls_{i}, {direct}, {}, sites_{i}, {count}, {optional}}},", object.temp.size));
    }
    line(&mut text, &format!("const struct function functions[] = {{\n{rows}}};"));
    line(&mut text, &format!("const size_t function_count = {};", functions.len()));
    Ok(text)
}

/// Adds the table of a function's event sites; their number.
fn sites(text: &mut String, function: usize, sites: &Sites) -> Result<usize, String> {
    let mut rows = String::new();
    let mut count = 0;
    for (number, operands) in sites.operands().enumerate() {
        let defined = defined(&operands)?;
        let bytes: Vec<String> = defined.iter().map(u8::to_string).collect();
        // An array needs an element.
        let bytes = if bytes.is_empty() { "0".to_owned() } else { bytes.join(",") };
        line(text, &format!("static const uint8_t defined_{function}_{number}[] = {{{bytes}}};"));
        rows += &format!("{{{}, defined_{function}_{number}}}, ", defined.len());
        count += 1;
    }
    let rows = if rows.is_empty() { "{0, NULL}".to_owned() } else { rows };
    line(text, &format!("static const struct site sites_{function}[] = {{{rows}}};"));
    Ok(count)
}

fn define(text: &mut String, name: &str, value: &str) {
    line(text, format!("#define {name} {value}").trim_end());
}

fn line(text: &mut String, line: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{line}");
}

/// Adds a C function that calls a `direct` entry point with the types that its ABI says; gives its name, or nothing if
/// the result is too large.
fn call_of_direct(
    text: &mut String,
    index: usize,
    symbol: &str,
    function: &Function<'_>,
) -> Result<Option<String>, String> {
    let layout = layout_of(function.result).map_err(|error| error.to_string())?;
    if layout.size > DIRECT_RESULT_MAX {
        return Ok(None);
    }
    let result = match (scalar(function.result), layout.size) {
        (Some(scalar), _) => scalar.to_owned(),
        (None, 0) => "void".to_owned(),
        (None, size) => {
            let (name, align) = (format!("result_{index}"), layout.align);
            line(text, &format!("typedef struct {{ _Alignas({align}) uint8_t bytes[{size}]; }} {name};"));
            name
        }
    };
    let (mut types, mut values) = (Vec::new(), Vec::new());
    for (i, ty) in function.params.iter().enumerate() {
        if let Type::Token = ty {
            continue;
        }
        match scalar(ty) {
            Some(scalar) => {
                types.push(scalar.to_owned());
                values.push(format!("*({scalar} *)inputs[{i}]"));
            }
            None => {
                types.push("const void *".to_owned());
                values.push(format!("inputs[{i}]"));
            }
        }
    }
    let types = if types.is_empty() { "void".to_owned() } else { types.join(", ") };
    line(text, &format!("extern {result} direct_symbol_{index}({types}) __asm__(\"{symbol}\");"));
    let name = format!("direct_{index}");
    let call = format!("direct_symbol_{index}({})", values.join(", "));
    let body = match result.as_str() {
        "void" => format!("(void)output; {call};"),
        result => format!("*({result} *)output = {call};"),
    };
    line(text, &format!("static void {name}(uint8_t *const *inputs, uint8_t *output) {{ (void)inputs; {body} }}"));
    Ok(Some(name))
}

/// The C type in which a bits type of up to 128 bits is passed.
fn scalar(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Bits(0..=8) => Some("uint8_t"),
        Type::Bits(9..=16) => Some("uint16_t"),
        Type::Bits(17..=32) => Some("uint32_t"),
        Type::Bits(33..=64) => Some("uint64_t"),
        Type::Bits(65..=128) => Some("unsigned __int128"),
        Type::Bits(_) | Type::Token | Type::Tuple(_) | Type::Array(_) => None,
    }
}
