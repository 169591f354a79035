//! What a portal user with Can Create Users does by command, and what it may not.

use crate::shop::{PASSWORD, Ran, Shop};

/// A customer's and a partner's user who may create users, both of one password.
fn shop() -> Shop {
    let shop = Shop::new();
    shop.anna(&["company", "create", "--name", "Acme Ltd"]);
    shop.anna(&["company", "create", "--name", "Hub AG", "--partner"]);
    let dora = ["--login", "dora", "--role", "portal-data-administrator", "--no-must-change"];
    let create = [&["staff", "create", "--password-stdin"][..], &dora].concat();
    shop.by_with("root", &create, PASSWORD).done();
    for (login, kind, company) in [("zoe", "customer", "C000001"), ("pat", "partner", "P000002")] {
        let form = ["user", "create", "--via", "utility", "--type", kind, "--company", company];
        let email = format!("{login}@acme.example");
        let rest = ["--login", login, "--first-name", "A", "--last-name", login, "--email", &email];
        let how = ["--can-create-users", "--no-must-change", "--password-stdin"];
        shop.by_with("dora", &[&form[..], &rest, &how].concat(), PASSWORD).done();
    }
    shop
}

/// Runs a command of the portal by that portal user.
fn by(shop: &Shop, login: &str, args: &[&str]) -> Ran {
    let file = shop.path("password");
    let who = ["--by", login, "--password-file", file.to_str().unwrap(), "--json"];
    shop.run(&[&["portal"], args, &who].concat())
}

const KIM: [&str; 7] =
    ["create-user", "--first-name", "Kim", "--last-name", "Lee", "--email", "kim@acme.example"];

#[test]
fn users_of_one_s_own_company_and_customers_of_a_partner() {
    let shop = shop();
    let kim = by(&shop, "zoe.P", &[&KIM[..], &["--login", "kim", "--generate"]].concat());
    let kim = kim.done().json();
    assert_eq!((&kim["user_id"], &kim["company_code"]), (&"kim.P".into(), &"C000001".into()));
    assert_eq!(kim["status"], "Active");
    let sign_in = ["portal", "sign-in", "--login", "kim", "--password-stdin"];
    let password = kim["password"].as_str().unwrap();
    assert_eq!(shop.run_with(&sign_in, password).out.trim(), "must-change-password");
    let bolt = ["register-customer", "--name", "Bolt SA", "--city", "Bern"];
    let bolt = by(&shop, "pat", &bolt).done().json();
    assert_eq!((&bolt["kind"], &bolt["city"]), (&"Customer".into(), &"Bern".into()));
    let trail = shop.by("root", &["audit", "list", "--json"]).done().json();
    let told: Vec<(&str, &str)> = trail["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["action"].as_str().unwrap(), it["actor"].as_str().unwrap()))
        .collect();
    assert!(told.contains(&("company.register", "pat.P")), "{told:?}");
    assert!(told.contains(&("user.create", "zoe.P")), "{told:?}");
}

#[test]
fn nothing_else() {
    let shop = shop();
    let refused = |login: &str, args: &[&str]| by(&shop, login, args).refused();
    let register = ["register-customer", "--name", "Bolt SA"];
    let denied = refused("zoe", &register);
    assert_eq!(denied.code, "denied");
    assert!(denied.message.contains("a partner's portal user with Can Create Users"));
    let login = [&KIM[..], &["--login", "kim"]].concat();
    let other = refused("zoe", &[&login[..], &["--company", "P000002"]].concat());
    assert_eq!((other.code.as_str(), other.field.as_str()), ("company_missing", "company"));
    by(&shop, "zoe", &login).done();
    // Kim may create nobody; a staff account is nobody at the portal.
    shop.by_with(
        "dora",
        &["user", "password", "kim", "--password-stdin", "--no-must-change"],
        PASSWORD,
    )
    .done();
    let lee = ["create-user", "--first-name", "Lee", "--last-name", "Kim", "--login", "lee"];
    let lee = [&lee[..], &["--email", "lee@acme.example"]].concat();
    assert_eq!(refused("kim", &lee).code, "denied");
    assert_eq!(refused("dora", &lee).code, "refused");
    let taken = ["create-user", "--first-name", "P", "--last-name", "P", "--login", "pat2"];
    let taken = refused("zoe", &[&taken[..], &["--email", "PAT@acme.example"]].concat());
    assert_eq!((taken.code.as_str(), taken.field.as_str()), ("taken", "email"));
    assert!(!taken.message.to_lowercase().contains("pat"), "{}", taken.message);
    // Switched off in the back office, it is over.
    shop.by("dora", &["user", "edit", "zoe", "--can-create-users", "no"]).done();
    assert_eq!(refused("zoe", &lee).code, "denied");
}
