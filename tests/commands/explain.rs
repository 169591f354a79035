//! `user explain`: what stops somebody, what mends it, and that the command named there does.

use serde_json::Value;

use crate::shop::{PASSWORD, Shop, names};

fn codes(explained: &Value) -> Vec<(&str, bool)> {
    let lines = explained["lines"].as_array().unwrap().iter();
    lines.map(|it| (it["code"].as_str().unwrap(), it["stops"] == true)).collect()
}

fn explain(shop: &Shop) -> Value {
    shop.anna(&["user", "explain", "zoe@acme.example"])
}

fn sign_in(shop: &Shop, password: &str) -> i32 {
    let args = ["portal", "sign-in", "--login", "zoe.obrien", "--password-stdin"];
    shop.run_with(&args, password).status
}

/// What stands after `portaldesk` in the text, line by line.
fn commands(text: &str) -> Vec<Vec<&str>> {
    let said = text.lines().filter_map(|line| line.split_once(": portaldesk "));
    said.map(|(_, command)| command.split(' ').collect()).collect()
}

#[test]
fn what_stops_a_user_is_told_with_the_command_that_mends_it() {
    let shop = Shop::new();
    let zoe = shop.approved("Zoë", "O'Brien", "zoe@acme.example");
    shop.anna(&["user", "disable", &zoe]);
    let explained = explain(&shop);
    let lines = [("disabled", true), ("pending", true), ("invitation", false)];
    assert_eq!(codes(&explained), lines);
    assert_eq!(
        (&explained["user_id"], &explained["can_sign_in"]),
        (&zoe.as_str().into(), &false.into())
    );
    assert_eq!(explained["lines"][0]["fix"], "enable");

    let text = shop.by("anna", &["user", "explain", "zoe.obrien"]).done().out;
    assert!(text.starts_with("zoe.obrien.P (Zoë O'Brien) can't sign in.\n"), "{text}");
    assert!(text.contains("Doors: Portal at main shut."), "{text}");
    let [enable, password, invite] = &commands(&text)[..] else { panic!("{text}") };
    assert_eq!(invite[..], ["user", "invite", "zoe.obrien.P"]);
    shop.by("anna", enable).done();
    let set = [&password[..], &["--password-stdin", "--no-must-change"]].concat();
    shop.by_with("anna", &set, PASSWORD).done();

    let explained = explain(&shop);
    assert_eq!(
        (codes(&explained), &explained["can_sign_in"]),
        (vec![("ready", false)], &true.into())
    );
    assert_eq!(sign_in(&shop, PASSWORD), 0);

    for _ in 0..5 {
        assert_eq!(sign_in(&shop, "was it the name of the cat?"), 1);
    }
    let explained = explain(&shop);
    assert_eq!(explained["failures"].as_array().unwrap().len(), 5);
    assert_eq!(explained["failures"][0]["outcome"], "wrong password");
    let text = shop.by("anna", &["user", "explain", "zoe.obrien"]).done().out;
    assert!(text.contains("Last refused tries\nAT"), "{text}");
    assert!(text.contains("Change Password: portaldesk user password zoe.obrien.P"), "{text}");
}

#[test]
fn scripts_get_these_names_and_staff_the_doors_of_the_console() {
    let shop = Shop::new();
    let explained = shop.anna(&["user", "explain", "root"]);
    let fields = ["can_sign_in", "doors", "email", "failures", "id", "lines", "name", "user_id"];
    assert_eq!(names(&explained), fields);
    assert_eq!(names(&explained["doors"][0]), ["door", "open", "site"]);
    assert_eq!(
        (&explained["doors"][0]["door"], &explained["doors"][0]["site"]),
        (&"Console".into(), &Value::Null)
    );
    let line = ["about", "code", "fix", "fix_label", "message", "stops", "why_not"];
    assert_eq!(names(&explained["lines"][0]), line);
    assert_eq!(codes(&explained), [("ready", false)]);
    let unknown = shop.by("anna", &["user", "explain", "nobody", "--json"]).refused();
    assert_eq!(unknown.code, "not_found");
}
