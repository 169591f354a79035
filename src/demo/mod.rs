//! The demonstration: a store that looks as if two weeks of work had gone into it.
//!
//! Everything is done through the services, by the people who would do it and at the
//! times at which they would have done it, so that the trail, the login histories and the
//! charts are what they claim to be. Owns the made-up people; knows no store and no screen.

mod house;
mod outbox;
mod people;
mod post;
mod town;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::clock::{Clock, NoRandomness};
use crate::domain::id::{CompanyId, RequestId};
use crate::domain::login::Door;
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::time::{MINUTE, Timestamp};
use crate::domain::zone::Zone;
use crate::service::Credentials;
use crate::service::approve::CompanyChoice;
use crate::service::companies::CompanyForm;
use crate::service::contacts::ContactForm;
use crate::service::requests::RequestForm;
use crate::service::staff::StaffForm;
use crate::service::{Desk, DeskError, FirstStart, HashCost, Origin, Session, SignIn};

pub use post::DemoPost;

use people::{CONTACTS, FIRMS, Fate, STAFF, VISITORS, Visitor};

/// The password of everybody in the demonstration; its store is gone when it ends.
const PASSWORD: &str = "come in and look around";
/// Who handles requests, and so the one to begin with.
const USUAL: &str = "anna";
/// Who keeps the companies' files.
const KEEPER: &str = "petra";
/// What staff give a user to begin with.
const TEMPORARY: &str = "only until the first visit";
/// Minutes before now at which the store was set up.
const BEGINNING: i64 = 15 * 24 * 60;
/// Tries with a forgotten password: as many as bring the longest wait.
const TRIES: i64 = 15;
/// Minutes between them, so that each comes after the wait that the last one brought.
const BETWEEN: i64 = 6;

/// What the sign-in screen says of it.
pub fn welcome() -> String {
    let staff = STAFF.iter().map(|it| (it.login, it.role));
    let helpers = house::HELPERS.iter().map(|(login, .., role)| (*login, *role));
    let others: Vec<String> = staff
        .chain(helpers)
        .filter(|(login, _)| *login != USUAL)
        .map(|(login, role)| format!("{login} ({role})"))
        .collect();
    format!(
        "Sign in as {USUAL}; the password is “{PASSWORD}”, without the quotes. This is a demonstration; nothing you do is kept. The same password opens {}.",
        others.join(", ")
    )
}

/// Fills an empty store; `clock` tells the present moment.
///
/// # Errors
/// When the store can't be written, or is not empty.
pub fn fill(desk: &Desk, clock: Arc<dyn Clock>) -> Result<(), DeskError> {
    let past = Arc::new(Past { present: clock, minutes: AtomicI64::new(BEGINNING) });
    // Passwords are known to everybody here; nothing is gained by hashing them dearly.
    let desk = desk.with_clock(past.clone()).with_hashing(HashCost::CHEAP);
    let origin = Origin { os_user: Text::from("demo"), host: Text::from("demo") };
    let mut story = Story::begin(desk, past, origin)?;
    let mut events: Vec<(i64, usize, Deed)> = Vec::new();
    for (at, visitor) in VISITORS.iter().enumerate() {
        events.extend(deeds(visitor).into_iter().map(|(ago, deed)| (ago, at, deed)));
    }
    events.extend(outbox::moments().map(|(ago, number)| (ago, number, Deed::Mail)));
    events.sort_by_key(|(ago, at, deed)| (-ago, *at, *deed));
    events.into_iter().try_for_each(|(ago, at, deed)| story.happen(ago, at, deed))
}

/// A clock that stands some minutes before the present.
struct Past {
    present: Arc<dyn Clock>,
    minutes: AtomicI64,
}

impl Past {
    /// Lets some minutes pass.
    fn pass(&self, minutes: i64) {
        self.minutes.fetch_sub(minutes, Ordering::Relaxed);
    }
}

