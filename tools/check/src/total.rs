//! The sum of the reports of a run, and whether it is a success.
//!
//! Invariant: a run is a success only if something was run, nothing failed, and for each reason exactly as many vectors
//! were skipped as the caller expects. A run that skips more checks less than it claims.

use std::collections::BTreeMap;

use xls_aot_execute::SkipReason;

use crate::report::{Counts, Report, Verdict};

/// How many vectors are skipped, by reason. A reason that is missing stands for zero vectors.
pub type Skips = BTreeMap<SkipReason, usize>;

/// The sum of reports.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Total {
    counts: Counts,
    skipped: Skips,
}

impl Total {
    /// Adds a report.
    pub fn add(&mut self, report: &Report) {
        let counts = report.counts();
        self.counts.passed += counts.passed;
        self.counts.failed += counts.failed;
        self.counts.known += counts.known;
        self.counts.skipped += counts.skipped;
        for entry in &report.entries {
            if let Verdict::Skipped { reason, .. } = entry.verdict {
                *self.skipped.entry(reason).or_default() += 1;
            }
        }
    }

    /// The reasons why the run is not a success, one line each; none for a success. Reports list the vectors that failed.
    pub fn faults(&self, expected: &Skips) -> Vec<String> {
        let mut faults = Vec::new();
        let Counts { passed, failed, known, skipped } = self.counts;
        if failed > 0 {
            faults.push(format!("{failed} vectors failed"));
        }
        if passed + failed + known == 0 {
            faults.push(format!("no vector was run: {skipped} were skipped"));
        }
        for reason in SkipReason::ALL {
            let count = |skips: &Skips| skips.get(&reason).copied().unwrap_or_default();
            let (found, expected) = (count(&self.skipped), count(expected));
            if found != expected {
                faults.push(format!(
                    "{found} vectors were skipped for the reason `{reason}`, not {expected}; if that is right, say \
                     --expect-skipped {reason}={found}"
                ));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Entry;

    fn total(verdicts: &[Verdict]) -> Total {
        let entry = |verdict: &Verdict| Entry {
            line: 1,
            ir_file: "a.ir".into(),
            top: "f".into(),
            args: Vec::new(),
            verdict: verdict.clone(),
        };
        let mut total = Total::default();
        for verdict in verdicts {
            total.add(&Report { entries: vec![entry(verdict)] });
        }
        total
    }

    fn skipped(reason: SkipReason) -> Verdict {
        Verdict::Skipped { reason, what: "no".into() }
    }

    #[test]
    fn what_was_expected_is_a_success() {
        let nothing = Skips::new();
        assert!(total(&[Verdict::Passed]).faults(&nothing).is_empty());
        let known = Verdict::Known { got: "x".into(), expected: "y".into(), reason: "z".into() };
        assert!(total(&[known]).faults(&nothing).is_empty());
        let two = total(&[skipped(SkipReason::Trace), Verdict::Passed, skipped(SkipReason::Trace)]);
        assert!(two.faults(&Skips::from([(SkipReason::Trace, 2)])).is_empty());
    }

    #[test]
    fn a_failure_is_none() {
        let failed = Verdict::Failed { got: "x".into(), expected: "y".into() };
        assert_eq!(total(&[Verdict::Passed, failed]).faults(&Skips::new()), ["1 vectors failed"]);
    }

    #[test]
    fn a_run_of_nothing_is_none() {
        assert_eq!(total(&[]).faults(&Skips::new()), ["no vector was run: 0 were skipped"]);
        let all = total(&[skipped(SkipReason::Cover)]);
        assert_eq!(all.faults(&Skips::from([(SkipReason::Cover, 1)])), ["no vector was run: 1 were skipped"]);
    }

    #[test]
    fn a_skip_that_was_not_expected_is_none_and_neither_is_one_that_did_not_happen() {
        let one = total(&[skipped(SkipReason::Trace), Verdict::Passed]);
        let text =
            "1 vectors were skipped for the reason `trace`, not 0; if that is right, say --expect-skipped trace=1";
        assert_eq!(one.faults(&Skips::new()), [text]);
        assert_eq!(
            one.faults(&Skips::from([(SkipReason::Cover, 1)])),
            [
                text,
                "0 vectors were skipped for the reason `cover`, not 1; if that is right, say --expect-skipped cover=0"
            ]
        );
        assert_eq!(one.faults(&Skips::from([(SkipReason::Trace, 2)])).len(), 1);
    }
}
