//! The errors of lowering.

use xls_aot_backend::BackendError;

/// An error of lowering; see the variants of [`BackendError`] for who must act.
#[derive(Debug)]
pub(crate) enum Fault {
    /// A value or frame that no machine of the target can hold.
    TooLarge(String),
    /// A bug in this crate or in Cranelift.
    Internal(String),
}

impl From<Fault> for BackendError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::TooLarge(what) => {
                let hint = "split the function, or make the value smaller".to_owned();
                BackendError::Limit { what, hint, place: None }
            }
            Fault::Internal(what) => BackendError::Internal { what },
        }
    }
}
