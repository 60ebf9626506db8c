//! Logins for Git over HTTP: the real git with its helpers, the forges' command lines, `~/.netrc`.
#![cfg(unix)]

mod support;

use std::time::{Duration, Instant};

use sluice_vault::{HelperProblem, OriginKind, VaultError};
use support::{Home, lines, problems};

async fn found(home: &Home, url: &str) -> Vec<String> {
    let offers = home.machine().git_logins(url).await;
    assert_eq!(problems(&offers), [""; 0], "{url}");
    lines(&offers)
}

/// A home whose git keeps credentials in a file, as `credential.helper=store` does.
fn with_store(lines: &str) -> Home {
    let home = Home::new();
    home.run("git", "git", &["config", "--global", "credential.helper", "store"]);
    home.write(".git-credentials", lines);
    home
}

#[tokio::test]
async fn git_is_asked_for_what_its_helpers_know() {
    let home = with_store("https://me:p%40ss%20w@git.acme.io:8443\nhttps://octocat:pw@github.com\n");
    let of_git = |login: &str, host: &str| vec![format!("{login} | git credential helper for {host}")];
    let cases = [
        ("https://git.acme.io:8443/acme/app.git", of_git("me:p@ss w", "git.acme.io:8443")),
        ("https://github.com/acme/app", of_git("octocat:pw", "github.com")),
        ("https://octocat@github.com/acme/app", of_git("octocat:pw", "github.com")),
        ("https://somebody@github.com/acme/app", vec![]),
        ("https://git.acme.io/acme/app.git", vec![]),
        ("http://github.com/acme/app", vec![]),
        ("/srv/git/app.git", vec![]),
        ("file:///srv/git/app.git", vec![]),
    ];
    for (url, expected) in cases {
        assert_eq!(found(&home, url).await, expected, "{url}");
    }
    assert_eq!(home.read(".git-credentials").lines().count(), 2, "nothing was written or erased");
}

#[tokio::test]
async fn the_path_decides_where_git_is_set_up_so() {
    let home = with_store("https://a:one@git.acme.io/acme/one\nhttps://b:two@git.acme.io/acme/two.git\n");
    home.run("git", "git", &["config", "--global", "credential.useHttpPath", "true"]);
    assert_eq!(
        found(&home, "https://git.acme.io/acme/two.git").await,
        ["b:two | git credential helper for git.acme.io"]
    );
    assert_eq!(found(&home, "https://git.acme.io/acme/three").await, [""; 0]);
}

#[tokio::test]
async fn nobody_is_asked_and_nothing_is_found_where_git_knows_nothing() {
    let mut home = Home::new();
    home.script("asks", "touch $HOME/asked; echo guess");
    home.run("git", "git", &["config", "--global", "core.askPass", "asks"]);
    home.set("GIT_ASKPASS", "asks").set("SSH_ASKPASS", "asks").set("GIT_DIR", "/nowhere");
    assert_eq!(found(&home, "https://git.acme.io/acme/app").await, [""; 0]);
    assert!(!home.path("asked").exists());
}

