//! Affine maps over GF(2): a constant, and for each bit of some nodes the result bits that it toggles.

use std::rc::Rc;

use xls_aot_ir::{bits::last_word_mask, Function, Node, NodeId, Op};

/// Most input bits of a form.
const MAX_TERMS: usize = 128;

/// Most input bits of all forms of a function, which bounds their memory; nodes beyond have no form.
const MAX_ALL_TERMS: usize = 1 << 22;

/// The result bits that one input bit toggles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Term {
    /// The node that has the bit; called an atom.
    pub atom: NodeId,
    pub bit: u32,
    /// The bits of the result that change with it; not zero.
    pub column: u64,
}

/// A value of at most 64 bits: `constant`, exclusive-or the columns of all input bits that are set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Form {
    pub constant: u64,
    /// In order of atom and bit, each once.
    pub terms: Vec<Term>,
}

/// The bits below `width`, which is at most 64.
pub(crate) fn mask(width: u32) -> u64 {
    if width == 0 {
        0
    } else {
        last_word_mask(width)
    }
}

impl Form {
    fn constant(value: u64) -> Self {
        Form { constant: value, terms: Vec::new() }
    }

    /// The node itself.
    fn atom(id: NodeId, width: u32) -> Self {
        let terms = (0..width).map(|bit| Term { atom: id, bit, column: 1 << bit });
        Form { constant: 0, terms: terms.collect() }
    }

    /// Bits that can be one.
    fn ones(&self) -> u64 {
        self.terms.iter().fold(self.constant, |ones, term| ones | term.column)
    }

    /// The form behind a linear map of the bits.
    fn map(&self, map: impl Fn(u64) -> u64) -> Self {
        let terms = self.terms.iter().map(|term| Term { column: map(term.column), ..*term });
        Form { constant: map(self.constant), terms: terms.filter(|term| term.column != 0).collect() }
    }

    fn xor(&self, other: &Form) -> Self {
        let mut terms = Vec::with_capacity(self.terms.len() + other.terms.len());
        let (mut a, mut b) = (self.terms.iter().peekable(), other.terms.iter().peekable());
        loop {
            let key = |term: &&Term| (term.atom, term.bit);
            match (a.peek().map(key), b.peek().map(key)) {
                (Some(left), Some(right)) if left == right => {
                    if let (Some(x), Some(y)) = (a.next(), b.next()) {
                        if x.column != y.column {
                            terms.push(Term { column: x.column ^ y.column, ..*x });
                        }
                    }
                }
                (Some(left), Some(right)) if left < right => terms.extend(a.next()),
                (Some(_), None) => terms.extend(a.next()),
                (_, Some(_)) => terms.extend(b.next()),
                (None, None) => break,
            }
        }
        Form { constant: self.constant ^ other.constant, terms }
    }

    /// `self & other` for a value of one bit and a constant.
    fn gated(&self, constant: u64) -> Self {
        self.map(|bit| if bit & 1 == 1 { constant } else { 0 })
    }
}

/// The forms of the nodes of a function, as far as they have one: an affine operation on forms or atoms.
pub(crate) struct Forms<'a> {
    source: &'a Function,
    forms: Vec<Option<Rc<Form>>>,
}

impl<'a> Forms<'a> {
    pub fn of(source: &'a Function) -> Self {
        let mut forms = Forms { source, forms: Vec::with_capacity(source.nodes.len()) };
        let mut all_terms = 0;
        for node in &source.nodes {
            let mut form = None;
            if all_terms < MAX_ALL_TERMS {
                form = forms.affine(node, false).filter(fits).or_else(|| forms.affine(node, true).filter(fits));
            }
            all_terms += form.as_ref().map_or(0, |form| form.terms.len());
            forms.forms.push(form.map(Rc::new));
        }
        forms
    }

    /// The form of a node that is the result of an affine operation.
    pub fn get(&self, id: NodeId) -> Option<&Rc<Form>> {
        self.forms[id.index()].as_ref()
    }

    fn width(&self, id: NodeId) -> Option<u32> {
        self.source.node(id).ty.bit_count().filter(|width| (1..=64).contains(width))
    }

    /// The node's value; with `cut` all operands but constants are atoms.
    fn operand(&self, id: NodeId, cut: bool) -> Option<Rc<Form>> {
        let width = self.width(id)?;
        match (self.constant(id), &self.forms[id.index()]) {
            (Some(value), _) => Some(Rc::new(Form::constant(value))),
            (None, Some(form)) if !cut => Some(form.clone()),
            _ => Some(Rc::new(Form::atom(id, width))),
        }
    }

    fn constant(&self, id: NodeId) -> Option<u64> {
        let Op::Literal { value } = &self.source.node(id).op else { return None };
        value.as_bits()?.to_u64()
    }

