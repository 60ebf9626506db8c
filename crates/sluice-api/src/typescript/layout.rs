//! Line breaks and indents for declarations, which ts-rs gives without any: one field or variant a line, with its
//! documentation above it.

/// Unions up to this width stay in one line.
const WIDTH: usize = 110;

/// A declaration with its documentation, exported.
pub(super) fn declaration(docs: &str, declaration: &str) -> String {
    let mut layout = Layout::default();
    let mut rest = docs.trim();
    if let Some(comment) = take_comment(&mut rest) {
        layout.comment(comment);
    }
    layout.word("export ");
    let mut rest = declaration.trim();
    while !rest.is_empty() {
        layout.step(&mut rest);
    }
    let text = layout.out.trim_end().to_owned() + "\n";
    break_union(text)
}

#[derive(Default)]
struct Layout {
    out: String,
    /// Open braces.
    indent: usize,
    /// For each open brace, the angle and square brackets that are open in it.
    brackets: Vec<usize>,
}

impl Layout {
    /// Takes one piece off the front and writes it.
    fn step(&mut self, rest: &mut &str) {
        if let Some(comment) = take_comment(rest) {
            return self.comment(comment);
        }
        if let Some(text) = take_string(rest) {
            let is_key = rest.starts_with(':') && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'"');
            return self.word(if is_key { text.trim_matches('"') } else { text });
        }
        let mut letters = rest.chars();
        let Some(letter) = letters.next() else { return };
        *rest = letters.as_str();
        match letter {
            '{' => {
                self.word("{");
                self.indent += 1;
                self.brackets.push(0);
                self.line();
            }
            '}' => {
                self.end_field();
                self.indent = self.indent.saturating_sub(1);
                self.brackets.pop();
                self.line();
                self.word("}");
            }
            ',' if self.brackets.last() == Some(&0) => {
                self.end_field();
                self.line();
            }
            letter if letter.is_whitespace() => {
                if !self.out.ends_with(char::is_whitespace) {
                    self.out.push(' ');
                }
            }
            letter => {
                if let Some(open) = self.brackets.last_mut() {
                    match letter {
                        '<' | '[' | '(' => *open += 1,
                        '>' | ']' | ')' => *open = open.saturating_sub(1),
                        _ => {}
                    }
                }
                self.out.push(letter);
            }
        }
    }

    fn word(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Begins a line, unless one has just begun.
    fn line(&mut self) {
        self.out.truncate(self.out.trim_end().len());
        if !self.out.is_empty() {
            self.out.push('\n');
            self.out.push_str(&"  ".repeat(self.indent));
        }
    }

    fn end_field(&mut self) {
        self.out.truncate(self.out.trim_end().len());
        if !self.out.ends_with(['{', ';']) {
            self.out.push(';');
        }
    }

    fn comment(&mut self, comment: &str) {
        let lines: Vec<&str> = comment
            .lines()
            .map(|line| line.trim_start().trim_start_matches("/**").trim_start_matches('*').trim())
            .filter(|line| !line.is_empty() && *line != "/")
            .collect();
        self.line();
        if let [line] = lines.as_slice() {
            self.out.push_str(&format!("/** {line} */"));
        } else {
            self.out.push_str("/**");
            for line in lines {
                self.line();
                self.out.push_str(&format!(" * {line}"));
            }
            self.line();
            self.out.push_str(" */");
        }
        self.line_after_comment();
    }

    fn line_after_comment(&mut self) {
        self.out.push('\n');
        self.out.push_str(&"  ".repeat(self.indent));
    }
}

/// Takes a comment off the front.
fn take_comment<'t>(rest: &mut &'t str) -> Option<&'t str> {
    let end = rest.starts_with("/**").then(|| rest.find("*/")).flatten()?;
    let (comment, after) = rest.split_at(end);
    *rest = after.strip_prefix("*/").unwrap_or(after);
    Some(comment)
}

/// Takes a quoted text off the front. ts-rs escapes nothing in names, and ours hold no quotes.
fn take_string<'t>(rest: &mut &'t str) -> Option<&'t str> {
    let inner = rest.strip_prefix('"')?;
    let (text, after) = rest.split_at(inner.find('"')? + 2);
    *rest = after;
    Some(text)
}

/// Puts each variant of a wide union on its own line.
fn break_union(text: String) -> String {
    let Some(at) = text.find(" = ") else { return text };
    let (head, body) = (&text[..at], &text[at + 3..]);
    let is_union = variants(body).len() > 1;
    let is_wide = body.contains('\n') && body.trim_end().contains('\n') || text.lines().any(|line| line.len() > WIDTH);
    if !is_union || !is_wide {
        return text;
    }
    let mut out = format!("{head} =");
    for variant in variants(body) {
        out.push_str("\n  | ");
        out.push_str(&variant.trim().replace('\n', "\n    "));
    }
    out.push('\n');
    out
}

/// The variants of a union, outside of all braces and brackets.
fn variants(body: &str) -> Vec<&str> {
    let (mut variants, mut from, mut depth) = (Vec::new(), 0_usize, 0_usize);
    let mut at = 0;
    while let Some(letter) = body[at..].chars().next() {
        let mut rest = &body[at..];
        if take_comment(&mut rest).is_some() || take_string(&mut rest).is_some() {
            at = body.len() - rest.len();
            continue;
        }
        match letter {
            '{' | '<' | '[' | '(' => depth += 1,
            '}' | '>' | ']' | ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                variants.push(&body[from..at]);
                from = at + 1;
            }
            _ => {}
        }
        at += letter.len_utf8();
    }
    variants.push(&body[from..]);
    variants
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_laid_out_a_field_a_line() {
        let docs = "/**\n * A place.\n * In a file.\n */\n";
        for (given, expected) in [
            (
                "type A = { \n/**\n * The path, with `/`.\n */\npath: string, \n/**\n * Pairs.\n */\n\"all\": Array<[string, B]>, };",
                "/**\n * A place.\n * In a file.\n */\nexport type A = {\n  /** The path, with `/`. */\n  path: string;\n  /** Pairs. */\n  all: Array<[string, B]>;\n};\n",
            ),
            (
                "type B = { \"do\": \"read\" } | { \"do\": \"show\", \n/**\n * Which | what.\n */\npage: C | null, };",
                "/**\n * A place.\n * In a file.\n */\nexport type B =\n  | {\n      do: \"read\";\n    }\n  | {\n      do: \"show\";\n      /** Which | what. */\n      page: C | null;\n    };\n",
            ),
            ("type C = \"a\" | \"b\";", "/**\n * A place.\n * In a file.\n */\nexport type C = \"a\" | \"b\";\n"),
        ] {
            assert_eq!(declaration(docs, given), expected);
        }
    }
}
