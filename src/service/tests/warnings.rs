//! Warnings about new users: each provoked, and beside it what does not provoke it.

use crate::domain::factor::Factor;
use crate::domain::id::{CompanyId, SiteId};
use crate::domain::role::Role;
use crate::domain::site::{PortalGroup, Site};
use crate::domain::text::Text;
use crate::service::handout::Handout;
use crate::service::user_views::UserView;
use crate::service::{NewUser, Session};
use crate::store::record::PORTAL_GROUP;
use crate::store::{Record, RepositoryExt};

use super::new_user::{by_email, in_file};
use super::{House, origin};

fn agent(house: &House) -> Session {
    house.staff(Role::CustomerService)
}

/// Each warning: what provokes it, and beside it what does not.
#[test]
fn every_warning_has_its_cause_and_stays_away_without_it() {
    type Make = fn(&House, CompanyId) -> NewUser;
    let trials: [(&str, Make, Make); 10] = [
        (
            "W1",
            |_, acme| by_email(acme, "jo@gmail.com"),
            |_, acme| by_email(acme, "jo@acme.example"),
        ),
        ("W1", |_, acme| by_email(acme, "jo@bolt.example"), |_, acme| in_file(acme, "jo")),
        (
            "W2",
            |house, acme| {
                let first = house.contact(("zoe", "o'brien"), "a@acme.example", Some(acme));
                house.contact(("Zoë", "O'Brien"), "b@acme.example", Some(acme));
                assert!(first.0 > 0);
                in_file(acme, "zoe")
            },
            |house, acme| {
                house.contact(("zoe", "o'brien"), "a@acme.example", Some(acme));
                in_file(acme, "zoe")
            },
        ),
        (
            "W3",
            |house, acme| {
                house.edit_company(acme, |it| it.on_hold = true);
                in_file(acme, "zoe")
            },
            |_, acme| in_file(acme, "zoe"),
        ),
        (
            "W4",
            |house, acme| {
                house.contract(acme, "2020-01-01", Some("2026-02-28"));
                in_file(acme, "zoe")
            },
            |house, acme| {
                house.contract(acme, "2020-01-01", Some("2026-03-01"));
                in_file(acme, "zoe")
            },
        ),
        (
            "W5",
            |house, acme| {
                house.portal(false);
                in_file(acme, "zoe")
            },
            |_, acme| in_file(acme, "zoe"),
        ),
        (
            "W6",
            |_, acme| NewUser { phone: "call me".into(), ..in_file(acme, "zoe") },
            |_, acme| NewUser { phone: "+44 20 7946 0018".into(), ..in_file(acme, "zoe") },
        ),
        (
            "W7",
            |house, acme| {
                house.contact(("Zoë", "O'Brien"), "other@acme.example", Some(acme));
                NewUser { email: "zoe@acme.example".into(), ..in_file(acme, "zoe") }
            },
            |house, acme| {
                house.contact(("Zoë", "O'Brien"), "ZOE@acme.example", Some(acme));
                NewUser { email: "zoe@acme.example".into(), ..in_file(acme, "zoe") }
            },
        ),
        (
            "W8",
            |house, acme| {
                house.desk.submit_request(&super::zoe(), None, &origin()).unwrap();
                by_email(acme, "ZOE@acme.example")
            },
            |house, acme| {
                house.desk.submit_request(&super::zoe(), None, &origin()).unwrap();
                by_email(acme, "joe@acme.example")
            },
        ),
        (
            "W10",
            |_, acme| by_email(acme, "zoë@acrne.example"),
            |_, acme| by_email(acme, "zoë@acme.example"),
        ),
    ];
    for (code, cause, other) in trials {
        for (make, expected) in [(cause, true), (other, false)] {
            let house = House::new();
            let anna = agent(&house);
            let acme = house.company("Acme", Some("info@acme.example"));
            let form = make(&house, acme);
            let check = house.desk.check_new_user(&anna, &form).unwrap();
            let found: Vec<&str> = check.warnings.iter().map(|it| it.code).collect();
            assert_eq!(found.contains(&code), expected, "{code}: {found:?} {:?}", form.email);
            assert_eq!(check.problems, [], "{code} stops nothing");
            house.desk.create_portal_user(&anna, &form).unwrap();
        }
    }
}

