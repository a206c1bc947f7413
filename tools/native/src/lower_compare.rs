//! `eq`, `ne` and the orders; equality of aggregates.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};
use xls_aot_ir::Type;

use crate::function::FnCtx;
use crate::ownership::MemRef;
use crate::routines::Routine;
use crate::value::{carrier, carrier_bits, Bv, Lowered};
use crate::Fault;

impl FnCtx<'_, '_> {
    /// `x == y` as an I8 that is 0 or 1.
    pub fn equal(&mut self, x: &Bv, y: &Bv) -> Value {
        let (x, y) = (self.clean(x), self.clean(y));
        if let ([a], [b]) = (x.limbs(), y.limbs()) {
            return self.b.ins().icmp(IntCC::Equal, *a, *b);
        }
        let pairs: Vec<_> = x.limbs().iter().copied().zip(y.limbs().iter().copied()).collect();
        let mut difference: Option<Value> = None;
        for (a, b) in pairs {
            let part = self.b.ins().bxor(a, b);
            difference = Some(match difference {
                Some(old) => self.b.ins().bor(old, part),
                None => part,
            });
        }
        match difference {
            Some(difference) => self.b.ins().icmp_imm_u(IntCC::Equal, difference, 0),
            None => self.imm(types::I8, 1),
        }
    }

    /// An order of two vectors of one width as an I8 that is 0 or 1.
    pub fn compare(&mut self, cc: IntCC, x: &Bv, y: &Bv) -> Value {
        let signed = cc != cc.unsigned();
        if x.width == 0 {
            return self.imm(types::I8, u64::from(cc.without_equal() != cc));
        }
        if let ([a], [b]) = (x.limbs(), y.limbs()) {
            let spare = carrier_bits(x.width) - x.width;
            if signed && self.is_cheap_to_sign_extend(x) && self.is_cheap_to_sign_extend(y) {
                let (a, b) = (self.sign_extended(x), self.sign_extended(y));
                return self.b.ins().icmp(cc, a, b);
            }
            if signed && spare > 0 {
                // The carriers' top bits become the values' top bits; garbage above the width falls off.
                let a = self.b.ins().ishl_imm_u(*a, i64::from(spare));
                let b = self.b.ins().ishl_imm_u(*b, i64::from(spare));
                return self.b.ins().icmp(cc, a, b);
            }
            let (x, y) = (self.clean(x), self.clean(y));
            return self.b.ins().icmp(cc, x.first(), y.first());
        }
        let (a, b) = if signed {
            (self.sign_fill(x), self.sign_fill(y))
        } else {
            (self.clean(x).limbs().to_vec(), self.clean(y).limbs().to_vec())
        };
        self.compare_limbs(cc, &a, &b)
    }

    /// Whether a vector of at most 64 bits is sign-extended, or becomes so by one operation, which other operations on the vector
    /// can share.
    fn is_cheap_to_sign_extend(&self, x: &Bv) -> bool {
        let takes_one = matches!(x.width, 8 | 16) && x.slice().is_none();
        takes_one || x.is_sign_extended() || self.signed_constant(x).is_some()
    }

    /// The carrier of a vector of 1 to 64 bits, sign-extended.
    fn sign_extended(&mut self, x: &Bv) -> Value {
        match self.signed_constant(x) {
            Some(constant) => self.imm(carrier(x.width), constant as u64),
            None => self.sign_fill(x)[0],
        }
    }

    /// Compares limbs from the least significant one up. A higher limb decides unless it is equal.
    fn compare_limbs(&mut self, cc: IntCC, a: &[Value], b: &[Value]) -> Value {
        if let ([a0, a1], [b0, b1]) = (a, b) {
            let a = self.b.ins().iconcat(*a0, *a1);
            let b = self.b.ins().iconcat(*b0, *b1);
            return self.b.ins().icmp(cc, a, b);
        }
        let mut result = self.b.ins().icmp(cc.unsigned(), a[0], b[0]);
        for i in 1..a.len() {
            let last = i + 1 == a.len();
            let strict = if last { cc.without_equal() } else { cc.unsigned().without_equal() };
            let decided = self.b.ins().icmp(strict, a[i], b[i]);
            let same = self.b.ins().icmp(IntCC::Equal, a[i], b[i]);
            let below = self.b.ins().band(same, result);
            result = self.b.ins().bor(decided, below);
        }
        result
    }

