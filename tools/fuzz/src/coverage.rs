//! A test that random programs contain what they must contain. It only reads the programs and does not run them, so it
//! is fast.

use std::collections::{BTreeMap, BTreeSet};

use xls_aot_ir::family::{self, Array, Encoding, Loop, Selection, Unary};
use xls_aot_ir::format_string::{self, Piece};
use xls_aot_ir::{
    closure, Attribute, Effect, Family, FuncId, Function, Node, NodeId, Op, Package, Type, Value, MNEMONICS,
};

use crate::program::{generate, Program};
use crate::style::StyleName;

/// Programs that the test looks at.
const PROGRAMS: u64 = 3000;

/// Widths that must occur often: those around the limits of words and of the ABI's carriers.
const WIDTHS: &[u32] = &[0, 1, 7, 8, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1000, 2049];

/// How many programs have each feature.
#[derive(Default)]
struct Seen {
    features: BTreeMap<String, u64>,
}

impl Seen {
    fn add(&mut self, features: BTreeSet<String>) {
        for feature in features {
            *self.features.entry(feature).or_default() += 1;
        }
    }

    /// Fails unless at least `least` programs have the feature.
    #[track_caller]
    fn expect(&self, feature: &str, least: u64) {
        let count = self.features.get(feature).copied().unwrap_or(0);
        assert!(count >= least, "{feature}: in {count} of {PROGRAMS} programs, expected {least}");
    }
}

/// The kinds of operations that apply a function.
#[derive(Clone, Copy, Default)]
struct Role {
    invoked: bool,
    looped: bool,
    mapped: bool,
}

fn features(program: &Program) -> BTreeSet<String> {
    // Functions that no call reaches are not run, so they do not count.
    let package = closure::of(&program.package, program.top());
    let program = &Program { package, calls: program.calls.clone() };
    let mut features = BTreeSet::new();
    let mut add = |feature: String| {
        features.insert(feature);
    };
    let roles = roles(&program.package);
    let top = program.top();
    for (id, function) in program.package.iter() {
        let role = roles[id.index()];
        for node in &function.nodes {
            add(node.op.mnemonic().to_owned());
            types(&node.ty, &mut add);
            of_node(function, node, &mut add);
            if let Some(event) = event(&node.op) {
                for (place, holds) in [
                    ("the called function", id == top),
                    ("a callee", role.invoked),
                    ("a loop", role.looped),
                    ("a mapped function", role.mapped),
                ] {
                    if holds {
                        add(format!("{event} in {place}"));
                    }
                }
            }
            if id == top {
                of_calls(program, function, node, &mut add);
            }
        }
        of_empties(function, role, &mut add);
        of_loops(function, role, &mut add);
        of_families(function, &mut add);
    }
    nests(&program.package, &mut add);
    let size = program.package.function(top).nodes.len();
    for least in [100, 300, 600, 1500, 4000] {
        if size >= least {
            add(format!("{least} nodes"));
        }
    }
    for (operations, name) in
        [(&[Op::Xor][..], "xor"), (&[Op::Sel { has_default: false }], "sel"), (&[Op::Concat], "concat")]
    {
        let depth = depth(program.package.function(top), |op| operations.contains(op));
        for least in [4, 8, 16] {
            if depth >= least {
                add(format!("{name} {least} deep"));
            }
        }
    }
    features
}

fn event(op: &Op) -> Option<&'static str> {
    match op.effect() {
        Effect::Assert => Some("assertion"),
        Effect::Trace => Some("trace"),
        Effect::Cover => Some("cover"),
        Effect::None => None,
    }
}

/// How each function is applied, not counting what its callers do.
fn roles(package: &Package) -> Vec<Role> {
    let mut roles = vec![Role::default(); package.functions.len()];
    for node in package.functions.iter().flat_map(|function| &function.nodes) {
        let Some(callee) = node.op.callee() else { continue };
        let role = &mut roles[callee.index()];
        if body_of(node).is_some() {
            role.looped = true;
        } else if let Op::Map { .. } = node.op {
            role.mapped = true;
        } else {
            role.invoked = true;
        }
    }
    roles
}

