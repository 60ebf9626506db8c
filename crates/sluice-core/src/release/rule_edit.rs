//! Writing another rule into an ImagePolicy: the bytes of the changed fields and nothing else.
//!
//! A field that stands there is replaced as a scalar, in its own style; fields that come, go or change their kind are
//! written as `policy` or `filterTags` anew. Whatever comes out is read back: unless the policy says what was wanted and
//! every other resource is still there, nothing is changed.

use std::ops::Range;

use granit_parser::ScalarStyle;
use serde::{Deserialize, Serialize};

use crate::flux::{self, FileResources, ImagePolicy, Resource};
use crate::key::ObjectKey;
use crate::marker::yaml_nodes::{Document, Node, Role, Shape, encode};
use crate::policy::{Rule, TagFilter};

/// What an ImagePolicy is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRule {
    /// `spec.policy`
    pub rule: Rule,
    /// `spec.filterTags`; nothing lets every tag through.
    pub filter: Option<TagFilter>,
}

/// A field of a resource that a plan writes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldEdit {
    /// The resource.
    pub object: ObjectKey,
    /// The field's path, such as `spec.policy.semver.range`.
    pub field: String,
    /// What it says; nothing where it is not written.
    pub old: Option<String>,
    /// What it will say; nothing where it goes.
    pub new: Option<String>,
}

impl FieldEdit {
    /// `policy.semver.range 1.0.x → 1.x`, `filterTags.extract $ts, which is new`, `policy.semver.range 1.0.x goes`.
    pub fn words(&self) -> String {
        let field = self.field.strip_prefix("spec.").unwrap_or(&self.field);
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => format!("{field} {old} → {new}"),
            (None, Some(new)) => format!("{field} {new}, which is new"),
            (Some(old), None) => format!("{field} {old} goes"),
            (None, None) => field.to_owned(),
        }
    }
}

/// A file with another rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleEdited {
    /// The new content.
    pub bytes: Vec<u8>,
    /// What changes, by field.
    pub edits: Vec<FieldEdit>,
}

/// Why a rule cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleEditError {
    /// The file does not have the policy, or not so that it can be read.
    #[error("the file holds no ImagePolicy {0} that can be read; it has changed since it was read")]
    NoPolicy(ObjectKey),
    /// It is written in a way that cannot be edited without touching anything else.
    #[error(
        "ImagePolicy {0} is written in a way that cannot be edited without touching something else; edit the file by hand"
    )]
    NotEditable(ObjectKey),
}

/// The file with another rule for one of its policies. The same bytes when it says that already.
///
/// # Errors
/// [`RuleEditError`]; nothing is half done.
pub fn with_rule(bytes: &[u8], policy: &ObjectKey, wanted: &NewRule) -> Result<RuleEdited, RuleEditError> {
    let resources = flux::read(bytes);
    let now = policy_in(&resources, policy).ok_or_else(|| RuleEditError::NoPolicy(policy.clone()))?;
    let edits = field_edits(policy, now, wanted);
    if edits.is_empty() {
        return Ok(RuleEdited { bytes: bytes.to_vec(), edits });
    }
    let not_editable = || RuleEditError::NotEditable(policy.clone());
    let bytes = Editor::new(bytes, now).and_then(|editor| editor.write(now, wanted)).ok_or_else(not_editable)?;
    let after = flux::read(&bytes);
    let says = policy_in(&after, policy).is_some_and(|after| {
        after.rule.as_ref() == Some(&wanted.rule)
            && filter_of(after.filter.as_ref()) == filter_of(wanted.filter.as_ref())
    });
    if says && inventory(&resources) == inventory(&after) {
        Ok(RuleEdited { bytes, edits })
    } else {
        Err(not_editable())
    }
}

fn policy_in<'r>(resources: &'r FileResources, key: &ObjectKey) -> Option<&'r ImagePolicy> {
    resources.resources.iter().find_map(|resource| match resource {
        Resource::ImagePolicy(policy) if policy.meta.key == *key => Some(policy),
        _ => None,
    })
}

