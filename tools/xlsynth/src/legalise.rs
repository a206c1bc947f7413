//! Rewrites IR that libxls' code generator compiles wrongly into equivalent IR that it compiles correctly.
//!
//! `tools/libxls/README.md` lists the faults, and says how they were found. Each rewrite keeps the value of the function:
//!
//! - **Unused bits of partial products.** The result `p` of `umulp` or `smulp` becomes `(p.0 & ones, p.1 & ones)`. The ABI
//!   requires that bits above the width are zero; a `bool` with other bits would be invalid.
//! - **Values without bits.** An operation without effects whose result is `bits[0]` becomes the literal.
//! - **`smod` by -1.** `x % y` becomes `x % (y == -1 ? 1 : y)`: both are 0 for that `y`.
//! - **`counted_for` with stride 0.** The loop gets stride 1, and a body that calls the original with index 0.
//! - **`shra` by an amount wider than the value.** `x >> a` becomes `(a >> k) != 0 ? signs of x : x >> (a mod 2^k)`. The
//!   width of `x` fits `k` bits, so an amount of `2^k` or more moves every bit out.
//! - **Indices of `dynamic_counted_for`.** The loop gets a body that masks the index and calls the original.
//!
//! Invariant: the result is a verified package whose last function has the signature of the input's last.

use std::collections::BTreeSet;

use xls_aot_ir::family::{Division, Loop, Shift};
use xls_aot_ir::{Bits, Effect, Family, FuncId, Function, Node, NodeId, Op, Package, Positions, Span, Type, Value};

/// The package, in a form that libxls compiles correctly.
pub(crate) fn legalise(package: &Package) -> Package {
    let next_id = package.functions.iter().flat_map(|f| &f.nodes).map(|node| node.id).max().unwrap_or(0) + 1;
    let mut state = State {
        out: Package { functions: Vec::new(), top: None, ..package.clone() },
        functions: Vec::new(),
        names: package.functions.iter().map(|function| function.name.to_string()).collect(),
        next_id,
    };
    for function in &package.functions {
        let function = state.function(function);
        state.functions.push(FuncId::new(state.out.functions.len()));
        state.out.functions.push(function);
    }
    state.out
}

struct State {
    /// The functions that are ready.
    out: Package,
    /// New ids of the functions, by their old ones.
    functions: Vec<FuncId>,
    /// Names of functions, those that are not ready included.
    names: BTreeSet<String>,
    next_id: u64,
}

impl State {
    fn function(&mut self, function: &Function) -> Function {
        let mut nodes = Vec::with_capacity(function.nodes.len());
        let mut map: Vec<NodeId> = Vec::with_capacity(function.nodes.len());
        for node in &function.nodes {
            let mut node = node.clone();
            for operand in &mut node.operands {
                *operand = map[operand.index()];
            }
            if let Some(callee) = node.op.callee_mut() {
                *callee = self.functions[callee.index()];
            }
            map.push(self.node(node, &mut nodes));
        }
        Function {
            nodes,
            params: function.params.iter().map(|param| map[param.index()]).collect(),
            ret: map[function.ret.index()],
            ..function.clone()
        }
    }

    /// Adds `node`, whose operands and callee are new ones, or what it becomes; returns what has its value.
    fn node(&mut self, node: Node, nodes: &mut Vec<Node>) -> NodeId {
        if node.ty == Type::Bits(0) && is_plain(&node.op) {
            return self.add(nodes, literal(Bits::zero(0)), &[], Type::Bits(0));
        }
        match node.op.family() {
            Family::PartialProduct(_) => self.partial_products(node, nodes),
            Family::Division(Division::Smod) if matches!(node.ty, Type::Bits(8 | 16 | 32 | 64)) => {
                self.smod(node, nodes)
            }
            Family::Shift(Shift::Shra) => self.arithmetic_shift(node, nodes),
            Family::Loop(Loop::CountedFor) => self.counted_loop(node, nodes),
            Family::Loop(Loop::DynamicCountedFor) => self.dynamic_loop(node, nodes),
            Family::Leaf(_)
            | Family::Unary(_)
            | Family::Logic(_)
            | Family::Reduction(_)
            | Family::Sum(_)
            | Family::Product(_)
            | Family::Equality(_)
            | Family::Order(_)
            | Family::Extension(_)
            | Family::Slice(_)
            | Family::Encoding(_)
            | Family::Selection(_)
            | Family::Array(_)
            | Family::Tuple(_)
            | Family::Call(_)
            | Family::Token(_)
            | Family::Effect(_)
            | Family::Division(Division::Udiv | Division::Umod | Division::Sdiv | Division::Smod)
            | Family::Shift(Shift::Shll | Shift::Shrl) => push(nodes, node),
        }
    }

