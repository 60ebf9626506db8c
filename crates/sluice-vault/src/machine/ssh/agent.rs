//! The running ssh agent: whether it answers, and which keys it holds. What it holds never leaves it.
//!
//! Source: draft-ietf-sshm-ssh-agent: a request is a length and a type; 11 asks for the identities, 12 answers.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::private_key::string;
use crate::machine::Machine;
use crate::words::cleaned;

/// An agent is a process near by.
const PATIENCE: Duration = Duration::from_secs(2);
/// The longest answer, as OpenSSH's own agent has it.
const LONGEST: usize = 256 * 1024;
/// How many keys are named in an origin.
const NAMED: usize = 5;

const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;

impl Machine {
    /// What the agent's keys are called; nothing when no agent answers.
    pub(super) async fn agent_keys(&self) -> Option<Vec<String>> {
        tokio::time::timeout(PATIENCE, self.ask_agent()).await.ok().flatten()
    }

    #[cfg(unix)]
    async fn ask_agent(&self) -> Option<Vec<String>> {
        let socket = self.path_from("SSH_AUTH_SOCK")?;
        identities(tokio::net::UnixStream::connect(socket).await.ok()?).await
    }

    #[cfg(windows)]
    async fn ask_agent(&self) -> Option<Vec<String>> {
        let pipe = self.variable("SSH_AUTH_SOCK").map(ToOwned::to_owned);
        let pipe = pipe.unwrap_or_else(|| r"\\.\pipe\openssh-ssh-agent".into());
        identities(tokio::net::windows::named_pipe::ClientOptions::new().open(pipe).ok()?).await
    }
}

async fn identities(mut agent: impl AsyncRead + AsyncWrite + Unpin) -> Option<Vec<String>> {
    agent.write_all(&[0, 0, 0, 1, REQUEST_IDENTITIES]).await.ok()?;
    let length = usize::try_from(agent.read_u32().await.ok()?).ok().filter(|length| *length <= LONGEST)?;
    let mut answer = vec![0; length];
    agent.read_exact(&mut answer).await.ok()?;
    names(&answer)
}

/// The comments of the keys, or their kinds where there is no comment.
fn names(answer: &[u8]) -> Option<Vec<String>> {
    let (IDENTITIES_ANSWER, rest) = answer.split_first().map(|(kind, rest)| (*kind, rest))? else { return None };
    let (count, mut rest) = rest.split_first_chunk::<4>()?;
    let count = u32::from_be_bytes(*count);
    let mut names = Vec::new();
    for number in 0..count {
        if names.len() == NAMED {
            names.push(format!("{} more", count - number));
            break;
        }
        let (blob, comment) = (string(&mut rest)?, string(&mut rest)?);
        let kind = String::from_utf8_lossy(string(&mut { blob }).unwrap_or_default());
        let comment = String::from_utf8_lossy(comment);
        names.push(cleaned(if comment.trim().is_empty() { &kind } else { &comment }, 60));
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(keys: &[(&str, &str)]) -> Vec<u8> {
        let string = |text: &[u8]| [&(text.len() as u32).to_be_bytes(), text].concat();
        let mut bytes = vec![IDENTITIES_ANSWER];
        bytes.extend((keys.len() as u32).to_be_bytes());
        for (kind, comment) in keys {
            bytes.extend(string(&string(kind.as_bytes())));
            bytes.extend(string(comment.as_bytes()));
        }
        bytes
    }

    #[test]
    fn keys_are_called_by_their_comments() {
        assert_eq!(names(&answer(&[])), Some(vec![]));
        let two = [("ssh-ed25519", "me@laptop"), ("ssh-rsa", "")];
        assert_eq!(names(&answer(&two)), Some(vec!["me@laptop".into(), "ssh-rsa".into()]));
        let names_of_seven = names(&answer(&[("ssh-rsa", "key"); 7])).expect("an answer");
        assert_eq!(names_of_seven.last().map(String::as_str), Some("2 more"));
    }

    #[test]
    fn what_is_no_answer_is_none() {
        let whole = answer(&[("ssh-ed25519", "me@laptop")]);
        for length in 0..whole.len() {
            assert_eq!(names(&whole[..length]), None, "cut at {length}");
        }
        assert_eq!(names(&[5]), None);
        assert_eq!(names(&[IDENTITIES_ANSWER, 255, 255, 255, 255]), None);
    }
}
