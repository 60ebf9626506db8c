//! `sluice template test`, run as people run it.

mod run;

use run::{sluice, sluice_with_input};

const CHANGES: &str = r#"[
  {"file": "a.yml", "aPIVersion": "apps/v1", "kind": "Deployment", "name": "flask-app", "namespace": "flask-app",
   "old": "docker.io/acme/flask-app:1.0.0", "new": "docker.io/acme/flask-app:1.0.1", "setter": "flux-system:flask-app"}
]"#;

#[test]
fn the_message_and_nothing_else_is_printed() {
    for (template, message) in [
        ("{{ .AutomationObject }}", "team/app"),
        ("line\n", "line\n"),
        ("", ""),
        (
            "{{ range .Changed.Changes }}{{ .OldValue }} -> {{ .NewValue }}{{ end }}",
            "docker.io/acme/flask-app:1.0.0 -> docker.io/acme/flask-app:1.0.1",
        ),
        ("{{ .Values.cluster }} {{ .Values.range }}", "prod-eu a=b"),
        ("{{ range $o, $c := .Changed.Objects }}{{ $o.Kind }}/{{ $o.Name }}{{ end }}", "Deployment/flask-app"),
    ] {
        let line = [
            "template",
            "test",
            "--template",
            template,
            "--changes",
            "-",
            "--value",
            "cluster=prod-eu",
            "--value",
            "range=a=b",
            "--automation",
            "team/app",
        ];
        let run = sluice_with_input(&line, CHANGES);
        assert_eq!((run.code, run.stdout.as_str()), (0, message), "{template}: {run:?}");
    }
}

#[test]
fn a_refused_template_is_exit_code_2_with_place_and_cause() {
    for (template, place, cause) in [
        ("one\n{{ nonsense }}", "template:2:", "nonsense"),
        ("{{ .Updated.Files }}", "template:1:", ".Updated"),
        ("{{ genPrivateKey \"rsa\" }}", "template:1:", "genPrivateKey"),
        ("{{ fail \"stop here\" }}", "template:1:", "stop here"),
        ("{{", "template:1:", ""),
    ] {
        let run = sluice(&["template", "test", "--template", template]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{template}: {run:?}");
        assert!(
            run.stderr.starts_with(&format!("error: {place}")) && run.stderr.contains(cause),
            "{template}: {}",
            run.stderr
        );
    }
}

#[test]
fn a_template_may_come_from_a_file_and_without_changes_an_example_is_rendered() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("message.tmpl");
    std::fs::write(&file, "{{ range .Changed.Changes }}{{ .NewValue }}{{ end }}").expect("the file is written");
    let run = sluice(&["template", "test", "--template-file", &file.display().to_string(), "-o", "json"]);
    assert_eq!(run.json(), serde_json::json!({"message": "docker.io/acme/flask-app:1.0.1"}));
}

#[test]
fn wrong_input_is_exit_code_2() {
    for line in [
        &["template", "test"][..],
        &["template", "test", "--template", "a", "--template-file", "b"],
        &["template", "test", "--template", "a", "--changes", "/nowhere"],
        &["template", "test", "--template", "a", "--value", "novalue"],
        &["template", "test", "--template", "a", "--automation", "noslash"],
        &["template", "test", "--template-file", "-", "--changes", "-"],
    ] {
        assert_eq!(sluice(line).code, 2, "{line:?}");
    }
    let run = sluice_with_input(&["template", "test", "--template", "a", "--changes", "-"], "{");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("hint: "), "{}", run.stderr);
}
