//! The functions of one object: declaration, compilation to machine code, and what they refer to.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::gimli::write::CallFrameInstruction;
use cranelift_codegen::ir::{ExternalName, Function, LibCall, Signature, UserFuncName};
use cranelift_codegen::isa::unwind::UnwindInfo;
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig, TargetIsa};
use cranelift_codegen::{Context, FinalizedRelocTarget};
use cranelift_frontend::FunctionBuilderContext;
use xls_aot_backend::{Cpu, Target};
use xls_aot_ir::{FuncId, Package};
use xls_aot_opt::CodePlan;

use crate::analysis::FuncInfo;
use crate::clif::Clif;
use crate::conditions::split_choices;
use crate::data::DataPool;
use crate::early_stores::write_early;
use crate::factors::read_factors_again;
use crate::isa::{self, Step};
use crate::layouts::Layouts;
use crate::leaf::{mark_returns, without_frame};
use crate::near_constants::{read_constants_near_a_base, CONSTANTS_MIN};
use crate::operand_order::put_dying_operands_first;
use crate::parts::{part_signature, Cut, PART_SIZE};
use crate::register_allocator::needs_single_pass;
use crate::routines::Routine;
use crate::schedule::shorten_live_ranges;
use crate::unwind::{frame_section, FrameSection};
use crate::Fault;

/// Namespace of external names that are functions of the program.
pub(crate) const FUNCTION_NAMESPACE: u32 = 0;
/// Namespace of the external name that is the constant data.
pub(crate) const DATA_NAMESPACE: u32 = 1;

/// What a relocation refers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RelocTarget {
    /// A function of the program.
    Function(u32),
    /// The constant data.
    Data,
    /// A routine of the platform's C library.
    Library(&'static str),
}

/// A place in code to be filled in with an address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CodeReloc {
    pub offset: u32,
    pub kind: Reloc,
    pub target: RelocTarget,
    pub addend: i64,
}

/// Machine code of a function.
pub(crate) struct Code {
    pub bytes: Vec<u8>,
    pub align: u64,
    pub relocs: Vec<CodeReloc>,
    pub unwind: Unwind,
}

/// What unwinders must know about a function.
pub(crate) enum Unwind {
    /// It has a frame.
    Frame(Option<UnwindInfo>),
    /// The stack changes only so, by the end of the instruction that changes it.
    Steps(Vec<(u32, CallFrameInstruction)>),
}

/// The sizes from which on functions are treated as large.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// Most instructions of a function that is not cut into parts, and of a part.
    pub part: usize,
    /// Fewest constant vectors that are read near a base.
    pub near_constants: usize,
}

impl Sizes {
    /// Those that are good for speed.
    pub const USUAL: Self = Self { part: PART_SIZE, near_constants: CONSTANTS_MIN };
}

struct Declared {
    signature: Signature,
    code: Option<Code>,
}

/// An IR function that is compiled separately.
#[derive(Clone, Copy)]
pub(crate) struct LocalFunction {
    /// Its index in the program.
    pub index: u32,
    /// Bytes of frame that its caller provides.
    pub frame_size: u64,
}

/// The functions and data of the object being made.
pub(crate) struct Program<'p> {
    /// The IR.
    pub package: &'p Package,
    /// Facts about each function of the package.
    pub info: Vec<Rc<FuncInfo>>,
    /// Which functions are compiled separately, and which loops stay loops.
    pub plan: CodePlan,
    /// Constant data.
    pub data: DataPool,
    /// Layouts of the types that were looked into.
    pub layouts: Layouts,
    /// Whether equal operations may be done in vectors.
    pub has_vectors: bool,
    /// IR functions compiled so far.
    pub local_functions: BTreeMap<FuncId, LocalFunction>,
    /// The sizes from which on functions are treated as large.
    pub sizes: Sizes,
    target: Target,
    optimise: Arc<dyn TargetIsa>,
    isa: Arc<dyn TargetIsa>,
    single_pass: Arc<dyn TargetIsa>,
    functions: Vec<Declared>,
    routines: BTreeMap<Routine, u32>,
    /// By index of a function that is a part of another one: the index of that one, and the number of the part.
    parts: BTreeMap<u32, (u32, usize)>,
    /// Memory that Cranelift uses for one function after the other.
    context: Option<Context>,
    /// Whether lowering proves its writes.
    checks_writes: bool,
    /// Cranelift IR of the functions compiled so far, if it is kept.
    transcript: Option<BTreeMap<u32, Clif>>,
}

