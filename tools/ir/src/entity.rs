//! Index newtypes for the entities of a package.
//!
//! An entity is an index into its owner's table: a [`FuncId`] into [`Package::functions`](crate::Package), a
//! [`NodeId`] into [`Function::nodes`](crate::Function). Indices follow the order of the text, so a node only ever
//! refers to nodes, and a function to functions, with smaller indices.

use std::fmt;

macro_rules! entity {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The entity at position `index` of its table. Tables are limited to `u32::MAX` entries by the parser.
            pub const fn new(index: usize) -> Self {
                assert!(index < u32::MAX as usize, "entity table is full");
                Self(index as u32)
            }

            /// Position in the owner's table.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

entity! {
    /// A function of a package.
    FuncId, "fn"
}
entity! {
    /// A node of a function (parameters are nodes too).
    NodeId, "n"
}