    /// The node as an affine map of its operands' forms, or of its operands.
    fn affine(&self, node: &Node, cut: bool) -> Option<Form> {
        let width = node.ty.bit_count().filter(|width| (1..=64).contains(width))?;
        let all = mask(width);
        let operand = |at: usize| self.operand(node.operands[at], cut);
        let own = |at: usize| self.width(node.operands[at]);
        let constant = |at: usize| self.constant(node.operands[at]);
        Some(match &node.op {
            Op::Identity | Op::ZeroExt => (*operand(0)?).clone(),
            Op::Not => {
                let x = operand(0)?;
                Form { constant: x.constant ^ all, terms: x.terms.clone() }
            }
            Op::Xor => {
                let mut sum = (*operand(0)?).clone();
                for at in 1..node.operands.len() {
                    sum = sum.xor(&*operand(at)?);
                    // Hundreds of operands are possible, each with terms of its own.
                    if !fits(&sum) {
                        return None;
                    }
                }
                sum
            }
            Op::And if node.operands.len() == 2 => match (constant(0), constant(1)) {
                (_, Some(ones)) => operand(0)?.map(|bits| bits & ones),
                (Some(ones), None) => operand(1)?.map(|bits| bits & ones),
                (None, None) => return None,
            },
            Op::Or if node.operands.len() == 2 => match (constant(0), constant(1)) {
                (_, Some(ones)) => with_ones(&*operand(0)?, ones),
                (Some(ones), None) => with_ones(&*operand(1)?, ones),
                (None, None) => disjoint(&*operand(0)?, &*operand(1)?)?,
            },
            Op::Add => match (own(0)?, operand(0)?, operand(1)?) {
                (1, a, b) => a.xor(&b),
                (_, a, b) => disjoint(&a, &b)?,
            },
            Op::Sub if width == 1 => operand(0)?.xor(&*operand(1)?),
            // -b = all ones from bit b on, if there is no other bit
            Op::Neg => single_bit(operand(0)?)?.map(|bits| bits.wrapping_neg() & all),
            // b * c = c or 0, moved
            Op::Umul => match (constant(0), constant(1)) {
                (_, Some(c)) => single_bit(operand(0)?)?.map(|bits| bits.wrapping_mul(c) & all),
                (Some(c), None) => single_bit(operand(1)?)?.map(|bits| bits.wrapping_mul(c) & all),
                (None, None) => return None,
            },
            Op::Shll => match constant(1)? {
                amount @ 0..=63 => operand(0)?.map(|bits| bits << amount & all),
                _ => Form::constant(0),
            },
            Op::Shrl => match constant(1)? {
                amount @ 0..=63 => operand(0)?.map(|bits| bits >> amount),
                _ => Form::constant(0),
            },
            Op::BitSlice { start } => {
                let start = *start;
                own(0)?;
                operand(0)?.map(|bits| if start < 64 { bits >> start & all } else { 0 })
            }
            Op::SignExt => {
                let own = own(0)?;
                operand(0)?.map(|bits| if bits >> (own - 1) & 1 == 1 { bits | all & !mask(own) } else { bits })
            }
            Op::Reverse => operand(0)?.map(|bits| bits.reverse_bits() >> (64 - width)),
            Op::XorReduce => {
                own(0)?;
                operand(0)?.map(|bits| u64::from(bits.count_ones() & 1))
            }
            Op::Concat => {
                let mut whole = Form::constant(0);
                for at in 0..node.operands.len() {
                    if self.source.node(node.operands[at]).ty.bit_count() == Some(0) {
                        continue;
                    }
                    let width = own(at)?;
                    whole = whole.map(|bits| if width < 64 { bits << width } else { 0 }).xor(&*operand(at)?);
                }
                whole
            }
            // sel(s, [a, b]) = a ^ (s & (a ^ b)), linear if a ^ b is constant
            Op::Sel { has_default: false } if node.operands.len() == 3 && own(0)? == 1 => {
                let (a, b) = (operand(1)?, operand(2)?);
                chosen(&*operand(0)?, &a, &b)?
            }
            Op::PrioritySel if node.operands.len() == 3 && own(0)? == 1 => {
                let (a, b) = (operand(2)?, operand(1)?);
                chosen(&*operand(0)?, &a, &b)?
            }
            Op::Param { .. }
            | Op::Literal { .. }
            | Op::And
            | Op::Or
            | Op::Nand
            | Op::Nor
            | Op::AndReduce
            | Op::OrReduce
            | Op::Sub
            | Op::Smul
            | Op::Umulp
            | Op::Smulp
            | Op::Udiv
            | Op::Umod
            | Op::Sdiv
            | Op::Smod
            | Op::Eq
            | Op::Ne
            | Op::Ult
            | Op::Ule
            | Op::Ugt
            | Op::Uge
            | Op::Slt
            | Op::Sle
            | Op::Sgt
            | Op::Sge
            | Op::Shra
            | Op::DynamicBitSlice
            | Op::BitSliceUpdate
            | Op::OneHot { .. }
            | Op::Encode
            | Op::Decode
            | Op::Sel { .. }
            | Op::OneHotSel
            | Op::PrioritySel
            | Op::Gate
            | Op::Array
            | Op::ArrayIndex { .. }
            | Op::ArrayUpdate { .. }
            | Op::ArraySlice
            | Op::ArrayConcat
            | Op::Tuple
            | Op::TupleIndex { .. }
            | Op::Invoke { .. }
            | Op::Map { .. }
            | Op::CountedFor { .. }
            | Op::DynamicCountedFor { .. }
            | Op::AfterAll
            | Op::MinDelay { .. }
            | Op::Assert { .. }
            | Op::Trace { .. }
            | Op::Cover { .. } => return None,
        })
    }
}

/// The form, if only one bit of its value can be one.
fn single_bit(form: Rc<Form>) -> Option<Rc<Form>> {
    (form.ones().count_ones() <= 1).then_some(form)
}

fn fits(form: &Form) -> bool {
    form.terms.len() <= MAX_TERMS
}

/// `x | ones`
fn with_ones(x: &Form, ones: u64) -> Form {
    let rest = x.map(|bits| bits & !ones);
    Form { constant: rest.constant | ones, ..rest }
}

/// `a + b` and `a | b` where no bit can be one in both.
fn disjoint(a: &Form, b: &Form) -> Option<Form> {
    (a.ones() & b.ones() == 0).then(|| a.xor(b))
}

/// `if s { b } else { a }` where the two differ by a constant.
fn chosen(s: &Form, a: &Form, b: &Form) -> Option<Form> {
    let difference = a.xor(b);
    difference.terms.is_empty().then(|| a.xor(&s.gated(difference.constant)))
}
