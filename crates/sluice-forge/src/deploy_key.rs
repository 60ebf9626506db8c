//! Deploy keys, as every forge knows them.

use jiff::Timestamp;

/// A key that a repository knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployKey {
    /// The forge's number of it.
    pub id: u64,
    /// What it is called there.
    pub title: String,
    /// The public half: kind and key, perhaps a comment.
    pub public: String,
    /// Whether a push by it is let through.
    pub may_write: bool,
    /// Whether the forge takes it at all (an organisation may have switched deploy keys off).
    pub is_enabled: bool,
    /// When it was registered.
    pub created_at: Option<Timestamp>,
}

/// A key to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeployKey {
    /// What it is to be called.
    pub title: String,
    /// The public half, a line as `authorized_keys` has it.
    pub public: String,
    /// Whether pushes by it are to be let through.
    pub may_write: bool,
}

impl DeployKey {
    /// Whether it is this public key; comments don't count.
    pub fn is(&self, public: &str) -> bool {
        let parts = |line: &str| {
            let mut words = line.split_ascii_whitespace();
            Some((words.next()?.to_owned(), words.next()?.to_owned()))
        };
        parts(&self.public).is_some_and(|own| Some(own) == parts(public))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_whatever_its_comment_says() {
        let key = |public: &str| DeployKey {
            id: 1,
            title: String::new(),
            public: public.to_owned(),
            may_write: false,
            is_enabled: true,
            created_at: None,
        };
        assert!(key("ssh-ed25519 AAAA me@laptop").is("ssh-ed25519  AAAA"));
        assert!(!key("ssh-ed25519 AAAA").is("ssh-ed25519 AAAB"));
        assert!(!key("ssh-ed25519 AAAA").is("ssh-rsa AAAA"));
        assert!(!key("").is(""));
    }
}
