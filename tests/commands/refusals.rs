//! Every bad input that commands can meet: one sentence that names the field and the way
//! out, and nothing changed.

use crate::shop::{PASSWORD, Refused, Shop};

/// Checks a refusal: its code, its field, and what the sentence must say.
#[track_caller]
fn expect(refused: &Refused, code: &str, field: &str, says: &[&str]) {
    assert_eq!((refused.code.as_str(), refused.field.as_str()), (code, field), "{refused:?}");
    for part in says {
        assert!(refused.message.contains(part), "“{part}” is not in: {}", refused.message);
    }
    assert!(refused.message.ends_with('.') && !refused.message.contains('\n'), "{refused:?}");
}

#[test]
fn a_request_with_bad_fields_does_not_come_in() {
    let shop = Shop::new();
    let good = ["Zoë", "O'Brien", "zoe@acme.example", "+44 1", "Acme Ltd"];
    let huge = "x".repeat(100_000);
    for (at, value, code, field, says) in [
        (0, "", "missing", "first", "First Name is missing; fill it in."),
        (1, "  ", "missing", "last", "Last Name is missing"),
        (2, "zoe", "malformed", "email", "name@company.example"),
        (2, "", "missing", "email", "Email is missing"),
        (3, "", "missing", "phone", "Phone is missing"),
        (4, "", "missing", "company_name", "Company Name is missing"),
        (0, "Zo\u{1b}[2J", "malformed", "first", "control character U+001B"),
        (4, "Acme\nLtd", "malformed", "company_name", "control character U+000A"),
        (1, &huge, "too_long", "last", "it takes 100 at most"),
    ] {
        let mut values = good;
        values[at] = value;
        let [first, last, email, phone, company] = values;
        let args = [
            "portal",
            "submit",
            "--first-name",
            first,
            "--last-name",
            last,
            "--email",
            email,
            "--phone",
            phone,
            "--company",
            company,
        ];
        let refused = shop.run(&[&args[..], &["--json"]].concat()).refused();
        expect(&refused, code, field, &[says]);
        let plain = shop.run(&args);
        assert_eq!((plain.status, plain.err), (1, format!("{}\n", refused.message)));
    }
    let both =
        ["portal", "submit", "--first-name", "", "--last-name", "", "--email", "z@a.example"];
    let rest = ["--phone", "1", "--company", "Acme", "--site", "main"];
    let said = shop.run(&[&both[..], &rest].concat()).err;
    assert_eq!(said.lines().count(), 2, "each problem has its line: {said}");
    assert_eq!(shop.anna(&["request", "list"])["total"], 0);
}

#[test]
fn what_stands_against_an_approval_is_said() {
    let shop = Shop::new();
    let zoe = shop.approved("Zoë", "O'Brien", "zoe@acme.example");
    shop.submit("Zoë", "O'Brien", "zoe@acme.example");
    shop.submit("Jan", "Kowalski", "jan@kozien.example");
    let refused = |args: &[&str]| shop.by("anna", &[args, &["--json"]].concat()).refused();

    let early = refused(&["request", "approve", "2"]);
    expect(
        &early,
        "contact_missing",
        "contact",
        &["PR-000002", "needs a contact before it can be approved"],
    );
    let owned = refused(&["request", "link", "2", "--contact", "1"]);
    expect(&owned, "contact_has_user", "contact", &[&zoe, "link another contact"]);
    shop.anna(&["request", "create-contact", "2", "--company", "C000001"]);
    let taken = refused(&["request", "approve", "2"]);
    expect(&taken, "taken", "email", &["zoe@acme.example", &zoe]);

    shop.anna(&["request", "create-contact", "3", "--no-company"]);
    let homeless = refused(&["request", "approve", "3"]);
    expect(&homeless, "company_missing", "company", &["Jan Kowalski", "give it one"]);
    shop.anna(&["contact", "edit", "3", "--company", "C000001"]);
    let login = refused(&["request", "approve", "3", "--login", "zoe.obrien.P"]);
    expect(&login, "taken", "login_name", &["zoe.obrien", "choose another"]);
    let malformed = refused(&["request", "approve", "3", "--login", "two words"]);
    expect(&malformed, "malformed", "login_name", &["two words"]);

    let closed = refused(&["request", "reject", "1", "--reason", "late"]);
    expect(&closed, "wrong_state", "", &["PR-000001", "Processed"]);
    let reason = refused(&["request", "reject", "3", "--reason", " "]);
    expect(&reason, "missing", "reason", &["needs a reason"]);
    let reopen = refused(&["request", "reopen", "3"]);
    expect(&reopen, "wrong_state", "", &["only a rejected request"]);
    let gone = refused(&["request", "show", "99"]);
    expect(&gone, "not_found", "", &["request PR-000099"]);
    let contact = refused(&["request", "link", "3", "--contact", "CT-000099"]);
    expect(&contact, "not_found", "", &["contact CT-000099"]);
    let company = refused(&["request", "create-contact", "3", "--company", "C9"]);
    expect(&company, "not_found", "", &["company C9"]);
    assert_eq!(shop.anna(&["request", "show", "3"])["status"], "Resolved", "nothing was changed");
}

