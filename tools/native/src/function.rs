//! The context of lowering one machine-level function: builder, frame, environment.
//!
//! Everything that lowers takes `&mut FnCtx`. The holder convention of values in memory: a function that returns a
//! [`Lowered`] hands one hold on each of its buffers to the caller; arguments are borrowed.

use std::collections::BTreeMap;
use std::rc::Rc;

use cranelift_codegen::ir::{
    types, ExtFuncData, ExternalName, FuncRef, GlobalValueData, InstBuilder, InstructionData, MemFlagsData, Opcode,
    SigRef, Signature, Type as ClifType, UserExternalName, Value, ValueDef,
};
use cranelift_frontend::FunctionBuilder;

use crate::data::DataRef;
use crate::frame::Frame;
use crate::program::{Program, DATA_NAMESPACE, FUNCTION_NAMESPACE};
use crate::routines::Routine;
use crate::value::{Lowered, MemRef};
use crate::Fault;

/// What compiled code needs to report events.
#[derive(Clone, Copy)]
pub(crate) struct Environment {
    /// Pointer to the instance context.
    pub context: Value,
    /// Pointer to the event sink.
    pub events: Value,
}

/// State of lowering one machine-level function.
pub(crate) struct FnCtx<'f, 'p> {
    /// Cranelift's builder; an unfilled block is always current.
    pub b: FunctionBuilder<'f>,
    /// The program being compiled.
    pub program: &'f mut Program<'p>,
    /// Places of temporaries.
    pub frame: Frame,
    /// Address of the frame.
    pub frame_base: Value,
    /// Present if the function can record events.
    pub env: Option<Environment>,
    functions: BTreeMap<u32, FuncRef>,
    signatures: Vec<(Signature, SigRef)>,
}

/// Flags of loads and stores of aligned scalars that cannot trap.
pub(crate) fn scalar_flags() -> MemFlagsData {
    MemFlagsData::new().with_notrap().with_aligned()
}

/// Flags of loads from a place.
pub(crate) fn load_flags(place: &MemRef, aligned: bool) -> MemFlagsData {
    let flags = if aligned { scalar_flags() } else { unaligned_flags() };
    if place.constant {
        flags.with_readonly().with_can_move()
    } else {
        flags
    }
}

/// Flags of loads and stores whose address may be aligned to less than their size.
pub(crate) fn unaligned_flags() -> MemFlagsData {
    MemFlagsData::new().with_notrap()
}

impl<'f, 'p> FnCtx<'f, 'p> {
    pub fn new(
        b: FunctionBuilder<'f>,
        program: &'f mut Program<'p>,
        frame_base: Value,
        env: Option<Environment>,
    ) -> Self {
        Self {
            b,
            program,
            frame: Frame::default(),
            frame_base,
            env,
            functions: BTreeMap::new(),
            signatures: Vec::new(),
        }
    }

    /// A constant of type `ty`.
    pub fn imm(&mut self, ty: ClifType, value: u64) -> Value {
        let bits = ty.bits();
        let value = if bits < 64 { value & ((1 << bits) - 1) } else { value };
        self.b.ins().iconst(ty, value as i64)
    }

