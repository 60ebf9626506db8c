//! Adding markers to images that match an image repository: `sluice mark`.

use super::changes::{Budget, Change, Changes};
use super::error::FolderError;
use super::facts::Unread;
use super::read::{Content, read};
use super::walk::{Folder, Found};
use sluice_core::ObjectKey;
use sluice_core::catalogue::{Catalogue, Placed};
use sluice_core::diagnosis::{Fix, FixError};
use sluice_core::image::ImageName;
use sluice_core::marker::{ImageField, MarkerRef};
use std::collections::BTreeMap;

/// An image to mark, where not all are wanted or its policy is not clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The image's repository.
    pub image: ImageName,
    /// The policy that its markers name; the only one that chooses among its tags when not given.
    pub policy: Option<ObjectKey>,
}

/// A marker that would be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Path in the folder, with `/`.
    pub file: String,
    /// The value that is marked.
    pub image: ImageField,
    /// What the marker says.
    pub marker: MarkerRef,
}

/// An image that is not marked, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// Path in the folder, with `/`.
    pub file: String,
    /// The value.
    pub image: ImageField,
    /// The markers that would fit; empty where the place takes none.
    pub choices: Vec<MarkerRef>,
    /// Why no marker can stand there.
    pub obstacle: Option<FixError>,
}

/// What marking a folder comes to.
#[derive(Debug)]
pub struct Marks {
    /// By file and line.
    pub marks: Vec<Mark>,
    /// By file and line.
    pub undecided: Vec<Undecided>,
    /// The new contents.
    pub changes: Changes,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// Works out which markers are missing and what the files are with them. Nothing is written. With `wanted` only those
/// images are looked at, whether an ImageRepository scans them or not.
///
/// # Errors
/// When a file that was read before cannot be read again, or the changes are too much to hold.
pub fn mark(folder: &Folder, wanted: &[Wanted]) -> Result<Marks, FolderError> {
    let facts = folder.facts();
    let catalogue = facts.catalogue();
    let mut marks =
        Marks { marks: Vec::new(), undecided: Vec::new(), changes: Changes::default(), unread: facts.unread };
    let mut by_file: BTreeMap<&str, Vec<Mark>> = BTreeMap::new();
    for (image, choices) in candidates(&catalogue, wanted) {
        let file = image.file.to_string();
        let marker = |policy: &ObjectKey| MarkerRef { policy: policy.clone(), field: image.field };
        match choices.as_slice() {
            [] => {}
            [policy] => {
                let mark = Mark { file, image: image.value.clone(), marker: marker(policy) };
                by_file.entry(&image.file).or_default().push(mark);
            }
            several => marks.undecided.push(Undecided {
                file,
                image: image.value.clone(),
                choices: several.iter().map(marker).collect(),
                obstacle: None,
            }),
        }
    }
    let budget = Budget::default();
    let mut changes = Vec::new();
    let files = folder.files.iter().filter(|found| !found.is_link);
    for found in files {
        if let Some(wanted) = by_file.remove(found.name().as_str()) {
            changes.extend(mark_file(folder, found, wanted, &budget, &mut marks)?);
        }
    }
    marks.undecided.sort_by(|a, b| (&a.file, a.image.line).cmp(&(&b.file, b.image.line)));
    marks.changes = Changes::new(changes);
    Ok(marks)
}

/// The images without marker, each with the policies that a marker could name.
fn candidates<'c>(catalogue: &'c Catalogue, wanted: &[Wanted]) -> Vec<(&'c Placed<ImageField>, Vec<ObjectKey>)> {
    let scanned = catalogue.unmarked(&[]);
    let all = scanned.iter().map(|unmarked| {
        let keys: Vec<ObjectKey> = unmarked.policies.iter().map(|policy| policy.meta.key.clone()).collect();
        (unmarked.image, keys)
    });
    if wanted.is_empty() {
        return all.collect();
    }
    let scanned: Vec<_> = all.collect();
    let asked_for = |image: &ImageField| {
        let name = ImageName::parse(&image.image).ok()?;
        wanted.iter().find(|wanted| wanted.image.is_same_repository(&name))
    };
    let chosen = catalogue.images_without_marker().filter_map(|image| {
        let policies = match &asked_for(image)?.policy {
            Some(policy) => vec![policy.clone()],
            None => scanned.iter().find(|(other, _)| std::ptr::eq(*other, image)).map(|(_, keys)| keys.clone())?,
        };
        Some((image, policies))
    });
    chosen.collect()
}

fn mark_file(
    folder: &Folder,
    found: &Found,
    wanted: Vec<Mark>,
    budget: &Budget,
    marks: &mut Marks,
) -> Result<Option<Change>, FolderError> {
    let mut before = Vec::new();
    let failed = |source| FolderError::Read { path: folder.root().join(&found.path), source };
    let Content::Whole(stamp) = read(folder, found, &mut before).map_err(failed)? else { return Ok(None) };
    let mut after = before.clone();
    for mark in wanted {
        let fix = Fix::AddMarker {
            file: mark.file.clone(),
            line: mark.image.line,
            column: mark.image.column,
            marker: mark.marker.clone(),
        };
        match fix.apply(&after) {
            Ok(marked) => {
                after = marked;
                marks.marks.push(mark);
            }
            Err(error) => {
                let Mark { file, image, .. } = mark;
                marks.undecided.push(Undecided { file, image, choices: Vec::new(), obstacle: Some(error) });
            }
        }
    }
    if after == before { Ok(None) } else { budget.change(folder, found, &before, after, stamp).map(Some) }
}
