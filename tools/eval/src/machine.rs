//! The machine: evaluates functions node by node, with calls and loops on a stack of its own.

use std::collections::BTreeMap;
use std::rc::Rc;

use xls_aot_ir::{Bits, FuncId, Node, NodeId, Op, Package, Type, Value};

use crate::arith::add;
use crate::array::breaks_promise;
use crate::error::{EvalError, Fault, Place, Resource};
use crate::estimate::Estimates;
use crate::events::{AssertFailure, TraceMessage};
use crate::format::format_trace;
use crate::memo::{Call, Memo};
use crate::multiply::{smul, PartialProducts};
use crate::operands::{as_bits, Operands};
use crate::plan::Plan;
use crate::pure::eval_pure;
use crate::slice::{resize, sign_extend};
use crate::val::Val;

/// Bounds of an evaluation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Most nodes to evaluate; long multiplications and divisions count more than one. The default is 10^9.
    pub max_steps: u64,
    /// Most scalars to hold at one time (wide ones count once a 64-bit word). The default is 2^26.
    pub max_cells: u64,
    /// Most events to record. The default is 2^20.
    pub max_events: u64,
    /// What the elements of `umulp` and `smulp` are.
    pub partial_products: PartialProducts,
    /// Whether accesses that break their promise `assumed_in_bounds` are counted.
    pub out_of_bounds: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            max_steps: 1_000_000_000,
            max_cells: 1 << 26,
            max_events: 1 << 20,
            partial_products: PartialProducts::default(),
            out_of_bounds: false,
        }
    }
}

/// The result of an evaluation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The function's result. It is computed whether or not assertions failed.
    pub value: Value,
    /// Failed assertions, in the order of evaluation.
    pub asserts: Vec<AssertFailure>,
    /// Trace messages, in the order of evaluation.
    pub traces: Vec<TraceMessage>,
    /// How often the condition of each cover held; without those for which it never did.
    pub covers: BTreeMap<(FuncId, NodeId), u64>,
    /// How often each access broke its promise `assumed_in_bounds`, without those that did not; `None` if
    /// [`Options::out_of_bounds`] does not ask for it.
    pub out_of_bounds: Option<BTreeMap<(FuncId, NodeId), u64>>,
}

/// Evaluates `function` of a verified `package` once.
///
/// # Errors
/// See the variants of [`EvalError`].
pub fn evaluate(
    package: &Package,
    function: FuncId,
    arguments: &[Value],
    options: &Options,
) -> Result<Outcome, EvalError> {
    Evaluator::new(package, *options).run(function, arguments)
}

/// Evaluates functions of one package any number of times.
pub struct Evaluator<'p> {
    package: &'p Package,
    options: Options,
    plans: Vec<Option<Rc<Plan>>>,
    estimates: Estimates,
    memo: Memo,
    frames: Vec<Frame>,
    /// Slots of frames that ended: [`Val::Token`], all of them.
    spare_slots: Vec<Vec<Val>>,
    steps: u64,
    cells: u64,
    asserts: Vec<AssertFailure>,
    traces: Vec<TraceMessage>,
    covers: BTreeMap<(FuncId, NodeId), u64>,
    out_of_bounds: BTreeMap<(FuncId, NodeId), u64>,
    /// How often conditions of covers held and promises were broken, all together.
    counted: u64,
}

/// A function being evaluated.
struct Frame {
    function: FuncId,
    plan: Rc<Plan>,
    /// How many nodes of the plan have been evaluated.
    done: usize,
    /// The node that is evaluated now, or waits for callees.
    at: usize,
    /// A value for each node but literals; [`Val::Token`] before it is computed and after its last use.
    slots: Vec<Val>,
    wait: Wait,
    /// The call whose result is to be remembered, with the number of events recorded before it.
    call: Option<(Call, u64)>,
}

/// A loop that begins.
struct LoopStart {
    body: FuncId,
    trips: u64,
    stride: Bits,
    /// Width of the body's index.
    index_width: u32,
    /// The operand from which on the body's further arguments stand.
    invariants: usize,
}

/// The remaining work of a node that calls functions.
enum Wait {
    /// Nothing: the next value given back is the node's.
    Call,
    /// A map: the elements left, last first, and the results so far.
    Map { callee: FuncId, rest: Vec<Val>, results: Vec<Val> },
    /// A loop: its index, step, iterations left and further arguments.
    Loop { body: FuncId, index: Bits, index_width: u32, stride: Bits, left: u64, invariants: Vec<Val> },
}

