//! Reads the constant vectors of large functions from places near a base.
//!
//! The processor cannot keep the code of a large function, so how long it takes depends on the bytes of the code. On x86-64 a constant
//! that is addressed by its distance from the instruction takes four bytes for the distance. One that is near the address in a
//! register takes one byte. So the constants of a function are put into the object's data in the order in which they are needed, and a
//! register has the address of the next [`WINDOW`] of them.
//!
//! An instruction of two operands replaces its first one. A constant that is used once or twice is read again for each use: as the
//! first operand, where the other one is needed later and would have to be copied, and else as the second one, from memory, which
//! takes no instruction of its own.

use std::collections::BTreeMap;

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{
    types, Block, ExternalName, Function, GlobalValueData, Inst, InstBuilder, InstructionData, MemFlagsData, Opcode,
    UserExternalName, Value,
};

use crate::data::{DataPool, DATA_ALIGN};
use crate::program::DATA_NAMESPACE;

/// Fewest constant vectors for which a function is usually changed. Their code does not fit the caches of decoded instructions, and
/// the address of a window hardly counts.
pub(crate) const CONSTANTS_MIN: usize = 256;

/// Fewest constant vectors of a block that get a window.
const IN_BLOCK_MIN: usize = 8;

/// Bytes that can be addressed from a base with a distance of one byte (and a sign).
const WINDOW: usize = 256;

/// Most uses of a constant that is read again for each.
const USES_MAX: usize = 2;

/// Bytes of a vector.
const VECTOR: usize = 16;

/// A constant vector: where it is made, and what uses it.
struct ConstantVector {
    inst: Inst,
    block: Block,
    users: Vec<Inst>,
}

/// Makes the constant vectors of a function loads, if it has so many at least.
pub(crate) fn read_constants_near_a_base(function: &mut Function, data: &mut DataPool, constants_min: usize) {
    let mut uses = SecondaryMap::<Value, u32>::new();
    let constants = constant_vectors(function, &mut uses, IN_BLOCK_MIN.min(constants_min));
    if constants.len() < constants_min {
        return;
    }
    let mut bytes = Vec::with_capacity(constants.len() * VECTOR);
    for constant in &constants {
        bytes.extend_from_slice(bytes_of(function, constant.inst));
    }
    let start = data.add(bytes, DATA_ALIGN).offset as usize;
    let name = UserExternalName { namespace: DATA_NAMESPACE, index: 0 };
    let name = ExternalName::user(function.declare_imported_user_function(name));
    let mut window = None;
    for (number, constant) in constants.iter().enumerate() {
        let at = number * VECTOR;
        let key = (constant.block, at / WINDOW);
        let base = match window {
            Some((known, base)) if known == key => base,
            _ => {
                let offset = (start + at / WINDOW * WINDOW + WINDOW / 2) as i64;
                let symbol =
                    GlobalValueData::Symbol { name: name.clone(), offset: offset.into(), colocated: true, tls: false };
                let symbol = function.create_global_value(symbol);
                let mut cursor = FuncCursor::new(function).at_inst(constant.inst);
                cursor.ins().symbol_value(types::I64, symbol)
            }
        };
        window = Some((key, base));
        let distance = (at % WINDOW) as i32 - (WINDOW / 2) as i32;
        read(function, constant, base, distance, &uses);
    }
}

/// The constant vectors that are changed, in order, of blocks with `in_block_min` of them at least; and the number of uses of all
/// values.
fn constant_vectors(
    function: &Function,
    uses: &mut SecondaryMap<Value, u32>,
    in_block_min: usize,
) -> Vec<ConstantVector> {
    let dfg = &function.dfg;
    let mut found: Vec<ConstantVector> = Vec::new();
    let mut numbers: BTreeMap<Value, usize> = BTreeMap::new();
    let mut others = SecondaryMap::<Value, bool>::new();
    for block in function.layout.blocks() {
        for inst in function.layout.block_insts(block) {
            if is_in_memory_elsewhere(function, inst) {
                numbers.insert(dfg.first_result(inst), found.len());
                found.push(ConstantVector { inst, block, users: Vec::new() });
            }
            for value in dfg.inst_values(inst).map(|value| dfg.resolve_aliases(value)) {
                uses[value] += 1;
                others[value] |= operands(function, inst).is_none();
                if let Some(&number) = numbers.get(&value) {
                    found[number].users.push(inst);
                }
            }
        }
    }
    // An instruction may use a constant twice.
    found.iter_mut().for_each(|constant| constant.users.dedup());
    // Cranelift has better ways for some constants of other operations.
    found.retain(|constant| !others[dfg.first_result(constant.inst)]);
    let mut in_block: BTreeMap<Block, usize> = BTreeMap::new();
    found.iter().for_each(|constant| *in_block.entry(constant.block).or_default() += 1);
    found.retain(|constant| in_block[&constant.block] >= in_block_min);
    found
}

