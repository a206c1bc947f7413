//! The figures as text and Markdown.

use std::fmt::Write as _;

use crate::figures::{geometric_mean, Figures, Ratio, CAP};

/// How the cells of a table become lines.
struct Style {
    line: fn(&[String]) -> String,
    /// The line below the head, for a number of columns.
    rule: fn(usize) -> Option<String>,
}

const TEXT: Style = Style {
    line: |cells| {
        let mut line = format!("{:<26}", cells[0]);
        for cell in &cells[1..] {
            write!(line, " {cell:>12}").expect("writing to a String");
        }
        line
    },
    rule: |_| None,
};

const MARKDOWN: Style = Style {
    line: |cells| format!("| {} |", cells.join(" | ")),
    rule: |columns| Some(format!("|---|{}", "---:|".repeat(columns - 1))),
};

/// Tables for terminals, and where the first way is slower than others.
pub(crate) fn text(figures: &Figures) -> String {
    let mut text = tables(figures, &TEXT, &figures.ratios());
    for ratio in figures.ratios() {
        let below = below(figures, &ratio, 1.0);
        writeln!(text, "{} below 1: {}", ratio.name, if below.is_empty() { "nowhere" } else { &below })
            .expect("writing to a String");
    }
    text
}

/// Tables for pages.
pub(crate) fn markdown(figures: &Figures) -> String {
    let mut text = means(figures, &MARKDOWN);
    text += &tables(figures, &MARKDOWN, &figures.peers());
    text
}

/// The kernels whose ratio is below `limit`, the least first.
pub(crate) fn below(figures: &Figures, ratio: &Ratio, limit: f64) -> String {
    let mut below: Vec<(f64, &str)> = figures
        .rows
        .iter()
        .filter_map(|row| Some((figures.ratio(row, ratio)?, &*row.kernel)))
        .filter(|(figure, _)| *figure < limit)
        .collect();
    below.sort_by(|a, b| a.0.total_cmp(&b.0));
    let list: Vec<String> = below.iter().map(|(figure, kernel)| format!("{kernel} {figure:.2}")).collect();
    list.join(", ")
}

/// Geometric means of every ratio, by group and over all.
pub(crate) fn means_text(figures: &Figures) -> String {
    means(figures, &TEXT)
}

fn means(figures: &Figures, style: &Style) -> String {
    let groups = figures.groups();
    let mut head = vec!["geometric mean".to_owned()];
    for group in groups.iter().copied().chain(["all"]) {
        head.push(group.to_owned());
        head.push("capped".to_owned());
    }
    let mut text = begin(style, &head);
    for ratio in figures.ratios() {
        let mut cells = vec![ratio.name.clone()];
        for group in groups.iter().map(|group| Some(*group)).chain([None]) {
            cells.push(shown(figures.mean(group, &ratio, None), 2));
            cells.push(shown(figures.mean(group, &ratio, Some(CAP)), 2));
        }
        text += &(style.line)(&cells);
        text.push('\n');
    }
    text + "\n"
}

fn begin(style: &Style, head: &[String]) -> String {
    let mut text = (style.line)(head) + "\n";
    if let Some(rule) = (style.rule)(head.len()) {
        text += &rule;
        text.push('\n');
    }
    text
}