#[tokio::test]
async fn a_helper_of_gits_that_hangs_is_ended() {
    let home = Home::new();
    home.script("git-credential-hangs", "echo password=CANARY; sleep 1000");
    home.run("git", "git", &["config", "--global", "credential.helper", "hangs"]);
    home.write(".netrc", "machine git.acme.io login me password pw");
    let started = Instant::now();
    let machine = home.machine().with_patience(Duration::from_millis(1500));
    let offers = machine.git_logins("https://git.acme.io/acme/app").await;
    assert!(started.elapsed() < Duration::from_secs(10));
    assert_eq!(lines(&offers), ["me:pw | ~/.netrc, git.acme.io"], "what was found elsewhere counts");
    let [error] = offers.problems.as_slice() else { panic!("one problem") };
    assert!(matches!(error, VaultError::Helper { problem: HelperProblem::TimedOut(_), .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("CANARY"));
}

#[tokio::test]
async fn a_git_that_fails_is_told_without_secrets() {
    let home = Home::new();
    home.script(
        "git",
        "echo password=CANARY; echo 'fatal: CANARY for git.acme.io is invalid: token tok3n' >&2; exit 128",
    );
    let offers = home.machine().git_logins("https://git.acme.io/acme/app").await;
    let expected = "`git credential fill` gave no credential for git.acme.io: it ended with exit code 128: fatal: *** for \
                    git.acme.io is invalid: token ***";
    assert_eq!(problems(&offers), [expected]);
    assert!(!format!("{offers:?}").contains("CANARY"));
}

#[tokio::test]
async fn addresses_that_smuggle_are_refused() {
    let home = with_store("https://me:CANARY@evil.example\n");
    let offers = home.machine().git_logins("https://git.acme.io/x%0ahost=evil.example").await;
    assert!(offers.found.is_empty());
    assert!(matches!(offers.problems.as_slice(), [VaultError::Address { .. }]));
}

#[tokio::test]
async fn the_forges_command_lines_have_tokens() {
    let mut home = Home::new();
    home.write(
        ".config/gh/hosts.yml",
        "github.com:\n    user: octocat\n    oauth_token: gho_file\n    git_protocol: https\nghe.acme.io:\n    user: me\n",
    );
    home.write(
        ".config/glab-cli/config.yml",
        "git_protocol: ssh\nhosts:\n    gitlab.com:\n        token: !!null glpat-one\n        user: me\n        \
         api_protocol: https\n    git.acme.io:\n        token: glpat-two\n    empty.io:\n        token: ''\n",
    );
    home.script("gh", r#"echo "$@" >> $HOME/asked; echo gho_keychain"#);
    let cases: [(&str, &[&str]); 7] = [
        ("https://github.com/acme/app", &["octocat:gho_file | gh, github.com (~/.config/gh/hosts.yml)"]),
        ("https://ghe.acme.io/acme/app", &["me:gho_keychain | gh auth token, ghe.acme.io"]),
        ("https://gitlab.com/acme/app", &["me:glpat-one | glab, gitlab.com (~/.config/glab-cli/config.yml)"]),
        ("https://git.acme.io/acme/app", &["oauth2:glpat-two | glab, git.acme.io (~/.config/glab-cli/config.yml)"]),
        ("https://empty.io/acme/app", &[]),
        ("http://github.com/acme/app", &[]),
        ("https://api.github.com/acme/app", &[]),
    ];
    for (url, expected) in cases {
        assert_eq!(found(&home, url).await, expected, "{url}");
    }
    assert_eq!(home.read("asked"), "auth token --hostname ghe.acme.io\n", "gh is asked about hosts it knows");

    home.set("GH_CONFIG_DIR", "~/gh");
    home.write("gh/hosts.yml", "github.com: [CANARY\n");
    let offers = home.machine().git_logins("https://github.com/acme/app").await;
    assert_eq!(problems(&offers), ["~/gh/hosts.yml cannot be used: it is not the YAML that its program writes"]);
    assert!(!format!("{offers:?}").contains("CANARY"));
}

#[tokio::test]
async fn places_come_in_the_order_in_which_to_try_them() {
    let mut home = with_store("https://of-git:pw@github.com\n");
    home.write(".config/gh/hosts.yml", "github.com:\n    user: of-gh\n    oauth_token: pw\n");
    home.write("my-netrc", "machine github.com login of-netrc password pw");
    home.set("NETRC", "~/my-netrc");
    let offers = home.machine().git_logins("https://github.com/acme/app").await;
    let kinds: Vec<_> = offers.found.iter().map(|found| found.source).collect();
    assert_eq!(kinds, [OriginKind::GitHelper, OriginKind::GitHubCli, OriginKind::Netrc]);
    assert_eq!(lines(&offers)[2], "of-netrc:pw | ~/my-netrc, github.com");
}
