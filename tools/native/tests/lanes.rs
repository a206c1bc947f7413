//! Every operation on lanes, on all pairs of numbers of up to eight bits.
//!
//! A function applies one operation to the elements of two arrays. The arrays are long enough that native code for
//! x86-64 has the elements in vectors, which is checked. What the operation gives is computed here, with the integers of Rust.

use std::fmt::Write as _;

use xls_aot_backend::{Backend, CompileRequest, Target};
use xls_aot_execute::{call_loaded, in_thread, plain_name, CallLimits, Callable, Library, Sites};
use xls_aot_ir::{closure, read_package, Bits, FuncId, Value};
use xls_aot_metadata::TempBuffer;
use xls_aot_native::{NativeBackend, OptLevel};

const HOST: Target = if cfg!(target_arch = "aarch64") { Target::Aarch64Linux } else { Target::X86_64Linux };

/// Whether the back end makes vectors for this machine.
const HAS_VECTORS: bool = cfg!(target_arch = "x86_64");

/// Elements of the arrays: full vectors of lanes of 8 and 16 bits, and one that has lanes which are not used.
const ELEMENTS: usize = 21;

/// An operation on two numbers `x` and `y` of `width` bits.
struct Operation {
    name: String,
    /// Nodes before the last one.
    before: String,
    /// The last node, without its type.
    last: String,
    /// The width of the result.
    result: u32,
    value: Box<dyn Fn(u64, u64) -> u64>,
}

/// Whether a comparison of two numbers holds.
type Compare = fn(i64, i64) -> bool;

fn mask(width: u32) -> u64 {
    (1 << width) - 1
}

/// A number of `width` bits as a signed one.
fn signed(width: u32, x: u64) -> i64 {
    (x << (64 - width)) as i64 >> (64 - width)
}

