//! Why a marker does nothing.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A marker, or what looks like one, that changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IgnoredMarker {
    /// What it names, `namespace:name[:part]`, or the comment as it is written.
    pub text: String,
    /// Line of the comment, from 1.
    pub line: u32,
    /// Column of the comment in characters, from 1.
    pub column: u32,
    /// Why.
    pub reason: Reason,
}

/// Why a marker does nothing. Flux says nothing about any of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "code")]
pub enum Reason {
    /// The comment is no JSON object.
    NotJson,
    /// There is text before or behind the JSON object.
    ProseAround,
    /// It is written with single quotes.
    SingleQuotes,
    /// The JSON object has values that are no texts.
    NotTexts,
    /// The value is not `namespace:name`.
    NameMalformed,
    /// The suffix is none of `:tag`, `:name`, `:digest`.
    UnknownSuffix {
        /// As written, without the colon.
        suffix: String,
    },
    /// No such policy is known.
    UnknownPolicy {
        /// Names that look alike, best first, as `namespace:name`.
        nearest: Vec<String>,
    },
    /// It asks for a digest and the policy has none.
    NoDigest,
    /// It stands behind a key whose value is on the next line or missing.
    BehindKey,
    /// It stands above or below the line it was meant for; only a list item may have it above.
    OwnLine,
    /// It is one of several comment lines above a list item.
    SeveralLines,
    /// It stands behind a flow collection.
    BehindCollection,
    /// It stands behind an alias, whose value is written elsewhere.
    BehindAlias,
    /// The value has a tag of another type than a text, such as `!!int`.
    TypedValue,
    /// It is inside a text (a block scalar or quoted), where it is data.
    InsideText,
    /// The same key stands before in the mapping; only the first one counts.
    DuplicateKey,
    /// The file is not UTF-8.
    NotUtf8,
    /// The file is not YAML.
    Unreadable {
        /// Line of the mistake, from 1.
        line: u32,
        /// The parser's words.
        message: String,
    },
    /// The file has a directive, such as `%YAML`, which Flux refuses.
    Directive,
    /// A document's content begins on its `---` line, which Flux refuses.
    SeparatorContent,
    /// `metadata` is no mapping, which Flux refuses.
    MetadataNotMapping,
    /// A double-quoted text holds `\/`, which Flux refuses.
    EscapedSlash,
    /// The annotations `config.kubernetes.io/…` and `internal.config.kubernetes.io/…` disagree, which Flux refuses.
    PathAnnotations,
    /// The file is a symbolic link; links are never followed.
    SymbolicLink,
    /// The file is larger than what is read.
    TooLarge {
        /// The most that is read, in MiB.
        limit_mib: u64,
    },
}