    fn partial_products(&mut self, node: Node, nodes: &mut Vec<Node>) -> NodeId {
        let ty = node.ty.clone();
        let Type::Tuple(elements) = &ty else { return push(nodes, node) };
        let pair = push(nodes, node);
        let masked: Vec<NodeId> = elements
            .iter()
            .enumerate()
            .map(|(index, element)| {
                let width = element.bit_count().unwrap_or(0);
                if width == 0 {
                    return self.add(nodes, literal(Bits::zero(0)), &[], element.clone());
                }
                let value = self.add(nodes, Op::TupleIndex { index: index as u32 }, &[pair], element.clone());
                let ones = self.add(nodes, literal(Bits::ones(width)), &[], element.clone());
                self.add(nodes, Op::And, &[value, ones], element.clone())
            })
            .collect();
        self.add(nodes, Op::Tuple, &masked, ty)
    }

    fn smod(&mut self, mut node: Node, nodes: &mut Vec<Node>) -> NodeId {
        let ty = node.ty.clone();
        let width = ty.bit_count().unwrap_or(0);
        let minus_one = self.add(nodes, literal(Bits::ones(width)), &[], ty.clone());
        let one = self.add(nodes, literal(Bits::from_u64(width, 1)), &[], ty.clone());
        let is_minus_one = self.add(nodes, Op::Eq, &[node.operands[1], minus_one], Type::Bits(1));
        let cases = [is_minus_one, node.operands[1], one];
        node.operands[1] = self.add(nodes, Op::Sel { has_default: false }, &cases, ty);
        push(nodes, node)
    }

    fn arithmetic_shift(&mut self, mut node: Node, nodes: &mut Vec<Node>) -> NodeId {
        let [value, amount] = [node.operands[0], node.operands[1]];
        let width_of = |id: NodeId| nodes[id.index()].ty.bit_count().unwrap_or(0);
        let (width, amount_width) = (width_of(value), width_of(amount));
        if amount_width <= width {
            return push(nodes, node);
        }
        let ty = node.ty.clone();
        let kept = u32::BITS - width.leading_zeros();
        let high = self.add(nodes, Op::BitSlice { start: kept }, &[amount], Type::Bits(amount_width - kept));
        let moves_all = self.add(nodes, Op::OrReduce, &[high], Type::Bits(1));
        node.operands[1] = self.add(nodes, Op::BitSlice { start: 0 }, &[amount], Type::Bits(kept));
        let shifted = push(nodes, node);
        let sign = self.add(nodes, Op::BitSlice { start: width - 1 }, &[value], Type::Bits(1));
        let signs = self.add(nodes, Op::SignExt, &[sign], ty.clone());
        self.add(nodes, Op::Sel { has_default: false }, &[moves_all, shifted, signs], ty)
    }

    /// A loop that runs, but whose stride is zero, becomes one with a stride.
    fn counted_loop(&mut self, mut node: Node, nodes: &mut Vec<Node>) -> NodeId {
        let Op::CountedFor { stride: 0, trip_count: trip_count @ 1.., body } = node.op else {
            return push(nodes, node);
        };
        let index_width = self.index_width(body);
        let needed = (u64::BITS - (trip_count - 1).leading_zeros()).max(1);
        let body = self.body_behind(body, "at_index_zero", index_width.max(needed), |state, nodes, _| {
            state.add(nodes, literal(Bits::zero(index_width)), &[], Type::Bits(index_width))
        });
        node.op = Op::CountedFor { trip_count, stride: 1, body };
        push(nodes, node)
    }

    fn dynamic_loop(&mut self, mut node: Node, nodes: &mut Vec<Node>) -> NodeId {
        let Op::DynamicCountedFor { body } = node.op else { return push(nodes, node) };
        let width = self.index_width(body);
        if !matches!(width, 8 | 16 | 32 | 64 | 128) {
            let body = self.body_behind(body, "at_masked_index", width, |state, nodes, index| {
                let ones = state.add(nodes, literal(Bits::ones(width)), &[], Type::Bits(width));
                state.add(nodes, Op::And, &[index, ones], Type::Bits(width))
            });
            node.op = Op::DynamicCountedFor { body };
        }
        push(nodes, node)
    }

    /// Width of the first parameter of a loop's body.
    fn index_width(&self, body: FuncId) -> u32 {
        let called = self.out.function(body);
        called.node(called.params[0]).ty.bit_count().unwrap_or(0)
    }

