//! Workflow C by commands: the users of a company, from the import of the company to the
//! deleted user who is not let in any more.

use serde_json::{Value, json};

use crate::shop::{PASSWORD, Shop};

const OWN: &str = "her own four chosen words";

/// A company with a contact, brought in by files.
fn imported() -> Shop {
    let shop = Shop::new();
    let companies = "Customer Id,Company,Kind,Email,Phone,City,Country,Website\n\
                     C000007,Acme Ltd,Customer,office@acme.example,+44 20 7946 0018,Leeds,United Kingdom,https://www.acme.example\n\
                     C000008,Bolt SA,Customer,,,Lyon,France,\n";
    let contacts = "First Name,Last Name,Email,Phone,Company,Customer Id\n\
                    Zoë,O'Brien,zoe@acme.example,+44 1,Acme Ltd,C000007\n";
    for (noun, text) in [("companies", companies), ("contacts", contacts)] {
        let file = shop.file(noun, text, 0o600);
        shop.by("anna", &["import", noun, &file]).done();
    }
    shop
}

/// Adds Zoë from the company's file; what is printed.
fn added(shop: &Shop) -> Value {
    let form = ["user", "create", "--via", "company", "--company", "C000007", "--json"];
    let fields = ["--first-name", "Zoë", "--last-name", "O'Brien", "--login", "zoe.P"];
    let args = [&form[..], &fields, &["--password-stdin"]].concat();
    shop.by_with("anna", &args, PASSWORD).done().json()
}

fn sign_in(shop: &Shop, login: &str, password: &str) -> (i32, String) {
    let args = ["portal", "sign-in", "--login", login, "--password-stdin"];
    let ran = shop.run_with(&args, password);
    (ran.status, ran.out.trim().to_owned())
}

#[test]
fn from_the_import_of_the_company_to_the_deleted_user() {
    let shop = imported();
    let zoe = added(&shop);
    assert_eq!(
        (&zoe["user_id"], &zoe["status"], &zoe["created_via"], &zoe["company_name"]),
        (&"zoe.P".into(), &"Active".into(), &"C".into(), &"Acme Ltd".into())
    );
    assert_eq!((&zoe["contact"], &zoe["must_change_password"]), (&1.into(), &true.into()));
    assert!(zoe.get("password").is_none(), "a password that was typed is not told back");
    let remarks = zoe["remarks"].to_string();
    assert!(remarks.contains("neither invited nor mailed"), "{remarks}");

    let list = shop.anna(&["user", "list", "--company", "c000007"]);
    assert_eq!((&list["total"], &list["rows"][0]["user_id"]), (&1.into(), &"zoe.P".into()));
    assert_eq!(shop.anna(&["user", "list", "--company", "C000008"])["total"], 0);
    let company = shop.anna(&["company", "show", "C000007"]);
    assert_eq!((&company["users"], &company["contacts"]), (&1.into(), &1.into()));

    assert_eq!(sign_in(&shop, "zoe.P", PASSWORD), (1, "must-change-password".into()));
    let change = ["portal", "change-password", "--login", "zoe", "--passwords-stdin"];
    shop.run_with(&change, &format!("{PASSWORD}\n{OWN}\n")).done();
    assert_eq!(sign_in(&shop, "zoe", OWN), (0, "ok".into()));

    // Forgotten username and password: new ones.
    let edit = ["user", "edit", "zoe", "--login", "zoe.ob", "--email", "zoe@acme.example"];
    let edited = shop.anna(&edit);
    assert_eq!(
        (&edited["user_id"], &edited["email"], &edited["first"]),
        (&"zoe.ob.P".into(), &"zoe@acme.example".into(), &"Zoë".into())
    );
    let set = ["user", "password", "zoe.ob", "--password-stdin", "--no-must-change"];
    shop.by_with("anna", &set, PASSWORD).done();
    assert_eq!(sign_in(&shop, "zoe", OWN), (1, "refused".into()));
    assert_eq!(sign_in(&shop, "zoe@acme.example", PASSWORD), (0, "ok".into()));

    // Delete: without --yes it only says what would go.
    let asked = shop.by("anna", &["user", "delete", "zoe.ob", "--json"]).refused();
    assert_eq!((asked.code.as_str(), asked.field.as_str()), ("not_confirmed", "yes"));
    assert!(asked.message.contains("zoe.ob.P") && asked.message.contains("--yes"), "{asked:?}");
    assert_eq!(sign_in(&shop, "zoe.ob", PASSWORD), (0, "ok".into()));
    let receipt = shop.anna(&["user", "delete", "zoe.ob", "--yes"]);
    assert_eq!(receipt["user_id"], "zoe.ob.P");
    assert_eq!(sign_in(&shop, "zoe.ob", PASSWORD), (1, "refused".into()));

    // The contact stays, and login and email are free at once.
    let contact = shop.anna(&["contact", "show", "CT-000001"]);
    assert_eq!((&contact["portal_user"], &contact["user"]), (&Value::Null, &Value::Null));
    let again = added(&shop);
    assert_eq!((&again["user_id"], &again["contact"]), (&"zoe.P".into(), &1.into()));
    assert_ne!(again["id"], zoe["id"], "a number is never given again");
    let trail = shop.by("root", &["audit", "list", "--without-sign-ins", "--json"]).done().json();
    let did: Vec<&str> =
        trail["rows"].as_array().unwrap().iter().map(|it| it["action"].as_str().unwrap()).collect();
    assert_eq!(did[..4], ["user.create", "user.delete", "user.password", "user.edit"]);
    assert!(!trail.to_string().contains(PASSWORD) && !shop.log().contains(PASSWORD));
}

