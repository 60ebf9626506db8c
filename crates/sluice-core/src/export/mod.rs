//! From a workload in a repository to the reference scenario: the resources that Flux and Sluice work by, and the marker.
//!
//! [`export`] takes what the files say and gives the files as they would be. What is there already is used and not written
//! twice: a GitRepository of the same address, a Kustomization that applies the folder, an ImageRepository of the image, a
//! policy of it, an automation that covers the folder. It knows no folder and no Git; contents come from the caller.

mod error;
mod render;

use std::collections::BTreeMap;

use crate::catalogue::{Catalogue, Placed};
use crate::diagnosis::{Fix, nearest};
use crate::flux::{Kind, ResourceId, UpdatePath};
use crate::image::ImageName;
use crate::key::ObjectKey;
use crate::marker::{Field, ImageField, MarkerRef};

pub use error::ExportError;

/// What is wanted. What is not given is taken from the files.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// The workload's name, or `Kind/name`.
    pub workload: String,
    /// Which of its images, where it has several.
    pub image: Option<ImageName>,
    /// The name of the new resources; the workload's own when absent.
    pub name: Option<String>,
    /// Their namespace.
    pub namespace: String,
    /// The folder that they are written to; that of Flux's other resources when absent.
    pub into: Option<String>,
    /// The address that Flux fetches from, as it is to be written.
    pub url: Option<String>,
    /// The branch.
    pub branch: String,
    /// The Secret that Flux signs in with.
    pub secret: Option<String>,
    /// The range of versions; made from the tag that stands there when absent.
    pub range: Option<String>,
    /// Who commits.
    pub author: (String, String),
}

/// What the caller knows of the files.
pub struct Files<'f> {
    /// What they say.
    pub catalogue: &'f Catalogue,
    /// The content of a file.
    pub read: &'f dyn Fn(&str) -> Option<Vec<u8>>,
    /// Whether an address is that of this repository.
    pub is_this_repository: &'f dyn Fn(&str) -> bool,
}

/// The files as they would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// New and changed files, by path.
    pub files: Vec<ExportedFile>,
    /// Resources that are written.
    pub written: Vec<ResourceId>,
    /// Resources that are there already and are used.
    pub used: Vec<ResourceId>,
    /// The marker, and where it stands: `file:line`.
    pub marker: MarkerRef,
    /// The file and line of the marked value.
    pub place: (String, u32),
    /// What a person still has to do, in sentences.
    pub notes: Vec<String>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedFile {
    /// Its path in the repository, with `/`.
    pub path: String,
    /// Its content now; nothing where it is new.
    pub before: Option<Vec<u8>>,
    /// Its content then.
    pub after: Vec<u8>,
}

/// The kinds whose images are exported.
const WORKLOADS: [&str; 6] = ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "HelmRelease"];

/// The images of workloads, as far as [`export`] can be asked for them, by name.
pub fn workloads(catalogue: &Catalogue) -> Vec<&Placed<ImageField>> {
    let mut found: Vec<_> =
        catalogue.images.iter().filter(|image| WORKLOADS.contains(&image.object.kind.as_str())).collect();
    found.sort_by_key(|image| (&image.object.name, &image.object.namespace, &image.file, image.line));
    found
}

/// The range that is proposed for a value: the patch releases of the version that stands there. Nothing where it is none.
pub fn proposed_range(image: &ImageField) -> Option<String> {
    range_around(&image.value)
}

/// Works out what is missing. Nothing is written.
///
/// # Errors
/// When there is no such workload or image, several fit, or something is neither given nor found.
pub fn export(wish: &Wish, files: &Files<'_>) -> Result<Export, ExportError> {
    let image = chosen_image(wish, files.catalogue)?;
    let name = wish.name.clone().unwrap_or_else(|| image.object.name.clone());
    let mut plan = Plan {
        wish,
        files,
        image,
        folder: folder_for(wish, files.catalogue),
        name,
        fresh: BTreeMap::new(),
        written: Vec::new(),
        used: Vec::new(),
        notes: Vec::new(),
    };
    let source = plan.source()?;
    plan.kustomization(&source);
    let repository = plan.image_repository()?;
    let policy = plan.policy(&repository)?;
    plan.automation(&source);
    plan.finish(policy)
}

