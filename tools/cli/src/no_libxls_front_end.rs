//! `--frontend xlsynth` in a program without libxls.

use std::path::Path;

use xls_aot_design::Design;
use xls_aot_dslx::frontend::Program;

use crate::args::{DslxOptions, DslxToIrArgs};
use crate::backends::without_libxls;
use crate::exit::Failure;

/// Refuses to convert for `compile`.
pub fn replace(_: &mut Design, _: &Path, _: &[u8], _: &DslxOptions) -> Result<(), Failure> {
    Err(without_libxls("the DSLX front end of libxls"))
}

/// Refuses to convert for `dslx-to-ir`.
pub fn text(_: &Program, _: &[u8], _: &DslxToIrArgs) -> Result<String, Failure> {
    Err(without_libxls("the DSLX front end of libxls"))
}
