//! Clauses about lists: orders, filters, pages, and what lines are joined with.

use super::Subject;
use super::sample::*;
use crate::domain::id::{CompanyId, RoleId, UserId};
use crate::domain::login::LoginOutcome;
use crate::domain::request::{PortalRequest, RequestStatus};
use crate::domain::role::Role;
use crate::domain::user::{LOCK_AFTER, User, UserKind, UserStatus};
use crate::store::Repository;
use crate::store::query::{Clause, Filter, List, Mark, Query, Sort, Status, Test};
use crate::store::record::{Key, Kind, UniqueKey};

pub(super) fn sorted(repo: &dyn Repository, list: List, sort: Sort) -> Vec<u64> {
    let up = found(repo, &Query { sort, ..listing(list) });
    let mut down = found(repo, &Query { sort, reverse: true, ..listing(list) });
    down.reverse();
    assert_eq!(up, down, "{sort:?} turned round");
    up
}

pub(super) fn matching(repo: &dyn Repository, list: List, filter: Filter) -> Vec<u64> {
    found(repo, &Query { filter, ..listing(list) })
}

fn with_status(status: Status) -> Filter {
    Filter { status: Some(status), ..Filter::default() }
}

fn requests(repo: &dyn Repository) {
    let status = |mut request: PortalRequest, status| {
        request.status = status;
        request
    };
    create(
        repo,
        [
            status(request(1, "Zoë Zander", "b@x.example", 30), RequestStatus::Rejected).into(),
            request(2, "anna Arndt", "C@x.example", 10).into(),
            status(request(3, "Émile Ozu", "a@x.example", 30), RequestStatus::Resolved).into(),
            request(4, "Bernd Łoś", "d@y.example", 20).into(),
        ],
    );
}

pub fn requests_in_every_order(subject: &mut impl Subject) {
    let repo = subject.repo();
    requests(repo);
    let by = |sort| sorted(repo, List::Requests, sort);
    assert_eq!(by(Sort::Number), [1, 2, 3, 4]);
    assert_eq!(by(Sort::Time), [2, 4, 1, 3]);
    assert_eq!(by(Sort::Name), [2, 4, 3, 1]);
    assert_eq!(by(Sort::Email), [3, 1, 2, 4]);
    assert_eq!(by(Sort::Status), [2, 4, 3, 1]);
    assert_eq!(by(Sort::LastLogin), [1, 2, 3, 4], "no such column");
    let mut last = request(5, "Anna Zzz", "e@x.example", 5);
    last.company_name = "Élan".into();
    create(repo, [last.into()]);
    assert_eq!(by(Sort::Company), [5, 1, 2, 3, 4]);
    change(repo, request(2, "Zzz Zzz", "0@x.example", 99));
    assert_eq!(by(Sort::Time), [5, 4, 1, 3, 2]);
    assert_eq!(by(Sort::Name), [5, 4, 3, 1, 2]);
    assert_eq!(by(Sort::Email), [2, 3, 1, 4, 5]);
    let key = Key::new(Kind::Request, 4);
    repo.commit(deleting(key, stamp(repo, key))).unwrap();
    assert_eq!(by(Sort::Email), [2, 3, 1, 5]);
    assert_eq!(by(Sort::Number), [1, 2, 3, 5]);
}

pub fn users_in_every_order(subject: &mut impl Subject) {
    let repo = subject.repo();
    let seen = |mut user: User, millis| {
        user.last_login_at = Some(at(millis));
        user
    };
    let mut staff = user(3, "carla", "");
    staff.kind = UserKind::Staff;
    staff.status = UserStatus::Pending;
    staff.created_at = at(0);
    create(
        repo,
        [
            company(1, "Zeta").into(),
            company(2, "Alpha").into(),
            seen(user(1, "dora", "2@x.example"), 50).into(),
            profile(1, 1, &[1]).into(),
            seen(user(2, "anna", "1@x.example"), 40).into(),
            profile(2, 2, &[2, 1]).into(),
            staff.into(),
        ],
    );
    let by = |sort| sorted(repo, List::Users, sort);
    assert_eq!(by(Sort::Name), [2, 3, 1]);
    assert_eq!(by(Sort::Login), [2, 3, 1]);
    assert_eq!(by(Sort::Email), [2, 1, 3], "none comes last");
    assert_eq!(by(Sort::Company), [2, 1, 3]);
    assert_eq!(by(Sort::Status), [3, 1, 2]);
    assert_eq!(by(Sort::LastLogin), [3, 2, 1]);
    assert_eq!(by(Sort::Time), [3, 1, 2]);
}

