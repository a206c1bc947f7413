//! Crate `xls_aot_layout`.
