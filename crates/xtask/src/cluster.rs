//! `cargo xtask cluster`: a real Kubernetes API server for the tests.
//!
//! Taken in this order: the running cluster that `SLUICE_TEST_KUBECONFIG` names; the programs in the folder
//! `KUBEBUILDER_ASSETS` (envtest's convention); the programs of an earlier build in the user's cache folder; else, on
//! Debian, a build from Debian's own source packages, once. The system is left as it is: lists and packages come into
//! folders of our own, and nothing is installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::cargo;
use crate::debian;

/// The programs that the tests start.
const PROGRAMS: [&str; 5] = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"];
/// Those that are built; etcd comes ready from its package.
const BUILT: [&str; 4] = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"];
/// The version in Debian's source package.
const VERSION: &str = "1.20.2";
/// The binary packages that the build needs, and etcd.
const PACKAGES: [&str; 4] =
    ["etcd-server", "golang-1.19-go", "golang-1.19-src", "golang-github-modern-go-reflect2-dev"];

const USAGE: &str = "\
usage: cargo xtask cluster [--run]

  Finds the programs of a Kubernetes cluster for the tests, or builds them once (Debian, some minutes, 275 MB kept).
  --run   start one on loopback with a stand-in for nodes and for Flux, until Ctrl-C; prints its kubeconfig";

/// What there is.
enum Found {
    /// Somebody's running cluster.
    Running(PathBuf),
    /// A folder with the programs.
    Programs(PathBuf),
}

/// The verb.
pub(crate) fn run(words: &[String]) -> Result<(), String> {
    let starts = match words {
        [] => false,
        [word] if word == "--run" => true,
        _ => return Err(USAGE.to_owned()),
    };
    match find_or_build()? {
        Found::Running(kubeconfig) => println!("the tests use the running cluster of {}", kubeconfig.display()),
        Found::Programs(folder) => {
            println!("the tests use the programs in {}", folder.display());
            if starts {
                let words = ["--quiet", "--package", "sluice-testkit", "--features", "cluster", "--example", "cluster"];
                return cargo::run("run", &words, &[]);
            }
        }
    }
    Ok(())
}

/// Sees to it that tests find a cluster or its programs.
pub(crate) fn ensure() -> Result<(), String> {
    find_or_build().map(drop)
}

/// Where earlier builds are; the testkit looks there too.
fn cache() -> PathBuf {
    cargo::cache_dir().join("cluster").join(VERSION)
}

fn find_or_build() -> Result<Found, String> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(kubeconfig) = variable("SLUICE_TEST_KUBECONFIG") {
        if kubeconfig.is_file() {
            return Ok(Found::Running(kubeconfig));
        }
        return Err(format!("SLUICE_TEST_KUBECONFIG names {}, which is no file", kubeconfig.display()));
    }
    if let Some(folder) = variable("KUBEBUILDER_ASSETS") {
        let missing = missing(&folder);
        if missing.is_empty() {
            return Ok(Found::Programs(folder));
        }
        return Err(format!(
            "KUBEBUILDER_ASSETS names {}, which lacks {}; rollouts need them: put them there, or unset the variable",
            folder.display(),
            missing.join(", ")
        ));
    }
    let folder = cache();
    if missing(&folder).is_empty() {
        return Ok(Found::Programs(folder));
    }
    build(&folder)?;
    Ok(Found::Programs(folder))
}

fn missing(folder: &Path) -> Vec<&'static str> {
    PROGRAMS.into_iter().filter(|name| !folder.join(name).is_file()).collect()
}

