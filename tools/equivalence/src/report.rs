//! The result of a comparison.

use std::fmt;

use crate::Language;

/// Longest text of a value that is printed whole.
const WHOLE: usize = 2000;

/// An input on which the artefact does otherwise than the IR says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mismatch {
    /// Number of the input.
    pub number: u64,
    /// The arguments, typed.
    pub args: Vec<String>,
    /// What the artefact did.
    pub got: String,
    /// What it should have done.
    pub expected: String,
}

/// The comparison of one artefact. `Display` prints what differs and what was left out, and closes with the counts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EquivalenceReport {
    /// The IR file, or that of the DSLX module.
    pub ir: String,
    /// Which of them.
    pub language: Language,
    /// The object of the artefact.
    pub object: String,
    /// The function.
    pub top: String,
    /// The back end that compiled it.
    pub backend: String,
    /// Determines the inputs.
    pub seed: u64,
    /// How many inputs there are, if all were asked for.
    pub all: Option<u64>,
    /// Inputs on which the artefact did what the IR says.
    pub passed: u64,
    /// Inputs on which it did not.
    pub failed: u64,
    /// The first of these.
    pub mismatches: Vec<Mismatch>,
    /// Inputs whose evaluation needs more than the steps for one input.
    pub too_long: u64,
    /// The steps for one input.
    pub steps: u64,
    /// The steps for all inputs.
    pub all_steps: u64,
    /// Most inputs to try.
    pub count: u64,
    /// How many inputs must be compared.
    pub at_least: u64,
    /// Inputs for which the IR has no defined result, and why not for the first of them.
    pub undefined: Option<(u64, String)>,
    /// Inputs that were not tried because the steps for all were used up.
    pub untried: u64,
    /// Whether inputs were not tried because there were enough mismatches.
    pub stopped: bool,
}

impl EquivalenceReport {
    /// Whether nothing differs, and as much was compared as must be.
    pub fn is_success(&self) -> bool {
        self.failed == 0 && self.has_enough()
    }

    fn has_enough(&self) -> bool {
        self.compared() >= self.at_least.max(1)
    }

    /// How many inputs were compared.
    pub fn compared(&self) -> u64 {
        self.passed + self.failed
    }

    /// What to set so that more inputs are compared, or fewer suffice.
    fn remedy(&self) -> String {
        let mut remedies = Vec::new();
        if self.too_long + self.untried > 0 {
            remedies.push(format!("give more steps with --steps (now {}; `steps` in a BUILD file)", self.all_steps));
        } else {
            remedies.push(format!("try more inputs with --count (now {}; `count` in a BUILD file)", self.count));
        }
        remedies.push("be content with fewer with --at-least (`min_inputs` in a BUILD file)".to_owned());
        remedies.join(", or ")
    }

    fn print_mismatch(&self, mismatch: &Mismatch, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mismatch { number, args, got, expected } = mismatch;
        writeln!(f, "FAILED: {} top {}, input {number}", self.ir, self.top)?;
        writeln!(f, "  args:     {}", shortened(&args.join("; ")))?;
        writeln!(f, "  got:      {}", shortened(got))?;
        writeln!(f, "  expected: {}", shortened(expected))?;
        if self.language == Language::Dslx {
            return writeln!(f, "  again:    the same command with --seed {} --first {number} --count 1", self.seed);
        }
        let (ir, top) = (quoted(&self.ir), quoted(&self.top));
        if args.iter().map(String::len).sum::<usize>() <= WHOLE {
            let args: String = args.iter().map(|arg| format!(" {}", quoted(arg))).collect();
            writeln!(f, "  evaluate: xls_aot eval --ir {ir} --top {top}{args}")?;
        }
        let (object, seed) = (quoted(&self.object), self.seed);
        writeln!(
            f,
            "  again:    xls_aot equivalence --ir {ir} --object {object} --seed {seed} --first {number} --count 1"
        )
    }
}

