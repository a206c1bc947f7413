//! Extensions, slices, concatenation, one-hot coding.

use super::{Check, NodeCheck};
use crate::Type;

impl NodeCheck<'_> {
    /// `zero_ext` and `sign_ext`; the operand has at least `least` bits.
    pub(super) fn extension(&mut self, least: u32) -> Check {
        self.takes(1)?;
        let from = self.bits(0)?;
        let to = self.gives_bits()?;
        if from < least {
            let message = format!("`{}` cannot extend bits[0], which has no sign bit", self.mnemonic());
            return self.broken("E0404", message);
        }
        if to < from {
            let message = format!("`{}` of bits[{from}] cannot give the narrower bits[{to}]", self.mnemonic());
            return self.broken_with("E0404", message, "use bit_slice to narrow");
        }
        Ok(())
    }

    pub(super) fn bit_slice(&mut self, start: u32) -> Check {
        self.takes(1)?;
        let from = self.bits(0)?;
        let width = self.gives_bits()?;
        let end = u64::from(start) + u64::from(width);
        if end > u64::from(from) {
            let message = format!(
                "{} needs at least {end} bits (start {start} + width {width}), has {from}",
                self.describe_operand(0)
            );
            return self.broken("E0404", message);
        }
        Ok(())
    }

    pub(super) fn dynamic_bit_slice(&mut self) -> Check {
        self.takes(2)?;
        let from = self.bits(0)?;
        self.bits(1)?;
        let width = self.gives_bits()?;
        if width > from {
            let message =
                format!("{} needs at least {width} bits (width {width}), has {from}", self.describe_operand(0));
            return self.broken("E0404", message);
        }
        Ok(())
    }

    pub(super) fn bit_slice_update(&mut self) -> Check {
        self.takes(3)?;
        let width = self.bits(0)?;
        self.bits(1)?;
        self.bits(2)?;
        self.gives(&Type::Bits(width))
    }

    pub(super) fn concat(&mut self) -> Check {
        let mut sum = 0u64;
        for index in 0..self.operand_count() {
            sum += u64::from(self.bits(index)?);
        }
        if self.node.ty.bit_count().map(u64::from) == Some(sum) {
            return Ok(());
        }
        let message =
            format!("`concat` of {sum} bits in all has type bits[{sum}], declared as {}", self.node.ty.short());
        self.broken("E0401", message)
    }

    pub(super) fn one_hot(&mut self) -> Check {
        self.takes(1)?;
        let width = self.bits(0)?;
        self.gives(&Type::Bits(width + 1))
    }

    pub(super) fn encode(&mut self) -> Check {
        self.takes(1)?;
        let width = self.bits(0)?;
        let needed = u32::BITS - width.saturating_sub(1).leading_zeros();
        self.gives(&Type::Bits(needed))
    }

    pub(super) fn decode(&mut self) -> Check {
        self.takes(1)?;
        let from = self.bits(0)?;
        let width = self.gives_bits()?;
        if from < 32 && u64::from(width) > 1 << from {
            let message = format!("`decode` of bits[{from}] gives at most 2^{from} bits, declared as bits[{width}]");
            return self.broken("E0404", message);
        }
        Ok(())
    }
}