    /// A body that takes an index of `width` bits and calls `body` with what `index` makes of it.
    fn body_behind(
        &mut self,
        body: FuncId,
        suffix: &str,
        width: u32,
        index: impl FnOnce(&mut Self, &mut Vec<Node>, NodeId) -> NodeId,
    ) -> FuncId {
        let called = self.out.function(body).clone();
        let mut nodes = Vec::new();
        let params: Vec<NodeId> = called
            .params
            .iter()
            .enumerate()
            .map(|(i, &param)| {
                let ty = if i == 0 { Type::Bits(width) } else { called.node(param).ty.clone() };
                let param = self.add(&mut nodes, Op::Param { index: i as u32 }, &[], ty);
                nodes[param.index()].name = Some(format!("p{i}").into());
                param
            })
            .collect();
        let mut arguments = params.clone();
        arguments[0] = index(self, &mut nodes, params[0]);
        let ret = self.add(&mut nodes, Op::Invoke { to_apply: body }, &arguments, called.return_type.clone());
        let id = FuncId::new(self.out.functions.len());
        let name = (0..)
            .map(|n| format!("{}_{suffix}_{n}", called.name))
            .find(|name| self.names.insert(name.clone()))
            .unwrap_or_default();
        self.out.functions.push(Function {
            name: name.into(),
            params,
            nodes,
            ret,
            return_type: called.return_type,
            attributes: Vec::new(),
            span: called.span,
        });
        id
    }

    fn add(&mut self, nodes: &mut Vec<Node>, op: Op, operands: &[NodeId], ty: Type) -> NodeId {
        let id = self.next_id;
        self.next_id += 1;
        push(
            nodes,
            Node {
                op,
                operands: operands.into(),
                ty,
                name: None,
                id,
                positions: Positions::default(),
                span: Span::default(),
            },
        )
    }
}

fn literal(bits: Bits) -> Op {
    Op::Literal { value: Box::new(Value::Bits(bits)) }
}

fn push(nodes: &mut Vec<Node>, node: Node) -> NodeId {
    nodes.push(node);
    NodeId::new(nodes.len() - 1)
}

