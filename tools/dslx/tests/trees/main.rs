//! Every construct of the language, with the tree that it gives.

mod show;

use xls_aot_dslx::source::{Report, SourceMap};
use xls_aot_dslx::syntax::ast::{ItemKind, Module};
use xls_aot_dslx::syntax::{parse_expression, parse_module};

fn module(text: &str) -> (SourceMap, Module) {
    let mut map = SourceMap::default();
    let file = map.add("test.x", text).unwrap();
    let parsed = parse_module(&map, file);
    let report = Report::new(&map, parsed.findings);
    assert!(report.is_empty(), "{text}\n{report}");
    (map, parsed.module)
}

/// Checks the trees of items.
#[track_caller]
fn items(text: &str, expected: &[&str]) {
    let (_, module) = module(text);
    let shown: Vec<String> = module.items.iter().map(show::item).collect();
    assert_eq!(shown, expected);
}

/// What stands before each expression: `T` and `S` are types.
const CONTEXT: &str = "#![feature(generics)]\ntype T = u8; struct S<N: u32> {}\nfn f() { ";

/// Checks the tree of an expression.
#[track_caller]
fn expr(text: &str, expected: &str) {
    let (_, module) = module(&format!("{CONTEXT}{text} }}"));
    let ItemKind::Function(function) = &module.items[2].kind else { panic!("no function") };
    let block = function.body.as_ref().unwrap();
    assert_eq!(block.statements.len(), 1, "{text}");
    assert_eq!(show::expr(block.result().unwrap()), expected, "{text}");
}

/// Checks the tree of the statements of a block.
#[track_caller]
fn statements(text: &str, expected: &str) {
    expr(&format!("{{ {text} }}"), expected);
}

#[test]
fn literals() {
    expr("12", "12");
    expr("-3", "-3");
    expr("0xff_FF", "65535");
    expr("-0b1_01", "-5");
    expr("0x1_0000_0000_0000_0000", "wide");
    expr("true", "true");
    expr("'a'", "char97");
    expr("'\\''", "char39");
    expr("'''", "char39");
    expr("'\"'", "char34");
    expr("'\\x80'", "char128");
    expr("'\\0'", "char0");
    expr("\"a\\n\\t\\\\\\\"\\x41\\u{e9}\"", "\"a\\n\\t\\\\\\\"Aé\"");
    expr("\"two\nlines\"", "\"two\\nlines\"");
}

#[test]
fn typed_literals() {
    expr("u8:1", "u8:1");
    expr("s64:-1", "s64:-1");
    expr("bool:true", "bool:true");
    expr("bits[4]:0xf", "(Bits 4):15");
    expr("uN[N + u32:1]:3", "(Un (+ N u32:1)):3");
    expr("xN[true][8]:3", "(Xn true 8):3");
    expr("u8[2]:[1, 2]", "(array u8 2):[1 2]");
    expr("u8[2][3]:[a, ...]", "(array (array u8 2) 3):[a ...]");
    expr("T:7", "T:7");
    expr("T[2]:[a, b]", "(array T 2):[a b]");
    expr("m::T:7", "m::T:7");
    expr("m::T[2]:[a, b]", "(array m::T 2):[a b]");
    expr("S<u32:8>[2]:[a, b]", "(array S<u32:8> 2):[a b]");
    expr("m::S<u32:8>[2]:[a, b]", "(array m::S<u32:8> 2):[a b]");
    expr("(u8, u16):(1, 2)", "(types u8 u16):(tuple 1 2)");
    expr("(u8, T)[1]:[(1, 2)]", "(array (types u8 T) 1):[(tuple 1 2)]");
    expr("T:uN[96]:0", "T:0");
    expr("u8:'a'", "u8:char97");
    expr("u8[3]:\"abc\"", "(array u8 3):\"abc\"");
}

#[test]
fn names_and_members_of_types() {
    expr("x", "x");
    expr("x''", "x''");
    expr("_x1", "_x1");
    expr("m::x", "m::x");
    expr("m::E::A", "m::E::A");
    expr("u8::MAX", "u8::MAX");
    expr("uN[N]::MAX", "(Un N)::MAX");
    expr("S<u32:8>::C", "S<u32:8>::C");
    expr("m::S<N>::C", "m::S<N>::C");
    expr("token()", "(call token)");
    items(
        "struct A {} impl A { const C = u8:1; type B = u8; fn f(self) -> u8 { Self::C + Self::B:1 } }",
        &["struct A {}", "impl A {const C - u8:1 type B u8 fn f (self:Self) u8 {(+ Self::C Self::B:1)}}"],
    );
}

