//! Records and deeds for the tests of the store, as short to write as they can be.

use std::collections::BTreeSet;

use crate::domain::audit::{Action, Actor};
use crate::domain::company::{Company, CompanyKind};
use crate::domain::contact::Contact;
use crate::domain::factor::SecondFactor;
use crate::domain::id::{
    CompanyId, ContactId, GroupId, JobId, MailId, RequestId, RoleId, RunId, SiteId, UserId,
};
use crate::domain::job::{Job, JobRun, RunState, Schedule, Step, Trigger};
use crate::domain::login::{Door, LoginEvent, LoginOutcome};
use crate::domain::mail::{Mail, MailState, Purpose};
use crate::domain::request::{PortalRequest, RequestStatus};
use crate::domain::role::{PortalRole, Role};
use crate::domain::site::{Site, SiteGroup};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::{
    CreatedVia, Group, Membership, PortalProfile, User, UserKind, UserStatus,
};
use crate::store::query::{Filter, Found, List, Query, Row, Sort, Stop};
use crate::store::record::{AuditEntry, Key, Kind, Record, Stamp};
use crate::store::{AuditDraft, Changes, Committed, Repository};

/// No rows.
pub const NONE: [u64; 0] = [];

/// So many milliseconds after the beginning.
pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// A signed-in person of that number.
pub fn actor(user: u64) -> Actor {
    Actor {
        user: Some(UserId(user)),
        name: format!("agent{user}").as_str().into(),
        role: Some(Role::CustomerService),
        os_user: "agent".into(),
        origin: "desk".into(),
    }
}

/// An entry that names those records.
pub fn telling(keys: &[Key]) -> AuditDraft {
    let draft = AuditDraft::new(at(1), &actor(1), Action::RequestEdit);
    keys.iter().fold(draft, |draft, key| draft.on(*key, key.to_string()))
}

/// A deed that creates those records and tells of each.
pub fn creating(records: impl IntoIterator<Item = Record>) -> Changes {
    let records: Vec<Record> = records.into_iter().collect();
    let keys: BTreeSet<Key> = records.iter().map(told_with).collect();
    let keys = Vec::from_iter(keys);
    records.into_iter().fold(Changes::new(telling(&keys)), Changes::create)
}

/// A deed that changes one record and tells of it.
pub fn changing(record: impl Into<Record>, read: Stamp) -> Changes {
    let record = record.into();
    Changes::new(telling(&[told_with(&record)])).update(record, read)
}

/// A deed that deletes one record and tells of it.
pub fn deleting(key: Key, read: Stamp) -> Changes {
    Changes::new(telling(&[key])).delete(key, read)
}

fn told_with(record: &Record) -> Key {
    match record {
        Record::Profile(it) => Key::new(Kind::User, it.user.0),
        Record::LoginEvent(it) => Key::new(Kind::User, it.user.0),
        other => other.key(),
    }
}

/// Creates those records, which nothing may speak against.
pub fn create(repo: &dyn Repository, records: impl IntoIterator<Item = Record>) -> Committed {
    repo.commit(creating(records)).unwrap()
}

/// Changes a record that is there.
pub fn change(repo: &dyn Repository, record: impl Into<Record>) -> Committed {
    let record = record.into();
    let stamp = repo.get(record.key()).unwrap().unwrap().stamp;
    repo.commit(changing(record, stamp)).unwrap()
}

/// A customer of that name.
pub fn company(id: u64, name: &str) -> Company {
    Company {
        id: CompanyId(id),
        code: format!("C{id:03}").as_str().into(),
        name: name.into(),
        email: None,
        phone: None,
        kind: CompanyKind::Customer,
        active: true,
        on_hold: false,
        home_site: SiteId(1),
        city: None,
        country: None,
        website: None,
        registered_by: None,
    }
}

/// A contact: `First Last`, an email, a company.
pub fn contact(id: u64, name: &str, email: &str, company: Option<u64>) -> Contact {
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    Contact {
        id: ContactId(id),
        first: Some(first.into()),
        last: Some(last.into()),
        email: (!email.is_empty()).then(|| email.into()),
        phone: None,
        company: company.map(CompanyId),
        external_id: None,
    }
}

/// A new request: `First Last`, an email, submitted then.
pub fn request(id: u64, name: &str, email: &str, submitted: i64) -> PortalRequest {
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    PortalRequest {
        id: RequestId(id),
        first: first.into(),
        last: last.into(),
        email: email.into(),
        phone: format!("+49 30 {id:06}").as_str().into(),
        company_name: "Somewhere".into(),
        site: SiteId(1),
        submitted_at: at(submitted),
        status: RequestStatus::New,
        contact: None,
        user: None,
        reject_reason: None,
        handled_by: None,
        import_key: None,
    }
}

/// An active portal user: a login, an email, made as many milliseconds in as its number.
pub fn user(id: u64, login: &str, email: &str) -> User {
    User {
        id: UserId(id),
        kind: UserKind::Portal,
        login_name: login.into(),
        first: Some(login.into()),
        last: None,
        email: (!email.is_empty()).then(|| email.into()),
        phone: None,
        role: Role::PortalUser,
        groups: vec![Group::Portals],
        status: UserStatus::Active,
        password_hash: None,
        must_change_password: false,
        password_set_at: None,
        failed_count: 0,
        throttled_until: None,
        last_login_at: None,
        created_at: at(id.cast_signed()),
        created_via: CreatedVia::Request,
        login_follows_email: false,
        external_id: None,
        licence: None,
        portal_role: None,
        second_factor: None,
        factor_enrolled_at: None,
        temporary_until: None,
        invitation: None,
        last_mail: None,
    }
}