fn types(ty: &Type, add: &mut impl FnMut(String)) {
    match ty {
        Type::Bits(width) => add(format!("bits[{width}]")),
        Type::Token => add("token".to_owned()),
        Type::Tuple(elements) => {
            add(if elements.is_empty() { "empty tuple" } else { "tuple type" }.to_owned());
            for element in elements.iter() {
                if let Type::Tuple(_) | Type::Array(_) = element {
                    add("nested tuple".to_owned());
                }
                types(element, add);
            }
        }
        Type::Array(array) => {
            add("array type".to_owned());
            if array.element.flat_bit_count() == Some(0) {
                add("array without bits".to_owned());
            }
            match &array.element {
                Type::Array(_) => add("array of arrays".to_owned()),
                Type::Tuple(_) => add("array of tuples".to_owned()),
                Type::Bits(_) | Type::Token => {}
            }
            types(&array.element, add);
        }
    }
}

/// The features of a trace.
fn of_trace(function: &Function, node: &Node, format: &str, add: &mut impl FnMut(String)) {
    for piece in format_string::parse(format).unwrap_or_default() {
        match piece {
            Piece::Operand(format) => add(format!("trace of format {format:?}")),
            Piece::Text(text) if text.contains("{{") => add("trace with a brace".to_owned()),
            Piece::Text(_) => {}
        }
    }
    // The token and the condition come first.
    let data = &node.operands[2..];
    add(format!("trace of {} operands", data.len()));
    for &operand in data {
        add(match &function.node(operand).ty {
            Type::Bits(0) => "trace of no bits".to_owned(),
            Type::Bits(65..=512) => "trace of several words".to_owned(),
            Type::Bits(513..) => "trace of bits in memory".to_owned(),
            Type::Bits(_) => "trace of bits".to_owned(),
            Type::Token => "trace of a token".to_owned(),
            Type::Tuple(_) => "trace of a tuple".to_owned(),
            Type::Array(_) => "trace of an array".to_owned(),
        });
    }
}

/// The features of a single node.
fn of_node(function: &Function, node: &Node, add: &mut impl FnMut(String)) {
    let ty = |operand: usize| &function.node(node.operands[operand]).ty;
    let width = |operand: usize| ty(operand).bit_count().unwrap_or(0);
    let name = node.op.mnemonic();
    let is_aggregate = |ty: &Type| ty.bit_count().is_none();
    let mut add_if = |holds: bool, feature: &str| {
        if holds {
            add(feature.to_owned());
        }
    };
    match node.op.family() {
        Family::Shift(_) => add_if(width(1) > 64, "shift by a wide amount"),
        Family::PartialProduct(_) => add_if(width(0) != width(1), "partial product of two widths"),
        Family::Product(_) => add_if(width(0) != width(1), "product of two widths"),
        Family::Array(Array::ArrayIndex | Array::ArrayUpdate) => {
            let indices = node.op.operands_called("indices", node.operands.len());
            let assumed_in_bounds = node.op.attribute("assumed_in_bounds") == Some(Attribute::Flag(true));
            add_if(true, &format!("{name} with {} indices", indices.len()));
            add_if(assumed_in_bounds, &format!("{name} assumed in bounds"));
            add_if(indices.into_iter().any(|i| width(i) > 64), &format!("{name} with a wide index"));
        }
        Family::Array(Array::ArraySlice) => {
            if let (Type::Array(from), Type::Array(to)) = (ty(0), &node.ty) {
                add_if(to.len > from.len, "array_slice longer than the array");
            }
        }
        Family::Selection(_) => {
            add_if(is_aggregate(&node.ty), &format!("{name} of aggregates"));
            add_if(node.operands.len() > 64, &format!("{name} of more than 64 cases"));
            let is_constant = |&case: &NodeId| matches!(function.node(case).op, Op::Literal { .. });
            let cases = &node.operands[1..];
            add_if(cases.len() >= 4 && cases.iter().all(is_constant), &format!("{name} between constants"));
            let rest_of = |node: &Node| match (&node.op, &node.operands[..]) {
                (Op::Sel { has_default: false }, &[_, rest, case]) if is_constant(&case) => Some(function.node(rest)),
                _ => None,
            };
            let is_long = rest_of(node).and_then(rest_of).and_then(rest_of).and_then(rest_of).is_some();
            add_if(is_long, &format!("{name} between constants as a chain"));
        }
        Family::Equality(_) => add_if(is_aggregate(ty(0)), &format!("{name} of aggregates")),
        Family::Loop(Loop::CountedFor) => {
            if let Op::CountedFor { trip_count, stride, .. } = node.op {
                add_if(trip_count == 0, "counted_for without iterations");
                add_if(trip_count > 16, "counted_for of many iterations");
                add_if(stride < 0, "counted_for with a negative stride");
                add_if(stride > 1 << 32, "counted_for with a large stride");
            }
            add_if(node.operands.len() > 1, "loop with invariants");
            add_if(node.ty.contains_token(), "loop over a token");
            add_if(is_aggregate(&node.ty), "loop over an aggregate");
        }
        Family::Effect(family::Effect::Trace) => {
            if let Op::Trace { format, .. } = &node.op {
                of_trace(function, node, format, add);
            }
        }
        Family::Leaf(_)
        | Family::Unary(_)
        | Family::Logic(_)
        | Family::Reduction(_)
        | Family::Sum(_)
        | Family::Division(_)
        | Family::Order(_)
        | Family::Extension(_)
        | Family::Slice(_)
        | Family::Encoding(_)
        | Family::Array(Array::Array | Array::ArrayConcat)
        | Family::Tuple(_)
        | Family::Call(_)
        | Family::Loop(Loop::DynamicCountedFor)
        | Family::Token(_)
        | Family::Effect(family::Effect::Assert | family::Effect::Cover) => {}
    }
}

