//! GitHub Apps: the proof, the installation, the token.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use sluice_core::Secret;
use sluice_forge::{ForgeAccess, ForgeError, ForgeKind, InstalledAt, Place, app_token};
use sluice_testkit::git::{ClientKey, KeyKind};
use sluice_testkit::github_app::{FakeApp, INSTALLATION, ORGANISATION, PERSON};

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    Timestamp::from_second(i64::try_from(since.as_secs()).expect("it fits")).expect("a time")
}

async fn token(fake: &FakeApp, app: &str, at: InstalledAt, key: &str) -> Result<String, ForgeError> {
    sluice_testkit::install_crypto();
    let place = Place::at(ForgeKind::GitHub, &fake.api()).expect("an address");
    let taken = app_token(&place, &ForgeAccess::default(), app, &at, &Secret::new(key), now()).await?;
    assert!(taken.expires_at > now() + jiff::SignedDuration::from_mins(50), "{}", taken.expires_at);
    Ok(taken.token.expose_str().expect("it is text").to_owned())
}

#[tokio::test]
async fn a_key_is_exchanged_for_a_token_wherever_the_app_is_installed() {
    for kind in [KeyKind::Rsa2048Pkcs1, KeyKind::Rsa3072Pkcs8] {
        let key = ClientKey::new(kind, None);
        let fake = FakeApp::start("12345", &key);
        for at in [
            InstalledAt::Id(INSTALLATION.to_string()),
            InstalledAt::Owner(ORGANISATION.to_owned()),
            InstalledAt::Owner(PERSON.to_owned()),
        ] {
            let taken = token(&fake, "12345", at.clone(), &key.private_pem).await.expect("it is exchanged");
            assert_eq!(fake.tokens().last(), Some(&taken), "{kind:?} {at:?}");
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_an_app_is_told_without_its_key() {
    let (key, other) = (ClientKey::new(KeyKind::Rsa2048Pkcs1, None), ClientKey::new(KeyKind::Rsa2048Pkcs1, None));
    let small = ClientKey::new(KeyKind::EcdsaP256Sec1, None);
    let fake = FakeApp::start("12345", &key);
    let at = || InstalledAt::Id(INSTALLATION.to_string());
    let cut = &key.private_pem[..key.private_pem.len() / 2];
    for (app, at, pem, code) in [
        ("12345", at(), other.private_pem.as_str(), "forge-app-refused"),
        ("54321", at(), key.private_pem.as_str(), "forge-app-refused"),
        ("12345", InstalledAt::Owner("nobody".to_owned()), key.private_pem.as_str(), "forge-not-found"),
        ("12345", InstalledAt::Id("1".to_owned()), key.private_pem.as_str(), "forge-not-found"),
        ("12345", InstalledAt::Id("../orgs".to_owned()), key.private_pem.as_str(), "forge-access-unusable"),
        ("12345", InstalledAt::Owner("a/b".to_owned()), key.private_pem.as_str(), "forge-access-unusable"),
        ("12345", at(), cut, "forge-access-unusable"),
        ("12345", at(), small.private_pem.as_str(), "forge-access-unusable"),
        ("12345", at(), "", "forge-access-unusable"),
    ] {
        let error = token(&fake, app, at, pem).await.expect_err("it is refused");
        assert_eq!(error.code(), code, "{error}");
        let shown = format!("{error} {error:?}");
        let secret = |line: &&str| line.len() > 20 && !line.starts_with('-');
        assert!(!key.private_pem.lines().filter(secret).any(|line| shown.contains(line)), "{shown}");
    }
    assert_eq!(fake.tokens(), Vec::<String>::new());
}
