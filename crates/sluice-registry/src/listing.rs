//! Listing tags, page by page to the end.

use std::collections::HashSet;

use reqwest::Method;
use reqwest::header::{ETAG, LINK};
use sha2::{Digest as _, Sha256};
use sluice_core::image::Tag;
use url::Url;

use crate::answer::link::{self, NextPage};
use crate::answer::tags::{self, TagPage};
use crate::error::{PagingProblem, RegistryError};
use crate::host::Lane;
use crate::operation::{Answer, Ask, Operation, texts};
use crate::reports::{TagList, TagListing};
use crate::words::{cleaned, without_userinfo};

/// How many tags a page is asked to have, as go-containerregistry asks.
const PAGE: usize = 1000;

/// The longest link to a next page. Registries' own are a few hundred bytes.
const LONGEST_LINK: usize = 16 << 10;

/// The state between two pages.
struct Reading {
    list: TagList,
    /// The addresses of the pages read, to notice a list without end; hashed, because links may be long and many.
    visited: HashSet<[u8; 32]>,
    bytes_left: usize,
    /// Set once pages are asked for by `last`, because the registry sends no links.
    by_last: Option<HashSet<Tag>>,
}

impl Operation<'_> {
    pub(crate) async fn list_tags(&self, etag: Option<&str>) -> Result<TagListing, RegistryError> {
        let path = format!("{}/tags/list", self.repository.as_deref().unwrap_or_default());
        let first = format!("{path}?n={PAGE}");
        let mut reading = Reading {
            list: TagList::default(),
            visited: HashSet::new(),
            bytes_left: self.shared.options.limits.tag_list_bytes,
            by_last: None,
        };
        let mut next = None;
        loop {
            if reading.list.pages >= self.shared.options.limits.pages {
                let url = next.unwrap_or(self.base().await?);
                return Err(self.paging(&url, PagingProblem::TooMany(reading.list.pages), ""));
            }
            let if_none_match = etag.filter(|_| reading.list.pages == 0);
            let ask = ask(&first, next.take(), if_none_match, reading.bytes_left);
            let answer = match self.exchange(&ask).await {
                Ok(answer) => answer,
                Err(RegistryError::Refused { .. } | RegistryError::NotFound { .. }) if reading.by_last.is_some() => {
                    // The registry does not know `last`, so nobody can tell whether the list is whole.
                    reading.list.may_be_truncated = true;
                    return Ok(TagListing::Tags(reading.list));
                }
                Err(error) => return Err(self.with_whole_limit(error)),
            };
            if answer.status == reqwest::StatusCode::NOT_MODIFIED {
                return Ok(TagListing::NotModified);
            }
            next = self.take_page(&mut reading, &answer)?;
            if next.is_none() {
                return Ok(TagListing::Tags(self.finished(reading, &answer)));
            }
        }
    }

    /// Takes a page in and says where the next one is.
    fn take_page(&self, reading: &mut Reading, answer: &Answer) -> Result<Option<Url>, RegistryError> {
        let page =
            tags::read(&answer.body, self.shared.options.limits.tags).map_err(|error| RegistryError::BadAnswer {
                at: self.at(&answer.url),
                what: "tag list",
                words: self.not_a_list(answer, &error.to_string()),
            })?;
        reading.bytes_left = reading.bytes_left.saturating_sub(answer.body.len());
        reading.list.pages += 1;
        reading.list.rate_limit = answer.rate_limit.or(reading.list.rate_limit);
        reading.visit(&answer.url);
        let (entries, last) = (page.entries, page.last.clone());
        let found_new = reading.add(page);
        if reading.list.tags.len() > self.shared.options.limits.tags {
            return Err(RegistryError::TooManyTags {
                at: self.at(&answer.url),
                limit: self.shared.options.limits.tags,
            });
        }
        let next = match self.link(answer)? {
            Some(target) => Some(self.next_page(answer, &target)?),
            // Exactly as many as asked for and no link: some registries stop here without a word.
            None if entries == PAGE && found_new => last.and_then(|last| reading.after(&answer.url, &last)),
            None => {
                // The same full page again: `last` is ignored, and what may follow cannot be asked for.
                reading.list.may_be_truncated |= entries == PAGE && !found_new;
                None
            }
        };
        if let Some(next) = &next
            && !reading.visit(next)
        {
            return Err(self.paging(next, PagingProblem::Cycle, ""));
        }
        Ok(next)
    }

    /// The target of the next page. A header that cannot be read is an error, because taking it for none would shorten
    /// the list.
    fn link(&self, answer: &Answer) -> Result<Option<String>, RegistryError> {
        let malformed = |words: &str| Err(self.paging(&answer.url, PagingProblem::Malformed, words));
        let mut values = Vec::new();
        for value in answer.headers.get_all(LINK) {
            match value.to_str() {
                Ok(text) if text.len() <= LONGEST_LINK => values.push(text),
                Ok(_) => return malformed("it is too long"),
                Err(_) => return malformed("it has characters that no address has"),
            }
        }
        match link::next_target(values.iter().copied()) {
            Ok(target) => Ok(target),
            Err(_) => malformed(&shown_target(&values.join(", "))),
        }
    }

    fn next_page(&self, answer: &Answer, target: &str) -> Result<Url, RegistryError> {
        match link::resolve(&answer.url, target) {
            NextPage::Here(next) => Ok(next),
            NextPage::Elsewhere => Err(self.paging(&answer.url, PagingProblem::Elsewhere, &shown_target(target))),
            NextPage::Malformed => Err(self.paging(&answer.url, PagingProblem::Malformed, &shown_target(target))),
        }
    }

    fn finished(&self, mut reading: Reading, answer: &Answer) -> TagList {
        if reading.list.pages == 1 && !may_be_a_full_page(reading.list.tags.len() + reading.list.refused.count) {
            reading.list.etag = texts(&answer.headers, ETAG.as_str()).next().map(str::to_owned);
        }
        reading.list.tags.shrink_to_fit();
        reading.list
    }

    fn not_a_list(&self, answer: &Answer, error: &str) -> String {
        let kind = texts(&answer.headers, "content-type").next().unwrap_or("no content type");
        let what = self.words_up_to(&crate::answer::problem::read(&answer.body[..answer.body.len().min(4096)]), 60);
        self.words(&format!("{error} ({}, starting with `{what}`)", self.words_up_to(kind, 60)))
    }

    fn paging(&self, url: &Url, why: PagingProblem, words: &str) -> RegistryError {
        RegistryError::Paging { at: self.at(url), why, words: self.words(words) }
    }

    /// The limit is on all pages together; a later page only saw what was left of it.
    fn with_whole_limit(&self, error: RegistryError) -> RegistryError {
        match error {
            RegistryError::TooLarge { at, what: "tag list", .. } => {
                RegistryError::TooLarge { at, what: "tag list", limit: self.shared.options.limits.tag_list_bytes }
            }
            other => other,
        }
    }
}

