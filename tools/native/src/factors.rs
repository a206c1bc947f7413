//! Reads the factors of wide products from memory for each product.
//!
//! A product of many limbs uses each limb of both factors several times and keeps the sums of a row, so its values do not fit the
//! registers of x86-64. An instruction that multiplies can have its second factor in memory and takes no longer for it. So limbs
//! that were read from memory that nobody writes are read again for each product, and need no registers.

use std::collections::BTreeSet;

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{types, Block, Function, Inst, InstBuilder, InstructionData, MemFlagsData, Opcode, Value};

use crate::early_sums::{combine_early, extended};

/// Fewest products of two limbs for which a limb is read again.
const PRODUCTS_MIN: u32 = 2;

/// Fewest limbs that are read again. Fewer fit the registers, and memory need not be read so often.
const LIMBS_MIN: usize = 4;

/// A multiplication whose second factor is a limb from memory.
struct Product {
    inst: Inst,
    limb: Value,
    /// Whether the product has two limbs.
    is_double: bool,
}

/// How a limb is read.
struct Read {
    flags: MemFlagsData,
    base: Value,
    offset: i32,
}

/// Makes the second factors of products loads of their own, if they are limbs from memory that several products use.
pub(crate) fn read_factors_again(function: &mut Function) {
    let insts: Vec<Inst> = function.layout.blocks().flat_map(|block| function.layout.block_insts(block)).collect();
    let products: Vec<Product> = insts.iter().filter_map(|&inst| product(function, inst)).collect();
    let mut counts = SecondaryMap::<Value, u32>::new();
    for product in products.iter().filter(|product| product.is_double) {
        counts[product.limb] += 1;
    }
    let limbs = counts.values().filter(|&&count| count >= PRODUCTS_MIN).count();
    let chosen: Vec<Product> = products.into_iter().filter(|product| counts[product.limb] >= PRODUCTS_MIN).collect();
    let blocks: BTreeSet<Block> =
        chosen.iter().filter_map(|product| function.layout.inst_block(product.inst)).collect();
    if limbs >= LIMBS_MIN {
        read_again(function, &chosen, &insts);
    }
    blocks.into_iter().for_each(|block| combine_early(function, block));
}

fn read_again(function: &mut Function, products: &[Product], insts: &[Inst]) {
    for product in products {
        let Some(Read { flags, base, offset }) = read_of(function, product.limb) else { continue };
        let mut cursor = FuncCursor::new(function).at_inst(product.inst);
        let mut factor = cursor.ins().load(types::I64, flags, base, offset);
        if product.is_double {
            factor = cursor.ins().uextend(types::I128, factor);
        }
        if let InstructionData::Binary { args, .. } = &mut function.dfg.insts[product.inst] {
            args[1] = factor;
        }
    }
    remove_unused(function, insts);
}

fn product(function: &Function, inst: Inst) -> Option<Product> {
    let InstructionData::Binary { opcode: Opcode::Imul, args } = function.dfg.insts[inst] else { return None };
    let ty = function.dfg.value_type(args[1]);
    let limb = match ty {
        types::I128 => {
            definition(function, args[0]).and_then(|inst| extended(function, inst))?;
            definition(function, args[1]).and_then(|inst| extended(function, inst))?
        }
        types::I64 => function.dfg.resolve_aliases(args[1]),
        _ => return None,
    };
    read_of(function, limb)?;
    Some(Product { inst, limb, is_double: ty == types::I128 })
}

fn definition(function: &Function, value: Value) -> Option<Inst> {
    function.dfg.value_def(function.dfg.resolve_aliases(value)).inst()
}

/// How a limb is read from memory that does not change.
fn read_of(function: &Function, limb: Value) -> Option<Read> {
    let InstructionData::Load { opcode: Opcode::Load, arg, flags, offset } =
        function.dfg.insts[definition(function, limb)?]
    else {
        return None;
    };
    let flags = function.dfg.mem_flags[flags];
    (flags.readonly() && flags.notrap()).then_some(Read { flags, base: arg, offset: offset.into() })
}

/// Removes the reads and extensions that nothing uses any more.
fn remove_unused(function: &mut Function, insts: &[Inst]) {
    let mut uses = SecondaryMap::<Value, u32>::new();
    for block in function.layout.blocks() {
        for inst in function.layout.block_insts(block) {
            for value in function.dfg.inst_values(inst) {
                uses[function.dfg.resolve_aliases(value)] += 1;
            }
        }
    }
    // Uses stand behind definitions.
    for &inst in insts.iter().rev() {
        let is_pure = extended(function, inst).is_some()
            || function.dfg.inst_results(inst).first().is_some_and(|&value| read_of(function, value).is_some());
        if is_pure && uses[function.dfg.first_result(inst)] == 0 {
            for value in function.dfg.inst_values(inst) {
                uses[function.dfg.resolve_aliases(value)] -= 1;
            }
            function.layout.remove_inst(inst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_function::{isa, of_two_numbers};
    use cranelift_frontend::FunctionBuilder;

    /// How many loads a function has that multiplies `rows` by `columns` limbs from memory, after the change.
    fn loads(rows: i32, columns: i32, flags: MemFlagsData) -> usize {
        let read = |b: &mut FunctionBuilder<'_>, base, number| {
            let limb = b.ins().load(types::I64, flags, base, 8 * number);
            b.ins().uextend(types::I128, limb)
        };
        let mut function = of_two_numbers(|b, x, y| {
            let columns: Vec<Value> = (0..columns).map(|number| read(b, y, number)).collect();
            let mut sum = x;
            for row in 0..rows {
                let factor = read(b, x, row);
                for &column in &columns {
                    let product = b.ins().imul(factor, column);
                    let (low, high) = b.ins().isplit(product);
                    sum = b.ins().bxor(sum, low);
                    sum = b.ins().bxor(sum, high);
                }
            }
            [sum]
        });
        read_factors_again(&mut function);
        cranelift_codegen::verify_function(&function, &*isa()).unwrap();
        let insts = function.layout.blocks().flat_map(|block| function.layout.block_insts(block));
        insts.filter(|&inst| function.dfg.insts[inst].opcode() == Opcode::Load).count()
    }

    #[test]
    fn second_factors_are_read_for_each_product() {
        let constant = MemFlagsData::trusted().with_readonly();
        assert_eq!(loads(3, 4, constant), 3 + 3 * 4);
        assert_eq!(loads(2, 5, constant), 2 + 2 * 5);
    }

    #[test]
    fn few_products_and_memory_that_may_change_are_read_once() {
        let constant = MemFlagsData::trusted().with_readonly();
        // These fit the registers.
        assert_eq!(loads(3, 3, constant), 3 + 3);
        assert_eq!(loads(1, 8, constant), 1 + 8);
        assert_eq!(loads(3, 4, MemFlagsData::trusted()), 3 + 4);
    }
}
