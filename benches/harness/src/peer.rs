//! The peer xlsynth-pir-compiler, through the library that `benches/peers` makes, and its layout of values.

use std::ffi::c_void;
use std::path::Path;

use xls_aot_ir::{Bits, Type, Value};

use crate::library;
use crate::Error;

/// As in benches/peers/src/lib.rs.
#[repr(C)]
#[derive(Clone, Copy)]
struct Needs {
    scratch_size: usize,
    scratch_align: usize,
    raw_context: *mut c_void,
    context: *mut c_void,
}

type Compile =
    unsafe extern "C" fn(*const u8, usize, *const u8, usize, *const u8, usize, *const u8, usize, *mut Needs) -> bool;

type Failures = unsafe extern "C" fn(*mut c_void) -> usize;

/// A function that the peer compiled.
#[derive(Clone, Copy)]
pub(crate) struct Peer {
    needs: Needs,
    failures: Failures,
}

/// The peer's entry point: inputs, output, scratch, context.
pub(crate) type PirEntry = unsafe extern "C" fn(*const *const u8, *mut u8, *mut u8, *mut c_void) -> i32;

impl Peer {
    /// Compiles function `top` to `object`, with an entry point called `symbol`; none if the peer cannot.
    pub(crate) fn compile(
        library: &Path,
        ir: &[u8],
        top: &str,
        symbol: &str,
        object: &Path,
    ) -> Result<Option<Self>, Error> {
        let compile = library::address(library, "xls_aot_bench_pir_compile")?;
        let failures = library::address(library, "xls_aot_bench_pir_failures")?;
        let object = object.to_string_lossy();
        let mut needs = Needs {
            scratch_size: 0,
            scratch_align: 1,
            raw_context: std::ptr::null_mut(),
            context: std::ptr::null_mut(),
        };
        // SAFETY: the symbols are those of benches/peers, whose types these are; texts and `needs` live through the call.
        unsafe {
            let compile: Compile = std::mem::transmute(compile);
            let done = compile(
                ir.as_ptr(),
                ir.len(),
                top.as_ptr(),
                top.len(),
                symbol.as_ptr(),
                symbol.len(),
                object.as_ptr(),
                object.len(),
                &mut needs,
            );
            Ok(done.then_some(Peer { needs, failures: std::mem::transmute::<*mut c_void, Failures>(failures) }))
        }
    }

    /// Size and alignment of its scratch memory.
    pub(crate) fn temp(&self) -> (u64, u64) {
        (self.needs.scratch_size as u64, self.needs.scratch_align as u64)
    }

    /// The last argument of its entry point.
    pub(crate) fn raw_context(&self) -> *mut c_void {
        self.needs.raw_context
    }

    /// How many assertions failed since the last time.
    pub(crate) fn failures(&self) -> u64 {
        // SAFETY: the context is the one that the library gave, and no call is running.
        unsafe { (self.failures)(self.needs.context) as u64 }
    }
}

/// Size and alignment of a type in the peer's layout: as ours, but values above 64 bits are 64-bit words, and `bits[0]`
/// takes no room.
pub(crate) fn layout(ty: &Type) -> (usize, usize) {
    match ty {
        Type::Bits(0) | Type::Token => (0, 1),
        Type::Bits(width @ 1..=64) => {
            let size = (*width as usize).div_ceil(8).next_power_of_two();
            (size, size)
        }
        Type::Bits(width) => ((*width as usize).div_ceil(64) * 8, 8),
        Type::Array(array) => {
            let (size, align) = layout(&array.element);
            (size * array.len as usize, align)
        }
        Type::Tuple(elements) => {
            let (mut end, mut align) = (0, 1);
            for element in elements.iter() {
                let (size, element_align) = layout(element);
                end = usize::next_multiple_of(end, element_align) + size;
                align = align.max(element_align);
            }
            (end.next_multiple_of(align), align)
        }
    }
}

/// Writes a value of type `ty` to memory of its size.
pub(crate) fn store(value: &Value, ty: &Type, memory: &mut [u8]) {
    match (value, ty) {
        (Value::Bits(bits), Type::Bits(_)) => {
            for (i, byte) in memory.iter_mut().enumerate() {
                *byte = bits.words().get(i / 8).map_or(0, |word| word.to_le_bytes()[i % 8]);
            }
        }
        (Value::Array(values), Type::Array(array)) => {
            let (size, _) = layout(&array.element);
            for (i, value) in values.iter().enumerate() {
                store(value, &array.element, &mut memory[i * size..(i + 1) * size]);
            }
        }
        (Value::Tuple(values), Type::Tuple(elements)) => {
            for ((value, ty), (start, end)) in values.iter().zip(elements.iter()).zip(places(elements)) {
                store(value, ty, &mut memory[start..end]);
            }
        }
        _ => {}
    }
}

/// Reads a value of type `ty`.
pub(crate) fn load(ty: &Type, memory: &[u8]) -> Value {
    match ty {
        Type::Token => Value::Token,
        Type::Bits(width) => {
            let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
            let words: Vec<u64> = memory.chunks(8).map(word).collect();
            Value::Bits(Bits::from_words(*width, &words))
        }
        Type::Array(array) => {
            let (size, _) = layout(&array.element);
            let element = |i: usize| load(&array.element, &memory[i * size..(i + 1) * size]);
            Value::Array((0..array.len as usize).map(element).collect())
        }
        Type::Tuple(elements) => {
            let places = places(elements);
            Value::Tuple(elements.iter().zip(places).map(|(ty, (start, end))| load(ty, &memory[start..end])).collect())
        }
    }
}

/// Where the elements of a tuple begin and end.
fn places(elements: &[Type]) -> Vec<(usize, usize)> {
    let mut end = 0usize;
    let place = |ty| {
        let (size, align) = layout(ty);
        let start = end.next_multiple_of(align);
        end = start + size;
        (start, end)
    };
    elements.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_from_the_places_of_a_c_struct() {
        let ty = Type::Tuple([Type::Bits(1), Type::Bits(65), Type::Bits(0), Type::Bits(9)].into());
        assert_eq!(layout(&ty), (32, 8));
        let bits = |width, words: &[u64]| Value::Bits(Bits::from_words(width, words));
        let value = Value::Tuple(vec![bits(1, &[1]), bits(65, &[7, 1]), bits(0, &[]), bits(9, &[0x102])]);
        let mut memory = vec![0xff; 32];
        store(&value, &ty, &mut memory);
        assert_eq!((memory[0], memory[8], memory[16], memory[24], memory[25]), (1, 7, 1, 2, 1));
        assert_eq!(load(&ty, &memory), value);
    }
}
