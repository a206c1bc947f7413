//! Unit tests of cutting. That cut functions compute the same is what the file tests, the vectors and random programs show, one of whose
//! back ends cuts everything into small parts.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, MemFlagsData, Opcode, StackSlotData, StackSlotKind};
use cranelift_codegen::verify_function;
use cranelift_frontend::FunctionBuilder;

use super::*;
use crate::test_function::{isa, of_two_numbers};

/// Most instructions of a part.
const SIZE: usize = 32;

/// A chain of `count` products and sums that begins with `start` and reads `other` at the end.
fn chain(b: &mut FunctionBuilder<'_>, start: Value, other: Value, count: usize) -> Value {
    let mut last = start;
    for step in 0..count {
        let factor = b.ins().iconst(types::I64, 3 + step as i64);
        let product = b.ins().imul(last, factor);
        last = b.ins().iadd(product, start);
    }
    b.ins().bxor(last, other)
}

/// A long chain, a loop of `trips` rounds around two long chains, and a long chain. The first half of the loop reads a value that is
/// computed before it. The number of rounds is on the stack.
fn with_loop() -> Function {
    of_two_numbers(|b, x, trips| {
        let slot = b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 8, 3));
        let place = b.ins().stack_addr(types::I64, slot, 0);
        b.ins().store(MemFlagsData::trusted(), trips, place, 0);
        let before = chain(b, x, trips, 40);
        let (head, done) = (b.create_block(), b.create_block());
        let zero = b.ins().iconst(types::I64, 0);
        b.append_block_param(head, types::I64);
        b.append_block_param(head, types::I64);
        b.ins().jump(head, &[BlockArg::Value(zero), BlockArg::Value(before)]);
        b.switch_to_block(head);
        let &[round, state] = b.block_params(head) else { unreachable!() };
        let first = chain(b, state, before, 40);
        let second = chain(b, first, first, 40);
        let next = b.ins().iadd_imm_s(round, 1);
        let trips = b.ins().load(types::I64, MemFlagsData::trusted(), place, 0);
        let goes_on = b.ins().icmp(IntCC::UnsignedLessThan, next, trips);
        b.append_block_param(done, types::I64);
        let again = [BlockArg::Value(next), BlockArg::Value(second)];
        b.ins().brif(goes_on, head, &again, done, &[BlockArg::Value(second)]);
        b.switch_to_block(done);
        let result = b.block_params(done)[0];
        [chain(b, result, result, 40)]
    })
}

/// All functions that a function is cut into, the rest first, verified.
fn cut(function: &Function) -> Vec<Function> {
    let mut cut = Cut::of(function, SIZE).unwrap();
    let call_conv = function.signature.call_conv;
    let mut functions = vec![cut.rest(1).unwrap()];
    for number in 0..cut.parts() {
        functions.push(cut.part(number, UserFuncName::user(0, 1 + number as u32), call_conv).unwrap());
    }
    for function in &functions {
        verify_function(function, &*isa()).unwrap_or_else(|error| panic!("{error}\n{function}"));
    }
    functions
}

fn count(function: &Function, opcode: Opcode) -> usize {
    let insts = function.layout.blocks().flat_map(|block| function.layout.block_insts(block));
    insts.filter(|&inst| function.dfg.insts[inst].opcode() == opcode).count()
}

#[test]
fn parts_have_all_computations_once_and_a_call_each() {
    let whole = with_loop();
    let functions = cut(&whole);
    let parts = functions.len() - 1;
    assert_eq!(count(&functions[0], Opcode::Call), parts);
    assert!(parts >= 15, "{parts}");
    for opcode in [Opcode::Imul, Opcode::Bxor, Opcode::Icmp, Opcode::Brif] {
        let all: usize = functions.iter().map(|function| count(function, opcode)).sum();
        assert_eq!(all, count(&whole, opcode), "{opcode}");
    }
    for part in &functions[1..] {
        // The values that come from elsewhere and go there are added.
        assert!((SIZE / 8..2 * SIZE).contains(&count(part, Opcode::Imul).max(part.dfg.num_insts())), "{part}");
        assert_eq!(count(part, Opcode::Return), 1);
    }
    // The body of the loop is in parts, and the branches of the loop are in the rest.
    assert_eq!(count(&functions[0], Opcode::Brif), 1);
    assert!(count(&functions[0], Opcode::Imul) < 20, "{}", functions[0]);
}

