//! Wall time of `xls_aot compile`, process start included, for a tiny function, a design and a 3,000-node function.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::timing::median;

const ROUNDS: usize = 51;
const NODES: usize = 3_000;

pub fn report() {
    let folder = std::env::temp_dir().join(format!("xls_aot_benches_{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the folder for temporary files is writable");
    let large = folder.join("large.ir");
    fs::write(&large, large_function()).expect("the folder for temporary files is writable");
    let file = |variable: &str| std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is set by the benches target"));
    let designs: [(&str, PathBuf); 3] = [("add_one", file("ADD_ONE_IR").into()), ("fp32_add", file("FP32_ADD_IR").into()), ("3,000 nodes", large)];
    println!("\ntime of one `xls_aot compile`, ms ({ROUNDS} processes)");
    for (backend, tool) in [("native", file("TOOL")), ("xlsynth", file("TOOL_XLSYNTH"))] {
        for (name, ir) in &designs {
            let times: Vec<f64> = (0..ROUNDS).map(|_| compile(&tool, backend, ir, &folder)).collect();
            let least = times.iter().copied().fold(f64::MAX, f64::min);
            println!("  {backend:<8} {name:<12} median {:>6.1}, least {least:>6.1}", median(times));
        }
    }
    fs::remove_dir_all(&folder).expect("the folder just made can be removed");
}

fn compile(tool: &str, backend: &str, ir: &Path, folder: &Path) -> f64 {
    let start = Instant::now();
    let status = Command::new(tool)
        .args(["compile", "--crate-name", "bench", "--backend", backend, "--ir"])
        .arg(ir)
        .arg("--object")
        .arg(folder.join("out.o"))
        .arg("--wrapper")
        .arg(folder.join("out.rs"))
        .arg("--metadata")
        .arg(folder.join("out.json"))
        .status()
        .expect("the tool starts");
    assert!(status.success(), "compile failed for {}", ir.display());
    start.elapsed().as_secs_f64() * 1e3
}

/// A function of [`NODES`] mixed 32-bit operations, each on the results of earlier ones.
fn large_function() -> String {
    let mut text = String::from("package large\n\ntop fn large(a: bits[32], b: bits[32]) -> bits[32] {\n");
    let name = |i: usize| match i {
        0 => "a".to_owned(),
        1 => "b".to_owned(),
        _ => format!("x{i}"),
    };
    let operations = ["add", "xor", "sub", "and", "or", "umul"];
    for i in 2..NODES + 2 {
        let (lhs, rhs) = (name(i - 1), name(i - 1 - (i * 7919 % i.min(40)).max(1)));
        let ret = if i == NODES + 1 { "ret " } else { "" };
        writeln!(text, "  {ret}x{i}: bits[32] = {}({lhs}, {rhs})", operations[i * 31 % 6]).expect("writing to a String");
    }
    text.push_str("}\n");
    text
}