pub fn companies_and_contacts_in_every_order(subject: &mut impl Subject) {
    let repo = subject.repo();
    let mut zeta = company(1, "Zeta");
    zeta.code = "A9".into();
    create(
        repo,
        [
            zeta.into(),
            company(2, "alpha").into(),
            contact(1, "Bernd Bauer", "", Some(1)).into(),
            contact(2, "Anna Arndt", "anna@x.example", Some(2)).into(),
            contact(3, "Carla Conti", "aa@x.example", None).into(),
        ],
    );
    assert_eq!(sorted(repo, List::Companies, Sort::Name), [2, 1]);
    assert_eq!(sorted(repo, List::Companies, Sort::Company), [2, 1]);
    assert_eq!(sorted(repo, List::Companies, Sort::Login), [1, 2]);
    assert_eq!(sorted(repo, List::Contacts, Sort::Name), [2, 1, 3]);
    assert_eq!(sorted(repo, List::Contacts, Sort::Email), [3, 2, 1]);
    assert_eq!(sorted(repo, List::Contacts, Sort::Company), [2, 1, 3]);
}

pub fn words_are_found_without_accents_and_case(subject: &mut impl Subject) {
    let repo = subject.repo();
    requests(repo);
    let by = |text: &str| matching(repo, List::Requests, Filter::default().with_text(text));
    assert_eq!(by("ZOE"), [1]);
    assert_eq!(by("emile"), [3]);
    assert_eq!(by("los"), [4]);
    assert_eq!(by("x.example a"), [1, 2, 3], "all words, anywhere");
    assert_eq!(by("X.EXAMPLE émile"), [3]);
    assert_eq!(by("000002"), [2], "the phone, and the number as it is shown");
    assert_eq!(by("pr-000004"), [4]);
    assert_eq!(by("nobody"), NONE);
    assert_eq!(by("   "), [1, 2, 3, 4]);
}

pub fn statuses_are_told_apart(subject: &mut impl Subject) {
    let repo = subject.repo();
    requests(repo);
    let by = |status| matching(repo, List::Requests, with_status(Status::Request(status)));
    assert_eq!(by(RequestStatus::New), [2, 4]);
    assert_eq!(by(RequestStatus::Resolved), [3]);
    assert_eq!(by(RequestStatus::Processed), NONE);
    let mut waiting = user(1, "anna", "");
    waiting.throttled_until = Some(at(100));
    let mut locked = user(2, "bernd", "");
    locked.failed_count = LOCK_AFTER;
    let mut pending = user(3, "carla", "");
    pending.status = UserStatus::Pending;
    create(repo, [waiting.into(), locked.into(), pending.into()]);
    let by = |status| matching(repo, List::Users, with_status(status));
    assert_eq!(by(Status::User(UserStatus::Active)), [1, 2]);
    assert_eq!(by(Status::User(UserStatus::Pending)), [3]);
    assert_eq!(by(Status::Throttled(at(99))), [1, 2]);
    assert_eq!(by(Status::Throttled(at(100))), [2], "only the locked one still waits");
}

