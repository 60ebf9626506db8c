//! Running a template: Go's `text/template/exec.go`.

use super::call::{Budget, Call, Function, Param};
use super::data::Object;
use super::fault::{DEEPEST_CALL, Fault, LONGEST_TEXT};
use super::fmt;
use super::functions;
use super::parse::Tree;
use super::parse::ast::{Branch, Command, Expr, Node, Pipe, Word};
use super::value::{Entries, Value};

/// Renders the template with `.` and `$` set to the data.
///
/// # Errors
/// The first failure, with its place.
pub(crate) fn render(tree: &Tree, data: Value) -> Result<String, Fault> {
    let budget = Budget::new();
    let mut run = Run { tree, out: String::new(), variables: vec![("$".to_owned(), data.clone())], depth: 0, budget };
    run.nodes(&data, &tree.main)?;
    Ok(run.out)
}

/// Whether a loop goes on.
#[derive(PartialEq)]
enum Flow {
    On,
    Break,
    Continue,
}

struct Run<'t> {
    tree: &'t Tree,
    out: String,
    variables: Vec<(String, Value)>,
    depth: usize,
    budget: Budget,
}

impl<'t> Run<'t> {
    fn deeper<T>(&mut self, at: usize, run: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth >= DEEPEST_CALL {
            return Err(Fault::new(format!("templates and actions are nested more than {DEEPEST_CALL} deep"))
                .with_hint("does a template call itself?")
                .at(at));
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    fn write(&mut self, text: &str) -> Result<(), Fault> {
        if self.out.len() + text.len() > LONGEST_TEXT {
            return Err(Fault::too_long());
        }
        self.out.push_str(text);
        Ok(())
    }

    fn nodes(&mut self, dot: &Value, nodes: &'t [Node]) -> Result<Flow, Fault> {
        for node in nodes {
            self.budget.spend(1)?;
            let flow = self.node(dot, node)?;
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, dot: &Value, node: &'t Node) -> Result<Flow, Fault> {
        match node {
            Node::Text(text) => self.write(text)?,
            Node::Action(pipe) => {
                let value = self.pipeline(dot, pipe).map_err(|fault| fault.at(pipe.at))?;
                if pipe.variables.is_empty() {
                    self.print(&value).map_err(|fault| fault.at(pipe.at))?;
                }
            }
            Node::If(branch) => return self.deeper(branch.at, |run| run.branch(dot, branch, false)),
            Node::With(branch) => return self.deeper(branch.at, |run| run.branch(dot, branch, true)),
            Node::Range(branch) => return self.deeper(branch.at, |run| run.range(dot, branch)),
            Node::Template { at, name, pipe } => {
                self.deeper(*at, |run| run.template(dot, *at, name, pipe.as_ref()))?;
            }
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn print(&mut self, value: &Value) -> Result<(), Fault> {
        match value {
            Value::Nil => self.write("<no value>"),
            Value::Text(text) => self.write(text),
            other => {
                let text = fmt::plain(other)?;
                self.budget.spend(text.len() / 100)?;
                self.write(&text)
            }
        }
    }

    fn branch(&mut self, dot: &Value, branch: &'t Branch, sets_dot: bool) -> Result<Flow, Fault> {
        let in_sight = self.variables.len();
        let value = self.pipeline(dot, &branch.pipe).map_err(|fault| fault.at(branch.pipe.at))?;
        let flow = if !value.is_true() {
            self.nodes(dot, &branch.otherwise)
        } else if sets_dot {
            self.nodes(&value, &branch.then)
        } else {
            self.nodes(dot, &branch.then)
        };
        self.variables.truncate(in_sight);
        flow
    }

    fn template(&mut self, dot: &Value, at: usize, name: &str, pipe: Option<&'t Pipe>) -> Result<(), Fault> {
        let tree = self.tree;
        let Some(nodes) = tree.defined.get(name) else {
            return Err(Fault::new(format!("template {name:?} not defined")).at(at));
        };
        let data = match pipe {
            Some(pipe) => self.pipeline(dot, pipe).map_err(|fault| fault.at(pipe.at))?,
            None => Value::Nil,
        };
        let outer = std::mem::replace(&mut self.variables, vec![("$".to_owned(), data.clone())]);
        let flow = self.nodes(&data, nodes);
        self.variables = outer;
        flow.map(|_| ())
    }

    fn range(&mut self, dot: &Value, branch: &'t Branch) -> Result<Flow, Fault> {
        let in_sight = self.variables.len();
        let flow = self.range_in_scope(dot, branch);
        self.variables.truncate(in_sight);
        flow
    }

    fn range_in_scope(&mut self, dot: &Value, branch: &'t Branch) -> Result<Flow, Fault> {
        let pipe = &branch.pipe;
        let value = self.pipeline(dot, pipe).map_err(|fault| fault.at(pipe.at))?;
        let mut turns = 0_usize;
        match &value {
            Value::Nil => {}
            Value::List(list) => {
                for (index, item) in list.items.iter().enumerate() {
                    turns += 1;
                    let index = Value::int(i64::try_from(index).unwrap_or(i64::MAX));
                    if !self.turn(branch, index, item)? {
                        break;
                    }
                }
            }
            Value::Map(map) => {
                for (key, item) in map.snapshot() {
                    turns += 1;
                    if !self.turn(branch, key.value(), &item)? {
                        break;
                    }
                }
            }
            Value::Int(width, count) => {
                if pipe.variables.len() > 1 {
                    return Err(
                        Fault::new(format!("can't use {count} to iterate over more than one variable")).at(pipe.at)
                    );
                }
                let mut number = 0;
                while number < *count {
                    turns += 1;
                    if !self.turn(branch, Value::Nil, &Value::Int(*width, number))? {
                        break;
                    }
                    number += 1;
                }
            }
            other => {
                let shown = fmt::plain(other)?;
                return Err(Fault::new(format!("range can't iterate over {shown}")).at(pipe.at));
            }
        }
        if turns == 0 { self.nodes(dot, &branch.otherwise) } else { Ok(Flow::On) }
    }

    /// One turn of a loop; false when it was the last.
    fn turn(&mut self, branch: &'t Branch, index: Value, item: &Value) -> Result<bool, Fault> {
        self.budget.spend(1)?;
        let pipe = &branch.pipe;
        let values = match pipe.variables.len() {
            0 => vec![],
            1 => vec![item.clone()],
            _ => vec![index, item.clone()],
        };
        let top = self.variables.len();
        for (place, (name, value)) in pipe.variables.iter().zip(values).enumerate() {
            if pipe.assigns {
                self.assign(name, value)?;
            } else {
                // The pipeline has pushed them, in this order, last.
                self.variables[top - pipe.variables.len() + place].1 = value;
            }
        }
        let flow = self.nodes(item, &branch.then)?;
        self.variables.truncate(top);
        Ok(flow != Flow::Break)
    }

    fn assign(&mut self, name: &str, value: Value) -> Result<(), Fault> {
        match self.variables.iter_mut().rev().find(|(known, _)| known == name) {
            Some((_, slot)) => {
                *slot = value;
                Ok(())
            }
            None => Err(Fault::new(format!("undefined variable: {name}"))),
        }
    }

    fn pipeline(&mut self, dot: &Value, pipe: &'t Pipe) -> Result<Value, Fault> {
        let mut value = None;
        for command in &pipe.commands {
            self.budget.spend(1)?;
            let at = command.words[0].at;
            value = Some(self.command(dot, command, value.take()).map_err(|fault| fault.at(at))?);
        }
        let value = value.unwrap_or(Value::Nil);
        for name in &pipe.variables {
            if pipe.assigns {
                self.assign(name, value.clone())?;
            } else {
                self.variables.push((name.clone(), value.clone()));
            }
        }
        Ok(value)
    }

    fn command(&mut self, dot: &Value, command: &'t Command, last: Option<Value>) -> Result<Value, Fault> {
        let (first, args) = (&command.words[0], &command.words[1..]);
        match &first.expr {
            Expr::Field(names) => return self.fields(dot, dot.clone(), names, args, last),
            Expr::Variable(name, names) => {
                let value = self.variable(name)?;
                if !names.is_empty() {
                    return self.fields(dot, value, names, args, last);
                }
                not_a_function(args, &last)?;
                return Ok(value);
            }
            Expr::Chain(inner, names) => {
                let value = self.argument(dot, Param::Any, inner)?;
                return self.fields(dot, value, names, args, last);
            }
            Expr::Function(name) => return self.function(dot, name, args, last),
            _ => {}
        }
        not_a_function(args, &last)?;
        match &first.expr {
            Expr::Pipe(pipe) => self.deeper(first.at, |run| run.pipeline(dot, pipe)),
            Expr::Nil => Err(Fault::new("nil is not a command")),
            _ => self.argument(dot, Param::Any, first),
        }
    }

    fn variable(&self, name: &str) -> Result<Value, Fault> {
        let found = self.variables.iter().rev().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone()).ok_or_else(|| Fault::new(format!("undefined variable: {name}")))
    }

    /// A chain of names behind a value; arguments belong to the last one.
    fn fields(
        &mut self,
        dot: &Value,
        start: Value,
        names: &[String],
        args: &'t [Word],
        last: Option<Value>,
    ) -> Result<Value, Fault> {
        let mut value = start;
        let Some((final_name, before)) = names.split_last() else { return Ok(value) };
        for name in before {
            value = self.field(dot, &value, name, &[], None)?;
        }
        self.field(dot, &value, final_name, args, last)
    }

    fn field(
        &mut self,
        dot: &Value,
        receiver: &Value,
        name: &str,
        args: &'t [Word],
        last: Option<Value>,
    ) -> Result<Value, Fault> {
        let has_args = !args.is_empty() || last.is_some();
        match receiver {
            Value::Nil => return Ok(Value::Nil),
            Value::Object(object) => {
                if let Some(value) = self.method(dot, object, name, args, last)? {
                    return Ok(value);
                }
                if let Some(value) = object.field(name) {
                    if has_args {
                        return Err(Fault::new(format!("{name} has arguments but cannot be invoked as function")));
                    }
                    return Ok(value);
                }
                if let Some(fault) = removed_field(object, name) {
                    return Err(fault);
                }
            }
            Value::Map(map) if map.of != Entries::Objects => {
                if has_args {
                    return Err(Fault::new(format!("{name} is not a method but has arguments")));
                }
                return Ok(map.get(name).unwrap_or(Value::Nil));
            }
            _ => {}
        }
        let mut fault = Fault::new(format!("can't evaluate field {name} in type {}", receiver.type_name()));
        if let Value::Object(object) = receiver {
            let names: Vec<_> = object.names().iter().map(|name| format!(".{name}")).collect();
            if !names.is_empty() {
                fault = fault.with_hint(format!("it has {}", names.join(", ")));
            }
        }
        Err(fault)
    }

    fn method(
        &mut self,
        dot: &Value,
        object: &Object,
        name: &str,
        args: &'t [Word],
        last: Option<Value>,
    ) -> Result<Option<Value>, Fault> {
        let Some(params) = object.method_params(name) else { return Ok(None) };
        let given = args.len() + usize::from(last.is_some());
        if given != params.len() {
            return Err(Fault::new(format!("wrong number of args for {name}: want {} got {given}", params.len())));
        }
        let args = self.arguments(dot, params, None, args, last)?;
        object.call_method(name, &args).map(Some).map_err(|fault| fault.in_call(name))
    }

    fn function(&mut self, dot: &Value, name: &str, args: &'t [Word], last: Option<Value>) -> Result<Value, Fault> {
        let Some(function) = functions::find(name) else {
            return Err(Fault::new(format!("{name:?} is not a defined function")));
        };
        check_count(function, args.len(), last.is_some())?;
        if name == "and" || name == "or" {
            return self.short_circuit(dot, name == "or", args, last);
        }
        let args = self.arguments(dot, function.params, function.rest, args, last)?;
        let result = (function.body)(&Call { args, budget: &self.budget }).map_err(|fault| fault.in_call(name))?;
        self.budget.spend_on(&result).map_err(|fault| fault.in_call(name))?;
        Ok(result)
    }

    fn short_circuit(
        &mut self,
        dot: &Value,
        stops_at: bool,
        args: &'t [Word],
        last: Option<Value>,
    ) -> Result<Value, Fault> {
        let mut value = Value::Nil;
        for word in args {
            value = self.argument(dot, Param::Any, word)?;
            if value.is_true() == stops_at {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }

    fn arguments(
        &mut self,
        dot: &Value,
        params: &[Param],
        rest: Option<Param>,
        args: &'t [Word],
        last: Option<Value>,
    ) -> Result<Vec<Value>, Fault> {
        let param = |index: usize| params.get(index).copied().or(rest).unwrap_or(Param::Any);
        let mut values = Vec::with_capacity(args.len() + 1);
        for (index, word) in args.iter().enumerate() {
            values.push(self.argument(dot, param(index), word).map_err(|fault| fault.at(word.at))?);
        }
        if let Some(last) = last {
            values.push(param(values.len()).validate(last)?);
        }
        Ok(values)
    }

    /// `evalArg`: constants take the parameter's type, everything else must have it.
    fn argument(&mut self, dot: &Value, param: Param, word: &'t Word) -> Result<Value, Fault> {
        self.budget.spend(1)?;
        let value = match &word.expr {
            Expr::Dot => dot.clone(),
            Expr::Nil if param.can_be_nil() => return Ok(Value::Nil),
            Expr::Nil => return Err(Fault::new(format!("cannot assign nil to {}", param.type_name()))),
            Expr::Field(names) => self.fields(dot, dot.clone(), names, &[], None)?,
            Expr::Variable(name, names) => {
                let value = self.variable(name)?;
                self.fields(dot, value, names, &[], None)?
            }
            Expr::Chain(inner, names) => {
                let value = self.deeper(inner.at, |run| run.argument(dot, Param::Any, inner))?;
                self.fields(dot, value, names, &[], None)?
            }
            Expr::Pipe(pipe) => self.deeper(word.at, |run| run.pipeline(dot, pipe))?,
            Expr::Function(name) => self.function(dot, name, &[], None)?,
            Expr::Bool(_) | Expr::Text(_) | Expr::Number(_) => return constant(param, &word.expr),
        };
        param.validate(value)
    }
}

fn not_a_function(args: &[Word], last: &Option<Value>) -> Result<(), Fault> {
    if args.is_empty() && last.is_none() { Ok(()) } else { Err(Fault::new("can't give argument to non-function")) }
}

fn check_count(function: &Function, args: usize, has_last: bool) -> Result<(), Fault> {
    let given = args + usize::from(has_last);
    let (name, wanted) = (function.name, function.params.len());
    if function.rest.is_some() {
        if given < wanted {
            return Err(Fault::new(format!("wrong number of args for {name}: want at least {wanted} got {given}")));
        }
    } else if given != wanted {
        return Err(Fault::new(format!("wrong number of args for {name}: want {wanted} got {given}")));
    }
    Ok(())
}

fn constant(param: Param, expr: &Expr) -> Result<Value, Fault> {
    let found = match (param, expr) {
        (Param::Any | Param::Bool, Expr::Bool(value)) => Some(Value::Bool(*value)),
        (Param::Any | Param::Text, Expr::Text(text)) => Some(text.as_str().into()),
        (Param::Int, Expr::Number(number)) => number.int.map(Value::int),
        (Param::Float, Expr::Number(number)) => number.float.map(Value::Float),
        (Param::Any, Expr::Number(number)) => {
            if number.is_float_by_itself() {
                number.float.map(Value::Float)
            } else {
                match number.int {
                    Some(value) => Some(Value::int(value)),
                    None => return Err(Fault::new(format!("{} overflows int", number.text))),
                }
            }
        }
        _ => None,
    };
    let word = match param {
        Param::Int => "integer",
        other => other.type_name(),
    };
    found.ok_or_else(|| Fault::new(format!("expected {word}; found {}", written(expr))))
}

fn written(expr: &Expr) -> String {
    match expr {
        Expr::Bool(value) => value.to_string(),
        Expr::Text(text) => fmt::quote(text, false),
        Expr::Number(number) => number.text.clone(),
        _ => "something else".to_owned(),
    }
}

const REMOVED_HINT: &str = "see https://fluxcd.io/flux/components/image/imageupdateautomations/#message-template";

/// The fields that Flux had and removed, in Flux's words.
fn removed_field(object: &Object, name: &str) -> Option<Fault> {
    let message = match (object, name) {
        (Object::Template(_), "Updated") => "template uses removed '.Updated' field. Please use '.Changed' instead.",
        (Object::Result(_), "ImageResult") => {
            "template uses removed '.Changed.ImageResult' field. Please use '.Changed.FileChanges' or '.Changed.Objects' instead."
        }
        _ => return None,
    };
    Some(Fault::new(message).with_hint(REMOVED_HINT))
}

/// Every place of the template's own text that names a removed field of the data.
pub(crate) fn removed_fields(tree: &Tree) -> Vec<Fault> {
    let mut found = Vec::new();
    look_in_nodes(&tree.main, true, &mut found);
    found
}

fn look_in_nodes(nodes: &[Node], dot_is_data: bool, found: &mut Vec<Fault>) {
    for node in nodes {
        match node {
            Node::Action(pipe) => look_in_pipe(pipe, dot_is_data, found),
            Node::Template { pipe, .. } => pipe.iter().for_each(|pipe| look_in_pipe(pipe, dot_is_data, found)),
            Node::If(branch) | Node::With(branch) | Node::Range(branch) => {
                look_in_pipe(&branch.pipe, dot_is_data, found);
                look_in_nodes(&branch.then, dot_is_data && matches!(node, Node::If(_)), found);
                look_in_nodes(&branch.otherwise, dot_is_data, found);
            }
            Node::Text(_) | Node::Break | Node::Continue => {}
        }
    }
}

fn look_in_pipe(pipe: &Pipe, dot_is_data: bool, found: &mut Vec<Fault>) {
    for word in pipe.commands.iter().flat_map(|command| &command.words) {
        look_in_word(word, dot_is_data, found);
    }
}

fn look_in_word(word: &Word, dot_is_data: bool, found: &mut Vec<Fault>) {
    let names = match &word.expr {
        Expr::Field(names) if dot_is_data => names,
        Expr::Variable(name, names) if name == "$" => names,
        Expr::Pipe(pipe) => return look_in_pipe(pipe, dot_is_data, found),
        Expr::Chain(inner, _) => return look_in_word(inner, dot_is_data, found),
        _ => return,
    };
    let message = match names.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["Updated", ..] => "template uses removed '.Updated' field. Please use '.Changed' instead.",
        ["Changed", "ImageResult", ..] => {
            "template uses removed '.Changed.ImageResult' field. Please use '.Changed.FileChanges' or '.Changed.Objects' instead."
        }
        _ => return,
    };
    found.push(Fault::new(message).with_hint(REMOVED_HINT).at(word.at));
}
