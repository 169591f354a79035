//! A post that a test scripts: it answers as told, and remembers what it was given.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::service::post::{
    Carrier, Delivery, Enclosed, Head, Letter, MailPolicy, Post, Setting, Written,
};

/// How a server answers one mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It takes it.
    Accept,
    /// It refuses the address, before any text.
    RefuseEarly,
    /// It refuses the text.
    Refuse,
    /// It puts the address off, before any text.
    DeferEarly,
    /// It puts the text off.
    Defer,
    /// It is gone after the text.
    Vanish,
    /// It closes the connection before any text.
    Close,
    /// It takes it and closes the connection.
    AcceptAndClose,
}

/// A mail that a server was given the text of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub message_id: String,
    pub address: String,
    /// The password or token in it.
    pub secret: String,
}

type Hook = Box<dyn Fn() + Send + Sync>;

#[derive(Default)]
struct State {
    policy: MailPolicy,
    why_not: Option<String>,
    /// Answers by address, the next first; [`Answer::Accept`] once they are used up.
    answers: HashMap<String, VecDeque<Answer>>,
    /// What connecting comes to, the next first; well once they are used up.
    connects: VecDeque<Result<(), String>>,
    connected: usize,
    unwritten: Option<String>,
    uncomposed: Option<String>,
    given: Vec<Given>,
    /// Done right before the hand-over is asked for, and right after it was granted.
    before: Option<Hook>,
    after: Option<Hook>,
}

/// The scripted post; clones share the script.
#[derive(Clone, Default)]
pub struct Script(Arc<Mutex<State>>);

impl Script {
    pub fn policy(&self, policy: MailPolicy) {
        self.0.lock().unwrap().policy = policy;
    }

    pub fn not_set_up(&self, why: Option<&str>) {
        self.0.lock().unwrap().why_not = why.map(str::to_owned);
    }

    pub fn answer(&self, address: &str, answers: &[Answer]) {
        let answers = answers.iter().copied().collect();
        self.0.lock().unwrap().answers.insert(address.to_owned(), answers);
    }

    pub fn connects(&self, outcomes: &[Result<(), &str>]) {
        let outcomes = outcomes.iter().map(|it| it.map_err(str::to_owned)).collect();
        self.0.lock().unwrap().connects = outcomes;
    }

    pub fn unwritten(&self, why: Option<&str>) {
        self.0.lock().unwrap().unwritten = why.map(str::to_owned);
    }

    pub fn uncomposed(&self, why: Option<&str>) {
        self.0.lock().unwrap().uncomposed = why.map(str::to_owned);
    }

    pub fn before_hand_over(&self, hook: impl Fn() + Send + Sync + 'static) {
        self.0.lock().unwrap().before = Some(Box::new(hook));
    }

    pub fn after_hand_over(&self, hook: impl Fn() + Send + Sync + 'static) {
        self.0.lock().unwrap().after = Some(Box::new(hook));
    }

    pub fn connected(&self) -> usize {
        self.0.lock().unwrap().connected
    }

    pub fn given(&self) -> Vec<Given> {
        self.0.lock().unwrap().given.clone()
    }

    /// The secret in the last mail.
    pub fn last_secret(&self) -> Secret {
        Secret::new(self.given().last().expect("a mail was given").secret.clone())
    }

    fn run(&self, which: fn(&mut State) -> &mut Option<Hook>) {
        // Taken out while it runs: it may send mails itself.
        let hook = which(&mut self.0.lock().unwrap()).take();
        if let Some(hook) = hook {
            hook();
        }
    }
}

impl Post for Script {
    fn why_not(&self) -> Option<String> {
        self.0.lock().unwrap().why_not.clone()
    }

    fn policy(&self) -> MailPolicy {
        self.0.lock().unwrap().policy
    }

    fn settings(&self) -> Vec<Setting> {
        Vec::new()
    }

    fn portal_address(&self, _: &str) -> Option<String> {
        Some("https://portal.example".into())
    }

    fn write(&self, letter: &Letter) -> Result<Written, String> {
        if let Some(why) = &self.0.lock().unwrap().unwritten {
            return Err(why.clone());
        }
        let text = match &letter.enclosed {
            Some(Enclosed::Password(secret) | Enclosed::Token(secret)) => secret.clone(),
            None => Secret::new("••••".into()),
        };
        Ok(Written { subject: "hello".into(), html: text.clone(), text })
    }

    fn write_test(&self, _: &Text) -> Result<Written, String> {
        Err("no test here".into())
    }

    fn compose(&self, head: &Head, written: &Written) -> Result<Secret, String> {
        if let Some(why) = &self.0.lock().unwrap().uncomposed {
            return Err(why.clone());
        }
        Ok(Secret::new(format!("{}\n{}", head.message_id.raw(), written.text.expose())))
    }

    fn connect(&self) -> Result<Box<dyn Carrier>, String> {
        let mut state = self.0.lock().unwrap();
        state.connects.pop_front().unwrap_or(Ok(()))?;
        state.connected += 1;
        drop(state);
        Ok(Box::new(Wire { script: self.clone(), open: true }))
    }
}

struct Wire {
    script: Script,
    open: bool,
}

impl Carrier for Wire {
    fn send(
        &mut self,
        address: &str,
        mail: &Secret,
        hand_over: &mut dyn FnMut() -> bool,
    ) -> Delivery {
        let answer = {
            let mut state = self.script.0.lock().unwrap();
            let answers = state.answers.get_mut(address);
            answers.and_then(VecDeque::pop_front).unwrap_or(Answer::Accept)
        };
        match answer {
            Answer::RefuseEarly => return Delivery::Refused("550 5.1.1 no such user".into()),
            Answer::DeferEarly => return Delivery::Deferred("450 4.2.1 try later".into()),
            Answer::Close => {
                self.open = false;
                return Delivery::Deferred("the connection was closed".into());
            }
            _ => {}
        }
        self.script.run(|state| &mut state.before);
        if !hand_over() {
            self.open = false;
            return Delivery::Withheld;
        }
        let (message_id, secret) = mail.expose().split_once('\n').unwrap();
        self.script.0.lock().unwrap().given.push(Given {
            message_id: message_id.to_owned(),
            address: address.to_owned(),
            secret: secret.to_owned(),
        });
        self.script.run(|state| &mut state.after);
        match answer {
            Answer::Refuse => Delivery::Refused("554 5.7.1 not this text".into()),
            Answer::Defer => Delivery::Deferred("451 4.3.0 disk is full".into()),
            Answer::Vanish => {
                self.open = false;
                Delivery::Unknown("the connection was lost".into())
            }
            Answer::AcceptAndClose => {
                self.open = false;
                Delivery::Accepted("250 2.0.0 queued, bye".into())
            }
            _ => Delivery::Accepted("250 2.0.0 queued".into()),
        }
    }

    fn is_open(&self) -> bool {
        self.open
    }
}
