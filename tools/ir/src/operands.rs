//! The operands of a node.
//!
//! Most nodes have at most four operands. These are in the node itself, so that a node is made without an allocation, and code
//! that goes through a function reads its memory in order.

use std::fmt;
use std::ops::{Deref, DerefMut};

use smallvec::SmallVec;

use crate::NodeId;

/// Operands of a node, in order. It behaves like a slice of them.
#[derive(PartialEq, Eq, Default)]
pub struct Operands(SmallVec<[NodeId; 4]>);

impl Deref for Operands {
    type Target = [NodeId];

    #[inline]
    fn deref(&self) -> &[NodeId] {
        &self.0
    }
}

impl DerefMut for Operands {
    #[inline]
    fn deref_mut(&mut self) -> &mut [NodeId] {
        &mut self.0
    }
}

impl Clone for Operands {
    #[inline]
    fn clone(&self) -> Self {
        (**self).into()
    }
}

impl fmt::Debug for Operands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl From<&[NodeId]> for Operands {
    #[inline]
    fn from(operands: &[NodeId]) -> Self {
        Self(SmallVec::from_slice(operands))
    }
}

impl<const N: usize> From<[NodeId; N]> for Operands {
    #[inline]
    fn from(operands: [NodeId; N]) -> Self {
        operands.as_slice().into()
    }
}

impl From<Vec<NodeId>> for Operands {
    #[inline]
    fn from(operands: Vec<NodeId>) -> Self {
        operands.as_slice().into()
    }
}

impl FromIterator<NodeId> for Operands {
    #[inline]
    fn from_iter<I: IntoIterator<Item = NodeId>>(operands: I) -> Self {
        Self(operands.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a Operands {
    type Item = &'a NodeId;
    type IntoIter = std::slice::Iter<'a, NodeId>;

    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a mut Operands {
    type Item = &'a mut NodeId;
    type IntoIter = std::slice::IterMut<'a, NodeId>;

    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}
