//! Crate `xls_aot_ir`.
