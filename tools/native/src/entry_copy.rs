//! The `xls` entry point of a light function: the optimised code of `direct` with another begin and other ends.
//!
//! The entry points of a light function have a copy of its code each, because a call would be a good part of its time. All steps up
//! to code generation would do the same for both, and they take most of the time of compiling a small function. So `xls` is made
//! after these steps: it loads what `direct` has as parameters, and stores what `direct` returns. Numbers that `direct` puts
//! together to words are stored one by one.
//!
//! Invariant: everything between the begin and a return is as in `direct`.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::{
    types, Block, Function, Inst, InstBuilder, InstructionData, Opcode, Type as ClifType, Value,
};
use xls_aot_ir::Function as IrFunction;

use crate::entry_direct::{passed, Passed, Returned};
use crate::function::{load_flags, scalar_flags, unaligned_flags};
use crate::ownership::MemRef;
use crate::Fault;

/// A number in the result: a byte offset and a number of bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field {
    pub at: u64,
    pub bytes: u64,
}

/// A field and its value; `None` for zero.
type Store = (Field, Option<Value>);

/// What `xls` stores instead of each return of `direct`.
pub(crate) struct Stores(Vec<(Inst, Vec<Store>)>);

/// Most values that a returned word is put together from.
const PIECES_MAX: usize = 16;

impl Stores {
    /// What to store instead of returning it, if the result has these fields of at most 8 bytes, none of which is in two words; `None`
    /// if a returned word is not made of them one by one. Taking it apart would cost time.
    pub fn of(code: &Function, returned: Returned, fields: &[Field]) -> Option<Self> {
        let last = code.layout.blocks().filter_map(|block| code.layout.last_inst(block));
        let returns = last.filter(|&inst| code.dfg.insts[inst].opcode() == Opcode::Return);
        let stores = returns.map(|inst| {
            let mut stores = Vec::new();
            if matches!(returned, Returned::Scalar(_) | Returned::Words(_)) {
                for (at, &word) in (0..).step_by(8).zip(code.dfg.inst_args(inst)) {
                    let fields = fields.iter().copied().filter(|field| (at..at + 8).contains(&field.at));
                    stores.extend(values_of_fields(code, word, at, fields.collect())?);
                }
            }
            Some((inst, stores))
        });
        stores.collect::<Option<_>>().map(Stores)
    }
}

/// What the fields have that are in a word that begins at the byte `start`.
fn values_of_fields(code: &Function, word: Value, start: u64, fields: Vec<Field>) -> Option<Vec<Store>> {
    if let [field] = fields[..] {
        return (field.at == start).then(|| vec![(field, Some(word))]);
    }
    let mut pieces = Vec::new();
    take_apart(code, word, 0, &mut pieces)?;
    let mut values: Vec<Store> = fields.into_iter().map(|field| (field, None)).collect();
    for (piece, shift) in pieces {
        let (field, value) = values.iter_mut().find(|(field, _)| 8 * (field.at - start) == u64::from(shift))?;
        if value.is_some() || u64::from(significant_bits(code, piece)) > 8 * field.bytes {
            return None;
        }
        *value = Some(piece);
    }
    Some(values)
}

/// Finds the values that are shifted to the left and combined to `value`, itself shifted by `shift`.
fn take_apart(code: &Function, value: Value, shift: u32, pieces: &mut Vec<(Value, u32)>) -> Option<()> {
    if pieces.len() >= PIECES_MAX {
        return None;
    }
    let value = code.dfg.resolve_aliases(value);
    match code.dfg.value_def(value).inst().map(|inst| code.dfg.insts[inst]) {
        Some(InstructionData::Binary { opcode: Opcode::Bor, args }) => {
            args.into_iter().try_for_each(|arg| take_apart(code, arg, shift, pieces))
        }
        Some(InstructionData::Binary { opcode: Opcode::Ishl, args: [x, by] }) => match constant(code, by) {
            Some(by) if by < 64 => take_apart(code, x, shift + by as u32, pieces),
            _ => None,
        },
        _ => {
            pieces.push((value, shift));
            Some(())
        }
    }
}

