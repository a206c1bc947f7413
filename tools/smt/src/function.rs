//! Functions: a definition a node.

use std::fmt;

use xls_aot_ir::{Function, Node, Op, OpKind, Type};

use crate::bits::{bit_of, extract, is_set, joined, number, ones, resized, shifted, sign_resized};
use crate::term::Term;

/// Why a function is not translated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Untranslated {
    /// It has values of no bits.
    NoBits,
    /// It has tokens.
    Token,
    /// It has this operation: a call, a loop, an effect, or one whose result is not fully specified.
    Operation(OpKind),
    /// Its result is not a pair of values of one type.
    NoPair,
}

impl fmt::Display for Untranslated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Untranslated::NoBits => f.write_str("values of no bits"),
            Untranslated::Token => f.write_str("tokens"),
            Untranslated::Operation(kind) => write!(f, "the operation `{}`", kind.info().mnemonic),
            Untranslated::NoPair => f.write_str("a result that is not a pair"),
        }
    }
}

/// Declarations, definitions and an assertion that can be satisfied only if the two elements of the function's result
/// differ for some arguments. The text ends with `(check-sat)`.
///
/// # Errors
/// If there is no translation of the function.
pub fn query(function: &Function) -> Result<String, Untranslated> {
    let mut text = String::new();
    let mut terms: Vec<Term> = Vec::with_capacity(function.nodes.len());
    for (id, node) in function.iter() {
        let name = format!("n{}", id.index());
        let term = if matches!(node.op, Op::Param { .. }) {
            Term::declare(&name, &node.ty, &mut text)?
        } else {
            let operands: Vec<&Term> = node.operands.iter().map(|operand| &terms[operand.index()]).collect();
            term(node, &operands)?.define(&name, &mut text)
        };
        terms.push(term);
    }
    let [a, b] = terms[function.ret.index()].parts() else { return Err(Untranslated::NoPair) };
    Ok(format!("{text}(assert (not {}))\n(check-sat)\n", a.equal(b)))
}

