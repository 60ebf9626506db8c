//! Where kubectl keeps what it knows, and what its credential plugins are started with.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::Machine;

impl Machine {
    /// The person's kubeconfig files, in the order in which they count: those of `KUBECONFIG`, else `~/.kube/config`.
    /// They need not exist. Relative paths are passed over: they mean another file in each folder.
    pub fn kubeconfig_files(&self) -> Vec<PathBuf> {
        match self.variable("KUBECONFIG") {
            Some(files) => std::env::split_paths(files).filter(|file| file.is_absolute()).collect(),
            None => self.in_home(".kube/config").into_iter().collect(),
        }
    }

    /// The person's home, where it is known.
    pub fn home(&self) -> Option<&Path> {
        self.0.home.as_deref()
    }

    /// The environment that other programs are started with. Nothing in it is meant for Sluice alone.
    pub fn environment(&self) -> &BTreeMap<OsString, OsString> {
        &self.0.environment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubeconfigs_are_found_as_kubectl_finds_them() {
        let home = std::env::temp_dir();
        let none: [(&str, &str); 0] = [];
        assert_eq!(Machine::new(&home, none).kubeconfig_files(), [home.join(".kube/config")]);
        let (one, two) = (home.join("one"), home.join("two"));
        let list = std::env::join_paths([one.as_path(), Path::new("relative"), two.as_path()]).expect("paths");
        let machine = Machine::new(&home, [(OsString::from("KUBECONFIG"), list)]);
        assert_eq!(machine.kubeconfig_files(), [one, two]);
    }
}