/// Whether a node of this operation may be replaced by its value: it is no parameter, calls nothing and has no effect.
fn is_plain(op: &Op) -> bool {
    let is_given = matches!(op, Op::Param { .. } | Op::Literal { .. });
    !is_given && op.callee().is_none() && op.effect() == Effect::None && *op != Op::Gate
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let package = xls_aot_ir::read_package("test.ir", text.as_bytes()).unwrap();
        let legal = xls_aot_ir::print_package(&legalise(&package));
        assert_eq!(legal, expected);
        xls_aot_ir::read_package("legal.ir", legal.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn partial_products_are_masked() {
        check(
            "package p\n\nfn f(x: bits[4] id=1) -> (bits[3], bits[3]) {\n  ret u: (bits[3], bits[3]) = umulp(x, x, id=2)\n}\n",
            "package p\n\nfn f(x: bits[4] id=1) -> (bits[3], bits[3]) {\n  u: (bits[3], bits[3]) = umulp(x, x, id=2)\n  \
             tuple_index.3: bits[3] = tuple_index(u, index=0, id=3)\n  literal.4: bits[3] = literal(value=7, id=4)\n  \
             and.5: bits[3] = and(tuple_index.3, literal.4, id=5)\n  \
             tuple_index.6: bits[3] = tuple_index(u, index=1, id=6)\n  literal.7: bits[3] = literal(value=7, id=7)\n  \
             and.8: bits[3] = and(tuple_index.6, literal.7, id=8)\n  \
             ret tuple.9: (bits[3], bits[3]) = tuple(and.5, and.8, id=9)\n}\n",
        );
    }

    #[test]
    fn values_without_bits_are_literals() {
        check(
            "package p\n\nfn f(x: bits[0] id=1) -> bits[0] {\n  ret r: bits[0] = reverse(x, id=2)\n}\n",
            "package p\n\nfn f(x: bits[0] id=1) -> bits[0] {\n  ret literal.3: bits[0] = literal(value=0, id=3)\n}\n",
        );
    }

    #[test]
    fn smod_never_divides_by_minus_one() {
        check(
            "package p\n\nfn f(x: bits[8] id=1, y: bits[8] id=2) -> bits[8] {\n  ret m: bits[8] = smod(x, y, id=3)\n}\n",
            "package p\n\nfn f(x: bits[8] id=1, y: bits[8] id=2) -> bits[8] {\n  \
             literal.4: bits[8] = literal(value=255, id=4)\n  literal.5: bits[8] = literal(value=1, id=5)\n  \
             eq.6: bits[1] = eq(y, literal.4, id=6)\n  sel.7: bits[8] = sel(eq.6, cases=[y, literal.5], id=7)\n  \
             ret m: bits[8] = smod(x, sel.7, id=3)\n}\n",
        );
    }

    #[test]
    fn indices_of_dynamic_loops_are_masked() {
        let loop_over = |width: u32, body: &str| {
            format!(
                "package p\n\nfn b(i: bits[{width}] id=1, s: bits[8] id=2) -> bits[8] {{\n  \
                 ret n: bits[8] = neg(s, id=3)\n}}\n\n{body}\
                 fn f(x: bits[8] id=4, n: bits[2] id=5) -> bits[8] {{\n  \
                 ret r: bits[8] = dynamic_counted_for(x, n, n, body="
            )
        };
        let masked = "fn b_at_masked_index_0(p0: bits[4] id=7, p1: bits[8] id=8) -> bits[8] {\n  \
                      literal.9: bits[4] = literal(value=15, id=9)\n  and.10: bits[4] = and(p0, literal.9, id=10)\n  \
                      ret invoke.11: bits[8] = invoke(and.10, p1, to_apply=b, id=11)\n}\n\n";
        check(
            &format!("{}b, id=6)\n}}\n", loop_over(4, "")),
            &format!("{}b_at_masked_index_0, id=6)\n}}\n", loop_over(4, masked)),
        );
        let of_a_machine_width = format!("{}b, id=6)\n}}\n", loop_over(16, ""));
        check(&of_a_machine_width, &of_a_machine_width);
    }

    #[test]
    fn amounts_of_arithmetic_shifts_are_cut() {
        check(
            "package p\n\nfn f(x: bits[5] id=1, a: bits[9] id=2) -> bits[5] {\n  ret s: bits[5] = shra(x, a, id=3)\n}\n",
            "package p\n\nfn f(x: bits[5] id=1, a: bits[9] id=2) -> bits[5] {\n  \
             bit_slice.4: bits[6] = bit_slice(a, start=3, width=6, id=4)\n  \
             or_reduce.5: bits[1] = or_reduce(bit_slice.4, id=5)\n  \
             bit_slice.6: bits[3] = bit_slice(a, start=0, width=3, id=6)\n  \
             s: bits[5] = shra(x, bit_slice.6, id=3)\n  \
             bit_slice.7: bits[1] = bit_slice(x, start=4, width=1, id=7)\n  \
             sign_ext.8: bits[5] = sign_ext(bit_slice.7, new_bit_count=5, id=8)\n  \
             ret sel.9: bits[5] = sel(or_reduce.5, cases=[s, sign_ext.8], id=9)\n}\n",
        );
        let as_wide = "package p\n\nfn f(x: bits[5] id=1, a: bits[5] id=2) -> bits[5] {\n  \
                       ret s: bits[5] = shra(x, a, id=3)\n}\n";
        check(as_wide, as_wide);
    }

    #[test]
    fn a_new_function_has_a_name_of_its_own() {
        let text = "package p\n\nfn b(i: bits[4], s: bits[8]) -> bits[8] {\n  ret n: bits[8] = neg(s)\n}\n\n\
                    fn f(x: bits[8], n: bits[2]) -> bits[8] {\n  \
                    ret r: bits[8] = dynamic_counted_for(x, n, n, body=b)\n}\n\n\
                    fn b_at_masked_index_0(x: bits[8]) -> bits[8] {\n  ret n: bits[8] = neg(x)\n}\n";
        let package = xls_aot_ir::read_package("test.ir", text.as_bytes()).unwrap();
        let legal = xls_aot_ir::print_package(&legalise(&package));
        xls_aot_ir::read_package("legal.ir", legal.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{legal}"));
    }

    #[test]
    fn loops_without_stride_count_iterations() {
        check(
            "package p\n\nfn b(i: bits[0] id=1, s: bits[8] id=2) -> bits[8] {\n  ret n: bits[8] = neg(s, id=3)\n}\n\n\
             fn f(x: bits[8] id=4) -> bits[8] {\n  \
             ret r: bits[8] = counted_for(x, trip_count=5, stride=0, body=b, id=5)\n}\n",
            "package p\n\nfn b(i: bits[0] id=1, s: bits[8] id=2) -> bits[8] {\n  ret n: bits[8] = neg(s, id=3)\n}\n\n\
             fn b_at_index_zero_0(p0: bits[3] id=6, p1: bits[8] id=7) -> bits[8] {\n  \
             literal.8: bits[0] = literal(value=0, id=8)\n  \
             ret invoke.9: bits[8] = invoke(literal.8, p1, to_apply=b, id=9)\n}\n\n\
             fn f(x: bits[8] id=4) -> bits[8] {\n  \
             ret r: bits[8] = counted_for(x, trip_count=5, stride=1, body=b_at_index_zero_0, id=5)\n}\n",
        );
    }
}
