//! Random programs: a few functions that call each other, and arguments for the last one.

use xls_aot_ir::{FuncId, Function, Node, NodeId, Op, Package, Top, Type, Value};
use xls_aot_values::Random;

use crate::builder::Builder;
use crate::lanes;
use crate::large;
use crate::nest;
use crate::operations;
use crate::style::{Style, StyleName};
use crate::types;

/// A program and calls of its last function.
#[derive(Clone)]
pub(crate) struct Program {
    pub(crate) package: Package,
    pub(crate) calls: Vec<Vec<Value>>,
}

impl Program {
    /// The function that is called.
    pub(crate) fn top(&self) -> FuncId {
        FuncId::new(self.package.functions.len() - 1)
    }

    /// The most steps that the evaluation of a call may take. A program that takes more is left out.
    pub(crate) fn max_steps(&self) -> u64 {
        let nodes: usize = self.package.functions.iter().map(|function| function.nodes.len()).sum();
        600_000 + 30 * nodes as u64
    }
}

/// The number of calls of each program.
const CALLS: usize = 6;

/// Largest number of iterations of most loops.
const MAX_TRIPS: usize = 6;

/// Program `index` of the run with `seed`; `None` for a random style.
pub(crate) fn generate(seed: u64, index: u64, style: Option<StyleName>) -> Program {
    let random = &mut Random::new(seed, index);
    let style = Style::new(random, style);
    // Random numbers of their own, so that the programs without traces and covers do not depend on those with. Programs of the
    // styles `Reuse` and `Lanes` have none: what events use would come between the operations that are to have the same operands.
    let events = !matches!(style.name, StyleName::Reuse | StyleName::Lanes)
        && Random::new(seed.rotate_left(32), index).one_in(5);
    // Nor do the programs without values of no bits depend on those with.
    let mut of_empties = Random::new(seed.rotate_left(16), index);
    let has_empties = !matches!(style.name, StyleName::Reuse | StyleName::Lanes) && of_empties.one_in(12);
    let empties = if has_empties { types::empties(&mut of_empties) } else { Vec::new() };
    let style = &style.with_events(events).with_empties(empties);
    let mut generator = Generator { style, functions: Vec::new(), costs: Vec::new(), next_id: 1 };
    let params = match style.name {
        StyleName::Loops => nest::functions(&mut generator, random),
        StyleName::Large => {
            let params = params(random, style, 6);
            generator.define(random, Some("main"), &params, |_, b| large::body(b, style.size));
            params
        }
        StyleName::Lanes => {
            let params = lanes::params(random);
            generator.define(random, Some("main"), &params, |_, b| lanes::body(b));
            params
        }
        StyleName::Mixed
        | StyleName::Linear
        | StyleName::Pieces
        | StyleName::Choices
        | StyleName::Related
        | StyleName::Arithmetic
        | StyleName::Arrays
        | StyleName::Reuse
        | StyleName::Long => generator.mixture(random),
    };
    let top = FuncId::new(generator.functions.len() - 1);
    let package = Package {
        name: "fuzz".into(),
        functions: generator.functions,
        top: Some(Top::Function(top)),
        ..Package::default()
    };
    let mut calls: Vec<Vec<Value>> =
        (2..CALLS).map(|_| params.iter().map(|ty| xls_aot_values::value(random, ty)).collect()).collect();
    for ones in [false, true] {
        calls.push(params.iter().map(|ty| xls_aot_values::uniform(ty, ones)).collect());
    }
    Program { package, calls }
}

fn params(random: &mut Random, style: &Style, most: usize) -> Vec<Type> {
    let count = random.between(0, most);
    let param = |random: &mut Random| if random.one_in(24) { Type::Token } else { style.boundary_type(random, 2) };
    (0..count).map(|_| param(random)).collect()
}

/// A program under construction.
pub(crate) struct Generator<'a> {
    pub(crate) style: &'a Style,
    functions: Vec<Function>,
    /// Evaluation steps of each function, roughly.
    costs: Vec<u64>,
    next_id: u64,
}

