//! How generated code calls compiled code.
//!
//! | file | what |
//! |---|---|
//! | `function` | what generated code states about its function, and one call of it |
//! | `runner` | calls that keep their temp buffer |
//! | `temp` | temp buffers |
//! | `sink` | collects assertion failures during a call |
//! | `context` | the callback tables, and the end of callbacks that are not supported |
//! | `heap` | the allocation callbacks |
//!
//! Nothing here is shared between calls but read-only statics, so calls may run on any number of threads.

pub mod context;
pub mod function;
pub mod heap;
pub mod runner;
pub mod sink;
pub mod temp;
