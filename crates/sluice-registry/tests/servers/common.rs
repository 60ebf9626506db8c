//! What all of these tests share.

use std::time::Duration;

use sluice_core::Secret;
use sluice_core::image::{Digest, ImageName, Tag};
use sluice_registry::{
    Access, ClientOptions, Description, ImageDescription, Limits, ProxyRule, Reference, RegistryClient, RegistryError,
    Retries, TagList, TagListing,
};

/// A password that must never be seen again.
pub(crate) const CANARY: &str = "canary/7f3a9c+secret";

/// Options that do not keep a test waiting.
pub(crate) fn options() -> ClientOptions {
    ClientOptions {
        proxy: ProxyRule::Direct,
        retries: Retries { attempts: 3, first_wait: Duration::from_millis(5), factor: 1.0 },
        limits: Limits { longest_wait: Duration::from_secs(3), ..Limits::default() },
        ..ClientOptions::default()
    }
}

/// A client of these options.
pub(crate) fn client_with(options: ClientOptions) -> RegistryClient {
    sluice_testkit::install_crypto();
    RegistryClient::new(options).expect("a client")
}

/// A client that does not keep a test waiting.
pub(crate) fn client() -> RegistryClient {
    client_with(options())
}

/// A client with other bounds.
pub(crate) fn bounded(change: impl FnOnce(&mut Limits)) -> RegistryClient {
    let mut options = options();
    change(&mut options.limits);
    client_with(options)
}

/// The name of an image.
pub(crate) fn image(name: &str) -> ImageName {
    ImageName::parse(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A tag.
pub(crate) fn tag(text: &str) -> Tag {
    Tag::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A digest.
pub(crate) fn digest(text: &str) -> Digest {
    Digest::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Somebody who signs in with the password that must not be seen.
pub(crate) fn me() -> Access {
    Access { origin: "a test".into(), ..Access::basic("me", Secret::new(CANARY)) }
}

/// An access that trusts an authority.
pub(crate) fn trusting(authority: &sluice_testkit::registry::Authority, access: Access) -> Access {
    Access { ca_pem: Some(authority.pem().into_bytes()), ..access }
}

/// The whole list of an image's tags.
pub(crate) async fn list(client: &RegistryClient, name: &str, access: &Access) -> Result<TagList, RegistryError> {
    match client.list_tags(&image(name), access, None).await? {
        TagListing::Tags(list) => Ok(list),
        TagListing::NotModified => panic!("{name}: not modified, though no ETag was sent"),
    }
}

/// The texts of the tags.
pub(crate) fn texts(list: &TagList) -> Vec<&str> {
    list.tags.iter().map(Tag::as_str).collect()
}

/// Describes what a tag points at, of which nothing is known yet.
pub(crate) async fn describe(
    client: &RegistryClient,
    name: &str,
    tagged: &str,
    access: &Access,
) -> Result<ImageDescription, RegistryError> {
    match client.describe(&image(name), Reference::Tag(&tag(tagged)), access, &|_| false).await? {
        Description::New(image) => Ok(*image),
        Description::Known(digest) => panic!("{digest} was said to be known"),
    }
}

/// Holds an error to what people are promised: its text and what is printed for debugging name the host and each of
/// the parts, hold no secret, and nothing that acts on a terminal. Returns the text.
pub(crate) fn told(error: &RegistryError, host: &str, parts: &[&str]) -> String {
    use base64::Engine as _;
    let text = error.to_string();
    for part in [&[host], parts].concat() {
        assert!(text.contains(part), "`{part}` is missing in: {text}");
    }
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("me:{CANARY}"));
    for shown in [text.clone(), format!("{error:?}")] {
        for secret in ["canary", "7f3a9c", pair.as_str(), "eyJ"] {
            assert!(!shown.contains(secret), "`{secret}` is shown in: {shown}");
        }
    }
    let acts = |c: char| {
        c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(acts), "{text:?} acts on a terminal");
    assert!(text.chars().count() < 1500, "too long: {text}");
    assert!(!error.remedy().is_empty() && !error.code().is_empty());
    text
}
