//! Reading everything once.

use futures_util::StreamExt as _;
use kube::api::{Api, DynamicObject, ListParams};
use kube::discovery::ApiResource;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sluice_core::cluster::{Gap, LiveKind, Snapshot, WorkloadKind};

use crate::apply::MANAGED_BY;
use crate::error::Asked;
use crate::reduce::{Texts, live_object, plain, pod, workload};
use crate::served::{Served, in_api_words, resource};
use crate::wire::{ConfigMapWire, FluxWire, PodWire, WorkloadWire};
use crate::{Cluster, KubeError};

/// Objects of one page. Kubernetes' own clients take as many.
pub(crate) const PAGE: u32 = 500;
/// Lists under way at a time.
const AT_ONCE: usize = 4;

/// One kind of object that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    Flux(LiveKind, ApiResource),
    Workloads(WorkloadKind, ApiResource),
    Pods(ApiResource),
    /// What Sluice itself has applied, in a cluster without Flux.
    Inventories(ApiResource),
}

impl Wanted {
    pub(crate) fn resource(&self) -> &ApiResource {
        match self {
            Self::Flux(_, resource)
            | Self::Workloads(_, resource)
            | Self::Pods(resource)
            | Self::Inventories(resource) => resource,
        }
    }

    /// Everything that a server has.
    pub(crate) fn all(served: &Served) -> Vec<Self> {
        let flux = LiveKind::ALL.into_iter().filter_map(|kind| Some(Self::Flux(kind, served.resource(kind)?)));
        let workloads =
            WorkloadKind::ALL.into_iter().filter_map(|kind| Some(Self::Workloads(kind, served.workload(kind)?)));
        let is_plain = !served.flux.contains_key(&LiveKind::Kustomization);
        let inventories = is_plain.then(|| Self::Inventories(resource("", "v1", "ConfigMap")));
        flux.chain(inventories).chain(workloads).chain([Self::Pods(resource("", "v1", "Pod"))]).collect()
    }

    /// The labels that are asked for; all where there is none.
    pub(crate) fn labels(&self) -> Option<String> {
        let (label, value) = MANAGED_BY;
        matches!(self, Self::Inventories(_)).then(|| format!("{label}={value}"))
    }
}

/// The objects of one kind in a namespace, or in all.
pub(crate) fn objects<K>(client: kube::Client, namespace: Option<&str>, resource: &ApiResource) -> Api<K>
where
    K: kube::Resource<DynamicType = ApiResource, Scope = kube::core::DynamicResourceScope>,
{
    match namespace {
        Some(namespace) => Api::namespaced_with(client, namespace, resource),
        None => Api::all_with(client, resource),
    }
}

impl Cluster {
    /// Reads Flux's objects, workloads and pods once. What may not be read is among the gaps.
    ///
    /// # Errors
    /// When the server does not answer or does not know who asks.
    pub async fn snapshot(&self) -> Result<Snapshot, KubeError> {
        self.read_once(|_| true).await
    }

    /// Reads Flux's objects once, and neither workloads nor pods: a few small lists.
    ///
    /// # Errors
    /// As [`Cluster::snapshot`].
    pub async fn flux_objects(&self) -> Result<Snapshot, KubeError> {
        self.read_once(|wanted| matches!(wanted, Wanted::Flux(..) | Wanted::Inventories(_))).await
    }

    /// Some kinds of Flux's objects as manifests: `apiVersion`, `kind`, `metadata` with name and namespace, `spec`.
    ///
    /// # Errors
    /// When a kind may not be read, or the server does not answer. A kind that the server has not has no objects.
    pub async fn flux_manifests(&self, kinds: &[LiveKind]) -> Result<Vec<Value>, KubeError> {
        let served = self.served().await?;
        let namespaces: Vec<Option<&str>> = match self.namespaces() {
            [] => vec![None],
            some => some.iter().map(|namespace| Some(namespace.as_str())).collect(),
        };
        let mut manifests = Vec::new();
        for kind in kinds {
            let Some(resource) = served.resource(*kind) else { continue };
            let wanted = Wanted::Flux(*kind, resource.clone());
            for namespace in &namespaces {
                self.each_page::<DynamicObject>(&wanted, *namespace, |object| {
                    let metadata = json!({"name": object.metadata.name, "namespace": object.metadata.namespace});
                    manifests.push(json!({
                        "apiVersion": resource.api_version, "kind": resource.kind, "metadata": metadata,
                        "spec": object.data["spec"],
                    }));
                })
                .await?;
            }
        }
        Ok(manifests)
    }

