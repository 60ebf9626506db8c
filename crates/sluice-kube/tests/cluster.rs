//! The adapter against a real API server with real controllers.

#![cfg(unix)]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sluice_core::ObjectKey;
use sluice_core::cluster::{LiveKind, LiveRef, Rollout, Snapshot, WorkloadId, WorkloadKind};
use sluice_kube::{
    Cluster, ClusterAccess, HealthState, KubeError, Kubeconfigs, Rights, Surroundings, Watching, role_manifest,
};
use sluice_testkit::cluster::{ClusterOptions, FakeKubelet, FluxStandIn, TestCluster, User};
use sluice_testkit::git::BareRepository;

const URL: &str = "https://git.example.com/fleet.git";
const PATIENCE: Duration = Duration::from_secs(60);

fn access(kubeconfig: PathBuf, context: &str) -> ClusterAccess {
    ClusterAccess {
        kubeconfigs: Kubeconfigs::new([kubeconfig]),
        context: context.to_owned(),
        namespaces: Vec::new(),
        surroundings: Surroundings::default(),
    }
}

fn admin(cluster: &TestCluster) -> Cluster {
    Cluster::new(access(cluster.kubeconfig("admin", "dev"), "dev"))
}

fn deployment(namespace: &str, name: &str, tag: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": namespace},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": name}}, "template": {
            "metadata": {"labels": {"app": name}},
            "spec": {"containers": [{"name": "app", "image": format!("ghcr.io/acme/{name}:{tag}")}]}}},
    })
}

fn id(namespace: &str, name: &str) -> WorkloadId {
    WorkloadId { kind: WorkloadKind::Deployment, key: ObjectKey::new(namespace, name) }
}