#[test]
fn operators_bind_as_in_libxls() {
    expr("a * b / c % d", "(% (/ (* a b) c) d)");
    expr("a + b - c ++ d", "(++ (- (+ a b) c) d)");
    expr("a + b * c", "(+ a (* b c))");
    expr("a << b + c", "(<< a (+ b c))");
    expr("a << b >> c", "(>> (<< a b) c)");
    expr("a & b << c", "(& a (<< b c))");
    expr("a ^ b & c", "(^ a (& b c))");
    expr("a | b ^ c", "(| a (^ b c))");
    expr("a == b | c", "(== a (| b c))");
    expr("a && b < c", "(&& a (< b c))");
    expr("a || b && c", "(|| a (&& b c))");
    expr("a..b || c", "(.. a (|| b c))");
    expr("a..=b + c", "(..= a (+ b c))");
    expr("(a == b) == c", "(== (== a b) c)");
    expr("a == (b == c)", "(== a (== b c))");
    expr("a != b && c >= d && e <= f && g > h", "(&& (&& (&& (!= a b) (>= c d)) (<= e f)) (> g h))");
    expr("-a * !b", "(* (- a) (! b))");
    expr("- -a", "(- (- a))");
    expr("!!a", "(! (! a))");
    expr("-a.b[c].d(e)", "(- (call (. (at (. a b) c) d) e))");
}

#[test]
fn casts() {
    expr("a as u8", "(as a u8)");
    expr("a as u8 as S<N>", "(as (as a u8) S<N>)");
    expr("-a as u8", "(as (- a) u8)");
    expr("a + b as u8 * c", "(+ a (* (as b u8) c))");
    expr("a as u8[2] == b", "(== (as a (array u8 2)) b)");
    expr("a as (u8, T)", "(as a (types u8 T))");
}

#[test]
fn calls_and_parametric_arguments() {
    expr("f()", "(call f)");
    expr("f(a, b,)", "(call f a b)");
    expr("m::f(a)", "(call m::f a)");
    expr("f<u32:8, {N + u32:1}, N, m::N, 7, true>(a)", "(call f<u32:8 (+ N u32:1) N m::N 7 true> a)");
    expr("f<>(a)", "(call f a)");
    expr(
        "f<u8, T[2], S<N>, (u8, T), uN[N], bits[4], m::T<3>>(a)",
        "(call f<type u8 type (array T 2) type S<N> type (types u8 T) type (Un N) type (Bits 4) type m::T<3>> a)",
    );
    expr("f<T:3, u8::MAX, S<N>::C>(a)", "(call f<T:3 u8::MAX S<N>::C> a)");
    expr("S<u32:8>::f(a)", "(call S<u32:8>::f a)");
    expr("S<u32:8>::f<u32:9>(a)", "(call S<u32:8>::f<u32:9> a)");
    expr("a.f(b)", "(call (. a f) b)");
    expr("a.f<N>(b)", "(call (. a f)<N> b)");
    expr("a.f(b).g(c)[0].h", "(. (at (call (. (call (. a f) b) g) c) 0) h)");
    expr("map(a, f<N>)", "(call map a (ref f<N>))");
    expr("map(a, m::f<N, u8>)", "(call map a (ref m::f<N type u8>))");
    expr("f<N>", "(ref f<N>)");
    expr("(|i, j| -> u8 { i + j })(a, b)", "(call (lambda (i j) u8 {(+ i j)}) a b)");
}

#[test]
fn comparisons_are_no_parametric_arguments() {
    expr("a < b", "(< a b)");
    expr("(a < b, c)", "(tuple (< a b) c)");
    expr("[a < b, c > d]", "[(< a b) (> c d)]");
    expr("f(a < b, c > d)", "(call f (< a b) (> c d))");
    expr("a < N[1] && b > (c)", "(&& (< a (at N 1)) (> b c))");
    expr("f(a < b[0], c > (d))", "(call f (< a (at b 0)) (> c d))");
    expr("a < f(b) && c > d", "(&& (< a (call f b)) (> c d))");
    expr("a < b >> c", "(< a (>> b c))");
    expr("a < (b) && (c) > d", "(&& (< a b) (> c d))");
    expr("a << b < c", "(< (<< a b) c)");
    expr("u32:1 < a && a > u32:2", "(&& (< u32:1 a) (> a u32:2))");
    expr("if a < b { c } else if c > (d) { e } else { f }", "(if (< a b) {c} (> c d) {e} {f})");
    expr("a < b as u8 && c > (d)", "(&& (< a (as b u8)) (> c d))");
    expr("a >= b >> c", "(>= a (>> b c))");
    // Without braces, libxls takes this for parametric arguments too.
    expr("f(a < b, c > (d))", "(call f (call a<b c> d))");
}

