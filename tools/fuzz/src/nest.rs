//! Loops in loops, two and three deep, that pass their values on: the index, the state or an invariant of an outer loop
//! is the initial state or an invariant of an inner loop, and is used again beside and after it. In compiled code, wide
//! values and arrays are in memory, so each of these uses tests the ownership of buffers.

use xls_aot_ir::{Bits, FuncId, NodeId, Op, Type, Value};
use xls_aot_values::Random;

use crate::builder::Builder;
use crate::operations;
use crate::program::Generator;
use crate::style::Style;
use crate::types;

/// Widths of indices and states: those of values in one register, in several registers, and in memory.
const WIDTHS: &[u32] = &[
    1, 7, 8, 16, 32, 33, 63, 64, 65, 100, 127, 128, 129, 200, 256, 300, 500, 511, 512, 513, 514, 520, 576, 577, 600,
    600, 640, 700, 768, 800, 1000, 1023, 1024, 1025, 1200,
];

/// The most evaluation steps that a call of most programs takes.
const STEPS: u64 = 25_000;

/// The most evaluation steps that a call of the other programs takes.
const MANY_STEPS: u64 = 120_000;

/// Most iterations of a loop.
const MOST_TRIPS: u64 = 1000;

/// A width of indices and states.
pub(crate) fn width(random: &mut Random) -> u32 {
    if random.one_in(3) {
        random.between(500, 1200) as u32
    } else {
        random.pick(WIDTHS)
    }
}

/// The types in nested loops. They are few, so that a value of one loop has the right type in many places of another.
struct Types {
    /// A bit vector. If it is wide enough, most indices have its width.
    bits: Type,
    array: Type,
    /// The type of most states.
    state: Type,
    /// A type of no bits, or a tuple with such elements, if the program is to have many of them.
    empty: Option<Type>,
}

impl Types {
    fn new(random: &mut Random, style: &Style) -> Self {
        let width = style.widths.first().copied().unwrap_or(600);
        let bits = Type::Bits(width);
        let element = if random.one_in(2) { random.pick(&[1, 8, 32, 64, 65]) } else { width };
        let most = (4096 / element.max(64)) as usize;
        let len = if random.one_in(4) { random.between(1, most.min(40)) } else { random.between(1, most.min(5)) };
        let array = Type::array(Type::Bits(element), len as u64);
        let state = match random.below(10) {
            0..=3 => bits.clone(),
            4..=6 => array.clone(),
            7 => Type::tuple([bits.clone(), array.clone(), Type::tuple([bits.clone(), Type::Bits(32)])]),
            _ => Type::tuple([bits.clone(), array.clone()]),
        };
        if style.empties.is_empty() {
            return Types { bits, array, state, empty: None };
        }
        let empty = types::beside_empties(random, &style.widths, &style.empties);
        let state = if random.one_in(2) { Type::tuple([empty.clone(), state, Type::Bits(0)]) } else { state };
        Types { bits, array, state, empty: Some(empty) }
    }

    fn any(&self, random: &mut Random) -> Type {
        if let Some(empty) = self.empty.as_ref().filter(|_| random.one_in(3)) {
            return empty.clone();
        }
        match random.below(8) {
            0..=3 => self.state.clone(),
            4 | 5 => self.bits.clone(),
            6 => self.array.clone(),
            _ => Type::Bits(random.pick(&[1, 8, 32, 64])),
        }
    }

    fn index(&self, random: &mut Random) -> u32 {
        match self.bits.bit_count() {
            Some(width) if width >= 8 && !random.one_in(4) => width,
            Some(_) | None => random.pick(&[8, 16, 32, 64, 65, 200]),
        }
    }
}

/// A function to be repeated.
struct Body {
    function: FuncId,
    index: u32,
    state: Type,
    invariants: Vec<Type>,
}

/// Adds the functions of a program. The last one, called `main`, has nested loops. Gives the types of its parameters.
pub(crate) fn functions(generator: &mut Generator<'_>, random: &mut Random) -> Vec<Type> {
    let types = Types::new(random, generator.style);
    if random.one_in(2) {
        // The bodies call this function.
        let params = [types.any(random), types.any(random)];
        let result = types.any(random);
        generator.define(random, None, &params, |_, b| {
            some_operations(b);
            let params = b.params().to_vec();
            combine(b, &result, &params)
        });
    }
    let steps = if random.one_in(6) { MANY_STEPS } else { STEPS };
    let depth = random.pick(&[1, 2, 2, 2, 3]);
    let mut bodies = vec![body(generator, random, &types, &[], steps)];
    for _ in 1..depth {
        let inner: Vec<Body> = std::mem::take(&mut bodies);
        bodies.push(body(generator, random, &types, &inner, steps));
        if random.one_in(4) {
            // A body may have a second loop beside the nested one.
            bodies.push(body(generator, random, &types, &[], steps));
        }
    }
    let mut params = vec![types.state.clone()];
    params.extend((0..random.between(1, 3)).map(|_| types.any(random)));
    generator.define(random, Some("main"), &params, |generator, b| {
        let result = types.any(b.random);
        level(generator, b, &bodies, &result, steps)
    });
    params
}

