//! Plain folders: what is listed, read and written, and what happens when somebody else writes at the same time.

#![allow(clippy::unwrap_used, reason = "a test that meets a surprise should stop there")]

use sluice_core::ObjectKey;
use sluice_core::flux::UpdatePath;
use sluice_core::image::ImageRef;
use sluice_engine::folder::{Folder, FolderError, set_images};
use std::collections::BTreeMap;
use std::path::Path;

fn marked(tag: &str) -> String {
    format!("image: registry.example.com/app:{tag} # {{\"$imagepolicy\": \"ns:app\"}}\n")
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn images(tag: &str) -> BTreeMap<ObjectKey, ImageRef> {
    let image = ImageRef::parse(&format!("registry.example.com/app:{tag}")).unwrap();
    BTreeMap::from([(ObjectKey::new("ns", "app"), image)])
}

fn names_in(folder: &Path) -> Vec<String> {
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[test]
fn the_files_that_flux_visits_are_set_and_no_others() {
    let text = marked("1");
    let visited = [
        ".github/workflows/w.yml",
        ".hidden.yaml",
        "Kustomization",
        "a..b.yaml",
        "a/b/c/d.yaml",
        "charts/templates/x.yaml",
        "node_modules/x.yaml",
    ];
    let others =
        [".git/x.yaml", "a/.git/x.yaml", "a.YAML", "a.json", "kustomization", "x.yaml.tpl", "Kustomization.txt"];
    let all: Vec<(&str, &str)> = visited.iter().chain(&others).map(|name| (*name, text.as_str())).collect();
    let at = folder(&all);
    let rewritten = set_images(&Folder::open(at.path()).unwrap(), &images("2")).unwrap();
    let files: Vec<_> = rewritten.edits.iter().map(|of_file| of_file.file.as_str()).collect();
    assert_eq!(files, visited);
    assert_eq!(rewritten.changes.len(), visited.len());
    rewritten.changes.write().unwrap();
    for name in visited {
        assert_eq!(std::fs::read_to_string(at.path().join(name)).unwrap(), marked("2"), "{name}");
    }
    for name in others {
        assert_eq!(std::fs::read_to_string(at.path().join(name)).unwrap(), text, "{name}");
    }
}

#[test]
fn many_files_come_in_the_order_of_their_paths() {
    let at = tempfile::tempdir().unwrap();
    let mut expected = Vec::new();
    for number in 0..700 {
        let name = format!("team-{}/app-{number}.yaml", number % 7);
        let path = at.path().join(&name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, if number % 3 == 0 { marked("1") } else { "kind: Service\n".to_owned() }).unwrap();
        if number % 3 == 0 {
            expected.push(name);
        }
    }
    expected.sort();
    let opened = Folder::open(at.path()).unwrap();
    assert_eq!(opened.len(), 700);
    let rewritten = set_images(&opened, &images("2")).unwrap();
    let edited: Vec<_> = rewritten.edits.iter().map(|of_file| of_file.file.clone()).collect();
    assert_eq!(edited, expected);
    let changed: Vec<_> = rewritten.changes.iter().map(|change| change.file.clone()).collect();
    assert_eq!(changed, expected);
    let said: Vec<_> = opened.facts().files.into_iter().map(|(file, _)| file).collect();
    assert_eq!(said, expected);
}

#[test]
fn what_somebody_else_changed_meanwhile_stops_everything_and_leaves_nothing_behind() {
    type Meddling = fn(&Path);
    let meddlings: [(&str, Meddling); 4] = [
        ("written", |file| std::fs::write(file, marked("1") + "# and more\n").unwrap()),
        ("removed", |file| std::fs::remove_file(file).unwrap()),
        ("replaced", |file| {
            std::fs::rename(file, file.with_extension("old")).unwrap();
            std::fs::write(file, marked("1")).unwrap();
        }),
        ("made a folder", |file| {
            std::fs::remove_file(file).unwrap();
            std::fs::create_dir(file).unwrap();
        }),
    ];
    for (what, meddle) in meddlings {
        let at = folder(&[("a.yaml", &marked("1")), ("b.yaml", &marked("1"))]);
        let rewritten = set_images(&Folder::open(at.path()).unwrap(), &images("2")).unwrap();
        meddle(&at.path().join("b.yaml"));
        let before = names_in(at.path());
        let error = rewritten.changes.write().unwrap_err();
        assert!(matches!(&error, FolderError::Changed { path } if path.ends_with("b.yaml")), "{what}: {error:?}");
        assert_eq!(std::fs::read_to_string(at.path().join("a.yaml")).unwrap(), marked("1"), "{what}");
        assert_eq!(names_in(at.path()), before, "{what}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_became_a_link_is_not_written_through_nor_replaced() {
    let outside = folder(&[("real.yaml", &marked("1"))]);
    let at = folder(&[("a.yaml", &marked("1"))]);
    let rewritten = set_images(&Folder::open(at.path()).unwrap(), &images("2")).unwrap();
    std::fs::remove_file(at.path().join("a.yaml")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("real.yaml"), at.path().join("a.yaml")).unwrap();
    assert!(matches!(rewritten.changes.write(), Err(FolderError::Changed { .. })));
    assert!(at.path().join("a.yaml").is_symlink());
    assert_eq!(std::fs::read_to_string(outside.path().join("real.yaml")).unwrap(), marked("1"));
    assert_eq!(names_in(at.path()), ["a.yaml"]);
}

#[cfg(unix)]
#[test]
fn the_folder_that_is_named_may_be_a_link_and_a_named_link_is_told_of() {
    let real = folder(&[("a.yaml", &marked("1"))]);
    let at = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(real.path(), at.path().join("folder")).unwrap();
    let rewritten = set_images(&Folder::open(&at.path().join("folder")).unwrap(), &images("2")).unwrap();
    assert_eq!(rewritten.changes.len(), 1);
    std::os::unix::fs::symlink(real.path().join("a.yaml"), at.path().join("a.yaml")).unwrap();
    let rewritten = set_images(&Folder::open(&at.path().join("a.yaml")).unwrap(), &images("2")).unwrap();
    assert_eq!((rewritten.changes.len(), rewritten.ignored.len()), (0, 1));
}

#[test]
fn an_update_path_exists_or_does_not() {
    let at = folder(&[("test/a.yaml", "")]);
    let opened = Folder::open(at.path()).unwrap();
    for (path, exists) in [("./test", true), ("test/a.yaml", true), ("", true), ("../../test", true), ("tests", false)]
    {
        assert_eq!(opened.exists(&UpdatePath::new(path)), exists, "{path}");
    }
}
