//! Calls, maps and loops.

use std::fmt::Write as _;

use super::Writer;

pub(super) fn calls(w: &mut Writer, width: u32) {
    let t = format!("bits[{width}]");
    let a = format!("{t}[40]");
    w.raw(&format!("\nfn part_twice(x: {t}) -> {t} {{\n  ret r: {t} = add(x, x)\n}}\n"));
    w.raw(&format!("\nfn part_pair(x: {t}) -> ({t}, bits[1]) {{\n  n: bits[1] = or_reduce(x)\n  y: {t} = not(x)\n  ret r: ({t}, bits[1]) = tuple(y, n)\n}}\n"));
    w.raw(&format!("\nfn part_set(a: {a}, v: {t}) -> {a} {{\n  k: bits[8] = literal(value=17)\n  ret r: {a} = array_update(a, v, indices=[k])\n}}\n"));
    // Too large to be inlined: called as a function of its own.
    let mut big = format!("\nfn part_big(x: {t}, a: {a}, p: ({t}, bits[5])) -> ({t}, {a}) {{\n  y: {t} = tuple_index(p, index=0)\n  v0: {t} = add(x, y)\n");
    for i in 1..260 {
        let op = ["add", "xor", "sub"][i % 3];
        writeln!(big, "  v{i}: {t} = {op}(v{}, {})", i - 1, if i % 2 == 0 { "x" } else { "y" }).unwrap();
    }
    big.push_str(&format!("  k: bits[5] = tuple_index(p, index=1)\n  b: {a} = array_update(a, v259, indices=[k])\n  ret r: ({t}, {a}) = tuple(v258, b)\n}}\n"));
    w.raw(&big);
    w.function(
        "invoke",
        &format!("x: {t}"),
        &t,
        &format!("y: {t} = invoke(x, to_apply=part_twice); invoke(y, to_apply=part_twice)"),
    );
    let body =
        format!("b: {a} = invoke(a, v, to_apply=part_set); c: {a} = invoke(b, u, to_apply=part_set); tuple(b, c)");
    w.function("invoke", &format!("a: {a}, v: {t}, u: {t}"), &format!("({a}, {a})"), &body);
    let p = format!("({t}, bits[5])");
    let result = format!("({t}, {a})");
    let body = format!(
        "k: bits[5] = literal(value=3); p: {p} = tuple(y, k); m: {result} = invoke(x, a, p, to_apply=part_big); \
         f: {t} = tuple_index(m, index=0); b: {a} = tuple_index(m, index=1); q: {p} = tuple(f, k); \
         invoke(y, b, q, to_apply=part_big)"
    );
    w.function("invoke", &format!("x: {t}, y: {t}, a: {a}"), &result, &body);
    for len in [3, 40, 200] {
        let a = format!("a: {t}[{len}]");
        w.function("map", &a, &format!("{t}[{len}]"), "map(a, to_apply=part_twice)");
        w.function("map", &a, &format!("({t}, bits[1])[{len}]"), "map(a, to_apply=part_pair)");
    }
}

pub(super) fn loops(w: &mut Writer, width: u32) {
    let t = format!("bits[{width}]");
    let a = format!("{t}[20]");
    w.raw(&format!("\nfn part_sum(i: bits[9], s: {t}, k: {t}) -> {t} {{\n  j: bits[{0}] = zero_ext(i, new_bit_count={0})\n  h: {t} = bit_slice(j, start=0, width={width})\n  n: {t} = add(s, h)\n  ret r: {t} = xor(n, k)\n}}\n", width + 9));
    for (trips, stride) in [(0, 1), (1, 1), (5, 3), (100, 1), (70, 7), (100, 0)] {
        let body = format!("counted_for(x, trip_count={trips}, stride={stride}, body=part_sum, invariant_args=[k])");
        w.function("counted_for", &format!("x: {t}, k: {t}"), &t, &body);
    }
    w.raw(&format!("\nfn part_swap(i: bits[9], s: ({a}, {a}, {t}), k: {a}) -> ({a}, {a}, {t}) {{\n  x: {a} = tuple_index(s, index=0)\n  y: {a} = tuple_index(s, index=1)\n  v: {t} = tuple_index(s, index=2)\n  e: {t} = array_index(k, indices=[i])\n  f: {t} = add(v, e)\n  z: {a} = array_update(y, f, indices=[i])\n  ret r: ({a}, {a}, {t}) = tuple(z, x, f)\n}}\n"));
    let state = format!("({a}, {a}, {t})");
    for trips in [1, 2, 19, 150] {
        let body = format!(
            "z: {t} = literal(value=0); s: {state} = tuple(x, x, z); counted_for(s, trip_count={trips}, stride=1, body=part_swap, invariant_args=[x])"
        );
        w.function("counted_for", &format!("x: {a}"), &state, &body);
    }
    // Nested: the inner loop updates the outer one's state.
    w.raw(&format!("\nfn part_inner(i: bits[9], s: {a}, v: {t}) -> {a} {{\n  e: {t} = array_index(s, indices=[i])\n  f: {t} = sub(e, v)\n  ret r: {a} = array_update(s, f, indices=[i])\n}}\n"));
    w.raw(&format!("\nfn part_outer(i: bits[9], s: {a}) -> {a} {{\n  v: {t} = array_index(s, indices=[i])\n  ret r: {a} = counted_for(s, trip_count=25, stride=1, body=part_inner, invariant_args=[v])\n}}\n"));
    w.function("nested", &format!("x: {a}"), &a, "counted_for(x, trip_count=70, stride=1, body=part_outer)");
    w.raw(&format!("\nfn part_dynamic(i: bits[20], s: ({t}, bits[20]), k: {t}) -> ({t}, bits[20]) {{\n  x: {t} = tuple_index(s, index=0)\n  y: {t} = add(x, k)\n  ret r: ({t}, bits[20]) = tuple(y, i)\n}}\n"));
    let state = format!("({t}, bits[20])");
    for stride in [0, 1, -3] {
        let body = format!(
            "z: bits[20] = literal(value=7); s: {state} = tuple(x, z); d: bits[6] = literal(value={}); \
             dynamic_counted_for(s, n, d, body=part_dynamic, invariant_args=[k])",
            stride & 63
        );
        w.function("dynamic_counted_for", &format!("x: {t}, k: {t}, n: bits[7]"), &state, &body);
    }
    // 127 trips with a stride of -3 must not leave the index's range.
    if width > 10 {
        w.raw(&format!("\nfn part_wide_index(i: {t}, s: {t}) -> {t} {{\n  ret r: {t} = add(s, i)\n}}\n"));
        w.function(
            "wide_index",
            &format!("x: {t}"),
            &t,
            "counted_for(x, trip_count=120, stride=1, body=part_wide_index)",
        );
        let body = "d: bits[5] = literal(value=29); dynamic_counted_for(x, n, d, body=part_wide_index)";
        w.function("wide_index", &format!("x: {t}, n: bits[7]"), &t, body);
    }
}
