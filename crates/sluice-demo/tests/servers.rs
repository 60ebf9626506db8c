//! The demo's servers answer the real clients: libgit2, Git's own client and an HTTP client.

use std::path::Path;
use std::process::Command;

use sluice_demo::Demo;

fn git(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "protocol.version=0"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_TERMINAL_PROMPT", "0")
        .output()
        .expect("git is installed (Debian package: git)");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn git_clones_pushes_and_is_refused_when_it_is_behind() {
    let demo = Demo::start().await.expect("the demo starts");
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["first", "second"] {
        let (ok, words) = git(folder.path(), &["clone", "--quiet", &demo.git_url(), name]);
        assert!(ok, "{words}");
    }
    let text = std::fs::read_to_string(folder.path().join("first/test/deployment.yml")).expect("the scenario's file");
    assert!(text.contains(&format!("image: {}:1.0.0 # {{\"$imagepolicy\"", demo.image())), "{text}");
    for (name, expected) in [("first", true), ("second", false)] {
        let clone = folder.path().join(name);
        std::fs::write(clone.join("note.txt"), name).expect("a file is written");
        assert!(git(&clone, &["add", "."]).0);
        assert!(git(&clone, &["commit", "--quiet", "-m", name]).0);
        let (pushed, words) = git(&clone, &["push", "--quiet", "origin", "main"]);
        assert_eq!(pushed, expected, "{name}: {words}");
    }
    let clone = folder.path().join("second");
    let (ok, words) = git(&clone, &["pull", "--quiet", "--rebase", "-X", "theirs"]);
    assert!(ok, "an incremental fetch works: {words}");
    let (ok, words) = git(&clone, &["push", "--quiet", "origin", "main"]);
    assert!(ok, "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn libgit2_fetches_and_pushes() {
    let demo = Demo::start().await.expect("the demo starts");
    let url = demo.git_url();
    tokio::task::spawn_blocking(move || {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let repository = git2::Repository::clone(&url, folder.path()).expect("libgit2 clones");
        let parent = repository.head().and_then(|head| head.peel_to_commit()).expect("main is checked out");
        let author = git2::Signature::now("A", "a@example.com").expect("a signature");
        let tree = parent.tree().expect("a tree");
        let commit = repository.commit(Some("HEAD"), &author, &author, "empty", &tree, &[&parent]).expect("a commit");
        let mut remote = repository.find_remote("origin").expect("origin");
        remote.push(&["refs/heads/main:refs/heads/main"], None).expect("the push is taken");
        let tip = git2::Repository::open(folder.path())
            .and_then(|repository| repository.find_remote("origin").map(|_| ()))
            .map(|()| commit);
        assert_eq!(tip, Ok(commit));
    })
    .await
    .expect("the thread ends well");
    let bare = git2::Repository::open_bare(demo.git_folder()).expect("the bare repository");
    let tip = bare.find_reference("refs/heads/main").and_then(|main| main.peel_to_commit()).expect("a tip");
    assert_eq!(tip.message(), Ok("empty"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_registry_pages_and_knows_what_it_sent() {
    // A second test in this process may have installed it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let demo = Demo::start().await.expect("the demo starts");
    demo.publish("1.0.1");
    demo.publish("1.1.0");
    let (host, repository) =
        demo.image().split_once('/').map(|(h, r)| (h.to_owned(), r.to_owned())).expect("host/repository");
    let url = format!("http://{host}/v2/{repository}/tags/list?n=2");
    let client = reqwest::Client::new();
    let first = client.get(&url).send().await.expect("an answer");
    let link = first.headers().get("link").and_then(|link| link.to_str().ok()).map(str::to_owned);
    assert_eq!(link.as_deref(), Some("</v2/acme/flask-app/tags/list?n=2&last=1.0.1>; rel=\"next\""));
    let etag = first.headers().get("etag").cloned().expect("an ETag");
    let again = client.get(&url).header("if-none-match", etag).send().await.expect("an answer");
    assert_eq!(again.status(), 304);
    let last = client.get(format!("{url}&last=1.0.1")).send().await.expect("an answer");
    assert!(last.headers().get("link").is_none());
    assert!(last.text().await.expect("a body").contains("[\"1.1.0\"]"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_registry_goes_away_and_comes_back_with_what_it_held() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let demo = Demo::start().await.expect("the demo starts");
    let (host, repository) =
        demo.image().split_once('/').map(|(h, r)| (h.to_owned(), r.to_owned())).expect("host/repository");
    let url = format!("http://{host}/v2/{repository}/tags/list");
    // One client each time: a connection that is kept alive is not what a new look would use.
    demo.stop_registry().await;
    reqwest::get(&url).await.expect_err("nobody listens");
    demo.start_registry().await.expect("the port is still free");
    let tags = reqwest::get(&url).await.expect("an answer").text().await.expect("a body");
    assert!(tags.contains("1.0.0"), "{tags}");
}
