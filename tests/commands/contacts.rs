//! Contacts by command: made from options, with a company or without, and linked.

use serde_json::Value;

use crate::shop::{Shop, names};

const ZOE: [&str; 8] = [
    "--first-name",
    "Zoë",
    "--last-name",
    "O'Brien",
    "--email",
    "zoe@acme.example",
    "--phone",
    "1",
];

#[test]
fn a_contact_is_made_by_command() {
    let shop = Shop::new();
    let acme = shop.anna(&["company", "create", "--name", "Acme Ltd"]);
    let code = acme["code"].as_str().unwrap();
    let made = shop.anna(&[&["contact", "create", "--company", code][..], &ZOE].concat());
    assert_eq!(names(&made), names(&shop.anna(&["contact", "edit", "1"])), "as edit has it");
    assert_eq!(
        [&made["first"], &made["last"], &made["email"], &made["company_code"]],
        ["Zoë", "O'Brien", "zoe@acme.example", code]
    );
    assert_eq!((&made["user"], &made["version"]), (&Value::Null, &1.into()));
    shop.submit("Zoë", "O'Brien", "zoe@acme.example");
    let id = made["id"].to_string();
    let linked = shop.anna(&["request", "link", "1", "--contact", &id]);
    assert_eq!(linked["status"], "Resolved");
    let said = shop.by("anna", &["contact", "create", "--last-name", "Kowalski"]).done().out;
    assert_eq!(said, "Kowalski is contact CT-000002.\n");
    let entry = &shop.anna(&["audit", "list", "--filter", "Kowalski"])["rows"][0];
    assert_eq!((&entry["actor"], &entry["after"]["last"]), (&"anna".into(), &"Kowalski".into()));
}

#[test]
fn a_contact_that_is_nobody_or_nowhere_is_not_made() {
    let shop = Shop::new();
    let refused = |login: &str, args: &[&str]| {
        let create = [&["contact", "create", "--json"][..], args].concat();
        let refused = shop.by(login, &create).refused();
        (refused.code, refused.field, refused.message)
    };
    for (login, args, code, field, says) in [
        ("anna", &[][..], "missing", "first", "needs a name or an email"),
        ("anna", &["--phone", "1"], "missing", "first", "needs a name or an email"),
        ("anna", &["--email", "zoe"], "malformed", "email", "name@company.example"),
        ("anna", &["--last-name", "Z\u{1b}[2J"], "malformed", "last", "U+001B"),
        ("anna", &["--last-name", "Z", "--company", "C9"], "not_found", "", "company C9"),
        ("root", &["--last-name", "Z"], "denied", "", "your role is Security Administrator"),
    ] {
        let (found, at, message) = refused(login, args);
        assert_eq!((found.as_str(), at.as_str()), (code, field), "{args:?}: {message}");
        assert!(message.contains(says), "{args:?}: {message}");
    }
    assert_eq!(shop.anna(&["contact", "list"])["total"], 0);
}
