//! Makes a program that shows a difference smaller, as long as it still shows one.
//!
//! Each step makes variants with a smaller [`cost`], tries them in batches, and continues with the smallest that still
//! shows a difference. It stops if none does, or if the limit of attempts is reached. Variants that are not valid
//! programs are dropped.

use xls_aot_eval::Options;
use xls_aot_execute::{ExecuteError, Subject};
use xls_aot_ir::family::{Call, Leaf, Loop};
use xls_aot_ir::{closure, Bits, Effect, Family, FuncId, Function, Node, NodeId, Op, Operands, Package, Type, Value};
use xls_aot_values::uniform;

use crate::coarse::{self, LARGE};
use crate::differ::{compare, evaluate_program, Comparison, Difference, Evaluated};
use crate::program::Program;

/// The number of variants that are tried for one program.
const EFFORT: usize = 3000;
/// The number of variants that are compiled together.
const BATCH: usize = 32;

/// Makes the program smaller. `difference` is the difference that it shows.
pub(crate) fn shrink(
    evaluated: Evaluated,
    difference: Difference,
    subject: &Subject<'_>,
    limits: &Options,
) -> Result<(Evaluated, Difference), ExecuteError> {
    let mut best = (evaluated, difference);
    let mut effort = EFFORT;
    if best.0.program.calls.len() > 1 {
        let mut program = best.0.program.clone();
        program.calls = vec![program.calls[best.1.call].clone()];
        best = first_that_differs([program].into_iter(), subject, limits, &mut effort)?.unwrap_or(best);
    }
    loop {
        let program = &best.0.program;
        let limit = cost(program);
        let mut variants = Vec::new();
        if program.package.function(program.top()).nodes.len() > LARGE {
            variants.extend(coarse::variants(program));
        } else {
            for make in [
                return_another,
                replace_by_constant,
                replace_by_operand,
                simplify_call,
                map_to_call,
                return_another_from_callee,
                drop_param,
                zero_argument,
            ] {
                variants.extend(make(program));
            }
        }
        // Each variant is made twice, once for its cost and once to be tried, because all variants at once would need too
        // much memory.
        let mut variants: Vec<(u64, Variant<'_>)> =
            variants.into_iter().map(|variant| (cost(&tidy(variant())), variant)).collect();
        variants.retain(|(cost, _)| *cost < limit);
        variants.sort_by_key(|(cost, _)| *cost);
        let variants = variants.into_iter().map(|(_, variant)| tidy(variant()));
        match first_that_differs(variants, subject, limits, &mut effort)? {
            Some(better) => best = better,
            None => return Ok(best),
        }
    }
}

/// Makes a changed program.
pub(crate) type Variant<'a> = Box<dyn Fn() -> Program + 'a>;

/// The first of `variants` that differs.
fn first_that_differs(
    mut variants: impl Iterator<Item = Program>,
    subject: &Subject<'_>,
    limits: &Options,
    effort: &mut usize,
) -> Result<Option<(Evaluated, Difference)>, ExecuteError> {
    loop {
        let batch: Vec<Program> = variants.by_ref().take(BATCH.min(*effort)).collect();
        if batch.is_empty() {
            return Ok(None);
        }
        *effort -= batch.len();
        let batch: Vec<Evaluated> =
            batch.into_iter().filter_map(|program| evaluate_program(program, limits).ok()).collect();
        let comparisons = compare(subject, &batch, limits)?;
        for (evaluated, comparison) in batch.into_iter().zip(comparisons) {
            if let Comparison::Different(difference) = comparison {
                return Ok(Some((evaluated, difference)));
            }
        }
    }
}

/// How much a reader of the program has to read.
fn cost(program: &Program) -> u64 {
    let function = |function: &Function| -> u64 { 4 + function.nodes.iter().map(node_cost).sum::<u64>() };
    let functions: u64 = program.package.functions.iter().map(function).sum();
    functions + program.calls.iter().flatten().map(value_cost).sum::<u64>()
}

fn node_cost(node: &Node) -> u64 {
    let own = match node.op.family() {
        Family::Leaf(Leaf::Param) => 2,
        Family::Leaf(Leaf::Literal) => 3,
        // Less than a loop of one iteration, which a call can replace.
        Family::Call(Call::Invoke) => 5,
        Family::Loop(Loop::CountedFor) => 8,
        Family::Call(Call::Map)
        | Family::Loop(Loop::DynamicCountedFor)
        | Family::Unary(_)
        | Family::Logic(_)
        | Family::Reduction(_)
        | Family::Sum(_)
        | Family::Product(_)
        | Family::PartialProduct(_)
        | Family::Division(_)
        | Family::Equality(_)
        | Family::Order(_)
        | Family::Shift(_)
        | Family::Extension(_)
        | Family::Slice(_)
        | Family::Encoding(_)
        | Family::Selection(_)
        | Family::Array(_)
        | Family::Tuple(_)
        | Family::Token(_)
        | Family::Effect(_) => 6,
    };
    let attributes = if let Op::Literal { value } = &node.op {
        value_cost(value)
    } else if let Op::CountedFor { trip_count, stride, .. } = node.op {
        trip_count + stride.unsigned_abs()
    } else {
        0
    };
    own + node.operands.len() as u64 + attributes + size(&node.ty)
}

/// Bit vectors in a value that are not zero.
fn value_cost(value: &Value) -> u64 {
    leaves(value, &|bits| u64::from(!bits.is_zero()))
}

/// Sum of `f` over the leaves of a value.
fn leaves(value: &Value, f: &impl Fn(&Bits) -> u64) -> u64 {
    match value {
        Value::Bits(bits) => f(bits),
        Value::Token => 0,
        Value::Tuple(elements) | Value::Array(elements) => elements.iter().map(|element| leaves(element, f)).sum(),
    }
}

/// Number of leaves of a type beyond the first.
fn size(ty: &Type) -> u64 {
    match ty {
        Type::Bits(_) | Type::Token => 0,
        Type::Tuple(elements) => elements.iter().map(|ty| 1 + size(ty)).sum(),
        Type::Array(array) => array.len * (1 + size(&array.element)),
    }
}

/// Variants whose top returns another node.
fn return_another(program: &Program) -> Vec<Variant<'_>> {
    let top = program.top();
    let function = program.package.function(top);
    let other = |(id, node): (NodeId, &Node)| {
        (id != function.ret && node.ty != Type::Token).then(|| {
            changed(program, top, move |function| {
                function.ret = id;
                function.return_type = function.node(id).ty.clone();
            })
        })
    };
    function.iter().filter_map(other).collect()
}

