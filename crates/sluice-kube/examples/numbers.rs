//! What keeping up with a large cluster costs: memory, processor time, events a second. Prints, and judges nothing.
//!
//! `cargo run -p sluice-kube --example numbers [PODS]` starts an API server of its own (`cargo xtask cluster`), puts pods
//! and a fifth as many deployments into it, and keeps up with it from this process.

fn main() {
    #[cfg(target_os = "linux")]
    linux::main();
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::Write as _;
    use std::time::{Duration, Instant};

    use serde_json::{Value, json};
    use sluice_kube::{Cluster, ClusterAccess, Kubeconfigs, Surroundings, Watching};
    use sluice_testkit::cluster::{ClusterOptions, TestCluster};

    const IDLE: Duration = Duration::from_secs(30);

    pub(super) fn main() {
        let pods: usize = std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(20_000);
        let options = ClusterOptions { has_controllers: false, ..ClusterOptions::default() };
        let server = TestCluster::with(options);
        server.namespace("shop");
        let before = memory("VmRSS");
        say("memory before", &format!("{before} MiB"));
        server.seed("deployments", (0..pods / 5).map(deployment));
        server.seed("pods", (0..pods).map(|n| pod(n, "1.0.0")));
        let access = ClusterAccess {
            kubeconfigs: Kubeconfigs::new([server.kubeconfig("admin", "large")]),
            context: "large".to_owned(),
            namespaces: Vec::new(),
            surroundings: Surroundings::default(),
        };
        let started = Instant::now();
        let watching = server.block_on(async { Cluster::new(access).watch() });
        wait(&watching, pods, "1.0.0");
        say("first list", &format!("{pods} pods in {:.1} s", started.elapsed().as_secs_f64()));
        say("memory", &format!("{} MiB, at most {} MiB", memory("VmRSS"), memory("VmHWM")));

        std::thread::sleep(Duration::from_secs(5));
        let busy = processor_time();
        std::thread::sleep(IDLE);
        let share = (processor_time() - busy) / IDLE.as_secs_f64() * 100.0;
        say("idle", &format!("{share:.2} % of a core over {} s", IDLE.as_secs()));

        let started = Instant::now();
        server.seed("pods", (0..pods).map(|n| pod(n, "1.0.1")));
        let written = started.elapsed();
        wait(&watching, pods, "1.0.1");
        let all = started.elapsed().as_secs_f64();
        let rate = f64::from(u32::try_from(pods).unwrap_or(u32::MAX)) / all;
        let words =
            format!("{pods} changes in {all:.1} s, {rate:.0} a second (written within {:.1} s)", written.as_secs_f64());
        say("events", &words);
        say("memory", &format!("{} MiB, at most {} MiB", memory("VmRSS"), memory("VmHWM")));
    }

    fn wait(watching: &Watching, pods: usize, tag: &str) {
        let is_so = |snapshot: &sluice_core::cluster::Snapshot| {
            let is_new = |pod: &sluice_core::cluster::Pod| pod.images.iter().all(|image| image.image.ends_with(tag));
            snapshot.pods.len() == pods && snapshot.pods.values().all(is_new)
        };
        while !watching.read(is_so) {
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn say(what: &str, words: &str) {
        let _ = writeln!(std::io::stdout(), "{what:<14} {words}");
    }

    /// A line of the kernel's about this process, in MiB.
    fn memory(name: &str) -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap_or_default();
        line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or_default() / 1024
    }

    /// Seconds that this process has computed so far. The kernel counts in hundredths.
    fn processor_time() -> f64 {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<u32>().ok());
        f64::from(ticks.sum::<u32>()) / 100.0
    }

    fn deployment(n: usize) -> Value {
        let name = format!("app-{n}");
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "shop"},
            "spec": {"replicas": 5, "selector": {"matchLabels": {"app": name}}, "template": {"metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "app", "image": format!("ghcr.io/acme/app-{}:1.0.0", n % 200)}]}}}})
    }

    /// As large as pods are: with what the kubelet and admission add.
    fn pod(n: usize, tag: &str) -> Value {
        let (app, hash) = (n / 5, "5d4f7b9c6d");
        let env: Vec<Value> =
            (0..12).map(|at| json!({"name": format!("SETTING_{at}"), "value": format!("value-{at}")})).collect();
        let image = format!("ghcr.io/acme/app-{}:{tag}", app % 200);
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": format!("app-{app}-{hash}-{n:05}"), "namespace": "shop",
                "labels": {"app": format!("app-{app}"), "pod-template-hash": hash, "app.kubernetes.io/part-of": "shop"},
                "annotations": {"prometheus.io/scrape": "true", "kubectl.kubernetes.io/restartedAt": "2026-11-20T10:00:00Z"},
                "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": format!("app-{app}-{hash}"), "uid": "0",
                    "controller": true}]},
            "spec": {"nodeName": format!("node-{}", n % 200), "containers": [
                {"name": "app", "image": image, "env": env, "resources": {"requests": {"cpu": "50m", "memory": "96Mi"}}}]},
            "status": {"phase": "Running", "podIP": "10.0.0.1",
                "conditions": [{"type": "Ready", "status": "True"}, {"type": "PodScheduled", "status": "True"}],
                "containerStatuses": [{"name": "app", "image": image, "imageID": format!("{image}@sha256:{}", "0".repeat(64)),
                    "ready": true, "restartCount": 0, "state": {"running": {"startedAt": "2026-11-20T10:00:00Z"}}}]}})
    }
}
