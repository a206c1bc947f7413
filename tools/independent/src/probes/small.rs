//! Functions of small and mixed widths, to be tried on all arguments.

use super::{ceil_log2, Writer};

/// Every operation on bit vectors at all widths up to four, and those whose operands may differ in width at all pairs.
pub(super) fn functions(w: &mut Writer) {
    for width in 0..=4 {
        same_width(w, width);
        for other in 0..=4 {
            two_widths(w, width, other);
        }
        choices(w, width);
        arrays(w, width);
        counted(w, width);
    }
    for selector in 0..=3 {
        selectors(w, selector);
    }
}

fn bits(width: u32) -> String {
    format!("bits[{width}]")
}

fn same_width(w: &mut Writer, width: u32) {
    let t = bits(width);
    let (x, xy, xyz) = (format!("x: {t}"), format!("x: {t}, y: {t}"), format!("x: {t}, y: {t}, z: {t}"));
    for op in ["not", "neg", "reverse", "identity", "and", "or", "xor", "nand", "nor"] {
        w.function(op, &x, &t, &format!("{op}(x)"));
    }
    w.function("param", &x, &t, "param(name=x)");
    for op in ["and_reduce", "or_reduce", "xor_reduce"] {
        w.function(op, &x, "bits[1]", &format!("{op}(x)"));
    }
    for op in ["add", "sub", "udiv", "umod", "sdiv", "smod", "and", "or", "xor", "nand", "nor"] {
        w.function(op, &xy, &t, &format!("{op}(x, y)"));
    }
    for op in ["eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge"] {
        w.function(op, &xy, "bits[1]", &format!("{op}(x, y)"));
    }
    if width > 3 {
        return;
    }
    for op in ["and", "or", "xor", "nand", "nor"] {
        w.function(op, &xyz, &t, &format!("{op}(x, y, z)"));
    }
    for op in ["eq", "ne"] {
        let pair = format!("({t}, {t}[1], ())");
        let body = format!(
            "a: {t}[1] = array(y); b: {t}[1] = array(z); e: () = tuple(); p: {pair} = tuple(x, a, e); q: {pair} = tuple(y, b, e); {op}(p, q)"
        );
        w.function(op, &xyz, "bits[1]", &body);
    }
}

fn two_widths(w: &mut Writer, width: u32, other: u32) {
    let (t, o) = (bits(width), bits(other));
    let params = format!("x: {t}, y: {o}");
    for op in ["umul", "smul"] {
        for result in 0..=9 {
            let r = bits(result);
            w.function(op, &params, &r, &format!("{op}(x, y)"));
            let body = format!(
                "p: ({r}, {r}) = {op}p(x, y); a: {r} = tuple_index(p, index=0); b: {r} = tuple_index(p, index=1); add(a, b)"
            );
            w.function(&format!("{op}p"), &params, &r, &body);
        }
    }
    for op in ["shll", "shrl", "shra"] {
        w.function(op, &params, &t, &format!("{op}(x, y)"));
    }
    w.function("concat", &params, &bits(width + other), "concat(x, y)");
    w.function("concat", &params, &bits(2 * width + other), "concat(x, y, x)");
    for length in 0..=width {
        w.function("dynamic_bit_slice", &params, &bits(length), &format!("dynamic_bit_slice(x, y, width={length})"));
    }
    for update in 0..=(8 - (width + other).min(8)).min(5) {
        let params = format!("{params}, u: {}", bits(update));
        w.function("bit_slice_update", &params, &t, "bit_slice_update(x, y, u)");
    }
    if other >= width {
        w.function("zero_ext", &format!("x: {t}"), &o, &format!("zero_ext(x, new_bit_count={other})"));
        if width > 0 {
            w.function("sign_ext", &format!("x: {t}"), &o, &format!("sign_ext(x, new_bit_count={other})"));
        }
    } else {
        for start in 0..=width - other {
            let body = format!("bit_slice(x, start={start}, width={other})");
            w.function("bit_slice", &format!("x: {t}"), &o, &body);
        }
    }
}

fn choices(w: &mut Writer, width: u32) {
    let t = bits(width);
    for prio in [true, false] {
        for operand in [width, width + 4] {
            let params = format!("x: {}", bits(operand));
            w.function("one_hot", &params, &bits(operand + 1), &format!("one_hot(x, lsb_prio={prio})"));
        }
    }
    for operand in [width, width + 4] {
        let result = bits(ceil_log2(operand.max(1)));
        w.function("encode", &format!("x: {}", bits(operand)), &result, "encode(x)");
    }
    for result in 0..=1 << width {
        w.function("decode", &format!("x: {t}"), &bits(result), &format!("decode(x, width={result})"));
    }
    let xy = format!("x: {t}, y: {t}");
    w.function("gate", &format!("s: bits[1], x: {t}"), &t, "gate(s, x)");
    w.function("sel", &format!("s: bits[1], {xy}"), &t, "sel(s, cases=[x, y])");
    w.function("sel", &format!("s: bits[0], {xy}"), &t, "sel(s, cases=[x])");
    w.function("one_hot_sel", &format!("s: bits[2], {xy}"), &t, "one_hot_sel(s, cases=[x, y])");
    w.function("one_hot_sel", &format!("s: bits[1], {xy}"), &t, "one_hot_sel(s, cases=[y])");
    w.function("priority_sel", &format!("s: bits[1], {xy}"), &t, "priority_sel(s, cases=[x], default=y)");
}

