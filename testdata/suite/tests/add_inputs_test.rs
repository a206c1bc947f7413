//! Scalars of different carriers.

use add_inputs::add_inputs;
use xls_aot_runtime::{Bits32, Bits64};

#[test]
fn carries_reach_the_top_bit() {
    for lhs in [0, 1, u32::MAX / 3, u32::MAX - 1, u32::MAX] {
        for rhs in [0, 1, 0x1_5555, 0x1_fffe, 0x1_ffff] {
            let sum = add_inputs(lhs, Bits32::<17>::of(rhs));
            assert_eq!(sum, Bits64::<33>::of(u64::from(lhs) + u64::from(rhs)));
        }
    }
}
