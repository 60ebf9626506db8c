//! Credentials that a cluster's Flux has already, taken over; and a deploy key that is taken along into it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sluice_testkit::cluster::{ClusterOptions, TestCluster, User};
use sluice_testkit::git::{AuthorizedKey, BareRepository, ClientKey, KeyKind, SshServer};
use sluice_testkit::registry::{Authority, DockerRegistry};

use crate::stage::text;
use crate::support::bench::{IMAGE, tag_of};
use crate::support::fleet::DEPLOYMENT;
use crate::support::{Desk, Files};

const NAMESPACE: &str = "flux-system";

fn secret(cluster: &TestCluster, kind: &str, name: &str, fields: &[(&str, &str)]) {
    let data: serde_json::Map<String, Value> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), STANDARD.encode(value).into())).collect();
    cluster.create(&json!({"apiVersion": "v1", "kind": "Secret", "type": kind,
        "metadata": {"name": name, "namespace": NAMESPACE}, "data": data}));
}

fn flux(cluster: &TestCluster, group: &str, kind: &str, name: &str, spec: &Value) {
    cluster.create(&json!({"apiVersion": format!("{group}.toolkit.fluxcd.io/v1"), "kind": kind,
        "metadata": {"name": name, "namespace": NAMESPACE}, "spec": spec}));
}

fn connect(desk: &Desk, cluster: &TestCluster, user: &str) {
    let kubeconfig = text(&cluster.kubeconfig(user, "dev"));
    desk.sluice(&["source", "add", "cluster", "dev", "--kubeconfig", &kubeconfig]).exits(0);
}

/// Name of the Secret, kind, state.
fn states(report: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let all = report["credentials"].as_array().unwrap_or_else(|| panic!("{report}"));
    let mut all: Vec<_> =
        all.iter().map(|one| (text(&one["secret"]), text(&one["kind"]), text(&one["state"]))).collect();
    all.sort();
    all
}

fn expected(state: &str) -> Vec<(String, String, String)> {
    let own = |name: &str, kind: &str, state: &str| (format!("{NAMESPACE}/{name}"), kind.to_owned(), state.to_owned());
    vec![
        own("authority", "tls", state),
        own("fleet", "git-ssh", state),
        own("ignored", "-", "unusable"),
        own("pull", "registry", state),
        own("signing", "signing", state),
    ]
}