/// Builds everything beside its place and moves it there in one step; a second build waits for the first.
fn build(folder: &Path) -> Result<(), String> {
    if !debian::is_here() {
        return Err("the tests need a Kubernetes API server, and only on Debian is one built by itself: let \
                    KUBEBUILDER_ASSETS name a folder with etcd, kube-apiserver, kube-controller-manager, kube-scheduler \
                    and kubectl, or SLUICE_TEST_KUBECONFIG a running cluster that may be filled and emptied"
            .to_owned());
    }
    let parent = folder.parent().ok_or("the cache folder has a parent")?;
    let at = |path: &Path| format!("{}: ", path.display());
    fs::create_dir_all(parent).map_err(|error| at(parent) + &error.to_string())?;
    let lock = fs::File::create(parent.join(".lock")).map_err(|error| at(parent) + &error.to_string())?;
    lock.lock().map_err(|error| at(parent) + &error.to_string())?;
    if missing(folder).is_empty() {
        return Ok(());
    }
    let started = Instant::now();
    println!("building a Kubernetes {VERSION} API server for the tests, once; this takes some minutes");
    let work = parent.join("build");
    remove(&work)?;
    let built = Build { root: work.clone() }.all();
    let built = built.and_then(|programs| {
        remove(folder)?;
        fs::rename(&programs, folder).map_err(|error| at(folder) + &error.to_string())
    });
    // Half a gigabyte of objects that nobody looks at again, also after a failure.
    let removed = remove(&work);
    built?;
    removed?;
    println!("built in {:.0} s: {}", started.elapsed().as_secs_f64(), folder.display());
    Ok(())
}

fn remove(folder: &Path) -> Result<(), String> {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder).map_err(|error| format!("cannot remove {}: {error}", folder.display()))
}

/// A build in a folder of its own.
struct Build {
    root: PathBuf,
}

impl Build {
    /// Fetches, unpacks, prepares and compiles. Gives the folder of the programs.
    fn all(&self) -> Result<PathBuf, String> {
        let (packages, unpacked) = (self.root.join("packages"), self.root.join("unpacked"));
        for folder in [&packages, &unpacked, &self.source(), &self.programs()] {
            fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        }
        let apt = debian::PrivateApt::new(&self.root.join("apt"))?;
        apt.run(&packages, &["update", "-qq"])?;
        apt.run(&packages, &[&["download", "-qq"], &PACKAGES[..]].concat())?;
        apt.run(&packages, &["source", "-qq", "--download-only", "kubernetes"])?;
        for file in files(&packages, ".deb")? {
            step("dpkg", |command| command.arg("-x").arg(&file).arg(&unpacked))?;
        }
        let [source] = &files(&packages, ".orig.tar.gz")?[..] else {
            return Err("Debian's source package of Kubernetes has changed its form".to_owned());
        };
        step("tar", |command| command.arg("xzf").arg(source).arg("--strip-components=1").arg("-C").arg(self.source()))?;
        self.mend()?;
        self.generate()?;
        for name in BUILT {
            println!("  compiling {name}");
            let flags = ["-ldflags", &version_flags(), "-o"];
            self.go(|go| {
                go.arg("build")
                    .args(["-p", "2"])
                    .args(flags)
                    .arg(self.programs().join(name))
                    .arg(format!("./cmd/{name}"))
            })?;
        }
        let etcd = unpacked.join("usr/bin/etcd");
        fs::copy(&etcd, self.programs().join("etcd")).map_err(|error| format!("{}: {error}", etcd.display()))?;
        Ok(self.programs())
    }

    fn programs(&self) -> PathBuf {
        self.root.join("programs")
    }

    fn source(&self) -> PathBuf {
        self.root.join("go/src/k8s.io/kubernetes")
    }

    /// The vendored reflect2 1.0.1 crashes under Go 1.18 and newer; Debian has 1.0.2.
    fn mend(&self) -> Result<(), String> {
        let vendored = self.source().join("vendor/github.com/modern-go/reflect2");
        remove(&vendored)?;
        let newer = self.root.join("unpacked/usr/share/gocode/src/github.com/modern-go/reflect2");
        step("cp", |command| command.arg("-rL").arg(&newer).arg(&vendored))
    }

    /// Writes `pkg/generated/openapi`, the one file that the source tarball lacks, with the vendored generator.
    fn generate(&self) -> Result<(), String> {
        println!("  generating pkg/generated/openapi");
        let generator = self.root.join("openapi-gen");
        self.go(|go| go.args(["build", "-o"]).arg(&generator).arg("./vendor/k8s.io/kube-openapi/cmd/openapi-gen"))?;
        let packages = self.openapi_packages()?;
        let mut command = Command::new(&generator);
        self.surround(&mut command);
        command.args(["-i", &packages.join(","), "-p", "k8s.io/kubernetes/pkg/generated/openapi"]);
        command.args(["-O", "zz_generated.openapi", "-h", "vendor/k8s.io/code-generator/hack/boilerplate.go.txt"]);
        command.arg("-r").arg(self.root.join("violations")).stdout(Stdio::null()).stderr(Stdio::null());
        cargo::check(&mut command, "openapi-gen")
    }

