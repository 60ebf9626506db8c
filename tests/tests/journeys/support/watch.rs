//! A watch over secrets: everything that is said and written while it is held is looked through for them.

use std::fs;
use std::path::Path;

use super::{Desk, Run};

/// Everything that was said, and the secrets that must not be in it.
pub(crate) struct Watch<'d> {
    pub(crate) desk: &'d Desk,
    pub(crate) said: String,
    pub(crate) secrets: Vec<String>,
}

impl<'d> Watch<'d> {
    pub(crate) fn new(desk: &'d Desk, secrets: Vec<String>) -> Self {
        let watch = Self { desk, said: String::new(), secrets };
        let first = watch.secrets.first().expect("there are secrets");
        assert!(!watch.leaks(format!("xx{first}xx").as_bytes()).is_empty(), "the watch is blind");
        watch
    }

    /// Runs `sluice WORDS…` with everything it can say.
    pub(crate) fn run(&mut self, words: &[&str]) -> Run {
        let run = self.desk.sluice(&[&["-vv"], words].concat());
        self.said.push_str(&run.stdout);
        self.said.push_str(&run.stderr);
        run
    }

    /// Keeps a credential.
    pub(crate) fn keep(&mut self, words: &[&str], secret: &str) {
        self.give(&[&["credential", "add"], words].concat(), secret).exits(0);
    }

    /// Runs `sluice WORDS…` with a secret on standard input.
    pub(crate) fn give(&mut self, words: &[&str], secret: &str) -> Run {
        let run = self.desk.sluice_with_input(&[&["-vv"], words].concat(), secret);
        self.said.push_str(&run.stdout);
        self.said.push_str(&run.stderr);
        run
    }

    /// Looks through all that was said and written.
    #[track_caller]
    pub(crate) fn found_nothing(&self) {
        assert!(self.said.len() > 10_000, "hardly anything was said: {}", self.said.len());
        let leaks = self.leaks(self.said.as_bytes());
        let first = leaks.first().and_then(|leak| self.said.lines().find(|line| line.contains(leak)));
        assert!(leaks.is_empty(), "{leaks:?} was said: {first:?}");
        let mut files = 0;
        self.look_through(self.desk.folder(), &mut files);
        assert!(files > 10, "there are hardly any files: {files}");
    }

    /// The secrets that are in a text.
    pub(crate) fn leaks(&self, bytes: &[u8]) -> Vec<&str> {
        let is_in = |secret: &&String| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        self.secrets.iter().filter(is_in).map(String::as_str).collect()
    }

    fn look_through(&self, folder: &Path, files: &mut usize) {
        for entry in fs::read_dir(folder).expect("the folder can be listed") {
            let path = entry.expect("the folder can be listed").path();
            if path.is_dir() {
                self.look_through(&path, files);
            } else {
                *files += 1;
                let leaks = self.leaks(&fs::read(&path).expect("the file can be read"));
                assert!(leaks.is_empty(), "{} holds {leaks:?}", path.display());
            }
        }
    }
}

/// The forms in which a password goes over the wire or lies in a file.
pub(crate) fn forms(name: &str, secret: &str) -> Vec<String> {
    use base64::Engine as _;
    let encoded = |text: &str| base64::engine::general_purpose::STANDARD_NO_PAD.encode(text);
    vec![secret.to_owned(), encoded(secret), encoded(&format!("{name}:{secret}"))]
}
