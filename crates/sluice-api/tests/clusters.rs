//! What the screens of apps and clusters ask, answered over an API server on the wire.

mod support;

use serde_json::{Value, json};
use sluice_api::ErrorCode;
use sluice_api::view::event::{Event, NotificationKind};
use sluice_api::view::release::ReleaseState;
use sluice_testkit::kubernetes::{WireCluster, kubeconfig};
use support::{App, policy};

const FLUX: &str = "flux-system";

/// The demo's repository with a cluster `dev` in which Flux has applied its newest commit, and a version runs.
async fn with_cluster(running: &str) -> (App, WireCluster) {
    let app = App::with_news().await;
    let cluster = WireCluster::start("v1.33.1");
    app.put_kubeconfig(&kubeconfig(&[("kind-dev", &cluster.url()), ("kind-other", "https://127.0.0.1:9")]));
    let view = app.api.engine().view("fleet").await.expect("it was read");
    let revision = format!("main@sha1:{}", view.commit);
    let ready = json!([{"type": "Ready", "status": "True", "reason": "Succeeded", "message": "all is well"}]);
    let meta = json!({"name": "flask-app", "namespace": FLUX});
    cluster.put(&json!({"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository", "metadata": meta,
        "spec": {"url": app.demo.git_url(), "ref": {"branch": "main"}},
        "status": {"observedGeneration": 1, "artifact": {"revision": revision}, "conditions": ready}}));
    cluster.put(&json!({"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": meta,
        "spec": {"path": "./test", "sourceRef": {"kind": "GitRepository", "name": "flask-app"}},
        "status": {"observedGeneration": 1, "lastAppliedRevision": revision, "conditions": ready,
            "inventory": {"entries": [{"id": "flask-app_flask-app_apps_Deployment", "v": "v1"}]}}}));
    let image = format!("{}:{running}", app.demo.image());
    cluster.put(&json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "flask-app", "namespace": "flask-app"},
        "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "flask-app", "image": image}]}}},
        "status": {"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 2,
            "conditions": [{"type": "Available", "status": "True"}]}}));
    app.ok("addCluster", json!({ "context": "kind-dev", "name": "dev", "isReadOnly": false })).await;
    (app, cluster)
}

