//! Extensions, slices, concatenation, one-hot coding.

use super::{Check, NodeCheck};
use crate::Type;

impl NodeCheck<'_> {
    pub(crate) fn zero_ext(&mut self) -> Check {
        self.extension(0)
    }

    pub(crate) fn sign_ext(&mut self) -> Check {
        self.extension(1)
    }

    /// Requires that the operand has at least `least` bits.
    fn extension(&mut self, least: u32) -> Check {
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

    pub(crate) fn bit_slice(&mut self, &start: &u32) -> Check {
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

    pub(crate) fn dynamic_bit_slice(&mut self) -> Check {
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

    pub(crate) fn bit_slice_update(&mut self) -> Check {
        let width = self.bits(0)?;
        self.bits(1)?;
        self.bits(2)?;
        self.gives(&Type::Bits(width))
    }

    pub(crate) fn concat(&mut self) -> Check {
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

    pub(crate) fn one_hot(&mut self) -> Check {
        let width = self.bits(0)?;
        self.gives(&Type::Bits(width + 1))
    }

    pub(crate) fn encode(&mut self) -> Check {
        let width = self.bits(0)?;
        let needed = u32::BITS - width.saturating_sub(1).leading_zeros();
        self.gives(&Type::Bits(needed))
    }

    pub(crate) fn decode(&mut self) -> Check {
        let from = self.bits(0)?;
        let width = self.gives_bits()?;
        if from < 32 && u64::from(width) > 1 << from {
            let message = format!("`decode` of bits[{from}] gives at most 2^{from} bits, declared as bits[{width}]");
            return self.broken("E0404", message);
        }
        Ok(())
    }
}