/// Instructions above which a function is not optimised by Cranelift. Cranelift's optimiser moves computations to their first
/// use. For every hundred instructions that it inserts at one place, it numbers the block again. So if many values depend on
/// each other, its time grows with the square of the block's length. The passes of `tools/opt` have no such limit.
const OPTIMISED_INSTRUCTIONS_MAX: u64 = 400_000;

/// The same for the product of instructions and blocks. For each computation, Cranelift's optimiser walks up the dominator
/// tree to the block where all operands are known. So if many blocks stand one after the other (an assertion ends a block),
/// its time grows with the product: about a second for a product of 2 * 10^10.
const OPTIMISED_PRODUCT_MAX: u64 = 1_000_000_000;

/// Whether Cranelift's optimiser takes time that is about linear in the size of a function.
fn is_optimised(function: &Function) -> bool {
    let (instructions, blocks) = (function.dfg.num_insts() as u64, function.dfg.num_blocks() as u64);
    instructions <= OPTIMISED_INSTRUCTIONS_MAX && instructions * blocks <= OPTIMISED_PRODUCT_MAX
}

impl<'p> Program<'p> {
    /// A program without functions. With `verify`, lowering proves that it overwrites nothing that is needed, and Cranelift
    /// verifies its IR before and after each of its steps.
    pub fn new(
        package: &'p Package,
        info: Vec<Rc<FuncInfo>>,
        plan: CodePlan,
        target: Target,
        cpu: Cpu,
        verify: bool,
    ) -> Result<Self, Fault> {
        Ok(Self {
            package,
            info,
            plan,
            data: DataPool::default(),
            layouts: Layouts::default(),
            has_vectors: false,
            local_functions: BTreeMap::new(),
            sizes: Sizes::USUAL,
            target,
            optimise: isa::build(target, cpu, Step::Optimise, verify)?,
            isa: isa::build(target, cpu, Step::Generate, verify)?,
            single_pass: isa::build(target, cpu, Step::GenerateLinear, verify)?,
            functions: Vec::new(),
            routines: BTreeMap::new(),
            parts: BTreeMap::new(),
            context: None,
            checks_writes: verify,
            transcript: None,
        })
    }

    /// Whether lowering proves that it overwrites nothing that is needed ([`crate::write_check`]).
    pub fn checks_writes(&self) -> bool {
        self.checks_writes
    }

    /// What machine the code is for.
    pub fn target(&self) -> Target {
        self.target
    }

    /// Keeps the Cranelift IR of what is compiled from now on.
    pub fn keep_transcript(&mut self) {
        self.transcript = Some(BTreeMap::new());
    }

    /// Cranelift IR by function index; empty if it was not kept.
    pub fn take_transcript(&mut self) -> BTreeMap<u32, Clif> {
        self.transcript.take().unwrap_or_default()
    }

