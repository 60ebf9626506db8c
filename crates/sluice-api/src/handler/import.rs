//! What a cluster's Flux signs in with: looked at, and kept when a person says so.

use sluice_core::ObjectKey;
use sluice_engine::{FluxCredential, ImportState, ImportWish};

use crate::api::Api;
use crate::command::{Answers, ImportClusterCredentials, LookForClusterCredentials};
use crate::handler::credential::kind_view;
use crate::view::error::{ErrorCode, WireError};
use crate::view::import::{
    ClusterCredential, ClusterCredentialState, ClusterCredentials, ClusterCredentialsRequest, ImportCredentialsRequest,
};

impl Answers<LookForClusterCredentials> for Api {
    async fn answer(&self, request: ClusterCredentialsRequest) -> Result<ClusterCredentials, WireError> {
        let wish = ImportWish { cluster: Some(request.cluster), ..ImportWish::default() };
        Ok(view(self.inner.engine.cluster_credentials(&wish).await?))
    }
}

impl Answers<ImportClusterCredentials> for Api {
    async fn answer(&self, request: ImportCredentialsRequest) -> Result<ClusterCredentials, WireError> {
        let ImportCredentialsRequest { cluster, secrets, replace } = request;
        let secrets: Result<Vec<ObjectKey>, _> = secrets.iter().map(|name| ObjectKey::parse(name)).collect();
        let secrets = secrets.map_err(|error| WireError::new(ErrorCode::InvalidRequest, error.to_string(), ""))?;
        // An empty list would mean all.
        if secrets.is_empty() {
            return Ok(ClusterCredentials { credentials: Vec::new() });
        }
        let wish = ImportWish { cluster: Some(cluster), secrets, replace };
        Ok(view(self.inner.engine.import_credentials(&wish, &self.inner.who).await?))
    }
}

fn view(found: Vec<FluxCredential>) -> ClusterCredentials {
    let one = |found: FluxCredential| ClusterCredential {
        secret: found.secret.to_string(),
        used_by: found.used_by,
        kind: found.kind.map(kind_view),
        target: found.target,
        state: match found.state {
            ImportState::New => ClusterCredentialState::New,
            ImportState::Kept => ClusterCredentialState::Kept,
            ImportState::Imported => ClusterCredentialState::Imported,
            ImportState::Unusable => ClusterCredentialState::Unusable,
        },
        words: found.words,
    };
    ClusterCredentials { credentials: found.into_iter().map(one).collect() }
}