/// How many low bits of a value can be set.
fn significant_bits(code: &Function, value: Value) -> u32 {
    let own = code.dfg.value_type(value).bits();
    match code.dfg.value_def(value).inst().map(|inst| code.dfg.insts[inst]) {
        Some(InstructionData::Unary { opcode: Opcode::Uextend, arg }) => {
            significant_bits(code, code.dfg.resolve_aliases(arg))
        }
        Some(InstructionData::Binary { opcode: Opcode::Band, args: [_, mask] }) => {
            constant(code, mask).map_or(own, |mask| own.min(64 - mask.leading_zeros()))
        }
        Some(InstructionData::Binary { opcode: Opcode::Ushr, args: [_, by] }) => {
            constant(code, by).map_or(own, |by| own - (by % u64::from(own)) as u32)
        }
        Some(InstructionData::Load { opcode: Opcode::Uload8, .. }) => 8,
        Some(InstructionData::Load { opcode: Opcode::Uload16, .. }) => 16,
        Some(InstructionData::Load { opcode: Opcode::Uload32, .. }) => 32,
        _ => own,
    }
}

/// The bits of a constant.
fn constant(code: &Function, value: Value) -> Option<u64> {
    let inst = code.dfg.value_def(code.dfg.resolve_aliases(value)).inst()?;
    let InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } = code.dfg.insts[inst] else { return None };
    Some(imm.bits() as u64)
}

/// Makes the code of `xls` of the optimised code of `direct`, whose result is returned as `returned` says; `function` is what they
/// compute.
pub(crate) fn become_xls(
    code: &mut Function,
    function: &IrFunction,
    returned: Returned,
    stores: Stores,
) -> Result<(), Fault> {
    let outputs = load_parameters(code, function, returned)?;
    for (inst, stores) in stores.0 {
        replace_return(code, inst, outputs, &stores);
    }
    Ok(())
}

/// Loads the parameters of `direct`, each where it is used first. Gives the address of the address of the result.
fn load_parameters(code: &mut Function, function: &IrFunction, returned: Returned) -> Result<Value, Fault> {
    let missing = || Fault::Internal("entry point without its parameters".to_owned());
    let block = code.layout.entry_block().ok_or_else(missing)?;
    let old = code.dfg.block_params(block).to_vec();
    let uses = uses(code, block, &old);
    code.dfg.detach_block_params(block);
    let types: Vec<ClifType> = code.signature.params.iter().map(|param| param.value_type).collect();
    let new: Vec<Value> = types.into_iter().map(|ty| code.dfg.append_block_param(block, ty)).collect();
    let &[inputs, outputs, ..] = &new[..] else { return Err(missing()) };
    let mut cursor = FuncCursor::new(code);
    let mut parameters = old.into_iter().zip(uses);
    let mut next = || parameters.next().ok_or_else(missing);
    let mut extensions = Vec::new();
    if let Returned::Hidden = returned {
        let (parameter, uses) = next()?;
        if let Some(Uses { first, .. }) = uses {
            cursor.goto_inst(first);
            let output = cursor.ins().load(types::I64, scalar_flags(), outputs, 0);
            cursor.func.dfg.change_to_alias(parameter, output);
        }
    }
    // Nobody writes the arguments while the function runs.
    let constant = MemRef::constant(inputs, 0);
    let (scalar, word) = (load_flags(&constant, true), load_flags(&constant, false));
    for (i, &param) in function.params.iter().enumerate() {
        let passed = passed(&function.node(param).ty);
        let count = match passed {
            Passed::Token => 0,
            Passed::Scalar(_) | Passed::Reference => 1,
            Passed::Pair => 2,
        };
        for offset in (0..8 * count).step_by(8) {
            let (parameter, uses) = next()?;
            let Some(Uses { first, extended }) = uses else { continue };
            cursor.goto_inst(first);
            let address = cursor.ins().load(types::I64, word, inputs, 8 * i as i32);
            let value = match passed {
                Passed::Token | Passed::Reference => address,
                Passed::Pair => cursor.ins().load(types::I64, word, address, offset),
                // Small numbers are loaded with zeros above them.
                Passed::Scalar(types::I8) => cursor.ins().uload8(types::I64, scalar, address, 0),
                Passed::Scalar(types::I16) => cursor.ins().uload16(types::I64, scalar, address, 0),
                Passed::Scalar(ty) => cursor.ins().load(ty, scalar, address, 0),
            };
            become_low_bits(&mut cursor, parameter, value);
            for inst in extended {
                let result = cursor.func.dfg.first_result(inst);
                cursor.func.dfg.detach_inst_results(inst);
                become_low_bits(&mut cursor, result, value);
                extensions.push(inst);
            }
        }
    }
    // One of them may be where something was inserted.
    extensions.into_iter().for_each(|inst| cursor.func.layout.remove_inst(inst));
    Ok(outputs)
}

