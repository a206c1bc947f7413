//! Known faults of back ends: wrong results that this project cannot correct. Reports list them.

use serde_json::Value as Json;
use xls_aot_execute::Subject;

use crate::record::Record;
use crate::report::Verdict;

/// The faults of XLS's LLVM code generator: one JSON object a line, with `ir_file`, `top`, `args` (none: any) and
/// `reason`; lines that begin with `#` are comments.
const XLSYNTH: &str = include_str!("known_faults.jsonl");

/// A list of known faults.
pub(crate) struct Known {
    faults: Vec<Fault>,
}

struct Fault {
    ir_file: String,
    top: String,
    args: Option<Vec<String>>,
    reason: String,
}

impl Known {
    /// The list for the subject that runs the vectors.
    pub(crate) fn of(subject: &Subject<'_>) -> Self {
        Known::parse(if subject.is_xlsynth() { XLSYNTH } else { "" })
    }

    /// Reads a list. A line that is not understood is passed over; a test requires that every line of our list is
    /// understood.
    fn parse(text: &str) -> Self {
        Known { faults: text.lines().filter_map(parse_line).collect() }
    }

    /// Changes the verdict on a record that the list names: a failure is known, and a success means that the list is out of
    /// date.
    pub(crate) fn mark(&self, record: &Record, verdict: Verdict) -> Verdict {
        let listed = self.faults.iter().find(|fault| {
            fault.ir_file == record.ir_file
                && fault.top == record.top
                && fault.args.as_ref().is_none_or(|args| *args == record.args)
        });
        match (listed, verdict) {
            (Some(fault), Verdict::Failed { got, expected }) => {
                Verdict::Known { got, expected, reason: fault.reason.clone() }
            }
            (Some(fault), Verdict::Passed) => Verdict::KnownPassed { reason: fault.reason.clone() },
            (_, verdict) => verdict,
        }
    }
}

fn parse_line(line: &str) -> Option<Fault> {
    let json: Json = serde_json::from_str(line).ok()?;
    let text = |field: &str| json.get(field)?.as_str().map(str::to_owned);
    let args = match json.get("args") {
        None => None,
        Some(args) => Some(args.as_array()?.iter().map(|arg| arg.as_str().map(str::to_owned)).collect::<Option<_>>()?),
    };
    Some(Fault { ir_file: text("ir_file")?, top: text("top")?, args, reason: text("reason")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_understood() {
        let listed = XLSYNTH.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(Known::parse(XLSYNTH).faults.len(), listed.count());
    }

    #[test]
    fn listed_failures_are_known_and_listed_passes_are_told() {
        let known = Known::parse(r#"{"ir_file": "a.ir", "top": "f", "args": ["bits[1]:1"], "reason": "r"}"#);
        let record = |arg: &str| Record {
            line: 1,
            ir_file: "a.ir".into(),
            top: "f".into(),
            args: vec![arg.into()],
            expected: Err(String::new()),
        };
        let failed = Verdict::Failed { got: "g".into(), expected: "e".into() };
        assert_eq!(known.mark(&record("bits[1]:0"), failed.clone()), failed);
        let (got, expected, reason) = ("g".into(), "e".into(), "r".to_owned());
        assert_eq!(known.mark(&record("bits[1]:1"), failed), Verdict::Known { got, expected, reason: reason.clone() });
        assert_eq!(known.mark(&record("bits[1]:1"), Verdict::Passed), Verdict::KnownPassed { reason });
    }
}