/// Body and mnemonic of a loop.
fn body_of(node: &Node) -> Option<(FuncId, &'static str)> {
    let Family::Loop(_) = node.op.family() else { return None };
    node.op.callee().map(|body| (body, node.op.mnemonic()))
}

/// The loops in loops of a program: `counted_for, dynamic_counted_for` is the latter in the former's body.
fn nests(package: &Package, add: &mut impl FnMut(String)) {
    // Callees stand before their callers.
    let mut nests: Vec<BTreeSet<String>> = Vec::new();
    for function in &package.functions {
        let mut here = BTreeSet::new();
        for node in &function.nodes {
            if let Some((body, mnemonic)) = body_of(node) {
                here.insert(mnemonic.to_owned());
                here.extend(nests[body.index()].iter().map(|inner| format!("{mnemonic}, {inner}")));
            } else if let Some(callee) = node.op.callee() {
                here.extend(nests[callee.index()].iter().cloned());
            }
        }
        nests.push(here);
    }
    for nest in nests.iter().flatten() {
        add(nest.clone());
        let depth = nest.split(", ").count();
        if depth > 1 {
            add(format!("loops {depth} deep"));
        }
    }
}

/// Where the operands of a function's loops come from, and what else uses them.
fn of_loops(function: &Function, role: Role, add: &mut impl FnMut(String)) {
    let size = |ty: &Type| match ty {
        Type::Bits(513..) => "wide ",
        Type::Array(_) => "array ",
        Type::Bits(_) | Type::Tuple(_) | Type::Token => "",
    };
    let is_loop_body = role.looped;
    if is_loop_body && function.nodes.iter().any(|node| matches!(node.op, Op::Invoke { .. })) {
        add("call in a loop".to_owned());
    }
    if is_loop_body && function.nodes.iter().any(|node| matches!(node.op, Op::ArrayUpdate { .. })) {
        add("array_update in a loop".to_owned());
    }
    if let (true, Some(&state), ret) = (is_loop_body, function.params.get(1), function.node(function.ret)) {
        let is_kept = |(at, &element): (usize, &NodeId)| {
            let element = function.node(element);
            element.op == Op::TupleIndex { index: at as u32 } && element.operands[0] == state
        };
        if ret.op == Op::Tuple && ret.operands.iter().enumerate().any(is_kept) {
            add("a body that returns a part of its state".to_owned());
        }
    }
    for (id, node) in function.iter().filter(|(_, node)| body_of(node).is_some()) {
        let fed = if let Op::DynamicCountedFor { .. } = node.op { 3 } else { 1 };
        for (place, &operand) in node.operands.iter().enumerate().filter(|(place, _)| *place == 0 || *place >= fed) {
            let is_literal = |id: NodeId| matches!(function.node(id).op, Op::Literal { .. });
            let made = function.node(operand);
            if is_literal(operand) && place > 0 {
                add("literal as invariant".to_owned());
            }
            if matches!(made.op, Op::Tuple | Op::Array) && made.operands.iter().any(|&part| is_literal(part)) {
                add("literal in an operand of a loop".to_owned());
            }
            let Op::Param { index } = function.node(operand).op else { continue };
            let from = match index {
                _ if !is_loop_body => continue,
                0 => "index",
                1 => "state",
                _ => "invariant",
            };
            let to = if place == 0 { "initial state" } else { "invariant" };
            add(format!("{}{from} as {to}", size(&function.node(operand).ty)));
        }
        let initial = node.operands[0];
        let kind = size(&function.node(initial).ty);
        let others = function.iter().filter(|(other, node)| *other != id && node.operands.contains(&initial));
        for (other, user) in others {
            let place = if other.index() > id.index() { "after" } else { "before" };
            add(format!("{kind}initial state used {place} the loop"));
            if matches!(user.op, Op::ArrayUpdate { .. }) {
                add(format!("{kind}initial state updated {place} the loop"));
            }
        }
        if let Op::CountedFor { trip_count: 300.., .. } = node.op {
            add(format!("{kind}state in a loop of hundreds of iterations"));
        }
        add(format!("{kind}state of {}", node.op.mnemonic()));
    }
    if let (true, Some(&first)) = (is_loop_body, function.params.first()) {
        if let Type::Bits(513..=1200) = function.node(first).ty {
            add("wide index".to_owned());
        }
    }
}

