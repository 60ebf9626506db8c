//! Reading `sluice.toml`, and changing it as a person would: comments, order and unknown keys stay.

use std::path::{Path, PathBuf};

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use sluice_git::RemoteUrl;

use super::{ClusterSettings, HoldSettings, Settings, SourceSettings};

/// What a new file begins with.
const TEMPLATE: &str = "\
# Settings of Sluice. Edit this file as you like: the window changes single values and keeps everything else.
#
# [[source]]                      a repository with Flux's resources
# name = \"fleet\"
# url = \"ssh://git@github.com/acme/fleet.git\"
# known-as = [\"http://gitea.gitea.svc/acme/fleet\"]  other addresses of it, such as the one that a cluster reads it from
# mode = \"observe\"                never writes (the default); \"review\" waits for a person, \"auto\" releases by itself
# interval = \"1m\"                 how often the remote is asked for new commits
# min-age = \"2h\"                  how long a tag must be known before it is released
# window = \"Mon-Fri 09:00-16:00\"  when releases may happen by themselves
#
# [source.automation.\"flux-system/flask-app\"]
# mode = \"auto\"                   what differs for one automation
#
# [[cluster]]                     a cluster whose Flux applies what is in the repositories
# name = \"dev\"
# context = \"kind-dev\"            the context in the kubeconfig; also: kubeconfig = \"/path\", namespaces = [\"shop\"]
# read-only = true                never ask Flux to reconcile
#
# [registry.\"registry.acme.example:5000\"]
# ca-file = \"/etc/ssl/acme.pem\"   certificate authority; also: insecure = true, proxy = \"http://proxy:3128\"
#
# [forge.\"git.acme.example\"]
# kind = \"gitlab\"                github, gitlab, gitea or forgejo, where deploy keys are registered; also: api = \"https://…\",
#                                 ca-file, proxy
#
# [signing]
# file = \"~/.ssh/id_ed25519\"     the key that signs commits where an automation names none; or: credential = \"name\",
#                                 agent = \"SHA256:…\"; always = true signs by it even where one is named
# allowed-signers = \"~/signers\"   whose SSH signatures count; openpgp-keys = \"~/keys.asc\" whose OpenPGP ones
#
# Secrets are never in this file: `sluice credential add` puts them into the keychain, or into the encrypted file that
# `sluice vault use file` chooses ([vault] file = \"/path\").
";

/// Addresses as the file has them.
pub(crate) fn addresses(urls: &[RemoteUrl]) -> toml_edit::Array {
    urls.iter().map(ToString::to_string).collect()
}

/// What went wrong with the settings file.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// It cannot be read.
    #[error("cannot read the settings {}: {cause}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        cause: std::io::Error,
    },
    /// It cannot be written.
    #[error("cannot write the settings {}: {cause}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        cause: std::io::Error,
    },
    /// It is not what it should be.
    #[error("the settings {} are not valid: {cause}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Place and cause, over several lines.
        cause: String,
    },
    /// Two sources have one name.
    #[error("the settings {} name two sources `{name}`", path.display())]
    SameName {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// There is no such source.
    #[error("there is no source `{name}`")]
    NoSource {
        /// The name.
        name: String,
    },
    /// Two clusters have one name, or a cluster has a source's.
    #[error("the settings {} use the name `{name}` twice", path.display())]
    SameCluster {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
}

/// The settings file.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    path: PathBuf,
}

impl SettingsFile {
    /// The file at a path; it need not exist.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads and checks it. A file that does not exist says nothing.
    ///
    /// # Errors
    /// When it cannot be read or is not valid; the message has line and column.
    pub fn read(&self) -> Result<Settings, SettingsError> {
        self.parse(&self.text()?)
    }

