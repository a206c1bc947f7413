//! `xls_aot fuzz` in a program that is built without it.

use crate::args::FuzzArgs;
use crate::exit::Failure;

/// Says which program has the command.
pub fn run(_: &FuzzArgs) -> Result<(), Failure> {
    Err(Failure::Usage(
        "error: this program is built without the command `fuzz`\n  help: use one that has it: the Bazel target \
         //tools/cli:xls_aot_dev, or //tools/cli:xls_aot_xlsynth_dev with the back end `xlsynth`"
            .to_owned(),
    ))
}
