//! The half of `demo/kind` that is Sluice's: its own scripts and files, on a cluster that needs no container runtime.

use std::path::{Path, PathBuf};
use std::process::Command;

use sluice_testkit::cluster::{ClusterOptions, FakeKubelet, TestCluster};
use sluice_testkit::git::{HttpGit, HttpGitOptions, HttpUser};
use sluice_testkit::http::ForwardProxy;
use sluice_testkit::program;
use sluice_testkit::registry::{Image, WireRegistry};

use crate::stage::running_in;
use crate::support::bench::APP;
use crate::support::{Desk, Run, wait_until};

const CLUSTER: &str = "sluice-demo";
const IMAGE: &str = "team/flask-app";

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/kind")
}

#[test]
fn the_scripts_have_nothing_that_shellcheck_minds() {
    let scripts = ["up.sh", "down.sh", "publish.sh", "lib.sh"];
    let mut check = Command::new(program("shellcheck", "shellcheck"));
    let checked = check.current_dir(demo().join("../..")).args(scripts.map(|name| format!("demo/kind/{name}")));
    let checked = checked.arg("--external-sources").output().expect("shellcheck runs");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

#[test]
fn a_version_goes_from_the_demos_registry_into_the_demos_cluster() {
    let cluster = TestCluster::with(ClusterOptions { has_flux: false, ..ClusterOptions::default() });
    let _kubelet = FakeKubelet::start(&cluster);
    let registry = WireRegistry::start();
    let publish = |tag: &str| registry.push(IMAGE, tag, &Image::new("2026-11-20T10:00:00Z").label("version", tag));
    publish("1.0.0");

    let desk = Desk::new();
    let work = desk.folder().join("demo");
    std::fs::create_dir_all(&work).expect("a folder");
    let kubeconfig = cluster.kubeconfig("admin", &format!("kind-{CLUSTER}"));
    std::fs::copy(kubeconfig, work.join("kubeconfig")).expect("the kubeconfig");
    let port = registry.address().rsplit_once(':').expect("a port").1.to_owned();
    let runs = |words: &str, git_port: &str| {
        let sluice = PathBuf::from(desk.command(&[]).get_program());
        let own = sluice.parent().expect("a folder").display().to_string();
        let path = format!("{own}:{}", std::env::var("PATH").expect("a search path"));
        let mut bash = Command::new(program("bash", "bash"));
        bash.args(["-euo", "pipefail", "-c", &format!(". \"$0\"/lib.sh; {words}")]).arg(demo());
        bash.env_clear().env("PATH", path).env("HOME", desk.home(""));
        bash.env("SLUICE_DEMO_FOLDER", &work).env("SLUICE_DEMO_REGISTRY_PORT", &port);
        Run::of(bash.env("SLUICE_DEMO_GIT_PORT", git_port).output().expect("bash starts")).exits(0)
    };
    runs("make_repository \"$0\"/fleet", "1");
    let root = work.join("repositories");
    // The demo's server lets everybody write; this one wants a name for that.
    desk.put(".netrc", "machine sluice-demo-git login bot password pass\n");
    let users = vec![HttpUser::writer("bot", "pass")];
    let server = HttpGit::start(&root, &HttpGitOptions { users, ..HttpGitOptions::default() });
    let address = server.url(&root).replace("http://", "");
    let published = ForwardProxy::leading_to(address.trim_end_matches('/'));
    let git_port = published.url().rsplit_once(':').expect("a port").1.to_owned();
    runs("connect_sluice", &git_port);

    // What the script's last words say.
    let sluice = |words: &[&str]| {
        let mut command = desk.command(words);
        command.env("SLUICE_CONFIG", work.join("sluice.toml")).env("SLUICE_DATA_DIR", work.join("data"));
        command.env("http_proxy", format!("http://localhost:{git_port}")).env("no_proxy", "localhost,127.0.0.1");
        Run::of(command.output().expect("sluice starts"))
    };
    let apply = ["apply", APP, "--cluster", CLUSTER, "--yes"];
    sluice(&apply).exits(0);
    wait_until("1.0.0 runs", || running_in(&cluster) == ["1.0.0"]);
    publish("1.0.1");
    sluice(&["scan"]).exits(0);
    sluice(&["release", "--yes"]).exits(0);
    sluice(&apply).exits(0);
    sluice(&["follow", "--timeout", "60s"]).exits(0);
    assert_eq!(running_in(&cluster), ["1.0.1"]);
    let why = sluice(&["why", APP, "-o", "json"]).exits(0).json();
    assert_eq!(why["steps"][8]["tag"], "1.0.1", "{why}");
}
