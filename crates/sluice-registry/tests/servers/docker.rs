//! Debian's docker-registry, open and closed, encrypted and not.

use sluice_core::Secret;
use sluice_registry::{Access, ClientIdentity, Credential, Reference, RegistryError, SignIn, SignInKind, TagListing};
use sluice_testkit::registry::{
    Authority, DockerAuth, DockerOptions, DockerRegistry, DockerTls, Image, TokenOptions, TokenServer,
};

use crate::common::{CANARY, client, describe, digest, image, list, me, tag, texts, told, trusting};

#[tokio::test]
async fn tags_digests_and_descriptions_come_from_an_open_registry() {
    let registry = DockerRegistry::open();
    let first = registry.push("team/app", "1.0.0");
    registry.push("team/app", "1.0.1");
    let (client, access, name) = (client(), Access::anonymous(), registry.image("team/app"));

    let tags = list(&client, &name, &access).await.expect("tags");
    let mut found = texts(&tags);
    found.sort_unstable();
    assert_eq!(found, ["1.0.0", "1.0.1"]);
    assert!(!tags.may_be_truncated);
    assert_eq!(client.digest(&image(&name), &tag("1.0.0"), &access).await, Ok(digest(&first)));

    let described = describe(&client, &name, "1.0.0", &access).await.expect("a description");
    assert_eq!(described.digest, digest(&first));
    assert_eq!(described.created.map(|time| time.to_string()).as_deref(), Some("2026-11-20T10:00:00Z"));
    assert_eq!(described.labels["org.opencontainers.image.title"], "team/app");
    let by_digest = client
        .describe(&image(&name), Reference::Digest(&digest(&first)), &access, &|_| false)
        .await
        .expect("a description");
    assert_eq!(by_digest.digest(), &digest(&first));

    let ping = client.ping(&registry.address(), &access).await.expect("an answer");
    assert_eq!((ping.kind, ping.sign_in, ping.encrypted), (SignInKind::Open, SignIn::NotAsked, false));
    assert_eq!(ping.url, format!("{}/v2/", registry.url()));
}

#[tokio::test]
async fn what_is_not_there_is_told_apart() {
    let registry = DockerRegistry::open();
    registry.push("app", "1");
    let (client, access) = (client(), Access::anonymous());
    let no_repository = list(&client, &registry.image("nothing"), &access).await.expect_err("no repository");
    assert_eq!(no_repository.code(), "registry-repository-not-found");
    told(&no_repository, &format!("{}/nothing", registry.address()), &["does not exist", "NAME_UNKNOWN"]);

    let name = image(&registry.image("app"));
    let no_tag = client.digest(&name, &tag("2"), &access).await.expect_err("no tag");
    assert_eq!(no_tag.code(), "registry-image-not-found");
    told(&no_tag, &registry.address(), &["app `2` does not exist"]);

    registry.delete_tag("app", "1");
    let left = list(&client, &registry.image("app"), &access).await.expect("a repository without tags");
    assert!(left.tags.is_empty() && !left.may_be_truncated);
}

#[tokio::test]
async fn an_index_of_platforms_is_described_by_its_image_for_linux() {
    let registry = DockerRegistry::open();
    let arm = Image::new("2026-01-01T00:00:00Z").platform("linux/arm64");
    let amd = Image::new("2026-02-02T00:00:00Z").platform("linux/amd64").label("a", "b").layer(vec![7; 1000]);
    let pushed = registry.push_index("app", "1", &[arm, amd.clone()]);
    let described = describe(&client(), &registry.image("app"), "1", &Access::anonymous()).await.expect("an image");
    assert_eq!(described.digest, digest(&pushed));
    let platforms: Vec<String> = described.platforms.iter().map(ToString::to_string).collect();
    assert_eq!(platforms, ["linux/arm64", "linux/amd64"]);
    let rendered = amd.render();
    assert_eq!(described.size_bytes, Some(rendered.size));
    assert_eq!(described.described, Some(digest(&rendered.digest)));
    assert_eq!(described.created.map(|time| time.to_string()).as_deref(), Some("2026-02-02T00:00:00Z"));
}

