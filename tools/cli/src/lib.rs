//! Crate `xls_aot_cli`.
