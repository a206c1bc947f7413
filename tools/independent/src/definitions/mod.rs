//! The result of each operation for the values of its operands, with a file for each family.

pub(crate) mod aggregates;
pub(crate) mod arithmetic;
pub(crate) mod choices;
pub(crate) mod comparisons;
pub(crate) mod encodings;
pub(crate) mod formats;
pub(crate) mod logic;
pub(crate) mod shifts;
pub(crate) mod slices;
