//! 10,000 invitations through one run of the job Notification, by real SMTP to a server in the
//! same process.
//!
//! Both kinds: with temporary passwords, where a hash at the standard cost is made for each,
//! and with activation links. Meanwhile somebody signs in to the console over and over. Tells
//! on stderr how far the run is, and prints a table in Markdown; the store and the server share
//! the computer with the sender.
//!
//! ```text
//! cargo bench --bench mail             # 10,000 of each
//! cargo bench --bench mail -- 1000     # so many
//! ```

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use portaldesk::clock::{Clock, SystemClock};
use portaldesk::config;
use portaldesk::domain::audit::Action;
use portaldesk::domain::id::{MailId, SiteId};
use portaldesk::domain::job::RunState;
use portaldesk::domain::login::Door;
use portaldesk::domain::mail::{Carries, Mail, MailState, Purpose};
use portaldesk::domain::secret::Secret;
use portaldesk::domain::text::thousands;
use portaldesk::domain::time::DAY;
use portaldesk::domain::user::{User, UserStatus};
use portaldesk::mail::{Patience, Setup, SmtpPost};
use portaldesk::service::setup::FirstStart;
use portaldesk::service::{Credentials, Desk, HashCost, Origin, Session, SignIn, Watch};
use portaldesk::store::sled::{Options, SledRepository};
use portaldesk::store::{Changes, Repository, RepositoryExt};

use fixture::bringing;
use sink::Sink;

#[path = "fixture/mod.rs"]
#[expect(dead_code, reason = "the people come with mails here")]
mod fixture;
#[path = "../tests/support/sink.rs"]
mod sink;

const MAILS: u64 = 10_000;
const PASSWORD: &str = "tolles Gewitter am Mittag";
/// Sign-ins that are timed, one after the other, as long as mails go out.
const SIGN_INS: u64 = 200;

fn main() {
    portaldesk::bootstrap::share_one_heap();
    let mails = std::env::args().skip(1).find_map(|it| it.parse().ok()).unwrap_or(MAILS);
    println!(
        "| {} invitations by one run of a job | whole run, s | mails/s | sign-ins meanwhile, p50, ms | longest, ms |",
        thousands(mails)
    );
    println!("|---|---:|---:|---:|---:|");
    for (carries, what) in [
        (Carries::TemporaryPassword, "with temporary passwords"),
        (Carries::ActivationLink, "with activation links"),
    ] {
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("room for a store");
        let (whole, mut waits) = run(dir.path(), mails, carries);
        let (whole, rate) = (whole.as_secs_f64(), mails as f64 / whole.as_secs_f64());
        waits.sort();
        let millis = |it: Option<&Duration>| it.map_or(0.0, |it| it.as_secs_f64() * 1e3);
        let (middle, longest) = (millis(waits.get(waits.len() / 2)), millis(waits.last()));
        println!("| {what} | {whole:.0} | {rate:.0} | {middle:.0} | {longest:.0} |");
    }
}

/// Tells how far a run is, as `job run` does.
#[derive(Default)]
struct Progress {
    /// The thousands that were told last.
    told: AtomicU64,
    /// How far it got.
    done: AtomicU64,
}

impl Watch for Progress {
    fn progress(&self, done: u64, of: Option<u64>) {
        self.done.fetch_max(done, Ordering::Relaxed);
        let thousand = done / 1_000;
        if self.told.swap(thousand, Ordering::Relaxed) != thousand {
            eprintln!("{} of {}", thousands(done), thousands(of.unwrap_or_default()));
        }
    }

    fn stopped(&self) -> bool {
        false
    }
}

