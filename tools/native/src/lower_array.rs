//! Tuples and arrays: making, indexing, updating, slicing, joining.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};
use xls_aot_ir::{ArrayType, Op, Type};

use crate::function::FnCtx;
use crate::lower_select::element_type;
use crate::node::Site;
use crate::ownership::{MemRef, Part};
use crate::repr::in_memory;
use crate::result_place::Wanted;
use crate::value::{Bv, Lowered};
use crate::Fault;

/// Elements up to which a dynamic index of an array in SSA values is a tree of selects.
const SELECT_ELEMENTS_MAX: usize = 4;

fn array_type(ty: &Type) -> Result<&ArrayType, Fault> {
    let Type::Array(array) = ty else { return Err(Fault::Internal(format!("type {ty} is not an array"))) };
    Ok(array)
}

impl<'p> FnCtx<'_, 'p> {
    /// `tuple` and `array`.
    pub fn lower_make_aggregate(&mut self, site: &Site<'p>) -> Result<Lowered, Fault> {
        let ty = &site.node.ty;
        if !in_memory(ty) || matches!(self.wanted, Wanted::List) {
            return Ok(Lowered::Agg(site.operands.to_vec().into()));
        }
        let place = self.allocate_result(self.size_of(ty)?)?;
        if let Type::Array(array) = ty {
            self.store_elements(&site.operands, &array.element, &place.whole())?;
            return Ok(Lowered::Mem(place.into_value()));
        }
        for (i, operand) in site.operands.iter().enumerate() {
            let offset = self.program.layouts.tuple_offset(ty, i)?;
            self.store(operand, element_type(ty, i)?, &place.part(offset))?;
        }
        Ok(Lowered::Mem(place.into_value()))
    }

    /// `tuple_index`.
    pub fn lower_tuple_index(&mut self, site: &Site<'p>, index: u32) -> Result<Lowered, Fault> {
        let ty = site.operand_type(0);
        match &site.operands[0] {
            Lowered::Agg(parts) => parts.get(index as usize).cloned().ok_or_else(|| site.fault("tuple is too short")),
            Lowered::Mem(place) => {
                let offset = self.program.layouts.tuple_offset(ty, index as usize)?;
                self.load(element_type(ty, index as usize)?, &place.at(offset))
            }
            Lowered::Bits(_) => Err(site.fault("operand is not a tuple")),
        }
    }

    /// An index as a vector in SSA values. An index in memory is saturated to 64 bits.
    fn index_bits(&mut self, site: &Site<'p>, operand: usize) -> Result<Bv, Fault> {
        match &site.operands[operand] {
            Lowered::Bits(bv) => Ok(bv.clone()),
            Lowered::Mem(_) => {
                let value = self.saturated_word(&site.operands[operand], site.operand_type(operand))?;
                Ok(Bv::one(64, value, 64))
            }
            Lowered::Agg(_) => Err(site.fault("index is not a bit vector")),
        }
    }

    /// `array_index`: each index is clamped to the last element.
    pub fn lower_array_index(&mut self, site: &Site<'p>) -> Result<Lowered, Fault> {
        let mut ty = site.operand_type(0);
        let mut value = site.operands[0].clone();
        for operand in 1..site.operands.len() {
            let index = self.index_bits(site, operand)?;
            let array = array_type(ty)?;
            let next = match (&value, &site.operand_node(0).op) {
                // A constant array is read from the object's data, not built in SSA values.
                (Lowered::Agg(_), Op::Literal { value: constant })
                    if operand == 1 && self.const_amount(&index).is_none() =>
                {
                    let table = self.constant_in_memory(constant, ty)?;
                    self.element_of_place(&table, array, &index)?
                }
                (Lowered::Agg(parts), _) => self.element_of_list(parts, array, &index)?,
                (Lowered::Mem(place), _) => self.element_of_place(place, array, &index)?,
                (Lowered::Bits(_), _) => return Err(site.fault("operand is not an array")),
            };
            value = next;
            ty = &array.element;
        }
        Ok(value)
    }

    fn element_of_list(&mut self, parts: &[Lowered], array: &ArrayType, index: &Bv) -> Result<Lowered, Fault> {
        let last = parts.len().checked_sub(1).ok_or_else(|| Fault::Internal("index into an empty array".to_owned()))?;
        if let Some(index) = self.const_amount(index) {
            return Ok(parts[index.min(last as u64) as usize].clone());
        }
        if parts.len() <= SELECT_ELEMENTS_MAX {
            let (index, _) = self.clamped_index(index, parts.len() as u64);
            let mut chosen = parts[last].clone();
            for (i, part) in parts.iter().enumerate().take(last).rev() {
                let here = self.b.ins().icmp_imm_u(IntCC::Equal, index, i as i64);
                chosen = self.choose(here, part, &chosen)?;
            }
            return Ok(chosen);
        }
        let ty = Type::array(array.element.clone(), array.len);
        let place = self.in_memory(&Lowered::Agg(parts.to_vec().into()), &ty)?;
        self.element_of_place(&place, array, index)
    }

    /// The index, limited to the last of `len` elements, and whether it may have been out of range.
    fn clamped_index(&mut self, index: &Bv, len: u64) -> (Value, bool) {
        match self.index_below(index, len) {
            (value, None) => (value, false),
            (value, Some(below)) => {
                let last = self.imm(types::I64, len - 1);
                (self.b.ins().select(below, value, last), true)
            }
        }
    }

    fn element_of_place(&mut self, place: &MemRef, array: &ArrayType, index: &Bv) -> Result<Lowered, Fault> {
        if array.len == 0 {
            return Err(Fault::Internal("index into an empty array".to_owned()));
        }
        let stride = self.size_of(&array.element)?;
        if let Some(index) = self.const_amount(index) {
            return self.load(&array.element, &place.at(index.min(array.len - 1) * stride));
        }
        let (index, _) = self.clamped_index(index, array.len);
        let element = self.element_place(place, index, stride);
        self.load(&array.element, &element)
    }

    /// The place of element `index`, which is in range.
    pub fn element_place(&mut self, place: &MemRef, index: Value, stride: u64) -> MemRef {
        let base = self.element_base(place.base(), index, stride);
        place.with_base(base)
    }

    /// The same for an element that is written.
    pub fn element_part<'w>(&mut self, place: &Part<'w>, index: Value, stride: u64) -> Part<'w> {
        let base = self.element_base(place.base(), index, stride);
        place.with_base(base)
    }

    fn element_base(&mut self, base: Value, index: Value, stride: u64) -> Value {
        let offset = if stride.is_power_of_two() {
            self.b.ins().ishl_imm_u(index, i64::from(stride.trailing_zeros()))
        } else {
            self.b.ins().imul_imm_u(index, stride as i64)
        };
        self.b.ins().iadd(base, offset)
    }

    /// `array_update`: `operands` are the array, the new value, the indices. An index out of range changes nothing.
    pub fn lower_array_update(&mut self, site: &mut Site<'p>) -> Result<Lowered, Fault> {
        if site.operands.len() == 2 {
            return Ok(site.operands[1].clone());
        }
        let indices = (2..site.operands.len()).map(|i| self.index_bits(site, i)).collect::<Result<Vec<_>, _>>()?;
        match self.take_operand(site, 0) {
            Lowered::Agg(parts) => self.update_list(&parts, &site.operands[1], site.operand_type(0), &indices),
            Lowered::Mem(array) => self.update_place(site, array, &indices),
            Lowered::Bits(_) => Err(site.fault("operand is not an array")),
        }
    }

    /// The list with one element replaced.
    fn update_list(&mut self, parts: &[Lowered], value: &Lowered, ty: &Type, indices: &[Bv]) -> Result<Lowered, Fault> {
        let Some((index, rest)) = indices.split_first() else {
            return Ok(value.clone());
        };
        let array = array_type(ty)?;
        let mut updated = parts.to_vec();
        let constant = self.const_amount(index);
        for (i, part) in updated.iter_mut().enumerate() {
            if constant.is_some_and(|index| index != i as u64) {
                continue;
            }
            let new = match (&*part, rest.is_empty()) {
                (Lowered::Agg(inner), false) => self.update_list(inner, value, &array.element, rest)?,
                _ => value.clone(),
            };
            *part = match constant {
                Some(_) => new,
                None => {
                    // An index of more than 64 bits saturates, so it equals the number of no element.
                    let index = self.saturate_u64(index);
                    let here = self.b.ins().icmp_imm_u(IntCC::Equal, index, i as i64);
                    self.choose(here, &new, part)?
                }
            };
        }
        Ok(Lowered::Agg(updated.into()))
    }

    fn update_place(&mut self, site: &Site<'p>, array: MemRef, indices: &[Bv]) -> Result<Lowered, Fault> {
        let ty = site.operand_type(0);
        let wanted = self.wanted.clone();
        let place = self.take_for_writing(array, self.size_of(ty)?, &wanted)?;
        let mut element = place.whole();
        let mut element_ty = ty;
        let mut in_range: Option<Value> = None;
        for index in indices {
            let array = array_type(element_ty)?;
            let stride = self.size_of(&array.element)?;
            if let Some(index) = self.const_amount(index) {
                if index >= array.len {
                    return Ok(Lowered::Mem(place.into_value()));
                }
                element = element.part(index * stride);
            } else {
                let (value, below) = self.index_below(index, array.len);
                if let Some(below) = below {
                    in_range = Some(match in_range {
                        Some(old) => self.b.ins().band(old, below),
                        None => below,
                    });
                }
                element = self.element_part(&element, value, stride);
            }
            element_ty = &array.element;
        }
        match in_range {
            None => self.store(&site.operands[1], element_ty, &element)?,
            Some(in_range) => {
                let value = &site.operands[1];
                self.if_then(in_range, |ctx| ctx.store(value, element_ty, &element))?;
            }
        }
        Ok(Lowered::Mem(place.into_value()))
    }

    /// `array_slice`: element `i` is `array[min(start + i, last)]`.
    pub fn lower_array_slice(&mut self, site: &Site<'p>) -> Result<Lowered, Fault> {
        let source_ty = site.operand_type(0);
        let source = array_type(source_ty)?;
        let result = array_type(&site.node.ty)?;
        if source.len == 0 {
            return Err(site.fault("slice of an empty array"));
        }
        let start = self.index_bits(site, 1)?;
        if let (Lowered::Agg(parts), Some(start)) = (&site.operands[0], self.const_amount(&start)) {
            if !in_memory(&site.node.ty) {
                let parts: Vec<_> = (0..result.len)
                    .map(|i| parts[start.saturating_add(i).min(source.len - 1) as usize].clone())
                    .collect();
                return Ok(Lowered::Agg(parts.into()));
            }
        }
        let from = self.in_memory(&site.operands[0], source_ty)?;
        let place = self.allocate_result(self.size_of(&site.node.ty)?)?;
        let stride = self.size_of(&source.element)?;
        let (start, _) = self.clamped_index(&start, source.len);
        // The element index stops at the last one; the walk over the result does not.
        let zero = self.imm(types::I64, 0);
        let head = self.b.create_block();
        let done = self.b.create_block();
        let to_index = self.b.append_block_param(head, types::I64);
        let from_index = self.b.append_block_param(head, types::I64);
        self.b.ins().jump(head, &[zero.into(), start.into()]);
        self.b.switch_to_block(head);
        let source_element = self.element_place(&from, from_index, stride);
        let target_element = self.element_part(&place.whole(), to_index, stride);
        self.copy(&target_element, &source_element, &source.element)?;
        let at_last = self.b.ins().icmp_imm_u(IntCC::Equal, from_index, (source.len - 1) as i64);
        let above = self.b.ins().iadd_imm_s(from_index, 1);
        let next_from = self.b.ins().select(at_last, from_index, above);
        let next_to = self.b.ins().iadd_imm_s(to_index, 1);
        let more = self.b.ins().icmp_imm_u(IntCC::NotEqual, next_to, result.len as i64);
        self.b.ins().brif(more, head, &[next_to.into(), next_from.into()], done, &[]);
        self.b.seal_block(head);
        self.b.seal_block(done);
        self.b.switch_to_block(done);
        drop(from);
        self.load(&site.node.ty, &place.into_value())
    }

    /// `array_concat`.
    pub fn lower_array_concat(&mut self, site: &Site<'p>) -> Result<Lowered, Fault> {
        let ty = &site.node.ty;
        if !in_memory(ty) {
            let mut parts = Vec::new();
            for (i, operand) in site.operands.iter().enumerate() {
                match operand {
                    Lowered::Agg(elements) => parts.extend(elements.iter().cloned()),
                    Lowered::Mem(place) => {
                        let Lowered::Agg(elements) = self.load_elements(site.operand_type(i), place)? else {
                            return Err(site.fault("operand is not an array"));
                        };
                        parts.extend(elements.iter().cloned());
                    }
                    Lowered::Bits(_) => return Err(site.fault("operand is not an array")),
                }
            }
            return Ok(Lowered::Agg(parts.into()));
        }
        let place = self.allocate_result(self.size_of(ty)?)?;
        let mut offset = 0;
        for (i, operand) in site.operands.iter().enumerate() {
            let operand_ty = site.operand_type(i);
            self.store(operand, operand_ty, &place.part(offset))?;
            offset += self.size_of(operand_ty)?;
        }
        Ok(Lowered::Mem(place.into_value()))
    }

    /// The elements of an array in memory that has no leaf in memory.
    fn load_elements(&mut self, ty: &Type, place: &MemRef) -> Result<Lowered, Fault> {
        let array = array_type(ty)?;
        let stride = self.size_of(&array.element)?;
        let parts = (0..array.len).map(|i| self.load(&array.element, &place.at(i * stride)));
        Ok(Lowered::Agg(parts.collect::<Result<Vec<_>, _>>()?.into()))
    }
}
