//! The audit log.

use sluice_engine::AuditEntry;

use crate::api::{Api, Inner};
use crate::command::{Answers, GetActivity};
use crate::view::activity::{Activity, ActivityEntry, ActivityRequest};
use crate::view::common::{ObjectRef, Page};
use crate::view::error::WireError;

impl Answers<GetActivity> for Api {
    async fn answer(&self, request: ActivityRequest) -> Result<Activity, WireError> {
        let limit = request.limit.unwrap_or(100).clamp(1, 500);
        let text = request.text.unwrap_or_default();
        let mut found = self.inner.engine.audit_page(request.before, text.trim(), limit + 1).await?;
        let has_more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let entries = found.into_iter().map(|(id, entry)| self.inner.activity_entry(id, entry)).collect();
        Ok(Activity { entries, has_more })
    }
}

impl Inner {
    fn activity_entry(&self, id: u64, entry: AuditEntry) -> ActivityEntry {
        ActivityEntry {
            id,
            at: entry.at,
            who: self.starter(&entry.who),
            page: page_of(&entry.action, &entry.subject),
            action: entry.action,
            subject: entry.subject,
            detail: entry.detail,
        }
    }
}

/// Where to look at what an entry is about. Subjects are `source` or `source namespace/name`.
fn page_of(action: &str, subject: &str) -> Option<Page> {
    let (source, object) = subject.split_once(' ').unwrap_or((subject, ""));
    match action {
        "hold" | "unhold" => {
            let (namespace, name) = object.split_once('/')?;
            let policy =
                ObjectRef { source: source.to_owned(), namespace: namespace.to_owned(), name: name.to_owned() };
            Some(Page::Policy { policy, tag: None })
        }
        "release" | "release-failed" => Some(Page::Releases),
        "source-added" | "mode" | "hand-over" | "export" => Some(Page::Source { source: source.to_owned() }),
        "cluster-added" | "reconcile" | "suspend" | "resume-in-cluster" | "apply" | "bootstrap"
        | "bootstrap-stopped" => Some(Page::Cluster { cluster: source.to_owned() }),
        "cluster-removed" => Some(Page::Clusters),
        "pause" | "resume" if subject != "all" => Some(Page::Source { source: source.to_owned() }),
        "credential-added" | "credential-removed" | "source-removed" => Some(Page::Sources),
        "setting" => Some(Page::Settings),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_leads_to_what_it_is_about() {
        let policy = ObjectRef { source: "fleet".into(), namespace: "flux-system".into(), name: "app".into() };
        assert_eq!(page_of("hold", "fleet flux-system/app"), Some(Page::Policy { policy, tag: None }));
        assert_eq!(page_of("source-added", "fleet"), Some(Page::Source { source: "fleet".into() }));
        assert_eq!(page_of("hand-over", "fleet flux-system/app"), Some(Page::Source { source: "fleet".into() }));
        assert_eq!(page_of("bootstrap", "dev"), Some(Page::Cluster { cluster: "dev".into() }));
        assert_eq!(page_of("pause", "all"), None);
        assert_eq!(page_of("suspend", "dev"), Some(Page::Cluster { cluster: "dev".into() }));
        assert_eq!(page_of("resume", "fleet flux-system/app"), Some(Page::Source { source: "fleet".into() }));
    }
}