impl Generator<'_> {
    /// Adds functions that call each other. The last one is called `main`. Gives the types of its parameters.
    fn mixture(&mut self, random: &mut Random) -> Vec<Type> {
        for _ in 0..random.below(4) {
            let params = params(random, self.style, 4);
            let size = random.between(1, 8);
            let result = self.boundary_result(random);
            self.function(random, None, &params, result.as_ref(), size);
        }
        let params = params(random, self.style, 6);
        let result = self.boundary_result(random);
        self.function(random, Some("main"), &params, result.as_ref(), self.style.size);
        params
    }

    /// The type that a function is to return; mostly any will do.
    fn boundary_result(&self, random: &mut Random) -> Option<Type> {
        (!self.style.empties.is_empty() && random.one_in(2)).then(|| self.style.boundary_type(random, 2))
    }

    /// Adds a function that returns what `body` makes. By default its name is its number.
    pub(crate) fn define(
        &mut self,
        random: &mut Random,
        name: Option<&str>,
        params: &[Type],
        body: impl FnOnce(&Self, &mut Builder<'_>) -> NodeId,
    ) -> FuncId {
        let name = name.map_or_else(|| format!("f{}", self.functions.len()), str::to_owned);
        // The builder borrows the counter of ids, so it gets a copy.
        let mut next_id = self.next_id;
        let mut b = Builder::new(random, self.style, name, params, &mut next_id);
        let ret = body(self, &mut b);
        let function = b.finish(ret);
        self.next_id = next_id;
        let cost = function.nodes.iter().fold(0u64, |sum, node| sum.saturating_add(self.cost_of(&function, node)));
        self.costs.push(cost);
        self.functions.push(function);
        FuncId::new(self.functions.len() - 1)
    }

    /// Evaluation steps of a function, roughly.
    pub(crate) fn cost(&self, function: FuncId) -> u64 {
        self.costs[function.index()]
    }

    fn cost_of(&self, function: &Function, node: &Node) -> u64 {
        let callee = node.op.callee().map_or(0, |callee| self.cost(callee));
        let trips = times_applied(function, node);
        let words = node.ty.flat_bit_count().unwrap_or(u64::MAX) / 64;
        trips.saturating_mul(callee).saturating_add(1 + words)
    }

    /// Adds a function that returns a value of type `result`, or of any type if there is none. By default its name is its
    /// number.
    fn function(
        &mut self,
        random: &mut Random,
        name: Option<&str>,
        params: &[Type],
        result: Option<&Type>,
        size: usize,
    ) {
        // Callees come first, so the loop bodies and mapped functions that this function needs are made before it.
        let mut bodies = Vec::new();
        for _ in 0..size {
            if self.functions.len() < 12 && random.one_in(20) {
                bodies.push(self.body(random));
            }
        }
        self.define(random, name, params, |generator, b| {
            let mut calls_left = 6;
            for body in bodies {
                generator.repeat(b, body);
            }
            for _ in 0..size {
                if calls_left > 0 && !generator.functions.is_empty() && b.random.one_in(10) {
                    calls_left -= 1;
                    let callee = b.random.below(generator.functions.len());
                    generator.invoke(b, callee);
                } else if b.style.empties.is_empty() || b.random.one_in(2) || operations::on_empties(b).is_none() {
                    operations::add(b);
                }
            }
            match result {
                Some(ty) => b.value(ty),
                None => result_of(b),
            }
        });
    }

    fn invoke(&self, b: &mut Builder<'_>, callee: usize) -> NodeId {
        let function = &self.functions[callee];
        let operands: Vec<NodeId> = function.params.iter().map(|&param| b.value(&function.node(param).ty)).collect();
        b.push(Op::Invoke { to_apply: FuncId::new(callee) }, &operands, function.return_type.clone())
    }

    /// Calls the first function, if there is one.
    pub(crate) fn invoke_first(&self, b: &mut Builder<'_>) -> Option<NodeId> {
        (!self.functions.is_empty()).then(|| self.invoke(b, 0))
    }

    /// Adds a function that a loop or map can apply.
    fn body(&mut self, random: &mut Random) -> Body {
        let size = random.between(1, 8);
        let style = self.style;
        let ty = |random: &mut Random, depth| style.boundary_type(random, depth);
        let state = if random.one_in(10) { Type::tuple([Type::Token, ty(random, 1)]) } else { ty(random, 2) };
        let (repetition, params, result) = match random.below(4) {
            0 => (Repetition::Map, vec![ty(random, 1)], None),
            1 => {
                let (trips, stride) = (random.between(1, 3) as u32, random.between(1, 4) as u32);
                let index = trips + stride + 1 + random.pick(&[0, 0, 1, 8, 64, 130]);
                (Repetition::Dynamic { trips, stride }, vec![Type::Bits(index), state.clone()], Some(state))
            }
            _ => {
                let trips =
                    if random.one_in(12) { random.between(MAX_TRIPS, 40) } else { random.below(MAX_TRIPS + 1) } as u64;
                let mut stride = if random.one_in(10) { random.below(1 << 40) } else { random.between(0, 5) } as i64;
                let last = stride as u64 * trips.saturating_sub(1);
                let needed = if trips <= 1 { 1 } else { (u64::BITS - last.leading_zeros()).max(1) };
                let index = needed + random.pick(&[0, 0, 1, 8, 29, 64, 130]);
                if index >= 64 && random.one_in(2) {
                    stride = -stride;
                }
                (Repetition::Counted { trips, stride }, vec![Type::Bits(index), state.clone()], Some(state))
            }
        };
        let mut params = params;
        if repetition != Repetition::Map {
            for _ in 0..random.below(3) {
                params.push(ty(random, 1));
            }
        }
        self.function(random, None, &params, result.as_ref(), size);
        // The function is the last one; bodies that it needs come before it.
        let function = FuncId::new(self.functions.len() - 1);
        Body { function, repetition }
    }

    /// Adds the node that applies `body` repeatedly.
    fn repeat(&self, b: &mut Builder<'_>, body: Body) {
        let function = &self.functions[body.function.index()];
        let ty = |k: usize| function.node(function.params[k]).ty.clone();
        let invariants = |b: &mut Builder<'_>| -> Vec<NodeId> {
            function.params.iter().skip(2).map(|&param| b.value(&function.node(param).ty)).collect()
        };
        match body.repetition {
            Repetition::Map => {
                let len = b.random.between(1, 5) as u64;
                let array = b.value(&Type::array(ty(0), len));
                let result = Type::array(function.return_type.clone(), len);
                if result.contains_token() {
                    return;
                }
                b.push(Op::Map { to_apply: body.function }, &[array], result);
            }
            Repetition::Counted { trips, stride } => {
                let mut operands = vec![b.value(&ty(1))];
                operands.extend(invariants(b));
                b.push(Op::CountedFor { trip_count: trips, stride, body: body.function }, &operands, ty(1));
            }
            Repetition::Dynamic { trips, stride } => {
                let mut operands = vec![b.value(&ty(1)), b.bits(trips), b.bits(stride)];
                operands.extend(invariants(b));
                b.push(Op::DynamicCountedFor { body: body.function }, &operands, ty(1));
            }
        }
    }
}

