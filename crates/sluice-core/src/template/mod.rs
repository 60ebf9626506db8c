//! Commit messages, as Go text/template.
//!
//! Flux renders `spec.git.commit.messageTemplate` of an ImageUpdateAutomation with Go's `text/template`, the hermetic
//! text functions of Masterminds/sprig, and data made of the changes. This module does the same: [`MessageTemplate`]
//! parses and renders, [`default_message`] is what a commit says when there is no template.
//!
//! It knows nothing of files, Git or clocks. A render is bounded in steps, size and depth, so that no template of
//! somebody else's repository can stall or crash Sluice; values that change from run to run (addresses, random numbers,
//! the present) are refused, so that the message that was reviewed is the message that is committed.
//!
//! To extend: a function is an entry in the table of a file in `sprig/` or in `builtins.rs`; a field of the data is in
//! `data.rs`; a verb is in `fmt/verbs.rs`.

mod builtins;
mod call;
mod data;
mod default_message;
mod error;
mod eval;
mod fault;
mod fmt;
mod functions;
mod moment;
mod parse;
mod semantic;
mod sprig;
mod value;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use default_message::default_message;
pub use error::{TemplateError, TemplateErrorKind};

use crate::ObjectKey;
use crate::marker::ObjectId;

/// One value that an update writes: Flux's `update.Change` with the place it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The file, relative to `spec.update.path`.
    pub file: String,
    /// The object in that file; empty where the document is no Kubernetes object.
    pub object: ObjectId,
    /// The marker's value: `namespace:name`, with `:tag`, `:name` or `:digest` behind it.
    pub setter: String,
    /// The value before.
    pub old: String,
    /// The value after.
    pub new: String,
}

/// What a message is about.
#[derive(Debug, Clone, Copy)]
pub struct MessageContext<'a> {
    /// The automation that makes the commit: `.AutomationObject`.
    pub automation: &'a ObjectKey,
    /// The changes, by file and line: `.Changed`.
    pub changes: &'a [Change],
    /// `spec.git.commit.messageTemplateValues`: `.Values`.
    pub values: &'a BTreeMap<String, String>,
}

/// A parsed `messageTemplate`.
#[derive(Debug, Clone)]
pub struct MessageTemplate {
    source: String,
    tree: parse::Tree,
}

impl MessageTemplate {
    /// Parses a template.
    ///
    /// # Errors
    /// Whatever Go's parser refuses, unknown functions and variables included; and the functions that Flux offers and
    /// Sluice does not: key generators, ciphers and password hashes.
    pub fn parse(source: &str) -> Result<Self, TemplateError> {
        let tree = parse::parse(source, &functions::known).map_err(|problem| {
            TemplateError::at(TemplateErrorKind::Parse, source, problem.at, problem.message, problem.hint)
        })?;
        Ok(Self { source: source.to_owned(), tree })
    }

    /// The template as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What will fail whenever it is reached: the fields that Flux removed (`.Updated`, `.Changed.ImageResult`). Empty
    /// for a template that is fine as far as can be told without data.
    pub fn check(&self) -> Vec<TemplateError> {
        eval::removed_fields(&self.tree)
            .into_iter()
            .map(|fault| TemplateError::from_fault(&self.source, fault))
            .collect()
    }

    /// Renders the message: the text as Flux would make it, not trimmed.
    ///
    /// # Errors
    /// Whatever fails in Flux (a field that does not exist, an argument of a wrong type, `fail`), and a render that
    /// goes beyond the limits.
    pub fn render(&self, context: &MessageContext<'_>) -> Result<String, TemplateError> {
        eval::render(&self.tree, data::template_data(context))
            .map_err(|fault| TemplateError::from_fault(&self.source, fault))
    }
}
