//! Workflow E by commands: Create User by a Security Administrator and by a Portal Admin.

use serde_json::{Value, json};

use crate::shop::{PASSWORD, Shop};

/// Two customers with contracts, and one without.
fn shop() -> Shop {
    let shop = Shop::new();
    for (name, config) in [("Acme Ltd", "EU-STD"), ("Bolt SA", "CH-STD")] {
        let made = shop.anna(&["company", "create", "--name", name]);
        let code = made["code"].as_str().unwrap();
        let contract = ["contract", "create", code, "--number", "1", "--config-code", config];
        let rest = ["--config-name", "Standard", "--start", "2026-01-01"];
        shop.anna(&[&contract[..], &rest].concat());
    }
    shop.anna(&["company", "create", "--name", "Cord GmbH"]);
    shop
}

/// Fills Create User in; what is missing comes in `more`.
fn form<'a>(login: &'a str, email: &'a str, role: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let person = ["user", "create", "--via", "create-user", "--json", "--first-name", "Zed"];
    let access = ["--last-name", login, "--email", email, "--login", login, "--role", role];
    [&person[..], &access, more].concat()
}

/// A Portal Admin who can sign in, made by the Security Administrator.
fn with_portal_admin(shop: &Shop) -> Value {
    let acme = ["--import-customers", "C000001"];
    let made = shop.by("root", &form("pam", "pam@acme.example", "portal-admin", &acme));
    let made = made.done().json();
    let password = ["user", "password", "pam", "--password-stdin", "--no-must-change"];
    shop.by_with("root", &password, PASSWORD).done();
    made
}

#[test]
fn a_security_administrator_makes_a_portal_admin_who_makes_portal_users() {
    let shop = shop();
    let pam = with_portal_admin(&shop);
    assert_eq!((&pam["user_id"], &pam["role"]), (&json!("pam.P"), &json!("Portal Admin")));
    assert_eq!((&pam["status"], &pam["created_via"]), (&json!("Pending"), &json!("E")));
    let both = ["--import-customers", "C000001,C000002", "--organization-config", "C000002=ch-std"];
    let made = shop.by("pam", &form("zed", "zed@acme.example", "Portal User", &both));
    let made = made.done().json();
    assert_eq!((&made["status"], &made["role"]), (&json!("Pending"), &json!("Portal User")));
    let theirs = made["memberships"].as_array().unwrap();
    assert_eq!(theirs.len(), 2);
    assert_eq!(
        (&theirs[0]["organization_config"], &theirs[1]["organization_config"]),
        (&Value::Null, &json!("CH-STD"))
    );
    // What a role may not give is refused with who may.
    let acme = ["--import-customers", "C000001"];
    for (by, role, may) in [
        ("root", "Portal User", "Only Portal Admin may create users with a portal role"),
        ("pam", "Super User", "Only Security Administrator may create Portal Admin and Super"),
        ("pam", "Auditor", "Only Security Administrator may"),
    ] {
        let refused = shop.by(by, &form("nn", "nn@acme.example", role, &acme)).refused();
        assert_eq!((refused.code.as_str(), refused.field.as_str()), ("role", "role"), "{role}");
        assert!(refused.message.contains(may), "{role}: {}", refused.message);
    }
    let denied = shop.by("anna", &form("nn", "nn@acme.example", "Portal User", &acme)).refused();
    assert!(denied.message.contains("Security Administrator or Portal Admin"));
    let none = shop.by("pam", &form("nn", "nn@acme.example", "Claims Desk", &acme)).refused();
    assert!(none.message.contains("Portal User, Portal Admin, Super User"), "{}", none.message);
}

