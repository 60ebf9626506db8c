//! Which markers a file has, and what they stand for.

use super::ObjectId;
use super::attach;
use super::document::{Comment, Document, Node, ScalarTag, Shape};
use super::grammar::{self, KEY, MarkerRef};
use super::ignored::{IgnoredMarker, Reason};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A marker that stands for a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// What it asks for.
    pub reference: MarkerRef,
    /// Line of the value, from 1.
    pub line: u32,
    /// Column of the value in characters, from 1.
    pub column: u32,
    /// The value as YAML reads it; of a block scalar with its last line break.
    pub value: String,
    /// The object that holds it.
    pub object: ObjectId,
}

/// The markers of one file, in the order of their lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMarkers {
    /// Those that stand for a value.
    pub markers: Vec<Marker>,
    /// Those that do nothing, whatever policies there are.
    pub ignored: Vec<IgnoredMarker>,
}

/// Whether Flux looks into a file of this name: its extension is exactly `.yaml` or `.yml`, or it is `Kustomization`.
/// Files of a `.git` folder are left out; Flux visits them by accident.
pub fn is_candidate_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let fits = name == "Kustomization" || name.ends_with(".yaml") || name.ends_with(".yml");
    fits && !path.split('/').any(|part| part == ".git")
}

/// Whether a file has to be read at all. Cheap: only the bytes are searched.
pub fn mentions_marker(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, KEY.as_bytes()).is_some()
}

/// The markers of a file. Any bytes are taken; a file that cannot be read has only ignored markers.
pub fn find(bytes: &[u8]) -> FileMarkers {
    let scanned = match scan(bytes) {
        Ok(scanned) => scanned,
        Err(ignored) => return FileMarkers { markers: Vec::new(), ignored },
    };
    let markers = scanned.spots.iter().map(|spot| scanned.marker(spot)).collect();
    FileMarkers { markers, ignored: scanned.ignored }
}

/// A marker and the index of its scalar.
#[derive(Debug)]
pub(super) struct Spot {
    pub(super) reference: MarkerRef,
    pub(super) node: usize,
    /// Where the comment stands.
    pub(super) comment: (u32, u32),
}

/// A file that was read, and its markers.
#[derive(Debug)]
pub(super) struct Scanned<'t> {
    pub(super) text: &'t str,
    /// Bytes before the text: a byte order mark.
    pub(super) skipped: usize,
    pub(super) document: Document<'t>,
    pub(super) spots: Vec<Spot>,
    pub(super) ignored: Vec<IgnoredMarker>,
}

impl Scanned<'_> {
    pub(super) fn node(&self, spot: &Spot) -> &Node<'_> {
        &self.document.nodes[spot.node]
    }

    pub(super) fn value(&self, spot: &Spot) -> &str {
        match &self.node(spot).shape {
            Shape::Scalar { value, .. } => value,
            _ => "",
        }
    }

    fn marker(&self, spot: &Spot) -> Marker {
        let node = self.node(spot);
        Marker {
            reference: spot.reference.clone(),
            line: node.place.0,
            column: node.place.1,
            value: self.value(spot).to_owned(),
            object: self.document.object_of(node.frame),
        }
    }
}

