//! Crate `xls_aot_runtime`.