#[test]
fn errors_stop_it_and_name_their_fields() {
    let shop = shop();
    with_portal_admin(&shop);
    let partner = ["company", "create", "--name", "Hub AG", "--partner"];
    let hub = shop.anna(&partner)["code"].as_str().unwrap().to_owned();
    let both = format!("C000001,{hub}");
    let refused = |email: &str, more: &[&str]| {
        let refused = shop.by("pam", &form("zed", email, "Portal User", more)).refused();
        (refused.code, refused.field)
    };
    let is = |code: &str, field: &str| (code.to_owned(), field.to_owned());
    let acme = ["--import-customers", "C000001"];
    assert_eq!(refused("zed@acme.example", &[]), is("company_missing", "companies"));
    assert_eq!(refused("zed", &acme), is("malformed", "email"));
    assert_eq!(refused("PAM@acme.example", &acme), is("taken", "email"));
    let mixed = ["--import-customers", both.as_str()];
    assert_eq!(refused("zed@acme.example", &mixed), is("account_type", "companies"));
    let other = [&acme[..], &["--organization-config", "C000001=CH-STD"]].concat();
    assert_eq!(refused("zed@acme.example", &other), is("organization_config", "configs"));
    let elsewhere = [&acme[..], &["--organization-config", "C000002=CH-STD"]].concat();
    assert_eq!(refused("zed@acme.example", &elsewhere), is("organization_config", "configs"));
    let mailed = [&acme[..], &["--factor", "email-code"]].concat();
    assert_eq!(refused("zed@acme.example", &mailed), is("second_factor", "second_factor"));
    assert_eq!(shop.anna(&["user", "list", "--filter", "portal"])["total"], 1, "only pam");
}

#[test]
fn warnings_stop_it_until_exactly_those_are_overridden() {
    let shop = shop();
    with_portal_admin(&shop);
    let more = ["--import-customers", "C000001,C000003", "--phone", "call me"];
    let with = |overridden: &[&str]| {
        let more = [&more[..], overridden].concat();
        shop.by("pam", &form("zed", "zed@acme.example", "Portal User", &more))
    };
    let stopped = with(&[]);
    let error = stopped.refused();
    assert_eq!(error.code, "warnings");
    let document: Value = serde_json::from_str(&stopped.err).unwrap();
    let warnings = document["error"]["warnings"].as_array().unwrap();
    let codes: Vec<&str> = warnings.iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["W4", "W6"]);
    assert!(warnings[0]["message"].as_str().unwrap().contains("Cord GmbH has no contract"));
    assert_eq!(with(&["--override", "W4"]).refused().code, "warnings");
    let more_than = with(&["--override", "W4,W6,W2"]).refused();
    assert_eq!((more_than.code.as_str(), more_than.field.as_str()), ("override", "overriding"));
    let mut plain = form("zed", "zed@acme.example", "Portal User", &more);
    plain.retain(|it| *it != "--json");
    let told = shop.by("pam", &plain);
    assert_eq!(told.status, 1);
    assert!(told.err.ends_with("give --override W4,W6.\n"), "{}", told.err);
    with(&["--override", "w6,W4"]).done();
    let trail = shop.by("root", &["audit", "list", "--json", "--filter", "zed"]).done().json();
    let rows = trail["rows"].as_array().unwrap();
    let made = rows.iter().find(|it| it["action"] == "user.create").unwrap();
    assert_eq!(made["overridden"], json!(["W4", "W6"]));
    assert_eq!(made["actor"], "pam.P");
}

#[test]
fn roles_are_changed_only_within_what_one_may_give() {
    let shop = shop();
    with_portal_admin(&shop);
    let acme = ["--import-customers", "C000001"];
    shop.by("pam", &form("zed", "zed@acme.example", "Portal User", &acme)).done();
    let edit = |by: &str, whom: &str, role: &str| {
        shop.by(by, &["user", "edit", whom, "--role", role, "--json"])
    };
    let moved = edit("root", "pam", "super-user").done().json();
    assert_eq!(moved["role"], "Super User");
    edit("root", "pam", "Portal Admin").done();
    for (by, whom, role) in [
        ("pam", "zed", "Super User"),
        ("pam", "zed", "Customer Service"),
        ("root", "pam", "Portal User"),
        ("root", "anna", "Portal Admin"),
        ("anna", "zed", "Super User"),
    ] {
        let refused = edit(by, whom, role).refused();
        assert_eq!(refused.code, "role", "{by} {whom} {role}: {}", refused.message);
    }
    assert_eq!(edit("anna", "root", "Auditor").refused().code, "denied");
    // Nobody changes their own role, and so the last Security Administrator stays.
    assert_eq!(edit("root", "root", "Auditor").refused().code, "wrong_state");
    let staff = edit("root", "anna", "auditor").done().json();
    assert_eq!(staff["role"], "Auditor");
    let trail = shop.by("root", &["audit", "list", "--json"]).done().json();
    let rows = trail["rows"].as_array().unwrap();
    let told = rows.iter().find(|it| it["action"] == "user.role").unwrap();
    assert_eq!(
        (&told["before"]["role"], &told["after"]["role"]),
        (&json!("Customer Service"), &json!("Auditor"))
    );
}
