//! Writes a generated function to a file: `generate_ir KERNEL FILE`, or `generate_ir SHAPE NODES FILE`.

use std::process::ExitCode;

use xls_aot_bench_ir::{cases::CASES, kernel, KERNELS};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (text, file) = match arguments.as_slice() {
        [name, file] => match kernel(name) {
            Some(text) => (text, file),
            None => return unknown("kernel", name, KERNELS.iter().map(|(name, _)| *name)),
        },
        [name, nodes, file] => match (CASES.iter().find(|(known, _)| known == name), nodes.parse()) {
            (Some((_, text)), Ok(nodes)) => (text(nodes), file),
            (None, _) => return unknown("shape", name, CASES.iter().map(|(name, _)| *name)),
            (_, Err(error)) => {
                eprintln!("generate_ir: `{nodes}` is no number of nodes: {error}");
                return ExitCode::from(2);
            }
        },
        _ => {
            eprintln!("usage: generate_ir KERNEL FILE, or generate_ir SHAPE NODES FILE");
            return ExitCode::from(2);
        }
    };
    match std::fs::write(file, text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{file}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> ExitCode {
    let known: Vec<&str> = known.collect();
    eprintln!("generate_ir: no {what} is called `{name}`; there are {}", known.join(", "));
    ExitCode::FAILURE
}
