//! Applying manifests to a cluster without Flux: server-side, with a diff beforehand (as `kubectl diff` makes it: a dry
//! run on the server compared with what is there) and an inventory, so that what leaves Git can be deleted.

use std::collections::BTreeMap;

use kube::Client;
use kube::api::{Api, DeleteParams, DynamicObject, Patch, PatchParams};
use kube::core::GroupVersionKind;
use kube::discovery::{ApiResource, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sluice_core::ObjectKey;

use crate::error::Asked;
use crate::served::{in_api_words, resource};
use crate::write::FIELD_MANAGER;
use crate::{Cluster, KubeError};

/// Which object of a manifest. Ordered as objects are applied: what others live in comes first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManifestId {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// The namespace; nothing for what lives in none.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

impl std::fmt::Display for ManifestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

impl ManifestId {
    /// Reads which object a manifest is; nothing where it has no kind or name.
    pub fn of(object: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let meta = &object["metadata"];
        Some(Self {
            api_version: text(&object["apiVersion"])?,
            kind: text(&object["kind"])?,
            namespace: text(&meta["namespace"]),
            name: text(&meta["name"])?,
        })
    }

    /// Whether both are the same object, whatever version each is written in.
    pub fn is_same(&self, other: &Self) -> bool {
        let group = |id: &Self| id.api_version.rsplit_once('/').map(|(group, _)| group.to_owned());
        (&self.kind, &self.namespace, &self.name, group(self))
            == (&other.kind, &other.namespace, &other.name, group(other))
    }

    /// Where it comes in the order of applying.
    fn rank(&self) -> u8 {
        match self.kind.as_str() {
            "Namespace" => 0,
            "CustomResourceDefinition" => 1,
            "ServiceAccount" | "ClusterRole" | "Role" => 2,
            "ClusterRoleBinding" | "RoleBinding" | "ConfigMap" | "Secret" | "Service" => 3,
            _ => 4,
        }
    }
}

/// What applying an object would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The object as it is there, in YAML; empty where it is not.
    pub before: String,
    /// The object as it would be, in YAML; empty where it would be deleted.
    pub after: String,
    /// Whether it is there.
    pub exists: bool,
}

/// What was applied before, and which revision of what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Inventory {
    /// The objects.
    pub objects: Vec<ManifestId>,
    /// The revision, `main@sha1:…`; nothing while it is being applied.
    pub revision: Option<String>,
    /// The address of the repository.
    pub remote: String,
    /// The folder that was built.
    pub path: String,
    /// The Kustomization.
    pub kustomization: Option<ObjectKey>,
}

/// Sorts manifests as they have to be applied.
pub fn in_order(objects: &mut [Value]) {
    objects.sort_by_key(|object| ManifestId::of(object).map(|id| id.rank()));
}

/// Where an inventory is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryPlace {
    /// The namespace of its ConfigMap.
    pub namespace: String,
    /// The ConfigMap's name.
    pub name: String,
}

/// The label on everything that is kept in a cluster for Sluice.
pub(crate) const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "sluice");
/// The field of the ConfigMap that holds the inventory.
pub(crate) const INVENTORY_KEY: &str = "inventory";
/// The version of the objects that stand for what Sluice itself has applied ([`sluice_core::cluster::LiveObject`]).
pub const PLAIN_VERSION: &str = "sluice.dev/plain";

/// Applies manifests of one build. Remembers how each kind is asked for.
#[derive(Debug)]
pub struct Applier {
    cluster: Cluster,
    kinds: BTreeMap<(String, String), (ApiResource, bool)>,
}

impl Applier {
    /// For a cluster.
    pub fn new(cluster: &Cluster) -> Self {
        Self { cluster: cluster.clone(), kinds: BTreeMap::new() }
    }

    /// Fills in the namespace of an object that lives in one and names none, and takes it from one that lives in none.
    ///
    /// # Errors
    /// When the server does not know the kind, or does not answer.
    pub async fn place(&mut self, object: &mut Value, target: Option<&str>) -> Result<ManifestId, KubeError> {
        let unnamed = || KubeError::NotFound { what: "an object without a kind or a name".to_owned() };
        let id = ManifestId::of(object).ok_or_else(unnamed)?;
        let is_namespaced = self.kind(&id).await?.1;
        default_protocols(object);
        if !is_namespaced {
            if let Some(meta) = object["metadata"].as_object_mut() {
                meta.remove("namespace");
            }
        } else if id.namespace.is_none() {
            object["metadata"]["namespace"] = target.unwrap_or("default").into();
        }
        ManifestId::of(object).ok_or_else(unnamed)
    }

    /// What applying an object would do, by the server's own word.
    ///
    /// # Errors
    /// When the server refuses the object, a right is missing, or it does not answer.
    pub async fn difference(&mut self, id: &ManifestId, object: &Value) -> Result<Difference, KubeError> {
        let live = self.get(id).await?;
        let after = match self.patch(id, object, true).await {
            Ok(after) => after,
            // Its namespace or its kind is applied first, in the same go.
            Err(KubeError::NotFound { .. }) if live.is_none() => object.clone(),
            Err(error) => return Err(error),
        };
        Ok(Difference {
            before: live.as_ref().map(shown).unwrap_or_default(),
            after: shown(&after),
            exists: live.is_some(),
        })
    }

