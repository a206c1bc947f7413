//! Writes the parts and the rest of a cut function.

use std::collections::BTreeMap;

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::instructions::InstructionMapper;
use cranelift_codegen::ir::{
    types, Block, BlockArg, BlockCall, Constant, DynamicStackSlot, ExceptionTable, ExtFuncData, ExternalName, FuncRef,
    Function, GlobalValue, GlobalValueData, Immediate, Inst, InstBuilder, InstructionData, JumpTable, MemFlags,
    MemFlagsData, SigRef, StackSlot, StackSlotData, StackSlotKind, UserExternalName, Value, ValueList,
};

use super::carried::{is_rest, Carried};
use super::order::{Order, Origin};
use super::regions::Regions;
use super::{operands, part_signature};
use crate::program::FUNCTION_NAMESPACE;
use crate::Fault;

/// The copies of values, of which the newest counts.
pub(super) struct Copies {
    /// The number of the next block to be written.
    pub next: u32,
    /// The number of the block for which a copy was made, and the copy.
    pub values: SecondaryMap<Value, (u32, Option<Value>)>,
}

/// Writes one function of those that a function is cut into.
pub(super) struct Copier<'c> {
    source: &'c Function,
    order: &'c Order,
    regions: &'c Regions,
    carried: &'c Carried,
    copies: &'c mut Copies,
    target: Function,
    /// The part that is written, or the rest.
    part: Option<usize>,
    /// The number of the first block of this function.
    begin: u32,
    /// The block that is written, and its number.
    block: Block,
    number: u32,
    /// How the shared place is found.
    place: Place,
    blocks: BTreeMap<Block, Block>,
    functions: BTreeMap<FuncRef, FuncRef>,
    signatures: BTreeMap<SigRef, SigRef>,
    globals: BTreeMap<GlobalValue, GlobalValue>,
    fault: Option<&'static str>,
}

/// How a function finds the shared place.
#[derive(Clone, Copy)]
enum Place {
    /// At this address.
    At(Value),
    /// In this stack slot.
    In(StackSlot),
}

impl<'c> Copier<'c> {
    pub fn new(
        source: &'c Function,
        order: &'c Order,
        regions: &'c Regions,
        carried: &'c Carried,
        copies: &'c mut Copies,
        mut target: Function,
        part: Option<usize>,
    ) -> Self {
        let begin = copies.next;
        let block = target.dfg.make_block();
        let place = if part.is_some() {
            Place::At(target.dfg.append_block_param(block, types::I64))
        } else {
            let slot = StackSlotData::new(StackSlotKind::ExplicitSlot, carried.size, 4);
            Place::In(target.create_sized_stack_slot(slot))
        };
        Copier {
            source,
            order,
            regions,
            carried,
            copies,
            target,
            part,
            begin,
            block,
            number: begin,
            place,
            blocks: BTreeMap::new(),
            functions: BTreeMap::new(),
            signatures: BTreeMap::new(),
            globals: BTreeMap::new(),
            fault: None,
        }
    }

    /// Writes a part.
    pub fn part(mut self, number: usize) -> Result<Function, Fault> {
        let region = self.regions.get(number);
        (region.first + 1..=region.last).for_each(|block| self.make_block(block));
        self.enter(self.block);
        self.copy(region.from..region.to, region.first);
        self.cursor().ins().return_(&[]);
        self.finish()
    }

    /// Writes the rest. The first part has index `first` in the program.
    pub fn rest(mut self, first: u32) -> Result<Function, Fault> {
        let own = (0..self.order.blocks.len()).filter(|&block| is_rest(self.regions.of_label(block)));
        own.for_each(|block| self.make_block(block));
        let signature = part_signature(self.source.signature.call_conv);
        let signature = self.target.import_signature(signature);
        let (mut at, mut block) = (0, 0);
        for (number, region) in self.regions.iter().enumerate() {
            self.copy(at..region.from, block);
            if self.order.starts[region.first] == region.from && is_rest(self.regions.of_label(region.first)) {
                self.enter_source(region.first);
            }
            let index = first + number as u32;
            let name = UserExternalName { namespace: FUNCTION_NAMESPACE, index };
            let name = ExternalName::user(self.target.declare_imported_user_function(name));
            let part = self.target.import_function(ExtFuncData { name, signature, colocated: true, patchable: false });
            let place = self.address(0);
            self.cursor().ins().call(part, &[place]);
            for &value in self.carried.read_by_rest(2 * number as u32 + 1) {
                let copy = self.load(value, MemFlagsData::trusted());
                self.copies.values[value] = (self.number, copy);
            }
            (at, block) = (region.to, region.last);
        }
        self.copy(at..self.order.insts.len(), block);
        self.finish()
    }

    fn finish(self) -> Result<Function, Fault> {
        self.copies.next = self.number + 1;
        match self.fault {
            Some(what) => Err(Fault::Internal(format!("{what}, in a large function that was cut into parts"))),
            None => Ok(self.target),
        }
    }

