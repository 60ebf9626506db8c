//! Why a render stops, before it has a place; and the limits that keep a render short.

/// The longest text that a function may make, and the longest message: 1 MiB.
pub(crate) const LONGEST_TEXT: usize = 1 << 20;

/// The longest list that a function may make.
pub(crate) const LONGEST_LIST: usize = 100_000;

/// Values that are nested deeper can't be printed, compared or copied.
pub(crate) const DEEPEST_VALUE: usize = 64;

/// Actions, pipelines and templates that may be inside of each other while rendering.
pub(crate) const DEEPEST_CALL: usize = 90;

/// Steps that a render may take: nodes walked, functions called, hundreds of bytes and tens of items that functions make.
/// Enough to tell of 50,000 changes at length, spent in about a second.
pub(crate) const MOST_STEPS: usize = 4_000_000;

/// A failure, and where it happened once that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The cause, in Go's words where Go has some.
    pub(crate) message: String,
    /// The next step, where there is one to name.
    pub(crate) hint: Option<String>,
    /// Byte offset in the template.
    pub(crate) at: Option<usize>,
}

impl Fault {
    /// A failure with Go's words.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, at: None }
    }

    /// Says what to do about it.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says where it happened, unless that is known more closely already.
    pub(crate) fn at(mut self, offset: usize) -> Self {
        self.at.get_or_insert(offset);
        self
    }

    /// Says which function failed.
    pub(crate) fn in_call(mut self, name: &str) -> Self {
        if self.at.is_none() {
            self.message = format!("error calling {name}: {}", self.message);
        }
        self
    }

    /// A text beyond [`LONGEST_TEXT`].
    pub(crate) fn too_long() -> Self {
        Self::new(format!("the text would be longer than {LONGEST_TEXT} bytes"))
            .with_hint("a commit message is short: repeat, pad or indent less")
    }

    /// A list beyond [`LONGEST_LIST`].
    pub(crate) fn too_many() -> Self {
        Self::new(format!("the list would have more than {LONGEST_LIST} items")).with_hint("make a shorter list")
    }

    /// A value nested beyond [`DEEPEST_VALUE`].
    pub(crate) fn too_deep() -> Self {
        Self::new(format!("the value is nested more than {DEEPEST_VALUE} deep"))
            .with_hint("does a dictionary hold itself?")
    }
}