/// Variants that have all zeros or all ones in place of a node.
fn replace_by_constant(program: &Program) -> Vec<Variant<'_>> {
    each_node(program, |function, id| {
        let node = function.node(id);
        if matches!(node.op, Op::Param { .. }) || node.ty.contains_token() {
            return Vec::new();
        }
        let constant = |ones| {
            let value = uniform(&node.ty, ones);
            Box::new(move |function: &mut Function| {
                let node = &mut function.nodes[id.index()];
                node.op = Op::Literal { value: Box::new(value.clone()) };
                node.operands = Operands::default();
            }) as Edit
        };
        vec![constant(false), constant(true)]
    })
}

/// Variants that have an operand in place of a node.
fn replace_by_operand(program: &Program) -> Vec<Variant<'_>> {
    each_node(program, |function, id| {
        let node = function.node(id);
        let same: Vec<NodeId> =
            node.operands.iter().copied().filter(|&operand| function.node(operand).ty == node.ty).collect();
        let edits = same.into_iter().map(|operand| {
            Box::new(move |function: &mut Function| {
                for node in &mut function.nodes {
                    for used in &mut node.operands {
                        if *used == id {
                            *used = operand;
                        }
                    }
                }
                if function.ret == id {
                    function.ret = operand;
                }
                // The node becomes a copy, which `tidy` removes. Otherwise a node with an effect would stay.
                let node = &mut function.nodes[id.index()];
                node.op = Op::Identity;
                node.operands = [operand].into();
            }) as Edit
        });
        edits.collect()
    })
}

/// Variants with fewer iterations, with a call in place of a single iteration, or with a callee's nodes in place of the
/// call.
fn simplify_call(program: &Program) -> Vec<Variant<'_>> {
    let mut variants = Vec::new();
    for (f, function) in program.package.iter() {
        for (id, node) in function.iter() {
            if let Op::CountedFor { trip_count, stride, body } = node.op {
                for trips in [1, 2].into_iter().filter(|&trips| trips < trip_count) {
                    let op = Op::CountedFor { trip_count: trips, stride, body };
                    variants.push(changed(program, f, move |function| function.nodes[id.index()].op = op.clone()));
                }
                if stride > 1 {
                    let op = Op::CountedFor { trip_count, stride: 1, body };
                    variants.push(changed(program, f, move |function| function.nodes[id.index()].op = op.clone()));
                }
                if trip_count == 1 {
                    variants.extend(loop_to_call(program, f, id, body));
                }
            } else if let Op::Invoke { to_apply } = node.op {
                variants.push(inlined(program, f, id, to_apply));
            }
        }
    }
    variants
}

