//! Crate `xls_aot_codegen`.
