//! Runs a function: each node in the order of the text, calls and loops by recursion.
//!
//! The match over operations has no wildcard: an operation without a definition here does not compile.

use std::cmp::Ordering;

use num_bigint::BigInt;
use xls_aot_ir::{FuncId, Node, NodeId, Op, Package, Type};

use crate::definitions::{aggregates, arithmetic, choices, comparisons, encodings, formats, logic, shifts, slices};

use crate::{Number, Value};

/// What a call gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The result.
    pub value: Value,
    /// Failed assertions, in the order in which they were evaluated.
    pub asserts: Vec<(FuncId, NodeId)>,
    /// Text and verbosity of the traces, in the order in which they were evaluated.
    pub traces: Vec<(String, u64)>,
}

/// A loop that has no end in XLS: its trip count times its stride is no value of its index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unspecified;

/// Computes what `function` of a verified package gives for arguments of its parameters' types.
///
/// # Errors
/// If the semantics say nothing about this call.
pub fn run(package: &Package, function: FuncId, arguments: &[Value]) -> Result<Outcome, Unspecified> {
    let mut run = Run { package, asserts: Vec::new(), traces: Vec::new() };
    let value = run.call(function, arguments.to_vec())?;
    Ok(Outcome { value, asserts: run.asserts, traces: run.traces })
}

struct Run<'p> {
    package: &'p Package,
    asserts: Vec<(FuncId, NodeId)>,
    traces: Vec<(String, u64)>,
}

impl<'p> Run<'p> {
    fn call(&mut self, function: FuncId, arguments: Vec<Value>) -> Result<Value, Unspecified> {
        let package: &'p Package = self.package;
        let body = package.function(function);
        let mut values: Vec<Value> = Vec::new();
        for (id, node) in body.iter() {
            let value = if let Op::Param { index } = node.op {
                arguments[index as usize].clone()
            } else {
                let operands: Vec<Value> =
                    node.operands.iter().map(|operand| values[operand.index()].clone()).collect();
                self.node((function, id), node, &operands)?
            };
            values.push(value);
        }
        Ok(values[body.ret.index()].clone())
    }

    fn node(&mut self, place: (FuncId, NodeId), node: &Node, operands: &[Value]) -> Result<Value, Unspecified> {
        let x = |index: usize| operands[index].number();
        let all = || operands.iter().map(Value::number).collect::<Vec<_>>();
        let width = || node.ty.bit_count().expect("the verifier wants a bits type");
        let number = match &node.op {
            Op::Not => logic::not(x(0)),
            Op::Neg => arithmetic::neg(x(0)),
            Op::Reverse => logic::reverse(x(0)),
            Op::And => logic::and(&all()),
            Op::Or => logic::or(&all()),
            Op::Xor => logic::xor(&all()),
            Op::Nand => logic::nand(&all()),
            Op::Nor => logic::nor(&all()),
            Op::AndReduce => logic::and_reduce(x(0)),
            Op::OrReduce => logic::or_reduce(x(0)),
            Op::XorReduce => logic::xor_reduce(x(0)),
            Op::Add => arithmetic::add(x(0), x(1)),
            Op::Sub => arithmetic::sub(x(0), x(1)),
            Op::Umul => arithmetic::umul(x(0), x(1), width()),
            Op::Smul => arithmetic::smul(x(0), x(1), width()),
            Op::Udiv => arithmetic::udiv(x(0), x(1)),
            Op::Umod => arithmetic::umod(x(0), x(1)),
            Op::Sdiv => arithmetic::sdiv(x(0), x(1)),
            Op::Smod => arithmetic::smod(x(0), x(1)),
            Op::Eq => Number::bool(operands[0] == operands[1]),
            Op::Ne => Number::bool(operands[0] != operands[1]),
            Op::Ult => comparisons::unsigned(x(0), x(1), Ordering::is_lt),
            Op::Ule => comparisons::unsigned(x(0), x(1), Ordering::is_le),
            Op::Ugt => comparisons::unsigned(x(0), x(1), Ordering::is_gt),
            Op::Uge => comparisons::unsigned(x(0), x(1), Ordering::is_ge),
            Op::Slt => comparisons::signed(x(0), x(1), Ordering::is_lt),
            Op::Sle => comparisons::signed(x(0), x(1), Ordering::is_le),
            Op::Sgt => comparisons::signed(x(0), x(1), Ordering::is_gt),
            Op::Sge => comparisons::signed(x(0), x(1), Ordering::is_ge),
            Op::Shll => shifts::shll(x(0), x(1)),
            Op::Shrl => shifts::shrl(x(0), x(1)),
            Op::Shra => shifts::shra(x(0), x(1)),
            Op::ZeroExt => slices::zero_ext(x(0), width()),
            Op::SignExt => slices::sign_ext(x(0), width()),
            Op::BitSlice { start } => slices::bit_slice(x(0), *start, width()),
            Op::DynamicBitSlice => slices::dynamic_bit_slice(x(0), x(1), width()),
            Op::BitSliceUpdate => slices::bit_slice_update(x(0), x(1), x(2)),
            Op::Concat => slices::concat(&all()),
            Op::OneHot { lsb_prio } => encodings::one_hot(x(0), *lsb_prio),
            Op::Encode => encodings::encode(x(0), width()),
            Op::Decode => encodings::decode(x(0), width()),
            Op::Umulp => return Ok(halves(&node.ty, |width| arithmetic::umul(x(0), x(1), width))),
            Op::Smulp => return Ok(halves(&node.ty, |width| arithmetic::smul(x(0), x(1), width))),
            Op::Literal { value } => return Ok(Value::from_ir(value)),
            Op::Identity => return Ok(operands[0].clone()),
            Op::Sel { has_default } => {
                let (cases, default) = operands[1..].split_at(operands.len() - 1 - usize::from(*has_default));
                return Ok(choices::sel(x(0), cases, default.first()));
            }
            Op::OneHotSel => return Ok(choices::one_hot_sel(x(0), &operands[1..], &node.ty)),
            Op::PrioritySel => {
                let (default, cases) = operands[1..].split_last().expect("the verifier wants a default");
                return Ok(choices::priority_sel(x(0), cases, default));
            }
            Op::Gate => return Ok(choices::gate(x(0), &operands[1], &node.ty)),
            Op::Array => return Ok(Value::Array(operands.to_vec())),
            Op::ArrayIndex { assumed_in_bounds: _ } => {
                return Ok(aggregates::array_index(&operands[0], &operands[1..]));
            }
            Op::ArrayUpdate { assumed_in_bounds: _ } => {
                return Ok(aggregates::array_update(&operands[0], &operands[1], &operands[2..]));
            }
            Op::ArraySlice => return Ok(aggregates::array_slice(&operands[0], x(1), length(&node.ty))),
            Op::ArrayConcat => return Ok(aggregates::array_concat(operands)),
            Op::Tuple => return Ok(Value::Tuple(operands.to_vec())),
            Op::TupleIndex { index } => return Ok(operands[0].tuple()[*index as usize].clone()),
            Op::Invoke { to_apply } => return self.call(*to_apply, operands.to_vec()),
            Op::Map { to_apply } => {
                let elements = operands[0].array();
                let results = elements.iter().map(|element| self.call(*to_apply, vec![element.clone()]));
                return Ok(Value::Array(results.collect::<Result<_, _>>()?));
            }
            Op::CountedFor { trip_count, stride, body } => {
                return self.counted_for(*trip_count, *stride, *body, operands);
            }
            Op::DynamicCountedFor { body } => return self.dynamic_counted_for(*body, operands),
            Op::AfterAll | Op::MinDelay { delay: _ } => return Ok(Value::Token),
            Op::Assert { message: _, label: _ } => {
                if x(1).is_zero() {
                    self.asserts.push(place);
                }
                return Ok(Value::Token);
            }
            Op::Trace { format, verbosity } => {
                if !x(1).is_zero() {
                    self.traces.push((formats::message(format, &operands[2..]), *verbosity));
                }
                return Ok(Value::Token);
            }
            Op::Cover { label: _ } => return Ok(Value::Tuple(Vec::new())),
            Op::Param { index: _ } => unreachable!("parameters have no operands and are taken from the arguments"),
        };
        Ok(Value::Bits(number))
    }

