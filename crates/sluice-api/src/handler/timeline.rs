//! The tag timeline and what is asked about its tags.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sluice_core::ObjectKey;
use sluice_core::flux::{ImagePolicy, ImageRepository};
use sluice_core::image::Tag;
use sluice_engine::{MarkerHistory, SourceView, StoredTag};

use crate::api::{Api, Inner};
use crate::command::{Answers, AskWhyNot, GetPolicyClusters, GetTag, GetTimeline, TryPolicy};
use crate::convert::timeline::{GitMove, SeenTag, TimelineInputs, in_cluster, timeline};
use crate::convert::trial::{TrialInputs, trial};
use crate::convert::why_not::{WhyNotInputs, why_not};
use crate::handler::why::draft_of;
use crate::policy_board::PolicyBoard;
use crate::view::common::{ObjectRef, PolicyRequest};
use crate::view::error::{ErrorCode, WireError};
use crate::view::gate::GateCode;
use crate::view::images::NextKind;
use crate::view::policy::{Trial, TrialRequest};
use crate::view::timeline::{
    Label, PassedOver, PastDigest, PolicyClusters, TagDetail, TagRequest, Timeline, WhyNot, WhyNotRequest,
};

/// Commits of the marker's file that the step line is made of.
const COMMITS: usize = 200;
/// Tags that can be brushed at once.
const MOST_BRUSHED: usize = 20_000;

impl Inner {
    /// The image repository of a policy and every tag that was ever seen of it.
    pub(crate) async fn tags_of(
        &self,
        view: &SourceView,
        policy: &ObjectKey,
    ) -> Result<(Option<ImageRepository>, Vec<StoredTag>), WireError> {
        let resource = resource(view, policy)?;
        let Some(repository) = view.catalogue.image_repository_of(resource) else { return Ok((None, Vec::new())) };
        let tags = self.engine.tags_ever(&view.name, &repository.meta.key).await?;
        Ok((Some(repository.value.clone()), tags))
    }

    async fn view_of(&self, policy: &ObjectRef) -> Result<Arc<SourceView>, WireError> {
        Ok(self.engine.view(&policy.source).await?)
    }
}

/// The policy as it is written.
pub(crate) fn resource<'v>(view: &'v SourceView, policy: &ObjectKey) -> Result<&'v ImagePolicy, WireError> {
    let found = view.catalogue.policies.get(policy).map(|placed| &placed.value);
    found.ok_or_else(|| {
        let words = format!("there is no policy {policy} in {}", view.name);
        WireError::new(ErrorCode::NotFound, words, "it may have been removed from Git")
    })
}

impl Answers<GetTimeline> for Api {
    async fn answer(&self, request: PolicyRequest) -> Result<Timeline, WireError> {
        let inner = &self.inner;
        let board = inner.board().await?;
        let (source, policy) = board.policy(&request.policy)?;
        let view = source.view()?;
        let (repository, tags) = inner.tags_of(view, &request.policy.key()).await?;
        let built = match &repository {
            Some(repository) => inner.engine.built(&view.name, &repository.meta.key).await?,
            None => BTreeMap::new(),
        };
        let history = inner.engine.history_of_policy(view, &request.policy.key(), COMMITS).await?;
        let seen: Vec<SeenTag> = tags
            .into_iter()
            .map(|tag| SeenTag {
                tag: tag.tag.to_string(),
                first_seen: tag.first_seen,
                created: built.get(tag.tag.as_str()).copied(),
                gone_at: tag.gone_at,
            })
            .collect();
        let row = &policy.row;
        let window = row.gates.iter().find(|gate| gate.code == GateCode::Window);
        let candidate = row.candidate.as_ref().and_then(|change| change.to.tag.as_deref());
        let planned = row.next.at.filter(|_| row.next.kind == NextKind::Release);
        Ok(timeline(&TimelineInputs {
            key: &request.policy,
            now: board.made_at,
            tags: &seen,
            policy: policy.compiled.as_ref(),
            in_git: &in_git(row.in_git.as_ref()),
            history: &moves(&history),
            has_older: history.has_older,
            cool_down: policy.cool_down,
            blocked: &blocked(policy, &history, board.made_at),
            opens_at: window.and_then(|gate| gate.opens_at),
            scheduled: candidate.zip(planned),
            is_truncated: false,
        }))
    }
}

impl Answers<GetPolicyClusters> for Api {
    async fn answer(&self, request: PolicyRequest) -> Result<PolicyClusters, WireError> {
        let view = self.inner.view_of(&request.policy).await?;
        let key = request.policy.key();
        let (_, tags) = self.inner.tags_of(&view, &key).await?;
        let seen: BTreeSet<&str> = tags.iter().map(|tag| tag.tag.as_str()).collect();
        let mut found = PolicyClusters { flags: Vec::new(), lines: Vec::new() };
        for one in self.inner.engine.policy_ran_in(&view, &key).await? {
            let (flags, line) = in_cluster(&one, &seen);
            found.flags.extend(flags);
            found.lines.extend(line);
        }
        Ok(found)
    }
}

fn in_git(version: Option<&crate::view::common::ImageVersion>) -> Vec<String> {
    version.and_then(|version| version.tag.clone()).into_iter().collect()
}

fn moves(history: &MarkerHistory) -> Vec<GitMove> {
    let one = |stood: &sluice_engine::Stood| GitMove {
        at: stood.at,
        tag: stood.standing.to_string(),
        commit: stood.commit.clone(),
        author: stood.author.clone(),
        subject: stood.subject.clone(),
    };
    history.moves.iter().map(one).collect()
}

