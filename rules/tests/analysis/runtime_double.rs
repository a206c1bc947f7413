//! Stands in for the runtime crate: a crate of the user's own that a toolchain names.
