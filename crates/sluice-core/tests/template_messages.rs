//! What commit messages promise beyond Flux's rendering: places and hints of errors, refusals, limits, the default
//! message.

use std::collections::BTreeMap;
use std::fmt::Write;

use proptest::prelude::*;
use sluice_core::ObjectKey;
use sluice_core::marker::ObjectId;
use sluice_core::template::{
    Change, MessageContext, MessageTemplate, TemplateError, TemplateErrorKind, default_message,
};

fn change(file: &str, name: &str, setter: &str, old: &str, new: &str) -> Change {
    let object = ObjectId {
        api_version: "apps/v1".to_owned(),
        kind: "Deployment".to_owned(),
        namespace: "prod".to_owned(),
        name: name.to_owned(),
    };
    Change { file: file.to_owned(), object, setter: setter.to_owned(), old: old.to_owned(), new: new.to_owned() }
}

fn flask() -> Change {
    change(
        "deployment.yml",
        "flask-app",
        "flux-system:flask-app",
        "ghcr.io/acme/flask-app:1.0.0",
        "ghcr.io/acme/flask-app:1.0.1",
    )
}

fn render_with(template: &str, changes: &[Change]) -> Result<String, TemplateError> {
    let automation = ObjectKey::new("flux-system", "flask-app");
    let values = BTreeMap::from([("cluster".to_owned(), "prod-eu".to_owned())]);
    MessageTemplate::parse(template)?.render(&MessageContext { automation: &automation, changes, values: &values })
}

fn render(template: &str) -> Result<String, TemplateError> {
    render_with(template, &[flask()])
}

fn default_of(changes: &[Change]) -> String {
    let automation = ObjectKey::new("flux-system", "flask-app");
    default_message(&MessageContext { automation: &automation, changes, values: &BTreeMap::new() })
}

#[test]
fn errors_name_line_column_place_cause_and_next_step() {
    let cases = [
        ("{{ env \"HOME\" }}", TemplateErrorKind::Parse, 1, 4, "<env \"HOME\">", "function \"env\" not defined", ""),
        ("a\n{{ if }}", TemplateErrorKind::Parse, 2, 7, "", "missing value for if", ""),
        (
            "é{{ .Nope }}",
            TemplateErrorKind::Render,
            1,
            5,
            "<.Nope>",
            "can't evaluate field Nope in type source.TemplateData",
            ".Changed",
        ),
        (
            "{{ range $id, $_ := .Changed.Objects }}{{ $id.GetName }}{{ end }}",
            TemplateErrorKind::Render,
            1,
            43,
            "<$id.GetName>",
            "can't evaluate field GetName in type update.ObjectIdentifier",
            "it has .APIVersion, .Kind, .Name, .Namespace",
        ),
        (
            "{{ .Changed.changes }}",
            TemplateErrorKind::Render,
            1,
            4,
            "<.Changed.changes>",
            "can't evaluate field changes",
            ".Changes, .Objects",
        ),
        ("{{ fail \"stop\" }}", TemplateErrorKind::Render, 1, 4, "<fail \"stop\">", "error calling fail: stop", ""),
        (
            "\n\n{{ until (add 1 2) }}",
            TemplateErrorKind::Render,
            3,
            10,
            "<(add 1 2)>",
            "expected int; got int64",
            "(int …)",
        ),
        (
            "{{ genPrivateKey \"rsa\" }}",
            TemplateErrorKind::Parse,
            1,
            4,
            "<genPrivateKey \"rsa\">",
            "secrets",
            "remove the call",
        ),
        ("{{ shuffle \"abc\" }}", TemplateErrorKind::Render, 1, 4, "<shuffle \"abc\">", "random", "remove shuffle"),
        ("{{ printf \"%p\" .Values }}", TemplateErrorKind::Render, 1, 4, "<printf \"%p\" .Values>", "address", "%v"),
        (
            "{{ range .Updated.Files }}{{ . }}{{ end }}",
            TemplateErrorKind::Render,
            1,
            10,
            "<.Updated.Files>",
            "removed '.Updated' field. Please use '.Changed' instead",
            "fluxcd.io",
        ),
    ];
    for (template, kind, line, column, place, message, hint) in cases {
        let error = render(template).expect_err(template);
        assert_eq!((error.kind, error.line, error.column), (kind, line, column), "{template}: {error}");
        assert!(error.place.starts_with(place.trim_end_matches('>')), "{template}: {}", error.place);
        assert!(error.message.contains(message), "{template}: {}", error.message);
        assert!(error.hint.contains(hint), "{template}: {}", error.hint);
    }
}

