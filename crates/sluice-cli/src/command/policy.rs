//! `sluice policy test`: which tag a policy chooses, and why it passes over the others.

use std::borrow::Cow;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::{Serialize, Serializer};
use sluice_core::policy::{Counts, Decision, Order, Policy, PolicyError, Rule, TagFilter};

use crate::error::CliError;
use crate::exit::Exit;
use crate::input::read_text;
use crate::output::{Cell, Report, Screen, Table, Tone, exit_if_any, visible, warn};

const EXAMPLES: &str = "\
Examples:
  sluice policy test --semver 1.0.x 1.0.0 1.0.1 1.1.0
  skopeo list-tags docker://docker.io/library/redis | sluice policy test --semver '>=7 <8' --tags -
  sluice policy test --numerical asc --filter '^main-.*-(?P<n>[0-9]+)$' --extract '$n' --tags FILE

Exit codes: 0 a tag was chosen, 2 the policy is invalid, 3 no tag was chosen";

/// How many passed-over tags a table shows before it says how many more there are.
const ROWS: usize = 40;

/// Try image policies
#[derive(Debug, Args)]
pub(crate) struct PolicyVerbs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Test(Box<PolicyTest>),
}

impl PolicyVerbs {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen) -> Result<Exit, CliError> {
        match &self.verb {
            Verb::Test(test) => test.run(screen),
        }
    }
}

/// Show which tag a policy chooses, and why it passes over the others
///
/// The rule, the filter and their syntax are those of Flux's ImagePolicy: exactly one of --semver, --numerical and
/// --alphabetical. Nothing is asked of a registry.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PolicyTest {
    #[command(flatten)]
    rule: RuleArguments,
    /// Look only at tags that match this pattern (Go's RE2 syntax), as filterTags.pattern
    #[arg(long, value_name = "PATTERN", allow_hyphen_values = true)]
    filter: Option<String>,
    /// Rank what this template takes from the match instead of the tag, as filterTags.extract
    #[arg(long, value_name = "TEMPLATE", allow_hyphen_values = true)]
    extract: Option<String>,
    /// Read the tags from a file, or from standard input for `-`: one a line, a JSON list, or a registry's tags/list
    #[arg(long, value_name = "FILE", conflicts_with = "words")]
    tags: Option<PathBuf>,
    /// The tags
    #[arg(value_name = "TAG")]
    words: Vec<String>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct RuleArguments {
    /// The highest version in this range, such as 1.0.x, ~1.2 or '>=1.0.0 <2.0.0'
    #[arg(long, value_name = "RANGE", allow_hyphen_values = true)]
    semver: Option<String>,
    /// The greatest (asc) or smallest (desc) number
    #[arg(long, value_name = "ORDER", value_parser = order)]
    numerical: Option<Order>,
    /// The last (asc) or first (desc) in the order of bytes
    #[arg(long, value_name = "ORDER", value_parser = order)]
    alphabetical: Option<Order>,
}

/// `asc`, `desc`, or empty for Flux's default, which is asc.
fn order(word: &str) -> Result<Order, String> {
    match word {
        "asc" | "" => Ok(Order::Asc),
        "desc" => Ok(Order::Desc),
        _ => Err("the order is asc or desc".to_owned()),
    }
}

impl PolicyTest {
    fn run(&self, screen: &Screen) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let filter = TagFilter {
            pattern: self.filter.clone().unwrap_or_default(),
            extract: self.extract.clone().unwrap_or_default(),
        };
        let policy = match Policy::compile(&self.rule(), Some(&filter)) {
            Ok(policy) => policy,
            Err(error) => return refuse(&error, screen),
        };
        for group in filter.unknown_groups() {
            warn(&format!(
                "--extract names the group `{group}`, which --filter does not define: it stands for nothing"
            ));
        }
        let text = self.read_text()?;
        let tags = self.tags_of(&text)?;
        let decision = policy.decide(&tags);
        screen.print(&Verdict::of(&decision))?;
        Ok(exit_if_any(decision.chosen().is_some()))
    }

    fn rule(&self) -> Rule {
        match (&self.rule.semver, self.rule.alphabetical, self.rule.numerical) {
            (Some(range), _, _) => Rule::Semver { range: range.clone() },
            (None, Some(order), _) => Rule::Alphabetical { order },
            (None, None, order) => Rule::Numerical { order: order.unwrap_or_default() },
        }
    }

    /// What the tags stand in; nothing where they are named as words.
    fn read_text(&self) -> Result<String, CliError> {
        match &self.tags {
            Some(file) => read_text(file),
            None if !self.words.is_empty() => Ok(String::new()),
            None if std::io::stdin().is_terminal() => {
                Err(CliError::Usage { message: "no tags: name them, or read them with --tags FILE".to_owned() })
            }
            None => read_text(Path::new("-")),
        }
    }

    fn tags_of<'t>(&'t self, text: &'t str) -> Result<Vec<Cow<'t, str>>, CliError> {
        if self.tags.is_none() && !self.words.is_empty() {
            return Ok(self.words.iter().map(|word| Cow::Borrowed(word.as_str())).collect());
        }
        parse_tags(text, self.tags.as_deref().unwrap_or(Path::new("-")))
    }
}

/// An invalid policy chooses nothing, says why in the same shape, and is an error.
fn refuse(error: &PolicyError, screen: &Screen) -> Result<Exit, CliError> {
    if screen.format.is_machine_readable() {
        let problem = Problem { code: error.code().to_owned(), message: error.to_string(), hint: error.hint() };
        screen.print(&Verdict {
            chosen: None,
            passed_over: PassedOver(None),
            problem: Some(problem),
            counts: Counts::default(),
        })?;
    }
    Err(CliError::Invalid { code: error.code(), message: error.to_string(), hint: Some(error.hint()) })
}