#[test]
fn tuples_and_arrays() {
    expr("()", "(tuple)");
    expr("(a,)", "(tuple a)");
    expr("(a, (b, c),)", "(tuple a (tuple b c))");
    expr("(a)", "a");
    expr("[a, b]", "[a b]");
    expr("[a, b, ...]", "[a b ...]");
    expr("[]", "[]");
    expr("a.0.1", "(. (. a 0) 1)");
    expr("a.0x3", "(. a 3)");
}

#[test]
fn indices_and_slices() {
    expr("a[0]", "(at a 0)");
    expr("a[i + j][k]", "(at (at a (+ i j)) k)");
    expr("a[1:3]", "(slice a 1 3)");
    expr("a[-3:]", "(slice a -3 -)");
    expr("a[:-1]", "(slice a - -1)");
    expr("a[:]", "(slice a - -)");
    expr("a[i +: u8]", "(slice a i +: u8)");
    expr("a[i+:uN[N]]", "(slice a i +: (Un N))");
    expr("a[u32:0:u32:3]", "(slice a u32:0 u32:3)");
    expr("a[LO:HI]", "(slice a LO HI)");
    expr("a[LO:3]", "(slice a LO 3)");
    expr("a[i:i + u32:1]", "(slice a i (+ i u32:1))");
    expr("a[(i + j):k]", "(slice a (+ i j) k)");
    expr("a[f(x):g(y)]", "(slice a (call f x) (call g y))");
    expr("a[m::LO:m::HI]", "(slice a m::LO m::HI)");
    expr("a[T:3]", "(at a T:3)");
    expr("a[b[0]:3]", "(slice a (at b 0) 3)");
}

#[test]
fn structs() {
    expr("S { a: b, c }", "(struct S a=b c!=c)");
    expr("S {}", "(struct S)");
    expr("S<u32:8> { a: S { b } }", "(struct S<u32:8> a=(struct S b!=b))");
    expr("m::S { a: b, ..c }", "(struct m::S a=b ..c)");
    expr("m::S<N> { ..c }", "(struct m::S<N> ..c)");
    expr("S { a: b }.a", "(. (struct S a=b) a)");
    expr("if S { a: b }.a == c { d } else { e }", "(if (== (. (struct S a=b) a) c) {d} {e})");
    expr("if a == B { c } else { d }", "(if (== a B) {c} {d})");
    expr("match S { a: b } { x => y }", "(match (struct S a=b) (x => y))");
    expr("match m::C { a => b }", "(match m::C (a => b))");
    expr("S<N>::V { a: b }", "(struct S<N>::V a=b)");
    items(
        "struct A { x: u8 } impl A { fn f(self) -> A { Self { x: self.x } } }",
        &["struct A {x:u8}", "impl A {fn f (self:Self) A {(struct Self x=(. self x))}}"],
    );
}

#[test]
fn blocks_and_statements() {
    statements("a", "{a}");
    statements("a;", "{a;}");
    statements("", "{;}");
    statements("let x = a; x", "{let x - a; x}");
    statements("let x: u8 = a;", "{let x u8 a;}");
    statements("let (x, _, (y, ..)): (u8, T, (T, T)) = a; x", "{let (x _ (y ..)) (types u8 T (types T T)) a; x}");
    statements("let _ = a; ()", "{let _ - a; (tuple)}");
    statements("const N: u32 = u32:1; N", "{const N u32 u32:1; N}");
    statements("type A = u8[N]; A:[1, ...]", "{type A (array u8 N); A:[1 ...]}");
    statements("const_assert!(N > u32:1); a", "{const_assert! (> N u32:1); a}");
    statements("f(a); g(b); ()", "{(call f a); (call g b); (tuple)}");
    statements("const if A { b } else { c }", "{(const-if A {b} {c})}");
}

