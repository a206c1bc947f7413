//! invoke within invoke, map, and a loop with an invariant argument.

use nested_calls::nested_calls;

#[test]
fn items_are_mapped_and_summed() {
    for start in [0, 7, u16::MAX] {
        let items = [1, 2, 40_000];
        let result = nested_calls(&items, start);
        let mapped = items.map(|x: u16| x.wrapping_mul(2).wrapping_add(1));
        assert_eq!(result.0, mapped);
        assert_eq!(result.1, mapped.iter().fold(start, |sum, x| sum.wrapping_add(*x)));
    }
}
