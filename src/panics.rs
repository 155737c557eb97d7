//! Panics of others' code. Entente's own has none that any input is known to reach (see `RELIABILITY.md`), but the crate that
//! reads Parquet files panics on some damaged ones; here such a panic becomes an error.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// Whether a panic of this thread will be caught, so that nobody needs to be told.
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Does some work, and says what a panic in it said. What the work borrows must not be used after a panic.
///
/// # Errors
/// What the panic said.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let before = CAUGHT.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CAUGHT.set(before);
    result.map_err(|panic| said(&*panic))
}

/// What a panic said, if it said anything.
pub fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it did not say why".to_owned())
}

/// From now on, a panic that is caught here is silent; any other is told as it always was.
pub fn keep_caught_ones_silent() {
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !CAUGHT.get() {
            told(panic);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::caught;

    #[test]
    fn a_panic_becomes_what_it_said_and_nothing_else_is_caught() {
        assert_eq!(caught(|| 7), Ok(7));
        assert_eq!(caught(|| panic!("this page is {}", "torn")), Err::<(), _>("this page is torn".into()));
        assert_eq!(caught(|| panic!("plain")), Err::<(), _>("plain".into()));
        assert!(!super::CAUGHT.get());
    }
}