/// Selectors of each width with every number of cases.
fn selectors(w: &mut Writer, selector: u32) {
    for cases in 1..=1 << selector {
        let list = (0..cases).map(|case| ["x", "y", "z"][case % 3]).collect::<Vec<_>>().join(", ");
        let default = if cases < 1 << selector { ", default=d" } else { "" };
        let params = format!("s: {}, x: bits[1], y: bits[1], z: bits[1], d: bits[1]", bits(selector));
        w.function("sel", &params, "bits[1]", &format!("sel(s, cases=[{list}]{default})"));
        if cases == selector as usize {
            w.function("priority_sel", &params, "bits[1]", &format!("priority_sel(s, cases=[{list}], default=d)"));
            w.function("one_hot_sel", &params, "bits[1]", &format!("one_hot_sel(s, cases=[{list}])"));
            let body = format!(
                "a: (bits[1], bits[1][2])[1] = literal(value=[(1, [0, 1])]); e: bits[1][2] = array(x, y); \
                 f: (bits[1], bits[1][2]) = tuple(z, e); b: (bits[1], bits[1][2])[1] = array(f); \
                 one_hot_sel(s, cases=[{}])",
                (0..cases).map(|case| ["a", "b"][case % 2]).collect::<Vec<_>>().join(", ")
            );
            w.function("one_hot_sel", &params, "(bits[1], bits[1][2])[1]", &body);
        }
    }
}

fn arrays(w: &mut Writer, index: u32) {
    let i = bits(index);
    for length in 1..=4 {
        let a = format!("bits[1][{length}]");
        let params = format!("a: {a}, i: {i}");
        w.function("array_index", &params, "bits[1]", "array_index(a, indices=[i])");
        w.function("array_index", &params, &a, "array_index(a, indices=[])");
        for width in 1..=6 {
            let result = format!("bits[1][{width}]");
            w.function("array_slice", &params, &result, &format!("array_slice(a, i, width={width})"));
        }
        let params = format!("a: {a}, i: {i}, v: bits[1]");
        if length + index < 8 {
            w.function("array_update", &params, &a, "array_update(a, v, indices=[i])");
        }
        let body = "b: bits[1][1] = array(v); array_concat(a, b, a)";
        w.function("array_concat", &params, &format!("bits[1][{}]", 2 * length + 1), body);
        let body = "b: bits[1][1] = array(v); array_concat(a, b)";
        w.function("array_concat", &params, &format!("bits[1][{}]", length + 1), body);
    }
    let matrix = "bits[1][2][2]";
    if index <= 2 {
        let params = format!("a: {matrix}, i: {i}, j: bits[2]");
        w.function("array_index", &params, "bits[1]", "array_index(a, indices=[i, j])");
        w.function("array_index", &params, "bits[1]", "array_index(a, indices=[j, i])");
        w.function("array_index", &params, "bits[1][2]", "array_index(a, indices=[i])");
        let params = format!("a: {matrix}, i: {i}, j: bits[1], v: bits[1]");
        w.function("array_update", &params, matrix, "array_update(a, v, indices=[i, j])");
        w.function("array_update", &params, matrix, "array_update(a, v, indices=[j, i])");
        let params = format!("a: bits[1][2][2], i: {i}, v: bits[1][2]");
        w.function("array_update", &params, matrix, "array_update(a, v, indices=[i])");
        w.function("array_update", &params, matrix, "array_update(a, a, indices=[])");
    }
}

/// Dynamic loops of all trip counts, with all strides, over an index that holds all of their products.
fn counted(w: &mut Writer, width: u32) {
    let index = bits(width + 6);
    w.raw(&format!(
        "\nfn part_trip_{width}(i: {index}, s: ({index}, bits[5])) -> ({index}, bits[5]) {{\n  n: bits[5] = tuple_index(s, index=1)\n  \
         k: bits[5] = literal(value=1)\n  m: bits[5] = add(n, k)\n  ret r: ({index}, bits[5]) = tuple(i, m)\n}}\n"
    ));
    let state = format!("({index}, bits[5])");
    let body = format!(
        "z: {state} = literal(value=(0, 0)); dynamic_counted_for(z, n, d, body=part_trip_{width}, invariant_args=[])"
    );
    w.function("dynamic_counted_for", &format!("n: {}, d: bits[3]", bits(width)), &state, &body);
}
