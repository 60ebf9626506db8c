//! Logins for registries from docker's and podman's files and helpers.
#![cfg(unix)]

mod support;

use std::time::{Duration, Instant};

use base64::Engine as _;
use sluice_vault::{HelperProblem, Machine, OriginKind, VaultError};
use support::{Home, lines, problems, told};

fn auth(pair: &str) -> String {
    format!(r#"{{"auth":"{}"}}"#, base64::engine::general_purpose::STANDARD.encode(pair))
}

/// A file with a login for each key, called like its key.
fn file(keys: &[&str]) -> String {
    let entries: Vec<String> = keys.iter().map(|key| format!(r#""{key}":{}"#, auth(&format!("u:{key}")))).collect();
    format!(r#"{{"auths":{{{}}}}}"#, entries.join(","))
}

async fn all(machine: &Machine, image: &str) -> Vec<String> {
    let (host, repository) = image.split_once('/').expect("host/repository");
    let offers = machine.registry_logins(host, repository).await;
    assert_eq!(problems(&offers), [""; 0]);
    offers.found.iter().map(|found| told(&found.login)).collect()
}

#[tokio::test]
async fn the_longest_key_by_path_segments_comes_first() {
    let home = Home::new();
    let keys =
        ["ghcr.io", "ghcr.io/acme", "ghcr.io/acme/app", "https://index.docker.io/v1/", "quay.io/org", "localhost:5000"];
    home.write(".docker/config.json", file(&keys));
    let cases: [(&str, &[&str]); 10] = [
        ("ghcr.io/acme/app", &["u:ghcr.io/acme/app", "u:ghcr.io/acme", "u:ghcr.io"]),
        ("ghcr.io/acme/app/sub", &["u:ghcr.io/acme/app", "u:ghcr.io/acme", "u:ghcr.io"]),
        ("ghcr.io/acme/application", &["u:ghcr.io/acme", "u:ghcr.io"]),
        ("ghcr.io/acme-two/app", &["u:ghcr.io"]),
        ("quay.io/org/x", &["u:quay.io/org"]),
        ("quay.io/organisation/x", &[]),
        ("index.docker.io/library/alpine", &["u:https://index.docker.io/v1/"]),
        ("docker.io/acme/app", &["u:https://index.docker.io/v1/"]),
        ("localhost:5000/app", &["u:localhost:5000"]),
        ("localhost/app", &[]),
    ];
    for (image, expected) in cases {
        assert_eq!(all(&home.machine(), image).await, expected, "{image}");
    }
}

#[tokio::test]
async fn files_are_looked_for_where_docker_and_podman_look() {
    let mut home = Home::new();
    home.write(".docker/config.json", file(&["reg.io"])).write(".config/containers/auth.json", file(&["reg.io/team"]));
    home.write("run/containers/auth.json", file(&["reg.io"]));
    let origins = async |home: &Home| lines(&home.machine().registry_logins("reg.io", "team/app").await);
    assert_eq!(
        origins(&home).await,
        [
            "u:reg.io/team | podman auth ~/.config/containers/auth.json, reg.io/team",
            "u:reg.io | docker config ~/.docker/config.json, reg.io",
        ]
    );
    home.set("XDG_RUNTIME_DIR", "~/run");
    assert_eq!(origins(&home).await.len(), 3);
    assert_eq!(origins(&home).await[2], "u:reg.io | podman auth ~/run/containers/auth.json, reg.io");
    home.write("elsewhere/config.json", file(&["reg.io/team/app"]));
    home.set("DOCKER_CONFIG", "~/elsewhere");
    home.write("auth.json", "{}");
    home.set("REGISTRY_AUTH_FILE", "~/auth.json");
    assert_eq!(origins(&home).await, ["u:reg.io/team/app | docker config ~/elsewhere/config.json, reg.io/team/app"]);
    home.set("DOCKER_CONFIG", "relative").set("REGISTRY_AUTH_FILE", "");
    assert_eq!(origins(&home).await.len(), 3, "a relative folder would be another one in each folder");
}

#[tokio::test]
async fn nothing_set_up_is_nothing_found() {
    let home = Home::new();
    let offers = home.machine().registry_logins("ghcr.io", "acme/app").await;
    assert!(offers.found.is_empty() && offers.problems.is_empty());
    let login = home.machine().registry_login("ghcr.io", "acme/app").await;
    assert!(login.is_ok_and(|login| login.is_none()));
}

#[tokio::test]
async fn helpers_are_asked_as_docker_asks_them() {
    let home = Home::new();
    home.write(
        ".docker/config.json",
        r#"{"credsStore":"all","credHelpers":{"ghcr.io":"one","azure.io":"token","empty.io":"","lost.io":"none"},
            "auths":{"https://quay.io":{},"reg.io/team":{}}}"#,
    );
    // Both write down what they were asked.
    home.script("docker-credential-all", r#"read s; echo "all $1 $s" >> $HOME/asked; echo "{\"ServerURL\":\"x\",\"Username\":\"all\",\"Secret\":\"$s\"}""#);
    home.script(
        "docker-credential-one",
        r#"read s; echo "one $1 $s" >> $HOME/asked; echo "{\"Username\":\"one\",\"Secret\":\"$s\"}""#,
    );
    home.script("docker-credential-token", r#"cat > /dev/null; echo '{"Username":"<token>","Secret":"refresh"}'"#);
    home.script("docker-credential-none", "cat > /dev/null; echo 'credentials not found in native keychain'; exit 1");
    let cases: [(&str, &[&str]); 7] = [
        ("ghcr.io/acme/app", &["one:ghcr.io", "all:ghcr.io"]),
        ("index.docker.io/library/alpine", &["all:https://index.docker.io/v1/"]),
        ("quay.io/org/app", &["all:https://quay.io"]),
        ("reg.io/team/app", &["all:reg.io/team", "all:reg.io"]),
        ("azure.io/app", &["identity refresh", "all:azure.io"]),
        ("empty.io/app", &["all:empty.io"]),
        ("lost.io/app", &["all:lost.io"]),
    ];
    let machine = home.machine();
    for (image, expected) in cases {
        assert_eq!(all(&machine, image).await, expected, "{image}");
    }
    let asked = home.read("asked");
    assert!(asked.contains("one get ghcr.io\n") && asked.contains("all get https://index.docker.io/v1/\n"), "{asked}");
    let offers = machine.registry_logins("ghcr.io", "acme/app").await;
    assert_eq!(offers.found[0].origin, "docker-credential-one for ghcr.io (docker config ~/.docker/config.json)");
    assert_eq!(offers.found[0].source, OriginKind::DockerHelper);
}

#[tokio::test]
async fn the_best_login_is_found_without_asking_further_helpers() {
    let home = Home::new();
    let config = format!(r#"{{"credsStore":"all","auths":{{"ghcr.io/acme":{}}}}}"#, auth("me:pw"));
    home.write(".docker/config.json", config);
    home.script("docker-credential-all", "touch $HOME/asked; exit 1");
    let found = home.machine().registry_login("ghcr.io", "acme/app").await.expect("found").expect("found");
    assert_eq!((told(&found.login).as_str(), home.path("asked").exists()), ("me:pw", false));
}

#[tokio::test]
async fn a_scan_of_many_repositories_asks_a_helper_once() {
    let home = Home::new();
    home.write(".docker/config.json", r#"{"credHelpers":{"ghcr.io":"slow"}}"#);
    home.script(
        "docker-credential-slow",
        r#"cat > /dev/null; echo x >> $HOME/asked; sleep 0.2; echo '{"Username":"me","Secret":"pw"}'"#,
    );
    let machine = home.machine();
    let scans: Vec<_> = (0..50)
        .map(|number| {
            let machine = machine.clone();
            tokio::spawn(async move { all(&machine, &format!("ghcr.io/acme/app-{number}")).await })
        })
        .collect();
    for scan in scans {
        assert_eq!(scan.await.expect("it ends"), ["me:pw"]);
    }
    assert_eq!(home.read("asked").lines().count(), 1);
    machine.forget_answers();
    all(&machine, "ghcr.io/acme/app").await;
    assert_eq!(home.read("asked").lines().count(), 2);
}

/// What a helper's script leads to: the problem, and everything that is printed of it.
async fn failing(body: &str, patience: Duration) -> (HelperProblem, String) {
    let home = Home::new();
    home.write(".docker/config.json", r#"{"credHelpers":{"reg.io":"bad"}}"#);
    home.script("docker-credential-bad", body);
    let error = home.machine().with_patience(patience).registry_login("reg.io", "app").await;
    let error = error.map(drop).expect_err("no credential");
    let shown = format!("{error}\n{error:?}\n{error:#?}");
    assert!(error.to_string().starts_with("`docker-credential-bad` gave no credential for reg.io: "), "{error}");
    let VaultError::Helper { problem, .. } = error else { panic!("{error}") };
    (problem, shown)
}

#[tokio::test]
async fn what_a_failing_helper_prints_is_shown_without_secrets() {
    let long = Duration::from_secs(20);
    let cases = [
        ("echo CANARY-7f3a; echo 'CANARY-7f3a is not valid' >&2; exit 1", HelperProblem::Exit(1)),
        ("echo '{\"Secret\":\"opensesame\"}'; echo 'opensesame refused' >&2; exit 3", HelperProblem::Exit(3)),
        ("echo 'password: CANARY' >&2; exit 2", HelperProblem::Exit(2)),
        ("echo '{\"Username\":\"me\",\"Secret\":\"CANARY' ", HelperProblem::Answer),
        ("echo '{\"Username\":\"me\",\"Secret\":[\"CANARY\"]}' ", HelperProblem::Answer),
        ("echo CANARY", HelperProblem::Answer),
        ("kill -9 $$", HelperProblem::Ended),
        ("head -c 100000 /dev/zero | tr '\\0' C", HelperProblem::TooLong(64 * 1024)),
        ("yes CANARY", HelperProblem::TooLong(64 * 1024)),
    ];
    for (body, expected) in cases {
        let (problem, shown) = failing(body, long).await;
        assert_eq!(problem, expected, "{body}");
        for canary in ["CANARY", "opensesame", "CCC"] {
            assert!(!shown.contains(canary), "{shown}");
        }
    }
    let (_, shown) = failing("echo 'no valid providers for reg.io, run aws sso login' >&2; exit 1", long).await;
    assert!(shown.contains("exit code 1: no valid providers for reg.io, run aws sso login"), "{shown}");
}

#[tokio::test]
async fn a_helper_that_hangs_is_ended_with_all_it_started() {
    let home = Home::new();
    home.write(".docker/config.json", r#"{"credHelpers":{"reg.io":"hangs"}}"#);
    home.script(
        "docker-credential-hangs",
        "echo CANARY; sleep 1000 & echo $! > $HOME/child; echo $$ > $HOME/self; wait",
    );
    let started = Instant::now();
    let machine = home.machine().with_patience(Duration::from_millis(1500));
    let error = machine.registry_login("reg.io", "app").await.map(drop).expect_err("it hangs");
    assert!(started.elapsed() < Duration::from_secs(10));
    assert!(matches!(&error, VaultError::Helper { problem: HelperProblem::TimedOut(_), .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("CANARY"));
    assert!(error.to_string().contains("try it by hand"), "{error}");
    for name in ["child", "self"] {
        let id = home.read(name).trim().to_owned();
        assert!(!id.is_empty(), "the helper ran");
        ended(&id);
    }
}

/// Waits until a process has ended, which its parent may still have to notice.
fn ended(id: &str) {
    let started = Instant::now();
    loop {
        let state = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        if state.is_empty() || state.contains(") Z ") {
            return;
        }
        assert!(started.elapsed() < Duration::from_secs(5), "process {id} goes on: {state}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[tokio::test]
async fn a_helper_sees_no_secret_in_its_arguments_and_environment() {
    let mut home = Home::new();
    let config = format!(r#"{{"credHelpers":{{"reg.io":"spy"}},"auths":{{"reg.io/other":{}}}}}"#, auth("me:CANARY"));
    home.write(".docker/config.json", config).write(".netrc", "machine reg.io login me password CANARY");
    home.set("SLUICE_PASSPHRASE", "CANARY").set("AWS_PROFILE", "acme");
    home.script(
        "docker-credential-spy",
        r#"tr '\0' '\n' < /proc/$$/cmdline > $HOME/args; env > $HOME/env; cat > $HOME/stdin; echo '{"Username":"me","Secret":"pw"}'"#,
    );
    assert_eq!(all(&home.machine(), "reg.io/app").await, ["me:pw"]);
    assert_eq!(home.read("stdin"), "reg.io\n");
    let (arguments, environment) = (home.read("args"), home.read("env"));
    assert!(arguments.ends_with("docker-credential-spy\nget\n"), "{arguments}");
    assert!(environment.contains("AWS_PROFILE=acme"), "a helper gets what it is set up with: {environment}");
    assert!(!arguments.contains("CANARY") && !environment.contains("CANARY"), "{arguments} {environment}");
}

#[tokio::test]
async fn helpers_that_cannot_be_are_told() {
    for name in ["../../bin/sh", "a b", "a;b", "a\\nb", "ä", "x/y"] {
        let home = Home::new();
        home.write(".docker/config.json", format!(r#"{{"credHelpers":{{"reg.io":"{name}"}}}}"#));
        let error = home.machine().registry_login("reg.io", "app").await.map(drop).expect_err("no such helper");
        assert!(matches!(error, VaultError::HelperName { .. }), "{error}");
        assert!(error.to_string().starts_with("~/.docker/config.json names the credential helper"), "{error}");
    }
    let home = Home::new();
    home.write(".docker/config.json", r#"{"credsStore":"desktop.exe"}"#);
    let error = home.machine().registry_login("reg.io", "app").await.map(drop).expect_err("it is not installed");
    let expected = "`docker-credential-desktop.exe` gave no credential for reg.io: it is not installed, or not in PATH";
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn one_broken_place_hides_nothing_elsewhere() {
    let home = Home::new();
    home.write(".docker/config.json", "{\"auths\": CANARY").write(".config/containers/auth.json", file(&["reg.io"]));
    let offers = home.machine().registry_logins("reg.io", "app").await;
    assert_eq!(lines(&offers), ["u:reg.io | podman auth ~/.config/containers/auth.json, reg.io"]);
    assert_eq!(problems(&offers), ["~/.docker/config.json cannot be used: it is not valid JSON (line 1, column 11)"]);
    let found = home.machine().registry_login("reg.io", "app").await.expect("found elsewhere");
    assert!(found.is_some());

    let home = Home::new();
    let config = format!(
        r#"{{"credHelpers":{{"reg.io":"gone"}},"auths":{{"reg.io":{},"reg.io/a":{{"auth":"?"}}}}}}"#,
        auth("me:pw")
    );
    home.write(".docker/config.json", config);
    let offers = home.machine().registry_logins("reg.io", "a/b").await;
    assert_eq!(lines(&offers), ["me:pw | docker config ~/.docker/config.json, reg.io"]);
    assert_eq!(offers.problems.len(), 2);
    assert_eq!(problems(&offers)[0], "~/.docker/config.json, reg.io/a cannot be used: its `auth` is not base64");
}

#[tokio::test]
async fn files_that_are_no_files_are_told_and_never_waited_for() {
    let home = Home::new();
    std::fs::create_dir_all(home.path(".docker/config.json")).expect("a folder");
    let offers = home.machine().registry_logins("reg.io", "app").await;
    assert_eq!(problems(&offers), ["~/.docker/config.json cannot be used: invalid input parameter"]);

    let home = Home::new();
    std::fs::create_dir_all(home.path(".docker")).expect("a folder");
    home.run("mkfifo", "coreutils", &[".docker/config.json"]);
    let offers =
        tokio::time::timeout(Duration::from_secs(5), async { home.machine().registry_logins("reg.io", "app").await });
    assert_eq!(offers.await.expect("nobody waits for a writer").problems.len(), 1);

    let home = Home::new();
    home.write(".docker/config.json", vec![b' '; 5 * 1024 * 1024]);
    let offers = home.machine().registry_logins("reg.io", "app").await;
    assert_eq!(problems(&offers), ["~/.docker/config.json cannot be used: it is too large for what it should be"]);
}
