//! Where a user states what is compiled. Messages name an option as it is written there.

/// Where a request comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Door {
    /// The command line of `xls_aot`.
    #[default]
    CommandLine,
    /// A build file of Bazel.
    Bazel,
    /// A build script of Cargo, with `xls_aot_build`.
    BuildScript,
}

impl Door {
    /// How the function to compile is named.
    pub fn top(self) -> &'static str {
        match self {
            Door::CommandLine => "--top",
            Door::Bazel => "`top = \"NAME\"`",
            Door::BuildScript => "`.top(\"NAME\")`",
        }
    }

    /// How the functions to compile are named, if there are several.
    pub fn tops(self) -> &'static str {
        match self {
            Door::CommandLine => "--tops",
            Door::Bazel => "`tops = [\"NAME\", ...]`",
            Door::BuildScript => "`.tops([\"NAME\", ...])`",
        }
    }

    /// How events are asked for, as a whole.
    pub fn events(self, kind: &str) -> String {
        match self {
            Door::CommandLine => format!("`--events {kind}`"),
            Door::Bazel => format!("`events = [\"{kind}\"]`"),
            Door::BuildScript => format!("`.events([Event::{}])`", capitalised(kind)),
        }
    }

    /// What names the description of another library.
    pub fn types_from(self) -> &'static str {
        match self {
            Door::CommandLine => "`--types-from`",
            Door::Bazel | Door::BuildScript => "`types_from`",
        }
    }
}

/// `out_of_bounds` as `OutOfBounds`.
fn capitalised(words: &str) -> String {
    words.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

#[cfg(test)]
mod tests {
    use super::Door;

    #[test]
    fn options_are_spelled_as_where_they_are_written() {
        assert_eq!(Door::CommandLine.events("trace"), "`--events trace`");
        assert_eq!(Door::Bazel.events("cover"), "`events = [\"cover\"]`");
        assert_eq!(Door::BuildScript.events("out_of_bounds"), "`.events([Event::OutOfBounds])`");
    }
}