/// Adds the body of a loop; it has the loops `inner`.
fn body(generator: &mut Generator<'_>, random: &mut Random, types: &Types, inner: &[Body], steps: u64) -> Body {
    let index = types.index(random);
    let state = if random.one_in(4) { types.any(random) } else { types.state.clone() };
    let invariants: Vec<Type> = (0..random.below(3)).map(|_| types.any(random)).collect();
    let params: Vec<Type> = [Type::Bits(index), state.clone()].into_iter().chain(invariants.iter().cloned()).collect();
    let function = generator.define(random, None, &params, |generator, b| {
        let result = level(generator, b, inner, &state, steps);
        partly_unchanged(b, result)
    });
    Body { function, index, state, invariants }
}

/// The result of a body; at times, some elements of a tuple are those of the state.
fn partly_unchanged(b: &mut Builder<'_>, result: NodeId) -> NodeId {
    let (Type::Tuple(types), state) = (b.ty(result), b.params()[1]) else { return result };
    if b.random.one_in(2) {
        return result;
    }
    let elements: Vec<NodeId> = (0..types.len())
        .map(|at| {
            let from = if b.random.one_in(2) { state } else { result };
            b.element(from, at)
        })
        .collect();
    b.push(Op::Tuple, &elements, Type::Tuple(types))
}

/// Adds the nodes of a function with the loops `inner`. Gives its result, of type `result`.
fn level(generator: &Generator<'_>, b: &mut Builder<'_>, inner: &[Body], result: &Type, steps: u64) -> NodeId {
    let mut sources = b.params().to_vec();
    some_operations(b);
    if b.random.one_in(4) {
        sources.extend(generator.invoke_first(b));
    }
    for body in inner {
        let (before, after) = add_loop(generator, b, body, steps / inner.len() as u64);
        sources.push(after);
        // A loop may change its initial state in place only if it is the last user of it. Both cases are made.
        match b.random.below(4) {
            0 | 1 => sources.retain(|&source| source != before),
            2 => sources.push(before),
            _ => {
                let ty = b.ty(before);
                sources.push(combine(b, &ty, &[before, after]));
            }
        }
    }
    some_operations(b);
    combine(b, result, &sources)
}

fn some_operations(b: &mut Builder<'_>) {
    for _ in 0..b.random.below(4) {
        operations::add(b);
    }
}

/// An operand of a loop: a parameter (which may be the index, the state or an invariant of the loop around), a constant, a tuple
/// or array with constants, or any other value.
fn handed(b: &mut Builder<'_>, ty: &Type) -> NodeId {
    if b.random.one_in(8) {
        return b.constant(ty);
    }
    if b.random.one_in(if matches!(ty, Type::Tuple(_)) { 2 } else { 8 }) {
        match ty {
            Type::Tuple(types) => {
                let elements: Vec<NodeId> = types.iter().map(|ty| handed(b, ty)).collect();
                return b.push(Op::Tuple, &elements, ty.clone());
            }
            Type::Array(array) if array.len <= 4 => {
                let elements: Vec<NodeId> = (0..array.len).map(|_| handed(b, &array.element)).collect();
                return b.push(Op::Array, &elements, ty.clone());
            }
            Type::Array(_) | Type::Bits(_) | Type::Token => {}
        }
    }
    let params: Vec<NodeId> = b.params().iter().copied().filter(|&param| b.ty(param) == *ty).collect();
    if params.is_empty() || b.random.one_in(5) {
        b.value(ty)
    } else {
        b.random.pick(&params)
    }
}

/// Adds a loop; gives its initial state and its result.
fn add_loop(generator: &Generator<'_>, b: &mut Builder<'_>, body: &Body, steps: u64) -> (NodeId, NodeId) {
    let initial = handed(b, &body.state);
    let invariants: Vec<NodeId> = body.invariants.iter().map(|ty| handed(b, ty)).collect();
    let affordable = (steps / generator.cost(body.function).max(1)).min(MOST_TRIPS);
    let wanted = match b.random.below(16) {
        0 => b.random.below(2),
        1..=8 => b.random.between(2, 8),
        9..=12 => b.random.between(9, 60),
        _ => b.random.between(200, MOST_TRIPS as usize),
    };
    let trips = (wanted as u64).min(affordable).min((1 << (body.index - 1).min(20)) - 1);
    let needed = u64::BITS - trips.leading_zeros();
    let function = body.function;
    if b.random.one_in(3) {
        let stride_width = b.random.between(1, 3).min((body.index - needed - 1) as usize) as u32;
        let count = Value::Bits(Bits::from_u64(needed, trips));
        let count = if needed <= 2 && affordable > 3 { b.bits(needed) } else { b.literal(count) };
        let stride = b.bits(stride_width);
        let operands: Vec<NodeId> = [initial, count, stride].into_iter().chain(invariants).collect();
        return (initial, b.push(Op::DynamicCountedFor { body: function }, &operands, body.state.clone()));
    }
    let most = (1u64 << (body.index - needed).min(3)) - 1;
    let mut stride = b.random.between(0, most as usize) as i64;
    if body.index >= 64 && b.random.one_in(4) {
        stride = -stride;
    }
    let operands: Vec<NodeId> = [initial].into_iter().chain(invariants).collect();
    let op = Op::CountedFor { trip_count: trips, stride, body: function };
    (initial, b.push(op, &operands, body.state.clone()))
}

