//! Shapes of which one part is long: a tuple, a concatenation, a selection, a literal, a list of functions and so on.

use std::fmt::Write as _;

use crate::body::Body;

/// How deep the tuples of [`nesting`] are nested; what the reader allows is more.
const DEPTH: usize = 64;

/// What xls_aot allows: rustc's 65,535, without the two that methods of generated code add.
const PARAMETERS_MAX: usize = 65_533;

/// A tuple parameter taken apart, and a tuple of as many elements put together.
pub(crate) fn tuple(nodes: usize) -> String {
    let count = (nodes / 2).max(1);
    let ty = format!("({})", vec!["bits[32]"; count].join(", "));
    let mut body = Body::new("tuple", &format!("t: {ty}, a: bits[32]"), &ty);
    let sums: Vec<String> = (0..count)
        .map(|i| {
            let element = body.word(format_args!("tuple_index(t, index={i})"));
            body.word(format_args!("add({element}, a)"))
        })
        .collect();
    body.finish(format_args!("tuple({})", sums.join(", ")))
}

/// A concatenation of many operands, of which slices are taken again, each across the end of an operand; and one of many
/// constants.
pub(crate) fn concat(nodes: usize) -> String {
    let count = (nodes / 5).max(2);
    let mut body = Body::new("concat", "a: bits[8], b: bits[8]", "bits[8]");
    let mut last = "b".to_owned();
    let mut pieces = Vec::new();
    for _ in 0..count {
        last = body.node("bits[8]", format_args!("umul({last}, a)"));
        last = body.node("bits[8]", format_args!("xor({last}, b)"));
        pieces.push(last.clone());
    }
    let joined = body.node(&format!("bits[{}]", 8 * count), format_args!("concat({})", pieces.join(", ")));
    let mut sum = "b".to_owned();
    for i in 0..count - 1 {
        let slice = body.node("bits[8]", format_args!("bit_slice({joined}, start={}, width=8)", 8 * i + 3));
        sum = body.node("bits[8]", format_args!("add({sum}, {slice})"));
    }
    let constants: Vec<String> =
        (0..count).map(|i| body.node("bits[8]", format_args!("literal(value={})", i % 256))).collect();
    let ty = format!("bits[{}]", 8 * (count + 1));
    let table = body.node(&ty, format_args!("concat({}, {sum})", constants.join(", ")));
    let reduced = body.node("bits[1]", format_args!("xor_reduce({table})"));
    body.finish(format_args!("sign_ext({reduced}, new_bit_count=8)"))
}

/// Selections of all three kinds among many cases.
pub(crate) fn select(nodes: usize) -> String {
    let count = (nodes / 6).max(2);
    let mut body = Body::new("select", &format!("a: bits[32], s: bits[32], hot: bits[{count}]"), "bits[32]");
    let mut results = Vec::new();
    for (name, selector, default) in
        [("sel", "s", ", default=a"), ("priority_sel", "hot", ", default=a"), ("one_hot_sel", "hot", "")]
    {
        let cases: Vec<String> = (0..count)
            .map(|i| {
                let constant = body.constant((i as u32).wrapping_mul(0x9e37_79b9));
                body.word(format_args!("add(a, {constant})"))
            })
            .collect();
        results.push(body.word(format_args!("{name}({selector}, cases=[{}]{default})", cases.join(", "))));
    }
    body.finish(format_args!("xor({})", results.join(", ")))
}

/// One literal of an array, as many elements long as nodes are asked for, and a few nodes that look something up in it.
pub(crate) fn literal(nodes: usize) -> String {
    let count = nodes.max(1);
    let mut body = Body::new("literal", "a: bits[32], b: bits[32]", "bits[32]");
    let mut elements = String::new();
    for i in 0..count {
        let comma = if i == 0 { "" } else { ", " };
        write!(elements, "{comma}{}", (i as u32).wrapping_mul(0x9e37_79b9)).expect("writing to a String");
    }
    let table = body.node(&format!("bits[32][{count}]"), format_args!("literal(value=[{elements}])"));
    let first = body.word(format_args!("array_index({table}, indices=[a])"));
    let second = body.word(format_args!("array_index({table}, indices=[b])"));
    body.finish(format_args!("add({first}, {second})"))
}