#[test]
fn removed_fields_are_found_without_rendering() {
    let cases = [
        ("{{ range .Updated.Images }}{{ end }}", 1),
        ("{{ if .Values.x }}{{ $.Updated.Files }}{{ .Changed.ImageResult }}{{ end }}", 2),
        ("{{ with .Values }}{{ .Updated }}{{ end }}{{ .Values.Updated }}", 0),
        ("{{ (index .Changed.ImageResult 0).x | len }}", 1),
        ("{{ .Changed.Changes }}", 0),
    ];
    for (template, count) in cases {
        let found = MessageTemplate::parse(template).expect(template).check();
        assert_eq!(found.len(), count, "{template}: {found:?}");
    }
}

#[test]
fn keys_and_password_hashes_are_refused_by_name() {
    for call in [
        "bcrypt \"x\"",
        "htpasswd \"u\" \"p\"",
        "derivePassword 1 \"long\" \"p\" \"u\" \"s\"",
        "genPrivateKey \"rsa\"",
        "genCA \"c\" 1",
        "genCAWithKey \"c\" 1 \"k\"",
        "genSelfSignedCert \"c\" nil nil 1",
        "genSignedCert \"c\" nil nil 1 1",
        "buildCustomCert \"a\" \"b\"",
        "encryptAES \"k\" \"t\"",
        "decryptAES \"k\" \"t\"",
    ] {
        let error = MessageTemplate::parse(&format!("{{{{ {call} }}}}")).expect_err(call);
        assert!(error.message.contains("no place in a commit message"), "{call}: {error}");
    }
}

#[test]
fn newer_go_than_the_vectors_is_followed() {
    let cases = [
        ("{{ range 3 }}{{ . }}{{ end }}", "012"),
        ("{{ range $i := int64 2 }}{{ printf \"%T\" $i }} {{ end }}", "int64 int64 "),
        ("{{ range 0 }}x{{ else }}none{{ end }}", "none"),
        ("{{ with .Values.none }}a{{ else with .Values.cluster }}{{ . }}{{ else }}c{{ end }}", "prod-eu"),
        ("{{ camelcase \"FirstName GOLANG_IS-great\" }}", "FirstNameGolangIsGreat"),
        ("{{ toJson \"\\b\\f\" }}", "\"\\b\\f\""),
        ("{{ semverCompare \"!=1.2.3\" \"1.2.4-rc.1\" }}", "false"),
    ];
    for (template, expected) in cases {
        assert_eq!(render(template).as_deref(), Ok(expected), "{template}");
    }
    render("{{ range $i, $x := 3 }}{{ end }}").expect_err("two variables over a number");
}

#[test]
fn changes_are_in_the_order_of_files_and_lines_and_each_only_once() {
    let changes = [
        change("b.yml", "b", "ns:b", "b:2", "b:3"),
        change("a.yml", "z", "ns:z", "z:1", "z:2"),
        change("a.yml", "a", "ns:a", "a:1", "a:2"),
        change("c.yml", "z", "ns:z", "z:1", "z:2"),
    ];
    let text = render_with(
        "{{ range .Changed.Changes }}{{ .NewValue }} {{ end }}|{{ len .Changed.Objects }}|{{ range $f, $o := .Changed.FileChanges }}{{ $f }}{{ range $id, $c := $o }} {{ $id.Name }}{{ end }};{{ end }}",
        &changes,
    );
    assert_eq!(text.as_deref(), Ok("z:2 a:2 b:3 |3|a.yml a z;b.yml b;c.yml z;"));
}

#[test]
fn many_changes_are_no_reason_to_refuse() {
    let changes: Vec<Change> = (0..5000)
        .map(|number| change(&format!("{number}.yml"), "app", &format!("ns:app{number}"), "app:1.0.0", "app:1.0.1"))
        .collect();
    let template = "{{ range $i, $c := .Changed.Changes }}{{ if $i }}, {{ end }}{{ $c.Setter }} {{ $c.OldValue | splitList \":\" | last | trunc 8 | quote }} {{ $c.NewValue | upper }}{{ end }}";
    let text = render_with(template, &changes).expect("a long message");
    assert_eq!(text.matches("APP:1.0.1").count(), 5000);
    assert!(default_of(&changes).starts_with("Update 5000 images in 5000 files ("));
}

