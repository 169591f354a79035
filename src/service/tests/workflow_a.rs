//! Workflow A of DOMAIN.md, as far as it goes before a password is set.

use crate::domain::audit::Action;
use crate::domain::matching::Likeness;
use crate::domain::request::RequestStatus;
use crate::domain::role::Role;
use crate::domain::user::{Group, PortalProfile, User, UserStatus};
use crate::service::approve::CompanyChoice;
use crate::service::companies::CompanyForm;
use crate::service::requests::RequestForm;
use crate::service::{DeskError, ListArgs, Sort};
use crate::store::{Key, Kind, RepositoryExt, UniqueKey};

use super::{House, origin, zoe};

#[test]
fn from_submit_to_a_pending_user() {
    let house = House::new();
    let anna = house.staff(Role::CustomerService);
    let submitted = house.desk.submit_request(&zoe(), None, &origin()).unwrap();
    assert_eq!((submitted.number.as_str(), submitted.status), ("PR-000001", RequestStatus::New));

    let company =
        CompanyChoice::New(CompanyForm { name: "Acme Ltd".into(), ..CompanyForm::default() });
    let view =
        house.desk.create_contact_for_request(&anna, submitted.id, None, None, &company).unwrap();
    assert_eq!(view.row.status, RequestStatus::Resolved);
    assert_eq!(view.linked.as_ref().unwrap().company_name.as_ref().unwrap().raw(), "Acme Ltd");
    assert_eq!(view.suggested_login.as_deref(), Some("zoe.obrien"));
    assert_eq!(view.why_not_approve, None);

    let approved = house.desk.approve_request(&anna, submitted.id, None, None).unwrap().request;
    assert_eq!(approved.row.status, RequestStatus::Processed);
    assert_eq!(approved.row.user_id.as_ref().unwrap().raw(), "zoe.obrien.P");
    assert_eq!(approved.row.handled_by.as_ref(), Some(anna.user_id()));

    let id = approved.row.user.unwrap().0;
    let user = house.repo.fetch::<User>(id).unwrap().unwrap().value;
    assert_eq!((user.status, user.role), (UserStatus::Pending, Role::PortalUser));
    assert_eq!(user.groups, [Group::Portals]);
    assert_eq!(user.email.as_ref().unwrap().raw(), "zoe@acme.example");
    let profile = house.repo.fetch::<PortalProfile>(id).unwrap().unwrap().value;
    assert_eq!(profile.memberships.iter().filter(|it| it.primary).count(), 1);
    assert_eq!(profile.site_accounts.len(), 1);

    let entry = house.last_entry(Key::new(Kind::Request, 1));
    assert_eq!((entry.action, entry.actor.user), (Action::RequestApprove, Some(anna.user())));
    let did: Vec<&str> = approved.history.iter().map(|it| it.did).collect();
    assert_eq!(did, ["approved", "contact linked", "submitted"]);
}

#[test]
fn logins_take_the_lowest_free_number() {
    let house = House::new();
    let anna = house.staff(Role::CustomerService);
    for (n, expected) in ["zoe.obrien.P", "zoe.obrien2.P", "zoe.obrien3.P"].iter().enumerate() {
        let form = RequestForm { email: format!("zoe{n}@acme.example"), ..zoe() };
        let id = house.desk.submit_request(&form, None, &origin()).unwrap().id;
        let company =
            CompanyChoice::New(CompanyForm { name: format!("Acme {n}"), ..CompanyForm::default() });
        house.desk.create_contact_for_request(&anna, id, None, None, &company).unwrap();
        let approved = house.desk.approve_request(&anna, id, None, None).unwrap().request;
        assert_eq!(approved.row.user_id.unwrap().raw(), *expected);
    }
}

#[test]
fn a_typed_login_may_carry_the_suffix() {
    let house = House::new();
    let anna = house.staff(Role::PortalAdmin);
    let company = house.company("Acme Ltd", None);
    let contact = house.contact(("Zoë", "O'Brien"), "zoe@acme.example", Some(company));
    let id = house.desk.submit_request(&zoe(), Some("main"), &origin()).unwrap().id;
    house.desk.link_request(&anna, id, None, contact).unwrap();
    let approved = house.desk.approve_request(&anna, id, None, Some(" Zoe.p ")).unwrap().request;
    assert_eq!(approved.row.user_id.unwrap().raw(), "Zoe.P");
    assert_eq!(
        house.repo.owner(&UniqueKey::ContactOfUser(contact.0)).unwrap(),
        approved.row.user.map(|it| it.0)
    );
}

