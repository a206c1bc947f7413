//! The reasons to skip a function or a vector without an error: a closed set, so that a check can state the expected
//! number of each.

use std::fmt;
use std::str::FromStr;

/// A reason to skip a function or a vector.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SkipReason {
    /// The function reaches a trace, which the back end does not have.
    Trace,
    /// The function reaches a cover, which the back end does not have.
    Cover,
    /// The back end does not support the function, or the function exceeds a stated limit of the back end.
    Refused,
    /// Compiled code cannot be loaded on this machine.
    Host,
    /// The vector has no result, because the program that recorded it gave none.
    NoReference,
}

impl SkipReason {
    /// All reasons.
    pub const ALL: [SkipReason; 5] =
        [SkipReason::Trace, SkipReason::Cover, SkipReason::Refused, SkipReason::Host, SkipReason::NoReference];

    /// The reason's name on the command line and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            SkipReason::Trace => "trace",
            SkipReason::Cover => "cover",
            SkipReason::Refused => "refused",
            SkipReason::Host => "host",
            SkipReason::NoReference => "no-reference",
        }
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SkipReason {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        SkipReason::ALL.into_iter().find(|reason| reason.name() == name).ok_or_else(|| {
            let names = SkipReason::ALL.map(SkipReason::name).join(", ");
            format!("`{name}` is no reason to skip; expected one of {names}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_read_by_its_name_and_no_other_text_is() {
        for reason in SkipReason::ALL {
            assert_eq!(reason.name().parse(), Ok(reason));
        }
        assert_eq!(
            "traces".parse::<SkipReason>(),
            Err("`traces` is no reason to skip; expected one of trace, cover, refused, host, no-reference".to_owned())
        );
    }
}
