//! Over HTTPS: `git http-backend` with a certificate of an authority of our own.

use sluice_core::Secret;
use sluice_core::diagnosis::Code;
use sluice_git::{
    CertificateFacts, CertificateProblem, ClientIdentity, GitAccess, GitCredential, GitError, ProxyAddress,
};
use sluice_testkit::git::{BareRepository, HttpGit, HttpGitOptions, HttpUser};
use sluice_testkit::http::{ForwardProxy, HttpServer, Reply};
use sluice_testkit::registry::Authority;

use crate::{Place, by_password, onto_main};

struct Served {
    repository: BareRepository,
    server: HttpGit,
    authority: Authority,
}

impl Served {
    fn to(users: Vec<HttpUser>) -> Self {
        let repository = BareRepository::with_files("fleet", &[("app.yaml", "image: app:1.0.0\n")]);
        let authority = Authority::new("servers");
        let options = HttpGitOptions { authority: Some(&authority), users, ..HttpGitOptions::default() };
        let server = HttpGit::start(repository.root(), &options);
        Self { repository, server, authority }
    }

    fn place(&self) -> Place {
        Place::of(&self.server.url(&self.repository.path()))
    }

    fn trusted(&self, access: GitAccess) -> GitAccess {
        GitAccess { ca_pem: Some(self.authority.pem().into_bytes()), ..access }
    }
}

fn release(place: &Place, access: &GitAccess) -> Result<String, GitError> {
    let tip = place.fetch(access)?.refs.branch("main").expect("main is there");
    let commit = place.commit(tip, "app.yaml", "image: app:1.0.1\n");
    place.push(&onto_main(commit, tip), access)?;
    Ok(commit.to_string())
}

#[test]
fn a_name_and_password_read_and_write() {
    let served = Served::to(vec![HttpUser::writer("me", "pass:wörd")]);
    let commit = release(&served.place(), &served.trusted(by_password("me", "pass:wörd"))).unwrap();
    assert_eq!(served.repository.tip("main"), commit);
    assert_eq!(served.repository.show("main", "app.yaml"), "image: app:1.0.1\n");
    served.repository.git(["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn a_bearer_token_reads_and_writes() {
    let served = Served::to(vec![HttpUser::bearer("t0ken-of-mine")]);
    let bearer = GitAccess::with(GitCredential::Bearer(Secret::new("t0ken-of-mine")), "a token");
    let commit = release(&served.place(), &served.trusted(bearer)).unwrap();
    assert_eq!(served.repository.tip("main"), commit);
}

#[test]
fn wrong_and_missing_credentials_are_told_apart_after_one_question() {
    let served = Served::to(vec![HttpUser::writer("me", "right")]);
    let place = served.place();
    let error = place.fetch(&served.trusted(by_password("me", "wrong-password"))).unwrap_err();
    let GitError::CredentialsRefused { origin, words, .. } = &error else { panic!("{error}") };
    assert_eq!((origin.as_str(), words.as_str()), ("secret default/fleet", "Authentication required"));
    assert_eq!(error.diagnosis(), Some(Code::CredentialsRefused));
    assert!(!format!("{error:?}").contains("wrong-password"));
    assert_eq!(served.server.server().requests().len(), 1);
    let error = place.fetch(&served.trusted(GitAccess::anonymous())).unwrap_err();
    assert!(matches!(error, GitError::CredentialsMissing { .. }), "{error}");
    let key = GitCredential::SshKey { private_key: Secret::new("x"), passphrase: None };
    let error = place.fetch(&served.trusted(GitAccess::with(key, ""))).unwrap_err();
    assert!(matches!(error, GitError::BadAccess { what: "credential", .. }), "{error}");
}

#[test]
fn an_account_that_may_only_read_is_told_so_in_the_servers_words() {
    let served = Served::to(vec![HttpUser::reader("bot", "pw-of-bot")]);
    let error = release(&served.place(), &served.trusted(by_password("bot", "pw-of-bot"))).unwrap_err();
    let GitError::ReadOnlyKey { words, .. } = &error else { panic!("{error}") };
    assert!(words.contains("denied to bot"), "{words}");
}

#[test]
fn anonymous_reads_where_that_is_allowed_and_cannot_push() {
    let served = Served::to(Vec::new());
    let error = release(&served.place(), &served.trusted(GitAccess::anonymous())).unwrap_err();
    assert!(matches!(error, GitError::CredentialsMissing { .. }), "{error}");
}

#[test]
fn only_the_authority_that_an_access_brings_is_trusted_and_only_by_that_access() {
    let served = Served::to(Vec::new());
    let place = served.place();
    let trusting = || served.trusted(GitAccess::anonymous());
    let other = GitAccess { ca_pem: Some(Authority::new("others").pem().into_bytes()), ..GitAccess::anonymous() };
    // Also while another operation with the right authority runs beside it.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| served.place().fetch(&trusting()).expect("it brings the authority"));
            scope.spawn(|| {
                let error = served.place().fetch(&GitAccess::anonymous()).unwrap_err();
                assert!(matches!(error, GitError::Certificate { .. }), "{error}");
            });
        }
    });
    assert!(matches!(place.fetch(&other).unwrap_err(), GitError::Certificate { .. }));
    for nonsense in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let access = GitAccess { ca_pem: Some(nonsense.into()), ..GitAccess::anonymous() };
        assert!(place.fetch(&access).is_err(), "{nonsense:?}");
    }
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let repository = BareRepository::with_files("fleet", &[("a", "b")]);
    let authority = Authority::new("servers");
    let tls = authority.server(&["elsewhere.example.com"]).server_config(None);
    let server = HttpServer::start(Some(tls), |_| Reply::status(404));
    let place = Place::of(&format!("{}/fleet.git", server.url()));
    let access = GitAccess { ca_pem: Some(authority.pem().into_bytes()), ..GitAccess::anonymous() };
    let error = place.fetch(&access).unwrap_err();
    assert!(matches!(error, GitError::Certificate { .. }), "{error}");
    drop(repository);
}