#[test]
fn candidates_are_ranked_and_counted() {
    let house = House::new();
    let anna = house.staff(Role::CustomerService);
    let acme = house.company("Acme Ltd", Some("office@acme.example"));
    house.contact(("Joe", "O'Brien"), "joe@bolt.example", None);
    house.contact(("ZOE", "O'BRIEN"), "z@bolt.example", None);
    house.contact(("Z", "Obrien"), "z.obrien@acme.example", Some(acme));
    house.contact(("Zoë", "O'Brien"), "ZOE@acme.example", Some(acme));
    let id = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
    let view = house.desk.request(&anna, id).unwrap();
    let ranks: Vec<Likeness> = view.candidates.iter().map(|it| it.likeness).collect();
    assert_eq!(ranks, [Likeness::SameEmail, Likeness::SameDomain, Likeness::SameName]);
    assert_eq!(house.desk.contact_prefill(&anna, id).unwrap().company, Some(acme));
    let page = house.desk.requests(&anna, &ListArgs::all(Sort::Time, true)).unwrap();
    assert_eq!(page.rows[0].likely, 1);
}

#[test]
fn the_list_is_newest_first_and_searches() {
    let house = House::new();
    let anna = house.staff(Role::Auditor);
    for (name, minutes) in [("Ann", 0), ("Zoë", 5), ("Łukasz", 5)] {
        house.clock.advance(minutes * 60_000);
        house
            .desk
            .submit_request(
                &RequestForm { first: name.into(), email: "it@acme.example".into(), ..zoe() },
                None,
                &origin(),
            )
            .unwrap();
    }
    let names = |args: &ListArgs<RequestStatus>| -> Vec<String> {
        let page = house.desk.requests(&anna, args).unwrap();
        page.rows.iter().map(|it| it.first.raw().to_owned()).collect()
    };
    let newest = ListArgs::all(Sort::Time, true);
    assert_eq!(names(&newest), ["Łukasz", "Zoë", "Ann"]);
    assert_eq!(names(&ListArgs { text: "ZOE acme".into(), ..newest.clone() }), ["Zoë"]);
    assert_eq!(names(&ListArgs { text: "lukasz".into(), ..newest.clone() }), ["Łukasz"]);
    assert_eq!(
        names(&ListArgs { status: Some(RequestStatus::Rejected), ..newest.clone() }),
        Vec::<String>::new()
    );
    let paged = house.desk.requests(&anna, &ListArgs { per_page: 2, page: 2, ..newest }).unwrap();
    assert_eq!((paged.rows.len(), paged.total, paged.page, paged.pages), (1, 3, 2, 2));
}

#[test]
fn rejecting_reopening_and_unlinking() {
    let house = House::new();
    let anna = house.staff(Role::CustomerService);
    let contact = house.contact(("Zoë", "O'Brien"), "zoe@acme.example", None);
    let id = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
    let linked = house.desk.save_request(&anna, id, None, &zoe(), Some(contact)).unwrap();
    assert_eq!(linked.row.status, RequestStatus::Resolved);
    assert_eq!(house.desk.unlink_request(&anna, id, None).unwrap().row.status, RequestStatus::New);
    let rejected = house.desk.reject_request(&anna, id, None, "not a customer").unwrap();
    assert_eq!(rejected.row.reject_reason.unwrap().raw(), "not a customer");
    let reopened = house.desk.reopen_request(&anna, id, None).unwrap();
    assert_eq!((reopened.row.status, reopened.row.reject_reason), (RequestStatus::New, None));
    let actions: Vec<Action> = house
        .repo
        .history(Key::new(Kind::Request, id.0), 9)
        .unwrap()
        .iter()
        .map(|it| it.action)
        .collect();
    assert_eq!(
        actions,
        [
            Action::RequestReopen,
            Action::RequestReject,
            Action::RequestUnlink,
            Action::RequestEdit,
            Action::RequestSubmit
        ]
    );
}

