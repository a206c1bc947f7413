//! Random programs: a few functions that call each other, and arguments for the last one.

use xls_aot_ir::{FuncId, Function, NodeId, Op, Package, Top, Type, Value};
use xls_aot_values::Random;

use crate::builder::Builder;
use crate::operations;
use crate::style::Style;
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
}

/// Calls of each program.
const CALLS: usize = 6;

/// Largest number of iterations of most loops.
const MAX_TRIPS: usize = 6;

/// Program `index` of the run with `seed`.
pub(crate) fn generate(seed: u64, index: u64) -> Program {
    let random = &mut Random::new(seed, index);
    let style = &Style::new(random);
    let mut generator = Generator { style, functions: Vec::new(), next_id: 1 };
    for _ in 0..random.below(4) {
        let params = params(random, style, 4);
        let size = random.between(1, 8);
        generator.function(random, None, &params, None, size);
    }
    let params = params(random, style, 6);
    generator.function(random, Some("main"), &params, None, style.size);
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
    let param = |random: &mut Random| if random.one_in(24) { Type::Token } else { types::ty(random, &style.widths, 2) };
    (0..count).map(|_| param(random)).collect()
}

struct Generator<'a> {
    style: &'a Style,
    functions: Vec<Function>,
    next_id: u64,
}

impl Generator<'_> {
    /// Adds a function that returns `result`, or something of its own. By default its name is its number.
    fn function(
        &mut self,
        random: &mut Random,
        name: Option<&str>,
        params: &[Type],
        result: Option<&Type>,
        size: usize,
    ) {
        // Callees stand first, so loop bodies and mapped functions that this one needs are made before it.
        let mut bodies = Vec::new();
        for _ in 0..size {
            if self.functions.len() < 12 && random.one_in(20) {
                bodies.push(self.body(random));
            }
        }
        let name = name.map_or_else(|| format!("f{}", self.functions.len()), str::to_owned);
        // Ids are handed out by a counter of our own, which the builder borrows.
        let mut next_id = self.next_id;
        let mut b = Builder::new(random, self.style, name, params, &mut next_id);
        let mut calls_left = 6;
        for body in bodies {
            self.repeat(&mut b, body);
        }
        for _ in 0..size {
            if calls_left > 0 && !self.functions.is_empty() && b.random.one_in(10) {
                calls_left -= 1;
                self.invoke(&mut b);
            } else {
                operations::add(&mut b);
            }
        }
        let ret = match result {
            Some(ty) => b.value(ty),
            None => result_of(&mut b),
        };
        let function = b.finish(ret);
        self.next_id = next_id;
        self.functions.push(function);
    }

    fn invoke(&self, b: &mut Builder<'_>) {
        let callee = b.random.below(self.functions.len());
        let function = &self.functions[callee];
        let operands: Vec<NodeId> = function.params.iter().map(|&param| b.value(&function.node(param).ty)).collect();
        b.push(Op::Invoke { to_apply: FuncId::new(callee) }, &operands, function.return_type.clone());
    }

    /// Adds a function to be applied repeatedly, and says how.
    fn body(&mut self, random: &mut Random) -> Body {
        let size = random.between(1, 8);
        let style = self.style;
        let ty = |random: &mut Random, depth| types::ty(random, &style.widths, depth);
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
        // The bodies that the function itself needed stand before it.
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

/// A function to be applied repeatedly.
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
    /// Widths of trip count and stride.
    Dynamic {
        trips: u32,
        stride: u32,
    },
}

/// What a function returns: one value, or several values that would otherwise be lost.
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
    // The last one, which most nodes lead to, and random others.
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
        for index in 0..300 {
            let program = generate(11, index);
            let text = print_package(&program.package);
            let read = read_package("fuzz.ir", text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(print_package(&read), text);
            let again = generate(11, index);
            assert_eq!(print_package(&again.package), text);
            assert_eq!(again.calls, program.calls);
        }
    }
}