/// What a file holds, without where.
fn inventory(resources: &FileResources) -> Vec<(flux::Kind, &ObjectKey, bool)> {
    resources.resources.iter().map(|one| (one.kind(), &one.meta().key, one.is_suspended())).collect()
}

/// Pattern and extract; an empty filter is none.
fn filter_of(filter: Option<&TagFilter>) -> (&str, &str) {
    filter.map_or(("", ""), |filter| (&filter.pattern, &filter.extract))
}

/// The kind of a rule with its one field.
fn words(rule: &Rule) -> (&'static str, &'static str, &str) {
    match rule {
        Rule::Semver { range } => ("semver", "range", range),
        Rule::Alphabetical { order } => ("alphabetical", "order", order.as_str()),
        Rule::Numerical { order } => ("numerical", "order", order.as_str()),
    }
}

fn field_edits(object: &ObjectKey, now: &ImagePolicy, wanted: &NewRule) -> Vec<FieldEdit> {
    let mut edits = Vec::new();
    let mut add = |field: String, old: Option<&str>, new: Option<&str>| {
        if old != new {
            let text = |text: Option<&str>| text.map(str::to_owned);
            edits.push(FieldEdit { object: object.clone(), field, old: text(old), new: text(new) });
        }
    };
    let path = |kind: &str, field: &str| format!("spec.policy.{kind}.{field}");
    let (kind, field, new) = words(&wanted.rule);
    match now.rule.as_ref().map(words) {
        Some((old_kind, _, old)) if old_kind == kind => add(path(kind, field), Some(old), Some(new)),
        other => {
            if let Some((old_kind, old_field, old)) = other {
                add(path(old_kind, old_field), Some(old), None);
            }
            add(path(kind, field), None, Some(new));
        }
    }
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let (old, new) = (filter_of(now.filter.as_ref()), filter_of(wanted.filter.as_ref()));
    for (name, old, new) in [("pattern", old.0, new.0), ("extract", old.1, new.1)] {
        add(format!("spec.filterTags.{name}"), some(old).as_deref(), some(new).as_deref());
    }
    edits
}

/// A key with its value, as positions in the list of nodes.
#[derive(Debug, Clone, Copy)]
struct Entry {
    key: usize,
    value: usize,
}

/// The bytes to put in the place of others.
type Patch = (Range<usize>, String);

struct Editor<'t> {
    text: &'t str,
    /// The byte order mark before the text, or nothing.
    mark: &'t [u8],
    document: Document<'t>,
    /// The `spec` of the policy.
    spec: usize,
    line_break: &'static str,
}

impl<'t> Editor<'t> {
    fn new(bytes: &'t [u8], policy: &ImagePolicy) -> Option<Self> {
        let skipped = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let (mark, text) = bytes.split_at(skipped);
        let text = std::str::from_utf8(text).ok()?;
        let document = Document::read(text, |_| false).ok()?;
        let place = (policy.meta.line, policy.meta.column);
        let object = document.nodes.iter().position(|node| node.place == place && node.shape == Shape::Start)?;
        let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut editor = Self { text, mark, document, spec: 0, line_break };
        editor.spec = editor.entry(object, "spec")?.value;
        Some(editor)
    }

