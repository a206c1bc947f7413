//! The report of an event.

use cranelift_codegen::ir::{types, AbiParam, InstBuilder, Signature, Value};
use cranelift_codegen::isa::TargetFrontendConfig;
use xls_aot_runtime::abi::callback;

use super::build::Builder;

/// `(context, events, number, operands)`: calls [`xls_aot_runtime::abi::RecordEvent`] of the context.
pub(super) fn report(r: &mut Builder<'_>, p: &[Value], config: TargetFrontendConfig) -> Option<Value> {
    let offset = r.imm(8 * callback::RECORD_EVENT as u64);
    let place = r.b.ins().iadd(p[0], offset);
    let record = r.load(types::I64, place);
    let mut signature = Signature::new(config.default_call_conv);
    signature.params = [types::I64, types::I64, types::I32, types::I64].map(AbiParam::new).to_vec();
    let signature = r.b.import_signature(signature);
    let number = r.b.ins().ireduce(types::I32, p[2]);
    r.b.ins().call_indirect(signature, record, &[p[0], p[1], number, p[3]]);
    None
}
