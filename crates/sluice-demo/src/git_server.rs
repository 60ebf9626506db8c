//! A Git server in this process: smart HTTP (gitprotocol-http, protocol version 0) over bare repositories in a folder.
//!
//! Anonymous and on loopback only. It does what a forge does for the reference scenario: advertises references, answers
//! fetches with packs, takes pushes whose old value still stands and refuses those that are not fast-forward.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path as UrlPath, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use git2::{ObjectType, Oid, Repository, Sort};

use crate::pkt_line::{FLUSH, Packet, Packets, write_line, write_side_band};

/// The largest request taken, in bytes: far above anything the scenario pushes.
const LARGEST_REQUEST: usize = 64 << 20;

/// The server; its repositories are the folders `NAME.git` below one root.
#[derive(Clone)]
pub struct GitServer {
    root: PathBuf,
}

impl GitServer {
    /// Serves the bare repositories below `root`.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The three routes of smart HTTP.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/{repository}/info/refs", get(info_refs))
            .route("/{repository}/git-upload-pack", post(upload_pack))
            .route("/{repository}/git-receive-pack", post(receive_pack))
            .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
            .with_state(self.clone())
    }

    fn open(&self, name: &str) -> Result<Repository, Failure> {
        let plain = name.ends_with(".git") && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if !plain || name.contains("..") {
            return Err(Failure::NotFound);
        }
        Repository::open_bare(self.root.join(name)).map_err(|_| Failure::NotFound)
    }
}

enum Failure {
    NotFound,
    BadRequest,
    Git(git2::Error),
}

impl From<git2::Error> for Failure {
    fn from(error: git2::Error) -> Self {
        Self::Git(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "no such repository\n").into_response(),
            Self::BadRequest => (StatusCode::BAD_REQUEST, "not a Git request\n").into_response(),
            Self::Git(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{}\n", error.message())).into_response(),
        }
    }
}

#[derive(Clone, Copy)]
enum Service {
    UploadPack,
    ReceivePack,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Self::UploadPack => "git-upload-pack",
            Self::ReceivePack => "git-receive-pack",
        }
    }

    fn capabilities(self, head: Option<&str>) -> String {
        let shared = concat!("side-band-64k ofs-delta agent=sluice-demo/", env!("CARGO_PKG_VERSION"));
        match (self, head) {
            (Self::UploadPack, Some(head)) => format!("{shared} symref=HEAD:{head}"),
            (Self::UploadPack, None) => shared.to_owned(),
            (Self::ReceivePack, _) => format!("report-status {shared}"),
        }
    }
}

/// Runs Git work off the async threads.
async fn blocking(work: impl FnOnce() -> Result<Vec<u8>, Failure> + Send + 'static, content_type: String) -> Response {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(body)) => {
            ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-cache".into())], body).into_response()
        }
        Ok(Err(failure)) => failure.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn info_refs(
    State(server): State<GitServer>,
    UrlPath(repository): UrlPath<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let service = match query.iter().find(|(key, _)| key == "service").map(|(_, value)| value.as_str()) {
        Some("git-upload-pack") => Service::UploadPack,
        Some("git-receive-pack") => Service::ReceivePack,
        _ => return Failure::BadRequest.into_response(),
    };
    let content_type = format!("application/x-{}-advertisement", service.name());
    blocking(move || advertise(&server.open(&repository)?, service), content_type).await
}

fn advertise(repository: &Repository, service: Service) -> Result<Vec<u8>, Failure> {
    let head = repository.find_reference("HEAD")?;
    let branch = head.symbolic_target()?.map(str::to_owned);
    let mut refs: Vec<(String, Oid)> = Vec::new();
    if let (Service::UploadPack, Ok(head)) = (service, head.resolve()) {
        refs.extend(head.target().map(|oid| ("HEAD".to_owned(), oid)));
    }
    for reference in repository.references()? {
        let reference = reference?;
        if let Some(oid) = reference.target() {
            refs.push((reference.name()?.to_owned(), oid));
        }
    }
    let mut out = Vec::new();
    write_line(&mut out, format!("# service={}\n", service.name()).as_bytes());
    out.extend_from_slice(FLUSH);
    let capabilities = service.capabilities(branch.as_deref());
    if refs.is_empty() {
        write_line(&mut out, format!("{} capabilities^{{}}\0{capabilities}\n", Oid::ZERO_SHA1).as_bytes());
    }
    for (at, (name, oid)) in refs.iter().enumerate() {
        let tail = if at == 0 { format!("\0{capabilities}") } else { String::new() };
        write_line(&mut out, format!("{oid} {name}{tail}\n").as_bytes());
    }
    out.extend_from_slice(FLUSH);
    Ok(out)
}

async fn upload_pack(
    State(server): State<GitServer>,
    UrlPath(repository): UrlPath<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let work = move || answer_fetch(&server.open(&repository)?, &unzipped(&headers, &body)?);
    blocking(work, "application/x-git-upload-pack-result".to_owned()).await
}

