//! Adds floating-point numbers with a hardware design, compiled from XLS IR ahead of time.

use std::process::ExitCode;

use fp32_add::{fp32_add__main, Tuple0, ARTIFACT};
use fp32_add::xls_aot_runtime::Bits32;

/// Sign, biased exponent and fraction: the design's own view of a number.
type Fields = (bool, u8, u32);

/// Inputs and results that libxls' interpreter computed for this file.
const KNOWN: [(Fields, Fields, Fields); 8] = [
    ((false, 127, 1), (false, 128, 1), (false, 128, 4_194_306)),
    ((true, 255, 8_388_607), (true, 255, 8_388_607), (false, 255, 4_194_304)),
    ((false, 3, 32_804), (true, 1, 8_388_606), (false, 2, 65_609)),
    ((true, 4, 3), (false, 5, 8_388_607), (false, 5, 4_194_302)),
    ((true, 5, 1_652_192), (false, 8, 0), (false, 7, 5_878_408)),
    ((true, 0, 7_949_303), (false, 0, 8_388_606), (false, 0, 0)),
    ((true, 0, 262_312), (true, 19, 8_388_607), (true, 19, 8_388_607)),
    ((false, 98, 5_398_630), (false, 0, 3_967_182), (false, 98, 5_398_630)),
];

/// Numbers whose sums are exact or rounded the same way by the design and by the processor.
const NUMBERS: [(f32, f32); 6] =
    [(1.5, 2.25), (0.1, 0.2), (-7.0, 7.0), (1.0e10, -3.5), (f32::MAX, f32::MAX), (16_777_216.0, 1.0)];

fn main() -> ExitCode {
    println!("{ARTIFACT}\n");
    let wrong = check_known() + check_numbers();
    if wrong == 0 {
        println!("\nall {} results are right", KNOWN.len() + NUMBERS.len());
        ExitCode::SUCCESS
    } else {
        println!("\n{wrong} results are wrong");
        ExitCode::FAILURE
    }
}

fn check_known() -> usize {
    println!("against libxls (sign, exponent, fraction):");
    let mut wrong = 0;
    for (a, b, expected) in KNOWN {
        let sum = fields(fp32_add__main(&tuple(a), &tuple(b)));
        println!("  {a:?} + {b:?} = {sum:?}{}", verdict(sum == expected, &mut wrong));
    }
    wrong
}

fn check_numbers() -> usize {
    println!("against the processor:");
    let mut wrong = 0;
    for (a, b) in NUMBERS {
        let sum = number(fp32_add__main(&tuple(split(a)), &tuple(split(b))));
        println!("  {a} + {b} = {sum}{}", verdict(sum == a + b, &mut wrong));
    }
    wrong
}

fn verdict(right: bool, wrong: &mut usize) -> &'static str {
    *wrong += usize::from(!right);
    if right { "" } else { "   WRONG" }
}

fn tuple((sign, exponent, fraction): Fields) -> Tuple0 {
    Tuple0(sign, exponent, Bits32::new_masked(fraction))
}

fn fields(value: Tuple0) -> Fields {
    (value.0, value.1, value.2.get())
}

fn split(number: f32) -> Fields {
    let bits = number.to_bits();
    (bits >> 31 == 1, (bits >> 23) as u8, bits & 0x7f_ffff)
}

fn number(value: Tuple0) -> f32 {
    let (sign, exponent, fraction) = fields(value);
    f32::from_bits(u32::from(sign) << 31 | u32::from(exponent) << 23 | fraction)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_result_is_right() {
        assert_eq!(super::check_known() + super::check_numbers(), 0);
    }
}
