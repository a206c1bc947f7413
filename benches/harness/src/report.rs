//! The figures as text, Markdown and JSON.

use std::fmt::Write as _;

use serde_json::{json, Map, Value};

use crate::measure::Times;

/// Times of one kernel.
pub(crate) struct Row {
    pub(crate) kernel: &'static str,
    pub(crate) group: &'static str,
    pub(crate) times: Times,
}

/// All times.
pub(crate) struct Figures {
    pub(crate) ways: Vec<&'static str>,
    pub(crate) rounds: u16,
    pub(crate) rows: Vec<Row>,
}

impl Row {
    /// Time of way `way` over the time of the first way.
    fn ratio(&self, way: usize) -> Option<f64> {
        self.times.ratios[way]
    }
}

impl Figures {
    /// The groups, in the order of their first rows.
    fn groups(&self) -> Vec<&'static str> {
        let mut groups = Vec::new();
        for row in &self.rows {
            if !groups.contains(&row.group) {
                groups.push(row.group);
            }
        }
        groups
    }

    /// Geometric mean of the ratios of `way` over a group, and how many there are.
    fn geomean(&self, group: &str, way: usize) -> Option<(f64, usize)> {
        let ratios: Vec<f64> =
            self.rows.iter().filter(|row| row.group == group).filter_map(|row| row.ratio(way)).collect();
        let logarithms: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
        (!ratios.is_empty()).then(|| ((logarithms / ratios.len() as f64).exp(), ratios.len()))
    }

    /// A table for terminals.
    pub(crate) fn text(&self) -> String {
        self.table(
            |cells| {
                let mut line = format!("{:<28}", cells[0]);
                for cell in &cells[1..] {
                    write!(line, " {cell:>16}").expect("writing to a String");
                }
                line
            },
            |_| None,
        ) + &self.slower()
    }

    /// A table for pages.
    pub(crate) fn markdown(&self) -> String {
        self.table(
            |cells| format!("| {} |", cells.join(" | ")),
            |columns| Some(format!("|---|{}", "---:|".repeat(columns - 1))),
        )
    }

    fn table(&self, line: impl Fn(&[String]) -> String, rule: impl Fn(usize) -> Option<String>) -> String {
        let others = 1..self.ways.len();
        let mut head = vec!["kernel".to_owned()];
        head.extend(self.ways.iter().map(|way| format!("{way}, ns")));
        head.extend(others.clone().map(|way| format!("{} / {}", self.ways[way], self.ways[0])));
        let columns = head.len();
        let mut text = String::new();
        for group in self.groups() {
            head[0] = group.to_owned();
            text += &line(&head);
            text.push('\n');
            if let Some(rule) = rule(columns) {
                text += &rule;
                text.push('\n');
            }
            for row in self.rows.iter().filter(|row| row.group == group) {
                let mut cells = vec![row.kernel.to_owned()];
                cells.extend(row.times.nanoseconds.iter().map(|time| shown(*time, 1)));
                cells.extend(others.clone().map(|way| shown(row.ratio(way), 2)));
                text += &line(&cells);
                text.push('\n');
            }
            let mut cells = vec!["geometric mean".to_owned()];
            cells.extend(self.ways.iter().map(|_| String::new()));
            cells.extend(others.clone().map(|way| shown(self.geomean(group, way).map(|(mean, _)| mean), 2)));
            text += &line(&cells);
            text += "\n\n";
        }
        text
    }

    /// Where the first way is not the fastest.
    fn slower(&self) -> String {
        let mut text = String::new();
        for way in 1..self.ways.len() {
            let mut slower: Vec<(f64, &str)> = self
                .rows
                .iter()
                .filter_map(|row| Some((row.ratio(way)?, row.kernel)))
                .filter(|(ratio, _)| *ratio < 1.0)
                .collect();
            slower.sort_by(|a, b| a.0.total_cmp(&b.0));
            let list: Vec<String> = slower.iter().map(|(ratio, kernel)| format!("{kernel} {ratio:.2}")).collect();
            let list = if list.is_empty() { "nowhere".to_owned() } else { list.join(", ") };
            writeln!(text, "{} is slower than {}: {list}", self.ways[0], self.ways[way]).expect("writing to a String");
        }
        text
    }

    /// The figures for programs.
    pub(crate) fn json(&self) -> Value {
        let by_way = |figure: &dyn Fn(usize) -> Option<f64>, ways: std::ops::Range<usize>| -> Map<String, Value> {
            ways.map(|way| (self.ways[way].to_owned(), json!(figure(way)))).collect()
        };
        let all = 0..self.ways.len();
        let others = 1..self.ways.len();
        let kernels: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                json!({
                    "name": row.kernel,
                    "group": row.group,
                    "nanoseconds": by_way(&|way| row.times.nanoseconds[way], all.clone()),
                    "ratio": by_way(&|way| row.ratio(way), others.clone()),
                })
            })
            .collect();
        let groups: Vec<Value> = self
            .groups()
            .into_iter()
            .map(|group| {
                json!({
                    "name": group,
                    "geometric_mean": by_way(&|way| self.geomean(group, way).map(|(mean, _)| mean), others.clone()),
                })
            })
            .collect();
        json!({ "ways": self.ways, "rounds": self.rounds, "groups": groups, "kernels": kernels })
    }
}

fn shown(figure: Option<f64>, digits: usize) -> String {
    figure.map_or("-".to_owned(), |figure| format!("{figure:.digits$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> Figures {
        let row = |kernel, group, times: [Option<f64>; 2]| {
            let ratios = times.map(|time| Some(time? / times[0]?));
            Row { kernel, group, times: Times { nanoseconds: times.into(), ratios: ratios.into() } }
        };
        Figures {
            ways: vec!["native", "other"],
            rounds: 3,
            rows: vec![
                row("fast", "small", [Some(2.0), Some(8.0)]),
                row("slow", "small", [Some(4.0), Some(1.0)]),
                row("alone", "small", [Some(4.0), None]),
                row("large", "real", [Some(100.0), Some(150.0)]),
            ],
        }
    }

    #[test]
    fn text_has_ratios_and_means() {
        let text = figures().text();
        let words: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(words[1], ["fast", "2.0", "8.0", "4.00"]);
        assert_eq!(words[3], ["alone", "4.0", "-", "-"]);
        assert_eq!(words[4], ["geometric", "mean", "1.00"]);
        assert_eq!(words[7], ["large", "100.0", "150.0", "1.50"]);
        assert_eq!(text.lines().last(), Some("native is slower than other: slow 0.25"));
    }

    #[test]
    fn markdown_is_a_table_a_group() {
        let text = figures().markdown();
        let expected = "| real | native, ns | other, ns | other / native |\n|---|---:|---:|---:|\n\
                        | large | 100.0 | 150.0 | 1.50 |\n| geometric mean |  |  | 1.50 |\n\n";
        assert!(text.ends_with(expected), "{text}");
    }

    #[test]
    fn json_has_nulls_where_there_is_no_figure() {
        let json = figures().json();
        assert_eq!(json["kernels"][2]["nanoseconds"], json!({ "native": 4.0, "other": null }));
        assert_eq!(json["kernels"][0]["ratio"], json!({ "other": 4.0 }));
        assert_eq!(json["groups"][1], json!({ "name": "real", "geometric_mean": { "other": 1.5 } }));
    }
}