pub fn dates_are_from_and_before(subject: &mut impl Subject) {
    let repo = subject.repo();
    requests(repo);
    let by = |since: Option<i64>, until: Option<i64>| {
        let (since, until) = (since.map(at), until.map(at));
        matching(repo, List::Requests, Filter { since, until, ..Filter::default() })
    };
    assert_eq!(by(Some(20), None), [1, 3, 4]);
    assert_eq!(by(None, Some(20)), [2]);
    assert_eq!(by(Some(20), Some(30)), [4]);
    assert_eq!(by(Some(31), None), NONE);
}

pub(super) fn people_of_two_companies(repo: &dyn Repository) {
    create(
        repo,
        [
            company(1, "Zeta").into(),
            company(2, "Alpha").into(),
            contact(1, "Anna Arndt", "", Some(1)).into(),
            contact(2, "Bernd Bauer", "", Some(2)).into(),
            contact(3, "Carla Conti", "", None).into(),
            user(1, "anna", "").into(),
            profile(1, 1, &[1, 2]).into(),
            user(2, "bernd", "").into(),
            profile(2, 2, &[2]).into(),
        ],
    );
}

pub fn a_company_has_its_contacts_and_users(subject: &mut impl Subject) {
    let repo = subject.repo();
    people_of_two_companies(repo);
    let of = |list, id| {
        let company = Some(CompanyId(id));
        matching(repo, list, Filter { company, ..Filter::default() })
    };
    assert_eq!(of(List::Contacts, 1), [1]);
    assert_eq!(of(List::Contacts, 2), [2]);
    assert_eq!(of(List::Users, 1), [1]);
    assert_eq!(of(List::Users, 2), [1, 2]);
    assert_eq!(of(List::Users, 3), NONE);
}

pub fn names_are_exact(subject: &mut impl Subject) {
    let repo = subject.repo();
    create(
        repo,
        [
            contact(1, "Zoë Arndt", "", None).into(),
            contact(2, "Zoe Arndt Bauer", "", None).into(),
            contact(3, "ZOE ARNDT", "", None).into(),
            company(4, "Zoë Arndt").into(),
        ],
    );
    let by = |list, name: &str| {
        matching(repo, list, Filter { name: Some(name.to_owned()), ..Filter::default() })
    };
    assert_eq!(by(List::Contacts, "zoe arndt"), [1, 3]);
    assert_eq!(by(List::Companies, "zoe arndt"), [4]);
    assert_eq!(by(List::Contacts, "zoe"), NONE);
}

pub fn emails_and_domains_are_exact(subject: &mut impl Subject) {
    let repo = subject.repo();
    create(
        repo,
        [
            contact(1, "Anna Arndt", "Anna@X.example", None).into(),
            contact(2, "Bernd Bauer", "joanna@x.example", None).into(),
            contact(3, "Carla Conti", "carla@sub.x.example", None).into(),
            contact(4, "Dora Diaz", "", None).into(),
        ],
    );
    let by = |emails: &[&str], domain: Option<&str>| {
        let emails = emails.iter().map(|&email| email.to_owned()).collect();
        let domain = domain.map(str::to_owned);
        matching(repo, List::Contacts, Filter { emails, domain, ..Filter::default() })
    };
    assert_eq!(by(&["anna@x.example"], None), [1]);
    assert_eq!(by(&["carla@sub.x.example", "joanna@x.example"], None), [2, 3]);
    assert_eq!(by(&[], Some("x.example")), [1, 2]);
    assert_eq!(by(&["anna@x.example"], Some("sub.x.example")), NONE);
}

