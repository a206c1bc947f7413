//! Selections and `gate`, of bit vectors and of aggregates.

use super::Writer;

pub(super) fn choices(w: &mut Writer, width: u32) {
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