impl Clock for Past {
    fn now(&self) -> Timestamp {
        self.present.now().plus_millis(-self.minutes.load(Ordering::Relaxed) * MINUTE)
    }

    fn zone(&self) -> Zone {
        self.present.zone()
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        self.present.random(bytes)
    }
}

/// What happens to a request, in the order in which it can.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Submit,
    Reject(&'static str),
    Link,
    Approve,
    Password,
    FirstVisit,
    Visit,
    Forget,
    Disable,
    /// Something that happens to a mail, and not to a request.
    Mail,
}

/// The deeds of a visitor's fate, each with the minutes before now.
fn deeds(visitor: &Visitor) -> Vec<(i64, Deed)> {
    let at = |delay: i64| (visitor.ago - delay).max(1);
    let mut deeds = vec![(visitor.ago, Deed::Submit)];
    let fate = match visitor.fate {
        Ok(fate) => fate,
        Err(reason) => {
            deeds.push((at(55), Deed::Reject(reason)));
            return deeds;
        }
    };
    let steps = [
        (Fate::Resolved, 40, Deed::Link),
        (Fate::Approved, 44, Deed::Approve),
        (Fate::HasPassword, 47, Deed::Password),
        (Fate::SignsIn, 190, Deed::FirstVisit),
    ];
    deeds.extend(
        steps.iter().filter(|(from, ..)| fate >= *from).map(|(_, delay, deed)| (at(*delay), *deed)),
    );
    match fate {
        Fate::SignsIn => deeds.extend([1_500, 5_900, 12_300].map(|it| (at(it), Deed::Visit))),
        Fate::Throttled => deeds.extend((0..TRIES).map(|it| (1 + it * BETWEEN, Deed::Forget))),
        Fate::Disabled => deeds.push((at(6_000), Deed::Disable)),
        _ => {}
    }
    deeds
}

/// The demonstration while it is being told.
struct Story {
    desk: Desk,
    past: Arc<Past>,
    origin: Origin,
    anna: Session,
    samir: Session,
    paula: Session,
    companies: Vec<CompanyId>,
    requests: Vec<Option<RequestId>>,
}

impl Story {
    /// The store is set up, with its staff, companies and contacts.
    fn begin(desk: Desk, past: Arc<Past>, origin: Origin) -> Result<Self, DeskError> {
        let [samir, others @ ..] = &STAFF;
        let start = FirstStart {
            first: samir.first.into(),
            last: samir.last.into(),
            site_code: "SHOP".into(),
            site_name: "Customer shop".into(),
            website: "https://shop.example".into(),
            ..FirstStart::new(samir.login, password())
        };
        desk.set_up(&start, &origin)?;
        let session = sign_in(&desk, samir.login, &origin)?;
        for it in others {
            let form = StaffForm {
                login: it.login.into(),
                first: it.first.into(),
                last: it.last.into(),
                email: format!("{}@portaldesk.example", it.login),
                role: it.role,
                password: password(),
                must_change: false,
            };
            desk.create_staff(&session, &form)?;
        }
        house::build(&desk, &session)?;
        let anna = sign_in(&desk, USUAL, &origin)?;
        let companies = FIRMS
            .iter()
            .map(|it| {
                let form = CompanyForm {
                    name: it.name.into(),
                    partner: it.partner,
                    email: it.email.into(),
                    phone: it.phone.into(),
                    city: it.city.into(),
                    country: it.country.into(),
                    ..CompanyForm::default()
                };
                desk.create_company(&anna, &form).map(|made| made.row.id)
            })
            .collect::<Result<Vec<CompanyId>, DeskError>>()?;
        for (first, last, email, company) in CONTACTS {
            let form = ContactForm {
                first: first.into(),
                last: last.into(),
                email: email.into(),
                phone: String::new(),
                company: companies.get(company).copied(),
            };
            desk.create_contact(&anna, &form)?;
        }
        let petra = sign_in(&desk, KEEPER, &origin)?;
        town::sign(&desk, &petra, &companies)?;
        if let Some(first) = companies.first() {
            house::help(&desk, &session, *first)?;
        }
        town::settle(&desk, &past, &petra, &companies, &origin)?;
        let people: Vec<String> = town::some_logins();
        let people: Vec<&str> = people.iter().map(String::as_str).collect();
        house::trouble(&desk, &petra, &companies, &people)?;
        house::leave(&desk, &session)?;
        let [(creator, ..), _] = house::HELPERS;
        let paula = sign_in(&desk, creator, &origin)?;
        let requests = vec![None; VISITORS.len()];
        Ok(Self { desk, past, origin, anna, samir: session, paula, companies, requests })
    }

