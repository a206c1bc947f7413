//! Times: rounds in which the ways take turns.

use std::time::Duration;

use crate::arguments::{Arguments, RING};
use crate::callee::Callee;
use crate::clock::thread_cpu_time;
use crate::table::Kernel;

/// How long one way's part of a round takes at least; far above what reading the clock takes.
const PART: Duration = Duration::from_micros(300);

/// The times of one kernel, one entry a way.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Times {
    /// Nanoseconds a call: the median over all rounds.
    pub(crate) nanoseconds: Vec<Option<f64>>,
    /// Time over the time of the first way: the median over all rounds of the ratio within a round. What slows the
    /// machine down for a while slows all ways of a round down, so this is steadier than a ratio of medians.
    pub(crate) ratios: Vec<Option<f64>>,
}

/// Times the ways of `kernel` in `rounds` rounds.
pub(crate) fn times(kernel: &Kernel, ring: &[Arguments], rounds: usize) -> Times {
    let mut callees: Vec<Option<Callee<'_>>> = kernel.cells.iter().map(|cell| cell.as_ref().map(Callee::new)).collect();
    let laps = callees.iter_mut().flatten().next().map_or(1, |callee| laps(callee, ring));
    let mut samples: Vec<Vec<f64>> = callees.iter().map(|_| Vec::with_capacity(rounds)).collect();
    for round in 0..rounds {
        let mut turns: Vec<_> = callees.iter_mut().zip(&mut samples).collect();
        // Each way follows each other one equally often.
        if round % 2 == 1 {
            turns.reverse();
        }
        for (callee, samples) in turns {
            if let Some(callee) = callee {
                samples.push(time(callee, ring, laps));
            }
        }
    }
    Times::of(&samples)
}

impl Times {
    /// What the samples of each way say; the samples of a round have one index.
    fn of(samples: &[Vec<f64>]) -> Self {
        let ratios = |way: &Vec<f64>| median(way.iter().zip(&samples[0]).map(|(time, first)| time / first).collect());
        Times {
            nanoseconds: samples.iter().map(|way| median(way.clone())).collect(),
            ratios: samples.iter().map(ratios).collect(),
        }
    }
}

/// How many laps around the ring take [`PART`]; also warms up.
fn laps(callee: &mut Callee<'_>, ring: &[Arguments]) -> u32 {
    let mut laps = 1;
    loop {
        let nanoseconds = time(callee, ring, laps) * (f64::from(laps) * RING as f64);
        if nanoseconds >= PART.as_nanos() as f64 || laps >= 1 << 20 {
            return laps;
        }
        laps *= 2;
    }
}

fn time(callee: &mut Callee<'_>, ring: &[Arguments], laps: u32) -> f64 {
    let start = thread_cpu_time();
    callee.laps(ring, laps);
    let time = thread_cpu_time() - start;
    time.as_nanos() as f64 / (f64::from(laps) * ring.len() as f64)
}

/// The middle one; none of no samples.
fn median(mut samples: Vec<f64>) -> Option<f64> {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 3.0, 2.0]), Some(3.0));
    }

    #[test]
    fn ratios_are_those_within_rounds() {
        // The machine is three times as slow in the second round.
        let times = Times::of(&[vec![1.0, 3.0, 1.0], vec![2.0, 6.0, 6.0], vec![]]);
        assert_eq!(times.nanoseconds, [Some(1.0), Some(6.0), None]);
        assert_eq!(times.ratios, [Some(1.0), Some(2.0), None]);
    }
}
