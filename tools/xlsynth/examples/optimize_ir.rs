//! Optimises a function as libxls does, for the measurements of `benches/`: `optimize_ir IN.ir TOP OUT.ir`.

use std::process::ExitCode;

use xlsynth::{optimize_ir, IrPackage};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, top, output] = &arguments[..] else {
        eprintln!("usage: optimize_ir IN.ir TOP OUT.ir");
        return ExitCode::from(2);
    };
    match optimized(input, top)
        .and_then(|text| std::fs::write(output, text).map_err(|error| format!("{output}: {error}")))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("optimize_ir: {error}");
            ExitCode::FAILURE
        }
    }
}

fn optimized(input: &str, top: &str) -> Result<String, String> {
    let text = std::fs::read_to_string(input).map_err(|error| format!("{input}: {error}"))?;
    let package = IrPackage::parse_ir(&text, None).map_err(|error| format!("{input}: {error}"))?;
    let optimized = optimize_ir(&package, top).map_err(|error| format!("{input}, `{top}`: {error}"))?;
    Ok(optimized.to_string())
}