    /// Changes it: `edit` gets the document, the result is checked before it is written in one step.
    ///
    /// # Errors
    /// When it cannot be read or written, or would not be valid afterwards; then nothing is written.
    pub fn change(
        &self,
        edit: impl FnOnce(&mut DocumentMut) -> Result<(), SettingsError>,
    ) -> Result<Settings, SettingsError> {
        let written = |cause| SettingsError::Write { path: self.path.clone(), cause };
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(written)?;
        let lock = std::fs::File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(".sluice.toml.lock"))
            .map_err(written)?;
        lock.lock().map_err(written)?;
        let text = self.text()?;
        let is_new = text.is_empty();
        let mut document: DocumentMut = text.parse().map_err(|error| self.invalid(&error))?;
        edit(&mut document)?;
        let mut text = document.to_string();
        if is_new {
            // Put in front as text: as a comment of the document it would stand behind what is added.
            text.insert_str(0, &format!("{TEMPLATE}\n"));
        }
        let settings = self.parse(&text)?;
        write_whole(&self.path, folder, text.as_bytes()).map_err(written)?;
        Ok(settings)
    }

    /// Adds a source at the end.
    ///
    /// # Errors
    /// As [`SettingsFile::change`]; a name that is taken is [`SettingsError::SameName`].
    pub fn add_source(&self, source: &SourceSettings) -> Result<Settings, SettingsError> {
        self.change(|document| {
            let mut table = Table::new();
            table["name"] = value(&source.name);
            table["url"] = value(source.url.to_string());
            if !source.known_as.is_empty() {
                table["known-as"] = value(addresses(&source.known_as));
            }
            if let Some(branch) = &source.branch {
                table["branch"] = value(branch);
            }
            if let Some(mode) = source.mode {
                table["mode"] = value(mode.as_str());
            }
            if let Some(interval) = source.interval {
                table["interval"] = value(interval.to_string());
            }
            if let Some(file) = &source.ca_file {
                table["ca-file"] = value(file.display().to_string());
            }
            if source.temporary {
                table["temporary"] = value(true);
            }
            tables(document, "source").push(table);
            Ok(())
        })
    }

    /// Removes a source and what is said of it.
    ///
    /// # Errors
    /// As [`SettingsFile::change`]; [`SettingsError::NoSource`] when there is none of that name.
    pub fn remove_source(&self, name: &str) -> Result<Settings, SettingsError> {
        self.change(|document| {
            let sources = tables(document, "source");
            let at = position(sources, |table| text_of(table, "name") == Some(name))
                .ok_or_else(|| SettingsError::NoSource { name: name.to_owned() })?;
            sources.remove(at);
            tables(document, "hold").retain(|table| text_of(table, "source") != Some(name));
            Ok(())
        })
    }

    /// Adds a cluster at the end.
    ///
    /// # Errors
    /// As [`SettingsFile::change`]; a name that is taken is [`SettingsError::SameCluster`].
    pub fn add_cluster(&self, cluster: &ClusterSettings) -> Result<Settings, SettingsError> {
        self.change(|document| {
            let mut table = Table::new();
            table["name"] = value(&cluster.name);
            table["context"] = value(&cluster.context);
            if let Some(file) = &cluster.kubeconfig {
                table["kubeconfig"] = value(file.display().to_string());
            }
            if !cluster.namespaces.is_empty() {
                table["namespaces"] = value(cluster.namespaces.iter().collect::<toml_edit::Array>());
            }
            if cluster.read_only {
                table["read-only"] = value(true);
            }
            tables(document, "cluster").push(table);
            Ok(())
        })
    }

    /// Removes a cluster.
    ///
    /// # Errors
    /// As [`SettingsFile::change`]; [`SettingsError::NoSource`] when there is none of that name.
    pub fn remove_cluster(&self, name: &str) -> Result<Settings, SettingsError> {
        self.change(|document| {
            let clusters = tables(document, "cluster");
            let at = position(clusters, |table| text_of(table, "name") == Some(name))
                .ok_or_else(|| SettingsError::NoSource { name: name.to_owned() })?;
            clusters.remove(at);
            Ok(())
        })
    }

    /// Sets or removes one value of a source, or of one of its automations.
    ///
    /// # Errors
    /// As [`SettingsFile::change`]; [`SettingsError::NoSource`] when there is none of that name.
    pub fn set_of_source(
        &self,
        name: &str,
        automation: Option<&str>,
        key: &str,
        new: Option<toml_edit::Value>,
    ) -> Result<Settings, SettingsError> {
        self.change(|document| {
            let sources = tables(document, "source");
            let missing = || SettingsError::NoSource { name: name.to_owned() };
            let at = position(sources, |table| text_of(table, "name") == Some(name)).ok_or_else(missing)?;
            let source = sources.get_mut(at).ok_or_else(missing)?;
            let table = match automation {
                None => source,
                Some(automation) => sub_table(sub_table(source, "automation"), automation),
            };
            set(table, key, new);
            Ok(())
        })
    }

    /// Sets or removes one value of a section such as `agent`.
    ///
    /// # Errors
    /// As [`SettingsFile::change`].
    pub fn set(&self, section: &str, key: &str, new: Option<toml_edit::Value>) -> Result<Settings, SettingsError> {
        self.change(|document| {
            set(sub_table(document.as_table_mut(), section), key, new);
            Ok(())
        })
    }

    /// Adds a hold; one on the same policy is replaced.
    ///
    /// # Errors
    /// As [`SettingsFile::change`].
    pub fn add_hold(&self, hold: &HoldSettings) -> Result<Settings, SettingsError> {
        let policy = hold.policy.to_string();
        self.change(|document| {
            let holds = tables(document, "hold");
            holds.retain(|table| {
                text_of(table, "source") != Some(&hold.source) || text_of(table, "policy") != Some(&policy)
            });
            let mut table = Table::new();
            table["source"] = value(&hold.source);
            table["policy"] = value(&policy);
            if let Some(tag) = &hold.tag {
                table["tag"] = value(tag);
            }
            if !hold.reason.is_empty() {
                table["reason"] = value(&hold.reason);
            }
            if let Some(until) = hold.until {
                table["until"] = value(until.to_string());
            }
            holds.push(table);
            Ok(())
        })
    }

    /// Removes the holds on a policy. The settings are the same when there is none.
    ///
    /// # Errors
    /// As [`SettingsFile::change`].
    pub fn remove_holds(&self, source: &str, policy: &str) -> Result<Settings, SettingsError> {
        self.change(|document| {
            tables(document, "hold")
                .retain(|table| text_of(table, "source") != Some(source) || text_of(table, "policy") != Some(policy));
            Ok(())
        })
    }

    fn text(&self) -> Result<String, SettingsError> {
        match std::fs::read_to_string(&self.path) {
            Ok(text) => Ok(text),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            Err(cause) => Err(SettingsError::Read { path: self.path.clone(), cause }),
        }
    }

    fn parse(&self, text: &str) -> Result<Settings, SettingsError> {
        let settings: Settings = toml_edit::de::from_str(text).map_err(|error| self.invalid(&error))?;
        for (at, source) in settings.sources.iter().enumerate() {
            if settings.sources[..at].iter().any(|other| other.name == source.name) {
                return Err(SettingsError::SameName { path: self.path.clone(), name: source.name.clone() });
            }
        }
        if settings.signing.own_keys() > 1 {
            return Err(self.invalid(&"[signing] names several keys; write one of credential, file and agent"));
        }
        for (at, cluster) in settings.clusters.iter().enumerate() {
            let taken = settings.clusters[..at].iter().any(|other| other.name == cluster.name);
            if taken || settings.sources.iter().any(|source| source.name == cluster.name) {
                return Err(SettingsError::SameCluster { path: self.path.clone(), name: cluster.name.clone() });
            }
        }
        Ok(settings)
    }

    fn invalid(&self, cause: &impl std::fmt::Display) -> SettingsError {
        SettingsError::Invalid { path: self.path.clone(), cause: cause.to_string().trim_end().to_owned() }
    }
}

