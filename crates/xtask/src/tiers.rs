//! The tiers of the tests, cheap ones first, and which test programs belong to which.

use crate::parts::Need;

/// How a tier is run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Work {
    /// One call of cargo.
    Cargo(&'static str, &'static [&'static str]),
    /// Everything about the window's page: installed from its lock file, checked, tested and built.
    Page,
    /// The page in a browser, over the one build's `sluice-web-host`.
    Browser,
    /// The test programs of the one build that this predicate takes.
    Programs(fn(&Program) -> bool),
    /// The same with the window, which the one build then has to hold with the page inside. Its web view takes minutes
    /// to compile, so other tiers that are named leave it out.
    WindowPrograms(fn(&Program) -> bool),
}

/// A tier.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tier {
    /// The name on the command line.
    pub(crate) name: &'static str,
    /// What it proves.
    pub(crate) purpose: &'static str,
    /// What it needs of the machine.
    pub(crate) needs: &'static [Need],
    /// What it does.
    pub(crate) work: Work,
}

/// A test program that cargo built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    /// The package, for example `sluice-core`.
    pub(crate) package: String,
    /// The folder of the package, in which its tests expect to run.
    pub(crate) folder: String,
    /// Cargo's name of the target: of the library, the program or the file in `tests/`.
    pub(crate) target: String,
    /// Whether it is a file of `tests/`, which talks to the outside, and not the tests beside the code.
    pub(crate) is_integration: bool,
    /// The file to run.
    pub(crate) executable: String,
}

/// All tiers in the order of running.
pub(crate) const TIERS: &[Tier] = &[
    Tier {
        name: "format",
        purpose: "the code is formatted",
        needs: &[Need::RustComponents],
        work: Work::Cargo("fmt", &["--all", "--check"]),
    },
    Tier {
        name: "lint",
        purpose: "the compiler and clippy have nothing to say",
        needs: &[Need::RustComponents, Need::Build, Need::Window],
        work: Work::Cargo("clippy", &["--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    },
    Tier {
        name: "page",
        purpose: "the window's page: lint, types, tests, production build within its size",
        needs: &[Need::Node],
        work: Work::Page,
    },
    Tier {
        name: "core",
        purpose: "the domain answers as Flux does: units, properties, conformance data",
        needs: &[Need::Build],
        work: Work::Programs(|program| program.package == "sluice-core"),
    },
    Tier {
        name: "units",
        purpose: "the tests beside the code of every other crate",
        needs: &[Need::Build],
        work: Work::Programs(|program| program.package != "sluice-core" && !program.is_integration),
    },
    Tier {
        name: "cli",
        purpose: "the real binary: JSON, exit codes, help; the demo's servers; fuzz targets on their seeds; the arrows",
        needs: &[Need::Build],
        work: Work::Programs(|program| program.is_integration && is_without_servers(program)),
    },
    Tier {
        name: "adapters",
        purpose: "registry, Git, database, keychain and engine against real servers",
        needs: &[Need::Build, Need::Servers],
        work: Work::Programs(|program| {
            program.is_integration
                && !is_without_servers(program)
                && !needs_cluster(program)
                && !matches!(program.package.as_str(), "sluice-core" | "sluice-desktop" | "sluice-tests")
        }),
    },
    Tier {
        name: "journeys",
        purpose: "the reference scenario and its failures, end to end on real servers",
        needs: &[Need::Build, Need::Servers],
        work: Work::Programs(|program| {
            program.is_integration
                && !is_without_servers(program)
                && !needs_cluster(program)
                && program.package == "sluice-tests"
        }),
    },
    Tier {
        name: "examples",
        purpose: "the examples in the documentation",
        needs: &[Need::Build],
        work: Work::Cargo("test", &["--quiet", "--workspace", "--exclude", "sluice-desktop", "--doc"]),
    },
    Tier {
        name: "browser",
        purpose: "the page in a browser over a real engine: every screen, both themes and languages, keyboard only",
        needs: &[Need::Build, Need::Node, Need::Browser],
        work: Work::Browser,
    },
    Tier {
        name: "window",
        purpose: "the real window on a display of its own: data, clicks, tray, second start, end",
        needs: &[Need::Build, Need::Window, Need::Node, Need::Display],
        work: Work::WindowPrograms(|program| program.is_integration && program.package == "sluice-desktop"),
    },
    Tier {
        name: "cluster",
        purpose: "clusters: from the pushed tag to the running pod and back, on a real Kubernetes API server",
        needs: &[Need::Build, Need::Servers, Need::Cluster],
        work: Work::Programs(|program| program.is_integration && needs_cluster(program)),
    },
];

/// Integration tests that start nothing of the system's, and so run everywhere.
fn is_without_servers(program: &Program) -> bool {
    let packages =
        ["sluice-api", "sluice-cli", "sluice-demo", "sluice-fuzz", "sluice-store", "sluice-web-host", "xtask"];
    packages.contains(&program.package.as_str())
        || (program.package == "sluice-tests" && program.target == "architecture")
}

/// Integration tests that start a Kubernetes cluster.
fn needs_cluster(program: &Program) -> bool {
    program.package == "sluice-kube" || (program.package == "sluice-tests" && program.target == "cluster")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_program_belongs_to_exactly_one_tier() {
        for package in [
            "sluice-core",
            "sluice-registry",
            "sluice-git",
            "sluice-kube",
            "sluice-api",
            "sluice-cli",
            "sluice-demo",
            "sluice-desktop",
            "sluice-tests",
            "xtask",
        ] {
            for target in ["lib", "architecture", "cluster", "reference_scenario"] {
                for is_integration in [false, true] {
                    let program = Program {
                        package: package.to_owned(),
                        folder: String::new(),
                        target: target.to_owned(),
                        is_integration,
                        executable: String::new(),
                    };
                    let takers = TIERS.iter().filter(|tier| match tier.work {
                        Work::Programs(takes) | Work::WindowPrograms(takes) => takes(&program),
                        _ => false,
                    });
                    assert_eq!(takers.count(), 1, "{program:?}");
                }
            }
        }
    }
}
