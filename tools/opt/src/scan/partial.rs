//! What operations make of short vectors of which some bits are known.
//!
//! A value stands for all vectors that have the known bits. What an operation makes of such values contains the results of all
//! combinations of vectors that its operands stand for, perhaps others too.

use xls_aot_ir::{Node, Op};

use crate::bits::{low_mask, KnownBits};

/// The widest vector.
pub(crate) const WIDTH_MAX: u32 = 64;

/// A vector of at most 64 bits of which some bits are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Partial {
    pub width: u32,
    pub bits: KnownBits,
}

impl Partial {
    /// Nothing is known.
    pub fn unknown(width: u32) -> Self {
        Partial { width, bits: KnownBits::NONE }
    }

    /// All bits are known.
    pub fn exactly(width: u32, value: u64) -> Self {
        Partial { width, bits: KnownBits::exactly(value.into(), width) }
    }

    /// The value, if all bits are known.
    pub fn constant(self) -> Option<u64> {
        (self.bits.known() == low_mask(self.width)).then_some(self.bits.ones as u64)
    }

    fn bit(value: Option<bool>) -> Self {
        value.map_or(Partial::unknown(1), |value| Partial::exactly(1, value.into()))
    }

    fn inverted(self) -> Self {
        Partial { bits: self.bits.inverted(), ..self }
    }

    fn and(self, other: Self) -> Self {
        Partial { bits: self.bits.and(other.bits), ..self }
    }

    fn or(self, other: Self) -> Self {
        Partial { bits: self.bits.or(other.bits), ..self }
    }

    fn xor(self, other: Self) -> Self {
        Partial { bits: self.bits.xor(other.bits), ..self }
    }

    fn either(self, other: Self) -> Self {
        Partial { bits: self.bits.either(other.bits), ..self }
    }

    /// Bits `start .. start + width`.
    fn slice(self, start: u32, width: u32) -> Self {
        Partial { width, bits: self.bits.from(start).low_bits(width) }
    }

    /// `self` in front of `low`.
    fn before(self, low: Self) -> Self {
        Partial { width: self.width + low.width, bits: self.bits.before(low.bits, low.width) }
    }

    /// The vector with this bit repeated in front of it.
    fn extended(self, width: u32, sign: Self) -> Self {
        (self.width..width).fold(self, |low, _| sign.before(low))
    }

    fn all_ones(self) -> Option<bool> {
        match self {
            _ if self.bits.zeros != 0 => Some(false),
            _ => self.constant().map(|_| true),
        }
    }

    fn is_equal(self, other: Self) -> Option<bool> {
        self.xor(other).inverted().all_ones()
    }
}

/// Whether [`of_node`] knows the operation.
pub(crate) fn is_known(op: &Op) -> bool {
    match op {
        Op::Literal { .. }
        | Op::Identity
        | Op::Not
        | Op::And
        | Op::Or
        | Op::Xor
        | Op::Nand
        | Op::Nor
        | Op::AndReduce
        | Op::OrReduce
        | Op::Eq
        | Op::Ne
        | Op::ZeroExt
        | Op::SignExt
        | Op::BitSlice { .. }
        | Op::Concat
        | Op::Sel { .. }
        | Op::PrioritySel => true,
        Op::Param { .. }
        | Op::Neg
        | Op::Reverse
        | Op::XorReduce
        | Op::Add
        | Op::Sub
        | Op::Umul
        | Op::Smul
        | Op::Umulp
        | Op::Smulp
        | Op::Udiv
        | Op::Umod
        | Op::Sdiv
        | Op::Smod
        | Op::Ult
        | Op::Ule
        | Op::Ugt
        | Op::Uge
        | Op::Slt
        | Op::Sle
        | Op::Sgt
        | Op::Sge
        | Op::Shll
        | Op::Shrl
        | Op::Shra
        | Op::DynamicBitSlice
        | Op::BitSliceUpdate
        | Op::OneHot { .. }
        | Op::Encode
        | Op::Decode
        | Op::OneHotSel
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
        | Op::Cover { .. } => false,
    }
}

/// The value of a node of a bits type whose operands have these values; `None` if the operation is not known.
pub(crate) fn of_node(node: &Node, operands: &[Partial]) -> Option<Partial> {
    let width = node.ty.bit_count().filter(|&width| width <= WIDTH_MAX)?;
    let fold = |f: fn(Partial, Partial) -> Partial| operands.iter().copied().reduce(f);
    #[expect(clippy::wildcard_enum_match_arm)] // `is_known` lists the operations.
    match &node.op {
        Op::Literal { value } => Some(Partial::exactly(width, value.as_bits()?.low_u64())),
        Op::Identity => operands.first().copied(),
        Op::Not => Some(operands.first()?.inverted()),
        Op::And => fold(Partial::and),
        Op::Or => fold(Partial::or),
        Op::Xor => fold(Partial::xor),
        Op::Nand => Some(fold(Partial::and)?.inverted()),
        Op::Nor => Some(fold(Partial::or)?.inverted()),
        Op::AndReduce => Some(Partial::bit(operands.first()?.all_ones())),
        Op::OrReduce => Some(Partial::bit(operands.first()?.inverted().all_ones()).inverted()),
        Op::Eq => Some(Partial::bit(operands.first()?.is_equal(*operands.get(1)?))),
        Op::Ne => Some(Partial::bit(operands.first()?.is_equal(*operands.get(1)?)).inverted()),
        Op::ZeroExt => Some(operands.first()?.extended(width, Partial::exactly(1, 0))),
        Op::SignExt => {
            let x = *operands.first()?;
            Some(x.extended(width, x.slice(x.width.checked_sub(1)?, 1)))
        }
        Op::BitSlice { start } => Some(operands.first()?.slice(*start, width)),
        Op::Concat => Some(operands.iter().fold(Partial::unknown(0), |high, &low| high.before(low))),
        Op::Sel { has_default } => selected(*operands.first()?, operands.get(1..)?, *has_default),
        Op::PrioritySel => {
            let (selector, (&default, cases)) = (*operands.first()?, operands.get(1..)?.split_last()?);
            let chosen = cases.iter().enumerate().rev().fold(default, |rest, (i, &case)| {
                match selector.slice(i as u32, 1).constant() {
                    Some(0) => rest,
                    Some(_) => case,
                    None => case.either(rest),
                }
            });
            Some(chosen)
        }
        _ => None,
    }
}

