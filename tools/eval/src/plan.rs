//! Facts about a function that the machine needs: which nodes it must evaluate, where each value is used last, the values of
//! the literals, and how much work and memory the function takes.

use xls_aot_ir::{Function, Node, NodeId, Op, Type};

use crate::error::Fault;
use crate::val::{cells, Val};

/// The plan of one function.
pub(crate) struct Plan {
    /// The nodes to evaluate, in order: all except parameters and literals, whose values are known.
    nodes: Vec<u32>,
    /// For each node, where its operands start in `takes`.
    first_operand: Vec<u32>,
    /// For each operand of each node: whether the value is used here for the last time.
    takes: Vec<bool>,
    /// For each node: whether its value is used at all (by another node, or as the result).
    used: Vec<bool>,
    /// For each node its constant, if it is a literal.
    literals: Vec<Option<Val>>,
    /// Steps that each node counts.
    weights: Vec<u64>,
    /// Most cells that the function holds at one time, its own slots included; callees excluded. Saturates.
    pub(crate) peak_cells: u64,
}

impl Plan {
    /// The plan of `function`. Aggregate literals larger than `max_cells` are left out, because the limit stops the
    /// evaluation before it needs them.
    pub(crate) fn new(function: &Function, max_cells: u64) -> Result<Self, (usize, Fault)> {
        let count = function.nodes.len();
        let mut first_operand = Vec::with_capacity(count);
        let mut operand_count = 0usize;
        for (i, node) in function.nodes.iter().enumerate() {
            first_operand.push(u32::try_from(operand_count).map_err(|_| (i, Fault::malformed("too many operands")))?);
            operand_count += node.operands.len();
            if matches!(node.op, Op::Param { index } if function.params.get(index as usize) != Some(&NodeId::new(i))) {
                return Err((i, Fault::malformed("a parameter that is not in the list")));
            }
            if let Some(operand) = node.operands.iter().find(|operand| operand.index() >= i) {
                return Err((i, Fault::malformed(format!("operand {operand} is not before its user"))));
            }
        }
        if function.ret.index() >= count || function.params.iter().any(|param| param.index() >= count) {
            return Err((0, Fault::malformed("the returned node or a parameter does not exist")));
        }

        // Backwards, the first use met is the last one in the order of evaluation.
        let mut takes = vec![false; operand_count];
        let mut used = vec![false; count];
        used[function.ret.index()] = true;
        for (i, node) in function.nodes.iter().enumerate().rev() {
            for (k, operand) in node.operands.iter().enumerate().rev() {
                if !std::mem::replace(&mut used[operand.index()], true) {
                    takes[first_operand[i] as usize + k] = true;
                }
            }
        }

        let is_given = |node: &Node| matches!(node.op, Op::Param { .. } | Op::Literal { .. });
        let to_evaluate = (0u32..).zip(&function.nodes).filter(|(_, node)| !is_given(node));
        let sizes: Vec<u64> = function.nodes.iter().map(|node| cells(&node.ty)).collect();
        let mut plan = Plan {
            nodes: to_evaluate.map(|(i, _)| i).collect(),
            weights: function.nodes.iter().map(|node| weight(function, node)).collect(),
            literals: Vec::with_capacity(count),
            peak_cells: 0,
            first_operand,
            takes,
            used,
        };
        plan.peak_cells = plan.peak(function, &sizes);
        for (i, node) in function.nodes.iter().enumerate() {
            let mut literal = None;
            if let Op::Literal { value } = &node.op {
                if sizes[i] <= max_cells {
                    literal = Some(Val::from_value(value).map_err(|fault| (i, fault))?);
                }
            }
            plan.literals.push(literal);
        }
        Ok(plan)
    }

    /// Steps through the function and adds up what is alive.
    fn peak(&self, function: &Function, sizes: &[u64]) -> u64 {
        let mut live = 0u64;
        let mut peak = 0u64;
        for (i, node) in function.nodes.iter().enumerate() {
            live = live.saturating_add(sizes[i]);
            peak = peak.max(live);
            for (operand, &take) in node.operands.iter().zip(self.takes(i)) {
                if take {
                    live = live.saturating_sub(sizes[operand.index()]);
                }
            }
            if !self.used[i] {
                live = live.saturating_sub(sizes[i]);
            }
        }
        peak.saturating_add(function.nodes.len() as u64)
    }