#[test]
fn statuses_mean_what_they_say() {
    let check = |reply: Reply, path: &str, expected: fn(&GitError) -> bool| {
        let server = HttpServer::start(None, move |_| reply.clone());
        let error =
            Place::of(&format!("{}/{path}", server.url())).fetch(&by_password("me", "hunter2-secret")).unwrap_err();
        assert!(expected(&error), "{path}: {error:?}");
        assert!(!format!("{error:?} {error}").contains("hunter2"), "{error:?}");
    };
    check(Reply::status(404), "missing", |error| matches!(error, GitError::NotFound { .. }));
    check(
        Reply::of("text/plain", "no\u{1b}[31m entry hunter2-secret").with_status(403),
        "denied",
        |error| matches!(error, GitError::AccessDenied { words, .. } if words == "no entry ***"),
    );
    check(Reply::status(429).header("Retry-After", "7"), "limited", |error| {
        error.retry_after() == Some(std::time::Duration::from_secs(7)) && error.is_transient()
    });
    check(Reply::status(503), "down", |error| matches!(error, GitError::Unavailable { status: 503, .. }));
    check(Reply::of("text/html", "<h1>Sign in</h1>"), "page", |error| matches!(error, GitError::BadAnswer { .. }));
    let kind = "application/x-git-upload-pack-advertisement";
    check(Reply::of(kind, "rubbish"), "rubbish", |error| matches!(error, GitError::BadAnswer { .. }));
    check(Reply::of(kind, ""), "empty", |error| {
        matches!(error, GitError::Unreachable { .. } | GitError::BadAnswer { .. })
    });
    let line = "ERR the repository is being moved, come back later";
    check(
        Reply::of(kind, format!("{:04x}{line}", line.len() + 4)),
        "err",
        |error| matches!(error, GitError::Remote { words, .. } if words == "the repository is being moved, come back later"),
    );
}

#[test]
fn a_redirect_is_followed_on_the_same_host_and_refused_to_another() {
    let served = Served::to(vec![HttpUser::writer("me", "pw-of-mine")]);
    let git = served.server.server().address();
    let thief = HttpServer::start(None, |_| Reply::status(404));
    let to_thief = format!("{}/fleet.git/info/refs?service=git-upload-pack&token=x", thief.url());
    let renamed = HttpServer::start(None, move |request| match request.path.as_str() {
        "/old.git/info/refs" => Reply::redirect(301, &format!("/new.git/info/refs?{}", request.query)),
        "/away.git/info/refs" => Reply::redirect(302, &to_thief),
        "/round.git/info/refs" => Reply::redirect(302, &format!("/round.git/info/refs?{}", request.query)),
        _ => Reply::status(404),
    });
    let fetch = |path: &str| {
        Place::of(&format!("{}/{path}", renamed.url())).fetch(&by_password("me", "pw-of-mine")).unwrap_err()
    };
    assert!(matches!(fetch("old.git"), GitError::NotFound { .. }));
    assert!(renamed.requests().iter().any(|request| request.path == "/new.git/info/refs"));
    let error = fetch("away.git");
    let GitError::Redirected { to, .. } = &error else { panic!("{error}") };
    assert_eq!(to, &format!("{}/fleet.git", thief.url()));
    assert_eq!(thief.requests(), []);
    assert!(matches!(fetch("round.git"), GitError::BadAnswer { .. }));
    drop(git);
}

