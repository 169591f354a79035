//! What letters say.
//!
//! Each letter is made of templates: a subject, a text, the same in HTML, and what they share.
//! Those of the house lie in `assets/mail`; a file of the same name in the templates directory
//! goes before one of them. Owns how a letter is written, and that no template leaves out what
//! the person needs. Must not know how mails are sent.

mod page;
mod set;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::Value;

use crate::domain::mail::Carries;
use crate::domain::password::MIN_CHARS;
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::service::post::{Enclosed, Letter, Model, ModelState, TemplatesState, Written};

use page::MARK;
use set::Set;

/// What stands in place of a secret that is not there: as many as on the screen.
const DOTS: &str = "••••••••••••";
/// The portal of the letters by which templates are tried.
const SAMPLE_PORTAL: &str = "https://portal.example";
/// The contact likewise.
const SAMPLE_SUPPORT: &str = "help@portal.example";

/// The facts that a template is filled with.
type Facts = BTreeMap<&'static str, Value>;

/// Writes letters.
pub struct Templates {
    /// The directory whose files go before the templates of the house.
    dir: Option<PathBuf>,
    /// Whom people can ask, in words or by an address.
    support: Option<String>,
    /// The local offset from UTC at a moment, in seconds.
    offset: fn(Timestamp) -> i32,
    /// The templates as they were read last.
    read: Mutex<Option<Arc<Set>>>,
}

impl Templates {
    /// Letters by the templates of the house and the files in `dir`, with `support` as whom
    /// people can ask, and times in the zone of `offset`. Reads nothing yet.
    pub fn new(
        dir: Option<PathBuf>,
        support: Option<String>,
        offset: fn(Timestamp) -> i32,
    ) -> Self {
        Self { dir, support, offset, read: Mutex::new(None) }
    }

    /// The letter as it reads, for a portal at that address. Without a secret in it, dots stand
    /// in its place.
    ///
    /// # Errors
    /// In a sentence, when a template has a mistake, or leaves out the secret or the address.
    pub fn write(&self, letter: &Letter, portal: &str) -> Result<Written, String> {
        write(&self.set(), letter, portal, self.support.as_deref(), self.offset)
    }

    /// The letter that tries the configuration; it carries nothing.
    ///
    /// # Errors
    /// In a sentence, when a template has a mistake.
    pub fn write_test(&self, asked_by: &Text) -> Result<Written, String> {
        write_test(&self.set(), asked_by, self.support.as_deref())
    }

    /// How the templates stand: each letter is written by them, in every form that it has.
    pub fn state(&self) -> TemplatesState {
        let set = self.set();
        let state = |model| ModelState {
            model,
            replaced: set.replaced_of(model),
            faults: tried(&set, model, self.offset),
        };
        TemplatesState {
            dir: self.dir.as_ref().map(|dir| dir.display().to_string()),
            models: Model::ALL.map(state).to_vec(),
            strays: set.strays.clone(),
        }
    }

    /// The templates; read anew when a file in the directory was changed since.
    fn set(&self) -> Arc<Set> {
        let dir = self.dir.as_deref();
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(set) = read.as_ref().filter(|set| set.is_fresh(dir)) {
            return Arc::clone(set);
        }
        let set = Arc::new(Set::read(dir));
        *read = Some(Arc::clone(&set));
        set
    }
}

/// What is wrong with a letter: what its templates say of themselves, else what comes of
/// writing each form of it.
fn tried(set: &Set, model: Model, offset: fn(Timestamp) -> i32) -> Vec<String> {
    let mut faults = set.faults_of(model);
    if !faults.is_empty() {
        return faults;
    }
    for support in [Some(SAMPLE_SUPPORT), None] {
        let written = match model {
            Model::Test => vec![write_test(set, &"anna".into(), support)],
            Model::Of(purpose) => {
                let forms = Carries::ALL.into_iter().flat_map(|carries| {
                    let whole = Letter::sample(purpose, carries, Timestamp::from_millis(0));
                    let bare = Letter { company: None, ..whole.clone() };
                    [whole, bare]
                });
                forms.map(|letter| write(set, &letter, SAMPLE_PORTAL, support, offset)).collect()
            }
        };
        faults.extend(written.into_iter().filter_map(Result::err));
    }
    faults.sort();
    faults.dedup();
    faults
}

