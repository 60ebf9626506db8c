//! `sluice template test`: the commit message that a messageTemplate renders.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use sluice_core::ObjectKey;
use sluice_core::marker::ObjectId;
use sluice_core::template::{Change, MessageContext, MessageTemplate, TemplateError};

use crate::error::CliError;
use crate::exit::Exit;
use crate::input::read_text;
use crate::output::{Report, Screen, visible, warn};

const EXAMPLES: &str = "\
Examples:
  sluice template test --template 'Release {{ .AutomationObject }}'
  sluice template test --template-file message.tmpl --changes changes.json --value cluster=prod-eu
  sluice template test --template '{{ range .Changed.Changes }}{{ .NewValue }}{{ end }}' --changes -

Changes are a JSON list: [{\"file\": \"app.yaml\", \"apiVersion\": \"apps/v1\", \"kind\": \"Deployment\",
\"namespace\": \"app\", \"name\": \"app\", \"setter\": \"flux-system:app\", \"old\": \"app:1\", \"new\": \"app:2\"}].
Without --changes an example change is rendered.

Exit codes: 0 rendered, 2 the template is refused or fails";

/// Try commit message templates
#[derive(Debug, Args)]
pub(crate) struct TemplateVerbs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Test(TemplateTest),
}

impl TemplateVerbs {
    /// Runs the verb.
    pub(crate) fn run(&self, screen: &Screen) -> Result<Exit, CliError> {
        match &self.verb {
            Verb::Test(test) => test.run(screen),
        }
    }
}

/// Print the commit message that a template renders
///
/// The template is that of spec.git.commit.messageTemplate of an ImageUpdateAutomation, rendered as Flux renders it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TemplateTest {
    #[command(flatten)]
    template: TemplateArguments,
    /// What was changed, as a JSON list; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    changes: Option<PathBuf>,
    /// A value of messageTemplateValues; may be given several times
    #[arg(long = "value", value_name = "KEY=VALUE", value_parser = key_and_value)]
    values: Vec<(String, String)>,
    /// The automation that makes the commit
    #[arg(long, value_name = "NS/NAME", default_value = "flux-system/flask-app")]
    automation: ObjectKey,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct TemplateArguments {
    /// The template
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    template: Option<String>,
    /// The file that holds the template; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    template_file: Option<PathBuf>,
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

impl TemplateTest {
    fn run(&self, screen: &Screen) -> Result<Exit, CliError> {
        screen.refuse_lint_formats()?;
        let source = match (&self.template.template, &self.template.template_file) {
            (Some(text), _) => text.clone(),
            (None, Some(file)) => read_text(file)?,
            (None, None) => String::new(),
        };
        let changes = self.read_changes()?;
        let values: BTreeMap<String, String> = self.values.iter().cloned().collect();
        let template = MessageTemplate::parse(&source).map_err(refused)?;
        let context = MessageContext { automation: &self.automation, changes: &changes, values: &values };
        let message = template.render(&context).map_err(refused)?;
        for removed in template.check() {
            warn(&removed.to_string());
        }
        let rendered = Rendered { message };
        if screen.format.is_machine_readable() {
            screen.print(&rendered)?;
        } else {
            screen.write_exactly(&rendered.text(screen))?;
        }
        Ok(Exit::Fine)
    }

    fn read_changes(&self) -> Result<Vec<Change>, CliError> {
        let Some(file) = &self.changes else {
            return Ok(vec![example()]);
        };
        if file == Path::new("-") && self.template.template_file.as_deref() == Some(Path::new("-")) {
            return Err(CliError::Usage { message: "only one of --changes and --template-file can be `-`".to_owned() });
        }
        let text = read_text(file)?;
        let changes: Vec<ChangeInput> = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            let message = format!("the changes in {} cannot be read: {error}", file.display());
            CliError::invalid("changes-unreadable", message, "`sluice template test --help` shows their shape")
        })?;
        Ok(changes.into_iter().map(Change::from).collect())
    }
}

fn refused(error: TemplateError) -> CliError {
    let hint = (!error.hint.is_empty()).then(|| error.hint.clone());
    CliError::Invalid { code: "template-refused", message: error.to_string(), hint }
}

/// One change as people write it: the object's fields beside the others.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChangeInput {
    #[serde(default)]
    file: String,
    #[serde(default, alias = "aPIVersion")]
    api_version: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    setter: String,
    #[serde(default)]
    old: String,
    #[serde(default)]
    new: String,
}

impl From<ChangeInput> for Change {
    fn from(input: ChangeInput) -> Self {
        let ChangeInput { file, api_version, kind, namespace, name, setter, old, new } = input;
        Self { file, object: ObjectId { api_version, kind, namespace, name }, setter, old, new }
    }
}

/// The change of the reference scenario.
fn example() -> Change {
    let text = str::to_owned;
    Change {
        file: text("deployment.yml"),
        object: ObjectId {
            api_version: text("apps/v1"),
            kind: text("Deployment"),
            namespace: text("flask-app"),
            name: text("flask-app"),
        },
        setter: text("flux-system:flask-app"),
        old: text("docker.io/acme/flask-app:1.0.0"),
        new: text("docker.io/acme/flask-app:1.0.1"),
    }
}

/// The JSON of `template test`.
#[derive(Debug, Serialize)]
struct Rendered {
    message: String,
}

impl Report for Rendered {
    /// The message and nothing else: byte for byte where a program reads it, readable where a person does.
    fn text(&self, _: &Screen) -> String {
        if !std::io::stdout().is_terminal() {
            return self.message.clone();
        }
        format!("{}\n", visible(self.message.trim_end_matches('\n')))
    }
}
