//! A person's kubeconfig files and the contexts in them.

use std::path::{Path, PathBuf};

use kube::config::{AuthInfo, Kubeconfig};

use crate::KubeError;

/// The kubeconfig files, in the order in which they count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kubeconfigs(Vec<PathBuf>);

/// A context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Its name.
    pub name: String,
    /// The API server's address.
    pub server: String,
    /// The user's name in the file.
    pub user: Option<String>,
    /// The namespace that kubectl would use.
    pub namespace: Option<String>,
    /// How the user signs in.
    pub sign_in: SignIn,
    /// Whether it is the current context.
    pub is_current: bool,
}

/// How a user signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// Nobody is named.
    Nobody,
    /// A token, in the file or in another one.
    Token,
    /// A client certificate.
    Certificate,
    /// A name and a password.
    Password,
    /// An OpenID Connect provider's id token.
    Oidc,
    /// A credential plugin.
    Plugin {
        /// Its program.
        command: String,
    },
    /// A provider that was taken out of Kubernetes.
    Provider {
        /// Its name.
        name: String,
    },
}

/// The largest file that is read.
const LARGEST: u64 = 8 * 1024 * 1024;

impl Kubeconfigs {
    /// These files. Those that do not exist are passed over, as kubectl does.
    pub fn new(files: impl IntoIterator<Item = PathBuf>) -> Self {
        Self(files.into_iter().collect())
    }

    /// The files.
    pub fn files(&self) -> &[PathBuf] {
        &self.0
    }

    /// Every context, in the order of the files.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub async fn contexts(&self) -> Result<Vec<Context>, KubeError> {
        Ok(contexts_of(&self.read().await?))
    }

    /// Reads the files and joins them: what comes first counts. Blocking work is done on a thread of its own.
    pub(crate) async fn read(&self) -> Result<Kubeconfig, KubeError> {
        let files = self.0.clone();
        let read = tokio::task::spawn_blocking(move || join(&files)).await;
        read.unwrap_or_else(|error| {
            Err(KubeError::Kubeconfig { path: PathBuf::new(), cause: format!("it could not be read: {error}") })
        })
    }
}

fn join(files: &[PathBuf]) -> Result<Kubeconfig, KubeError> {
    let mut joined = Kubeconfig::default();
    for path in files {
        if let Some(next) = read_one(path)? {
            joined = joined
                .merge(next)
                .map_err(|error| KubeError::Kubeconfig { path: path.clone(), cause: error.to_string() })?;
        }
    }
    Ok(joined)
}

fn read_one(path: &Path) -> Result<Option<Kubeconfig>, KubeError> {
    let failed = |cause: String| KubeError::Kubeconfig { path: path.to_owned(), cause };
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error.to_string())),
        Ok(file) if !file.is_file() => return Err(failed("it is no file".to_owned())),
        Ok(file) if file.len() > LARGEST => return Err(failed("it is too large for a kubeconfig".to_owned())),
        Ok(file) if file.len() == 0 => return Ok(None),
        Ok(_) => {}
    }
    // The parser's words show a piece of the file around the place, which may be a token.
    Kubeconfig::read_from(path).map(Some).map_err(|error| match error {
        kube::config::KubeconfigError::Parse(error) => failed(match error.location() {
            Some(place) => format!("line {}, column {}: it is no kubeconfig", place.line(), place.column()),
            None => "it is no kubeconfig".to_owned(),
        }),
        other => failed(other.to_string()),
    })
}

fn contexts_of(config: &Kubeconfig) -> Vec<Context> {
    let server = |name: &str| {
        let cluster = config.clusters.iter().find(|cluster| cluster.name == name)?;
        cluster.cluster.as_ref()?.server.clone()
    };
    let user = |name: &str| config.auth_infos.iter().find(|user| user.name == name)?.auth_info.as_ref();
    config
        .contexts
        .iter()
        .filter_map(|named| {
            let context = named.context.as_ref()?;
            Some(Context {
                name: named.name.clone(),
                server: server(&context.cluster).unwrap_or_default(),
                sign_in: context.user.as_deref().and_then(user).map_or(SignIn::Nobody, sign_in),
                user: context.user.clone(),
                namespace: context.namespace.clone(),
                is_current: config.current_context.as_deref() == Some(&named.name),
            })
        })
        .collect()
}

fn sign_in(user: &AuthInfo) -> SignIn {
    if let Some(exec) = &user.exec {
        SignIn::Plugin { command: exec.command.clone().unwrap_or_default() }
    } else if let Some(provider) = &user.auth_provider {
        match provider.name.as_str() {
            "oidc" => SignIn::Oidc,
            name => SignIn::Provider { name: name.to_owned() },
        }
    } else if user.token.is_some() || user.token_file.is_some() {
        SignIn::Token
    } else if user.client_certificate.is_some() || user.client_certificate_data.is_some() {
        SignIn::Certificate
    } else if user.username.is_some() {
        SignIn::Password
    } else {
        SignIn::Nobody
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORK: &str = r#"
apiVersion: v1
kind: Config
current-context: prod
clusters:
- {name: prod, cluster: {server: "https://prod.example.com"}}
contexts:
- {name: prod, context: {cluster: prod, user: me, namespace: shop}}
- {name: plugin, context: {cluster: prod, user: cloud}}
users:
- {name: me, user: {token: very-secret}}
- {name: cloud, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: cloud-login}}}
"#;

    const HOME: &str = r#"
apiVersion: v1
kind: Config
current-context: kind
clusters:
- {name: kind, cluster: {server: "https://127.0.0.1:6443"}}
contexts:
- {name: kind, context: {cluster: kind, user: admin}}
- {name: prod, context: {cluster: kind, user: admin}}
users:
- {name: admin, user: {client-certificate-data: eA==, client-key-data: eA==}}
"#;

    fn files(texts: &[&str]) -> (tempfile::TempDir, Kubeconfigs) {
        let folder = tempfile::tempdir().expect("a folder");
        let paths = texts.iter().enumerate().map(|(at, text)| {
            let path = folder.path().join(at.to_string());
            std::fs::write(&path, text).expect("a file");
            path
        });
        let paths: Vec<PathBuf> = paths.collect();
        (folder, Kubeconfigs::new(paths))
    }

    #[tokio::test]
    async fn several_files_are_one_and_the_first_counts() {
        let (_folder, files) = files(&[WORK, HOME]);
        let contexts = files.contexts().await.expect("they are read");
        let names: Vec<&str> = contexts.iter().map(|context| context.name.as_str()).collect();
        assert_eq!(names, ["prod", "plugin", "kind"]);
        assert_eq!(contexts[0].server, "https://prod.example.com");
        assert!(contexts[0].is_current && !contexts[2].is_current);
        assert_eq!(contexts[0].sign_in, SignIn::Token);
        assert_eq!(contexts[1].sign_in, SignIn::Plugin { command: "cloud-login".into() });
        assert_eq!(contexts[2].sign_in, SignIn::Certificate);
    }

    #[tokio::test]
    async fn what_is_missing_is_passed_over_and_what_is_broken_is_named_without_its_secrets() {
        let nowhere = Kubeconfigs::new([PathBuf::from("/nowhere/config")]);
        assert_eq!(nowhere.contexts().await.expect("nothing is fine"), []);
        let (_folder, broken) = files(&["users:\n- {name: me, user: {token: very-secret}\n"]);
        let error = broken.contexts().await.expect_err("it is broken").to_string();
        assert!(error.contains("cannot read the kubeconfig") && !error.contains("very-secret"), "{error}");
    }
}