/// A table a group: nanoseconds of each way, instructions of the first, ratios.
fn tables(figures: &Figures, style: &Style, ratios: &[Ratio]) -> String {
    let counted = figures.rows.iter().any(|row| row.instructions[0].is_some());
    let mut text = String::new();
    for group in figures.groups() {
        let mut head = vec![group.to_owned()];
        head.extend(figures.ways.iter().cloned());
        head.extend(counted.then(|| format!("{} instructions", figures.ways[0])));
        head.extend(ratios.iter().map(|ratio| ratio.name.clone()));
        text += &begin(style, &head);
        for row in figures.rows.iter().filter(|row| row.group == group) {
            let mut cells = vec![row.kernel.clone()];
            cells.extend(row.nanoseconds.iter().map(|time| shown(*time, 2)));
            cells.extend(counted.then(|| shown(row.instructions[0], 0)));
            cells.extend(ratios.iter().map(|ratio| shown(figures.ratio(row, ratio), 2)));
            text += &(style.line)(&cells);
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

/// New over old, for each way that both have: below 1 is better now.
pub(crate) fn against(new: &Figures, old: &Figures) -> String {
    let mut text = String::new();
    for (way, name) in new.ways.iter().enumerate() {
        let Some(old_way) = old.ways.iter().position(|known| known == name) else { continue };
        let pairs: Vec<_> = new
            .rows
            .iter()
            .filter_map(|row| Some((row, old.rows.iter().find(|known| known.kernel == row.kernel)?)))
            .collect();
        let rows = pairs.iter().map(|(new, old)| Change {
            kernel: &new.kernel,
            time: (new.nanoseconds[way], old.nanoseconds[old_way]),
            instructions: (new.instructions[way], old.instructions[old_way]),
        });
        text += &changes(name, rows);
    }
    text
}

/// The first way against the second one of the same run.
pub(crate) fn against_second(figures: &Figures) -> String {
    changes(
        &figures.ways[0],
        figures.rows.iter().map(|row| Change {
            kernel: &row.kernel,
            time: (row.nanoseconds[0], row.nanoseconds[1]),
            instructions: (row.instructions[0], row.instructions[1]),
        }),
    )
}

/// A figure now and before.
type Pair = (Option<f64>, Option<f64>);

struct Change<'a> {
    kernel: &'a str,
    time: Pair,
    instructions: Pair,
}

fn changes<'a>(way: &str, rows: impl Iterator<Item = Change<'a>>) -> String {
    let ratio = |pair: Pair| Some(pair.0? / pair.1?);
    let rows: Vec<Change<'a>> = rows.collect();
    let head = ["new / old", "ns old", "ns new", "time", "instr. old", "instr. new", "instr."];
    let mut text = format!("{way}:\n") + &begin(&TEXT, &head.map(str::to_owned));
    for row in &rows {
        let cells = [
            row.kernel.to_owned(),
            shown(row.time.1, 2),
            shown(row.time.0, 2),
            shown(ratio(row.time), 3),
            shown(row.instructions.1, 0),
            shown(row.instructions.0, 0),
            shown(ratio(row.instructions), 3),
        ];
        text += &(TEXT.line)(&cells);
        text.push('\n');
    }
    let mean = |pair: fn(&Change<'a>) -> Pair| shown(geometric_mean(rows.iter().filter_map(|row| ratio(pair(row)))), 3);
    let cells = [
        "geometric mean".to_owned(),
        String::new(),
        String::new(),
        mean(|row| row.time),
        String::new(),
        String::new(),
        mean(|row| row.instructions),
    ];
    text + &(TEXT.line)(&cells) + "\n\n"
}

fn shown(figure: Option<f64>, digits: usize) -> String {
    figure.map_or("-".to_owned(), |figure| format!("{figure:.digits$}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::tests::figures;

    #[test]
    fn text_has_times_and_ratios() {
        let text = text(&figures());
        let words: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(words[1], ["fast", "2.00", "8.00", "4.00", "1.00", "6", "4.00", "2.00", "0.50", "0.50"]);
        assert_eq!(words[2], ["slow", "4.00", "1.00", "-", "8.00", "12", "0.25", "-", "2.00", "2.00"]);
        assert_eq!(text.lines().last(), Some("best clang v2 / v2 below 1: fast 0.50"));
    }

    #[test]
    fn markdown_begins_with_the_means() {
        let text = markdown(&figures());
        let expected =
            "| geometric mean | small | capped | real | capped | all | capped |\n|---|---:|---:|---:|---:|---:|---:|\n\
                        | pir / v2 | 1.00 | 0.71 | - | - | 1.00 | 0.71 |\n";
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn a_run_against_another() {
        let mut old = figures();
        old.rows[0].nanoseconds[0] = Some(4.0);
        old.rows.pop();
        let text = against(&figures(), &old);
        let words: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(words[2], ["fast", "4.00", "2.00", "0.500", "6", "6", "1.000"]);
        assert_eq!(words[4], ["geometric", "mean", "0.707", "1.000"]);
    }
}
