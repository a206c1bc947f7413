//! The observed and the expected outcome of a function, and their comparison.

use std::collections::BTreeMap;
use std::fmt;

use xls_aot_eval::{eval_op, EvalError, Evaluator, Options, Outcome, PartialProducts};
use xls_aot_ir::{closure, FuncId, Op, Package, Value};

use crate::sites::{access_name, SiteName};

/// The outcome of a call, in a form that the evaluator and compiled code share.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Observed {
    /// The result.
    pub value: Value,
    /// Texts of the failed assertions, in order: their messages, or another text that both sides use.
    pub asserts: Vec<String>,
    /// Trace texts, in order; `None` if the subject does not report traces.
    pub traces: Option<Vec<String>>,
    /// How often each cover was reached, without those that were not; `None` if it is not known.
    pub covers: Option<BTreeMap<String, u64>>,
    /// How often accesses of each name broke their promise `assumed_in_bounds`, without those that did not; `None` if it is
    /// not known.
    pub out_of_bounds: Option<BTreeMap<String, u64>>,
}

impl Observed {
    /// The evaluator's outcome.
    pub fn of_evaluation(outcome: Outcome, package: &Package, name: SiteName) -> Self {
        let site_name = name;
        let name = |function: FuncId, node| {
            let function = package.function(function);
            name(function, &function.node(node).op)
        };
        let mut covers = BTreeMap::new();
        for (&(function, node), count) in &outcome.covers {
            *covers.entry(name(function, node)).or_default() += count;
        }
        let out_of_bounds = outcome.out_of_bounds.as_ref().map(|counts| {
            let mut named = BTreeMap::new();
            for (&(function, node), count) in counts {
                *named.entry(access_name(package.function(function), node, site_name)).or_default() += count;
            }
            named
        });
        Observed {
            value: outcome.value,
            asserts: outcome.asserts.iter().map(|failure| name(failure.function, failure.node)).collect(),
            traces: Some(outcome.traces.into_iter().map(|trace| trace.text).collect()),
            covers: Some(covers),
            out_of_bounds,
        }
    }

    /// Whether this is the `expected` outcome. Traces, covers and broken promises count if both have them, value leaves if they are specified,
    /// the order of assertions if it is kept.
    pub fn agrees_with(&self, expected: &Observed, unspecified: Option<&Unspecified>, keeps_order: bool) -> bool {
        let traces_agree = agree_if_known(self.traces.as_ref(), expected.traces.as_ref());
        let covers_agree = agree_if_known(self.covers.as_ref(), expected.covers.as_ref());
        let out_of_bounds_agree = agree_if_known(self.out_of_bounds.as_ref(), expected.out_of_bounds.as_ref());
        let values_agree = match unspecified {
            None => self.value == expected.value,
            Some(unspecified) => agree(&self.value, &expected.value, &unspecified.one_way, &unspecified.other_way),
        };
        let sorted = |asserts: &[String]| {
            let mut sorted = asserts.to_vec();
            sorted.sort();
            sorted
        };
        let asserts_agree =
            self.asserts == expected.asserts || !keeps_order && sorted(&self.asserts) == sorted(&expected.asserts);
        values_agree && traces_agree && covers_agree && out_of_bounds_agree && asserts_agree
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value)?;
        if !self.asserts.is_empty() {
            write!(f, " asserts {:?}", self.asserts)?;
        }
        match &self.traces {
            Some(traces) if !traces.is_empty() => write!(f, " traces {traces:?}")?,
            _ => {}
        }
        match &self.covers {
            Some(covers) if !covers.is_empty() => write!(f, " covers {covers:?}")?,
            _ => {}
        }
        match &self.out_of_bounds {
            Some(counts) if !counts.is_empty() => write!(f, " out_of_bounds {counts:?}"),
            _ => Ok(()),
        }
    }
}

