//! Logic, arithmetic, comparisons and shifts of bit vectors.

use super::{ceil_log2, Writer};

pub(super) fn unary(w: &mut Writer, width: u32) {
    let t = format!("bits[{width}]");
    let x = format!("x: {t}");
    for op in ["not", "neg", "reverse", "identity"] {
        w.function(op, &x, &t, &format!("{op}(x)"));
    }
    for op in ["and_reduce", "or_reduce", "xor_reduce"] {
        w.function(op, &x, "bits[1]", &format!("{op}(x)"));
        // An operand that carries garbage above its width.
        for garbage in ["neg", "not"] {
            w.function(op, &x, "bits[1]", &format!("a: {t} = {garbage}(x); {op}(a)"));
        }
    }
    for prio in ["true", "false"] {
        w.function("one_hot", &x, &format!("bits[{}]", width + 1), &format!("one_hot(x, lsb_prio={prio})"));
        let (hot, index) = (width + 1, ceil_log2(width + 1));
        let body = format!("h: bits[{hot}] = one_hot(x, lsb_prio={prio}); encode(h)");
        w.function("encode_one_hot", &x, &format!("bits[{index}]"), &body);
    }
    w.function("encode", &x, &format!("bits[{}]", ceil_log2(width.max(1))), "encode(x)");
}

pub(super) fn binary(w: &mut Writer, width: u32) {
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
        if width > 64 {
            // Operands that differ in the sign of the lowest word only.
            let body = format!("k: {t} = literal(value=0x8000_0000_0000_0000); a: {t} = xor(x, k); {op}(x, a)");
            w.function(op, &format!("x: {t}"), "bits[1]", &body);
        }
    }
    for op in ["udiv", "umod", "sdiv", "smod"] {
        let body = format!("a: {t} = sub(x, y); b: {t} = not(y); {op}(a, b)");
        w.function(op, &xy, &t, &body);
        // A dividend that is known to have few bits but for what is combined with it.
        let part = width / 4;
        for combined in ["or", "xor", "add"] {
            let body = format!(
                "l: bits[{part}] = bit_slice(x, start=0, width={part}); z: {t} = zero_ext(l, new_bit_count={width}); \
                 o: {t} = {combined}(z, y); {op}(o, x)"
            );
            w.function(op, &xy, &t, &body);
        }
    }
}

pub(super) fn products(w: &mut Writer, width: u32) {
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

pub(super) fn shifts(w: &mut Writer, width: u32) {
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