/// The uses of a parameter.
#[derive(Clone)]
struct Uses {
    /// The first one in the entry block; the last instruction of that if all are in other blocks.
    first: Inst,
    /// If the parameter has 8 or 16 bits: the instructions that put zeros above it.
    extended: Vec<Inst>,
}

/// The uses of each parameter; `None` if it has none.
fn uses(code: &Function, entry: Block, parameters: &[Value]) -> Vec<Option<Uses>> {
    let mut uses = vec![None; parameters.len()];
    for block in code.layout.blocks() {
        for inst in code.layout.block_insts(block) {
            for value in code.dfg.inst_values(inst) {
                let value = code.dfg.resolve_aliases(value);
                let Some(parameter) = parameters.iter().position(|&parameter| parameter == value) else { continue };
                let uses = uses[parameter].get_or_insert_with(|| {
                    let end = code.layout.last_inst(entry).filter(|_| block != entry);
                    Uses { first: end.unwrap_or(inst), extended: Vec::new() }
                });
                let is_extension = code.dfg.insts[inst].opcode() == Opcode::Uextend
                    && code.dfg.value_type(code.dfg.first_result(inst)).bits() <= 64;
                if is_extension && code.dfg.value_type(value).bits() <= 16 {
                    uses.extended.push(inst);
                }
            }
        }
    }
    uses
}

/// Makes a value that is defined nowhere the low bits of another one, which takes no instruction.
fn become_low_bits(cursor: &mut FuncCursor<'_>, value: Value, of: Value) {
    let ty = cursor.func.dfg.value_type(value);
    let low = if ty == cursor.func.dfg.value_type(of) { of } else { cursor.ins().ireduce(ty, of) };
    cursor.func.dfg.change_to_alias(value, low);
}

/// Replaces a return of `direct` by one of `xls`. Each number is stored as soon as it is there: then it takes no register any more.
fn replace_return(code: &mut Function, inst: Inst, outputs: Value, stores: &[Store]) {
    let block = code.layout.inst_block(inst);
    let place = |def: Inst| code.layout.block_insts(block?).position(|inst| inst == def).map(|place| (place, def));
    let low = |&(field, value): &Store| {
        let low = value.map(|value| low_bits(code, value, 8 * field.bytes as u32));
        // Behind what computes it, if that is in this block.
        let def = low.and_then(|low| code.dfg.value_def(low).inst()).and_then(place);
        (def.unwrap_or((usize::MAX, inst)), field, low)
    };
    let mut stores: Vec<_> = stores.iter().map(low).collect();
    stores.sort_by_key(|&((place, _), ..)| place);
    let mut cursor = FuncCursor::new(code).at_inst(inst);
    let (mut output, mut behind) = (None, None);
    for ((_, def), Field { at, bytes }, low) in stores {
        // What one instruction computes is stored in turn.
        if behind.replace(def) != Some(def) {
            if def == inst {
                cursor.goto_inst(inst);
            } else {
                cursor.goto_after_inst(def);
            }
        }
        let output = *output.get_or_insert_with(|| cursor.ins().load(types::I64, scalar_flags(), outputs, 0));
        let low = low.unwrap_or_else(|| cursor.ins().iconst(types::I64, 0));
        let (flags, at) = (unaligned_flags(), at as i32);
        match bytes {
            _ if u64::from(cursor.func.dfg.value_type(low).bytes()) == bytes => {
                cursor.ins().store(flags, low, output, at)
            }
            4 => cursor.ins().istore32(flags, low, output, at),
            2 => cursor.ins().istore16(flags, low, output, at),
            _ => cursor.ins().istore8(flags, low, output, at),
        };
    }
    cursor.goto_inst(inst);
    let zero = cursor.ins().iconst(types::I64, 0);
    cursor.ins().return_(&[zero]);
    cursor.remove_inst();
}

/// A value of at least `width` bits with the same low `width` bits, without what only clears the bits above them.
fn low_bits(code: &Function, value: Value, width: u32) -> Value {
    let value = code.dfg.resolve_aliases(value);
    match code.dfg.value_def(value).inst().map(|inst| code.dfg.insts[inst]) {
        Some(InstructionData::Unary { opcode: Opcode::Uextend, arg }) if code.dfg.value_type(arg).bits() >= width => {
            low_bits(code, arg, width)
        }
        Some(InstructionData::Binary { opcode: Opcode::Band, args: [x, mask] })
            if constant(code, mask).is_some_and(|mask| mask.trailing_ones() >= width) =>
        {
            low_bits(code, x, width)
        }
        _ => value,
    }
}