#[test]
fn a_user_of_several_companies_leaves_one_of_them() {
    let shop = imported();
    added(&shop);
    let companies = |shown: &Value| -> Vec<(String, bool)> {
        let members = shown["memberships"].as_array().unwrap().iter();
        members
            .map(|it| (it["company_code"].as_str().unwrap().into(), it["primary"] == true))
            .collect()
    };
    let both = shop.anna(&["user", "edit", "zoe", "--add-company", "c000008"]);
    assert_eq!(companies(&both), [("C000007".into(), true), ("C000008".into(), false)]);
    let row = shop.anna(&["user", "list", "--company", "C000008"])["rows"][0].clone();
    assert_eq!((&row["company_code"], &row["more_companies"]), (&"C000007".into(), &1.into()));
    let turned = shop.anna(&["user", "edit", "zoe", "--primary", "C000008"]);
    assert_eq!(companies(&turned), [("C000008".into(), true), ("C000007".into(), false)]);
    let left = shop.anna(&["user", "remove-from-company", "zoe", "--company", "C000008"]);
    assert_eq!(companies(&left), [("C000007".into(), true)]);
    let last = ["user", "remove-from-company", "zoe", "--company", "C000007", "--json"];
    let last = shop.by("anna", &last).refused();
    assert_eq!((last.code.as_str(), last.field.as_str()), ("wrong_state", "company"));
    assert!(last.message.contains("the only company of zoe.P"), "{last:?}");
    let stranger = ["user", "edit", "zoe", "--primary", "C000008", "--json"];
    let stranger = shop.by("anna", &stranger).refused();
    assert_eq!((stranger.code.as_str(), stranger.field.as_str()), ("malformed", "primary"));
}

