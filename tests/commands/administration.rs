//! Administration by commands: sites and their groups, the portal's switches, Site sync, roles,
//! staff accounts.

use serde_json::{Value, json};

use crate::shop::{PASSWORD, Shop, names};

/// A command of root's, and the JSON that it prints.
fn root(shop: &Shop, args: &[&str]) -> Value {
    shop.by("root", &[args, &["--json"]].concat()).done().json()
}

/// The word of a refusal of one of root's commands.
#[track_caller]
fn refused(shop: &Shop, args: &[&str]) -> (String, String) {
    let refused = shop.by("root", &[args, &["--json"]].concat()).refused();
    (refused.code, refused.message)
}

fn sign_in_at(shop: &Shop, site: &str) -> String {
    let args = ["portal", "sign-in", "--login", "zoe", "--password-stdin", "--site", site];
    shop.run_with(&args, PASSWORD).out.trim().to_owned()
}

fn sites_of(shop: &Shop, user: &str) -> Vec<String> {
    let accounts = shop.anna(&["user", "show", user])["site_accounts"].clone();
    let accounts = accounts.as_array().unwrap().iter();
    accounts.map(|it| it["site"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_site_added_later_gets_everybodys_accounts_by_site_sync() {
    let shop = Shop::new();
    shop.approved("Zoë", "O'Brien", "zoe@acme.example");
    shop.by_with("anna", &["user", "edit", "zoe.obrien.P", "--login", "zoe"], "").done();
    let keep = ["user", "password", "zoe", "--password-stdin", "--no-must-change"];
    shop.by_with("anna", &keep, PASSWORD).done();

    let create = ["site", "create", "--code", "north", "--name", "North", "--in-portal"];
    let north = root(&shop, &[&create[..], &["--website", "https://n.example"]].concat());
    assert_eq!(
        names(&north),
        [
            "active",
            "code",
            "groups",
            "history",
            "id",
            "in_portal",
            "name",
            "open",
            "portal_enabled",
            "sync_due",
            "version",
            "website",
            "why_not_edit"
        ]
    );
    assert_eq!((&north["sync_due"], &north["groups"]), (&true.into(), &json!(["portal"])));
    shop.approved("Jo", "Doe", "jo@acme.example");
    assert_eq!(sites_of(&shop, "zoe"), ["main"]);
    assert_eq!(sites_of(&shop, "jo.doe"), ["main", "north"], "who comes now has it at once");
    assert_eq!(sign_in_at(&shop, "north"), "refused");

    let sync = ["site", "sync"];
    let synced = json!({"users": 1, "made": 1, "sites": ["north"], "stopped": false});
    assert_eq!(root(&shop, &sync), synced);
    assert_eq!(sites_of(&shop, "zoe"), ["main", "north"]);
    assert_eq!(sign_in_at(&shop, "north"), "ok");
    let said = shop.by("root", &sync).done().out;
    assert_eq!(said.trim(), "No portal user lacked an account, accounts made: 0.");
    assert_eq!(shop.by("anna", &[&sync[..], &["--json"]].concat()).refused().code, "denied");
    let list = root(&shop, &["site", "list"]);
    assert_eq!((&list["total"], &list["rows"][1]["sync_due"]), (&2.into(), &false.into()));
}

#[test]
fn the_portal_is_switched_off_and_on_at_one_site_and_everywhere() {
    let shop = Shop::new();
    let off = ["site", "portal", "off"];
    let state = root(&shop, &[&off[..], &["--site", "MAIN"]].concat());
    assert_eq!((&state["everywhere"], &state["sites_open"]), (&true.into(), &0.into()));
    let (code, message) = refused(&shop, &[&off[..], &["--site", "main"]].concat());
    assert_eq!(code, "wrong_state");
    assert_eq!(message, "The portal is switched off at site main already; nothing was changed.");
    assert_eq!(root(&shop, &["site", "portal", "on", "--site", "main"])["sites_open"], 1);
    assert_eq!(root(&shop, &off)["everywhere"], false);
    let submit = ["portal", "submit", "--first-name", "Zoë", "--last-name", "O'Brien", "--json"];
    let rest = ["--email", "z@a.example", "--phone", "0123456789", "--company", "Acme"];
    assert_eq!(shop.run(&[&submit[..], &rest].concat()).refused().code, "portal_off");
    let said = shop.by("root", &["site", "portal", "on"]).done().out;
    assert_eq!(
        said.trim(),
        "The portal is switched on; it is open at 1 of the 1 active sites of group portal."
    );
    assert_eq!(refused(&shop, &["site", "portal", "on", "--site", "moon"]).0, "not_found");
    assert_eq!(refused(&shop, &["site", "deactivate", "main"]).0, "wrong_state", "it is the last");
}

#[test]
fn another_group_becomes_the_portals() {
    let shop = Shop::new();
    root(&shop, &["site", "create", "--code", "north"]);
    let made = root(&shop, &["site-group", "create", "--code", "Nordic", "--site", "north"]);
    assert_eq!(
        (&made["portal"], &made["sites"], &made["id"]),
        (&false.into(), &json!(["north"]), &1.into())
    );
    assert_eq!(refused(&shop, &["site-group", "create", "--code", "PORTAL"]).0, "taken");
    let edit = ["site-group", "edit", "nordic", "--add-site", "main"];
    assert_eq!(root(&shop, &edit)["sites"], json!(["north", "main"]));
    let edit = ["site-group", "edit", "nordic", "--remove-site", "main"];
    assert_eq!(root(&shop, &edit)["sites"], json!(["north"]));

    let portal = root(&shop, &["site-group", "make-portal", "nordic"]);
    assert_eq!((&portal["code"], &portal["id"]), (&"Nordic".into(), &Value::Null));
    let list = root(&shop, &["site-group", "list"]);
    let codes = |at: usize| list["rows"][at]["code"].as_str().unwrap().to_owned();
    assert_eq!((codes(0), codes(1)), ("Nordic".into(), "portal".into()), "the portal's first");
    assert_eq!(root(&shop, &["site", "show", "north"])["sync_due"], true);
    assert_eq!(root(&shop, &["site", "show", "main"])["in_portal"], false);
    let (code, message) = refused(&shop, &["site-group", "delete", "nordic"]);
    assert_eq!(code, "wrong_state");
    assert!(message.contains("make another one the portal's first"), "{message}");
    assert_eq!(refused(&shop, &["site-group", "delete", "portal"]).0, "not_confirmed");
    let gone = root(&shop, &["site-group", "delete", "portal", "--yes"]);
    assert_eq!(gone["sites"], json!(["main"]));
    let empty = ["site-group", "edit", "nordic", "--remove-site", "north"];
    assert_eq!(refused(&shop, &empty).0, "no_active_site");
}

#[test]
fn roles_of_ones_own_come_and_go() {
    let shop = Shop::new();
    let create = ["role", "create", "--name", "Claims Desk", "--right", "report-cases"];
    let made = root(&shop, &[&create[..], &["--right", "read-contracts"]].concat());
    assert_eq!((&made["function"], &made["users"]), (&"portal".into(), &0.into()));
    assert_eq!(made["rights"], json!(["report-cases", "read-contracts"]));
    let (code, message) = refused(&shop, &["role", "create", "--name", "auditor"]);
    assert_eq!((code.as_str(), message.contains("Role Auditor exists already")), ("taken", true));
    let clash = ["role", "create", "--name", "claims-desk", "--right", "report-cases"];
    assert_eq!(refused(&shop, &clash).0, "taken", "hyphens do for spaces");
    let list = root(&shop, &["role", "list"]);
    assert_eq!((&list["total"], &list["rows"][7]["name"]), (&8.into(), &"Claims Desk".into()));
    let shown = shop.by("anna", &["role", "show", "security-administrator"]).done().out;
    assert!(shown.contains("look after staff accounts, roles, sites"), "{shown}");
    let edit = ["role", "edit", "claims-desk", "--description", "handles claims"];
    assert_eq!(root(&shop, &edit)["description"], "handles claims");
    assert_eq!(root(&shop, &["role", "deactivate", "Claims_Desk"])["active"], false);
    assert_eq!(refused(&shop, &["role", "deactivate", "claims-desk"]).0, "wrong_state");
    assert_eq!(root(&shop, &["role", "activate", "claims-desk"])["active"], true);
    assert_eq!(refused(&shop, &["role", "edit", "auditor", "--name", "x"]).0, "wrong_state");
    assert_eq!(shop.anna(&["user", "list", "--filter", "role:claims-desk"])["total"], 0);
    let (code, message) = refused(&shop, &["role", "delete", "claims-desk"]);
    assert_eq!(code, "not_confirmed");
    assert!(message.contains("Role Claims Desk was not deleted"), "{message}");
    let theirs = shop.by("anna", &["role", "delete", "claims-desk", "--json"]).refused();
    assert_eq!(theirs.code, "denied", "{}", theirs.message);
    root(&shop, &["role", "delete", "claims-desk", "--yes"]);
    let gone = ["user", "list", "--filter", "role:claims-desk", "--json"];
    let refusal = shop.by("anna", &gone).refused();
    assert!(refusal.message.contains("not “claims-desk”"), "{}", refusal.message);
}

#[test]
fn staff_are_listed_edited_and_given_another_role() {
    let shop = Shop::new();
    shop.approved("Zoë", "O'Brien", "zoe@acme.example");
    let list = root(&shop, &["staff", "list"]);
    assert_eq!(list["total"], 2);
    assert_eq!(root(&shop, &["staff", "list", "--filter", "role:customer"])["total"], 1);
    let edit = ["staff", "edit", "anna", "--first-name", "Anna", "--email", "anna@desk.example"];
    let saved = root(&shop, &edit);
    assert_eq!((&saved["first"], &saved["role"]), (&"Anna".into(), &"Customer Service".into()));
    assert_eq!(root(&shop, &["staff", "role", "anna", "auditor"])["role"], "Auditor");
    let (code, message) = refused(&shop, &["staff", "role", "root", "auditor"]);
    assert!(message.contains("own"), "{code}: {message}");
    assert_eq!(
        refused(&shop, &["staff", "edit", "zoe.obrien", "--first-name", "Z"]).0,
        "wrong_state"
    );
    assert_eq!(shop.run(&["staff", "role", "anna", "super-user"]).status, 2);
}
