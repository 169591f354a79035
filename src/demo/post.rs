//! The demonstration's post: it takes every mail and sends none.
//!
//! Owns what becomes of a mail by its address, so that there is something to see of every way
//! that a mail can go. What letters say is the affair of whom it was given.

use std::sync::Arc;

use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::service::post::{
    Carrier, Delivery, Head, Letter, MailPolicy, Post, Setting, TemplatesState, Written,
};

/// Nobody at this domain is known.
const BOUNCE: &str = "@bounce.example";
/// The server of this domain is always busy.
const SLOW: &str = "@slow.example";
/// The connection to this domain's server is always lost at the last moment.
const LOST: &str = "@lost.example";

/// A post that sends nothing.
pub struct DemoPost {
    letters: Arc<dyn Post>,
}

impl DemoPost {
    /// The post; `letters` writes what it would send.
    pub fn new(letters: Arc<dyn Post>) -> Self {
        Self { letters }
    }
}

impl Post for DemoPost {
    fn why_not(&self) -> Option<String> {
        None
    }

    fn policy(&self) -> MailPolicy {
        self.letters.policy()
    }

    fn settings(&self) -> Vec<Setting> {
        vec![
            (
                "Server",
                "none: this is a demonstration, which takes mails and sends none".to_owned(),
            ),
            ("Refused", format!("mail to …{BOUNCE}, as a server does that knows nobody there")),
            ("Put off", format!("mail to …{SLOW}, as a server does that is busy")),
            ("Lost", format!("mail to …{LOST}: the connection ends before the answer")),
        ]
    }

    fn templates(&self) -> TemplatesState {
        self.letters.templates()
    }

    fn portal_address(&self, site: &str) -> Option<String> {
        self.letters.portal_address(site)
    }

    fn write(&self, letter: &Letter) -> Result<Written, String> {
        self.letters.write(letter)
    }

    fn write_test(&self, asked_by: &Text) -> Result<Written, String> {
        self.letters.write_test(asked_by)
    }

    fn compose(&self, head: &Head, written: &Written) -> Result<Secret, String> {
        self.letters.compose(head, written)
    }

    fn connect(&self) -> Result<Box<dyn Carrier>, String> {
        Ok(Box::new(Nowhere { open: true }))
    }
}

/// A connection to no server.
struct Nowhere {
    open: bool,
}

impl Carrier for Nowhere {
    fn send(
        &mut self,
        address: &str,
        _mail: &Secret,
        hand_over: &mut dyn FnMut() -> bool,
    ) -> Delivery {
        let at = |domain: &str| address.to_lowercase().ends_with(domain);
        if at(BOUNCE) {
            let words = format!("550 5.1.1 <{address}>: nobody of that name is here");
            return Delivery::Refused(words.into());
        }
        if at(SLOW) {
            return Delivery::Deferred("451 4.3.2 Busy just now; please try again later".into());
        }
        if !hand_over() {
            return Delivery::Withheld;
        }
        if at(LOST) {
            self.open = false;
            return Delivery::Unknown(
                "The connection was lost after the text was sent, before the server answered."
                    .into(),
            );
        }
        Delivery::Accepted("250 2.0.0 Taken by the demonstration, which sends nothing".into())
    }

    fn is_open(&self) -> bool {
        self.open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(address: &str) -> (Delivery, bool) {
        let mut asked = false;
        let delivery =
            Nowhere { open: true }.send(address, &Secret::new("mail".into()), &mut || {
                asked = true;
                true
            });
        (delivery, asked)
    }

    #[test]
    fn the_address_decides_what_becomes_of_a_mail() {
        assert!(matches!(sent("jo@acme.example"), (Delivery::Accepted(_), true)));
        assert!(matches!(sent("jo@Bounce.example"), (Delivery::Refused(_), false)));
        assert!(matches!(sent("jo@slow.example"), (Delivery::Deferred(_), false)));
        assert!(matches!(sent("jo@lost.example"), (Delivery::Unknown(_), true)));
        assert!(matches!(sent("jo@notbounce.example"), (Delivery::Accepted(_), true)));
    }

    #[test]
    fn nothing_is_taken_that_may_not_go() {
        let mail = Secret::new("mail".into());
        let taken = Nowhere { open: true }.send("jo@acme.example", &mail, &mut || false);
        assert_eq!(taken, Delivery::Withheld);
    }
}
