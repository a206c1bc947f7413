//! Loads and stores of values in the ABI's layout, copies and fills of memory.

use cranelift_codegen::ir::{types, AbiParam, ExtFuncData, ExternalName, InstBuilder, LibCall, Signature, Value};
use xls_aot_ir::{Type, Value as Constant};
use xls_aot_runtime::abi;

use crate::function::{load_flags, scalar_flags, unaligned_flags, FnCtx};
use crate::ownership::{MemRef, Part};
use crate::repr::{in_memory, layout};
use crate::value::{carrier, limb_count, Bv, Lowered};
use crate::Fault;

/// Largest copy or fill that is done by single loads and stores; larger ones call the platform's routine.
const INLINE_BYTES_MAX: u64 = 128;

impl FnCtx<'_, '_> {
    /// Size of a type in memory.
    pub fn size_of(&self, ty: &Type) -> Result<u64, Fault> {
        self.program.layouts.size_of(ty)
    }

    /// The value of type `ty` at `place`. Parts that are in memory are not copied: they refer to `place`.
    pub fn load(&mut self, ty: &Type, place: &MemRef) -> Result<Lowered, Fault> {
        if in_memory(ty) {
            return Ok(Lowered::Mem(place.clone()));
        }
        Ok(match ty {
            Type::Bits(width) => Lowered::Bits(self.load_bits(*width, place)),
            Type::Token => Lowered::unit(),
            Type::Tuple(elements) => {
                let offsets = self.program.layouts.tuple_offsets(elements)?;
                let mut parts = Vec::with_capacity(elements.len());
                for (element, &offset) in elements.iter().zip(&*offsets) {
                    parts.push(self.load(element, &place.at(offset))?);
                }
                Lowered::Agg(parts.into())
            }
            Type::Array(array) => {
                let stride = self.size_of(&array.element)?;
                let mut parts = Vec::with_capacity(array.len as usize);
                for i in 0..array.len {
                    parts.push(self.load(&array.element, &place.at(i * stride))?);
                }
                Lowered::Agg(parts.into())
            }
        })
    }

    fn load_bits(&mut self, width: u32, place: &MemRef) -> Bv {
        if width == 0 {
            return self.zero(0);
        }
        if width > 64 {
            let limbs = (0..limb_count(width) as u64).map(|i| self.load_word(place, 8 * i)).collect();
            return Bv::from_limbs(width, limbs, width);
        }
        let (base, offset) = self.address_parts(place, 0);
        let flags = load_flags(place, true);
        let ty = carrier(width);
        let value = match (abi::bits_size(width), width) {
            (1, 1) => self.b.ins().load(types::I8, flags, base, offset),
            (1, _) => self.b.ins().uload8(ty, flags, base, offset),
            (2, _) => self.b.ins().uload16(ty, flags, base, offset),
            _ => self.b.ins().load(ty, flags, base, offset),
        };
        Bv::one(width, value, width)
    }

    /// Writes a value of type `ty` to `to`.
    pub fn store(&mut self, value: &Lowered, ty: &Type, to: &Part<'_>) -> Result<(), Fault> {
        match (value, ty) {
            (Lowered::Mem(source), _) => {
                if !to.is_place_of(source) {
                    self.copy(to, source, ty)?;
                }
            }
            (Lowered::Bits(bv), _) => self.store_bits(bv, to),
            (Lowered::Agg(parts), Type::Tuple(elements)) => {
                let offsets = self.program.layouts.tuple_offsets(elements)?;
                for ((part, element), &offset) in parts.iter().zip(elements.iter()).zip(&*offsets) {
                    self.store(part, element, &to.part(offset))?;
                }
            }
            (Lowered::Agg(parts), Type::Array(array)) => {
                self.store_elements(parts, &array.element, to)?;
            }
            (Lowered::Agg(_), Type::Token | Type::Bits(_)) => {}
        }
        Ok(())
    }

    /// Writes the elements of an array.
    pub fn store_elements(&mut self, elements: &[Lowered], ty: &Type, to: &Part<'_>) -> Result<(), Fault> {
        let stride = self.size_of(ty)?;
        let mut at = 0;
        while let Some(element) = elements.get(at) {
            let place = to.part(at as u64 * stride);
            let stored = self.store_lanes(&elements[at..], stride, &place);
            if stored == 0 {
                self.store(element, ty, &place)?;
            }
            at += stored.max(1);
        }
        Ok(())
    }

    fn store_bits(&mut self, bv: &Bv, to: &Part<'_>) {
        // A store of all bits of the value leaves out those above by itself.
        let is_full = bv.width <= 64 && u64::from(bv.width) == 8 * abi::bits_size(bv.width);
        let bv = if is_full { bv.clone() } else { self.clean(bv) };
        if bv.width > 64 {
            for (i, &limb) in bv.limbs().iter().enumerate() {
                self.store_word(limb, to, 8 * i as u64);
            }
            let used = 8 * bv.limbs().len() as u64;
            self.zero_bytes(&to.part(used), abi::bits_size(bv.width) - used);
            return;
        }
        let (base, offset) = self.address_parts_to_write(to, 0, abi::bits_size(bv.width));
        let flags = scalar_flags();
        let value = bv.first();
        match (abi::bits_size(bv.width), self.type_of(value)) {
            (1, types::I8) => self.b.ins().store(flags, value, base, offset),
            (1, _) => self.b.ins().istore8(flags, value, base, offset),
            (2, _) => self.b.ins().istore16(flags, value, base, offset),
            _ => self.b.ins().store(flags, value, base, offset),
        };
    }

