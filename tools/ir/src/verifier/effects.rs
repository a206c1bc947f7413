//! Tokens and what they order: `after_all`, `min_delay`, `assert`, `trace`, `cover`.

use super::{Check, NodeCheck};
use crate::diagnostic::counted;
use crate::format_string::{parse, Piece};
use crate::Type;

impl NodeCheck<'_> {
    pub(crate) fn after_all(&mut self) -> Check {
        for index in 0..self.operand_count() {
            self.operand_is(index, &Type::Token)?;
        }
        self.gives(&Type::Token)
    }

    pub(crate) fn min_delay(&mut self) -> Check {
        self.operand_is(0, &Type::Token)?;
        self.gives(&Type::Token)
    }

    pub(crate) fn assert(&mut self) -> Check {
        self.token_and_condition()
    }

    fn token_and_condition(&mut self) -> Check {
        self.operand_is(0, &Type::Token)?;
        self.operand_is(1, &Type::Bits(1))?;
        self.gives(&Type::Token)
    }

    pub(crate) fn trace(&mut self, format: &str) -> Check {
        self.token_and_condition()?;
        let pieces = match parse(format) {
            Ok(pieces) => pieces,
            Err(error) => {
                return self.broken_with(
                    "E0409",
                    error.to_string(),
                    "placeholders are {} {:u} {:d} {:x} {:0x} {:#x} {:b} {:0b} {:#b}; braces are doubled: {{ }}",
                )
            }
        };
        let placeholders = pieces.iter().filter(|piece| matches!(piece, Piece::Operand(_))).count();
        let operands = self.operand_count() - 2;
        if placeholders == operands {
            return Ok(());
        }
        let message = format!(
            "the format string has {} for {}",
            counted(placeholders, "placeholder"),
            counted(operands, "data operand")
        );
        self.broken("E0409", message)
    }

    pub(crate) fn cover(&mut self, label: &str) -> Check {
        self.operand_is(0, &Type::Bits(1))?;
        self.gives(&Type::unit())?;
        if label.is_empty() {
            return self.broken("E0410", "the label of a `cover` cannot be empty");
        }
        Ok(())
    }
}