#[test]
fn a_proxy_leads_there_with_its_own_password() {
    let served = Served::to(vec![HttpUser::writer("me", "pw-of-mine")]);
    let proxy = ForwardProxy::basic("user", "pw-of-proxy");
    let through = |credential: Option<(&str, &str)>| {
        let credential = credential.map(|(name, password)| (name.to_owned(), Secret::new(password)));
        let proxy = Some(ProxyAddress { address: proxy.url(), credential });
        GitAccess { proxy, ..served.trusted(by_password("me", "pw-of-mine")) }
    };
    release(&served.place(), &through(Some(("user", "pw-of-proxy")))).unwrap();
    assert!(proxy.requests().iter().all(|line| line.starts_with("CONNECT 127.0.0.1:")), "{:?}", proxy.requests());
    let error = served.place().fetch(&through(None)).unwrap_err();
    assert!(matches!(&error, GitError::Unreachable { words, .. } if words.contains("407")), "{error}");
    let nonsense =
        GitAccess { proxy: Some(ProxyAddress { address: "ftp://x".into(), credential: None }), ..through(None) };
    assert!(matches!(served.place().fetch(&nonsense).unwrap_err(), GitError::BadAccess { what: "proxy", .. }));
}

#[test]
fn a_server_that_wants_a_certificate_gets_the_one_that_the_access_brings() {
    let repository = BareRepository::with_files("fleet", &[("app.yaml", "image: app:1.0.0\n")]);
    let (servers, clients, strangers) =
        (Authority::new("servers"), Authority::new("clients"), Authority::new("strangers"));
    let options = HttpGitOptions {
        authority: Some(&servers),
        clients: Some(&clients),
        users: vec![HttpUser::writer("me", "pass")],
        ..HttpGitOptions::default()
    };
    let server = HttpGit::start(repository.root(), &options);
    let place = Place::of(&server.url(&repository.path()));
    let with = |identity: Option<ClientIdentity>| GitAccess {
        ca_pem: Some(servers.pem().into_bytes()),
        client_identity: identity,
        ..by_password("me", "pass")
    };
    let of = |authority: &Authority| {
        let own = authority.client("sluice");
        ClientIdentity {
            certificate_pem: own.certificate_pem.clone().into_bytes(),
            key_pem: Secret::new(own.key_pem.clone()),
        }
    };
    let commit = release(&place, &with(Some(of(&clients)))).unwrap();
    assert_eq!(repository.tip("main"), commit);
    for identity in [None, Some(of(&strangers))] {
        let refused = place.fetch(&with(identity)).unwrap_err();
        let is_told = matches!(refused, GitError::Certificate { .. } | GitError::Unreachable { .. });
        assert!(is_told, "{refused:?}");
    }
    let mixed = ClientIdentity { key_pem: Secret::new(strangers.client("x").key_pem.clone()), ..of(&clients) };
    let unusable = place.fetch(&with(Some(mixed))).unwrap_err();
    assert!(matches!(unusable, GitError::BadAccess { what: "client certificate", .. }), "{unusable:?}");
}

#[test]
fn certificates_that_cannot_be_used_say_why() {
    let (authority, other) = (Authority::new("clients"), Authority::new("others"));
    let now: jiff::Timestamp = jiff::Timestamp::now();
    let own = authority.client("sluice");
    let identity = |certificate: &str, key: &str| ClientIdentity {
        certificate_pem: certificate.as_bytes().to_vec(),
        key_pem: Secret::new(key),
    };
    let facts = identity(&own.certificate_pem, &own.key_pem).check(now).unwrap();
    assert!(facts.subject.contains("sluice") && facts.not_after > now, "{facts:?}");
    let later = facts.not_after + jiff::SignedDuration::from_hours(1);
    let before = facts.not_before - jiff::SignedDuration::from_hours(1);
    let check = |certificate: &str, key: &str, at| identity(certificate, key).check(at).unwrap_err();
    assert!(matches!(check(&own.certificate_pem, &own.key_pem, later), CertificateProblem::Expired { .. }));
    assert!(matches!(check(&own.certificate_pem, &own.key_pem, before), CertificateProblem::NotYet { .. }));
    assert!(matches!(
        check(&own.certificate_pem, &other.client("x").key_pem, now),
        CertificateProblem::Mismatch { .. }
    ));
    assert_eq!(check(&own.certificate_pem, "no key", now), CertificateProblem::Key);
    assert_eq!(check("", &own.key_pem, now), CertificateProblem::None);
    assert_eq!(check("hunter2", &own.key_pem, now), CertificateProblem::None);
    let cut = own.certificate_pem[..own.certificate_pem.len() / 2].to_owned();
    assert!(matches!(check(&cut, &own.key_pem, now), CertificateProblem::None | CertificateProblem::Damaged(_)));
    let garbled = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(check(garbled, &own.key_pem, now), CertificateProblem::Damaged(_)));
    assert!(CertificateFacts::of_authorities(authority.pem().as_bytes(), now).is_ok());
}