fn write(
    set: &Set,
    letter: &Letter,
    portal: &str,
    support: Option<&str>,
    offset: fn(Timestamp) -> i32,
) -> Result<Written, String> {
    let portal = portal.trim_end_matches('/');
    let carries = match &letter.enclosed {
        Some(Enclosed::Password(_)) => Carries::TemporaryPassword,
        Some(Enclosed::Token(_)) => Carries::ActivationLink,
        None => letter.carries,
    };
    let link = format!("{portal}/activate#{MARK}");
    let (due, what, written) = match carries {
        Carries::TemporaryPassword => (MARK.to_string(), "the password", "password"),
        Carries::ActivationLink => (link.clone(), "the activation link", "link"),
    };
    let is_link = carries == Carries::ActivationLink;
    let mut facts = addressed(&letter.name, &letter.invited_by, support);
    facts.extend([
        ("user_id", told(&letter.user_id)),
        ("company", letter.company.as_ref().map_or_else(none, told)),
        ("portal", Value::from(portal)),
        ("host", Value::from(host(portal))),
        ("expires", Value::from(page::moment(letter.expires_at, offset(letter.expires_at)))),
        ("least", Value::from(MIN_CHARS)),
        ("password", if is_link { none() } else { Value::from(MARK.to_string()) }),
        ("link", if is_link { Value::from(link) } else { none() }),
    ]);
    let pages = Pages::fill(set, Model::Of(letter.purpose), facts)?;
    let name = Model::Of(letter.purpose).name();
    for (page, due, portal, tail) in [
        (&pages.text, due.clone(), portal.to_owned(), "txt"),
        (&pages.html, page::html(&due), page::html(portal), "html"),
    ] {
        let name = format!("{name}.{tail}");
        if !page.contains(&due) {
            return Err(set.lacks(&name, what, written));
        }
        if !page.contains(&portal) {
            return Err(set.lacks(&name, "the address of the portal", "portal"));
        }
    }
    let dots = Secret::new(DOTS.to_owned());
    let secret = match &letter.enclosed {
        Some(Enclosed::Password(secret) | Enclosed::Token(secret)) => secret,
        None => &dots,
    };
    Ok(pages.revealed(secret))
}

fn write_test(set: &Set, asked_by: &Text, support: Option<&str>) -> Result<Written, String> {
    let mut facts = addressed(asked_by, asked_by, support);
    let absent = ["user_id", "company", "portal", "host", "expires", "least", "password", "link"];
    facts.extend(absent.map(|name| (name, none())));
    let pages = Pages::fill(set, Model::Test, facts)?;
    Ok(pages.revealed(&Secret::new(String::new())))
}

/// The facts of every letter.
fn addressed(name: &Text, invited_by: &Text, support: Option<&str>) -> Facts {
    Facts::from([
        ("name", told(name)),
        ("invited_by", told(invited_by)),
        ("support", support.map_or_else(none, |support| told(&support.into()))),
    ])
}

/// A text from outside with its tricks made visible, so that no line ends within it.
fn told(text: &Text) -> Value {
    Value::from(page::value(&text.shown()))
}

fn none() -> Value {
    Value::from(())
}

/// An address without what every address begins with.
fn host(portal: &str) -> &str {
    portal.split_once("://").map_or(portal, |(_, host)| host)
}

/// A letter with the mark where the secret belongs.
struct Pages {
    subject: String,
    text: String,
    html: String,
}

impl Pages {
    fn fill(set: &Set, model: Model, mut facts: Facts) -> Result<Self, String> {
        if let Some(fault) = set.faults_of(model).into_iter().next() {
            return Err(fault);
        }
        let name = |tail: &str| format!("{}.{tail}", model.name());
        let subject = page::line(&set.fill(&name("subject.txt"), &facts)?);
        facts.insert("subject", Value::from(subject.clone()));
        let text = page::wrapped(&set.fill(&name("txt"), &facts)?);
        Ok(Self { text, html: set.fill(&name("html"), &facts)?, subject })
    }

    fn revealed(&self, secret: &Secret) -> Written {
        let escaped = Secret::new(page::html(secret.expose()));
        Written {
            subject: Text::new(self.subject.clone()),
            text: page::reveal(&self.text, secret),
            html: page::reveal(&self.html, &escaped),
        }
    }
}
