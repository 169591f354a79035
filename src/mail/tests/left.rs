//! Mails that are not sent after all, while the server waits for them.

use std::sync::{Arc, OnceLock};

use super::sink::{Act, Setup as Server, Sink, Step};
use super::{MAIL, open, plain, send};
use crate::domain::secret::Secret;
use crate::mail::SmtpPost;
use crate::service::post::{Delivery, Post};

#[test]
fn who_says_no_when_asked_keeps_the_text_back() {
    let sink = Sink::taking_all();
    let mut carrier = open(plain(&sink));
    let secret = Secret::new(MAIL.into());
    let delivery = carrier.send("jo@acme.example", &secret, &mut || false);
    assert_eq!((delivery, carrier.is_open()), (Delivery::Withheld, false));
    drop(carrier);
    sink.settle();
    assert_eq!(sink.count(), 0);
    assert_eq!(sink.lines().last().unwrap(), "DATA", "not a byte more");
}

#[test]
fn when_the_program_ends_a_mail_is_left_unless_its_text_is_on_its_way() {
    for step in [Step::Mail, Step::Recipient, Step::Data, Step::Text] {
        let post: Arc<OnceLock<SmtpPost>> = Arc::default();
        let ends = Arc::clone(&post);
        // The program ends while the server is at that step; only of a text it says more then.
        let sink = Sink::start(Server::by(move |it, _| {
            if it != step {
                return Act::Usual;
            }
            ends.get().unwrap().hang_up();
            if step == Step::Text { Act::Usual } else { Act::Stall }
        }));
        let post = post.get_or_init(|| SmtpPost::new(plain(&sink)));
        let mut carrier = post.connect().unwrap();
        let mut asked = 0;
        let delivery = send(carrier.as_mut(), &mut asked);
        let wanted = match step {
            Step::Text => (Delivery::Accepted("250 2.0.0 Queued as 4711".into()), 1),
            _ => (Delivery::Withheld, 0),
        };
        assert_eq!((delivery, asked), wanted, "{step:?}");
        assert!(post.connect().is_err(), "nothing is begun any more");
        let next = send(carrier.as_mut(), &mut asked);
        assert!(!matches!(next, Delivery::Accepted(_)), "{next:?}");
    }
}
