//! What can go wrong with a cluster. One sentence each, with the API server's own words; never a token.

use std::path::PathBuf;
use std::time::Duration;

/// Why a cluster could not be read or written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum KubeError {
    /// A kubeconfig cannot be read.
    #[error("cannot read the kubeconfig {}: {cause}", path.display())]
    Kubeconfig {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// No kubeconfig has a context of that name.
    #[error("no kubeconfig has a context `{context}`")]
    NoContext {
        /// What was asked for.
        context: String,
        /// The contexts there are.
        known: Vec<String>,
    },
    /// The context cannot be used as it is written.
    #[error("the context `{context}` cannot be used: {cause}")]
    Context {
        /// The context.
        context: String,
        /// What is wrong.
        cause: String,
    },
    /// The credential plugin failed.
    #[error("the credential plugin `{command}` of {context} failed: {cause}")]
    Plugin {
        /// The context.
        context: String,
        /// The plugin's program.
        command: String,
        /// What is wrong; never what the plugin printed on its output.
        cause: String,
        /// The kubeconfig's `installHint`.
        install_hint: Option<String>,
    },
    /// The API server does not answer.
    #[error("{server} does not answer: {cause}")]
    Unreachable {
        /// The API server's address.
        server: String,
        /// What happened.
        cause: String,
    },
    /// The API server's certificate is not trusted.
    #[error("{server}: {cause}")]
    Certificate {
        /// The API server's address.
        server: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The API server took too long.
    #[error("{server} did not answer within {} s", limit.as_secs())]
    TimedOut {
        /// The API server's address.
        server: String,
        /// How long was waited.
        limit: Duration,
    },
    /// The API server does not know who asks.
    #[error("{server} refuses the credentials of {context}: {words}")]
    Unauthorized {
        /// The API server's address.
        server: String,
        /// The context.
        context: String,
        /// Its words.
        words: String,
    },
    /// RBAC forbids it.
    #[error("not allowed to {verb} {resource}{}: {words}", in_namespace(namespace.as_deref()))]
    Forbidden {
        /// `list`, `watch`, `patch`, …
        verb: &'static str,
        /// The resource in the API's words: `pods`, `kustomizations.kustomize.toolkit.fluxcd.io`.
        resource: String,
        /// The namespace, where it is about one.
        namespace: Option<String>,
        /// The API server's words.
        words: String,
    },
    /// There is no such object, or no such kind.
    #[error("{what} does not exist in the cluster")]
    NotFound {
        /// What.
        what: String,
    },
    /// The API server refused for another reason.
    #[error("the API server refused to {verb} {resource}: {words}")]
    Refused {
        /// `list`, `watch`, `patch`, …
        verb: &'static str,
        /// The resource.
        resource: String,
        /// The HTTP status.
        status: u16,
        /// The API server's words.
        words: String,
    },
    /// A folder cannot be built.
    #[error("{path} cannot be built: {cause}")]
    Kustomize {
        /// The folder in the repository.
        path: String,
        /// kustomize's words.
        cause: String,
    },
    /// kubectl is not installed.
    #[error("building a folder takes kubectl, which is not found")]
    NoKubectl,
    /// flux is not installed.
    #[error("setting up Flux takes the program flux, which is not found")]
    NoFlux,
    /// `flux bootstrap` failed.
    #[error("flux bootstrap failed: {cause}")]
    Bootstrap {
        /// What it said last, without the token.
        cause: String,
    },
    /// The answer is not what the API promises.
    #[error("{server} sent something that cannot be read: {cause}")]
    Unreadable {
        /// The API server's address.
        server: String,
        /// What is wrong.
        cause: String,
    },
}

fn in_namespace(namespace: Option<&str>) -> String {
    namespace.map(|name| format!(" in namespace {name}")).unwrap_or_default()
}

impl KubeError {
    /// The stable kebab-case name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Kubeconfig { .. } => "kubeconfig-unreadable",
            Self::NoContext { .. } => "no-context",
            Self::Context { .. } => "context-unusable",
            Self::Plugin { .. } => "credential-plugin-failed",
            Self::Unreachable { .. } => "cluster-unreachable",
            Self::Certificate { .. } => "cluster-certificate",
            Self::TimedOut { .. } => "cluster-timed-out",
            Self::Unauthorized { .. } => "cluster-unauthorized",
            Self::Forbidden { .. } => "cluster-forbidden",
            Self::NotFound { .. } => "not-in-cluster",
            Self::Refused { .. } => "cluster-refused",
            Self::Kustomize { .. } => "build-failed",
            Self::NoKubectl => "no-kubectl",
            Self::NoFlux => "no-flux",
            Self::Bootstrap { .. } => "bootstrap-failed",
            Self::Unreadable { .. } => "cluster-unreadable",
        }
    }

    /// The next step.
    pub fn hint(&self) -> String {
        match self {
            Self::Kubeconfig { .. } => "mend the file, or name another: --kubeconfig FILE".to_owned(),
            Self::NoContext { known, .. } if known.is_empty() => {
                "no context is known; set KUBECONFIG, or name a file: --kubeconfig FILE".to_owned()
            }
            Self::NoContext { known, .. } => format!("there are: {}", known.join(", ")),
            Self::Context { .. } => "mend the kubeconfig; `kubectl config view` shows it".to_owned(),
            Self::Plugin { install_hint: Some(hint), .. } => hint.clone(),
            Self::Plugin { command, .. } => {
                format!("run it in a terminal once to sign in: {command}; Sluice never waits for one")
            }
            Self::Unreachable { .. } | Self::TimedOut { .. } => {
                "see whether the cluster runs and can be reached from here (VPN, proxy-url)".to_owned()
            }
            Self::Certificate { .. } => {
                "put the cluster's authority into certificate-authority-data of the kubeconfig".to_owned()
            }
            Self::Unauthorized { .. } => "sign in again as you do for kubectl; then try once more".to_owned(),
            Self::Forbidden { verb, resource, namespace: Some(namespace), .. } if resource.starts_with("secrets") => {
                let name = resource.trim_start_matches("secrets").trim();
                format!(
                    "ask for the right to {verb} this one Secret: kubectl -n {namespace} create role sluice-{name} --verb={verb} --resource=secrets --resource-name={name}"
                )
            }
            Self::Forbidden { .. } => {
                "ask for the right; what Sluice needs is printed by: sluice source add cluster --print-role".to_owned()
            }
            Self::NotFound { .. } => "`sluice get cluster` shows what is there".to_owned(),
            Self::Refused { status: 409, .. } => "somebody else changed it at the same moment; try again".to_owned(),
            Self::Refused { .. } => "see the API server's words".to_owned(),
            Self::Kustomize { .. } => "mend the manifests; `kubectl kustomize` shows the same".to_owned(),
            Self::NoKubectl => "install kubectl (https://kubernetes.io/docs/tasks/tools/)".to_owned(),
            Self::NoFlux => "install it (https://fluxcd.io/flux/installation/#install-the-flux-cli)".to_owned(),
            Self::Bootstrap { .. } => "mend what flux says, and do it again: it goes on where it was".to_owned(),
            Self::Unreadable { .. } => "is there a proxy or a sign-in page in between?".to_owned(),
        }
    }

    /// Whether trying again later may help without anybody doing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Unreadable { .. } => true,
            Self::Refused { status, .. } => matches!(status, 409 | 429 | 500..),
            _ => false,
        }
    }

    /// Whether a right is missing.
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Forbidden { .. })
    }
}

