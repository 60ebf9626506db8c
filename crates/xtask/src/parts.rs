//! The parts of the machine that building and testing need, how to see whether they are there, and how to get them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cargo;

/// What a tier asks of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// To compile the workspace (git2 links OpenSSL on Linux).
    Build,
    /// rustfmt and clippy.
    RustComponents,
    /// Node and npm, for the window's page.
    Node,
    /// To compile the window: the system's web view and the tray's library.
    Window,
    /// Real servers on loopback: a registry, sshd, Git over HTTP, a keychain.
    Servers,
    /// A display of the tests' own, and a driver for the window on it.
    Display,
    /// A browser that tests can drive.
    Browser,
    /// Letters of both languages, for pictures of the page.
    Fonts,
    /// A Kubernetes API server with its controllers.
    Cluster,
}

/// How a part shows that it is there.
enum Probe {
    Program(&'static str),
    Library(&'static str),
    File(&'static str),
    /// A file in the folder of the processor's own libraries, `/usr/lib/x86_64-linux-gnu` and the like.
    Shared(&'static str),
}

struct Part {
    need: Need,
    probe: Probe,
    package: &'static str,
}

const PARTS: &[Part] = &[
    Part { need: Need::Build, probe: Probe::Program("cc"), package: "gcc" },
    Part { need: Need::Build, probe: Probe::File("/usr/include/stdio.h"), package: "libc6-dev" },
    Part { need: Need::Build, probe: Probe::Program("pkg-config"), package: "pkg-config" },
    Part { need: Need::Build, probe: Probe::Library("openssl"), package: "libssl-dev" },
    Part { need: Need::Window, probe: Probe::Library("webkit2gtk-4.1"), package: "libwebkit2gtk-4.1-dev" },
    Part {
        need: Need::Window,
        probe: Probe::Library("ayatana-appindicator3-0.1"),
        package: "libayatana-appindicator3-dev",
    },
    Part { need: Need::Servers, probe: Probe::Program("git"), package: "git" },
    Part { need: Need::Servers, probe: Probe::Program("docker-registry"), package: "docker-registry" },
    Part { need: Need::Servers, probe: Probe::Program("htpasswd"), package: "apache2-utils" },
    Part { need: Need::Servers, probe: Probe::Program("sshd"), package: "openssh-server" },
    Part { need: Need::Servers, probe: Probe::Program("ssh-keygen"), package: "openssh-client" },
    Part { need: Need::Servers, probe: Probe::Program("gnome-keyring-daemon"), package: "gnome-keyring" },
    Part { need: Need::Servers, probe: Probe::Program("secret-tool"), package: "libsecret-tools" },
    Part { need: Need::Servers, probe: Probe::Program("dbus-run-session"), package: "dbus" },
    Part { need: Need::Servers, probe: Probe::Shared("faketime/libfaketimeMT.so.1"), package: "libfaketime" },
    Part { need: Need::Browser, probe: Probe::Program("chromium"), package: "chromium" },
    Part { need: Need::Browser, probe: Probe::Program("git"), package: "git" },
    // Builds what a cluster without Flux gets, as it does for people.
    Part { need: Need::Browser, probe: Probe::Program("kubectl"), package: "kubernetes-client" },
    Part { need: Need::Cluster, probe: Probe::Program("kubectl"), package: "kubernetes-client" },
    Part { need: Need::Cluster, probe: Probe::Program("shellcheck"), package: "shellcheck" },
    Part {
        need: Need::Fonts,
        probe: Probe::File("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
        package: "fonts-noto-cjk",
    },
    Part { need: Need::Display, probe: Probe::Program("Xvfb"), package: "xvfb" },
    Part { need: Need::Display, probe: Probe::Program("WebKitWebDriver"), package: "webkit2gtk-driver" },
    Part { need: Need::Display, probe: Probe::Program("openbox"), package: "openbox" },
    Part { need: Need::Display, probe: Probe::Program("xdotool"), package: "xdotool" },
    Part { need: Need::Display, probe: Probe::Program("import"), package: "imagemagick" },
    Part { need: Need::Display, probe: Probe::Program("dbus-run-session"), package: "dbus" },
];

/// Whether this system has such parts at all. Servers, displays and browsers of the tests are started as Debian and
/// its kin ship them.
pub(crate) fn can_exist(need: Need) -> bool {
    !matches!(need, Need::Servers | Need::Display | Need::Browser | Need::Cluster) || cfg!(target_os = "linux")
}

/// Sees to it that everything needed is there: installs it where allowed, otherwise names it.
///
/// # Errors
/// The packages that are missing, with the command that installs them.
pub(crate) fn ensure(needs: &[Need]) -> Result<(), String> {
    if needs.contains(&Need::RustComponents) {
        ensure_rust_components()?;
    }
    if needs.contains(&Need::Node) {
        crate::page::ensure_node()?;
    }
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let missing = missing(needs);
    if !missing.is_empty() {
        ensure_packages(needs, &missing)?;
    }
    Ok(())
}

fn ensure_packages(needs: &[Need], missing: &[&str]) -> Result<(), String> {
    let by_hand =
        format!("install what is missing:\n\n  sudo apt-get install --no-install-recommends {}", missing.join(" "));
    if !Path::new("/usr/bin/apt-get").exists() {
        return Err(format!("{by_hand}\n\n(these are Debian's names; take the same programs from your system)"));
    }
    install(missing).map_err(|cause| format!("{cause}; {by_hand}"))?;
    match self::missing(needs) {
        still if still.is_empty() => Ok(()),
        still => Err(format!("installed, and yet not found: {}", still.join(", "))),
    }
}

fn missing(needs: &[Need]) -> Vec<&'static str> {
    let wanted = PARTS.iter().filter(|part| needs.contains(&part.need) && !is_there(&part.probe));
    let mut packages: Vec<_> = wanted.map(|part| part.package).collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

fn is_there(probe: &Probe) -> bool {
    match probe {
        Probe::Program(name) => program(name).is_some(),
        Probe::Library(name) => cargo::succeeds("pkg-config", &["--exists", name]),
        Probe::File(path) => Path::new(path).exists(),
        Probe::Shared(name) => std::fs::read_dir("/usr/lib")
            .is_ok_and(|folders| folders.filter_map(Result::ok).any(|folder| folder.path().join(name).exists())),
    }
}

/// A program of the search path or of the system's folders, which people's search paths often leave out.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin", "/usr/bin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

fn install(packages: &[&str]) -> Result<(), String> {
    println!("installing {}", packages.join(" "));
    // A fresh machine knows no package lists, an old one outdated ones.
    apt(&["update", "-qq"])?;
    let mut words = vec!["install", "-y", "-qq", "--no-install-recommends"];
    words.extend(packages);
    apt(&words)
}

fn apt(words: &[&str]) -> Result<(), String> {
    let mut command = if is_root() {
        Command::new("apt-get")
    } else if program("sudo").is_some() && (cargo::succeeds("sudo", &["-n", "true"]) || asks_a_person()) {
        let mut sudo = Command::new("sudo");
        sudo.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    } else {
        return Err("packages are missing and only root may install them".to_owned());
    };
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
    // Services are never started by installing them: the tests start their own.
    command.env("RUNLEVEL", "1");
    cargo::check(&mut command, &format!("apt-get {}", words.join(" ")))
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn asks_a_person() -> bool {
    std::io::IsTerminal::is_terminal(&std::io::stdin()) && !in_ci()
}

/// Whether a CI system runs this (`CI` is set, as all of them do).
pub(crate) fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}

fn ensure_rust_components() -> Result<(), String> {
    let components: Vec<&str> = [("fmt", "rustfmt"), ("clippy", "clippy")]
        .into_iter()
        .filter(|(verb, _)| !cargo::succeeds("cargo", &[verb, "--version"]))
        .map(|(_, component)| component)
        .collect();
    if components.is_empty() {
        return Ok(());
    }
    println!("adding {}", components.join(" "));
    let mut rustup = Command::new("rustup");
    rustup.args(["component", "add"]).args(&components);
    cargo::check(&mut rustup, "rustup component add").map_err(|cause| {
        format!("{cause}; add {} to your Rust installation (rustup component add …)", components.join(" and "))
    })
}