/// All operations that numbers of `width` bits have in lanes.
fn operations(width: u32) -> Vec<Operation> {
    let all = mask(width);
    let mut list = Vec::new();
    let mut add = |name: &str, before: &str, last: String, result: u32, value: Box<dyn Fn(u64, u64) -> u64>| {
        list.push(Operation { name: name.replace(['.', ' '], "_"), before: before.to_owned(), last, result, value });
    };
    let same = |op: &str| format!("{op}(x, y)");
    if width > 1 {
        add("add", "", same("add"), width, Box::new(|x, y| x.wrapping_add(y)));
        add("sub", "", same("sub"), width, Box::new(|x, y| x.wrapping_sub(y)));
        add("neg", "", "neg(x)".into(), width, Box::new(|x, _| x.wrapping_neg()));
        for result in [width, width + 1, 2 * width] {
            add(&format!("umul{result}"), "", same("umul"), result, Box::new(|x, y| x * y));
            let value = move |x, y| (signed(width, x) * signed(width, y)) as u64;
            add(&format!("smul{result}"), "", same("smul"), result, Box::new(value));
        }
        for by in 1..width {
            let amount = format!("by: bits[4] = literal(value={by})\n");
            add(&format!("shll{by}"), &amount, "shll(x, by)".into(), width, Box::new(move |x, _| x << by));
            add(&format!("shrl{by}"), &amount, "shrl(x, by)".into(), width, Box::new(move |x, _| x >> by));
            let value = move |x, _| (signed(width, x) >> by) as u64;
            add(&format!("shra{by}"), &amount, "shra(x, by)".into(), width, Box::new(value));
        }
        let compares: [(&str, Compare); 6] = [
            ("eq", |x, y| x == y),
            ("ne", |x, y| x != y),
            ("lt", |x, y| x < y),
            ("le", |x, y| x <= y),
            ("gt", |x, y| x > y),
            ("ge", |x, y| x >= y),
        ];
        for (name, holds) in compares {
            let forms: &[(String, bool)] = match name {
                "eq" | "ne" => &[(name.to_owned(), false)],
                _ => &[(format!("u{name}"), false), (format!("s{name}"), true)],
            };
            for &(ref op, is_signed) in forms {
                let number = move |x| if is_signed { signed(width, x) } else { x as i64 };
                add(op, "", same(op), 1, Box::new(move |x, y| holds(number(x), number(y)).into()));
                // One of the two numbers, as the condition says.
                let condition = format!("c: bits[1] = {op}(x, y)\n");
                let chosen = move |x, y| if holds(number(x), number(y)) { y } else { x };
                add(&format!("sel {op}"), &condition, "sel(c, cases=[x, y])".into(), width, Box::new(chosen));
                // Numbers that have bits above their width where they are computed.
                let dirty = format!("s: bits[{width}] = add(x, y)\n");
                let value = move |x: u64, y| holds(number(x.wrapping_add(y) & all), number(y)).into();
                add(&format!("{op} of sum"), &dirty, format!("{op}(s, y)"), 1, Box::new(value));
            }
        }
        let sum = format!("s: bits[{width}] = add(x, y)\n");
        for result in [width + 1, 2 * width, 17, 33] {
            let value = move |x: u64, y| x.wrapping_add(y) & all;
            let last = format!("zero_ext(s, new_bit_count={result})");
            add(&format!("zero_ext{result} of sum"), &sum, last, result, Box::new(value));
            let value = move |x: u64, y| signed(width, x.wrapping_add(y) & all) as u64;
            let last = format!("sign_ext(s, new_bit_count={result})");
            add(&format!("sign_ext{result} of sum"), &sum, last, result, Box::new(value));
        }
        let by = format!("{sum}by: bits[4] = literal(value=1)\n");
        let value = move |x: u64, y| (x.wrapping_add(y) & all) >> 1;
        add("shrl of sum", &by, "shrl(s, by)".into(), width, Box::new(value));
        let value = move |x: u64, y| (signed(width, x.wrapping_add(y) & all) >> 1) as u64;
        add("shra of sum", &by, "shra(s, by)".into(), width, Box::new(value));
        let value = move |x: u64, y| (x.wrapping_add(y) & all) << width | x;
        add("concat of sum", &sum, "concat(s, x)".into(), 2 * width, Box::new(value));
    }
    add("not", "", "not(x)".into(), width, Box::new(|x, _| !x));
    add("and", "", same("and"), width, Box::new(|x, y| x & y));
    add("or", "", same("or"), width, Box::new(|x, y| x | y));
    add("xor", "", same("xor"), width, Box::new(|x, y| x ^ y));
    add("nand", "", same("nand"), width, Box::new(|x, y| !(x & y)));
    add("nor", "", same("nor"), width, Box::new(|x, y| !(x | y)));
    add("concat", "", same("concat"), 2 * width, Box::new(move |x, y| x << width | y));
    for start in 0..width {
        let last = format!("bit_slice(x, start={start}, width={})", width - start);
        let value = move |x: u64, _| x >> start;
        add(&format!("slice from {start}"), "", last, width - start, Box::new(value));
        let value = move |x: u64, _| x >> start & 1;
        add(&format!("bit {start}"), "", format!("bit_slice(x, start={start}, width=1)"), 1, Box::new(value));
    }
    let bit = "c: bits[1] = bit_slice(y, start=0, width=1)\n";
    let value = |x: u64, y: u64| if y & 1 == 1 { y } else { x };
    add("sel", bit, "sel(c, cases=[x, y])".into(), width, Box::new(value));
    add("priority_sel", bit, "priority_sel(c, cases=[y], default=x)".into(), width, Box::new(value));
    list
}

/// A package with a function for each operation.
fn text(width: u32, operations: &[Operation]) -> String {
    let mut text = "package p\n".to_owned();
    for operation in operations {
        let Operation { name, before, last, result, .. } = operation;
        write!(
            text,
            "\nfn lane_{name}(x: bits[{width}], y: bits[{width}]) -> bits[{result}] {{\n{before}ret r: bits[{result}] = \
             {last}\n}}\n\nfn {name}(a: bits[{width}][{ELEMENTS}], b: bits[{width}][{ELEMENTS}]) -> \
             bits[{result}][{ELEMENTS}] {{\n"
        )
        .unwrap();
        for i in 0..ELEMENTS {
            writeln!(
                text,
                "i{i}: bits[8] = literal(value={i})\nx{i}: bits[{width}] = array_index(a, indices=[i{i}])\n\
                 y{i}: bits[{width}] = array_index(b, indices=[i{i}])\n\
                 r{i}: bits[{result}] = invoke(x{i}, y{i}, to_apply=lane_{name})"
            )
            .unwrap();
        }
        let results: Vec<String> = (0..ELEMENTS).map(|i| format!("r{i}")).collect();
        writeln!(text, "ret r: bits[{result}][{ELEMENTS}] = array({})\n}}", results.join(", ")).unwrap();
    }
    text
}