/// What was asked for, so that an error can name it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) verb: &'static str,
    pub(crate) resource: String,
    pub(crate) namespace: Option<String>,
}

impl Asked {
    pub(crate) fn new(verb: &'static str, resource: impl Into<String>, namespace: Option<&str>) -> Self {
        Self { verb, resource: resource.into(), namespace: namespace.map(str::to_owned) }
    }
}

/// Puts an error of the client into our words.
pub(crate) fn in_words(error: &kube::Error, asked: &Asked, server: &str, context: &str) -> KubeError {
    let server = server.to_owned();
    match error {
        kube::Error::Api(status) => match status.code {
            401 => KubeError::Unauthorized { server, context: context.to_owned(), words: status.message.clone() },
            403 => KubeError::Forbidden {
                verb: asked.verb,
                resource: asked.resource.clone(),
                namespace: asked.namespace.clone(),
                words: status.message.clone(),
            },
            404 => {
                let namespace = in_namespace(asked.namespace.as_deref());
                KubeError::NotFound { what: format!("{}{namespace}", asked.resource) }
            }
            code => KubeError::Refused {
                verb: asked.verb,
                resource: asked.resource.clone(),
                status: code,
                words: status.message.clone(),
            },
        },
        kube::Error::SerdeError(cause) => KubeError::Unreadable { server, cause: cause.to_string() },
        kube::Error::Auth(_) => {
            KubeError::Unauthorized { server, context: context.to_owned(), words: "no token could be had".to_owned() }
        }
        other => {
            let cause = deepest(other);
            if cause.contains("certificate") || cause.contains("UnknownIssuer") {
                return KubeError::Certificate { server, cause };
            }
            KubeError::Unreachable { server, cause }
        }
    }
}

/// The innermost cause: what the operating system or the TLS library says.
fn deepest(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}
