//! Git's smart protocol over HTTP(S) (gitprotocol-http(5)).

mod status;
mod wire;

use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use git2::transport::{Service, SmartSubtransport, SmartSubtransportStream};
use sluice_core::Secret;
use ureq::http::{HeaderValue, Response};
use ureq::{Agent, Body, BodyReader};
use url::Url;

use self::wire::Wires;
use super::{LONGEST_LIST, carried, no_operation, program};
use crate::access::GitCredential;
use crate::error::GitError;
use crate::operation::{self, Operation};

/// The most that is sent in one request, in bytes. A commit of ours is some kilobytes.
const LONGEST_REQUEST: usize = 256 << 20;

/// How much is read, at the end, of what the server still says after its report.
const LAST_WORDS: u64 = 1 << 20;

/// How many redirects on the same host are followed.
const REDIRECTS: usize = 3;

/// The subtransport of one remote.
#[derive(Clone)]
pub(super) struct Http(Arc<Inner>);

struct Inner {
    operation: Arc<Operation>,
    agent: Agent,
    /// Where the repository is; redirects move it.
    base: Mutex<String>,
    authorization: Option<HeaderValue>,
}

impl Http {
    pub(super) fn new() -> Result<Self, git2::Error> {
        let operation = operation::current().ok_or_else(no_operation)?;
        let authorization = authorization(&operation).map_err(|error| carried(&operation, error))?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .accept_encoding("")
            .user_agent(concat!("git/2.0 (sluice ", env!("CARGO_PKG_VERSION"), ")"))
            .build();
        let wires = Wires(operation.clone());
        let agent = Agent::with_parts(config, wires.clone(), wires);
        let remote = &operation.remote;
        let base = format!("{}://{}{}", remote.scheme().as_str(), remote.authority(), remote.path());
        Ok(Self(Arc::new(Inner { operation, agent, base: Mutex::new(base), authorization })))
    }
}

/// `Authorization`, sent from the start to the remote's own host and nowhere else.
fn authorization(operation: &Operation) -> Result<Option<HeaderValue>, GitError> {
    let value = match &operation.access.credential {
        None => return Ok(None),
        Some(GitCredential::Basic { username, password }) => {
            let pair = Secret::new([username.as_bytes(), b":", password.expose()].concat());
            format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair.expose())).into_bytes()
        }
        Some(GitCredential::Bearer(token)) => [b"Bearer ", token.expose()].concat(),
        Some(GitCredential::SshKey { .. } | GitCredential::SshAgent) => {
            return Err(operation.bad_access("credential", "it is for SSH and the address is not"));
        }
    };
    let value = Secret::new(value);
    let header = HeaderValue::from_bytes(value.expose());
    let mut header = header.map_err(|_| operation.bad_access("credential", "it cannot be sent in a header"))?;
    header.set_sensitive(true);
    Ok(Some(header))
}

impl SmartSubtransport for Http {
    fn action(&self, _: &str, service: Service) -> Result<Box<dyn SmartSubtransportStream>, git2::Error> {
        match service {
            Service::UploadPackLs | Service::ReceivePackLs => {
                let body = self.0.list(service).map_err(|error| carried(&self.0.operation, error))?;
                Ok(Box::new(Listed { operation: self.0.operation.clone(), body }))
            }
            Service::UploadPack | Service::ReceivePack => {
                Ok(Box::new(Exchange { http: self.clone(), service, request: Vec::new(), answer: None }))
            }
        }
    }

    fn close(&self) -> Result<(), git2::Error> {
        Ok(())
    }
}

impl Inner {
    fn base(&self) -> String {
        self.base.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// `GET info/refs`: the references, and what the server can do.
    fn list(&self, service: Service) -> Result<io::Take<BodyReader<'static>>, GitError> {
        let name = program(service);
        for _ in 0..=REDIRECTS {
            let address = format!("{}/info/refs?service={name}", self.base());
            let mut request = self.agent.get(&address).header("Accept", "*/*").header("Pragma", "no-cache");
            if let Some(authorization) = &self.authorization {
                request = request.header("Authorization", authorization.clone());
            }
            let answer = request.call().map_err(|error| self.broken(&error))?;
            if answer.status().is_redirection() {
                self.follow(&address, &answer)?;
                continue;
            }
            let body = self.accept(service, answer, &format!("application/x-{name}-advertisement"))?;
            return Ok(body.take(LONGEST_LIST));
        }
        Err(self.operation.bad_answer("it redirects again and again"))
    }