    async fn read_once(&self, wants: impl Fn(&Wanted) -> bool) -> Result<Snapshot, KubeError> {
        let served = self.served().await?;
        let namespaces: Vec<Option<String>> = match self.namespaces() {
            [] => vec![None],
            some => some.iter().cloned().map(Some).collect(),
        };
        let tasks = Wanted::all(&served).into_iter().filter(wants).flat_map(|wanted| {
            let in_each = namespaces.iter().map(move |namespace| (wanted.clone(), namespace.clone()));
            in_each.collect::<Vec<_>>()
        });
        let reads = futures_util::stream::iter(tasks).map(|(wanted, namespace)| async move {
            let read = self.read_all(&wanted, namespace.as_deref()).await;
            (wanted, namespace, read)
        });
        let mut reads = std::pin::pin!(reads.buffer_unordered(AT_ONCE));
        let mut snapshot = Snapshot::default();
        while let Some((wanted, namespace, read)) = reads.next().await {
            match read {
                Ok(part) => {
                    snapshot.objects.extend(part.objects);
                    snapshot.workloads.extend(part.workloads);
                    snapshot.pods.extend(part.pods);
                }
                Err(error @ (KubeError::Forbidden { .. } | KubeError::NotFound { .. } | KubeError::Refused { .. })) => {
                    snapshot.gaps.push(gap(&wanted, namespace, &error));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(snapshot)
    }

    async fn read_all(&self, wanted: &Wanted, namespace: Option<&str>) -> Result<Snapshot, KubeError> {
        let mut part = Snapshot::default();
        match wanted {
            Wanted::Flux(kind, resource) => {
                self.each_page::<FluxWire>(wanted, namespace, |wire| {
                    let found = live_object(*kind, &resource.api_version, wire);
                    part.objects.extend(found.map(|object| (object.id.clone(), object)));
                })
                .await?;
            }
            Wanted::Inventories(_) => {
                self.each_page::<ConfigMapWire>(wanted, namespace, |wire| {
                    part.objects.extend(plain(&wire).map(|object| (object.id.clone(), object)));
                })
                .await?;
            }
            Wanted::Workloads(kind, _) => {
                self.each_page::<WorkloadWire>(wanted, namespace, |wire| {
                    let found = workload(*kind, wire);
                    part.workloads.extend(found.map(|workload| (workload.id.clone(), workload)));
                })
                .await?;
            }
            Wanted::Pods(_) => {
                let mut texts = Texts::default();
                self.each_page::<PodWire>(wanted, namespace, |wire| {
                    part.pods.extend(pod(wire, &mut texts).map(|pod| (pod.key.clone(), pod)));
                })
                .await?;
            }
        }
        Ok(part)
    }

    /// Lists page by page, so that no more than one page is held in the API's own form.
    async fn each_page<K>(
        &self,
        wanted: &Wanted,
        namespace: Option<&str>,
        mut take: impl FnMut(K),
    ) -> Result<(), KubeError>
    where
        K: kube::Resource<DynamicType = ApiResource, Scope = kube::core::DynamicResourceScope>
            + Clone
            + DeserializeOwned
            + std::fmt::Debug,
    {
        let resource = wanted.resource();
        let asked = Asked::new("list", in_api_words(resource), namespace);
        let mut params = ListParams { label_selector: wanted.labels(), ..ListParams::default() }.limit(PAGE);
        loop {
            let page = self
                .call(&asked, |client| {
                    let (api, params) = (objects::<K>(client, namespace, resource), params.clone());
                    async move { api.list(&params).await }
                })
                .await?;
            page.items.into_iter().for_each(&mut take);
            match page.metadata.continue_.filter(|token| !token.is_empty()) {
                Some(token) => params.continue_token = Some(token),
                None => return Ok(()),
            }
        }
    }
}

/// What could not be read.
pub(crate) fn gap(wanted: &Wanted, namespace: Option<String>, error: &KubeError) -> Gap {
    Gap {
        resource: in_api_words(wanted.resource()),
        namespace,
        is_forbidden: error.is_forbidden(),
        words: error.to_string(),
    }
}
