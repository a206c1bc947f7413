//! Parses files, says what is wrong with them and what they are warned about, and how fast it went: `parse_files FILE...`.

use std::time::{Duration, Instant};

use xls_aot_dslx::source::{Report, SourceMap};
use xls_aot_dslx::syntax::parse_module;
use xls_aot_dslx::warnings;

fn main() {
    let (mut good, mut bad, mut bytes) = (0, 0, 0);
    let mut time = Duration::ZERO;
    for name in std::env::args().skip(1) {
        let text = std::fs::read(&name).expect("a file that can be read");
        bytes += text.len();
        let mut map = SourceMap::default();
        let file = map.add(name.as_str(), text).expect("a file of less than 4 GiB");
        // The best of several runs: others use the machine too.
        let runs = (0..10).map(|_| {
            let start = Instant::now();
            drop(parse_module(&map, file));
            start.elapsed()
        });
        time += runs.min().unwrap_or_default();
        let parsed = parse_module(&map, file);
        let mut findings = parsed.findings;
        if findings.is_empty() {
            good += 1;
            let stem = std::path::Path::new(&name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
            findings = warnings::find(&stem, &parsed.module, &map);
        } else {
            bad += 1;
        }
        if !findings.is_empty() {
            println!("{}", Report::new(&map, findings));
        }
    }
    println!("{good} parsed, {bad} refused: {bytes} bytes in {time:?}");
}