    /// Copies the instructions from one place to another, of which the first is in `block`.
    fn copy(&mut self, places: std::ops::Range<usize>, mut block: usize) {
        for place in places {
            while place >= self.order.starts[block + 1] {
                block += 1;
            }
            if place == self.order.starts[block] && self.is_own(self.regions.of_label(block)) {
                self.enter_source(block);
            }
            self.copy_inst(self.order.insts[place]);
        }
    }

    fn cursor(&mut self) -> FuncCursor<'_> {
        FuncCursor::new(&mut self.target).at_bottom(self.block)
    }

    /// Makes a copy of a block without instructions.
    fn make_block(&mut self, number: usize) {
        let block = self.order.blocks[number];
        let is_entry = self.part.is_none() && number == 0;
        let copy = if is_entry { self.block } else { self.target.dfg.make_block() };
        for &param in self.source.dfg.block_params(block) {
            self.target.dfg.append_block_param(copy, self.source.dfg.value_type(param));
        }
        self.blocks.insert(block, copy);
    }

    /// Goes on in a block.
    fn enter(&mut self, block: Block) {
        self.number += 1;
        self.block = block;
        self.target.layout.append_block(block);
    }

    /// Goes on in the copy of a block.
    fn enter_source(&mut self, number: usize) {
        let block = self.order.blocks[number];
        let copy = self.blocks[&block];
        self.enter(copy);
        if self.source.layout.is_cold(block) {
            self.target.layout.set_cold(copy);
        }
        for i in 0..self.source.dfg.num_block_params(block) {
            let (param, copy) = (self.source.dfg.block_params(block)[i], self.target.dfg.block_params(copy)[i]);
            self.made(param, copy);
        }
    }

    /// Records the copy of a value that this function computes.
    fn made(&mut self, value: Value, copy: Value) {
        self.copies.values[value] = (self.number, Some(copy));
        if let Some(offset) = self.carried.offset(value) {
            let (base, offset) = self.base(offset);
            self.cursor().ins().store(MemFlagsData::trusted(), copy, base, offset);
        }
    }

    /// The value from the shared place.
    fn load(&mut self, value: Value, flags: MemFlagsData) -> Option<Value> {
        let offset = self.carried.offset(value)?;
        let ty = self.source.dfg.value_type(value);
        let (base, offset) = self.base(offset);
        Some(self.cursor().ins().load(ty, flags, base, offset))
    }

    /// An address in the shared place, as another one and a distance from there.
    fn base(&mut self, offset: u32) -> (Value, i32) {
        match self.place {
            Place::At(base) => (base, offset as i32),
            Place::In(slot) => (self.cursor().ins().stack_addr(types::I64, slot, offset as i32), 0),
        }
    }

    /// An address in the shared place.
    fn address(&mut self, offset: i64) -> Value {
        match self.place {
            Place::At(base) => self.cursor().ins().iadd_imm_s(base, offset),
            Place::In(slot) => self.cursor().ins().stack_addr(types::I64, slot, offset as i32),
        }
    }

    /// Whether a stretch belongs to the function that is written.
    fn is_own(&self, stretch: u32) -> bool {
        match self.part {
            Some(part) => stretch == 2 * part as u32 + 1,
            None => is_rest(stretch),
        }
    }

    /// The copy of a value that an instruction reads, made if necessary.
    fn read(&mut self, value: Value) {
        let (stretch, made) = match self.order.origin(self.source, value) {
            Origin::Place(place) => (self.regions.of_place(place), Some(place)),
            Origin::Block(block) => (self.regions.of_label(block), None),
        };
        let made = made.filter(|_| self.order.is_made_again(value));
        let number = self.copies.values[value].0;
        // What a part leaves for the rest is read behind its call.
        let is_there = self.is_own(stretch) || (self.part.is_none() && made.is_none());
        if number == self.number || (is_there && number >= self.begin) {
            return;
        }
        let copy = match made {
            _ if is_there => None,
            Some(place) => self.copy_of(self.order.insts[place]),
            // A part writes nothing that it reads.
            None => self.load(value, MemFlagsData::trusted().with_readonly().with_can_move()),
        };
        if copy.is_none() {
            self.fault = Some("a value is read before it is computed");
        }
        self.copies.values[value] = (self.number, copy);
    }

    /// Copies an instruction of the function that is written.
    fn copy_inst(&mut self, inst: Inst) {
        let copies = self.copy_with_results(inst);
        let count = self.source.dfg.inst_results(inst).len();
        for i in 0..count {
            let value = self.source.dfg.inst_results(inst)[i];
            let copy = match copies {
                Made::Address(address) => address,
                Made::Inst(copy) => self.target.dfg.inst_results(copy)[i],
            };
            self.made(value, copy);
        }
    }

    /// The result of a copy of an instruction that is made again.
    fn copy_of(&mut self, inst: Inst) -> Option<Value> {
        match self.copy_with_results(inst) {
            Made::Address(address) => Some(address),
            Made::Inst(copy) => self.target.dfg.inst_results(copy).first().copied(),
        }
    }

    fn copy_with_results(&mut self, inst: Inst) -> Made {
        if let InstructionData::StackAddr { stack_slot, offset, .. } = self.source.dfg.insts[inst] {
            let offset = i64::from(self.carried.slot(stack_slot)) + i64::from(i32::from(offset));
            return Made::Address(self.address(offset));
        }
        operands(self.source, inst).for_each(|value| self.read(value));
        let data = self.source.dfg.insts[inst].map(&mut *self);
        let ty = self.source.dfg.ctrl_typevar(inst);
        let copy = self.target.dfg.make_inst(data);
        self.target.dfg.make_inst_results(copy, ty);
        self.target.layout.append_inst(copy, self.block);
        Made::Inst(copy)
    }

    fn cannot_be_copied<T>(&mut self, same: T) -> T {
        self.fault = Some("an instruction that cannot be in another function");
        same
    }
}

