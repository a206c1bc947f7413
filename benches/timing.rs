//! Interleaved timing of several candidates.

use std::time::Instant;

/// A named piece of work: runs `n` iterations.
pub struct Candidate<'a> {
    pub name: &'a str,
    pub run: Box<dyn FnMut(u32) + 'a>,
}

/// Nanoseconds per iteration of each candidate: the median over `rounds` rounds in which the candidates take turns.
pub fn medians(candidates: &mut [Candidate<'_>], rounds: usize, iterations: u32) -> Vec<f64> {
    let mut samples = vec![Vec::with_capacity(rounds); candidates.len()];
    for _ in 0..rounds {
        for (candidate, samples) in candidates.iter_mut().zip(&mut samples) {
            let start = Instant::now();
            (candidate.run)(iterations);
            samples.push(start.elapsed().as_nanos() as f64 / f64::from(iterations));
        }
    }
    samples.into_iter().map(median).collect()
}

pub fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}
