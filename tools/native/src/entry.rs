//! The machine-level functions: the `xls` entry point, and IR functions that are compiled separately. Each has its frame.

use cranelift_codegen::ir::{
    types, AbiParam, InstBuilder, InstructionData, Opcode, Signature, StackSlot, StackSlotData, StackSlotKind, Value,
};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use xls_aot_backend::CompiledEntry;
use xls_aot_ir::{FuncId, Type};
use xls_aot_layout::Layout;
use xls_aot_runtime::abi::{EntryKind, Features};

use crate::frame::BUFFER_ALIGN;
use crate::function::{Environment, FnCtx};
use crate::lower_call::{argument_leaves, local_signature, returned, Returned};
use crate::ownership::MemRef;
use crate::program::{LocalFunction, Program};
use crate::repr::shape_of;
use crate::result_place::{ResultPlaces, Wanted};
use crate::value::Lowered;
use crate::Fault;

/// Weight above which a function that other code calls is compiled once, and its entry points call it too.
const SHARED_WEIGHT: u64 = 150;

/// Frames up to this size are on the stack of the entry point; larger ones are the caller's scratch.
pub(crate) const STACK_FRAME_MAX: u64 = 4096;

/// The compiled entry points of a function, by their indices in the program.
pub(crate) struct Entry {
    /// The `xls` one.
    pub xls: u32,
    /// The `direct` one, if there is one.
    pub direct: Option<u32>,
    /// Bytes of scratch that `xls` needs from its caller.
    pub scratch: u64,
}

impl Entry {
    /// The entry points by kind.
    pub fn exports(&self) -> Vec<(EntryKind, u32)> {
        let direct = self.direct.map(|index| (EntryKind::Direct, index));
        [(EntryKind::Xls, self.xls)].into_iter().chain(direct).collect()
    }

    /// The same for the description.
    pub fn facts(&self) -> CompiledEntry {
        let align = if self.scratch > 0 { BUFFER_ALIGN } else { 1 };
        let scratch = if self.scratch > 0 { Features::SCRATCH } else { Features::NONE };
        let direct = if self.direct.is_some() { Features::DIRECT } else { Features::NONE };
        CompiledEntry {
            kinds: self.exports().into_iter().map(|(kind, _)| kind).collect(),
            temp_buffer: Layout { size: self.scratch, align },
            features: scratch | direct,
        }
    }
}

/// The signature of `xls_aot_runtime::abi::XlsEntry` without its last two parameters, which are not used and would be on the
/// stack. In the C convention, a callee may ignore its last parameters.
pub(crate) fn xls_signature(call_conv: CallConv) -> Signature {
    let mut signature = Signature::new(call_conv);
    signature.params = vec![AbiParam::new(types::I64); 5];
    signature.returns.push(AbiParam::new(types::I64));
    signature
}

/// A frame on the stack whose size is set once it is known, and its address.
pub(crate) fn frame_on_stack(b: &mut FunctionBuilder<'_>) -> (StackSlot, Value) {
    let slot = b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 0, 4));
    let address = b.ins().stack_addr(types::I64, slot, 0);
    (slot, address)
}

/// The `xls` entry point of `top`: see `xls_aot_runtime::abi::XlsEntry`.
pub(crate) fn define_entry(program: &mut Program<'_>, top: FuncId) -> Result<Entry, Fault> {
    let package = program.package;
    let function = package.function(top);
    let index = program.declare(xls_signature(program.call_conv()));
    let mut code = program.new_function(index);
    let mut context = FunctionBuilderContext::new();
    let (mut b, parameters) = begin(&mut code, &mut context);
    let [inputs, outputs, temp, events, instance, ..] = parameters.as_slice() else {
        return Err(Fault::Internal("entry point without its parameters".to_owned()));
    };
    let (slot, frame_base) = frame_on_stack(&mut b);
    let env = Environment { context: *instance, events: *events };
    let config = program.frontend_config();
    let mut ctx = FnCtx::new(b, program, frame_base, Some(env));
    let mut arguments = Vec::with_capacity(function.params.len());
    for (i, &param) in function.params.iter().enumerate() {
        let address = ctx.load_word(&MemRef::constant(*inputs, 0), 8 * i as u64);
        arguments.push(ctx.load(&function.node(param).ty, &MemRef::constant(address, 0))?);
    }
    let ty = &function.return_type;
    let early = shape_of(ty).has_memory;
    // Where the result is made only at the end, the address would take a register until then.
    let mut places = if early { Some(ctx.output_places(*outputs, ty)?) } else { None };
    let wanted = places.as_ref().map_or(Wanted::Anywhere, |places| places.wanted.clone());
    let result = ctx.lower_entry(top, arguments, wanted)?;
    let places = match places.take() {
        Some(places) => places,
        None => ctx.output_places(*outputs, ty)?,
    };
    ctx.store_result(result, ty, places)?;
    let zero = ctx.imm(types::I64, 0);
    ctx.b.ins().return_(&[zero]);
    let size = ctx.frame_size(&function.name)?;
    let scratch = place_frame(&mut ctx, slot, frame_base, *temp, size);
    ctx.b.seal_all_blocks();
    ctx.b.finalize(config);
    program.define(index, code)?;
    Ok(Entry { xls: index, direct: None, scratch })
}

