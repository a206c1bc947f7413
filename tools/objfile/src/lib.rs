//! Crate `xls_aot_objfile`.