/// The one image that is meant.
fn chosen_image<'c>(wish: &Wish, catalogue: &'c Catalogue) -> Result<&'c Placed<ImageField>, ExportError> {
    let (kind, name) = match wish.workload.split_once('/') {
        Some((kind, name)) => (Some(kind), name),
        None => (None, wish.workload.as_str()),
    };
    let is_workload = |image: &&Placed<ImageField>| WORKLOADS.contains(&image.object.kind.as_str());
    let is_meant = |image: &&Placed<ImageField>| {
        image.object.name == name && kind.is_none_or(|kind| image.object.kind.eq_ignore_ascii_case(kind))
    };
    let all = || catalogue.images.iter().filter(is_workload);
    let of_workload: Vec<&Placed<ImageField>> = all().filter(is_meant).collect();
    if of_workload.is_empty() {
        let names = all().map(|image| image.object.name.as_str());
        let near = nearest(name, names, 3).into_iter().map(str::to_owned).collect();
        return Err(ExportError::NoWorkload { name: wish.workload.clone(), nearest: near });
    }
    let wanted = |image: &&Placed<ImageField>| match &wish.image {
        Some(wanted) => ImageName::parse(&image.image).is_ok_and(|name| name.is_same_repository(wanted)),
        None => true,
    };
    let mut images = of_workload.iter().copied().filter(wanted);
    match (images.next(), images.next()) {
        (None, _) => Err(ExportError::NoImage { workload: wish.workload.clone() }),
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(ExportError::SeveralImages {
            workload: wish.workload.clone(),
            images: of_workload.iter().map(|image| format!("{}: {}", image.file, image.value.value)).collect(),
        }),
    }
}

/// Where Flux's resources are: beside those that are there.
fn folder_for(wish: &Wish, catalogue: &Catalogue) -> String {
    if let Some(into) = &wish.into {
        return UpdatePath::new(into).as_str().to_owned();
    }
    let automations = catalogue.automations.values().map(|one| &one.file);
    let sources = catalogue.git_repositories.values().map(|one| &one.file);
    let beside = automations.chain(sources).next();
    beside.map_or_else(|| "flux".to_owned(), |file| folder_of(file).to_owned())
}

fn folder_of(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn id(kind: Kind, key: &ObjectKey) -> ResourceId {
    ResourceId { kind, namespace: key.namespace.clone(), name: key.name.clone() }
}

struct Plan<'p> {
    wish: &'p Wish,
    files: &'p Files<'p>,
    image: &'p Placed<ImageField>,
    folder: String,
    name: String,
    /// New files of the folder, by name.
    fresh: BTreeMap<String, String>,
    written: Vec<ResourceId>,
    used: Vec<ResourceId>,
    notes: Vec<String>,
}

