//! Workflow D by commands: Portal Access, from the company's email to deleting all that match.

use serde_json::Value;

use crate::shop::{PASSWORD, Shop};

/// A company with an email, and one without.
fn shop() -> Shop {
    let shop = Shop::new();
    let create = ["company", "create", "--name", "Acme Ltd", "--email", "office@acme.example"];
    shop.anna(&create);
    shop.anna(&["company", "create", "--name", "Bolt SA"]);
    shop
}

const FORM: [&str; 5] = ["user", "create", "--via", "portal-access", "--company"];

/// Adds a portal user; what is printed.
fn added(shop: &Shop, company: &str, email: &str) -> Value {
    let args = [&FORM[..], &[company, "--email", email, "--password-stdin", "--json"]].concat();
    shop.by_with("anna", &args, PASSWORD).done().json()
}

fn sign_in(shop: &Shop, login: &str) -> (i32, String) {
    let args = ["portal", "sign-in", "--login", login, "--password-stdin"];
    let ran = shop.run_with(&args, PASSWORD);
    (ran.status, ran.out.trim().to_owned())
}

#[test]
fn the_email_is_filled_in_and_is_the_login() {
    let shop = shop();
    let options = ["C000001", "--password-stdin", "--no-must-change", "--no-invite", "--json"];
    let args = [&FORM[..], &options].concat();
    let made = shop.by_with("anna", &args, PASSWORD).done().json();
    assert_eq!(
        (&made["login_name"], &made["email"], &made["created_via"], &made["status"]),
        (
            &"office@acme.example".into(),
            &"office@acme.example".into(),
            &"D".into(),
            &"Active".into()
        )
    );
    assert_eq!(sign_in(&shop, "OFFICE@acme.example"), (0, "ok".into()));
    // An email may be used once; a company may have several users.
    let again = shop.by_with("anna", &args, PASSWORD).refused();
    assert_eq!((again.code.as_str(), again.field.as_str()), ("taken", "email"));
    added(&shop, "C000001", "k.lee@acme.example");
    let without = [&FORM[..], &["C000002", "--password-stdin", "--json"]].concat();
    let without = shop.by_with("anna", &without, PASSWORD).refused();
    assert_eq!((without.code.as_str(), without.field.as_str()), ("missing", "email"));
    // A new email moves the login.
    let edit = ["user", "edit", "office@acme.example", "--email", "desk@acme.example"];
    let moved = shop.anna(&edit);
    assert_eq!(
        (&moved["login_name"], &moved["user_id"]),
        (&"desk@acme.example".into(), &"desk@acme.example.P".into())
    );
    assert_eq!(sign_in(&shop, "desk@acme.example"), (0, "ok".into()));
    assert_eq!(sign_in(&shop, "office@acme.example").0, 1);
}

#[test]
fn the_list_is_sorted_filtered_and_paged() {
    let shop = shop();
    for n in 0..12 {
        let company = if n % 2 == 0 { "C000001" } else { "C000002" };
        let args = [&FORM[..], &[company, "--email"]].concat();
        let email = format!("u{n:02}@acme.example");
        shop.by("anna", &[&args[..], &[&email, "--no-password"]].concat()).done();
    }
    let emails = |args: &[&str]| -> Vec<String> {
        let page = shop.anna(&[&["user", "list", "--filter", "portal"][..], args].concat());
        let rows = page["rows"].as_array().unwrap().iter();
        rows.map(|it| it["email"].as_str().unwrap()[..3].to_owned()).collect()
    };
    let first = ["--sort", "email", "--per-page", "10"];
    assert_eq!(emails(&first)[..2], ["u00", "u01"]);
    assert_eq!(emails(&[&first[..], &["--page", "2"]].concat()), ["u10", "u11"]);
    let companies = emails(&["--sort", "company_name", "--reverse"]);
    assert_eq!(companies[0], "u11", "Bolt comes last and so first");
    let last = |sort: &str| {
        let page = shop.anna(&["user", "list", "--sort", sort, "--reverse"]);
        page["rows"][0]["login_name"].as_str().unwrap().to_owned()
    };
    assert_eq!(last("role"), "root", "a Security Administrator");
    assert!(last("website").starts_with('u'), "staff belong to no portal");
    let company = shop.anna(&["user", "list", "--company", "C000002", "--status", "pending"]);
    assert_eq!(company["total"], 6);
    let typed = shop.anna(&["user", "list", "--filter", "status:pending company:bolt u1"]);
    assert_eq!(typed["total"], 1);
}