#[tokio::test]
async fn a_name_and_password_are_taken_or_refused() {
    let registry = DockerRegistry::basic("me", CANARY);
    let pushed = registry.push("app", "1");
    let (client, name) = (client(), registry.image("app"));
    assert_eq!(texts(&list(&client, &name, &me()).await.expect("tags")), ["1"]);
    assert_eq!(client.digest(&image(&name), &tag("1"), &me()).await, Ok(digest(&pushed)));
    let ping = client.ping(&registry.address(), &me()).await.expect("an answer");
    assert_eq!((ping.kind, ping.sign_in), (SignInKind::Basic, SignIn::Accepted));

    let nobody = list(&client, &name, &Access::anonymous()).await.expect_err("nobody signed in");
    assert!(matches!(nobody, RegistryError::Unauthorized { origin: None, .. }), "{nobody}");
    told(&nobody, &registry.address(), &["wants a credential", "UNAUTHORIZED"]);

    let wrong = Access { origin: "docker config".into(), ..Access::basic("me", Secret::new("canary, but wrong")) };
    let refused = list(&client, &name, &wrong).await.expect_err("a wrong password");
    told(&refused, &registry.address(), &["refuses the credential from docker config"]);
    assert_eq!(texts(&list(&client, &name, &me()).await.expect("the right password still works")), ["1"]);
}

#[tokio::test]
async fn a_token_is_fetched_once_and_serves_all_that_it_is_for() {
    let server =
        TokenServer::start(TokenOptions { user: Some(("me".into(), CANARY.into())), ..TokenOptions::default() });
    let registry = DockerRegistry::tokens(&server);
    let pushed = registry.push("team/app", "1");
    let (client, name) = (client(), registry.image("team/app"));
    assert_eq!(texts(&list(&client, &name, &me()).await.expect("tags")), ["1"]);
    assert_eq!(client.digest(&image(&name), &tag("1"), &me()).await, Ok(digest(&pushed)));
    describe(&client, &name, "1", &me()).await.expect("a description");
    assert_eq!(server.issued(), 1);
    let asked = &server.requests()[0];
    assert_eq!(asked.parameter("service").as_deref(), Some("test registry"));
    assert_eq!(asked.parameter("scope").as_deref(), Some("repository:team/app:pull"));
    assert_eq!(asked.parameter("account").as_deref(), Some("me"));

    list(&client, &name, &Access::anonymous()).await.expect("anybody may pull");
    assert_eq!(server.issued(), 2);
    let ping = client.ping(&registry.address(), &me()).await.expect("an answer");
    assert_eq!((ping.kind, ping.sign_in), (SignInKind::Token { realm: server.realm() }, SignIn::Accepted));
}

#[tokio::test]
async fn many_who_need_the_same_token_fetch_it_once() {
    let server = TokenServer::start(TokenOptions::default());
    let registry = DockerRegistry::tokens(&server);
    registry.push("app", "1");
    let (client, access, name) = (client(), Access::anonymous(), registry.image("app"));
    let all = (0..16).map(|_| list(&client, &name, &access));
    for tags in futures_util::future::join_all(all).await {
        assert_eq!(texts(&tags.expect("tags")), ["1"]);
    }
    assert_eq!(server.issued(), 1);
}

#[tokio::test]
async fn a_wrong_password_is_told_by_the_token_server_s_words() {
    let server = TokenServer::start(TokenOptions { user: Some(("me".into(), "other".into())), ..Default::default() });
    let registry = DockerRegistry::tokens(&server);
    registry.push("app", "1");
    let client = client();
    let refused = list(&client, &registry.image("app"), &me()).await.expect_err("a wrong password");
    let RegistryError::SignIn { status: 401, origin: Some(origin), .. } = &refused else { panic!("{refused}") };
    assert_eq!(origin, "a test");
    told(&refused, &registry.address(), &["incorrect username or password", &server.realm()]);

    server.set(TokenOptions { anonymous: false, ..TokenOptions::default() });
    let nobody = list(&client, &registry.image("app"), &Access::anonymous()).await.expect_err("nobody");
    assert!(matches!(nobody, RegistryError::SignIn { origin: None, .. }), "{nobody}");
}

#[tokio::test]
async fn an_identity_token_is_exchanged_by_post() {
    let server = TokenServer::start(TokenOptions {
        identity_token: Some(CANARY.into()),
        anonymous: false,
        ..TokenOptions::default()
    });
    let registry = DockerRegistry::tokens(&server);
    registry.push("app", "1");
    let identity = || Credential::IdentityToken(Secret::new(CANARY));
    let as_helpers_say = || Credential::Basic { username: "<token>".into(), password: Secret::new(CANARY) };
    for credential in [identity(), as_helpers_say()] {
        let access = Access { credential: Some(credential), ..Access::default() };
        assert_eq!(texts(&list(&client(), &registry.image("app"), &access).await.expect("tags")), ["1"]);
        let asked = server.requests().pop().expect("a request");
        assert_eq!(asked.line(), "POST /token");
        assert_eq!(asked.field("service").as_deref(), Some("test registry"));
    }
    server.set(TokenOptions { anonymous: false, ..TokenOptions::default() });
    let access = Access { credential: Some(identity()), origin: "a test".into(), ..Access::default() };
    let refused = list(&client(), &registry.image("app"), &access).await.expect_err("not known any more");
    told(&refused, &registry.address(), &["signing in", "401"]);
}