    /// What deleting an object would do; nothing where it is gone already.
    ///
    /// # Errors
    /// When a right is missing, or the server does not answer.
    pub async fn removal(&mut self, id: &ManifestId) -> Result<Option<Difference>, KubeError> {
        let live = match self.get(id).await {
            // Its kind is gone with it.
            Err(KubeError::NotFound { .. }) => None,
            live => live?,
        };
        Ok(live.map(|live| Difference { before: shown(&live), after: String::new(), exists: true }))
    }

    /// Applies an object server-side. Fields that others own are taken over: Git says what counts.
    ///
    /// # Errors
    /// When the server refuses the object, a right is missing, or it does not answer.
    pub async fn apply(&mut self, id: &ManifestId, object: &Value) -> Result<(), KubeError> {
        self.patch(id, object, false).await.map(drop)
    }

    /// Deletes an object with what belongs to it. One that is gone is what was wanted.
    ///
    /// # Errors
    /// When a right is missing, or the server does not answer.
    pub async fn delete(&mut self, id: &ManifestId) -> Result<(), KubeError> {
        let (kind, _) = self.kind(id).await?;
        let asked = Asked::new("delete", format!("{} {}", in_api_words(&kind), id.name), id.namespace.as_deref());
        let deleted = self
            .cluster
            .call(&asked, |client| {
                let api = api(client, &kind, id.namespace.as_deref());
                async move { api.delete(&id.name, &DeleteParams::background()).await }
            })
            .await;
        match deleted {
            Ok(_) | Err(KubeError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// What was applied before.
    ///
    /// # Errors
    /// When a right is missing, or the server does not answer.
    pub async fn inventory(&mut self, place: &InventoryPlace) -> Result<Inventory, KubeError> {
        let Some(kept) = self.get(&inventory_id(place)).await? else { return Ok(Inventory::default()) };
        let text = kept["data"][INVENTORY_KEY].as_str().unwrap_or_default();
        Ok(serde_json::from_str(text).unwrap_or_default())
    }

    /// Writes down what is applied.
    ///
    /// # Errors
    /// When a right is missing, or the server does not answer.
    pub async fn set_inventory(&mut self, place: &InventoryPlace, inventory: &Inventory) -> Result<(), KubeError> {
        let text = serde_json::to_string(inventory).unwrap_or_default();
        let (label, value) = MANAGED_BY;
        let object = json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": place.name, "namespace": place.namespace, "labels": {label: value}},
            "data": {INVENTORY_KEY: text},
        });
        self.apply(&inventory_id(place), &object).await
    }

    async fn get(&mut self, id: &ManifestId) -> Result<Option<Value>, KubeError> {
        let (kind, _) = match self.kind(id).await {
            // A definition that is applied in the same go brings the kind.
            Err(KubeError::NotFound { .. }) => return Ok(None),
            kind => kind?,
        };
        let asked = Asked::new("get", format!("{} {}", in_api_words(&kind), id.name), id.namespace.as_deref());
        let found = self
            .cluster
            .call(&asked, |client| {
                let api = api(client, &kind, id.namespace.as_deref());
                async move { api.get_opt(&id.name).await }
            })
            .await?;
        Ok(found.and_then(|object| serde_json::to_value(object).ok()))
    }

    async fn patch(&mut self, id: &ManifestId, object: &Value, dry_run: bool) -> Result<Value, KubeError> {
        let (kind, _) = self.kind(id).await?;
        let asked = Asked::new("patch", format!("{} {}", in_api_words(&kind), id.name), id.namespace.as_deref());
        let params = PatchParams { dry_run, ..PatchParams::apply(FIELD_MANAGER).force() };
        let patched = self
            .cluster
            .call(&asked, |client| {
                let api = api(client, &kind, id.namespace.as_deref());
                let params = &params;
                async move { api.patch(&id.name, params, &Patch::Apply(object)).await }
            })
            .await?;
        Ok(serde_json::to_value(patched).unwrap_or_default())
    }

    /// How a kind is asked for, and whether it lives in namespaces.
    async fn kind(&mut self, id: &ManifestId) -> Result<(ApiResource, bool), KubeError> {
        let name = (id.api_version.clone(), id.kind.clone());
        if let Some(known) = self.kinds.get(&name) {
            return Ok(known.clone());
        }
        let (group, version) = id.api_version.split_once('/').unwrap_or(("", &id.api_version));
        let asked = Asked::new("list", format!("the kinds of {}", id.api_version), None);
        let found = self
            .cluster
            .call(&asked, |client| {
                let gvk = GroupVersionKind::gvk(group, version, &id.kind);
                async move {
                    match kube::discovery::oneshot::pinned_kind(&client, &gvk).await {
                        Ok((resource, capabilities)) => Ok(Some((resource, capabilities.scope == Scope::Namespaced))),
                        Err(kube::Error::Discovery(_)) => Ok(None),
                        Err(error) => Err(error),
                    }
                }
            })
            .await?;
        let found =
            found.ok_or_else(|| KubeError::NotFound { what: format!("the kind {} {}", id.api_version, id.kind) })?;
        self.kinds.insert(name, found.clone());
        Ok(found)
    }
}

/// Writes the default of `protocol` out, as Flux does (fluxcd/pkg/ssa, SetNativeKindsDefaults): servers before 1.21 refuse
/// to apply a port without it.
fn default_protocols(object: &mut Value) {
    let default_in = |ports: Option<&mut Value>| {
        for port in ports.and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut) {
            port.entry("protocol").or_insert_with(|| "TCP".into());
        }
    };
    if object["kind"] == "Service" {
        default_in(object.pointer_mut("/spec/ports"));
    }
    for pod in ["/spec", "/spec/template/spec", "/spec/jobTemplate/spec/template/spec"] {
        for containers in ["containers", "initContainers"] {
            let all = object.pointer_mut(&format!("{pod}/{containers}")).and_then(Value::as_array_mut);
            all.into_iter().flatten().for_each(|container| default_in(container.get_mut("ports")));
        }
    }
}

