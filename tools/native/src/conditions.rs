//! Makes a choice on a combination of comparisons a choice on each.
//!
//! A comparison that is the condition of a selection stays in the processor's flags. One that is combined with others goes to a
//! register, and the combination is tested again. So these are equal, and the right side takes fewer instructions:
//!
//! ```text
//! (a | b) ? x : y  =  a ? x : (b ? x : y)
//! (a & b) ? x : y  =  a ? (b ? x : y) : y
//! (a ^ 1) ? x : y  =  a ? y : x
//! ```
//!
//! For `&` and `^` both conditions must be 0 or 1; for `|` they may have any value, of which zero stands for no.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Function, Inst, InstBuilder, InstructionData, Opcode, Value};

/// Most conditions of a choice that is split: each takes a step of its own, one after the other.
const CONDITIONS_MAX: usize = 4;

/// Fewest instructions that splitting a choice must save.
const GAIN_MIN: usize = 2;

/// A condition that is taken apart.
enum Condition {
    /// Another value, or its opposite.
    Value { value: Value, is_opposite: bool },
    /// One of two is enough.
    Either(Box<[Condition; 2]>),
    /// Both must hold.
    Both(Box<[Condition; 2]>),
}

/// A selection and its condition.
struct Choice {
    inst: Inst,
    condition: Condition,
    /// What computes the combinations, which nothing else uses.
    combinations: Vec<Inst>,
}

/// Splits the choices for which that saves instructions.
pub(crate) fn split_choices(function: &mut Function) {
    let insts: Vec<Inst> = function.layout.blocks().flat_map(|block| function.layout.block_insts(block)).collect();
    let mut uses = SecondaryMap::<Value, u32>::new();
    for &inst in &insts {
        for value in function.dfg.inst_values(inst) {
            uses[function.dfg.resolve_aliases(value)] += 1;
        }
    }
    let choices: Vec<Choice> = insts.iter().filter_map(|&inst| choice(function, inst, &uses)).collect();
    // Uses of comparisons that need them in the flags only.
    let mut uses_of_flags = SecondaryMap::<Value, u32>::new();
    for &inst in &insts {
        if let Some([condition, ..]) = selection(function, inst) {
            uses_of_flags[condition] += 1;
        }
    }
    for choice in &choices {
        choice.condition.for_each_value(&mut |value| uses_of_flags[value] += 1);
    }
    let split: Vec<Choice> = choices
        .into_iter()
        .filter(|choice| {
            let (mut count, mut lost) = (0, 0);
            choice.condition.for_each_value(&mut |value| {
                count += 1;
                lost += match comparison(function, value, &uses) {
                    false => 2,
                    true => usize::from(uses[value] > uses_of_flags[value]),
                };
            });
            count <= CONDITIONS_MAX && count + 1 >= lost + GAIN_MIN
        })
        .collect();
    for choice in split {
        let Some([_, x, y]) = selection(function, choice.inst) else { continue };
        choice.condition.choose(function, choice.inst, true, x, y);
        choice.combinations.into_iter().for_each(|inst| function.layout.remove_inst(inst));
    }
}

/// The operands of a selection between integers of at most 64 bits.
fn selection(function: &Function, inst: Inst) -> Option<[Value; 3]> {
    let InstructionData::Ternary { opcode: Opcode::Select, args } = function.dfg.insts[inst] else { return None };
    let ty = function.dfg.value_type(function.dfg.first_result(inst));
    (ty.is_int() && ty.bits() <= 64).then(|| args.map(|value| function.dfg.resolve_aliases(value)))
}

fn definition(function: &Function, value: Value) -> Option<Inst> {
    function.dfg.value_def(value).inst()
}

/// Whether a value is a comparison of constants and values that others read, too: so that these are in registers anyway when the
/// choice is made.
fn comparison(function: &Function, value: Value, uses: &SecondaryMap<Value, u32>) -> bool {
    let Some(inst) = definition(function, value) else { return false };
    let InstructionData::IntCompare { args, .. } = function.dfg.insts[inst] else { return false };
    args.iter().all(|&operand| {
        let operand = function.dfg.resolve_aliases(operand);
        let is_constant = definition(function, operand).is_some_and(|inst| {
            matches!(function.dfg.insts[inst], InstructionData::UnaryImm { opcode: Opcode::Iconst, .. })
        });
        is_constant || uses[operand] > 1
    })
}