    /// The routines that are used, and their indices.
    pub fn routines(&self) -> impl Iterator<Item = (Routine, u32)> + '_ {
        self.routines.iter().map(|(&routine, &index)| (routine, index))
    }

    /// The function that a function is a part of, and its number there.
    pub fn part(&self, index: u32) -> Option<(u32, usize)> {
        self.parts.get(&index).copied()
    }

    /// The calling convention of all functions.
    pub fn call_conv(&self) -> CallConv {
        self.isa.default_call_conv()
    }

    /// What Cranelift's frontend needs to know about the target.
    pub fn frontend_config(&self) -> TargetFrontendConfig {
        self.isa.frontend_config()
    }

    /// Adds a function; its index.
    pub fn declare(&mut self, signature: Signature) -> u32 {
        self.functions.push(Declared { signature, code: None });
        self.functions.len() as u32 - 1
    }

    /// The signature of a function.
    pub fn signature(&self, index: u32) -> Signature {
        self.functions[index as usize].signature.clone()
    }

    /// The index of a routine. Routines that are used are compiled at the end.
    pub fn routine(&mut self, routine: Routine) -> u32 {
        if let Some(&index) = self.routines.get(&routine) {
            return index;
        }
        let index = self.declare(routine.signature(self.call_conv()));
        self.routines.insert(routine, index);
        index
    }

    /// An empty Cranelift function for a declared one.
    pub fn new_function(&self, index: u32) -> Function {
        Function::with_name_signature(UserFuncName::user(FUNCTION_NAMESPACE, index), self.signature(index))
    }

    /// An empty Cranelift function that may be declared once its body is known.
    pub fn tentative_function(&self, signature: Signature) -> Function {
        Function::with_name_signature(UserFuncName::default(), signature)
    }

    /// Compiles the Cranelift IR of a declared function, in parts if it is large.
    pub fn define(&mut self, index: u32, function: Function) -> Result<(), Fault> {
        self.define_after(index, function, |_| ()).map(drop)
    }

    /// The same. Hands the code to `look` before machine code is made of it; gives what that gives, or `None` if the function is
    /// cut into parts.
    pub fn define_after<T>(
        &mut self,
        index: u32,
        function: Function,
        look: impl FnOnce(&Function) -> T,
    ) -> Result<Option<T>, Fault> {
        let Some(mut cut) = Cut::of(&function, self.sizes.part) else {
            let code = self.optimise(index, function)?;
            let seen = look(&code.func);
            self.generate(index, code)?;
            return Ok(Some(seen));
        };
        let first = self.functions.len() as u32;
        for number in 0..cut.parts() {
            let part = self.declare(part_signature(self.call_conv()));
            self.parts.insert(part, (index, number));
            let name = UserFuncName::user(FUNCTION_NAMESPACE, part);
            let code = cut.part(number, name, self.call_conv())?;
            self.compile(part, code)?;
        }
        let rest = cut.rest(first)?;
        self.compile(index, rest)?;
        Ok(None)
    }

    /// Makes machine code of optimised code, as the code of a declared function.
    pub fn define_optimised(&mut self, index: u32, function: Function) -> Result<(), Fault> {
        if let Some(transcript) = &mut self.transcript {
            let text = function.display().to_string();
            transcript.insert(index, Clif { lowered: text.clone(), optimized: text });
        }
        let context = self.context(function);
        self.generate(index, context)
    }

    fn compile(&mut self, index: u32, function: Function) -> Result<(), Fault> {
        let code = self.optimise(index, function)?;
        self.generate(index, code)
    }

    /// A function with the memory for Cranelift's steps.
    fn context(&mut self, function: Function) -> Context {
        match self.context.take() {
            Some(mut context) => {
                context.func = function;
                context
            }
            None => Context::for_function(function),
        }
    }

    /// All steps before code generation.
    fn optimise(&mut self, index: u32, function: Function) -> Result<Context, Fault> {
        let lowered = self.transcript.is_some().then(|| function.display().to_string());
        let mut context = self.context(function);
        let lowered_instructions = context.func.dfg.num_insts();
        if is_optimised(&context.func) {
            context
                .optimize(&*self.optimise, &mut ControlPlane::default())
                .map_err(|error| Fault::Internal(format!("Cranelift's optimiser: {error:?}")))?;
        }
        if let (Some(transcript), Some(lowered)) = (&mut self.transcript, lowered) {
            transcript.insert(index, Clif { lowered, optimized: context.func.display().to_string() });
        }
        split_choices(&mut context.func);
        shorten_live_ranges(&mut context.func, lowered_instructions, self.target);
        if matches!(self.target, Target::X86_64Linux | Target::X86_64Macos) {
            read_factors_again(&mut context.func);
            write_early(&mut context.func);
            read_constants_near_a_base(&mut context.func, &mut self.data, self.sizes.near_constants);
            put_dying_operands_first(&mut context.func);
        }
        Ok(context)
    }

    /// Makes machine code.
    fn generate(&mut self, index: u32, mut context: Context) -> Result<(), Fault> {
        let returns = mark_returns(&mut context.func);
        let isa = if needs_single_pass(&context.func) { &self.single_pass } else { &self.isa };
        let compiled = context
            .compile(&**isa, &mut ControlPlane::default())
            .map_err(|error| Fault::Internal(format!("Cranelift: {:?}", error.inner)))?;
        let (bytes, cut, unwind) =
            match without_frame(self.target, &self.functions[index as usize].signature, compiled, returns) {
                Some(leaf) => (leaf.bytes, leaf.cut, Unwind::Steps(leaf.steps)),
                None => {
                    let unwind = compiled
                        .create_unwind_info(&**isa)
                        .map_err(|error| Fault::Internal(format!("Cranelift unwind information: {error}")))?;
                    (compiled.code_buffer().to_vec(), 0, Unwind::Frame(unwind))
                }
            };
        let align = u64::from(compiled.buffer.alignment.max(isa.function_alignment().preferred)).max(16);
        let relocs: Vec<_> = compiled.buffer.relocs().to_vec();
        let mut code = Code { bytes, align, relocs: Vec::with_capacity(relocs.len()), unwind };
        for reloc in relocs {
            let target = match reloc.target {
                FinalizedRelocTarget::ExternalName(name) => external_target(&context.func, &name)?,
                FinalizedRelocTarget::Func(offset) => {
                    return Err(Fault::Internal(format!("relocation within a function at {offset}")))
                }
            };
            let offset = reloc.offset - cut;
            code.relocs.push(CodeReloc { offset, kind: reloc.kind, target, addend: reloc.addend });
        }
        self.functions[index as usize].code = Some(code);
        context.clear();
        context.func = Function::new();
        self.context = Some(context);
        Ok(())
    }

    /// Compiles the routines that are used.
    pub fn define_routines(&mut self) -> Result<(), Fault> {
        let mut context = FunctionBuilderContext::new();
        for (routine, index) in self.routines.clone() {
            let mut function = self.new_function(index);
            routine.build(&mut function, &mut context, self.frontend_config());
            self.define(index, function)?;
        }
        Ok(())
    }

    /// Code of all functions in order of their indices, their unwind information, and the constant data.
    pub fn finish(self) -> Result<(Vec<Code>, FrameSection, Vec<u8>), Fault> {
        let code: Vec<Code> = self
            .functions
            .into_iter()
            .enumerate()
            .map(|(i, f)| f.code.ok_or_else(|| Fault::Internal(format!("function {i} was declared but not compiled"))))
            .collect::<Result<_, _>>()?;
        let frames = frame_section(&*self.isa, self.target, &code)?;
        Ok((code, frames, self.data.into_bytes()))
    }
}