/// The profile of a user with a contact, a member of those companies, the first primary.
pub fn profile(user: u64, contact: u64, companies: &[u64]) -> PortalProfile {
    let member = |(at, id): (usize, &u64)| Membership { company: CompanyId(*id), primary: at == 0 };
    PortalProfile {
        user: UserId(user),
        account_type: CompanyKind::Customer,
        contact: ContactId(contact),
        home_site: SiteId(1),
        can_create_users: false,
        claim_authorization_required: false,
        memberships: companies.iter().enumerate().map(member).collect(),
        site_accounts: Vec::new(),
        organization_configs: Vec::new(),
    }
}

/// A site of that code, in use, whose portal is on.
pub fn site(id: u64, code: &str) -> Site {
    Site {
        id: SiteId(id),
        code: code.into(),
        name: format!("Site {code}").into(),
        website: Text::default(),
        active: true,
        portal_enabled: true,
        sync_due: false,
    }
}

/// A site group of that code with those sites.
pub fn site_group(id: u64, code: &str, sites: &[u64]) -> SiteGroup {
    SiteGroup {
        id: GroupId(id),
        code: code.into(),
        sites: sites.iter().copied().map(SiteId).collect(),
    }
}

/// A portal role of that name.
pub fn portal_role(id: u64, name: &str) -> PortalRole {
    PortalRole {
        id: RoleId(id),
        name: name.into(),
        description: None,
        rights: Vec::new(),
        active: true,
    }
}

/// The second factor of a user, that is set up.
pub fn second_factor(user: u64) -> SecondFactor {
    SecondFactor {
        user: UserId(user),
        sealed_seed: vec![7; 73],
        begun_at: at(1),
        enrolled_at: Some(at(2)),
        last_step: 1,
        recovery: Vec::new(),
    }
}

/// A mail to a user that stands so.
pub fn letter(id: u64, user: u64, state: MailState) -> Mail {
    let mail = Mail {
        id: MailId(id),
        user: UserId(user),
        purpose: Purpose::Invitation,
        state,
        name: format!("Person {user}").as_str().into(),
        user_id: format!("person{user}.P").as_str().into(),
        address: format!("person{user}@x.example").as_str().into(),
        company: Some(CompanyId(1)),
        site: SiteId(1),
        carries: None,
        sealed_secret: None,
        token_hash: None,
        message_id: format!("mail{id}").as_str().into(),
        created_at: at(id.cast_signed()),
        invited_by: "agent1".into(),
        held: None,
        next_try_at: None,
        first_try_at: None,
        tries: 0,
        log: Vec::new(),
        handed_over_at: None,
        sent_at: None,
        expires_at: None,
        run: None,
        previous: None,
    };
    if state.is_waiting() { mail } else { mail.tried(at(id.cast_signed() + 1), "250 taken") }
}

/// A job with one step.
pub fn job(id: u64, name: &str) -> Job {
    Job {
        id: JobId(id),
        name: name.into(),
        schedule: Schedule::Every { minutes: 5, from: at(0) },
        steps: vec![Step::Notification],
        enabled: true,
        created_at: at(1),
        next_run_at: Some(at(2)),
        running: None,
        last_run: None,
    }
}

/// A run of a job.
pub fn run(id: u64, job: u64) -> JobRun {
    JobRun {
        job: JobId(job),
        id: RunId(id),
        started_at: at(id.cast_signed()),
        ended_at: None,
        trigger: Trigger::ByHand,
        by: "agent1".into(),
        state: RunState::Running,
        steps: Vec::new(),
        times: 1,
    }
}

/// A sign-in of a user.
pub fn sign_in(id: u64, user: u64, when: i64, outcome: LoginOutcome) -> LoginEvent {
    let origin = "EU".into();
    LoginEvent { id, user: UserId(user), at: at(when), door: Door::Portal, origin, outcome }
}

/// The first page of a list, of a hundred rows.
pub fn listing(list: List) -> Query {
    let (filter, sort) = (Filter::default(), Sort::Number);
    Query {
        list,
        filter,
        sort,
        reverse: false,
        page: 1,
        per_page: 100,
        partly: false,
        stop: Stop::default(),
    }
}

/// The numbers on a page: of records, or of entries of the trail.
pub fn numbers(found: &Found) -> Vec<u64> {
    found.rows.iter().map(Row::number).collect()
}

/// The numbers that a query finds.
pub fn found(repo: &dyn Repository, query: &Query) -> Vec<u64> {
    numbers(&repo.query(query).unwrap())
}

/// The whole trail, oldest first.
pub fn whole_trail(repo: &dyn Repository) -> Vec<AuditEntry> {
    let found = repo.query(&Query { per_page: 10_000, ..listing(List::Audit) }).unwrap();
    let entry = |row| match row {
        Row::Audit(entry) => entry,
        Row::Record(it) => panic!("the trail lists {it:?}"),
    };
    found.rows.into_iter().map(entry).collect()
}

/// The stamp of a record that is there.
pub fn stamp(repo: &dyn Repository, key: Key) -> Stamp {
    repo.get(key).unwrap().unwrap().stamp
}