/// Tags that a hold keeps from being written, and tags that were left for one that had stood before them.
fn blocked(policy: &PolicyBoard, history: &MarkerHistory, now: jiff::Timestamp) -> BTreeMap<String, String> {
    let mut blocked = BTreeMap::new();
    let tags: Vec<String> = history.moves.iter().map(|stood| stood.standing.to_string()).collect();
    for (at, pair) in tags.windows(2).enumerate() {
        let (left, back) = (&pair[0], &pair[1]);
        let had_stood = tags[..at].contains(back);
        let came_again = tags[at + 1..].contains(left);
        if had_stood && !came_again {
            blocked.insert(left.clone(), history.moves[at + 1].subject.clone());
        }
    }
    if let Some(chosen) = &policy.row.chosen {
        for (hold, _) in policy.holds.iter().filter(|(hold, _)| hold.stops(chosen, now)) {
            blocked.insert(chosen.clone(), hold.reason.clone());
        }
    }
    blocked
}

impl Answers<GetTag> for Api {
    async fn answer(&self, request: TagRequest) -> Result<TagDetail, WireError> {
        let inner = &self.inner;
        let tag = Tag::parse(&request.tag).map_err(|cause| {
            let words = format!("`{}` is no tag: {cause}", request.tag.escape_debug());
            WireError::new(ErrorCode::InvalidRequest, words, "")
        })?;
        let view = inner.view_of(&request.policy).await?;
        let (repository, tags) = inner.tags_of(&view, &request.policy.key()).await?;
        let repository = repository.ok_or_else(|| {
            WireError::new(ErrorCode::NotFound, "the policy's image repository is not there", "mend imageRepositoryRef")
        })?;
        let facts = inner.engine.tag_facts(&view.name, &repository, &tag).await?;
        let draft = draft_of(resource(&view, &request.policy.key())?);
        let present: Vec<String> =
            tags.iter().filter(|tag| tag.gone_at.is_none()).map(|tag| tag.tag.to_string()).collect();
        let brushed = [request.tag.clone()];
        let unverified = inner.engine.unverified(&view.name, resource(&view, &request.policy.key())?).await?;
        let asked = WhyNotInputs {
            draft: draft.as_ref(),
            exclusions: &repository.exclusion_list,
            tags: &present,
            brushed: &brushed,
            unverified: &unverified,
        };
        let gone_at = facts.seen.as_ref().and_then(|seen| seen.gone_at);
        let reason: Option<PassedOver> = why_not(&asked).groups.into_iter().next().map(|group| group.reason);
        let detail = facts.detail.unwrap_or_default();
        Ok(TagDetail {
            reference: format!("{}:{tag}", repository.image.as_written()),
            digest: facts.digest.map(|digest| digest.to_string()),
            digests: facts
                .digests
                .into_iter()
                .skip(1)
                .map(|(digest, seen_at)| PastDigest { digest: digest.to_string(), seen_at })
                .collect(),
            created: detail.created,
            first_seen: facts.seen.map(|seen| seen.first_seen),
            gone_at,
            size: detail.size,
            platforms: detail.platforms,
            labels: detail.labels.into_iter().map(|(name, value)| Label { name, value }).collect(),
            reason,
            problem: facts.problem.map(Into::into),
            tag: request.tag,
        })
    }
}

impl Answers<AskWhyNot> for Api {
    async fn answer(&self, request: WhyNotRequest) -> Result<WhyNot, WireError> {
        if request.tags.len() > MOST_BRUSHED {
            let words = format!("at most {MOST_BRUSHED} tags can be asked about at once");
            return Err(WireError::new(ErrorCode::InvalidRequest, words, "brush a smaller span"));
        }
        let view = self.inner.view_of(&request.policy).await?;
        let (repository, tags) = self.inner.tags_of(&view, &request.policy.key()).await?;
        let draft = draft_of(resource(&view, &request.policy.key())?);
        let present: Vec<String> =
            tags.iter().filter(|tag| tag.gone_at.is_none()).map(|tag| tag.tag.to_string()).collect();
        let unverified = self.inner.engine.unverified(&view.name, resource(&view, &request.policy.key())?).await?;
        Ok(why_not(&WhyNotInputs {
            draft: draft.as_ref(),
            exclusions: repository.as_ref().map(|one| one.exclusion_list.as_slice()).unwrap_or_default(),
            tags: &present,
            brushed: &request.tags,
            unverified: &unverified,
        }))
    }
}

impl Answers<TryPolicy> for Api {
    async fn answer(&self, request: TrialRequest) -> Result<Trial, WireError> {
        let view = self.inner.view_of(&request.policy).await?;
        let (repository, tags) = self.inner.tags_of(&view, &request.policy.key()).await?;
        let standing = draft_of(resource(&view, &request.policy.key())?);
        let present: BTreeMap<String, jiff::Timestamp> = tags
            .into_iter()
            .filter(|tag| tag.gone_at.is_none())
            .map(|tag| (tag.tag.to_string(), tag.first_seen))
            .collect();
        Ok(trial(&TrialInputs {
            draft: &request.draft,
            standing: standing.as_ref(),
            exclusions: repository.as_ref().map(|one| one.exclusion_list.as_slice()).unwrap_or_default(),
            tags: &present,
        }))
    }
}
