//! The instructions of a function in an order in which they can be cut, without those that nothing needs.
//!
//! Cranelift's optimiser puts each computation before its first use. Across parts it cannot do that, so it is done here, where that
//! order needs fewer values at once than the one in which the function was written.

use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{types, Block, Function, Inst, InstructionData, Opcode, Value, ValueDef};

use super::operands;
use crate::schedule::is_pure;

/// Most computations that are made again one on the other.
const DEPTH_MAX: u8 = 3;

/// The instructions of a function, numbered. A place is the number of an instruction.
pub(super) struct Order {
    /// By place.
    pub insts: Vec<Inst>,
    /// In the order of the layout. A block has a number too.
    pub blocks: Vec<Block>,
    /// By number of a block, the place of its first instruction; and the end of the last block.
    pub starts: Vec<usize>,
    places: SecondaryMap<Inst, u32>,
    numbers: SecondaryMap<Block, u32>,
    /// By place, how many values are computed before it and read there or later. Those that are made again do not count.
    pub alive: Vec<u32>,
    /// Of values that are made again in each part that reads them: how many computations that takes one on the other.
    depths: SecondaryMap<Value, Option<u8>>,
}

/// Where a value comes from.
pub(super) enum Origin {
    /// The instruction at this place.
    Place(usize),
    /// A parameter of the block of this number.
    Block(usize),
}

impl Order {
    /// The order in which fewer values are needed at once: that of the function, or each computation before its first use. `None` if
    /// the function has an instruction that cannot be in another function. Lowering makes none.
    pub fn of(function: &Function) -> Option<Self> {
        let needed = needed(function);
        let written = Self::with(function, |block| {
            function.layout.block_insts(block).filter(|&inst| needed[inst]).collect::<Vec<Inst>>()
        })?;
        let mut before_use = BeforeUse::of(function, &needed);
        let sunk = Self::with(function, |block| before_use.block(block))?;
        let count = |order: &Order| order.alive.iter().map(|&alive| u64::from(alive)).sum::<u64>();
        Some(if count(&sunk) < count(&written) { sunk } else { written })
    }

    fn with(function: &Function, mut insts_of: impl FnMut(Block) -> Vec<Inst>) -> Option<Self> {
        let mut order = Order {
            insts: Vec::new(),
            blocks: function.layout.blocks().collect(),
            starts: Vec::new(),
            places: SecondaryMap::new(),
            numbers: SecondaryMap::new(),
            alive: Vec::new(),
            depths: SecondaryMap::new(),
        };
        for (number, &block) in order.blocks.iter().enumerate() {
            order.numbers[block] = number as u32;
            order.starts.push(order.insts.len());
            for inst in insts_of(block) {
                if !can_be_moved(function.dfg.insts[inst].opcode()) {
                    return None;
                }
                order.places[inst] = order.insts.len() as u32;
                order.insts.push(inst);
                if let Some(depth) = order.depth(function, inst) {
                    order.depths[function.dfg.first_result(inst)] = Some(depth);
                }
            }
        }
        order.starts.push(order.insts.len());
        order.alive = order.values_alive(function);
        Some(order)
    }

    /// The places of the instructions of a block.
    pub fn block(&self, number: usize) -> std::ops::Range<usize> {
        self.starts[number]..self.starts[number + 1]
    }

    /// The number of a block.
    pub fn number(&self, block: Block) -> usize {
        self.numbers[block] as usize
    }

    /// Where a value comes from.
    pub fn origin(&self, function: &Function, value: Value) -> Origin {
        match function.dfg.value_def(value) {
            ValueDef::Result(inst, _) => Origin::Place(self.places[inst] as usize),
            ValueDef::Param(block, _) => Origin::Block(self.number(block)),
            // Only Cranelift's optimiser makes these, and functions are cut before it.
            ValueDef::Union(..) => unreachable!("a value of Cranelift's optimiser before it ran"),
        }
    }

    fn values_alive(&self, function: &Function) -> Vec<u32> {
        let mut changes = vec![0i64; self.insts.len() + 1];
        let mut is_read: SecondaryMap<Value, bool> = SecondaryMap::new();
        for (place, &inst) in self.insts.iter().enumerate().rev() {
            for value in operands(function, inst).filter(|&value| !self.is_made_again(value)) {
                let made = match self.origin(function, value) {
                    Origin::Place(place) => place + 1,
                    Origin::Block(block) => self.starts[block],
                };
                if !std::mem::replace(&mut is_read[value], true) && made <= place {
                    changes[made] += 1;
                    changes[place + 1] -= 1;
                }
            }
        }
        let mut alive = 0;
        let counts = changes.into_iter().map(|change| {
            alive += change;
            alive as u32
        });
        counts.collect()
    }