/// Reads a file and attaches its markers.
///
/// # Errors
/// When Flux would read nothing of the file: every marker with that reason.
pub(super) fn scan(bytes: &[u8]) -> Result<Scanned<'_>, Vec<IgnoredMarker>> {
    let skipped = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let Ok(text) = std::str::from_utf8(&bytes[skipped..]) else {
        return Err(every_mention(&String::from_utf8_lossy(bytes), &Reason::NotUtf8));
    };
    // Flux screens files by the quoted key and parses no other.
    let screened = memchr::memmem::find(text.as_bytes(), b"\"$imagepolicy\"").is_some();
    let document = Document::read(text, speaks_of_a_marker).map_err(|reason| every_mention(text, &reason))?;
    let mut scanned = Scanned { text, skipped, document, spots: Vec::new(), ignored: Vec::new() };
    let mut in_comments = Vec::with_capacity(scanned.document.comments.len());
    for comment in &scanned.document.comments {
        in_comments.push(comment.span.clone());
        let Some((written, read)) = grammar::read_comment(&comment.text) else { continue };
        if !screened && !written.contains(KEY) {
            continue;
        }
        match read.and_then(|reference| attach_to_text(text, &scanned.document, comment).map(|node| (reference, node)))
        {
            Ok((reference, node)) => scanned.spots.push(Spot { reference, node, comment: comment.place }),
            Err(reason) => {
                let (line, column) = comment.place;
                scanned.ignored.push(IgnoredMarker { text: shortened(&written), line, column, reason });
            }
        }
    }
    in_comments.sort_unstable_by_key(|span| span.start);
    scanned.ignored.extend(mentions(text, &in_comments, &Reason::InsideText));
    keep_one_a_node(&mut scanned);
    scanned.spots.sort_by_key(|spot| scanned.document.nodes[spot.node].span.start);
    scanned.ignored.sort_by_key(|ignored| (ignored.line, ignored.column));
    Ok(scanned)
}

fn attach_to_text(text: &str, document: &Document<'_>, comment: &Comment<'_>) -> Result<usize, Reason> {
    let node = attach::target(text, document, comment)?;
    match document.nodes[node].shape {
        Shape::Scalar { tag: ScalarTag::Typed, .. } => Err(Reason::TypedValue),
        _ => Ok(node),
    }
}

/// A line comment wins over a head comment of the same value.
fn keep_one_a_node(scanned: &mut Scanned<'_>) {
    let mut spots = std::mem::take(&mut scanned.spots);
    spots.sort_by_key(|spot| (spot.node, std::cmp::Reverse(spot.comment)));
    let mut kept: Vec<Spot> = Vec::with_capacity(spots.len());
    for spot in spots {
        if kept.last().is_some_and(|last| last.node == spot.node) {
            let (line, column) = spot.comment;
            let text = spot.reference.to_string();
            scanned.ignored.push(IgnoredMarker { text, line, column, reason: Reason::OwnLine });
        } else {
            kept.push(spot);
        }
    }
    scanned.spots = kept;
}

pub(super) fn speaks_of_a_marker(comment: &str) -> bool {
    comment.contains(KEY) || comment.contains("io.k8s.cli.setters.")
}

/// Every mention of a marker in a file that is not edited at all, each with the reason of that.
pub fn ignore_all(bytes: &[u8], reason: &Reason) -> Vec<IgnoredMarker> {
    every_mention(&String::from_utf8_lossy(bytes), reason)
}

/// Every mention of a marker in a file that cannot be read.
fn every_mention(text: &str, reason: &Reason) -> Vec<IgnoredMarker> {
    mentions(text, &[], reason)
}

/// The lines that mention a marker outside the given ranges, one entry a line.
fn mentions(text: &str, except: &[Range<usize>], reason: &Reason) -> Vec<IgnoredMarker> {
    let mut found: Vec<IgnoredMarker> = Vec::new();
    let (mut line, mut counted) = (1_u32, 0);
    for at in memchr::memmem::find_iter(text.as_bytes(), KEY.as_bytes()) {
        let inside = except.partition_point(|span| span.end <= at);
        if except.get(inside).is_some_and(|span| span.contains(&at)) {
            continue;
        }
        let passed = memchr::memchr_iter(b'\n', &text.as_bytes()[counted..at]).count();
        line = line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        counted = at;
        if found.last().is_some_and(|last| last.line == line) {
            continue;
        }
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let full = text[start..].lines().next().unwrap_or_default();
        let comment = full.find('#').filter(|hash| start + hash < at).unwrap_or(at - start);
        let written = full[comment..].trim_start_matches(['#', ' ', '\t']);
        let name = grammar::read_comment(written).map_or_else(|| written.to_owned(), |(name, _)| name);
        let column = u32::try_from(full[..comment].chars().count()).unwrap_or(u32::MAX).saturating_add(1);
        found.push(IgnoredMarker { text: shortened(&name), line, column, reason: reason.clone() });
    }
    found
}

/// At most eighty characters: it is for messages.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
