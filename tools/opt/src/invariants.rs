//! The pass that tells loop bodies what does not change while their loop runs.
//!
//! Two identities, for a loop with body `f(index, state, invariants...)`:
//!
//! - An invariant argument has the same value in every iteration. So a body whose parameter is given a literal is the same
//!   as a body in which the literal stands instead of the parameter, and which is not given it. This holds for each element
//!   of a tuple or an array that is made where the loop is.
//! - If the body returns a tuple of which element `i` is element `i` of its state, then this element has its initial value
//!   in every iteration and after the loop, however often the loop runs. So it can be an invariant argument.
//!
//! A body gets one [`Version`] for each combination of literals. Callers are visited before what they call, so that literals reach
//! the innermost of several loops in one pass. Parameters of roots, of maps, and of calls stay as they are.

use std::collections::BTreeSet;

use xls_aot_ir::{closure, FuncId, Function, Node, NodeId, Op, Operands, Package, Positions, Type, Value};

use crate::effects::Facts;
use crate::emit;
use crate::graph::{Context, Fired, Graph};
use crate::pipeline::{add_counts, Rooted};
use crate::weight::function_weight;

/// The name under which the pass counts.
pub(crate) const RULE: &str = "loop_invariant";

/// Most elements of an argument, at all levels together, that are looked at one by one. An array of arrays, each made once and
/// used in many places, has more elements than there is time to look at.
const ELEMENTS_MAX: usize = 128;

/// Most versions of one function.
const VERSIONS_MAX: usize = 16;

/// Weight of all versions of a package beyond the first of each function.
const COPIES_MAX: u64 = 100_000;

/// What a version has of an argument of the function.
#[derive(Clone, PartialEq, Debug)]
enum Given {
    /// A parameter.
    Parameter,
    /// The value.
    Constant(Value),
    /// Each element of the tuple or array on its own.
    Elements(Vec<Given>),
}

/// A form of a function.
#[derive(Clone, PartialEq, Debug)]
struct Version {
    /// Of the elements of the state, those that stay in it; `None` if the state stays as it is.
    kept: Option<Vec<bool>>,
    /// The invariant arguments, and after them the elements that left the state; `None` if the version is the function itself.
    invariants: Option<Vec<Given>>,
}

impl Version {
    const SAME: Self = Version { kept: None, invariants: None };
}

/// The versions of the functions of a package. While the pass runs, a [`FuncId`] in a rewritten function is the number of a version.
struct Versions {
    /// The function that each is a version of.
    all: Vec<(FuncId, Version)>,
    /// By function, the numbers of its versions.
    of: Vec<Vec<usize>>,
    /// Weight of each function.
    weights: Vec<u64>,
    /// Weight that copies may still add.
    room: u64,
}

impl Versions {
    /// The number of a version of `function`; `None` if there is no room for another one.
    fn number(&mut self, function: FuncId, version: &Version) -> Option<usize> {
        let known = &self.of[function.index()];
        if let Some(&found) = known.iter().find(|&&number| self.all[number].1 == *version) {
            return Some(found);
        }
        if !known.is_empty() && *version != Version::SAME {
            if known.len() >= VERSIONS_MAX {
                return None;
            }
            self.room = self.room.checked_sub(self.weights[function.index()])?;
        }
        Some(self.push(function, version.clone()))
    }

    /// The number of the function as it is, for which there is always room.
    fn same(&mut self, function: FuncId) -> usize {
        self.number(function, &Version::SAME).unwrap_or_else(|| self.push(function, Version::SAME))
    }

    fn push(&mut self, function: FuncId, version: Version) -> usize {
        let number = self.all.len();
        self.all.push((function, version));
        self.of[function.index()].push(number);
        number
    }
}

