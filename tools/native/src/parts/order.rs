//! The instructions of a function in the order of its layout, without those that nothing needs.

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
    /// `None` if the function has an instruction that cannot be in another function. Lowering makes none.
    pub fn of(function: &Function) -> Option<Self> {
        let needed = needed(function);
        let mut order = Order {
            insts: Vec::new(),
            blocks: function.layout.blocks().collect(),
            starts: Vec::new(),
            places: SecondaryMap::new(),
            numbers: SecondaryMap::new(),
            depths: SecondaryMap::new(),
        };
        for (number, &block) in order.blocks.iter().enumerate() {
            order.numbers[block] = number as u32;
            order.starts.push(order.insts.len());
            for inst in function.layout.block_insts(block).filter(|&inst| needed[inst]) {
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