pub fn pages_are_cut_and_clamped(subject: &mut impl Subject) {
    let repo = subject.repo();
    let records = (1..=25).map(|id| contact(id, "Anna Arndt", "", None).into());
    create(repo, records);
    let page = |page, per_page| Query { page, per_page, ..listing(List::Contacts) };
    let answer = repo.query(&page(3, 10)).unwrap();
    assert_eq!(numbers(&answer), [21, 22, 23, 24, 25]);
    assert_eq!((answer.total, answer.all, answer.page, answer.pages), (25, 25, 3, 3));
    assert_eq!(numbers(&repo.query(&page(99, 10)).unwrap()), [21, 22, 23, 24, 25]);
    assert_eq!(found(repo, &page(0, 2)), [1, 2]);
    assert_eq!(
        found(repo, &Query { reverse: true, ..page(2, 10) }),
        Vec::from_iter((6..=15).rev())
    );
    let totals = repo.query(&page(1, 0)).unwrap();
    assert_eq!((totals.rows.len(), totals.total, totals.page, totals.pages), (0, 25, 1, 1));
    let filter = Filter::default().with_text("ct-00001");
    let some = repo.query(&Query { filter, ..page(2, 4) }).unwrap();
    assert_eq!(numbers(&some), [14, 15, 16, 17]);
    assert_eq!((some.total, some.all, some.page, some.pages), (10, 25, 2, 3));
    let none = repo.query(&listing(List::Users)).unwrap();
    assert_eq!((none.rows.len(), none.total, none.page, none.pages), (0, 0, 1, 1));
}

pub fn a_renamed_company_renames_its_people(subject: &mut impl Subject) {
    people_of_two_companies(subject.repo());
    let repo = subject.repo();
    assert_eq!(sorted(repo, List::Contacts, Sort::Company), [2, 1, 3]);
    change(repo, company(1, "Aachen"));
    for _ in 0..2 {
        let repo = subject.repo();
        assert_eq!(sorted(repo, List::Contacts, Sort::Company), [1, 2, 3]);
        let by = |list, text| matching(repo, list, Filter::default().with_text(text));
        assert_eq!(by(List::Contacts, "aachen"), [1]);
        assert_eq!(by(List::Users, "aachen"), [1]);
        assert_eq!(by(List::Users, "zeta"), NONE);
        subject.reopen();
    }
    let repo = subject.repo();
    let key = Key::new(Kind::Company, 1);
    repo.commit(deleting(key, stamp(repo, key))).unwrap();
    let gone = Filter::default().with_text("aachen");
    assert_eq!(matching(repo, List::Contacts, gone.clone()), NONE);
    assert_eq!(matching(repo, List::Users, gone), NONE);
}

pub fn memberships_move_with_the_profile(subject: &mut impl Subject) {
    let repo = subject.repo();
    people_of_two_companies(repo);
    let zeta = || Filter { company: Some(CompanyId(1)), ..Filter::default() };
    change(repo, profile(2, 2, &[1]));
    assert_eq!(matching(repo, List::Users, zeta()), [1, 2]);
    assert_eq!(sorted(repo, List::Users, Sort::Company), [2, 1], "one of one company first");
    let (user_key, profile_key) = (Key::new(Kind::User, 1), Key::new(Kind::Profile, 1));
    let changes = deleting(user_key, stamp(repo, user_key));
    repo.commit(changes.delete(profile_key, stamp(repo, profile_key))).unwrap();
    assert_eq!(matching(repo, List::Users, zeta()), [2]);
}

pub fn sign_ins_are_those_of_one_user(subject: &mut impl Subject) {
    let repo = subject.repo();
    create(
        repo,
        [
            user(1, "anna", "").into(),
            user(256, "bernd", "").into(),
            sign_in(1, 1, 30, LoginOutcome::WrongPassword).into(),
            sign_in(2, 256, 10, LoginOutcome::Ok).into(),
            sign_in(3, 1, 20, LoginOutcome::Ok).into(),
        ],
    );
    let list = List::Logins(UserId(1));
    assert_eq!(sorted(repo, list, Sort::Time), [3, 1]);
    assert_eq!(sorted(repo, list, Sort::Number), [1, 3]);
    assert_eq!(matching(repo, list, Filter::default().with_text("wrong")), [1]);
    assert_eq!(matching(repo, List::Logins(UserId(256)), Filter::default()), [2]);
    assert_eq!(matching(repo, List::Logins(UserId(2)), Filter::default()), NONE);
    let answer = repo.query(&Query { per_page: 1, page: 2, ..listing(list) }).unwrap();
    assert_eq!(numbers(&answer), [3]);
    assert_eq!((answer.total, answer.all, answer.pages), (2, 2, 2));
}

