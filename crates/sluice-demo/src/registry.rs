//! An OCI registry in memory: the pull half of the OCI distribution specification, anonymous, plain HTTP.
//!
//! It pages `tags/list` by `n` and `last` with a `Link` header and sends an `ETag`, as registries at large do.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;
use sha2::{Digest, Sha256};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// The registry. Clones share one content.
#[derive(Clone, Default)]
pub struct Registry {
    content: Arc<Mutex<Content>>,
}

#[derive(Default)]
struct Content {
    /// Repository to tag to manifest digest.
    tags: BTreeMap<String, BTreeMap<String, String>>,
    /// Manifests and blobs by digest: media type and bytes.
    blobs: BTreeMap<String, (&'static str, Vec<u8>)>,
}

impl Content {
    fn add(&mut self, media_type: &'static str, bytes: Vec<u8>) -> (String, usize) {
        let digest = format!("sha256:{:x}", Sha256::digest(&bytes));
        let size = bytes.len();
        self.blobs.insert(digest.clone(), (media_type, bytes));
        (digest, size)
    }
}

impl Registry {
    /// Builds a small image (one empty layer, a config created now) and tags it.
    pub fn publish(&self, repository: &str, tag: &str) {
        let mut content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        let (layer, layer_size) = content.add(LAYER, Vec::new());
        let config = json!({
            "created": jiff::Timestamp::now().to_string(),
            "architecture": "amd64",
            "os": "linux",
            "config": { "Labels": {
                "org.opencontainers.image.title": "flask-app",
                "org.opencontainers.image.version": tag,
            }},
            "rootfs": { "type": "layers", "diff_ids": [] },
        });
        let (config, config_size) = content.add(CONFIG, config.to_string().into_bytes());
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": { "mediaType": CONFIG, "digest": config, "size": config_size },
            "layers": [{ "mediaType": LAYER, "digest": layer, "size": layer_size }],
        });
        let (digest, _) = content.add(MANIFEST, manifest.to_string().into_bytes());
        content.tags.entry(repository.to_owned()).or_default().insert(tag.to_owned(), digest);
    }

    /// The routes of the distribution API, to be served at the root.
    pub fn router(&self) -> Router {
        Router::new().route("/v2/", get(|| async { "{}" })).route("/v2/{*path}", get(answer)).with_state(self.clone())
    }

    fn tags(&self, repository: &str, page: &Page, headers: &HeaderMap) -> Response {
        let content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(tags) = content.tags.get(repository) else {
            return refusal(StatusCode::NOT_FOUND, "NAME_UNKNOWN", "repository name not known to registry");
        };
        let size = page.n.unwrap_or(usize::MAX);
        let after = page.last.as_deref().unwrap_or("");
        let mut rest = tags.keys().filter(|tag| tag.as_str() > after);
        let listed: Vec<&String> = rest.by_ref().take(size).collect();
        let body = json!({ "name": repository, "tags": listed }).to_string();
        let etag = format!("\"{:x}\"", Sha256::digest(body.as_bytes()));
        if headers.get(header::IF_NONE_MATCH).is_some_and(|sent| sent.as_bytes() == etag.as_bytes()) {
            return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response();
        }
        let mut response =
            ([(header::CONTENT_TYPE, "application/json".to_owned()), (header::ETAG, etag)], body).into_response();
        if let (Some(last), Some(_)) = (listed.last(), rest.next()) {
            let next = format!("</v2/{repository}/tags/list?n={size}&last={last}>; rel=\"next\"");
            if let Ok(next) = next.parse() {
                response.headers_mut().insert(header::LINK, next);
            }
        }
        response
    }

    fn blob(&self, digest: &str) -> Response {
        let content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
        match content.blobs.get(digest) {
            None => refusal(StatusCode::NOT_FOUND, "BLOB_UNKNOWN", "blob unknown to registry"),
            Some((media_type, bytes)) => {
                ([(header::CONTENT_TYPE.as_str(), *media_type), ("docker-content-digest", digest)], bytes.clone())
                    .into_response()
            }
        }
    }

    fn manifest(&self, repository: &str, reference: &str) -> Response {
        let digest = if reference.contains(':') {
            Some(reference.to_owned())
        } else {
            let content = self.content.lock().unwrap_or_else(PoisonError::into_inner);
            content.tags.get(repository).and_then(|tags| tags.get(reference)).cloned()
        };
        match digest {
            Some(digest) => self.blob(&digest),
            None => refusal(StatusCode::NOT_FOUND, "MANIFEST_UNKNOWN", "manifest unknown"),
        }
    }
}

/// The query of `tags/list`.
struct Page {
    n: Option<usize>,
    last: Option<String>,
}

async fn answer(
    State(registry): State<Registry>,
    Path(path): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return refusal(StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED", "the demo's registry is read-only");
    }
    if let Some(repository) = path.strip_suffix("/tags/list") {
        let page = Page { n: query.get("n").and_then(|n| n.parse().ok()), last: query.get("last").cloned() };
        return registry.tags(repository, &page, &headers);
    }
    if let Some((repository, reference)) = path.rsplit_once("/manifests/") {
        return registry.manifest(repository, reference);
    }
    if let Some((_, digest)) = path.rsplit_once("/blobs/") {
        return registry.blob(digest);
    }
    refusal(StatusCode::NOT_FOUND, "UNSUPPORTED", "no such endpoint")
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({ "errors": [{ "code": code, "message": message }] }).to_string();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
