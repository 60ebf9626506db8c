//! The UI's half of the contract: `ui/src/api/generated.ts`, written from the list of commands and the views.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ts_rs::{Config, TS, TypeVisitor};

use crate::command::{Command, CommandInfo, CommandKind, CommandVisitor, visit_commands};
use crate::view::error::WireError;
use crate::view::event::{CacheTag, Event};

mod layout;

/// Where the file is kept, from the root of the repository.
pub const PATH: &str = "ui/src/api/generated.ts";

const HEAD: &str = "\
// Written by `cargo xtask codegen` from crates/sluice-api. Do not edit: change the views or the list of commands there.
// Moments are RFC 3339 texts in UTC. Spans are seconds, unless the field says otherwise.
";

/// The whole file.
pub fn generate() -> String {
    let mut collected = Collected::new();
    visit_commands(&mut collected);
    collected.visit::<WireError>();
    collected.visit::<CacheTag>();
    collected.visit::<Event>();
    let mut out = HEAD.to_owned();
    collected.write_commands(&mut out);
    for declaration in collected.types.values() {
        out.push('\n');
        out.push_str(declaration);
    }
    out
}

/// Types by name, and the lines of the commands.
struct Collected {
    config: Config,
    types: BTreeMap<String, String>,
    commands: Vec<(CommandInfo, String, String)>,
}

impl Collected {
    fn new() -> Self {
        // Counts and sizes stay far below 2^53, where JavaScript's numbers end to be exact.
        Self { config: Config::new().with_large_int("number"), types: BTreeMap::new(), commands: Vec::new() }
    }

    fn write_commands(&self, out: &mut String) {
        out.push_str(
            "\n/** Every command with what it is asked and what it answers. */\nexport interface Commands {\n",
        );
        for (info, request, response) in &self.commands {
            let _infallible = writeln!(
                out,
                "  /** {} */\n  {}: {{ request: {request}; response: {response} }};",
                info.doc, info.name
            );
        }
        out.push_str("}\n\n/** The name of a command. */\nexport type CommandName = keyof Commands;\n");
        out.push_str(
            "\n/**\n * What each command has to do with the cache. A query's answer is made of `reads`; after an action, \
             answers\n * made of `spoils` are stale. See the event `stale` for what becomes stale by itself.\n */\n\
             export const commands = {\n",
        );
        for (info, ..) in &self.commands {
            let tags: Vec<String> =
                info.tags.iter().map(|tag| serde_json::to_string(tag).unwrap_or_default()).collect();
            let tags = tags.join(", ");
            let (kind, reads, spoils) = match info.kind {
                CommandKind::Query => ("query", tags.as_str(), ""),
                CommandKind::Action => ("action", "", tags.as_str()),
            };
            let _infallible =
                writeln!(out, "  {}: {{ kind: \"{kind}\", reads: [{reads}], spoils: [{spoils}] }},", info.name);
        }
        out.push_str(
            "} as const satisfies Record<\n  CommandName,\n  \
             { kind: \"query\" | \"action\"; reads: readonly CacheTag[]; spoils: readonly CacheTag[] }\n>;\n",
        );
        out.push_str(
            "\n/** The names of the commands that ask. */\nexport type QueryName = {\n  \
             [Name in CommandName]: (typeof commands)[Name][\"kind\"] extends \"query\" ? Name : never;\n}[CommandName];\n",
        );
        out.push_str(
            "\n/** The names of the commands that act. */\n\
             export type ActionName = Exclude<CommandName, QueryName>;\n",
        );
    }
}

impl CommandVisitor for Collected {
    fn command<C: Command>(&mut self) {
        self.visit::<C::Request>();
        self.visit::<C::Response>();
        let (request, response) = (C::Request::name(&self.config), C::Response::name(&self.config));
        self.commands.push((C::INFO, request, response));
    }
}

impl TypeVisitor for Collected {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        let is_builtin = T::output_path().is_none();
        if !is_builtin {
            let name = T::ident(&self.config);
            if self.types.contains_key(&name) {
                return;
            }
            let docs = T::docs().unwrap_or_default();
            self.types.insert(name, layout::declaration(&docs, &T::decl(&self.config)));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}
