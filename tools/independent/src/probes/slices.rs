//! Extensions, slices, concatenations and `decode`.

use super::Writer;

pub(super) fn slices(w: &mut Writer, width: u32) {
    let t = format!("bits[{width}]");
    let x = format!("x: {t}");
    for new in [width, width + 1, width + 31, width + 64, width + 500] {
        w.function("zero_ext", &x, &format!("bits[{new}]"), &format!("zero_ext(x, new_bit_count={new})"));
        let body = format!("a: {t} = neg(x); zero_ext(a, new_bit_count={new})");
        w.function("zero_ext", &x, &format!("bits[{new}]"), &body);
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
