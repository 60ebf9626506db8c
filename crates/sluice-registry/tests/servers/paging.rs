//! Lists of tags in pages: to the end, or an error, never a part.

use sluice_registry::{Access, Limits, PagingProblem, RegistryError, TagList, TagListing};
use sluice_testkit::http::{Reply, Request};
use sluice_testkit::registry::WireRegistry;

use crate::common::{bounded, client, image, list, texts, told};

const LIST: &str = "/v2/app/tags/list";

fn page(tags: impl IntoIterator<Item = usize>) -> Reply {
    let tags: Vec<String> = tags.into_iter().map(|number| format!("t{number}")).collect();
    Reply::json(serde_json::json!({ "name": "app", "tags": tags }).to_string())
}

fn linked(reply: Reply, link: &str) -> Reply {
    reply.header("Link", &format!("<{link}>; rel=\"next\""))
}

async fn tags_of(wire: &WireRegistry) -> Result<TagList, RegistryError> {
    list(&client(), &wire.image("app"), &Access::anonymous()).await
}

/// The error of a list with one bad page, held to what people are promised.
async fn refused(wire: &WireRegistry, why: PagingProblem) -> String {
    let error = tags_of(wire).await.expect_err("a list that cannot be followed");
    let RegistryError::Paging { why: found, .. } = &error else { panic!("{error:?}") };
    assert_eq!(*found, why);
    told(&error, &wire.image("app"), &["next page", &why.to_string()])
}

#[tokio::test]
async fn pages_are_followed_to_the_end_by_relative_links() {
    let wire = WireRegistry::start();
    wire.tags("app", (0..25).map(|number| format!("t{number}")));
    wire.page_by(10);
    let tags = tags_of(&wire).await.expect("tags");
    assert_eq!((tags.tags.len(), tags.pages, tags.may_be_truncated), (25, 3, false));
    assert_eq!(tags.tags[24].as_str(), "t24");
    let lines = wire.lines().into_iter().filter(|line| line.contains("tags")).collect::<Vec<_>>();
    assert_eq!(lines[0], "GET /v2/app/tags/list?n=1000");
    assert_eq!(lines.len(), 3);
}

#[tokio::test]
async fn links_may_be_whole_addresses_and_their_tokens_opaque() {
    let wire = WireRegistry::start();
    let whole = format!("{}{LIST}?next_page=a%2Fb%3D%3D&x=+%20y&n=1000", wire.url());
    wire.answer_with(LIST, move |request: &Request| {
        Some(match request.query.as_str() {
            "n=1000" => linked(page([1]), &whole),
            "next_page=a%2Fb%3D%3D&x=+%20y&n=1000" => linked(page([2]), "?last=t2"),
            "last=t2" => page([3]),
            _ => Reply::refusal(400, "PAGINATION_NUMBER_INVALID", "not a page of mine"),
        })
    });
    assert_eq!(texts(&tags_of(&wire).await.expect("tags")), ["t1", "t2", "t3"]);
}

#[tokio::test]
async fn a_full_page_without_a_link_is_asked_on_by_the_last_tag() {
    let wire = WireRegistry::start();
    wire.answer_with(LIST, |request| {
        Some(match request.parameter("last").as_deref() {
            None => page(0..1000),
            Some("t999") => page(1000..2000),
            Some("t1999") => page(2000..2500),
            Some(_) => Reply::status(400),
        })
    });
    let tags = tags_of(&wire).await.expect("tags");
    assert_eq!((tags.tags.len(), tags.pages, tags.may_be_truncated), (2500, 3, false));
    assert_eq!(tags.etag, None);
}