/// The cases that the selector can select, the default behind them.
fn selected(selector: Partial, cases: &[Partial], has_default: bool) -> Option<Partial> {
    let indices = cases.len() - usize::from(has_default);
    let can_be = |i: usize| !selector.bits.differs(KnownBits::exactly(i as u128, selector.width));
    let fits = |i: usize| i as u128 <= low_mask(selector.width);
    let chosen = (0..indices).filter(|&i| fits(i) && can_be(i)).map(|i| cases[i]);
    let is_within = selector.constant().is_some_and(|index| index < indices as u64);
    let default = cases.last().filter(|_| has_default && !is_within).copied();
    chosen.chain(default).reduce(Partial::either)
}

#[cfg(test)]
mod tests {
    use super::*;
    use xls_aot_ir::{read_package, Bits, Value};

    /// One node of every operation that is known, with operands of few bits.
    const TEXT: &str = "package p

top fn f(a: bits[3], b: bits[3], s: bits[2], c: bits[1]) -> bits[3] {
  t1: bits[3] = literal(value=5)
  t2: bits[3] = identity(a)
  t3: bits[3] = not(a)
  t4: bits[3] = and(a, b)
  t5: bits[3] = or(a, b)
  t6: bits[3] = xor(a, b)
  t7: bits[3] = nand(a, b)
  t8: bits[3] = nor(a, b)
  t9: bits[1] = and_reduce(a)
  t10: bits[1] = or_reduce(a)
  t11: bits[1] = eq(a, b)
  t12: bits[1] = ne(a, b)
  t13: bits[5] = zero_ext(a, new_bit_count=5)
  t14: bits[5] = sign_ext(a, new_bit_count=5)
  t15: bits[2] = bit_slice(a, start=1, width=2)
  t16: bits[5] = concat(a, s)
  t17: bits[3] = sel(c, cases=[a, b])
  t18: bits[3] = sel(s, cases=[a, b, t1], default=t3)
  t19: bits[3] = sel(s, cases=[a], default=b)
  ret t20: bits[3] = priority_sel(s, cases=[a, b], default=t1)
}
";

    /// All values of `width` bits of which some are known.
    fn all(width: u32) -> Vec<Partial> {
        (0..1u64 << (2 * width))
            .map(|bits| KnownBits { zeros: u128::from(bits) & low_mask(width), ones: u128::from(bits) >> width })
            .filter(|bits| bits.zeros & bits.ones == 0)
            .map(|bits| Partial { width, bits })
            .collect()
    }

    /// The vectors that a value stands for.
    fn vectors(value: Partial) -> impl Iterator<Item = u64> {
        (0..1u64 << value.width).filter(move |&bits| !value.bits.differs(KnownBits::exactly(bits.into(), value.width)))
    }

    fn cross<T: Clone>(choices: &[Vec<T>]) -> Vec<Vec<T>> {
        choices.iter().fold(vec![Vec::new()], |all, choice| {
            all.iter()
                .flat_map(|start| choice.iter().map(|next| [&start[..], std::slice::from_ref(next)].concat()))
                .collect()
        })
    }

    #[test]
    fn known_bits_of_a_result_are_those_of_all_vectors() {
        let package = read_package("test.ir", TEXT.as_bytes()).unwrap();
        let function = &package.functions[0];
        let mut tried = 0;
        for (_, node) in function.iter().filter(|(_, node)| !matches!(node.op, Op::Param { .. })) {
            assert!(is_known(&node.op), "{:?}", node.op);
            let widths = node.operands.iter().map(|&id| function.node(id).ty.bit_count().unwrap());
            let choices: Vec<_> = widths.map(all).collect();
            // Selections have too many combinations: about a thousand of them are tried.
            let cross = cross(&choices);
            let step = (cross.len() / 1000) | 1;
            for operands in cross.into_iter().step_by(step) {
                let got = of_node(node, &operands).unwrap();
                assert_eq!(got.bits.zeros & got.bits.ones, 0, "{:?} {operands:?}", node.op);
                let vectors: Vec<Vec<u64>> = operands.iter().map(|&operand| vectors(operand).collect()).collect();
                for values in self::cross(&vectors) {
                    let exact: Vec<_> = operands
                        .iter()
                        .zip(&values)
                        .map(|(operand, &value)| Partial::exactly(operand.width, value))
                        .collect();
                    let args: Vec<Value> =
                        exact.iter().map(|x| Value::Bits(Bits::from_u64(x.width, x.bits.ones as u64))).collect();
                    let expected = xls_aot_eval::eval_op(&node.op, &args.iter().collect::<Vec<_>>(), &node.ty).unwrap();
                    let expected = expected.as_bits().unwrap().to_u64().unwrap();
                    assert_eq!(of_node(node, &exact).unwrap().constant(), Some(expected), "{:?} {exact:?}", node.op);
                    let is_possible = !got.bits.differs(KnownBits::exactly(expected.into(), got.width));
                    assert!(is_possible, "{:?} {operands:?}", node.op);
                    tried += 1;
                }
            }
        }
        assert!(tried > 10_000, "{tried}");
    }
}
