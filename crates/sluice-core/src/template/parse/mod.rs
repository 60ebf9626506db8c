//! Reading a template: the grammar of Go's `text/template/parse` (Go 1.24), written anew so that every error has its place.
//!
//! Knows no values and runs nothing; which functions exist is an argument.

pub(crate) mod ast;
mod lexer;
mod literal;
mod parser;

pub(crate) use literal::{parse_float, parse_int};
pub(crate) use parser::{Known, Tree, parse};

/// Why a template can't be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Byte offset.
    pub(crate) at: usize,
    /// The cause, in Go's words where Go has some.
    pub(crate) message: String,
    /// The next step, where there is one to name.
    pub(crate) hint: Option<String>,
}

fn problem(at: usize, message: impl Into<String>) -> Problem {
    Problem { at, message: message.into(), hint: None }
}
