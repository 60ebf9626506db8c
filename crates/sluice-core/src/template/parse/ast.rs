//! The tree of a parsed template: what Go's `text/template/parse` calls nodes.

/// Where a node begins, as a byte offset in the template.
pub(crate) type Offset = usize;

/// A sequence of nodes.
pub(crate) type List = Vec<Node>;

/// One thing that a template does.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    /// Text outside of actions, already trimmed.
    Text(String),
    /// `{{ pipeline }}`.
    Action(Pipe),
    /// `{{ if }}`.
    If(Branch),
    /// `{{ with }}`.
    With(Branch),
    /// `{{ range }}`.
    Range(Branch),
    /// `{{ template "name" pipeline }}`, and what is left of `{{ block }}`.
    Template { at: Offset, name: String, pipe: Option<Pipe> },
    /// `{{ break }}`.
    Break,
    /// `{{ continue }}`.
    Continue,
}

/// The shape that `if`, `with` and `range` share.
#[derive(Debug, Clone)]
pub(crate) struct Branch {
    /// Where the keyword stands.
    pub(crate) at: Offset,
    /// The value that decides.
    pub(crate) pipe: Pipe,
    /// What follows when it is not empty.
    pub(crate) then: List,
    /// What follows otherwise.
    pub(crate) otherwise: List,
}

/// Commands joined by `|`, and the variables that take the result.
#[derive(Debug, Clone)]
pub(crate) struct Pipe {
    /// Where the pipeline begins.
    pub(crate) at: Offset,
    /// Variables with their `$`.
    pub(crate) variables: Vec<String>,
    /// `=` instead of `:=`.
    pub(crate) assigns: bool,
    /// Never empty.
    pub(crate) commands: Vec<Command>,
}

/// A function, method or value and its arguments.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    /// Never empty.
    pub(crate) words: Vec<Word>,
}

/// An operand and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    /// Where it stands.
    pub(crate) at: Offset,
    /// What it is.
    pub(crate) expr: Expr,
}

/// An operand.
#[derive(Debug, Clone)]
pub(crate) enum Expr {
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true` or `false`
    Bool(bool),
    /// A string constant, decoded.
    Text(String),
    /// A number or character constant.
    Number(Number),
    /// `.A.B`
    Field(Vec<String>),
    /// `$x.A.B`
    Variable(String, Vec<String>),
    /// A function.
    Function(String),
    /// `( pipeline )`
    Pipe(Box<Pipe>),
    /// `(operand).A.B`
    Chain(Box<Word>, Vec<String>),
}

/// A constant: Go keeps it untyped until it knows the parameter it is given to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Number {
    /// As written.
    pub(crate) text: String,
    /// The value where it is a whole number.
    pub(crate) int: Option<i64>,
    /// The value where it is a whole number that is not negative.
    pub(crate) uint: Option<u64>,
    /// The value as a floating-point number.
    pub(crate) float: Option<f64>,
}

impl Number {
    /// Whether it is a float when nothing says what it should be (`text/template`, `idealConstant`).
    pub(crate) fn is_float_by_itself(&self) -> bool {
        let hex = self.text.trim_start_matches(['+', '-']).to_ascii_lowercase().starts_with("0x");
        let hex_int = hex && !self.text.contains(['p', 'P']);
        let rune = self.text.starts_with('\'');
        self.float.is_some() && !hex_int && !rune && self.text.contains(['.', 'e', 'E', 'p', 'P'])
    }
}
