//! Crate `xls_aot_check`.
