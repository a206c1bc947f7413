//! Translates a function of XLS IR to C: `ir_to_c IN.ir TOP SYMBOL OUT.c`.

use std::process::ExitCode;

use xls_aot_bench_ir_to_c::translate;
use xls_aot_ir::read_package;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, top, symbol, output] = &arguments[..] else {
        eprintln!("usage: ir_to_c IN.ir TOP SYMBOL OUT.c");
        return ExitCode::from(2);
    };
    let result = std::fs::read(input).map_err(|error| format!("{input}: {error}")).and_then(|text| {
        let package = read_package(input, &text).map_err(|findings| findings.to_string())?;
        let top = package.find_function(top).ok_or_else(|| format!("{input}: there is no function `{top}`"))?;
        let text = translate(&package, top, symbol).map_err(|what| format!("{input}: {what}"))?;
        std::fs::write(output, text).map_err(|error| format!("{output}: {error}"))
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ir_to_c: {error}");
            ExitCode::FAILURE
        }
    }
}