impl fmt::Display for EquivalenceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for mismatch in &self.mismatches {
            self.print_mismatch(mismatch, f)?;
        }
        let more = self.failed.saturating_sub(self.mismatches.len() as u64);
        if more > 0 {
            writeln!(f, "and on {more} more inputs")?;
        }
        if self.stopped {
            writeln!(f, "these are enough: further inputs were not tried")?;
        }
        if self.too_long > 0 {
            let steps = self.steps;
            writeln!(f, "left out, because their evaluation takes more than {steps} steps: {}", self.too_long)?;
        }
        if let Some((count, why)) = &self.undefined {
            writeln!(f, "left out, because their result is not defined ({why}): {count}")?;
        }
        if self.untried > 0 {
            writeln!(f, "left out, because the steps for all inputs were used up: {}", self.untried)?;
        }
        // Once there are enough mismatches, what was not tried is no fault.
        if !self.has_enough() && self.failed == 0 {
            let (compared, least) = (self.compared(), self.at_least.max(1));
            writeln!(f, "FAILED: {compared} inputs were compared, at least {least} must be; {}", self.remedy())?;
        }
        let inputs = match self.all {
            Some(all) => format!("all {all} inputs"),
            None => format!("inputs of seed {}", self.seed),
        };
        writeln!(f, "{} top {}, back end {}: {inputs}", self.ir, self.top, self.backend)?;
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// A text that may be very long.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(WHOLE) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}... ({} characters)", &text[..end], text.chars().count()),
    }
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    if !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "_-./:@".contains(c)) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> EquivalenceReport {
        EquivalenceReport {
            ir: "a b.ir".to_owned(),
            object: "a.o".to_owned(),
            top: "f".to_owned(),
            backend: "native".to_owned(),
            seed: 3,
            steps: 100,
            ..EquivalenceReport::default()
        }
    }

    #[test]
    fn mismatches_say_how_to_see_them_again() {
        let report = EquivalenceReport {
            passed: 2,
            failed: 4,
            mismatches: vec![Mismatch {
                number: 17,
                args: vec!["bits[8]:1".to_owned(), "(token, bits[1]:0)".to_owned()],
                got: "bits[8]:2".to_owned(),
                expected: "bits[8]:3".to_owned(),
            }],
            too_long: 4,
            untried: 5,
            undefined: Some((6, "no end".to_owned())),
            stopped: true,
            ..report()
        };
        assert!(!report.is_success());
        assert_eq!(
            report.to_string(),
            "FAILED: a b.ir top f, input 17
  args:     bits[8]:1; (token, bits[1]:0)
  got:      bits[8]:2
  expected: bits[8]:3
  evaluate: xls_aot eval --ir 'a b.ir' --top f 'bits[8]:1' '(token, bits[1]:0)'
  again:    xls_aot equivalence --ir 'a b.ir' --object a.o --seed 3 --first 17 --count 1
and on 3 more inputs
these are enough: further inputs were not tried
left out, because their evaluation takes more than 100 steps: 4
left out, because their result is not defined (no end): 6
left out, because the steps for all inputs were used up: 5
a b.ir top f, back end native: inputs of seed 3
2 passed, 4 failed"
        );
    }

    #[test]
    fn the_command_of_dslx_has_more_options_than_are_known_here() {
        let mismatch =
            Mismatch { number: 17, args: vec!["bits[8]:1".to_owned()], got: "a".to_owned(), expected: "b".to_owned() };
        let report = EquivalenceReport { language: Language::Dslx, failed: 1, mismatches: vec![mismatch], ..report() };
        let expected = "FAILED: a b.ir top f, input 17\n  args:     bits[8]:1\n  got:      a\n  expected: b\n  again:    the same \
                        command with --seed 3 --first 17 --count 1\n";
        assert!(report.to_string().starts_with(expected), "{report}");
    }

    #[test]
    fn a_comparison_of_nothing_is_no_success() {
        let report = EquivalenceReport { too_long: 4, all_steps: 6400, ..report() };
        assert!(!report.is_success());
        let text = report.to_string();
        let expected =
            "\nFAILED: 0 inputs were compared, at least 1 must be; give more steps with --steps (now 6400; `steps` in \
             a BUILD file), or be content with fewer with --at-least (`min_inputs` in a BUILD file)\n";
        assert!(text.contains(expected), "{text}");
        assert!(text.ends_with("\n0 passed, 0 failed"), "{text}");
        let report = EquivalenceReport { all: Some(1), passed: 1, ..self::report() };
        assert!(report.is_success());
        assert_eq!(report.to_string(), "a b.ir top f, back end native: all 1 inputs\n1 passed, 0 failed");
    }

    #[test]
    fn a_comparison_of_too_few_inputs_is_no_success() {
        let few = EquivalenceReport { passed: 255, at_least: 256, count: 300, ..report() };
        assert!(!few.is_success());
        let text = few.to_string();
        let expected =
            "FAILED: 255 inputs were compared, at least 256 must be; try more inputs with --count (now 300; `count` \
             in a BUILD file), or be content with fewer with --at-least (`min_inputs` in a BUILD file)\n";
        assert!(text.starts_with(expected), "{text}");
        let enough = EquivalenceReport { passed: 256, ..few };
        assert!(enough.is_success() && !enough.to_string().contains("FAILED"), "{enough}");
    }

    #[test]
    fn long_values_are_cut() {
        let mismatch =
            Mismatch { number: 0, args: vec!["x".repeat(2001)], got: String::new(), expected: String::new() };
        let text = EquivalenceReport { failed: 1, mismatches: vec![mismatch], ..report() }.to_string();
        assert!(text.contains(&format!("  args:     {}... (2001 characters)\n", "x".repeat(2000))), "{text}");
        assert!(!text.contains("  evaluate:") && text.contains("  again:"), "{text}");
    }
}
