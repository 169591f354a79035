//! The deed that is done over and over: deed `n` makes request `n` and counts a contact up to
//! `n`, so that half of one would show.

use std::path::Path;

use portaldesk::domain::audit::{Action, Actor};
use portaldesk::domain::contact::Contact;
use portaldesk::domain::id::{ContactId, RequestId, SiteId};
use portaldesk::domain::request::{PortalRequest, RequestStatus};
use portaldesk::domain::text::Text;
use portaldesk::domain::time::Timestamp;
use portaldesk::store::query::{Filter, List, Query, Sort, Stop};
use portaldesk::store::sled::{Options, SledRepository};
use portaldesk::store::{
    AuditDraft, Changes, CommitError, Key, Kind, Record, Repository, RepositoryExt, Stamp,
    StoreError,
};

const COUNTER: Key = Key::new(Kind::Contact, 1);

pub fn open(dir: &Path) -> Result<SledRepository, StoreError> {
    SledRepository::open(dir, Options::at(Timestamp::from_millis(0)))
}

/// Opens it as a big one is: read and checked behind.
pub fn open_behind(dir: &Path) -> Result<SledRepository, StoreError> {
    SledRepository::open(dir, Options { small: 0, ..Options::at(Timestamp::from_millis(0)) })
}

/// How many deeds are in the store, by the contact that counts them.
pub fn count(repo: &SledRepository) -> Result<u64, StoreError> {
    let counter = repo.fetch::<Contact>(COUNTER.id)?;
    Ok(counter.map_or(0, |it| it.value.last.unwrap().raw().parse().unwrap()))
}

/// How many deeds are in the store, by the totals of its lists, which agree.
pub fn totals(repo: &SledRepository) -> u64 {
    let listed = requests();
    let requests = repo.query(&listed).unwrap().total;
    let entries = repo.query(&Query { list: List::Audit, ..listed }).unwrap().total;
    assert_eq!(requests, entries, "requests and entries of the trail");
    requests
}

/// The question for the totals of the list of requests.
pub fn requests() -> Query {
    Query {
        list: List::Requests,
        filter: Filter::default(),
        sort: Sort::Number,
        reverse: true,
        page: 1,
        per_page: 0,
        partly: false,
        stop: Stop::default(),
    }
}

/// Does the next deed, and answers with its number once it is acknowledged.
pub fn next(repo: &SledRepository) -> Result<u64, CommitError> {
    next_by(repo, "visitor")
}

/// The next deed, done by somebody of that name.
pub fn next_by(repo: &SledRepository, who: &str) -> Result<u64, CommitError> {
    let n = count(repo)? + 1;
    let read = repo.get(COUNTER)?.map(|it| it.stamp);
    repo.commit(deed(n, who, read))?;
    Ok(n)
}

/// The deed of that number, on that reading of the counter.
pub fn deed(n: u64, who: &str, read: Option<Stamp>) -> Changes {
    let request = request(n);
    let actor = Actor {
        user: None,
        name: who.into(),
        role: None,
        os_user: "agent".into(),
        origin: "EU".into(),
    };
    let audit = AuditDraft::new(Timestamp::from_millis(1), &actor, Action::RequestSubmit)
        .on(COUNTER, "the counter")
        .on(Key::new(Kind::Request, n), request.label());
    Changes::new(audit).create(request).upsert(counter(n), read)
}

/// Changes one request.
pub fn changing(record: impl Into<Record>, read: Stamp) -> Changes {
    let record = record.into();
    let actor = Actor {
        user: None,
        name: "visitor".into(),
        role: None,
        os_user: "agent".into(),
        origin: "EU".into(),
    };
    let audit = AuditDraft::new(Timestamp::from_millis(1), &actor, Action::RequestEdit)
        .on(record.key(), Text::from("it"));
    Changes::new(audit).update(record, read)
}

/// Does so many deeds.
pub fn some(repo: &SledRepository, deeds: u64) {
    for _ in 0..deeds {
        next(repo).unwrap();
    }
}

/// Checks that the store holds whole deeds only, without a gap; answers with how many.
pub fn expect_whole(repo: &SledRepository) -> u64 {
    let deeds = count(repo).unwrap();
    assert_eq!(totals(repo), deeds, "in the lists");
    for n in [1, deeds / 2, deeds].into_iter().filter(|n| *n > 0) {
        let stored = repo.get(Key::new(Kind::Request, n)).unwrap().unwrap();
        assert_eq!(stored.record, Record::Request(request(n)));
    }
    assert_eq!(repo.get(Key::new(Kind::Request, deeds + 1)).unwrap(), None, "half a deed");
    deeds
}

fn request(n: u64) -> PortalRequest {
    PortalRequest {
        id: RequestId(n),
        first: "Zoë".into(),
        last: format!("Number {n}").as_str().into(),
        email: format!("zoe{n}@example.com").as_str().into(),
        phone: "+49 30 1234".into(),
        company_name: "Acme".into(),
        site: SiteId(1),
        submitted_at: Timestamp::from_millis(n.cast_signed()),
        status: RequestStatus::New,
        contact: None,
        user: None,
        reject_reason: None,
        handled_by: None,
        import_key: Some(format!("row {n}")),
    }
}

fn counter(n: u64) -> Contact {
    Contact {
        id: ContactId(COUNTER.id),
        first: None,
        last: Some(n.to_string().as_str().into()),
        email: None,
        phone: None,
        company: None,
        external_id: None,
    }
}

/// Numbers that look random and are the same in every run.
pub struct Numbers(pub u64);

impl Numbers {
    /// The next one, below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}