    fn node(&self, at: usize) -> &Node<'t> {
        &self.document.nodes[at]
    }

    /// The position behind a node with everything in it.
    fn behind(&self, at: usize) -> usize {
        let mut depth = 0_usize;
        for (offset, node) in self.document.nodes[at..].iter().enumerate() {
            match node.shape {
                Shape::Start => depth += 1,
                Shape::End => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return at + offset + 1;
            }
        }
        self.document.nodes.len()
    }

    /// The entries of a mapping; none of anything else.
    fn entries(&self, mapping: usize) -> Vec<Entry> {
        let mut entries = Vec::new();
        if self.node(mapping).shape != Shape::Start {
            return entries;
        }
        let (mut at, end) = (mapping + 1, self.behind(mapping) - 1);
        while at < end && self.node(at).role == Role::Key {
            let value = self.behind(at);
            entries.push(Entry { key: at, value });
            at = self.behind(value);
        }
        entries
    }

    fn entry(&self, mapping: usize, name: &str) -> Option<Entry> {
        self.entries(mapping).into_iter().find(|entry| self.scalar(entry.key) == Some(name))
    }

    fn scalar(&self, at: usize) -> Option<&str> {
        match &self.node(at).shape {
            Shape::Scalar { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Where a value ends: behind its last byte that is no blank.
    fn end_of(&self, entry: Entry) -> usize {
        let inside = &self.document.nodes[entry.value..self.behind(entry.value)];
        // The end of a block collection is told only when the next thing begins.
        let counts = |node: &&Node<'_>| node.shape != Shape::End || self.text[..node.span.end].ends_with(['}', ']']);
        let end = inside.iter().filter(counts).map(|node| node.span.end).max().unwrap_or_default();
        let end = end.max(self.node(entry.key).span.end);
        let written = self.text[..end].trim_end().len();
        if written == self.node(entry.key).span.end { self.behind_colon(written) } else { written }
    }

    /// Behind the colon of a key without a value.
    fn behind_colon(&self, key_end: usize) -> usize {
        self.text[key_end..].find(':').map_or(key_end, |colon| key_end + colon + 1)
    }

    fn write(&self, now: &ImagePolicy, wanted: &NewRule) -> Option<Vec<u8>> {
        let mut patches = Vec::new();
        self.write_filter(wanted, &mut patches)?;
        self.write_rule(now, wanted, &mut patches)?;
        // From the back, and what stands somewhere before what comes in front of it.
        patches.sort_by_key(|(range, _)| std::cmp::Reverse((range.start, range.end)));
        let mut text = self.text.to_owned();
        for (range, new) in patches {
            text.replace_range(range, &new);
        }
        Some([self.mark, text.as_bytes()].concat())
    }

    fn write_rule(&self, now: &ImagePolicy, wanted: &NewRule, patches: &mut Vec<Patch>) -> Option<()> {
        if now.rule.as_ref() == Some(&wanted.rule) {
            return Some(());
        }
        let policy = self.entry(self.spec, "policy")?;
        let (kind, field, value) = words(&wanted.rule);
        let is_same_kind = now.rule.as_ref().is_some_and(|rule| words(rule).0 == kind);
        let standing = self.entry(policy.value, kind).and_then(|kind| self.entry(kind.value, field));
        let patch = match standing.filter(|_| is_same_kind).and_then(|field| self.scalar_patch(field.value, value)) {
            Some(patch) => patch,
            None => self.entry_patch(policy, &[(kind, &[(field, value)])])?,
        };
        patches.push(patch);
        Some(())
    }

    fn write_filter(&self, wanted: &NewRule, patches: &mut Vec<Patch>) -> Option<()> {
        let (pattern, extract) = filter_of(wanted.filter.as_ref());
        let fields: Vec<(&str, &str)> =
            [("pattern", pattern), ("extract", extract)].into_iter().filter(|(_, text)| !text.is_empty()).collect();
        let Some(standing) = self.entry(self.spec, "filterTags") else {
            if !fields.is_empty() {
                let policy = self.node(self.entry(self.spec, "policy")?.key);
                let new = self.render(policy, "filterTags", &Content::Fields(&fields));
                let gap = if policy.in_flow { ", ".to_owned() } else { self.line_of(policy)? };
                patches.push((policy.begin..policy.begin, new + &gap));
            }
            return Some(());
        };
        if fields.is_empty() {
            patches.push(self.removal(standing)?);
            return Some(());
        }
        let names = |entries: &[Entry]| -> Vec<String> {
            let mut names: Vec<_> =
                entries.iter().filter_map(|entry| Some(self.scalar(entry.key)?.to_owned())).collect();
            names.sort_unstable();
            names
        };
        let mut wanted_names: Vec<String> = fields.iter().map(|(name, _)| (*name).to_owned()).collect();
        wanted_names.sort_unstable();
        let written = self.entries(standing.value);
        let scalars: Option<Vec<Option<Patch>>> = fields
            .iter()
            .map(|(name, text)| {
                let at = self.entry(standing.value, name)?.value;
                if self.scalar(at) == Some(*text) { Some(None) } else { self.scalar_patch(at, text).map(Some) }
            })
            .collect();
        match scalars.filter(|_| names(&written) == wanted_names) {
            Some(scalars) => patches.extend(scalars.into_iter().flatten()),
            None => patches.push(self.replacement(standing, "filterTags", &Content::Fields(&fields))?),
        }
        Some(())
    }

    /// Another text for a scalar, in its own style.
    fn scalar_patch(&self, at: usize, new: &str) -> Option<Patch> {
        let node = self.node(at);
        match &node.shape {
            Shape::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. } => None,
            Shape::Scalar { style, .. } if !node.span.is_empty() => {
                Some((node.span.clone(), encode(new, *style, node.in_flow, false)))
            }
            _ => None,
        }
    }

    fn entry_patch(&self, policy: Entry, kinds: &[(&str, &[(&str, &str)])]) -> Option<Patch> {
        self.replacement(policy, "policy", &Content::Kinds(kinds))
    }

    fn replacement(&self, entry: Entry, name: &str, content: &Content<'_>) -> Option<Patch> {
        let key = self.node(entry.key);
        if !key.in_flow {
            self.line_of(key)?;
        }
        Some((key.begin..self.end_of(entry), self.render(key, name, content)))
    }

    /// The whole lines of an entry, or its piece of a flow mapping.
    fn removal(&self, entry: Entry) -> Option<Patch> {
        let (key, end) = (self.node(entry.key), self.end_of(entry));
        if key.in_flow {
            let next = self.behind(entry.value);
            let is_last = self.node(next).shape == Shape::End;
            let start = if is_last { self.text[..key.begin].trim_end_matches([' ', ',']).len() } else { key.begin };
            return Some((start..if is_last { end } else { self.node(next).begin }, String::new()));
        }
        self.line_of(key)?;
        let start = self.text[..key.begin].rfind('\n').map_or(0, |before| before + 1);
        let end = self.text[end..].find('\n').map_or(self.text.len(), |line_end| end + line_end + 1);
        Some((start..end, String::new()))
    }

    /// A line break and the blanks before a key that begins its line; nothing where it does not.
    fn line_of(&self, key: &Node<'_>) -> Option<String> {
        let start = self.text[..key.begin].rfind('\n').map_or(0, |before| before + 1);
        let blanks = &self.text[start..key.begin];
        blanks.chars().all(|c| c == ' ').then(|| format!("{}{blanks}", self.line_break))
    }

    /// `name` with its content, for the place of `key`.
    fn render(&self, key: &Node<'_>, name: &str, content: &Content<'_>) -> String {
        let text = |value: &str| encode(value, ScalarStyle::Plain, key.in_flow, false);
        let quoted = |name: &str, value: &str| match name {
            // As Flux's own documentation writes them.
            "pattern" | "extract" => encode(value, ScalarStyle::SingleQuoted, key.in_flow, false),
            _ => text(value),
        };
        let pair = |(name, value): &(&str, &str)| format!("{name}: {}", quoted(name, value));
        if key.in_flow {
            let fields =
                |fields: &[(&str, &str)]| format!("{{{}}}", fields.iter().map(pair).collect::<Vec<_>>().join(", "));
            let inner = match content {
                Content::Fields(list) => fields(list),
                Content::Kinds(kinds) => {
                    let kind = |(kind, list): &(&str, &[(&str, &str)])| format!("{kind}: {}", fields(list));
                    format!("{{{}}}", kinds.iter().map(kind).collect::<Vec<_>>().join(", "))
                }
            };
            return format!("{name}: {inner}");
        }
        let line = self.line_of(key).unwrap_or_else(|| self.line_break.to_owned());
        let mut out = format!("{name}:");
        let mut put = |depth: usize, words: &str| {
            out.push_str(&line);
            out.push_str(&"  ".repeat(depth));
            out.push_str(words);
        };
        match content {
            Content::Fields(fields) => fields.iter().for_each(|field| put(1, &pair(field))),
            Content::Kinds(kinds) => {
                for (kind, fields) in *kinds {
                    put(1, &format!("{kind}:"));
                    fields.iter().for_each(|field| put(2, &pair(field)));
                }
            }
        }
        out
    }
}