/// Whether an instruction makes a constant vector that Cranelift would read from memory.
fn is_in_memory_elsewhere(function: &Function, inst: Inst) -> bool {
    let InstructionData::UnaryConst { opcode: Opcode::Vconst, .. } = function.dfg.insts[inst] else { return false };
    let bytes = bytes_of(function, inst);
    bytes.len() == VECTOR && bytes.iter().any(|&byte| byte != 0) && bytes.iter().any(|&byte| byte != 0xff)
}

fn bytes_of(function: &Function, inst: Inst) -> &[u8] {
    let InstructionData::UnaryConst { constant_handle, .. } = function.dfg.insts[inst] else { return &[] };
    function.dfg.constants.get(constant_handle).as_slice()
}

/// The operands of an operation on two vectors whose second one may be in memory, and whether they can change places.
fn operands(function: &Function, inst: Inst) -> Option<([Value; 2], bool)> {
    let InstructionData::Binary { opcode, args } = function.dfg.insts[inst] else { return None };
    let is_commutative = matches!(opcode, Opcode::Iadd | Opcode::Imul | Opcode::Band | Opcode::Bor | Opcode::Bxor);
    if !is_commutative && opcode != Opcode::Isub {
        return None;
    }
    Some((args.map(|value| function.dfg.resolve_aliases(value)), is_commutative))
}

