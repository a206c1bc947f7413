//! The figures of a run, and their ratios and means; as JSON, to be compared with those of another run.

use std::path::Path;

use serde_json::{json, Map, Value};

use crate::{files, Error};

/// The figures of one kernel, one entry a way.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Row {
    pub(crate) kernel: String,
    pub(crate) group: String,
    /// Nanoseconds a call.
    pub(crate) nanoseconds: Vec<Option<f64>>,
    /// Instructions a call.
    pub(crate) instructions: Vec<Option<f64>>,
    /// Whether the C has values of more than 128 bits, for which it is no measure: clang's ratio counts as at most 2.
    pub(crate) wide: bool,
}

/// All figures.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Figures {
    pub(crate) ways: Vec<String>,
    /// What was measured on.
    pub(crate) machine: String,
    pub(crate) rounds: u16,
    pub(crate) rows: Vec<Row>,
}

/// A ratio counts as at most this in means that are said to be capped.
pub(crate) const CAP: f64 = 2.0;

/// The time of some ways over that of the first way. Of several ways, the fastest counts.
pub(crate) struct Ratio {
    pub(crate) name: String,
    /// Indices of the ways.
    ways: Vec<usize>,
    clang: bool,
}

impl Figures {
    /// The ratios that the ways allow: every other way, and the best of those of clang at the first way's processor.
    pub(crate) fn ratios(&self) -> Vec<Ratio> {
        let first = &self.ways[0];
        let mut ratios: Vec<Ratio> = (1..self.ways.len())
            .map(|way| Ratio {
                name: format!("{} / {first}", self.ways[way]),
                ways: vec![way],
                clang: self.ways[way].starts_with("clang"),
            })
            .collect();
        let best: Vec<usize> =
            (1..self.ways.len()).filter(|&way| self.ways[way].starts_with(&format!("clang {first}"))).collect();
        if best.len() > 1 {
            ratios.push(Ratio { name: format!("best clang {first} / {first}"), ways: best, clang: true });
        }
        ratios
    }

    /// The ratios that say how far ahead of its peers native code is: each peer as it comes, and the best of clang.
    pub(crate) fn peers(&self) -> Vec<Ratio> {
        let mut ratios = self.ratios();
        let has_best = ratios.iter().any(|ratio| ratio.name.starts_with("best clang"));
        let clang = if has_best { "best clang v2 / v2" } else { "clang v2 / v2" };
        ratios.retain(|ratio| ["pir / v2", "libxls / v2", clang].contains(&&*ratio.name));
        ratios
    }

    /// A ratio of a row.
    pub(crate) fn ratio(&self, row: &Row, ratio: &Ratio) -> Option<f64> {
        let other = ratio.ways.iter().filter_map(|&way| row.nanoseconds[way]).min_by(f64::total_cmp)?;
        let ratio_of_times = other / row.nanoseconds[0]?;
        Some(if ratio.clang && row.wide { ratio_of_times.min(CAP) } else { ratio_of_times })
    }

    /// The groups, in the order of their first rows.
    pub(crate) fn groups(&self) -> Vec<&str> {
        let mut groups: Vec<&str> = Vec::new();
        for row in &self.rows {
            if !groups.contains(&&*row.group) {
                groups.push(&row.group);
            }
        }
        groups
    }

    /// Geometric mean of a ratio over a group, or over all rows.
    pub(crate) fn mean(&self, group: Option<&str>, ratio: &Ratio, cap: Option<f64>) -> Option<f64> {
        let rows = self.rows.iter().filter(|row| group.is_none_or(|group| row.group == group));
        geometric_mean(rows.filter_map(|row| self.ratio(row, ratio)).map(|ratio| ratio.min(cap.unwrap_or(f64::MAX))))
    }

