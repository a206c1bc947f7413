//! Sums the products for a limb as soon as they are there.
//!
//! Cranelift's optimiser places each computation at its first use. So what the highest limb of a cut-off product is the sum of is
//! computed at the end, and the factors of all its products take registers until then. Here sums and products move up to where the last
//! operand that nothing else needs is there: then they need no more registers than their operands.

use std::collections::BTreeMap;

use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{types, Block, Function, Inst, InstructionData, Opcode, Value};

use crate::move_up::{constant_address, is_in, move_up};

/// What is known about the values of a block.
struct Values {
    block: Block,
    /// The first place behind each definition.
    defined: SecondaryMap<Value, usize>,
    /// The places behind the last user and behind the one before.
    used: SecondaryMap<Value, [usize; 2]>,
}

/// Moves the sums and products of limbs of a block up.
pub(crate) fn combine_early(function: &mut Function, block: Block) {
    let insts: Vec<Inst> = function.layout.block_insts(block).collect();
    let mut values = Values { block, defined: SecondaryMap::new(), used: SecondaryMap::new() };
    let mut places: BTreeMap<Inst, usize> = BTreeMap::new();
    for (place, &inst) in insts.iter().enumerate() {
        places.insert(inst, place);
        if extended(function, inst).is_some() {
            continue;
        }
        for value in function.dfg.inst_values(inst) {
            let [last, before] = &mut values.used[limb(function, value)];
            if *last != place + 1 {
                (*before, *last) = (*last, place + 1);
            }
        }
    }
    let mut moves = BTreeMap::new();
    for (place, &inst) in insts.iter().enumerate() {
        let target = earliest(function, inst, place, &values).filter(|&target| target < place);
        if let (Some(target), Some([x, y])) = (target, limbs(function, inst)) {
            moves.insert(place, target);
            // What it reads goes with it.
            for value in [x, y] {
                if own_address(function, value, &values).is_some() {
                    if let Some(&read) = function.dfg.value_def(value).inst().and_then(|read| places.get(&read)) {
                        moves.insert(read, target);
                    }
                }
            }
        }
        for &result in function.dfg.inst_results(inst) {
            values.defined[result] = target.unwrap_or(place + 1);
        }
    }
    move_up(function, &insts, &moves);
}

/// The limb that a value is, or that it has the value of in two limbs: that takes no register of its own.
fn limb(function: &Function, value: Value) -> Value {
    let value = function.dfg.resolve_aliases(value);
    let inst = function.dfg.value_def(value).inst();
    inst.and_then(|inst| extended(function, inst)).unwrap_or(value)
}

/// The limb that an instruction gives the same value in two limbs.
pub(crate) fn extended(function: &Function, inst: Inst) -> Option<Value> {
    let InstructionData::Unary { opcode: Opcode::Uextend, arg } = function.dfg.insts[inst] else { return None };
    (function.dfg.value_type(arg) == types::I64).then(|| function.dfg.resolve_aliases(arg))
}

/// The operands of a sum or product of limbs.
fn limbs(function: &Function, inst: Inst) -> Option<[Value; 2]> {
    let InstructionData::Binary { opcode: Opcode::Iadd | Opcode::Imul, args } = function.dfg.insts[inst] else {
        return None;
    };
    let is_limb = function.dfg.value_type(function.dfg.first_result(inst)) == types::I64;
    is_limb.then(|| args.map(|value| function.dfg.resolve_aliases(value)))
}

/// The earliest place of a sum or product at which an operand is not needed any more; `None` if none is needed only here.
fn earliest(function: &Function, inst: Inst, place: usize, values: &Values) -> Option<usize> {
    let mut earliest = 0;
    let mut replaces = false;
    for value in limbs(function, inst)? {
        if let Some(address) = own_address(function, value, values) {
            earliest = earliest.max(values.defined[address]);
            continue;
        }
        earliest = earliest.max(values.defined[value]);
        let [last, before] = values.used[value];
        if last == place + 1 {
            replaces = true;
            earliest = earliest.max(before);
        }
    }
    replaces.then_some(earliest)
}

/// The address of an operand that is read from memory for this use.
fn own_address(function: &Function, value: Value, values: &Values) -> Option<Value> {
    if values.used[value][1] != 0 || !is_in(function, value, values.block) {
        return None;
    }
    constant_address(function, value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_function::of_two_numbers;
    use cranelift_codegen::ir::InstBuilder;

    /// The opcodes of the only block, in order, after sums are moved up.
    fn order(function: &mut Function) -> String {
        let block = function.layout.entry_block().unwrap();
        combine_early(function, block);
        cranelift_codegen::verify_function(function, &*crate::test_function::isa()).unwrap();
        let names = function.layout.block_insts(block).map(|inst| function.dfg.insts[inst].opcode().to_string());
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_sum_goes_where_its_operands_are_not_needed_any_more() {
        let mut function = of_two_numbers(|b, x, y| {
            let or = b.ins().bor(x, y);
            let xor = b.ins().bxor(or, y);
            let shifted = b.ins().ishl_imm_u(xor, 3);
            let product = b.ins().imul(x, y);
            let sum = b.ins().iadd(product, or);
            [sum, shifted]
        });
        // `y` and `or` are needed for the `bxor`.
        assert_eq!(order(&mut function), "bor bxor imul iadd iconst ishl return");
    }

    #[test]
    fn a_sum_stays_behind_its_operands() {
        let mut function = of_two_numbers(|b, x, y| {
            let or = b.ins().bor(x, y);
            let shifted = b.ins().ishl_imm_u(or, 3);
            let rotated = b.ins().rotl(shifted, y);
            let and = b.ins().band(x, y);
            let sum = b.ins().iadd(rotated, or);
            [sum, and]
        });
        assert_eq!(order(&mut function), "bor iconst ishl rotl iadd band return");
    }

    #[test]
    fn a_limb_is_needed_as_long_as_its_value_in_two_limbs() {
        let mut function = of_two_numbers(|b, x, y| {
            let wide = b.ins().uextend(types::I128, x);
            let square = b.ins().imul(wide, wide);
            let (low, high) = b.ins().isplit(square);
            let xor = b.ins().bxor(low, high);
            let product = b.ins().imul(x, y);
            [product, xor]
        });
        assert_eq!(order(&mut function), "uextend imul imul isplit bxor return");
    }

    #[test]
    fn operations_that_replace_nothing_stay() {
        // Both operands are returned, too.
        let mut function = of_two_numbers(|b, x, y| {
            let or = b.ins().bor(x, y);
            let and = b.ins().band(x, or);
            let sum = b.ins().iadd(x, y);
            let all = b.ins().bxor(and, sum);
            [all, x, y]
        });
        assert_eq!(order(&mut function), "bor band iadd bxor return");
    }
}
