//! Comparisons.

use std::cmp::Ordering;

use xls_aot_ir::Bits;

/// Unsigned order of values of one width.
pub(crate) fn unsigned(a: &Bits, b: &Bits) -> Ordering {
    a.words().iter().rev().cmp(b.words().iter().rev())
}

/// Two's complement order of values of one width: a set sign bit is below a clear one, otherwise as unsigned.
pub(crate) fn signed(a: &Bits, b: &Bits) -> Ordering {
    b.sign_bit().cmp(&a.sign_bit()).then_with(|| unsigned(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders() {
        for width in [1, 7, 64, 65, 128, 129] {
            let (zero, ones) = (Bits::zero(width), Bits::ones(width));
            assert_eq!(unsigned(&zero, &ones), Ordering::Less);
            assert_eq!(signed(&zero, &ones), Ordering::Greater);
            assert_eq!(signed(&ones, &ones), Ordering::Equal);
        }
        assert_eq!(unsigned(&Bits::zero(0), &Bits::zero(0)), Ordering::Equal);
        assert_eq!(signed(&Bits::zero(0), &Bits::zero(0)), Ordering::Equal);
        let high = Bits::from_words(65, &[0, 1]);
        assert_eq!(unsigned(&high, &Bits::from_words(65, &[u64::MAX, 0])), Ordering::Greater);
        assert_eq!(signed(&high, &Bits::from_words(65, &[1, 1])), Ordering::Less);
    }
}