#[test]
fn functions_that_are_small_or_have_no_stretch_stay_whole() {
    let small = of_two_numbers(|b, x, y| [chain(b, x, y, 8)]);
    assert!(Cut::of(&small, SIZE).is_none());
    let table = of_two_numbers(|b, x, y| {
        let value = chain(b, x, y, 100);
        let pointer = b.ins().get_frame_pointer(types::I64);
        [b.ins().iadd(value, pointer)]
    });
    assert!(Cut::of(&table, SIZE).is_none());
}

#[test]
fn dead_computations_are_left_out() {
    let dead = |is_used: bool| {
        of_two_numbers(|b, x, y| {
            let value = chain(b, x, y, 100);
            let other = b.ins().rotl(value, x);
            [if is_used { other } else { value }]
        })
    };
    let rotates = |functions: Vec<Function>| functions.iter().map(|part| count(part, Opcode::Rotl)).sum::<usize>();
    assert_eq!(rotates(cut(&dead(true))), 1);
    assert_eq!(rotates(cut(&dead(false))), 0);
}

#[test]
fn a_value_that_a_loop_reads_keeps_its_place_to_the_end_of_the_loop() {
    let function = with_loop();
    let order = Order::of(&function).unwrap();
    let regions = Regions::of(&function, &order, SIZE);
    let carried = Carried::of(&function, &order, &regions).unwrap();
    let carried_values = function.dfg.values().filter_map(|value| Some((value, carried.offset(value)?)));
    let mut places: std::collections::BTreeMap<u32, Vec<Value>> = std::collections::BTreeMap::new();
    carried_values.for_each(|(value, offset)| places.entry(offset).or_default().push(value));
    assert!(places.values().any(|values| values.len() > 2), "places are used again: {places:?}");
    // What the loop reads of the values before it, in its first half, must be there in the next round too.
    let is_in_loop =
        |value: Value| order.block(1).any(|place| function.dfg.inst_results(order.insts[place]).contains(&value));
    let is_read =
        |value: Value| order.block(1).any(|place| operands(&function, order.insts[place]).any(|read| read == value));
    let of_loop: Vec<&Vec<Value>> =
        places.values().filter(|values| values.iter().any(|&value| is_in_loop(value))).collect();
    assert!(!of_loop.is_empty());
    for values in of_loop {
        assert!(values.iter().all(|&value| is_in_loop(value) || !is_read(value)), "{values:?}");
    }
}

#[test]
fn computations_are_before_their_first_use_where_that_keeps_fewer_values() {
    // All products first, then their sum.
    let side_by_side = of_two_numbers(|b, x, y| {
        let products: Vec<Value> = (3..100).map(|i| b.ins().imul_imm_s(x, i)).collect();
        [products.into_iter().fold(y, |sum, product| b.ins().iadd(sum, product))]
    });
    let most_alive = |function: &Function| {
        let order = Order::of(function).unwrap();
        *order.alive.iter().max().unwrap()
    };
    assert!(most_alive(&side_by_side) < 5, "{}", most_alive(&side_by_side));
    // Two chains, each of whose steps reads both. One after the other is not possible.
    let one_by_one = of_two_numbers(|b, x, y| {
        let (mut first, mut second) = (x, y);
        for _ in 0..100 {
            let sum = b.ins().iadd(first, second);
            first = b.ins().imul(sum, first);
            second = b.ins().bxor(sum, second);
        }
        [first, second]
    });
    assert!(most_alive(&one_by_one) < 5, "{}", most_alive(&one_by_one));
}

#[test]
fn what_a_part_reads_it_does_not_write() {
    #[expect(clippy::wildcard_enum_match_arm)] // Cranelift has many formats.
    let place_of = |function: &Function, inst: Inst| match function.dfg.insts[inst] {
        cranelift_codegen::ir::InstructionData::Load { offset, .. } => (false, i32::from(offset)),
        cranelift_codegen::ir::InstructionData::Store { offset, .. } => (true, i32::from(offset)),
        _ => unreachable!(),
    };
    let function = of_two_numbers(|b, x, y| {
        let first = chain(b, x, y, 200);
        [chain(b, first, y, 200)]
    });
    for part in &cut(&function)[1..] {
        let insts = part.layout.blocks().flat_map(|block| part.layout.block_insts(block));
        let accesses =
            insts.filter(|&inst| part.dfg.insts[inst].opcode().can_load() || part.dfg.insts[inst].opcode().can_store());
        let (written, read): (Vec<_>, Vec<_>) =
            accesses.map(|inst| place_of(part, inst)).partition(|&(is_store, _)| is_store);
        assert!(written.iter().all(|(_, place)| read.iter().all(|(_, read)| read != place)), "{part}");
    }
}
