//! `sluice set`, run as people run it: what is written, what is left, what is said.

mod run;

use run::{Run, contents, folder, reference, sluice, sluice_in};
use serde_json::{Value, json};
use std::path::Path;

const MARKER: &str = r##" # {"$imagepolicy": "flux-system:flask-app"}"##;

fn set(folder: &Path, more: &[&str]) -> Run {
    let mut words = vec!["set", "--path", "."];
    words.extend(more);
    sluice_in(folder, &words)
}

fn set_app(folder: &Path, tag: &str, more: &[&str]) -> Run {
    let image = format!("flux-system:flask-app=registry.example.com/team/flask-app:{tag}");
    let mut words = vec!["--image", image.as_str()];
    words.extend(more);
    set(folder, &words)
}

/// A value with the marker of the reference scenario.
fn marked(value: &str) -> String {
    format!("image: {value}{MARKER}\n")
}

#[test]
fn the_reference_scenario_changes_one_value_in_every_resource_version() {
    for version in ["v1", "v1beta2", "v1beta1"] {
        let repository = reference(version);
        let mut expected = contents(repository.path());
        let run = set_app(repository.path(), "1.0.1", &["-o", "json"]);
        assert_eq!(run.code, 0, "{run:?}");
        let before = String::from_utf8(expected["test/deployment.yml"].clone()).expect("it works on the fixture");
        let line = before.lines().position(|line| line.contains("$imagepolicy")).expect("it works on the fixture") + 1;
        assert_eq!(
            run.json(),
            json!({
                "edits": [{
                    "file": "test/deployment.yml",
                    "line": line,
                    "column": before.lines().nth(line - 1).expect("it works on the fixture").find("registry").unwrap() + 1,
                    "marker": "flux-system:flask-app",
                    "old": "registry.example.com/team/flask-app:1.0.0",
                    "new": "registry.example.com/team/flask-app:1.0.1",
                    "object": {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "", "name": "flask-app"},
                }],
                "ignored": [],
                "filesChanged": 1,
            }),
            "{version}"
        );
        expected.insert("test/deployment.yml".to_owned(), before.replace("app:1.0.0", "app:1.0.1").into_bytes());
        assert_eq!(contents(repository.path()), expected, "{version}: one value and nothing else");

        let again = set_app(repository.path(), "1.0.1", &["-o", "json"]);
        assert_eq!((again.code, again.json()), (0, json!({"edits": [], "ignored": [], "filesChanged": 0})));
        assert_eq!(contents(repository.path()), expected, "{version}: nothing is left to do");
    }
}

#[test]
fn everything_but_the_value_survives_byte_for_byte() {
    let app = "registry.example.com/team/flask-app";
    for (name, before) in [
        ("CRLF", format!("a: 1\r\nimage: {app}:1.0.0{MARKER}\r\n\r\nb:   2\r\n")),
        ("byte order mark", format!("\u{feff}image: {app}:1.0.0{MARKER}\n")),
        ("no final newline", format!("---\n# head\n\nimage:   \"{app}:1.0.0\"  {MARKER}")),
        ("list indentation", format!("l:\n    -   image: '{app}:1.0.0'{MARKER}\n    # tail\n...\n")),
        ("kind List", format!("kind: List\nitems:\n- kind: Pod\n  image: {app}:1.0.0{MARKER}\n")),
    ] {
        let at =
            folder(&[("a.yaml", before.as_bytes()), ("b.txt", before.as_bytes()), (".git/c.yaml", before.as_bytes())]);
        let run = set_app(at.path(), "1.0.1", &["-o", "json"]);
        assert_eq!((run.code, run.json()["filesChanged"].as_u64()), (0, Some(1)), "{name}: {run:?}");
        let now = contents(at.path());
        assert_eq!(String::from_utf8_lossy(&now["a.yaml"]), before.replace("1.0.0", "1.0.1"), "{name}");
        assert_eq!(now["b.txt"], before.as_bytes(), "{name}: not a YAML file");
        assert_eq!(now[".git/c.yaml"], before.as_bytes(), "{name}: Git's own");
        assert_eq!(now.len(), 3, "{name}: nothing is left behind");
    }
}