#[tokio::test]
async fn a_registry_token_of_the_caller_s_own_is_sent_as_it_is() {
    let server = TokenServer::start(TokenOptions::default());
    let registry = DockerRegistry::tokens(&server);
    registry.push("app", "1");
    let with = |token: &str| Access {
        credential: Some(Credential::Bearer(Secret::new(token))),
        origin: "docker config".into(),
        ..Access::default()
    };
    let name = registry.image("app");
    let good = with(&server.token(&["repository:app:pull"]));
    assert_eq!(texts(&list(&client(), &name, &good).await.expect("tags")), ["1"]);
    let refused = list(&client(), &name, &with("eyJ-not-a-token")).await.expect_err("no token");
    told(&refused, &registry.address(), &["refuses the credential from docker config"]);
    assert_eq!(server.issued(), 0, "nobody asked for another token");
}

#[tokio::test]
async fn only_those_who_know_the_authority_trust_an_encrypted_registry() {
    let authority = Authority::new("ours");
    let tls = Some(DockerTls { authority: &authority, clients: None });
    let auth = DockerAuth::Basic { username: "me", password: CANARY };
    let registry = DockerRegistry::with(&DockerOptions { auth, tls });
    registry.push("app", "1");
    let (client, name) = (client(), registry.image("app"));
    assert_eq!(texts(&list(&client, &name, &trusting(&authority, me())).await.expect("tags")), ["1"]);

    for insecure_http in [false, true] {
        let stranger = Access { insecure_http, ..me() };
        let refused = list(&client, &name, &stranger).await.expect_err("an unknown authority");
        assert!(matches!(refused, RegistryError::Tls { .. }), "{refused:?}");
        told(&refused, &registry.address(), &["TLS", "certificate"]);
    }
    let other = Authority::new("another");
    let refused = list(&client, &name, &trusting(&other, me())).await.expect_err("another authority");
    assert_eq!(refused.code(), "registry-tls-failed");
}

#[tokio::test]
async fn a_certificate_of_our_own_is_shown_where_one_is_wanted() {
    let (servers, clients) = (Authority::new("servers"), Authority::new("clients"));
    let tls = Some(DockerTls { authority: &servers, clients: Some(&clients) });
    let registry = DockerRegistry::with(&DockerOptions { auth: DockerAuth::Open, tls });
    registry.push("app", "1");
    let own = clients.client("me");
    let identity =
        ClientIdentity { certificate_pem: own.certificate_pem.into_bytes(), key_pem: Secret::new(own.key_pem) };
    let known = Access { client_identity: Some(identity), ..trusting(&servers, Access::default()) };
    let (client, name) = (client(), registry.image("app"));
    assert_eq!(texts(&list(&client, &name, &known).await.expect("tags")), ["1"]);
    let stranger = trusting(&servers, Access::default());
    let refused = list(&client, &name, &stranger).await.expect_err("no certificate");
    // Whether the server's alert is seen before it hangs up is chance.
    let hung_up = matches!(refused, RegistryError::Unreachable { .. });
    assert!(hung_up || matches!(refused, RegistryError::Tls { .. }), "{refused:?}");
    told(&refused, &registry.address(), &["https://", "ertificate"]);
}

#[tokio::test]
async fn a_registry_that_went_away_is_asked_again_when_it_is_back() {
    let mut registry = DockerRegistry::open();
    registry.push("app", "1");
    let (client, access, name) = (client(), Access::anonymous(), registry.image("app"));
    list(&client, &name, &access).await.expect("tags");
    registry.stop();
    let gone = list(&client, &name, &access).await.expect_err("nobody there");
    assert!(matches!(gone, RegistryError::Unreachable { .. }) && gone.is_transient(), "{gone:?}");
    told(&gone, &registry.address(), &["no connection"]);
    registry.start();
    let listing = client.list_tags(&image(&name), &access, None).await.expect("tags");
    assert!(matches!(listing, TagListing::Tags(_)));
}
