//! The crate against forges on loopback that answer as the published interfaces say.

mod apps;
mod keys;
mod refusals;

use sluice_core::Secret;
use sluice_forge::{Forge, ForgeAccess, ForgeKind, NewDeployKey, Place};
use sluice_testkit::forge::{FakeForge, ForgeFlavour};

const TOKEN: &str = "canary-token-4711";
const PUBLIC: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl sluice";

const FLAVOURS: [ForgeFlavour; 4] =
    [ForgeFlavour::GitHub, ForgeFlavour::GitLab, ForgeFlavour::Gitea, ForgeFlavour::Forgejo];

fn place(fake: &FakeForge) -> Place {
    let kind = ForgeKind::named(fake.kind()).expect("a kind");
    Place::at(kind, &fake.api()).expect("an address")
}

fn forge(fake: &FakeForge) -> Forge {
    sluice_testkit::install_crypto();
    Forge::new(&place(fake), &ForgeAccess::with(Secret::new(TOKEN), "a test")).expect("it can be spoken to")
}

fn new_key(may_write: bool) -> NewDeployKey {
    NewDeployKey { title: "sluice on a desk".to_owned(), public: PUBLIC.to_owned(), may_write }
}
