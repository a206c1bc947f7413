//! Whether the arms of a `match` cover all values.
//!
//! The scrutinee is taken apart into leaves: numbers, enumerations, and what patterns cannot look into. A pattern is then an
//! interval for each leaf. Leaf by leaf, the values are cut where an interval begins or ends; within a piece all values are
//! alike, so one of each piece is looked at. Work is bounded.

use xls_aot_ir::bits::last_word_mask;
use xls_aot_ir::{Bits, Diagnostic, Value};

use super::checker::Check;
use super::infer::Infer;
use super::show_value::show_value;
use super::typed::{Arm, Pattern, PatternKind};
use super::types::{Type, TypeId, Types};
use crate::source::Span;

/// Patterns that are looked at, at most, over all pieces.
const MAX_WORK: u32 = 5_000_000;

/// A number by its order: words from the most significant one, biased if the type is signed.
type Key = Vec<u64>;

/// What a pattern says of a leaf.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Cover {
    /// Any value.
    Any,
    /// From the first to the last, both included.
    Interval(Key, Key),
    /// Nothing that is known now.
    Nothing,
}

/// Values of a leaf.
enum Domain {
    /// All numbers of a type.
    Numbers { signed: bool, width: u32 },
    /// The members of an enumeration.
    Members(Vec<(Key, Value)>),
    /// What patterns cannot look into.
    Opaque(Value),
}

impl Infer<'_, '_> {
    /// Reports a value that no arm matches; warns about arms that nothing is left for.
    pub fn check_exhaustive(&mut self, arms: &[Arm], ty: TypeId, span: Span) -> Check<()> {
        let types = &self.cx.types;
        let mut domains = Vec::new();
        leaves(types, ty, &mut domains);
        let patterns: Vec<&Pattern> = arms.iter().flat_map(|arm| &arm.patterns).collect();
        let rows: Vec<Vec<Cover>> = patterns
            .iter()
            .map(|pattern| {
                let mut row = Vec::new();
                covers(types, pattern, &mut row);
                row
            })
            .collect();
        let all: Vec<usize> = (0..rows.len()).collect();
        let mut search = Search { rows: &rows, domains: &domains, work: MAX_WORK };
        match search.uncovered(0, &all) {
            Ok(None) => {}
            Ok(Some(sample)) => {
                let value = assemble(types, ty, &mut sample.into_iter());
                let text = format!("no arm matches {}", show_value(types, &value, ty));
                let finding =
                    Diagnostic::invalid("E1320", span, text).note("add an arm for it, or `_ => ...` at the end");
                return Err(self.report(finding));
            }
            Err(TooMuch) => {
                let text = "whether this `match` covers all values takes too much to find out";
                let finding = Diagnostic::limit("E1321", span, text).note("add `_ => ...` as the last arm");
                return Err(self.report(finding));
            }
        }
        self.warn_unreachable(&rows, &domains, &patterns);
        Ok(())
    }

    /// Patterns behind those that match everything already.
    fn warn_unreachable(&mut self, rows: &[Vec<Cover>], domains: &[Domain], patterns: &[&Pattern]) {
        let covered = |count: usize| {
            let rows_of: Vec<usize> = (0..count).collect();
            matches!(Search { rows, domains, work: MAX_WORK }.uncovered(0, &rows_of), Ok(None))
        };
        // The least number of patterns that cover everything; it exists, for all of them do.
        let (mut low, mut high) = (1, rows.len());
        if rows.last().is_some_and(|row| row.iter().all(|cover| *cover == Cover::Any)) && rows.len() > 1 {
            // The usual case, a last arm `_`: only ask whether it is needed.
            if !covered(rows.len() - 1) {
                return;
            }
            high = rows.len() - 1;
        }
        while low < high {
            let middle = (low + high) / 2;
            match covered(middle) {
                true => high = middle,
                false => low = middle + 1,
            }
        }
        for pattern in &patterns[high..] {
            self.warn_already_exhaustive(pattern.span);
        }
    }
}

/// The search takes more than it may.
#[derive(Clone, Copy, Debug)]
struct TooMuch;

struct Search<'p> {
    rows: &'p [Vec<Cover>],
    domains: &'p [Domain],
    work: u32,
}

