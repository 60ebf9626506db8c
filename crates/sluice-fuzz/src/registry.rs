//! Answers of registries.

use sluice_registry::answer::link::{NextPage, next_target, resolve};
use sluice_registry::answer::{challenge, image, problem, tags};
use url::Url;

/// Any bytes as a page of a tag list, or as the body of a refusal: every entry is a tag or refused, and what is shown of
/// a refused one does not act on a terminal.
pub fn tag_list(bytes: &[u8]) {
    const MOST: usize = 100;
    let _ = problem::read(bytes);
    let Ok(page) = tags::read(bytes, MOST) else { return };
    assert!(page.tags.len() <= MOST + 1);
    if page.tags.len() <= MOST {
        assert_eq!(page.tags.len() + page.refused.count, page.entries);
    }
    for refused in &page.refused.examples {
        assert!(!refused.shown.chars().any(char::is_control), "{:?}", refused.shown);
    }
}

/// Any text as a `Link` header: the next page is at the same server, or there is none.
pub fn paging_link(bytes: &[u8]) {
    let text = crate::text(bytes);
    let page = Url::parse("https://registry.example:5000/v2/team/app/tags/list?n=1000").expect("a constant address");
    let mut targets = vec![text.to_owned()];
    targets.extend(next_target(text.lines()).ok().flatten());
    for target in targets {
        if let NextPage::Here(next) = resolve(&page, &target) {
            assert_eq!(next.origin(), page.origin(), "{target} leads away");
            assert_eq!((next.username(), next.password()), ("", None));
        }
    }
}

/// Any text as `WWW-Authenticate` headers, one a line: nothing that is kept is larger than what was said.
pub fn sign_in_challenge(bytes: &[u8]) {
    let text = crate::text(bytes);
    match challenge::read(text.lines()) {
        Some(challenge::Challenge::Bearer(bearer)) => {
            assert!(!bearer.realm.is_empty() && bearer.realm.len() <= text.len());
        }
        Some(challenge::Challenge::Other(scheme)) => assert!(scheme.chars().count() <= 40),
        Some(challenge::Challenge::Basic) | None => {}
    }
}

/// Any bytes as a manifest, index or configuration: what is shown is bounded and does not act on a terminal.
pub fn manifest(bytes: &[u8]) {
    let is_harmless = |text: &str| !text.chars().any(char::is_control);
    if let Ok(manifest) = image::read_manifest(bytes) {
        let _ = manifest.size_bytes();
        let images = manifest.images().count();
        assert!(manifest.platforms().len() <= images);
        assert_eq!(manifest.preferred_image().is_some(), images > 0);
        for (name, value) in manifest.shown_annotations() {
            assert!(is_harmless(&name) && is_harmless(&value), "{name:?}: {value:?}");
        }
        for platform in manifest.platforms() {
            assert!(is_harmless(&platform.to_string()), "{platform:?}");
        }
    }
    if let Ok(configuration) = image::read_configuration(bytes) {
        let _ = configuration.created();
        let _ = configuration.platform(None);
        for (name, value) in configuration.labels() {
            assert!(is_harmless(&name) && is_harmless(&value), "{name:?}: {value:?}");
        }
    }
}
