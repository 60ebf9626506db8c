//! Signatures of images as cosign makes them, with OpenSSL's keys.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::image::{INDEX, MANIFEST, Rendered, descriptor, digest};
use crate::process::program;

/// What kind of key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignerKind {
    /// ECDSA on P-256, which is what `cosign generate-key-pair` makes.
    P256,
    /// ECDSA on P-384.
    P384,
    /// ECDSA on P-521.
    P521,
    /// Ed25519.
    Ed25519,
    /// RSA with 2048 bits.
    Rsa2048,
}

/// Somebody who signs images.
pub struct ImageSigner {
    folder: TempDir,
    kind: SignerKind,
}

/// A payload with its signature.
#[derive(Debug, Clone)]
pub struct ImageSignature {
    /// What was signed.
    pub payload: Vec<u8>,
    /// The signature in base64.
    pub signature: String,
}

/// The predicate of a bundle that signs.
pub const SIGN: &str = "https://sigstore.dev/cosign/sign/v1";
/// The kind of artifact that a bundle is.
pub const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

impl ImageSigner {
    /// Makes a key.
    ///
    /// # Panics
    /// When openssl is missing or refuses.
    pub fn new(kind: SignerKind) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let signer = Self { folder, kind };
        let curve = |name: &str| vec!["EC".to_owned(), "-pkeyopt".to_owned(), format!("ec_paramgen_curve:{name}")];
        let algorithm = match kind {
            SignerKind::P256 => curve("P-256"),
            SignerKind::P384 => curve("P-384"),
            SignerKind::P521 => curve("P-521"),
            SignerKind::Ed25519 => vec!["ED25519".to_owned()],
            SignerKind::Rsa2048 => vec!["RSA".to_owned(), "-pkeyopt".to_owned(), "rsa_keygen_bits:2048".to_owned()],
        };
        let words: Vec<&str> =
            ["genpkey", "-algorithm"].into_iter().chain(algorithm.iter().map(String::as_str)).collect();
        let key = signer.path("key.pem");
        signer.openssl(&[words, vec!["-out", &key]].concat());
        signer
    }

    /// The public key in PEM, as `cosign.pub` holds it.
    pub fn public_pem(&self) -> String {
        let public = self.path("key.pub");
        self.openssl(&["pkey", "-in", &self.path("key.pem"), "-pubout", "-out", &public]);
        fs::read_to_string(public).expect("openssl wrote it")
    }

    /// Signs bytes.
    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let (message, signature, key) = (self.path("message"), self.path("signature"), self.path("key.pem"));
        fs::write(&message, bytes).expect("a temporary folder can be written to");
        match self.kind {
            SignerKind::Ed25519 => {
                self.openssl(&["pkeyutl", "-sign", "-rawin", "-inkey", &key, "-in", &message, "-out", &signature]);
            }
            _ => self.openssl(&["dgst", "-sha256", "-sign", &key, "-out", &signature, &message]),
        }
        fs::read(signature).expect("openssl wrote it")
    }

    /// Signs an image the older way (cosign's SIGNATURE_SPEC.md).
    pub fn simple(&self, image: &str) -> ImageSignature {
        let payload = simple_payload(image);
        ImageSignature { signature: STANDARD.encode(self.sign(&payload)), payload }
    }

    /// Signs any payload the older way.
    pub fn payload(&self, payload: &Value) -> ImageSignature {
        let payload = payload.to_string().into_bytes();
        ImageSignature { signature: STANDARD.encode(self.sign(&payload)), payload }
    }

    /// A bundle that makes a statement about an image (sigstore's bundle v0.3, DSSE, in-toto).
    pub fn bundle(&self, image: &str, predicate: &str) -> Vec<u8> {
        let (kind, payload, signed) = signed_statement(image, predicate);
        let signature = STANDARD.encode(self.sign(signed.as_bytes()));
        json!({
            "mediaType": BUNDLE,
            "verificationMaterial": { "publicKey": { "hint": "" }, "tlogEntries": [] },
            "dsseEnvelope": {
                "payload": STANDARD.encode(payload),
                "payloadType": kind,
                "signatures": [{ "sig": signature }],
            },
        })
        .to_string()
        .into_bytes()
    }

    fn path(&self, name: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        path.to_str().expect("the path is text").to_owned()
    }

    fn openssl(&self, words: &[&str]) {
        let output = Command::new(program("openssl", "openssl")).args(words).output().expect("openssl starts");
        assert!(output.status.success(), "openssl {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// What is signed of an image the older way.
pub(super) fn simple_payload(image: &str) -> Vec<u8> {
    json!({
        "critical": {
            "identity": { "docker-reference": "registry.example.com/team/app" },
            "image": { "docker-manifest-digest": image },
            "type": "cosign container image signature",
        },
        "optional": null,
    })
    .to_string()
    .into_bytes()
}

/// A statement about an image: its kind, itself, and what DSSE signs of both.
pub(super) fn signed_statement(image: &str, predicate: &str) -> (&'static str, String, String) {
    let (algorithm, hex) = image.split_once(':').expect("a digest has an algorithm");
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "digest": { algorithm: hex } }],
        "predicateType": predicate,
        "predicate": {},
    });
    let (kind, payload) = ("application/vnd.in-toto+json", statement.to_string());
    let signed = format!("DSSEv1 {} {kind} {} {payload}", kind.len(), payload.len());
    (kind, payload, signed)
}

