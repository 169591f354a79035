//! Workflow A by commands, from **New User?** to the login history.

use std::sync::Arc;

use portaldesk::clock::{Clock, FixedClock, SystemClock};
use portaldesk::domain::login::wait_after;
use portaldesk::domain::secret::Secret;
use portaldesk::domain::text::Text;
use portaldesk::service::Credentials;
use portaldesk::service::{Desk, Origin};
use portaldesk::store::sled::{Options, SledRepository};

use crate::shop::{PASSWORD, Shop};

const TEMPORARY: &str = "a note on yellow paper";
const OWN: &str = "her own four chosen words";

#[test]
fn from_a_request_to_the_first_sign_in() {
    let shop = Shop::new();
    let number = shop.submit("Zoë", "O'Brien", "zoe@acme.example");
    assert_eq!(number, "PR-000001");

    let list = shop.anna(&["request", "list", "--status", "new", "--filter", "zoe BRIEN"]);
    assert_eq!((&list["total"], &list["rows"][0]["status"]), (&1.into(), &"New".into()));
    let early = shop.by("anna", &["request", "approve", &number, "--json"]).refused();
    assert_eq!((early.code.as_str(), early.field.as_str()), ("contact_missing", "contact"));

    let created = shop.anna(&["request", "create-contact", "1", "--new-company", "Acme Ltd"]);
    assert_eq!(
        (&created["status"], &created["contact_name"]),
        (&"Resolved".into(), &"Zoë O'Brien".into())
    );
    let approved = shop.anna(&["request", "approve", "pr-1"]);
    assert_eq!(
        (&approved["status"], &approved["user_id"]),
        (&"Processed".into(), &"zoe.obrien.P".into())
    );

    let users = shop.anna(&["user", "list", "--filter", "brien"]);
    let row = &users["rows"][0];
    assert_eq!(
        (&row["user_id"], &row["login_name"], &row["status"]),
        (&"zoe.obrien.P".into(), &"zoe.obrien".into(), &"Pending".into())
    );
    let user = shop.anna(&["user", "show", "zoe@acme.example"]);
    assert_eq!(
        (&user["groups"], &user["created_via"]),
        (&serde_json::json!(["Portals"]), &"A".into())
    );

    first_sign_in(&shop);

    let contact = shop.anna(&["contact", "show", "CT-000001"]);
    let portal_user = &contact["portal_user"];
    assert_eq!(
        (&portal_user["status"], &portal_user["user_id"]),
        (&"Active".into(), &"zoe.obrien.P".into())
    );
    assert!(portal_user["last_login_at"].as_str().unwrap().ends_with('Z'));
    let outcomes: Vec<&str> = portal_user["logins"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["ok", "wrong password", "must-change-password", "pending"]);
}

/// A temporary password, the change it asks for, and the sign-in with the own one.
fn first_sign_in(shop: &Shop) {
    let sign_in = ["portal", "sign-in", "--login", "zoe.obrien.P", "--password-stdin"];
    let before = shop.run_with(&sign_in, TEMPORARY);
    assert_eq!((before.status, before.out.trim()), (1, "refused"));

    let set = ["user", "password", "zoe.obrien", "--password-stdin", "--json"];
    let set = shop.by_with("anna", &set, &format!("{TEMPORARY}\n")).done().json();
    assert_eq!((&set["status"], &set["must_change_password"]), (&"Active".into(), &true.into()));

    let must = shop.run_with(&sign_in, TEMPORARY);
    assert_eq!((must.status, must.out.trim()), (1, "must-change-password"));
    assert!(must.err.contains("portal change-password"), "{}", must.err);

    let change = ["portal", "change-password", "--login", "ZOE@acme.example", "--passwords-stdin"];
    shop.run_with(&change, &format!("{TEMPORARY}\n{OWN}\n")).done();
    let old = shop.run_with(&[&sign_in[..], &["--json"]].concat(), TEMPORARY);
    assert_eq!((old.status, &old.json()["outcome"]), (1, &"refused".into()));
    let ok = shop.run_with(&[&sign_in[..], &["--json"]].concat(), OWN).done();
    assert_eq!(ok.out, "{\"outcome\":\"ok\"}\n");
}

#[test]
fn a_request_can_be_edited_linked_unlinked_rejected_and_reopened() {
    let shop = Shop::new();
    shop.submit("Zoë", "O'Brien", "zoe@acme.example");
    shop.submit("Joe", "O'Brien", "joe@acme.example");
    shop.anna(&["request", "create-contact", "1", "--new-company", "Acme Ltd"]);

    let edited = shop.anna(&["request", "edit", "2", "--first-name", "Joseph", "--phone", "+44 1"]);
    assert_eq!(
        (&edited["first"], &edited["last"], &edited["phone"]),
        (&"Joseph".into(), &"O'Brien".into(), &"+44 1".into())
    );
    let linked = shop.anna(&["request", "link", "2", "--contact", "CT-000001"]);
    assert_eq!(linked["status"], "Resolved");
    assert_eq!(shop.anna(&["request", "unlink", "2"])["status"], "New");
    let rejected = shop.anna(&["request", "reject", "2", "--reason", "No reply"]);
    assert_eq!(
        (&rejected["status"], &rejected["reject_reason"], &rejected["handled_by"]),
        (&"Rejected".into(), &"No reply".into(), &"anna".into())
    );
    assert_eq!(shop.anna(&["request", "reopen", "PR-000002"])["status"], "New");

    let made = shop.anna(&["request", "create-contact", "2", "--company", "c000001"]);
    assert_eq!(
        (&made["status"], &made["linked"]["company_name"]),
        (&"Resolved".into(), &"Acme Ltd".into())
    );
    let approved = shop.anna(&["request", "approve", "2", "--login", "joe.P"]);
    assert_eq!(approved["user_id"], "joe.P");
}

