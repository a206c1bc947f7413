//! `sel`, `one_hot_sel`, `priority_sel`, `gate`.

use super::{Check, NodeCheck};
use crate::diagnostic::counted;
use crate::Type;

impl NodeCheck<'_> {
    /// Requires that all operands after the first have the node's type.
    fn cases_match(&mut self, case_count: usize) -> Check {
        let ty = self.node.ty.clone();
        for index in 1..self.operand_count() {
            let found = self.operand_type(index);
            if found != ty {
                let case = if index <= case_count { format!("case {}", index - 1) } else { "the default".to_string() };
                let message = format!(
                    "{case} (`{}`) of `{}` has type {}, but the node is declared as {}",
                    self.function.node(self.operand(index)).display_name(),
                    self.mnemonic(),
                    found.short(),
                    ty.short()
                );
                return self.broken("E0402", message);
            }
        }
        Ok(())
    }

    pub(crate) fn sel(&mut self, &has_default: &bool) -> Check {
        let width = self.bits(0)?;
        let cases = self.operand_count() - 1 - usize::from(has_default);
        // No text has so many cases that a selector of 63 bits or more could not tell them apart.
        let values = if width < 63 { 1u64 << width } else { u64::MAX };
        if cases as u64 > values {
            let message = format!(
                "a selector of {} has {values} values, found {}",
                counted(width as usize, "bit"),
                counted(cases, "case")
            );
            return self.broken_with("E0405", message, "give the selector more bits or leave cases out");
        }
        if (cases as u64) < values && !has_default {
            let message = format!(
                "`sel` with {} for a selector of {} needs a default",
                counted(cases, "case"),
                counted(width as usize, "bit")
            );
            return self.broken_with("E0405", message, "add `default=` for the selector's other values");
        }
        if cases as u64 == values && has_default {
            let message = format!(
                "the default of this `sel` has no use: {} cover all values of {}",
                counted(cases, "case"),
                counted(width as usize, "bit")
            );
            return self.broken_with("E0405", message, "leave `default=` out");
        }
        self.cases_match(cases)
    }

    pub(crate) fn one_hot_sel(&mut self) -> Check {
        let cases = self.operand_count() - 1;
        self.one_bit_a_case(cases)?;
        if self.node.ty.contains_token() {
            let message = format!("`one_hot_sel` cannot give {}, which holds a token", self.node.ty.short());
            return self.broken("E0402", message);
        }
        self.cases_match(cases)
    }

    pub(crate) fn priority_sel(&mut self) -> Check {
        let cases = self.operand_count() - 2;
        self.one_bit_a_case(cases)?;
        self.cases_match(cases)
    }

    fn one_bit_a_case(&mut self, cases: usize) -> Check {
        let width = self.bits(0)?;
        if width as usize == cases {
            return Ok(());
        }
        let message = format!(
            "`{}` has {} for a selector of {}",
            self.mnemonic(),
            counted(cases, "case"),
            counted(width as usize, "bit")
        );
        self.broken_with("E0405", message, "the selector has one bit a case")
    }

    pub(crate) fn gate(&mut self) -> Check {
        self.operand_is(0, &Type::Bits(1))?;
        self.gives(&self.operand_type(1))
    }
}
