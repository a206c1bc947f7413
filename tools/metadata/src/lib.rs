//! Crate `xls_aot_metadata`.
