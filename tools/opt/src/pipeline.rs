//! The pipeline: which passes run, in which order.

use xls_aot_ir::{FuncId, Package};

/// How much is optimised.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum OptLevel {
    /// The IR is compiled as it is.
    None,
    /// Everything.
    #[default]
    Full,
}

/// What the optimiser may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// How much.
    pub level: OptLevel,
}

/// An optimised package.
#[derive(Clone, PartialEq, Debug)]
pub struct Optimized {
    /// The functions that the top still reaches, callees first.
    pub package: Package,
    /// The top, whose signature is unchanged.
    pub top: FuncId,
}

/// Optimises `top` and what it calls.
pub fn optimize(package: &Package, top: FuncId, options: &Options) -> Optimized {
    let unchanged = || Optimized { package: package.clone(), top };
    match options.level {
        OptLevel::None | OptLevel::Full => unchanged(),
    }
}
