//! What the client's operations return.

use sluice_core::image::Tag;

use crate::answer::tags::RefusedTags;
use crate::rate_limit::RateLimit;

/// The outcome of listing an image's tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagListing {
    /// Nothing changed since the answer that the given ETag came with (status 304).
    NotModified,
    /// The whole list.
    Tags(TagList),
}

impl TagListing {
    /// The list, unless nothing changed.
    pub fn into_list(self) -> Option<TagList> {
        match self {
            Self::NotModified => None,
            Self::Tags(list) => Some(list),
        }
    }
}

/// All tags of an image. It is never silently short: what could not be read to the end is an error instead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TagList {
    /// The tags in the registry's order, pages one after the other, duplicates kept as Flux keeps them.
    pub tags: Vec<Tag>,
    /// What was listed and is no tag.
    pub refused: RefusedTags,
    /// Stands for this answer when asking again. Only lists of one page have one, because a page's ETag says nothing
    /// about the pages behind it.
    pub etag: Option<String>,
    /// How many pages were read.
    pub pages: u32,
    /// The registry stopped at exactly as many tags as were asked for, named no next page, and refused or failed to say
    /// whether there are more: some may be missing.
    pub may_be_truncated: bool,
    /// What the registry said about its limits.
    pub rate_limit: Option<RateLimit>,
}

/// What a registry says to a knock at `/v2/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PingReport {
    /// The registry's `host[:port]`.
    pub host: String,
    /// The address that answered.
    pub url: String,
    /// Whether the connection is encrypted.
    pub encrypted: bool,
    /// How the registry wants clients to sign in.
    pub kind: SignInKind,
    /// How the knock went.
    pub sign_in: SignIn,
    /// What the registry said about its limits.
    pub rate_limit: Option<RateLimit>,
}

/// How a registry wants clients to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInKind {
    /// Not at all.
    Open,
    /// With a name and password at each request.
    Basic,
    /// With tokens from this token server.
    Token {
        /// The token server's address, without query.
        realm: String,
    },
}

/// Whether a credential was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    /// The registry did not ask for one.
    NotAsked,
    /// The registry gave access without one.
    Anonymous,
    /// The registry or its token server took the credential.
    Accepted,
}
