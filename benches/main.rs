//! Measures what docs/performance.md reports. Run with `./bazelw run -c opt //benches`.
//!
//! Times are medians of interleaved rounds in one process, so that a noisy machine disturbs all candidates alike; read
//! the ratios and differences, not the absolute numbers.

mod call_cost;
mod compile_time;
mod size;
mod timing;

fn main() {
    if cfg!(debug_assertions) {
        eprintln!("benches: built without optimisation; run with: ./bazelw run -c opt //benches");
        std::process::exit(2);
    }
    size::report();
    call_cost::report();
    compile_time::report();
}
