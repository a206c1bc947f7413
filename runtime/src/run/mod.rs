//! How generated code calls compiled code.
//!
//! | file | what |
//! |---|---|
//! | `function` | what generated code states about its function, and one call of it |
//! | `runner` | calls that keep their temp buffer |
//! | `temp` | temp buffers |
//! | `sink` | records events during a call |
//! | `context` | the callback tables, and the end of callbacks that are not supported |
//! | `heap` | the allocation callbacks |
//!
//! Calls share only read-only statics, so any number of threads may call at the same time.

pub mod context;
pub mod function;
pub mod heap;
pub mod runner;
pub mod sink;
pub mod temp;
