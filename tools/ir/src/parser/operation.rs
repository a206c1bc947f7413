//! From keyword arguments to the attributes of an operation.

use super::keyword_args::KeywordArgs;
use crate::{Keyword, Op, OpKind};

/// The operation `kind` with its attributes; the text has all needed keyword arguments. `None` for `param`, which makes no
/// node of its own, and if the value of a keyword argument was wrong and has been reported.
pub(super) fn with_attributes(kind: OpKind, args: &mut KeywordArgs<'_>) -> Option<Op> {
    match kind {
        OpKind::Param => None,
        OpKind::Literal => args.value.take().map(|value| Op::Literal { value: Box::new(value) }),
        OpKind::BitSlice => args.start.map(|start| Op::BitSlice { start }),
        OpKind::OneHot => Some(Op::OneHot { lsb_prio: args.lsb_prio }),
        OpKind::Sel => Some(Op::Sel { has_default: args.has(Keyword::Default) }),
        OpKind::ArrayIndex => Some(Op::ArrayIndex { assumed_in_bounds: args.assumed_in_bounds }),
        OpKind::ArrayUpdate => Some(Op::ArrayUpdate { assumed_in_bounds: args.assumed_in_bounds }),
        OpKind::TupleIndex => args.index.map(|index| Op::TupleIndex { index }),
        OpKind::Invoke => args.to_apply.map(|to_apply| Op::Invoke { to_apply }),
        OpKind::Map => args.to_apply.map(|to_apply| Op::Map { to_apply }),
        OpKind::CountedFor => {
            let stride = args.stride.unwrap_or(1);
            args.trip_count.zip(args.body).map(|(trip_count, body)| Op::CountedFor { trip_count, stride, body })
        }
        OpKind::DynamicCountedFor => args.body.map(|body| Op::DynamicCountedFor { body }),
        OpKind::MinDelay => args.delay.map(|delay| Op::MinDelay { delay }),
        OpKind::Assert => {
            let label = args.label.take();
            args.message.take().map(|message| Op::Assert { message, label })
        }
        OpKind::Trace => {
            let verbosity = args.verbosity.unwrap_or(0);
            args.format.take().map(|format| Op::Trace { format, verbosity })
        }
        OpKind::Cover => args.label.take().map(|label| Op::Cover { label }),
        OpKind::Identity
        | OpKind::Not
        | OpKind::Neg
        | OpKind::Reverse
        | OpKind::And
        | OpKind::Or
        | OpKind::Xor
        | OpKind::Nand
        | OpKind::Nor
        | OpKind::AndReduce
        | OpKind::OrReduce
        | OpKind::XorReduce
        | OpKind::Add
        | OpKind::Sub
        | OpKind::Umul
        | OpKind::Smul
        | OpKind::Umulp
        | OpKind::Smulp
        | OpKind::Udiv
        | OpKind::Umod
        | OpKind::Sdiv
        | OpKind::Smod
        | OpKind::Eq
        | OpKind::Ne
        | OpKind::Ult
        | OpKind::Ule
        | OpKind::Ugt
        | OpKind::Uge
        | OpKind::Slt
        | OpKind::Sle
        | OpKind::Sgt
        | OpKind::Sge
        | OpKind::Shll
        | OpKind::Shrl
        | OpKind::Shra
        | OpKind::ZeroExt
        | OpKind::SignExt
        | OpKind::DynamicBitSlice
        | OpKind::BitSliceUpdate
        | OpKind::Concat
        | OpKind::Encode
        | OpKind::Decode
        | OpKind::OneHotSel
        | OpKind::PrioritySel
        | OpKind::Gate
        | OpKind::Array
        | OpKind::ArraySlice
        | OpKind::ArrayConcat
        | OpKind::Tuple
        | OpKind::AfterAll => kind.without_attributes(),
    }
}
