//! How fast packages are read and verified: `cargo run --release --example parse_speed [FILE...]`.
//!
//! Without files it reads made-up functions of 10 thousand to 1 million nodes; the rate must not fall with the size.

use std::time::{Duration, Instant};

use xls_aot_ir::{parse_package, print_package, verify, LineIndex};

fn main() {
    let files: Vec<String> = std::env::args().skip(1).collect();
    println!("{:>10} {:>9} {:>12} {:>12} {:>12}", "nodes", "MB", "parse Mn/s", "verify Mn/s", "both Mn/s");
    if files.is_empty() {
        for nodes in [10_000, 100_000, 1_000_000] {
            measure("made up", &made_up(nodes));
        }
    }
    for file in files {
        match std::fs::read(&file) {
            Ok(text) => measure(&file, &text),
            Err(error) => eprintln!("{file}: {error}"),
        }
    }
}

fn measure(file: &str, text: &[u8]) {
    let mut parsing = Duration::MAX;
    let mut verifying = Duration::MAX;
    let mut nodes = 0;
    for _ in 0..5 {
        let start = Instant::now();
        let package = match parse_package(file, text) {
            Ok(package) => package,
            Err(findings) => return eprintln!("{findings}"),
        };
        parsing = parsing.min(start.elapsed());
        let start = Instant::now();
        let findings = verify(&package);
        verifying = verifying.min(start.elapsed());
        if !findings.is_empty() {
            return eprintln!("{}", LineIndex::new(text).diagnostics(file, findings));
        }
        nodes = package.functions.iter().map(|f| f.nodes.len()).sum();
        if nodes < 1000 {
            assert!(!print_package(&package).is_empty());
        }
    }
    let rate = |time: Duration| nodes as f64 / time.as_secs_f64() / 1e6;
    println!(
        "{nodes:>10} {:>9.2} {:>12.2} {:>12.2} {:>12.2}",
        text.len() as f64 / 1e6,
        rate(parsing),
        rate(verifying),
        rate(parsing + verifying)
    );
}

/// A function with a usual mixture of operations.
fn made_up(nodes: usize) -> Vec<u8> {
    let mut text = String::from("package t\n\nfn f(x: bits[32] id=1, y: bits[32] id=2) -> bits[32] {\n");
    let mut last = ["x".to_string(), "y".to_string()];
    let mut id = 3;
    while id < nodes {
        let [a, b] = &last;
        let group = format!(
            "  literal.{i0}: bits[32] = literal(value={i0}, id={i0})\n  \
             add.{i1}: bits[32] = add({a}, literal.{i0}, id={i1}, pos=[(0,{i1},4)])\n  \
             ult.{i2}: bits[1] = ult({b}, add.{i1}, id={i2}, pos=[(0,{i2},8)])\n  \
             tuple.{i3}: (bits[32], bits[1]) = tuple(add.{i1}, ult.{i2}, id={i3})\n  \
             bit_slice.{i4}: bits[16] = bit_slice(add.{i1}, start=3, width=16, id={i4}, pos=[(0,{i4},8)])\n  \
             zero_ext.{i5}: bits[32] = zero_ext(bit_slice.{i4}, new_bit_count=32, id={i5})\n  \
             sel.{i6}: bits[32] = sel(ult.{i2}, cases=[{b}, zero_ext.{i5}], id={i6}, pos=[(0,{i6},8)])\n",
            i0 = id,
            i1 = id + 1,
            i2 = id + 2,
            i3 = id + 3,
            i4 = id + 4,
            i5 = id + 5,
            i6 = id + 6,
        );
        text.push_str(&group);
        last = [format!("sel.{}", id + 6), format!("add.{}", id + 1)];
        id += 7;
    }
    text.push_str(&format!("  ret or.{id}: bits[32] = or({}, {}, id={id})\n}}\n", last[0], last[1]));
    text.into_bytes()
}