impl Reason {
    /// The stable kebab-case name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotJson => "not-json",
            Self::ProseAround => "prose-around",
            Self::SingleQuotes => "single-quotes",
            Self::NotTexts => "not-texts",
            Self::NameMalformed => "name-malformed",
            Self::UnknownSuffix { .. } => "unknown-suffix",
            Self::UnknownPolicy { .. } => "unknown-policy",
            Self::NoDigest => "no-digest",
            Self::BehindKey => "behind-key",
            Self::OwnLine => "own-line",
            Self::SeveralLines => "several-lines",
            Self::BehindCollection => "behind-collection",
            Self::BehindAlias => "behind-alias",
            Self::TypedValue => "typed-value",
            Self::InsideText => "inside-text",
            Self::DuplicateKey => "duplicate-key",
            Self::NotUtf8 => "not-utf8",
            Self::Unreadable { .. } => "unreadable",
            Self::Directive => "directive",
            Self::SeparatorContent => "separator-content",
            Self::MetadataNotMapping => "metadata-not-mapping",
            Self::EscapedSlash => "escaped-slash",
            Self::PathAnnotations => "path-annotations",
            Self::SymbolicLink => "symbolic-link",
            Self::TooLarge { .. } => "too-large",
        }
    }

    /// Whether it is a property of the file, so that it holds for each of its markers.
    pub fn is_of_file(&self) -> bool {
        matches!(
            self,
            Self::NotUtf8
                | Self::Unreadable { .. }
                | Self::Directive
                | Self::SeparatorContent
                | Self::MetadataNotMapping
                | Self::EscapedSlash
                | Self::PathAnnotations
                | Self::SymbolicLink
                | Self::TooLarge { .. }
        )
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NotJson => r#"write the comment as # {"$imagepolicy": "namespace:name"}"#.into(),
            Self::ProseAround => {
                "keep the JSON object alone in its comment; move other words to a line of their own".into()
            }
            Self::SingleQuotes => "JSON wants double quotes".into(),
            Self::NotTexts => "every value of the JSON object must be a text in double quotes".into(),
            Self::NameMalformed => "write namespace:name, for example flux-system:app".into(),
            Self::UnknownSuffix { suffix } => {
                match crate::diagnosis::nearest(suffix, ["tag", "name", "digest"], 1).first() {
                    Some(near) => format!("write :{near}; suffixes are :tag, :name and :digest, in lower case"),
                    None => "suffixes are :tag, :name and :digest; without one the whole image is written".into(),
                }
            }
            Self::UnknownPolicy { nearest } if nearest.is_empty() => {
                "add the ImagePolicy, or correct the namespace and name".into()
            }
            Self::UnknownPolicy { nearest } => format!("did you mean {}?", nearest.join(" or ")),
            Self::NoDigest => "set digestReflectionPolicy: IfNotPresent or Always in the ImagePolicy".into(),
            Self::BehindKey => "put the value and the marker on the line of the key".into(),
            Self::OwnLine => "move the marker behind the value, on the same line".into(),
            Self::SeveralLines => "leave only the marker above the list item, or move it behind the value".into(),
            Self::BehindCollection => {
                "write the collection in block style, one field a line, with the marker behind the value".into()
            }
            Self::BehindAlias => "put the marker behind the value that carries the anchor".into(),
            Self::TypedValue => "remove the tag in front of the value".into(),
            Self::InsideText => "text inside a block scalar is data; put the value into YAML of its own".into(),
            Self::DuplicateKey => "remove one of the two equal keys".into(),
            Self::NotUtf8 => "save the file as UTF-8".into(),
            Self::Unreadable { line, .. } => format!("mend the YAML at line {line}; templates cannot be edited"),
            Self::Directive => "remove the line that begins with %".into(),
            Self::SeparatorContent => "begin the document on the line after ---".into(),
            Self::MetadataNotMapping => "make metadata a mapping".into(),
            Self::EscapedSlash => r"write / instead of \/".into(),
            Self::PathAnnotations => "remove the config.kubernetes.io annotations".into(),
            Self::SymbolicLink => "mark the file that the link leads to".into(),
            Self::TooLarge { .. } => "split the file".into(),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotJson => "the comment is no JSON object",
            Self::ProseAround => "there is text around the JSON object",
            Self::SingleQuotes => "it is written with single quotes",
            Self::NotTexts => "the JSON object has values that are no texts",
            Self::NameMalformed => "it does not name a policy as namespace:name",
            Self::UnknownSuffix { suffix } => return write!(f, "`:{}` is no suffix", suffix.escape_debug()),
            Self::UnknownPolicy { .. } => "no such policy is known",
            Self::NoDigest => "the policy has no digest to write",
            Self::BehindKey => "it stands behind a key without a value on that line",
            Self::OwnLine => "it stands on a line of its own",
            Self::SeveralLines => "it is one of several comment lines above a list item",
            Self::BehindCollection => "it stands behind a list or mapping",
            Self::BehindAlias => "it stands behind an alias",
            Self::TypedValue => "the value is tagged as another type than a text",
            Self::InsideText => "it is inside a text, where it is data",
            Self::DuplicateKey => "the same key stands before it in the mapping",
            Self::NotUtf8 => "the file is not UTF-8",
            Self::Unreadable { line, message } => return write!(f, "the file is not YAML: line {line}: {message}"),
            Self::Directive => "the file has a directive (a line such as %YAML), which Flux refuses",
            Self::SeparatorContent => "content follows a `---` on its line, which Flux refuses",
            Self::MetadataNotMapping => "`metadata` is no mapping, which Flux refuses",
            Self::EscapedSlash => r"a text of the file holds `\/`, which Flux refuses",
            Self::PathAnnotations => "the config.kubernetes.io annotations disagree, which Flux refuses",
            Self::SymbolicLink => "the file is a symbolic link",
            Self::TooLarge { limit_mib } => return write!(f, "the file has more than {limit_mib} MiB"),
        })
    }
}

impl std::error::Error for Reason {}
