//! Reading what a person names on the command line: a file, or `-` for standard input; and what they answer.

use std::io::{BufRead as _, IsTerminal as _, Read};
use std::path::Path;

use crate::error::CliError;

/// The most that a list of tags, a template or a list of changes may hold: 64 MiB, the same as a registry's answer.
const MOST: u64 = 64 * 1024 * 1024;

/// The text of a file, or of standard input for `-`.
pub(crate) fn read_text(file: &Path) -> Result<String, CliError> {
    let failed = |source| CliError::Read { path: file.to_owned(), source };
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().lock().take(MOST + 1).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        std::fs::File::open(file).and_then(|open| open.take(MOST + 1).read_to_end(&mut bytes)).map_err(failed)?;
    }
    if bytes.len() as u64 > MOST {
        let message = format!("{} holds more than {} MiB", file.display(), MOST / 1024 / 1024);
        return Err(CliError::invalid("input-too-large", message, "give a shorter list"));
    }
    String::from_utf8(bytes).map_err(|_| {
        CliError::invalid("not-utf-8", format!("{} is not UTF-8 text", file.display()), "save the file as UTF-8")
    })
}

/// Asks a question on standard error; whether the answer is yes. Where nobody is there to answer, it is no.
pub(crate) fn asked(question: &str) -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    crate::output::say(question);
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}
