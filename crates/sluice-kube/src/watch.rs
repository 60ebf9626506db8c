//! Keeping up with a cluster: one watch a kind, reconnected with patience, read into one [`Snapshot`].
//!
//! A watch that ends is resumed where it was; one that the server has forgotten (410) lists anew. After a sleep of the
//! machine, or when the server was away, every watch begins anew, spread over some seconds.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use futures_util::StreamExt as _;
use jiff::Timestamp;
use kube::runtime::utils::StreamBackoff;
use kube::runtime::watcher::{self, DefaultBackoff, Event};
use serde::de::DeserializeOwned;
use sluice_core::ObjectKey;
use sluice_core::cluster::{LiveKind, LiveRef, Snapshot, WorkloadId};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::error::{Asked, in_words};
use crate::reduce::{Texts, key, live_object, plain, pod, workload};
use crate::served::{Served, in_api_words};
use crate::snapshot::{PAGE, Wanted, gap, objects};
use crate::wire::{ConfigMapWire, FluxWire, PodWire, WorkloadWire};
use crate::{Cluster, KubeError};

/// How often the server is asked how it is.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// How often while it does not answer, at first and at most.
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(15));
/// How long what is forbidden or not there is left alone.
const REST: Duration = Duration::from_secs(300);
/// How long kinds must be gone before that is believed: a server that has just started serves custom kinds some seconds
/// later, and what it has of them is not lost.
const DOUBT: Duration = Duration::from_secs(30);
/// A clock that jumped by more than this means that the machine slept.
const JUMP: Duration = Duration::from_secs(20);
/// Watches that begin anew together are spread over this time.
const SPREAD_MILLIS: u64 = 1500;

/// How a connection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// How it is.
    pub state: HealthState,
    /// When the server answered last.
    pub last_heard: Option<Timestamp>,
    /// How long the last small request took.
    pub latency: Option<Duration>,
    /// The server's version.
    pub version: Option<String>,
    /// What is wrong, while something is.
    pub trouble: Option<KubeErrorWords>,
}

/// An error as words, kept for whoever looks later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeErrorWords {
    /// The stable kebab-case name.
    pub code: &'static str,
    /// The sentence.
    pub message: String,
    /// The next step.
    pub hint: String,
}

/// How a connection is, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HealthState {
    /// Nothing was heard yet.
    Starting,
    /// The server answers.
    Connected,
    /// It does not, or refuses.
    Trouble,
}

impl Health {
    fn starting() -> Self {
        Self { state: HealthState::Starting, last_heard: None, latency: None, version: None, trouble: None }
    }
}

struct Shared {
    snapshot: RwLock<Snapshot>,
    health: RwLock<Health>,
    /// Counts changes, for whoever waits for one.
    changes: watch::Sender<u64>,
    /// Raised to make every watch begin anew.
    round: watch::Sender<u64>,
    /// Kinds whose first list is not there yet; nothing before it is known which kinds there are.
    missing: RwLock<Option<BTreeSet<String>>>,
    /// A watch failed: the server is asked how it is before its time.
    doubt: Notify,
}

/// A cluster that is kept up with, until this is dropped.
pub struct Watching {
    shared: Arc<Shared>,
    _work: JoinSet<()>,
}

impl std::fmt::Debug for Watching {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watching").field("health", &self.health()).finish_non_exhaustive()
    }
}

