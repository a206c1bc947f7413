//! Limits for valid IR that libxls cannot compile in reasonable time.
//!
//! LLVM was not made for such values. Its time grows with the square of the width of an integer (for products with its
//! cube) and with the square of the number of elements of an array. Measured with libxls 0.1.9934: `not` of 2^14 bits
//! takes 2 seconds, of 2^16 bits half a minute; `umul` of 2^12 bits 4 seconds, of 2^13 close to a minute;
//! `array_update` of 2^10 elements one second, of 2^12 twenty. A running compilation cannot be stopped, so the limits
//! are checked first.

use xls_aot_backend::{BackendError, Place};
use xls_aot_ir::{Family, Package, Type};

/// Widest integer.
const MAX_WIDTH: u32 = 1 << 16;

/// Widest product.
const MAX_PRODUCT_WIDTH: u32 = 1 << 12;

/// Most bits values within one value.
const MAX_LEAVES: u64 = 1 << 14;

/// Checks every node.
///
/// # Errors
/// [`BackendError::Limit`] for the first node beyond a limit.
pub(crate) fn check(package: &Package) -> Result<(), BackendError> {
    for (id, function) in package.iter() {
        for (node_id, node) in function.iter() {
            let here = Some(Place { function: id, node: Some(node_id) });
            let place = || format!("`{}` in function `{}`", node.display_name(), function.name);
            let (limit, kind) = match node.op.family() {
                Family::Product(_) | Family::PartialProduct(_) => (MAX_PRODUCT_WIDTH, "products of "),
                Family::Leaf(_)
                | Family::Unary(_)
                | Family::Logic(_)
                | Family::Reduction(_)
                | Family::Sum(_)
                | Family::Division(_)
                | Family::Equality(_)
                | Family::Order(_)
                | Family::Shift(_)
                | Family::Extension(_)
                | Family::Slice(_)
                | Family::Encoding(_)
                | Family::Selection(_)
                | Family::Array(_)
                | Family::Tuple(_)
                | Family::Call(_)
                | Family::Loop(_)
                | Family::Token(_)
                | Family::Effect(_) => (MAX_WIDTH, ""),
            };
            if let Some(width) = widest(&node.ty).filter(|&width| width > limit) {
                return Err(BackendError::Limit {
                    what: format!("{} has bits[{width}]; the xlsynth back end goes up to {kind}bits[{limit}]", place()),
                    hint: "use an array of narrower values, or the native back end".to_owned(),
                    place: here,
                });
            }
            if let Some(leaves) = leaves(&node.ty).filter(|&leaves| leaves > MAX_LEAVES) {
                return Err(BackendError::Limit {
                    what: format!(
                        "{} is made of {leaves} bits values; the xlsynth back end goes up to {MAX_LEAVES}",
                        place()
                    ),
                    hint: "process the data in smaller pieces, or use the native back end".to_owned(),
                    place: here,
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
    fn products_have_a_limit_of_their_own() {
        let text = |op: &str, width: u32| {
            format!(
                "package p\n\nfn f(x: bits[{width}] id=1) -> bits[{width}] {{\n  ret y: bits[{width}] = {op}(x, x, id=2)\n}}\n"
            )
        };
        let verdict = |text: String| {
            check(&xls_aot_ir::read_package("test.ir", text.as_bytes()).unwrap()).map_err(|error| error.to_string())
        };
        assert_eq!(verdict(text("umul", 4096)), Ok(()));
        assert_eq!(verdict(text("add", 65536)), Ok(()));
        assert_eq!(
            verdict(text("smul", 4097)).unwrap_err(),
            "`y` in function `f` has bits[4097]; the xlsynth back end goes up to products of bits[4096]\n  \
             help: use an array of narrower values, or the native back end"
        );
        assert!(verdict(text("add", 65537)).is_err());
    }

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
