//! The first broken rule of a package that a pass made. It is named by function and node, because such a package has no
//! text to point to.

use std::fmt;

use super::{structure, verify_function_and_name};
use crate::{Diagnostic, Package};

/// A rule that a package breaks, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BrokenRule {
    /// The function's name; `None` if the rule is about the package as a whole.
    pub function: Option<Box<str>>,
    /// The node's name; `None` if the rule is about the function as a whole.
    pub node: Option<String>,
    /// Which rule, and how it is broken.
    pub finding: Box<Diagnostic>,
}

impl fmt::Display for BrokenRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.function, &self.node) {
            (Some(function), Some(node)) => write!(f, "node `{node}` of function `{function}`: ")?,
            (Some(function), None) => write!(f, "function `{function}`: ")?,
            (None, _) => {}
        }
        write!(f, "{} [{}]", self.finding.message, self.finding.code)
    }
}

impl std::error::Error for BrokenRule {}

/// Checks the same rules as [`verify`](crate::verify), and stops at the first that is broken.
///
/// # Errors
/// The broken rule, if there is one.
pub fn verify_made(package: &Package) -> Result<(), BrokenRule> {
    let mut findings = Vec::new();
    structure::verify_package(package, &mut findings);
    if !findings.is_empty() {
        return Err(BrokenRule { function: None, node: None, finding: Box::new(findings.swap_remove(0)) });
    }
    for (id, function) in package.iter() {
        let node = verify_function_and_name(package, id, function, &mut findings);
        if !findings.is_empty() {
            let finding = Box::new(findings.swap_remove(0));
            return Err(BrokenRule { function: Some(function.name.clone()), node, finding });
        }
    }
    Ok(())
}