impl<'p> Evaluator<'p> {
    /// An evaluator of the functions of `package`, which is verified.
    pub fn new(package: &'p Package, options: Options) -> Self {
        Evaluator {
            package,
            options,
            plans: vec![None; package.functions.len()],
            estimates: Estimates::of(package),
            memo: Memo::default(),
            frames: Vec::new(),
            spare_slots: Vec::new(),
            steps: 0,
            cells: 0,
            asserts: Vec::new(),
            traces: Vec::new(),
            covers: BTreeMap::new(),
            out_of_bounds: BTreeMap::new(),
            counted: 0,
        }
    }

    /// Evaluates `function`.
    ///
    /// # Errors
    /// See the variants of [`EvalError`].
    pub fn run(&mut self, function: FuncId, arguments: &[Value]) -> Result<Outcome, EvalError> {
        (self.steps, self.cells) = (0, 0);
        self.frames.clear();
        self.memo.clear();
        self.asserts.clear();
        self.traces.clear();
        self.covers.clear();
        self.out_of_bounds.clear();
        self.counted = 0;
        self.check_arguments(function, arguments)?;
        let needed = self.estimates.run(function);
        if needed > self.options.max_steps {
            let (function, node) = self.estimates.heaviest(self.package, function);
            return Err(self.too_many_steps(needed, Place::of(self.package, function, node)));
        }
        let place = Place::of(self.package, function, None);
        let arguments = arguments
            .iter()
            .map(Val::from_value)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|fault| fault.at(Some(place)))?;
        self.push(function, arguments, None)?;
        let value = self.execute()?.to_value();
        Ok(Outcome {
            value,
            asserts: std::mem::take(&mut self.asserts),
            traces: std::mem::take(&mut self.traces),
            covers: std::mem::take(&mut self.covers),
            out_of_bounds: self.options.out_of_bounds.then(|| std::mem::take(&mut self.out_of_bounds)),
        })
    }

    /// Nodes that the last [`Evaluator::run`] evaluated, counted as [`Options::max_steps`] does; also if it failed.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    fn check_arguments(&self, id: FuncId, arguments: &[Value]) -> Result<(), EvalError> {
        let Some(function) = self.package.functions.get(id.index()) else {
            return Err(EvalError::Arguments { what: format!("the package has no function {id}") });
        };
        if function.params.len() != arguments.len() {
            let what = format!(
                "`{}` takes {} arguments, but {} were given: {}",
                function.name,
                function.params.len(),
                arguments.len(),
                function.signature()
            );
            return Err(EvalError::Arguments { what });
        }
        for (&param, argument) in function.params.iter().zip(arguments) {
            let param = function.node(param);
            if !argument.has_type(&param.ty) {
                let what = format!(
                    "argument `{}` of `{}` is of type {}, but the value given is of type {}",
                    param.display_name(),
                    function.name,
                    param.ty,
                    argument.type_of()
                );
                return Err(EvalError::Arguments { what });
            }
        }
        Ok(())
    }

    fn plan(&mut self, function: FuncId) -> Result<Rc<Plan>, EvalError> {
        let Some(slot) = self.plans.get_mut(function.index()) else {
            let what = format!("the package has no function {function}");
            return Err(EvalError::Internal { place: None, what });
        };
        if let Some(plan) = slot {
            return Ok(Rc::clone(plan));
        }
        let package = self.package;
        let plan = Plan::new(package.function(function), self.options.max_cells).map_err(|(node, fault)| {
            let node = package.function(function).nodes.get(node).map(|_| NodeId::new(node));
            fault.at(Some(Place::of(package, function, node)))
        })?;
        let plan = Rc::new(plan);
        *slot = Some(Rc::clone(&plan));
        Ok(plan)
    }

    /// Starts `function`; `call` is the key under which its result is remembered.
    fn push(&mut self, id: FuncId, arguments: Vec<Val>, call: Option<Call>) -> Result<(), EvalError> {
        let plan = self.plan(id)?;
        let function = self.package.function(id);
        self.cells = self.cells.saturating_add(plan.peak_cells);
        if self.cells > self.options.max_cells {
            return Err(self.limit(Resource::Cells, self.options.max_cells, Place::of(self.package, id, None)));
        }
        let mut slots = self.spare_slots.pop().unwrap_or_default();
        slots.resize(function.nodes.len(), Val::Token);
        for (&param, argument) in function.params.iter().zip(arguments) {
            if plan.is_used(param.index()) {
                slots[param.index()] = argument;
            }
        }
        let call = call.map(|call| (call, self.events()));
        self.frames.push(Frame { function: id, plan, done: 0, at: 0, slots, wait: Wait::Call, call });
        Ok(())
    }

    /// Runs until the first frame has a result.
    fn execute(&mut self) -> Result<Val, EvalError> {
        let package = self.package;
        let mut operands = Vec::new();
        loop {
            let Some(frame) = self.frames.last_mut() else {
                return Err(EvalError::Internal { place: None, what: "nothing to evaluate".to_owned() });
            };
            let function = package.function(frame.function);
            let Some(at) = frame.plan.node(frame.done) else {
                match self.pop(function.ret)? {
                    Some(result) => return Ok(result),
                    None => continue,
                }
            };
            frame.at = at;
            let here = Here { function: frame.function, at };
            self.steps = self.steps.saturating_add(frame.plan.weight(at));
            if self.steps > self.options.max_steps {
                return Err(self.limit(Resource::Steps, self.options.max_steps, here.place(package)));
            }

            let node = &function.nodes[at];
            operands.clear();
            for (operand, &take) in node.operands.iter().zip(frame.plan.takes(at)) {
                operands.push(frame.plan.value(&mut frame.slots, operand.index(), take));
            }
            if let Some(value) = self.eval_node(node, &mut operands, here)? {
                self.store(value);
            }
        }
    }

    /// Gives the waiting or current node of the last frame its value and moves on.
    fn store(&mut self, value: Val) {
        if let Some(frame) = self.frames.last_mut() {
            if frame.plan.is_used(frame.at) {
                frame.slots[frame.at] = value;
            }
            frame.done += 1;
        }
    }

    /// Evaluates the current node of the last frame: gives its value, or starts what gives it. Operations without an
    /// arm are pure, or `eval_pure`, whose match is exhaustive, says that they are not.
    #[expect(clippy::wildcard_enum_match_arm)]
    fn eval_node(&mut self, node: &Node, operands: &mut Vec<Val>, here: Here) -> Result<Option<Val>, EvalError> {
        let value = match &node.op {
            Op::Invoke { to_apply } => return self.invoke(*to_apply, std::mem::take(operands), here),
            Op::Map { to_apply } => {
                let mut rest = match operands.first() {
                    Some(Val::Array(elements)) => elements.to_vec(),
                    _ => return Err(self.fault(Fault::malformed("map over something else than an array"), here)),
                };
                rest.reverse();
                let first: Vec<Val> = rest.pop().into_iter().collect();
                let wait = Wait::Map { callee: *to_apply, results: Vec::with_capacity(rest.len() + 1), rest };
                return self.call(*to_apply, first, wait, None, here);
            }
            Op::CountedFor { trip_count, stride, body } => {
                let width = self.index_width(*body).map_err(|fault| self.fault(fault, here))?;
                // The index is counted in at most 64 bits, and extended with zeros to the width that the body takes.
                let stride = resize(&Bits::from_u64(64, *stride as u64), width.min(64));
                let start = LoopStart { body: *body, trips: *trip_count, stride, index_width: width, invariants: 1 };
                return self.start_loop(start, operands, here);
            }
            Op::DynamicCountedFor { body } => {
                let width = self.index_width(*body).map_err(|fault| self.fault(fault, here))?;
                let (trips, stride) = dynamic_bounds(operands, width).map_err(|fault| self.fault(fault, here))?;
                let start = LoopStart { body: *body, trips, stride, index_width: width, invariants: 3 };
                return self.start_loop(start, operands, here);
            }
            Op::Assert { .. } => {
                let holds = operand_is_set(operands, 1).map_err(|fault| self.fault(fault, here))?;
                if !holds {
                    self.asserts.push(AssertFailure { function: here.function, node: NodeId::new(here.at) });
                    self.check_events(here)?;
                }
                Val::Token
            }
            Op::Trace { format, verbosity } => {
                if operand_is_set(operands, 1).map_err(|fault| self.fault(fault, here))? {
                    let data = operands.get(2..).unwrap_or(&[]);
                    let text = format_trace(format, data).map_err(|fault| self.fault(fault, here))?;
                    self.steps = self.steps.saturating_add(text.len() as u64 / 16);
                    self.traces.push(TraceMessage { text, verbosity: *verbosity });
                    self.check_events(here)?;
                }
                Val::Token
            }
            Op::Cover { .. } => {
                if operand_is_set(operands, 0).map_err(|fault| self.fault(fault, here))? {
                    *self.covers.entry((here.function, NodeId::new(here.at))).or_default() += 1;
                    self.counted += 1;
                }
                Val::Tuple([].into())
            }
            op => {
                if self.options.out_of_bounds
                    && breaks_promise(op, &Operands::new(operands)).map_err(|fault| self.fault(fault, here))?
                {
                    *self.out_of_bounds.entry((here.function, NodeId::new(here.at))).or_default() += 1;
                    self.counted += 1;
                }
                let value = eval_pure(op, &mut Operands::new(operands), &node.ty, self.options.partial_products);
                value.map_err(|fault| self.fault(fault, here))?
            }
        };
        Ok(Some(value))
    }

    /// The width of a loop body's index.
    fn index_width(&self, body: FuncId) -> Result<u32, Fault> {
        let function = self.package.functions.get(body.index()).ok_or_else(|| Fault::malformed("no such loop body"))?;
        match function.params.first().map(|&param| &function.node(param).ty) {
            Some(Type::Bits(width)) => Ok(*width),
            Some(Type::Token | Type::Tuple(_) | Type::Array(_)) | None => {
                Err(Fault::malformed("a loop body without an index of a bits type"))
            }
        }
    }

    /// Starts a loop whose initial state is operand 0.
    fn start_loop(&mut self, start: LoopStart, operands: &mut Vec<Val>, here: Here) -> Result<Option<Val>, EvalError> {
        let LoopStart { body, trips, stride, index_width, invariants } = start;
        if operands.len() < invariants {
            return Err(self.fault(Fault::malformed("a loop without all of its operands"), here));
        }
        let invariants = operands.split_off(invariants);
        let state = std::mem::replace(&mut operands[0], Val::Token);
        if trips == 0 {
            return Ok(Some(state));
        }
        let needed = self.steps.saturating_add(self.estimates.each(body).saturating_mul(trips));
        if needed > self.options.max_steps {
            return Err(self.too_many_steps(needed, here.place(self.package)));
        }
        let index = Bits::zero(stride.width());
        let arguments = loop_arguments(&index, index_width, state, &invariants);
        let wait = Wait::Loop { body, index, index_width, stride, left: trips - 1, invariants };
        self.call(body, arguments, wait, None, here)
    }

    /// The result of a call, if it is remembered; otherwise starts it.
    fn invoke(&mut self, function: FuncId, arguments: Vec<Val>, here: Here) -> Result<Option<Val>, EvalError> {
        if !(self.estimates.is_remembered(function) && self.memo.is_useful(function)) {
            return self.call(function, arguments, Wait::Call, None, here);
        }
        let call = (function, arguments);
        match self.memo.get(&call) {
            Some(result) => Ok(Some(result.clone())),
            None => self.call(function, call.1.clone(), Wait::Call, Some(call), here),
        }
    }

    /// Starts a call of `function`, if it takes these arguments; `to_remember` is the same call, if it is to be
    /// remembered.
    fn call(
        &mut self,
        function: FuncId,
        arguments: Vec<Val>,
        wait: Wait,
        to_remember: Option<Call>,
        here: Here,
    ) -> Result<Option<Val>, EvalError> {
        match self.package.functions.get(function.index()) {
            Some(callee) if callee.params.len() == arguments.len() => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.wait = wait;
                }
                self.push(function, arguments, to_remember)?;
                Ok(None)
            }
            Some(callee) => {
                let what = format!("`{}` is called with {} arguments", callee.name, arguments.len());
                Err(self.fault(Fault::malformed(what), here))
            }
            None => Err(self.fault(Fault::malformed("the callee does not exist"), here)),
        }
    }

    /// Ends the last frame: hands its result to the caller's node, which may then call again. The result of the first
    /// frame is returned.
    fn pop(&mut self, ret: NodeId) -> Result<Option<Val>, EvalError> {
        let Some(mut done) = self.frames.pop() else { return Ok(None) };
        let result = done.plan.value(&mut done.slots, ret.index(), true);
        self.cells = self.cells.saturating_sub(done.plan.peak_cells);
        if let Some((call, events)) = done.call {
            if events == self.events() {
                self.memo.insert(call, result.clone());
            }
        }
        if self.spare_slots.len() < 64 {
            self.spare_slots.push(done.slots);
        }
        let Some(frame) = self.frames.last_mut() else { return Ok(Some(result)) };
        let here = Here { function: frame.function, at: frame.at };
        let (function, arguments) = match &mut frame.wait {
            Wait::Call => {
                self.store(result);
                return Ok(None);
            }
            Wait::Map { callee, rest, results } => {
                results.push(result);
                match rest.pop() {
                    Some(element) => (*callee, vec![element]),
                    None => {
                        let array = Val::array(std::mem::take(results));
                        self.store(array.map_err(|fault| fault.at(Some(here.place(self.package))))?);
                        return Ok(None);
                    }
                }
            }
            Wait::Loop { body, index, index_width, stride, left, invariants } => {
                if *left == 0 {
                    frame.wait = Wait::Call;
                    self.store(result);
                    return Ok(None);
                }
                *left -= 1;
                *index = add(index, stride);
                (*body, loop_arguments(index, *index_width, result, invariants))
            }
        };
        self.push(function, arguments, None)?;
        Ok(None)
    }

    /// How many events happened.
    fn events(&self) -> u64 {
        self.asserts.len() as u64 + self.traces.len() as u64 + self.counted
    }

    /// Covers and broken promises take no memory for each event.
    fn check_events(&self, here: Here) -> Result<(), EvalError> {
        if (self.asserts.len() + self.traces.len()) as u64 > self.options.max_events {
            return Err(self.limit(Resource::Events, self.options.max_events, here.place(self.package)));
        }
        Ok(())
    }

    fn limit(&self, resource: Resource, limit: u64, place: Place) -> EvalError {
        EvalError::Limit { resource, limit, needed: None, place: Some(place) }
    }

    /// The steps will not do, which is known beforehand.
    fn too_many_steps(&self, needed: u64, place: Place) -> EvalError {
        let limit = self.options.max_steps;
        EvalError::Limit { resource: Resource::Steps, limit, needed: Some(needed), place: Some(place) }
    }

    fn fault(&self, fault: Fault, here: Here) -> EvalError {
        fault.at(Some(here.place(self.package)))
    }
}