#[test]
fn what_flux_signs_in_with_is_taken_over_from_the_cluster_and_works_here() {
    let key = ClientKey::new(KeyKind::EcdsaP521, None);
    let repository = BareRepository::new("fleet");
    let ssh = SshServer::start(repository.root(), &[AuthorizedKey::Writer(&key)]);
    let url = ssh.url(&repository.path());
    let registry = DockerRegistry::basic("robot", "canary-4741");
    Files::reference("v1", &url, &registry.image(IMAGE)).hurried().commit_to(&repository);
    registry.push(IMAGE, "1.0.1");
    let signing = ClientKey::new(KeyKind::Ed25519, None);
    let cluster = TestCluster::with(ClusterOptions { users: vec![User::named("jane")], ..ClusterOptions::default() });
    cluster.namespace(NAMESPACE);
    let identity = [
        ("identity", key.private_pem.as_str()),
        ("identity.pub", key.public_line.as_str()),
        ("known_hosts", &ssh.known_hosts()),
    ];
    secret(&cluster, "Opaque", "fleet", &identity);
    let auth = STANDARD.encode("robot:canary-4741");
    let auths = json!({"auths": {registry.address(): {"auth": auth}}}).to_string();
    secret(&cluster, "kubernetes.io/dockerconfigjson", "pull", &[(".dockerconfigjson", &auths)]);
    secret(&cluster, "Opaque", "ignored", &[(".dockerconfigjson", &auths)]);
    secret(&cluster, "Opaque", "signing", &[("identity", &signing.private_pem)]);
    secret(&cluster, "Opaque", "authority", &[("ca.crt", &Authority::new("acme").pem())]);
    flux(
        &cluster,
        "source",
        "GitRepository",
        "fleet",
        &json!({"url": url, "interval": "1m0s", "secretRef": {"name": "fleet"}}),
    );
    let image =
        |image: String, secret: &str| json!({"image": image, "interval": "1m0s", "secretRef": {"name": secret}});
    flux(&cluster, "image", "ImageRepository", "app", &image(registry.image(IMAGE), "pull"));
    let mut elsewhere = image("ghcr.io/acme/app".to_owned(), "ignored");
    elsewhere["certSecretRef"] = json!({"name": "authority"});
    flux(&cluster, "image", "ImageRepository", "elsewhere", &elsewhere);
    flux(
        &cluster,
        "image",
        "ImageUpdateAutomation",
        "app",
        &json!({"interval": "1m0s",
        "sourceRef": {"kind": "GitRepository", "name": "fleet"},
        "git": {"commit": {"author": {"email": "bot@acme.example"},
            "signingKey": {"type": "ssh", "secretRef": {"name": "signing"}}}}}),
    );

    // Shown first; nothing is kept by that.
    let desk = Desk::with_keychain();
    desk.sluice(&["credential", "import"]).exits(2);
    connect(&desk, &cluster, "admin");
    let shown = desk.sluice(&["credential", "import", "-o", "json"]).exits(0).json();
    assert_eq!(states(&shown), expected("new"), "{shown}");
    let ignored = shown["credentials"].as_array().expect("a list").iter().find(|one| one["state"] == "unusable");
    let words = ignored.and_then(|one| one["message"].as_str()).unwrap_or_default();
    assert!(words.contains("its type is Opaque, which Flux passes over"), "{shown}");
    desk.sluice(&["credential", "list"]).exits(3);
    let strange = desk.sluice(&["credential", "import", "flux-system/nothing", "-o", "json"]).exits(2).error();
    assert_eq!(strange["code"], "not-found", "{strange}");
    desk.sluice(&["credential", "import", "flux-system/ignored"]).exits(1);

    // Then kept, and it works: host keys, the key, the pull secret.
    let kept = desk.sluice(&["credential", "import", "--all", "-o", "json"]).exits(0).json();
    assert_eq!(states(&kept), expected("imported"), "{kept}");
    assert!(!kept.to_string().contains("canary-4741"), "{kept}");
    let again = desk.sluice(&["credential", "import", "--all", "-o", "json"]).exits(0).json();
    assert_eq!(states(&again), expected("kept"), "{again}");
    desk.sluice(&["source", "add", "git", &url, "--name", "fleet", "--mode", "review"]).exits(0);
    desk.sluice(&["scan"]).exits(0);
    desk.sluice(&["release", "--yes"]).exits(0);
    assert_eq!(tag_of(&repository.show("main", DEPLOYMENT)), "1.0.1");
    let listed = desk.sluice(&["credential", "list", "-o", "json"]).exits(0).json();
    let used = listed["credentials"].as_array().expect("a list").iter().filter(|one| one["lastUsedAt"].is_string());
    assert_eq!(used.count(), 2, "{listed}");

    // A person who may read Flux's objects and no Secrets is told which right is missing, for each.
    let rbac = "rbac.authorization.k8s.io";
    cluster.create(&json!({"apiVersion": format!("{rbac}/v1"), "kind": "ClusterRole", "metadata": {"name": "reader"},
        "rules": [{"apiGroups": ["source.toolkit.fluxcd.io", "image.toolkit.fluxcd.io"], "resources": ["*"],
            "verbs": ["get", "list", "watch"]}]}));
    cluster.create(&json!({"apiVersion": format!("{rbac}/v1"), "kind": "ClusterRoleBinding",
        "metadata": {"name": "reader"}, "roleRef": {"apiGroup": rbac, "kind": "ClusterRole", "name": "reader"},
        "subjects": [{"apiGroup": rbac, "kind": "User", "name": "jane"}]}));
    let jane = Desk::with_keychain();
    connect(&jane, &cluster, "jane");
    let refused = jane.sluice(&["credential", "import", "-o", "json"]).exits(0).json();
    assert!(states(&refused).iter().all(|(_, _, state)| state == "unusable"), "{refused}");
    let words = refused["credentials"][0]["message"].as_str().unwrap_or_default();
    assert!(words.contains("--verb=get --resource=secrets --resource-name="), "{refused}");
}

#[test]
fn a_deploy_key_is_taken_along_into_a_connected_cluster() {
    let repository = BareRepository::with_files("fleet", &[("a", "1")]);
    let ssh = SshServer::start(repository.root(), &[]);
    let url = ssh.url(&repository.path());
    let cluster = TestCluster::start();
    cluster.namespace(NAMESPACE);
    let desk = Desk::with_keychain();
    desk.trust(&ssh.known_hosts());
    connect(&desk, &cluster, "admin");
    desk.sluice(&["key", "generate", &url]).exits(0);
    let export = ["key", "export", &url, "--name", "fleet-auth", "--to-cluster", "dev", "-o", "json"];
    let written = desk.sluice(&export).exits(0).json();
    assert_eq!(written["written"], "created", "{written}");
    let secret = cluster.get("v1", "Secret", NAMESPACE, "fleet-auth").expect("it is there");
    let field = |name: &str| {
        let text = secret["data"][name].as_str().unwrap_or_else(|| panic!("{name} is missing"));
        String::from_utf8(STANDARD.decode(text).expect("base64")).expect("text")
    };
    assert_eq!(secret["type"], "Opaque");
    assert!(field("identity").starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
    assert_eq!(field("identity.pub").trim(), desk.sluice(&["key", "show", &url, "--line"]).stdout.trim());
    assert!(ssh.known_hosts().lines().all(|line| field("known_hosts").contains(line)));

    // The same again changes nothing; another key only where the person says so; a read-only cluster not at all.
    assert_eq!(desk.sluice(&export).exits(0).json()["written"], "same");
    desk.sluice(&["key", "generate", &url, "--replace"]).exits(0);
    let refused = desk.sluice(&export).exits(2).error();
    assert!(refused["hint"].as_str().is_some_and(|hint| hint.contains("--replace")), "{refused}");
    let replaced = desk.sluice(&[&export[..], &["--replace"]].concat()).exits(0).json();
    assert_eq!(replaced["written"], "replaced", "{replaced}");
    desk.edit_settings(|text| text.replace("context = \"dev\"", "context = \"dev\"\nread-only = true"));
    let refused = desk.sluice(&export).exits(2).error();
    assert!(refused["message"].as_str().is_some_and(|words| words.contains("read only here")), "{refused}");
}
