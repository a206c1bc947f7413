//! Conditions that follow from other conditions, and values that follow from conditions.
//!
//! A selection takes a case only where its selector has a certain value, and an operand of a conjunction matters only where the
//! others are true. What is true there is an [`Assumption`]; what it decides need not be computed.

use xls_aot_ir::{Bits, NodeId, Op, Operands, Type};

use super::rules;
use super::select::two_way;
use crate::assumption::Assumption;
use crate::graph::{Expr, Graph};
use crate::known::{compared, Knowledge};

rules! { pub(super) LOGIC: Implied = implied_operand }
rules! { pub(super) MASK: Implied = implied_mask }
rules! { pub(super) SEL: Implied = implied_case, implied_increment }
rules! { pub(super) COMPARISON: Implied = implied_in_comparison }

/// Most operands of a conjunction or disjunction that are compared with each other.
const MAX_OPERANDS: usize = 6;

/// Most values that are looked at to see whether two conditions may depend on each other.
const MAX_NEAR: usize = 12;

/// Deepest nesting of selections in a case that is looked into.
const MAX_NESTING: u32 = 3;

/// Most selections in a case that are looked at.
const MAX_SELECTIONS: u32 = 8;

/// Values that a node is computed from in a few steps, and the node itself. Nodes that share none hardly say anything of each other.
struct Near(Vec<NodeId>);

impl Near {
    fn of(g: &Graph<'_>, id: NodeId) -> Near {
        let mut nodes = vec![id];
        let mut next = 0;
        while let Some(&id) = nodes.get(next) {
            next += 1;
            let is_value = |arg: &&NodeId| g.width(**arg) > 0 && g.constant(**arg).is_none();
            nodes.extend(g.args(id).iter().take(MAX_NEAR).filter(is_value));
            if nodes.len() >= MAX_NEAR {
                break;
            }
        }
        Near(nodes)
    }

    fn meets(&self, other: &Near) -> bool {
        self.0.iter().any(|id| other.0.contains(id))
    }
}

/// For one bit: `a & b = a` and `a | b = b` if b is true wherever a is; `a & b = 0` if b is false wherever a is true, and
/// `a | b = 1` if b is true wherever a is false. Likewise for several operands. An operand that is never true is false.
fn implied_operand(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    if e.width() != 1 || !(2..=MAX_OPERANDS).contains(&e.args.len()) {
        return None;
    }
    let near: Vec<Near> = e.args.iter().map(|&arg| Near::of(g, arg)).collect();
    // The value of an operand that leaves the others to decide.
    let neutral = *e.op == Op::And;
    let mut dropped = None;
    'found: for (i, &arg) in e.args.iter().enumerate() {
        let is_other = |&(j, _): &(usize, NodeId)| j != i && near[j].meets(&near[i]);
        let others = || e.args.iter().copied().enumerate().filter(is_other);
        if others().next().is_none() {
            continue;
        }
        for value in [neutral, !neutral] {
            let assumption = Assumption::new(g, arg, value);
            let is_useful = |decided: bool| value == neutral || decided == value;
            let decided =
                others().find_map(|(j, other)| Some((j, assumption.decides(other).filter(|&d| is_useful(d))?)));
            match decided {
                _ if assumption.is_impossible() && value == neutral => return Some(g.bool(!neutral)),
                _ if assumption.is_impossible() => dropped = Some(i),
                Some((_, decided)) if value == neutral && decided != neutral => return Some(g.bool(!neutral)),
                Some((j, _)) if value == neutral => dropped = Some(j),
                Some(_) => dropped = Some(i),
                None => continue,
            }
            break 'found;
        }
    }
    let dropped = dropped?;
    let kept: Operands = e.args.iter().enumerate().filter(|&(i, _)| i != dropped).map(|(_, &arg)| arg).collect();
    Some(g.add(e.op.clone(), kept, Type::Bits(1)))
}

/// `x & sext(c) = x` for a single bit c, if x is zero wherever c is false
fn implied_mask(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &[a, b] = e.args else { return None };
    let is_zero_without = |mask: NodeId, x: NodeId| {
        let condition = g.operand_of(mask, &Op::SignExt).filter(|&condition| g.width(condition) == 1)?;
        let value = Assumption::new(g, condition, false).constant(x)?;
        value.is_zero().then_some(x)
    };
    is_zero_without(b, a).or_else(|| is_zero_without(a, b))
}

/// A case of a selection where its selector has a certain value.
#[derive(PartialEq, Eq)]
enum Case {
    Node(NodeId),
    Constant(Bits),
    /// A selector that is not decided, and the two cases, of which at least one is not as it was.
    Select(NodeId, Box<[Case; 2]>),
}