#[tokio::test]
async fn a_full_page_that_nothing_follows_is_whole() {
    let wire = WireRegistry::start();
    wire.answer_with(LIST, |request| {
        Some(match request.parameter("last") {
            None => page(0..1000),
            Some(_) => Reply::json(r#"{"name":"app","tags":null}"#),
        })
    });
    let tags = tags_of(&wire).await.expect("tags");
    assert_eq!((tags.tags.len(), tags.may_be_truncated), (1000, false));
}

#[tokio::test]
async fn a_registry_that_cannot_go_on_by_the_last_tag_is_said_to_be_perhaps_short() {
    let ignores = |_: &Request| Some(page(0..1000));
    let refuses = |request: &Request| {
        let is_first = request.parameter("last").is_none();
        Some(if is_first { page(0..1000) } else { Reply::refusal(400, "UNSUPPORTED", "last") })
    };
    for script in [ignores as fn(&Request) -> Option<Reply>, refuses] {
        let wire = WireRegistry::start();
        wire.answer_with(LIST, script);
        let tags = tags_of(&wire).await.expect("tags");
        assert_eq!((tags.tags.len(), tags.may_be_truncated), (1000, true));
    }
}

#[tokio::test]
async fn a_failure_on_a_later_page_is_never_a_short_list() {
    let wire = WireRegistry::start();
    wire.answer_with(LIST, |request| {
        let is_first = request.parameter("last").is_none();
        Some(if is_first { page(0..1000) } else { Reply::refusal(401, "UNAUTHORIZED", "signed out") })
    });
    let error = tags_of(&wire).await.expect_err("signed out in between");
    assert!(matches!(error, RegistryError::Unauthorized { .. }), "{error:?}");
}

#[tokio::test]
async fn a_link_to_another_host_is_not_followed() {
    let (wire, other) = (WireRegistry::start(), WireRegistry::start());
    for elsewhere in [
        format!("{}{LIST}?canary=1", other.url()),
        format!("//{}{LIST}", other.address()),
        format!("http://{}{LIST}", wire.other_name()),
        format!("http://me:canary@{}{LIST}", wire.address()),
        "file:///etc/passwd".to_owned(),
    ] {
        wire.answer(LIST, linked(page([1]), &elsewhere));
        refused(&wire, PagingProblem::Elsewhere).await;
    }
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn a_list_without_end_ends() {
    let wire = WireRegistry::start();
    wire.answer(LIST, linked(page([1]), &format!("{LIST}?n=1000")));
    refused(&wire, PagingProblem::Cycle).await;

    wire.answer_with(LIST, |request| {
        let next = if request.query.contains("page=a") { "b" } else { "a" };
        Some(linked(page([1]), &format!("?page={next}")))
    });
    refused(&wire, PagingProblem::Cycle).await;

    wire.answer_with(LIST, |request| {
        let number: usize = request.parameter("page").and_then(|page| page.parse().ok()).unwrap_or(0);
        Some(linked(page([number]), &format!("?page={}", number + 1)))
    });
    wire.forget_requests();
    let few = bounded(|limits: &mut Limits| limits.pages = 7);
    let error = list(&few, &wire.image("app"), &Access::anonymous()).await.expect_err("endless");
    told(&error, &wire.address(), &["more than 7 pages"]);
    assert_eq!(wire.requests().iter().filter(|request| request.path == LIST).count(), 7);
}

#[tokio::test]
async fn a_link_that_cannot_be_read_is_an_error_and_not_the_end() {
    let wire = WireRegistry::start();
    let long = format!("<?last={}>; rel=next", "a".repeat(20_000));
    for link in ["nonsense", "</a", "<http://[>; rel=next", "<?last=\u{e4}>; rel=\"next\"", &long] {
        wire.answer(LIST, page([1]).header("Link", link));
        refused(&wire, PagingProblem::Malformed).await;
    }
    wire.answer(LIST, page([1]).header("Link", "</first>; rel=\"first\""));
    assert_eq!(texts(&tags_of(&wire).await.expect("the last page")), ["t1"]);
}

#[tokio::test]
async fn bounds_hold_for_all_pages_together() {
    let wire = WireRegistry::start();
    wire.tags("app", (0..100).map(|number| format!("t{number}")));
    wire.page_by(9);
    let small = bounded(|limits| limits.tag_list_bytes = 500);
    let error = list(&small, &wire.image("app"), &Access::anonymous()).await.expect_err("too large");
    told(&error, &wire.address(), &["tag list is larger than 500 bytes"]);
    let few = bounded(|limits| limits.tags = 50);
    let error = list(&few, &wire.image("app"), &Access::anonymous()).await.expect_err("too many");
    assert!(matches!(error, RegistryError::TooManyTags { limit: 50, .. }), "{error:?}");
    told(&error, &wire.address(), &["more than 50 tags"]);
    let enough = bounded(|limits| limits.tags = 100);
    assert_eq!(list(&enough, &wire.image("app"), &Access::anonymous()).await.expect("tags").tags.len(), 100);
}

#[tokio::test]
async fn an_etag_spares_a_list_that_did_not_change() {
    let wire = WireRegistry::start();
    wire.tags("app", ["1", "2"]);
    let (client, access, name) = (client(), Access::anonymous(), image(&wire.image("app")));
    let listed = client.list_tags(&name, &access, None).await.expect("tags").into_list().expect("a list");
    let etag = listed.etag.expect("an ETag");
    assert_eq!(client.list_tags(&name, &access, Some(&etag)).await, Ok(TagListing::NotModified));
    wire.tags("app", ["3"]);
    let listed = client.list_tags(&name, &access, Some(&etag)).await.expect("tags").into_list().expect("a list");
    assert_eq!(texts(&listed), ["1", "2", "3"]);

    wire.answer(LIST, Reply::status(304));
    let error = client.list_tags(&name, &access, None).await.expect_err("nothing was sent to compare with");
    told(&error, &wire.address(), &["304"]);
}

#[tokio::test]
async fn a_page_s_etag_does_not_stand_for_the_list() {
    let wire = WireRegistry::start();
    wire.tags("app", (0..10).map(|number| format!("t{number}")));
    wire.page_by(10);
    let listed = tags_of(&wire).await.expect("tags");
    // The page is full: an eleventh tag would leave it, and so its ETag, as it is.
    assert_eq!((listed.tags.len(), listed.etag), (10, None));
    wire.tags("app", ["t10"]);
    let listed = tags_of(&wire).await.expect("tags");
    assert_eq!((listed.tags.len(), listed.pages, listed.etag), (11, 2, None));
}
