//! Puts an operand that is not needed any more first.
//!
//! On x86-64, an instruction of two operands replaces the first one. If that is needed later, it is copied before. In commutative
//! operations the operands can change places, so one that has no other use is put first: it need not be copied. tools/opt orders
//! operands by age, and the oldest ones, such as parameters, live longest.

use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Function, Inst, InstructionData, Opcode, Value, ValueDef};

/// Exchanges operands where that saves a copy. The values that are computed are the same.
pub(crate) fn put_dying_operands_first(function: &mut Function) {
    let mut uses = SecondaryMap::<Value, u32>::new();
    let instructions: Vec<Inst> =
        function.layout.blocks().flat_map(|block| function.layout.block_insts(block)).collect();
    for &inst in &instructions {
        for value in function.dfg.inst_values(inst) {
            uses[function.dfg.resolve_aliases(value)] += 1;
        }
    }
    for inst in instructions {
        let InstructionData::Binary { opcode: Opcode::Imul | Opcode::Band | Opcode::Bor | Opcode::Bxor, args: [x, y] } =
            function.dfg.insts[inst]
        else {
            continue;
        };
        let [first, second] = [x, y].map(|value| function.dfg.resolve_aliases(value));
        if uses[first] > 1 && uses[second] == 1 && stays_by_itself(function, second) {
            if let InstructionData::Binary { args, .. } = &mut function.dfg.insts[inst] {
                *args = [y, x];
            }
        }
    }
}

/// Whether a value is computed by an instruction of its own. Cranelift makes operands of what computes the others: of constants, of
/// loads, and of what it has combined instructions for. Most of these must stand on the right.
fn stays_by_itself(function: &Function, value: Value) -> bool {
    let ValueDef::Result(inst, _) = function.dfg.value_def(value) else { return false };
    matches!(
        function.dfg.insts[inst].opcode(),
        Opcode::Iadd
            | Opcode::Isub
            | Opcode::Imul
            | Opcode::Band
            | Opcode::Bor
            | Opcode::Bxor
            | Opcode::Rotl
            | Opcode::Ushr
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_function::of_two_numbers;
    use cranelift_codegen::ir::{types, InstBuilder};
    use cranelift_frontend::FunctionBuilder;

    /// The operands of the last operation but the return, as text, after the change.
    fn ordered(body: impl FnOnce(&mut FunctionBuilder<'_>, Value, Value) -> Value) -> String {
        let mut result = None;
        let mut function = of_two_numbers(|b, x, y| [*result.insert(body(b, x, y)), x]);
        put_dying_operands_first(&mut function);
        let inst = function.dfg.value_def(result.unwrap()).unwrap_inst();
        function.dfg.display_inst(inst).to_string().replace(".i64", "")
    }

    #[test]
    fn what_has_no_other_use_comes_first() {
        // v2 is used once, v0 twice.
        assert_eq!(
            ordered(|b, x, y| {
                let s = b.ins().isub(y, y);
                b.ins().imul(x, s)
            }),
            "v3 = imul v2, v0"
        );
        assert_eq!(
            ordered(|b, x, y| {
                let s = b.ins().isub(y, y);
                b.ins().bxor(s, x)
            }),
            "v3 = bxor v2, v0"
        );
    }

    #[test]
    fn everything_else_stays_in_its_place() {
        let subtraction = |b: &mut FunctionBuilder<'_>, x, y| {
            let s = b.ins().isub(y, y);
            b.ins().isub(x, s)
        };
        assert_eq!(ordered(subtraction), "v3 = isub v0, v2");
        // A constant becomes a part of the instruction.
        assert_eq!(
            ordered(|b, x, _| {
                let c = b.ins().iconst(types::I64, 7);
                b.ins().band(x, c)
            }),
            "v3 = band v0, v2  ; v2 = 7"
        );
        // Both are used again.
        let both = |b: &mut FunctionBuilder<'_>, x, y| {
            let s = b.ins().isub(y, y);
            let p = b.ins().imul(x, s);
            let q = b.ins().bor(p, s);
            b.ins().bxor(x, q)
        };
        assert_eq!(ordered(both), "v5 = bxor v4, v0");
    }
}
