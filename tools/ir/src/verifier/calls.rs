//! `invoke`, `map` and loops: arguments against parameters.

use super::{Check, NodeCheck};
use crate::diagnostic::counted;
use crate::{FuncId, Function, Type};

impl NodeCheck<'_> {
    fn callee(&self, callee: FuncId) -> &'_ Function {
        self.package.function(callee)
    }

    /// Requires that the callee has `count` parameters.
    fn parameter_count(&mut self, callee: FuncId, count: usize) -> Check {
        let function = self.callee(callee);
        if function.params.len() == count {
            return Ok(());
        }
        let count = counted(count, "argument");
        let message = format!(
            "`{}` passes {count} to `{}`, which has {}",
            self.mnemonic(),
            function.name,
            counted(function.params.len(), "parameter")
        );
        let signature = function.signature();
        self.broken_with("E0407", message, signature)
    }

    fn parameter_type(&self, callee: FuncId, index: usize) -> Type {
        let function = self.callee(callee);
        function.node(function.params[index]).ty.clone()
    }

    /// Requires that parameter `index` of the callee has the type of an operand.
    fn parameter_takes(&mut self, callee: FuncId, index: usize, operand: usize) -> Check {
        let expected = self.parameter_type(callee, index);
        let found = self.operand_type(operand);
        if expected == found {
            return Ok(());
        }
        let message = format!(
            "{} has type {}, but parameter {index} of `{}` has type {}",
            self.describe_operand(operand),
            found.short(),
            self.callee(callee).name,
            expected.short()
        );
        let signature = self.callee(callee).short_signature();
        self.broken_with("E0407", message, signature)
    }

    /// Requires that the callee's result has type `expected`.
    fn result_is(&mut self, callee: FuncId, expected: &Type) -> Check {
        let function = self.callee(callee);
        if function.return_type == *expected {
            return Ok(());
        }
        let message = format!(
            "`{}` applies `{}`, which returns {}, where {} is needed",
            self.mnemonic(),
            function.name,
            function.return_type.short(),
            expected.short()
        );
        self.broken("E0407", message)
    }

    pub(crate) fn invoke(&mut self, &to_apply: &FuncId) -> Check {
        self.parameter_count(to_apply, self.operand_count())?;
        for index in 0..self.operand_count() {
            self.parameter_takes(to_apply, index, index)?;
        }
        let result = self.callee(to_apply).return_type.clone();
        self.gives(&result)
    }

    pub(crate) fn map(&mut self, &to_apply: &FuncId) -> Check {
        let ty = self.operand_type(0);
        let Type::Array(array) = &ty else {
            let message = format!("{} must be an array, has type {}", self.describe_operand(0), ty.short());
            return self.broken("E0402", message);
        };
        self.parameter_count(to_apply, 1)?;
        let parameter = self.parameter_type(to_apply, 0);
        if parameter != array.element {
            let message = format!(
                "{} has elements of type {}, but `{}` takes {parameter}",
                self.describe_operand(0),
                array.element,
                self.callee(to_apply).name
            );
            return self.broken("E0407", message);
        }
        let result = self.callee(to_apply).return_type.clone();
        self.gives(&Type::array(result, array.len))
    }

    pub(crate) fn counted_for(&mut self, &trip_count: &u64, &stride: &i64, &body: &FuncId) -> Check {
        self.parameter_count(body, self.operand_count() + 1)?;
        let needed = index_bits(trip_count, stride);
        let index = self.parameter_type(body, 0);
        if index.bit_count().is_none_or(|width| width < needed) {
            let message = format!(
                "parameter 0 of the loop body `{}` must be bits[N] with N >= {needed} to count {trip_count} iterations \
                 with stride {stride}, has type {index}",
                self.callee(body).name
            );
            return self.broken("E0408", message);
        }
        self.loop_state(body, 1)
    }

    pub(crate) fn dynamic_counted_for(&mut self, &body: &FuncId) -> Check {
        let trip_count = self.bits(1)?;
        let stride = self.bits(2)?;
        self.parameter_count(body, self.operand_count() - 1)?;
        let index = self.parameter_type(body, 0);
        if index.bit_count().is_none_or(|width| trip_count >= width || stride > width) {
            let message = format!(
                "parameter 0 of the loop body `{}` must be bits[N] with N > {trip_count} (trip count) and N >= {stride} \
                 (stride), has type {index}",
                self.callee(body).name
            );
            return self.broken("E0408", message);
        }
        self.loop_state(body, 3)
    }

    /// Requires that the state (operand 0) and the invariant arguments (from operand `first_invariant` on) have the types of
    /// the body's parameters.
    fn loop_state(&mut self, body: FuncId, first_invariant: usize) -> Check {
        self.parameter_takes(body, 1, 0)?;
        for operand in first_invariant..self.operand_count() {
            self.parameter_takes(body, 2 + operand - first_invariant, operand)?;
        }
        let state = self.operand_type(0);
        self.result_is(body, &state)?;
        self.gives(&state)
    }
}

/// Bits that hold every index of a loop, as libxls counts them (64 for a negative stride).
fn index_bits(trip_count: u64, stride: i64) -> u32 {
    if trip_count <= 1 {
        return 1;
    }
    let last = (stride as u64).wrapping_mul(trip_count - 1);
    u64::BITS - last.leading_zeros()
}
