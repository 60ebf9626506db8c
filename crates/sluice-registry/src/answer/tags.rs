//! `GET /v2/<name>/tags/list` (OCI distribution specification, "Listing tags").

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use sluice_core::image::Tag;

use crate::words::cleaned;

/// One page of a tag list.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TagPage {
    /// The tags in the registry's order, duplicates kept.
    pub tags: Vec<Tag>,
    /// What was listed and is no tag.
    pub refused: RefusedTags,
    /// How many entries the page had, refused ones included.
    pub entries: usize,
    /// The last entry, for asking for what follows it.
    pub last: Option<String>,
}

/// Entries of a tag list that are no tags: too long, or with characters that tags cannot have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusedTags {
    /// How many there were.
    pub count: usize,
    /// The first of them.
    pub examples: Vec<RefusedTag>,
}

/// An entry of a tag list that is no tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedTag {
    /// The entry, escaped and cut to 80 characters: fit to be shown.
    pub shown: String,
}

impl RefusedTags {
    /// The most examples that are kept.
    pub const EXAMPLES: usize = 20;

    fn add(&mut self, text: &str) {
        self.count += 1;
        if self.examples.len() < Self::EXAMPLES {
            let clipped: String = text.chars().take(80).collect();
            // Escaping turns control and direction characters into visible text, so that nothing is hidden.
            let shown: String = clipped.chars().flat_map(visible).collect();
            self.examples.push(RefusedTag { shown });
        }
    }

    /// Takes another page's over.
    pub fn append(&mut self, other: Self) {
        self.count += other.count;
        let room = Self::EXAMPLES.saturating_sub(self.examples.len());
        self.examples.extend(other.examples.into_iter().take(room));
    }
}

fn visible(c: char) -> Vec<char> {
    let hidden = c.is_control() || cleaned(&c.to_string(), 1).is_empty();
    if hidden && c != ' ' { c.escape_unicode().collect() } else { vec![c] }
}

/// Reads a page. `"tags": null` and a missing `tags` beside a `name` are an empty list, as Go reads them.
///
/// Of more than `most` tags one more is kept, so that it shows, and the rest is counted only: a page of one-letter tags
/// takes ten times its size in memory.
///
/// # Errors
/// When the bytes are not such an object; the text says where.
pub fn read(bytes: &[u8], most: usize) -> Result<TagPage, TagPageError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let page = deserializer.deserialize_map(PageVisitor { most }).map_err(TagPageError::Json)?;
    deserializer.end().map_err(TagPageError::Json)?;
    page.ok_or(TagPageError::NoList)
}

/// The bytes are not a page of a tag list.
#[derive(Debug, thiserror::Error)]
pub enum TagPageError {
    /// They are not JSON of the right shape.
    #[error("{0}")]
    Json(serde_json::Error),
    /// They are an object with neither `name` nor `tags`.
    #[error("it has neither `name` nor `tags`")]
    NoList,
}

struct PageVisitor {
    most: usize,
}

impl<'de> Visitor<'de> for PageVisitor {
    type Value = Option<TagPage>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `name` and `tags`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut page = None;
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Tags => page = Some(map.next_value_seed(Entries { most: self.most })?),
                Key::Name => {
                    map.next_value::<IgnoredAny>()?;
                    page.get_or_insert_default();
                }
                Key::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(page)
    }
}

enum Key {
    Tags,
    Name,
    Other,
}

impl<'de> serde::Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = Key;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_str<E>(self, key: &str) -> Result<Key, E> {
                Ok(match key {
                    "tags" => Key::Tags,
                    "name" => Key::Name,
                    _ => Key::Other,
                })
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// The array, turned into tags one by one, so that a long list is never held twice.
struct Entries {
    most: usize,
}

impl<'de> DeserializeSeed<'de> for Entries {
    type Value = TagPage;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<TagPage, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Entries {
    type Value = TagPage;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of tags or null")
    }