    /// The packages that ask for it by a comment, as the Makefile finds them.
    fn openapi_packages(&self) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        for below in ["pkg", "staging/src/k8s.io", "cmd"] {
            search(&self.source().join(below), &mut found)?;
        }
        let root = self.source();
        let mut packages: Vec<String> = found
            .iter()
            .filter_map(|folder| folder.strip_prefix(&root).ok())
            .map(|folder| folder.display().to_string())
            .filter(|folder| !folder.contains("/code-generator/") && !folder.contains("/sample-apiserver/"))
            .map(|folder| match folder.strip_prefix("staging/src/") {
                Some(vendored) => format!("k8s.io/kubernetes/vendor/{vendored}"),
                None => format!("k8s.io/kubernetes/{folder}"),
            })
            .collect();
        packages.sort_unstable();
        packages.dedup();
        Ok(packages)
    }

    fn go(&self, words: impl FnOnce(&mut Command) -> &mut Command) -> Result<(), String> {
        let mut command = Command::new(self.root.join("unpacked/usr/lib/go-1.19/bin/go"));
        self.surround(&mut command);
        words(&mut command);
        cargo::check(&mut command, "go build")
    }

    /// Go in GOPATH mode, with everything that it writes in the build's folder.
    fn surround(&self, command: &mut Command) {
        let go_root = self.root.join("unpacked/usr/lib/go-1.19");
        let old = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(go_root.join("bin")).chain(std::env::split_paths(&old));
        // An unusable entry of the search path is left out of it by nobody else either.
        let path = std::env::join_paths(path).unwrap_or(old.clone());
        command.current_dir(self.source()).stdin(Stdio::null());
        command.env("PATH", path).env("GOROOT", go_root).env("GOPATH", self.root.join("go"));
        command.env("GOCACHE", self.root.join("go-cache")).env("HOME", &self.root).env("GOFLAGS", "");
        command.env("GO111MODULE", "off").env("GOPROXY", "off").env("CGO_ENABLED", "0");
    }
}

fn version_flags() -> String {
    let mut parts = VERSION.split('.');
    let (major, minor) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let values = [
        ("gitVersion", format!("v{VERSION}")),
        ("gitMajor", major.to_owned()),
        ("gitMinor", minor.to_owned()),
        ("gitTreeState", "clean".to_owned()),
    ];
    let mut flags = "-s -w".to_owned();
    for package in ["component-base/version", "client-go/pkg/version"] {
        for (name, value) in &values {
            flags.push_str(&format!(" -X k8s.io/kubernetes/vendor/k8s.io/{package}.{name}={value}"));
        }
    }
    flags
}

fn step(program: &str, words: impl FnOnce(&mut Command) -> &mut Command) -> Result<(), String> {
    let mut command = Command::new(program);
    words(&mut command).stdin(Stdio::null());
    cargo::check(&mut command, program)
}

fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    Ok(paths.filter(|path| path.to_str().is_some_and(|path| path.ends_with(ending))).collect())
}

/// The folders at and below `folder` with a Go file, no test, that says `+k8s:openapi-gen=true` at the begin of a line.
fn search(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        let kind = entry.file_type().map_err(|error| format!("{}: {error}", path.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if kind.is_dir() {
            search(&path, found)?;
        } else if kind.is_file() && name.ends_with(".go") && !name.ends_with("_test.go") {
            let text = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let text = String::from_utf8_lossy(&text);
            if text.lines().any(|line| line.starts_with("// +k8s:openapi-gen=")) {
                found.push(folder.to_owned());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_only_taken_whole() {
        let folder = std::env::temp_dir().join(format!("sluice-xtask-cluster-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a temporary folder");
        for name in &PROGRAMS[..4] {
            fs::write(folder.join(name), "").expect("a file");
        }
        assert_eq!(missing(&folder), ["kubectl"]);
        fs::write(folder.join("kubectl"), "").expect("a file");
        assert!(missing(&folder).is_empty());
        fs::remove_dir_all(&folder).expect("it is removed");
    }

    #[test]
    fn the_programs_say_their_version() {
        let flags = version_flags();
        assert!(flags.contains("component-base/version.gitVersion=v1.20.2"), "{flags}");
        assert!(flags.contains("client-go/pkg/version.gitMinor=20"), "{flags}");
    }
}