impl Plan<'_> {
    fn key(&self) -> ObjectKey {
        ObjectKey::new(&*self.wish.namespace, &*self.name)
    }

    fn write(&mut self, kind: Kind, word: &str, text: String) {
        self.written.push(id(kind, &self.key()));
        self.fresh.insert(format!("{}-{word}.yaml", self.name), text);
    }

    fn uses(&mut self, kind: Kind, key: &ObjectKey) {
        self.used.push(id(kind, key));
    }

    fn source(&mut self) -> Result<ObjectKey, ExportError> {
        let own = |key: &ObjectKey| key.namespace == self.wish.namespace;
        let found = self.files.catalogue.git_repositories.iter().find(|(key, one)| {
            let branch = one.reference.as_ref().and_then(|reference| reference.checked_out_branch());
            own(key) && (self.files.is_this_repository)(&one.url) && branch == Some(self.wish.branch.as_str())
        });
        if let Some(key) = found.map(|(key, _)| key.clone()) {
            self.uses(Kind::GitRepository, &key);
            return Ok(key);
        }
        let url = self.wish.url.as_deref().ok_or(ExportError::NoAddress)?;
        let text = render::git_repository(&self.key(), url, &self.wish.branch, self.wish.secret.as_deref());
        if self.wish.secret.is_none() && !url.starts_with("http") {
            self.notes.push(format!(
                "GitRepository {} names no Secret: make one with `sluice key export`, and add secretRef",
                self.key()
            ));
        }
        self.write(Kind::GitRepository, "source", text);
        Ok(self.key())
    }

    fn kustomization(&mut self, source: &ObjectKey) {
        let file = &self.image.file;
        let found = self
            .files
            .catalogue
            .kustomizations
            .iter()
            .find(|(_, one)| one.source == *source && UpdatePath::new(&one.path).covers(file));
        if let Some(key) = found.map(|(key, _)| key.clone()) {
            return self.uses(Kind::Kustomization, &key);
        }
        let namespace = Some(self.image.object.namespace.as_str()).filter(|namespace| !namespace.is_empty());
        let text = render::kustomization(&self.key(), source, folder_of(file), namespace);
        self.write(Kind::Kustomization, "kustomization", text);
    }

    fn image_repository(&mut self) -> Result<ObjectKey, ExportError> {
        let refused = |cause| ExportError::BadImage { image: self.image.image.clone(), cause };
        let image = ImageName::parse(&self.image.image).map_err(refused)?;
        let found = self
            .files
            .catalogue
            .image_repositories
            .iter()
            .find(|(key, one)| key.namespace == self.wish.namespace && one.image.is_same_repository(&image));
        if let Some(key) = found.map(|(key, _)| key.clone()) {
            self.uses(Kind::ImageRepository, &key);
            return Ok(key);
        }
        self.write(Kind::ImageRepository, "registry", render::image_repository(&self.key(), image.as_written()));
        Ok(self.key())
    }

    fn policy(&mut self, repository: &ObjectKey) -> Result<ObjectKey, ExportError> {
        let all = self.files.catalogue.policies.iter();
        let choosing: Vec<&ObjectKey> =
            all.filter(|(_, one)| one.image_repository == *repository).map(|(key, _)| key).collect();
        let named = choosing.iter().find(|key| key.name == self.name);
        match (choosing.as_slice(), named, &self.wish.range) {
            ([only], _, None) => {
                let key = (*only).clone();
                self.uses(Kind::ImagePolicy, &key);
                return Ok(key);
            }
            (_, Some(named), None) => {
                let key = (**named).clone();
                self.uses(Kind::ImagePolicy, &key);
                return Ok(key);
            }
            (_, Some(named), Some(_)) => return Err(ExportError::Taken { policy: (**named).clone() }),
            _ => {}
        }
        let range = match &self.wish.range {
            Some(range) => range.clone(),
            None => range_around(&self.image.value.value)
                .ok_or_else(|| ExportError::NoRange { value: self.image.value.value.clone() })?,
        };
        self.write(Kind::ImagePolicy, "policy", render::image_policy(&self.key(), repository, &range));
        Ok(self.key())
    }

    fn automation(&mut self, source: &ObjectKey) {
        let file = &self.image.file;
        let found = self.files.catalogue.automations.iter().find(|(key, one)| {
            key.namespace == self.wish.namespace && one.source == *source && one.update_path().covers(file)
        });
        if let Some(key) = found.map(|(key, _)| key.clone()) {
            return self.uses(Kind::ImageUpdateAutomation, &key);
        }
        let (name, email) = &self.wish.author;
        let text = render::automation(&self.key(), source, &self.wish.branch, folder_of(file), name, email);
        self.write(Kind::ImageUpdateAutomation, "automation", text);
    }

    fn finish(mut self, policy: ObjectKey) -> Result<Export, ExportError> {
        let place =
            |name: &str| if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) };
        let mut files = Vec::new();
        for (name, text) in &self.fresh {
            let path = place(name);
            if (self.files.read)(&path).is_some() {
                return Err(ExportError::FileExists { path });
            }
            files.push(ExportedFile { path, before: None, after: text.clone().into_bytes() });
        }
        let list = place("kustomization.yaml");
        if let Some(before) = (self.files.read)(&list).filter(|_| !self.fresh.is_empty()) {
            let names: Vec<&str> = self.fresh.keys().map(String::as_str).collect();
            match render::with_resources(&before, &names) {
                Some(after) => files.push(ExportedFile { path: list, before: Some(before), after }),
                None => self
                    .notes
                    .push(format!("add the new files to `resources` of {list}: it is written in a way of its own")),
            }
        }
        let marker = MarkerRef { policy, field: self.image.field };
        let file = self.image.file.to_string();
        if !self.image.is_marked {
            let fix = Fix::AddMarker {
                file: file.clone(),
                line: self.image.line,
                column: self.image.column,
                marker: marker.clone(),
            };
            let before = (self.files.read)(&file).ok_or_else(|| ExportError::Gone { path: file.clone() })?;
            let after = fix.apply(&before).map_err(|cause| ExportError::NotMarkable { path: file.clone(), cause })?;
            files.push(ExportedFile { path: file.clone(), before: Some(before), after });
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let Self { written, used, notes, image, .. } = self;
        Ok(Export { files, written, used, marker, place: (file, image.line), notes })
    }
}

/// The patch releases of the version that stands there: `1.0.x` of `…:1.0.3`.
fn range_around(value: &str) -> Option<String> {
    let tag = value.split('@').next()?;
    let tag = tag.rsplit_once(':').map_or(tag, |(_, tag)| tag);
    let mut parts = tag.strip_prefix('v').unwrap_or(tag).splitn(3, '.');
    let (major, minor, patch) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let starts_with_number = patch.as_bytes().first().is_some_and(u8::is_ascii_digit);
    (is_number(major) && is_number(minor) && starts_with_number).then(|| format!("{major}.{minor}.x"))
}

impl Export {
    /// Whether everything is there already.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The unified diff of all files.
    pub fn diff(&self) -> String {
        let one = |file: &ExportedFile| {
            crate::release::unified(&file.path, file.before.as_deref().unwrap_or_default(), &file.after)
        };
        self.files.iter().map(one).collect()
    }

    /// Whether the whole image or a part of it is marked.
    pub fn field(&self) -> Field {
        self.marker.field
    }
}

#[cfg(test)]
mod tests;
