//! Operations on tuples and arrays, calls, loops and effects.

use xls_aot_ir::{FuncId, Node, NodeId, Op, Type};

use crate::function::{Code, Context};
use crate::types::carrier;

/// The code of a node that [`crate::scalar`] does not handle; `variable` is the name of its variable.
pub(crate) fn code(context: &mut Context<'_>, node: &Node, variable: &str) -> Result<Code, String> {
    let operand = |context: &Context<'_>, i: usize| context.name(node.operands[i]).to_owned();
    let names = |context: &Context<'_>| -> Vec<String> {
        node.operands.iter().map(|&operand| context.name(operand).to_owned()).collect()
    };
    Ok(match &node.op {
        Op::Literal { value } => Code::Name(context.types.value(value, &node.ty)?),
        Op::Identity | Op::MinDelay { .. } => Code::Expression(operand(context, 0)),
        Op::AfterAll | Op::Trace { .. } | Op::Cover { .. } => Code::Expression("{}".to_owned()),
        Op::Assert { .. } => {
            Code::Statements(format!("if (__builtin_expect(!{}, 0)) failed(events, context);", operand(context, 1)))
        }
        Op::Tuple => Code::Expression(format!("{{{}}}", names(context).join(", "))),
        Op::TupleIndex { index } => Code::Expression(format!("{}.f{index}", operand(context, 0))),
        Op::Array => Code::Expression(format!("{{{{{}}}}}", names(context).join(", "))),
        Op::ArrayIndex { .. } => {
            let mut place = operand(context, 0);
            let mut ty = context.ty(node.operands[0]);
            for &index in &node.operands[1..] {
                let Type::Array(array) = ty else { return Err("an index of what is no array".to_owned()) };
                place = format!("{place}.e[{}]", clamped(context, index, array.len));
                ty = &array.element;
            }
            Code::Expression(place)
        }
        Op::ArraySlice => {
            let (array, start) = (node.operands[0], node.operands[1]);
            let (len, count) = (context.ty(array).array_len().unwrap_or(0), node.ty.array_len().unwrap_or(0));
            let (array, first) = (operand(context, 0), clamped(context, start, len));
            let last = len.saturating_sub(1);
            Code::Statements(format!(
                "for (uint64_t i = 0; i < {count}; i++) {{ uint64_t at = (uint64_t){first} + i; \
                 {variable}.e[i] = {array}.e[at < {len} ? at : {last}]; }}"
            ))
        }
        Op::ArrayConcat => {
            let mut statements = String::new();
            let mut start = 0;
            for &array in &node.operands {
                let len = context.ty(array).array_len().unwrap_or(0);
                let name = context.name(array);
                statements +=
                    &format!("for (uint64_t i = 0; i < {len}; i++) {variable}.e[{start} + i] = {name}.e[i]; ");
                start += len;
            }
            Code::Statements(statements)
        }
        Op::Sel { has_default } => choice(context, node, *has_default, variable),
        Op::PrioritySel => {
            let (cases, default) = (&node.operands[1..node.operands.len() - 1], node.operands.len() - 1);
            let selector = operand(context, 0);
            let mut expression = operand(context, default);
            for (i, &case) in cases.iter().enumerate().rev() {
                expression = format!("({selector} >> {i} & 1) ? {} : ({expression})", context.name(case));
            }
            Code::Expression(expression)
        }
        Op::OneHotSel => {
            let selector = operand(context, 0);
            let mut statements = format!("{variable} = ({}){{}}; ", context.types.name(&node.ty)?);
            for (i, &case) in node.operands[1..].iter().enumerate() {
                let condition = format!("({selector} >> {i} & 1)");
                statements += &or_if(&node.ty, variable, &condition, context.name(case), 0);
            }
            Code::Statements(statements)
        }
        Op::Gate => {
            let zero = format!("({}){{}}", context.types.name(&node.ty)?);
            Code::Expression(format!("{} ? {} : {zero}", operand(context, 0), operand(context, 1)))
        }
        Op::Invoke { to_apply } => Code::Expression(call(*to_apply, &names(context))),
        Op::Map { to_apply } => {
            let element = call(*to_apply, &[format!("{}.e[i]", operand(context, 0))]);
            let len = node.ty.array_len().unwrap_or(0);
            Code::Statements(format!("for (uint64_t i = 0; i < {len}; i++) {variable}.e[i] = {element};"))
        }
        Op::CountedFor { trip_count, stride, body } => {
            let index = context.package.function(*body).params[0];
            let width = context.package.function(*body).node(index).ty.bit_count().unwrap_or(0);
            if width > 64 {
                return Err(format!("there is no C for a loop whose index has {width} bits"));
            }
            let index = crate::types::masked(&format!("i * (uint64_t){stride}ll"), width);
            let mut arguments = names(context);
            arguments[0] = variable.to_owned();
            arguments.insert(0, index);
            let call = call(*body, &arguments);
            let init = operand(context, 0);
            Code::Statements(format!(
                "{variable} = {init}; for (uint64_t i = 0; i < {trip_count}ull; i++) {variable} = {call};"
            ))
        }
        // Those that `scalar` handles come here only if they are of no bits, which it handles too.
        Op::Param { .. }
        | Op::Not
        | Op::Neg
        | Op::Reverse
        | Op::And
        | Op::Or
        | Op::Xor
        | Op::Nand
        | Op::Nor
        | Op::AndReduce
        | Op::OrReduce
        | Op::XorReduce
        | Op::Add
        | Op::Sub
        | Op::Umul
        | Op::Smul
        | Op::Umulp
        | Op::Smulp
        | Op::Udiv
        | Op::Umod
        | Op::Sdiv
        | Op::Smod
        | Op::Eq
        | Op::Ne
        | Op::Ult
        | Op::Ule
        | Op::Ugt
        | Op::Uge
        | Op::Slt
        | Op::Sle
        | Op::Sgt
        | Op::Sge
        | Op::Shll
        | Op::Shrl
        | Op::Shra
        | Op::ZeroExt
        | Op::SignExt
        | Op::BitSlice { .. }
        | Op::DynamicBitSlice
        | Op::BitSliceUpdate
        | Op::Concat
        | Op::OneHot { .. }
        | Op::Encode
        | Op::Decode
        | Op::ArrayUpdate { .. }
        | Op::DynamicCountedFor { .. } => return Err(format!("there is no C for `{}`", node.op.mnemonic())),
    })
}

