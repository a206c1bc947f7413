//! What the optimiser does to given functions, and how long it takes.
//!
//! `cargo run --release -p xls_aot_opt --example figures -- FILE.ir...` prints, for the top (or last) function of each
//! file, the nodes before and after and the time. `--rules` adds how often each rule was applied, `--print` the result.
//! `--random N` optimises a generated function of N nodes instead.

use std::time::Instant;

use xls_aot_ir::{print_package, read_package, FuncId, Package, Top};
use xls_aot_opt::{optimize_with_report, OptLevel, Options};

fn main() {
    let mut show = Show::default();
    let mut args = std::env::args().skip(1);
    let (mut before, mut after) = (0, 0);
    while let Some(arg) = args.next() {
        let (name, text) = match &*arg {
            "--rules" => {
                show.rules = true;
                continue;
            }
            "--print" => {
                show.result = true;
                continue;
            }
            "--random" => {
                let count = args.next().and_then(|count| count.parse().ok()).unwrap_or(1000);
                (format!("random {count}"), random(count))
            }
            file => match std::fs::read_to_string(file) {
                Ok(text) => (file.to_owned(), text),
                Err(error) => {
                    eprintln!("{file}: {error}");
                    std::process::exit(1);
                }
            },
        };
        let package = match read_package(&name, text.as_bytes()) {
            Ok(package) => package,
            Err(findings) => {
                eprintln!("{findings}");
                std::process::exit(1);
            }
        };
        let nodes = one(&name, &package, &show);
        before += nodes.0;
        after += nodes.1;
    }
    println!("{before:>8} -> {after:>7} nodes in all");
}

#[derive(Default)]
struct Show {
    rules: bool,
    result: bool,
}

fn one(name: &str, package: &Package, show: &Show) -> (usize, usize) {
    let top = match package.top {
        Some(Top::Function(top)) => top,
        Some(Top::Skipped(_)) | None => FuncId::new(package.functions.len() - 1),
    };
    let start = Instant::now();
    let (optimised, report) =
        optimize_with_report(package, top, &Options::new(OptLevel::Full)).unwrap_or_else(|broken| panic!("{broken}"));
    let time = start.elapsed();
    println!(
        "{:>8} -> {:>7} nodes in {:>2} functions {:>9.2} ms  {name}",
        report.nodes_before,
        report.nodes_after,
        optimised.functions.len(),
        time.as_secs_f64() * 1e3
    );
    if show.rules {
        for (rule, count) in &report.applied {
            println!("    {count:>7} {rule}");
        }
    }
    if show.result {
        print!("{}", print_package(&optimised));
    }
    (report.nodes_before, report.nodes_after)
}

/// A function of about so many nodes with the mixture of operations that optimised IR has; always the same one.
fn random(count: usize) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = move |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % bound as u64) as usize
    };
    let mut text = String::from(
        "package random\n\ntop fn f(p0: bits[32], p1: bits[32], p2: bits[32], p3: bits[1]) -> bits[32] {\n",
    );
    let mut words: Vec<String> = (0..3).map(|i| format!("p{i}")).collect();
    let mut bits = vec![String::from("p3")];
    for i in 0..count {
        // Recent values are used more often, as in real code.
        let recent = |next: &mut dyn FnMut(usize) -> usize, names: &[String]| {
            let window = names.len().min(64);
            names[names.len() - 1 - next(window)].clone()
        };
        let (a, b, s) = (recent(&mut next, &words), recent(&mut next, &words), recent(&mut next, &bits));
        let id = i + 10;
        let (line, is_bit) = match next(12) {
            0 => (format!("add({a}, {b}, id={id})"), false),
            1 => (format!("sub({a}, {b}, id={id})"), false),
            2 => (format!("and({a}, {b}, id={id})"), false),
            3 => (format!("or({a}, {b}, id={id})"), false),
            4 | 5 => (format!("xor({a}, {b}, id={id})"), false),
            6 => (format!("sel({s}, cases=[{a}, {b}], id={id})"), false),
            7 => (format!("ult({a}, {b}, id={id})"), true),
            8 => (format!("eq({a}, {b}, id={id})"), true),
            9 => (format!("bit_slice({a}, start={}, width=1, id={id})", next(32)), true),
            10 => (format!("umul({a}, {b}, id={id})"), false),
            _ => (format!("not({a}, id={id})"), false),
        };
        let (name, ty) = (format!("v{i}"), if is_bit { "bits[1]" } else { "bits[32]" });
        text += &format!("  {name}: {ty} = {line}\n");
        if is_bit {
            bits.push(name);
        } else {
            words.push(name);
        }
    }
    let tail: Vec<String> = words.iter().rev().take(64).cloned().collect();
    text += &format!("  ret r: bits[32] = xor({}, id={})\n}}\n", tail.join(", "), count + 10);
    text
}
