//! Functions of a hundred thousand nodes and more, which the native back end compiles in a different way: in parts, or, if it is
//! told to leave them whole, with another register allocator. Operands come from a pool of values, so that making a function takes linear time, and most
//! values have long live ranges.

use xls_aot_ir::{NodeId, Op, Type};

use crate::builder::Builder;

/// Widths of the pool.
const WIDTHS: &[u32] = &[1, 8, 32, 33, 64, 65, 128, 200];

/// Values of each width.
const SLOTS: usize = 7;

/// The pool: values that may be used, by width.
struct Pool {
    values: Vec<Vec<NodeId>>,
}

impl Pool {
    /// A random width, by its position in the list.
    fn width(b: &mut Builder<'_>) -> usize {
        b.random.below(WIDTHS.len())
    }

    fn get(&self, b: &mut Builder<'_>, place: usize) -> NodeId {
        self.values[place][b.random.below(SLOTS)]
    }

    fn put(&mut self, b: &mut Builder<'_>, place: usize, value: NodeId) {
        let slot = b.random.below(SLOTS);
        self.values[place][slot] = value;
    }
}

/// Adds nodes until there are `nodes`, and the value that the function returns.
pub(crate) fn body(b: &mut Builder<'_>, nodes: usize) -> NodeId {
    let mut pool = Pool { values: Vec::new() };
    for &width in WIDTHS {
        let slots = (0..SLOTS).map(|_| b.bits(width)).collect();
        pool.values.push(slots);
    }
    let element = Type::Bits(WIDTHS[2]);
    let ty = Type::array(element.clone(), 5);
    let mut array = b.value(&ty);
    while b.len() < nodes {
        if b.random.one_in(40) {
            let index = pool.get(b, 1);
            if b.random.one_in(2) {
                let value = pool.get(b, 2);
                array = b.push(Op::ArrayUpdate { assumed_in_bounds: false }, &[array, value, index], ty.clone());
            } else {
                let value = b.push(Op::ArrayIndex { assumed_in_bounds: false }, &[array, index], element.clone());
                pool.put(b, 2, value);
            }
        }
        let (place, value) = operation(b, &pool);
        pool.put(b, place, value);
    }
    let mut values: Vec<NodeId> = pool.values.concat();
    values.push(array);
    let types: Vec<Type> = values.iter().map(|&value| b.ty(value)).collect();
    b.push(Op::Tuple, &values, Type::tuple(types))
}

/// Adds an operation on values of the pool. Gives the position of its width in the list, and the node.
fn operation(b: &mut Builder<'_>, pool: &Pool) -> (usize, NodeId) {
    let place = Pool::width(b);
    let width = WIDTHS[place];
    let ty = Type::Bits(width);
    let (x, y) = (pool.get(b, place), pool.get(b, place));
    let value = match b.random.below(16) {
        0..=2 => b.push(Op::Add, &[x, y], ty),
        3 | 4 => b.push(Op::Sub, &[x, y], ty),
        5 | 6 => b.push(Op::Xor, &[x, y], ty),
        7 => b.push(Op::And, &[x, y], ty),
        8 => b.push(Op::Or, &[x, y], ty),
        9 if width <= 64 => b.push(Op::Umul, &[x, y], ty),
        9 => b.push(Op::Not, &[x], ty),
        10 => {
            let amount = pool.get(b, 1);
            let op = [Op::Shll, Op::Shrl, Op::Shra][b.random.below(3)].clone();
            b.push(op, &[x, amount], ty)
        }
        11 | 12 => {
            let bit = pool.get(b, 0);
            b.push(Op::Sel { has_default: false }, &[bit, x, y], ty)
        }
        13 => {
            let op = [Op::Ult, Op::Sge, Op::Eq][b.random.below(3)].clone();
            return (0, b.push(op, &[x, y], Type::Bits(1)));
        }
        14 if width <= 64 && b.random.one_in(8) => {
            let op = [Op::Udiv, Op::Umod, Op::Sdiv, Op::Smod][b.random.below(4)].clone();
            b.push(op, &[x, y], ty)
        }
        _ => {
            let from = Pool::width(b);
            let source = pool.get(b, from);
            b.resized(source, width)
        }
    };
    (place, value)
}