/// The package with the versions of its functions, and how often each rule was applied.
pub(crate) fn package(rooted: Rooted, disabled: u32) -> (Rooted, Fired) {
    let Rooted { mut package, roots } = rooted;
    let mut fired = Fired::new();
    let is_loop = |node: &Node| matches!(node.op, Op::CountedFor { .. } | Op::DynamicCountedFor { .. });
    // The first function applies none.
    if !package.functions.iter().skip(1).flat_map(|function| &function.nodes).any(is_loop) {
        return (Rooted { package, roots }, fired);
    }
    let mut facts: Vec<Facts> = Vec::with_capacity(package.functions.len());
    for function in &package.functions {
        facts.push(Facts::of(function, &facts));
    }
    let kept: Vec<_> = package.functions.iter().map(kept_elements).collect();
    let of = vec![Vec::new(); package.functions.len()];
    let weights = package.functions.iter().map(function_weight).collect();
    let mut versions = Versions { all: Vec::new(), of, weights, room: COPIES_MAX };
    let root_versions: Vec<usize> = roots.iter().map(|&root| versions.same(root)).collect();
    let context = Context::new(disabled, &facts);
    // Numbers of versions with their functions. Callers come first.
    let mut done: Vec<(usize, Function)> = Vec::new();
    for index in (0..package.functions.len()).rev() {
        // All callers are done, so no version is added any more.
        for (i, number) in versions.of[index].clone().into_iter().enumerate() {
            let source = &mut package.functions[index];
            let version = versions.all[number].1.clone();
            let function = match &version.invariants {
                Some(invariants) => special(&context, source, &version, invariants, &mut fired),
                None if i + 1 == versions.of[index].len() => {
                    let nodes = std::mem::take(&mut source.nodes);
                    Function { nodes, ..source.clone() }
                }
                None => source.clone(),
            };
            let loops = Loops { kept: &kept, versions: &mut versions, nodes: Vec::new(), fired: &mut fired };
            done.push((number, loops.function(function)));
        }
        package.functions[index].nodes = Vec::new();
    }
    (assembled(package, done, &root_versions), fired)
}

/// The package of all versions. Each has a name of its own; the first version that callers of a function wanted keeps its name.
fn assembled(package: Package, mut done: Vec<(usize, Function)>, roots: &[usize]) -> Rooted {
    done.reverse();
    let mut ids = vec![FuncId::new(0); done.len()];
    for (index, &(number, _)) in done.iter().enumerate() {
        ids[number] = FuncId::new(index);
    }
    let mut names: BTreeSet<Box<str>> = roots.iter().map(|&root| done[ids[root].index()].1.name.clone()).collect();
    let mut is_root = vec![false; done.len()];
    roots.iter().for_each(|&root| is_root[root] = true);
    let mut functions = Vec::with_capacity(done.len());
    for (number, mut function) in done {
        if !is_root[number] {
            let mut copy = 1;
            while !names.insert(function.name.clone()) {
                copy += 1;
                function.name = format!("{}__{copy}", function.name).into();
            }
        }
        for callee in function.nodes.iter_mut().filter_map(|node| node.op.callee_mut()) {
            *callee = ids[callee.index()];
        }
        functions.push(function);
    }
    let package = Package { functions, ..package };
    let roots: Vec<FuncId> = roots.iter().map(|&root| ids[root]).collect();
    let (package, roots) = closure::cut_all(package, &roots);
    Rooted { package, roots }
}

/// A version of `source` that is not the function itself.
fn special(
    context: &Context<'_>,
    source: &Function,
    version: &Version,
    invariants: &[Given],
    fired: &mut Fired,
) -> Function {
    let mut body = Special { graph: Graph::new(context, source.nodes.len()), source, params: Vec::new(), taken: 0 };
    let types = source.params.iter().map(|&param| &source.node(param).ty);
    let types: Vec<Type> = types.cloned().chain(left_state(source, version)).collect();
    let state_ty = kept_type(&types[1], version);
    body.add_param(&types[0], Some(0));
    body.add_param(&state_ty, Some(1));
    for (i, (given, ty)) in invariants.iter().zip(&types[2..]).enumerate() {
        let old = (i + 2 < source.params.len()).then_some(i + 2);
        body.add_params(given, ty, old);
    }
    let index = body.take_param();
    let state = body.take_param();
    let given: Vec<NodeId> = invariants.iter().zip(&types[2..]).map(|(given, ty)| body.argument(given, ty)).collect();
    let count = source.params.len();
    let mut arguments = vec![index, state];
    arguments.extend_from_slice(&given[..count - 2]);
    if let Some(kept) = &version.kept {
        let mut left = given[count - 2..].iter();
        let mut next = 0;
        let mut elements = Vec::with_capacity(kept.len());
        for &stays in kept {
            let element = if stays { body.graph.element(state, next) } else { left.next().copied() };
            next += usize::from(stays);
            // There are as many of both as the version says.
            elements.extend(element);
        }
        arguments[1] = body.graph.add(Op::Tuple, elements, types[1].clone());
    }
    let mut ret = body.copy(&arguments);
    if let Some(kept) = &version.kept {
        let stays = (0..kept.len()).filter(|&i| kept[i]);
        let elements: Operands = stays.filter_map(|i| body.graph.element(ret, i)).collect();
        ret = body.graph.add(Op::Tuple, elements, state_ty.clone());
    }
    let shell = Function {
        name: source.name.clone(),
        params: (0..body.params.len()).map(NodeId::new).collect(),
        nodes: Vec::new(),
        ret,
        return_type: if version.kept.is_some() { state_ty } else { source.return_type.clone() },
        attributes: source.attributes.clone(),
        span: source.span,
    };
    let (nodes, rules) = body.graph.into_nodes();
    add_counts(fired, rules);
    emit::function(nodes, ret, &shell, context.functions, false)
}

