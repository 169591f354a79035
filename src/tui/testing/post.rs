//! A post for tests of screens: short letters, and an address that decides what becomes of
//! each.

use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::service::post::{
    Carrier, Delivery, Enclosed, Head, Letter, MailPolicy, Post, Setting, Written,
};

/// A post that takes what goes to any domain but two.
pub struct TestPost;

impl Post for TestPost {
    fn why_not(&self) -> Option<String> {
        None
    }

    fn policy(&self) -> MailPolicy {
        MailPolicy::default()
    }

    fn settings(&self) -> Vec<Setting> {
        Vec::new()
    }

    fn portal_address(&self, _: &str) -> Option<String> {
        Some("https://shop.example".to_owned())
    }

    fn write(&self, letter: &Letter) -> Result<Written, String> {
        let secret = match &letter.enclosed {
            Some(Enclosed::Password(it) | Enclosed::Token(it)) => it.expose().to_owned(),
            None => "••••••••••••".to_owned(),
        };
        let lines = (1..=20).map(|n| format!("{n}. what to do then\n"));
        let text = format!(
            "Dear {},\n\n    User ID   {}\n    Password  {secret}\n\n{}",
            letter.name,
            letter.user_id,
            lines.collect::<String>()
        );
        Ok(Written {
            subject: Text::new(format!("Your access to the portal, {}", letter.name)),
            html: Secret::new(format!("<p>{text}</p>")),
            text: Secret::new(text),
        })
    }

    fn write_test(&self, asked_by: &Text) -> Result<Written, String> {
        let text = Secret::new(format!("{asked_by} tries the mail."));
        Ok(Written { subject: "A test".into(), html: text.clone(), text })
    }

    fn compose(&self, _: &Head, written: &Written) -> Result<Secret, String> {
        Ok(written.text.clone())
    }

    fn connect(&self) -> Result<Box<dyn Carrier>, String> {
        Ok(Box::new(Line))
    }
}

struct Line;

impl Carrier for Line {
    fn send(
        &mut self,
        address: &str,
        _mail: &Secret,
        hand_over: &mut dyn FnMut() -> bool,
    ) -> Delivery {
        if address.ends_with("@bounce.example") {
            return Delivery::Refused("550 5.1.1 nobody of that name is here".into());
        }
        if address.ends_with("@slow.example") {
            return Delivery::Deferred("451 4.3.2 busy just now; try again later".into());
        }
        if hand_over() { Delivery::Accepted("250 2.0.0 taken".into()) } else { Delivery::Withheld }
    }

    fn is_open(&self) -> bool {
        true
    }
}
