//! Findings of a run with their places spelled out: what users see.

use std::fmt;

use xls_aot_ir::{Diagnostic, Diagnostics, LocatedLabel, Span};

use super::{FileId, SourceMap};

/// Most findings of a file that are reported; more are counted.
pub const MAX_FINDINGS: usize = 200;

/// The findings of a run. Files are in the order in which they were added to the source map, findings of a file in the
/// order of their places; equal findings are reported once.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// The findings of each file that has any.
    pub files: Vec<Diagnostics>,
    /// Findings beyond [`MAX_FINDINGS`] of their file.
    pub left_out: usize,
}

impl Report {
    /// Spells out the places of `findings`.
    pub fn new(map: &SourceMap, findings: Vec<Diagnostic>) -> Self {
        let mut of_files: Vec<Vec<Diagnostic>> = map.files().map(|_| Vec::new()).collect();
        for finding in findings {
            of_files[map.index_of(finding.span)].push(finding);
        }
        let mut report = Report::default();
        for (file, mut findings) in map.files().zip(of_files) {
            findings.sort_by_key(|finding| finding.span);
            let mut kept: Vec<Diagnostic> = Vec::new();
            for finding in findings {
                // Equal findings have equal places, so they are among the last of those kept.
                if kept.iter().rev().take_while(|other| other.span == finding.span).any(|other| *other == finding) {
                    continue;
                }
                if kept.len() < MAX_FINDINGS {
                    kept.push(finding);
                } else {
                    report.left_out += 1;
                }
            }
            if !kept.is_empty() {
                report.files.push(located(map, file, kept));
            }
        }
        report
    }

    /// Whether there are no findings.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether there is an error among the findings.
    pub fn has_errors(&self) -> bool {
        self.files.iter().flat_map(|file| &file.findings).any(|finding| finding.diagnostic.is_error())
    }
}

fn located(map: &SourceMap, file: FileId, mut findings: Vec<Diagnostic>) -> Diagnostics {
    // Within a file, places are counted from its beginning. Labels may be in other files: they are placed one by one.
    let labels: Vec<_> = findings.iter_mut().map(|finding| std::mem::take(&mut finding.labels)).collect();
    for finding in &mut findings {
        finding.span = map.within(file, finding.span);
    }
    let mut placed = map.line_index(file).diagnostics(map.name(file), findings);
    for (finding, labels) in placed.findings.iter_mut().zip(labels) {
        finding.labels = labels.iter().map(|label| place(map, label.span, &label.text)).collect();
        finding.diagnostic.labels = labels;
    }
    placed
}

fn place(map: &SourceMap, span: Span, text: &str) -> LocatedLabel {
    let file = map.file_of(span);
    map.line_index(file).label(map.name(file), map.within(file, span), text)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, file) in self.files.iter().enumerate() {
            write!(f, "{}{file}", if i == 0 { "" } else { "\n" })?;
        }
        match self.left_out {
            0 => Ok(()),
            n => write!(f, "\n{n} more findings are left out"),
        }
    }
}

impl std::error::Error for Report {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_sorted_and_labels_may_be_in_other_files() {
        let mut map = SourceMap::default();
        let first = map.add("a.x", "let x\nlet y").unwrap();
        let second = map.add("b.x", "  fn f").unwrap();
        let at = |file: FileId, start: u32, end: u32| Span { start: map.base(file) + start, end: map.base(file) + end };
        let late =
            Diagnostic::invalid("E1", at(second, 5, 6), "twice").label(at(first, 4, 5), "here first").note("rename");
        let early = Diagnostic::warning("W1", at(first, 10, 11), "unused");
        let report = Report::new(&map, vec![late.clone(), early, late]);
        assert!(report.has_errors());
        let expected = "a.x:2:5: warning[W1]: unused\n  let y\
                        \n      ^\n\
                        b.x:1:6: error[E1]: twice\n  fn f\
                        \n     ^\
                        \n  a.x:1:5: here first\n    let x\
                        \n        ^\
                        \n  help: rename";
        assert_eq!(report.to_string(), expected);
    }
}