    fn visit_unit<E>(self) -> Result<TagPage, E> {
        Ok(TagPage::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<TagPage, A::Error> {
        let mut page = TagPage::default();
        while let Some(entry) = entries.next_element::<Entry>()? {
            page.entries += 1;
            match entry {
                Entry::Tag(tag) if page.tags.len() <= self.most => page.tags.push(tag),
                Entry::Tag(_) => {}
                Entry::Refused(text) => {
                    page.refused.add(&text);
                    page.last = Some(text);
                    continue;
                }
            }
            page.last = None;
        }
        if page.last.is_none() {
            page.last = page.tags.last().map(|tag| tag.as_str().to_owned());
        }
        Ok(page)
    }
}

enum Entry {
    Tag(Tag),
    Refused(String),
}

impl<'de> serde::Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntryVisitor;
        impl Visitor<'_> for EntryVisitor {
            type Value = Entry;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a tag")
            }
            fn visit_str<E>(self, text: &str) -> Result<Entry, E> {
                Ok(Tag::parse(text).map_or_else(|_| Entry::Refused(text.chars().take(200).collect()), Entry::Tag))
            }
        }
        deserializer.deserialize_str(EntryVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<TagPage, TagPageError> {
        super::read(bytes, 1_000)
    }

    fn texts(page: &TagPage) -> Vec<&str> {
        page.tags.iter().map(Tag::as_str).collect()
    }

    #[test]
    fn tag_lists_are_read_as_go_reads_them() {
        let cases: [(&str, &[&str]); 6] = [
            (r#"{"name":"a","tags":["2","1","2"]}"#, &["2", "1", "2"]),
            (r#"{"name":"a","tags":null}"#, &[]),
            (r#"{"name":"a"}"#, &[]),
            (r#"{"tags":[]}"#, &[]),
            (r#"{"child":[{"x":[1]}],"manifest":{},"tags":["1\u002e0"],"name":"a"}"#, &["1.0"]),
            ("\n {\"tags\":[\"x\"] } \n", &["x"]),
        ];
        for (text, expected) in cases {
            let page = read(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(texts(&page), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_tag_list_is_an_error() {
        let cases = [
            "",
            "null",
            "[]",
            "{}",
            "<html>",
            r#"{"errors":[]}"#,
            r#"{"tags":"1"}"#,
            r#"{"tags":[1]}"#,
            r#"{"tags":["a"]} x"#,
            r#"{"tags":["a"]"#,
            r#"{"tags":[["a"]]}"#,
        ];
        for text in cases {
            assert!(read(text.as_bytes()).is_err(), "{text} was taken for a tag list");
        }
        let deep = format!("{{\"x\":{}", "[".repeat(100_000));
        assert!(read(deep.as_bytes()).is_err());
    }

    #[test]
    fn entries_that_are_no_tags_are_kept_apart_and_made_visible() {
        let page =
            read("{\"tags\":[\"ok\",\"a\u{202e}b\",\"\\u001b[31m\",\"\",\"two words\"]}".as_bytes()).expect("a list");
        assert_eq!(texts(&page), ["ok"]);
        assert_eq!((page.refused.count, page.entries, page.last.as_deref()), (4, 5, Some("two words")));
        let shown: Vec<&str> = page.refused.examples.iter().map(|refused| refused.shown.as_str()).collect();
        assert_eq!(shown, ["a\\u{202e}b", "\\u{1b}[31m", "", "two words"]);
    }

    #[test]
    fn only_some_of_many_refused_entries_are_kept() {
        let list = format!("{{\"tags\":[{}]}}", vec![format!("\"{}\"", "ä".repeat(500)); 1000].join(","));
        let page = read(list.as_bytes()).expect("a list");
        assert_eq!((page.refused.count, page.refused.examples.len()), (1000, RefusedTags::EXAMPLES));
        assert_eq!(page.refused.examples[0].shown.chars().count(), 80);
    }

    #[test]
    fn of_too_many_tags_one_more_than_allowed_is_kept() {
        let page = super::read(br#"{"tags":["1","2","3","4"]}"#, 2).expect("a list");
        assert_eq!((texts(&page), page.entries), (vec!["1", "2", "3"], 4));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = read(&bytes);
        }

        #[test]
        fn every_entry_is_either_a_tag_or_refused(entries: Vec<String>) {
            let body = serde_json::json!({ "name": "a", "tags": entries }).to_string();
            let page = read(body.as_bytes()).expect("what we wrote");
            proptest::prop_assert_eq!(page.entries, entries.len());
            proptest::prop_assert_eq!(page.tags.len() + page.refused.count, entries.len());
        }
    }
}
