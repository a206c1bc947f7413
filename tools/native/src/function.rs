//! The context of lowering one machine-level function: builder, frame, environment.
//!
//! All lowering functions take `&mut FnCtx`. Values in memory are counted references, and code writes only through a
//! `Writable` ([`crate::ownership`]).

use std::collections::BTreeMap;

use cranelift_codegen::ir::{
    types, ExtFuncData, ExternalName, FuncRef, GlobalValue, GlobalValueData, InstBuilder, InstructionData,
    MemFlagsData, Opcode, SigRef, Signature, Type as ClifType, UserExternalName, Value, ValueDef,
};
use cranelift_frontend::FunctionBuilder;

use crate::data::DataRef;
use crate::depth::Depths;
use crate::ownership::{MemRef, Owners, Part, Writable};
use crate::program::{Program, DATA_NAMESPACE, FUNCTION_NAMESPACE};
use crate::result_place::Wanted;
use crate::routines::Routine;
use crate::value::Lowered;
use crate::Fault;

/// What compiled code needs to report events.
#[derive(Clone, Copy)]
pub(crate) struct Environment {
    /// Pointer to the instance context.
    pub context: Value,
    /// Pointer to the event sink.
    pub events: Value,
}

/// The address of memory that a routine or function writes. [`FnCtx::address_to_write`] makes it, so the write is recorded.
#[derive(Clone, Copy)]
pub(crate) struct Destination(Value);

impl Destination {
    /// As an argument of a call.
    pub fn address(self) -> Value {
        self.0
    }
}

/// State of lowering one machine-level function.
pub(crate) struct FnCtx<'f, 'p> {
    /// Cranelift's builder; an unfilled block is always current.
    pub b: FunctionBuilder<'f>,
    /// The program being compiled.
    pub program: &'f mut Program<'p>,
    /// The frame, and the rights to write to it.
    pub owners: Owners,
    /// Present if the function can record events.
    pub env: Option<Environment>,
    /// Where the value of the node that is lowered is wanted.
    pub wanted: Wanted,
    /// The depths of values that many values were combined with.
    pub depths: Depths,
    /// The first constant of the object's data, once it is referred to.
    constants: Option<GlobalValue>,
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
    if place.is_constant() {
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
        let owners = Owners::new(frame_base, program.checks_writes());
        let wanted = Wanted::Anywhere;
        let (functions, signatures, depths) = (BTreeMap::new(), Vec::new(), Depths::default());
        Self { b, program, owners, env, wanted, depths, constants: None, functions, signatures }
    }

    /// A constant of type `ty`.
    pub fn imm(&mut self, ty: ClifType, value: u64) -> Value {
        let bits = ty.bits();
        let value = if bits < 64 { value & ((1 << bits) - 1) } else { value };
        self.b.ins().iconst(ty, value as i64)
    }

    /// The instruction whose first result a value is, if it is one.
    pub fn definition(&self, value: Value) -> Option<InstructionData> {
        let dfg = &self.b.func.dfg;
        let ValueDef::Result(inst, 0) = dfg.value_def(dfg.resolve_aliases(value)) else { return None };
        Some(dfg.insts[inst])
    }

