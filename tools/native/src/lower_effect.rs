//! `assert`: a branch to a cold block, which reports the failure through the ABI's callback.

use cranelift_codegen::ir::{types, AbiParam, InstBuilder, Signature};
use xls_aot_runtime::abi::callback;

use crate::function::{scalar_flags, FnCtx};
use crate::node::Site;
use crate::value::Lowered;
use crate::Fault;

impl<'p> FnCtx<'_, 'p> {
    /// `message` is the decimal index of the assertion site.
    pub fn lower_assert(&mut self, site: &Site<'p>, message: &str) -> Result<Lowered, Fault> {
        let condition = self.condition(site.bits(1)?);
        let Some(env) = self.env else {
            return Err(site.fault("assertion in a function that was found to have none"));
        };
        if self.const_of(condition) == Some(1) {
            return Ok(Lowered::unit());
        }
        let failed = self.b.create_block();
        let after = self.b.create_block();
        self.b.set_cold_block(failed);
        self.b.ins().brif(condition, after, &[], failed, &[]);
        self.b.seal_block(failed);
        self.b.switch_to_block(failed);
        let mut text = message.as_bytes().to_vec();
        text.push(0);
        let text = self.program.data.add(text, 1);
        let text = self.data_address(text);
        let record =
            self.b.ins().load(types::I64, scalar_flags(), env.context, (8 * callback::RECORD_ASSERTION) as i32);
        let mut signature = Signature::new(self.program.call_conv());
        signature.params = vec![AbiParam::new(types::I64); 3];
        let signature = self.signature_ref(signature);
        self.b.ins().call_indirect(signature, record, &[env.context, text, env.events]);
        self.b.ins().jump(after, &[]);
        self.b.seal_block(after);
        self.b.switch_to_block(after);
        Ok(Lowered::unit())
    }
}