/// Tags as people have them: lines, `["a", "b"]`, or `{"tags": […]}` as the distribution API and skopeo print it.
fn parse_tags<'t>(text: &'t str, file: &Path) -> Result<Vec<Cow<'t, str>>, CliError> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let failed = |error: serde_json::Error| {
        let message = format!("the tags in {} are not valid JSON: {error}", file.display());
        CliError::invalid(
            "tags-unreadable",
            message,
            "give one tag a line, [\"a\", \"b\"] or {\"tags\": [\"a\", \"b\"]}",
        )
    };
    if start.starts_with('[') {
        return serde_json::from_str(start).map(owned).map_err(failed);
    }
    if start.starts_with('{') {
        #[derive(serde::Deserialize)]
        struct TagList {
            #[serde(alias = "Tags")]
            tags: Option<Vec<String>>,
        }
        return serde_json::from_str::<TagList>(start).map(|list| owned(list.tags.unwrap_or_default())).map_err(failed);
    }
    Ok(start.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(Cow::Borrowed).collect())
}

fn owned<'t>(tags: Vec<String>) -> Vec<Cow<'t, str>> {
    tags.into_iter().map(Cow::Owned).collect()
}

/// What was decided over tags that are named or stand in a file.
type Decided<'d> = Decision<'d, Cow<'d, str>>;

/// The JSON of `policy test`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verdict<'d> {
    chosen: Option<Chosen<'d>>,
    passed_over: PassedOver<'d>,
    problem: Option<Problem>,
    #[serde(skip)]
    counts: Counts,
}

#[derive(Debug, Serialize)]
struct Chosen<'d> {
    tag: &'d str,
}

/// Every tag that was not chosen. Reasons are worded one after the other as they are printed: of a hundred thousand, a
/// table shows forty.
struct PassedOver<'d>(Option<&'d Decided<'d>>);

#[derive(Debug, Serialize)]
struct Passed<'d> {
    tag: &'d str,
    reason: &'static str,
    detail: String,
}

#[derive(Debug, Serialize)]
struct Problem {
    code: String,
    message: String,
    hint: String,
}

impl<'d> PassedOver<'d> {
    fn iter(&self) -> impl Iterator<Item = Passed<'d>> + use<'d> {
        self.0.into_iter().flat_map(Decision::passed_over).map(|passed| Passed {
            tag: passed.tag,
            reason: passed.reason.code(),
            detail: passed.reason.detail(),
        })
    }
}

impl Serialize for PassedOver<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'d> Verdict<'d> {
    fn of(decision: &'d Decided<'d>) -> Self {
        Self {
            chosen: decision.chosen().map(|tag| Chosen { tag }),
            passed_over: PassedOver(Some(decision)),
            problem: decision.problem().map(|problem| Problem {
                code: problem.code.as_str().to_owned(),
                message: problem.message.clone(),
                hint: problem.hint.clone(),
            }),
            counts: decision.counts(),
        }
    }
}

impl Report for Verdict<'_> {
    fn text(&self, screen: &Screen) -> String {
        let mut text = match (&self.chosen, &self.problem) {
            (Some(chosen), _) => format!("{} {}", Tone::Good.paint("chosen:"), visible(chosen.tag)),
            (None, Some(problem)) => format!(
                "{} {}\n{} {}",
                Tone::Warning.paint("nothing chosen:"),
                visible(&problem.message),
                Tone::Note.paint("hint:"),
                visible(&problem.hint)
            ),
            (None, None) => Tone::Warning.paint("nothing chosen"),
        };
        text.push_str(&format!("\n{}", summary(&self.counts)));
        let mut passed_over = self.passed_over.iter().peekable();
        if passed_over.peek().is_some() {
            let mut table = Table::new(["tag", "reason", "detail"]);
            for passed in passed_over.by_ref().take(ROWS) {
                table.row([passed.tag.into(), Cell::toned(Tone::Faint, passed.reason), passed.detail.as_str().into()]);
            }
            text.push_str("\n\n");
            text.push_str(&table.text(screen));
        }
        let more = self.passed_over.0.map_or(0, Decision::passed_over_count).saturating_sub(ROWS);
        if more > 0 {
            text.push_str(&format!("\n… and {more} more; -o json lists them all"));
        }
        text
    }
}

/// `3 tags, 1 left out by the filter, 1 outside the rule`.
fn summary(counts: &Counts) -> String {
    let mut parts = vec![format!("{} tag{}", counts.tags, if counts.tags == 1 { "" } else { "s" })];
    for (count, what) in [
        (counts.excluded, "left out by the exclusion list"),
        (counts.filtered, "left out by the filter"),
        (counts.outside, "outside the rule"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_people_have_them() {
        for (text, tags) in [
            ("1.0.0\n1.0.1\n", vec!["1.0.0", "1.0.1"]),
            ("1.0.0\r\n\r\n 1 0 \r\n", vec!["1.0.0", " 1 0"]),
            ("\u{feff}[\"a\", \"b\"]", vec!["a", "b"]),
            ("{\"name\": \"x\", \"tags\": [\"a\"]}", vec!["a"]),
            ("{\"Repository\": \"x\", \"Tags\": [\"a\"]}", vec!["a"]),
            ("{\"name\": \"x\", \"tags\": null}", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(parse_tags(text, Path::new("f")).expect("it is a list of tags"), tags, "{text:?}");
        }
        assert!(parse_tags("[1, 2]", Path::new("f")).is_err());
    }
}
