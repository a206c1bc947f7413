//! The figures as text, Markdown and JSON.

use serde_json::{json, Value};

use crate::growth;
use crate::measure::{Cost, Row};
use crate::options::Options;

/// A table for terminals.
pub(crate) fn text(rows: &[Row], options: &Options) -> String {
    let line = |cells: Vec<String>| -> String {
        let cells: Vec<String> = cells.iter().map(|cell| format!("{cell:>12}")).collect();
        cells.join(" ") + "\n"
    };
    std::iter::once(head(options)).chain(bodies(rows)).map(line).collect()
}

/// A table for pages.
pub(crate) fn markdown(rows: &[Row], options: &Options) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let head = head(options);
    let rule = format!("|---|{}\n", "---:|".repeat(head.len() - 1));
    line(head) + &rule + &bodies(rows).map(line).collect::<String>()
}

fn head(options: &Options) -> Vec<String> {
    let mut head = vec!["shape".to_owned(), "nodes".to_owned(), "read, Mn/s".to_owned()];
    let unit = if options.instructions { "million instructions" } else { "s" };
    for level in &options.opt {
        let level = level.name();
        head.extend([format!("{level}, {unit}"), "growth".to_owned(), format!("{level}, MB")]);
    }
    head
}

/// The cells of each row; growth is time, or instructions, over those of the row before, where that is of the same shape.
fn bodies(rows: &[Row]) -> impl Iterator<Item = Vec<String>> + '_ {
    rows.iter().enumerate().map(|(i, row)| {
        let mut cells = vec![row.case.to_owned(), row.nodes.to_string(), format!("{:.2}", row.read / 1e6)];
        for (compiled, growth) in row.compiled.iter().zip(growth::of_row(rows, i)) {
            let growth = growth.map_or("-".to_owned(), |growth| format!("{growth:.1}"));
            let (time, memory) = match compiled.cost {
                Cost::Known { cpu, peak } => (format!("{:.3}", cpu.as_secs_f64()), format!("{:.0}", peak as f64 / 1e6)),
                Cost::Counted(instructions) => (format!("{:.0}", instructions as f64 / 1e6), "-".to_owned()),
                Cost::OutOfTime(seconds) => (format!("> {seconds}"), "-".to_owned()),
                Cost::OutOfMemory(gib) => ("-".to_owned(), format!("> {gib} GiB")),
                Cost::NotTried => ("-".to_owned(), "-".to_owned()),
            };
            cells.extend([time, growth, memory]);
        }
        cells
    })
}

/// The figures for programs.
pub(crate) fn json(rows: &[Row]) -> Value {
    rows.iter()
        .map(|row| {
            let compiled: Vec<Value> = row
                .compiled
                .iter()
                .map(|compiled| match compiled.cost {
                    Cost::Known { cpu, peak } => {
                        json!({ "opt": compiled.level.name(), "seconds": cpu.as_secs_f64(), "peak_bytes": peak })
                    }
                    Cost::Counted(instructions) => {
                        json!({ "opt": compiled.level.name(), "instructions": instructions })
                    }
                    Cost::OutOfTime(seconds) => json!({ "opt": compiled.level.name(), "more_than_seconds": seconds }),
                    Cost::OutOfMemory(gib) => json!({ "opt": compiled.level.name(), "more_than_gib": gib }),
                    Cost::NotTried => json!({ "opt": compiled.level.name() }),
                })
                .collect();
            json!({ "shape": row.case, "nodes": row.nodes, "nodes_read_per_second": row.read, "compiled": compiled })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Compiled;
    use crate::options::Level;
    use clap::Parser as _;
    use std::time::Duration;

    fn row(case: &'static str, nodes: usize, cost: Cost) -> Row {
        Row { case, nodes, read: 2.5e6, compiled: vec![Compiled { level: Level::Full, cost }] }
    }

    fn rows() -> Vec<Row> {
        let known = |milliseconds| Cost::Known { cpu: Duration::from_millis(milliseconds), peak: 3_000_000 };
        vec![
            row("a", 10, known(100)),
            row("a", 100, known(1200)),
            row("a", 1000, Cost::OutOfTime(60)),
            row("a", 10_000, Cost::NotTried),
            row("b", 10, known(7)),
        ]
    }

    #[test]
    fn markdown_shows_growth_within_a_shape() {
        let expected = "\
| shape | nodes | read, Mn/s | full, s | growth | full, MB |
|---|---:|---:|---:|---:|---:|
| a | 10 | 2.50 | 0.100 | - | 3 |
| a | 100 | 2.50 | 1.200 | 12.0 | 3 |
| a | 1000 | 2.50 | > 60 | - | - |
| a | 10000 | 2.50 | - | - | - |
| b | 10 | 2.50 | 0.007 | - | 3 |
";
        let options = Options::parse_from(["scaling", "--opt", "full"]);
        assert_eq!(markdown(&rows(), &options), expected);
        assert_eq!(text(&rows(), &options).lines().count(), 6);
    }

    #[test]
    fn instructions_grow_too() {
        let counted = |nodes, millions: u64| row("a", nodes, Cost::Counted(millions * 1_000_000));
        let options = Options::parse_from(["scaling", "--opt", "full", "--instructions"]);
        let expected = "\
| shape | nodes | read, Mn/s | full, million instructions | growth | full, MB |
|---|---:|---:|---:|---:|---:|
| a | 10 | 2.50 | 20 | - | - |
| a | 100 | 2.50 | 190 | 9.5 | - |
";
        assert_eq!(markdown(&[counted(10, 20), counted(100, 190)], &options), expected);
    }

    #[test]
    fn json_tells_figures_from_limits() {
        let json = json(&rows());
        assert_eq!(json[1]["compiled"][0], json!({ "opt": "full", "seconds": 1.2, "peak_bytes": 3_000_000 }));
        assert_eq!(json[2]["compiled"][0], json!({ "opt": "full", "more_than_seconds": 60 }));
    }
}