/// The parameters and results of no bits of functions that are applied. Such values take no memory, but they have places.
fn of_empties(function: &Function, role: Role, add: &mut impl FnMut(String)) {
    let is_empty = |ty: &Type| ty.flat_bit_count() == Some(0) && !ty.contains_token();
    let result = &function.return_type;
    let has_empty_element = |ty: &Type| matches!(ty, Type::Tuple(elements) if elements.iter().any(is_empty));
    for (holds, place) in [(role.invoked, "callee"), (role.looped, "body"), (role.mapped, "mapped function")] {
        if !holds {
            continue;
        }
        if is_empty(result) {
            add(format!("result of no bits of a {place}"));
            if let Type::Array(_) | Type::Tuple(_) = result {
                add(format!("aggregate of no bits of a {place}"));
            }
        } else if has_empty_element(result) {
            add(format!("element of no bits of the result of a {place}"));
        }
        if function.params.iter().any(|&param| is_empty(&function.node(param).ty)) {
            add(format!("parameter of no bits of a {place}"));
        }
    }
    let is_empty_array = |ty: &&Type| matches!(ty, Type::Array(_)) && is_empty(ty);
    if matches!(result, Type::Tuple(elements) if elements.iter().filter(is_empty_array).count() > 1) {
        add("result of several arrays of no bits".to_owned());
    }
    let results = function.nodes.iter().filter(|node| node.op.callee().is_some() && is_empty(&node.ty));
    if results.count() > 1 {
        add("several applied functions without bits in a function".to_owned());
    }
}

