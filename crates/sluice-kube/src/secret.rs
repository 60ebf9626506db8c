//! Secrets: read one by one, by name, when a person asks for it; written when a person takes a key along.
//!
//! They are never listed and never watched, so that a role may name the few that are meant.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::{Secret as Wire, ServiceAccount};
use kube::api::{Api, ObjectMeta, PostParams};
use sluice_core::{ObjectKey, Secret};

use crate::error::Asked;
use crate::write::FIELD_MANAGER;
use crate::{Cluster, KubeError};

/// A Secret of a cluster.
#[derive(Debug)]
pub struct LiveSecret {
    /// Its `type`, such as `Opaque` or `kubernetes.io/dockerconfigjson`.
    pub kind: String,
    /// What is in it, by key.
    pub data: BTreeMap<String, Secret>,
}

/// What became of a Secret that was to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretWritten {
    /// It was not there.
    Created,
    /// It was there with other contents.
    Replaced,
    /// It was there already, the same to the byte.
    Same,
}

impl Cluster {
    /// Reads one Secret.
    ///
    /// # Errors
    /// When the right is missing (`get`), it is not there, or the server does not answer.
    pub async fn secret(&self, key: &ObjectKey) -> Result<LiveSecret, KubeError> {
        let wire = self.wire_secret(key).await?;
        let data =
            wire.data.unwrap_or_default().into_iter().map(|(name, ByteString(bytes))| (name, Secret::new(bytes)));
        Ok(LiveSecret { kind: wire.type_.unwrap_or_else(|| "Opaque".to_owned()), data: data.collect() })
    }

    /// The names of a service account's pull secrets.
    ///
    /// # Errors
    /// As [`Cluster::secret`].
    pub async fn pull_secrets(&self, account: &ObjectKey) -> Result<Vec<String>, KubeError> {
        let asked = Asked::new("get", format!("serviceaccounts {}", account.name), Some(&account.namespace));
        let wire = self
            .call(&asked, |client| {
                let api: Api<ServiceAccount> = Api::namespaced(client, &account.namespace);
                async move { api.get(&account.name).await }
            })
            .await?;
        Ok(wire.image_pull_secrets.unwrap_or_default().into_iter().map(|one| one.name).collect())
    }

    /// Writes an Opaque Secret. One that is there with other contents is only replaced where that is wanted.
    ///
    /// # Errors
    /// When the right is missing (`create`, or `get` and `update`), it is there and is not to be replaced
    /// ([`KubeError::Refused`] with status 409), or the server does not answer.
    pub async fn put_secret(
        &self,
        key: &ObjectKey,
        data: &BTreeMap<&'static str, Secret>,
        replace: bool,
    ) -> Result<SecretWritten, KubeError> {
        let bytes = |secret: &Secret| ByteString(secret.expose().to_vec());
        let data: BTreeMap<String, ByteString> =
            data.iter().map(|(name, secret)| ((*name).to_owned(), bytes(secret))).collect();
        let before = match self.wire_secret(key).await {
            Ok(before) => Some(before),
            Err(KubeError::NotFound { .. }) => None,
            // Whoever may create may not have to be able to read.
            Err(KubeError::Forbidden { .. }) if !replace => None,
            Err(error) => return Err(error),
        };
        if before.as_ref().is_some_and(|before| before.data.as_ref() == Some(&data)) {
            return Ok(SecretWritten::Same);
        }
        let params = PostParams { field_manager: Some(FIELD_MANAGER.to_owned()), ..PostParams::default() };
        let what = format!("secrets {}", key.name);
        match before {
            Some(before) if replace => {
                let wire = Wire { data: Some(data), ..before };
                let asked = Asked::new("update", what, Some(&key.namespace));
                self.call(&asked, |client| {
                    let (api, wire, params) = (Api::<Wire>::namespaced(client, &key.namespace), &wire, &params);
                    async move { api.replace(&key.name, params, wire).await }
                })
                .await?;
                Ok(SecretWritten::Replaced)
            }
            Some(_) => Err(KubeError::Refused {
                verb: "create",
                resource: format!("{what} in namespace {}", key.namespace),
                status: 409,
                words: "it is there already, with other contents".to_owned(),
            }),
            None => {
                let metadata = ObjectMeta { name: Some(key.name.clone()), ..ObjectMeta::default() };
                let wire = Wire { metadata, data: Some(data), type_: Some("Opaque".to_owned()), ..Wire::default() };
                let asked = Asked::new("create", what, Some(&key.namespace));
                self.call(&asked, |client| {
                    let (api, wire, params) = (Api::<Wire>::namespaced(client, &key.namespace), &wire, &params);
                    async move { api.create(params, wire).await }
                })
                .await?;
                Ok(SecretWritten::Created)
            }
        }
    }

    async fn wire_secret(&self, key: &ObjectKey) -> Result<Wire, KubeError> {
        let asked = Asked::new("get", format!("secrets {}", key.name), Some(&key.namespace));
        self.call(&asked, |client| {
            let api: Api<Wire> = Api::namespaced(client, &key.namespace);
            async move { api.get(&key.name).await }
        })
        .await
    }
}