fn agree_if_known<T: PartialEq>(got: Option<&T>, expected: Option<&T>) -> bool {
    match (got, expected) {
        (Some(got), Some(expected)) => got == expected,
        (None, _) | (_, None) => true,
    }
}

/// A result under two ways to choose the elements of partial products. Leaves that differ are unspecified.
pub struct Unspecified {
    one_way: Value,
    other_way: Value,
}

impl Unspecified {
    /// The results of a call, if the function uses partial products and its result depends on how they are chosen.
    ///
    /// # Errors
    /// If the evaluation reaches a limit.
    pub fn of(
        package: &Package,
        function: FuncId,
        arguments: &[Value],
        options: &Options,
    ) -> Result<Option<Self>, EvalError> {
        if !uses_partial_products(package, function) {
            return Ok(None);
        }
        let run = |partial_products| {
            let options = Options { partial_products, ..*options };
            Evaluator::new(package, options).run(function, arguments).map(|outcome| outcome.value)
        };
        let (one_way, other_way) = (run(PartialProducts::Offset)?, run(PartialProducts::Whole)?);
        Ok((one_way != other_way).then_some(Unspecified { one_way, other_way }))
    }
}

fn uses_partial_products(package: &Package, function: FuncId) -> bool {
    let reached = closure::reachable(package, function);
    let functions = package.functions.iter().zip(reached).filter_map(|(function, reached)| reached.then_some(function));
    functions.flat_map(|function| &function.nodes).any(|node| matches!(node.op, Op::Umulp | Op::Smulp))
}

/// Whether `got` and `expected` are equal wherever the two possible results `a` and `b` are equal. Two pairs of which only
/// the sums are specified count as equal if the sums are.
fn agree(got: &Value, expected: &Value, a: &Value, b: &Value) -> bool {
    if a == b {
        return got == expected;
    }
    if let (Some(got), Some(expected), Some(a), Some(b)) = (sum(got), sum(expected), sum(a), sum(b)) {
        return a != b || got == expected;
    }
    match (got, expected, a, b) {
        (Value::Bits(_), Value::Bits(_), _, _) => true,
        (Value::Tuple(got), Value::Tuple(expected), Value::Tuple(a), Value::Tuple(b))
        | (Value::Array(got), Value::Array(expected), Value::Array(a), Value::Array(b)) => {
            got.len() == expected.len()
                && got
                    .iter()
                    .zip(expected)
                    .zip(a.iter().zip(b))
                    .all(|((got, expected), (a, b))| agree(got, expected, a, b))
        }
        _ => false,
    }
}

/// The sum of a pair of equally wide bit vectors.
fn sum(value: &Value) -> Option<Value> {
    match value {
        Value::Tuple(elements) => match elements.as_slice() {
            [Value::Bits(a), Value::Bits(b)] if a.width() == b.width() => {
                eval_op(&Op::Add, &[&elements[0], &elements[1]], &elements[0].type_of()).ok()
            }
            _ => None,
        },
        Value::Bits(_) | Value::Token | Value::Array(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xls_aot_ir::parse_typed_value;

    fn v(text: &str) -> Value {
        parse_typed_value(text).unwrap()
    }

    #[test]
    fn only_specified_leaves_count() {
        let (a, b) =
            (v("(bits[8]:1, (bits[8]:3, bits[8]:4), bits[8]:9)"), v("(bits[8]:1, (bits[8]:7, bits[8]:0), bits[8]:8)"));
        let expected = v("(bits[8]:1, (bits[8]:5, bits[8]:2), bits[8]:0)");
        assert!(agree(&v("(bits[8]:1, (bits[8]:255, bits[8]:8), bits[8]:77)"), &expected, &a, &b));
        assert!(!agree(&v("(bits[8]:2, (bits[8]:5, bits[8]:2), bits[8]:0)"), &expected, &a, &b), "a specified leaf");
        assert!(!agree(&v("(bits[8]:1, (bits[8]:5, bits[8]:3), bits[8]:0)"), &expected, &a, &b), "another sum");
    }
}