/// The families of which several operations have the same two operands, extended and truncated to several widths.
fn of_families(function: &Function, add: &mut impl FnMut(String)) {
    // For each node, the node of which it is the low bits or an extension.
    let mut roots: Vec<NodeId> = Vec::with_capacity(function.nodes.len());
    let mut families: BTreeMap<(&str, NodeId, NodeId), BTreeSet<u32>> = BTreeMap::new();
    for (id, node) in function.iter() {
        let is_resized = matches!(node.op, Op::ZeroExt | Op::SignExt | Op::BitSlice { start: 0 });
        roots.push(if is_resized { roots[node.operands[0].index()] } else { id });
        let family = match node.op.family() {
            Family::Division(_) => "division",
            Family::Product(_) | Family::PartialProduct(_) => "multiplication",
            Family::Shift(_) => "shift",
            Family::Order(_) => "comparison",
            Family::Encoding(Encoding::OneHot | Encoding::Encode)
            | Family::Unary(Unary::Reverse)
            | Family::Reduction(_) => "reduction",
            Family::Selection(Selection::Sel | Selection::PrioritySel | Selection::OneHotSel)
                if node.operands.len() == 3 =>
            {
                "selection"
            }
            Family::Leaf(_)
            | Family::Unary(Unary::Identity | Unary::Not | Unary::Neg)
            | Family::Logic(_)
            | Family::Sum(_)
            | Family::Equality(_)
            | Family::Extension(_)
            | Family::Slice(_)
            | Family::Encoding(Encoding::Decode)
            | Family::Selection(_)
            | Family::Array(_)
            | Family::Tuple(_)
            | Family::Call(_)
            | Family::Loop(_)
            | Family::Token(_)
            | Family::Effect(_) => continue,
        };
        let first = if family == "selection" { 1 } else { 0 };
        let width = function.node(node.operands[first]).ty.bit_count().unwrap_or(0);
        let root = |k: usize| node.operands.get(k).map_or(id, |operand| roots[operand.index()]);
        // A reduction has only one operand.
        let second = if family == "reduction" { root(first) } else { root(first + 1) };
        families.entry((family, root(first), second)).or_default().insert(width);
    }
    for ((family, x, y), widths) in families {
        if x == y && family != "reduction" || widths.len() < 2 {
            continue;
        }
        add(format!("{family} at several widths"));
        let words: Vec<u32> = widths.iter().filter(|&&width| width > 64).map(|width| width.div_ceil(64)).collect();
        if words.windows(2).any(|pair| pair[0] == pair[1]) {
            add(format!("{family} at several widths of as many words"));
        }
    }
}

/// The features of a node of the called function that depend on the arguments of the calls.
fn of_calls(program: &Program, function: &Function, node: &Node, add: &mut impl FnMut(String)) {
    // A position in the first operand, by the name of the operand that gives it.
    let mut positions = ["start", "indices", "amount"].iter();
    let count = node.operands.len();
    let Some(position) = positions.find_map(|name| node.op.operands_called(name, count).next()) else { return };
    let bound = match &function.node(node.operands[0]).ty {
        Type::Array(array) => array.len,
        Type::Bits(width) => (*width).into(),
        Type::Tuple(_) | Type::Token => return,
    };
    let is_beyond = |value: &Value| {
        let Value::Bits(bits) = value else { return false };
        bits.words().iter().skip(1).any(|&word| word != 0) || bits.low_u64() >= bound
    };
    let operand = function.node(node.operands[position]);
    let is_out_of_range = if let Op::Literal { value } = &operand.op {
        is_beyond(value)
    } else if let Op::Param { index } = operand.op {
        program.calls.iter().any(|call| is_beyond(&call[index as usize]))
    } else {
        false
    };
    if is_out_of_range {
        add(format!("{} out of range", node.op.mnemonic()));
    }
}

/// Most nodes in a row, each an operand of the next, for which `counts` holds.
fn depth(function: &Function, counts: impl Fn(&Op) -> bool) -> usize {
    let mut depths: Vec<usize> = Vec::with_capacity(function.nodes.len());
    for node in &function.nodes {
        let before = node.operands.iter().map(|operand| depths[operand.index()]).max().unwrap_or(0);
        depths.push(before + usize::from(counts(&node.op)));
    }
    depths.into_iter().max().unwrap_or(0)
}

