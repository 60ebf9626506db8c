//! Registering, finding, changing and removing keys at every forge.

use sluice_core::Secret;
use sluice_forge::{Forge, ForgeAccess, ForgeError, ForgeKind, Registered, detect};
use sluice_testkit::forge::FakeForge;
use sluice_testkit::http::Reply;
use sluice_testkit::registry::Authority;

use crate::{FLAVOURS, PUBLIC, TOKEN, forge, new_key, place};

#[tokio::test]
async fn a_key_is_registered_found_and_removed_at_every_forge() {
    for flavour in FLAVOURS {
        let fake = FakeForge::start(flavour, "acme/fleet", TOKEN);
        let forge = forge(&fake);
        assert_eq!(forge.find("acme/fleet.git", PUBLIC).await, Ok(None), "{flavour:?}");
        let registered = forge.register("acme/fleet.git", &new_key(true)).await.expect("it is registered");
        assert!(matches!(registered, Registered::New(_)) && registered.key().may_write, "{flavour:?}: {registered:?}");
        let keys = fake.keys();
        assert_eq!(
            (keys[0].title.as_str(), keys[0].key.as_str(), keys[0].may_write),
            ("sluice on a desk", PUBLIC, true)
        );

        // The comment may differ; a second wish changes nothing.
        let other_comment = PUBLIC.replace("sluice", "somebody");
        let found = forge.find("/acme/fleet", &other_comment).await.expect("an answer").expect("it is there");
        assert_eq!(found.id, registered.key().id);
        let again = forge.register("acme/fleet.git", &new_key(true)).await.expect("it is there already");
        assert!(matches!(again, Registered::Already(_)), "{flavour:?}: {again:?}");
        forge.remove("acme/fleet.git", found.id).await.expect("it is removed");
        assert_eq!(fake.keys(), []);
        let gone = forge.remove("acme/fleet.git", found.id).await.expect_err("it is gone");
        assert!(matches!(gone, ForgeError::NotFound { .. }), "{gone}");
    }
}

#[tokio::test]
async fn a_read_only_key_is_known_before_a_push_and_allowed_to_write() {
    for flavour in FLAVOURS {
        let fake = FakeForge::start(flavour, "acme/fleet", TOKEN);
        fake.add("flux", PUBLIC, false);
        let forge = forge(&fake);
        let found = forge.find("acme/fleet", PUBLIC).await.expect("an answer").expect("it is there");
        assert!(!found.may_write, "{flavour:?}");
        assert!(matches!(forge.register("acme/fleet", &new_key(false)).await, Ok(Registered::Already(_))));
        let allowed = forge.register("acme/fleet", &new_key(true)).await.expect("it is allowed");
        assert!(matches!(allowed, Registered::Allowed(_)), "{flavour:?}: {allowed:?}");
        let keys = fake.keys();
        assert!(keys.len() == 1 && keys[0].may_write, "{flavour:?}: {keys:?}");
    }
}

#[tokio::test]
async fn where_a_key_has_to_be_made_anew_and_cannot_be_it_stays_as_it_was() {
    let fake = FakeForge::start(FLAVOURS[0], "acme/fleet", TOKEN);
    fake.add("flux", PUBLIC, false);
    let forge = forge(&fake);
    let answers = [
        Reply::json(format!("[{}]", serde_json::json!({ "id": 1, "key": PUBLIC, "title": "flux", "read_only": true }))),
        Reply::status(204),
        Reply::json(r#"{"message":"Write access is not allowed here"}"#).with_status(403),
    ];
    fake.answer_next(answers);
    let refused = forge.register("acme/fleet", &new_key(true)).await.expect_err("writing is not allowed");
    assert!(
        matches!(&refused, ForgeError::NotAllowed { words, .. } if words.contains("not allowed here")),
        "{refused}"
    );
    let last = fake.server().requests().pop().expect("there were requests");
    assert_eq!((last.method.as_str(), last.path.as_str()), ("POST", "/api/v3/repos/acme/fleet/keys"));
    let form: serde_json::Value = serde_json::from_slice(&last.body).expect("JSON");
    assert_eq!((&form["title"], &form["read_only"]), (&"flux".into(), &true.into()), "the key is registered as before");
}

#[tokio::test]
async fn every_page_of_a_long_list_is_read() {
    for flavour in FLAVOURS {
        let fake = FakeForge::with(flavour, "acme/fleet", TOKEN, None, 3);
        for number in 0..10 {
            fake.add(&format!("key {number}"), &format!("ssh-ed25519 AAAA{number}"), number % 2 == 0);
        }
        let keys = forge(&fake).deploy_keys("acme/fleet").await.expect("a list");
        let titles: Vec<_> = keys.iter().map(|key| key.title.clone()).collect();
        assert_eq!(titles, (0..10).map(|number| format!("key {number}")).collect::<Vec<_>>(), "{flavour:?}");
        assert_eq!(fake.server().requests().len(), 4, "{flavour:?}");
    }
}

#[tokio::test]
async fn groups_below_groups_are_repositories_at_gitlab_alone() {
    let fake = FakeForge::start(FLAVOURS[1], "acme/platform/fleet", TOKEN);
    forge(&fake).register("acme/platform/fleet.git", &new_key(true)).await.expect("it is registered");
    let asked = fake.server().requests().pop().expect("there were requests");
    assert_eq!(asked.path, "/api/v4/projects/acme%2Fplatform%2Ffleet/deploy_keys");
    let github = FakeForge::start(FLAVOURS[0], "acme/fleet", TOKEN);
    let refused = forge(&github).deploy_keys("acme/platform/fleet").await.expect_err("GitHub has no groups");
    assert!(matches!(refused, ForgeError::BadRepository { .. }), "{refused}");
    assert_eq!(github.server().requests().len(), 0, "nothing was asked");
}

#[tokio::test]
async fn an_installation_of_ones_own_is_recognised_without_showing_the_token() {
    sluice_testkit::install_crypto();
    let authority = Authority::new("acme");
    for (flavour, kind) in
        FLAVOURS.into_iter().zip([ForgeKind::GitHub, ForgeKind::GitLab, ForgeKind::Gitea, ForgeKind::Gitea])
    {
        let fake = FakeForge::with(flavour, "acme/fleet", TOKEN, Some(&authority), 100);
        let access = || ForgeAccess {
            ca_pem: Some(authority.pem().into_bytes()),
            ..ForgeAccess::with(Secret::new(TOKEN), "a test")
        };
        let found = detect(&fake.server().address(), &access()).await.expect("it is recognised");
        assert_eq!((found.kind, found.api.as_str().trim_end_matches('/')), (kind, fake.api().as_str()), "{flavour:?}");
        let asked = fake.server().requests();
        assert!(asked.iter().all(|request| request.authorization().is_none()), "the token was shown");
        let forge = Forge::new(&place(&fake), &access()).expect("it can be spoken to");
        assert_eq!(forge.deploy_keys("acme/fleet").await, Ok(Vec::new()));

        let untrusted =
            detect(&fake.server().address(), &ForgeAccess::default()).await.expect_err("nobody knows the authority");
        assert!(matches!(untrusted, ForgeError::Certificate { .. }), "{untrusted}");
    }
}