impl FnCtx<'_, '_> {
    /// The places for the result at the address that `outputs` points to.
    fn output_places(&mut self, outputs: Value, ty: &Type) -> Result<ResultPlaces, Fault> {
        let output = self.load_word(&MemRef::constant(outputs, 0), 0);
        self.result_places(ty, output)
    }

    /// The result of the function of an entry point: its body, or a call if the code is there already and a copy of it would
    /// be large.
    pub fn lower_entry(&mut self, top: FuncId, arguments: Vec<Lowered>, wanted: Wanted) -> Result<Lowered, Fault> {
        if self.program.local_functions.contains_key(&top) && self.program.plan.weight(top) > SHARED_WEIGHT {
            return self.apply(top, arguments, wanted);
        }
        self.lower_body(top, arguments, wanted)
    }
}

/// Decides where the entry point's frame is, now that its size is known. Gives the scratch needed.
fn place_frame(ctx: &mut FnCtx<'_, '_>, slot: StackSlot, frame_base: Value, temp: Value, size: u64) -> u64 {
    if size <= STACK_FRAME_MAX {
        ctx.b.func.sized_stack_slots[slot].size = size as u32;
        return 0;
    }
    let dfg = &mut ctx.b.func.dfg;
    if let Some(inst) = dfg.value_def(frame_base).inst() {
        // The address was written before the size was known; `temp | temp` is `temp`.
        dfg.insts[inst] = InstructionData::Binary { opcode: Opcode::Bor, args: [temp, temp] };
    }
    size
}

/// Compiles a function that is not inlined; its callees of that kind are compiled.
pub(crate) fn define_local(program: &mut Program<'_>, id: FuncId) -> Result<(), Fault> {
    let package = program.package;
    let function = package.function(id);
    let effects = program.info[id.index()].effects;
    let signature = local_signature(function, effects, program.call_conv());
    let index = program.declare(signature);
    let mut code = program.new_function(index);
    let mut context = FunctionBuilderContext::new();
    let (b, parameters) = begin(&mut code, &mut context);
    let mut parameters = parameters.into_iter();
    let mut next = || parameters.next().ok_or_else(|| Fault::Internal("function with too few parameters".to_owned()));
    let frame_base = next()?;
    let returned = returned(&function.return_type);
    let output = if returned == Returned::Memory { Some(next()?) } else { None };
    let env = if effects { Some(Environment { context: next()?, events: next()? }) } else { None };
    let config = program.frontend_config();
    let mut ctx = FnCtx::new(b, program, frame_base, env);
    let mut arguments = Vec::with_capacity(function.params.len());
    for &param in &function.params {
        let ty = &function.node(param).ty;
        arguments.push(match argument_leaves(ty) {
            Some(_) => ctx.unflatten(ty, &mut parameters)?,
            None => {
                let address =
                    parameters.next().ok_or_else(|| Fault::Internal("function with too few parameters".to_owned()))?;
                ctx.load(ty, &MemRef::constant(address, 0))?
            }
        });
    }
    let places = match (returned, output) {
        (Returned::Memory, Some(output)) => Some(ctx.result_places(&function.return_type, output)?),
        _ => None,
    };
    let wanted = places.as_ref().map_or(Wanted::Anywhere, |places| places.wanted.clone());
    let result = ctx.lower_body(id, arguments, wanted)?;
    match (places, returned, result) {
        (Some(places), _, result) => {
            ctx.store_result(result, &function.return_type, places)?;
            ctx.b.ins().return_(&[]);
        }
        (None, Returned::Value(_), Lowered::Bits(bv)) => {
            let bv = ctx.clean(&bv);
            ctx.b.ins().return_(&[bv.first()]);
        }
        _ => {
            ctx.b.ins().return_(&[]);
        }
    }
    let frame_size = ctx.frame_size(&function.name)?;
    ctx.b.seal_all_blocks();
    ctx.b.finalize(config);
    program.define(index, code)?;
    program.local_functions.insert(id, LocalFunction { index, frame_size });
    Ok(())
}

/// Starts a function: its builder in the entry block, and its parameters.
pub(crate) fn begin<'a>(
    code: &'a mut cranelift_codegen::ir::Function,
    context: &'a mut FunctionBuilderContext,
) -> (FunctionBuilder<'a>, Vec<Value>) {
    let mut b = FunctionBuilder::new(code, context);
    let block = b.create_block();
    b.append_block_params_for_function_params(block);
    b.switch_to_block(block);
    b.seal_block(block);
    let parameters = b.block_params(block).to_vec();
    (b, parameters)
}