#[test]
fn a_dry_run_shows_a_diff_that_git_applies_and_writes_nothing() {
    let repository = reference("v1");
    let before = contents(repository.path());
    let run = set_app(repository.path(), "1.0.1", &["--dry-run"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(contents(repository.path()), before);
    assert!(run.stdout.starts_with("--- a/test/deployment.yml\n+++ b/test/deployment.yml\n@@ "), "{}", run.stdout);
    let applied = std::process::Command::new("git")
        .args(["apply", "--unsafe-paths", "-"])
        .current_dir(repository.path())
        .stdin(std::process::Stdio::piped())
        .spawn()
        .and_then(|mut child| {
            use std::io::Write;
            child.stdin.take().expect("a pipe").write_all(run.stdout.as_bytes())?;
            child.wait()
        })
        .expect("git is installed");
    assert!(applied.success());
    let run = set_app(repository.path(), "1.0.1", &["--dry-run", "-o", "json"]);
    assert_eq!(run.json()["filesChanged"], 0, "the diff did what set would have done");
    let run = set_app(repository.path(), "1.0.2", &["--dry-run", "-o", "json"]);
    assert_eq!(
        (run.json()["filesChanged"].as_u64(), run.json()["edits"][0]["line"].as_u64().is_some()),
        (Some(1), true)
    );
}

#[test]
fn every_marker_that_does_nothing_is_told_with_reason_and_hint() {
    let files: &[(&str, &[u8])] = &[
        ("a.yaml", b"image: a/b:1 # {\"$imagepolicy\": \"flux-system:flask-ap\"}\n"),
        ("b.yaml", b"image: a/b:1 # {\"$imagepolicy\": \"flux-system:flask-app:TAG\"}\n"),
        ("c.yaml", b"digest: x # {\"$imagepolicy\": \"flux-system:flask-app:digest\"}\n"),
        ("d.yaml", b"image: {{ .Values.x } # {\"$imagepolicy\": \"flux-system:flask-app\"}\n"),
        ("e.yaml", b"# {\"$imagepolicy\": \"flux-system:flask-app\"}\nimage: a/b:1\n"),
        ("f.yaml", b"image: a/b:1 # {\"$imagepolicy\": \"other:app\"}\n"),
    ];
    let at = folder(files);
    let before = contents(at.path());
    let run = set_app(at.path(), "1.0.1", &["-o", "json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let report = run.json();
    let rows: Vec<_> = report["ignored"]
        .as_array()
        .expect("it works on the fixture")
        .iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().expect("it works on the fixture").to_owned();
            assert!(!text("hint").is_empty() && row["line"].as_u64().is_some() && row["column"].as_u64().is_some());
            format!("{} {} {}", text("file"), text("marker"), text("reason"))
        })
        .collect();
    assert_eq!(
        rows,
        [
            "a.yaml flux-system:flask-ap unknown-policy",
            "b.yaml flux-system:flask-app:TAG unknown-suffix",
            "c.yaml flux-system:flask-app:digest no-digest",
            "d.yaml flux-system:flask-app unreadable",
            "e.yaml flux-system:flask-app own-line",
            "f.yaml other:app unknown-policy",
        ]
    );
    assert_eq!(report["ignored"][0]["hint"], "did you mean flux-system:flask-app?");
    assert_eq!(contents(at.path()), before);
    let table = set_app(at.path(), "1.0.1", &[]);
    assert!(table.stdout.contains("nothing to change") && table.stdout.contains("a.yaml:1"), "{}", table.stdout);
    assert!(table.stdout.contains("1 marker names a policy that was not given"), "{}", table.stdout);
}

#[test]
fn an_image_that_no_marker_names_is_a_warning() {
    let repository = reference("v1");
    let run = set(repository.path(), &["--image", "flux-system:flask-ap=a/b:1"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stderr.contains("no marker names flux-system:flask-ap; did you mean flux-system:flask-app?"),
        "{run:?}"
    );
}

#[test]
fn invalid_input_is_exit_code_2_and_touches_nothing() {
    let repository = reference("v1");
    let before = contents(repository.path());
    for words in [
        &["set", "--path", "."][..],
        &["set", "--image", "flux-system:flask-app=a/b:1"],
        &["set", "--path", ".", "--image", "flask-app=a/b:1"],
        &["set", "--path", ".", "--image", "flux-system:flask-app=a/b"],
        &["set", "--path", ".", "--image", "flux-system:flask-app=a/b:1@sha256:short"],
        &["set", "--path", ".", "--image", "flux-system:flask-app:tag=a/b:1"],
        &["set", "--path", ".", "--image", "flux-system:flask-app=a/b:1", "--image", "flux-system:flask-app=a/b:2"],
        &["set", "--path", "nowhere", "--image", "flux-system:flask-app=a/b:1"],
        &["set", "--path", ".", "--image", "flux-system:flask-app=a/b:1", "-o", "sarif"],
    ] {
        let run = sluice_in(repository.path(), words);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{words:?}: {run:?}");
        assert!(run.stderr.contains("error"), "{words:?}: {run:?}");
    }
    assert_eq!(contents(repository.path()), before);
    let twice = ["--image", "flux-system:flask-app=a/b:2", "--image", "flux-system:flask-app=a/b:2"];
    assert_eq!(set(repository.path(), &twice).code, 0, "the same image twice is no contradiction");
}

#[test]
fn one_file_may_be_named() {
    let at = folder(&[("a.yaml", marked("x:1").as_bytes()), ("b.yaml", marked("x:1").as_bytes())]);
    let file = at.path().join("a.yaml");
    let run =
        sluice(&["set", "--path", &file.display().to_string(), "--image", "flux-system:flask-app=x/y:2", "-o", "json"]);
    assert_eq!((run.code, run.json()["edits"][0]["file"].as_str()), (0, Some("a.yaml")), "{run:?}");
    assert_eq!(contents(at.path())["b.yaml"], marked("x:1").as_bytes());
    let text = at.path().join("c.txt");
    std::fs::write(&text, marked("x:1")).expect("it works on the fixture");
    let run = sluice(&["set", "--path", &text.display().to_string(), "--image", "flux-system:flask-app=x/y:2"]);
    assert_eq!(run.code, 2, "{run:?}");
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    #[test]
    fn a_link_out_of_the_folder_is_told_of_and_not_written_through() {
        let outside = folder(&[("real.yaml", marked("x:1").as_bytes()), ("plain.yaml", b"a: 1\n")]);
        let at = folder(&[("a.yaml", marked("x:1").as_bytes())]);
        symlink(outside.path().join("real.yaml"), at.path().join("link.yaml")).expect("it works on the fixture");
        symlink(outside.path().join("plain.yaml"), at.path().join("plain.yaml")).expect("it works on the fixture");
        symlink(outside.path(), at.path().join("folder")).expect("it works on the fixture");
        symlink("/nowhere/at/all", at.path().join("dangling.yaml")).expect("it works on the fixture");
        let run = set_app(at.path(), "2", &["-o", "json"]);
        assert_eq!(run.code, 0, "{run:?}");
        let report = run.json();
        assert_eq!(report["filesChanged"], 1);
        let ignored: Vec<(&str, &str)> = report["ignored"]
            .as_array()
            .expect("it works on the fixture")
            .iter()
            .map(|row: &Value| {
                (row["file"].as_str().expect("it works on the fixture"), row["reason"].as_str().unwrap())
            })
            .collect();
        assert_eq!(ignored, [("link.yaml", "symbolic-link")]);
        assert_eq!(contents(outside.path())["real.yaml"], marked("x:1").as_bytes());
        assert!(at.path().join("link.yaml").is_symlink());
    }

    #[test]
    fn mode_and_owner_stay_and_a_read_only_file_stops_everything() {
        let at = folder(&[("a.yaml", marked("x:1").as_bytes()), ("b.yaml", marked("x:1").as_bytes())]);
        let a = at.path().join("a.yaml");
        std::fs::set_permissions(&a, std::fs::Permissions::from_mode(0o640)).expect("it works on the fixture");
        let before = std::fs::metadata(&a).expect("it works on the fixture");
        assert_eq!(set_app(at.path(), "2", &[]).code, 0);
        let after = std::fs::metadata(&a).expect("it works on the fixture");
        assert_eq!((after.mode(), after.uid(), after.gid()), (before.mode(), before.uid(), before.gid()));
        let written = contents(at.path());
        std::fs::set_permissions(at.path().join("b.yaml"), std::fs::Permissions::from_mode(0o444))
            .expect("it works on the fixture");
        let run = set_app(at.path(), "3", &[]);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.stderr.contains("b.yaml is read-only"), "{run:?}");
        assert_eq!(contents(at.path()), written, "not even the writable file changed, and nothing is left behind");
    }

    #[test]
    fn a_pipe_with_the_name_of_a_manifest_is_not_waited_for() {
        let at = folder(&[("a.yaml", marked("x:1").as_bytes())]);
        let made = std::process::Command::new("mkfifo").arg(at.path().join("pipe.yaml")).status().expect("coreutils");
        assert!(made.success());
        symlink(at.path().join("pipe.yaml"), at.path().join("link.yaml")).expect("it works on the fixture");
        assert_eq!(set_app(at.path(), "2", &[]).code, 0);
    }
}

#[test]
fn a_file_beyond_the_bound_is_told_of_where_it_mentions_a_marker() {
    let large = format!("{}\n{}", "# filler\n".repeat(2_000_000), marked("x:1"));
    let plain = "# filler\n".repeat(2_000_000);
    let at = folder(&[("large.yaml", large.as_bytes()), ("plain.yaml", plain.as_bytes())]);
    let run = set_app(at.path(), "2", &["-o", "json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let report = run.json();
    assert_eq!(report["ignored"].as_array().map(Vec::len), Some(1), "{report}");
    assert_eq!(
        (report["ignored"][0]["file"].as_str(), report["ignored"][0]["reason"].as_str()),
        (Some("large.yaml"), Some("too-large"))
    );
}
