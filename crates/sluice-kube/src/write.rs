//! The few things that a person may ask of Flux: begin at once, pause, go on.

use jiff::Timestamp;
use kube::api::{Api, DynamicObject, Patch, PatchParams};
use serde_json::{Value, json};
use sluice_core::cluster::{LiveObject, LiveRef};

use crate::error::Asked;
use crate::reduce::{REQUESTED_AT, live_object};
use crate::served::{in_api_words, resource};
use crate::wire::FluxWire;
use crate::{Cluster, KubeError};

/// Who we are in `managedFields`.
pub(crate) const FIELD_MANAGER: &str = "sluice";

impl Cluster {
    /// Asks the controller of an object to begin at once, as `flux reconcile` does. Gives the value that the controller
    /// says back as `status.lastHandledReconcileAt` once it has begun.
    ///
    /// # Errors
    /// When the right is missing (`patch`), the object is gone, or the server does not answer.
    pub async fn request_reconcile(
        &self,
        object: &LiveRef,
        api_version: &str,
        at: Timestamp,
    ) -> Result<String, KubeError> {
        let value = at.to_string();
        let patch = json!({"metadata": {"annotations": {REQUESTED_AT: value}}});
        self.merge(object, api_version, &patch).await?;
        Ok(value)
    }

    /// Pauses an object's controller, or lets it go on.
    ///
    /// # Errors
    /// As [`Cluster::request_reconcile`].
    pub async fn set_suspended(&self, object: &LiveRef, api_version: &str, suspended: bool) -> Result<(), KubeError> {
        // Taken out rather than false, so that what Git says counts again.
        let value = if suspended { json!(true) } else { Value::Null };
        self.merge(object, api_version, &json!({"spec": {"suspend": value}})).await
    }

    /// Reads one of Flux's objects.
    ///
    /// # Errors
    /// When the right is missing (`get`), it is not there, or the server does not answer.
    pub async fn object(&self, object: &LiveRef, api_version: &str) -> Result<LiveObject, KubeError> {
        let kind = resource_of(object, api_version);
        let (namespace, name) = (&object.key.namespace, &object.key.name);
        let asked = Asked::new("get", format!("{} {name}", in_api_words(&kind)), Some(namespace));
        let wire = self
            .call(&asked, |client| {
                let api: Api<FluxWire> = Api::namespaced_with(client, namespace, &kind);
                async move { api.get(name).await }
            })
            .await?;
        live_object(object.kind, api_version, wire).ok_or_else(|| KubeError::NotFound { what: object.to_string() })
    }

    async fn merge(&self, object: &LiveRef, api_version: &str, patch: &Value) -> Result<(), KubeError> {
        let kind = resource_of(object, api_version);
        let (namespace, name) = (&object.key.namespace, &object.key.name);
        let asked = Asked::new("patch", format!("{} {name}", in_api_words(&kind)), Some(namespace));
        let params = PatchParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PatchParams::default() };
        self.call(&asked, |client| {
            let api: Api<DynamicObject> = Api::namespaced_with(client, namespace, &kind);
            let params = &params;
            async move { api.patch(name, params, &Patch::Merge(patch)).await }
        })
        .await
        .map(drop)
    }
}

fn resource_of(object: &LiveRef, api_version: &str) -> kube::discovery::ApiResource {
    let version = api_version.rsplit('/').next().unwrap_or(api_version);
    resource(object.kind.group(), version, object.kind.as_str())
}