    /// The value in memory: in its own place, or in a new buffer.
    pub fn in_memory(&mut self, value: &Lowered, ty: &Type) -> Result<MemRef, Fault> {
        match value {
            Lowered::Mem(mem) => Ok(mem.clone()),
            Lowered::Bits(_) | Lowered::Agg(_) => {
                let place = self.allocate(self.size_of(ty)?)?;
                self.store(value, ty, &place.whole())?;
                Ok(place.into_value())
            }
        }
    }

    /// Copies a value of type `ty`; the places are the same or do not overlap.
    pub fn copy(&mut self, to: &Part<'_>, from: &MemRef, ty: &Type) -> Result<(), Fault> {
        let size = self.size_of(ty)?;
        self.copy_bytes(to, from, size);
        Ok(())
    }

    /// Copies `size` bytes; the places are the same or do not overlap.
    pub fn copy_bytes(&mut self, to: &Part<'_>, from: &MemRef, size: u64) {
        if size > INLINE_BYTES_MAX {
            let (to, from) = (self.address_to_write(to, size).address(), self.address(from));
            let size = self.imm(types::I64, size);
            self.call_library(LibCall::Memcpy, types::I64, [to, from, size]);
            return;
        }
        let flags = unaligned_flags();
        let mut at = 0;
        for (ty, step) in [(types::I8X16, 16), (types::I64, 8), (types::I32, 4), (types::I16, 2), (types::I8, 1)] {
            while size - at >= step {
                let (base, offset) = self.address_parts(from, at);
                let part = self.b.ins().load(ty, load_flags(from, false), base, offset);
                let (base, offset) = self.address_parts_to_write(to, at, step);
                self.b.ins().store(flags, part, base, offset);
                at += step;
            }
        }
    }

    /// Writes `size` zero bytes.
    pub fn zero_bytes(&mut self, to: &Part<'_>, size: u64) {
        if size > INLINE_BYTES_MAX {
            let to = self.address_to_write(to, size).address();
            let zero = self.imm(types::I32, 0);
            let size = self.imm(types::I64, size);
            self.call_library(LibCall::Memset, types::I32, [to, zero, size]);
            return;
        }
        let flags = unaligned_flags();
        let mut at = 0;
        for (ty, step) in [(types::I64, 8), (types::I32, 4), (types::I16, 2), (types::I8, 1)] {
            while size - at >= step {
                let zero = self.imm(ty, 0);
                let (base, offset) = self.address_parts_to_write(to, at, step);
                self.b.ins().store(flags, zero, base, offset);
                at += step;
            }
        }
    }

    fn call_library(&mut self, routine: LibCall, second: cranelift_codegen::ir::Type, arguments: [Value; 3]) {
        let mut signature = Signature::new(self.program.call_conv());
        for ty in [types::I64, second, types::I64] {
            signature.params.push(AbiParam::new(ty));
        }
        signature.returns.push(AbiParam::new(types::I64));
        let signature = self.signature_ref(signature);
        let function = self.b.import_function(ExtFuncData {
            name: ExternalName::LibCall(routine),
            signature,
            colocated: true,
            patchable: false,
        });
        self.b.ins().call(function, &arguments);
    }

    /// A constant of type `ty` in the object's data.
    pub fn constant_in_memory(&mut self, constant: &Constant, ty: &Type) -> Result<MemRef, Fault> {
        let layout = layout(ty)?;
        let size = usize::try_from(layout.size)
            .map_err(|_| Fault::TooLarge(format!("a constant of type {ty} does not fit the object")))?;
        let mut bytes = vec![0; size];
        xls_aot_layout::store(constant, ty, &mut bytes)
            .map_err(|error| Fault::Internal(format!("literal of type {ty}: {error}")))?;
        let data = self.program.data.add(bytes, layout.align);
        Ok(self.constant_data(data))
    }

    /// The value of a constant.
    pub fn constant(&mut self, constant: &Constant, ty: &Type) -> Result<Lowered, Fault> {
        if in_memory(ty) {
            return Ok(Lowered::Mem(self.constant_in_memory(constant, ty)?));
        }
        match (constant, ty) {
            (Constant::Bits(bits), _) => Ok(Lowered::Bits(self.bits_const(bits))),
            (Constant::Token, _) => Ok(Lowered::unit()),
            (Constant::Tuple(values), Type::Tuple(types)) => {
                let parts = values.iter().zip(types.iter()).map(|(v, t)| self.constant(v, t));
                Ok(Lowered::Agg(parts.collect::<Result<Vec<_>, _>>()?.into()))
            }
            (Constant::Array(values), Type::Array(array)) => {
                let parts = values.iter().map(|v| self.constant(v, &array.element));
                Ok(Lowered::Agg(parts.collect::<Result<Vec<_>, _>>()?.into()))
            }
            (Constant::Tuple(_) | Constant::Array(_), _) => {
                Err(Fault::Internal(format!("literal is not of its type {ty}")))
            }
        }
    }
}