/// One round of a stateless fetch: acknowledges a common commit, and sends the pack once the client is done.
fn answer_fetch(repository: &Repository, request: &[u8]) -> Result<Vec<u8>, Failure> {
    let (mut wants, mut common, mut done, mut side_band) = (Vec::new(), Vec::new(), false, false);
    for packet in Packets::new(request) {
        let Packet::Line(line) = packet else { continue };
        let line = std::str::from_utf8(line).map_err(|_| Failure::BadRequest)?;
        let oid = |text: &str| Oid::from_str(text.get(..40).unwrap_or("")).map_err(|_| Failure::BadRequest);
        if let Some(want) = line.strip_prefix("want ") {
            side_band |= want.contains("side-band-64k");
            wants.push(oid(want)?);
        } else if let Some(have) = line.strip_prefix("have ") {
            let have = oid(have)?;
            if repository.find_commit(have).is_ok() {
                common.push(have);
            }
        } else if line == "done" {
            done = true;
        }
    }
    let mut out = Vec::new();
    match common.last() {
        Some(oid) => write_line(&mut out, format!("ACK {oid}\n").as_bytes()),
        None => write_line(&mut out, b"NAK\n"),
    }
    if done {
        let pack = pack(repository, &wants, &common)?;
        if side_band {
            write_side_band(&mut out, 1, &pack);
            out.extend_from_slice(FLUSH);
        } else {
            out.extend_from_slice(&pack);
        }
    }
    Ok(out)
}

fn pack(repository: &Repository, wants: &[Oid], common: &[Oid]) -> Result<Vec<u8>, Failure> {
    let mut walk = repository.revwalk()?;
    walk.set_sorting(Sort::TIME)?;
    let mut builder = repository.packbuilder()?;
    for want in wants {
        let object = repository.find_object(*want, None)?;
        if object.kind() == Some(ObjectType::Tag) {
            builder.insert_object(*want, None)?;
        }
        walk.push(object.peel(ObjectType::Commit)?.id())?;
    }
    for oid in common {
        walk.hide(*oid)?;
    }
    builder.insert_walk(&mut walk)?;
    let mut buffer = git2::Buf::new();
    builder.write_buf(&mut buffer)?;
    Ok(buffer.to_vec())
}

async fn receive_pack(
    State(server): State<GitServer>,
    UrlPath(repository): UrlPath<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let work = move || answer_push(&server.open(&repository)?, &unzipped(&headers, &body)?);
    blocking(work, "application/x-git-receive-pack-result".to_owned()).await
}

struct Command {
    old: Oid,
    new: Oid,
    reference: String,
}

fn answer_push(repository: &Repository, request: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut packets = Packets::new(request);
    let (mut commands, mut side_band) = (Vec::new(), false);
    for packet in packets.by_ref() {
        let Packet::Line(line) = packet else { break };
        let line = std::str::from_utf8(line).map_err(|_| Failure::BadRequest)?;
        let (line, capabilities) = line.split_once('\0').unwrap_or((line, ""));
        side_band |= capabilities.contains("side-band-64k");
        commands.push(command(line).ok_or(Failure::BadRequest)?);
    }
    if !packets.rest().is_empty() {
        let odb = repository.odb()?;
        let mut writer = odb.packwriter()?;
        writer.write_all(packets.rest()).map_err(|_| Failure::BadRequest)?;
        writer.commit()?;
    }
    let mut report = Vec::new();
    write_line(&mut report, b"unpack ok\n");
    for command in &commands {
        let line = match apply(repository, command) {
            Ok(()) => format!("ok {}\n", command.reference),
            Err(refusal) => format!("ng {} {refusal}\n", command.reference),
        };
        write_line(&mut report, line.as_bytes());
    }
    report.extend_from_slice(FLUSH);
    if !side_band {
        return Ok(report);
    }
    let mut out = Vec::new();
    write_side_band(&mut out, 1, &report);
    out.extend_from_slice(FLUSH);
    Ok(out)
}

fn command(line: &str) -> Option<Command> {
    let mut words = line.splitn(3, ' ');
    let old = Oid::from_str(words.next()?).ok()?;
    let new = Oid::from_str(words.next()?).ok()?;
    let reference = words.next()?.to_owned();
    Some(Command { old, new, reference })
}

/// Moves one reference, or says in Git's own words why not.
fn apply(repository: &Repository, command: &Command) -> Result<(), &'static str> {
    if !command.reference.starts_with("refs/") {
        return Err("funny refname");
    }
    let stands = repository.find_reference(&command.reference).ok().and_then(|reference| reference.target());
    if stands.unwrap_or(Oid::ZERO_SHA1) != command.old {
        return Err("fetch first");
    }
    if command.new.is_zero() {
        return Err("deletion prohibited");
    }
    if let Some(stands) = stands
        && !repository.graph_descendant_of(command.new, stands).unwrap_or(false)
    {
        return Err("non-fast-forward");
    }
    let moved = match stands {
        None => repository.reference(&command.reference, command.new, false, "push"),
        Some(stands) => repository.reference_matching(&command.reference, command.new, true, stands, "push"),
    };
    moved.map(|_| ()).map_err(|_| "failed to update ref")
}

/// The request's body, unpacked where the client compressed it (Git does above 1 KiB).
fn unzipped(headers: &HeaderMap, body: &[u8]) -> Result<Vec<u8>, Failure> {
    if headers.get(header::CONTENT_ENCODING).is_none_or(|encoding| encoding != "gzip") {
        return Ok(body.to_vec());
    }
    let mut plain = Vec::new();
    let limited = flate2::read::GzDecoder::new(body).take(LARGEST_REQUEST as u64);
    std::io::BufReader::new(limited).read_to_end(&mut plain).map_err(|_| Failure::BadRequest)?;
    Ok(plain)
}