    /// The index counts in 64 bits, whatever its width.
    fn counted_for(&mut self, trips: u64, stride: i64, body: FuncId, operands: &[Value]) -> Result<Value, Unspecified> {
        let mut state = operands[0].clone();
        for trip in 0..trips {
            let index = Number::new(64, i128::from(trip) * i128::from(stride));
            let index = Number::new(self.index_width(body), index.unsigned());
            state = self.iterate(body, index, state, &operands[1..])?;
        }
        Ok(state)
    }

    /// The index is signed; the loop ends where it is the trip count times the stride, which is at once where either is
    /// zero.
    fn dynamic_counted_for(&mut self, body: FuncId, operands: &[Value]) -> Result<Value, Unspecified> {
        let width = self.index_width(body);
        let (trips, stride) = (operands[1].number().unsigned(), operands[2].number().signed());
        let end = &trips * &stride;
        if Number::new(width, end.clone()).signed() != end {
            return Err(Unspecified);
        }
        let mut state = operands[0].clone();
        let mut index = BigInt::from(0);
        while index != end {
            state = self.iterate(body, Number::new(width, index.clone()), state, &operands[3..])?;
            index += &stride;
        }
        Ok(state)
    }

    fn iterate(&mut self, body: FuncId, index: Number, state: Value, rest: &[Value]) -> Result<Value, Unspecified> {
        let mut arguments = vec![Value::Bits(index), state];
        arguments.extend_from_slice(rest);
        self.call(body, arguments)
    }

    fn index_width(&self, body: FuncId) -> u32 {
        let body = self.package.function(body);
        body.node(body.params[0]).ty.bit_count().expect("the verifier wants an index of a bits type")
    }
}

/// The product and zero: of the two parts, only their sum is specified.
fn halves(ty: &Type, product: impl Fn(u32) -> Number) -> Value {
    let Type::Tuple(types) = ty else { panic!("the verifier wants a pair") };
    let width = types[0].bit_count().expect("the verifier wants bits types");
    Value::Tuple(vec![Value::Bits(product(width)), Value::Bits(Number::new(width, 0))])
}

fn length(ty: &Type) -> u64 {
    let Type::Array(array) = ty else { panic!("{ty} is no array type") };
    array.len
}
