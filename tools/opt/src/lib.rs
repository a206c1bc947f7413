//! Crate `xls_aot_opt`.
