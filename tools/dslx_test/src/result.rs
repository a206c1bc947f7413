//! What came of a test.

use std::time::Duration;

/// A test that has run.
#[derive(Clone, PartialEq, Debug)]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// File, line and column of its name.
    pub position: (String, u32, u32),
    /// Whether it is a quickcheck.
    pub is_quickcheck: bool,
    /// How long it took.
    pub time: Duration,
    /// How it ended.
    pub outcome: Outcome,
    /// What its traces printed, in order.
    pub traces: Vec<String>,
    /// Remarks on what was not compared.
    pub remarks: Vec<String>,
}

/// How a test ended.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// It passed; of a quickcheck, what was tried.
    Passed(Option<Tried>),
    /// It failed.
    Failed(Failure),
}

/// The inputs that a quickcheck has tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tried {
    /// All that there are.
    All(u64),
    /// So many random ones.
    Random(u64),
}

/// Why a test failed.
#[derive(Clone, PartialEq, Debug)]
pub enum Failure {
    /// These assertions failed, in order; at least one.
    Assertions(Vec<Assertion>),
    /// A quickcheck is not true on an input.
    Counterexample(Box<Counterexample>),
    /// Its process ended before the test did; this is how.
    Ended(String),
    /// Another way to run it gives another result.
    Difference(String),
}

/// An assertion that failed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Assertion {
    /// File, line and column.
    pub position: Option<(String, u32, u32)>,
    /// Its label, or its message if it has none.
    pub text: String,
}

/// An input on which a quickcheck fails, as small as it was made.
#[derive(Clone, PartialEq, Debug)]
pub struct Counterexample {
    /// Number of the input that was found first.
    pub number: u64,
    /// The inputs that were to be tried.
    pub of: Tried,
    /// Names and values of the parameters, as DSLX.
    pub arguments: Vec<(String, String)>,
    /// What happens there.
    pub why: Why,
    /// A DSLX test that fails in the same way.
    pub test: String,
}

/// What happens on an input.
#[derive(Clone, PartialEq, Debug)]
pub enum Why {
    /// The result is false.
    False,
    /// Assertions fail.
    Assertions(Vec<Assertion>),
    /// The process ends.
    Ended(String),
}

impl TestResult {
    /// Whether it passed.
    pub fn has_passed(&self) -> bool {
        matches!(self.outcome, Outcome::Passed(_))
    }
}
