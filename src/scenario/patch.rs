//! Patches: what a variant, `--with`, `--set` and an extending file do to a scenario's tree.
//!
//! They follow JSON merge patch (RFC 7396): maps are merged key by key, everything else is replaced, null removes. Except:
//! - A bare number or expression over a lever sets its `default`, over a state or tie its `start`; it makes an
//!   uncertainty constant.
//! - A distribution is replaced whole; `because`, `basis`, `unit` and `within` stay unless they are patched. A constant
//!   keeps neither `within` nor `with`.
//! - A new element must be complete: otherwise its name is taken for a slip.
//! - Null on a missing key is an error.
//! - New rules and events go last unless they say `before: name` or `after: name`.

mod apply;
mod check;
mod kind;
mod set;
mod variant;

use crate::diagnostics::Diagnostic;

use super::tree::Node;
use kind::Kind;

pub use set::{ASSIGNMENT, Assignment, read_assignment, set};
pub use variant::{MAX_VARIANTS, VariantHead, check_variants, extract_variant, heads_and_patches};

/// Applies a patch to a whole scenario. What is wrong with the patch is added to `errors` and left out.
pub fn merge(base: &mut Node, patch: &Node, errors: &mut Vec<Diagnostic>) {
    check::Checker::new(errors).check(base, patch);
    merge_unchecked(base, patch);
}

/// Applies a patch whose errors have been told already, or do not matter. What does not fit is left out.
pub fn merge_unchecked(base: &mut Node, patch: &Node) {
    apply::apply(Kind::Root, base, patch);
}

#[cfg(test)]
mod tests;
