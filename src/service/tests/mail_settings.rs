//! How mail is set up, and the test of the whole way: what is told, and what the trail has.

use std::sync::{Arc, Mutex};

use super::{House, SITE};
use crate::domain::audit::Action;
use crate::domain::role::Role;
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::service::post::{
    Carrier, Delivery, Head, Letter, MailPolicy, Model, ModelState, Post, Setting, TemplatesState,
    Written,
};
use crate::service::{Desk, DeskError};

/// A post that answers as it is told and keeps the heads of what it was given.
struct Scripted {
    answer: Result<Delivery, String>,
    heads: Mutex<Vec<Head>>,
}

struct Wire(Delivery);

impl Carrier for Wire {
    fn send(&mut self, _: &str, _: &Secret, hand_over: &mut dyn FnMut() -> bool) -> Delivery {
        if hand_over() { self.0.clone() } else { Delivery::Withheld }
    }

    fn is_open(&self) -> bool {
        true
    }
}

impl Post for Scripted {
    fn why_not(&self) -> Option<String> {
        None
    }

    fn policy(&self) -> MailPolicy {
        MailPolicy::default()
    }

    fn settings(&self) -> Vec<Setting> {
        vec![("Server", "mail.example".to_owned())]
    }

    fn templates(&self) -> TemplatesState {
        let state = ModelState { model: Model::Test, replaced: Vec::new(), faults: Vec::new() };
        TemplatesState { dir: None, models: vec![state], strays: Vec::new() }
    }

    fn portal_address(&self, site: &str) -> Option<String> {
        (site == SITE).then(|| "https://shop.example".to_owned())
    }

    fn write(&self, letter: &Letter) -> Result<Written, String> {
        if self.portal_address(letter.site.raw()).is_none() {
            return Err("There is no address.".into());
        }
        Ok(written(&format!("{:?} until {}", letter.carries, letter.expires_at)))
    }

    fn write_test(&self, asked_by: &Text) -> Result<Written, String> {
        Ok(written(&format!("asked by {asked_by}")))
    }

    fn compose(&self, head: &Head, written: &Written) -> Result<Secret, String> {
        self.heads.lock().unwrap().push(head.clone());
        Ok(written.text.clone())
    }

    fn connect(&self) -> Result<Box<dyn Carrier>, String> {
        let answer = self.answer.clone()?;
        Ok(Box::new(Wire(answer)))
    }
}

fn written(text: &str) -> Written {
    let page = || Secret::new(text.to_owned());
    Written { subject: "A letter".into(), text: page(), html: page() }
}

fn answering(house: &House, answer: Result<Delivery, String>) -> (Desk, Arc<Scripted>) {
    let post = Arc::new(Scripted { answer, heads: Mutex::default() });
    (house.desk.clone().with_post(post.clone()), post)
}

/// The house's desk with a server that takes everything.
pub(super) fn taking(house: &House) -> Desk {
    answering(house, Ok(Delivery::Accepted("250 taken".into()))).0
}

/// What the trail has of the last test.
fn noted(house: &House) -> Option<String> {
    let last = house.trail().into_iter().rfind(|it| it.action == Action::MailTest)?;
    assert!(last.targets.is_empty(), "it is about no record");
    last.note.map(|note| note.to_string())
}

#[test]
fn a_test_tells_the_servers_words_and_the_trail_keeps_them() {
    let house = House::new();
    let boss = house.staff(Role::SecurityAdministrator);
    let (desk, post) = answering(&house, Ok(Delivery::Accepted("250 queued as 7".into())));
    let sent = desk.send_test(&boss, " jo@acme.example ").unwrap();
    assert_eq!((sent.to.raw(), sent.answer.raw()), ("jo@acme.example", "250 queued as 7"));
    assert_eq!(noted(&house).unwrap(), "to jo@acme.example: 250 queued as 7");
    desk.send_test(&boss, "jo@acme.example").unwrap();
    let heads = post.heads.lock().unwrap();
    assert_ne!(heads[0].message_id, heads[1].message_id, "each test is a mail of its own");
}

#[test]
fn a_test_that_fails_says_what_the_server_said() {
    for (answer, told) in [
        (
            Ok(Delivery::Refused("550 no such person".into())),
            "The mail server refuses it: 550 no such person",
        ),
        (
            Ok(Delivery::Deferred("451 come back".into())),
            "The mail server does not take it now: 451 come back",
        ),
        (
            Ok(Delivery::Unknown("timed out".into())),
            "The connection was lost before the mail server said whether it has it: timed out",
        ),
        (Err("mail.example is not reached.".to_owned()), "mail.example is not reached."),
    ] {
        let house = House::new();
        let boss = house.staff(Role::SecurityAdministrator);
        let refused = answering(&house, answer).0.send_test(&boss, "jo@acme.example").unwrap_err();
        assert_eq!((refused.to_string().as_str(), refused.code().as_str()), (told, "mail"));
        assert_eq!(noted(&house).unwrap(), format!("to jo@acme.example: not sent: {told}"));
    }
}

#[test]
fn a_test_needs_an_address_and_mail() {
    let house = House::new();
    let boss = house.staff(Role::SecurityAdministrator);
    let refused = taking(&house).send_test(&boss, "jo").unwrap_err();
    assert_eq!(refused.field(), Some("to"));
    let refused = house.desk.send_test(&boss, "jo@acme.example").unwrap_err();
    assert_eq!(refused.to_string(), "Mail is not set up here.");
    assert_eq!(noted(&house), None);
}

#[test]
fn the_settings_say_what_is_missing_and_who_may_try() {
    let house = House::new();
    let boss = house.staff(Role::SecurityAdministrator);
    house.edit_user(boss.user(), |user| user.email = Some("anna@desk.example".into()));
    let settings = house.desk.mail_settings(&boss).unwrap();
    assert_eq!(settings.why_not.as_deref(), Some("Mail is not set up here."));
    assert_eq!(settings.why_not_test, settings.why_not);
    assert_eq!(settings.own_email.unwrap().raw(), "anna@desk.example");
    let settings = taking(&house).mail_settings(&boss).unwrap();
    assert_eq!((settings.why_not, settings.why_not_test), (None, None));
    assert_eq!(settings.lines, [("Server", "mail.example".to_owned())]);
    assert_eq!(settings.templates.models.len(), 1);
    let clerk = house.staff(Role::CustomerService);
    let settings = taking(&house).mail_settings(&clerk).unwrap();
    assert!(settings.why_not_test.unwrap().contains("Security Administrator"));
}

#[test]
fn a_preview_is_for_a_site_that_has_an_address() {
    let house = House::new();
    let clerk = house.staff(Role::CustomerService);
    for model in Model::ALL {
        let preview = taking(&house).preview_letter(&clerk, model).unwrap();
        assert_eq!(preview.subject.raw(), "A letter");
        assert_eq!(preview.text.contains("asked by"), model == Model::Test);
    }
    let refused = house.desk.preview_letter(&clerk, Model::Test).unwrap_err();
    assert!(matches!(refused, DeskError::Problems(_)), "{refused}");
}
