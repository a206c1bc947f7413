//! Crate `xls_aot_native`.