/// Writes beside the file and renames, so that a reader sees the old or the new and never a half.
fn write_whole(path: &Path, folder: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let temporary = folder.join(format!(".sluice.toml.{}", std::process::id()));
    let mut file = std::fs::File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)
}

/// The array of tables of that name, made if it is not there.
fn tables<'d>(document: &'d mut DocumentMut, name: &str) -> &'d mut ArrayOfTables {
    let item = document.entry(name).or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    if !item.is_array_of_tables() {
        // `source = []` is the same as none.
        *item = Item::ArrayOfTables(ArrayOfTables::new());
    }
    item.as_array_of_tables_mut().expect("it was just made one")
}

fn sub_table<'t>(table: &'t mut Table, name: &str) -> &'t mut Table {
    let item = table.entry(name).or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    if !item.is_table() {
        *item = Item::Table(Table::new());
    }
    item.as_table_mut().expect("it was just made one")
}

fn set(table: &mut Table, key: &str, new: Option<toml_edit::Value>) {
    match new {
        Some(new) => {
            table.set_implicit(false);
            match table.get_mut(key).and_then(Item::as_value_mut) {
                Some(old) => {
                    // The comment behind the old value stays behind the new one.
                    let decor = old.decor().clone();
                    *old = new;
                    *old.decor_mut() = decor;
                }
                None => table[key] = Item::Value(new),
            }
        }
        None => {
            table.remove(key);
        }
    }
}