/// How often a node applies its callee, at most.
fn times_applied(function: &Function, node: &Node) -> u64 {
    if let Op::CountedFor { trip_count, .. } = node.op {
        trip_count
    } else if let Op::DynamicCountedFor { .. } = node.op {
        largest_value(function.node(node.operands[1]))
    } else if let (Op::Map { .. }, Type::Array(array)) = (&node.op, &node.ty) {
        array.len
    } else {
        1
    }
}

/// Largest value that a node of a bits type can have.
fn largest_value(node: &Node) -> u64 {
    if let Op::Literal { value } = &node.op {
        return if let Value::Bits(bits) = &**value { bits.low_u64() } else { 0 };
    }
    node.ty.bit_count().filter(|&width| width < 64).map_or(u64::MAX, |width| (1 << width) - 1)
}

/// A function that a loop or map can apply.
struct Body {
    function: FuncId,
    repetition: Repetition,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Repetition {
    Map,
    Counted {
        trips: u64,
        stride: i64,
    },
    /// By `dynamic_counted_for`, with these widths of the trip count and the stride.
    Dynamic {
        trips: u32,
        stride: u32,
    },
}

/// The value that a function returns: one value, or a tuple of values that nothing else uses.
fn result_of(b: &mut Builder<'_>) -> NodeId {
    let mut unused = b.unused();
    if unused.is_empty() {
        return match b.existing(|ty| *ty != Type::Token) {
            Some(node) => node,
            None => b.value(&Type::unit()),
        };
    }
    if b.random.one_in(2) || unused.len() == 1 {
        return unused[unused.len() - 1];
    }
    // The tuple has the last value, which depends on most nodes, and random other values.
    while unused.len() > 12 {
        unused.remove(b.random.below(unused.len() - 1));
    }
    let types: Vec<Type> = unused.iter().map(|&node| b.ty(node)).collect();
    b.push(Op::Tuple, &unused, Type::tuple(types))
}

#[cfg(test)]
mod tests {
    use super::*;
    use xls_aot_ir::{print_package, read_package};

    #[test]
    fn programs_are_valid_and_deterministic() {
        let styles = (0..300).map(|_| None).chain((0..100).map(|_| Some(StyleName::Loops)));
        let styles = styles.chain((0..100).map(|_| Some(StyleName::Reuse))).chain([Some(StyleName::Long)]);
        for (index, style) in (0..).zip(styles) {
            let program = generate(11, index, style);
            let text = print_package(&program.package);
            let read = read_package("fuzz.ir", text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(print_package(&read), text);
            let again = generate(11, index, style);
            assert_eq!(print_package(&again.package), text);
            assert_eq!(again.calls, program.calls);
        }
    }
}
