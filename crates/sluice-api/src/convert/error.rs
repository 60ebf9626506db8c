//! The engine's errors in the one form of the wire.

use sluice_core::release::Gate;
use sluice_engine::EngineError;

use crate::view::error::{ErrorCode, WireError};

impl From<EngineError> for WireError {
    fn from(error: EngineError) -> Self {
        Self::from(&error)
    }
}

impl From<&EngineError> for WireError {
    fn from(error: &EngineError) -> Self {
        let code = match error {
            EngineError::GateClosed { gate, .. } if matches!(**gate, Gate::Observe) => ErrorCode::WritingNotAllowed,
            EngineError::GateClosed { .. } => ErrorCode::GateClosed,
            _ => code_of(error.code()),
        };
        Self::new(code, error.to_string(), error.hint().unwrap_or_default())
    }
}

/// The kind of an error by the engine's stable name for it.
pub fn code_of(name: &str) -> ErrorCode {
    match name {
        "no-source" | "not-found" | "git-repository-not-found" | "git-reference-not-found" => ErrorCode::NotFound,
        "registry-repository-not-found" | "registry-image-not-found" => ErrorCode::NotFound,
        "settings" => ErrorCode::Settings,
        "no-home" | "database" | "read-failed" | "lock-failed" => ErrorCode::Storage,
        "git-storage-failed" | "git-mirror-damaged" => ErrorCode::Storage,
        "plan-changed" => ErrorCode::PlanOutdated,
        "branch-restless" | "busy" | "agent-runs" | "stopped" | "git-mirror-busy" => ErrorCode::Busy,
        "foreign-commits" | "git-push-refused" | "git-branch-moved" => ErrorCode::PushRefused,
        "keychain-locked" | "keychain-missing" | "keychain-silent" => ErrorCode::Keychain,
        "git-credentials-missing" | "git-credentials-refused" | "git-access-denied" => ErrorCode::CredentialsRefused,
        "registry-unauthorized" | "registry-denied" | "registry-sign-in-failed" => ErrorCode::CredentialsRefused,
        "credential-helper-failed" | "credential-unusable" | "vault-passphrase-wrong" => ErrorCode::CredentialsRefused,
        "forge-token-refused" | "forge-app-refused" | "forge-not-allowed" => ErrorCode::CredentialsRefused,
        "forge-not-found" => ErrorCode::NotFound,
        "forge-rate-limited" => ErrorCode::RateLimited,
        "forge-unreachable" | "forge-timeout" | "forge-tls-failed" | "forge-unavailable" => ErrorCode::Unreachable,
        "git-host-key-unknown" | "git-host-key-changed" | "git-host-key-revoked" => ErrorCode::HostKey,
        "git-key-read-only" => ErrorCode::KeyReadOnly,
        "git-rate-limited" | "registry-rate-limited" => ErrorCode::RateLimited,
        // Whatever else a remote did: it did not give what was asked for.
        name if name.starts_with("git-") || name.starts_with("registry-") => match name {
            "git-url-invalid" | "git-id-invalid" | "git-refspec-invalid" | "registry-name-invalid" => {
                ErrorCode::InvalidRequest
            }
            _ => ErrorCode::Unreachable,
        },
        // What is left is about a value or a resource as it is written.
        _ => ErrorCode::InvalidRequest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_engine_fall_into_kinds_that_the_window_knows() {
        for (name, code) in [
            ("no-source", ErrorCode::NotFound),
            ("git-unreachable", ErrorCode::Unreachable),
            ("registry-timeout", ErrorCode::Unreachable),
            ("registry-unauthorized", ErrorCode::CredentialsRefused),
            ("git-key-read-only", ErrorCode::KeyReadOnly),
            ("git-url-invalid", ErrorCode::InvalidRequest),
            ("forge-token-refused", ErrorCode::CredentialsRefused),
            ("forge-timeout", ErrorCode::Unreachable),
            ("vault-passphrase-wrong", ErrorCode::CredentialsRefused),
            ("plan-changed", ErrorCode::PlanOutdated),
            ("template-invalid", ErrorCode::InvalidRequest),
        ] {
            assert_eq!(code_of(name), code, "{name}");
        }
    }
}
