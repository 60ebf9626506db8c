//! The help is part of the product: every verb has examples, and the examples are command lines that are understood.

mod run;

use run::sluice;

/// Every verb that the help of `words` lists.
fn verbs_below(words: &[&str]) -> Vec<String> {
    let mut line = words.to_vec();
    line.push("--help");
    let help = sluice(&line);
    assert_eq!(help.code, 0, "{help:?}");
    let commands =
        help.stdout.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = commands.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

/// Every verb that does something, as words.
fn verbs() -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for verb in verbs_below(&[]) {
        let below = verbs_below(&[&verb]);
        if below.is_empty() {
            found.push(vec![verb]);
        } else {
            found.extend(below.into_iter().map(|sub| vec![verb.clone(), sub]));
        }
    }
    assert!(found.len() >= 2, "{found:?}");
    found
}

#[test]
fn every_verb_has_examples_of_itself() {
    for verb in verbs() {
        let mut line: Vec<&str> = verb.iter().map(String::as_str).collect();
        let name = format!("sluice {}", line.join(" "));
        line.push("--help");
        let help = sluice(&line).stdout;
        let examples: Vec<&str> =
            help.lines().skip_while(|line| *line != "Examples:").skip(1).take_while(|line| !line.is_empty()).collect();
        assert!(!examples.is_empty(), "{name} has no examples:\n{help}");
        assert!(
            examples.iter().all(|line| line.contains(&name)),
            "{name} has examples of something else: {examples:?}"
        );
    }
}

#[test]
fn every_example_is_a_command_line_that_is_understood() {
    for verb in verbs() {
        let mut line: Vec<&str> = verb.iter().map(String::as_str).collect();
        line.push("--help");
        let help = sluice(&line).stdout;
        let examples = help.lines().skip_while(|line| *line != "Examples:").skip(1).take_while(|line| !line.is_empty());
        for example in examples {
            let words = words_of(example);
            // `--help` is looked at last of all arguments, so it succeeds only where everything before it is understood.
            let mut line: Vec<&str> = words.iter().map(String::as_str).collect();
            line.push("--help");
            let run = sluice(&line);
            assert_eq!(run.code, 0, "{example}: {run:?}");
        }
    }
}

/// The words after `sluice` of one example, up to a redirection or a pipe, with single quotes undone.
fn words_of(example: &str) -> Vec<String> {
    let line = example.split_once("sluice ").map_or("", |(_, line)| line);
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars().chain([' ']) {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    words.into_iter().take_while(|word| !matches!(word.as_str(), ">" | "|" | "<")).collect()
}

#[test]
fn no_colour_is_printed_where_no_terminal_reads() {
    for line in [&["--help"][..], &["policy", "test", "--semver", "1.x", "1.0.0", "2.0.0"], &["nonsense"]] {
        let run = sluice(line);
        assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{run:?}");
    }
}

#[test]
fn usage_errors_are_json_where_json_was_asked_for() {
    let run = sluice(&["nonsense", "-o", "json"]);
    let error: serde_json::Value = serde_json::from_str(&run.stderr).expect("an object");
    assert_eq!((run.code, error["error"]["code"].as_str()), (2, Some("usage")));
}

#[test]
fn completions_know_the_verbs() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = sluice(&["completions", shell]);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(run.stdout.contains("policy") && run.stdout.contains("completions"), "{shell}");
    }
}
