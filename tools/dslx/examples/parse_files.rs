//! Parses files and says what is wrong with them: `parse_files FILE...`.

use xls_aot_dslx::source::{Report, SourceMap};
use xls_aot_dslx::syntax::parse_module;

fn main() {
    let (mut good, mut bad) = (0, 0);
    for name in std::env::args().skip(1) {
        let text = std::fs::read(&name).expect("a file");
        let mut map = SourceMap::default();
        let file = map.add(name.as_str(), text).expect("small texts");
        let start = std::time::Instant::now();
        let parsed = parse_module(&map, file);
        let time = start.elapsed();
        if parsed.findings.is_empty() {
            good += 1;
        } else {
            bad += 1;
            println!("{}", Report::new(&map, parsed.findings));
        }
        if time.as_millis() > 20 {
            println!("{name}: {time:?}");
        }
    }
    println!("{good} parsed, {bad} refused");
}
