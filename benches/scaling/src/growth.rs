//! How costs grow from one size of a shape to the next, and whether that is little enough.

use crate::measure::{Cost, Row};

/// The growth of each cost of a row, time or instructions, over the row before if that is of the same shape.
pub(crate) fn of_row(rows: &[Row], at: usize) -> Vec<Option<f64>> {
    let before = at.checked_sub(1).map(|before| &rows[before]).filter(|before| before.case == rows[at].case);
    let growth = |(i, now): (usize, Cost)| growth(before?.compiled[i].cost, now);
    rows[at].compiled.iter().map(|compiled| compiled.cost).enumerate().map(growth).collect()
}

fn growth(before: Cost, now: Cost) -> Option<f64> {
    match (before, now) {
        (Cost::Known { cpu: before, .. }, Cost::Known { cpu: now, .. }) if !before.is_zero() => {
            Some(now.as_secs_f64() / before.as_secs_f64())
        }
        (Cost::Counted(before), Cost::Counted(now)) if before > 0 => Some(now as f64 / before as f64),
        _ => None,
    }
}

/// The steps from one size to the next.
#[derive(PartialEq, Debug, Default)]
pub(crate) struct Verdict {
    /// How many cost at most so many times as much.
    pub(crate) passed: usize,
    /// The others, as messages.
    pub(crate) failed: Vec<String>,
}

/// Compares each step with a limit. A cost that is not known, because it was beyond a limit of the measurement, is too much.
pub(crate) fn judge(rows: &[Row], most: f64) -> Verdict {
    let mut verdict = Verdict::default();
    for (at, row) in rows.iter().enumerate() {
        let is_first = at == 0 || rows[at - 1].case != row.case;
        for (compiled, growth) in row.compiled.iter().zip(of_row(rows, at)) {
            let (case, level, nodes) = (row.case, compiled.level.name(), row.nodes);
            match (growth, compiled.cost) {
                (_, cost @ (Cost::OutOfTime(_) | Cost::OutOfMemory(_) | Cost::NotTried)) => {
                    verdict.failed.push(format!("{case} of {nodes} nodes, --opt {level}: {cost:?}"));
                }
                (None, Cost::Known { .. } | Cost::Counted(_)) if is_first => {}
                (Some(growth), _) if growth <= most => verdict.passed += 1,
                (growth, _) => {
                    let before = rows[at - 1].nodes;
                    let growth = growth.map_or("unknown".to_owned(), |growth| format!("{growth:.1}"));
                    verdict.failed.push(format!(
                        "{case} of {nodes} nodes, --opt {level}: the growth over {before} nodes is {growth}, expected at \
                         most {most}"
                    ));
                }
            }
        }
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Compiled;
    use crate::options::Level;
    use std::time::Duration;

    fn row(case: &'static str, nodes: usize, cost: Cost) -> Row {
        Row { case, nodes, read: 2.5e6, compiled: vec![Compiled { level: Level::Full, cost }] }
    }

    fn known(milliseconds: u64) -> Cost {
        Cost::Known { cpu: Duration::from_millis(milliseconds), peak: 3_000_000 }
    }

    #[test]
    fn each_step_is_compared_with_the_size_before() {
        let rows = [
            row("a", 10, known(3)),
            row("a", 100, known(36)),
            row("a", 1000, known(1000)),
            row("b", 1000, known(9000)),
        ];
        assert_eq!(judge(&rows, 28.0), Verdict { passed: 2, failed: Vec::new() });
        let failed = "a of 1000 nodes, --opt full: the growth over 100 nodes is 27.8, expected at most 25".to_owned();
        assert_eq!(judge(&rows, 25.0), Verdict { passed: 1, failed: vec![failed] });
    }

    #[test]
    fn what_was_given_up_is_too_much() {
        let rows = [row("a", 10, Cost::Counted(7)), row("a", 100, Cost::OutOfTime(60)), row("a", 1000, Cost::NotTried)];
        let Verdict { passed, failed } = judge(&rows, 100.0);
        assert_eq!((passed, failed.len()), (0, 2), "{failed:?}");
        // Nothing was measured at the first size: a tool that is that fast does not run.
        let Verdict { passed, failed } =
            judge(&[row("a", 10, Cost::Counted(0)), row("a", 100, Cost::Counted(9))], 100.0);
        assert_eq!((passed, failed.len()), (0, 1), "{failed:?}");
    }
}
