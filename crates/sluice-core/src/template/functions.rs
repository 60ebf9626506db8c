//! Which functions exist: the built-in ones, sprig's, and the ones that are refused.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::call::Function;
use super::parse::Known;
use super::{builtins, sprig};

/// Sprig's functions that make keys, certificates and password hashes. Flux offers them; a commit message is public.
const REFUSED: &[&str] = &[
    "bcrypt",
    "buildCustomCert",
    "decryptAES",
    "derivePassword",
    "encryptAES",
    "genCA",
    "genCAWithKey",
    "genPrivateKey",
    "genSelfSignedCert",
    "genSelfSignedCertWithKey",
    "genSignedCert",
    "genSignedCertWithKey",
    "htpasswd",
];

static FUNCTIONS: LazyLock<HashMap<&'static str, &'static Function>> = LazyLock::new(|| {
    // Later tables win: sprig's `slice` hides the built-in one, as it does in Flux.
    let tables = std::iter::once(builtins::FUNCTIONS).chain(sprig::TABLES.iter().copied());
    tables.flatten().map(|function| (function.name, function)).collect()
});

/// A function by its name.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.get(name).copied()
}

/// What the parser asks about a name.
pub(crate) fn known(name: &str) -> Known {
    if find(name).is_some() {
        return Known::Yes;
    }
    if REFUSED.contains(&name) {
        return Known::Refused {
            message: format!("function {name:?} makes or uses secrets, which have no place in a commit message"),
            hint: "remove the call: commit messages are public and can't be taken back".to_owned(),
        };
    }
    Known::No
}
