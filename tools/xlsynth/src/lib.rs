//! Crate `xls_aot_xlsynth`.
