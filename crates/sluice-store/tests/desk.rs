//! What a person arranges for themselves: versions put off, kept views, and leafing through the log.

use jiff::Timestamp;
use sluice_core::ObjectKey;
use sluice_core::image::{Digest, ImageRef, Tag};
use sluice_store::{AuditEntry, SavedView, ScanResult, SignatureCheck, Snooze, Store};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).expect("a time")
}

#[tokio::test]
async fn a_version_is_put_off_until_its_time() {
    let store = Store::in_memory().await.expect("a store");
    let policy = ObjectKey::new("flux-system", "app");
    let snooze = |tag: &str, until| Snooze { source: "fleet".into(), policy: policy.clone(), tag: tag.into(), until };
    store.snooze(snooze("1.0.1", at(60)), at(0)).await.expect("put off");
    store.snooze(snooze("1.0.2", at(90)), at(1)).await.expect("put off instead");
    assert_eq!(store.snoozes(at(89)).await.expect("read"), [snooze("1.0.2", at(90))]);
    assert!(store.snoozes(at(90)).await.expect("read").is_empty());
}

#[tokio::test]
async fn what_signatures_came_to_is_replaced_as_a_whole_and_a_choice_can_be_forgotten() {
    let store = Store::in_memory().await.expect("a store");
    let policy = ObjectKey::new("flux-system", "app");
    let check = |tag: &str, refused: &str| SignatureCheck {
        tag: tag.into(),
        digest: "sha256:1".into(),
        rule: "sha256:a".into(),
        signed_by: if refused.is_empty() { "sha256:a".into() } else { String::new() },
        refused: refused.into(),
        checked_at: at(5),
    };
    let first = vec![check("1.0.0", ""), check("1.0.1", "nobody signed it")];
    store.record_signature_checks("fleet", &policy, first.clone()).await.expect("recorded");
    assert_eq!(store.signature_checks("fleet", &policy).await.expect("read"), first);
    store.record_signature_checks("fleet", &policy, vec![check("1.0.2", "")]).await.expect("recorded");
    assert_eq!(store.signature_checks("fleet", &policy).await.expect("read"), [check("1.0.2", "")]);
    assert!(store.signature_checks("other", &policy).await.expect("read").is_empty());

    let chosen = ImageRef::parse("ghcr.io/acme/app:1.0.2").expect("an image");
    store.record_decision("fleet", &policy, "inputs", Ok(chosen.clone()), at(6)).await.expect("recorded");
    store.forget_choice("fleet", &policy).await.expect("forgotten");
    let row = store.decision("fleet", &policy).await.expect("read").expect("there is a row");
    assert_eq!((row.chosen, row.chosen_at), (None, None));
    assert_eq!(store.decisions_of("fleet", &policy, 5).await.expect("read")[0].chosen, chosen);
}

#[tokio::test]
async fn views_are_kept_in_their_order() {
    let store = Store::in_memory().await.expect("a store");
    let view = |name: &str| SavedView {
        name: name.into(),
        filter: "state:ready".into(),
        sort: Some("policy".into()),
        is_descending: true,
        columns: vec!["image".into()],
    };
    store.keep_views(&[view("b"), view("a")]).await.expect("kept");
    assert_eq!(store.saved_views().await.expect("read"), [view("b"), view("a")]);
    store.keep_views(&[view("c")]).await.expect("kept");
    assert_eq!(store.saved_views().await.expect("read"), [view("c")]);
}

#[tokio::test]
async fn the_log_is_leafed_through_and_searched() {
    let store = Store::in_memory().await.expect("a store");
    for number in 0..5 {
        let subject = format!("Fleet {number}");
        let entry =
            AuditEntry { at: at(number), who: "kim".into(), action: "hold".into(), subject, detail: String::new() };
        store.add_to_audit(entry).await.expect("noted");
    }
    let first = store.audit_page(None, "", 2).await.expect("a page");
    assert_eq!(first.iter().map(|(_, entry)| entry.subject.as_str()).collect::<Vec<_>>(), ["Fleet 4", "Fleet 3"]);
    let next = store.audit_page(first.last().map(|(id, _)| *id), "", 10).await.expect("a page");
    assert_eq!(next.len(), 3);
    let found = store.audit_page(None, "fleet 1", 10).await.expect("a page");
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn one_tag_and_what_it_pointed_at_are_read_alone() {
    let store = Store::in_memory().await.expect("a store");
    let (policy, tag) = (ObjectKey::new("flux-system", "app"), Tag::parse("1.0.0").expect("a tag"));
    let scan = ScanResult { image: "ghcr.io/acme/app".into(), tags: vec![tag.clone()], etag: None, at: at(5) };
    store.record_scan("fleet", &policy, scan).await.expect("recorded");
    let seen = store.seen_tag("fleet", &policy, &tag).await.expect("asked").expect("it was seen");
    assert_eq!((seen.first_seen, seen.gone_at), (at(5), None));
    let other = Tag::parse("2.0.0").expect("a tag");
    assert_eq!(store.seen_tag("fleet", &policy, &other).await.expect("asked"), None);
    let digest = |digit: char| Digest::parse(&format!("sha256:{}", digit.to_string().repeat(64))).expect("a digest");
    for (digit, second) in [('a', 6), ('b', 7)] {
        store.record_digest("fleet", &policy, &tag, &digest(digit), at(second)).await.expect("recorded");
    }
    let digests = store.digests_of("fleet", &policy, &tag).await.expect("asked");
    assert_eq!(digests, [(digest('b'), at(7)), (digest('a'), at(6))]);
}
