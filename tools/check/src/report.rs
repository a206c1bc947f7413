//! The results of a run over test vectors.

use std::collections::BTreeMap;
use std::fmt;

use xls_aot_execute::SkipReason;

/// The result of running one vector.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The outcome is the expected one.
    Passed,
    /// The outcome is not the expected one.
    Failed {
        /// What happened instead.
        got: String,
        /// What should have happened.
        expected: String,
    },
    /// The outcome is wrong in a way that is on the list of known faults.
    Known {
        /// What happened instead.
        got: String,
        /// What should have happened.
        expected: String,
        /// The reason, from the list.
        reason: String,
    },
    /// The outcome is right though the list of known faults says otherwise: the list is out of date.
    KnownPassed {
        /// The reason given in the list.
        reason: String,
    },
    /// The vector was not run.
    Skipped {
        /// The kind of reason, from a closed list.
        reason: SkipReason,
        /// The reason in words.
        what: String,
    },
}

/// One vector and its verdict.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Line of the vector file, from 1.
    pub line: usize,
    /// The IR file.
    pub ir_file: String,
    /// The function.
    pub top: String,
    /// Its arguments, as in the vector.
    pub args: Vec<String>,
    /// The verdict.
    pub verdict: Verdict,
}

/// All vectors of a run, in the order of the vector file. `Display` prints those that did not pass, and then the counts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// The vectors.
    pub entries: Vec<Entry>,
}

/// How many vectors had which verdict.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// [`Verdict::Passed`] and [`Verdict::KnownPassed`]
    pub passed: usize,
    /// [`Verdict::Failed`]
    pub failed: usize,
    /// [`Verdict::Known`]
    pub known: usize,
    /// [`Verdict::Skipped`]
    pub skipped: usize,
}

impl Report {
    /// How many vectors had which verdict.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for entry in &self.entries {
            match entry.verdict {
                Verdict::Passed | Verdict::KnownPassed { .. } => counts.passed += 1,
                Verdict::Failed { .. } => counts.failed += 1,
                Verdict::Known { .. } => counts.known += 1,
                Verdict::Skipped { .. } => counts.skipped += 1,
            }
        }
        counts
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut skipped: BTreeMap<(SkipReason, &str, &str, &str), usize> = BTreeMap::new();
        for entry in &self.entries {
            let (word, got, expected, reason) = match &entry.verdict {
                Verdict::Passed => continue,
                Verdict::Failed { got, expected } => ("FAILED", Some(got), Some(expected), None),
                Verdict::Known { got, expected, reason } => ("known", Some(got), Some(expected), Some(reason)),
                Verdict::KnownPassed { reason } => ("known, but passed", None, None, Some(reason)),
                Verdict::Skipped { reason, what } => {
                    *skipped.entry((*reason, what, &entry.ir_file, &entry.top)).or_default() += 1;
                    continue;
                }
            };
            writeln!(f, "{word}: {} top {} (line {})", entry.ir_file, entry.top, entry.line)?;
            writeln!(f, "  args:     {}", entry.args.join("; "))?;
            if let Some(got) = got {
                writeln!(f, "  got:      {got}")?;
            }
            if let Some(expected) = expected {
                writeln!(f, "  expected: {expected}")?;
            }
            if let Some(reason) = reason {
                writeln!(f, "  reason:   {reason}")?;
            }
        }
        for ((reason, what, ir_file, top), count) in skipped {
            writeln!(f, "skipped: {reason}: {ir_file} top {top} ({count}): {what}")?;
        }
        let counts = self.counts();
        if counts.known > 0 {
            writeln!(f, "{} known faults, listed above, are not counted", counts.known)?;
        }
        write!(f, "{} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_pass_is_listed_and_the_counts_close() {
        let entry = |line, verdict| Entry {
            line,
            ir_file: "a.ir".into(),
            top: "f".into(),
            args: vec!["bits[8]:1".into(), "token".into()],
            verdict,
        };
        let skipped = Verdict::Skipped { reason: SkipReason::Trace, what: "no".into() };
        let report = Report {
            entries: vec![
                entry(1, Verdict::Passed),
                entry(2, Verdict::Failed { got: "bits[1]:0".into(), expected: "bits[1]:1".into() }),
                entry(3, skipped.clone()),
                entry(4, skipped),
                entry(5, Verdict::Known { got: "x".into(), expected: "y".into(), reason: "z".into() }),
            ],
        };
        assert_eq!(
            report.to_string(),
            "FAILED: a.ir top f (line 2)\n  args:     bits[8]:1; token\n  got:      bits[1]:0\n  expected: bits[1]:1\n\
             known: a.ir top f (line 5)\n  args:     bits[8]:1; token\n  got:      x\n  expected: y\n  reason:   z\n\
             skipped: trace: a.ir top f (2): no\n\
             1 known faults, listed above, are not counted\n\
             1 passed, 1 failed, 2 skipped"
        );
    }
}
