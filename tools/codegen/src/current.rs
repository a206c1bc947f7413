//! The function that a thread is compiling, for the message of a panic.

use std::cell::RefCell;

thread_local! {
    static CURRENT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The function that this thread is compiling, if it is compiling one.
pub fn current_function() -> Option<String> {
    CURRENT.try_with(|current| current.try_borrow().ok().and_then(|current| current.clone())).ok().flatten()
}

/// Notes that this thread compiles `function` until the guard is dropped.
pub(crate) fn compiling(function: &str) -> Compiling {
    CURRENT.with(|current| *current.borrow_mut() = Some(function.to_owned()));
    Compiling(())
}

/// See [`compiling`].
pub(crate) struct Compiling(());

impl Drop for Compiling {
    fn drop(&mut self) {
        CURRENT.with(|current| *current.borrow_mut() = None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_known_while_the_guard_lives() {
        assert_eq!(current_function(), None);
        let guard = compiling("f");
        assert_eq!(current_function().as_deref(), Some("f"));
        drop(guard);
        assert_eq!(current_function(), None);
    }
}
