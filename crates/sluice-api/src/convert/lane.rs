//! Lanes of the timeline: one a release line, newest on top, everything else last.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use jiff::Timestamp;
use sluice_core::version::Version;

use super::count;
use crate::view::timeline::{Lane, LaneKind};

/// What a tag's lane is named after.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Line {
    /// `major.minor`.
    Release(u64, u64),
    /// `major.minor` and the word of its pre-releases.
    Prerelease(u64, u64, String),
    /// What stands before a build's number, date or commit.
    Branch(String),
    /// Everything else.
    Other,
}

/// A tag to be put in a lane.
#[derive(Debug, Clone, Copy)]
pub struct LaneTag<'t> {
    /// The tag.
    pub tag: &'t str,
    /// Where it stands on the axis.
    pub at: Timestamp,
    /// The policy could choose it.
    pub matches: bool,
}

/// The lanes of some tags.
#[derive(Debug)]
pub struct Lanes {
    /// The lanes, top to bottom.
    pub lanes: Vec<Lane>,
    /// For each tag, in the order given, its lane's place.
    pub of_tags: Vec<u32>,
}

/// Puts tags in lanes. A branch with a single tag is no lane of its own.
pub fn lanes(tags: &[LaneTag<'_>]) -> Lanes {
    let mut lines: Vec<Line> = tags.iter().map(|tag| line_of(tag.tag)).collect();
    let mut branches: BTreeMap<String, usize> = BTreeMap::new();
    for line in &lines {
        if let Line::Branch(name) = line {
            *branches.entry(name.clone()).or_default() += 1;
        }
    }
    for line in &mut lines {
        if matches!(line, Line::Branch(name) if branches.get(name) == Some(&1)) {
            *line = Line::Other;
        }
    }
    let mut by_line: BTreeMap<Line, Lane> = BTreeMap::new();
    for (line, tag) in lines.iter().zip(tags) {
        let lane = by_line.entry(line.clone()).or_insert_with(|| empty(line, tag.at));
        lane.tags = lane.tags.saturating_add(1);
        lane.is_in_range |= tag.matches;
        lane.first_at = lane.first_at.min(tag.at);
        lane.last_at = lane.last_at.max(tag.at);
    }
    let mut ordered: Vec<(Line, Lane)> = by_line.into_iter().collect();
    ordered.sort_by(top_to_bottom);
    let places: BTreeMap<&Line, u32> = ordered.iter().enumerate().map(|(at, (line, _))| (line, count(at))).collect();
    let of_tags = lines.iter().map(|line| places.get(line).copied().unwrap_or_default()).collect();
    Lanes { of_tags, lanes: ordered.into_iter().map(|(_, lane)| lane).collect() }
}

/// What is printed under a mark where the lane says the rest: the pre-release of a tag in a pre-release's lane.
pub fn label(tag: &str) -> Option<&str> {
    match line_of(tag) {
        Line::Prerelease(..) => {
            Version::coerce(tag).ok().filter(|version| version.patch == 0).map(|version| version.prerelease)
        }
        _ => None,
    }
}

fn empty(line: &Line, at: Timestamp) -> Lane {
    let (name, kind) = match line {
        Line::Release(major, minor) => (format!("{major}.{minor}"), LaneKind::Release),
        Line::Prerelease(major, minor, word) => (format!("{major}.{minor}-{word}"), LaneKind::Prerelease),
        Line::Branch(name) => (name.clone(), LaneKind::Branch),
        Line::Other => (String::new(), LaneKind::Other),
    };
    Lane { name, kind, tags: 0, is_in_range: false, first_at: at, last_at: at }
}

fn top_to_bottom((a, of_a): &(Line, Lane), (b, of_b): &(Line, Lane)) -> Ordering {
    fn rank(line: &Line) -> (u8, Reverse<(u64, u64)>, bool) {
        match line {
            Line::Release(major, minor) => (0, Reverse((*major, *minor)), false),
            Line::Prerelease(major, minor, _) => (0, Reverse((*major, *minor)), true),
            Line::Branch(_) => (1, Reverse((0, 0)), false),
            Line::Other => (2, Reverse((0, 0)), false),
        }
    }
    rank(a).cmp(&rank(b)).then_with(|| of_b.last_at.cmp(&of_a.last_at)).then_with(|| a.cmp(b))
}

fn line_of(tag: &str) -> Line {
    let core = tag.split(['-', '+']).next().unwrap_or_default();
    // A lone number is a date or a build, not the version n.0.0.
    let version = core.contains('.').then(|| Version::coerce(tag).ok()).flatten();
    match version {
        Some(version) if version.prerelease.is_empty() => Line::Release(version.major, version.minor),
        Some(version) => {
            let word: String = version.prerelease.chars().take_while(char::is_ascii_alphabetic).collect();
            let word = if word.is_empty() { "pre".to_owned() } else { word };
            Line::Prerelease(version.major, version.minor, word)
        }
        None => branch_of(tag).map_or(Line::Other, |name| Line::Branch(name.to_owned())),
    }
}

/// What stands before the parts that a machine counts: `main` of `main-20261123-3f1c2a9`.
fn branch_of(tag: &str) -> Option<&str> {
    let mut name = tag;
    while let Some(at) = name.rfind(['-', '_', '.']) {
        if !is_counted(&name[at + 1..]) {
            break;
        }
        name = &name[..at];
    }
    (name.len() < tag.len() && name.contains(|c: char| c.is_ascii_alphabetic())).then_some(name)
}

/// A number, a date, or the beginning of a commit's id.
fn is_counted(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let is_hex = part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let is_date = part.bytes().take_while(u8::is_ascii_digit).count() >= 8;
    digits > 0 && (digits == part.len() || is_date || (is_hex && part.len() >= 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(day * 86_400).expect("a day")
    }

    fn names(tags: &[&str]) -> Vec<(String, u32)> {
        let tags: Vec<LaneTag<'_>> =
            tags.iter().zip(0..).map(|(tag, day)| LaneTag { tag, at: at(day), matches: false }).collect();
        lanes(&tags).lanes.into_iter().map(|lane| (lane.name, lane.tags)).collect()
    }

    #[test]
    fn the_newest_line_is_on_top_and_other_last() {
        let lanes =
            names(&["1.0.0", "latest", "1.1.0", "2.0.0-rc.1", "2.0.0-rc.2", "1.0.1", "v2.0.0", "main-1", "main-2"]);
        let expected = [("2.0", 1), ("2.0-rc", 2), ("1.1", 1), ("1.0", 2), ("main", 2), ("", 1)];
        assert_eq!(lanes, expected.map(|(name, tags)| (name.to_owned(), tags)));
    }

    #[test]
    fn branches_are_what_stands_before_counted_parts() {
        for (tag, branch) in [
            ("main-20261123", Some("main")),
            ("main-3f1c2a9-1700000000", Some("main")),
            ("feature-login-42", Some("feature-login")),
            ("build_2304", Some("build")),
            ("nightly.20261123T0405", Some("nightly")),
            ("20261123", None),
            ("2026-11-23", None),
            ("latest", None),
            ("stable-slim", None),
            ("dev-decade", None),
        ] {
            assert_eq!(branch_of(tag), branch, "{tag}");
        }
    }

    #[test]
    fn a_lone_branch_tag_is_no_lane() {
        assert_eq!(names(&["fix-login-1", "main-1", "main-2"]), [("main".to_owned(), 2), (String::new(), 1)]);
    }

    #[test]
    fn pre_releases_drop_what_their_lane_says() {
        assert_eq!(label("2.0.0-rc.1"), Some("rc.1"));
        assert_eq!(label("v2.0.0-beta2"), Some("beta2"));
        assert_eq!(label("2.0.1-rc.1"), None);
        assert_eq!(label("2.0.0"), None);
        assert_eq!(label("main-1"), None);
    }

    #[test]
    fn no_tags_no_lanes() {
        assert!(lanes(&[]).lanes.is_empty());
    }
}
