//! Crate `xls_aot_eval`.
