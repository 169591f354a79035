//! Killed between any two steps of sending mails: none is lost, and none goes out twice.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use portaldesk::clock::{Clock, SystemClock};
use portaldesk::config;
use portaldesk::domain::id::MailId;
use portaldesk::domain::login::Door;
use portaldesk::domain::mail::{Carries, Mail, MailState};
use portaldesk::domain::role::Role;
use portaldesk::domain::secret::Secret;
use portaldesk::domain::text::Text;
use portaldesk::domain::user::{User, UserStatus};
use portaldesk::mail::{Patience, Setup, SmtpPost};
use portaldesk::service::companies::CompanyForm;
use portaldesk::service::hashing::HashCost;
use portaldesk::service::post::{
    Carrier, Delivery, Head, Letter, MailPolicy, Post, Setting, Written,
};
use portaldesk::service::session::Origin;
use portaldesk::service::setup::FirstStart;
use portaldesk::service::staff::StaffForm;
use portaldesk::service::{
    Credentials, Deliver, Delivered, Desk, Entrance, NewUser, PortalSignIn, Session, SignIn,
};
use portaldesk::store::RepositoryExt;
use portaldesk::store::sled::{Options, SledRepository};

use super::child::{Part, Running, say};
use super::sink::{Act, Setup as SinkSetup, Sink, Step};

const MAILS: u64 = 4;
/// The mail at which the blow falls, from 0.
const STRUCK: usize = 1;

/// Where a sender is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// The mails are taken up and nobody is connected.
    Connect,
    /// MAIL FROM has come.
    Mail,
    /// RCPT TO has come.
    Recipient,
    /// DATA has come and is not answered.
    Data,
    /// What the mail carries is valid, and no byte of its text is out.
    HandedOver,
    /// All of the text has come and is not answered.
    Text,
    /// The server has it, and that is not yet kept.
    Accepted,
}

impl At {
    /// Every step.
    pub const ALL: [Self; 7] = [
        Self::Connect,
        Self::Mail,
        Self::Recipient,
        Self::Data,
        Self::HandedOver,
        Self::Text,
        Self::Accepted,
    ];

    /// The step at which the server holds the sender; none where the sender stops by itself.
    fn held_at(self) -> Option<Step> {
        match self {
            Self::Mail => Some(Step::Mail),
            Self::Recipient => Some(Step::Recipient),
            Self::Data => Some(Step::Data),
            Self::Text => Some(Step::Text),
            Self::Connect | Self::HandedOver | Self::Accepted => None,
        }
    }

    /// Whether the mail may have gone out by then, as far as the store can know.
    fn is_out(self) -> bool {
        matches!(self, Self::HandedOver | Self::Text | Self::Accepted)
    }
}

/// A post that sends by SMTP, says where it is and then waits to be killed.
struct Halting {
    inner: SmtpPost,
    at: Option<At>,
    sent: Arc<AtomicUsize>,
}

impl Halting {
    fn new(port: u16, carries: Carries, at: Option<At>) -> Self {
        Self { inner: post(port, carries), at, sent: Arc::default() }
    }
}

fn halt() -> ! {
    say("here");
    loop {
        std::thread::park();
    }
}

impl Post for Halting {
    fn why_not(&self) -> Option<String> {
        self.inner.why_not()
    }

    fn policy(&self) -> MailPolicy {
        self.inner.policy()
    }

    fn settings(&self) -> Vec<Setting> {
        self.inner.settings()
    }

    fn portal_address(&self, site: &str) -> Option<String> {
        self.inner.portal_address(site)
    }

    fn write(&self, letter: &Letter) -> Result<Written, String> {
        self.inner.write(letter)
    }

    fn write_test(&self, asked_by: &Text) -> Result<Written, String> {
        self.inner.write_test(asked_by)
    }

    fn compose(&self, head: &Head, written: &Written) -> Result<Secret, String> {
        self.inner.compose(head, written)
    }

    fn connect(&self) -> Result<Box<dyn Carrier>, String> {
        if self.at == Some(At::Connect) {
            halt();
        }
        let (at, sent) = (self.at, self.sent.clone());
        Ok(Box::new(Wire { inner: self.inner.connect()?, at, sent }))
    }
}

struct Wire {
    inner: Box<dyn Carrier>,
    at: Option<At>,
    sent: Arc<AtomicUsize>,
}