/// A value of type `ty` that depends on all `sources` of this type, and on some of the others.
fn combine(b: &mut Builder<'_>, ty: &Type, sources: &[NodeId]) -> NodeId {
    let (same, others): (Vec<NodeId>, Vec<NodeId>) = sources.iter().partition(|&&source| b.ty(source) == *ty);
    let mut all = match same.first() {
        Some(&first) => first,
        None => b.value(ty),
    };
    for &source in same.iter().skip(1) {
        all = join(b, ty, all, source);
    }
    for source in others {
        if b.random.one_in(2) {
            all = stir(b, ty, all, source);
        }
    }
    all
}

/// A value that depends on two of its own type.
fn join(b: &mut Builder<'_>, ty: &Type, x: NodeId, y: NodeId) -> NodeId {
    match ty {
        Type::Bits(_) => {
            let op = [Op::Add, Op::Sub, Op::Xor, Op::Xor, Op::Or, Op::And][b.random.below(6)].clone();
            b.push(op, &[x, y], ty.clone())
        }
        Type::Array(array) => match b.random.below(4) {
            0 => {
                let bit = b.bits(1);
                b.push(Op::Sel { has_default: false }, &[bit, x, y], ty.clone())
            }
            1 if array.len <= 4 => {
                let elements: Vec<NodeId> = (0..array.len)
                    .map(|at| {
                        let index = b.literal(Value::Bits(Bits::from_u64(8, at)));
                        let (p, q) = (element(b, x, index, &array.element), element(b, y, index, &array.element));
                        join(b, &array.element, p, q)
                    })
                    .collect();
                b.push(Op::Array, &elements, ty.clone())
            }
            _ => {
                // `x` with one element replaced. The new element depends on an element of `x` and one of `y`.
                let (at, from) = (index(b), index(b));
                let (p, q) = (element(b, x, at, &array.element), element(b, y, from, &array.element));
                let value = join(b, &array.element, p, q);
                b.push(Op::ArrayUpdate { assumed_in_bounds: false }, &[x, value, at], ty.clone())
            }
        },
        Type::Tuple(types) => {
            let elements: Vec<NodeId> = types
                .iter()
                .enumerate()
                .map(|(at, ty)| {
                    let (p, q) = (b.element(x, at), b.element(y, at));
                    join(b, ty, p, q)
                })
                .collect();
            b.push(Op::Tuple, &elements, ty.clone())
        }
        Type::Token => x,
    }
}

/// A value that depends on `x`, whose type it has, and on `y` of any type.
fn stir(b: &mut Builder<'_>, ty: &Type, x: NodeId, y: NodeId) -> NodeId {
    let Some(leaf) = leaf(b, y) else { return x };
    match ty {
        Type::Bits(width) => {
            let resized = b.resized(leaf, *width);
            join(b, ty, x, resized)
        }
        Type::Array(array) => {
            let Type::Bits(width) = array.element else { return x };
            let value = b.resized(leaf, width);
            let at = if b.random.one_in(2) { index(b) } else { leaf };
            b.push(Op::ArrayUpdate { assumed_in_bounds: false }, &[x, value, at], ty.clone())
        }
        Type::Tuple(types) => {
            let mut elements: Vec<NodeId> = (0..types.len()).map(|at| b.element(x, at)).collect();
            if let Some(at) = types.len().checked_sub(1) {
                elements[at] = stir(b, &types[at], elements[at], leaf);
            }
            b.push(Op::Tuple, &elements, ty.clone())
        }
        Type::Token => x,
    }
}

/// A bit vector inside a value, if there is one.
fn leaf(b: &mut Builder<'_>, value: NodeId) -> Option<NodeId> {
    match b.ty(value) {
        Type::Bits(_) => Some(value),
        Type::Array(array) => {
            let at = index(b);
            let element = element(b, value, at, &array.element);
            leaf(b, element)
        }
        Type::Tuple(types) => {
            let at = b.random.below(types.len());
            let element = (!types.is_empty()).then(|| b.element(value, at))?;
            leaf(b, element)
        }
        Type::Token => None,
    }
}

fn element(b: &mut Builder<'_>, array: NodeId, index: NodeId, ty: &Type) -> NodeId {
    b.push(Op::ArrayIndex { assumed_in_bounds: false }, &[array, index], ty.clone())
}

/// An index: the first parameter (which is the loop's index in a body), or any value.
fn index(b: &mut Builder<'_>) -> NodeId {
    match b.params().first().copied() {
        Some(first) if matches!(b.ty(first), Type::Bits(_)) && b.random.one_in(2) => first,
        _ if b.random.one_in(2) => b.bits(3),
        _ => b.some_bits().0,
    }
}
