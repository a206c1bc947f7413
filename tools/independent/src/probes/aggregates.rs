//! Arrays and tuples.

use super::Writer;

pub(super) fn aggregates(w: &mut Writer, width: u32) {
    let t = format!("bits[{width}]");
    for len in [1, 3, 7, 40] {
        let a = format!("{t}[{len}]");
        for index in [0, 1, 3, 20, 70, 600] {
            let i = format!("i: bits[{index}]");
            w.function("array_index", &format!("a: {a}, {i}"), &t, "array_index(a, indices=[i])");
            w.function("array_update", &format!("a: {a}, v: {t}, {i}"), &a, "array_update(a, v, indices=[i])");
            let wide = format!("{t}[9]");
            w.function("array_slice", &format!("a: {a}, {i}"), &wide, "array_slice(a, i, width=9)");
        }
        // The first array is still needed when the second is made, the second is not.
        let body = format!(
            "b: {a} = array_update(a, v, indices=[i]); j: bits[3] = not(i); c: {a} = array_update(b, u, indices=[j]); \
             d: {t} = array_index(a, indices=[i]); tuple(c, d)"
        );
        w.function("updates", &format!("a: {a}, v: {t}, u: {t}, i: bits[3]"), &format!("({a}, {t})"), &body);
        w.function(
            "array_concat",
            &format!("a: {a}, b: {t}[2]"),
            &format!("{t}[{}]", 2 * len + 2),
            "array_concat(a, b, a)",
        );
        let params = format!("a: {a}, b: {t}[2]");
        w.function("array_concat", &params, &format!("{t}[{}]", len + 2), "array_concat(a, b)");
        w.function("eq", &format!("a: {a}, b: {a}"), "bits[1]", "eq(a, b)");
        let body = format!("b: {a} = array_update(a, v, indices=[i]); ne(a, b)");
        w.function("ne", &format!("a: {a}, v: {t}, i: bits[3]"), "bits[1]", &body);
        let padded = format!("(bits[1], {t}, {a}, bits[9])[3]");
        let params = format!("a: {padded}, i: bits[2], v: {t}");
        let body = format!(
            "k: bits[1] = literal(value=1); z: bits[9] = literal(value=5); x: {a} = array(v{}); e: (bits[1], {t}, {a}, bits[9]) \
             = tuple(k, v, x, z); b: {padded} = array_update(a, e, indices=[i]); q: bits[1] = eq(a, b); tuple(b, q)",
            ", v".repeat(len - 1)
        );
        w.function("padded", &params, &format!("({padded}, bits[1])"), &body);
        let rows = format!("{a}[5]");
        let params = format!("a: {rows}, i: bits[3], j: bits[3], v: {t}");
        w.function("row", &params, &a, "array_index(a, indices=[i])");
        w.function("cell", &params, &t, "array_index(a, indices=[i, j])");
        w.function("set_cell", &params, &rows, "array_update(a, v, indices=[i, j])");
        let body = format!("r: {a} = array_index(a, indices=[j]); array_update(a, r, indices=[i])");
        w.function("set_row", &params, &rows, &body);
        let body = format!(
            "k: bits[3] = literal(value=1); r: {a} = array_index(a, indices=[j]); s: {a} = array_update(r, v, indices=[k]); \
             b: {rows} = array_update(a, s, indices=[i]); c: {rows} = array_update(b, r, indices=[k]); c2: {rows} = identity(c); \
             array_update(c2, v, indices=[k, i])"
        );
        w.function("rows", &params, &rows, &body);
    }
}

/// Constants of several shapes: the arguments go through them, so that they are not all that there is.
pub(super) fn constants(w: &mut Writer, width: u32) {
    let t = format!("bits[{width}]");
    let mask = |digit: &str| match width {
        0 => "0".to_owned(),
        _ => format!("0b{}", digit.repeat(width as usize)),
    };
    let (ones, zeros) = (mask("1"), mask("0"));
    let pair = format!("({t}, {t}[2], ())");
    let body = format!(
        "p: {pair} = literal(value=({ones}, [{zeros}, {ones}], ())); a: {t}[2] = tuple_index(p, index=1); \
         y: {t} = array_index(a, indices=[i]); z: {t} = xor(x, y); tuple(p, z)"
    );
    w.function("literal", &format!("i: bits[2], x: {t}"), &format!("({pair}, {t})"), &body);
    let deep = format!("(({t}, bits[3])[2], {t})[2]");
    let params = format!("a: {deep}, i: bits[1], j: bits[2]");
    let inner = format!("({t}, bits[3])");
    let body = format!(
        "e: ({inner}[2], {t}) = array_index(a, indices=[i]); f: {inner}[2] = tuple_index(e, index=0); \
         g: {inner} = array_index(f, indices=[j]); h: {t} = tuple_index(g, index=0); tuple(h, e)"
    );
    w.function("tuple_index", &params, &format!("({t}, ({inner}[2], {t}))"), &body);
    w.function("array_index", &format!("a: {t}[3]"), &format!("{t}[3]"), "array_index(a, indices=[])");
    w.function("array_update", &format!("x: {t}, y: {t}"), &t, "array_update(x, y, indices=[])");
}

/// Tuples of so many elements that they are in memory as a whole, with gaps between their elements.
pub(super) fn long_tuples(w: &mut Writer, width: u32) {
    const ELEMENTS: usize = 130;
    let t = format!("bits[{width}]");
    let element = |index: usize| if index.is_multiple_of(2) { "bits[1]" } else { t.as_str() };
    let long = format!("({})", (0..ELEMENTS).map(element).collect::<Vec<_>>().join(", "));
    let take = |index: usize| format!("e{index}: {} = tuple_index(p, index={index})", element(index));
    let all = (0..ELEMENTS).map(take).collect::<Vec<_>>().join("; ");
    let names = |changed: usize, name: &str| {
        let element = |index: usize| if index == changed { name.to_owned() } else { format!("e{index}") };
        (0..ELEMENTS).map(element).collect::<Vec<_>>().join(", ")
    };
    let body = format!("{}; tuple(e0, e1, e77, e128, e129)", [0, 1, 77, 128, 129].map(take).join("; "));
    w.function("tuple_index", &format!("p: {long}"), &format!("(bits[1], {t}, {t}, bits[1], {t})"), &body);
    // As it came, and built where an array was that left its bytes between the elements.
    let body = format!(
        "h: bits[8][9000] = array_update(g, v, indices=[i]); s: bits[8] = array_index(h, indices=[j]); {all}; \
         q: {long} = tuple({}); r: bits[1] = eq(p, q); tuple(r, s)",
        names(ELEMENTS, "")
    );
    let params = format!("g: bits[8][9000], v: bits[8], i: bits[7], j: bits[7], p: {long}");
    w.function("eq", &params, "(bits[1], bits[8])", &body);
    let body = format!(
        "{all}; q: {long} = tuple({}); d: bits[1] = ne(p, q); u: {long} = sel(c, cases=[p, q]); o: {long} = gate(d, u); \
         m: {long} = one_hot_sel(s, cases=[o, q]); tuple(d, m)",
        names(65, "v")
    );
    let params = format!("p: {long}, v: {t}, c: bits[1], s: bits[2]");
    w.function("sel", &params, &format!("(bits[1], {long})"), &body);
}
