//! Names of operations in the text.

use std::sync::LazyLock;

use crate::name_map::NameMap;
use crate::OpKind;

/// The operation called `mnemonic`.
pub(super) fn operation_named(mnemonic: &str) -> Option<OpKind> {
    static KINDS: LazyLock<NameMap<'static, OpKind>> = LazyLock::new(|| {
        let mut kinds = NameMap::default();
        for &kind in OpKind::ALL {
            kinds.insert(kind.mnemonic(), kind);
        }
        kinds
    });
    KINDS.get(mnemonic)
}

/// Operations that XLS has, but not in functions.
pub(super) const NOT_IN_FUNCTIONS: &[(&str, &str)] = &[
    ("input_port", "blocks"),
    ("instantiation_input", "blocks"),
    ("instantiation_output", "blocks"),
    ("new_channel", "procs"),
    ("next_value", "procs"),
    ("output_port", "blocks"),
    ("receive", "procs"),
    ("recv_channel_end", "procs"),
    ("register_read", "blocks"),
    ("register_write", "blocks"),
    ("send", "procs"),
    ("send_channel_end", "procs"),
    ("state_read", "procs"),
];