#[test]
fn contacts_companies_and_users_are_kept() {
    let shop = Shop::new();
    let company =
        shop.anna(&["company", "create", "--name", "Bolt plc", "--partner", "--code", "P7"]);
    assert_eq!((&company["code"], &company["kind"]), (&"P7".into(), &"Partner".into()));
    assert_eq!(shop.anna(&["company", "show", "p7"])["name"], "Bolt plc");
    let zoe = shop.approved("Zoë", "O'Brien", "zoe@acme.example");
    let contact = shop.anna(&["contact", "edit", "1", "--phone", "+44 9", "--first-name", "Zoe"]);
    assert_eq!(
        (&contact["phone"], &contact["first"], &contact["company_name"]),
        (&"+44 9".into(), &"Zoe".into(), &"Acme Ltd".into())
    );

    assert_eq!(shop.anna(&["user", "disable", &zoe])["status"], "Disabled");
    assert_eq!(shop.anna(&["user", "enable", &zoe])["status"], "Pending");
    shop.by_with("anna", &["user", "password", &zoe, "--password-stdin", "--no-must-change"], OWN)
        .done();
    let sign_in = ["portal", "sign-in", "--login", &zoe, "--password-stdin"];
    forget(&shop, &zoe);
    let waiting = shop.run_with(&sign_in, OWN);
    assert_eq!((waiting.status, waiting.out.trim()), (1, "refused"));
    assert!(waiting.err.contains("wait"), "{}", waiting.err);
    let throttled = shop.anna(&["user", "list", "--status", "throttled"]);
    assert_eq!(
        (&throttled["total"], &throttled["rows"][0]["user_id"]),
        (&1.into(), &zoe.as_str().into())
    );
    assert_eq!(shop.anna(&["user", "unlock", &zoe])["failed_count"], 0);
    assert_eq!(shop.anna(&["user", "list", "--status", "throttled"])["total"], 0);
    assert_eq!(shop.run_with(&sign_in, OWN).done().out, "ok\n");
    let logins = shop.anna(&["user", "logins", &zoe, "--per-page", "10"]);
    assert_eq!(
        (&logins["rows"][0]["outcome"], &logins["rows"][0]["door"]),
        (&"ok".into(), &"Portal".into())
    );
}

/// Fifteen failures in a row that end now: the next try has to wait for five minutes.
fn forget(shop: &Shop, login: &str) {
    let trail = shop.anna(&["audit", "list"]);
    let text = |name: &str| Text::from(trail["rows"][0][name].as_str().unwrap());
    let origin = Origin { os_user: text("os_user"), host: text("origin") };
    let waits: i64 = (1..15).filter_map(wait_after).sum();
    let clock = Arc::new(FixedClock::at(SystemClock.now().plus_millis(-waits)));
    let store = SledRepository::open(&shop.data_dir(), Options::at(clock.now())).unwrap();
    let desk = Desk::new(Arc::new(store), clock.clone());
    for failed in 1..=15 {
        let wrong = Secret::new("not the right one at all".into());
        let done = desk.portal_sign_in(&Credentials::new(login, &wrong), None, &origin).unwrap();
        assert_eq!(done.outcome(), "refused");
        clock.advance(wait_after(failed).unwrap_or_default());
    }
}

#[test]
fn staff_choose_their_own_password_first() {
    let shop = Shop::new();
    let create = ["staff", "create", "--login", "ada", "--role", "Auditor", "--password-stdin"];
    shop.by_with("root", &create, PASSWORD).done();
    let early = shop.by("ada", &["audit", "list", "--json"]).refused();
    assert_eq!((early.code.as_str(), early.field.as_str()), ("must_change_password", "as"));
    let change = ["staff", "change-password", "--as", "ada", "--passwords-stdin", "--json"];
    let changed = shop.run_with(&change, &format!("{PASSWORD}\n{OWN}\n")).done().json();
    assert_eq!(changed["must_change_password"], false);
    shop.run_with(&change, &format!("{OWN}\n{PASSWORD}\n")).done();
    let trail = shop.by("ada", &["audit", "list", "--json"]).done().json();
    assert_eq!(trail["rows"][0]["actor"], "ada");
}

#[test]
fn no_secret_is_left_anywhere() {
    let shop = Shop::new();
    shop.approved("Zoë", "O'Brien", "zoe@acme.example");
    first_sign_in(&shop);
    let log = shop.log();
    assert!(log.contains("the store is open"), "{log}");
    let trail = shop.by("root", &["audit", "list", "--json", "--per-page", "100"]).done().out;
    for secret in [PASSWORD, TEMPORARY, OWN] {
        assert!(!log.contains(secret) && !trail.contains(secret), "{secret}");
    }
    let held = files(&shop.data_dir());
    assert!(held.len() > 3);
    for (path, bytes) in held {
        for secret in [PASSWORD, TEMPORARY, OWN] {
            let found = bytes.windows(secret.len()).any(|it| it == secret.as_bytes());
            assert!(!found, "{secret} is in {}", path.display());
        }
    }
}

fn files(dir: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
    found
}