#[test]
fn the_second_of_two_editors_is_told_by_whom_and_what() {
    let house = House::new();
    let (anna, boris) = (house.staff(Role::CustomerService), house.staff(Role::CustomerService));
    let id = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
    let opened = house.desk.request(&anna, id).unwrap().row.stamp;
    let mended = RequestForm { phone: "12345678".into(), ..zoe() };
    house.desk.save_request(&boris, id, Some(opened), &mended, None).unwrap();
    let error = house.desk.save_request(&anna, id, Some(opened), &zoe(), None).unwrap_err();
    let DeskError::Conflict(conflict) = error else { panic!("{error:?}") };
    assert_eq!(conflict.edits.len(), 1);
    assert_eq!(&conflict.edits[0].by, boris.user_id());
    assert_eq!(conflict.edits[0].changes[0].field, "phone");
    assert_eq!(conflict.edits[0].changes[0].after.as_ref().unwrap().raw(), "12345678");
    assert_eq!(house.desk.request(&anna, id).unwrap().row.phone.raw(), "12345678");
}

#[test]
fn every_row_of_a_page_counts_its_likely_contacts() {
    let house = House::new();
    let anna = house.staff(Role::PortalAdmin);
    for n in 0..100 {
        let email = format!("u{n}@x.example");
        house.contact(("A", "B"), &email, None);
        house.desk.submit_request(&RequestForm { email, ..zoe() }, None, &origin()).unwrap();
    }
    let args = ListArgs { per_page: 100, ..ListArgs::all(Sort::Time, true) };
    let page = house.desk.requests(&anna, &args).unwrap();
    assert_eq!(page.rows.iter().map(|it| it.likely).collect::<Vec<_>>(), [1; 100]);
}

#[test]
fn an_accent_makes_another_email() {
    let house = House::new();
    let anna = house.staff(Role::PortalAdmin);
    house.contact(("A", "B"), "zoe@acmé.example", None);
    let request = house.desk.submit_request(&zoe(), None, &origin()).unwrap();
    assert_eq!(request.likely, 0);
    let form = RequestForm { email: "zoe@acmé.example".into(), ..zoe() };
    assert_eq!(house.desk.submit_request(&form, None, &origin()).unwrap().likely, 1);
    let view = house.desk.request(&anna, request.id).unwrap();
    assert!(view.warnings.iter().all(|it| it.code != "W8"), "{:?}", view.warnings);
}

#[test]
fn the_company_of_exactly_that_name_is_found_among_many() {
    let house = House::new();
    let anna = house.staff(Role::PortalAdmin);
    for n in 0..25 {
        house.company(&format!("AA Kim AG {n:02}"), None);
    }
    let kim = house.company("Kim AG", None);
    let form = RequestForm { company_name: " kim ag ".into(), ..zoe() };
    let request = house.desk.submit_request(&form, None, &origin()).unwrap().id;
    let company = || house.desk.contact_prefill(&anna, request).unwrap().company;
    assert_eq!(company(), Some(kim));
    house.company("KIM AG", None);
    assert_eq!(company(), None, "two of that name: a person has to choose");
}

#[test]
fn a_request_shows_the_warnings_that_any_newcomer_has() {
    let house = House::new();
    let anna = house.staff(Role::PortalAdmin);
    let acme = house.company("Acme Ltd", None);
    let codes = |form: &RequestForm| {
        let request = house.desk.submit_request(form, None, &origin()).unwrap();
        let contact = house.contact(("A", "B"), form.email.as_str(), Some(acme));
        house.desk.link_request(&anna, request.id, None, contact).unwrap();
        let view = house.desk.request(&anna, request.id).unwrap();
        view.warnings.iter().map(|it| it.code).collect::<Vec<_>>()
    };
    let plain = codes(&zoe());
    assert!(plain.contains(&"W4"), "{plain:?}");
    assert!(!plain.contains(&"W6") && !plain.contains(&"W10"), "{plain:?}");
    let odd =
        RequestForm { phone: "call me".into(), email: "z\u{43e}e@acme.example".into(), ..zoe() };
    let odd = codes(&odd);
    assert!(odd.contains(&"W6") && odd.contains(&"W10"), "{odd:?}");
}