/// The types of the elements that leave the state.
fn left_state<'a>(source: &'a Function, version: &'a Version) -> impl Iterator<Item = Type> + 'a {
    let elements: &[Type] = match source.params.get(1).map(|&state| &source.node(state).ty) {
        Some(Type::Tuple(elements)) => elements,
        Some(Type::Bits(_) | Type::Token | Type::Array(_)) | None => &[],
    };
    let kept = version.kept.iter().flatten();
    elements.iter().zip(kept).filter(|&(_, &kept)| !kept).map(|(ty, _)| ty.clone())
}

/// The type of the state of a version of a function whose state is of type `ty`.
fn kept_type(ty: &Type, version: &Version) -> Type {
    match (ty, &version.kept) {
        (Type::Tuple(elements), Some(kept)) => {
            let stays = elements.iter().zip(kept).filter(|&(_, &kept)| kept);
            Type::tuple(stays.map(|(ty, _)| ty.clone()).collect::<Vec<_>>())
        }
        (ty, _) => ty.clone(),
    }
}

/// A version being written.
struct Special<'a> {
    graph: Graph<'a>,
    source: &'a Function,
    /// Its parameters, of which `taken` were used as arguments.
    params: Vec<NodeId>,
    taken: usize,
}

impl Special<'_> {
    /// Adds a parameter: the function's parameter `old`, or a new one.
    fn add_param(&mut self, ty: &Type, old: Option<usize>) {
        let span = self.source.span;
        let mut node = match old {
            Some(old) => self.source.node(self.source.params[old]).clone(),
            None => Node {
                op: Op::Param { index: 0 },
                operands: Operands::default(),
                ty: ty.clone(),
                name: Some(self.new_name()),
                id: 0,
                positions: Positions::default(),
                span,
            },
        };
        node.op = Op::Param { index: self.params.len() as u32 };
        node.ty = ty.clone();
        let param = self.graph.param(&node);
        self.params.push(param);
    }

    /// A name for a new parameter that no parameter of the function has. Other nodes have no names.
    fn new_name(&self) -> Box<str> {
        let mut name = format!("part_{}", self.params.len());
        let params = || self.source.params.iter().map(|&param| &self.source.node(param).name);
        while params().any(|known| known.as_deref() == Some(&*name)) {
            name.push('_');
        }
        name.into()
    }

    /// Adds the parameters of an argument.
    fn add_params(&mut self, given: &Given, ty: &Type, old: Option<usize>) {
        match given {
            Given::Parameter => self.add_param(ty, old),
            Given::Constant(_) => {}
            Given::Elements(elements) => {
                for (i, element) in elements.iter().enumerate() {
                    let ty = element_type(ty, i);
                    self.add_params(element, &ty, None);
                }
            }
        }
    }

    fn take_param(&mut self) -> NodeId {
        self.taken += 1;
        self.params[self.taken - 1]
    }

    /// An argument, of its parameters and constants.
    fn argument(&mut self, given: &Given, ty: &Type) -> NodeId {
        match given {
            Given::Parameter => self.take_param(),
            Given::Constant(value) => self.graph.literal(value.clone(), ty.clone()),
            Given::Elements(elements) => {
                let parts = elements.iter().enumerate();
                let parts: Operands = parts.map(|(i, element)| self.argument(element, &element_type(ty, i))).collect();
                let op = if matches!(ty, Type::Array(_)) { Op::Array } else { Op::Tuple };
                self.graph.add(op, parts, ty.clone())
            }
        }
    }

    /// Writes the body; the node of its result.
    fn copy(&mut self, arguments: &[NodeId]) -> NodeId {
        let mut copies: Vec<NodeId> = Vec::with_capacity(self.source.nodes.len());
        for node in &self.source.nodes {
            self.graph.start(node);
            let copy = if let Op::Param { index } = node.op {
                arguments[index as usize]
            } else {
                let args: Operands = node.operands.iter().map(|operand| copies[operand.index()]).collect();
                self.graph.add(node.op.clone(), args, node.ty.clone())
            };
            copies.push(copy);
        }
        copies[self.source.ret.index()]
    }
}

