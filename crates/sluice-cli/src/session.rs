//! What a verb needs to use the engine: the engine itself, a runtime for it, the person's name.

use std::future::Future;

use sluice_core::ObjectKey;
use sluice_engine::{Engine, EngineError, EngineOptions, PassphrasePrompt, Paths};

use crate::arguments::Global;
use crate::command::read_secret_file;
use crate::error::CliError;
use crate::prompt::{hidden, is_attended};

/// An open engine.
pub(crate) struct Session {
    /// The engine.
    pub(crate) engine: Engine,
    runtime: tokio::runtime::Runtime,
}

impl Session {
    /// Opens the engine on the person's files, or on those that the options name.
    pub(crate) fn open(global: &Global) -> Result<Self, CliError> {
        let paths = Paths::find(global.config.as_deref(), global.data_dir.as_deref()).map_err(EngineError::from)?;
        let runtime = runtime()?;
        let passphrase = (global.vault_passphrase_file.is_none() && is_attended()).then(vault_prompt);
        let options = EngineOptions { passphrase, ..EngineOptions::of_this_machine(paths) };
        let engine = runtime.block_on(Engine::open(options))?;
        if let Some(file) = &global.vault_passphrase_file
            && engine.settings().vault.file.is_some()
        {
            let passphrase = read_secret_file(file)?;
            runtime.block_on(engine.unlock_keychain(Some(passphrase)))?;
        }
        Ok(Self { engine, runtime })
    }

    /// Runs a verb's work to its end.
    pub(crate) fn run<T>(&self, work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
        self.runtime.block_on(work)
    }
}

/// Asks for the passphrase of the encrypted vault when a secret in it is needed first.
fn vault_prompt() -> PassphrasePrompt {
    PassphrasePrompt::new(|path, is_again| {
        let again = if is_again { "That was not it. " } else { "" };
        hidden(&format!("{again}Passphrase of the vault {}", path.display())).ok()
    })
}

/// The runtime of a verb.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| CliError::Start { what: "its threads", source })
}

/// Who acts, for the audit log: the login name.
pub(crate) fn person() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_else(|| "somebody".to_owned())
}

/// Reads `NS/NAME` on the command line.
pub(crate) fn object(text: &str) -> Result<ObjectKey, String> {
    ObjectKey::parse(text).map_err(|error| error.to_string())
}
