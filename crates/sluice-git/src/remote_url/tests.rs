//! Tables of addresses.

use proptest::prelude::*;

use super::*;

#[test]
fn one_address_has_one_spelling() {
    for (text, spelled) in [
        ("https://GitHub.com/acme/Fleet", "https://github.com/acme/Fleet"),
        ("https://github.com:443/acme/fleet/", "https://github.com/acme/fleet"),
        ("https://github.com/acme/fleet.git", "https://github.com/acme/fleet.git"),
        ("HTTPS://me@git.example.com:8443/x", "https://me@git.example.com:8443/x"),
        ("http://127.0.0.1:80/x", "http://127.0.0.1/x"),
        ("http://[::1]:3000/x.git", "http://[::1]:3000/x.git"),
        ("https://host/a%20b", "https://host/a%20b"),
        ("ssh://github.com/acme/fleet", "ssh://git@github.com/acme/fleet"),
        ("ssh://git@github.com:22/acme/fleet/", "ssh://git@github.com/acme/fleet"),
        ("ssh://deploy@host:2222/srv/git/x.git", "ssh://deploy@host:2222/srv/git/x.git"),
        ("git+ssh://host/x", "ssh://git@host/x"),
        ("ssh://[fe80::1]:22/x", "ssh://git@[fe80::1]/x"),
        ("ssh://host/~me/x", "ssh://git@host/~me/x"),
        ("git@github.com:acme/fleet.git", "git@github.com:acme/fleet.git"),
        ("github.com:acme/fleet", "git@github.com:acme/fleet"),
        ("git@host:/srv/x.git", "ssh://git@host/srv/x.git"),
        ("git@[::1]:x", "git@[::1]:x"),
        ("  https://host/x  ", "https://host/x"),
        ("/srv/git/x.git/", "file:///srv/git/x.git"),
        ("file:///srv/git/x.git", "file:///srv/git/x.git"),
        ("file:///srv/my%20git/x", "file:///srv/my%20git/x"),
        ("/srv/my git/ä:x", "file:///srv/my%20git/%C3%A4:x"),
    ] {
        let url = RemoteUrl::parse(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(url.as_str(), spelled, "{text}");
        assert_eq!(RemoteUrl::parse(spelled).as_ref(), Ok(&url), "{spelled}");
        let json = serde_json::to_string(&url).unwrap();
        assert_eq!(serde_json::from_str::<RemoteUrl>(&json).unwrap(), url);
    }
}

#[test]
fn an_address_says_its_parts() {
    let parts = |text: &str| {
        let url = RemoteUrl::parse(text).unwrap();
        let (scheme, user, name) = (url.scheme(), url.user().map(str::to_owned), url.name().to_owned());
        (scheme, user, url.host().to_owned(), url.port(), url.path().to_owned(), name)
    };
    let own = |text: &str| Some(text.to_owned());
    let (fleet, host) = ("fleet".to_owned(), "host".to_owned());
    assert_eq!(
        parts("https://host/acme/fleet.git"),
        (Scheme::Https, None, host.clone(), Some(443), "/acme/fleet.git".into(), fleet.clone())
    );
    assert_eq!(
        parts("ssh://me@host:2222/fleet"),
        (Scheme::Ssh, own("me"), host.clone(), Some(2222), "/fleet".into(), fleet.clone())
    );
    assert_eq!(
        parts("git@host:acme/fleet.git"),
        (Scheme::Ssh, own("git"), host, Some(22), "acme/fleet.git".into(), fleet.clone())
    );
    assert_eq!(parts("/srv/fleet"), (Scheme::File, None, String::new(), None, "/srv/fleet".into(), fleet));
}

#[test]
fn what_is_no_address_is_refused_with_the_reason_and_without_secrets() {
    use UrlProblem::*;
    for (text, problem) in [
        ("", Empty),
        ("   ", Empty),
        ("https://host/a b", Characters),
        ("https://host/a\nb", Characters),
        ("https://me:hunter2@host/x", Password),
        ("https://:hunter2@host/x", Password),
        ("ssh://me:hunter2@host/x", Password),
        ("me:hunter2@host:x", Password),
        ("https://ghp_hunter2@github.com/acme/x", Token),
        ("https://hunter2hunter2hunter2hunter2hunter2@host/x", Token),
        ("https://host/x?token=hunter2", Query),
        ("https://host/x#hunter2", Query),
        ("git://host/x", Scheme),
        ("ftp://host/x", Scheme),
        ("ext::sh -c hunter2", Characters),
        ("fleet", Scheme),
        ("./fleet:x", Relative),
        ("../fleet", Scheme),
        ("https:///x", Host),
        ("ssh://", Host),
        ("https://host", Path),
        ("https://host/", Path),
        ("git@host:", Path),
        ("https://host:0/x", HostForm),
        ("https://host:99999/x", HostForm),
        ("ssh://-oProxyCommand=x/y", HostForm),
        ("git@-oProxyCommand=x:y", HostForm),
        ("https://ho%20st/x", HostForm),
        ("host:/{a}", Unencoded),
        ("host:/a?b#c", Unencoded),
        ("host:/a/../b", Unencoded),
        ("file://server/share", FileHost),
        ("/", Path),
    ] {
        let error = RemoteUrl::parse(text).err().unwrap_or_else(|| panic!("{text} was taken"));
        assert_eq!(error.problem, problem, "{text}");
        assert!(!error.shown.contains("hunter2") || text.starts_with("ext"), "{error}");
    }
}

#[test]
fn likely_the_same_is_looser_than_equal() {
    let url = |text: &str| RemoteUrl::parse(text).unwrap();
    let fleet = url("git@github.com:acme/fleet.git");
    for same in
        ["https://github.com/acme/fleet", "ssh://git@github.com/Acme/fleet.git", "https://me@github.com/acme/fleet"]
    {
        assert!(fleet.is_likely_same(&url(same)), "{same}");
        assert_ne!(fleet, url(same));
    }
    for other in ["https://github.com/acme/fleet2", "https://gitlab.com/acme/fleet", "/acme/fleet"] {
        assert!(!fleet.is_likely_same(&url(other)), "{other}");
    }
}

proptest! {
    #[test]
    fn any_text_is_an_address_that_survives_printing_or_is_refused(text in "(https|ssh|file)?(://)?[a-z@:/.~\\[\\]%0-9-]{0,24}") {
        if let Ok(url) = RemoteUrl::parse(&text) {
            prop_assert_eq!(RemoteUrl::parse(url.as_str()), Ok(url));
        }
    }

    #[test]
    fn a_password_never_comes_back(password in "[a-zA-Z0-9]{6,12}", form in 0..4_usize) {
        let secret = format!("S{password}Z");
        let text = [
            format!("https://me:{secret}@host/x"),
            format!("ssh://me:{secret}@host/x"),
            format!("http://:{secret}@host/"),
            format!("https://host/x?access_token={secret}"),
        ][form].clone();
        let error = RemoteUrl::parse(&text).expect_err("it has a secret");
        prop_assert!(!error.to_string().contains(&secret));
    }
}
