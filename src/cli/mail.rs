//! `mail`: how mail is set up, how the letters read, and a test.

use clap::Subcommand;

use crate::domain::text::escape;
use crate::service::mail_settings::MailSettings;
use crate::service::post::{Model, ModelState, Preview};

use super::Failure;
use super::context::Context;
use super::output;
use super::table::{record, table};

/// What can be asked about mail.
#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Show what is configured, what is missing, and whether each template reads well.
    Settings,
    /// Send a test at once, and tell what the mail server says.
    Test {
        /// The address that it goes to.
        #[arg(long, value_name = "ADDRESS")]
        to: String,
    },
    /// Print a letter as it would read now, with facts made up and dots for the secret.
    Preview {
        /// Which: invitation, profile-created, password-reset or test.
        #[arg(value_parser = model)]
        letter: Model,
        /// Print the HTML instead of the text.
        #[arg(long)]
        html: bool,
    },
}

fn model(name: &str) -> Result<Model, String> {
    let all: Vec<&str> = Model::ALL.iter().map(|it| it.name()).collect();
    Model::named(name).ok_or_else(|| format!("there are {}", all.join(", ")))
}

pub(super) fn run(command: &MailCommand, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    match command {
        MailCommand::Settings => context.show(&desk.mail_settings(&who)?, settings),
        MailCommand::Test { to } => context.show(&desk.send_test(&who, to)?, |it| {
            format!("A test went to {}. The mail server says: {}", it.to, it.answer)
        }),
        MailCommand::Preview { letter, html } => {
            context.show(&desk.preview_letter(&who, *letter)?, |it| read(it, *html))
        }
    }
}

fn settings(it: &MailSettings) -> String {
    let state = it.why_not.as_deref().unwrap_or("Mail is set up.").to_owned();
    let lines: Vec<(&str, String)> =
        it.lines.iter().map(|(name, value)| (*name, value.clone())).collect();
    let letters = table(
        &["LETTER", "OWN TEMPLATES", "STATE"],
        &it.templates.models.iter().map(letter).collect::<Vec<_>>(),
    );
    let mut parts = vec![state];
    parts.extend((!lines.is_empty()).then(|| record(&lines)));
    parts.extend((!it.templates.models.is_empty()).then_some(letters));
    // In full, below the table: each names its file and its line.
    let mut faults = it.templates.faults();
    faults.extend(it.templates.strays.iter().map(String::as_str));
    parts.extend((!faults.is_empty()).then(|| faults.join("\n")));
    parts.iter().map(|part| visible(part)).collect::<Vec<_>>().join("\n\n")
}

fn letter(it: &ModelState) -> Vec<String> {
    let own = match it.replaced.len() {
        0 => output::NOTHING.to_owned(),
        1 => "1 file".to_owned(),
        n => format!("{n} files"),
    };
    let state = if it.faults.is_empty() { "reads well" } else { "can't be sent" };
    vec![it.model.name().to_owned(), own, state.to_owned()]
}

/// A letter as it is printed.
pub(super) fn read(it: &Preview, html: bool) -> String {
    if html {
        visible(&it.html)
    } else {
        visible(&format!("Subject: {}\n\n{}", it.subject, it.text))
    }
}

/// Lines of which none drives a terminal: a template may come from anywhere.
fn visible(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("\n")
}