impl Carrier for Wire {
    fn send(
        &mut self,
        address: &str,
        mail: &Secret,
        hand_over: &mut dyn FnMut() -> bool,
    ) -> Delivery {
        let is_struck = self.sent.fetch_add(1, Ordering::Relaxed) == STRUCK;
        let at = self.at.filter(|_| is_struck);
        let delivery = self.inner.send(address, mail, &mut || {
            let goes = hand_over();
            if at == Some(At::HandedOver) {
                halt();
            }
            goes
        });
        if at == Some(At::Accepted) {
            halt();
        }
        delivery
    }

    fn is_open(&self) -> bool {
        self.inner.is_open()
    }
}

fn post(port: u16, carries: Carries) -> SmtpPost {
    let sender = config::Sender { name: None, address: "desk@shop.example".into() };
    let mail = config::Mail {
        server: Some("127.0.0.1".into()),
        port: Some(port),
        security: config::Security::None,
        from: Some(sender),
        ..config::Mail::default()
    };
    let portal =
        config::Portal { address: Some("https://portal.example".into()), ..Default::default() };
    SmtpPost::new(Setup {
        mail,
        invitations: config::Invitations { credentials: carries, ..Default::default() },
        portal,
        file: "config.toml".into(),
        templates: None,
        credentials: None,
        patience: Patience::default(),
        zone: |_| 0,
    })
}

fn desk(dir: &Path, post: impl Post + 'static) -> (Arc<SledRepository>, Desk) {
    let clock = Arc::new(SystemClock);
    let repo = Arc::new(SledRepository::open(dir, Options::at(clock.now())).unwrap());
    let desk = Desk::new(repo.clone(), clock).with_hashing(HashCost::CHEAP);
    (repo, desk.with_post(Arc::new(post)))
}

/// The part of a child: sends what waits, and is killed at that step.
pub fn send(dir: &Path, port: u16, carries: Carries, at: At) -> Delivered {
    let (_, desk) = desk(dir, Halting::new(port, carries, Some(at)));
    desk.deliver(&Deliver::All { run: None }, &())
}

const PASSWORD: &str = "tolles Gewitter am Mittag";

fn origin() -> Origin {
    Origin { os_user: "tester".into(), host: "here".into() }
}

fn signed_in(desk: &Desk, login: &str) -> Session {
    let password = Secret::new(PASSWORD.into());
    let by = Credentials::new(login, &password);
    match desk.sign_in(&by, Door::Command, &origin()).unwrap() {
        SignIn::SignedIn(session) => session,
        _ => panic!("{login} is let in"),
    }
}

/// A store with invitations that wait.
fn fill(dir: &Path, carries: Carries) {
    let (_, desk) = desk(dir, post(1, carries));
    let password = || Secret::new(PASSWORD.into());
    desk.set_up(&FirstStart::new("root", password()), &origin()).unwrap();
    let anna = StaffForm {
        login: "anna".into(),
        role: Role::CustomerService,
        password: password(),
        must_change: false,
        first: "Anna".into(),
        last: "Berg".into(),
        email: String::new(),
    };
    desk.create_staff(&signed_in(&desk, "root"), &anna).unwrap();
    let anna = signed_in(&desk, "anna");
    let acme = CompanyForm { name: "Acme".into(), ..CompanyForm::default() };
    let acme = desk.create_company(&anna, &acme).unwrap().row.id;
    for n in 1..=MAILS {
        let email = format!("u{n}@acme.example");
        let form = NewUser { email, invite: true, ..NewUser::new(Entrance::PortalAccess, acme) };
        desk.create_portal_user(&anna, &form).unwrap();
    }
}

fn mails(repo: &SledRepository) -> Vec<Mail> {
    (1..=MAILS).map(|n| repo.fetch::<Mail>(n).unwrap().unwrap().value).collect()
}

/// The password or token that a mail gives.
fn enclosed(text: &str) -> Secret {
    let words = text.split_whitespace();
    let found = words.clone().find_map(|word| Some(word.split_once("/activate#")?.1.to_owned()));
    let is_group = |it: &str| it.len() == 4 && it.chars().all(|c| c.is_ascii_alphanumeric());
    let is_password = |it: &&str| it.len() == 24 && it.split('-').all(is_group);
    let found = found.or_else(|| words.clone().find(is_password).map(str::to_owned));
    Secret::new(found.unwrap_or_else(|| panic!("nothing to sign in with in {text}")))
}

