//! The results as JUnit XML, which Bazel and CI systems read.
//!
//! Invariant: the text is well-formed whatever names, labels and traces contain.

use std::fmt::Write as _;

use crate::report::failure;
use crate::result::{Failure, Outcome, TestResult};

/// The results of one module.
pub struct Suite<'a> {
    /// The module's file.
    pub file: &'a str,
    /// Its results.
    pub results: &'a [TestResult],
}

/// The XML text of all modules. `seed` is that of the random inputs.
pub fn xml(suites: &[Suite<'_>], seed: u64) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let counts = |results: &[&TestResult]| {
        let failed = results.iter().filter(|result| !result.has_passed()).count();
        let time: f64 = results.iter().map(|result| result.time.as_secs_f64()).sum();
        format!("tests=\"{}\" failures=\"{failed}\" errors=\"0\" time=\"{time:.6}\"", results.len())
    };
    let all: Vec<&TestResult> = suites.iter().flat_map(|suite| suite.results).collect();
    let _ = writeln!(text, "<testsuites {}>", counts(&all));
    for Suite { file, results } in suites {
        let of_suite: Vec<&TestResult> = results.iter().collect();
        let _ = writeln!(text, "  <testsuite name=\"{}\" {}>", escaped(file), counts(&of_suite));
        for result in *results {
            let (name, (path, line, _)) = (escaped(&result.name), &result.position);
            let (class, path) = (escaped(file), escaped(path));
            let time = result.time.as_secs_f64();
            let _ = write!(
                text,
                "    <testcase name=\"{name}\" classname=\"{class}\" file=\"{path}\" line=\"{line}\" time=\"{time:.6}\""
            );
            let Outcome::Failed(failed) = &result.outcome else {
                text.push_str("/>\n");
                continue;
            };
            let kind = match failed {
                Failure::Assertions(_) => "assertion",
                Failure::Counterexample(_) => "counterexample",
                Failure::Ended(_) => "ended",
                Failure::Difference(_) => "difference",
            };
            let details = failure(result, seed);
            let message = escaped(details.lines().next().unwrap_or_default());
            let _ = writeln!(
                text,
                ">\n      <failure message=\"{message}\" type=\"{kind}\">{}</failure>\n    </testcase>",
                escaped(&details)
            );
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

/// Text as content or as an attribute. Characters that XML does not have become the replacement character.
fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => result.push_str("&amp;"),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '"' => result.push_str("&quot;"),
            // Parsers normalise a carriage return that is written as it is.
            '\r' => result.push_str("&#13;"),
            '\n' | '\t' => result.push(character),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => result.push('\u{fffd}'),
            _ => result.push(character),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::Assertion;
    use std::time::Duration;

    #[test]
    fn any_text_is_escaped() {
        assert_eq!(
            escaped("a<b> & \"c\"\r\n\t\u{0}\u{1b}[0m\u{ffff}é"),
            "a&lt;b&gt; &amp; &quot;c&quot;&#13;\n\t\u{fffd}\u{fffd}[0m\u{fffd}é"
        );
        assert_eq!(escaped("]]>"), "]]&gt;");
    }

    #[test]
    fn suites_have_counts_and_failures() {
        let result = |name: &str, outcome| TestResult {
            name: name.to_owned(),
            position: ("d/m.x".to_owned(), 3, 4),
            is_quickcheck: false,
            time: Duration::from_millis(2),
            outcome,
            traces: vec!["<trace>".to_owned()],
            remarks: Vec::new(),
        };
        let assertion = Assertion { position: Some(("d/m.x".to_owned(), 5, 6)), text: "x < \"y\"".to_owned() };
        let results = [
            result("good", Outcome::Passed(None)),
            result("bad", Outcome::Failed(Failure::Assertions(vec![assertion]))),
        ];
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuites tests=\"2\" failures=\"1\" errors=\"0\" time=\"0.004000\">
  <testsuite name=\"d/m.x\" tests=\"2\" failures=\"1\" errors=\"0\" time=\"0.004000\">
    <testcase name=\"good\" classname=\"d/m.x\" file=\"d/m.x\" line=\"3\" time=\"0.002000\"/>
    <testcase name=\"bad\" classname=\"d/m.x\" file=\"d/m.x\" line=\"3\" time=\"0.002000\">
      <failure message=\"d/m.x:5:6: error: assertion failed: x &lt; &quot;y&quot;\" type=\"assertion\">d/m.x:5:6: error: assertion failed: x &lt; &quot;y&quot;
  traces:
    &lt;trace&gt;
</failure>
    </testcase>
  </testsuite>
</testsuites>
";
        assert_eq!(xml(&[Suite { file: "d/m.x", results: &results }], 1), expected);
    }
}