/// Waits until the snapshot shows something.
#[track_caller]
fn wait(watching: &Watching, what: &str, is_so: impl Fn(&Snapshot) -> bool) {
    let started = Instant::now();
    while !watching.read(&is_so) {
        if started.elapsed() > PATIENCE {
            panic!("in vain waited until {what}: {:?} {:#?}", watching.health(), watching.read(Clone::clone));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn is_current(snapshot: &Snapshot, id: &WorkloadId) -> bool {
    snapshot.workloads.get(id).is_some_and(|workload| workload.rollout == Rollout::Current)
}

#[test]
fn a_rollout_is_seen_as_it_happens_and_so_is_what_keeps_a_pod_from_running() {
    let server = TestCluster::start();
    let _kubelet = FakeKubelet::start(&server);
    server.namespace("shop");
    let cluster = admin(&server);
    let probe = server.block_on(cluster.probe()).expect("it answers");
    assert!(probe.version.starts_with("v1."), "{probe:?}");
    let watching = server.block_on(async { cluster.watch() });
    let app = id("shop", "app");

    server.apply(&deployment("shop", "app", "1.0.0"));
    wait(&watching, "it runs", |snapshot| is_current(snapshot, &app));
    watching.read(|snapshot| {
        let pods: Vec<_> = snapshot.pods_of(&app).collect();
        assert_eq!(pods.len(), 2, "{pods:?}");
        assert!(pods.iter().all(|pod| pod.is_ready && pod.uses("ghcr.io/acme/app", "1.0.0")), "{pods:?}");
    });

    server.apply(&deployment("shop", "app", "1.0.1-bad"));
    let troubled = |snapshot: &Snapshot| {
        let reasons: Vec<String> =
            snapshot.pods_of(&app).filter_map(|pod| Some(pod.trouble.as_ref()?.reason.clone())).collect();
        reasons == ["ImagePullBackOff"]
    };
    wait(&watching, "a pod cannot pull its image", troubled);

    server.apply(&deployment("shop", "app", "1.0.2"));
    wait(&watching, "it runs again", |snapshot| {
        is_current(snapshot, &app) && snapshot.pods_of(&app).all(|pod| pod.uses("ghcr.io/acme/app", "1.0.2"))
    });
    server.delete("apps/v1", "Deployment", "shop", "app");
    wait(&watching, "it is gone", |snapshot| snapshot.workloads.is_empty() && snapshot.pods.is_empty());
    assert!(watching.is_complete());

    let once = server.block_on(cluster.snapshot()).expect("it is read");
    assert_eq!(once, watching.read(Clone::clone));
}

#[test]
fn flux_is_asked_to_begin_and_says_what_it_did() {
    let server = TestCluster::start();
    server.namespace("flux-system");
    let repository = BareRepository::with_files("fleet", &[("test/config.yaml", CONFIG_MAP)]);
    let _flux = FluxStandIn::start(&server, URL, &repository.path());
    server.apply(&json!({"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
        "metadata": {"name": "fleet", "namespace": "flux-system"},
        "spec": {"url": URL, "interval": "10m", "ref": {"branch": "main"}}}));
    server.apply(&json!({"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
        "metadata": {"name": "app", "namespace": "flux-system"},
        "spec": {"interval": "10m", "path": "./test", "prune": true, "targetNamespace": "flux-system",
                 "sourceRef": {"kind": "GitRepository", "name": "fleet"}}}));
    let cluster = admin(&server);
    let served = server.block_on(cluster.served()).expect("it answers");
    // What is newest is taken, and what the server lacks is left out.
    assert_eq!(served.flux[&LiveKind::ImagePolicy], "v1");
    assert!(!served.flux.contains_key(&LiveKind::HelmRepository));
    assert_eq!(served.workloads[&WorkloadKind::CronJob], "v1beta1");
    let watching = server.block_on(async { cluster.watch() });
    let key = |name: &str| ObjectKey::new("flux-system", name);
    let source = LiveRef { kind: LiveKind::GitRepository, key: key("fleet") };
    let kustomization = LiveRef { kind: LiveKind::Kustomization, key: key("app") };
    let applied = |commit: &str| {
        let commit = commit.to_owned();
        move |snapshot: &Snapshot| {
            let object = snapshot.objects.get(&LiveRef { kind: LiveKind::Kustomization, key: key("app") });
            object.is_some_and(|object| {
                object.is_ready() && object.git_revision().is_some_and(|revision| revision.commit == commit)
            })
        }
    };
    wait(&watching, "the first commit is applied", applied(&repository.tip("main")));

    let second = repository.commit("main", &[("test/config.yaml", &CONFIG_MAP.replace("one", "two"))], "second");
    std::thread::sleep(Duration::from_millis(600));
    assert!(!watching.read(applied(&second)), "nobody asked yet");
    let now = jiff::Timestamp::now();
    let asked = server.block_on(cluster.request_reconcile(&source, "source.toolkit.fluxcd.io/v1", now));
    let asked = asked.expect("it is asked");
    wait(&watching, "the second commit is applied", applied(&second));
    let handled = watching.read(|snapshot| snapshot.objects[&source].handled_at.clone());
    assert_eq!(handled, Some(asked));
    let live = server.get("v1", "ConfigMap", "flux-system", "config").expect("it is applied");
    assert_eq!(live["data"]["is"], "two");

    let api_version = "kustomize.toolkit.fluxcd.io/v1";
    server.block_on(cluster.set_suspended(&kustomization, api_version, true)).expect("it is suspended");
    wait(&watching, "it is suspended", |snapshot| snapshot.objects[&kustomization].is_suspended);
    server.block_on(cluster.set_suspended(&kustomization, api_version, false)).expect("it is resumed");
    let object = server.block_on(cluster.object(&kustomization, api_version)).expect("it is read");
    assert!(!object.is_suspended);
    let spec = &server.get(api_version, "Kustomization", "flux-system", "app").expect("it is there")["spec"];
    assert!(spec.get("suspend").is_none(), "what Git says counts again: {spec}");
}

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config\ndata:\n  is: one\n";

#[test]
fn what_rbac_forbids_is_named_and_the_rest_is_seen() {
    let users = vec![User::named("nobody"), User::named("jane")];
    let server = TestCluster::with(ClusterOptions { users, has_controllers: false, ..ClusterOptions::default() });
    server.namespace("shop");
    server.apply(&deployment("shop", "app", "1.0.0"));
    let jane = Cluster::new(access(server.kubeconfig("jane", "jane"), "jane"));

    let before = server.block_on(jane.snapshot()).expect("it answers");
    assert!(before.workloads.is_empty() && !before.sees_workloads());
    let pods = before.gaps.iter().find(|gap| gap.resource == "pods").expect("pods may not be read");
    assert!(pods.is_forbidden && pods.words.starts_with("not allowed to list pods"), "{pods:?}");
    let watching = server.block_on(async { jane.watch() });
    wait(&watching, "all that is forbidden is named", |snapshot| snapshot.gaps.len() == before.gaps.len());
    assert_eq!(watching.health().state, HealthState::Connected);
    drop(watching);

    // What is printed for an administrator is what it takes.
    for document in role_manifest(Rights::Read, "jane").split("---\n") {
        let object: Value = serde_saphyr::from_str(document).expect("it is YAML");
        server.apply(&object);
    }
    let started = Instant::now();
    let after = loop {
        let snapshot = server.block_on(jane.snapshot()).expect("it answers");
        if snapshot.gaps.is_empty() {
            break snapshot;
        }
        assert!(started.elapsed() < PATIENCE, "{:?}", snapshot.gaps);
    };
    assert!(after.workloads.contains_key(&id("shop", "app")));
    let rights = server.block_on(jane.rights()).expect("it answers");
    assert!(rights.iter().all(|right| right.is_granted == (right.verb != "patch")), "{rights:#?}");
    let kustomization = LiveRef { kind: LiveKind::Kustomization, key: ObjectKey::new("shop", "app") };
    let api_version = "kustomize.toolkit.fluxcd.io/v1";
    let error = server.block_on(jane.request_reconcile(&kustomization, api_version, jiff::Timestamp::now()));
    let error = error.expect_err("jane may only read");
    assert!(matches!(&error, KubeError::Forbidden { verb: "patch", .. }), "{error}");
    assert!(
        error.to_string().contains("patch kustomizations.kustomize.toolkit.fluxcd.io app in namespace shop"),
        "{error}"
    );
}

#[test]
fn a_wrong_token_an_unknown_authority_and_a_silent_server_are_told_apart() {
    let mut server =
        TestCluster::with(ClusterOptions { has_controllers: false, has_flux: false, ..Default::default() });
    let fails = |server: &TestCluster, access: ClusterAccess| {
        let outcome = server.block_on(Cluster::new(access).probe());
        outcome.expect_err("it does not work")
    };
    let stranger = fails(&server, access(server.kubeconfig("stranger", "stranger"), "stranger"));
    assert_eq!(stranger.code(), "cluster-unauthorized", "{stranger}");
    assert!(!format!("{stranger:?}").contains("token-of"), "{stranger:?}");

    let other = sluice_testkit::registry::Authority::new("another");
    let path = server.kubeconfig("admin", "other");
    let own = std::fs::read_to_string(&path).expect("it was just written");
    let mut config: Value = serde_json::from_str(&own).expect("it is JSON");
    let ca = path.with_extension("pem");
    std::fs::write(&ca, other.pem()).expect("a file");
    config["clusters"][0]["cluster"]["certificate-authority"] = ca.display().to_string().into();
    std::fs::write(&path, config.to_string()).expect("a file");
    let untrusted = fails(&server, access(path, "other"));
    assert_eq!(untrusted.code(), "cluster-certificate", "{untrusted}");

    let missing = fails(&server, access(server.kubeconfig("admin", "dev"), "prod"));
    assert!(matches!(&missing, KubeError::NoContext { known, .. } if known == &["dev"]), "{missing}");

    server.kill_server();
    let silent = fails(&server, access(server.kubeconfig("admin", "dev"), "dev"));
    assert_eq!(silent.code(), "cluster-unreachable", "{silent}");
    assert!(silent.is_transient());
}

#[test]
fn a_server_that_goes_and_comes_back_is_followed_on() {
    let mut server =
        TestCluster::with(ClusterOptions { has_controllers: false, has_flux: false, ..Default::default() });
    server.namespace("shop");
    server.apply(&deployment("shop", "one", "1.0.0"));
    let watching = server.block_on(async { admin(&server).watch() });
    wait(&watching, "the first is there", |snapshot| snapshot.workloads.contains_key(&id("shop", "one")));
    server.kill_server();
    let started = Instant::now();
    while watching.health().state != HealthState::Trouble {
        assert!(started.elapsed() < PATIENCE, "{:?}", watching.health());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(watching.health().trouble.expect("it says why").code, "cluster-unreachable");
    assert!(watching.read(|snapshot| snapshot.workloads.contains_key(&id("shop", "one"))), "what was known stays");
    server.restart_server();
    server.delete("apps/v1", "Deployment", "shop", "one");
    server.apply(&deployment("shop", "two", "1.0.0"));
    wait(&watching, "the second is there, and the first is gone", |snapshot| {
        snapshot.workloads.keys().map(ToString::to_string).collect::<Vec<_>>() == ["Deployment shop/two"]
    });
    assert_eq!(watching.health().state, HealthState::Connected);
}