impl Case {
    fn of(assumption: &Assumption<'_, '_>, g: &Graph<'_>, mut id: NodeId, nesting: u32, left: &mut u32) -> Case {
        while let Some((s, a, b)) = two_way(g, g.op(id), g.args(id)) {
            if *left == 0 {
                break;
            }
            *left -= 1;
            if let Some(value) = assumption.decides(s) {
                id = if value { b } else { a };
                continue;
            }
            if nesting == 0 || !g.has_one_user(id) {
                break;
            }
            let cases = [a, b].map(|case| Case::of(assumption, g, case, nesting - 1, left));
            if cases != [Case::Node(a), Case::Node(b)] {
                return Case::Select(s, Box::new(cases));
            }
            break;
        }
        match assumption.learnt_constant(id) {
            Some(bits) => Case::Constant(bits),
            None => Case::Node(id),
        }
    }

    fn write(self, g: &mut Graph<'_>) -> NodeId {
        match self {
            Case::Node(id) => id,
            Case::Constant(bits) => g.bits(bits),
            Case::Select(s, cases) => {
                let [a, b] = *cases;
                let (a, b) = (a.write(g), b.write(g));
                g.select(s, b, a)
            }
        }
    }
}

/// `if s { b } else { a } = a` if a and b are equal wherever s is true, and `= b` if they are wherever it is false; a selection in b
/// whose selector follows from s is the case that it selects, and a value that follows from s is a constant; likewise in a
fn implied_case(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (s, a, b) = two_way(g, e.op, e.args)?;
    let is_selection = |x: NodeId| two_way(g, g.op(x), g.args(x)).is_some();
    let is_constant = |x: NodeId| g.constant(x).is_some();
    let is_compared = |x: NodeId| g.args(s).contains(&x);
    if !(is_selection(a) || is_selection(b) || is_constant(a) != is_constant(b) || is_compared(a) || is_compared(b)) {
        return None;
    }
    let mut cases = [Case::Node(a), Case::Node(b)];
    for (value, case, other) in [(false, a, b), (true, b, a)] {
        let assumption = Assumption::new(g, s, value);
        let in_case = Case::of(&assumption, g, case, MAX_NESTING, &mut MAX_SELECTIONS.clone());
        let in_other = Case::of(&assumption, g, other, 0, &mut MAX_SELECTIONS.clone());
        let is_same = in_case == in_other
            || match (&in_case, &in_other) {
                (Case::Node(case), Case::Node(other)) => {
                    g.constant(*case).is_some_and(|c| assumption.constant(*other).as_ref() == Some(c))
                }
                _ => false,
            };
        if is_same || assumption.is_impossible() {
            return Some(other);
        }
        cases[usize::from(value)] = in_case;
    }
    if cases == [Case::Node(a), Case::Node(b)] {
        return None;
    }
    let [a, b] = cases.map(|case| case.write(g));
    Some(g.select(s, b, a))
}

/// `if s { c + 1 } else { x } = x + zext(s)` for a constant c that x is wherever s is true, if x is such a sum or selection by a
/// condition that follows from s. So counts of conditions of which each follows from the next become sums
fn implied_increment(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (s, x, next) = two_way(g, e.op, e.args)?;
    let width = e.ty.bit_count().filter(|width| (2..=64).contains(width))?;
    let next = g.constant(next)?.to_u64()?;
    let before = Bits::from_u64(width, next.checked_sub(1)?);
    let condition = last_counted(g, x)?;
    let assumption = Assumption::new(g, s, true);
    if assumption.decides(condition) != Some(true) || assumption.constant(x) != Some(before) {
        return None;
    }
    let one = g.zero_ext(s, width);
    Some(g.same(Op::Add, [x, one]))
}

/// The last condition of those that are counted by a node, which may be a sum or a selection, and extended.
fn last_counted(g: &Graph<'_>, count: NodeId) -> Option<NodeId> {
    let narrow = g.operand_of(count, &Op::ZeroExt).unwrap_or(count);
    if g.width(narrow) == 1 {
        return Some(narrow);
    }
    match (g.op(narrow), g.args(narrow)) {
        (Op::Add, &[_, last]) => g.operand_of(last, &Op::ZeroExt).filter(|&last| g.width(last) == 1),
        (op, args) => two_way(g, op, args).filter(|&(_, _, c)| g.constant(c).is_some()).map(|(s, ..)| s),
    }
}

/// `(if s { c } else { x }) < d` is `x < d` if both are equal wherever s is true, for constants c and d; likewise for all
/// comparisons, and with the cases exchanged
fn implied_in_comparison(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &[selection, d] = e.args else { return None };
    let (s, a, b) = two_way(g, g.op(selection), g.args(selection))?;
    g.constant(d)?;
    let (value, c, x) = match (g.constant(a).is_some(), g.constant(b).is_some()) {
        (true, false) => (false, a, b),
        (false, true) => (true, b, a),
        _ => return None,
    };
    let of = |x| compared(e.op, x, g.known(d), g.width(d));
    let of_constant = of(g.known(c))?;
    let of_x = of(Assumption::new(g, s, value).known(x));
    (of_x == Some(of_constant)).then(|| g.compare(e.op.clone(), x, d))
}
