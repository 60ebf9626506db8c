//! Releases that do not get on in a cluster come before a person's eyes: once each, and not those that only stumble.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::api::Inner;
use crate::handler::release::title;
use crate::view::common::Page;
use crate::view::event::{Notification, NotificationKind};

/// How long something is stuck before a person is told: a pod may fail once and then start.
const SETTLED: Duration = Duration::from_secs(5);

/// The releases that a person was told of, or is about to be, each with its cluster.
#[derive(Debug, Default)]
pub(crate) struct Told(Mutex<BTreeSet<(String, String)>>);

impl Told {
    /// Whether it is news that this one is stuck.
    fn begin(&self, release: &str, cluster: &str) -> bool {
        self.set().insert((release.to_owned(), cluster.to_owned()))
    }

    fn forget(&self, release: &str, cluster: &str) {
        self.set().remove(&(release.to_owned(), cluster.to_owned()));
    }

    fn set(&self) -> std::sync::MutexGuard<'_, BTreeSet<(String, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// What is stuck already is in the inbox, and no news.
    pub(crate) async fn remember_stuck(&self) {
        for stuck in self.engine.stuck().await.unwrap_or_default() {
            self.stuck.begin(&stuck.row.id, &stuck.rollout.cluster);
        }
    }

    /// A release moved in a cluster: a person is told when it stays stuck there.
    pub(crate) fn rollout_moved(self: &Arc<Self>, release: String, cluster: String, state: &str) {
        match state {
            "stuck" if self.stuck.begin(&release, &cluster) => {
                let weak = Arc::downgrade(self);
                tokio::spawn(async move {
                    tokio::time::sleep(SETTLED).await;
                    if let Some(inner) = weak.upgrade() {
                        inner.tell_stuck(&release, &cluster).await;
                    }
                });
            }
            // It may be tried again at the stage where it was stuck: that is no news in either direction.
            "stuck" | "moving" => {}
            _ => self.stuck.forget(&release, &cluster),
        }
    }

    async fn tell_stuck(&self, release: &str, cluster: &str) {
        let all = self.engine.stuck().await.unwrap_or_default();
        let found = all.into_iter().find(|one| one.row.id == release && one.rollout.cluster == cluster);
        let Some(stuck) = found else { return self.stuck.forget(release, cluster) };
        let title = title(&stuck.row);
        self.notify(Notification {
            id: format!("stuck-{release}-{cluster}"),
            kind: NotificationKind::Stuck,
            subjects: vec![format!("{title} · {cluster}")],
            count: 1,
            title: format!("{title} is stuck in {cluster}"),
            body: stuck.rollout.words,
            page: Page::Release { release: release.to_owned() },
            policies: Vec::new(),
            at: self.now(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Told;

    #[test]
    fn each_is_news_once_until_it_is_over() {
        let told = Told::default();
        assert!(told.begin("r1", "dev") && told.begin("r1", "prod") && told.begin("r2", "dev"));
        assert!(!told.begin("r1", "dev"), "its words changed");
        told.forget("r1", "dev");
        assert!(told.begin("r1", "dev") && !told.begin("r1", "prod"));
    }
}
