//! Objects as the API sends them, with the few fields that are read. Everything is optional: older and newer servers say
//! less or more, and nothing of it is a reason to fail.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::core::DynamicResourceScope;
use kube::discovery::ApiResource;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// An object whose kind is known from the request.
macro_rules! object {
    ($name:ident { $($field:ident: $type:ty),* }) => {
        #[derive(Debug, Clone, Deserialize)]
        pub(crate) struct $name {
            pub(crate) metadata: ObjectMeta,
            $(
                #[serde(default, deserialize_with = "null_is_default")]
                pub(crate) $field: $type,
            )*
        }

        impl kube::Resource for $name {
            type DynamicType = ApiResource;
            type Scope = DynamicResourceScope;

            fn kind(resource: &ApiResource) -> Cow<'_, str> {
                Cow::Borrowed(&resource.kind)
            }
            fn group(resource: &ApiResource) -> Cow<'_, str> {
                Cow::Borrowed(&resource.group)
            }
            fn version(resource: &ApiResource) -> Cow<'_, str> {
                Cow::Borrowed(&resource.version)
            }
            fn plural(resource: &ApiResource) -> Cow<'_, str> {
                Cow::Borrowed(&resource.plural)
            }
            fn api_version(resource: &ApiResource) -> Cow<'_, str> {
                Cow::Borrowed(&resource.api_version)
            }
            fn meta(&self) -> &ObjectMeta {
                &self.metadata
            }
            fn meta_mut(&mut self) -> &mut ObjectMeta {
                &mut self.metadata
            }
        }
    };
}

fn null_is_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

object!(PodWire { spec: PodSpec, status: PodStatus });
object!(WorkloadWire { spec: WorkloadSpec, status: WorkloadStatus });
// The whole spec, because it is also read as one from a file is.
object!(FluxWire { spec: serde_json::Value, status: FluxStatus });
object!(ConfigMapWire { data: std::collections::BTreeMap<String, String> });

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PodSpec {
    pub(crate) containers: Vec<ContainerWire>,
    #[serde(deserialize_with = "null_is_default")]
    pub(crate) init_containers: Vec<ContainerWire>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ContainerWire {
    pub(crate) name: String,
    #[serde(deserialize_with = "null_is_default")]
    pub(crate) image: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PodStatus {
    pub(crate) phase: String,
    pub(crate) reason: String,
    pub(crate) message: String,
    pub(crate) conditions: Vec<ConditionWire>,
    pub(crate) container_statuses: Vec<ContainerStatus>,
    pub(crate) init_container_statuses: Vec<ContainerStatus>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ContainerStatus {
    pub(crate) name: String,
    #[serde(rename = "imageID")]
    pub(crate) image_id: String,
    pub(crate) restart_count: u32,
    #[serde(deserialize_with = "null_is_default")]
    pub(crate) state: ContainerState,
    #[serde(deserialize_with = "null_is_default")]
    pub(crate) last_state: ContainerState,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ContainerState {
    pub(crate) waiting: Option<Waiting>,
    pub(crate) terminated: Option<Terminated>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Waiting {
    pub(crate) reason: String,
    pub(crate) message: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Terminated {
    pub(crate) exit_code: i32,
    pub(crate) reason: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ConditionWire {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) status: String,
    #[serde(deserialize_with = "null_is_default")]
    pub(crate) reason: String,
    #[serde(deserialize_with = "null_is_default")]
    pub(crate) message: String,
    #[serde(deserialize_with = "null_is_default")]
    pub(crate) last_transition_time: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WorkloadSpec {
    pub(crate) replicas: Option<u32>,
    #[serde(deserialize_with = "null_is_default")]
    pub(crate) template: Template,
    /// Of a CronJob.
    #[serde(deserialize_with = "null_is_default")]
    pub(crate) job_template: JobTemplate,
    #[serde(deserialize_with = "null_is_default")]
    pub(crate) update_strategy: UpdateStrategy,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Template {
    #[serde(deserialize_with = "null_is_default")]
    pub(crate) spec: PodSpec,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct JobTemplate {
    #[serde(deserialize_with = "null_is_default")]
    pub(crate) spec: JobSpec,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct JobSpec {
    #[serde(deserialize_with = "null_is_default")]
    pub(crate) template: Template,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct UpdateStrategy {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(deserialize_with = "null_is_default")]
    pub(crate) rolling_update: RollingUpdate,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RollingUpdate {
    pub(crate) partition: Option<u32>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WorkloadStatus {
    pub(crate) observed_generation: Option<i64>,
    pub(crate) replicas: u32,
    pub(crate) updated_replicas: u32,
    pub(crate) ready_replicas: u32,
    pub(crate) available_replicas: u32,
    pub(crate) current_revision: String,
    pub(crate) update_revision: String,
    pub(crate) desired_number_scheduled: u32,
    pub(crate) current_number_scheduled: u32,
    pub(crate) updated_number_scheduled: u32,
    pub(crate) number_ready: u32,
    pub(crate) number_available: u32,
    pub(crate) conditions: Vec<ConditionWire>,
    pub(crate) active: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct FluxStatus {
    pub(crate) observed_generation: Option<i64>,
    pub(crate) conditions: Vec<ConditionWire>,
    pub(crate) last_handled_reconcile_at: Option<String>,
    pub(crate) artifact: Option<Artifact>,
    pub(crate) last_applied_revision: Option<String>,
    pub(crate) last_attempted_revision: Option<String>,
    pub(crate) inventory: Option<Inventory>,
    pub(crate) latest_ref: Option<LatestRef>,
    /// Of v1beta1.
    pub(crate) latest_image: Option<String>,
    pub(crate) last_automation_run_time: Option<String>,
    pub(crate) last_push_commit: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Artifact {
    pub(crate) revision: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Inventory {
    #[serde(deserialize_with = "null_is_default")]
    pub(crate) entries: Vec<InventoryEntry>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct InventoryEntry {
    pub(crate) id: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LatestRef {
    pub(crate) name: String,
    pub(crate) tag: String,
}

/// A label of an object.
pub(crate) fn label<'m>(meta: &'m ObjectMeta, name: &str) -> Option<&'m str> {
    Some(meta.labels.as_ref()?.get(name)?.as_str())
}

/// An annotation of an object.
pub(crate) fn annotation<'m>(meta: &'m ObjectMeta, name: &str) -> Option<&'m str> {
    Some(meta.annotations.as_ref()?.get(name)?.as_str())
}