#[test]
fn a_render_is_bounded_in_steps_size_and_depth() {
    let mut deep = String::new();
    for _ in 0..300 {
        deep.push_str("{{ if true }}");
    }
    let parens = format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000));
    let many_ifs = format!("{{{{ if false }}}}{}{{{{ end }}}}", "{{ else if false }}".repeat(5000));
    let cases = [
        ("{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}", "steps"),
        ("{{ range 1000000000 }}{{ end }}", "steps"),
        ("{{ until 100000000 }}", "items"),
        ("{{ seq 0 1 9000000000000000000 }}", "items"),
        ("{{ repeat 1000000000 \"x\" }}", "longer"),
        ("{{ indent 1000000000 \"x\" }}", "longer"),
        ("{{ $x := \"ab\" }}{{ range until 100 }}{{ $x = print $x $x }}{{ end }}", "longer"),
        ("{{ $x := list 1 }}{{ range until 100 }}{{ $x = concat $x $x }}{{ end }}", "items"),
        ("{{ range until 100000 }}0123456789abcdef{{ end }}", "longer"),
        ("{{ printf \"%1000000d%1000000d\" 1 2 }}", "longer"),
        ("{{ define \"r\" }}{{ template \"r\" }}{{ end }}{{ template \"r\" }}", "nested"),
        ("{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $d }}", "nested"),
        ("{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toJson $d }}", "nested"),
        ("{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ deepCopy $d }}", "nested"),
        (
            "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $e := dict }}{{ $_ := set $e \"d\" $e }}{{ deepEqual $d $e }}",
            "nested",
        ),
        (
            "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $e := dict }}{{ $_ := set $e \"d\" $e }}{{ merge $d $e }}",
            "nested",
        ),
        ("{{ $x := list }}{{ range until 200000 }}{{ $x = list $x }}{{ end }}", "items"),
        ("{{ $x := list }}{{ range until 90000 }}{{ $x = list $x }}{{ end }}{{ $x }}", "nested"),
        (
            "{{ $d := dict }}{{ $c := $d }}{{ range until 90000 }}{{ $n := dict }}{{ $_ := set $c \"n\" $n }}{{ $c = $n }}{{ end }}{{ fail \"steps\" }}",
            "steps",
        ),
        ("{{ $l := until 5000 }}{{ uniq $l }}", "steps"),
        ("{{ regexReplaceAll \"\" (repeat 1000000 \"x\") (repeat 1000 \"y\") }}", "longer"),
        (&deep, "nested"),
        (&parens, "nested"),
        (&many_ifs, "nested"),
    ];
    for (template, expected) in cases {
        let shown: String = template.chars().take(60).collect();
        let error = render(template).expect_err(&shown);
        assert!(error.to_string().contains(expected), "{shown}: {error}");
    }
}

#[test]
fn the_deepest_template_that_is_allowed_fits_the_stack_of_a_thread() {
    let mut sum = "1".to_owned();
    for _ in 0..50 {
        sum = format!("(add 1 {sum})");
    }
    assert_eq!(render(&format!("{{{{ {sum} }}}}")).as_deref(), Ok("51"));
    let ifs =
        format!("{}{{{{ $x := len (list {sum}) }}}}{{{{ $x }}}}{}", "{{ if true }}".repeat(8), "{{ end }}".repeat(8));
    assert_eq!(render(&ifs).as_deref(), Ok("1"));
    let recursion = format!(
        "{{{{ define \"r\" }}}}{{{{ if (((.))) }}}}{{{{ template \"r\" (sub . 1) }}}}{{{{ else }}}}{{{{ {sum} }}}}{{{{ end }}}}{{{{ end }}}}{{{{ template \"r\" 15 }}}}"
    );
    assert_eq!(render(&recursion).as_deref(), Ok("51"));
}