/// A statement that updates the array in the variable `target`.
pub(crate) fn update(context: &Context<'_>, node: &Node, target: &str) -> Result<String, String> {
    let value = context.name(node.operands[1]);
    let mut ty = context.ty(node.operands[0]);
    let (mut place, mut conditions) = (target.to_owned(), Vec::new());
    for &index in &node.operands[2..] {
        let Type::Array(array) = ty else { return Err("an index of what is no array".to_owned()) };
        if !always_below(context.width(index), array.len) {
            conditions.push(format!("{} < {}ull", context.name(index), array.len));
        }
        place = format!("{place}.e[{}]", context.name(index));
        ty = &array.element;
    }
    Ok(match conditions.is_empty() {
        true => format!("{place} = {value};"),
        false => format!("if ({}) {place} = {value};", conditions.join(" && ")),
    })
}

fn always_below(width: u32, limit: u64) -> bool {
    width < 64 && 1u64 << width <= limit
}

/// An index of an array of `len` elements, where an index beyond the end is the last one.
fn clamped(context: &Context<'_>, index: NodeId, len: u64) -> String {
    let name = context.name(index);
    if always_below(context.width(index), len) {
        return name.to_owned();
    }
    format!("({name} < {len}ull ? {name} : {})", len.saturating_sub(1))
}

fn call(callee: FuncId, arguments: &[String]) -> String {
    let arguments: String = arguments.iter().map(|argument| format!("{argument}, ")).collect();
    format!("f{}({arguments}events, context)", callee.index())
}

/// Cases up to which a selection is an expression; above, it is a switch.
const FEW: usize = 16;

fn choice(context: &Context<'_>, node: &Node, has_default: bool, variable: &str) -> Code {
    let selector = context.name(node.operands[0]);
    // Without a default, the last case is taken for every selector that is left.
    let (cases, other) = node.operands[1..].split_at(node.operands.len() - 2);
    let other = context.name(other[0]);
    let width = context.width(node.operands[0]);
    if width == 0 {
        // The selector is 0.
        return Code::Expression(context.name(node.operands[1]).to_owned());
    }
    let cases: Vec<&str> = cases.iter().map(|&case| context.name(case)).collect();
    if let ([first], 1, false) = (&cases[..], width, has_default) {
        return Code::Expression(format!("{selector} ? {other} : {first}"));
    }
    if cases.len() <= FEW || carrier(width) > 64 {
        let mut expression = other.to_owned();
        for (i, case) in cases.iter().enumerate().rev() {
            expression = format!("{selector} == {i} ? {case} : ({expression})");
        }
        return Code::Expression(expression);
    }
    let labels: String =
        cases.iter().enumerate().map(|(i, case)| format!("case {i}: {variable} = {case}; break; ")).collect();
    Code::Statements(format!("switch ({selector}) {{ {labels}default: {variable} = {other}; }}"))
}

/// Statements that or `case` into `place` if `condition` holds.
fn or_if(ty: &Type, place: &str, condition: &str, case: &str, depth: usize) -> String {
    match ty {
        Type::Token => String::new(),
        Type::Bits(_) => format!("{place} |= {condition} ? {case} : 0; "),
        Type::Array(array) => {
            let i = format!("i{depth}");
            let (place, case) = (format!("{place}.e[{i}]"), format!("{case}.e[{i}]"));
            let body = or_if(&array.element, &place, condition, &case, depth + 1);
            format!("for (uint64_t {i} = 0; {i} < {}; {i}++) {{ {body}}} ", array.len)
        }
        Type::Tuple(elements) => elements
            .iter()
            .enumerate()
            .map(|(i, element)| or_if(element, &format!("{place}.f{i}"), condition, &format!("{case}.f{i}"), depth))
            .collect(),
    }
}
