//! Times: rounds in which the ways take turns.

use std::time::Duration;

use crate::arguments::{Arguments, REGISTERS};
use crate::callee::Callee;
use crate::clock::thread_cpu_time;

/// How long one way's part of a round takes at least; far above what reading the clock takes.
const PART: Duration = Duration::from_micros(150);

/// Nanoseconds a call of each way. Other programs and unlucky places of the code can only make a part longer, so the least of
/// all rounds and copies counts.
pub(crate) fn times(callees: &mut [(&str, Callee)], ring: &[Arguments], rounds: u16) -> Vec<f64> {
    let registers: Vec<Vec<[u64; REGISTERS]>> = callees.iter_mut().map(|(_, callee)| callee.registers(ring)).collect();
    let laps: Vec<u32> =
        callees.iter_mut().zip(&registers).map(|((_, callee), registers)| laps(callee, ring, registers)).collect();
    let mut best = vec![f64::INFINITY; callees.len()];
    for round in 0..usize::from(rounds) {
        let order: Vec<usize> = match round % 2 {
            0 => (0..callees.len()).collect(),
            // Each way follows each other one equally often.
            _ => (0..callees.len()).rev().collect(),
        };
        for way in order {
            let callee = &mut callees[way].1;
            let copy = (round / 2) % callee.copies();
            let time = time(callee, copy, ring, &registers[way], laps[way]);
            best[way] = best[way].min(time);
        }
    }
    best
}

/// How many laps around the ring take [`PART`]; also warms up.
fn laps(callee: &mut Callee, ring: &[Arguments], registers: &[[u64; REGISTERS]]) -> u32 {
    let mut laps = 1;
    loop {
        let nanoseconds = time(callee, 0, ring, registers, laps) * (f64::from(laps) * ring.len() as f64);
        if nanoseconds >= PART.as_nanos() as f64 || laps >= 1 << 16 {
            return laps;
        }
        laps *= 2;
    }
}

fn time(callee: &mut Callee, copy: usize, ring: &[Arguments], registers: &[[u64; REGISTERS]], laps: u32) -> f64 {
    let start = thread_cpu_time();
    callee.laps(copy, ring, registers, laps);
    let time = thread_cpu_time() - start;
    time.as_nanos() as f64 / (f64::from(laps) * ring.len() as f64)
}
