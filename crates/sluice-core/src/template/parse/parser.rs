//! The grammar of Go's `text/template/parse/parse.go`.

use std::collections::BTreeMap;

use super::ast::{Branch, Command, Expr, List, Node, Pipe, Word};
use super::lexer::{Kind, Token, tokens};
use super::literal;
use super::{Problem, problem};

/// Actions and parentheses may be nested this deep; the evaluator's stack is sized by it.
const DEEPEST: usize = 60;

/// What is known about a function's name.
pub(crate) enum Known {
    /// It may be called.
    Yes,
    /// It exists for Flux, and Sluice refuses it: why, and what to do.
    Refused { message: String, hint: String },
    /// There is no such function.
    No,
}

/// Tells about a function's name.
pub(crate) type Functions<'f> = &'f dyn Fn(&str) -> Known;

/// A parsed template: its own nodes, and those of each template that it defines.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    /// The template itself.
    pub(crate) main: List,
    /// `{{ define }}` and `{{ block }}`.
    pub(crate) defined: BTreeMap<String, List>,
}

/// Parses a template.
///
/// # Errors
/// The first thing that Go's parser would refuse, functions that don't exist included.
pub(crate) fn parse(source: &str, functions: Functions<'_>) -> Result<Tree, Problem> {
    let tokens = tokens(source)?;
    let mut parser = Parser { tokens, next: 0, functions, scope: Scope::new(), depth: 0, defined: BTreeMap::new() };
    let main = parser.top()?;
    Ok(Tree { main, defined: parser.defined })
}

/// Variables in sight and loops around, of one template.
struct Scope {
    variables: Vec<String>,
    loops: usize,
}

impl Scope {
    fn new() -> Self {
        Self { variables: vec!["$".to_owned()], loops: 0 }
    }
}

struct Parser<'t, 'f> {
    tokens: Vec<Token<'t>>,
    next: usize,
    functions: Functions<'f>,
    scope: Scope,
    depth: usize,
    defined: BTreeMap<String, List>,
}

/// What ended a list of nodes.
#[derive(PartialEq)]
enum Ended {
    End,
    Else,
}

/// A node, or the word that ends the list it would be in.
enum Item {
    Node(Node),
    Ended(Ended, usize),
}

fn is_empty_tree(nodes: &List) -> bool {
    nodes.iter().all(|node| matches!(node, Node::Text(text) if text.trim().is_empty()))
}