#[test]
fn a_generated_password_is_told_once() {
    let shop = imported();
    let form = ["user", "create", "--via", "company", "--company", "C000007"];
    let fields = ["--first-name", "Zoë", "--last-name", "O'Brien", "--login", "zoe"];
    let args = [&form[..], &fields, &["--generate-password", "--json"]].concat();
    let made = shop.by("anna", &args).done().json();
    let password = made["password"].as_str().unwrap();
    assert_eq!(sign_in(&shop, "zoe", password), (1, "must-change-password".into()));
    let shown = shop.anna(&["user", "show", "zoe"]).to_string();
    let trail = shop.by("root", &["audit", "list", "--json"]).done().out;
    for text in [shown, trail, shop.log()] {
        assert!(!text.contains(password), "{text}");
    }
    let fields = ["--first-name", "Jo", "--last-name", "Doe", "--login", "jo"];
    let plain = [&form[..], &fields, &["--generate-password", "--no-must-change"]].concat();
    let said = shop.by("anna", &plain).done().out;
    let line = said.lines().find_map(|line| line.strip_prefix("Password: ")).unwrap();
    assert!(said.contains("it is not shown again"), "{said}");
    assert_eq!(sign_in(&shop, "jo", line), (0, "ok".into()));
}

#[test]
fn the_companys_file_is_kept() {
    let shop = imported();
    added(&shop);
    let edit = ["company", "edit", "C000008", "--name", "Bolt SAS", "--code", "P000008"];
    let more = ["--kind", "partner", "--on-hold", "yes", "--website", "https://bolt.example"];
    let saved = shop.anna(&[&edit[..], &more].concat());
    assert_eq!(
        (&saved["code"], &saved["kind"], &saved["on_hold"], &saved["city"]),
        (&"P000008".into(), &"Partner".into(), &true.into(), &"Lyon".into())
    );
    let kind = ["company", "edit", "C000007", "--kind", "partner", "--json"];
    let kind = shop.by("anna", &kind).refused();
    assert_eq!((kind.code.as_str(), kind.field.as_str()), ("wrong_state", "kind"));
    assert!(kind.message.contains("1 portal user"), "{kind:?}");

    let off = shop.by("anna", &["company", "deactivate", "C000007"]).done().out;
    assert!(off.starts_with("Acme Ltd is inactive now. Its portal user stays"), "{off}");
    assert_eq!(shop.anna(&["company", "show", "C000007"])["active"], false);
    let form = ["user", "create", "--via", "portal-access", "--company", "C000007", "--json"];
    let warned = shop.by("anna", &[&form[..], &["--generate-password"]].concat()).done().json();
    assert!(warned["warnings"].as_array().unwrap().iter().any(|it| it["code"] == "W3"), "{warned}");
    assert_eq!(shop.anna(&["company", "activate", "C000007"])["active"], true);
    let listed = shop.anna(&["company", "list", "--filter", "acme"]);
    assert_eq!((&listed["total"], &listed["rows"][0]["active"]), (&1.into(), &true.into()));
}

#[test]
fn contracts_are_entered_changed_and_deleted() {
    let shop = imported();
    let create = ["contract", "create", "C000007", "--number", "4711", "--config-code", "EU"];
    let rest = ["--config-name", "Europe", "--start", "2026-01-01", "--end", "2026-12-31"];
    let made = shop.anna(&[&create[..], &rest].concat());
    assert_eq!((&made["start"], &made["end"]), (&"2026-01-01".into(), &"2026-12-31".into()));
    let edited = shop.anna(&["contract", "edit", "c000007", "4711", "--no-end", "--number", "K-1"]);
    assert_eq!((&edited["number"], &edited["end"]), (&"K-1".into(), &Value::Null));
    let list = shop.anna(&["contract", "list", "C000007", "--filter", "europe"]);
    assert_eq!((&list["total"], &list["rows"][0]), (&1.into(), &edited));
    let history = shop.anna(&["company", "show", "C000007"])["history"][0].clone();
    assert_eq!((&history["did"], &history["note"]), (&"edited".into(), &"contract K-1".into()));
    assert_eq!(shop.anna(&["contract", "delete", "C000007", "k-1"]), edited);
    assert_eq!(shop.anna(&["contract", "list", "C000007"])["rows"], json!([]));
}
