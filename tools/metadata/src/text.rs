//! Writes the types of the runtime in the JSON text, by the names that the runtime gives them.
//!
//! The runtime has no dependencies, so it cannot implement serde's traits itself.

/// An entry kind is its name.
pub mod entry_kind {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};
    use xls_aot_runtime::abi::EntryKind;

    pub fn serialize<S: Serializer>(kind: &EntryKind, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(kind.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EntryKind, D::Error> {
        let name = String::deserialize(deserializer)?;
        EntryKind::from_name(&name).ok_or_else(|| {
            let known: Vec<_> = EntryKind::ALL.iter().map(|kind| kind.name()).collect();
            D::Error::custom(format!("unknown entry point kind `{name}`, expected one of: {}", known.join(", ")))
        })
    }
}

/// An event kind is its name.
pub mod event_kind {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};
    use xls_aot_runtime::abi::EventKind;

    pub fn serialize<S: Serializer>(kind: &EventKind, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(kind.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EventKind, D::Error> {
        let name = String::deserialize(deserializer)?;
        EventKind::from_name(&name).ok_or_else(|| {
            let known: Vec<_> = EventKind::ALL.iter().map(|kind| kind.name()).collect();
            D::Error::custom(format!("unknown event kind `{name}`, expected one of: {}", known.join(", ")))
        })
    }
}

/// A set of features is the list of its names, in the order of [`Features::ALL`](xls_aot_runtime::Features::ALL).
pub mod features {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};
    use xls_aot_runtime::Features;

    pub fn serialize<S: Serializer>(features: &Features, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(features.names())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Features, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        names
            .iter()
            .map(|name| {
                Features::from_name(name).ok_or_else(|| {
                    let known: Vec<_> = Features::ALL.iter().map(|(_, name)| *name).collect();
                    D::Error::custom(format!("unknown feature `{name}`, expected some of: {}", known.join(", ")))
                })
            })
            .collect()
    }
}
