//! The functions of one width. Functions called `part_..` are callees.

use std::fmt::Write as _;

/// Writes functions.
struct Writer {
    text: String,
    count: usize,
}

impl Writer {
    /// `fn <op><n>(params) -> result { <body> }`; the body's last line is the result's, without `ret <name>: <type> =`.
    fn function(&mut self, name: &str, params: &str, result: &str, body: &str) {
        let (rest, last) = body.rsplit_once(';').unwrap_or(("", body));
        let number = self.count;
        self.count += 1;
        write!(self.text, "\nfn {name}_{number}({params}) -> {result} {{\n").unwrap();
        for line in rest.split(';').map(str::trim).filter(|line| !line.is_empty()) {
            writeln!(self.text, "  {line}").unwrap();
        }
        writeln!(self.text, "  ret out: {result} = {}\n}}", last.trim()).unwrap();
    }

    fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

fn ceil_log2(n: u32) -> u32 {
    n.next_power_of_two().trailing_zeros()
}

/// The package for `width`.
pub fn package(width: u32) -> String {
    let mut w = Writer { text: "package widths\n".to_owned(), count: 0 };
    unary(&mut w, width);
    binary(&mut w, width);
    products(&mut w, width);
    shifts(&mut w, width);
    slices(&mut w, width);
    choices(&mut w, width);
    aggregates(&mut w, width);
    calls(&mut w, width);
    loops(&mut w, width);
    w.text
}

fn unary(w: &mut Writer, width: u32) {
    let t = format!("bits[{width}]");
    let x = format!("x: {t}");
    for op in ["not", "neg", "reverse", "identity"] {
        w.function(op, &x, &t, &format!("{op}(x)"));
    }
    for op in ["and_reduce", "or_reduce", "xor_reduce"] {
        w.function(op, &x, "bits[1]", &format!("{op}(x)"));
    }
    for prio in ["true", "false"] {
        w.function("one_hot", &x, &format!("bits[{}]", width + 1), &format!("one_hot(x, lsb_prio={prio})"));
        let (hot, index) = (width + 1, ceil_log2(width + 1));
        let body = format!("h: bits[{hot}] = one_hot(x, lsb_prio={prio}); encode(h)");
        w.function("encode_one_hot", &x, &format!("bits[{index}]"), &body);
    }
    w.function("encode", &x, &format!("bits[{}]", ceil_log2(width.max(1))), "encode(x)");
}

fn binary(w: &mut Writer, width: u32) {
    let t = format!("bits[{width}]");
    let xy = format!("x: {t}, y: {t}");
    for op in ["add", "sub", "and", "or", "xor", "nand", "nor", "udiv", "umod", "sdiv", "smod"] {
        w.function(op, &xy, &t, &format!("{op}(x, y)"));
    }
    for op in ["and", "or", "xor", "nand", "nor"] {
        w.function(op, &format!("x: {t}"), &t, &format!("{op}(x)"));
        w.function(op, &format!("{xy}, z: {t}, v: {t}"), &t, &format!("{op}(x, y, z, v)"));
    }
    for op in ["eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge"] {
        w.function(op, &xy, "bits[1]", &format!("{op}(x, y)"));
        // Operands that carry garbage above their width.
        let body = format!("a: {t} = sub(x, y); b: {t} = neg(y); {op}(a, b)");
        w.function(op, &xy, "bits[1]", &body);
    }
    for op in ["udiv", "umod", "sdiv", "smod"] {
        let body = format!("a: {t} = sub(x, y); b: {t} = not(y); {op}(a, b)");
        w.function(op, &xy, &t, &body);
    }
}

fn products(w: &mut Writer, width: u32) {
    let t = format!("bits[{width}]");
    for (other, result) in [
        (width, width),
        (width, 2 * width),
        (width, width / 2),
        (width, 2 * width + 70),
        (7, width),
        (7, width + 9),
        (70, width + 3),
        (600, width),
    ] {
        let params = format!("x: {t}, y: bits[{other}]");
        for op in ["umul", "smul"] {
            w.function(op, &params, &format!("bits[{result}]"), &format!("{op}(x, y)"));
            let r = format!("bits[{result}]");
            let body = format!(
                "p: ({r}, {r}) = {op}p(x, y); a: {r} = tuple_index(p, index=0); b: {r} = tuple_index(p, index=1); add(a, b)"
            );
            w.function(&format!("{op}p"), &params, &r, &body);
        }
    }
}

fn shifts(w: &mut Writer, width: u32) {
    let t = format!("bits[{width}]");
    for op in ["shll", "shrl", "shra"] {
        for amount in [0, 1, 3, 6, 10, width, 70, 600] {
            let params = format!("x: {t}, s: bits[{amount}]");
            w.function(op, &params, &t, &format!("{op}(x, s)"));
            let body = format!("a: {t} = neg(x); b: {t} = {op}(a, s); not(b)");
            w.function(op, &params, &t, &body);
        }
        for amount in [0, 1, 7, width / 2, width.saturating_sub(1), width, width + 1] {
            let body = format!("s: bits[20] = literal(value={amount}); a: {t} = not(x); {op}(a, s)");
            w.function(op, &format!("x: {t}"), &t, &body);
        }
    }
}

fn slices(w: &mut Writer, width: u32) {
    let t = format!("bits[{width}]");
    let x = format!("x: {t}");
    for new in [width, width + 1, width + 31, width + 64, width + 500] {
        w.function("zero_ext", &x, &format!("bits[{new}]"), &format!("zero_ext(x, new_bit_count={new})"));
        if width > 0 {
            w.function("sign_ext", &x, &format!("bits[{new}]"), &format!("sign_ext(x, new_bit_count={new})"));
            let body = format!("a: {t} = neg(x); sign_ext(a, new_bit_count={new})");
            w.function("sign_ext", &x, &format!("bits[{new}]"), &body);
        }
    }
    let part = width / 3;
    for (start, len) in
        [(0, width), (0, part), (part, part), (width - part, part), (width / 2, width - width / 2), (width, 0)]
    {
        let r = format!("bits[{len}]");
        w.function("bit_slice", &x, &r, &format!("bit_slice(x, start={start}, width={len})"));
        let body = format!("a: {t} = neg(x); bit_slice(a, start={start}, width={len})");
        w.function("bit_slice", &x, &r, &body);
        for index in [2, 9, 80, 600] {
            let params = format!("x: {t}, s: bits[{index}]");
            w.function("dynamic_bit_slice", &params, &r, &format!("dynamic_bit_slice(x, s, width={len})"));
        }
    }
    for update in [0, 1, part, width, width + 40] {
        for index in [2, 9, 80, 600] {
            let params = format!("x: {t}, s: bits[{index}], u: bits[{update}]");
            w.function("bit_slice_update", &params, &t, "bit_slice_update(x, s, u)");
        }
        let body = format!("s: bits[16] = literal(value={part}); bit_slice_update(x, s, u)");
        w.function("bit_slice_update", &format!("x: {t}, u: bits[{update}]"), &t, &body);
    }
    for other in [0, 1, 13, 32, 64, 100, 513] {
        let params = format!("x: {t}, y: bits[{other}]");
        w.function("concat", &params, &format!("bits[{}]", width + other), "concat(x, y)");
        w.function("concat", &params, &format!("bits[{}]", width + 2 * other), "concat(y, x, y)");
        let body = format!("a: {t} = neg(x); b: bits[{other}] = not(y); concat(a, b, a)");
        w.function("concat", &params, &format!("bits[{}]", 2 * width + other), &body);
    }
    if width > 1 {
        let (low, high) = (width / 3, width - width / 3);
        let body = format!(
            "a: bits[{low}] = bit_slice(x, start=0, width={low}); b: bits[{high}] = bit_slice(x, start={low}, width={high}); \
             concat(a, b)"
        );
        w.function("rotate", &x, &t, &body);
    }
    for index in [0, 1, 3, 7, 12, 70, 600] {
        if index > 30 || width <= 1 << index {
            w.function("decode", &format!("s: bits[{index}]"), &t, &format!("decode(s, width={width})"));
        }
    }
}

fn choices(w: &mut Writer, width: u32) {
    let t = format!("bits[{width}]");
    let xyz = format!("x: {t}, y: {t}, z: {t}");
    w.function("sel", &format!("s: bits[1], {xyz}"), &t, "sel(s, cases=[x, y])");
    w.function("sel", &format!("s: bits[1], {xyz}"), &t, &format!("a: {t} = neg(x); sel(s, cases=[a], default=y)"));
    for selector in [2, 40, 64, 65, 600] {
        w.function("sel", &format!("s: bits[{selector}], {xyz}"), &t, "sel(s, cases=[x, y, z], default=x)");
    }
    w.function("sel", &format!("s: bits[2], {xyz}"), &t, "sel(s, cases=[x, y, z, x])");
    let pair = format!("({t}, {t}[3])");
    let params = format!("s: bits[2], x: {pair}, y: {pair}");
    w.function("sel", &params, &pair, "sel(s, cases=[x, y, x], default=y)");
    w.function(
        "priority_sel",
        &format!("s: bits[3], {xyz}, d: {t}"),
        &t,
        "priority_sel(s, cases=[x, y, z], default=d)",
    );
    w.function("one_hot_sel", &format!("s: bits[3], {xyz}"), &t, "one_hot_sel(s, cases=[x, y, z])");
    let big = format!("{t}[40]");
    let params = format!("s: bits[2], x: {big}, y: {big}");
    w.function("one_hot_sel", &params, &big, "one_hot_sel(s, cases=[x, y])");
    w.function("priority_sel", &params, &big, "priority_sel(s, cases=[y, y], default=x)");
    w.function(
        "priority_sel",
        &params,
        &pair_of(&t),
        &format!("p: {0} = tuple(x, y); q: {0} = tuple(y, x); priority_sel(s, cases=[p, q], default=p)", pair_of(&t)),
    );
    w.function("gate", &format!("c: bits[1], x: {t}"), &t, "gate(c, x)");
    w.function("gate", &format!("c: bits[1], x: {big}"), &big, "gate(c, x)");
    w.function("gate", &format!("c: bits[1], x: {pair}"), &pair, "gate(c, x)");
}

fn pair_of(t: &str) -> String {
    format!("({t}[40], {t}[40])")
}

fn aggregates(w: &mut Writer, width: u32) {
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

fn calls(w: &mut Writer, width: u32) {
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

fn loops(w: &mut Writer, width: u32) {
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