fn position(tables: &ArrayOfTables, wanted: impl Fn(&Table) -> bool) -> Option<usize> {
    tables.iter().position(wanted)
}

fn text_of<'t>(table: &'t Table, key: &str) -> Option<&'t str> {
    table.get(key).and_then(Item::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sluice_core::ObjectKey;
    use sluice_core::release::Mode;

    fn file(text: &str) -> (tempfile::TempDir, SettingsFile) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("conf").join("sluice.toml");
        if !text.is_empty() {
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(&path, text).expect("a file");
        }
        let file = SettingsFile::at(path);
        (folder, file)
    }

    fn source(name: &str) -> SourceSettings {
        SourceSettings::new(name, RemoteUrl::parse("https://git.example.com/fleet.git").expect("an address"))
    }

    #[test]
    fn a_new_file_explains_itself_and_holds_what_was_added() {
        let (_folder, file) = file("");
        assert_eq!(file.read().expect("nothing is fine"), Settings::default());
        let settings = file.add_source(&source("fleet")).expect("it is added");
        assert_eq!(settings.sources.len(), 1);
        assert_eq!(file.read().expect("it is read back"), settings);
        let text = std::fs::read_to_string(file.path()).expect("a file");
        assert!(text.starts_with("# Settings of Sluice"), "{text}");
    }

    #[test]
    fn changes_keep_comments_order_and_other_values() {
        let (_folder, file) = file(
            "# ours\n[[source]] # the fleet\nname = \"fleet\"\nurl = \"https://git.example.com/fleet.git\"\nmode = \"review\" # ask me\n",
        );
        file.set_of_source("fleet", None, "mode", Some("auto".into())).expect("it is set");
        file.set_of_source("fleet", Some("flux-system/app"), "mode", Some("observe".into())).expect("it is set");
        let settings = file.set("agent", "paused", Some(true.into())).expect("it is set");
        let automation = ObjectKey::new("flux-system", "app");
        assert_eq!(settings.sources[0].mode, Some(Mode::Auto));
        assert_eq!(settings.sources[0].mode_of(&automation), Some(Mode::Observe));
        assert!(settings.agent.paused);
        let text = std::fs::read_to_string(file.path()).expect("a file");
        assert!(text.starts_with("# ours\n[[source]] # the fleet\n"), "{text}");
        assert!(text.contains("mode = \"auto\" # ask me"), "{text}");
    }

    #[test]
    fn further_addresses_are_kept_and_none_with_a_password_is() {
        let (_folder, file) = file("");
        let inside = RemoteUrl::parse("http://gitea.gitea.svc:3000/fleet").expect("an address");
        let known = SourceSettings { known_as: vec![inside.clone()], ..source("fleet") };
        assert_eq!(file.add_source(&known).expect("it is added").sources, [known]);
        let same = file.read().expect("it is read back").same_repository();
        assert!(same.are_same(&inside, &source("fleet").url));
        let settings = file.set_of_source("fleet", None, "known-as", None).expect("it is taken out");
        assert_eq!(settings.sources, [source("fleet")]);
        let secret = toml_edit::Array::from_iter(["http://bot:very-secret@gitea.svc/fleet"]);
        let refused = file.set_of_source("fleet", None, "known-as", Some(secret.into())).expect_err("a password");
        assert!(refused.to_string().contains("password"), "{refused}");
        assert_eq!(file.read().expect("nothing was written").sources, [source("fleet")]);
    }

    #[test]
    fn clusters_come_and_go_and_share_no_name_with_a_source() {
        let (_folder, file) = file("");
        file.add_source(&source("fleet")).expect("it is added");
        let mut cluster = ClusterSettings {
            name: "dev".into(),
            context: "kind-dev".into(),
            kubeconfig: Some("/home/me/kind.yaml".into()),
            namespaces: vec!["shop".into()],
            read_only: true,
        };
        let settings = file.add_cluster(&cluster).expect("it is added");
        assert_eq!(settings.clusters, [cluster.clone()]);
        assert!(matches!(file.add_cluster(&cluster), Err(SettingsError::SameCluster { .. })));
        cluster.name = "fleet".into();
        assert!(matches!(file.add_cluster(&cluster), Err(SettingsError::SameCluster { .. })));
        assert!(file.remove_cluster("dev").expect("it is removed").clusters.is_empty());
        assert!(matches!(file.remove_cluster("dev"), Err(SettingsError::NoSource { .. })));
    }

    #[test]
    fn holds_come_and_go_with_their_source() {
        let (_folder, file) = file("");
        file.add_source(&source("fleet")).expect("it is added");
        let policy = ObjectKey::new("flux-system", "app");
        let mut hold = HoldSettings {
            source: "fleet".into(),
            policy: policy.clone(),
            tag: Some("1.0.0".into()),
            reason: "1.0.1 \"leaks\"".into(),
            until: Some("2026-12-01T00:00:00Z".parse().expect("a time")),
        };
        file.add_hold(&hold).expect("it is held");
        hold.tag = None;
        let settings = file.add_hold(&hold).expect("it is replaced");
        assert_eq!(settings.holds, [hold.clone()]);
        assert!(file.remove_holds("fleet", "flux-system/app").expect("it is lifted").holds.is_empty());
        file.add_hold(&hold).expect("it is held");
        let settings = file.remove_source("fleet").expect("it is removed");
        assert!(settings.sources.is_empty() && settings.holds.is_empty());
        assert!(matches!(file.remove_source("fleet"), Err(SettingsError::NoSource { .. })));
    }

    #[test]
    fn what_is_not_valid_is_said_with_its_place_and_nothing_is_written() {
        for (text, words) in [
            ("[[source]]\nname = \"a\"\nurl = \"https://h/x\"\nmode = \"automatic\"\n", "automatic"),
            ("[[source]]\nname = \"a\"\n", "url"),
            ("[[source]\n", "line 1"),
            ("[agent]\npausd = true\n", "pausd"),
            ("[[source]]\nname = \"a\"\nurl = \"https://h/x\"\nmin-age = \"soon\"\n", "soon"),
        ] {
            let (_folder, file) = file(text);
            let error = file.read().expect_err(text).to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
        let (_folder, file) = file("[[source]]\nname = \"a\"\nurl = \"https://h/x\"\n");
        let error = file.add_source(&source("a")).expect_err("the name is taken");
        assert!(matches!(error, SettingsError::SameName { .. }), "{error}");
        assert_eq!(file.read().expect("it is as it was").sources.len(), 1);
    }
}