pub fn roles_of_ones_own_are_told_from_built_in_ones(subject: &mut impl Subject) {
    let having = |mut user: User, role: Option<u64>| {
        user.portal_role = role.map(RoleId);
        user
    };
    let mut auditor = user(4, "dora", "");
    auditor.role = Role::Auditor;
    create(
        subject.repo(),
        [
            having(user(1, "anna", ""), Some(2)).into(),
            having(user(2, "bernd", ""), None).into(),
            having(user(3, "carla", ""), Some(1)).into(),
            auditor.into(),
        ],
    );
    let having_role =
        |test| Filter { clauses: vec![Clause { not: false, test }], ..Filter::default() };
    let check = |repo: &dyn Repository| {
        let of = |test| matching(repo, List::Users, having_role(test));
        assert_eq!(of(Test::OwnRole(RoleId(2))), [1]);
        assert_eq!(of(Test::OwnRole(RoleId(3))), NONE);
        assert_eq!(of(Test::Role(Role::PortalUser)), [2], "what the others have is another role");
        let word = Filter::default().with_text("portal user");
        assert_eq!(matching(repo, List::Users, word), [2]);
        assert_eq!(sorted(repo, List::Users, Sort::Role), [4, 2, 3, 1], "built-in roles first");
    };
    check(subject.repo());
    subject.reopen();
    check(subject.repo());
    // Taken off again, it is the built-in one.
    change(subject.repo(), having(user(1, "anna", ""), None));
    let portal = having_role(Test::Role(Role::PortalUser));
    assert_eq!(matching(subject.repo(), List::Users, portal), [1, 2]);
}

pub fn short_lists_are_found_and_sorted(subject: &mut impl Subject) {
    let repo = subject.repo();
    let mut closed = site(3, "asia");
    closed.active = false;
    create(
        repo,
        [
            site(1, "US").into(),
            site(2, "eu").into(),
            closed.into(),
            site_group(1, "WORLD", &[1, 2, 3]).into(),
            site_group(2, "EUROPE", &[2]).into(),
            portal_role(1, "Readers").into(),
            portal_role(2, "Claims Desk").into(),
            user(2, "anna", "").into(),
            second_factor(2).into(),
        ],
    );
    assert_eq!(sorted(repo, List::Sites, Sort::Login), [3, 2, 1]);
    assert_eq!(sorted(repo, List::SiteGroups, Sort::Login), [2, 1]);
    assert_eq!(sorted(repo, List::Roles, Sort::Name), [2, 1]);
    assert_eq!(sorted(repo, List::SecondFactors, Sort::Number), [2]);
    assert_eq!(matching(repo, List::Sites, Filter::default().with_text("EU")), [2]);
    assert_eq!(matching(repo, List::Roles, Filter::default().with_text("desk")), [2]);
    let inactive = Clause { not: false, test: Test::Is(Mark::Inactive) };
    let inactive = Filter { clauses: vec![inactive], ..Filter::default() };
    assert_eq!(matching(repo, List::Sites, inactive), [3]);
    let owner = |unique| repo.owners(&[unique]).unwrap()[0];
    assert_eq!(owner(UniqueKey::SiteCode("us".to_owned())), Some(1));
    assert_eq!(owner(UniqueKey::GroupCode("europe".to_owned())), Some(2));
    assert_eq!(owner(UniqueKey::RoleName("claims desk".to_owned())), Some(2));
}

pub fn lists_survive_reopening(subject: &mut impl Subject) {
    requests(subject.repo());
    people_of_two_companies(subject.repo());
    let ask = |repo: &dyn Repository| {
        [List::Requests, List::Contacts, List::Companies, List::Users]
            .map(|list| sorted(repo, list, Sort::Company))
    };
    let before = ask(subject.repo());
    subject.reopen();
    assert_eq!(ask(subject.repo()), before);
}