    /// The constant that a value is, if it is one.
    pub fn const_of(&self, value: Value) -> Option<u64> {
        let InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } = self.definition(value)? else { return None };
        let bits = self.type_of(value).bits();
        let imm = imm.bits() as u64;
        Some(if bits < 64 { imm & ((1 << bits) - 1) } else { imm })
    }

    /// Type of a value.
    pub fn type_of(&self, value: Value) -> ClifType {
        self.b.func.dfg.value_type(value)
    }

    /// Constant data. Its address is a distance from the first constant, so that functions with many tables need one register
    /// for all of them, instead of one for each: Cranelift's optimiser makes the equal instructions one.
    pub fn constant_data(&mut self, data: DataRef) -> MemRef {
        let global = match self.constants {
            Some(global) => global,
            None => {
                let name = UserExternalName { namespace: DATA_NAMESPACE, index: 0 };
                let name = self.b.func.declare_imported_user_function(name);
                self.b.create_global_value(GlobalValueData::Symbol {
                    name: ExternalName::user(name),
                    offset: 0.into(),
                    colocated: true,
                    tls: false,
                })
            }
        };
        self.constants = Some(global);
        let base = self.b.ins().symbol_value(types::I64, global);
        MemRef::constant(base, data.offset as i64)
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

    /// Calls a routine with what it writes and its other arguments; its result, if it has one.
    pub fn call_routine(&mut self, routine: Routine, to: &[Destination], arguments: &[Value]) -> Option<Value> {
        debug_assert_eq!(to.len(), routine.destinations(), "{routine:?}");
        let index = self.program.routine(routine);
        let function = self.function_ref(index);
        let arguments: Vec<Value> = to.iter().map(|to| to.0).chain(arguments.iter().copied()).collect();
        let call = self.b.ins().call(function, &arguments);
        self.b.inst_results(call).first().copied()
    }

    /// A fresh buffer in the frame.
    pub fn allocate(&mut self, size: u64) -> Result<Writable, Fault> {
        self.owners
            .allocate(size)
            .ok_or_else(|| Fault::TooLarge("the temporary values of a function exceed the address space".to_owned()))
    }

    /// Ends lowering of function `name`: bytes that its frame needs.
    ///
    /// # Errors
    /// If code outside of nodes overwrote a value that is needed.
    pub fn frame_size(&mut self, name: &str) -> Result<u64, Fault> {
        self.owners.report_violation().map_err(|what| Fault::Internal(format!("{what}, in function {name}")))?;
        Ok(self.owners.frame_size())
    }

    /// Tells the checker that nothing may write memory of `value` until [`FnCtx::no_longer_needed`].
    pub fn needed(&mut self, value: &Lowered) {
        if self.owners.is_checked() {
            value.for_each_mem(&mut |mem| self.owners.needed(mem));
        }
    }

    /// Ends one [`FnCtx::needed`].
    pub fn no_longer_needed(&mut self, value: &Lowered) {
        if self.owners.is_checked() {
            value.for_each_mem(&mut |mem| self.owners.no_longer_needed(mem));
        }
    }

    /// The address of a place plus `extra` bytes as base and a small offset.
    pub fn address_parts(&mut self, mem: &MemRef, extra: u64) -> (Value, i32) {
        self.near(mem.base(), mem.offset() + extra as i64)
    }

    /// The same for `size` bytes that are about to be written.
    pub fn address_parts_to_write(&mut self, to: &Part<'_>, extra: u64, size: u64) -> (Value, i32) {
        let (base, offset) = self.owners.record_write(&to.part(extra), size);
        self.near(base, offset)
    }

    fn near(&mut self, base: Value, offset: i64) -> (Value, i32) {
        match i32::try_from(offset) {
            Ok(offset) => (base, offset),
            Err(_) => (self.b.ins().iadd_imm_s(base, offset), 0),
        }
    }

    /// The address of a place as one value.
    pub fn address(&mut self, mem: &MemRef) -> Value {
        self.sum(mem.base(), mem.offset())
    }

    /// The address of a place, of which a routine or function about to be called writes `size` bytes.
    pub fn address_to_write(&mut self, to: &Part<'_>, size: u64) -> Destination {
        let (base, offset) = self.owners.record_write(to, size);
        Destination(self.sum(base, offset))
    }

    fn sum(&mut self, base: Value, offset: i64) -> Value {
        if offset == 0 {
            base
        } else {
            self.b.ins().iadd_imm_s(base, offset)
        }
    }

    /// Loads the 64-bit word at byte `extra` of a place.
    pub fn load_word(&mut self, mem: &MemRef, extra: u64) -> Value {
        let (base, offset) = self.address_parts(mem, extra);
        self.b.ins().load(types::I64, load_flags(mem, false), base, offset)
    }

    /// Stores a 64-bit word at byte `extra` of a place.
    pub fn store_word(&mut self, word: Value, to: &Part<'_>, extra: u64) {
        let (base, offset) = self.address_parts_to_write(to, extra, 8);
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
