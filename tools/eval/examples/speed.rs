//! How long the evaluator takes for given functions.
//!
//! `cargo run --release -p xls_aot_eval --example speed -- FILE.ir...` prints, for the top (or last) function of each
//! file, the steps of a run, the time of a run (the median) and of a step, and how many of the runs ended in an error. The arguments
//! are random, and the same each time.

use std::time::{Duration, Instant};

use xls_aot_eval::{Evaluator, Options};
use xls_aot_ir::{read_package, Bits, FuncId, Package, Top, Type, Value};

/// Runs of each function, unless they take longer than [`MOST_TIME`].
const RUNS: usize = 200;
const MOST_TIME: Duration = Duration::from_secs(3);

fn main() {
    println!("{:>10} {:>10} {:>8} {:>7}  file", "steps/run", "us/run", "ns/step", "errors");
    for file in std::env::args().skip(1) {
        let package = std::fs::read(&file)
            .map_err(|error| error.to_string())
            .and_then(|text| read_package(&file, &text).map_err(|findings| findings.to_string()));
        match package {
            Ok(package) => measure(&file, &package),
            Err(error) => {
                eprintln!("{file}: {error}");
                std::process::exit(1);
            }
        }
    }
}

fn measure(file: &str, package: &Package) {
    let top = match package.top {
        Some(Top::Function(top)) => top,
        _ => FuncId::new(package.functions.len() - 1),
    };
    let function = package.function(top);
    let mut evaluator = Evaluator::new(package, Options { max_steps: 10_000_000, ..Options::default() });
    let mut random = Random(1);
    let (mut times, mut steps, mut errors) = (Vec::new(), 0, 0);
    let begin = Instant::now();
    while times.len() < RUNS && begin.elapsed() < MOST_TIME {
        let arguments: Vec<Value> =
            function.params.iter().map(|&param| random.value(&function.node(param).ty)).collect();
        let start = Instant::now();
        errors += u32::from(evaluator.run(top, &arguments).is_err());
        times.push(start.elapsed().as_secs_f64());
        steps += evaluator.steps();
    }
    times.sort_by(f64::total_cmp);
    let (median, steps) = (times[times.len() / 2], steps / times.len() as u64);
    println!("{steps:>10} {:>10.1} {:>8.1} {errors:>7}  {file}", median * 1e6, median * 1e9 / steps as f64);
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn value(&mut self, ty: &Type) -> Value {
        match ty {
            Type::Bits(width) => {
                let words: Vec<u64> = (0..width.div_ceil(64)).map(|_| self.next()).collect();
                Value::Bits(Bits::from_words(*width, &words))
            }
            Type::Token => Value::Token,
            Type::Tuple(elements) => Value::Tuple(elements.iter().map(|ty| self.value(ty)).collect()),
            Type::Array(array) => Value::Array((0..array.len).map(|_| self.value(&array.element)).collect()),
        }
    }
}