    /// The constant that a value is, if it is one.
    pub fn const_of(&self, value: Value) -> Option<u64> {
        let dfg = &self.b.func.dfg;
        match dfg.value_def(dfg.resolve_aliases(value)) {
            ValueDef::Result(inst, 0) => match dfg.insts[inst] {
                InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => {
                    let bits = dfg.value_type(value).bits();
                    let imm = imm.bits() as u64;
                    Some(if bits < 64 { imm & ((1 << bits) - 1) } else { imm })
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Type of a value.
    pub fn type_of(&self, value: Value) -> ClifType {
        self.b.func.dfg.value_type(value)
    }

    /// Address of constant data.
    pub fn data_address(&mut self, data: DataRef) -> Value {
        let name = self.b.func.declare_imported_user_function(UserExternalName { namespace: DATA_NAMESPACE, index: 0 });
        let global = self.b.create_global_value(GlobalValueData::Symbol {
            name: ExternalName::user(name),
            offset: (data.offset as i64).into(),
            colocated: true,
            tls: false,
        });
        self.b.ins().symbol_value(types::I64, global)
    }

    /// A reference to a function of the program.
    pub fn function_ref(&mut self, index: u32) -> FuncRef {
        if let Some(&found) = self.functions.get(&index) {
            return found;
        }
        let signature = self.program.signature(index);
        let signature = self.b.import_signature(signature);
        let name =
            self.b.func.declare_imported_user_function(UserExternalName { namespace: FUNCTION_NAMESPACE, index });
        let function = self.b.import_function(ExtFuncData {
            name: ExternalName::user(name),
            signature,
            colocated: true,
            patchable: false,
        });
        self.functions.insert(index, function);
        function
    }

    /// A reference to a signature, shared within the function.
    pub fn signature_ref(&mut self, signature: Signature) -> SigRef {
        if let Some((_, found)) = self.signatures.iter().find(|(s, _)| *s == signature) {
            return *found;
        }
        let reference = self.b.import_signature(signature.clone());
        self.signatures.push((signature, reference));
        reference
    }

    /// Calls a routine; its result if it has one, otherwise some value that must not be used.
    pub fn call_routine(&mut self, routine: Routine, arguments: &[Value]) -> Option<Value> {
        let index = self.program.routine(routine);
        let function = self.function_ref(index);
        let call = self.b.ins().call(function, arguments);
        self.b.inst_results(call).first().copied()
    }

    /// A fresh buffer in the frame, held once.
    pub fn allocate(&mut self, size: u64) -> Result<MemRef, Fault> {
        let (buffer, offset) = self
            .frame
            .allocate(size)
            .ok_or_else(|| Fault::TooLarge("the temporary values of a function exceed the address space".to_owned()))?;
        Ok(MemRef {
            base: self.frame_base,
            offset: offset as i64,
            buffers: Rc::from([buffer]),
            owned: true,
            constant: false,
        })
    }

    /// One more hold on everything in memory that `value` refers to.
    pub fn retain(&mut self, value: &Lowered) {
        let frame = &mut self.frame;
        value.for_each_mem(&mut |mem| mem.buffers.iter().for_each(|&b| frame.retain(b)));
    }

    /// One hold less.
    pub fn release(&mut self, value: &Lowered) {
        let frame = &mut self.frame;
        value.for_each_mem(&mut |mem| mem.buffers.iter().for_each(|&b| frame.release(b)));
    }

    /// One hold more on a place.
    pub fn retain_mem(&mut self, mem: &MemRef) {
        mem.buffers.iter().for_each(|&b| self.frame.retain(b));
    }

    /// One hold less on a place.
    pub fn release_mem(&mut self, mem: &MemRef) {
        mem.buffers.iter().for_each(|&b| self.frame.release(b));
    }

    /// True if the caller is the only holder of the memory, so that it may be overwritten.
    pub fn is_exclusive(&self, mem: &MemRef) -> bool {
        mem.owned && mem.buffers.iter().all(|&b| self.frame.holders(b) == 1)
    }

    /// The address of a place plus `extra` bytes as base and a small offset.
    pub fn address_parts(&mut self, mem: &MemRef, extra: u64) -> (Value, i32) {
        let offset = mem.offset + extra as i64;
        match i32::try_from(offset) {
            Ok(offset) => (mem.base, offset),
            Err(_) => (self.b.ins().iadd_imm_s(mem.base, offset), 0),
        }
    }

    /// The address of a place as one value.
    pub fn address(&mut self, mem: &MemRef) -> Value {
        if mem.offset == 0 {
            mem.base
        } else {
            self.b.ins().iadd_imm_s(mem.base, mem.offset)
        }
    }

    /// Loads the 64-bit word at byte `extra` of a place.
    pub fn load_word(&mut self, mem: &MemRef, extra: u64) -> Value {
        let (base, offset) = self.address_parts(mem, extra);
        self.b.ins().load(types::I64, load_flags(mem, false), base, offset)
    }

    /// Stores a 64-bit word at byte `extra` of a place.
    pub fn store_word(&mut self, word: Value, mem: &MemRef, extra: u64) {
        let (base, offset) = self.address_parts(mem, extra);
        self.b.ins().store(unaligned_flags(), word, base, offset);
    }

    /// A new block that the current one jumps to if `condition` is non-zero, and the block after both.
    pub fn if_then(
        &mut self,
        condition: Value,
        then: impl FnOnce(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let body = self.b.create_block();
        let join = self.b.create_block();
        self.b.ins().brif(condition, body, &[], join, &[]);
        self.b.seal_block(body);
        self.b.switch_to_block(body);
        then(self)?;
        self.b.ins().jump(join, &[]);
        self.b.seal_block(join);
        self.b.switch_to_block(join);
        Ok(())
    }
}