#[test]
fn accounts_are_guarded() {
    let shop = Shop::new();
    let zoe = shop.approved("Zoë", "O'Brien", "zoe@acme.example");
    let password = |login: &str, text: &str| {
        shop.by_with("anna", &["user", "password", login, "--password-stdin", "--json"], text)
            .refused()
    };
    expect(&password(&zoe, "too short"), "password", "password", &["at least 15"]);
    expect(&password(&zoe, "passwordpassword"), "password", "password", &["common"]);
    expect(&password(&zoe, "zoeobrienacme2026"), "password", "password", &["own name"]);
    expect(&password(&zoe, ""), "missing", "password", &["one line with the password"]);
    expect(&password("root", "seven loud fog horns"), "denied", "", &["Security Administrator"]);
    expect(&password("nobody", "seven loud fog horns"), "not_found", "", &["user nobody"]);

    let staff = |login: &str, role: &str| {
        let args =
            ["staff", "create", "--login", login, "--role", role, "--password-stdin", "--json"];
        shop.by_with("root", &args, PASSWORD)
    };
    expect(&staff("anna", "Auditor").refused(), "taken", "login_name", &["anna"]);
    expect(&staff("eve.P", "Auditor").refused(), "malformed", "login_name", &[".P"]);
    let role = staff("eve", "King");
    assert_eq!(role.status, 2);
    assert!(role.error().message.contains("Customer Service, Portal Data"), "{role:?}");
    let denied = ["staff", "create", "--login", "eve", "--role", "Auditor", "--password-stdin"];
    let denied = shop.by_with("anna", &[&denied[..], &["--json"]].concat(), PASSWORD).refused();
    expect(
        &denied,
        "denied",
        "",
        &["Only Security Administrator may", "your role is Customer Service"],
    );
    let last = shop.by("root", &["user", "disable", "root", "--json"]).refused();
    expect(&last, "wrong_state", "", &["your own account"]);
    let enabled = shop.by("anna", &["user", "enable", &zoe, "--json"]).refused();
    assert!(enabled.message.starts_with("zoe.obrien.P is not disabled"), "{enabled:?}");
}

#[test]
fn who_is_not_let_in_learns_nothing() {
    let shop = Shop::new();
    let wrong = shop.file("wrong", "not the right words at all\n", 0o600);
    let list = |login: &str, file: &str| {
        shop.run(&["request", "list", "--json", "--as", login, "--password-file", file]).refused()
    };
    let known = list("anna", &wrong);
    expect(&known, "refused", "as", &["don't go together"]);
    assert_eq!(list("nobody", &wrong), known, "unknown and wrong are one and the same");
    let user =
        shop.run_with(&["portal", "sign-in", "--login", "anna", "--password-stdin"], PASSWORD);
    assert_eq!((user.status, user.out.as_str()), (1, "refused\n"), "staff are no portal users");
}

#[test]
fn a_store_is_set_up_once() {
    let shop = Shop::new();
    let again = shop.run_with(&["init", "--admin", "eve", "--password-stdin", "--json"], PASSWORD);
    assert!(again.refused().message.ends_with('.'));
    let empty = Shop::empty();
    let early = empty.run(&[
        "portal",
        "submit",
        "--first-name",
        "A",
        "--last-name",
        "B",
        "--email",
        "a@b.example",
        "--phone",
        "1",
        "--company",
        "C",
        "--json",
    ]);
    expect(&early.refused(), "no_active_site", "", &["no active site"]);
    let weak = empty.run_with(&["init", "--admin", "eve", "--password-stdin", "--json"], "short");
    expect(&weak.refused(), "password", "password", &["at least 15"]);
}