fn is_one(function: &Function, value: Value) -> bool {
    let data = definition(function, value).map(|inst| function.dfg.insts[inst]);
    matches!(data, Some(InstructionData::UnaryImm { opcode: Opcode::Iconst, imm }) if imm.bits() == 1)
}

/// The selection `inst`, if its condition is a combination.
fn choice(function: &Function, inst: Inst, uses: &SecondaryMap<Value, u32>) -> Option<Choice> {
    let [condition, ..] = selection(function, inst)?;
    let mut combinations = Vec::new();
    let condition = take_apart(function, condition, false, uses, &mut combinations);
    (!combinations.is_empty()).then_some(Choice { inst, condition, combinations })
}

/// The condition `value`, or its opposite, taken apart as far as nothing else uses the combinations.
fn take_apart(
    function: &Function,
    value: Value,
    is_opposite: bool,
    uses: &SecondaryMap<Value, u32>,
    combinations: &mut Vec<Inst>,
) -> Condition {
    let whole = Condition::Value { value, is_opposite };
    // Deep combinations are not split.
    if uses[value] != 1 || combinations.len() > 2 * CONDITIONS_MAX {
        return whole;
    }
    let Some(inst) = definition(function, value) else { return whole };
    let InstructionData::Binary { opcode, args } = function.dfg.insts[inst] else { return whole };
    let [x, y] = args.map(|value| function.dfg.resolve_aliases(value));
    #[expect(clippy::wildcard_enum_match_arm)] // Cranelift has hundreds of instructions.
    let is_both = match opcode {
        Opcode::Bor => is_opposite,
        Opcode::Band if is_truth(function, x) && is_truth(function, y) => !is_opposite,
        Opcode::Bxor if is_one(function, y) && is_truth(function, x) => {
            combinations.push(inst);
            return take_apart(function, x, !is_opposite, uses, combinations);
        }
        _ => return whole,
    };
    combinations.push(inst);
    let parts = [x, y].map(|part| take_apart(function, part, is_opposite, uses, combinations));
    if is_both {
        Condition::Both(Box::new(parts))
    } else {
        Condition::Either(Box::new(parts))
    }
}

/// Whether a condition is known to be 0 or 1.
fn is_truth(function: &Function, value: Value) -> bool {
    // Combinations are taken apart only a few levels deep, so that this ends.
    fn within(function: &Function, value: Value, levels: usize) -> bool {
        let Some(inst) = definition(function, function.dfg.resolve_aliases(value)) else { return false };
        #[expect(clippy::wildcard_enum_match_arm)] // Cranelift has hundreds of instructions.
        match function.dfg.insts[inst] {
            InstructionData::IntCompare { .. } => true,
            InstructionData::Binary { opcode: Opcode::Bor | Opcode::Band | Opcode::Bxor, args } => {
                levels > 0 && args.iter().all(|&part| is_one(function, part) || within(function, part, levels - 1))
            }
            _ => false,
        }
    }
    within(function, value, CONDITIONS_MAX)
}

impl Condition {
    fn for_each_value(&self, f: &mut impl FnMut(Value)) {
        match self {
            Condition::Value { value, .. } => f(*value),
            Condition::Either(parts) | Condition::Both(parts) => parts.iter().for_each(|part| part.for_each_value(f)),
        }
    }