/// All pairs of numbers, as arrays of them. The last array begins again with the first numbers.
fn arrays(width: u32) -> Vec<[Vec<u64>; 2]> {
    let count = 1usize << (2 * width);
    let pair = |i: usize| (i as u64 & mask(width), i as u64 >> width & mask(width));
    (0..count.div_ceil(ELEMENTS))
        .map(|k| {
            let pairs = (0..ELEMENTS).map(|i| pair((k * ELEMENTS + i) % count));
            let (x, y) = pairs.unzip();
            [x, y]
        })
        .collect()
}

fn array(width: u32, numbers: &[u64]) -> Value {
    Value::Array(numbers.iter().map(|&number| Value::Bits(Bits::from_u64(width, number & mask(width)))).collect())
}

/// Compares all operations on all pairs; how many operations.
fn check(width: u32) -> usize {
    let operations = operations(width);
    let package =
        read_package("lanes.ir", text(width, &operations).as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let backend = NativeBackend::new(OptLevel::Full);
    let arguments = arrays(width);
    for operation in &operations {
        let top = package.find_function(&operation.name).unwrap();
        let closed = closure::of(&package, top);
        let entries = [FuncId::new(closed.functions.len() - 1)];
        let request = CompileRequest { package: &closed, entries: &entries, target: HOST, cpu: None };
        let clif = backend.clif(&request).unwrap_or_else(|error| panic!("{error}"));
        let has_vectors = |clif: &str| ["i8x16", "i16x8", "i32x4", "i64x2"].iter().any(|ty| clif.contains(ty));
        assert_eq!(
            clif.iter().any(|function| has_vectors(&function.clif.optimized)),
            HAS_VECTORS,
            "width {width}: {}",
            operation.name
        );
        let compiled = backend.compile(&request).unwrap_or_else(|error| panic!("{error}"));
        let temp = compiled.entries[0].temp_buffer;
        let object = compiled.object.finish(&["entry".to_owned()], b"description").unwrap();
        let library = Library::of_object(&object).unwrap_or_else(|error| panic!("{error}"));
        let sites = Sites::of(&closed, plain_name);
        let temp = TempBuffer { size: temp.size, align: temp.align };
        let callable = Callable::of(&library, ("entry", None), package.function(top), temp, &sites)
            .unwrap_or_else(|error| panic!("{error}"));
        let calls: Vec<[Value; 2]> = arguments.iter().map(|[x, y]| [array(width, x), array(width, y)]).collect();
        let calls: Vec<&[Value]> = calls.iter().map(<[Value; 2]>::as_slice).collect();
        let limits = CallLimits { call_seconds: 60, crashes: 1 };
        let got = call_loaded(&callable, &calls, &sites, limits).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(got.len(), calls.len(), "{}", operation.name);
        for ([x, y], got) in arguments.iter().zip(got) {
            let got = got.unwrap_or_else(|fault| panic!("{}: {fault}", operation.name));
            let numbers: Vec<u64> = x.iter().zip(y).map(|(&x, &y)| (operation.value)(x, y)).collect();
            assert_eq!(got.value, array(operation.result, &numbers), "width {width}: {}({x:?}, {y:?})", operation.name);
        }
    }
    operations.len()
}

macro_rules! widths {
    ($($name:ident: $width:literal, $operations:literal operations;)*) => {
        $(#[test]
        fn $name() {
            let compared = in_thread(|| Ok(check($width))).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(compared, $operations);
        })*
    };
}

widths! {
    bits: 1, 11 operations;
    two_bits: 2, 66 operations;
    three_bits: 3, 71 operations;
    five_bits: 5, 81 operations;
    seven_bits: 7, 91 operations;
    bytes: 8, 96 operations;
}
