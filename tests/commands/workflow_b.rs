//! Workflow B by commands: the User Account Management Utility, to the sign-in handed over.

use crate::shop::{PASSWORD, Shop, mode};

/// A customer, a partner, and `dora`, a Portal Data Administrator.
fn shop() -> Shop {
    let shop = Shop::new();
    shop.anna(&["company", "create", "--name", "Acme Ltd", "--email", "office@acme.example"]);
    shop.anna(&["company", "create", "--name", "Bolt SA", "--partner"]);
    let dora = ["--login", "dora", "--role", "portal-data-administrator", "--no-must-change"];
    let create = [&["staff", "create", "--password-stdin"][..], &dora].concat();
    shop.by_with("root", &create, PASSWORD).done();
    shop
}

const FORM: [&str; 6] = ["user", "create", "--via", "utility", "--json", "--type"];
const JO: [&str; 8] =
    ["--login", "jo.doe", "--first-name", "Jo", "--last-name", "Doe", "--email", "jo@acme.example"];

#[test]
fn the_utility_makes_the_account_and_hands_the_sign_in_over() {
    let shop = shop();
    let sheet = shop.path("jo.txt");
    let customer = ["customer", "--company", "c000001", "--can-create-users", "--generate"];
    let hand_over = ["--hand-over", sheet.to_str().unwrap()];
    let args = [&FORM[..], &customer, &JO, &hand_over].concat();
    let made = shop.by("dora", &args).done().json();
    assert_eq!(made["user_id"], "jo.doe.P");
    assert_eq!(made["groups"], serde_json::json!(["Portals", "Service Portal"]));
    assert_eq!((&made["licence"], &made["created_via"]), (&"Portal".into(), &"B".into()));
    assert_eq!(made["can_create_users"], true);
    assert_eq!(made["site_accounts"].as_array().unwrap().len(), 1);
    assert_eq!(made.get("password"), None, "it is in the file alone");
    assert_eq!(mode(&sheet), 0o600);
    let text = std::fs::read_to_string(&sheet).unwrap();
    let line = text.lines().find(|it| it.contains("Password")).unwrap();
    let password = line.trim().trim_start_matches("Password").trim();
    assert!(text.contains("jo.doe.P") && password.len() >= 15, "{text}");
    assert!(text.contains("by dora"), "{text}");
    // It is what it says: the person signs in with it and has to choose another one.
    let sign_in = ["portal", "sign-in", "--login", "jo.doe.P", "--password-stdin"];
    assert_eq!(shop.run_with(&sign_in, password).out.trim(), "must-change-password");
    assert!(!shop.log().contains(password));
    let trail = shop.by("root", &["audit", "list", "--json"]).done().out;
    assert!(trail.contains("jo.doe.P") && !trail.contains(password));
    // Nothing is written over, and then nobody is made either.
    let again = [&FORM[..], &customer, &JO, &hand_over].concat();
    let refused = shop.by("dora", &again).refused();
    assert_eq!((refused.code.as_str(), refused.field.as_str()), ("file", "hand_over"));
}

#[test]
fn each_field_of_the_utility_is_asked_for() {
    let shop = shop();
    let refused = |args: &[&str], password: &str| {
        shop.by_with("dora", &[&FORM[..], args].concat(), password).refused()
    };
    let typed = ["--password-stdin"];
    let without = |option: &str| {
        let at = JO.iter().position(|it| *it == option).unwrap();
        let mut rest = JO.to_vec();
        rest.drain(at..at + 2);
        let args = [&["customer", "--company", "C000001"][..], &typed, &rest].concat();
        let refused = refused(&args, PASSWORD);
        assert!(refused.message.contains(&format!("({option}).")), "{}", refused.message);
        (refused.code, refused.field)
    };
    for (option, field) in [
        ("--login", "login_name"),
        ("--first-name", "first"),
        ("--last-name", "last"),
        ("--email", "email"),
    ] {
        assert_eq!(without(option), ("missing".into(), field.into()));
    }
    let none = refused(&[&["customer"][..], &typed, &JO].concat(), PASSWORD);
    assert!(none.message.contains("(--company)."), "{}", none.message);
    assert_eq!((none.code.as_str(), none.field.as_str()), ("company_missing", "company"));
    let other = [&["partner", "--company", "C000001"][..], &typed, &JO].concat();
    let other = refused(&other, PASSWORD);
    assert_eq!((other.code.as_str(), other.field.as_str()), ("account_type", "account_type"));
    let claim = ["customer", "--company", "C000001", "--claim-authorization"];
    let claim = refused(&[&claim[..], &typed, &JO].concat(), PASSWORD);
    assert_eq!(claim.code, "claim_authorization");
    let agent = [&FORM[..], &["customer", "--company", "C000001"], &typed, &JO].concat();
    let denied = shop.by_with("anna", &agent, PASSWORD).refused();
    assert!(denied.message.contains("Only Portal Data Administrator may"), "{}", denied.message);
    let partner = ["partner", "--company", "P000002", "--claim-authorization"];
    let made = [&FORM[..], &partner, &typed, &JO].concat();
    let made = shop.by_with("dora", &made, PASSWORD).done().json();
    assert_eq!(made["claim_authorization_required"], true);
    // Later changes are made in the back office.
    let edit = ["user", "edit", "jo.doe", "--claim-authorization", "no", "--json"];
    let edited = shop.by("dora", &edit).done().json();
    assert_eq!(edited["claim_authorization_required"], false);
    let denied =
        shop.by("anna", &["user", "edit", "jo.doe", "--can-create-users", "yes", "--json"]);
    assert_eq!(denied.refused().code, "denied");
}

#[test]
fn options_of_other_forms_are_told() {
    let shop = Shop::empty();
    for (via, option, says) in [
        ("utility", &["--role", "Portal User"][..], "--role"),
        ("company", &["--type", "customer"], "--type"),
        ("portal-access", &["--import-customers", "C1"], "--import-customers"),
        ("create-user", &["--company", "C1"], "--company"),
        ("create-user", &["--generate"], "A password"),
        ("utility", &["--override", "W1"], "--override"),
    ] {
        let args = [&["user", "create", "--via", via, "--json", "--as", "dora"], option].concat();
        let ran = shop.run(&args);
        assert_eq!((ran.status, ran.error().code.as_str()), (2, "usage"), "{args:?}");
        let message = ran.error().message;
        assert!(message.contains(says), "{args:?}: {message}");
    }
}
