//! Time of one `xls_aot compile` of fp32_add without the start of a process: the entry that the program calls, with its command line,
//! reading and writing files included. Run with `./bazelw run -c opt //benches:in_process`.
//!
//! The first call in a process finds cold caches and memory that was never used, so it is measured in many new processes; the later
//! ones are the least of some calls in each.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const PROCESSES: usize = 101;
const LATER_CALLS: usize = 20;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [ir, folder] = &arguments[..] {
        return one_process(ir, Path::new(folder));
    }
    if cfg!(debug_assertions) {
        eprintln!("benches: built without optimisation; run with: ./bazelw run -c opt //benches:in_process");
        std::process::exit(2);
    }
    let ir = std::env::var("FP32_ADD_IR").expect("FP32_ADD_IR is set by the target");
    let folder = std::env::temp_dir().join(format!("xls_aot_in_process_{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the folder for temporary files is writable");
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for _ in 0..PROCESSES {
        let program = std::env::current_exe().expect("the program has a file");
        let output = Command::new(program).arg(&ir).arg(&folder).output().expect("the program starts again");
        let text = String::from_utf8_lossy(&output.stdout);
        let times: Vec<f64> = text.split_whitespace().filter_map(|time| time.parse().ok()).collect();
        let &[of_first, of_later] = &times[..] else {
            panic!("{text}{}", String::from_utf8_lossy(&output.stderr));
        };
        first.push(of_first);
        later.push(of_later);
    }
    fs::remove_dir_all(&folder).expect("the folder just made can be removed");
    println!("time of one `xls_aot compile` of fp32_add in process, ms ({PROCESSES} processes)");
    for (calls, mut times) in [("first call", first), ("later calls", later)] {
        times.sort_by(f64::total_cmp);
        println!("  {calls:<12} median {:>5.2}, least {:>5.2}", times[PROCESSES / 2], times[0]);
    }
}

/// Prints the time of the first call and the least time of later ones, in ms.
fn one_process(ir: &str, folder: &Path) {
    let first = call(ir, folder);
    let later = (0..LATER_CALLS).map(|_| call(ir, folder)).fold(f64::MAX, f64::min);
    println!("{first} {later}");
}

fn call(ir: &str, folder: &Path) -> f64 {
    let outputs = ["o", "rs", "json"].map(|extension| folder.join("out").with_extension(extension));
    let mut arguments: Vec<OsString> = ["xls_aot", "compile", "--crate-name", "bench", "--ir", ir].map(OsString::from).into();
    for (option, output) in ["--object", "--wrapper", "--metadata"].iter().zip(&outputs) {
        arguments.extend([OsString::from(option), output.into()]);
    }
    let start = Instant::now();
    let status = xls_aot_cli::run(arguments);
    let time = start.elapsed().as_secs_f64() * 1e3;
    assert_eq!(status, std::process::ExitCode::SUCCESS, "compile failed for {ir}");
    for output in &outputs {
        fs::remove_file(output).expect("the outputs are there");
    }
    time
}
