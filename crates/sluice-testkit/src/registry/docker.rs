//! Debian's docker-registry.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::authority::{Authority, Certified};
use super::image::{Image, Rendered, index};
use super::tokens::{ISSUER, SERVICE, TokenServer};
use crate::http::HttpClient;
use crate::port::free_port;
use crate::process::{Running, program};

/// How a docker-registry is set up. The default is open to everybody, on plain HTTP.
#[derive(Default)]
pub struct DockerOptions<'a> {
    /// Who may pull and push.
    pub auth: DockerAuth<'a>,
    /// With which certificates it encrypts, if it does.
    pub tls: Option<DockerTls<'a>>,
}

/// Who may pull and push.
#[derive(Default)]
pub enum DockerAuth<'a> {
    /// Everybody.
    #[default]
    Open,
    /// One user, by `Authorization: Basic` (an htpasswd file).
    Basic {
        /// The user.
        username: &'a str,
        /// The password.
        password: &'a str,
    },
    /// Who has a token of this server.
    Tokens(&'a TokenServer),
}

/// How a docker-registry encrypts.
pub struct DockerTls<'a> {
    /// Who signs its certificate, which is for 127.0.0.1 and localhost.
    pub authority: &'a Authority,
    /// Whose certificates clients must show, if they must.
    pub clients: Option<&'a Authority>,
}

/// A docker-registry that runs until it is dropped.
pub struct DockerRegistry {
    folder: TempDir,
    port: u16,
    running: Option<Running>,
    scheme: &'static str,
    client: HttpClient,
    pusher: Pusher,
}

/// How the test itself proves that it may push.
enum Pusher {
    Header(Option<String>),
    /// A token for everything in the repository that is pushed to; made anew each time.
    Token(Box<dyn Fn(&str) -> String + Send + Sync>),
}

/// How long it may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

impl DockerRegistry {
    /// One that is open to everybody, on plain HTTP.
    pub fn open() -> Self {
        Self::with(&DockerOptions::default())
    }

    /// One user, on plain HTTP.
    pub fn basic(username: &str, password: &str) -> Self {
        Self::with(&DockerOptions { auth: DockerAuth::Basic { username, password }, tls: None })
    }

    /// Tokens of a token server, on plain HTTP.
    pub fn tokens(server: &TokenServer) -> Self {
        Self::with(&DockerOptions { auth: DockerAuth::Tokens(server), tls: None })
    }

    /// As the options say. Returns when it answers.
    ///
    /// # Panics
    /// When docker-registry or htpasswd is not installed, or it does not start.
    pub fn with(options: &DockerOptions<'_>) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let (auth, pusher) = auth_section(folder.path(), &options.auth);
        let (tls, identity) = tls_section(folder.path(), options.tls.as_ref());
        let authority = options.tls.as_ref().map(|tls| tls.authority);
        let mut registry = Self {
            port: free_port(),
            running: None,
            scheme: if tls.is_empty() { "http" } else { "https" },
            client: HttpClient {
                tls: authority.map(|authority| authority.client_config(identity.as_ref())),
                ..HttpClient::plain("")
            },
            pusher,
            folder,
        };
        registry.client.address = registry.address();
        fs::write(registry.config(), config(registry.folder.path(), registry.port, &auth, &tls))
            .expect("a temporary folder can be written to");
        assert!(registry.try_start(), "docker-registry does not start:\n{}", registry.log());
        registry
    }