/// An array put together of many nodes, taken apart by constant indices, and updated.
pub(crate) fn array(nodes: usize) -> String {
    let count = (nodes / 5).max(2);
    let ty = format!("bits[32][{count}]");
    let mut body = Body::new("array", "a: bits[32], b: bits[32]", "bits[32]");
    let mut last = "a".to_owned();
    let mut elements = Vec::new();
    for _ in 0..count {
        last = body.word(format_args!("umul({last}, b)"));
        last = body.word(format_args!("xor({last}, a)"));
        elements.push(last.clone());
    }
    let made = body.node(&ty, format_args!("array({})", elements.join(", ")));
    let updated = body.node(&ty, format_args!("array_update({made}, a, indices=[b])"));
    let mut sum = "b".to_owned();
    for i in 0..count {
        let index = body.constant(i as u32);
        let element = body.word(format_args!("array_index({updated}, indices=[{index}])"));
        sum = body.word(format_args!("add({sum}, {element})"));
    }
    body.finish(format_args!("not({sum})"))
}

/// Tuples nested [`DEPTH`] deep, made and taken apart, one after the other.
pub(crate) fn nesting(nodes: usize) -> String {
    let mut body = Body::new("nesting", "a: bits[32], b: bits[32]", "bits[32]");
    let mut types = vec!["bits[32]".to_owned()];
    for depth in 0..DEPTH {
        types.push(format!("({}, bits[32])", types[depth]));
    }
    let mut last = "a".to_owned();
    for _ in 0..((nodes + DEPTH) / (2 * DEPTH + 1)).max(1) {
        last = body.word(format_args!("umul({last}, b)"));
        for ty in &types[1..] {
            last = body.node(ty, format_args!("tuple({last}, a)"));
        }
        for ty in types[..DEPTH].iter().rev() {
            last = body.node(ty, format_args!("tuple_index({last}, index=0)"));
        }
    }
    body.finish(format_args!("not({last})"))
}

/// Many functions, all applied by one.
pub(crate) fn functions(nodes: usize) -> String {
    let count = (nodes / 5).max(1);
    let mut text = String::from("package functions\n\n");
    for i in 0..count {
        write!(
            text,
            "fn f{i}(x: bits[32], y: bits[32]) -> bits[32] {{\n  k: bits[32] = literal(value={i})\n  \
             p: bits[32] = umul(x, y)\n  ret z: bits[32] = add(p, k)\n}}\n\n"
        )
        .expect("writing to a String");
    }
    let mut body = Body::new("functions", "a: bits[32], b: bits[32]", "bits[32]");
    let mut sum = "b".to_owned();
    for i in 0..count {
        let result = body.word(format_args!("invoke({sum}, a, to_apply=f{i})"));
        sum = body.word(format_args!("xor({result}, a)"));
    }
    let top = body.finish(format_args!("not({sum})"));
    let (_, top) = top.split_once("\n\n").expect("a package has its name in a line of its own");
    text + top
}

/// A function of many parameters: as many as half the nodes, or as a Rust function can have.
pub(crate) fn parameters(nodes: usize) -> String {
    let uses = (nodes / 2).max(1);
    let count = uses.min(PARAMETERS_MAX);
    let params: Vec<String> = (0..count).map(|i| format!("p{i}: bits[32]")).collect();
    let mut body = Body::new("parameters", &params.join(", "), "bits[32]");
    let mut sum = "p0".to_owned();
    for i in 0..uses {
        sum = body.word(format_args!("umul({sum}, p{})", i % count));
        sum = body.word(format_args!("add({sum}, p0)"));
    }
    body.finish(format_args!("not({sum})"))
}

/// Many assertions, each with a text of its own.
pub(crate) fn assertions(nodes: usize) -> String {
    let mut body = Body::new("assertions", "t: token, a: bits[32], b: bits[32]", "(token, bits[32])");
    let mut token = "t".to_owned();
    let mut last = "a".to_owned();
    for i in 0..(nodes / 4).max(1) {
        last = body.word(format_args!("umul({last}, b)"));
        last = body.word(format_args!("xor({last}, a)"));
        let condition = body.node("bits[1]", format_args!("ne({last}, b)"));
        token =
            body.node("token", format_args!("assert({token}, {condition}, message=\"number {i}\", label=\"l{i}\")"));
    }
    body.finish(format_args!("tuple({token}, {last})"))
}