#[test]
fn a_kill_between_any_two_steps_loses_no_mail_and_sends_none_twice() {
    for carries in Carries::ALL {
        for at in At::ALL {
            killed(carries, at);
        }
    }
}

fn killed(carries: Carries, at: At) {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path(), carries);

    let (here, blow) = channel();
    let seen = AtomicUsize::new(0);
    let here = std::sync::Mutex::new(here);
    let first = Sink::start(SinkSetup::by(move |step, _| {
        if step == Step::Mail {
            seen.fetch_add(1, Ordering::Relaxed);
        }
        if Some(step) == at.held_at() && seen.load(Ordering::Relaxed) == STRUCK + 1 {
            here.lock().unwrap().send(()).unwrap();
            return Act::Stall;
        }
        Act::Usual
    }));
    let mut child = Running::start(dir.path(), Part::Send(first.port(), carries, at));
    match at.held_at() {
        Some(_) => blow.recv().unwrap(),
        None => assert_eq!(child.says().as_deref(), Some("here")),
    }
    child.kill();
    first.settle();

    let second = Sink::taking_all();
    let (repo, desk) = desk(dir.path(), post(second.port(), carries));
    desk.recover_mails().unwrap();
    let states: Vec<MailState> = mails(&repo).into_iter().map(|it| it.state).collect();
    let struck = if at.is_out() { MailState::Unknown } else { MailState::Queued };
    let before = if at == At::Connect { MailState::Queued } else { MailState::Sent };
    assert_eq!(states[0], before, "{at:?}");
    assert_eq!(states[STRUCK], struck, "{at:?}");
    assert!(states[STRUCK + 1..].iter().all(|it| *it == MailState::Queued), "{at:?} {states:?}");
    let user = |n: usize| repo.fetch::<User>(mails(&repo)[n].user.0).unwrap().unwrap().value;
    let is_pending = !at.is_out() || carries == Carries::ActivationLink;
    assert_eq!(user(STRUCK).status == UserStatus::Pending, is_pending, "{at:?}");

    let delivered = desk.deliver(&Deliver::All { run: None }, &());
    assert_eq!((delivered.failed, delivered.broke), (0, None), "{at:?}");
    drop(desk);
    second.settle();
    let mut ids: Vec<String> = Vec::new();
    for got in first.mails().iter().chain(&second.mails()) {
        assert!(!ids.contains(&got.message_id()), "{at:?}: {} came twice", got.message_id());
        ids.push(got.message_id());
    }
    for (n, mail) in mails(&repo).into_iter().enumerate() {
        let own = |id: &&String| id.trim_start_matches('<').starts_with(mail.message_id.raw());
        let came = ids.iter().filter(own).count();
        let is_unknown = n == STRUCK && at.is_out();
        let expected = if is_unknown { MailState::Unknown } else { MailState::Sent };
        assert_eq!(mail.state, expected, "{at:?}");
        assert_eq!(came, usize::from(at != At::HandedOver || n != STRUCK), "{at:?}: {}", mail.id);
        assert_eq!(mail.handed_over_at, None);
    }
    works(&repo, carries, first.mails().iter().chain(&second.mails()));
}

/// What came by mail lets its reader in.
fn works<'a>(
    repo: &Arc<SledRepository>,
    carries: Carries,
    mails: impl Iterator<Item = &'a super::sink::Got>,
) {
    let desk = Desk::new(repo.clone(), Arc::new(SystemClock)).with_hashing(HashCost::CHEAP);
    for got in mails {
        let secret = enclosed(&got.plain());
        if carries == Carries::TemporaryPassword {
            let by = Credentials::new(got.to.as_str(), &secret);
            let outcome = desk.portal_sign_in(&by, None, &origin()).unwrap();
            assert!(matches!(outcome, PortalSignIn::MustChange), "{}: {outcome:?}", got.to);
        } else {
            let hash = portaldesk::domain::activation::token_hash(&secret);
            let unique = portaldesk::store::UniqueKey::MailToken(hash);
            let owner = repo.owner(&unique).unwrap();
            assert!(owner.is_some_and(|id| MailId(id).0 <= MAILS), "{}", got.to);
        }
    }
}
