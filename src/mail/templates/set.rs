//! The templates as they are read: those of the house, and the files that go before them.
//!
//! Owns which templates there are, which names they may use, and the sentences about what is
//! wrong with them.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{Environment, Error, UndefinedBehavior};

use super::page;
use crate::domain::problem::reason;
use crate::service::post::Model;

/// A template of the house: the name of its file, and what stands in it.
macro_rules! house {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../assets/mail/", $name)))),*]
    };
}

const HOUSE: [(&str, &str); 16] = house![
    "base.txt",
    "base.html",
    "access.txt",
    "access.html",
    "invitation.subject.txt",
    "invitation.txt",
    "invitation.html",
    "profile-created.subject.txt",
    "profile-created.txt",
    "profile-created.html",
    "password-reset.subject.txt",
    "password-reset.txt",
    "password-reset.html",
    "test.subject.txt",
    "test.txt",
    "test.html",
];

/// What every template may use. A value that is not there, such as a company or a contact, is
/// `none`: it can be asked for by `if`, and not be put out.
pub const NAMES: [&str; 7] =
    ["name", "user_id", "company", "invited_by", "portal", "host", "support"];
/// What only the text may use: a subject is read by whoever looks at the screen.
pub const TEXT_NAMES: [&str; 5] = ["subject", "password", "link", "expires", "least"];
/// The longest file that is taken for a template, in bytes.
const LONGEST: u64 = 256 * 1024;

/// A file of the directory, as far as one sees whether it has changed.
type Seen = (PathBuf, u64, Option<SystemTime>);

/// All templates, read and checked.
pub struct Set {
    seen: Vec<Seen>,
    text: Environment<'static>,
    html: Environment<'static>,
    /// The files that stand in place of templates of the house, by the template's name.
    replaced: BTreeMap<&'static str, PathBuf>,
    /// What is wrong with a template.
    faults: BTreeMap<&'static str, String>,
    /// What is wrong in the directory and concerns no template.
    pub strays: Vec<String>,
}

impl Set {
    /// The templates, those in the directory before those of the house.
    pub fn read(dir: Option<&Path>) -> Self {
        let (seen, strays) = dir.map(look).unwrap_or_default();
        let mut set = Self {
            text: environment(false),
            html: environment(true),
            replaced: BTreeMap::new(),
            faults: BTreeMap::new(),
            strays,
            seen,
        };
        for (name, of_house) in HOUSE {
            let file = set.seen.iter().find(|(file, ..)| named(file) == Some(name));
            let source = match file.cloned() {
                None => Ok(of_house.to_owned()),
                Some((file, length, _)) => {
                    set.replaced.insert(name, file.clone());
                    content(&file, length)
                }
            };
            if let Err(fault) = source.and_then(|source| set.add(name, source)) {
                set.faults.insert(name, fault);
            }
        }
        set
    }

    /// Whether the directory is as it was when they were read.
    pub fn is_fresh(&self, dir: Option<&Path>) -> bool {
        dir.map(look).unwrap_or_default().0 == self.seen
    }

    fn add(&mut self, name: &'static str, source: String) -> Result<(), String> {
        let is_html = name.ends_with(".html");
        let environment = if is_html { &mut self.html } else { &mut self.text };
        let added = environment.add_template_owned(name, source.clone());
        let template = added.and_then(|()| environment.get_template(name));
        let mut unknown: Vec<String> = match template {
            Ok(template) => template.undeclared_variables(false).into_iter().collect(),
            Err(error) => return Err(self.wrong(name, &error)),
        };
        unknown.retain(|used| !knows(name, used));
        unknown.sort();
        let Some(first) = unknown.first() else { return Ok(()) };
        let at = source.lines().position(|line| line.contains(first.as_str()));
        let what = unknown_name(name, first);
        Err(self.sentence(name, at.map(|at| at + 1), &what))
    }

    /// What is wrong with the templates that a letter is made of.
    pub fn faults_of(&self, model: Model) -> Vec<String> {
        parts(model).filter_map(|name| self.faults.get(name.as_str()).cloned()).collect()
    }

    /// The files that a letter is made of instead of templates of the house.
    pub fn replaced_of(&self, model: Model) -> Vec<String> {
        let file = |name: String| self.replaced.get(name.as_str());
        parts(model).filter_map(file).map(|file| file.display().to_string()).collect()
    }

    /// Fills a template in.
    pub fn fill(&self, name: &str, facts: &BTreeMap<&str, Value>) -> Result<String, String> {
        let environment = if name.ends_with(".html") { &self.html } else { &self.text };
        let filled = environment.get_template(name).and_then(|template| template.render(facts));
        filled.map_err(|error| self.wrong(name, &error))
    }

    /// What to say when something has to be in the letter made of `name` and is not.
    pub fn lacks(&self, name: &str, what: &str, written: &str) -> String {
        let tail = name.rsplit('.').next().unwrap_or_default();
        let own = [name.to_owned(), format!("access.{tail}"), format!("base.{tail}")];
        let culprit = own.iter().find(|name| self.replaced.contains_key(name.as_str()));
        let what = format!("{what} is left out; {{{{ {written} }}}} has to stand in it");
        self.sentence(culprit.map_or(name, String::as_str), None, &what)
    }