/// A loop of one iteration as a call with index zero.
fn loop_to_call(program: &Program, f: FuncId, id: NodeId, body: FuncId) -> Option<Variant<'_>> {
    let function = program.package.function(body);
    let index = function.params.first().map(|&param| function.node(param).ty.clone())?;
    Some(changed(program, f, move |function| {
        let mut zero = function.node(id).clone();
        zero.op = Op::Literal { value: Box::new(uniform(&index, false)) };
        zero.operands = Operands::default();
        zero.ty = index.clone();
        insert(function, id.index(), vec![zero]);
        let call = &mut function.nodes[id.index() + 1];
        call.op = Op::Invoke { to_apply: body };
        call.operands = [id].into_iter().chain(call.operands.iter().copied()).collect();
    }))
}

/// Whether nothing uses a node.
fn is_unused(function: &Function, id: NodeId) -> bool {
    id != function.ret && function.nodes.iter().all(|node| !node.operands.contains(&id))
}

/// Variants that replace a map by a single call with a zero argument, if nothing uses its value and it is only there for its
/// effects.
fn map_to_call(program: &Program) -> Vec<Variant<'_>> {
    let mut variants = Vec::new();
    for (f, function) in program.package.iter() {
        for (id, node) in function.iter() {
            let Op::Map { to_apply } = node.op else { continue };
            let callee = program.package.function(to_apply);
            let Some(argument) = callee.params.first().map(|&param| callee.node(param).ty.clone()) else { continue };
            if !is_unused(function, id) {
                continue;
            }
            variants.push(changed(program, f, move |function| {
                let mut zero = function.node(id).clone();
                zero.op = Op::Literal { value: Box::new(uniform(&argument, false)) };
                zero.operands = Operands::default();
                zero.ty = argument.clone();
                insert(function, id.index(), vec![zero]);
                let call = &mut function.nodes[id.index() + 1];
                call.op = Op::Invoke { to_apply };
                call.operands = [id].into();
                call.ty = callee.return_type.clone();
            }));
        }
    }
    variants
}

/// Variants in which a function whose value nothing uses returns another node.
fn return_another_from_callee(program: &Program) -> Vec<Variant<'_>> {
    let mut variants = Vec::new();
    for (callee, function) in program.package.iter().filter(|(id, _)| *id != program.top()) {
        let unused = program.package.functions.iter().all(|caller| {
            caller
                .iter()
                .filter(|(_, node)| node.op.callee() == Some(callee))
                .all(|(id, node)| matches!(node.op, Op::Invoke { .. }) && is_unused(caller, id))
        });
        let others = function.iter().filter(|(id, node)| unused && *id != function.ret && node.ty != Type::Token);
        for (ret, node) in others {
            variants.push(Box::new(move || {
                let mut program = program.clone();
                for call in program.package.functions.iter_mut().flat_map(|caller| &mut caller.nodes) {
                    if call.op.callee() == Some(callee) {
                        call.ty = node.ty.clone();
                    }
                }
                let function = &mut program.package.functions[callee.index()];
                function.ret = ret;
                function.return_type = node.ty.clone();
                program
            }) as Variant<'_>);
        }
    }
    variants
}

/// A call replaced by the callee's nodes.
fn inlined(program: &Program, f: FuncId, id: NodeId, callee: FuncId) -> Variant<'_> {
    let callee = program.package.function(callee);
    changed(program, f, move |function| {
        let arguments = function.node(id).operands.clone();
        // Parameters become copies of the arguments, which keeps the numbering simple. `tidy` removes them.
        let copies = callee.nodes.iter().map(|node| {
            let mut node = node.clone();
            node.name = None;
            if let Op::Param { index } = node.op {
                node.op = Op::Identity;
                node.operands = [arguments[index as usize]].into();
            } else {
                for operand in &mut node.operands {
                    *operand = NodeId::new(operand.index() + id.index());
                }
            }
            node
        });
        let copies: Vec<_> = copies.collect();
        let count = copies.len();
        insert(function, id.index(), copies);
        let call = &mut function.nodes[id.index() + count];
        call.op = Op::Identity;
        call.operands = [NodeId::new(id.index() + callee.ret.index())].into();
    })
}

/// Inserts nodes before node `at`. Their operands must already have the numbers of their new places.
fn insert(function: &mut Function, at: usize, nodes: Vec<Node>) {
    let moved = |id: NodeId| if id.index() >= at { NodeId::new(id.index() + nodes.len()) } else { id };
    for node in &mut function.nodes[at..] {
        for operand in &mut node.operands {
            *operand = moved(*operand);
        }
    }
    function.ret = moved(function.ret);
    function.nodes.splice(at..at, nodes);
}

