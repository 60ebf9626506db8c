//! Verifying: whether a tag that a policy would choose is signed by one of the keys, or by whom, the team named
//! (`sluice.dev/verify`).

use std::collections::BTreeMap;

use jiff::SignedDuration;
use sluice_core::ObjectKey;
use sluice_core::flux::{ImagePolicy, ImageRepository, KeylessRule, VerifyRule};
use sluice_core::image::{Digest, ImageRef};
use sluice_core::policy::{PolicyProblem, ProblemCode};
use sluice_git::Mirror;
use sluice_registry::{Demand, Keyless, TrustRoot, Verification, VerifyKey};
use sluice_store::SignatureCheck;

use crate::{Engine, EngineError};

/// How many of the best tags are looked at before a policy is said to have none that is signed.
pub(crate) const MOST_TRIES: usize = 10;
/// For how long a refused tag is not looked at again: a signature often comes a little later than its image.
const PATIENCE: SignedDuration = SignedDuration::from_secs(5);

/// What a policy demands of signatures.
#[derive(Debug)]
pub(crate) struct VerifyKeys {
    demand: Demand,
    /// Stands for all of it.
    pub(crate) rule: String,
}

impl VerifyKeys {
    fn of(demand: Demand) -> Self {
        Self { rule: demand.fingerprint(), demand }
    }

    /// Whether an image that was chosen earlier was verified under this demand.
    pub(crate) fn accepted(&self, checks: &[SignatureCheck], image: &ImageRef) -> bool {
        checks.iter().any(|check| check.is_verified() && check.rule == self.rule && check.tag == image.tag.as_str())
    }
}

impl Engine {
    /// The keys that a policy demands, if it does. A rule that cannot be followed is the policy's problem.
    pub(crate) async fn verify_keys(
        &self,
        source: &str,
        policy: &ImagePolicy,
    ) -> Result<Result<Option<VerifyKeys>, PolicyProblem>, EngineError> {
        let problem = |message: String| PolicyProblem {
            code: ProblemCode::Invalid,
            message: format!("sluice.dev/verify: {message}"),
            hint: "name a file of the repository with the public key in PEM, or write the key itself".to_owned(),
        };
        let texts = match &policy.meta.team.verify {
            None => return Ok(Ok(None)),
            Some(VerifyRule::Unreadable(words)) => return Ok(Err(problem(words.clone()))),
            Some(VerifyRule::Inline(pem)) => vec![("the key".to_owned(), Some(pem.clone()))],
            Some(VerifyRule::Files(paths)) => self.key_files(source, paths.clone()).await?,
            Some(VerifyRule::Keyless(rule)) => {
                let read = self.keyless(source, rule).await?;
                return Ok(read.map(|demand| Some(VerifyKeys::of(demand))).map_err(|words| PolicyProblem {
                    hint: "put sigstore's trusted_root.json into the repository; cosign trusted-root create makes one"
                        .to_owned(),
                    ..problem(words)
                }));
            }
        };
        let mut keys = Vec::new();
        for (name, text) in texts {
            let Some(text) = text else {
                return Ok(Err(problem(format!("there is no file {name} in the repository"))));
            };
            match VerifyKey::read_all(&text) {
                Ok(read) => keys.extend(read),
                Err(cause) => return Ok(Err(problem(format!("{name}: {cause}")))),
            }
        }
        Ok(Ok(Some(VerifyKeys::of(Demand::Keys(keys)))))
    }

    /// What a keyless rule demands, or why its trust root cannot be used.
    async fn keyless(&self, source: &str, rule: &KeylessRule) -> Result<Result<Demand, String>, EngineError> {
        let path = &rule.trusted_root;
        let text = self.key_files(source, vec![path.clone()]).await?.pop().and_then(|(_, text)| text);
        let Some(text) = text else { return Ok(Err(format!("there is no file {path} in the repository"))) };
        let root = TrustRoot::read(&text);
        Ok(root
            .map(|root| Demand::Keyless(Box::new(Keyless::new(rule, root))))
            .map_err(|cause| format!("{path}: {cause}")))
    }

