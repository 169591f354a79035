//! Somebody is faster by a hair: what another call does between the reading and the commit.

use std::io::Cursor;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use crate::domain::contact::Contact;
use crate::domain::id::{CompanyId, ContactId};
use crate::domain::problem::Code;
use crate::domain::role::Role;
use crate::service::companies::CompanyForm;
use crate::service::contacts::ContactForm;
use crate::service::hashing::HashCost;
use crate::service::imports::ImportArgs;
use crate::service::{Desk, DeskError, Entrance, NewUser, Session};
use crate::store::{
    AuditEntry, Changes, CommitError, Committed, Found, Key, Kind, Query, Repository,
    RepositoryExt, SharedRepository, StoreError, Stored, UniqueKey,
};

use super::{House, origin, zoe};

/// A store in which something else is committed right before the first commit, or each.
pub(super) struct Before<F> {
    inner: SharedRepository,
    meanwhile: F,
    each: bool,
    done: AtomicBool,
}

impl<F: Fn() + Send + Sync> Before<F> {
    pub fn new(inner: SharedRepository, meanwhile: F) -> Self {
        Self { inner, meanwhile, each: false, done: AtomicBool::new(false) }
    }

    pub fn each(inner: SharedRepository, meanwhile: F) -> Self {
        Self { each: true, ..Self::new(inner, meanwhile) }
    }
}

/// A store that looks, at each commit of a profile or of a company, who is kept out.
struct Watched {
    inner: SharedRepository,
    members: OnceLock<Arc<RwLock<()>>>,
    seen: Mutex<Vec<(Kind, Kept)>>,
}

/// Who is kept out while something is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Nobody,
    /// A change of a company's kind.
    Kinds,
    /// Whoever becomes a portal user or joins a company.
    Members,
}

impl Watched {
    fn look(&self, changes: &Changes) {
        let members = self.members.get().unwrap();
        let (reads, writes) = (members.try_read().map(drop), members.try_write().map(drop));
        let kept = match (reads.is_ok(), writes.is_ok()) {
            (true, true) => Kept::Nobody,
            (true, false) => Kept::Kinds,
            (false, _) => Kept::Members,
        };
        for put in changes.puts() {
            let kind = put.record.key().kind;
            if [Kind::Profile, Kind::Company].contains(&kind) {
                self.seen.lock().unwrap().push((kind, kept));
            }
        }
    }
}

macro_rules! forward {
    () => {
        fn get(&self, key: Key) -> Result<Option<Stored>, StoreError> {
            self.inner.get(key)
        }

        fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Stored>>, StoreError> {
            self.inner.get_many(keys)
        }

        fn owners(&self, uniques: &[UniqueKey]) -> Result<Vec<Option<u64>>, StoreError> {
            self.inner.owners(uniques)
        }

        fn query(&self, query: &Query) -> Result<Found, StoreError> {
            self.inner.query(query)
        }

        fn numbers(&self, query: &Query) -> Result<Vec<u64>, StoreError> {
            self.inner.numbers(query)
        }

        fn history(&self, key: Key, limit: usize) -> Result<Vec<AuditEntry>, StoreError> {
            self.inner.history(key, limit)
        }

        fn reserve(&self, kind: Kind, count: u64) -> Result<u64, StoreError> {
            self.inner.reserve(kind, count)
        }
    };
}

impl<F: Fn() + Send + Sync> Repository for Before<F> {
    forward!();

    fn commit(&self, changes: Changes) -> Result<Committed, CommitError> {
        if !self.done.swap(true, Ordering::SeqCst) || self.each {
            (self.meanwhile)();
        }
        self.inner.commit(changes)
    }
}

impl Repository for Watched {
    forward!();

    fn commit(&self, changes: Changes) -> Result<Committed, CommitError> {
        self.look(&changes);
        self.inner.commit(changes)
    }
}

