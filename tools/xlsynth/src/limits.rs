//! What libxls cannot compile although it is valid IR: found out before libxls does, which would stop its process.

use xls_aot_backend::BackendError;
use xls_aot_ir::{Package, Type};


/// Widest integer. LLVM takes up to 2^23 bits, but the time it needs grows with the square of the width, for products with
/// its cube: half a minute for a `not` of 2^16 bits, hours for one of 2^20.
const MAX_WIDTH: u32 = 1 << 16;

/// Checks every node.
///
/// # Errors
/// [`BackendError::Limit`] for the first node beyond a limit.
pub(crate) fn check(package: &Package) -> Result<(), BackendError> {
    for function in &package.functions {
        for node in &function.nodes {
            if let Some(width) = widest(&node.ty).filter(|&width| width > MAX_WIDTH) {
                return Err(BackendError::Limit {
                    what: format!(
                        "`{}` in function `{}` has bits[{width}]; the xlsynth back end goes up to bits[{MAX_WIDTH}]",
                        node.display_name(),
                        function.name
                    ),
                    hint: "use an array of narrower values, or another back end".to_owned(),
                });
            }
        }
    }
    Ok(())
}

/// The widest bits type within a type.
fn widest(ty: &Type) -> Option<u32> {
    match ty {
        Type::Bits(width) => Some(*width),
        Type::Token => None,
        Type::Tuple(elements) => elements.iter().filter_map(widest).max(),
        Type::Array(array) => widest(&array.element),
    }
}
