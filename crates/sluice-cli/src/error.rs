//! What can go wrong on the command line itself. Errors of the core and the engine arrive here with their own words.

use std::path::PathBuf;

use serde::Serialize;
use sluice_demo::DemoError;
use sluice_engine::EngineError;
use sluice_engine::folder::FolderError;

use crate::exit::Exit;
use crate::output::{Format, Tone, visible};

/// An error of the command line. Each prints as one sentence, with a hint where there is something to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The command line cannot be understood, or its parts don't fit together.
    #[error("{message}")]
    Usage {
        /// What does not fit.
        message: String,
    },
    /// A value given by a person or a file is not valid.
    #[error("{message}")]
    Invalid {
        /// The stable name of what is wrong.
        code: &'static str,
        /// What is wrong, naming the value.
        message: String,
        /// What would be right.
        hint: Option<String>,
    },
    /// A path that was named does not exist or can't be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's word.
        source: std::io::Error,
    },
    /// A folder of manifests cannot be read or written as asked.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The result cannot be written as JSON or YAML.
    #[error("cannot print the result as {format}: {cause}")]
    Print {
        /// `json` or `yaml`.
        format: &'static str,
        /// The serialiser's word.
        cause: String,
    },
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The demo's servers.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// The operating system does not give what the process needs.
    #[error("sluice cannot start {what}: {source}")]
    Start {
        /// What.
        what: &'static str,
        /// The operating system's word.
        source: std::io::Error,
    },
    /// Standard output was closed by its reader (`sluice … | head`): nobody is left to tell.
    #[error("standard output was closed")]
    OutputClosed,
}

impl CliError {
    /// Invalid input with what would be right.
    pub(crate) fn invalid(code: &'static str, message: impl ToString, hint: impl Into<String>) -> Self {
        Self::Invalid { code, message: message.to_string(), hint: Some(hint.into()) }
    }

    /// The stable kebab-case name of the error.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Usage { .. } => "usage",
            Self::Invalid { code, .. } => code,
            Self::Read { .. } => "read-failed",
            Self::Folder(error) => error.code(),
            Self::Print { .. } => "print-failed",
            Self::Engine(error) => error.code(),
            Self::Demo(_) => "demo",
            Self::Start { .. } => "start-failed",
            Self::OutputClosed => "output-closed",
        }
    }

    /// The next step, where there is one.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { .. } => {
                Some("`sluice --help` lists the verbs, `sluice VERB --help` shows examples".to_owned())
            }
            Self::Invalid { hint, .. } => hint.clone(),
            Self::Read { path, source } if source.kind() == std::io::ErrorKind::NotFound => {
                Some(format!("nothing exists at {}; check the spelling and the current folder", path.display()))
            }
            Self::Engine(error) => error.hint(),
            Self::Folder(error) => Some(error.hint()),
            Self::Read { .. } | Self::Print { .. } | Self::Demo(_) | Self::Start { .. } | Self::OutputClosed => None,
        }
    }

    /// How the process ends.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage { .. } | Self::Invalid { .. } => Exit::Invalid,
            // Naming a path that does not exist is invalid input; a path that fails under our hands is a failure.
            Self::Read { source, .. } | Self::Folder(FolderError::Read { source, .. })
                if source.kind() == std::io::ErrorKind::NotFound =>
            {
                Exit::Invalid
            }
            Self::Folder(FolderError::NotYaml { .. }) => Exit::Invalid,
            Self::Engine(error) if is_invalid_input(error) => Exit::Invalid,
            Self::Folder(_)
            | Self::Engine(_)
            | Self::Demo(_)
            | Self::Start { .. }
            | Self::Read { .. }
            | Self::Print { .. }
            | Self::OutputClosed => Exit::Failed,
        }
    }

    /// Prints the error on standard error: `error: …` and `hint: …`, or one JSON or YAML object.
    pub(crate) fn report(&self, format: Format) {
        let (message, hint) = (self.to_string(), self.hint());
        let text = if format.is_machine_readable() {
            let wire = Wire { error: WireError { code: self.code(), message: &message, hint: hint.as_deref() } };
            format.encode(&wire).unwrap_or_else(|_| message.clone())
        } else {
            let mut text = format!("{} {}", Tone::Bad.paint("error:"), visible(&message));
            if let Some(hint) = hint {
                text.push_str(&format!("\n{} {}", Tone::Note.paint("hint:"), visible(&hint)));
            }
            text
        };
        crate::output::say(&text);
    }
}

/// Whether the person named something that is not there or is not valid; nothing was tried then.
fn is_invalid_input(error: &EngineError) -> bool {
    matches!(
        error,
        EngineError::NoSource { .. }
            | EngineError::NotFound { .. }
            | EngineError::Ambiguous { .. }
            | EngineError::InClusters { .. }
            | EngineError::Invalid { .. }
            | EngineError::Key { .. }
            | EngineError::Settings(_)
            | EngineError::NoHome(_)
    )
}

/// The shape of an error with `-o json`.
#[derive(Serialize)]
struct Wire<'a> {
    error: WireError<'a>,
}

#[derive(Serialize)]
struct WireError<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
}
