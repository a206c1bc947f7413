//! What libxls cannot compile in reasonable time although it is valid IR.
//!
//! LLVM was not made for values like these: the time it needs grows with the square of the width of an integer (for products
//! with its cube) and with the square of the number of elements of an array. Measured with libxls 0.1.9934: `not` of 2^14
//! bits takes 2 seconds, of 2^16 bits half a minute, of 2^20 bits hours; `array_update` of 2^10 elements takes one second, of
//! 2^12 twenty, of 2^14 several minutes. Nothing stops a compilation once it runs, so the limits stand before it.

use xls_aot_backend::BackendError;
use xls_aot_ir::{Package, Type};

/// Widest integer.
const MAX_WIDTH: u32 = 1 << 16;

/// Most bits values within one value.
const MAX_LEAVES: u64 = 1 << 14;

/// Checks every node.
///
/// # Errors
/// [`BackendError::Limit`] for the first node beyond a limit.
pub(crate) fn check(package: &Package) -> Result<(), BackendError> {
    for function in &package.functions {
        for node in &function.nodes {
            let place = || format!("`{}` in function `{}`", node.display_name(), function.name);
            if let Some(width) = widest(&node.ty).filter(|&width| width > MAX_WIDTH) {
                return Err(BackendError::Limit {
                    what: format!("{} has bits[{width}]; the xlsynth back end goes up to bits[{MAX_WIDTH}]", place()),
                    hint: "use an array of narrower values, or the native back end".to_owned(),
                });
            }
            if let Some(leaves) = leaves(&node.ty).filter(|&leaves| leaves > MAX_LEAVES) {
                return Err(BackendError::Limit {
                    what: format!(
                        "{} is made of {leaves} bits values; the xlsynth back end goes up to {MAX_LEAVES}",
                        place()
                    ),
                    hint: "process the data in smaller pieces, or use the native back end".to_owned(),
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

/// Number of bits values within a type; `None` if there are none.
fn leaves(ty: &Type) -> Option<u64> {
    let leaves = match ty {
        Type::Bits(_) => 1,
        Type::Token => 0,
        Type::Tuple(elements) => elements.iter().filter_map(leaves).fold(0, u64::saturating_add),
        Type::Array(array) => leaves(&array.element)?.saturating_mul(array.len),
    };
    (leaves > 0).then_some(leaves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_measured() {
        let pair = Type::tuple([Type::Bits(7), Type::Token, Type::array(Type::Bits(300), 5)]);
        assert_eq!((widest(&pair), leaves(&pair)), (Some(300), Some(6)));
        let array = Type::array(pair, 1000);
        assert_eq!((widest(&array), leaves(&array)), (Some(300), Some(6000)));
        assert_eq!((widest(&Type::unit()), leaves(&Type::unit())), (None, None));
        assert_eq!(leaves(&Type::array(Type::array(Type::Bits(1), u64::MAX), u64::MAX)), Some(u64::MAX));
    }
}