#[test]
fn programs_have_in_them_what_they_are_meant_to_have() {
    let mut seen = Seen::default();
    for index in 0..PROGRAMS {
        seen.add(features(&generate(5, index, None)));
    }
    for mnemonic in MNEMONICS {
        seen.expect(mnemonic, 40);
    }
    for width in WIDTHS {
        seen.expect(&format!("bits[{width}]"), 40);
    }
    for (feature, least) in [
        ("loops 2 deep", 300),
        ("loops 3 deep", 60),
        ("counted_for, counted_for", 150),
        ("counted_for, dynamic_counted_for", 100),
        ("dynamic_counted_for, counted_for", 100),
        ("dynamic_counted_for, dynamic_counted_for", 40),
        ("counted_for, counted_for, counted_for", 20),
        ("wide index", 100),
        ("wide index as initial state", 15),
        ("wide index as invariant", 15),
        ("wide state as initial state", 25),
        ("wide state as invariant", 15),
        ("wide invariant as initial state", 12),
        ("wide invariant as invariant", 10),
        ("array state as initial state", 30),
        ("literal as invariant", 30),
        ("literal in an operand of a loop", 20),
        ("a body that returns a part of its state", 20),
        ("array state as invariant", 20),
        ("array invariant as initial state", 15),
        ("array invariant as invariant", 12),
        ("index as initial state", 12),
        ("wide state of counted_for", 80),
        ("wide state of dynamic_counted_for", 40),
        ("array state of counted_for", 200),
        ("array state of dynamic_counted_for", 100),
        ("wide initial state used after the loop", 60),
        ("wide initial state used before the loop", 50),
        ("array initial state used after the loop", 80),
        ("array initial state used before the loop", 25),
        ("array initial state updated after the loop", 40),
        ("array initial state updated before the loop", 5),
        ("array_update in a loop", 200),
        ("call in a loop", 300),
        ("state in a loop of hundreds of iterations", 8),
        ("wide state in a loop of hundreds of iterations", 4),
        ("array state in a loop of hundreds of iterations", 8),
        ("division at several widths", 120),
        ("division at several widths of as many words", 70),
        ("multiplication at several widths", 50),
        ("shift at several widths", 50),
        ("comparison at several widths", 45),
        ("reduction at several widths", 100),
        ("selection at several widths", 20),
        ("1500 nodes", 2),
        ("4000 nodes", 1),
        ("token", 100),
        ("empty tuple", 100),
        ("tuple type", 500),
        ("nested tuple", 100),
        ("array type", 500),
        ("array of arrays", 50),
        ("array of tuples", 50),
        ("array without bits", 20),
        ("result of no bits of a callee", 95),
        ("result of no bits of a body", 75),
        ("result of no bits of a mapped function", 10),
        ("aggregate of no bits of a callee", 55),
        ("aggregate of no bits of a body", 58),
        ("element of no bits of the result of a callee", 130),
        ("element of no bits of the result of a body", 30),
        ("parameter of no bits of a callee", 170),
        ("parameter of no bits of a body", 130),
        ("several applied functions without bits in a function", 50),
        ("result of several arrays of no bits", 20),
        ("array_index with 0 indices", 10),
        ("array_index with 1 indices", 100),
        ("array_index with 2 indices", 20),
        ("array_update with 0 indices", 10),
        ("array_update with 1 indices", 100),
        ("array_update with 2 indices", 20),
        ("array_index with a wide index", 20),
        ("array_update with a wide index", 20),
        ("array_index out of range", 50),
        ("array_update out of range", 50),
        ("array_slice out of range", 20),
        ("array_index assumed in bounds", 30),
        ("array_update assumed in bounds", 30),
        ("array_slice longer than the array", 20),
        ("shift by a wide amount", 50),
        ("shll out of range", 20),
        ("shrl out of range", 20),
        ("shra out of range", 20),
        ("dynamic_bit_slice out of range", 20),
        ("bit_slice_update out of range", 20),
        ("product of two widths", 200),
        ("partial product of two widths", 50),
        ("sel of aggregates", 50),
        ("one_hot_sel of aggregates", 30),
        ("priority_sel of aggregates", 30),
        ("gate of aggregates", 20),
        ("eq of aggregates", 20),
        ("ne of aggregates", 20),
        ("sel between constants", 5),
        ("sel between constants as a chain", 10),
        ("one_hot_sel between constants", 10),
        ("priority_sel between constants", 20),
        ("one_hot_sel of more than 64 cases", 2),
        ("priority_sel of more than 64 cases", 2),
        ("counted_for without iterations", 20),
        ("counted_for of many iterations", 20),
        ("counted_for with a negative stride", 10),
        ("counted_for with a large stride", 10),
        ("loop with invariants", 100),
        ("loop over a token", 20),
        ("loop over an aggregate", 100),
        ("assertion in the called function", 150),
        ("assertion in a callee", 80),
        ("assertion in a loop", 80),
        ("assertion in a mapped function", 30),
        ("trace in the called function", 120),
        ("trace in a callee", 60),
        ("trace in a loop", 50),
        ("trace in a mapped function", 20),
        ("cover in the called function", 80),
        ("cover in a callee", 40),
        ("cover in a loop", 30),
        ("cover in a mapped function", 10),
        ("trace of format Default", 60),
        ("trace of format Unsigned", 60),
        ("trace of format Signed", 60),
        ("trace of format Hex", 60),
        ("trace of format PaddedHex", 60),
        ("trace of format PrefixedHex", 60),
        ("trace of format Binary", 60),
        ("trace of format PaddedBinary", 60),
        ("trace of format PrefixedBinary", 60),
        ("trace of 0 operands", 60),
        ("trace of 1 operands", 60),
        ("trace of 4 operands", 60),
        ("trace of no bits", 12),
        ("trace of bits", 100),
        ("trace of several words", 30),
        ("trace of bits in memory", 10),
        ("trace of a token", 80),
        ("trace of a tuple", 25),
        ("trace of an array", 30),
        ("trace with a brace", 80),
        ("100 nodes", 50),
        ("300 nodes", 15),
        ("600 nodes", 3),
        ("xor 4 deep", 50),
        ("xor 8 deep", 8),
        ("xor 16 deep", 1),
        ("sel 4 deep", 30),
        ("sel 8 deep", 2),
        ("concat 4 deep", 10),
    ] {
        seen.expect(feature, least);
    }
}