impl Search<'_> {
    /// A value, by leaves from `leaf` on, that none of the rows covers.
    fn uncovered(&mut self, leaf: usize, rows: &[usize]) -> Result<Option<Vec<Value>>, TooMuch> {
        let looked_at = u32::try_from(rows.len()).unwrap_or(u32::MAX).saturating_add(1);
        self.work = self.work.checked_sub(looked_at).ok_or(TooMuch)?;
        let Some(domain) = self.domains.get(leaf) else {
            return Ok(rows.is_empty().then(Vec::new));
        };
        // A row that takes anything from here on covers all.
        if rows.iter().any(|&row| self.rows[row][leaf..].iter().all(|cover| *cover == Cover::Any)) {
            return Ok(None);
        }
        if leaf + 1 == self.domains.len() {
            return Ok(self.first_gap(domain, leaf, rows).map(|value| vec![value]));
        }
        for (key, value) in self.pieces(domain, leaf, rows) {
            self.work = self.work.checked_sub(looked_at).ok_or(TooMuch)?;
            let inside: Vec<usize> = rows.iter().copied().filter(|&row| holds(&self.rows[row][leaf], &key)).collect();
            if let Some(mut rest) = self.uncovered(leaf + 1, &inside)? {
                rest.insert(0, value);
                return Ok(Some(rest));
            }
        }
        Ok(None)
    }

    /// The first value of the last leaf that no row covers.
    fn first_gap(&self, domain: &Domain, leaf: usize, rows: &[usize]) -> Option<Value> {
        let mut intervals: Vec<(&Key, &Key)> = rows
            .iter()
            .filter_map(|&row| match &self.rows[row][leaf] {
                Cover::Interval(low, high) => Some((low, high)),
                Cover::Any | Cover::Nothing => None,
            })
            .collect();
        intervals.sort();
        let mut intervals = intervals.into_iter().peekable();
        match domain {
            Domain::Opaque(value) => Some(value.clone()),
            Domain::Members(members) => {
                // Members and intervals are in order: one pass over both.
                let mut reach: Option<&Key> = None;
                for (key, value) in members {
                    while let Some((_, high)) = intervals.next_if(|(low, _)| *low <= key) {
                        reach = reach.max(Some(high));
                    }
                    if reach.is_none_or(|reach| reach < key) {
                        return Some(value.clone());
                    }
                }
                None
            }
            Domain::Numbers { signed, width } => {
                let mut next = Some(key_of(&least(*signed, *width), *signed));
                for (low, high) in intervals {
                    let Some(start) = &next else { return None };
                    if low > start {
                        break;
                    }
                    if high >= start {
                        next = successor(high, *width);
                    }
                }
                next.map(|key| Value::Bits(bits_of(&key, *signed, *width)))
            }
        }
    }

    /// One value of every piece of a leaf.
    fn pieces(&self, domain: &Domain, leaf: usize, rows: &[usize]) -> Vec<(Key, Value)> {
        match domain {
            Domain::Opaque(value) => vec![(Key::new(), value.clone())],
            Domain::Members(members) => members.clone(),
            Domain::Numbers { signed, width } => {
                let mut starts = vec![key_of(&least(*signed, *width), *signed)];
                for &row in rows {
                    if let Cover::Interval(low, high) = &self.rows[row][leaf] {
                        starts.push(low.clone());
                        starts.extend(successor(high, *width));
                    }
                }
                starts.sort();
                starts.dedup();
                starts.into_iter().map(|key| (key.clone(), Value::Bits(bits_of(&key, *signed, *width)))).collect()
            }
        }
    }
}

fn holds(cover: &Cover, key: &Key) -> bool {
    match cover {
        Cover::Any => true,
        Cover::Interval(low, high) => low <= key && key <= high,
        Cover::Nothing => false,
    }
}

fn leaves(types: &Types, ty: TypeId, domains: &mut Vec<Domain>) {
    match types.get(ty) {
        Type::Tuple(elements) => elements.iter().for_each(|&element| leaves(types, element, domains)),
        Type::Bits { signed, width } => domains.push(Domain::Numbers { signed: *signed, width: *width }),
        Type::Enum(id) => {
            let enumeration = types.enumeration(*id);
            let mut members: Vec<(Key, Value)> = Vec::new();
            for member in &enumeration.members {
                if let Value::Bits(bits) = &member.value {
                    members.push((key_of(bits, enumeration.signed), member.value.clone()));
                }
            }
            members.sort_by(|a, b| a.0.cmp(&b.0));
            members.dedup_by(|a, b| a.0 == b.0);
            domains.push(Domain::Members(members));
        }
        Type::Array { .. } | Type::Struct(_) | Type::Token => {
            domains.push(Domain::Opaque(Value::zero(&types.to_ir(ty)).unwrap_or(Value::Token)));
        }
    }
}