    /// Whether a value is made again in each part that reads it: a constant, an address near another one, or what memory that does
    /// not change has.
    pub fn is_made_again(&self, value: Value) -> bool {
        self.depths[value].is_some()
    }

    fn depth(&self, function: &Function, inst: Inst) -> Option<u8> {
        let of = |value: Value| self.depths[function.dfg.resolve_aliases(value)];
        let next = |depth: u8| (depth < DEPTH_MAX).then_some(depth + 1);
        #[expect(clippy::wildcard_enum_match_arm)] // Cranelift has hundreds of instructions.
        match function.dfg.insts[inst] {
            InstructionData::UnaryImm { opcode: Opcode::Iconst, .. } => Some(0),
            InstructionData::UnaryGlobalValue { opcode: Opcode::SymbolValue, .. } => Some(0),
            InstructionData::StackAddr { .. } => Some(0),
            InstructionData::Binary { opcode: Opcode::Iadd, args: [x, y] } => {
                let is_address = function.dfg.value_type(x) == types::I64;
                let is_near = of(x) == Some(0) || of(y) == Some(0);
                next(of(x).max(of(y)).unwrap_or(0)).filter(|_| is_address && is_near)
            }
            InstructionData::Load { arg, .. } if is_pure(function, inst) => match function.dfg.value_def(arg) {
                // The parameters of the function are needed anyway.
                ValueDef::Param(block, _) if function.layout.entry_block() == Some(block) => Some(1),
                _ => of(arg).and_then(next),
            },
            _ => None,
        }
    }
}

/// The order in which each computation is before its first use in its block.
struct BeforeUse<'f> {
    function: &'f Function,
    needed: &'f SecondaryMap<Inst, bool>,
    /// Whether other blocks read a result of the instruction.
    escapes: SecondaryMap<Inst, bool>,
    is_placed: SecondaryMap<Inst, bool>,
}

impl<'f> BeforeUse<'f> {
    fn of(function: &'f Function, needed: &'f SecondaryMap<Inst, bool>) -> Self {
        let mut escapes = SecondaryMap::new();
        for block in function.layout.blocks() {
            for inst in function.layout.block_insts(block).filter(|&inst| needed[inst]) {
                for def in operands(function, inst).filter_map(|value| function.dfg.value_def(value).inst()) {
                    escapes[def] |= function.layout.inst_block(def) != Some(block);
                }
            }
        }
        BeforeUse { function, needed, escapes, is_placed: SecondaryMap::new() }
    }

    fn block(&mut self, block: Block) -> Vec<Inst> {
        let function = self.function;
        let mut insts = Vec::new();
        let mut open = Vec::new();
        let needed = self.needed;
        for root in function.layout.block_insts(block).filter(|&inst| needed[inst]) {
            if is_pure(function, root) && !self.escapes[root] {
                continue;
            }
            open.push((root, false));
            while let Some((inst, is_ready)) = open.pop() {
                if is_ready {
                    insts.push(inst);
                } else if !std::mem::replace(&mut self.is_placed[inst], true) {
                    open.push((inst, true));
                    let defs: Vec<Inst> = operands(function, inst)
                        .filter_map(|value| function.dfg.value_def(value).inst())
                        .filter(|&def| is_pure(function, def) && function.layout.inst_block(def) == Some(block))
                        .collect();
                    open.extend(defs.into_iter().rev().map(|def| (def, false)));
                }
            }
        }
        insts
    }
}

/// Which instructions have effects, or a result that such an instruction needs.
fn needed(function: &Function) -> SecondaryMap<Inst, bool> {
    let mut needed = SecondaryMap::new();
    let mut open = Vec::new();
    for block in function.layout.blocks() {
        for inst in function.layout.block_insts(block).filter(|&inst| !is_pure(function, inst)) {
            needed[inst] = true;
            open.push(inst);
        }
    }
    while let Some(inst) = open.pop() {
        for value in operands(function, inst) {
            if let Some(def) = function.dfg.value_def(value).inst() {
                if !std::mem::replace(&mut needed[def], true) {
                    open.push(def);
                }
            }
        }
    }
    needed
}

/// Whether a copy of the instruction in another function does the same. What refers to the frame of its own function, or to tables of
/// branches, does not; lowering makes nothing of that kind but addresses of stack slots, which are translated.
fn can_be_moved(opcode: Opcode) -> bool {
    !matches!(
        opcode,
        Opcode::DynamicStackAddr
            | Opcode::BrTable
            | Opcode::TryCall
            | Opcode::TryCallIndirect
            | Opcode::ReturnCall
            | Opcode::ReturnCallIndirect
            | Opcode::GetFramePointer
            | Opcode::GetStackPointer
            | Opcode::GetReturnAddress
    )
}