#[test]
fn an_email_that_reads_like_somebody_else_s_is_warned_of() {
    let house = House::new();
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    house.desk.create_portal_user(&anna, &by_email(acme, "jo@acme.example")).unwrap();
    let warned = |email: &str| {
        let check = house.desk.check_new_user(&anna, &by_email(acme, email)).unwrap();
        check.warnings.into_iter().find(|it| it.code == "W10").map(|it| it.message)
    };
    let message = warned("j0@acme.example").unwrap();
    assert!(message.contains("jo@acme.example.P"), "{message}");
    assert!(warned("jо@acme.example").is_some(), "a Cyrillic o");
    assert_eq!(warned("joe@acme.example"), None);
}

#[test]
fn what_is_handed_over_tells_of_the_app_and_that_an_address_is_missing() {
    let house = House::new();
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let app = Some(Factor::AuthenticatorApp);
    let form = NewUser { second_factor: app, ..in_file(acme, "zoe") };
    let told = || house.desk.check_new_user(&anna, &form).unwrap().remarks.join(" ");
    for (website, missing) in [("", true), ("https://portal.example", false)] {
        house.edit_site(|site| site.website = website.into());
        assert_eq!(told().contains("no sign-in address is handed over"), missing, "{}", told());
    }
    let view = house.desk.create_portal_user(&anna, &form).unwrap();
    let password = form.password.unwrap();
    let sheet = |view: &UserView| Handout::of_sign_in(view, &password, "Today.").text().to_string();
    assert!(sheet(&view).contains("You will set up an authenticator app"), "{}", sheet(&view));
    let without = UserView { second_factor: None, sign_in_address: None, ..view };
    assert!(!sheet(&without).contains("authenticator app"));
    assert!(sheet(&without).contains("not entered yet; ask who gives you this"));
}

#[test]
fn the_address_that_mails_have_is_handed_over_whatever_the_site_says() {
    let house = House::new();
    let desk = super::mail_settings::taking(&house);
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let form = in_file(acme, "zoe");
    let configured = desk.post.portal_address(super::SITE);
    for website in ["", "https://old.example"] {
        house.edit_site(|site| site.website = website.into());
        let told = desk.check_new_user(&anna, &form).unwrap().remarks.join(" ");
        assert!(!told.contains("no sign-in address is handed over"), "{told}");
    }
    let view = desk.create_portal_user(&anna, &form).unwrap();
    assert!(configured.is_some());
    assert_eq!(view.sign_in_address.map(|it| it.raw().to_owned()), configured);
}

#[test]
fn where_the_portal_is_off_is_told_as_it_matters_to_the_user() {
    let house = House::new();
    let anna = agent(&house);
    let acme = house.company("Acme", None);
    let switch = |main: bool, annex: bool| {
        house.edit_site(|site| site.portal_enabled = main);
        let main = house.repo.fetch::<Site>(1).unwrap().unwrap().value;
        let (code, name) = (Text::from("annex"), Text::from("Annex"));
        let annex = Site { id: SiteId(77), code, name, portal_enabled: annex, ..main };
        let group = house.repo.fetch::<PortalGroup>(PORTAL_GROUP).unwrap().unwrap().value;
        let group = PortalGroup { sites: vec![SiteId(1), annex.id], ..group };
        house.put(vec![Record::Site(annex), Record::PortalGroup(group)]);
    };
    let told = |form: &NewUser| {
        let check = house.desk.check_new_user(&anna, form).unwrap();
        check.warnings.into_iter().find(|it| it.code == "W5").map(|it| it.message)
    };
    let zoe = in_file(acme, "zoe");
    let home = house.repo.fetch::<Site>(1).unwrap().unwrap().value.name;
    let rest = "nobody can sign in there until it is switched on.";
    for (main, annex, sentence) in [
        (true, true, None),
        (true, false, Some(format!("off at Annex; {rest} The user's home site, {home}, is open."))),
        (false, true, Some(format!("off at {home}, the user's home site; {rest}"))),
        (false, false, Some("off everywhere; nobody can sign in until it is switched on.".into())),
    ] {
        switch(main, annex);
        assert_eq!(told(&zoe), sentence.map(|it| format!("The portal is {it}")));
    }
    assert_eq!(told(&NewUser { companies: Vec::new(), ..zoe }), None, "no company, no site");
}
