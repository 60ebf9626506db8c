//! Regular expressions (sprig `regex.go`), in Go's syntax by [`crate::regexp`].

use crate::regexp::GoRegex;
use crate::template::call::{Call, Function, Param, fixed};
use crate::template::fault::{Fault, LONGEST_TEXT};
use crate::template::value::{Items, Value};

use Param::{Int, Text};

/// The table. Only `regexMatch` takes a wrong pattern for one that does not match.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("regexMatch", &[Text, Text], |call| {
        Ok(compiled(call).is_ok_and(|regex| regex.is_match(call.text(1))).into())
    }),
    fixed("mustRegexMatch", &[Text, Text], |call| Ok(compiled(call)?.is_match(call.text(1)).into())),
    fixed("regexFind", &[Text, Text], find),
    fixed("mustRegexFind", &[Text, Text], find),
    fixed("regexFindAll", &[Text, Text, Int], find_all),
    fixed("mustRegexFindAll", &[Text, Text, Int], find_all),
    fixed("regexReplaceAll", &[Text, Text, Text], replace_all),
    fixed("mustRegexReplaceAll", &[Text, Text, Text], replace_all),
    fixed("regexReplaceAllLiteral", &[Text, Text, Text], replace_all_literal),
    fixed("mustRegexReplaceAllLiteral", &[Text, Text, Text], replace_all_literal),
    fixed("regexSplit", &[Text, Text, Int], split),
    fixed("mustRegexSplit", &[Text, Text, Int], split),
    fixed("regexQuoteMeta", &[Text], |call| Ok(quote_meta(call.text(0)).into())),
];

fn compiled(call: &Call<'_>) -> Result<GoRegex, Fault> {
    call.budget.spend(20)?;
    GoRegex::new(call.text(0)).map_err(|wrong| Fault::new(wrong.to_string()))
}

fn find(call: &Call<'_>) -> Result<Value, Fault> {
    Ok(compiled(call)?.as_regex().find(call.text(1)).map_or("", |found| found.as_str()).into())
}

fn limit(count: i64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn find_all(call: &Call<'_>) -> Result<Value, Fault> {
    let regex = compiled(call)?;
    let found = regex.as_regex().find_iter(call.text(1)).take(limit(call.int(2)));
    let found: Vec<Value> = found.map(|found| found.as_str().into()).collect();
    Ok(if found.is_empty() { Value::nil_list(Items::Text) } else { Value::list(Items::Text, found) })
}

fn replace_all(call: &Call<'_>) -> Result<Value, Fault> {
    let regex = compiled(call)?;
    let (text, template) = (call.text(1), call.text(2));
    within_limit(&regex, text, template.len() + template.matches('$').count() * text.len())?;
    Ok(regex.replace_all(text, &regex.template(template)).into())
}

fn replace_all_literal(call: &Call<'_>) -> Result<Value, Fault> {
    let regex = compiled(call)?;
    let (text, new) = (call.text(1), call.text(2));
    within_limit(&regex, text, new.len())?;
    Ok(regex.as_regex().replace_all(text, regex::NoExpand(new)).into_owned().into())
}

/// Refuses a replacement that could grow beyond the limit before it is made.
fn within_limit(regex: &GoRegex, text: &str, each: usize) -> Result<(), Fault> {
    const MEMORY: usize = 16 * LONGEST_TEXT;
    let count = if each * (text.len() + 1) > MEMORY { regex.as_regex().find_iter(text).count() } else { 0 };
    if count.saturating_mul(each) > MEMORY { Err(Fault::too_long()) } else { Ok(()) }
}

/// `Regexp.Split`.
fn split(call: &Call<'_>) -> Result<Value, Fault> {
    let regex = compiled(call)?;
    let (text, count) = (call.text(1), call.int(2));
    if count == 0 {
        return Ok(Value::nil_list(Items::Text));
    }
    if !call.text(0).is_empty() && text.is_empty() {
        return Ok(Value::texts([""]));
    }
    let mut parts = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for found in regex.as_regex().find_iter(text).take(limit(count)) {
        if count > 0 && parts.len() + 1 == limit(count) {
            break;
        }
        end = found.start();
        if found.end() != 0 {
            parts.push(&text[begin..end]);
        }
        begin = found.end();
    }
    if end != text.len() {
        parts.push(&text[begin..]);
    }
    Ok(Value::texts(parts))
}

fn quote_meta(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
