//! The names of items in the keychain, made so that a person who looks there recognises them.

/// Under which name the keychain keeps a login.
///
/// All three parts name the item: a changed target or user name is another item. They are those of the credential's
/// record in the store.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ItemName {
    /// The credential's id, which makes the name unique.
    pub id: String,
    /// What it is for: `ghcr.io/acme`, `github.com`.
    pub target: String,
    /// The user name; empty where there is none.
    pub username: String,
}

/// The program's name in the keychain.
pub(crate) const SERVICE: &str = "Sluice";

impl ItemName {
    /// A name from its parts.
    pub fn new(id: impl Into<String>, target: impl Into<String>, username: impl Into<String>) -> Self {
        Self { id: id.into(), target: target.into(), username: username.into() }
    }

    /// What the keychain shows as the account: `robot at ghcr.io/acme (4f2a)`.
    pub(crate) fn account(&self) -> String {
        let Self { id, target, username } = self;
        if username.is_empty() { format!("{target} ({id})") } else { format!("{username} at {target} ({id})") }
    }

    /// What the keychain shows as the item's label: `Sluice: robot at ghcr.io/acme`.
    pub(crate) fn label(&self) -> String {
        let Self { target, username, .. } = self;
        if username.is_empty() { format!("{SERVICE}: {target}") } else { format!("{SERVICE}: {username} at {target}") }
    }
}
