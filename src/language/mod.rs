//! The language of expressions: text to [`syntax::Expr`], and back.
//!
//! `lexer` cuts a text into tokens, `parser` builds the tree, `print` writes a tree as text that parses to the same
//! tree, and `complaint` words what went wrong. Names are not resolved here: `date`, `amount` or `stance` are names
//! like any other.
//!
//! From loosest to tightest: `or`, `and`, `not`, comparisons (`0 < x < 1` is one chain), `+ -`, `* /`, the minus sign
//! in front, `^` (to the right), and `.name` and `[a, b]`. No text makes the parser panic or overflow the stack:
//! [`MAX_TEXT_BYTES`], [`MAX_DEPTH`] and [`MAX_NODES`] bound what is read and the tree that comes of it.

mod complaint;
mod lexer;
mod literal;
mod parser;
mod print;
pub mod syntax;
mod words;

pub use literal::{parse_date, parse_duration};
pub use parser::{MAX_DEPTH, MAX_NODES, MAX_TEXT_BYTES, parse_binding, parse_each, parse_expression};
pub use words::{is_name, is_reserved};