/// Makes a constant a load: one for each use, or one.
fn read(
    function: &mut Function,
    constant: &ConstantVector,
    base: Value,
    distance: i32,
    uses: &SecondaryMap<Value, u32>,
) {
    let value = function.dfg.first_result(constant.inst);
    let ty = function.dfg.value_type(value);
    let flags = MemFlagsData::trusted().with_readonly();
    let is_here = |inst: &Inst| function.layout.inst_block(*inst) == Some(constant.block);
    if uses[value] as usize > USES_MAX || !constant.users.iter().all(is_here) {
        let flags = function.dfg.mem_flags.insert_unchecked(flags);
        function.dfg.insts[constant.inst] =
            InstructionData::Load { opcode: Opcode::Load, arg: base, flags, offset: distance.into() };
        return;
    }
    function.layout.remove_inst(constant.inst);
    for &user in &constant.users {
        let Some((args, is_commutative)) = operands(function, user) else { continue };
        let copy = FuncCursor::new(function).at_inst(user).ins().load(ty, flags, base, distance);
        let mut args = args.map(|arg| if arg == value { copy } else { arg });
        let other = if args[0] == copy { args[1] } else { args[0] };
        if is_commutative {
            args = if uses[other] > 1 { [copy, other] } else { [other, copy] };
        }
        if let InstructionData::Binary { args: to, .. } = &mut function.dfg.insts[user] {
            *to = args;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_function::{isa, of_two_numbers};
    use cranelift_frontend::FunctionBuilder;

    /// A function that applies `apply` to a vector and each of `count` constants, and its data.
    fn changed(
        count: usize,
        mut apply: impl FnMut(&mut FunctionBuilder<'_>, Value, Value) -> Value,
    ) -> (Function, DataPool) {
        let mut function = of_two_numbers(|b, x, y| {
            let first = b.ins().splat(types::I64X2, x);
            let sum = (1..=count as u64).fold(first, |sum, number| {
                let bytes = [number.to_le_bytes(), (3 * number).to_le_bytes()].concat();
                let constant = b.func.dfg.constants.insert(bytes.into());
                let constant = b.ins().vconst(types::I64X2, constant);
                apply(b, sum, constant)
            });
            let low = b.ins().extractlane(sum, 0);
            [low, y]
        });
        let mut data = DataPool::default();
        read_constants_near_a_base(&mut function, &mut data, CONSTANTS_MIN);
        cranelift_codegen::verify_function(&function, &*isa()).unwrap();
        (function, data)
    }

    fn count(function: &Function, opcode: Opcode) -> usize {
        let insts = function.layout.blocks().flat_map(|block| function.layout.block_insts(block));
        insts.filter(|&inst| function.dfg.insts[inst].opcode() == opcode).count()
    }

    #[test]
    fn constants_are_read_for_each_use_in_windows() {
        // The constant is the second operand of one operation and the first one of another.
        let (function, data) = changed(CONSTANTS_MIN, |b, sum, constant| {
            let other = b.ins().bxor(sum, constant);
            let both = b.ins().isub(constant, other);
            b.ins().bor(both, sum)
        });
        assert_eq!(count(&function, Opcode::Vconst), 0);
        assert_eq!(count(&function, Opcode::Load), 2 * CONSTANTS_MIN);
        assert_eq!(count(&function, Opcode::SymbolValue), CONSTANTS_MIN * VECTOR / WINDOW);
        let bytes = data.into_bytes();
        assert_eq!(bytes.len(), CONSTANTS_MIN * VECTOR);
        // Each load reads the constant that was there: by the base of its window and its distance.
        let mut expected = (1..=CONSTANTS_MIN as u64).flat_map(|number| [number; 2]);
        for inst in function.layout.blocks().flat_map(|block| function.layout.block_insts(block)) {
            let InstructionData::Load { arg, offset, .. } = function.dfg.insts[inst] else { continue };
            assert!(i8::try_from(i32::from(offset)).is_ok());
            let base = function.dfg.value_def(arg).unwrap_inst();
            let InstructionData::UnaryGlobalValue { global_value, .. } = function.dfg.insts[base] else { panic!() };
            let GlobalValueData::Symbol { offset: start, .. } = &function.global_values[global_value] else { panic!() };
            let at = (start.bits() + i64::from(i32::from(offset))) as usize;
            assert_eq!(bytes[at..at + 8], expected.next().unwrap().to_le_bytes());
        }
        assert_eq!(expected.next(), None);
    }

    #[test]
    fn a_constant_goes_first_where_the_other_operand_is_needed_later() {
        let first_is_load = |needed: bool| {
            let (function, _) = changed(CONSTANTS_MIN, |b, sum, constant| {
                let both = b.ins().iadd(sum, constant);
                if needed {
                    b.ins().bor(both, sum)
                } else {
                    both
                }
            });
            let insts = function.layout.blocks().flat_map(|block| function.layout.block_insts(block));
            let add = insts.filter(|&inst| function.dfg.insts[inst].opcode() == Opcode::Iadd).last().unwrap();
            let [first, second] = operands(&function, add).unwrap().0;
            let is_load = |value| {
                let inst = function.dfg.value_def(value).inst();
                inst.is_some_and(|inst| function.dfg.insts[inst].opcode() == Opcode::Load)
            };
            assert_ne!(is_load(first), is_load(second));
            is_load(first)
        };
        assert!(first_is_load(true) && !first_is_load(false));
    }

    #[test]
    fn what_uses_a_constant_twice_or_often_is_right() {
        let (function, _) = changed(CONSTANTS_MIN, |b, sum, constant| {
            let twice = b.ins().iadd(constant, constant);
            b.ins().bxor(sum, twice)
        });
        assert_eq!(count(&function, Opcode::Load), CONSTANTS_MIN);
        let (function, _) =
            changed(CONSTANTS_MIN, |b, sum, constant| (0..=USES_MAX).fold(sum, |sum, _| b.ins().isub(sum, constant)));
        assert_eq!((count(&function, Opcode::Load), count(&function, Opcode::Vconst)), (CONSTANTS_MIN, 0));
    }

    #[test]
    fn the_operands_of_a_difference_keep_their_places() {
        let (function, _) = changed(CONSTANTS_MIN, |b, sum, constant| b.ins().isub(constant, sum));
        let mut differences = 0;
        for inst in function.layout.blocks().flat_map(|block| function.layout.block_insts(block)) {
            let InstructionData::Binary { opcode: Opcode::Isub, args } = function.dfg.insts[inst] else { continue };
            let first = function.dfg.value_def(args[0]).unwrap_inst();
            assert_eq!(function.dfg.insts[first].opcode(), Opcode::Load);
            differences += 1;
        }
        assert_eq!(differences, CONSTANTS_MIN);
    }

    #[test]
    fn few_constants_and_those_of_other_operations_stay() {
        let (function, data) = changed(CONSTANTS_MIN - 1, |b, sum, constant| b.ins().iadd(sum, constant));
        assert_eq!((count(&function, Opcode::Vconst), data.into_bytes().len()), (CONSTANTS_MIN - 1, 0));
        let (function, data) = changed(CONSTANTS_MIN, |b, sum, constant| b.ins().bitselect(constant, sum, constant));
        assert_eq!((count(&function, Opcode::Vconst), data.into_bytes().len()), (CONSTANTS_MIN, 0));
    }
}