    /// The figures for programs.
    pub(crate) fn json(&self) -> Value {
        let by_way = |figures: &[Option<f64>]| -> Map<String, Value> {
            self.ways.iter().zip(figures).map(|(way, figure)| (way.clone(), json!(figure))).collect()
        };
        let kernels: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                json!({
                    "name": row.kernel,
                    "group": row.group,
                    "nanoseconds": by_way(&row.nanoseconds),
                    "instructions": by_way(&row.instructions),
                    "wide": row.wide,
                })
            })
            .collect();
        json!({ "ways": self.ways, "machine": self.machine, "rounds": self.rounds, "kernels": kernels })
    }

    /// Reads what [`Figures::json`] made.
    pub(crate) fn read(file: &Path) -> Result<Self, Error> {
        let wrong = |what: &str| Error::Baseline { file: file.to_owned(), what: what.to_owned() };
        let json: Value =
            serde_json::from_slice(&files::read(file)?).map_err(|error| wrong(&format!("it is not JSON: {error}")))?;
        Figures::of_json(&json).ok_or_else(|| wrong("it lacks figures"))
    }

    fn of_json(json: &Value) -> Option<Self> {
        let text = |value: &Value| Some(value.as_str()?.to_owned());
        let ways: Vec<String> = json["ways"].as_array()?.iter().map(text).collect::<Option<_>>()?;
        let row = |row: &Value| {
            let by_way = |name: &str| ways.iter().map(|way| row[name][way.as_str()].as_f64()).collect();
            Some(Row {
                kernel: text(&row["name"])?,
                group: text(&row["group"])?,
                nanoseconds: by_way("nanoseconds"),
                instructions: by_way("instructions"),
                wide: row["wide"].as_bool()?,
            })
        };
        let rows = json["kernels"].as_array()?.iter().map(row).collect::<Option<_>>()?;
        let rounds = u16::try_from(json["rounds"].as_u64()?).ok()?;
        Some(Figures { machine: text(&json["machine"])?, rounds, rows, ways })
    }
}

/// The geometric mean; none of no figures.
pub(crate) fn geometric_mean(figures: impl Iterator<Item = f64>) -> Option<f64> {
    let logarithms: Vec<f64> = figures.map(f64::ln).collect();
    (!logarithms.is_empty()).then(|| (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn figures() -> Figures {
        let row = |kernel: &str, group: &str, nanoseconds: [Option<f64>; 4], wide| Row {
            kernel: kernel.to_owned(),
            group: group.to_owned(),
            instructions: nanoseconds.iter().map(|time| Some(*time.as_ref()? * 3.0)).collect(),
            nanoseconds: nanoseconds.into(),
            wide,
        };
        Figures {
            ways: ["v2", "pir", "clang v2", "clang v2 of libxls-opt"].map(str::to_owned).into(),
            machine: "a machine".to_owned(),
            rounds: 3,
            rows: vec![
                row("fast", "small", [Some(2.0), Some(8.0), Some(4.0), Some(1.0)], false),
                row("slow", "small", [Some(4.0), Some(1.0), None, Some(8.0)], false),
                row("wide", "real", [Some(1.0), None, Some(100.0), None], true),
            ],
        }
    }

    fn ratio(name: &str) -> (Figures, Ratio) {
        let figures = figures();
        let ratio = figures.ratios().into_iter().find(|ratio| ratio.name == name).expect("there is this ratio");
        (figures, ratio)
    }

    #[test]
    fn means_are_of_the_rows_that_have_a_ratio() {
        let (figures, pir) = ratio("pir / v2");
        assert_eq!(figures.mean(Some("small"), &pir, None), Some(1.0));
        assert_eq!(figures.mean(Some("real"), &pir, None), None);
        let capped = figures.mean(None, &pir, Some(CAP)).unwrap();
        assert!((capped - 0.5f64.sqrt()).abs() < 1e-9, "{capped}");
    }

    #[test]
    fn the_best_of_clang_counts_and_wide_values_at_most_twofold() {
        let (figures, clang) = ratio("best clang v2 / v2");
        let ratios: Vec<_> = figures.rows.iter().map(|row| figures.ratio(row, &clang)).collect();
        assert_eq!(ratios, [Some(0.5), Some(2.0), Some(2.0)]);
    }

    #[test]
    fn figures_come_back_from_their_file() {
        assert_eq!(Figures::of_json(&figures().json()), Some(figures()));
        assert_eq!(Figures::of_json(&json!({ "ways": ["v2"] })), None);
    }
}