/// Variants without a parameter of the top that nothing uses.
fn drop_param(program: &Program) -> Vec<Variant<'_>> {
    let top = program.top();
    let function = program.package.function(top);
    let unused = |param: NodeId| {
        param != function.ret && function.nodes.iter().all(|node| node.operands.iter().all(|&operand| operand != param))
    };
    let drop = |(position, &param): (usize, &NodeId)| {
        unused(param).then(|| {
            let without = changed(program, top, move |function| {
                function.params.remove(position);
                remove(function, |id| id != param);
            });
            Box::new(move || {
                let mut program = without();
                for call in &mut program.calls {
                    call.remove(position);
                }
                program
            }) as Variant<'_>
        })
    };
    function.params.iter().enumerate().filter_map(drop).collect()
}

/// Variants with zero for an argument.
fn zero_argument(program: &Program) -> Vec<Variant<'_>> {
    let call = program.calls.first().map_or(&[][..], Vec::as_slice);
    let zeroed = |(position, value): (usize, &Value)| {
        let zero = uniform(&value.type_of(), false);
        (zero != *value).then(|| {
            Box::new(move || {
                let mut program = program.clone();
                for call in &mut program.calls {
                    call[position] = zero.clone();
                }
                program
            }) as Variant<'_>
        })
    };
    call.iter().enumerate().filter_map(zeroed).collect()
}

/// A change to a function.
type Edit = Box<dyn Fn(&mut Function)>;

/// The variants that `edits` gives for each node of each function.
fn each_node(program: &Program, edits: impl Fn(&Function, NodeId) -> Vec<Edit>) -> Vec<Variant<'_>> {
    let mut variants = Vec::new();
    for (f, function) in program.package.iter() {
        for (id, _) in function.iter() {
            variants.extend(edits(function, id).into_iter().map(|edit| changed(program, f, edit)));
        }
    }
    variants
}

/// The program with function `f` changed.
pub(crate) fn changed<'a>(program: &'a Program, f: FuncId, edit: impl Fn(&mut Function) + 'a) -> Variant<'a> {
    Box::new(move || {
        let mut program = program.clone();
        edit(&mut program.package.functions[f.index()]);
        program
    })
}

/// The program without copies, and without nodes and functions that nothing needs. Nodes get new numbers.
fn tidy(mut program: Program) -> Program {
    let mut effects: Vec<bool> = Vec::new();
    for f in 0..program.package.functions.len() {
        let function = &mut program.package.functions[f];
        forward_copies(function);
        let has_effect =
            |op: &Op| op.effect() != Effect::None || op.callee().is_some_and(|callee| effects[callee.index()]);
        let mut needed: Vec<bool> =
            function.nodes.iter().map(|node| has_effect(&node.op) || matches!(node.op, Op::Param { .. })).collect();
        let effect = function.nodes.iter().any(|node| has_effect(&node.op));
        needed[function.ret.index()] = true;
        for (i, node) in function.nodes.iter().enumerate().rev() {
            if needed[i] {
                for operand in &node.operands {
                    needed[operand.index()] = true;
                }
            }
        }
        remove(function, |id| needed[id.index()]);
        effects.push(effect);
    }
    let top = program.top();
    program.package = closure::of(&program.package, top);
    number(&mut program.package);
    program
}

/// Replaces each use of a copy by the original.
fn forward_copies(function: &mut Function) {
    let mut original: Vec<NodeId> = (0..function.nodes.len()).map(NodeId::new).collect();
    for i in 0..function.nodes.len() {
        for operand in &mut function.nodes[i].operands {
            *operand = original[operand.index()];
        }
        if matches!(function.nodes[i].op, Op::Identity) {
            original[i] = function.nodes[i].operands[0];
        }
    }
    function.ret = original[function.ret.index()];
}

/// Removes the nodes for which `keep` does not hold and which nothing uses.
fn remove(function: &mut Function, keep: impl Fn(NodeId) -> bool) {
    let mut moved = Vec::with_capacity(function.nodes.len());
    let mut nodes = Vec::with_capacity(function.nodes.len());
    for (i, mut node) in std::mem::take(&mut function.nodes).into_iter().enumerate() {
        moved.push(NodeId::new(nodes.len()));
        if keep(NodeId::new(i)) {
            for operand in &mut node.operands {
                *operand = moved[operand.index()];
            }
            nodes.push(node);
        }
    }
    function.nodes = nodes;
    function.ret = moved[function.ret.index()];
    for (position, param) in function.params.iter_mut().enumerate() {
        *param = moved[param.index()];
        function.nodes[param.index()].op = Op::Param { index: position as u32 };
    }
}

/// Gives nodes their ids anew.
fn number(package: &mut Package) {
    let nodes = package.functions.iter_mut().flat_map(|function| &mut function.nodes);
    for (node, id) in nodes.zip(1..) {
        node.id = id;
    }
}
