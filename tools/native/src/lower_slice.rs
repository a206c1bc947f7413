//! `dynamic_bit_slice` and `bit_slice_update` on vectors in SSA values (`bit_slice`, `concat` and the extensions are
//! plain functions of `bits`).

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::InstBuilder;

use crate::bits::low_mask;
use crate::function::FnCtx;
use crate::lower_shift::Direction;
use crate::value::{carrier, carrier_bits, Bv};

impl FnCtx<'_, '_> {
    /// `width` bits of `x` from bit `start` on; bits beyond its end are zero.
    pub fn dynamic_bit_slice(&mut self, x: &Bv, start: &Bv, width: u32) -> Option<Bv> {
        let shifted = self.shift_logical(Direction::Right, x, start)?;
        Some(self.truncate(&shifted, width))
    }

    /// `x` with `update` at bit `start`; what reaches beyond its end is dropped.
    pub fn bit_slice_update(&mut self, x: &Bv, start: &Bv, update: &Bv) -> Option<Bv> {
        if update.width == 0 || x.width == 0 {
            return Some(x.clone());
        }
        if let Some(at) = self.const_amount(start) {
            return Some(match u32::try_from(at) {
                Ok(at) if at < x.width => self.update_at(x, at, update),
                _ => x.clone(),
            });
        }
        if x.width > 64 {
            return None;
        }
        let update = if update.width > x.width { self.truncate(update, x.width) } else { update.clone() };
        let mask = low_mask(update.width);
        let update = self.zero_extend(&update, x.width);
        let start = self.clean(start);
        let amount = self.saturate_u64(&start);
        let mask = self.imm(carrier(x.width), mask);
        let mask = self.b.ins().ishl(mask, amount);
        let placed = self.b.ins().ishl(update.first(), amount);
        let kept = self.b.ins().band_not(x.first(), mask);
        let result = self.b.ins().bor(kept, placed);
        let all = carrier_bits(x.width);
        if start.bound < 32 && (1u64 << start.bound) <= u64::from(all) {
            return Some(Bv::one(x.width, result, all));
        }
        let in_range = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, amount, i64::from(x.width));
        let result = self.b.ins().select(in_range, result, x.first());
        Some(Bv::one(x.width, result, all))
    }

    /// A constant position: the part above, the update, the part below.
    fn update_at(&mut self, x: &Bv, at: u32, update: &Bv) -> Bv {
        let width = update.width.min(x.width - at);
        let end = at + width;
        let above = self.extract(x, end.min(x.width), x.width - end);
        let middle = self.truncate(update, width);
        let below = self.truncate(x, at);
        self.join(&[above, middle, below])
    }
}