/// Whether a list without a link may be a page that is exactly full. Then its ETag must not be kept: the page stays the
/// same when later tags open a second one, and `304 Not Modified` has no `Link` to tell. Page sizes are round numbers.
fn may_be_a_full_page(entries: usize) -> bool {
    entries != 0 && entries.is_multiple_of(10)
}

impl Reading {
    /// Remembers a page's address. Returns whether it is new.
    fn visit(&mut self, url: &Url) -> bool {
        self.visited.insert(Sha256::digest(url.as_str()).into())
    }

    /// Adds a page's tags; once pages are asked for by `last`, only those not listed before, because a registry that
    /// ignores `last` sends the same page again. Returns whether there was anything new.
    fn add(&mut self, page: TagPage) -> bool {
        let before = self.list.tags.len();
        match &mut self.by_last {
            None => {
                self.list.tags.extend(page.tags);
                self.list.refused.append(page.refused);
                return page.entries > 0;
            }
            Some(seen) => {
                for tag in page.tags {
                    if seen.insert(tag.clone()) {
                        self.list.tags.push(tag);
                    }
                }
            }
        }
        self.list.tags.len() > before
    }

    /// The address of what follows the last tag of this page.
    fn after(&mut self, page: &Url, last: &str) -> Option<Url> {
        // An entry that is no tag cannot be asked for.
        Tag::parse(last).ok()?;
        self.by_last.get_or_insert_with(|| self.list.tags.iter().cloned().collect());
        let mut url = page.clone();
        url.query_pairs_mut().clear().append_pair("n", &PAGE.to_string()).append_pair("last", last);
        Some(url)
    }
}

fn ask<'q>(first: &'q str, url: Option<Url>, if_none_match: Option<&'q str>, limit: usize) -> Ask<'q> {
    Ask {
        method: Method::GET,
        url,
        path: first,
        accept: "application/json",
        if_none_match,
        lane: Lane::Listing,
        limit,
        what: "tag list",
        reference: None,
    }
}

/// A link without its query, which may hold a page token, and without a name and password.
fn shown_target(target: &str) -> String {
    cleaned(&without_userinfo(target.split('?').next().unwrap_or_default()), 120)
}