    async fn key_files(&self, source: &str, paths: Vec<String>) -> Result<Vec<(String, Option<String>)>, EngineError> {
        let view = self.view(source).await?;
        let commit = view.commit;
        let read = move |mirror: &Mirror| {
            let text = |path: String| {
                let file = mirror.file(commit, &path)?.filter(|file| file.kind.holds_content());
                let bytes = file.map(|file| mirror.read(file.blob)).transpose()?;
                Ok((path, bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())))
            };
            paths.into_iter().map(text).collect()
        };
        self.shared.remotes.offline(&view.url, read).await
    }

    /// What the signatures of an image come to: what is known of them, or what the registry shows now.
    pub(crate) async fn check_signatures(
        &self,
        repository: &ImageRepository,
        keys: &VerifyKeys,
        image: &ImageRef,
        digest: &Digest,
        known: &[SignatureCheck],
    ) -> Result<Result<SignatureCheck, PolicyProblem>, EngineError> {
        let (tag, now) = (image.tag.as_str(), self.now());
        let is_same = |check: &&SignatureCheck| {
            (check.tag.as_str(), check.digest.as_str(), &check.rule) == (tag, digest.as_str(), &keys.rule)
        };
        if let Some(check) = known.iter().find(is_same)
            && (check.is_verified() || now < check.checked_at + PATIENCE)
        {
            return Ok(Ok(check.clone()));
        }
        let asked = async {
            let access = self.registry_access(repository).await?;
            Ok::<_, EngineError>(self.shared.registry.verify(&repository.image, digest, &access, &keys.demand).await?)
        };
        let (signed_by, refused) = match asked.await {
            Ok(Verification::Verified { by }) => (by, String::new()),
            Ok(Verification::Unsigned) => (String::new(), "nobody signed it".to_owned()),
            Ok(Verification::Refused { words }) => (String::new(), words),
            Err(error @ EngineError::Store(_)) => return Err(error),
            Err(error) => {
                return Ok(Err(PolicyProblem {
                    code: ProblemCode::Unverified,
                    message: format!("the signatures of {tag} are not known: {error}"),
                    hint: error.hint().unwrap_or_default(),
                }));
            }
        };
        let (digest, rule) = (digest.to_string(), keys.rule.clone());
        Ok(Ok(SignatureCheck { tag: tag.to_owned(), digest, rule, signed_by, refused, checked_at: now }))
    }

    /// The tags that a policy passed over because no signature of theirs counts, with the words why.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unverified(
        &self,
        source: &str,
        policy: &ImagePolicy,
    ) -> Result<BTreeMap<String, String>, EngineError> {
        let checks = self.signature_checks(source, policy).await?;
        Ok(checks.into_iter().filter(|check| !check.is_verified()).map(|check| (check.tag, check.refused)).collect())
    }

    /// What was found of the signatures when the policy was decided last; nothing where it demands none.
    pub(crate) async fn signature_checks(
        &self,
        source: &str,
        policy: &ImagePolicy,
    ) -> Result<Vec<SignatureCheck>, EngineError> {
        match policy.meta.team.verify {
            None => Ok(Vec::new()),
            Some(_) => Ok(self.store().signature_checks(source, &policy.meta.key).await?),
        }
    }

    /// Puts down what was found, together with what still holds of the choice before.
    pub(crate) async fn keep_checks(
        &self,
        source: &str,
        policy: &ObjectKey,
        mut found: Vec<SignatureCheck>,
        known: &[SignatureCheck],
        chosen_before: Option<&ImageRef>,
    ) -> Result<(), EngineError> {
        let stands = |check: &&SignatureCheck| {
            check.is_verified() && chosen_before.is_some_and(|image| image.tag.as_str() == check.tag)
        };
        if let Some(check) = known.iter().find(stands)
            && found.iter().all(|new| new.tag != check.tag)
        {
            found.push(check.clone());
        }
        if found != known {
            self.store().record_signature_checks(source, policy, found).await?;
        }
        Ok(())
    }
}
