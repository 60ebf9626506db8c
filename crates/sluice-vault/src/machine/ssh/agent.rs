//! The running ssh agent: whether it answers, which keys it holds, and what it signs by them. What it holds never leaves
//! it.
//!
//! Source: draft-ietf-sshm-ssh-agent: a request is a length and a type; 11 asks for the identities, 12 answers; 13 asks
//! for a signature, 14 answers; 5 is a refusal.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::private_key::string;
use crate::VaultError;
use crate::machine::Machine;
use crate::words::cleaned;

/// An agent is a process near by.
const PATIENCE: Duration = Duration::from_secs(2);
/// Before it signs it may ask its person, or wait for a touch.
const PATIENCE_OF_A_PERSON: Duration = Duration::from_secs(60);
/// The longest answer, as OpenSSH's own agent has it.
const LONGEST: usize = 256 * 1024;
/// How many keys are named in an origin.
const NAMED: usize = 5;

const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;
/// `SSH_AGENT_RSA_SHA2_512`: how RSA keys sign; others take no notice.
const RSA_SHA2_512: u32 = 4;

/// A key that the agent holds: its public half.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentKey {
    /// In SSH's wire form.
    pub blob: Vec<u8>,
    /// What its owner calls it, fit to be shown; may be empty.
    pub comment: String,
}

impl Machine {
    /// What the agent's keys are called; nothing when no agent answers.
    pub(super) async fn agent_keys(&self) -> Option<Vec<String>> {
        let answer = tokio::time::timeout(PATIENCE, self.ask_agent(&[REQUEST_IDENTITIES])).await;
        names(&answer.ok()??)
    }

    /// The keys that the agent holds.
    ///
    /// # Errors
    /// When no agent answers.
    pub async fn agent_identities(&self) -> Result<Vec<AgentKey>, VaultError> {
        let answer = tokio::time::timeout(PATIENCE, self.ask_agent(&[REQUEST_IDENTITIES])).await;
        let answer = answer.ok().flatten().ok_or_else(|| agent_error("does not answer, or does not run"))?;
        identities(&answer).ok_or_else(|| agent_error("answers what is not understood"))
    }

    /// Has the agent sign a message by one of its keys, named by its public half in SSH's wire form; gives the signature
    /// in SSH's wire form. The agent may ask its person first.
    ///
    /// # Errors
    /// When no agent answers, or it refuses.
    pub async fn agent_sign(&self, key: &[u8], message: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut request = vec![SIGN_REQUEST];
        for field in [key, message] {
            // Both are far below 4 GiB.
            request.extend_from_slice(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
            request.extend_from_slice(field);
        }
        request.extend_from_slice(&RSA_SHA2_512.to_be_bytes());
        let answer = tokio::time::timeout(PATIENCE_OF_A_PERSON, self.ask_agent(&request)).await;
        let answer = answer.map_err(|_| agent_error("did not sign within a minute; it may be waiting for you"))?;
        let answer = answer.ok_or_else(|| agent_error("does not answer, or does not run"))?;
        match answer.split_first() {
            Some((&SIGN_RESPONSE, mut rest)) => string(&mut rest).map(<[u8]>::to_vec),
            _ => None,
        }
        .ok_or_else(|| agent_error("refuses to sign by this key; it may not hold it any more"))
    }

    #[cfg(unix)]
    async fn ask_agent(&self, request: &[u8]) -> Option<Vec<u8>> {
        let socket = self.path_from("SSH_AUTH_SOCK")?;
        asked(tokio::net::UnixStream::connect(socket).await.ok()?, request).await
    }

    #[cfg(windows)]
    async fn ask_agent(&self, request: &[u8]) -> Option<Vec<u8>> {
        let pipe = self.variable("SSH_AUTH_SOCK").map(ToOwned::to_owned);
        let pipe = pipe.unwrap_or_else(|| r"\\.\pipe\openssh-ssh-agent".into());
        asked(tokio::net::windows::named_pipe::ClientOptions::new().open(pipe).ok()?, request).await
    }
}

fn agent_error(words: &str) -> VaultError {
    VaultError::Agent { words: words.to_owned() }
}

async fn asked(mut agent: impl AsyncRead + AsyncWrite + Unpin, request: &[u8]) -> Option<Vec<u8>> {
    agent.write_u32(u32::try_from(request.len()).ok()?).await.ok()?;
    agent.write_all(request).await.ok()?;
    agent.flush().await.ok()?;
    let length = usize::try_from(agent.read_u32().await.ok()?).ok().filter(|length| *length <= LONGEST)?;
    let mut answer = vec![0; length];
    agent.read_exact(&mut answer).await.ok()?;
    Some(answer)
}

/// Every key of an answer.
fn identities(answer: &[u8]) -> Option<Vec<AgentKey>> {
    let (IDENTITIES_ANSWER, rest) = answer.split_first().map(|(kind, rest)| (*kind, rest))? else { return None };
    let (count, mut rest) = rest.split_first_chunk::<4>()?;
    let mut keys = Vec::new();
    for _ in 0..u32::from_be_bytes(*count) {
        let (blob, comment) = (string(&mut rest)?, string(&mut rest)?);
        let comment = cleaned(&String::from_utf8_lossy(comment), 200);
        keys.push(AgentKey { blob: blob.to_vec(), comment });
    }
    Some(keys)
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
        for length in 0..whole.len() {
            assert_eq!(identities(&whole[..length]), None, "cut at {length}");
        }
        assert_eq!(names(&[5]), None);
        assert_eq!(names(&[IDENTITIES_ANSWER, 255, 255, 255, 255]), None);
    }
}
