//! Which tests run: those that a filter matches, and of these the share of one shard.

use xls_aot_dslx::test_functions::TestFunction;

/// One of several processes that share the tests among them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shard {
    index: usize,
    total: usize,
}

impl Shard {
    /// Shard `index` of `total`, counted from 0; `None` if there is none such.
    pub fn new(index: usize, total: usize) -> Option<Self> {
        (index < total).then_some(Shard { index, total })
    }
}

/// The tests to run, of all that the modules have; `tests` has those of each module.
#[derive(Clone, PartialEq, Debug)]
pub struct Selection {
    /// Those that run, of each module.
    pub tests: Vec<Vec<TestFunction>>,
    /// How many there are.
    pub all: usize,
    /// How many of them the filter matches.
    pub matched: usize,
}

/// Selects the tests whose names contain `filter`, and of these every one that falls to the shard. The order stays.
pub fn select(tests: Vec<Vec<TestFunction>>, filter: Option<&str>, shard: Option<Shard>) -> Selection {
    let (mut all, mut matched) = (0, 0);
    let mut is_selected = |test: &TestFunction| {
        all += 1;
        if filter.is_some_and(|filter| !test.name.contains(filter)) {
            return false;
        }
        matched += 1;
        shard.is_none_or(|Shard { index, total }| (matched - 1) % total == index)
    };
    let tests = tests.into_iter().map(|tests| tests.into_iter().filter(&mut is_selected).collect()).collect();
    Selection { tests, all, matched }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xls_aot_dslx::test_functions::TestKind;
    use xls_aot_ir::FuncId;

    fn modules() -> Vec<Vec<TestFunction>> {
        let test = |name: &&str| TestFunction {
            name: (*name).to_owned(),
            position: ("m.x".to_owned(), 1, 1),
            kind: TestKind::Test,
            function: FuncId::new(0),
        };
        [&["add_one", "add_two", "mul"][..], &[], &["add_three"]].iter().map(|m| m.iter().map(test).collect()).collect()
    }

    fn names(filter: Option<&str>, shard: Option<Shard>) -> (Vec<String>, usize, usize) {
        let Selection { tests, all, matched } = select(modules(), filter, shard);
        assert_eq!(tests.len(), 3);
        (tests.concat().into_iter().map(|test| test.name).collect(), all, matched)
    }

    #[test]
    fn filters_match_parts_of_names() {
        let all = ["add_one", "add_two", "mul", "add_three"].map(String::from).to_vec();
        assert_eq!(names(None, None), (all, 4, 4));
        assert_eq!(names(Some("mul"), None), (vec!["mul".to_owned()], 4, 1));
        assert_eq!(names(Some("sub"), None), (vec![], 4, 0));
    }

    #[test]
    fn each_test_falls_to_one_shard() {
        for total in 1..6 {
            let mut shared: Vec<String> =
                (0..total).flat_map(|index| names(Some("add"), Shard::new(index, total)).0).collect();
            shared.sort();
            assert_eq!(shared, ["add_one", "add_three", "add_two"], "{total}");
        }
        assert_eq!(names(Some("add"), Shard::new(0, 2)).0, ["add_one", "add_three"]);
        assert_eq!(Shard::new(2, 2), None);
    }
}
