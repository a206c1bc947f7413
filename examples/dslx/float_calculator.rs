//! Calculates with 32-bit floating-point numbers as the hardware does, and compares with the processor.

use std::process::ExitCode;

use float_ops::{add, mul, polynomial};

const NUMBERS: [f32; 6] = [0.1, -7.25, 3.0, 16_777_216.0, 1.0e-10, 2.5e19];

fn main() -> ExitCode {
    let mut wrong = 0;
    let mut check = |what: String, hardware: f32, processor: f32| {
        let verdict = if hardware == processor { "" } else { "  <- the processor has another result" };
        println!("{what} = {hardware:e}{verdict}");
        wrong += usize::from(hardware != processor);
    };
    for x in NUMBERS {
        for y in NUMBERS {
            check(format!("{x:e} + {y:e}"), add(&x.into(), &y.into()).into(), x + y);
            check(format!("{x:e} * {y:e}"), mul(&x.into(), &y.into()).into(), x * y);
        }
    }
    let (c, x) = ([1.0f32, -0.5, 0.25], 3.0f32);
    let value = polynomial(&c.map(Into::into), &x.into()).expect("the design's assertions hold for all numbers");
    check(format!("polynomial {c:?} at {x}"), value.into(), c[2].mul_add(x, c[1]).mul_add(x, c[0]));
    println!("{wrong} differences");
    ExitCode::from(u8::from(wrong > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_those_of_the_processor() {
        // A linear congruential generator: numbers of moderate size, so that nothing is subnormal.
        let mut state = 1u32;
        let mut number = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from_bits((state & 0x83ff_ffff) + 0x3e00_0000)
        };
        for _ in 0..10_000 {
            let (x, y) = (number(), number());
            assert_eq!(f32::from(add(&x.into(), &y.into())), x + y, "{x} + {y}");
            assert_eq!(f32::from(mul(&x.into(), &y.into())), x * y, "{x} * {y}");
            let sum = polynomial(&[x, y, x].map(Into::into), &y.into()).expect("no assertion fails");
            assert_eq!(f32::from(sum), x.mul_add(y, y).mul_add(y, x), "coefficients {x}, {y}, {x} at {y}");
        }
    }

    #[test]
    fn an_invalid_operation_gives_nan() {
        assert!(f32::from(add(&f32::INFINITY.into(), &f32::NEG_INFINITY.into())).is_nan());
    }
}