#[test]
fn conditionals() {
    expr("if a { b }", "(if a {b} -)");
    expr("if a { b } else { c } + d", "(+ (if a {b} {c}) d)");
    expr("d + if a { b } else { c }", "(+ d (if a {b} {c}))");
    expr("if a { b } else if c { d } else if e { f } else { g }", "(if a {b} c {d} e {f} {g})");
    expr("if a { b } else { c } as u8", "(as (if a {b} {c}) u8)");
    expr("const if A { b } else { c }", "(const-if A {b} {c})");
}

#[test]
fn matches() {
    expr("match a { x => x, }", "(match a (x => x))");
    expr("match a {}", "(match a)");
    expr("match a { u8:1 | u8:2 => b, _ => c }", "(match a (u8:1 | u8:2 => b) (_ => c))");
    expr("match a { -1 => b, 'x' => c, true => d }", "(match a (-1 => b) (char120 => c) (true => d))");
    expr("match a { u8:1..u8:3 => b, 4..=5 => c }", "(match a ((.. u8:1 u8:3) => b) ((..= 4 5) => c))");
    expr("match a { (x, _, (u8:1, ..)) => b }", "(match a ((x _ (u8:1 ..)) => b))");
    expr("match a { E::A => b, m::E::B => c }", "(match a (E::A => b) (m::E::B => c))");
    expr("match a { u8::MAX => b, S<N>::C => c }", "(match a (u8::MAX => b) (S<N>::C => c))");
    expr(
        "match a { E::A(x, _) => b, E::B { y, z: u8:1 } => c }",
        "(match a ((variant E::A x _) => b) ((variant E::B y=y z=u8:1) => c))",
    );
    expr("match a { S<u8>::A(x) => b }", "(match a ((variant S<type u8>::A x) => b))");
    expr("match (a, b) { (x, y) => { x } }", "(match (tuple a b) ((x y) => {x}))");
    expr("const match A { x => x }", "(const-match A (x => x))");
    expr("match a { x => x }.y", "(. (match a (x => x)) y)");
    expr("match a { x => if x { b } else { c }, }", "(match a (x => (if x {b} {c})))");
}

#[test]
fn loops() {
    expr("for (i, acc) in u32:0..u32:4 { acc + i }(a)", "(For (i acc) - (.. u32:0 u32:4) {(+ acc i)} a)");
    expr(
        "for (i, (x, y)): (u32, (u8, u8)) in a { (y, x) }((b, c))",
        "(For (i (x y)) (types u32 (types u8 u8)) a {(tuple y x)} (tuple b c))",
    );
    expr("unroll_for! (i, _) in u32:0..N {}(())", "(UnrollFor (i _) - (.. u32:0 N) {;} (tuple))");
    expr("const for (i, x) in u32:0..=N { x }(a)", "(ConstFor (i x) - (..= u32:0 N) {x} a)");
    expr("for (i, x) in [a, b] { x }(c).0", "(. (For (i x) - [a b] {x} c) 0)");
    expr("'outer: for (i, x) in a { x }(b)", "'outer:(For (i x) - a {x} b)");
}

#[test]
fn lambdas() {
    expr("map(a, |x| x + b)", "(call map a (lambda (x) - {(+ x b)}))");
    expr("map(a, |x: u8| -> u8 { x })", "(call map a (lambda (x:u8) u8 {x}))");
    expr("|| a", "(lambda () - {a})");
    expr("|x, y,| { x; }", "(lambda (x y) - {x;})");
}

#[test]
fn macros() {
    expr("trace_fmt!(\"a {} {:x}\", b, c)", "(Trace - \"a {} {:x}\"/4 b c)");
    expr("vtrace_fmt!(u32:2, \"a\")", "(VTrace u32:2 \"a\"/1)");
    expr("assert_fmt!(a == b, \"{}\", a)", "(Assert (== a b) \"{}\"/1 a)");
    expr("assert!(a, \"label\")", "(call assert! a \"label\")");
    expr("assert_eq(a, b)", "(call assert_eq a b)");
    expr("fail!(\"label_1\", a)", "(call fail! \"label_1\" a)");
    expr("cover!(\"label\", a)", "(call cover! \"label\" a)");
    expr("gate!(a, b)", "(call gate! a b)");
    expr("zero!<u8[2]>()", "(Zero type (array u8 2))");
    expr("all_ones!<m::T>()", "(AllOnes m::T)");
    expr("zero!<S<u32:3>>()", "(Zero type S<u32:3>)");
    expr("trace!(a)", "(call trace! a)");
}