fn covers(types: &Types, pattern: &Pattern, row: &mut Vec<Cover>) {
    match &pattern.kind {
        PatternKind::Wildcard | PatternKind::Rest | PatternKind::Bind(_) => {
            let mut domains = Vec::new();
            leaves(types, pattern.ty, &mut domains);
            row.extend(domains.iter().map(|_| Cover::Any));
        }
        PatternKind::Value(value) => values(types, value, pattern.ty, row),
        PatternKind::Local(_) => {
            let mut domains = Vec::new();
            leaves(types, pattern.ty, &mut domains);
            row.extend(domains.iter().map(|_| Cover::Nothing));
        }
        PatternKind::Range { low: Value::Bits(low), high: Value::Bits(high), inclusive } => {
            let signed = types.as_number(pattern.ty).is_some_and(|(signed, _)| signed);
            let (low, mut last) = (key_of(low, signed), key_of(high, signed));
            if !inclusive {
                match predecessor(&last) {
                    Some(key) => last = key,
                    None => return row.push(Cover::Nothing),
                }
            }
            row.push(if low <= last { Cover::Interval(low, last) } else { Cover::Nothing });
        }
        PatternKind::Range { .. } => row.push(Cover::Nothing),
        PatternKind::Tuple(patterns) => patterns.iter().for_each(|pattern| covers(types, pattern, row)),
    }
}

/// A constant pattern, leaf by leaf.
fn values(types: &Types, value: &Value, ty: TypeId, row: &mut Vec<Cover>) {
    match (value, types.get(ty)) {
        (Value::Tuple(elements), Type::Tuple(tys)) => {
            elements.iter().zip(tys).for_each(|(value, &ty)| values(types, value, ty, row));
        }
        (Value::Bits(bits), _) => {
            let signed = types.as_number(ty).is_some_and(|(signed, _)| signed);
            let key = key_of(bits, signed);
            row.push(Cover::Interval(key.clone(), key));
        }
        (Value::Token | Value::Tuple(_) | Value::Array(_), _) => row.push(Cover::Nothing),
    }
}

/// Puts the leaves of a value together.
fn assemble(types: &Types, ty: TypeId, leaves: &mut dyn Iterator<Item = Value>) -> Value {
    match types.get(ty) {
        Type::Tuple(elements) => Value::Tuple(elements.iter().map(|&e| assemble(types, e, leaves)).collect()),
        Type::Bits { .. } | Type::Enum(_) | Type::Array { .. } | Type::Struct(_) | Type::Token => {
            leaves.next().unwrap_or(Value::Token)
        }
    }
}

fn least(signed: bool, width: u32) -> Bits {
    let mut bits = Bits::zero(width);
    if signed && width > 0 {
        bits.set_bit(width - 1, true);
    }
    bits
}

/// A number by its order: the sign bit is turned over.
fn key_of(bits: &Bits, signed: bool) -> Key {
    let mut bits = bits.clone();
    if signed && bits.width() > 0 {
        let sign = bits.width() - 1;
        bits.set_bit(sign, !bits.bit(sign));
    }
    bits.words().iter().rev().copied().collect()
}

fn bits_of(key: &Key, signed: bool, width: u32) -> Bits {
    let words: Vec<u64> = key.iter().rev().copied().collect();
    let mut bits = Bits::from_words(width, &words);
    if signed && width > 0 {
        bits.set_bit(width - 1, !bits.bit(width - 1));
    }
    bits
}

/// The next number, unless this is the last one.
fn successor(key: &Key, width: u32) -> Option<Key> {
    let mut next = key.clone();
    for word in next.iter_mut().rev() {
        let (sum, overflow) = word.overflowing_add(1);
        *word = sum;
        if !overflow {
            let first = next.first().copied().unwrap_or(0);
            return (first & !last_word_mask(width) == 0).then_some(next);
        }
    }
    None
}

/// The number before, unless this is the first one.
fn predecessor(key: &Key) -> Option<Key> {
    let mut before = key.clone();
    for word in before.iter_mut().rev() {
        let (difference, borrow) = word.overflowing_sub(1);
        *word = difference;
        if !borrow {
            return Some(before);
        }
    }
    None
}
