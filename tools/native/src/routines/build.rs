//! A small layer over Cranelift's builder: structured control flow and word-indexed memory.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, Function, InstBuilder, MemFlagsData, Type, Value};
use cranelift_codegen::isa::TargetFrontendConfig;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext, Variable};

/// Builds one routine.
pub(super) struct Builder<'a> {
    pub b: FunctionBuilder<'a>,
}

fn flags() -> MemFlagsData {
    MemFlagsData::new().with_notrap()
}

impl<'a> Builder<'a> {
    /// The builder and the function's parameters.
    pub fn new(function: &'a mut Function, context: &'a mut FunctionBuilderContext) -> (Self, Vec<Value>) {
        let mut b = FunctionBuilder::new(function, context);
        let entry = b.create_block();
        b.append_block_params_for_function_params(entry);
        b.switch_to_block(entry);
        b.seal_block(entry);
        let parameters = b.block_params(entry).to_vec();
        (Self { b }, parameters)
    }

    /// Returns from the routine and completes it.
    pub fn finish(mut self, result: Option<Value>, config: TargetFrontendConfig) {
        let values: Vec<Value> = result.into_iter().collect();
        self.b.ins().return_(&values);
        self.b.seal_all_blocks();
        self.b.finalize(config);
    }

    pub fn imm(&mut self, value: u64) -> Value {
        self.b.ins().iconst(types::I64, value as i64)
    }

    /// A mutable variable with a first value.
    pub fn var(&mut self, value: Value) -> Variable {
        let ty = self.b.func.dfg.value_type(value);
        let variable = self.b.declare_var(ty);
        self.b.def_var(variable, value);
        variable
    }

    pub fn get(&mut self, variable: Variable) -> Value {
        self.b.use_var(variable)
    }

    pub fn set(&mut self, variable: Variable, value: Value) {
        self.b.def_var(variable, value);
    }

    fn element(&mut self, base: Value, index: Value, shift: i64) -> Value {
        let offset = self.b.ins().ishl_imm_u(index, shift);
        self.b.ins().iadd(base, offset)
    }

    /// Word `index` of the vector at `base`.
    pub fn word(&mut self, base: Value, index: Value) -> Value {
        let address = self.element(base, index, 3);
        self.b.ins().load(types::I64, flags(), address, 0)
    }

    pub fn set_word(&mut self, base: Value, index: Value, value: Value) {
        let address = self.element(base, index, 3);
        self.b.ins().store(flags(), value, address, 0);
    }

    /// Half word (32 bits) `index` of the vector at `base`, zero-extended.
    pub fn half(&mut self, base: Value, index: Value) -> Value {
        let address = self.element(base, index, 2);
        self.b.ins().uload32(flags(), address, 0)
    }

    pub fn set_half(&mut self, base: Value, index: Value, value: Value) {
        let address = self.element(base, index, 2);
        self.b.ins().istore32(flags(), value, address, 0);
    }

    pub fn load(&mut self, ty: Type, address: Value) -> Value {
        self.b.ins().load(ty, flags(), address, 0)
    }

    pub fn store(&mut self, value: Value, address: Value) {
        self.b.ins().store(flags(), value, address, 0);
    }

    pub fn compare(&mut self, cc: IntCC, x: Value, y: Value) -> Value {
        self.b.ins().icmp(cc, x, y)
    }

    /// Runs `body` while `condition` gives non-zero.
    pub fn while_loop(&mut self, condition: impl FnOnce(&mut Self) -> Value, body: impl FnOnce(&mut Self)) {
        let head = self.b.create_block();
        let inside = self.b.create_block();
        let after = self.b.create_block();
        self.b.ins().jump(head, &[]);
        self.b.switch_to_block(head);
        let go_on = condition(self);
        self.b.ins().brif(go_on, inside, &[], after, &[]);
        self.b.seal_block(inside);
        self.b.switch_to_block(inside);
        body(self);
        self.b.ins().jump(head, &[]);
        self.b.seal_block(head);
        self.b.seal_block(after);
        self.b.switch_to_block(after);
    }

    /// Runs `body` for every index from `from` up to, not including, `to`.
    pub fn for_range(&mut self, from: Value, to: Value, body: impl FnOnce(&mut Self, Value)) {
        let index = self.var(from);
        self.while_loop(
            |r| {
                let i = r.get(index);
                r.compare(IntCC::SignedLessThan, i, to)
            },
            |r| {
                let i = r.get(index);
                body(r, i);
                let next = r.b.ins().iadd_imm_s(i, 1);
                r.set(index, next);
            },
        );
    }

    /// Runs `body` for every index from `count - 1` down to 0.
    pub fn for_down(&mut self, count: Value, body: impl FnOnce(&mut Self, Value)) {
        let index = self.var(count);
        self.while_loop(
            |r| {
                let i = r.get(index);
                r.b.ins().icmp_imm_s(IntCC::SignedGreaterThan, i, 0)
            },
            |r| {
                let i = r.get(index);
                let i = r.b.ins().iadd_imm_s(i, -1);
                r.set(index, i);
                body(r, i);
            },
        );
    }

    /// Runs `body` if `condition` is non-zero.
    pub fn if_then(&mut self, condition: Value, body: impl FnOnce(&mut Self)) {
        self.if_else(condition, body, |_| ());
    }

    /// Runs one of two bodies.
    pub fn if_else(&mut self, condition: Value, then: impl FnOnce(&mut Self), otherwise: impl FnOnce(&mut Self)) {
        let yes = self.b.create_block();
        let no = self.b.create_block();
        let after = self.b.create_block();
        self.b.ins().brif(condition, yes, &[], no, &[]);
        self.b.seal_block(yes);
        self.b.seal_block(no);
        self.b.switch_to_block(yes);
        then(self);
        self.b.ins().jump(after, &[]);
        self.b.switch_to_block(no);
        otherwise(self);
        self.b.ins().jump(after, &[]);
        self.b.seal_block(after);
        self.b.switch_to_block(after);
    }
}