    /// `self ? x : y`, before the selection `at`; as its result if this `is_last`.
    fn choose(&self, function: &mut Function, at: Inst, is_last: bool, x: Value, y: Value) -> Value {
        match self {
            &Condition::Value { value, is_opposite } => {
                let (x, y) = if is_opposite { (y, x) } else { (x, y) };
                if is_last {
                    function.dfg.insts[at] = InstructionData::Ternary { opcode: Opcode::Select, args: [value, x, y] };
                    return function.dfg.first_result(at);
                }
                FuncCursor::new(function).at_inst(at).ins().select(value, x, y)
            }
            Condition::Either(parts) => {
                let second = parts[1].choose(function, at, false, x, y);
                parts[0].choose(function, at, is_last, x, second)
            }
            Condition::Both(parts) => {
                let second = parts[1].choose(function, at, false, x, y);
                parts[0].choose(function, at, is_last, second, y)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_function::of_two_numbers;
    use cranelift_codegen::ir::condcodes::IntCC;
    use cranelift_codegen::ir::types;
    use cranelift_frontend::FunctionBuilder;

    /// The instructions of a function of two numbers v0 and v1, which all conditions may compare with constants, after the change.
    /// The condition of a choice between v0 and v1 comes from `condition`.
    fn split(condition: impl FnOnce(&mut FunctionBuilder<'_>, Value, Value) -> Value) -> Vec<String> {
        let mut function = of_two_numbers(|b, x, y| {
            let condition = condition(b, x, y);
            [b.ins().select(condition, x, y)]
        });
        split_choices(&mut function);
        let insts = function.layout.blocks().flat_map(|block| function.layout.block_insts(block));
        insts.map(|inst| function.dfg.display_inst(inst).to_string()).collect()
    }

    fn is_zero(b: &mut FunctionBuilder<'_>, x: Value) -> Value {
        b.ins().icmp_imm_u(IntCC::Equal, x, 0)
    }

    #[test]
    fn either_and_both() {
        let or = split(|b, x, y| {
            let (p, q) = (is_zero(b, x), is_zero(b, y));
            b.ins().bor(p, q)
        });
        assert_eq!(or[4..], ["v8 = select.i64 v5, v0, v1", "v7 = select.i64 v3, v0, v8", "return v7"]);
        let and = split(|b, x, y| {
            let (p, q) = (is_zero(b, x), is_zero(b, y));
            b.ins().band(p, q)
        });
        assert_eq!(and[4..], ["v8 = select.i64 v5, v0, v1", "v7 = select.i64 v3, v8, v1", "return v7"]);
    }

    #[test]
    fn opposites() {
        let nor = split(|b, x, y| {
            let (p, q) = (is_zero(b, x), is_zero(b, y));
            let or = b.ins().bor(p, q);
            b.ins().bxor_imm_u(or, 1)
        });
        assert_eq!(nor[5..], ["v10 = select.i64 v5, v1, v0", "v9 = select.i64 v3, v1, v10", "return v9"]);
    }

    #[test]
    fn conditions_that_are_needed_as_values_stay_together() {
        let is_split = |insts: &[String]| insts.iter().filter(|inst| inst.contains("select")).count() > 1;
        let shared = split(|b, x, y| {
            let (p, q) = (is_zero(b, x), is_zero(b, y));
            let or = b.ins().bor(p, q);
            b.ins().bxor(or, or)
        });
        assert!(!is_split(&shared), "{shared:?}");
        let value = split(|b, x, y| {
            let (p, q) = (is_zero(b, x), is_zero(b, y));
            b.ins().uextend(types::I64, p);
            b.ins().uextend(types::I64, q);
            b.ins().bor(p, q)
        });
        assert!(!is_split(&value), "{value:?}");
    }

    #[test]
    fn both_of_numbers_is_not_that_both_are_not_zero() {
        let insts = split(|b, x, y| {
            let (p, q, r) = (is_zero(b, x), is_zero(b, y), b.ins().icmp(IntCC::UnsignedLessThan, x, y));
            let both = b.ins().band(x, y);
            let both = b.ins().ireduce(types::I8, both);
            let bits = b.ins().band_imm_u(both, 6);
            let or = b.ins().bor(p, q);
            let or = b.ins().bor(or, r);
            b.ins().bor(or, bits)
        });
        let chosen: Vec<_> = insts.iter().filter(|inst| inst.contains("select")).collect();
        assert_eq!(chosen.len(), 4, "{insts:?}");
        assert!(insts.iter().any(|inst| inst.contains("band")), "{insts:?}");
    }
}
