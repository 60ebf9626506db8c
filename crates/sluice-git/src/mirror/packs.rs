//! Keeping the object store small: every fetch leaves a pack and every commit a few loose objects, and reading slows
//! down with their number. From time to time the small ones are put together in one pack.
//!
//! Nothing is dropped, also not what no reference leads to: a commit that is still to be pushed is such an object.

use std::fs;
use std::path::{Path, PathBuf};

use git2::{Oid, Repository};

use super::Mirror;
use super::folder::storage;
use crate::error::GitError;
use crate::id::whole;

/// From how many packs on they are put together.
const MOST_PACKS: usize = 24;

/// From how many loose objects on they are put together.
const MOST_LOOSE: usize = 2_000;

/// Packs from this size on, in bytes, stay as they are.
const LARGE: u64 = 32 << 20;

/// Read and write for nobody: packs never change.
const MODE: u32 = 0o444;

/// What is to be put together, and what it was in.
#[derive(Default)]
struct Scattered {
    objects: Vec<Oid>,
    packs: Vec<PathBuf>,
    loose: Vec<PathBuf>,
}

impl Mirror {
    /// Puts small packs and loose objects together, when there are many. The caller holds the folder's lock.
    ///
    /// Others may be reading: what they have open stays readable, and what they look for anew is found in the new pack.
    pub(super) fn tidy(&self) -> Result<(), GitError> {
        let objects = self.folder().join("objects");
        let packs = small_packs(&objects.join("pack"))?;
        let loose = loose_objects(&objects)?;
        if packs.len() < MOST_PACKS && loose.len() < MOST_LOOSE {
            return Ok(());
        }
        let mut scattered = Scattered::default();
        for pack in packs {
            // An index that cannot be read belongs to a pack that is left alone.
            if let Some(mut ids) = fs::read(pack.with_extension("idx")).ok().and_then(|index| ids_in(&index)) {
                scattered.objects.append(&mut ids);
                scattered.packs.push(pack);
            }
        }
        for (path, id) in loose {
            scattered.objects.push(id);
            scattered.loose.push(path);
        }
        self.with(|repository| self.put_together(repository, &objects.join("pack"), &scattered))?;
        // What is idle still lists the packs that are gone.
        self.close();
        Ok(())
    }

    fn put_together(&self, repository: &Repository, folder: &Path, scattered: &Scattered) -> Result<(), GitError> {
        let local = |error| self.local(error);
        let mut builder = repository.packbuilder().map_err(local)?;
        builder.set_threads(1);
        for id in &scattered.objects {
            builder.insert_object(*id, None).map_err(local)?;
        }
        let expected = builder.object_count();
        builder.write(folder, MODE).map_err(local)?;
        let name = builder.name().ok().flatten().unwrap_or_default().to_owned();
        let pack = folder.join(format!("pack-{name}.pack"));
        // Only what is certainly in the new pack may go.
        let index = fs::read(pack.with_extension("idx")).map_err(|error| storage(&pack, &error))?;
        if ids_in(&index).map(|ids| ids.len()) != Some(expected) || !pack.exists() {
            return Ok(());
        }
        for old in scattered.packs.iter().filter(|old| **old != pack) {
            remove(&old.with_extension("idx"));
            remove(old);
        }
        scattered.loose.iter().for_each(|path| remove(path));
        tracing::debug!(objects = expected, packs = scattered.packs.len(), "put the mirror's objects together");
        Ok(())
    }
}

fn remove(path: &Path) {
    // On Windows a file that somebody has open stays; it is tried again the next time.
    if let Err(error) = fs::remove_file(path) {
        tracing::debug!(path = %path.display(), %error, "a superseded file could not be removed");
    }
}

/// The packs that are not large.
fn small_packs(folder: &Path) -> Result<Vec<PathBuf>, GitError> {
    let entries = fs::read_dir(folder).map_err(|error| storage(folder, &error))?;
    let is_small = |path: &PathBuf| fs::metadata(path).is_ok_and(|metadata| metadata.len() < LARGE);
    Ok(entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "pack") && is_small(path))
        .collect())
}

/// Objects in files of their own, `objects/2f/b1d8…`.
fn loose_objects(objects: &Path) -> Result<Vec<(PathBuf, Oid)>, GitError> {
    let mut found = Vec::new();
    for folder in fs::read_dir(objects).map_err(|error| storage(objects, &error))?.flatten() {
        let name = folder.file_name().to_string_lossy().into_owned();
        if name.len() != 2 {
            continue;
        }
        let Ok(files) = fs::read_dir(folder.path()) else { continue };
        for file in files.flatten() {
            if let Ok(id) = whole(&format!("{name}{}", file.file_name().to_string_lossy())) {
                found.push((file.path(), id));
            }
        }
    }
    Ok(found)
}

/// The ids in a pack's index (gitformat-pack(5), version 2): a header, 256 running totals, the ids.
fn ids_in(index: &[u8]) -> Option<Vec<Oid>> {
    let rest = index.strip_prefix(b"\xfftOc\x00\x00\x00\x02")?;
    let (totals, rest) = rest.split_at_checked(256 * 4)?;
    let total = u32::from_be_bytes(totals.last_chunk::<4>().copied()?);
    let ids = rest.get(..usize::try_from(total).ok()?.checked_mul(20)?)?;
    ids.chunks_exact(20).map(|id| Oid::from_bytes(id).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_that_is_cut_short_or_foreign_has_no_ids() {
        let mut index = b"\xfftOc\x00\x00\x00\x02".to_vec();
        index.extend([0; 255 * 4]);
        index.extend(2_u32.to_be_bytes());
        index.extend([7; 40]);
        assert_eq!(ids_in(&index).unwrap().len(), 2);
        for cut in 0..index.len() {
            assert!(ids_in(&index[..cut]).is_none(), "{cut}");
        }
        assert!(ids_in(&[0xff; 2_000]).is_none());
        let huge = [b"\xfftOc\x00\x00\x00\x02".as_slice(), &[0xff; 1_024]].concat();
        assert!(ids_in(&huge).is_none());
    }
}