/// The type of an element of a tuple or array.
fn element_type(ty: &Type, index: usize) -> Type {
    match ty {
        Type::Tuple(elements) => elements[index].clone(),
        Type::Array(array) => array.element.clone(),
        Type::Bits(_) | Type::Token => ty.clone(),
    }
}

/// A function whose loops are given their versions.
struct Loops<'a> {
    /// For each function, what [`kept_elements`] gave.
    kept: &'a [Option<Vec<bool>>],
    versions: &'a mut Versions,
    /// What is written so far.
    nodes: Vec<Node>,
    fired: &'a mut Fired,
}

impl Loops<'_> {
    fn function(mut self, source: Function) -> Function {
        if source.nodes.iter().all(|node| node.op.callee().is_none()) {
            return source;
        }
        self.nodes.reserve(source.nodes.len());
        let mut copies: Vec<NodeId> = Vec::with_capacity(source.nodes.len());
        for mut node in source.nodes {
            for operand in node.operands.iter_mut() {
                *operand = copies[operand.index()];
            }
            let body = node.op.callee().filter(|_| !matches!(node.op, Op::Invoke { .. } | Op::Map { .. }));
            let special = body.and_then(|body| self.special_loop(&node, body));
            let copy = match special {
                Some(result) => result,
                None => {
                    if let Some(callee) = node.op.callee_mut() {
                        *callee = FuncId::new(self.versions.same(*callee));
                    }
                    self.push(node)
                }
            };
            copies.push(copy);
        }
        let params = source.params.iter().map(|param| copies[param.index()]).collect();
        Function { nodes: self.nodes, params, ret: copies[source.ret.index()], ..source }
    }

    fn push(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        NodeId::new(self.nodes.len() - 1)
    }

    /// Adds a node at the place of `like`.
    fn add(&mut self, like: &Node, op: Op, operands: impl Into<Operands>, ty: Type) -> NodeId {
        let (positions, span) = (like.positions.clone(), like.span);
        self.push(Node { op, operands: operands.into(), ty, name: None, id: 0, positions, span })
    }

    /// The result of a loop that applies a version of its body; `None` if there is nothing that a version could have.
    fn special_loop(&mut self, node: &Node, body: FuncId) -> Option<NodeId> {
        let invariants_from = if matches!(node.op, Op::DynamicCountedFor { .. }) { 3 } else { 1 };
        let kept = self.kept[body.index()].clone();
        let initial = node.operands[0];
        let mut invariants: Vec<Given> =
            node.operands[invariants_from..].iter().map(|&operand| self.given(operand, &mut 0)).collect();
        let left: Vec<usize> = kept.iter().flat_map(|kept| (0..kept.len()).filter(|&i| !kept[i])).collect();
        invariants.extend(left.iter().map(|&i| self.given_element(initial, i)));
        let news = left.len() as u64 + invariants.iter().filter(|&given| *given != Given::Parameter).count() as u64;
        if news == 0 {
            return None;
        }
        let version = Version { kept, invariants: Some(invariants) };
        let number = self.versions.number(body, &version)?;
        *self.fired.entry(RULE).or_default() += news;
        let Version { kept, invariants } = version;
        let invariants = invariants.unwrap_or_default();
        let mut arguments: Vec<NodeId> = node.operands[invariants_from..].to_vec();
        for &i in &left {
            let element = self.element(node, initial, i);
            arguments.push(element);
        }
        let mut operands: Vec<NodeId> = node.operands[..invariants_from].to_vec();
        let mut state_ty = node.ty.clone();
        if let (Some(kept), Type::Tuple(types)) = (&kept, &node.ty) {
            let stays: Vec<usize> = (0..kept.len()).filter(|&i| kept[i]).collect();
            state_ty = Type::tuple(stays.iter().map(|&i| types[i].clone()).collect::<Vec<_>>());
            let elements: Operands = stays.iter().map(|&i| self.element(node, initial, i)).collect();
            operands[0] = self.add(node, Op::Tuple, elements, state_ty.clone());
        }
        for (given, &argument) in invariants.iter().zip(&arguments) {
            self.push_parameters(given, argument, &mut operands);
        }
        let mut op = node.op.clone();
        if let Some(callee) = op.callee_mut() {
            *callee = FuncId::new(number);
        }
        let result = self.add(node, op, operands, state_ty);
        let Some(kept) = kept else { return Some(result) };
        let mut left = arguments[arguments.len() - left.len()..].iter();
        let mut next = 0;
        let mut elements = Vec::with_capacity(kept.len());
        for stays in kept {
            let element = if stays { Some(self.element(node, result, next)) } else { left.next().copied() };
            next += usize::from(stays);
            // There are as many of both as the version says.
            elements.extend(element);
        }
        Some(self.add(node, Op::Tuple, elements, node.ty.clone()))
    }

    /// What can be said of an argument, of which `seen` elements were looked at.
    fn given(&self, id: NodeId, seen: &mut usize) -> Given {
        let node = &self.nodes[id.index()];
        if let Op::Literal { value } = &node.op {
            return Given::Constant((**value).clone());
        }
        if matches!(node.op, Op::Tuple | Op::Array) && *seen + node.operands.len() <= ELEMENTS_MAX {
            *seen += node.operands.len();
            let elements: Vec<Given> = node.operands.iter().map(|&operand| self.given(operand, seen)).collect();
            if elements.iter().any(|given| *given != Given::Parameter) {
                return Given::Elements(elements);
            }
        }
        Given::Parameter
    }

    /// What can be said of an element of a tuple.
    fn given_element(&self, tuple: NodeId, index: usize) -> Given {
        let node = &self.nodes[tuple.index()];
        if node.op == Op::Tuple {
            return self.given(node.operands[index], &mut 0);
        }
        if let Op::Literal { value } = &node.op {
            if let Value::Tuple(elements) = &**value {
                return Given::Constant(elements[index].clone());
            }
        }
        Given::Parameter
    }

    /// Element `index` of a tuple.
    fn element(&mut self, like: &Node, tuple: NodeId, index: usize) -> NodeId {
        let node = &self.nodes[tuple.index()];
        if node.op == Op::Tuple {
            return node.operands[index];
        }
        let ty = element_type(&node.ty, index);
        self.add(like, Op::TupleIndex { index: index as u32 }, [tuple], ty)
    }

    /// The operands for the parameters of an argument.
    fn push_parameters(&self, given: &Given, argument: NodeId, operands: &mut Vec<NodeId>) {
        match given {
            Given::Parameter => operands.push(argument),
            Given::Constant(_) => {}
            Given::Elements(elements) => {
                let parts = self.nodes[argument.index()].operands.iter();
                parts.zip(elements).for_each(|(&part, given)| self.push_parameters(given, part, operands));
            }
        }
    }
}

/// Which elements of its state a body may change; `None` if it may change all.
fn kept_elements(body: &Function) -> Option<Vec<bool>> {
    let state = *body.params.get(1)?;
    let ret = body.node(body.ret);
    if ret.op != Op::Tuple || !matches!(body.node(state).ty, Type::Tuple(_)) {
        return None;
    }
    let is_same = |i: usize, element: &Node| {
        matches!(element.op, Op::TupleIndex { index } if index as usize == i)
            && element.operands.first() == Some(&state)
    };
    let kept: Vec<bool> = ret.operands.iter().enumerate().map(|(i, &op)| !is_same(i, body.node(op))).collect();
    kept.contains(&false).then_some(kept)
}