fn external_target(function: &Function, name: &ExternalName) -> Result<RelocTarget, Fault> {
    #[expect(clippy::wildcard_enum_match_arm)] // Cranelift has names for functions of many runtimes.
    match name {
        ExternalName::User(reference) => {
            let name = &function.params.user_named_funcs()[*reference];
            Ok(match name.namespace {
                FUNCTION_NAMESPACE => RelocTarget::Function(name.index),
                _ => RelocTarget::Data,
            })
        }
        ExternalName::LibCall(LibCall::Memcpy) => Ok(RelocTarget::Library("memcpy")),
        ExternalName::LibCall(LibCall::Memset) => Ok(RelocTarget::Library("memset")),
        other => Err(Fault::Internal(format!("Cranelift refers to {other:?}, which compiled code may not use"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cranelift_codegen::ir::{types, AbiParam, InstBuilder};
    use cranelift_frontend::FunctionBuilder;
    use xls_aot_opt::OptLevel;

    /// Compiles a function that is declared to return 64 bits and returns 32.
    fn define_faulty_function(verify: bool) -> Result<(), Fault> {
        let package = Package::default();
        let target = Target::X86_64Linux;
        let plan = CodePlan::of(&package, &[], OptLevel::None);
        let mut program = Program::new(&package, Vec::new(), plan, target, Cpu::default_of(target), verify)?;
        let mut signature = Signature::new(program.call_conv());
        signature.returns.push(AbiParam::new(types::I64));
        let index = program.declare(signature);
        let mut function = program.new_function(index);
        let mut context = FunctionBuilderContext::new();
        let mut builder = FunctionBuilder::new(&mut function, &mut context);
        let block = builder.create_block();
        builder.switch_to_block(block);
        builder.seal_all_blocks();
        let value = builder.ins().iconst(types::I32, 1);
        builder.ins().return_(&[value]);
        builder.finalize(program.frontend_config());
        program.define(index, function)
    }

    #[test]
    fn functions_that_cranelift_optimises_in_more_than_linear_time_are_told() {
        let function = |instructions: u32, blocks: u32| {
            let mut function = Function::new();
            let mut context = FunctionBuilderContext::new();
            let mut builder = FunctionBuilder::new(&mut function, &mut context);
            let first = builder.create_block();
            for _ in 1..blocks {
                builder.create_block();
            }
            builder.switch_to_block(first);
            for i in 0..instructions {
                builder.ins().iconst(types::I32, i64::from(i));
            }
            is_optimised(builder.func)
        };
        assert!(function(400_000, 1) && !function(400_001, 1));
        assert!(function(100_000, 10_000) && !function(100_000, 10_001));
    }

    #[test]
    fn the_verifier_of_cranelift_is_on_where_asked_for() {
        let Err(Fault::Internal(what)) = define_faulty_function(true) else { panic!("the fault was not found") };
        assert!(what.contains("Verifier") && what.contains("function signature"), "{what}");
        assert!(define_faulty_function(false).is_ok());
    }
}