    /// Equality of two values of any type, as an I8 that is 0 or 1.
    pub fn equal_values(&mut self, ty: &Type, x: &Lowered, y: &Lowered) -> Result<Value, Fault> {
        let mut parts = Vec::new();
        self.collect_equal(ty, x, y, &mut parts)?;
        let mut parts = parts.into_iter();
        let Some(mut all) = parts.next() else {
            return Ok(self.imm(types::I8, 1));
        };
        for part in parts {
            all = self.b.ins().band(all, part);
        }
        Ok(all)
    }

    fn collect_equal(&mut self, ty: &Type, x: &Lowered, y: &Lowered, parts: &mut Vec<Value>) -> Result<(), Fault> {
        match (ty, x, y) {
            (_, Lowered::Bits(x), Lowered::Bits(y)) => {
                let equal = self.equal(x, y);
                parts.push(equal);
            }
            (Type::Tuple(types), Lowered::Agg(x), Lowered::Agg(y)) => {
                for ((ty, x), y) in types.iter().zip(x.iter()).zip(y.iter()) {
                    self.collect_equal(ty, x, y, parts)?;
                }
            }
            (Type::Array(array), Lowered::Agg(x), Lowered::Agg(y)) => {
                for (x, y) in x.iter().zip(y.iter()) {
                    self.collect_equal(&array.element, x, y, parts)?;
                }
            }
            (_, Lowered::Mem(x), Lowered::Mem(y)) => self.collect_memory_equal(ty, x, y, parts)?,
            (Type::Token, ..) => {}
            _ => return Err(Fault::Internal(format!("operands of eq differ in shape ({ty})"))),
        }
        Ok(())
    }

    fn collect_memory_equal(&mut self, ty: &Type, x: &MemRef, y: &MemRef, parts: &mut Vec<Value>) -> Result<(), Fault> {
        let size = self.size_of(ty)?;
        if size == 0 {
            return Ok(());
        }
        if !self.program.layouts.has_padding(ty)? {
            let (x, y) = (self.address(x), self.address(y));
            let size = self.imm(types::I64, size);
            parts.extend(self.call_routine(Routine::EqualBytes, &[], &[x, y, size]));
            return Ok(());
        }
        match ty {
            Type::Tuple(elements) => {
                let offsets = self.program.layouts.tuple_offsets(elements)?;
                for (element, &offset) in elements.iter().zip(&*offsets) {
                    self.collect_memory_equal(element, &x.at(offset), &y.at(offset), parts)?;
                }
            }
            Type::Array(array) => {
                let stride = self.size_of(&array.element)?;
                let equal = self.equal_elements(&array.element, array.len, stride, x, y)?;
                parts.push(equal);
            }
            Type::Bits(_) | Type::Token => {}
        }
        Ok(())
    }

    /// A loop over array elements that have padding.
    fn equal_elements(
        &mut self,
        element: &Type,
        len: u64,
        stride: u64,
        x: &MemRef,
        y: &MemRef,
    ) -> Result<Value, Fault> {
        let (x, y) = (self.address(x), self.address(y));
        let head = self.b.create_block();
        let done = self.b.create_block();
        let at = self.b.append_block_param(head, types::I64);
        let so_far = self.b.append_block_param(head, types::I8);
        let zero = self.imm(types::I64, 0);
        let one = self.imm(types::I8, 1);
        self.b.ins().jump(head, &[zero.into(), one.into()]);
        self.b.switch_to_block(head);
        let x = self.b.ins().iadd(x, at);
        let y = self.b.ins().iadd(y, at);
        let mut parts = vec![so_far];
        self.collect_memory_equal(element, &MemRef::foreign(x, 0), &MemRef::foreign(y, 0), &mut parts)?;
        let mut all = parts[0];
        for &part in &parts[1..] {
            all = self.b.ins().band(all, part);
        }
        let next = self.b.ins().iadd_imm_s(at, stride as i64);
        let more = self.b.ins().icmp_imm_u(IntCC::NotEqual, next, (len * stride) as i64);
        self.b.ins().brif(more, head, &[next.into(), all.into()], done, &[]);
        self.b.seal_block(head);
        self.b.seal_block(done);
        self.b.switch_to_block(done);
        Ok(all)
    }
}