/// The value of a node.
fn term(node: &Node, operands: &[&Term]) -> Result<Term, Untranslated> {
    let x = |i: usize| operands[i].text();
    let width_of = |i: usize| operands[i].width();
    let width = match &node.ty {
        Type::Bits(0) => return Err(Untranslated::NoBits),
        Type::Bits(width) => *width,
        Type::Token => return Err(Untranslated::Token),
        Type::Tuple(_) | Type::Array(_) => 0,
    };
    let bits = |text: String| Ok(Term::Bits(text, width));
    let binary = |operator: &str| bits(format!("({operator} {} {})", x(0), x(1)));
    let order = |operator: &str| bits(bit_of(&format!("({operator} {} {})", x(0), x(1))));
    let all = || operands.iter().map(|term| term.text().to_owned()).collect::<Vec<_>>();
    let product = |extend: fn(&str, u32, u32) -> String| {
        bits(format!("(bvmul {} {})", extend(x(0), width_of(0), width), extend(x(1), width_of(1), width)))
    };
    let shift = |operator| bits(shifted(operator, (x(0), width_of(0)), (x(1), width_of(1)), width));
    match &node.op {
        Op::Literal { value } => Term::constant(value),
        Op::Identity => Ok(operands[0].clone()),
        Op::Not => bits(format!("(bvnot {})", x(0))),
        Op::Neg => bits(format!("(bvneg {})", x(0))),
        Op::Reverse => bits(joined("concat", &(0..width).map(|i| extract(x(0), i, i)).collect::<Vec<_>>())),
        Op::And => bits(joined("bvand", &all())),
        Op::Or => bits(joined("bvor", &all())),
        Op::Xor => bits(joined("bvxor", &all())),
        Op::Nand => bits(format!("(bvnot {})", joined("bvand", &all()))),
        Op::Nor => bits(format!("(bvnot {})", joined("bvor", &all()))),
        Op::AndReduce => bits(bit_of(&format!("(= {} {})", x(0), ones(width_of(0))))),
        Op::OrReduce => bits(bit_of(&format!("(distinct {} {})", x(0), number(0, width_of(0))))),
        Op::XorReduce => bits(joined("bvxor", &(0..width_of(0)).map(|i| extract(x(0), i, i)).collect::<Vec<_>>())),
        Op::Add => binary("bvadd"),
        Op::Sub => binary("bvsub"),
        Op::Umul => product(resized),
        Op::Smul => product(sign_resized),
        Op::Udiv => binary("bvudiv"),
        Op::Umod => {
            let zero = number(0, width);
            bits(format!("(ite (= {} {zero}) {zero} (bvurem {} {}))", x(1), x(0), x(1)))
        }
        Op::Sdiv => {
            let (zero, all) = (number(0, width), ones(width));
            let least = format!("(bvshl {} {})", number(1, width), number(u64::from(width) - 1, width));
            // By zero: the largest number, or the smallest one if the dividend is negative.
            let by_zero = format!("(ite (bvslt {} {zero}) {least} (bvxor {all} {least}))", x(0));
            bits(format!("(ite (= {} {zero}) {by_zero} (bvsdiv {} {}))", x(1), x(0), x(1)))
        }
        Op::Smod => {
            let zero = number(0, width);
            bits(format!("(ite (= {} {zero}) {zero} (bvsrem {} {}))", x(1), x(0), x(1)))
        }
        Op::Eq => bits(bit_of(&operands[0].equal(operands[1]))),
        Op::Ne => bits(bit_of(&format!("(not {})", operands[0].equal(operands[1])))),
        Op::Ult => order("bvult"),
        Op::Ule => order("bvule"),
        Op::Ugt => order("bvugt"),
        Op::Uge => order("bvuge"),
        Op::Slt => order("bvslt"),
        Op::Sle => order("bvsle"),
        Op::Sgt => order("bvsgt"),
        Op::Sge => order("bvsge"),
        Op::Shll => shift("bvshl"),
        Op::Shrl | Op::DynamicBitSlice => shift("bvlshr"),
        Op::Shra => shift("bvashr"),
        Op::ZeroExt => bits(resized(x(0), width_of(0), width)),
        Op::SignExt => bits(sign_resized(x(0), width_of(0), width)),
        Op::BitSlice { start } => bits(extract(x(0), start + width - 1, *start)),
        Op::BitSliceUpdate => {
            let at = |x: &str, of| shifted("bvshl", (x, of), (operands[1].text(), width_of(1)), width);
            let hole = at(&ones(width_of(2)), width_of(2));
            bits(format!("(bvor (bvand {} (bvnot {hole})) {})", x(0), at(x(2), width_of(2))))
        }
        Op::Concat => bits(joined("concat", &all())),
        Op::OneHot { lsb_prio } => {
            // The last bit that is looked at wins.
            let none = number(1 << (width - 1).min(63), width);
            let order: Vec<u32> = if *lsb_prio { (0..width - 1).rev().collect() } else { (0..width - 1).collect() };
            let one = |i: u32| format!("(bvshl {} {})", number(1, width), number(u64::from(i), width));
            let none = if width > 64 { one(width - 1) } else { none };
            bits(
                order
                    .into_iter()
                    .fold(none, |found, i| format!("(ite {} {} {found})", is_set(&extract(x(0), i, i)), one(i))),
            )
        }
        Op::Encode => {
            let number_of = |i: u32| {
                let (set, zero) = (is_set(&extract(x(0), i, i)), number(0, width));
                format!("(ite {set} {} {zero})", number(u64::from(i), width))
            };
            bits(joined("bvor", &(0..width_of(0)).map(number_of).collect::<Vec<_>>()))
        }
        Op::Decode => bits(shifted("bvshl", (&number(1, width), width), (x(0), width_of(0)), width)),
        Op::Sel { .. } => {
            // Without a default, every selector has a case, the last one for all that are left.
            let (cases, other) = operands[1..].split_at(operands.len() - 2);
            Ok(cases.iter().enumerate().rev().fold(other[0].clone(), |other, (i, case)| {
                Term::choose(&is_number(operands[0], i as u64), case, &other)
            }))
        }
        Op::PrioritySel => {
            let (cases, default) = operands[1..].split_at(operands.len() - 2);
            Ok(cases.iter().enumerate().rev().fold(default[0].clone(), |other, (i, case)| {
                Term::choose(&is_set(&extract(x(0), i as u32, i as u32)), case, &other)
            }))
        }
        Op::OneHotSel => Ok(Term::zip(&operands[1..], &|leaves, width| {
            let masked = |(i, leaf): (usize, &&str)| {
                let set = is_set(&extract(x(0), i as u32, i as u32));
                format!("(ite {set} {leaf} {})", number(0, width))
            };
            joined("bvor", &leaves.iter().enumerate().map(masked).collect::<Vec<_>>())
        })),
        Op::Gate => Ok(Term::zip(&[operands[1]], &|leaves, width| {
            format!("(ite {} {} {})", is_set(x(0)), leaves[0], number(0, width))
        })),
        Op::Array | Op::Tuple => Ok(Term::Parts(operands.iter().map(|&term| term.clone()).collect())),
        Op::TupleIndex { index } => Ok(operands[0].parts()[*index as usize].clone()),
        Op::ArrayIndex { .. } => Ok(element(operands[0], &operands[1..])),
        Op::ArrayUpdate { .. } => Ok(updated(operands[0], operands[1], &operands[2..])),
        Op::ArraySlice => {
            let Type::Array(array) = &node.ty else { return Err(Untranslated::NoPair) };
            let elements = operands[0].parts();
            let last = elements.len() - 1;
            let part = |i: usize| {
                (0..last).rev().fold(elements[last].clone(), |other, start| {
                    Term::choose(&is_number(operands[1], start as u64), &elements[(start + i).min(last)], &other)
                })
            };
            Ok(Term::Parts((0..array.len as usize).map(part).collect()))
        }
        Op::ArrayConcat => Ok(Term::Parts(operands.iter().flat_map(|term| term.parts().to_vec()).collect())),
        Op::Param { .. }
        | Op::Umulp
        | Op::Smulp
        | Op::Invoke { .. }
        | Op::Map { .. }
        | Op::CountedFor { .. }
        | Op::DynamicCountedFor { .. }
        | Op::AfterAll
        | Op::MinDelay { .. }
        | Op::Assert { .. }
        | Op::Trace { .. }
        | Op::Cover { .. } => Err(Untranslated::Operation(node.op.kind())),
    }
}

/// The formula that a term has a value, which may be too large for its width.
fn is_number(term: &Term, value: u64) -> String {
    let width = term.width();
    match width < 64 && value >> width != 0 {
        true => "false".to_owned(),
        false => format!("(= {} {})", term.text(), number(value, width)),
    }
}

/// The element at the indices; beyond the end, the last one.
fn element(array: &Term, indices: &[&Term]) -> Term {
    let [index, rest @ ..] = indices else { return array.clone() };
    let elements: Vec<Term> = array.parts().iter().map(|part| element(part, rest)).collect();
    let last = elements.len() - 1;
    elements[..last]
        .iter()
        .enumerate()
        .rev()
        .fold(elements[last].clone(), |other, (i, element)| Term::choose(&is_number(index, i as u64), element, &other))
}

/// The array with the element at the indices replaced; beyond the end, nothing changes.
fn updated(array: &Term, value: &Term, indices: &[&Term]) -> Term {
    let [index, rest @ ..] = indices else { return value.clone() };
    let part = |(i, part): (usize, &Term)| Term::choose(&is_number(index, i as u64), &updated(part, value, rest), part);
    Term::Parts(array.parts().iter().enumerate().map(part).collect())
}