#[test]
fn all_that_match_are_deleted_once_their_number_is_confirmed() {
    let shop = shop();
    for n in 0..3 {
        added(&shop, "C000001", &format!("u{n}@acme.example"));
    }
    added(&shop, "C000002", "bolt@bolt.example");
    let delete = ["user", "delete", "--company", "C000001"];
    let plan = shop.anna(&delete);
    assert_eq!((&plan["count"], &plan["can"]), (&3.into(), &3.into()));
    assert_eq!(plan["sample"].as_array().unwrap().len(), 3);
    let said = shop.by("anna", &delete).done().out;
    assert!(said.starts_with("3 users would be deleted."), "{said}");
    assert!(
        said.contains("u1@acme.example.P") && said.ends_with("--expect 3 to do it.\n"),
        "{said}"
    );
    assert_eq!(shop.anna(&["user", "list", "--company", "C000001"])["total"], 3);

    let wrong = [&delete[..], &["--expect", "4", "--json"]].concat();
    let wrong = shop.by("anna", &wrong).refused();
    assert_eq!(wrong.field, "expect");
    assert!(wrong.message.contains('3') && wrong.message.contains('4'), "{wrong:?}");
    assert_eq!(shop.anna(&["user", "list", "--company", "C000001"])["total"], 3);

    let done = shop.anna(&[&delete[..], &["--expect", "3"]].concat());
    assert_eq!(
        (&done["done"], &done["of"], &done["stopped"]),
        (&3.into(), &3.into(), &false.into())
    );
    assert_eq!(sign_in(&shop, "u1@acme.example"), (1, "refused".into()));
    assert_eq!(sign_in(&shop, "bolt@bolt.example").1, "must-change-password");
    assert_eq!(shop.anna(&["contact", "list"])["total"], 4, "contacts stay");
    added(&shop, "C000001", "u1@acme.example");
}

#[test]
fn what_can_not_be_done_is_told_row_by_row() {
    let shop = shop();
    for n in 0..3 {
        added(&shop, "C000001", &format!("u{n}@acme.example"));
    }
    shop.anna(&["user", "disable", "u1@acme.example"]);
    let disable = ["user", "disable", "--filter", "acme"];
    let plan = shop.anna(&disable);
    assert_eq!((&plan["count"], &plan["can"]), (&3.into(), &2.into()));
    let ran = shop.by("anna", &[&disable[..], &["--expect", "3", "--json"]].concat());
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
    let outcome = ran.json();
    assert_eq!((&outcome["done"], &outcome["of"]), (&2.into(), &3.into()));
    let refused = &outcome["refused"];
    assert_eq!(refused[0]["user_id"], "u1@acme.example.P");
    assert!(refused[0]["why"].as_str().unwrap().contains("disabled already"), "{refused}");
    assert_eq!(sign_in(&shop, "u0@acme.example").0, 1);

    let enable = ["user", "enable", "--status", "disabled", "--expect", "3"];
    let said = shop.by("anna", &enable).done().out;
    assert_eq!(said, "3 of 3 enabled.\n");
    let staff = ["user", "disable", "--filter", "", "--expect", "5"];
    let staff = shop.by("anna", &staff);
    assert_eq!(staff.status, 1);
    assert!(staff.out.contains("root: ") && staff.out.contains("anna: "), "{}", staff.out);
    assert!(staff.out.ends_with("3 of 5 disabled, 2 refused.\n"), "{}", staff.out);
    let nobody = shop.by("anna", &["user", "disable", "--filter", "nowhere"]).done().out;
    assert_eq!(nobody, "No user matches; nothing to do.\n");
    let bare = shop.by("anna", &["user", "disable"]);
    assert_eq!(bare.status, 2);
    assert!(bare.err.contains("give a login, or --filter"), "{}", bare.err);
    let filter = shop.by("anna", &["user", "disable", "--filter", "colour:red", "--json"]);
    let filter = filter.refused();
    assert_eq!(filter.field, "filter");
    assert!(filter.message.contains("colour"), "{filter:?}");
}
