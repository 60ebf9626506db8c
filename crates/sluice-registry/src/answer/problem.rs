//! What a registry or token server says when it refuses (OCI distribution specification, "Error codes").

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Problems {
    errors: Vec<Problem>,
}

#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    code: Value,
    #[serde(default)]
    message: Value,
}

/// The words of an error's body: `CODE: message` joined with `; `, an OAuth2 error (RFC 6749 section 5.2), a lone
/// `message` or `details`, or else the text itself. Not yet fit to be shown: it still has to be cleaned.
pub fn read(bytes: &[u8]) -> String {
    if let Ok(Problems { errors }) = serde_json::from_slice(bytes) {
        let said: Vec<String> = errors.iter().map(Problem::text).filter(|text| !text.is_empty()).collect();
        if !said.is_empty() {
            return said.join("; ");
        }
    }
    if let Ok(Value::Object(object)) = serde_json::from_slice(bytes) {
        let keys = ["error", "error_description", "message", "details", "detail"];
        let said: Vec<&str> = keys.iter().filter_map(|key| object.get(*key)?.as_str()).collect();
        if !said.is_empty() {
            return said.join(": ");
        }
    }
    let text = String::from_utf8_lossy(bytes);
    if looks_like_html(&text) { title(&text) } else { text.into_owned() }
}

impl Problem {
    fn text(&self) -> String {
        match (scalar(&self.code), scalar(&self.message)) {
            (Some(code), Some(message)) => format!("{code}: {message}"),
            (Some(text), None) | (None, Some(text)) => text,
            (None, None) => String::new(),
        }
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn looks_like_html(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// A page's title; the page itself would only be noise.
fn title(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    let title = lower.find("<title>").and_then(|start| {
        let start = start + "<title>".len();
        let end = lower[start..].find('<')? + start;
        Some(page[start..end].trim())
    });
    title.map_or_else(|| "a web page".to_owned(), |title| format!("a web page titled `{title}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_found_wherever_servers_put_them() {
        let cases = [
            (
                r#"{"errors":[{"code":"NAME_UNKNOWN","message":"no such name","detail":{"x":1}}]}"#,
                "NAME_UNKNOWN: no such name",
            ),
            (r#"{"errors":[{"code":"A","message":"b"},{"message":"c"},{"code":429}]}"#, "A: b; c; 429"),
            (r#"{"error":"invalid_grant","error_description":"expired"}"#, "invalid_grant: expired"),
            (r#"{"details":"incorrect username or password"}"#, "incorrect username or password"),
            (r#"{"errors":[]}"#, r#"{"errors":[]}"#),
            ("plain", "plain"),
            ("<!DOCTYPE html><html><title> Sign in </title>", "a web page titled `Sign in`"),
            ("<html>", "a web page"),
            ("", ""),
        ];
        for (body, words) in cases {
            assert_eq!(read(body.as_bytes()), words, "{body}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_body_has_words(bytes: Vec<u8>, html in "<html>.{0,40}<title>.{0,40}") {
            let _ = read(&bytes);
            let _ = read(html.as_bytes());
        }
    }
}
