//! Any text as a commit message's template: parsing and rendering end, with a text or an error.
//!
//! The same property runs on stable in `crates/sluice-core/tests/template_messages.rs`.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use sluice_core::ObjectKey;
use sluice_core::marker::ObjectId;
use sluice_core::template::{Change, MessageContext, MessageTemplate};

fuzz_target!(|text: &str| {
    let Ok(template) = MessageTemplate::parse(text) else { return };
    let automation = ObjectKey::new("flux-system", "app");
    let values = BTreeMap::from([("cluster".to_owned(), "prod".to_owned())]);
    let changes = [Change {
        file: "deploy.yml".to_owned(),
        object: ObjectId::default(),
        setter: "flux-system:app".to_owned(),
        old: "app:1.0.0".to_owned(),
        new: "app:1.0.1".to_owned(),
    }];
    let _ = template.check();
    let _ = template.render(&MessageContext { automation: &automation, changes: &changes, values: &values });
});
