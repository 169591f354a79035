//! The shapes that scripts rely on: names, statuses, times; held fixed here.

use serde_json::Value;

use crate::shop::{PASSWORD, Shop, names};

const REQUEST: [&str; 18] = [
    "company_name",
    "contact",
    "contact_name",
    "email",
    "first",
    "handled_by",
    "id",
    "last",
    "likely",
    "number",
    "phone",
    "reject_reason",
    "site",
    "status",
    "submitted_at",
    "user",
    "user_id",
    "version",
];

fn with<'a>(base: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    let mut all: Vec<&str> = base.iter().chain(more).copied().collect();
    all.sort_unstable();
    all
}

fn is_time(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    text.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(text).is_ok()
}

#[test]
fn lists_are_one_document() {
    let shop = Shop::new();
    for n in 0..12 {
        shop.submit("Zoë", &format!("O'Brien {n:02}"), &format!("zoe{n}@acme.example"));
    }
    let list = shop.anna(&["request", "list", "--per-page", "10", "--page", "2"]);
    assert_eq!(names(&list), ["page", "pages", "per_page", "rows", "total"]);
    assert_eq!(
        (&list["total"], &list["page"], &list["per_page"], &list["pages"]),
        (&12.into(), &2.into(), &10.into(), &2.into())
    );
    assert_eq!(list["rows"].as_array().unwrap().len(), 2);
    assert_eq!(names(&list["rows"][0]), with(&REQUEST, &[]));
    assert!(is_time(&list["rows"][0]["submitted_at"]));
    let first = |args: &[&str]| {
        shop.anna(&[&["request", "list"], args].concat())["rows"][0]["last"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(first(&[]), "O'Brien 11", "the newest comes first");
    assert_eq!(first(&["--reverse"]), "O'Brien 00");
    assert_eq!(first(&["--sort", "name"]), "O'Brien 00");
    assert_eq!(first(&["--sort", "name", "--reverse"]), "O'Brien 11");
    assert_eq!(shop.anna(&["request", "list", "--filter", "ZOE7@acme"])["total"], 1);
    assert_eq!(shop.anna(&["request", "list", "--since", "2999-01-01"])["total"], 0);
    assert_eq!(shop.anna(&["request", "list", "--until", "2999-01-01"])["total"], 12);
    assert_eq!(shop.anna(&["request", "list", "--status", "Rejected"])["total"], 0);
}

#[test]
fn beginnings_and_passwords() {
    let shop = Shop::empty();
    let init = ["init", "--admin", "root", "--password-stdin", "--json"];
    let made = shop.run_with(&init, PASSWORD).done().json();
    assert_eq!(names(&made), ["id", "login_name", "role", "site"]);
    assert_eq!((&made["role"], &made["site"]), (&"Security Administrator".into(), &"main".into()));
    let create = ["staff", "create", "--login", "anna", "--role", "customer-service", "--json"];
    let rest = ["--no-must-change", "--password-stdin"];
    let anna = shop.by_with("root", &[&create[..], &rest].concat(), PASSWORD).done().json();
    assert_eq!((&anna["user_id"], &anna["kind"]), (&"anna".into(), &"Staff".into()));
    assert_eq!(
        (&anna["status"], &anna["badges"]),
        (&"Active".into(), &serde_json::json!(["never_signed_in"]))
    );
    let zoe = shop.approved("Zoë", "O'Brien", "zoe@acme.example");
    shop.by_with("anna", &["user", "password", &zoe, "--password-stdin"], PASSWORD).done();
    let change = ["portal", "change-password", "--login", &zoe, "--passwords-stdin", "--json"];
    let changed = shop.run_with(&change, &format!("{PASSWORD}\nher own four chosen words\n"));
    assert_eq!(changed.done().json(), serde_json::json!({"outcome": "changed"}));
}

#[test]
fn requests_contacts_and_companies() {
    let shop = Shop::new();
    let submit = ["portal", "submit", "--first-name", "Zoë", "--last-name", "O'Brien", "--email"];
    let rest = ["zoe@acme.example", "--phone", "1", "--company", "Acme Ltd", "--json"];
    let request = shop.run(&[&submit[..], &rest].concat()).done().json();
    assert_eq!(names(&request), with(&REQUEST, &[]));
    let view = [
        "candidates",
        "existing_user",
        "history",
        "linked",
        "suggested_login",
        "warnings",
        "why_not_approve",
    ];
    let created = shop.anna(&["request", "create-contact", "1", "--new-company", "Acme Ltd"]);
    assert_eq!(names(&created), with(&REQUEST, &view));
    assert_eq!(created["suggested_login"], "zoe.obrien");
    let entry = &created["history"][0];
    assert_eq!(names(entry), ["actor", "at", "changes", "did", "note", "overridden", "seq"]);
    let contact = [
        "company",
        "company_code",
        "company_name",
        "email",
        "first",
        "id",
        "last",
        "phone",
        "user",
        "user_id",
        "user_status",
    ];
    assert_eq!(names(&created["linked"]), contact);
    assert_eq!(names(&shop.anna(&["contact", "list"])["rows"][0]), contact);
    let shown = shop.anna(&["contact", "show", "1"]);
    assert_eq!(names(&shown), with(&contact, &["history", "portal_user", "version"]));
    assert_eq!(shown["portal_user"], Value::Null);
    let company = shop.anna(&["company", "show", "C000001"]);
    let row = [
        "active", "city", "code", "country", "email", "id", "kind", "name", "on_hold", "phone",
        "website",
    ];
    assert_eq!(names(&shop.anna(&["company", "list"])["rows"][0]), row);
    let view = [
        "contacts",
        "contracts",
        "history",
        "home_site",
        "registered_by",
        "users",
        "version",
        "why_not_edit",
    ];
    assert_eq!(names(&company), with(&row, &view));
    let entered = [
        "contract",
        "create",
        "C000001",
        "--number",
        "4711",
        "--config-code",
        "EU",
        "--config-name",
        "Europe",
        "--start",
        "2026-01-01",
    ];
    let contract =
        ["active", "company", "config_code", "config_name", "end", "id", "number", "start"];
    let made = shop.anna(&entered);
    assert_eq!(names(&made), contract);
    assert_eq!((&made["start"], &made["end"]), (&"2026-01-01".into(), &Value::Null));
    assert_eq!(names(&shop.anna(&["contract", "list", "C000001"])["rows"][0]), contract);
    let changed = ["company", "deactivate", "C000001"];
    assert_eq!(names(&shop.anna(&changed)), with(&row, &view));
}

#[test]
fn users_and_their_sign_ins() {
    let shop = Shop::new();
    let zoe = shop.approved("Zoë", "O'Brien", "zoe@acme.example");
    let row = [
        "badges",
        "company",
        "company_code",
        "company_name",
        "contact",
        "created_at",
        "email",
        "external_id",
        "first",
        "id",
        "kind",
        "last",
        "last_login_at",
        "login_name",
        "more_companies",
        "phone",
        "role",
        "status",
        "user_id",
        "version",
        "website",
    ];
    let list = shop.anna(&["user", "list"]);
    assert_eq!(names(&list["rows"][0]), row);
    let view = [
        "created_via",
        "factor_enrolled_at",
        "failed_count",
        "groups",
        "history",
        "invitation",
        "licence",
        "login_follows_email",
        "must_change_password",
        "password_set_at",
        "second_factor",
        "sign_in_address",
        "throttled_until",
        "why_not_delete",
        "why_not_flags",
        "why_not_manage",
        "why_not_role",
    ];
    assert_eq!(names(&shop.anna(&["user", "show", "anna"])), with(&row, &view));
    let portal = [
        "account_type",
        "can_create_users",
        "claim_authorization_required",
        "contact_name",
        "home_site",
        "memberships",
        "site_accounts",
    ];
    let shown = shop.anna(&["user", "show", &zoe]);
    assert_eq!(names(&shown), with(&with(&row, &view), &portal));
    assert_eq!(
        (&shown["kind"], &shown["role"], &shown["account_type"]),
        (&"Portal".into(), &"Portal User".into(), &"Customer".into())
    );
    let sign_in = ["portal", "sign-in", "--login", &zoe, "--password-stdin"];
    shop.run_with(&sign_in, PASSWORD);
    let logins = shop.anna(&["user", "logins", &zoe]);
    assert_eq!(names(&logins), ["page", "pages", "per_page", "rows", "total"]);
    assert_eq!(names(&logins["rows"][0]), ["at", "door", "id", "origin", "outcome"]);
    let nested = shop.anna(&["contact", "show", "1"]);
    assert_eq!(
        names(&nested["portal_user"]),
        with(&with(&row, &view), &with(&portal, &["logins"]))
    );
}

#[test]
fn new_users_plans_results_and_receipts() {
    let shop = Shop::new();
    shop.anna(&["company", "create", "--name", "Acme Ltd", "--email", "office@acme.example"]);
    let create = ["user", "create", "--via", "portal-access", "--company", "C000001"];
    let made = shop.anna(&[&create[..], &["--generate-password"]].concat());
    let shown = shop.anna(&["user", "show", "office@acme.example"]);
    assert_eq!(names(&made), with(&names(&shown), &["password", "remarks", "warnings"]));
    assert_eq!(names(&made["warnings"][0]), ["code", "message"]);
    let more = ["--email", "k.lee@acme.example", "--no-password"];
    let pending = shop.anna(&[&create[..], &more].concat());
    assert_eq!(names(&pending), with(&names(&shown), &["remarks", "warnings"]));

    let edited = shop.anna(&["user", "edit", "k.lee@acme.example", "--email", "k@gmail.com"]);
    assert_eq!(names(&edited), with(&names(&shown), &["remarks", "warnings"]));
    assert_eq!(edited["warnings"][0]["code"], "W1");

    let disable = ["user", "disable", "--company", "C000001"];
    let plan = shop.anna(&disable);
    assert_eq!(names(&plan), ["can", "count", "goes", "refused", "sample", "stays"]);
    let row = names(&plan["sample"][0]);
    assert_eq!(row, names(&shop.anna(&["user", "list"])["rows"][0]));
    shop.anna(&["user", "disable", "office@acme.example"]);
    let plan = shop.anna(&disable);
    assert_eq!(names(&plan["refused"][0]), ["count", "why"]);
    let ran = shop.by("anna", &[&disable[..], &["--expect", "2", "--json"]].concat());
    let outcome = ran.json();
    let result = ["done", "failed", "of", "refused", "refused_more", "stopped"];
    assert_eq!((ran.status, names(&outcome)), (1, result.to_vec()));
    assert_eq!(names(&outcome["refused"][0]), ["id", "user_id", "why"]);
    let receipt = shop.anna(&["user", "delete", "office@acme.example", "--yes"]);
    assert_eq!(names(&receipt), ["gone", "stays", "user", "user_id"]);
}

#[test]
fn the_trail() {
    let shop = Shop::new();
    shop.approved("Zoë", "O'Brien", "zoe@acme.example");
    let own = shop.anna(&["audit", "list"]);
    assert!(own["rows"].as_array().unwrap().iter().all(|it| it["actor"] == "anna"));
    let all = shop.by("root", &["audit", "list", "--json", "--filter", "approved"]).done().json();
    let row = &all["rows"][0];
    assert_eq!(
        names(row),
        [
            "action",
            "actor",
            "after",
            "at",
            "before",
            "hash",
            "note",
            "origin",
            "os_user",
            "overridden",
            "prev_hash",
            "role",
            "seq",
            "targets"
        ]
    );
    assert_eq!(
        (&row["action"], &row["role"]),
        (&"request.approve".into(), &"Customer Service".into())
    );
    assert_eq!(
        (&row["before"]["status"], &row["after"]["status"]),
        (&"Resolved".into(), &"Processed".into())
    );
    assert_eq!(names(&row["targets"][0]), ["id", "kind", "label"]);
    assert_eq!((row["hash"].as_str().unwrap().len(), is_time(&row["at"])), (64, true));
    let first = shop.by("root", &["audit", "list", "--json", "--reverse"]).done().json();
    assert_eq!(
        (&first["rows"][0]["seq"], &first["rows"][0]["action"]),
        (&1.into(), &"setup".into())
    );
}

#[test]
fn for_people_texts_are_aligned_and_hostile_ones_visible() {
    let shop = Shop::new();
    shop.submit("太郎", "山田", "taro@ito.example");
    shop.submit("\u{202e}nimdA", "Team", "admin@team.example");
    let shown = shop.by("anna", &["request", "list"]).done().out;
    assert!(shown.contains("⟨U+202E⟩nimdA Team") && !shown.contains('\u{202e}'), "{shown}");
    assert!(shown.ends_with("2 in all\n"), "{shown}");
    let json = shop.by("anna", &["request", "list", "--json"]).done().out;
    assert!(json.contains("\\u202enimdA") && !json.contains('\u{202e}'), "{json}");
    let none = shop.by("anna", &["contact", "list"]).done().out;
    assert_eq!(none, "There are none yet.\n");
    let one = shop.by("anna", &["request", "show", "PR-000001"]).done().out;
    assert!(one.contains("First name   太郎\n"), "{one}");
}