impl Watching {
    /// Looks at what is known now. Short work only: changes wait for it.
    pub fn read<T>(&self, look: impl FnOnce(&Snapshot) -> T) -> T {
        look(&self.shared.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// How the connection is.
    pub fn health(&self) -> Health {
        self.shared.health.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether every kind that can be read was read once.
    pub fn is_complete(&self) -> bool {
        let missing = self.shared.missing.read().unwrap_or_else(PoisonError::into_inner);
        missing.as_ref().is_some_and(BTreeSet::is_empty)
    }

    /// Tells of changes: the number grows with each. Changes that come together are told once.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe()
    }
}

impl Cluster {
    /// Begins to keep up. Returns at once; [`Watching::health`] tells how it goes. Must be called on a Tokio runtime.
    pub fn watch(&self) -> Watching {
        let shared = Arc::new(Shared {
            snapshot: RwLock::default(),
            health: RwLock::new(Health::starting()),
            changes: watch::Sender::new(0),
            round: watch::Sender::new(0),
            missing: RwLock::default(),
            doubt: Notify::new(),
        });
        let mut work = JoinSet::new();
        work.spawn(keep_up(self.clone(), shared.clone()));
        Watching { shared, _work: work }
    }
}

/// Finds out what the server has, watches that, and asks how the server is; begins anew when the kinds change.
async fn keep_up(cluster: Cluster, shared: Arc<Shared>) {
    let mut wait = RETRY.0;
    let mut watches = JoinSet::new();
    let mut watched: Option<Served> = None;
    let mut clocks = Clocks::now();
    let mut fewer_since: Option<Instant> = None;
    loop {
        let outcome = match cluster.probe().await {
            Ok(probe) => cluster.served().await.map(|served| (probe, served)),
            Err(error) => Err(error),
        };
        let slept = clocks.have_jumped();
        match outcome {
            Ok((_, served))
                if watched.as_ref().is_some_and(|watched| !served.has_all_of(watched))
                    && fewer_since.get_or_insert_with(Instant::now).elapsed() < DOUBT =>
            {
                // Everything stays as it was, also that it was away: then all begins anew once the kinds are back.
                tokio::time::sleep(RETRY.0).await;
            }
            Ok((probe, served)) => {
                fewer_since = None;
                let was_away =
                    shared.health.read().unwrap_or_else(PoisonError::into_inner).state == HealthState::Trouble;
                if watched.as_ref() != Some(&served) {
                    watches = begin_watches(&cluster, &shared, &served);
                    watched = Some(served);
                } else if slept || was_away {
                    shared.round.send_modify(|round| *round += 1);
                }
                shared.set_health(Health {
                    state: HealthState::Connected,
                    last_heard: Some(Timestamp::now()),
                    latency: Some(probe.latency),
                    version: Some(probe.version),
                    trouble: None,
                });
                wait = RETRY.0;
                tokio::select! {
                    () = tokio::time::sleep(HEARTBEAT) => {}
                    // Several watches fail together, and each of them more than once.
                    () = shared.doubt.notified() => tokio::time::sleep(RETRY.0).await,
                }
            }
            Err(error) => {
                shared.in_trouble(&error);
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(RETRY.1);
            }
        }
        // Watches end only with a panic, which is a bug that must not silence the rest.
        while watches.try_join_next().is_some() {
            watched = None;
        }
    }
}

/// The two clocks of a machine: one goes on while it sleeps, the other does not.
struct Clocks {
    wall: SystemTime,
    steady: Instant,
}

impl Clocks {
    fn now() -> Self {
        Self { wall: SystemTime::now(), steady: Instant::now() }
    }

    /// Whether the wall clock went on without the steady one since the last look.
    fn have_jumped(&mut self) -> bool {
        let now = Self::now();
        let wall = now.wall.duration_since(self.wall).unwrap_or_default();
        let steady = now.steady.duration_since(self.steady);
        *self = now;
        wall > steady + JUMP
    }
}

fn begin_watches(cluster: &Cluster, shared: &Arc<Shared>, served: &Served) -> JoinSet<()> {
    let namespaces: Vec<Option<String>> = match cluster.namespaces() {
        [] => vec![None],
        some => some.iter().cloned().map(Some).collect(),
    };
    let mut tasks = JoinSet::new();
    let all = Wanted::all(served);
    {
        let mut missing = shared.missing.write().unwrap_or_else(PoisonError::into_inner);
        *missing = Some(all.iter().map(|wanted| in_api_words(wanted.resource())).collect());
    }
    for wanted in all {
        for namespace in namespaces.clone() {
            let watch = Watch { cluster: cluster.clone(), shared: shared.clone(), wanted: wanted.clone(), namespace };
            tasks.spawn(watch.run());
        }
    }
    tasks
}

impl Shared {
    fn set_health(&self, new: Health) {
        let mut health = self.health.write().unwrap_or_else(PoisonError::into_inner);
        let is_news = health.state != new.state || health.trouble != new.trouble;
        *health = new;
        drop(health);
        if is_news {
            self.tell();
        }
    }

    fn in_trouble(&self, error: &KubeError) {
        let before = self.health.read().unwrap_or_else(PoisonError::into_inner).clone();
        let words = KubeErrorWords { code: error.code(), message: error.to_string(), hint: error.hint() };
        self.set_health(Health { state: HealthState::Trouble, latency: None, trouble: Some(words), ..before });
    }

    fn tell(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    fn change(&self, change: impl FnOnce(&mut Snapshot)) {
        change(&mut self.snapshot.write().unwrap_or_else(PoisonError::into_inner));
        self.tell();
    }
}

/// The watch of one kind in a namespace, or in all.
struct Watch {
    cluster: Cluster,
    shared: Arc<Shared>,
    wanted: Wanted,
    namespace: Option<String>,
}

/// Why a watch ended.
enum Over {
    /// It should begin anew at once.
    Anew,
    /// It should rest first.
    Rest(KubeError),
}

impl Watch {
    async fn run(self) {
        let mut round = self.shared.round.subscribe();
        loop {
            round.mark_unchanged();
            let over = tokio::select! {
                over = self.follow() => over,
                _ = round.changed() => Over::Anew,
            };
            match over {
                Over::Anew => tokio::time::sleep(self.spread()).await,
                Over::Rest(error) => {
                    self.note_gap(&error);
                    tokio::select! {
                        () = tokio::time::sleep(REST) => {}
                        _ = round.changed() => {}
                    }
                }
            }
        }
    }

    /// A moment that is different for each kind, so that they don't all list at once.
    fn spread(&self) -> Duration {
        use std::hash::{BuildHasher as _, RandomState};
        let number = RandomState::new().hash_one(&self.wanted.resource().plural);
        Duration::from_millis(number % SPREAD_MILLIS)
    }

    fn note_gap(&self, error: &KubeError) {
        let found = gap(&self.wanted, self.namespace.clone(), error);
        self.is_there();
        self.shared.change(|snapshot| {
            snapshot.gaps.retain(|gap| (&gap.resource, &gap.namespace) != (&found.resource, &found.namespace));
            snapshot.gaps.push(found);
        });
    }

    fn is_there(&self) {
        let words = in_api_words(self.wanted.resource());
        if let Some(missing) = self.shared.missing.write().unwrap_or_else(PoisonError::into_inner).as_mut() {
            missing.remove(&words);
        }
    }

    async fn follow(&self) -> Over {
        match &self.wanted {
            Wanted::Flux(kind, resource) => {
                let read = |wire: FluxWire| live_object(*kind, &resource.api_version, wire);
                self.follow_kind(read, |id: &LiveRef| id.kind == *kind).await
            }
            Wanted::Inventories(_) => {
                let read = |wire: ConfigMapWire| plain(&wire);
                self.follow_kind(read, |id: &LiveRef| id.kind == LiveKind::Kustomization).await
            }
            Wanted::Workloads(kind, _) => {
                let read = |wire: WorkloadWire| workload(*kind, wire);
                self.follow_kind(read, |id: &WorkloadId| id.kind == *kind).await
            }
            Wanted::Pods(_) => {
                let mut texts = Texts::default();
                self.follow_kind(move |wire: PodWire| pod(wire, &mut texts), |_: &ObjectKey| true).await
            }
        }
    }

    /// Follows a kind until the watch has to begin anew. `is_mine`: whether an entry of the snapshot is of the kind.
    async fn follow_kind<K, V>(&self, mut read: impl FnMut(K) -> Option<V>, is_mine: impl Fn(&V::Id) -> bool) -> Over
    where
        K: kube::Resource<DynamicType = kube::discovery::ApiResource, Scope = kube::core::DynamicResourceScope>
            + Clone
            + DeserializeOwned
            + std::fmt::Debug
            + Send
            + 'static,
        V: Entry,
    {
        let connected = match self.cluster.connected().await {
            Ok(connected) => connected,
            // The heartbeat says it already, and it lets the watches begin anew once the server answers.
            Err(_) => {
                tokio::time::sleep(RETRY.1).await;
                return Over::Anew;
            }
        };
        let resource = self.wanted.resource();
        let api = objects::<K>(connected.client, self.namespace.as_deref(), resource);
        let mut config = watcher::Config::default().page_size(PAGE);
        config.label_selector = self.wanted.labels();
        // The list resumes where it was, and after an error it waits longer each time, with some jitter.
        let mut events = std::pin::pin!(StreamBackoff::new(watcher::watcher(api, config), DefaultBackoff::default()));
        let mut listed = Vec::new();
        while let Some(event) = events.next().await {
            match event {
                Ok(Event::Init) => listed.clear(),
                Ok(Event::InitApply(wire)) => listed.extend(read(wire)),
                Ok(Event::InitDone) => {
                    let fresh = std::mem::take(&mut listed);
                    self.shared.change(|snapshot| self.replace(snapshot, fresh, &is_mine));
                    self.is_there();
                    self.shared.tell();
                }
                Ok(Event::Apply(wire)) => {
                    let name = key(wire.meta());
                    match read(wire) {
                        Some(entry) => self.shared.change(|snapshot| {
                            V::entries(snapshot).insert(entry.id(), entry);
                        }),
                        None => self.remove::<V>(name, &is_mine),
                    }
                }
                Ok(Event::Delete(wire)) => self.remove::<V>(key(wire.meta()), &is_mine),
                Err(error) => {
                    if let Some(over) = self.judge(&error, &connected.server).await {
                        return over;
                    }
                }
            }
        }
        Over::Anew
    }

    /// Takes a whole list in the place of what was there, in one step.
    fn replace<V: Entry>(&self, snapshot: &mut Snapshot, fresh: Vec<V>, is_mine: impl Fn(&V::Id) -> bool) {
        let namespace = self.namespace.as_deref();
        let resource = in_api_words(self.wanted.resource());
        snapshot.gaps.retain(|gap| gap.resource != resource || gap.namespace != self.namespace);
        let entries = V::entries(snapshot);
        entries.retain(|id, _| !is_mine(id) || namespace.is_some_and(|namespace| V::namespace(id) != namespace));
        entries.extend(fresh.into_iter().map(|entry| (entry.id(), entry)));
    }

    fn remove<V: Entry>(&self, name: Option<ObjectKey>, is_mine: impl Fn(&V::Id) -> bool) {
        let Some(name) = name else { return };
        self.shared.change(|snapshot| {
            V::entries(snapshot).retain(|id, _| !is_mine(id) || *V::key(id) != name);
        });
    }

    /// Whether an error ends the watch; otherwise it is tried again by itself.
    async fn judge(&self, error: &watcher::Error, server: &str) -> Option<Over> {
        let asked = Asked::new("watch", in_api_words(self.wanted.resource()), self.namespace.as_deref());
        let (cause, began) = match error {
            watcher::Error::InitialListFailed(cause) => (cause, true),
            watcher::Error::WatchStartFailed(cause) => (cause, true),
            watcher::Error::WatchFailed(cause) => (cause, false),
            // The server has forgotten where the watch was; it lists anew by itself.
            watcher::Error::WatchError(_) | watcher::Error::NoResourceVersion => return None,
        };
        match in_words(cause, &asked, server, self.cluster.context()) {
            KubeError::Unauthorized { .. } => {
                // The next connection signs in anew.
                self.cluster.forget().await;
                tokio::time::sleep(RETRY.0).await;
                Some(Over::Anew)
            }
            error @ (KubeError::Forbidden { .. } | KubeError::NotFound { .. }) if began => Some(Over::Rest(error)),
            KubeError::Refused { status: 410, .. } => Some(Over::Anew),
            error => {
                tracing::debug!(%error, resource = asked.resource, "the watch is tried again");
                self.shared.doubt.notify_one();
                None
            }
        }
    }
}

/// An entry of a snapshot.
trait Entry: Sized {
    type Id: Ord;
    fn id(&self) -> Self::Id;
    fn key(id: &Self::Id) -> &ObjectKey;
    fn namespace(id: &Self::Id) -> &str {
        &Self::key(id).namespace
    }
    fn entries(snapshot: &mut Snapshot) -> &mut std::collections::BTreeMap<Self::Id, Self>;
}

impl Entry for sluice_core::cluster::LiveObject {
    type Id = LiveRef;
    fn id(&self) -> LiveRef {
        self.id.clone()
    }
    fn key(id: &LiveRef) -> &ObjectKey {
        &id.key
    }
    fn entries(snapshot: &mut Snapshot) -> &mut std::collections::BTreeMap<LiveRef, Self> {
        &mut snapshot.objects
    }
}

impl Entry for sluice_core::cluster::Workload {
    type Id = WorkloadId;
    fn id(&self) -> WorkloadId {
        self.id.clone()
    }
    fn key(id: &WorkloadId) -> &ObjectKey {
        &id.key
    }
    fn entries(snapshot: &mut Snapshot) -> &mut std::collections::BTreeMap<WorkloadId, Self> {
        &mut snapshot.workloads
    }
}

impl Entry for sluice_core::cluster::Pod {
    type Id = ObjectKey;
    fn id(&self) -> ObjectKey {
        self.key.clone()
    }
    fn key(id: &ObjectKey) -> &ObjectKey {
        id
    }
    fn entries(snapshot: &mut Snapshot) -> &mut std::collections::BTreeMap<ObjectKey, Self> {
        &mut snapshot.pods
    }
}
