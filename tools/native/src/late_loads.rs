//! Reads constant memory where it is needed first.
//!
//! A function with an array in registers reads all elements at its begin. Each takes a register until it is needed, where the address
//! takes one for all of them, and Cranelift reads even those that nothing needs. So what is read from memory that nobody writes
//! moves down to its first use in the block, and is removed if it has none.

use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Value};

use crate::move_up::is_constant;

/// What was found about values in the blocks so far.
#[derive(Default)]
pub(crate) struct Uses {
    first_user: SecondaryMap<Value, Option<Inst>>,
    /// Whether something is read from there.
    is_address: SecondaryMap<Value, bool>,
}

/// Moves the loads from constant memory of a block down. Those stay whose value is the address of others, or whose address is computed:
/// what looks something up in a table is often waited for.
pub(crate) fn load_late(
    function: &mut Function,
    block: Block,
    uses: &mut Uses,
    is_used_elsewhere: impl Fn(Value) -> bool,
) {
    let Uses { first_user, is_address } = uses;
    let mut loads = Vec::new();
    for inst in function.layout.block_insts(block) {
        let is_load = is_constant_load(function, inst);
        for value in function.dfg.inst_values(inst) {
            let value = function.dfg.resolve_aliases(value);
            first_user[value].get_or_insert(inst);
            is_address[value] |= is_load;
        }
        if is_load && has_early_address(function, inst) {
            loads.push(inst);
        }
    }
    for load in loads {
        let value = function.dfg.first_result(load);
        match first_user[value] {
            Some(user) if !is_address[value] && function.layout.inst_block(user) == Some(block) => {
                function.layout.remove_inst(load);
                function.layout.insert_inst(load, user);
            }
            None if !is_used_elsewhere(value) => {
                function.layout.remove_inst(load);
            }
            Some(_) | None => {}
        }
    }
}

fn is_constant_load(function: &Function, inst: Inst) -> bool {
    let InstructionData::Load { flags, .. } = function.dfg.insts[inst] else { return false };
    is_constant(function, flags)
}

/// Whether the address of a load is a parameter, or was loaded itself.
fn has_early_address(function: &Function, load: Inst) -> bool {
    let address = function.dfg.resolve_aliases(function.dfg.inst_args(load)[0]);
    function.dfg.value_def(address).inst().is_none_or(|inst| is_constant_load(function, inst))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_function::{isa, of_two_numbers};
    use cranelift_codegen::ir::{types, InstBuilder, MemFlagsData};
    use cranelift_frontend::FunctionBuilder;

    /// The opcodes of a function of two numbers, in order, after loads are moved down. No other block needs a value.
    fn order(body: impl FnOnce(&mut FunctionBuilder<'_>, Value, Value) -> [Value; 1]) -> String {
        order_if(false, body)
    }

    fn order_if(
        is_used_elsewhere: bool,
        body: impl FnOnce(&mut FunctionBuilder<'_>, Value, Value) -> [Value; 1],
    ) -> String {
        let mut function = of_two_numbers(body);
        let block = function.layout.entry_block().unwrap();
        load_late(&mut function, block, &mut Uses::default(), |_| is_used_elsewhere);
        cranelift_codegen::verify_function(&function, &*isa()).unwrap();
        let names = function.layout.block_insts(block).map(|inst| function.dfg.insts[inst].opcode().to_string());
        names.collect::<Vec<_>>().join(" ")
    }

    fn constant() -> MemFlagsData {
        MemFlagsData::trusted().with_readonly()
    }

    #[test]
    fn loads_go_to_their_first_use() {
        let found = order(|b, x, y| {
            let bytes: Vec<Value> = (0..3).map(|at| b.ins().uload8(types::I64, constant(), x, at)).collect();
            let sum = b.ins().iadd(bytes[0], y);
            let difference = b.ins().isub(sum, bytes[2]);
            let both = b.ins().bxor(difference, bytes[0]);
            [both]
        });
        // Nothing needs the second byte.
        assert_eq!(found, "uload8 iadd uload8 isub bxor return");
    }

    #[test]
    fn only_what_no_block_needs_is_removed() {
        let unused = |b: &mut FunctionBuilder<'_>, x, y| {
            b.ins().load(types::I64, constant(), x, 0);
            [y]
        };
        assert_eq!(order_if(true, unused), "load return");
        assert_eq!(order_if(false, unused), "return");
    }

    #[test]
    fn loads_that_others_depend_on_stay_in_front_of_them() {
        let found = order(|b, x, y| {
            let address = b.ins().load(types::I64, constant(), x, 0);
            let first = b.ins().load(types::I64, constant(), address, 0);
            let second = b.ins().load(types::I64, constant(), address, 8);
            let sum = b.ins().iadd(second, y);
            let both = b.ins().bxor(sum, first);
            [both]
        });
        assert_eq!(found, "load load iadd load bxor return");
    }

    #[test]
    fn memory_that_may_change_and_tables_are_read_where_they_were() {
        let found = order(|b, x, y| {
            let changing = b.ins().load(types::I64, MemFlagsData::trusted(), x, 0);
            let place = b.ins().iadd(x, y);
            let entry = b.ins().load(types::I64, constant(), place, 0);
            let product = b.ins().imul(x, y);
            let sum = b.ins().isub(product, entry);
            let both = b.ins().bxor(sum, changing);
            [both]
        });
        assert_eq!(found, "load iadd load imul isub bxor return");
    }
}