    /// `127.0.0.1:port`, which is the host in the names of its images.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// `scheme://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address())
    }

    /// The whole name of an image in it, without a tag.
    pub fn image(&self, repository: &str) -> String {
        format!("{}/{repository}", self.address())
    }

    /// Pushes a small image, different for each repository and tag, and returns the manifest's digest.
    pub fn push(&self, repository: &str, tag: &str) -> String {
        let image = Image::new("2026-11-20T10:00:00Z").label("org.opencontainers.image.version", tag);
        self.push_image(repository, tag, &image.label("org.opencontainers.image.title", repository))
    }

    /// Pushes an image and returns the manifest's digest.
    pub fn push_image(&self, repository: &str, tag: &str, image: &Image) -> String {
        self.put(repository, tag, &image.render())
    }

    /// Pushes something rendered and returns its digest.
    pub fn put(&self, repository: &str, tag: &str, rendered: &Rendered) -> String {
        self.push_blobs(repository, rendered);
        self.push_manifest(repository, tag, rendered);
        rendered.digest.clone()
    }

    /// Pushes images of several platforms under one tag and returns the index's digest.
    pub fn push_index(&self, repository: &str, tag: &str, images: &[Image]) -> String {
        let images: Vec<Rendered> = images.iter().map(Image::render).collect();
        for image in &images {
            self.push_blobs(repository, image);
            self.push_manifest(repository, &image.digest, image);
        }
        let all = index(&images);
        self.push_manifest(repository, tag, &all);
        all.digest
    }

    /// Deletes a tag, and nothing that it pointed at.
    ///
    /// # Panics
    /// When there is no such tag.
    pub fn delete_tag(&self, repository: &str, tag: &str) {
        // docker-registry 2.8 deletes by digest only, which takes all tags of that digest along.
        let tag = self
            .folder
            .path()
            .join(format!("storage/docker/registry/v2/repositories/{repository}/_manifests/tags/{tag}"));
        fs::remove_dir_all(&tag).unwrap_or_else(|error| panic!("{}: {error}", tag.display()));
    }

    /// Ends it; what was pushed stays.
    pub fn stop(&mut self) {
        self.running = None;
    }

    /// Starts it again at the same address. Returns when it answers.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(&mut self) {
        if self.running.is_none() {
            assert!(self.try_start(), "docker-registry does not start again:\n{}", self.log());
        }
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("config.yml")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn try_start(&mut self) -> bool {
        let log = File::create(self.folder.path().join("log")).expect("a temporary folder can be written to");
        let mut command = Command::new(program("docker-registry", "docker-registry"));
        command.arg("serve").arg(self.config()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let mut running = Running::start(&mut command);
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            // A refusal to somebody who did not sign in is an answer too. Another server at this port answers as well,
            // but not by our name.
            let answer = self.client.ask("GET", "/v2/", &[], &[]);
            if answer.is_ok_and(|answer| answer.header("x-test-name") == Some(&name_of(self.folder.path()))) {
                self.running = Some(running);
                return true;
            }
            if !matches!(running.child().try_wait(), Ok(None)) {
                return false;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    fn push_blobs(&self, repository: &str, image: &Rendered) {
        for (digest, bytes) in &image.blobs {
            let started = self.ask(repository, "POST", &format!("/v2/{repository}/blobs/uploads/"), "", &[]);
            let location = started.header("location").expect("an upload has a place").to_owned();
            let target = location.strip_prefix(&self.url()).unwrap_or(&location);
            let mark = if target.contains('?') { '&' } else { '?' };
            let digest = digest.replace(':', "%3A");
            self.ask(repository, "PUT", &format!("{target}{mark}digest={digest}"), "application/octet-stream", bytes);
        }
    }

    fn push_manifest(&self, repository: &str, reference: &str, image: &Rendered) {
        let target = format!("/v2/{repository}/manifests/{reference}");
        self.ask(repository, "PUT", &target, image.media_type, &image.manifest);
    }

    fn ask(&self, repository: &str, method: &str, target: &str, kind: &str, body: &[u8]) -> crate::http::Answer {
        let authorization = match &self.pusher {
            Pusher::Header(header) => header.clone(),
            Pusher::Token(token) => Some(format!("Bearer {}", token(&format!("repository:{repository}:pull,push")))),
        };
        let client = HttpClient { authorization, ..self.client.clone() };
        let answer = client.ask(method, target, &[("Content-Type", kind)], body);
        let answer = answer.unwrap_or_else(|error| panic!("{method} {target}: {error}"));
        let words = String::from_utf8_lossy(&answer.body);
        assert!((200..300).contains(&answer.status), "{method} {target}: {} {words}\n{}", answer.status, self.log());
        answer
    }
}

fn config(folder: &Path, port: u16, auth: &str, tls: &str) -> String {
    let storage = folder.join("storage");
    format!(
        "version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {}\n  delete:\n    enabled: true\n\
         http:\n  addr: 127.0.0.1:{port}\n  secret: only-for-tests\n  headers:\n    X-Test-Name: ['{}']\n{tls}{auth}",
        storage.display(),
        name_of(folder)
    )
}

/// What a registry calls itself in its answers, so that no other is taken for it.
fn name_of(folder: &Path) -> String {
    folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn auth_section(folder: &Path, auth: &DockerAuth<'_>) -> (String, Pusher) {
    match auth {
        DockerAuth::Open => (String::new(), Pusher::Header(None)),
        DockerAuth::Basic { username, password } => {
            use base64::Engine as _;
            let file = written(folder, "htpasswd", &htpasswd(username, password));
            let pair = base64::engine::general_purpose::STANDARD.encode(format!("{username}:{password}"));
            let section = format!("auth:\n  htpasswd:\n    realm: test\n    path: {file}\n");
            (section, Pusher::Header(Some(format!("Basic {pair}"))))
        }
        DockerAuth::Tokens(server) => {
            let file = written(folder, "tokens.pem", server.root_pem());
            let section = format!(
                "auth:\n  token:\n    realm: {}\n    service: {SERVICE}\n    issuer: {ISSUER}\n    rootcertbundle: {file}\n",
                server.realm()
            );
            (section, Pusher::Token(server.pusher()))
        }
    }
}

fn tls_section(folder: &Path, tls: Option<&DockerTls<'_>>) -> (String, Option<Certified>) {
    let Some(tls) = tls else { return (String::new(), None) };
    let server = tls.authority.server(&["127.0.0.1", "localhost"]);
    let certificate = written(folder, "server.pem", &server.certificate_pem);
    let key = written(folder, "server.key", &server.key_pem);
    let mut section = format!("  tls:\n    certificate: {certificate}\n    key: {key}\n");
    if let Some(clients) = tls.clients {
        section.push_str(&format!("    clientcas:\n      - {}\n", written(folder, "clients.pem", &clients.pem())));
    }
    (section, tls.clients.map(|clients| clients.client("the test itself")))
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).expect("a temporary folder can be written to");
    path.display().to_string()
}

/// A line of an htpasswd file. docker-registry takes bcrypt only.
fn htpasswd(username: &str, password: &str) -> String {
    use std::io::Write as _;
    let mut command = Command::new(program("htpasswd", "apache2-utils"));
    let mut running = command
        .args(["-Bni", username])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("htpasswd can be started");
    let mut stdin = running.stdin.take().expect("it was asked to be a pipe");
    stdin.write_all(password.as_bytes()).expect("htpasswd reads");
    drop(stdin);
    let output = running.wait_with_output().expect("htpasswd ends");
    assert!(output.status.success(), "htpasswd refuses the name or password");
    String::from_utf8(output.stdout).expect("htpasswd writes text")
}