/// What stands under a key that is written anew.
enum Content<'c> {
    Fields(&'c [(&'c str, &'c str)]),
    Kinds(&'c [(&'c str, &'c [(&'c str, &'c str)])]),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Order;

    fn key() -> ObjectKey {
        ObjectKey::new("flux-system", "app")
    }

    fn semver(range: &str) -> NewRule {
        NewRule { rule: Rule::Semver { range: range.to_owned() }, filter: None }
    }

    fn filtered(mut rule: NewRule, pattern: &str, extract: &str) -> NewRule {
        rule.filter = Some(TagFilter { pattern: pattern.to_owned(), extract: extract.to_owned() });
        rule
    }

    fn file(spec: &str) -> String {
        format!(
            "# The policies of the team.\napiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata: {{name: app, namespace: flux-system}} # ours\nspec:\n  imageRepositoryRef:\n    name: app\n{spec}---\nkind: ConfigMap\nmetadata:\n  name: other # stays\n"
        )
    }

    fn edited(spec: &str, wanted: &NewRule) -> String {
        let text = file(spec);
        let edited = with_rule(text.as_bytes(), &key(), wanted).expect("it can be edited");
        String::from_utf8(edited.bytes).expect("text")
    }

    #[test]
    fn a_field_that_stands_there_is_replaced_in_its_style_and_nothing_else() {
        for (old, new) in [
            (
                "  policy:\n    semver:\n      range: 1.0.x # careful\n",
                "  policy:\n    semver:\n      range: '1.x' # careful\n",
            ),
            ("  policy:\n    semver:\n      range: \"1.0.x\"\n", "  policy:\n    semver:\n      range: \"1.x\"\n"),
            ("  policy: {semver: {range: '1.0.x'}}\n", "  policy: {semver: {range: '1.x'}}\n"),
        ] {
            let new = if old.contains("1.0.x #") { new.replace("'1.x'", "1.x") } else { new.to_owned() };
            assert_eq!(edited(old, &semver("1.x")), file(&new), "{old}");
        }
        let crlf = file("  policy:\n    semver:\n      range: 1.0.x\n").replace('\n', "\r\n");
        let done = with_rule(crlf.as_bytes(), &key(), &semver(">=1.0.0 <2.0.0")).expect("it can be edited");
        assert_eq!(String::from_utf8(done.bytes).expect("text"), crlf.replace("1.0.x", "\">=1.0.0 <2.0.0\""));
        assert_eq!(
            done.edits,
            [FieldEdit {
                object: key(),
                field: "spec.policy.semver.range".to_owned(),
                old: Some("1.0.x".to_owned()),
                new: Some(">=1.0.0 <2.0.0".to_owned()),
            }]
        );
    }

    #[test]
    fn another_kind_of_rule_is_written_anew() {
        let numerical = NewRule { rule: Rule::Numerical { order: Order::Asc }, filter: None };
        let wanted = filtered(numerical, "^main-(?P<ts>[0-9]+)$", "$ts");
        assert_eq!(
            edited("  policy:\n    semver:\n      range: 1.0.x\n  suspend: false\n", &wanted),
            file(
                "  filterTags:\n    pattern: '^main-(?P<ts>[0-9]+)$'\n    extract: '$ts'\n  policy:\n    numerical:\n      order: asc\n  suspend: false\n"
            )
        );
        assert_eq!(
            edited("  policy: {semver: {range: 1.0.x}} # one line\n", &wanted),
            file(
                "  filterTags:\n    pattern: '^main-(?P<ts>[0-9]+)$'\n    extract: '$ts'\n  policy:\n    numerical:\n      order: asc # one line\n"
            )
        );
    }

    #[test]
    fn filters_change_come_and_go() {
        let with =
            "  filterTags: # which\n    pattern: '^v.*'\n    extract: $0\n  policy:\n    semver:\n      range: 1.0.x\n";
        let without = "  policy:\n    semver:\n      range: 1.0.x\n";
        assert_eq!(edited(with, &semver("1.0.x")), file(without));
        assert_eq!(edited(with, &filtered(semver("1.0.x"), "^w.*", "$0")), file(&with.replace("^v", "^w")));
        assert_eq!(
            edited(with, &filtered(semver("1.0.x"), "^v.*", "")),
            file("  filterTags:\n    pattern: '^v.*'\n  policy:\n    semver:\n      range: 1.0.x\n")
        );
        assert_eq!(
            edited(without, &filtered(semver("1.0.x"), "it's", "")),
            file("  filterTags:\n    pattern: 'it''s'\n  policy:\n    semver:\n      range: 1.0.x\n")
        );
    }

    #[test]
    fn flow_mappings_stay_flow_mappings() {
        let flow = |spec: &str| {
            format!(
                "{{apiVersion: image.toolkit.fluxcd.io/v1, kind: ImagePolicy, metadata: {{name: app, namespace: flux-system}}, spec: {{imageRepositoryRef: {{name: app}}, {spec}}}}}\n"
            )
        };
        let edit = |spec: &str, wanted: &NewRule| {
            let done = with_rule(flow(spec).as_bytes(), &key(), wanted).expect("it can be edited");
            String::from_utf8(done.bytes).expect("text")
        };
        assert_eq!(
            edit("policy: {semver: {range: 1.x}}", &filtered(semver("2.x"), "a,b", "")),
            flow("filterTags: {pattern: 'a,b'}, policy: {semver: {range: 2.x}}")
        );
        assert_eq!(
            edit("filterTags: {pattern: a}, policy: {semver: {range: 1.x}}", &semver("1.x")),
            flow("policy: {semver: {range: 1.x}}")
        );
        assert_eq!(
            edit("policy: {semver: {range: 1.x}}, filterTags: {pattern: a}", &semver("1.x")),
            flow("policy: {semver: {range: 1.x}}")
        );
        let alphabetical = NewRule { rule: Rule::Alphabetical { order: Order::Desc }, filter: None };
        assert_eq!(
            edit("policy: {semver: {range: 1.x}}", &alphabetical),
            flow("policy: {alphabetical: {order: desc}}")
        );
    }

    #[test]
    fn what_cannot_be_edited_safely_is_refused_and_what_says_so_already_stays() {
        let text = file("  policy:\n    semver: &rule\n      range: 1.0.x\n");
        let shared = text.replace("name: other # stays", "name: *rule");
        let numerical = NewRule { rule: Rule::Numerical { order: Order::Asc }, filter: None };
        for (text, wanted) in [(shared.as_str(), &numerical), ("a: [", &numerical)] {
            assert!(with_rule(text.as_bytes(), &key(), wanted).is_err(), "{text}");
        }
        let other = ObjectKey::new("flux-system", "other");
        let asked = with_rule(text.as_bytes(), &other, &numerical);
        assert_eq!(asked, Err(RuleEditError::NoPolicy(other)));
        let same = with_rule(text.as_bytes(), &key(), &semver("1.0.x")).expect("nothing to do");
        assert_eq!((same.bytes.as_slice(), same.edits.len()), (text.as_bytes(), 0));
    }

    #[test]
    fn any_range_and_any_pattern_reads_back_as_it_was_wanted() {
        for text in
            ["*", ">1", "1.10", "a: b", "x # y", "- z", "'", "\"", "\\d+", "é", "~", "true", "{a}", "[b]", "a, b"]
        {
            for spec in ["  policy:\n    semver:\n      range: 1.0.x\n", "  policy: {semver: {range: x}}\n"] {
                let wanted = filtered(semver(text), text, text);
                let done = edited(spec, &wanted);
                let read = flux::read(done.as_bytes());
                let policy = policy_in(&read, &key()).expect("it is there");
                assert_eq!(
                    (policy.rule.as_ref(), policy.filter.as_ref()),
                    (Some(&wanted.rule), wanted.filter.as_ref())
                );
                assert!(done.ends_with("---\nkind: ConfigMap\nmetadata:\n  name: other # stays\n"), "{done}");
            }
        }
    }
}
