//! Parameters, literals, bitwise logic, arithmetic, comparisons, shifts.

use super::{Check, NodeCheck};
use crate::{Type, Value};

impl NodeCheck<'_> {
    /// A parameter has no type rule. A rule on the function says where parameters are (`structure`).
    pub(crate) fn param(&mut self) -> Check {
        Ok(())
    }

    pub(crate) fn literal(&mut self, value: &Value) -> Check {
        if value.has_type(&self.node.ty) {
            return Ok(());
        }
        self.gives(&value.type_of())
    }

    pub(crate) fn identity(&mut self) -> Check {
        self.gives(&self.operand_type(0))
    }

    pub(crate) fn unary(&mut self) -> Check {
        let width = self.bits(0)?;
        self.gives(&Type::Bits(width))
    }

    pub(crate) fn nary_logic(&mut self) -> Check {
        let width = self.one_width()?;
        self.gives(&Type::Bits(width))
    }

    pub(crate) fn reduction(&mut self) -> Check {
        self.bits(0)?;
        self.gives(&Type::Bits(1))
    }

    pub(crate) fn binary(&mut self) -> Check {
        let width = self.one_width()?;
        self.gives(&Type::Bits(width))
    }

    pub(crate) fn product(&mut self) -> Check {
        self.bits(0)?;
        self.bits(1)?;
        self.gives_bits()?;
        Ok(())
    }

    pub(crate) fn partial_product(&mut self) -> Check {
        self.bits(0)?;
        self.bits(1)?;
        match &self.node.ty {
            Type::Tuple(pair) if pair.len() == 2 && pair[0].bit_count().is_some() && pair[0] == pair[1] => Ok(()),
            declared @ (Type::Bits(_) | Type::Token | Type::Tuple(_) | Type::Array(_)) => {
                let message = format!("`{}` gives a pair (bits[N], bits[N]), declared as {declared}", self.mnemonic());
                self.broken("E0401", message)
            }
        }
    }

    pub(crate) fn equality(&mut self) -> Check {
        for index in 0..2 {
            if self.operand_type(index) == Type::Token {
                let message = format!("{} is a token, which cannot be compared", self.describe_operand(index));
                return self.broken("E0402", message);
            }
        }
        self.operand_is(1, &self.operand_type(0))?;
        self.gives(&Type::Bits(1))
    }

    pub(crate) fn comparison(&mut self) -> Check {
        self.one_width()?;
        self.gives(&Type::Bits(1))
    }

    pub(crate) fn shift(&mut self) -> Check {
        let width = self.bits(0)?;
        self.bits(1)?;
        self.gives(&Type::Bits(width))
    }
}
