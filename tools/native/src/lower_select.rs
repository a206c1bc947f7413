//! `sel`, `priority_sel`, `one_hot_sel`, `gate`: choices between values of any type.
//!
//! A choice between values in memory chooses between their addresses; nothing is copied.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};
use xls_aot_ir::Type;

use crate::function::FnCtx;
use crate::node::Site;
use crate::ownership::MemRef;
use crate::repr::in_memory;
use crate::result_place::Wanted;
use crate::routines::Routine;
use crate::value::{Bv, Lowered};
use crate::Fault;

impl<'p> FnCtx<'_, 'p> {
    /// `condition ? x : y`.
    pub fn choose(&mut self, condition: Value, x: &Lowered, y: &Lowered) -> Result<Lowered, Fault> {
        match self.const_of(condition) {
            Some(0) => return Ok(y.clone()),
            Some(_) => return Ok(x.clone()),
            None => {}
        }
        match (x, y) {
            (Lowered::Bits(x), Lowered::Bits(y)) => Ok(Lowered::Bits(self.choose_bits(condition, x, y))),
            (Lowered::Mem(x), Lowered::Mem(y)) => Ok(Lowered::Mem(self.choose_place(condition, x, y))),
            (Lowered::Agg(x), Lowered::Agg(y)) if x.len() == y.len() => {
                let parts = x.iter().zip(y.iter()).map(|(x, y)| self.choose(condition, x, y));
                Ok(Lowered::Agg(parts.collect::<Result<Vec<_>, _>>()?.into()))
            }
            _ => Err(Fault::Internal("alternatives of a choice differ in shape".to_owned())),
        }
    }

    /// `condition ? x : y` for bit vectors.
    pub fn choose_bits(&mut self, condition: Value, x: &Bv, y: &Bv) -> Bv {
        let pairs: Vec<_> = x.limbs().iter().copied().zip(y.limbs().iter().copied()).collect();
        let limbs = pairs.into_iter().map(|(a, b)| if a == b { a } else { self.b.ins().select(condition, a, b) });
        let chosen = Bv::from_limbs(x.width, limbs.collect(), x.bound.max(y.bound));
        if x.width <= 64 {
            let ((a, b), (c, d)) = (x.signed_range(), y.signed_range());
            return chosen.computed_within((a.min(c), b.max(d)));
        }
        chosen
    }

    fn choose_place(&mut self, condition: Value, x: &MemRef, y: &MemRef) -> MemRef {
        if x.same_place(y) {
            return x.clone();
        }
        let (a, b) = (self.address(x), self.address(y));
        let base = self.b.ins().select(condition, a, b);
        MemRef::either(base, x, y)
    }

    /// `operands`: selector, cases, and the default if there is one.
    pub fn lower_sel(&mut self, site: &Site<'p>, has_default: bool) -> Result<Lowered, Fault> {
        let (cases, default) = match site.operands[1..].split_last() {
            Some((default, cases)) if has_default => (cases, Some(default)),
            _ => (&site.operands[1..], None),
        };
        let selector = self.selector(site, 0)?;
        self.select_case(&selector, cases, default)
    }

    /// The selector in SSA values: a wider one keeps its low bits and a bit that says whether any other is set.
    fn selector(&mut self, site: &Site<'p>, index: usize) -> Result<Bv, Fault> {
        match &site.operands[index] {
            Lowered::Bits(bv) => Ok(bv.clone()),
            Lowered::Mem(_) => {
                let (words, count) = self.words_of(&site.operands[index], site.operand_type(index))?;
                let low = self.load_word(&words, 0);
                let base = self.address(&words.at(8));
                let count = self.imm(types::I64, count - 1);
                let rest = self.call_routine(Routine::FoldOr, &[], &[base, count]);
                let rest = rest.ok_or_else(|| site.fault("routine without a result"))?;
                Ok(Bv::from_limbs(128, vec![low, rest], 128))
            }
            Lowered::Agg(_) => Err(site.fault("selector is not a bit vector")),
        }
    }

    /// A tree of two-way choices, one level per selector bit.
    fn select_case(&mut self, selector: &Bv, cases: &[Lowered], default: Option<&Lowered>) -> Result<Lowered, Fault> {
        let last = default.or(cases.last()).ok_or_else(|| Fault::Internal("sel without cases".to_owned()))?;
        if let Some(index) = self.const_amount(selector) {
            let chosen = usize::try_from(index).ok().and_then(|i| cases.get(i)).unwrap_or(last);
            return Ok(chosen.clone());
        }
        let depth = cases.len().next_power_of_two().trailing_zeros().min(selector.width);
        let mut level: Vec<Lowered> = cases.to_vec();
        for bit in 0..depth {
            if level.len() == 1 && default.is_none() {
                break;
            }
            let condition = self.test_bit(selector, bit);
            let mut next = Vec::with_capacity(level.len().div_ceil(2));
            for pair in level.chunks(2) {
                let high = pair.get(1).unwrap_or(last);
                next.push(self.choose(condition, high, &pair[0])?);
            }
            level = next;
        }
        let chosen = level.swap_remove(0);
        let (Some(default), true) = (default, selector.width > depth) else {
            return Ok(chosen);
        };
        let above = self.extract(selector, depth, selector.width - depth);
        let above = self.or_reduce(&above);
        let above = self.condition(&above);
        self.choose(above, default, &chosen)
    }

    /// `operands`: selector, cases, default. The lowest set bit wins.
    pub fn lower_priority_sel(&mut self, site: &Site<'p>) -> Result<Lowered, Fault> {
        let count = site.operands.len() - 2;
        let mut chosen = site.operands[count + 1].clone();
        for i in (0..count).rev() {
            let condition = self.bit_condition(site, 0, i as u32)?;
            chosen = self.choose(condition, &site.operands[1 + i], &chosen)?;
        }
        Ok(chosen)
    }

    /// Bit `bit` of operand `index`, which may be in SSA values or in memory.
    fn bit_condition(&mut self, site: &Site<'p>, index: usize, bit: u32) -> Result<Value, Fault> {
        match &site.operands[index] {
            Lowered::Bits(bv) => Ok(self.test_bit(bv, bit)),
            Lowered::Mem(mem) => {
                let word = self.load_word(mem, 8 * u64::from(bit / 64));
                let word = Bv::one(64, word, 64);
                Ok(self.test_bit(&word, bit % 64))
            }
            Lowered::Agg(_) => Err(site.fault("selector is not a bit vector")),
        }
    }

    /// `operands`: selector, cases. The cases whose bit is set, ored leaf by leaf.
    pub fn lower_one_hot_sel(&mut self, site: &Site<'p>) -> Result<Lowered, Fault> {
        let ty = &site.node.ty;
        let mut all = self.zero_value(ty)?;
        for (i, case) in site.operands[1..].iter().enumerate() {
            let condition = self.bit_condition(site, 0, i as u32)?;
            all = self.or_if(condition, all, case, ty)?;
        }
        Ok(all)
    }

    /// `all | (condition ? case : 0)`; values in memory are changed in place.
    fn or_if(&mut self, condition: Value, all: Lowered, case: &Lowered, ty: &Type) -> Result<Lowered, Fault> {
        match (all, case) {
            (Lowered::Bits(all), Lowered::Bits(case)) => {
                let zero = self.zero(case.width);
                let masked = self.choose_bits(condition, case, &zero);
                if all.bound == 0 {
                    return Ok(Lowered::Bits(masked));
                }
                Ok(Lowered::Bits(self.bitwise(crate::lower_logic::Bitwise::Or, &all, &masked)))
            }
            (Lowered::Mem(all), Lowered::Mem(case)) => {
                let bytes = self.size_of(ty)?;
                let all = self.take_for_writing(all, bytes, &Wanted::Anywhere)?;
                let (to, from) = (self.address_to_write(&all.whole(), bytes), self.address(case));
                let mask = self.b.ins().bmask(types::I64, condition);
                let size = self.imm(types::I64, bytes);
                self.call_routine(Routine::OrMasked, &[to], &[from, mask, size]);
                Ok(Lowered::Mem(all.into_value()))
            }
            (all @ Lowered::Agg(_), Lowered::Agg(case)) => {
                let mut parts = Vec::with_capacity(case.len());
                for (i, (all, case)) in all.into_parts().into_iter().zip(case.iter()).enumerate() {
                    parts.push(self.or_if(condition, all, case, element_type(ty, i)?)?);
                }
                Ok(Lowered::Agg(parts.into()))
            }
            _ => Err(Fault::Internal("cases of one_hot_sel differ in shape".to_owned())),
        }
    }

    /// The all-zero value of a type.
    pub fn zero_value(&mut self, ty: &Type) -> Result<Lowered, Fault> {
        if in_memory(ty) {
            let size = self.size_of(ty)?;
            let place = self.allocate(size)?;
            self.zero_bytes(&place.whole(), size);
            return Ok(Lowered::Mem(place.into_value()));
        }
        Ok(match ty {
            Type::Bits(width) => Lowered::Bits(self.zero(*width)),
            Type::Token => Lowered::unit(),
            Type::Tuple(elements) => {
                let parts = elements.iter().map(|element| self.zero_value(element));
                Lowered::Agg(parts.collect::<Result<Vec<_>, _>>()?.into())
            }
            Type::Array(array) => {
                let parts = (0..array.len).map(|_| self.zero_value(&array.element));
                Lowered::Agg(parts.collect::<Result<Vec<_>, _>>()?.into())
            }
        })
    }

    /// `operands`: condition, data.
    pub fn lower_gate(&mut self, site: &Site<'p>) -> Result<Lowered, Fault> {
        let condition = self.condition(site.bits(0)?);
        self.gate(condition, &site.operands[1], &site.node.ty)
    }

    fn gate(&mut self, condition: Value, data: &Lowered, ty: &Type) -> Result<Lowered, Fault> {
        match data {
            Lowered::Bits(data) => {
                let zero = self.zero(data.width);
                Ok(Lowered::Bits(self.choose_bits(condition, data, &zero)))
            }
            Lowered::Mem(data) => {
                let size = self.size_of(ty)?;
                let place = self.allocate_result(size)?;
                self.zero_bytes(&place.whole(), size);
                self.if_then(condition, |ctx| {
                    ctx.copy_bytes(&place.whole(), data, size);
                    Ok(())
                })?;
                Ok(Lowered::Mem(place.into_value()))
            }
            Lowered::Agg(parts) => {
                let mut gated = Vec::with_capacity(parts.len());
                for (i, part) in parts.iter().enumerate() {
                    gated.push(self.gate(condition, part, element_type(ty, i)?)?);
                }
                Ok(Lowered::Agg(gated.into()))
            }
        }
    }

    /// Whether an index of any width is below `limit`, and the index as I64 (meaningful only if it is).
    pub fn index_below(&mut self, index: &Bv, limit: u64) -> (Value, Option<Value>) {
        let clean = self.clean(index);
        let value = self.saturate_u64(&clean);
        if clean.bound < 64 && (1u64 << clean.bound) <= limit {
            return (value, None);
        }
        let below = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, value, limit as i64);
        (value, Some(below))
    }
}

/// Type of element `index` of a tuple or array type.
pub(crate) fn element_type(ty: &Type, index: usize) -> Result<&Type, Fault> {
    match ty {
        Type::Tuple(elements) => elements.get(index),
        Type::Array(array) => Some(&array.element),
        Type::Bits(_) | Type::Token => None,
    }
    .ok_or_else(|| Fault::Internal(format!("type {ty} has no element {index}")))
}