/// The node being evaluated.
#[derive(Clone, Copy)]
struct Here {
    function: FuncId,
    at: usize,
}

impl Here {
    fn place(self, package: &Package) -> Place {
        Place::of(package, self.function, Some(NodeId::new(self.at)))
    }
}

/// Whether operand `index`, a `bits[1]`, is one.
fn operand_is_set(operands: &[Val], index: usize) -> Result<bool, Fault> {
    let condition = operands.get(index).ok_or_else(|| Fault::malformed("the condition is missing"))?;
    Ok(!as_bits(condition)?.is_zero())
}

/// The arguments of a loop body.
fn loop_arguments(index: &Bits, index_width: u32, state: Val, invariants: &[Val]) -> Vec<Val> {
    let mut arguments = Vec::with_capacity(2 + invariants.len());
    arguments.push(Val::Bits(resize(index, index_width)));
    arguments.push(state);
    arguments.extend_from_slice(invariants);
    arguments
}

/// Number of iterations and step of a dynamic_counted_for whose index has `width` bits. The number is the (unsigned) trip
/// count, but 0 if the (signed) stride is zero.
fn dynamic_bounds(operands: &[Val], width: u32) -> Result<(u64, Bits), Fault> {
    let bits = |k: usize| operands.get(k).ok_or_else(|| Fault::malformed("an operand is missing")).and_then(as_bits);
    let (trips, stride) = (bits(1)?, bits(2)?);
    if stride.width() > width {
        return Err(Fault::malformed("the stride is wider than the index"));
    }
    let step = sign_extend(stride, width);
    if trips.is_zero() || stride.is_zero() {
        return Ok((0, step));
    }
    // The loop ends where the index equals trips * stride, so that product must be a value of the index.
    let full_width = trips.width().saturating_add(stride.width()).saturating_add(1);
    let limit = smul(&resize(trips, trips.width().saturating_add(1)), stride, full_width.max(width));
    if sign_extend(&resize(&limit, width), limit.width()) != limit {
        let what = "trip count times stride does not fit the loop's index: the loop has no end in XLS";
        return Err(Fault::Unsupported(what.to_owned()));
    }
    Ok((trips.to_u64().unwrap_or(u64::MAX), step))
}