/// A copy of an instruction.
#[derive(Clone, Copy)]
enum Made {
    /// The same address by other instructions.
    Address(Value),
    /// The same instruction.
    Inst(Inst),
}

impl InstructionMapper for Copier<'_> {
    fn map_value(&mut self, value: Value) -> Value {
        let value = self.source.dfg.resolve_aliases(value);
        // Without a copy, a fault is recorded.
        self.copies.values[value].1.unwrap_or(value)
    }

    fn map_value_list(&mut self, list: ValueList) -> ValueList {
        let mut copy = ValueList::new();
        for &value in list.as_slice(&self.source.dfg.value_lists) {
            let value = self.map_value(value);
            copy.push(value, &mut self.target.dfg.value_lists);
        }
        copy
    }

    fn map_block_call(&mut self, call: BlockCall) -> BlockCall {
        let lists = &self.source.dfg.value_lists;
        let block = self.map_block(call.block(lists));
        let arguments: Vec<BlockArg> = call
            .args(lists)
            .map(|argument| match argument {
                BlockArg::Value(value) => self.map_value(value).into(),
                BlockArg::TryCallRet(_) | BlockArg::TryCallExn(_) => self.cannot_be_copied(argument),
            })
            .collect();
        BlockCall::new(block, arguments, &mut self.target.dfg.value_lists)
    }

    fn map_block(&mut self, block: Block) -> Block {
        match self.blocks.get(&block) {
            Some(&copy) => copy,
            None => self.cannot_be_copied(block),
        }
    }

    fn map_func_ref(&mut self, function: FuncRef) -> FuncRef {
        if let Some(&copy) = self.functions.get(&function) {
            return copy;
        }
        let data = self.source.dfg.ext_funcs[function].clone();
        let name = self.map_name(data.name);
        let signature = self.map_sig_ref(data.signature);
        let copy = self.target.import_function(ExtFuncData { name, signature, ..data });
        self.functions.insert(function, copy);
        copy
    }

    fn map_sig_ref(&mut self, signature: SigRef) -> SigRef {
        let (source, target) = (self.source, &mut self.target);
        let import = || target.import_signature(source.dfg.signatures[signature].clone());
        *self.signatures.entry(signature).or_insert_with(import)
    }

    fn map_global_value(&mut self, global: GlobalValue) -> GlobalValue {
        if let Some(&copy) = self.globals.get(&global) {
            return copy;
        }
        let copy = match self.source.global_values[global].clone() {
            GlobalValueData::Symbol { name, offset, colocated, tls } => {
                let name = self.map_name(name);
                self.target.create_global_value(GlobalValueData::Symbol { name, offset, colocated, tls })
            }
            GlobalValueData::VMContext
            | GlobalValueData::Load { .. }
            | GlobalValueData::IAddImm { .. }
            | GlobalValueData::DynScaleTargetConst { .. } => self.cannot_be_copied(global),
        };
        self.globals.insert(global, copy);
        copy
    }

    fn map_constant(&mut self, constant: Constant) -> Constant {
        self.target.dfg.constants.insert(self.source.dfg.constants.get(constant).clone())
    }

    fn map_immediate(&mut self, immediate: Immediate) -> Immediate {
        self.target.dfg.immediates.push(self.source.dfg.immediates[immediate].clone())
    }

    fn map_mem_flags(&mut self, flags: MemFlags) -> MemFlags {
        self.target.dfg.mem_flags.insert_unchecked(self.source.dfg.mem_flags[flags])
    }

    fn map_jump_table(&mut self, table: JumpTable) -> JumpTable {
        self.cannot_be_copied(table)
    }

    fn map_exception_table(&mut self, table: ExceptionTable) -> ExceptionTable {
        self.cannot_be_copied(table)
    }

    fn map_stack_slot(&mut self, slot: StackSlot) -> StackSlot {
        self.cannot_be_copied(slot)
    }

    fn map_dynamic_stack_slot(&mut self, slot: DynamicStackSlot) -> DynamicStackSlot {
        self.cannot_be_copied(slot)
    }
}

impl Copier<'_> {
    fn map_name(&mut self, name: ExternalName) -> ExternalName {
        match name {
            ExternalName::User(reference) => {
                let name = self.source.params.user_named_funcs()[reference].clone();
                ExternalName::user(self.target.declare_imported_user_function(name))
            }
            ExternalName::TestCase(_) | ExternalName::LibCall(_) | ExternalName::KnownSymbol(_) => name,
        }
    }
}
