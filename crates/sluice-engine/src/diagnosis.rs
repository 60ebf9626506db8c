//! What is wrong with a source, and how to mend it: the core's checks with everything that is known around the files.

use std::collections::{BTreeMap, BTreeSet};

use sluice_core::ObjectKey;
use sluice_core::catalogue::Catalogue;
use sluice_core::diagnosis::{Diagnosis, Surroundings, diagnose};
use sluice_core::flux::UpdatePath;
use sluice_git::Mirror;

use crate::source::SourceView;
use crate::{Engine, EngineError};

impl Engine {
    /// Everything that is wrong with what a source says, in order of place. Works from what is known: the files at the
    /// commit that was read, the remote's references, the tags of the last scans, the other sources.
    ///
    /// # Errors
    /// When the mirror or the database cannot be read.
    pub async fn diagnose(&self, view: &SourceView) -> Result<Vec<Diagnosis>, EngineError> {
        let rivals = self.rivals(view).await?;
        let commit = view.commit;
        let list = move |mirror: &Mirror| mirror.files(commit);
        let files = self.shared.remotes.offline(&view.url, list).await?;
        let exists = |path: &UpdatePath| path.is_root() || files.iter().any(|file| path.covers(&file.path));
        let elsewhere = self.other_catalogues(view);
        let elsewhere: Vec<&Catalogue> = elsewhere.iter().map(|catalogue| &**catalogue).collect();
        let names: BTreeSet<String> = view.refs.refs.keys().cloned().collect();
        let mut references = BTreeMap::new();
        for (key, repository) in &view.catalogue.git_repositories {
            if self.remote_of(view, repository).is_ok_and(|url| url == view.url) {
                references.insert(key.clone(), &names);
            }
        }
        let tags = self.tags_of_filtered_policies(view).await?;
        let tags = tags.iter().map(|(key, tags)| (key.clone(), tags.iter().map(String::as_str).collect())).collect();
        let around = Surroundings {
            exists: Some(&exists),
            remote: Some(view.url.as_str()),
            elsewhere: &elsewhere,
            references,
            tags,
        };
        let mut found = diagnose(&view.catalogue, &around);
        found.extend(rivals);
        Ok(found)
    }

    /// What the other sources that were read say.
    fn other_catalogues(&self, view: &SourceView) -> Vec<std::sync::Arc<Catalogue>> {
        let settings = self.settings();
        let others = settings.sources.iter().filter(|source| source.name != view.name);
        others.filter_map(|source| self.view_in_memory(&source.name)).map(|other| other.catalogue.clone()).collect()
    }

    /// The tags of the images whose policies have a filter that could match nothing; the others' are not needed.
    async fn tags_of_filtered_policies(
        &self,
        view: &SourceView,
    ) -> Result<BTreeMap<ObjectKey, Vec<String>>, EngineError> {
        let filtered = view.catalogue.policies.values().filter(|policy| policy.filter.is_some());
        let wanted: BTreeSet<&ObjectKey> = filtered.map(|policy| &policy.image_repository).collect();
        let mut tags = BTreeMap::new();
        for key in wanted {
            let known = self.store().tags(&view.name, key).await?;
            if !known.is_empty() {
                tags.insert(key.clone(), known.into_iter().map(|tag| tag.tag.to_string()).collect());
            }
        }
        Ok(tags)
    }
}