/// How long the run took, and how long the sign-ins did meanwhile.
fn run(dir: &Path, mails: u64, carries: Carries) -> (Duration, Vec<Duration>) {
    let sink = Sink::taking_all();
    let clock = Arc::new(SystemClock);
    let repo = SledRepository::open(dir, Options::at(clock.now())).expect("the store opens");
    let repo = Arc::new(repo);
    let desk = Desk::new(repo.clone(), clock.clone()).with_hashing(HashCost::STANDARD);
    let desk = desk.with_post(Arc::new(post(sink.port(), carries)));
    let origin = fixture_origin();
    let password = Secret::new(PASSWORD.to_owned());
    desk.set_up(&FirstStart::new("root", password), &origin).expect("an empty store is set up");
    fill(&*repo, &*clock, mails);
    let signed_in = sign_in(&desk, &origin);
    let job = desk.job_by_name(&signed_in, "Notification").expect("every store begins with it");

    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let sign_ins = scope.spawn(|| {
            let mut waits = Vec::new();
            while !over.load(Ordering::Relaxed) && (waits.len() as u64) < SIGN_INS {
                let start = Instant::now();
                sign_in(&desk, &origin);
                waits.push(start.elapsed());
                // What people leave between two of them.
                std::thread::sleep(Duration::from_millis(100));
            }
            waits
        });
        let start = Instant::now();
        let progress = Progress::default();
        let ran = desk.run_job(&signed_in, job.id, &progress).expect("nothing else runs it");
        let whole = start.elapsed();
        over.store(true, Ordering::Relaxed);
        assert_eq!((ran.state, ran.steps[0].ok), (RunState::Done, mails), "{ran:?}");
        assert_eq!(progress.done.into_inner(), mails, "how far it is was told to the end");
        sink.settle();
        assert_eq!(sink.count() as u64, mails);
        (whole, sign_ins.join().expect("who signs in does not fall over"))
    })
}

fn sign_in(desk: &Desk, origin: &Origin) -> Session {
    let password = Secret::new(PASSWORD.to_owned());
    let by = Credentials::new("root", &password);
    match desk.sign_in(&by, Door::Console, origin).expect("the store can be read") {
        SignIn::SignedIn(session) => session,
        other => panic!("root is let in: {other:?}"),
    }
}

fn fixture_origin() -> Origin {
    Origin { os_user: "bench".into(), host: "bench".into() }
}

fn post(port: u16, carries: Carries) -> SmtpPost {
    let sender = config::Sender { name: None, address: "desk@shop.example".into() };
    SmtpPost::new(Setup {
        mail: config::Mail {
            server: Some("127.0.0.1".into()),
            port: Some(port),
            security: config::Security::None,
            from: Some(sender),
            ..config::Mail::default()
        },
        invitations: config::Invitations { credentials: carries, ..Default::default() },
        portal: config::Portal {
            address: Some("https://portal.example".into()),
            ..Default::default()
        },
        file: "config.toml".into(),
        templates: None,
        credentials: None,
        patience: Patience::default(),
        zone: |_| 0,
    })
}

/// Pending users, each with an invitation that waits.
fn fill(repo: &dyn Repository, clock: &dyn Clock, users: u64) {
    let companies = fixture::companies(users);
    fixture::fill_companies(repo, companies).expect("an empty store takes them");
    for first in (1..=users).step_by(fixture::CHUNK as usize) {
        let numbers = first..(first + fixture::CHUNK).min(users + 1);
        let mut people: Vec<fixture::Person> =
            numbers.map(|n| fixture::person(n, companies, 1)).collect();
        for it in &mut people {
            it.user.status = UserStatus::Pending;
            it.user.password_hash = None;
            it.user.password_set_at = None;
            it.user.must_change_password = false;
            it.user.last_mail = Some(MailId(it.user.id.0));
        }
        let mails: Vec<Mail> = people.iter().map(|it| invitation(&it.user, clock)).collect();
        let audit = mails.iter().fold(fixture::draft(Action::InvitationQueue), |audit, it| {
            let key = portaldesk::store::Key::new(portaldesk::store::Kind::Mail, it.id.0);
            audit.on(key, it.id.to_string())
        });
        repo.commit(bringing(people)).expect("the store takes them");
        let changes = mails.into_iter().fold(Changes::new(audit), Changes::create);
        repo.commit(changes).expect("the store takes them");
    }
    assert!(repo.fetch::<User>(2).expect("it can be read").is_some());
}

fn invitation(user: &User, clock: &dyn Clock) -> Mail {
    let now = clock.now();
    Mail {
        id: MailId(user.id.0),
        user: user.id,
        purpose: Purpose::Invitation,
        state: MailState::Queued,
        name: user.label(),
        user_id: user.user_id(),
        address: user.email.clone().unwrap_or_default(),
        company: None,
        site: SiteId(1),
        carries: None,
        sealed_secret: None,
        token_hash: None,
        message_id: format!("bench{}", user.id.0).into(),
        created_at: now,
        invited_by: "root".into(),
        held: None,
        next_try_at: None,
        first_try_at: None,
        tries: 0,
        log: Vec::new(),
        handed_over_at: None,
        sent_at: None,
        expires_at: Some(now.plus_millis(30 * DAY)),
        run: None,
        previous: None,
    }
}