/// What lists of at least four values of one operation are made by, and become.
fn of_lists(function: &Function, add: &mut impl FnMut(String)) {
    let is_sum = |node: &Node| matches!(node.op, Op::Add | Op::And | Op::Or | Op::Xor);
    for node in &function.nodes {
        let (mut values, mut made) = (node.operands.to_vec(), "array".to_owned());
        if is_sum(node) {
            // The addends of a sum of sums.
            let mut left = std::mem::take(&mut values);
            while let Some(id) = left.pop() {
                let operand = function.node(id);
                if operand.op == node.op {
                    left.extend(&operand.operands);
                } else {
                    values.push(id);
                }
            }
            made = format!("sum by {}", node.op.mnemonic());
        } else if node.op != Op::Array {
            continue;
        }
        if values.len() < 4 {
            continue;
        }
        let first = &function.node(values[0]).op;
        if values.iter().all(|&value| function.node(value).op == *first) {
            add(format!("{made} of {}", first.mnemonic()));
            if let Type::Bits(width) = function.node(values[0]).ty {
                add(format!("lanes of {width} bits"));
            }
        }
    }
}

#[test]
fn programs_of_lanes_have_lists_of_each_operation() {
    let mut seen = Seen::default();
    for index in 0..PROGRAMS {
        let program = generate(5, index, Some(StyleName::Lanes));
        let mut features = BTreeSet::new();
        of_lists(program.package.function(program.top()), &mut |feature| {
            features.insert(feature);
        });
        seen.add(features);
    }
    for operation in [
        "add",
        "sub",
        "neg",
        "not",
        "umul",
        "smul",
        "and",
        "or",
        "xor",
        "nand",
        "nor",
        "eq",
        "ne",
        "ult",
        "ule",
        "ugt",
        "uge",
        "slt",
        "sle",
        "sgt",
        "sge",
        "shll",
        "shrl",
        "shra",
        "zero_ext",
        "sign_ext",
        "bit_slice",
        "concat",
        "sel",
        "priority_sel",
    ] {
        seen.expect(&format!("array of {operation}"), 8);
    }
    for operation in ["umul", "smul", "sub", "sel", "array_index"] {
        seen.expect(&format!("sum by add of {operation}"), 5);
    }
    for operation in ["and", "or", "xor"] {
        seen.expect(&format!("sum by {operation} of add"), 3);
    }
    for width in [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64] {
        seen.expect(&format!("lanes of {width} bits"), 20);
    }
}

#[test]
fn large_programs_are_compiled_otherwise() {
    let program = generate(5, 0, Some(StyleName::Large));
    let function = program.package.function(program.top());
    // The native back end cuts such functions into parts. Left whole, they take another register allocator, because their values have
    // long live ranges.
    assert!(function.nodes.len() > 100_000);
    let operations: BTreeSet<&str> = function.nodes.iter().map(|node| node.op.mnemonic()).collect();
    for operation in ["add", "umul", "udiv", "shra", "sel", "ult", "sign_ext", "array_update", "array_index"] {
        assert!(operations.contains(operation), "{operation}");
    }
}