    /// One deed to the request of one visitor, some minutes ago.
    fn happen(&mut self, ago: i64, at: usize, deed: Deed) -> Result<(), DeskError> {
        self.past.minutes.store(ago, Ordering::Relaxed);
        if deed == Deed::Mail {
            return self.cast().happen(at);
        }
        let visitor = &VISITORS[at];
        let Some(request) = self.requests[at] else {
            self.requests[at] = Some(self.submit(visitor)?);
            return Ok(());
        };
        let (desk, anna) = (&self.desk, &self.anna);
        match deed {
            Deed::Submit | Deed::Mail => {}
            Deed::Reject(reason) => {
                desk.reject_request(anna, request, None, reason)?;
            }
            Deed::Link => self.link(request, visitor)?,
            Deed::Approve => {
                desk.approve_request(anna, request, None, None)?;
            }
            Deed::Password => {
                let user = desk.user_by_name(anna, visitor.email)?.row.id;
                desk.set_password(anna, user, None, &temporary(), true)?;
            }
            Deed::FirstVisit => {
                self.visit(visitor, &temporary())?;
                let email = visitor.email;
                desk.portal_change_password(
                    &Credentials::new(email, &temporary()),
                    &password(),
                    &self.origin,
                )?;
                self.visit(visitor, &password())?;
            }
            Deed::Visit => self.visit(visitor, &password())?,
            Deed::Forget => {
                self.visit(visitor, &Secret::new("was it the name of the cat?".into()))?;
            }
            Deed::Disable => {
                let user = desk.user_by_name(anna, visitor.email)?.row.id;
                desk.disable_user(anna, user, None)?;
            }
        }
        Ok(())
    }

    /// Who acts where mails are concerned.
    fn cast(&self) -> outbox::Cast<'_> {
        outbox::Cast {
            desk: &self.desk,
            agent: &self.anna,
            chief: &self.samir,
            creator: &self.paula,
            companies: &self.companies,
            origin: &self.origin,
        }
    }

    fn submit(&self, visitor: &Visitor) -> Result<RequestId, DeskError> {
        let form = RequestForm {
            first: visitor.first.into(),
            last: visitor.last.into(),
            email: visitor.email.into(),
            phone: visitor.phone.into(),
            company_name: visitor.company.into(),
        };
        Ok(self.desk.submit_request(&form, None, &self.origin)?.id)
    }

    /// Links the contact that is known, or makes one, with its company if that is new.
    fn link(&self, request: RequestId, visitor: &Visitor) -> Result<(), DeskError> {
        let (desk, anna) = (&self.desk, &self.anna);
        let view = desk.request(anna, request)?;
        let known = view.candidates.iter().map(|it| &it.contact).find(|contact| {
            contact.email.as_ref().is_some_and(|email| email.raw() == visitor.email)
        });
        if let Some(contact) = known {
            desk.link_request(anna, request, None, contact.id)?;
            return Ok(());
        }
        let company = if FIRMS.iter().any(|it| it.name == visitor.company) {
            CompanyChoice::AsTyped
        } else {
            CompanyChoice::New(CompanyForm { name: visitor.company.into(), ..Default::default() })
        };
        desk.create_contact_for_request(anna, request, None, None, &company).map(drop)
    }

    fn visit(&self, visitor: &Visitor, password: &Secret) -> Result<(), DeskError> {
        self.desk
            .portal_sign_in(&Credentials::new(visitor.email, password), None, &self.origin)
            .map(drop)
    }
}