#[test]
fn functions() {
    items(
        "fn f() {}\npub fn g(x: u8, y: T[2]) -> (u8,) { (x,) }",
        &["fn f () - {;}", "pub fn g (x:u8 y:(array T 2)) (types u8) {(tuple x)}"],
    );
    items(
        "#![feature(generics)]\nfn f<N: u32, M: u32 = {N + u32:1}, T: type, U: type = u8>(x: uN[N], y: T) -> uN[M] { x }",
        &["fn f<N:u32 M:u32=(+ N u32:1) T:type U:type=u8> (x:(Un N) y:T) (Un M) {x}"],
    );
    items(
        "#[test]\nfn t() {}\n#[quickcheck(test_count=10)] fn q(x: u8) -> bool { true }\n#[cfg(test)] #[dslx_format_disable] fn u() {}",
        &[
            "#test() fn t () - {;}",
            "#quickcheck(test_count=10) fn q (x:u8) bool {true}",
            "#cfg(test) #dslx_format_disable() fn u () - {;}",
        ],
    );
    items(
        "#[quickcheck(exhaustive)] fn q(x: u8) -> bool { true } #[extern_verilog(\"a {x}\")] fn e(x: u8) {}\n#[fuzz_test(domains=`u8:0..3, ()`)] fn z(x: u8, y: u8) -> bool { true }",
        &[
            "#quickcheck(exhaustive) fn q (x:u8) bool {true}",
            "#extern_verilog(\"a {x}\") fn e (x:u8) - {;}",
            "#fuzz_test(domains=\"u8:0..3, ()\") fn z (x:u8 y:u8) bool {true}",
        ],
    );
}

#[test]
fn type_definitions() {
    items(
        "struct A {}\npub struct B<N: u32, M: u32 = {N}> { x: uN[N], y: A[M], }\n#[sv_type(\"t\")] #[derive(ToBits)] struct C { z: u8 }",
        &[
            "struct A {}",
            "pub struct B<N:u32 M:u32=N> {x:(Un N) y:(array A M)}",
            "#sv_type(\"t\") #derive(ToBits) struct C {z:u8}",
        ],
    );
    items(
        "enum A : u8 { B = 0, C = A::B as u8 + 1, }\nenum D { E = u2:1 }\nenum F : uN[N] {}",
        &["enum A u8 {B=0 C=(+ (as A::B u8) 1)}", "enum D - {E=u2:1}", "enum F (Un N) {}"],
    );
    items(
        "#![feature(generics)]\nenum A<T: type> { None, Some(T) }\nenum B : u2 { X(u8, u8) = 1, Y { a: u8 } = 2, Z = 3 }\nenum C {}",
        &["sum A<T:type> - {None Some(T)}", "sum B u2 {X(u8 u8)=1 Y{a:u8}=2 Z=3}", "sum C - {}"],
    );
    items(
        "type A = m::B<u32:8>[2];\npub type C = (u8, A);",
        &["type A (array m::B<u32:8> 2)", "pub type C (types u8 A)"],
    );
}

#[test]
fn constants_and_imports() {
    items(
        "import a;\nimport b.c.d as e;\nconst A = u8:1;\npub const B: u8[2] = [A, ...];\nconst_assert!(A == u8:1);",
        &[
            "import a -",
            "import b.c.d e",
            "const A - u8:1",
            "pub const B (array u8 2) [A ...]",
            "const_assert! (== A u8:1)",
        ],
    );
    items(
        "#![feature(use_syntax)]\nuse a;\nuse b::c;\nuse d::{e, f::g, h::{i}};",
        &["use a", "use (b c)", "use (d e (f g) (h i))"],
    );
}

#[test]
fn implementations_and_traits() {
    items(
        "struct S<N: u32> {}\nimpl S<N> { const C = N; pub fn f(self, x: u8) -> Self { self } fn g() {} fn h(self: Self) {} }",
        &[
            "struct S<N:u32> {}",
            "impl S<N> {const C - N pub fn f (self:Self x:u8) Self {self} fn g () - {;} fn h (self:Self) - {;}}",
        ],
    );
    items(
        "#![feature(traits)]\npub trait T { fn f(self) -> u8; fn g(x: u8); }",
        &["pub trait T {pub fn f (self:Self) u8 - pub fn g (x:u8) - -}"],
    );
}

