//! Values as terms: a bit vector a leaf.

use xls_aot_ir::{Bits, Type, Value};

use crate::Untranslated;

/// A value: the text of a term of bits and its width, or the parts of an aggregate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Term {
    Bits(String, u32),
    /// The elements of a tuple or of an array.
    Parts(Vec<Term>),
}

impl Term {
    /// A constant.
    pub(crate) fn constant(value: &Value) -> Result<Self, Untranslated> {
        match value {
            Value::Bits(bits) => bits_constant(bits),
            Value::Token => Err(Untranslated::Token),
            Value::Tuple(values) | Value::Array(values) => {
                Ok(Term::Parts(values.iter().map(Term::constant).collect::<Result<_, _>>()?))
            }
        }
    }

    /// Constants, one a leaf of type `ty`, whose names begin with `name`; they are declared in `text`.
    pub(crate) fn declare(name: &str, ty: &Type, text: &mut String) -> Result<Self, Untranslated> {
        match ty {
            Type::Bits(0) => Err(Untranslated::NoBits),
            Type::Bits(width) => {
                *text += &format!("(declare-const {name} (_ BitVec {width}))\n");
                Ok(Term::Bits(name.to_owned(), *width))
            }
            Type::Token => Err(Untranslated::Token),
            Type::Tuple(elements) => {
                let part = |(i, ty): (usize, &Type)| Term::declare(&format!("{name}_{i}"), ty, text);
                Ok(Term::Parts(elements.iter().enumerate().map(part).collect::<Result<_, _>>()?))
            }
            Type::Array(array) => {
                let part = |i| Term::declare(&format!("{name}_{i}"), &array.element, text);
                Ok(Term::Parts((0..array.len).map(part).collect::<Result<_, _>>()?))
            }
        }
    }

    /// The same value, whose leaves have names that begin with `name`; they are defined in `text`.
    pub(crate) fn define(self, name: &str, text: &mut String) -> Self {
        match self {
            Term::Bits(term, width) => {
                *text += &format!("(define-fun {name} () (_ BitVec {width}) {term})\n");
                Term::Bits(name.to_owned(), width)
            }
            Term::Parts(parts) => {
                let part = |(i, part): (usize, Term)| part.define(&format!("{name}_{i}"), text);
                Term::Parts(parts.into_iter().enumerate().map(part).collect())
            }
        }
    }

    /// Combines the leaves of values of one type.
    pub(crate) fn zip(terms: &[&Term], leaf: &impl Fn(&[&str], u32) -> String) -> Term {
        match terms[0] {
            Term::Bits(_, width) => {
                let leaves: Vec<&str> = terms.iter().map(|term| term.text()).collect();
                Term::Bits(leaf(&leaves, *width), *width)
            }
            Term::Parts(first) => {
                let part = |i: usize| {
                    let parts: Vec<&Term> = terms.iter().map(|term| &term.parts()[i]).collect();
                    Term::zip(&parts, leaf)
                };
                Term::Parts((0..first.len()).map(part).collect())
            }
        }
    }

    /// `a` if the formula `condition` holds, otherwise `b`.
    pub(crate) fn choose(condition: &str, a: &Term, b: &Term) -> Term {
        Term::zip(&[a, b], &|leaves, _| format!("(ite {condition} {} {})", leaves[0], leaves[1]))
    }

    /// The formula that two values of one type are equal.
    pub(crate) fn equal(&self, other: &Term) -> String {
        match (self, other) {
            (Term::Parts(a), Term::Parts(b)) => {
                let parts: Vec<String> = a.iter().zip(b).map(|(a, b)| a.equal(b)).collect();
                format!("(and true {})", parts.join(" "))
            }
            (a, b) => format!("(= {} {})", a.text(), b.text()),
        }
    }

    /// The text of a term of bits; the empty text for an aggregate, which no verified function asks for.
    pub(crate) fn text(&self) -> &str {
        match self {
            Term::Bits(text, _) => text,
            Term::Parts(_) => "",
        }
    }

    pub(crate) fn width(&self) -> u32 {
        match self {
            Term::Bits(_, width) => *width,
            Term::Parts(_) => 0,
        }
    }

    pub(crate) fn parts(&self) -> &[Term] {
        match self {
            Term::Bits(..) => &[],
            Term::Parts(parts) => parts,
        }
    }
}

fn bits_constant(bits: &Bits) -> Result<Term, Untranslated> {
    if bits.width() == 0 {
        return Err(Untranslated::NoBits);
    }
    let digits: String = (0..bits.width()).rev().map(|bit| if bits.bit(bit) { '1' } else { '0' }).collect();
    Ok(Term::Bits(format!("#b{digits}"), bits.width()))
}
