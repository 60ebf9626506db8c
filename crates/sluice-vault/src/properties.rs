//! What holds for all foreign bytes: nothing that reads them panics, and no secret comes back in words.

use proptest::prelude::*;
use sluice_core::Secret;

use crate::words::redacted;
use crate::{Login, envelope};

/// Bytes that come close to what is expected.
fn close_to(pieces: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::sample::select(pieces).prop_map(<[u8]>::to_vec),
        proptest::collection::vec(any::<u8>(), 0..12),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn sealed_logins_open_as_they_were(username in ".*", password in proptest::collection::vec(any::<u8>(), 0..600)) {
        let login = Login::Basic { username: username.clone(), password: Secret::new(password.clone()) };
        let Ok(Login::Basic { username: name, password: kept }) = envelope::open(&envelope::seal(&login)) else {
            return Err(TestCaseError::fail("another kind"));
        };
        prop_assert_eq!(name, username);
        prop_assert_eq!(kept.expose(), password);
    }

    #[test]
    fn whatever_the_keychain_holds_is_opened_or_refused(bytes in close_to(&[b"sluice\x01", b"\x01", b"\x04", b"\0\0\0\x01", b"\xff\xff\xff\xff"])) {
        // It must not panic; both outcomes are fine.
        let _ = envelope::open(&Secret::new(bytes));
    }

    #[test]
    fn a_complaint_never_gives_a_strange_word_away(before in "[a-z ]{0,20}", secret in "[a-z]{4}[0-9a-zA-Z_-]{4,20}", after in "[a-z ]{0,20}") {
        // Some of these secrets are words of complaints with a tail; a digit makes sure that they are none.
        let secret = format!("{secret}7x");
        let shown = redacted(&format!("{before} {secret} {after}"), b"", &[]);
        prop_assert!(!shown.contains(&secret), "{}", shown);
    }
}