fn inventory_id(place: &InventoryPlace) -> ManifestId {
    ManifestId {
        api_version: "v1".to_owned(),
        kind: resource("", "v1", "ConfigMap").kind,
        namespace: Some(place.namespace.clone()),
        name: place.name.clone(),
    }
}

fn api(client: Client, kind: &ApiResource, namespace: Option<&str>) -> Api<DynamicObject> {
    match namespace {
        Some(namespace) => Api::namespaced_with(client, namespace, kind),
        None => Api::all_with(client, kind),
    }
}

/// What `kubectl diff` leaves out: the server's own bookkeeping.
const BOOKKEEPING: [&str; 6] =
    ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"];

/// An object as people compare it.
fn shown(object: &Value) -> String {
    let mut object = object.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("status");
    }
    if let Some(meta) = object["metadata"].as_object_mut() {
        for field in BOOKKEEPING {
            meta.remove(field);
        }
        if let Some(annotations) = meta.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
            annotations.remove("deployment.kubernetes.io/revision");
        }
        if meta.get("annotations").and_then(Value::as_object).is_some_and(serde_json::Map::is_empty) {
            meta.remove("annotations");
        }
    }
    if object["kind"] == "Secret" {
        for field in ["data", "stringData"] {
            if let Some(values) = object.get_mut(field).and_then(Value::as_object_mut) {
                for value in values.values_mut() {
                    *value = masked(value);
                }
            }
        }
    }
    serde_saphyr::to_string(&object).unwrap_or_else(|_| object.to_string())
}

/// A value of a Secret, so that a change is seen and the value is not.
fn masked(value: &Value) -> Value {
    use std::hash::{BuildHasher as _, RandomState};
    // One state for the life of the process: equal values are shown alike, and nothing can be guessed from it.
    static STATE: std::sync::LazyLock<RandomState> = std::sync::LazyLock::new(RandomState::new);
    format!("*** ({:08x})", STATE.hash_one(value.to_string()) as u32).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_live_in_is_applied_first() {
        let object = |kind: &str| json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": kind}});
        let mut objects = ["Deployment", "Service", "Namespace", "CustomResourceDefinition"].map(object).to_vec();
        in_order(&mut objects);
        let kinds: Vec<&str> = objects.iter().filter_map(|object| object["kind"].as_str()).collect();
        assert_eq!(kinds, ["Namespace", "CustomResourceDefinition", "Service", "Deployment"]);
    }

    #[test]
    fn ports_get_the_protocol_that_they_mean() {
        let mut service =
            json!({"kind": "Service", "spec": {"ports": [{"port": 80}, {"port": 53, "protocol": "UDP"}]}});
        default_protocols(&mut service);
        assert_eq!(service["spec"]["ports"], json!([{"port": 80, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]));
        let mut deployment = json!({"kind": "Deployment", "spec": {"template": {"spec": {"containers": [
            {"name": "a", "ports": [{"containerPort": 1}]}, {"name": "b"}]}}}});
        default_protocols(&mut deployment);
        let ports = &deployment["spec"]["template"]["spec"]["containers"][0]["ports"];
        assert_eq!(ports, &json!([{"containerPort": 1, "protocol": "TCP"}]));
    }

    #[test]
    fn bookkeeping_and_secrets_are_not_shown() {
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "uid": "1", "managedFields": []},
            "data": {"password": "aHVudGVyMg=="}, "status": {}});
        let text = shown(&secret);
        assert!(!text.contains("aHVudGVyMg") && !text.contains("uid") && !text.contains("status"), "{text}");
        assert_eq!(text, shown(&secret), "equal values are shown alike");
    }

    #[test]
    fn an_object_is_the_same_in_every_version() {
        let id = |api_version: &str| ManifestId {
            api_version: api_version.into(),
            kind: "CronJob".into(),
            namespace: Some("a".into()),
            name: "b".into(),
        };
        assert!(id("batch/v1").is_same(&id("batch/v1beta1")));
        assert!(!id("batch/v1").is_same(&id("v1")));
    }
}
