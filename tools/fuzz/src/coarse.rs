//! The first steps of making a very large program smaller. They change only a few random places: a variant for each of a
//! hundred thousand nodes, each a copy of the program, would take hours.

use xls_aot_ir::{NodeId, Op, Operands, Type};
use xls_aot_values::{uniform, Random};

use crate::program::Program;
use crate::shrink::{changed, Variant};

/// Programs with more nodes than this are made smaller in the way of this module.
pub(crate) const LARGE: usize = 3000;

/// The number of places that one step tries.
const PLACES: usize = 24;

/// Variants in which the top returns another node, or has all zeros in place of a node.
pub(crate) fn variants(program: &Program) -> Vec<Variant<'_>> {
    let top = program.top();
    let function = program.package.function(top);
    let random = &mut Random::new(0, function.nodes.len() as u64);
    let mut variants = Vec::new();
    for _ in 0..PLACES {
        let id = NodeId::new(random.below(function.nodes.len()));
        let node = function.node(id);
        if node.ty.contains_token() || node.ty == Type::unit() {
            continue;
        }
        if id != function.ret {
            variants.push(changed(program, top, move |function| {
                function.ret = id;
                function.return_type = function.node(id).ty.clone();
            }));
        }
        if !matches!(node.op, Op::Param { .. } | Op::Literal { .. }) {
            variants.push(changed(program, top, move |function| {
                let node = &mut function.nodes[id.index()];
                node.op = Op::Literal { value: Box::new(uniform(&node.ty, false)) };
                node.operands = Operands::default();
            }));
        }
    }
    variants
}
