//! Writing given images behind their markers: `sluice set`.

use super::changes::{Budget, Change, Changes};
use super::error::FolderError;
use super::facts::without_reading;
use super::read::{Content, read};
use super::spread::spread;
use super::walk::{Folder, Found};
use sluice_core::ObjectKey;
use sluice_core::image::ImageRef;
use sluice_core::marker::{Edit, IgnoredMarker, MarkerRef, Reason, Resolution, Rewrite, mentions_marker, rewrite};
use sluice_core::release::{unknown_policy, value_of};
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// What setting images comes to.
#[derive(Debug)]
pub struct Rewritten {
    /// The replaced values, by file and line.
    pub edits: Vec<FileEdits>,
    /// Markers that do nothing, with their file.
    pub ignored: Vec<(String, IgnoredMarker)>,
    /// The policies of images that no marker names.
    pub unused: Vec<ObjectKey>,
    /// The new contents.
    pub changes: Changes,
}

/// The replaced values of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdits {
    /// Path in the folder, with `/`.
    pub file: String,
    /// In the order of lines.
    pub edits: Vec<Edit>,
}

/// What one file comes to.
struct Outcome {
    file: String,
    edits: Vec<Edit>,
    ignored: Vec<IgnoredMarker>,
    change: Option<Change>,
}

/// Works out what the files are with these images behind the markers of these policies. Nothing is written.
///
/// # Errors
/// When anything cannot be read: a half-seen folder is not set.
pub fn set_images(folder: &Folder, images: &BTreeMap<ObjectKey, ImageRef>) -> Result<Rewritten, FolderError> {
    if let Some((file, error)) = folder.unlisted.first() {
        let source = io::Error::new(error.kind(), error.to_string());
        return Err(FolderError::Read { path: folder.root().join(file), source });
    }
    let used: BTreeMap<&ObjectKey, AtomicBool> = images.keys().map(|key| (key, AtomicBool::new(false))).collect();
    let resolve = |marker: &MarkerRef| match images.get(&marker.policy) {
        Some(image) => {
            if let Some(used) = used.get(&marker.policy) {
                used.store(true, Ordering::Relaxed);
            }
            value_of(marker.field, image)
        }
        None => Resolution::Ignore(Reason::UnknownPolicy { nearest: Vec::new() }),
    };
    let budget = Budget::default();
    let work = |buffer: &mut Vec<u8>, found: &Found| outcome(folder, found, buffer, &budget, &resolve).transpose();
    let mut rewritten =
        Rewritten { edits: Vec::new(), ignored: Vec::new(), unused: Vec::new(), changes: Changes::default() };
    let mut changes = Vec::new();
    for outcome in spread(&folder.files, Vec::new, work) {
        let Outcome { file, edits, ignored, change } = outcome?;
        rewritten.ignored.extend(ignored.into_iter().map(|ignored| (file.clone(), ignored)));
        if !edits.is_empty() {
            rewritten.edits.push(FileEdits { file, edits });
        }
        changes.extend(change);
    }
    let is_unused = |(key, used): (&ObjectKey, AtomicBool)| (!used.into_inner()).then(|| key.clone());
    rewritten.unused = used.into_iter().filter_map(is_unused).collect();
    name_the_nearest(&mut rewritten.ignored, images);
    rewritten.changes = Changes::new(changes);
    Ok(rewritten)
}

fn outcome(
    folder: &Folder,
    found: &Found,
    buffer: &mut Vec<u8>,
    budget: &Budget,
    resolve: &dyn Fn(&MarkerRef) -> Resolution,
) -> Result<Option<Outcome>, FolderError> {
    let failed = |source| FolderError::Read { path: folder.root().join(&found.path), source };
    let content = read(folder, found, buffer).map_err(failed)?;
    let Rewrite { bytes, edits, ignored } = match without_reading(found, &content, buffer) {
        Some(ignored) => Rewrite { ignored, ..Rewrite::default() },
        None if mentions_marker(buffer) => rewrite(buffer, resolve),
        None => return Ok(None),
    };
    if edits.is_empty() && ignored.is_empty() {
        return Ok(None);
    }
    let change = match (bytes, content) {
        (Some(after), Content::Whole(stamp)) => Some(budget.change(folder, found, buffer, after, stamp)?),
        _ => None,
    };
    Ok(Some(Outcome { file: found.name(), edits, ignored, change }))
}

/// Fills in the names that look like the unknown ones, once for each.
fn name_the_nearest(ignored: &mut [(String, IgnoredMarker)], images: &BTreeMap<ObjectKey, ImageRef>) {
    let mut known: BTreeMap<ObjectKey, Reason> = BTreeMap::new();
    for (_, ignored) in ignored {
        let unknown = matches!(ignored.reason, Reason::UnknownPolicy { .. });
        if !unknown {
            continue;
        }
        if let Ok(marker) = MarkerRef::parse(&ignored.text) {
            let reason =
                known.entry(marker.policy.clone()).or_insert_with(|| unknown_policy(&marker.policy, images.keys()));
            ignored.reason = reason.clone();
        }
    }
}