/// What stands below the tag of an image's signatures.
pub fn signature_manifest(signatures: &[ImageSignature]) -> Rendered {
    let config = b"{}".to_vec();
    let layers = signatures.iter().map(|signature| {
        let mut layer = descriptor("application/vnd.dev.cosign.simplesigning.v1+json", &signature.payload);
        layer["annotations"] = json!({ "dev.cosignproject.cosign/signature": signature.signature });
        layer
    });
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor("application/vnd.oci.image.config.v1+json", &config),
        "layers": layers.collect::<Vec<_>>(),
    });
    let mut blobs: Vec<_> = signatures.iter().map(|one| (digest(&one.payload), one.payload.clone())).collect();
    blobs.push((digest(&config), config));
    rendered(MANIFEST, &manifest, blobs)
}

/// An artifact that refers to an image and holds a bundle.
pub fn bundle_manifest(image: &str, bundle: &[u8]) -> Rendered {
    let config = b"{}".to_vec();
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": BUNDLE,
        "config": descriptor("application/vnd.oci.empty.v1+json", &config),
        "layers": [descriptor(BUNDLE, bundle)],
        "subject": { "mediaType": MANIFEST, "digest": image, "size": 1 },
    });
    rendered(MANIFEST, &manifest, vec![(digest(bundle), bundle.to_vec()), (digest(&config), config)])
}

/// The list of the artifacts that refer to an image.
pub fn referrers(artifacts: &[Rendered]) -> Rendered {
    let entry = |artifact: &Rendered| {
        let manifest: Value = serde_json::from_slice(&artifact.manifest).expect("it is JSON");
        let mut entry = descriptor(artifact.media_type, &artifact.manifest);
        entry["artifactType"] = manifest["artifactType"].clone();
        entry
    };
    let entries: Vec<Value> = artifacts.iter().map(entry).collect();
    rendered(INDEX, &json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries }), Vec::new())
}

/// The tag of an image's signatures: `sha256-<hex>.sig`.
pub fn signature_tag(image: &str) -> String {
    format!("{}.sig", image.replacen(':', "-", 1))
}

pub(super) fn rendered(media_type: &'static str, manifest: &Value, blobs: Vec<(String, Vec<u8>)>) -> Rendered {
    let manifest = manifest.to_string().into_bytes();
    Rendered { media_type, digest: digest(&manifest), manifest, blobs, size: 0, platform: String::new() }
}