#[test]
fn the_default_message_says_what_changed_in_one_line() {
    let long = "a".repeat(90);
    let cases: Vec<(Vec<Change>, &str)> = vec![
        (vec![flask()], "flask-app 1.0.0 → 1.0.1 (flux-system/flask-app)"),
        (
            vec![flask(), Change { file: "other.yml".to_owned(), ..flask() }],
            "flask-app 1.0.0 → 1.0.1 (flux-system/flask-app)",
        ),
        (
            vec![change("a.yml", "a", "flux-system:podinfo:tag", "6.5.0", "6.6.0")],
            "podinfo 6.5.0 → 6.6.0 (flux-system/flask-app)",
        ),
        (
            vec![flask(), change("deployment.yml", "db", "flux-system:db", "postgres:15.1", "postgres:15.2")],
            "Update 2 images in 1 file (flux-system/flask-app)",
        ),
        (
            vec![change("a.yml", "a", "ns:app", "localhost:5000/app", "localhost:5000/app:2@sha256:0123")],
            "app localhost:5000/app → 2 (flux-system/flask-app)",
        ),
        (vec![change("a.yml", "a", "ns:app", &long, &long)], "Update 1 image in 1 file (flux-system/flask-app)"),
        (vec![], "Update 0 images in 0 files (flux-system/flask-app)"),
    ];
    for (changes, subject) in cases {
        let message = default_of(&changes);
        assert_eq!(message.lines().next(), Some(subject));
        assert!(subject.chars().count() <= 72, "{subject}");
        assert!(message.ends_with('\n') && !message.ends_with("\n\n"), "{message:?}");
    }
}

#[test]
fn the_default_message_lists_every_change_by_file_and_object() {
    let changes = [
        change("b/deploy.yml", "web", "ns:web", "web:1", "web:2"),
        change("a.yml", "db", "ns:db", "db:1\n", "db:2\n"),
        change("a.yml", "db", "ns:db-init", "init:1", "init:2"),
        Change { object: ObjectId::default(), ..change("a.yml", "", "ns:x", "x:1", "x:2") },
    ];
    let expected = "Update 4 images in 2 files (flux-system/flask-app)\n\n\
        a.yml\n  Deployment prod/db\n    db:1 → db:2\n    init:1 → init:2\n    x:1 → x:2\n\n\
        b/deploy.yml\n  Deployment prod/web\n    web:1 → web:2\n";
    assert_eq!(default_of(&changes), expected);
}

const WORDS: &[&str] = &[
    "{{",
    "}}",
    "{{-",
    "-}}",
    " ",
    "\n",
    "if",
    "else",
    "end",
    "range",
    "with",
    "define \"a\"",
    "template \"a\"",
    "block \"b\" .",
    "break",
    "continue",
    ".",
    "$",
    "$x",
    ":=",
    "=",
    "$i, $v :=",
    "(",
    ")",
    "|",
    "\"s\"",
    "`r`",
    "1",
    "2.5",
    "-7",
    "nil",
    "true",
    "list 1 2",
    ".Values",
    ".Changed",
    ".Changed.Changes",
    "printf \"%[3]*.[2]*[1]f|%+#v\"",
    "dict \"a\" 1",
    "set",
    "merge",
    "index",
    "slice",
    "regexFind",
    "trunc",
    "substr",
    "splitn",
    "wrapWith 3",
    "abbrevboth",
    "untilStep",
    "round",
    "toJson",
    "fromJson",
    "deepCopy",
    "urlParse",
    "semver",
    "toDate",
    "mustDateModify",
    "chunk",
    "b32dec",
    "é",
    "'c'",
    "/*",
    "*/",
    "0x1p-2",
    "until 9",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_template_panic(text in "\\PC{0,60}") {
        let _ = render(&text);
        let _ = render(&format!("{{{{ {text} }}}}"));
    }

    #[test]
    fn no_sequence_of_words_makes_a_template_panic(picks in prop::collection::vec(0..WORDS.len(), 0..14)) {
        let mut text = String::new();
        for pick in picks {
            write!(text, "{} ", WORDS[pick]).expect("writing to a String");
        }
        let _ = render(&text);
        let _ = render(&format!("{{{{ {text} }}}}"));
    }

    #[test]
    fn no_argument_makes_a_function_panic(function in 0..WORDS.len(), numbers in prop::collection::vec(any::<i64>(), 0..4), text in "\\PC{0,12}") {
        let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
        let _ = render(&format!("{{{{ {} {} {text:?} }}}}", WORDS[function], numbers.join(" ")));
    }

    #[test]
    fn text_without_actions_is_itself(text in "[^{]{0,80}") {
        prop_assert_eq!(render(&text).ok(), Some(text));
    }
}