    /// An error of the engine as a sentence.
    fn wrong(&self, name: &str, error: &Error) -> String {
        let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        self.sentence(error.name().unwrap_or(name), error.line(), &what)
    }

    fn sentence(&self, name: &str, line: Option<usize>, what: &str) -> String {
        let line = line.map(|line| format!(", line {line}")).unwrap_or_default();
        let what = page::line(what);
        match self.replaced.get(name) {
            Some(file) => format!(
                "{}{line}: {what}. Mend the file, or take it away to have the built-in one.",
                file.display()
            ),
            None => format!("The built-in template {name}{line}: {what}."),
        }
    }
}

/// The templates that a letter is made of.
fn parts(model: Model) -> impl Iterator<Item = String> {
    let own = ["subject.txt", "txt", "html"].map(|tail| format!("{}.{tail}", model.name()));
    let shared = ["base.txt", "base.html"].map(str::to_owned);
    let access = ["access.txt", "access.html"].map(str::to_owned);
    let access = access.into_iter().filter(move |_| model != Model::Test);
    own.into_iter().chain(access).chain(shared)
}

/// The names that a template may use.
fn names(template: &str) -> impl Iterator<Item = &'static str> {
    let text = TEXT_NAMES.iter().filter(|_| !template.ends_with(".subject.txt"));
    NAMES.iter().chain(text).copied()
}

fn knows(template: &str, used: &str) -> bool {
    // What the engine brings along inside of a block or a loop.
    matches!(used, "super" | "loop") || names(template).any(|name| name == used)
}

fn unknown_name(template: &str, used: &str) -> String {
    let near = names(template)
        .map(|name| (strsim::damerau_levenshtein(name, used), name))
        .min()
        .filter(|(steps, _)| *steps <= 2);
    match near {
        Some((_, name)) => format!("there is no “{used}”; did you mean “{name}”?"),
        None => {
            let all: Vec<&str> = names(template).collect();
            format!("there is no “{used}”; there are {}", all.join(", "))
        }
    }
    .trim_end_matches('?')
    .to_owned()
}

/// An engine that is strict: an unknown name, or a value that is not there, is an error.
fn environment(is_html: bool) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true);
    if let Ok(syntax) = syntax.build() {
        environment.set_syntax(syntax);
    }
    // A name from a sign-up form must not become markup, whatever a template says.
    environment.remove_filter("safe");
    environment.set_formatter(move |out, state, value| {
        if value.is_none() {
            let what = "a value is not there in every letter; ask for it by {% if … %}";
            return Err(Error::new(minijinja::ErrorKind::UndefinedError, what));
        }
        if !is_html || value.is_safe() {
            return minijinja::escape_formatter(
                out,
                state,
                &Value::from_safe_string(value.to_string()),
            );
        }
        out.write_str(&page::html(&value.to_string())).map_err(Error::from)
    });
    environment
}

/// What lies in the directory, and what is wrong there.
fn look(dir: &Path) -> (Vec<Seen>, Vec<String>) {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        // Where nobody has put templates, those of the house do.
        Err(error) if error.kind() == ErrorKind::NotFound => return Default::default(),
        Err(error) => {
            let what = format!("{} can't be read: {}.", dir.display(), reason(&error));
            return (Vec::new(), vec![what]);
        }
    };
    let (mut seen, mut strays) = (Vec::new(), Vec::new());
    for entry in entries.flatten() {
        let file = entry.path();
        let Some(name) = named(&file).filter(|name| !name.starts_with('.')) else { continue };
        if HOUSE.iter().any(|(own, _)| *own == name) {
            let about = fs::metadata(&file).ok();
            let length = about.as_ref().map_or(0, fs::Metadata::len);
            seen.push((file.clone(), length, about.and_then(|it| it.modified().ok())));
        } else if name.ends_with(".txt") || name.ends_with(".html") {
            strays.push(stray(&file, name));
        }
    }
    seen.sort();
    strays.sort();
    (seen, strays)
}

fn named(file: &Path) -> Option<&str> {
    file.file_name()?.to_str()
}

fn stray(file: &Path, name: &str) -> String {
    let near = HOUSE
        .iter()
        .map(|(own, _)| (strsim::damerau_levenshtein(own, name), *own))
        .min()
        .filter(|(steps, _)| *steps <= 3);
    let meant = near.map(|(_, own)| format!("; {own} is meant")).unwrap_or_default();
    format!("{} is none of the templates and is not used{meant}.", file.display())
}

fn content(file: &Path, length: u64) -> Result<String, String> {
    let wrong = |what: &str| {
        Err(format!(
            "{} {what}. Mend the file, or take it away to have the built-in one.",
            file.display()
        ))
    };
    if length > LONGEST {
        return wrong("is longer than 256 KiB");
    }
    match fs::read(file) {
        Ok(bytes) => String::from_utf8(bytes).or_else(|_| wrong("is no UTF-8 text")),
        Err(error) => wrong(&format!("can't be read: {}", reason(&error))),
    }
}
