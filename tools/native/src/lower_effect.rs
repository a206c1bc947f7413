//! `assert`, `trace`, `cover`: branches to cold blocks, which report the event through the ABI's callback.
//!
//! A failed assertion is always reported. Code for a trace or cover first tests whether the caller wants events of the kind: a
//! run that wants none pays a load and a test. All else is behind that test, also what only the condition needs: Cranelift moves
//! computations without effects to their first use.

use cranelift_codegen::ir::{types, Block, InstBuilder, Value};
use xls_aot_backend::OUT_OF_BOUNDS;
use xls_aot_ir::Type;
use xls_aot_runtime::abi::{EventKind, EventSink};

use crate::function::{scalar_flags, Environment, FnCtx};
use crate::node::Site;
use crate::routines::Routine;
use crate::value::Lowered;
use crate::Fault;

/// The operands of a trace before its data: the token and the condition.
const DATA: usize = 2;

impl<'p> FnCtx<'_, 'p> {
    /// `assert`; `number` is that of its event site.
    pub fn lower_assert(&mut self, site: &Site<'p>, number: &str) -> Result<Lowered, Fault> {
        let number = decimal(site, number)?;
        let env = self.environment(site)?;
        let condition = self.condition(site.bits(1)?);
        if self.const_of(condition) == Some(1) {
            return Ok(Lowered::unit());
        }
        let failed = self.cold_block();
        let after = self.b.create_block();
        self.b.ins().brif(condition, after, &[], failed, &[]);
        self.enter(failed);
        let none = self.imm(types::I64, 0);
        self.record(env, number, none);
        self.leave_to(after);
        Ok(Lowered::unit())
    }

    /// `trace`; `number` is that of its event site.
    pub fn lower_trace(&mut self, site: &Site<'p>, number: u64) -> Result<Lowered, Fault> {
        let number = u32::try_from(number).map_err(|_| site.fault("event site without a number"))?;
        let Some(after) = self.branch_to_event(site, EventKind::Trace, 1)? else { return Ok(Lowered::unit()) };
        let env = self.environment(site)?;
        let types: Vec<Type> = (DATA..site.operands.len()).map(|i| site.operand_type(i).clone()).collect();
        match (&site.operands[DATA..], types.as_slice()) {
            ([], _) => {
                let none = self.imm(types::I64, 0);
                self.record(env, number, none);
            }
            // A tuple of one element is laid out as the element.
            ([Lowered::Mem(place)], _) => {
                let address = self.address(place);
                self.record(env, number, address);
            }
            (operands, types) => {
                let tuple = Type::tuple(types);
                let place = self.allocate(self.size_of(&tuple)?)?;
                for (index, (operand, ty)) in operands.iter().zip(types).enumerate() {
                    let offset = self.program.layouts.tuple_offset(&tuple, index)?;
                    self.store(operand, ty, &place.whole().part(offset))?;
                }
                let address = self.address(place.written());
                self.record(env, number, address);
            }
        }
        self.leave_to(after);
        Ok(Lowered::unit())
    }

    /// `cover`; `number` is that of its event site, and [`OUT_OF_BOUNDS`] after it says of which kind that is.
    pub fn lower_cover(&mut self, site: &Site<'p>, number: &str) -> Result<Lowered, Fault> {
        let (number, kind) = match number.strip_suffix(OUT_OF_BOUNDS) {
            Some(number) => (number, EventKind::OutOfBounds),
            None => (number, EventKind::Cover),
        };
        let number = decimal(site, number)?;
        let Some(after) = self.branch_to_event(site, kind, 0)? else { return Ok(Lowered::unit()) };
        let env = self.environment(site)?;
        let none = self.imm(types::I64, 0);
        self.record(env, number, none);
        self.leave_to(after);
        Ok(Lowered::unit())
    }

    /// Enters a cold block that runs if events of the kind are wanted and operand `condition` holds; the block after it.
    /// `None` if the condition never holds.
    fn branch_to_event(&mut self, site: &Site<'p>, kind: EventKind, condition: usize) -> Result<Option<Block>, Fault> {
        let env = self.environment(site)?;
        let condition = self.condition(site.bits(condition)?);
        let constant = self.const_of(condition);
        if constant == Some(0) {
            return Ok(None);
        }
        let wanted = self.b.ins().load(types::I32, scalar_flags(), env.events, EventSink::WANTED_OFFSET as i32);
        let wanted = self.b.ins().band_imm_u(wanted, i64::from(kind.bit()));
        let event = self.cold_block();
        let after = self.b.create_block();
        self.b.ins().brif(wanted, event, &[], after, &[]);
        self.enter(event);
        if constant.is_none() {
            let happened = self.cold_block();
            self.b.ins().brif(condition, happened, &[], after, &[]);
            self.enter(happened);
        }
        Ok(Some(after))
    }

    /// Calls the callback.
    fn record(&mut self, env: Environment, number: u32, operands: Value) {
        let number = self.imm(types::I64, u64::from(number));
        self.call_routine(Routine::Report, &[], &[env.context, env.events, number, operands]);
    }

    fn environment(&self, site: &Site<'p>) -> Result<Environment, Fault> {
        self.env.ok_or_else(|| site.fault("event in a function that was found to have none"))
    }

    fn cold_block(&mut self) -> Block {
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        block
    }

    /// Goes on in a block that has all its predecessors.
    fn enter(&mut self, block: Block) {
        self.b.seal_block(block);
        self.b.switch_to_block(block);
    }

    /// Ends the block with a jump to the last predecessor's successor, and goes on there.
    fn leave_to(&mut self, after: Block) {
        self.b.ins().jump(after, &[]);
        self.enter(after);
    }
}

/// The number of an event site.
fn decimal(site: &Site<'_>, text: &str) -> Result<u32, Fault> {
    text.parse().map_err(|_| site.fault("event site without a number"))
}
