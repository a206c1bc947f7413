//! Converts a DSLX module to XLS IR, not optimised, as libxls does; how the IR in testdata/bench was made from its sources.
//! Lines of the source that begin with `// run:` go to the end of the IR, where file tests expect them.
//!
//! `tools/libxls/with-libxls cargo run --release -p xls_aot_xlsynth --example dslx_to_ir -- MODULE.x > MODULE.ir`

use std::path::Path;
use std::process::ExitCode;

use xlsynth::{convert_dslx_to_ir_text, DslxConvertOptions};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: dslx_to_ir MODULE.x");
        return ExitCode::from(2);
    };
    match convert(Path::new(&file)) {
        Ok(ir) => {
            print!("{ir}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{file}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn convert(file: &Path) -> Result<String, String> {
    let source = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    // The path ends up in the IR's positions: the name alone, so that the text does not depend on the folder.
    let name = file.file_name().ok_or("it has no file name")?;
    let standard_library = std::env::var_os("DSLX_STDLIB_PATH").map(std::path::PathBuf::from);
    let options = DslxConvertOptions { dslx_stdlib_path: standard_library.as_deref(), ..Default::default() };
    let converted = convert_dslx_to_ir_text(&source, Path::new(name), &options).map_err(|error| error.to_string())?;
    for warning in &converted.warnings {
        eprintln!("{warning}");
    }
    // Neither may it depend on where the library is on this machine.
    let mut ir = match standard_library.as_deref().and_then(Path::to_str) {
        Some(folder) => converted.ir.replace(folder, "dslx_stdlib"),
        None => converted.ir,
    };
    for run in source.lines().filter(|line| line.starts_with("// run:")) {
        ir.push_str(run);
        ir.push('\n');
    }
    Ok(ir)
}