fn password() -> Secret {
    Secret::new(PASSWORD.into())
}

fn temporary() -> Secret {
    Secret::new(TEMPORARY.into())
}

fn sign_in(desk: &Desk, login: &str, origin: &Origin) -> Result<Session, DeskError> {
    match desk.sign_in(&Credentials::new(login, &password()), Door::Console, origin)? {
        SignIn::SignedIn(session) => Ok(session),
        _ => Err(DeskError::Machine(format!("The demonstration could not begin as {login}."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use crate::domain::request::RequestStatus;
    use crate::domain::user::Badge;
    use crate::service::sealing::TestKeys;
    use crate::service::{ListArgs, Sort};
    use crate::store::memory::Memory;

    #[test]
    fn the_store_tells_a_story_of_two_weeks() {
        let now = Timestamp::parse("2026-03-01T12:00:00Z").unwrap();
        let clock = Arc::new(FixedClock::at(now));
        let desk = Desk::new(Arc::new(Memory::new()), clock.clone());
        let desk = desk.with_hashing(HashCost::CHEAP).with_keys(Arc::new(TestKeys::default()));
        fill(&desk, clock).unwrap();
        let origin = Origin { os_user: Text::from("me"), host: Text::from("here") };
        for it in &STAFF {
            assert_eq!(sign_in(&desk, it.login, &origin).unwrap().role(), it.role);
            assert!(welcome().contains(it.login) && welcome().contains(PASSWORD));
        }
        let anna = sign_in(&desk, "anna", &origin).unwrap();
        let requests = desk.requests(&anna, &ListArgs::all(Sort::Time, true)).unwrap();
        assert_eq!(requests.total, VISITORS.len() as u64);
        for status in RequestStatus::ALL {
            assert!(requests.rows.iter().any(|it| it.status == status), "{status:?}");
        }
        let users = |text: &str| {
            let args = ListArgs { text: text.into(), ..ListArgs::all(Sort::Login, false) };
            desk.users(&anna, &args).unwrap()
        };
        let throttled = |badge: &Badge| matches!(badge, Badge::Throttled { until } if *until > now);
        assert!(users("status:throttled").rows[0].badges.iter().any(throttled));
        assert!(users("signed-in-before:1d").rows[0].last_login_at.is_some_and(|at| at < now));
        assert!(users("kind:portal").total > town::PEOPLE as u64);
        assert!(users("kind:portal").rows.iter().any(|it| it.more_companies == 1));
        for (login, .., role) in house::HELPERS {
            assert_eq!(sign_in(&desk, login, &origin).unwrap().role(), role);
            assert!(welcome().contains(login));
        }
        let all = ListArgs {
            per_page: 1_000,
            text: "kind:portal".into(),
            ..ListArgs::all(Sort::Login, false)
        };
        let told: std::collections::BTreeSet<&str> = desk
            .users(&anna, &all)
            .unwrap()
            .rows
            .iter()
            .flat_map(|it| desk.explain(&anna, it.id).unwrap().lines)
            .map(|it| it.code)
            .collect();
        let known = [
            "company_inactive",
            "disabled",
            "failures",
            "must_change",
            "no_account",
            "not_enrolled",
            "pending",
            "ready",
            "site_off",
            "throttled",
        ];
        assert!(known.iter().all(|it| told.contains(it)), "{told:?}");
        let newest = requests.rows.first().unwrap();
        assert_eq!((newest.last.raw(), newest.likely), ("O'Brien", 1));
    }
}