impl<'t> Parser<'t, '_> {
    fn peek(&self) -> Token<'t> {
        let last = self.tokens.len() - 1;
        self.tokens[self.next.min(last)]
    }

    fn take(&mut self) -> Token<'t> {
        let token = self.peek();
        self.next += 1;
        token
    }

    fn skip_space(&mut self) {
        while self.peek().kind == Kind::Space {
            self.next += 1;
        }
    }

    fn peek_word(&mut self) -> Token<'t> {
        self.skip_space();
        self.peek()
    }

    fn take_word(&mut self) -> Token<'t> {
        self.skip_space();
        self.take()
    }

    fn unexpected(&self, token: Token<'_>, context: &str) -> Problem {
        let found = match token.kind {
            Kind::Eof => "unexpected EOF".to_owned(),
            Kind::Block
            | Kind::Break
            | Kind::Continue
            | Kind::Define
            | Kind::Else
            | Kind::End
            | Kind::If
            | Kind::Range
            | Kind::Template
            | Kind::With => {
                format!("unexpected <{}>", token.text)
            }
            _ => format!("unexpected {:?}", token.text),
        };
        problem(token.at, format!("{found} in {context}"))
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Result<Token<'t>, Problem> {
        let token = self.take_word();
        if token.kind == kind { Ok(token) } else { Err(self.unexpected(token, context)) }
    }

    fn deeper<T>(&mut self, at: usize, read: impl FnOnce(&mut Self) -> Result<T, Problem>) -> Result<T, Problem> {
        if self.depth >= DEEPEST {
            return Err(problem(at, format!("actions and parentheses are nested more than {DEEPEST} deep")));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn top(&mut self) -> Result<List, Problem> {
        let mut nodes = List::new();
        while self.peek().kind != Kind::Eof {
            if self.peek().kind == Kind::LeftDelimiter {
                let start = self.next;
                self.take();
                if self.peek_word().kind == Kind::Define {
                    self.take();
                    self.definition()?;
                    continue;
                }
                self.next = start;
            }
            match self.text_or_action()? {
                Item::Node(node) => nodes.push(node),
                Item::Ended(Ended::End, at) => return Err(problem(at, "unexpected {{end}}")),
                Item::Ended(Ended::Else, at) => return Err(problem(at, "unexpected {{else}}")),
            }
        }
        Ok(nodes)
    }

    fn definition(&mut self) -> Result<(), Problem> {
        let token = self.take_word();
        let name = self.template_name(token, "define clause")?;
        self.expect(Kind::RightDelimiter, "define clause")?;
        self.own_body(token.at, name, "define clause")
    }

    /// The body of a template of its own: no variable of the surrounding one is in sight.
    fn own_body(&mut self, at: usize, name: String, context: &str) -> Result<(), Problem> {
        let outer = std::mem::replace(&mut self.scope, Scope::new());
        let body = self.deeper(at, Self::item_list);
        self.scope = outer;
        let (body, ended, ended_at) = body?;
        if ended != Ended::End {
            return Err(problem(ended_at, format!("unexpected {{{{else}}}} in {context}")));
        }
        match self.defined.get(&name) {
            Some(earlier) if !is_empty_tree(earlier) => {
                if !is_empty_tree(&body) {
                    return Err(problem(at, format!("multiple definition of template {name:?}")));
                }
            }
            _ => {
                self.defined.insert(name, body);
            }
        }
        Ok(())
    }

    fn template_name(&mut self, token: Token<'_>, context: &str) -> Result<String, Problem> {
        match token.kind {
            Kind::Text1 | Kind::RawText => self.text(token),
            _ => Err(self.unexpected(token, context)),
        }
    }

    fn text(&self, token: Token<'_>) -> Result<String, Problem> {
        literal::unquote(token.text)
            .ok_or_else(|| problem(token.at, format!("invalid syntax in string {}", token.text)))
    }

    fn item_list(&mut self) -> Result<(List, Ended, usize), Problem> {
        let mut nodes = List::new();
        loop {
            if self.peek_word().kind == Kind::Eof {
                return Err(problem(self.peek().at, "unexpected EOF"));
            }
            match self.text_or_action()? {
                Item::Node(node) => nodes.push(node),
                Item::Ended(ended, at) => return Ok((nodes, ended, at)),
            }
        }
    }

    fn text_or_action(&mut self) -> Result<Item, Problem> {
        let token = self.take_word();
        match token.kind {
            Kind::Text => Ok(Item::Node(Node::Text(token.text.to_owned()))),
            Kind::LeftDelimiter => self.action(),
            _ => Err(self.unexpected(token, "input")),
        }
    }

    fn action(&mut self) -> Result<Item, Problem> {
        let token = self.take_word();
        let at = token.at;
        match token.kind {
            Kind::If => self.deeper(at, |p| p.control(at, "if")).map(|branch| Item::Node(Node::If(branch))),
            Kind::With => self.deeper(at, |p| p.control(at, "with")).map(|branch| Item::Node(Node::With(branch))),
            Kind::Range => self.deeper(at, |p| p.control(at, "range")).map(|branch| Item::Node(Node::Range(branch))),
            Kind::Block => self.block().map(Item::Node),
            Kind::Template => self.template(at).map(Item::Node),
            Kind::Break => self.leave(at, Node::Break, "break").map(Item::Node),
            Kind::Continue => self.leave(at, Node::Continue, "continue").map(Item::Node),
            Kind::End => {
                self.expect(Kind::RightDelimiter, "end")?;
                Ok(Item::Ended(Ended::End, at))
            }
            Kind::Else => {
                if !matches!(self.peek_word().kind, Kind::If | Kind::With) {
                    self.expect(Kind::RightDelimiter, "else")?;
                }
                Ok(Item::Ended(Ended::Else, at))
            }
            _ => {
                self.next -= 1;
                let pipe = self.pipeline("command", Kind::RightDelimiter)?;
                Ok(Item::Node(Node::Action(pipe)))
            }
        }
    }

    fn leave(&mut self, at: usize, node: Node, word: &str) -> Result<Node, Problem> {
        self.expect(Kind::RightDelimiter, &format!("{{{{{word}}}}}"))?;
        if self.scope.loops == 0 {
            return Err(problem(at, format!("{{{{{word}}}}} outside {{{{range}}}}")));
        }
        Ok(node)
    }

    fn control(&mut self, at: usize, context: &'static str) -> Result<Branch, Problem> {
        let in_sight = self.scope.variables.len();
        let pipe = self.pipeline(context, Kind::RightDelimiter)?;
        let is_range = context == "range";
        self.scope.loops += usize::from(is_range);
        let then = self.item_list();
        self.scope.loops -= usize::from(is_range);
        let (then, ended, _) = then?;
        let mut otherwise = List::new();
        if ended == Ended::Else {
            let next = self.peek();
            match (context, next.kind) {
                ("if", Kind::If) | ("with", Kind::With) => {
                    self.take();
                    let branch = self.deeper(next.at, |p| p.control(next.at, context))?;
                    otherwise.push(if context == "if" { Node::If(branch) } else { Node::With(branch) });
                }
                _ => {
                    let (nodes, ended, ended_at) = self.item_list()?;
                    if ended != Ended::End {
                        return Err(problem(ended_at, "expected end; found {{else}}"));
                    }
                    otherwise = nodes;
                }
            }
        }
        self.scope.variables.truncate(in_sight);
        Ok(Branch { at, pipe, then, otherwise })
    }

    fn block(&mut self) -> Result<Node, Problem> {
        let token = self.take_word();
        let name = self.template_name(token, "block clause")?;
        let pipe = self.pipeline("block clause", Kind::RightDelimiter)?;
        self.own_body(token.at, name.clone(), "block clause")?;
        Ok(Node::Template { at: token.at, name, pipe: Some(pipe) })
    }

    fn template(&mut self, at: usize) -> Result<Node, Problem> {
        let token = self.take_word();
        let name = self.template_name(token, "template clause")?;
        let pipe = if self.peek_word().kind == Kind::RightDelimiter {
            self.take();
            None
        } else {
            Some(self.pipeline("template clause", Kind::RightDelimiter)?)
        };
        Ok(Node::Template { at, name, pipe })
    }

    fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe, Problem> {
        let at = self.peek_word().at;
        let mut pipe = Pipe { at, variables: Vec::new(), assigns: false, commands: Vec::new() };
        self.declarations(context, &mut pipe)?;
        loop {
            let token = self.take_word();
            match token.kind {
                kind if kind == end => {
                    check_pipeline(&pipe, context)?;
                    return Ok(pipe);
                }
                Kind::Bool
                | Kind::Character
                | Kind::Dot
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::Nil
                | Kind::RawText
                | Kind::Text1
                | Kind::Variable
                | Kind::LeftParen => {
                    self.next -= 1;
                    let command = self.command()?;
                    pipe.commands.push(command);
                }
                _ => return Err(self.unexpected(token, context)),
            }
        }
    }

    fn declarations(&mut self, context: &str, pipe: &mut Pipe) -> Result<(), Problem> {
        loop {
            let variable = self.peek_word();
            if variable.kind != Kind::Variable {
                return Ok(());
            }
            let before = self.next;
            self.take();
            let after = self.peek_word();
            match after.kind {
                Kind::Assign | Kind::Declare => {
                    self.take();
                    pipe.assigns = after.kind == Kind::Assign;
                    pipe.variables.push(variable.text.to_owned());
                    self.scope.variables.push(variable.text.to_owned());
                    return Ok(());
                }
                Kind::Comma => {
                    self.take();
                    pipe.variables.push(variable.text.to_owned());
                    self.scope.variables.push(variable.text.to_owned());
                    if context != "range" || pipe.variables.len() >= 2 {
                        return Err(problem(variable.at, format!("too many declarations in {context}")));
                    }
                    if !matches!(self.peek_word().kind, Kind::Variable | Kind::RightDelimiter | Kind::RightParen) {
                        return Err(problem(variable.at, "range can only initialize variables"));
                    }
                }
                _ => {
                    self.next = before;
                    return Ok(());
                }
            }
        }
    }

    fn command(&mut self) -> Result<Command, Problem> {
        let mut words = Vec::new();
        loop {
            self.skip_space();
            if let Some(word) = self.operand()? {
                words.push(word);
            }
            let token = self.take();
            match token.kind {
                Kind::Space => continue,
                Kind::RightDelimiter | Kind::RightParen => self.next -= 1,
                Kind::Pipe => {}
                _ => return Err(self.unexpected(token, "operand")),
            }
            break;
        }
        if words.is_empty() {
            return Err(problem(self.peek().at, "empty command"));
        }
        Ok(Command { words })
    }

    fn operand(&mut self) -> Result<Option<Word>, Problem> {
        let Some(mut word) = self.term()? else { return Ok(None) };
        if self.peek().kind != Kind::Field {
            return Ok(Some(word));
        }
        let at = self.peek().at;
        let mut names = Vec::new();
        while self.peek().kind == Kind::Field {
            names.push(self.take().text[1..].to_owned());
        }
        match &mut word.expr {
            Expr::Field(earlier) | Expr::Variable(_, earlier) => earlier.append(&mut names),
            Expr::Bool(_) | Expr::Text(_) | Expr::Number(_) | Expr::Nil | Expr::Dot => {
                return Err(problem(at, "unexpected . after term"));
            }
            _ => word = Word { at: word.at, expr: Expr::Chain(Box::new(word), names) },
        }
        Ok(Some(word))
    }

    fn term(&mut self) -> Result<Option<Word>, Problem> {
        let token = self.take_word();
        let at = token.at;
        let expr = match token.kind {
            Kind::Identifier => self.function(token)?,
            Kind::Dot => Expr::Dot,
            Kind::Nil => Expr::Nil,
            Kind::Bool => Expr::Bool(token.text == "true"),
            Kind::Field => Expr::Field(vec![token.text[1..].to_owned()]),
            Kind::Variable => {
                if !self.scope.variables.iter().any(|name| name == token.text) {
                    return Err(problem(at, format!("undefined variable {:?}", token.text)));
                }
                Expr::Variable(token.text.to_owned(), Vec::new())
            }
            Kind::Number | Kind::Character => {
                let read = if token.kind == Kind::Number { literal::number } else { literal::character };
                Expr::Number(
                    read(token.text).ok_or_else(|| problem(at, format!("illegal number syntax: {:?}", token.text)))?,
                )
            }
            Kind::Text1 | Kind::RawText => Expr::Text(self.text(token)?),
            Kind::LeftParen => {
                let pipe = self.deeper(at, |p| p.pipeline("parenthesized pipeline", Kind::RightParen))?;
                Expr::Pipe(Box::new(pipe))
            }
            _ => {
                self.next -= 1;
                return Ok(None);
            }
        };
        Ok(Some(Word { at, expr }))
    }

    fn function(&self, token: Token<'_>) -> Result<Expr, Problem> {
        match (self.functions)(token.text) {
            Known::Yes => Ok(Expr::Function(token.text.to_owned())),
            Known::Refused { message, hint } => Err(Problem { at: token.at, message, hint: Some(hint) }),
            Known::No => Err(problem(token.at, format!("function {:?} not defined", token.text))),
        }
    }
}

fn check_pipeline(pipe: &Pipe, context: &str) -> Result<(), Problem> {
    if pipe.commands.is_empty() {
        return Err(problem(pipe.at, format!("missing value for {context}")));
    }
    for (index, command) in pipe.commands.iter().enumerate().skip(1) {
        let first = &command.words[0];
        if matches!(first.expr, Expr::Bool(_) | Expr::Dot | Expr::Nil | Expr::Number(_) | Expr::Text(_)) {
            return Err(problem(first.at, format!("non executable command in pipeline stage {}", index + 1)));
        }
    }
    Ok(())
}