    /// Moves on the same host; another host is for a person to decide, and never sees the credential.
    fn follow(&self, from: &str, answer: &Response<Body>) -> Result<(), GitError> {
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let from = Url::parse(from).map_err(|error| self.operation.bad_answer(&error.to_string()))?;
        let to = from.join(location).map_err(|_| self.operation.bad_answer("its redirect leads nowhere"))?;
        let base = to.path().strip_suffix("/info/refs").unwrap_or(to.path());
        if to.origin() != from.origin() || !to.path().ends_with("/info/refs") {
            let host = to.host_str().unwrap_or_default();
            let port = to.port().map(|port| format!(":{port}")).unwrap_or_default();
            let shown = format!("{}://{host}{port}{base}", to.scheme());
            let to = self.operation.shown(&shown);
            return Err(GitError::Redirected { remote: self.operation.place(), to });
        }
        let moved = format!("{}{base}", &from[..url::Position::BeforePath]);
        *self.base.lock().unwrap_or_else(PoisonError::into_inner) = moved;
        Ok(())
    }

    /// `POST git-upload-pack` or `git-receive-pack`.
    fn exchange(&self, service: Service, body: &[u8]) -> Result<BodyReader<'static>, GitError> {
        let name = program(service);
        let kind = format!("application/x-{name}-result");
        let mut request = self
            .agent
            .post(format!("{}/{name}", self.base()))
            .header("Content-Type", format!("application/x-{name}-request"))
            .header("Accept", &kind);
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization.clone());
        }
        let answer = request.send(body).map_err(|error| self.broken(&error))?;
        self.accept(service, answer, &kind)
    }

    /// The body of an answer that is what it should be.
    fn accept(&self, service: Service, answer: Response<Body>, kind: &str) -> Result<BodyReader<'static>, GitError> {
        if answer.status().as_u16() != 200 {
            return Err(status::refusal(&self.operation, service, answer));
        }
        let header = answer.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let found = header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if found != kind {
            let found = if found.is_empty() { "an answer without a type".to_owned() } else { found };
            return Err(self.operation.bad_answer(&format!("{found} came in place of Git's smart protocol")));
        }
        Ok(answer.into_body().into_reader())
    }

    fn broken(&self, error: &ureq::Error) -> GitError {
        match error {
            ureq::Error::Io(error) => self.operation.unreachable(&error.to_string()),
            ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => {
                self.operation.bad_answer(&error.to_string())
            }
            _ => self.operation.unreachable(&error.to_string()),
        }
    }
}

/// The list of references as it arrives.
struct Listed {
    operation: Arc<Operation>,
    body: io::Take<BodyReader<'static>>,
}

impl Read for Listed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let amount = read(&self.operation, &mut self.body, buffer)?;
        if amount == 0 && self.body.limit() == 0 {
            return Err(self.operation.fail(self.operation.bad_answer("its list of references has no end")));
        }
        self.operation.note_first(&buffer[..amount]);
        Ok(amount)
    }
}

impl Write for Listed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One request and its answer. It is sent when libgit2 begins to read.
struct Exchange {
    http: Http,
    service: Service,
    request: Vec<u8>,
    answer: Option<BodyReader<'static>>,
}

impl Write for Exchange {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.request.len() + bytes.len() > LONGEST_REQUEST {
            let words = format!("more than {} MiB would have to be sent", LONGEST_REQUEST >> 20);
            let operation = &self.http.0.operation;
            return Err(operation.fail(operation.bad_answer(&words)));
        }
        self.request.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Exchange {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let inner = &self.http.0;
        let answer = match &mut self.answer {
            Some(answer) => answer,
            none => {
                let body = std::mem::take(&mut self.request);
                let answer = inner.exchange(self.service, &body).map_err(|error| inner.operation.fail(error))?;
                none.insert(answer)
            }
        };
        read(&inner.operation, answer, buffer)
    }
}

impl Drop for Exchange {
    /// Lets the server finish (its post-receive hooks run after the report) and keeps the connection usable.
    fn drop(&mut self) {
        if let Some(answer) = self.answer.take()
            && !self.http.0.operation.has_failed()
        {
            // What was to be known is known; nothing follows from a failure here.
            let _ = io::copy(&mut answer.take(LAST_WORDS), &mut io::sink());
        }
    }
}

fn read(operation: &Operation, from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    from.read(buffer).map_err(|error| operation.fail(operation.unreachable(&format!("the answer broke off: {error}"))))
}
