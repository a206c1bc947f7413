//! Assertions, traces, covers and tokens.

use super::Writer;

/// Assertions: one after the other, in a callee, in each element of a map, in each trip of a loop, and after a token
/// that is chosen.
pub(super) fn asserts(w: &mut Writer, width: u32) {
    let t = format!("bits[{width}]");
    w.raw(&format!(
        "\nfn part_check(x: {t}) -> {t} {{\n  t: token = after_all()\n  c: bits[1] = xor_reduce(x)\n  \
         a: token = assert(t, c, message=\"even\", label=\"parity\")\n  ret r: {t} = not(x)\n}}\n"
    ));
    w.raw(&format!(
        "\nfn part_check_trip(i: bits[3], s: {t}, k: {t}) -> {t} {{\n  t: token = after_all()\n  c: bits[1] = ule(s, k)\n  \
         a: token = assert(t, c, message=\"greater\")\n  y: {t} = sub(s, k)\n  z: {t} = invoke(y, to_apply=part_check)\n  \
         ret r: {t} = xor(s, z)\n}}\n"
    ));
    let body = "t: token = after_all(); c: bits[1] = or_reduce(x); d: bits[1] = eq(x, y); a: token = assert(t, c, \
                message=\"zero\"); b: token = assert(a, d, message=\"unlike\", label=\"same\"); j: token = after_all(a, b, t); \
                l: token = min_delay(j, delay=3); e: bits[1] = nor(c, d); f: token = assert(l, e, message=\"last\"); and(x, y)";
    w.function("assert", &format!("x: {t}, y: {t}"), &t, body);
    let body = "a: {t} = invoke(x, to_apply=part_check); b: {t} = invoke(y, to_apply=part_check); or(a, x)";
    w.function("assert", &format!("x: {t}, y: {t}"), &t, &body.replace("{t}", &t));
    w.function("assert", &format!("a: {t}[5]"), &format!("{t}[5]"), "map(a, to_apply=part_check)");
    let body = "counted_for(x, trip_count=5, stride=1, body=part_check_trip, invariant_args=[k])";
    w.function("assert", &format!("x: {t}, k: {t}"), &t, body);
    let body = format!(
        "t: token = after_all(); u: token = after_all(t); v: token = sel(s, cases=[t, u]); p: (token, {t}) = tuple(v, x); \
         q: (token, {t}) = gate(s, p); k: token = tuple_index(q, index=0); y: {t} = tuple_index(q, index=1); \
         z: token = priority_sel(s, cases=[k], default=t); c: bits[1] = ne(x, y); a: token = assert(z, c, message=\"as it was\"); \
         i: token = identity(a); b: token = assert(i, s, message=\"not chosen\"); identity(y)"
    );
    w.function("assert", &format!("s: bits[1], x: {t}"), &t, &body);
}

/// Traces and covers, and tokens in parameters and results.
pub(super) fn observed(w: &mut Writer, width: u32) {
    let t = format!("bits[{width}]");
    for spec in ["", ":u", ":d", ":x", ":#x", ":0x", ":b", ":#b", ":0b"] {
        let body = format!(
            "t: token = after_all(); a: token = trace(t, c, format=\"{{{{x}}}} is {{{spec}}}, and {{{spec}}}\", \
             data_operands=[x, x], verbosity=2); identity(x)"
        );
        w.function("trace", &format!("c: bits[1], x: {t}"), &t, &body);
        let ty = format!("({t}[2], bits[9], (), ({t}, token))");
        let body = format!(
            "t: token = after_all(); y: {t} = neg(x); a: {t}[2] = array(x, y); n: bits[9] = literal(value=255); e: () = tuple(); \
             i: ({t}, token) = tuple(y, t); p: {ty} = tuple(a, n, e, i); \
             r: token = trace(t, c, format=\"{{{spec}}}\", data_operands=[p]); identity(y)"
        );
        w.function("trace", &format!("c: bits[1], x: {t}"), &t, &body);
    }
    w.raw(&format!(
        "\nfn part_report(i: bits[4], s: (token, {t})) -> (token, {t}) {{\n  t: token = tuple_index(s, index=0)\n  \
         x: {t} = tuple_index(s, index=1)\n  c: bits[1] = xor_reduce(x)\n  v: () = cover(c, label=\"odd\")\n  \
         a: token = trace(t, c, format=\"trip {{}}: {{:#x}}\", data_operands=[i, x])\n  b: token = assert(a, c, message=\"even\")\n  \
         n: {t} = sub(x, x)\n  m: {t} = not(x)\n  y: {t} = xor(n, m)\n  ret r: (token, {t}) = tuple(b, y)\n}}\n"
    ));
    let state = format!("(token, {t})");
    let body = format!("s: {state} = tuple(t, x); counted_for(s, trip_count=5, stride=3, body=part_report)");
    w.function("trace", &format!("t: token, x: {t}"), &state, &body);
    w.function("cover", &format!("x: {t}"), "()", "c: bits[1] = or_reduce(x); cover(c, label=\"some\")");
    w.function("param", &format!("t: token, x: {t}"), "token", "param(name=t)");
    w.function("after_all", "t: token, u: token", "token", "a: token = after_all(t, u, t); min_delay(a, delay=0)");
}
