//! CRC-32 of 64 bytes, unrolled: 512 steps of shift, mask and exclusive or.

use std::array;

use crate::body::{array_value, Body, Sequence};

const POLYNOMIAL: u32 = 0xedb8_8320;

pub(crate) fn crc32_64_bytes() -> String {
    let mut body = Body::new("crc32_64B", "message: bits[8][64]", "bits[32]");
    let bytes = body.elements("message", "bits[8]", 64);
    let (one, polynomial) = (body.constant(1), body.constant(POLYNOMIAL));
    let mut crc = body.constant(u32::MAX);
    for byte in bytes {
        let byte = body.word(format_args!("zero_ext({byte}, new_bit_count=32)"));
        crc = body.word(format_args!("xor({crc}, {byte})"));
        for _ in 0..8 {
            let bit = body.node("bits[1]", format_args!("bit_slice({crc}, start=0, width=1)"));
            let mask = body.word(format_args!("sign_ext({bit}, new_bit_count=32)"));
            let chosen = body.word(format_args!("and({mask}, {polynomial})"));
            let shifted = body.word(format_args!("shrl({crc}, {one})"));
            crc = body.word(format_args!("xor({shifted}, {chosen})"));
        }
    }
    let mut random = Sequence::new(32);
    let message: [u8; 64] = array::from_fn(|_| random.next() as u8);
    let argument = array_value(8, message.map(u32::from));
    let run = format!("// run: crc32_64B({argument}) == bits[32]:{}\n", crc32(&message));
    body.finish(format_args!("not({crc})")) + &run
}

/// By a table of half bytes, so not the way of the kernel.
fn crc32(message: &[u8]) -> u32 {
    let table: [u32; 16] =
        array::from_fn(|i| (0..4).fold(i as u32, |crc, _| if crc & 1 == 1 { crc >> 1 ^ POLYNOMIAL } else { crc >> 1 }));
    !message.iter().fold(u32::MAX, |crc, &byte| {
        let crc = crc ^ u32::from(byte);
        let crc = crc >> 4 ^ table[crc as usize % 16];
        crc >> 4 ^ table[crc as usize % 16]
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_check_value_of_the_algorithm() {
        assert_eq!(super::crc32(b"123456789"), 0xcbf4_3926);
    }
}
