//! The mirror's folder: its name, its making, its mending.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use git2::{Oid, Repository, RepositoryInitOptions};
use sha2::{Digest as _, Sha256};

use super::lock::Lock;
use crate::cancel::Cancel;
use crate::error::GitError;
use crate::id::whole;
use crate::remote_url::RemoteUrl;

/// The file that says whose copy it is; written last, so that a folder without it is half made.
const OWNER: &str = "sluice-remote";

/// The file that says that damage was seen.
const DAMAGED: &str = "sluice-damaged";

/// The file with the references that are about no commit; see [`read_set_aside`].
const SET_ASIDE: &str = "sluice-set-aside";

/// How long another process may take to make a folder.
const PATIENCE: Duration = Duration::from_secs(30);

/// How old a pack or object that nobody finished must be before it is taken away.
const STALE: Duration = Duration::from_secs(60 * 60);

/// The folder of a remote below the cache: made if it is missing, made anew if it is half made or does not open.
pub(super) fn prepare(cache: &Path, remote: &RemoteUrl) -> Result<PathBuf, GitError> {
    let folder = cache.join(name(remote));
    fs::create_dir_all(cache).map_err(|error| storage(cache, &error))?;
    if is_whole(&folder, remote) {
        return Ok(folder);
    }
    let _lock = Lock::take(&folder, PATIENCE, &Cancel::new(), remote)?;
    if !is_whole(&folder, remote) {
        make(&folder, remote)?;
    }
    Ok(folder)
}

/// A name that people recognise and that is one remote's own.
fn name(remote: &RemoteUrl) -> String {
    let digest = Sha256::digest(remote.as_str());
    let own: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let words: String = format!("{}-{}", remote.host(), remote.name())
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .take(60)
        .collect();
    format!("{}-{own}.git", words.trim_matches(['-', '.']))
}

fn is_whole(folder: &Path, remote: &RemoteUrl) -> bool {
    fs::read_to_string(folder.join(OWNER)).is_ok_and(|owner| owner == remote.as_str())
        && Repository::open_bare(folder).is_ok()
}

/// Makes the folder anew. The caller holds its lock.
pub(super) fn make(folder: &Path, remote: &RemoteUrl) -> Result<(), GitError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(storage(folder, &error)),
        _ => {}
    }
    let mut options = RepositoryInitOptions::new();
    options.bare(true).external_template(false).initial_head("refs/heads/main");
    Repository::init_opts(folder, &options)
        .map_err(|error| GitError::Storage { path: folder.display().to_string(), words: error.message().to_owned() })?;
    fs::write(folder.join(OWNER), remote.as_str()).map_err(|error| storage(folder, &error))
}

/// Notes that the mirror is damaged.
pub(super) fn note_damage(folder: &Path) {
    if let Err(error) = fs::write(folder.join(DAMAGED), "") {
        tracing::warn!(folder = %folder.display(), %error, "the mirror's damage could not be noted");
    }
}

/// Whether damage was noted, or the folder is not what it was.
pub(super) fn is_damaged(folder: &Path, remote: &RemoteUrl) -> bool {
    folder.join(DAMAGED).exists() || !is_whole(folder, remote)
}

/// The references of the remote that are about no commit (a tag of a file, say). libgit2 cannot fetch into a repository
/// that has any, so they are only remembered, to see whether they move.
pub(super) fn read_set_aside(folder: &Path) -> BTreeMap<String, Oid> {
    let text = fs::read_to_string(folder.join(SET_ASIDE)).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    lines.filter_map(|(id, name)| Some((name.to_owned(), whole(id).ok()?))).collect()
}

/// Remembers them, where they are others than before. The caller holds the folder's lock.
pub(super) fn write_set_aside(folder: &Path, references: &BTreeMap<String, Oid>) -> Result<(), GitError> {
    if *references == read_set_aside(folder) {
        return Ok(());
    }
    let text: String = references.iter().map(|(name, id)| format!("{id} {name}\n")).collect();
    let path = folder.join(SET_ASIDE);
    fs::write(&path, text).map_err(|error| storage(&path, &error))
}

/// Takes away what a process left behind that was killed: locks of single references, packs and objects that were not
/// finished. The caller holds the folder's lock, without which no reference is written.
pub(super) fn sweep(folder: &Path) {
    for name in ["HEAD.lock", "config.lock", "packed-refs.lock"] {
        remove(&folder.join(name));
    }
    sweep_locks(&folder.join("refs"));
    for (place, unfinished) in [("objects/pack", "pack_git2_"), ("objects", "tmp_object_git2_")] {
        let Ok(entries) = fs::read_dir(folder.join(place)) else { continue };
        for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(unfinished)) {
            let age = entry.metadata().and_then(|metadata| metadata.modified()).map(|time| time.elapsed());
            // Commits are made without the lock, so what is young may still be written to.
            if age.is_ok_and(|age| age.is_ok_and(|age| age > STALE)) {
                remove(&entry.path());
            }
        }
    }
}

fn sweep_locks(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            sweep_locks(&entry.path());
        } else if entry.path().extension().is_some_and(|extension| extension == "lock") {
            remove(&entry.path());
        }
    }
}

fn remove(path: &Path) {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(path = %path.display(), %error, "a left-over file could not be removed");
        }
        _ => {}
    }
}

pub(super) fn storage(path: &Path, error: &io::Error) -> GitError {
    GitError::Storage { path: path.display().to_string(), words: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_for_people_and_one_remotes_own() {
        let name = |url: &str| name(&RemoteUrl::parse(url).unwrap());
        let fleet = name("https://github.com/acme/fleet.git");
        assert!(fleet.starts_with("github.com-fleet-") && fleet.ends_with(".git"), "{fleet}");
        assert_ne!(fleet, name("https://github.com/acme/fleet"));
        assert_eq!(fleet, name("https://GitHub.com:443/acme/fleet.git/"));
        assert!(!name("/srv/../x y/ä").contains(['/', ' ', 'ä']));
    }
}