    /// The node to evaluate after so many others.
    pub(crate) fn node(&self, done: usize) -> Option<usize> {
        self.nodes.get(done).map(|&node| node as usize)
    }

    /// For each operand of node `index`: whether it is used here for the last time.
    pub(crate) fn takes(&self, index: usize) -> &[bool] {
        let start = self.first_operand[index] as usize;
        let end = self.first_operand.get(index + 1).map_or(self.takes.len(), |&end| end as usize);
        &self.takes[start..end]
    }

    /// Whether the value of node `index` is used.
    pub(crate) fn is_used(&self, index: usize) -> bool {
        self.used[index]
    }

    /// The value of node `index`; moved out of its slot for its last use.
    pub(crate) fn value(&self, slots: &mut [Val], index: usize, is_last_use: bool) -> Val {
        match &self.literals[index] {
            Some(literal) => literal.clone(),
            None if is_last_use => std::mem::replace(&mut slots[index], Val::Token),
            None => slots[index].clone(),
        }
    }

    /// Steps that node `index` counts.
    pub(crate) fn weight(&self, index: usize) -> u64 {
        self.weights[index]
    }
}

/// Steps that a node counts if it is evaluated: one, and more where the work grows faster than the operands.
pub(crate) fn weight(function: &Function, node: &Node) -> u64 {
    let words = |ty: &Type| ty.bit_count().map_or(0, |width| u64::from(width / 64));
    let operand = |k: usize| node.operands.get(k).map_or(0, |&id| words(&function.node(id).ty));
    1 + match &node.op {
        Op::Umul | Op::Smul | Op::Umulp | Op::Smulp => {
            let result = cells(&node.ty);
            if result <= 4 {
                0
            } else {
                result.saturating_mul(result)
            }
        }
        Op::Udiv | Op::Umod | Op::Sdiv | Op::Smod if operand(0) > 2 => {
            operand(0).saturating_mul(operand(0)).saturating_mul(64)
        }
        Op::ArraySlice | Op::ArrayConcat | Op::Array | Op::Tuple | Op::OneHotSel | Op::Gate => cells(&node.ty),
        Op::Param { .. }
        | Op::Literal { .. }
        | Op::Identity
        | Op::Not
        | Op::Neg
        | Op::Reverse
        | Op::And
        | Op::Or
        | Op::Xor
        | Op::Nand
        | Op::Nor
        | Op::AndReduce
        | Op::OrReduce
        | Op::XorReduce
        | Op::Add
        | Op::Sub
        | Op::Udiv
        | Op::Umod
        | Op::Sdiv
        | Op::Smod
        | Op::Eq
        | Op::Ne
        | Op::Ult
        | Op::Ule
        | Op::Ugt
        | Op::Uge
        | Op::Slt
        | Op::Sle
        | Op::Sgt
        | Op::Sge
        | Op::Shll
        | Op::Shrl
        | Op::Shra
        | Op::ZeroExt
        | Op::SignExt
        | Op::BitSlice { .. }
        | Op::DynamicBitSlice
        | Op::BitSliceUpdate
        | Op::Concat
        | Op::OneHot { .. }
        | Op::Encode
        | Op::Decode
        | Op::Sel { .. }
        | Op::PrioritySel
        | Op::ArrayIndex { .. }
        | Op::ArrayUpdate { .. }
        | Op::TupleIndex { .. }
        | Op::Invoke { .. }
        | Op::Map { .. }
        | Op::CountedFor { .. }
        | Op::DynamicCountedFor { .. }
        | Op::AfterAll
        | Op::MinDelay { .. }
        | Op::Assert { .. }
        | Op::Trace { .. }
        | Op::Cover { .. } => words(&node.ty).max(operand(0)),
    }
}
