//! Templates of commit messages.

use std::collections::BTreeMap;

use sluice_core::ObjectKey;
use sluice_core::marker::ObjectId;
use sluice_core::template::{Change, MessageContext, MessageTemplate};

/// Any text as a commit message's template: parsing and rendering end, with a text or an error, and the same each time.
pub fn commit_template(bytes: &[u8]) {
    let Ok(template) = MessageTemplate::parse(crate::text(bytes)) else { return };
    let automation = ObjectKey::new("flux-system", "app");
    let values = BTreeMap::from([("cluster".to_owned(), "prod".to_owned())]);
    let changes = [Change {
        file: "deploy.yml".to_owned(),
        object: ObjectId::default(),
        setter: "flux-system:app".to_owned(),
        old: "app:1.0.0".to_owned(),
        new: "app:1.0.1".to_owned(),
    }];
    let context = MessageContext { automation: &automation, changes: &changes, values: &values };
    let _ = template.check();
    assert_eq!(template.render(&context), template.render(&context), "rendering twice says two things");
}
