//! Operations on bit vectors in the form in which they are lowered: attributes and signedness are values.

use xls_aot_ir::family::{Logic, Order, Reduction, Shift};

use crate::shared_divisions::Part;

/// An operation whose operands and result are bit vectors. Each has code for vectors in SSA values and for vectors in
/// memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BitOp {
    Not,
    Neg,
    Reverse,
    Logic(Logic),
    Reduction(Reduction),
    Add,
    Sub,
    Multiply { signed: bool },
    Divide { signed: bool, part: Part },
    Order(Order),
    Shift(Shift),
    ZeroExt,
    SignExt,
    BitSlice { start: u32 },
    DynamicBitSlice,
    BitSliceUpdate,
    Concat,
    OneHot { lsb_prio: bool },
    Encode,
    Decode,
}