#[test]
fn procs() {
    items(
        "proc P<N: u32> { c: chan<u8> in; d: chan<u8>[2] out; type T = u8; const A = u8:1; const_assert!(N > u32:1);\n\
         config(c: chan<u8> in) { let (s, r) = chan<u8, u32:1>[2](\"x\"); spawn Q<N>(s); spawn m::R(r); (c, s) }\n\
         init { u8:0 } next(x: u8) { let tok = join(); recv(tok, c); x } }",
        &["proc P<N:u32> {c:(chan u8 In) d:(chan u8 2 Out) type T u8 const A - u8:1 const_assert! (> N u32:1) \
           config (c:(chan u8 In)) {let (s r) - (channel u8 u32:1 2 \"x\"); (spawn Q<N> s); (spawn m::R r); (tuple c s)} \
           init {u8:0} next (x:u8) {let tok - (call join); (call recv tok c); x}}"],
    );
    items(
        "#![feature(channel_attributes)]\n#[test_proc(expected_fail_label=\"l\")] proc P { #[channel_strictness(proven_mutually_exclusive)] c: chan<u8> in, x: u8 }\n\
         impl P { fn f(self) { let (a, b) = #[channel(depth=1, kind=streaming, bypass=true)] chan<u8>(\"c\"); } }",
        &[
            "#test_proc(expected_fail_label=\"l\") proc P {#channel_strictness(proven_mutually_exclusive) c:(chan u8 In) x:u8}",
            "impl P {fn f (self:Self) - {let (a b) - (channel u8 - \"c\");}}",
        ],
    );
    items("proc P = Q;\npub proc R = m::Q<u32:1, N>;", &["proc P = Q", "pub proc R = m::Q<u32:1 N>"]);
}

#[test]
fn comments_document_what_is_below_or_beside_them() {
    items(
        "// Copyright somebody\n\n// About the\n// module.\n\n// About f.\n//\n//   indented\n#[test]\nfn f() {}\n\n// lost\n\nfn g() {}\n\
         // About S.\nstruct S {\n  // about x\n  x: u8,\n  y: u8,  // about y\n  z: u8\n}\n\
         enum E : u8 {\n  A = 0, // about A\n  // about B\n  B = 1, // lost\n}",
        &[
            "#test() fn f () - {;} docs=\"About f.\\n\\n  indented\\n\"",
            "fn g () - {;}",
            "struct S {x:u8 docs=\"about x\\n\" y:u8 docs=\"about y\\n\" z:u8} docs=\"About S.\\n\"",
            "enum E u8 {A=0 docs=\"about A\\n\" B=1 docs=\"about B\\n\"}",
        ],
    );
    let (_, module) =
        module("// Copyright somebody\n\n// About the\r\n// module.\n\n// More.\n\n// About f.\nfn f() {}");
    assert_eq!(module.docs.as_deref(), Some("About the\nmodule.\n\nMore.\n"));
}

#[test]
fn module_attributes() {
    let (_, module) = module(
        "#![feature(type_inference_v2)]\n#![feature(generics, traits)]\n#![allow(nonstandard_constant_naming)]\n",
    );
    assert!(
        module.has_feature("type_inference_v2") && module.has_feature("traits") && !module.has_feature("use_syntax")
    );
    assert!(module.allows("nonstandard_constant_naming") && !module.allows("generics"));
}

#[test]
fn expressions_by_themselves() {
    let parse = |text: &str| {
        let mut map = SourceMap::default();
        let file = map.add("(top)", text).unwrap();
        parse_expression(&map, file)
            .map(|value| show::expr(&value))
            .map_err(|found| Report::new(&map, found).to_string())
    };
    assert_eq!(parse("f").as_deref(), Ok("f"));
    assert_eq!(
        parse(" m::f<u32:8, {N + u32:1}, u8[2]> ").as_deref(),
        Ok("(ref m::f<u32:8 (+ N u32:1) type (array u8 2)>)")
    );
    let refused = |text: &str| parse(text).unwrap_err().lines().next().unwrap_or_default().to_string();
    assert_eq!(
        refused("f<u32:"),
        "(top):1:7: error[E1102]: expected a literal behind the type and `:`, but the file ends"
    );
    assert_eq!(refused("f g"), "(top):1:3: error[E1101]: expected the end of the expression, found `g`");
    assert_eq!(refused(""), "(top):1:1: error[E1102]: expected an expression, but the file ends");
    assert_eq!(refused("f$"), "(top):1:2: error[E1001]: `$` has no meaning here");
}