/// A policy of the same image, with a workload that it is written to, which runs in no cluster.
fn second_policy(app: &App) -> String {
    format!(
        "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata:\n  name: other\n  namespace: {FLUX}\nspec:\n  \
         imageRepositoryRef:\n    name: flask-app\n  policy:\n    semver:\n      range: 1.1.x\n---\napiVersion: apps/v1\nkind: \
         Deployment\nmetadata:\n  name: other\n  namespace: flask-app\nspec:\n  template:\n    spec:\n      containers:\n        - \
         name: other\n          image: {}:1.1.0 # {{\"$imagepolicy\": \"{FLUX}:other\"}}\n",
        app.demo.image()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_says_what_runs_where() {
    let (app, cluster) = with_cluster("1.0.0").await;
    let apps = app.ok("apps", Value::Null).await;
    assert_eq!(apps["environments"][0]["cluster"], "dev", "{apps}");
    let row = &apps["rows"][0];
    assert_eq!((&row["policy"], &row["inGit"], &row["candidate"]), (&policy(), &"1.0.0".into(), &"1.0.1".into()));
    let cell = &row["cells"][0];
    assert_eq!(
        (&cell["running"], &cell["health"], &cell["behind"]),
        (&json!(["1.0.0"]), &"fine".into(), &0.into()),
        "{cell}"
    );
    assert_eq!((&cell["ready"], &cell["wanted"]), (&2.into(), &2.into()));

    // However many apps there are, the cluster is read once.
    let lists = || cluster.requests().iter().filter(|request| request.path.ends_with("/deployments")).count();
    app.commit("other/policy.yaml", &second_policy(&app));
    app.api.engine().refresh("fleet").await.expect("it is read");
    let (apps, reads) = loop {
        let before = lists();
        let apps = app.ok("apps", Value::Null).await;
        // What was known before is told to be stale a moment later.
        if apps["rows"].as_array().is_some_and(|rows| rows.len() == 2) {
            break (apps, lists() - before);
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!(reads, 1, "{apps}");
    let revision = apps["environments"][0]["revision"].as_str().expect("all are at one");
    assert!(revision.starts_with("main@") && revision.len() == "main@".len() + 7, "{revision}");

    let flags = app.ok("policyClusters", json!({ "policy": policy() })).await;
    assert_eq!(flags["flags"][0]["tag"], "1.0.0", "{flags}");
    assert_eq!(flags["flags"][0]["owner"], json!({ "kind": "cluster", "cluster": "dev" }), "{flags}");
    assert_eq!(flags["lines"], json!([]), "nothing was released through Sluice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_shows_its_objects_and_takes_what_is_asked_of_it() {
    let (app, cluster) = with_cluster("1.0.0").await;
    let clusters = app.ok("clusters", Value::Null).await;
    let row = &clusters["clusters"][0];
    assert_eq!(
        (&row["version"], &row["health"], &row["objects"]),
        (&"v1.33.1".into(), &"fine".into(), &2.into()),
        "{row}"
    );
    let contexts = app.ok("contexts", Value::Null).await;
    assert_eq!(contexts["contexts"][0]["cluster"], "dev", "{contexts}");
    assert_eq!(contexts["contexts"][1]["cluster"], Value::Null, "{contexts}");

    let detail = app.ok("cluster", json!({ "cluster": "dev" })).await;
    let kinds: Vec<&str> =
        detail["objects"].as_array().expect("objects").iter().filter_map(|one| one["kind"].as_str()).collect();
    assert_eq!(kinds, ["GitRepository", "Kustomization"]);
    assert_eq!(detail["workloads"][0]["ready"], 2, "{detail}");
    // The policy, its repository and the automation stand in Git, in a folder that nothing here applies.
    assert_eq!(detail["differences"], json!([]), "{detail}");

    let object = json!({ "cluster": "dev", "kind": "Kustomization", "namespace": FLUX, "name": "flask-app" });
    let with = |name: &str, value: bool| {
        let mut request = object.clone();
        request[name] = value.into();
        request
    };
    app.ok("reconcileInCluster", with("withSource", true)).await;
    let asked = |kind: &str| {
        let object = cluster.get(kind, FLUX, "flask-app").expect("it is there");
        object["metadata"]["annotations"]["reconcile.fluxcd.io/requestedAt"].is_string()
    };
    assert!(asked("GitRepository") && asked("Kustomization"), "both are asked");
    app.ok("suspendInCluster", with("suspended", true)).await;
    assert_eq!(cluster.get("Kustomization", FLUX, "flask-app").expect("it is there")["spec"]["suspend"], true);
    let detail = app.ok("cluster", json!({ "cluster": "dev" })).await;
    assert_eq!(detail["objects"][1]["isSuspended"], true, "{detail}");
    app.ok("suspendInCluster", with("suspended", false)).await;

    app.ok("removeCluster", json!({ "cluster": "dev" })).await;
    assert_eq!(app.ok("clusters", Value::Null).await["clusters"], json!([]));
    let gone = app.call("cluster", json!({ "cluster": "dev" })).await.expect_err("it is gone");
    assert_eq!(gone.code, ErrorCode::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_read_and_what_does_not_answer_is_said() {
    let (app, cluster) = with_cluster("1.0.0").await;
    cluster.forbid("Pod");
    let row = app.ok("clusters", Value::Null).await["clusters"][0].clone();
    assert_eq!(row["health"], "attention", "{row}");
    assert!(row["gaps"][0].as_str().is_some_and(|gap| gap.contains("not allowed to list pods")), "{row}");
    cluster.set_down(true);
    let row = app.ok("clusters", Value::Null).await["clusters"][0].clone();
    assert_eq!(row["health"], "broken", "{row}");
    assert!(row["words"].as_str().is_some_and(|words| words.contains("etcdserver")), "{row}");
    assert!(row["lastSuccess"].is_string(), "when it answered last is known: {row}");
    let apps = app.ok("apps", Value::Null).await;
    assert_eq!(apps["rows"][0]["cells"][0], Value::Null, "{apps}");
    assert!(apps["environments"][0]["words"].as_str().is_some_and(|words| !words.is_empty()), "{apps}");
    let strange = app.call("addCluster", json!({ "context": "nobody", "isReadOnly": false })).await;
    assert!(strange.expect_err("there is none").message.contains("nobody"));
}

/// A commit in Git that is applied in the cluster, where its only pod is of this image and waits for a reason.
fn applied_with_pod(app: &App, cluster: &WireCluster, commit: &str, tag: &str, reason: &str, message: &str) {
    let revision = format!("main@sha1:{commit}");
    for kind in ["GitRepository", "Kustomization"] {
        let mut object = cluster.get(kind, FLUX, "flask-app").expect("it is there");
        object["status"]["artifact"]["revision"] = revision.clone().into();
        object["status"]["lastAppliedRevision"] = revision.clone().into();
        cluster.put(&object);
    }
    let image = format!("{}:{tag}", app.demo.image());
    let labels = json!({"app": "flask-app"});
    let mut deployment = cluster.get("Deployment", "flask-app", "flask-app").expect("it is there");
    deployment["spec"]["selector"] = json!({"matchLabels": labels});
    deployment["spec"]["template"]["spec"]["containers"][0]["image"] = image.clone().into();
    deployment["status"]["updatedReplicas"] = 1.into();
    cluster.put(&deployment);
    cluster.put(&json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "flask-app-7d9-x2", "namespace": "flask-app",
        "labels": {"app": "flask-app", "pod-template-hash": "7d9"},
        "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "flask-app-7d9", "uid": "r", "controller": true}]},
        "spec": {"containers": [{"name": "flask-app", "image": image}]},
        "status": {"phase": "Pending", "containerStatuses": [{"name": "flask-app", "image": image, "ready": false, "restartCount": 0,
            "state": {"waiting": {"reason": reason, "message": message}}}]}}));
}

/// Releases what is ready or undoes a release, and gives its id once it is pushed.
async fn released(app: &mut App, intent: Value) -> String {
    let review = app.ok("openReview", json!({ "intent": intent })).await;
    let plan = &review["plans"][0];
    let plans = json!([{ "plan": plan["plan"], "message": plan["message"] }]);
    let mut request = json!({ "review": review["review"], "plans": plans, "approval": "given" });
    if !review["hold"].is_null() {
        request["hold"] = review["hold"].clone();
    }
    let started = app.ok("release", request).await;
    let id = started["releases"][0]["release"].as_str().expect("an id").to_owned();
    app.until(|event| matches!(event, Event::Release { release, state: ReleaseState::Pushed, .. } if *release == id))
        .await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_is_stuck_in_a_cluster_comes_before_a_person_and_leaves_when_it_is_rolled_back() {
    let (mut app, cluster) = with_cluster("1.0.0").await;
    app.ok("allowWriting", json!({ "source": "fleet", "allowed": true })).await;
    let id = released(&mut app, json!({ "intent": "release", "policies": [policy()] })).await;
    let commit = app.api.engine().release_of(&id).await.expect("the database").and_then(|row| row.commit);
    let why = "Back-off pulling image";
    applied_with_pod(&app, &cluster, &commit.expect("it was pushed"), "1.0.1", "ImagePullBackOff", why);
    assert_eq!(app.ok("inbox", Value::Null).await["rollouts"], json!([]), "nobody has looked yet");
    app.api.engine().look_at_release(&id).await.expect("the database");

    let told = app.until(|event| matches!(event, Event::Notification { notification } if notification.kind == NotificationKind::Stuck)).await;
    let Event::Notification { notification } = told else { panic!("{told:?}") };
    assert_eq!(notification.title, "flask-app 1.0.1 is stuck in dev");
    assert!(notification.body.contains(why), "{notification:?}");
    let inbox = app.ok("inbox", Value::Null).await;
    let stuck = &inbox["rollouts"][0];
    assert_eq!(
        (&stuck["release"], &stuck["cluster"], &stuck["reason"], &stuck["canUndo"]),
        (&id.as_str().into(), &"dev".into(), &"ImagePullBackOff".into(), &true.into()),
        "{inbox}"
    );
    assert!(stuck["words"].as_str().is_some_and(|words| words.contains(why)), "{stuck}");
    assert_eq!(stuck["changes"][0]["version"]["to"]["tag"], "1.0.1", "{stuck}");
    let shell = app.ok("shell", Value::Null).await;
    assert_eq!((&shell["counters"]["inbox"], &shell["counters"]["releasesFailed"]), (&inbox["total"], &1.into()));
    assert_eq!(shell["tray"]["state"], "stuck", "{shell}");

    // The way back: what stood before, held; the cluster need not say a word for it to leave.
    released(&mut app, json!({ "intent": "undo", "release": id })).await;
    let inbox = app.ok("inbox", Value::Null).await;
    assert_eq!(inbox["rollouts"], json!([]), "{inbox}");
    let shell = app.ok("shell", Value::Null).await;
    assert_eq!((&shell["counters"]["inbox"], &shell["counters"]["releasesFailed"]), (&inbox["total"], &0.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_by_an_address_that_only_the_cluster_knows_is_asked_about_and_then_known() {
    let (app, cluster) = with_cluster("1.0.0").await;
    let own = app.demo.git_url();
    let (_, rest) = own.split_once("://").expect("it has a scheme");
    let (_, path) = rest.split_once('/').expect("it has a path");
    let inside = format!("http://gitea-http.gitea.svc:3000/{path}");
    let mut repository = cluster.get("GitRepository", FLUX, "flask-app").expect("it is there");
    repository["spec"]["url"] = inside.clone().into();
    cluster.put(&repository);
    let detail = || app.ok("cluster", json!({ "cluster": "dev" }));
    let running = async || app.ok("apps", Value::Null).await["rows"][0]["cells"][0]["running"].clone();

    assert_eq!(running().await, Value::Null, "it is another repository, as far as is known");
    let asked = json!([{ "source": "fleet", "object": "flux-system/flask-app", "address": inside, "knownAs": [] }]);
    assert_eq!(detail().await["lookalikes"], asked);
    let secret = json!({ "source": "fleet", "addresses": ["http://bot:very-secret@gitea.svc/fleet"] });
    let refused = app.call("setKnownAs", secret).await.expect_err("it holds a password");
    assert!(!format!("{refused:?}").contains("very-secret"), "{refused:?}");
    assert_eq!(detail().await["lookalikes"], asked);

    app.ok("setKnownAs", json!({ "source": "fleet", "addresses": [inside, inside] })).await;
    assert_eq!(detail().await["lookalikes"], json!([]));
    assert_eq!(running().await, json!(["1.0.0"]));
    let source = app.ok("source", json!({ "source": "fleet" })).await;
    assert_eq!(source["git"]["knownAs"], json!([inside]), "{source}");

    app.ok("setKnownAs", json!({ "source": "fleet", "addresses": [] })).await;
    assert_eq!(detail().await["lookalikes"], asked);
    let strange = app.call("setKnownAs", json!({ "source": "nobody", "addresses": [] })).await;
    assert_eq!(strange.expect_err("there is none").code, ErrorCode::NotFound);
}