#[test]
fn nobody_joins_a_company_while_its_kind_changes() {
    let house = House::new();
    let anna = house.staff(Role::PortalAdmin);
    let company = house.company("Acme", None);
    let contact = house.contact(("Zoë", "O'Brien"), "zoe@acme.example", Some(company));
    let request = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
    house.desk.link_request(&anna, request, None, contact).unwrap();
    let (inner, seen) = (house.repo.clone(), Mutex::new(Vec::new()));
    let repo = Arc::new(Watched { inner, members: OnceLock::new(), seen });
    let desk = Desk::new(repo.clone(), house.clock.clone()).with_hashing(HashCost::CHEAP);
    repo.members.set(desk.members.clone()).unwrap();
    let seen = || std::mem::take(&mut *repo.seen.lock().unwrap());

    let form = desk.company(&anna, company).unwrap().form();
    let renamed = CompanyForm { name: "Acme Ltd".into(), ..form };
    desk.edit_company(&anna, company, None, &renamed).unwrap();
    assert_eq!(seen(), [(Kind::Company, Kept::Nobody)]);
    let partner = CompanyForm { partner: true, ..renamed };
    desk.edit_company(&anna, company, None, &partner).unwrap();
    assert_eq!(seen(), [(Kind::Company, Kept::Members)]);

    desk.approve_request(&anna, request, None, None).unwrap();
    assert_eq!(seen(), [(Kind::Profile, Kept::Kinds)]);
    let email = String::from("office@acme.example");
    let form = NewUser { email, ..NewUser::new(Entrance::PortalAccess, company) };
    desk.create_portal_user(&anna, &form).unwrap();
    assert_eq!(seen(), [(Kind::Profile, Kept::Kinds)]);
}

/// A contact of Acme that becomes a portal user right before that desk commits anything.
fn moved_too_late(house: &House, anna: &Session, acme: CompanyId) -> (ContactId, Desk) {
    let contact = house.contact(("Zoë", "O'Brien"), "zoe@acme.example", Some(acme));
    let request = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
    house.desk.link_request(anna, request, None, contact).unwrap();
    let (desk, approver) = (house.desk.clone(), anna.clone());
    let repo = Arc::new(Before::new(house.repo.clone(), move || {
        desk.approve_request(&approver, request, None, None).unwrap();
    }));
    (contact, Desk::new(repo, house.clock.clone()).with_hashing(HashCost::CHEAP))
}

#[test]
fn a_file_leaves_a_contact_with_its_company_when_it_becomes_a_user_meanwhile() {
    let house = House::new();
    let anna = house.staff(Role::PortalAdmin);
    let acme = house.company("Acme", None);
    house.company("Bolt", None);
    let (contact, desk) = moved_too_late(&house, &anna, acme);
    let mut source =
        Cursor::new(&b"First Name,Last Name,Email,Customer Id\n,,zoe@acme.example,C000002\n"[..]);
    let args = ImportArgs { file: "contacts.csv", dry_run: false };
    let mut rows = Vec::new();
    desk.import_contacts(&anna, args, &mut source, &mut |step| {
        rows.extend_from_slice(step.rows);
        ControlFlow::Continue(())
    })
    .unwrap();
    let codes: Vec<Code> = rows[0].problems.iter().map(|it| it.code).collect();
    assert_eq!((rows.len(), codes), (1, vec![Code::ContactHasUser]));
    let kept = house.repo.fetch::<Contact>(contact.0).unwrap().unwrap().value;
    assert_eq!(kept.company, Some(acme));
    super::invariants::check(&*house.repo);
}

#[test]
fn a_contact_stays_with_its_company_when_it_becomes_a_user_meanwhile() {
    let house = House::new();
    let anna = house.staff(Role::PortalAdmin);
    let (acme, bolt) = (house.company("Acme", None), house.company("Bolt", None));
    let (contact, desk) = moved_too_late(&house, &anna, acme);
    let form = ContactForm {
        first: "Zoë".into(),
        last: "O'Brien".into(),
        email: "zoe@acme.example".into(),
        phone: String::new(),
        company: Some(bolt),
    };
    let Err(DeskError::Problems(problems)) = desk.edit_contact(&anna, contact, None, &form) else {
        panic!("the contact is a portal user's by now")
    };
    assert_eq!((problems[0].code, problems[0].field), (Code::ContactHasUser, Some("company")));
    assert!(problems[0].message.contains("company can't be changed"), "{}", problems[0].message);
    let kept = house.repo.fetch::<Contact>(contact.0).unwrap().unwrap().value;
    assert_eq!(kept.company, Some(acme));
    super::invariants::check(&*house.repo);
}
