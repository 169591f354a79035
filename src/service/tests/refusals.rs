//! What is refused, in which words, and that nothing is changed by it.

use crate::domain::problem::Code;
use crate::domain::request::RequestStatus;
use crate::domain::role::Role;
use crate::service::approve::CompanyChoice;
use crate::service::contacts::ContactForm;
use crate::service::requests::RequestForm;
use crate::service::{DeskError, ListArgs, Sort};

use super::{House, origin, zoe};

fn code(result: Result<impl std::fmt::Debug, DeskError>) -> (Code, Option<&'static str>) {
    match result.unwrap_err() {
        DeskError::Problems(problems) => (problems[0].code, problems[0].field),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_bad_form_names_every_field() {
    let house = House::new();
    let form =
        RequestForm { first: " ".into(), email: "nobody".into(), phone: "1\u{0}2".into(), ..zoe() };
    let Err(DeskError::Problems(problems)) = house.desk.submit_request(&form, None, &origin())
    else {
        panic!("taken in")
    };
    let fields: Vec<_> = problems.iter().map(|it| (it.field.unwrap(), it.code)).collect();
    assert_eq!(
        fields,
        [("first", Code::Missing), ("email", Code::Malformed), ("phone", Code::Malformed)]
    );
}

#[test]
fn a_closed_portal_takes_no_requests() {
    let house = House::new();
    house.portal(false);
    assert_eq!(code(house.desk.submit_request(&zoe(), None, &origin())).0, Code::PortalOff);
    assert!(matches!(
        house.desk.submit_request(&zoe(), Some("nowhere"), &origin()),
        Err(DeskError::NotFound { what: "site", .. })
    ));
    house.portal(true);
    assert_eq!(house.desk.submit_request(&zoe(), None, &origin()).unwrap().number, "PR-000001");
}

#[test]
fn approval_needs_a_contact_with_a_company_and_free_names() {
    let house = House::new();
    let anna = house.staff(Role::CustomerService);
    let id = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
    assert_eq!(code(house.desk.approve_request(&anna, id, None, None)).0, Code::ContactMissing);

    let alone = house.contact(("Zoë", "O'Brien"), "zoe@acme.example", None);
    let view = house.desk.link_request(&anna, id, None, alone).unwrap();
    assert!(view.why_not_approve.unwrap().contains("no company"));
    assert_eq!(code(house.desk.approve_request(&anna, id, None, None)).0, Code::CompanyMissing);

    let acme = house.company("Acme Ltd", None);
    let form = ContactForm {
        first: "Zoë".into(),
        last: "O'Brien".into(),
        email: "zoe@acme.example".into(),
        phone: String::new(),
        company: Some(acme),
    };
    house.desk.edit_contact(&anna, alone, None, &form).unwrap();
    let taken = anna.user_id().raw().to_owned();
    assert_eq!(
        code(house.desk.approve_request(&anna, id, None, Some(&taken))),
        (Code::Taken, Some("login_name"))
    );
    assert_eq!(house.desk.request(&anna, id).unwrap().row.status, RequestStatus::Resolved);
    house.desk.approve_request(&anna, id, None, None).unwrap();
    assert_eq!(code(house.desk.approve_request(&anna, id, None, None)).0, Code::WrongState);
}

#[test]
fn an_email_and_a_contact_serve_one_user_only() {
    let house = House::new();
    let anna = house.staff(Role::CustomerService);
    let acme = house.company("Acme Ltd", None);
    let first = house.contact(("Zoë", "O'Brien"), "zoe@acme.example", Some(acme));
    let second = house.contact(("Z", "O'Brien"), "ZOE@acme.example", Some(acme));
    let one = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
    let two = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
    house.desk.link_request(&anna, one, None, first).unwrap();
    house.desk.link_request(&anna, two, None, first).unwrap();
    house.desk.approve_request(&anna, one, None, None).unwrap();
    assert_eq!(code(house.desk.approve_request(&anna, two, None, None)).0, Code::ContactHasUser);

    house.desk.link_request(&anna, two, None, second).unwrap();
    let error = house.desk.approve_request(&anna, two, None, None).unwrap_err();
    assert_eq!(error.field(), Some("email"));
    assert!(error.to_string().contains("zoe.obrien.P"), "{error}");
    let view = house.desk.request(&anna, two).unwrap();
    assert_eq!(view.existing_user.unwrap().user_id.raw(), "zoe.obrien.P");

    assert_eq!(code(house.desk.link_request(&anna, two, None, first)).0, Code::ContactHasUser);
    let form = ContactForm { email: "zoe@acme.example".into(), ..ContactForm::default() };
    assert_eq!(
        code(house.desk.edit_contact(&anna, first, None, &form)),
        (Code::ContactHasUser, Some("company"))
    );
}

#[test]
fn a_rejection_needs_a_reason_and_a_closed_request_stays_closed() {
    let house = House::new();
    let anna = house.staff(Role::CustomerService);
    let id = house.desk.submit_request(&zoe(), None, &origin()).unwrap().id;
    assert_eq!(
        code(house.desk.reject_request(&anna, id, None, " ")),
        (Code::Missing, Some("reason"))
    );
    house.desk.reject_request(&anna, id, None, "spam").unwrap();
    assert_eq!(code(house.desk.save_request(&anna, id, None, &zoe(), None)).0, Code::WrongState);
    assert_eq!(code(house.desk.unlink_request(&anna, id, None)).0, Code::WrongState);
    let made = house.desk.create_contact_for_request(&anna, id, None, None, &CompanyChoice::None);
    assert_eq!(code(made).0, Code::WrongState);
    let contacts = house.desk.contacts(&anna, &ListArgs::all(Sort::Name, false)).unwrap();
    assert_eq!(contacts.all, 0);
}
