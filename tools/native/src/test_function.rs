//! Functions in Cranelift's IR for the unit tests of passes over it.

use std::sync::Arc;

use cranelift_codegen::ir::{types, AbiParam, Function, InstBuilder, Signature, UserFuncName, Value};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use xls_aot_backend::{Cpu, Target};

use crate::isa::{build, Step};

/// The target of the functions.
pub(crate) const TARGET: Target = Target::X86_64Linux;

/// What generates code for them.
pub(crate) fn isa() -> Arc<dyn TargetIsa> {
    build(TARGET, Cpu::default_of(TARGET), Step::Generate, true).unwrap()
}

/// A function of one block and two parameters of 64 bits. `body` makes its instructions and gives its results, also of 64 bits.
pub(crate) fn of_two_numbers<const RESULTS: usize>(
    body: impl FnOnce(&mut FunctionBuilder<'_>, Value, Value) -> [Value; RESULTS],
) -> Function {
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params = vec![AbiParam::new(types::I64); 2];
    signature.returns = vec![AbiParam::new(types::I64); RESULTS];
    let mut function = Function::with_name_signature(UserFuncName::default(), signature);
    let mut context = FunctionBuilderContext::new();
    let mut b = FunctionBuilder::new(&mut function, &mut context);
    let block = b.create_block();
    b.append_block_params_for_function_params(block);
    b.switch_to_block(block);
    let &[x, y] = b.block_params(block) else { unreachable!() };
    let results = body(&mut b, x, y);
    b.ins().return_(&results);
    b.seal_all_blocks();
    b.finalize(isa().frontend_config());
    function
}
