//! The options of the optimiser.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use xls_aot_ir::Package;

/// How much is optimised.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum OptLevel {
    /// Nothing: the functions stay as they are written.
    None,
    /// Everything.
    #[default]
    Full,
}

impl fmt::Display for OptLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OptLevel::None => "none",
            OptLevel::Full => "full",
        })
    }
}

impl FromStr for OptLevel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(OptLevel::None),
            "full" => Ok(OptLevel::Full),
            _ => Err(format!("`{text}` is not an optimisation level; expected `none` or `full`")),
        }
    }
}

macro_rules! topics {
    ($( $(#[$doc:meta])* $variant:ident = $name:literal; )*) => {
        /// A kind of optimisation, to be switched off on its own.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Topic {
            $( $(#[$doc])* $variant, )*
        }

        impl Topic {
            /// All topics.
            pub const ALL: &'static [Topic] = &[$( Topic::$variant ),*];

            /// The topic's name.
            pub fn name(self) -> &'static str {
                match self {
                    $( Topic::$variant => $name, )*
                }
            }
        }
    };
}

topics! {
    /// Calls are replaced by the callee's body.
    Inline = "inline";
    /// Loops and maps are written out.
    Unroll = "unroll";
    /// Literals among the invariant arguments of loops move into the bodies, and unchanged parts of states out of them.
    Invariants = "invariants";
    /// Nodes that nothing depends on are dropped.
    DeadCode = "dead-code";
    /// Equal expressions are computed once.
    Cse = "cse";
    /// Operations on constants are computed.
    Fold = "fold";
    /// Nodes of which every bit is known become constants.
    KnownBits = "known-bits";
    /// Bits that are not needed are not computed.
    Narrow = "narrow";
    /// Addition, multiplication, division.
    Arithmetic = "arithmetic";
    /// Bitwise operations and reductions.
    Logic = "logic";
    /// Comparisons.
    Compare = "compare";
    /// Selections.
    Select = "select";
    /// Conditions and values that follow from other conditions.
    Implied = "implied";
    /// Slices, concatenations and extensions.
    Slice = "slice";
    /// Shifts.
    Shift = "shift";
    /// Tuples and arrays.
    Aggregate = "aggregate";
    /// Words whose bits are computed in pieces are computed as words.
    Regroup = "regroup";
    /// Counts of leading and trailing zeros are recognised, whatever they are made of.
    Scan = "scan";
    /// Linear parts are computed by tables.
    Linear = "linear";
    /// Tokens and effects that cannot happen.
    Token = "token";
}

impl FromStr for Topic {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Topic::ALL.iter().copied().find(|topic| topic.name() == text).ok_or_else(|| {
            let names: Vec<_> = Topic::ALL.iter().map(|topic| topic.name()).collect();
            format!("`{text}` is not a kind of optimisation; expected one of {}", names.join(", "))
        })
    }
}

/// What [`Options::print_after`] calls: with the name of the pass (one of [`PASSES`](crate::PASSES)) and the package as
/// it is then.
pub type PrintAfter<'a> = &'a dyn Fn(&str, &Package);

/// What [`Options::on_rewrite`] calls: with the name of the rule (one of [`rule_names`](crate::rule_names)) and a package of one
/// function, whose result is a pair: what the rule replaced, and by what. The pair is of equal values for all arguments.
pub type OnRewrite<'a> = &'a dyn Fn(&'static str, &Package);

/// Options of [`optimize`](crate::optimize).
#[derive(Clone)]
pub struct Options<'a> {
    /// How much is optimised.
    pub level: OptLevel,
    /// The topics that are switched off.
    pub disabled: BTreeSet<Topic>,
    /// Called after each pass.
    pub print_after: Option<PrintAfter<'a>>,
    /// Called for each application of a rule to an expression of parameters and constants without calls and effects, for tests
    /// that prove the rules. Takes time that grows with the square of the function's size.
    pub on_rewrite: Option<OnRewrite<'a>>,
    /// Whether the package is verified after each pass: by default in debug builds.
    pub verify: bool,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options::new(OptLevel::default())
    }
}

impl Options<'_> {
    /// Everything that the level has.
    pub fn new(level: OptLevel) -> Self {
        Options {
            level,
            disabled: BTreeSet::new(),
            print_after: None,
            on_rewrite: None,
            verify: cfg!(debug_assertions),
        }
    }
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("level", &self.level)
            .field("disabled", &self.disabled)
            .field("print_after", &self.print_after.is_some())
            .field("on_rewrite", &self.on_rewrite.is_some())
            .field("verify", &self.verify)
            .finish()
    }
}
