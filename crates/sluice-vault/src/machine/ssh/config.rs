//! Which private keys ssh would use for a host: ssh itself is asked (`ssh -G`), so that its configuration counts as it
//! does for ssh.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use sluice_core::Secret;

use crate::machine::Machine;
use crate::machine::git::Address;
use crate::machine::program::Call;

/// What ssh tries without a configuration, and what is tried without ssh.
const USUAL: [&str; 3] = ["id_ed25519", "id_ecdsa", "id_rsa"];

impl Machine {
    /// The private key files to try for a host, in order, each once. Not all of them need exist.
    pub(super) async fn identities(&self, address: &Address) -> Vec<PathBuf> {
        let mut paths = match self.ask_ssh(address).await {
            Some(paths) => paths,
            None => USUAL.iter().filter_map(|name| self.in_home(format!(".ssh/{name}"))).collect(),
        };
        let mut seen = std::collections::BTreeSet::new();
        paths.retain(|path| seen.insert(path.clone()));
        paths
    }

    async fn ask_ssh(&self, address: &Address) -> Option<Vec<PathBuf>> {
        let ssh = self.find_program("ssh").await?;
        let own = self.in_home(".ssh/config")?;
        let system = self.0.system_ssh.join("ssh_config");
        // The file is named: without `-F` ssh takes its home from the user database, whatever HOME says.
        let file = match (is_there(&own).await, is_there(&system).await) {
            (true, _) => own.into_os_string(),
            (false, true) => system.into_os_string(),
            (false, false) => "none".into(),
        };
        let port = address.port.map(|port| port.to_string());
        let mut arguments = vec![OsStr::new("-G"), OsStr::new("-F"), &file];
        if let Some(port) = &port {
            arguments.extend([OsStr::new("-p"), OsStr::new(port)]);
        }
        if let Some(user) = address.user.as_deref().filter(|user| !user.starts_with('-')) {
            arguments.extend([OsStr::new("-l"), OsStr::new(user)]);
        }
        // The host cannot start with a hyphen, so it cannot be an option.
        arguments.push(OsStr::new(&address.host));
        let call = Call { program: &ssh, arguments: &arguments, environment: &[], input: Secret::new("") };
        match self.run(call).await {
            Ok(ended) if ended.problem().is_none() => {
                let answer = String::from_utf8_lossy(ended.answer.expose()).into_owned();
                Some(self.identity_files(&answer))
            }
            // A configuration that ssh refuses, or a ssh that is too old for the question.
            Ok(_) | Err(_) => None,
        }
    }

    fn identity_files(&self, answer: &str) -> Vec<PathBuf> {
        let setting = |name: &str| answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let (host, user) = (setting("hostname").unwrap_or_default(), setting("user").unwrap_or_default());
        let files = answer.lines().filter_map(|line| line.strip_prefix("identityfile "));
        files.filter_map(|file| self.with_tokens(file, host, user)).collect()
    }

    /// A path with `~` and the commoner of ssh's tokens (ssh_config(5), TOKENS) filled in.
    fn with_tokens(&self, file: &str, host: &str, user: &str) -> Option<PathBuf> {
        let home = self.0.home.as_ref()?.to_str()?;
        let file = file.trim().trim_matches('"');
        let mut path = String::new();
        let mut rest = file.strip_prefix("~/").map_or_else(
            || file,
            |rest| {
                path.push_str(home);
                path.push('/');
                rest
            },
        );
        while let Some((before, after)) = rest.split_once('%') {
            path.push_str(before);
            let token = after.chars().next()?;
            path.push_str(match token {
                '%' => "%",
                'd' => home,
                'h' => host,
                'r' => user,
                _ => return None,
            });
            rest = &after[token.len_utf8()..];
        }
        path.push_str(rest);
        Some(PathBuf::from(path)).filter(|path| path.is_absolute())
    }
}

async fn is_there(path: &Path) -> bool {
    tokio::fs::metadata(path).await.is_ok_and(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_files_are_where_ssh_says() {
        let machine = Machine::new("/home/me", Vec::<(String, String)>::new());
        let answer = "user git\nhostname git.acme.io\nport 22\nidentityfile ~/.ssh/id_rsa\nidentityfile %d/keys/%r@%h\n\
                      identityfile /etc/keys/100%%\nidentityfile relative\nidentityfile ~/.ssh/%C\n";
        let expected = ["/home/me/.ssh/id_rsa", "/home/me/keys/git@git.acme.io", "/etc/keys/100%"];
        assert_eq!(machine.identity_files(answer), expected.map(PathBuf::from));
    }
}
