//! The entry point: reads the arguments from memory, calls the function, writes the result.
//!
//! C lays values out as the ABI does, except those of more than 128 bits, whose words are copied one by one.

use std::fmt::Write as _;

use xls_aot_ir::{FuncId, Package, Type};
use xls_aot_layout::{layout_of, tuple_offsets};

use crate::types::{bits_type, Types};

pub(crate) fn entry(package: &Package, top: FuncId, symbol: &str, types: &mut Types) -> Result<String, String> {
    let function = package.function(top);
    let mut text = format!(
        "int64_t {symbol}(const void *const *restrict in, void *const *restrict out, void *temp, void *events, \
         void **context, void *runtime, int64_t continuation) {{\n"
    );
    let mut arguments = Vec::new();
    for (i, &param) in function.params.iter().enumerate() {
        let ty = &function.node(param).ty;
        let name = types.name(ty)?;
        if is_wide(ty) {
            writeln!(text, "  {name} p{i};").expect("writing to a String");
            copy(&mut text, ty, &format!("p{i}"), &format!("((const char *)in[{i}])"), 0, false)?;
            arguments.push(format!("p{i}"));
        } else if matches!(ty, Type::Token) {
            arguments.push("(token){}".to_owned());
        } else {
            arguments.push(format!("*(const {name} *)in[{i}]"));
        }
    }
    arguments.push("events, context".to_owned());
    let call = format!("f{}({})", top.index(), arguments.join(", "));
    let result = &function.return_type;
    let name = types.name(result)?;
    if is_wide(result) {
        writeln!(text, "  {name} r = {call};").expect("writing to a String");
        copy(&mut text, result, "r", "((char *)out[0])", 0, true)?;
    } else if matches!(result, Type::Token) {
        writeln!(text, "  {call};").expect("writing to a String");
    } else {
        writeln!(text, "  *({name} *)out[0] = {call};").expect("writing to a String");
    }
    Ok(text + "  return 0;\n}\n")
}

/// Whether the layouts of C and of the ABI differ.
fn is_wide(ty: &Type) -> bool {
    match ty {
        Type::Bits(width) => *width > 128,
        Type::Token => false,
        Type::Tuple(elements) => elements.iter().any(is_wide),
        Type::Array(array) => is_wide(&array.element),
    }
}

/// Copies a value between the variable `place` and memory in the ABI's layout.
fn copy(text: &mut String, ty: &Type, place: &str, memory: &str, offset: u64, out: bool) -> Result<(), String> {
    let size = |ty: &Type| layout_of(ty).map(|layout| layout.size).map_err(|error| error.to_string());
    match ty {
        Type::Token => Ok(()),
        Type::Bits(width @ 0..=128) => {
            let c_type = bits_type(*width);
            let in_memory = format!("*({c_type} *)({memory} + {offset})");
            let written = match out {
                true => writeln!(text, "  {in_memory} = {place};"),
                false => writeln!(text, "  {place} = {in_memory};"),
            };
            written.expect("writing to a String");
            Ok(())
        }
        Type::Bits(width) => {
            let (c_type, words) = (bits_type(*width), width.div_ceil(64));
            if out {
                for word in 0..size(ty)? / 8 {
                    let value = match word < u64::from(words) {
                        true => format!("(uint64_t)({place} >> {})", 64 * word),
                        false => "0".to_owned(),
                    };
                    writeln!(text, "  *(uint64_t *)({memory} + {}) = {value};", offset + 8 * word)
                        .expect("writing to a String");
                }
            } else {
                let parts: Vec<String> = (0..words)
                    .map(|word| {
                        let at = offset + 8 * u64::from(word);
                        format!("({c_type})*(const uint64_t *)({memory} + {at}) << {}", 64 * word)
                    })
                    .collect();
                writeln!(text, "  {place} = {};", parts.join(" | ")).expect("writing to a String");
            }
            Ok(())
        }
        Type::Array(array) => {
            let element = size(&array.element)?;
            (0..array.len).try_for_each(|i| {
                copy(text, &array.element, &format!("{place}.e[{i}]"), memory, offset + i * element, out)
            })
        }
        Type::Tuple(elements) => {
            let offsets = tuple_offsets(elements).map_err(|error| error.to_string())?;
            elements.iter().zip(offsets).enumerate().try_for_each(|(i, (element, at))| {
                copy(text, element, &format!("{place}.f{i}"), memory, offset + at, out)
            })
        }
    }
}
