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
fn what_is_wrong_with_a_company_is_said() {
    let shop = Shop::new();
    shop.anna(&["company", "create", "--name", "Acme Ltd", "--email", "office@acme.example"]);
    shop.anna(&["company", "create", "--name", "Bolt SA"]);
    let refused = |args: &[&str]| shop.by("anna", &[args, &["--json"]].concat()).refused();
    let edit = |option: &str, value: &str| refused(&["company", "edit", "C000002", option, value]);
    expect(&edit("--name", " "), "missing", "company_name", &["fill it in"]);
    expect(&edit("--code", ""), "missing", "code", &["Company code is missing"]);
    expect(&edit("--code", "c000001"), "taken", "code", &["c000001", "choose another"]);
    expect(&edit("--email", "bolt"), "malformed", "email", &["name@company.example"]);
    expect(&edit("--phone", "1\u{7}"), "malformed", "phone", &["U+0007"]);
    expect(&edit("--website", "bolt"), "malformed", "website", &["https://www.company.example"]);
    expect(&edit("--site", "south"), "malformed", "site", &["no site south", "main"]);
    let city = "x".repeat(101);
    expect(&edit("--city", &city), "too_long", "city", &["it takes 100 at most"]);
    expect(&refused(&["company", "edit", "C9"]), "not_found", "", &["company C9"]);
    expect(&refused(&["company", "activate", "C000001"]), "wrong_state", "", &["active already"]);
    shop.anna(&["company", "deactivate", "C000001"]);
    let again = refused(&["company", "deactivate", "C000001"]);
    expect(&again, "wrong_state", "", &["inactive already"]);
    let kind = shop.by("anna", &["company", "edit", "C000002", "--kind", "friend", "--json"]);
    assert_eq!((kind.status, kind.error().code.as_str()), (2, "usage"));
    assert!(kind.error().message.contains("customer, partner"), "{kind:?}");
    let denied = shop.by("root", &["company", "edit", "C000002", "--city", "Lyon", "--json"]);
    expect(&denied.refused(), "denied", "", &["your role is Security Administrator"]);
    assert_eq!(shop.anna(&["company", "show", "C000002"])["version"], 1, "nothing was changed");
}

#[test]
fn what_is_wrong_with_a_contract_is_said() {
    let shop = Shop::new();
    shop.anna(&["company", "create", "--name", "Acme Ltd"]);
    let create = |number: &str, start: &str, end: &str| {
        let args = ["contract", "create", "C000001", "--number", number, "--config-code", "EU"];
        let rest = ["--config-name", "Europe", "--start", start, "--end", end, "--json"];
        shop.by("anna", &[&args[..], &rest].concat())
    };
    create("4711", "2026-01-01", "").done();
    let taken = create("4711", "2026-01-01", "").refused();
    expect(&taken, "taken", "number", &["has a contract 4711 already"]);
    let day = create("1", "1.1.2026", "").refused();
    expect(&day, "malformed", "start", &["write it as 2026-06-29"]);
    let end = create("1", "2026-01-01", "2025-12-31").refused();
    expect(&end, "malformed", "end", &["can't end on 2025-12-31", "give a later end"]);
    let refused = |args: &[&str]| shop.by("anna", &[args, &["--json"]].concat()).refused();
    let none = refused(&["contract", "edit", "C000001", "9", "--no-end"]);
    expect(&none, "not_found", "", &["contract 9"]);
    expect(&refused(&["contract", "list", "C9"]), "not_found", "", &["company C9"]);
    expect(&refused(&["contract", "delete", "C9", "4711"]), "not_found", "", &["company C9"]);
}

#[test]
fn what_is_wrong_with_a_new_user_is_said() {
    let shop = Shop::new();
    shop.anna(&["company", "create", "--name", "Acme Ltd", "--email", "office@acme.example"]);
    let zoe = shop.approved("Zoë", "O'Brien", "zoe@acme.example");
    let create = |via: &str, fields: &[&str], password: &str| {
        let form = ["user", "create", "--via", via, "--company", "C000001", "--json"];
        shop.by_with("anna", &[&form[..], fields].concat(), password)
    };
    let person = ["--first-name", "Jo", "--last-name", "Doe"];
    let company = |login: &str, more: &[&str], password: &str| {
        let fields = [&person[..], &["--login", login, "--password-stdin"], more].concat();
        create("company", &fields, password).refused()
    };
    let empty = create("company", &["--password-stdin"], PASSWORD).refused();
    expect(&empty, "missing", "first", &["First Name is missing"]);
    expect(&company("", &[], PASSWORD), "missing", "login_name", &["Login Name is missing"]);
    expect(&company("two words", &[], PASSWORD), "malformed", "login_name", &["two words"]);
    expect(&company("zoe.OBRIEN", &[], PASSWORD), "taken", "login_name", &[&zoe, "choose another"]);
    let email = company("jo", &["--email", "ZOE@acme.example"], PASSWORD);
    expect(&email, "taken", "email", &[&zoe, "an email can be used once"]);
    expect(&company("jo", &[], "short"), "password", "password", &["at least 15"]);
    expect(&company("jo", &[], ""), "missing", "password", &["one line with the password"]);
    let none = create("company", &[&person[..], &["--login", "jo", "--no-password"]].concat(), "");
    expect(&none.refused(), "missing", "password", &["Password is missing"]);
    let access = |fields: &[&str]| create("portal-access", fields, PASSWORD).refused();
    let login = access(&["--login", "jo", "--password-stdin"]);
    expect(&login, "malformed", "login_name", &["the email is the login"]);
    let email = access(&["--email", "office", "--password-stdin"]);
    expect(&email, "malformed", "email", &["name@company.example"]);
    let gone = ["user", "create", "--via", "company", "--company", "C9", "--json"];
    let gone = shop.by("anna", &[&gone[..], &["--generate-password"]].concat());
    expect(&gone.refused(), "not_found", "", &["company C9"]);
    let both = create("company", &["--generate-password", "--password-stdin"], PASSWORD);
    assert_eq!((both.status, both.error().code.as_str()), (2, "usage"));
    let via = create("front-door", &[], "");
    assert_eq!((via.status, via.error().code.as_str()), (2, "usage"));
    let form = ["user", "create", "--via", "portal-access", "--company", "C000001"];
    let denied = shop.by("root", &[&form[..], &["--generate-password", "--json"]].concat());
    expect(&denied.refused(), "denied", "", &["create portal users", "Security Administrator"]);
    assert_eq!(shop.anna(&["user", "list"])["total"], 3, "nobody was added");
}

#[test]
fn what_is_wrong_with_an_edited_or_deleted_user_is_said() {
    let shop = Shop::new();
    let zoe = shop.approved("Zoë", "O'Brien", "zoe@acme.example");
    let joe = shop.approved("Joe", "O'Brien", "joe@acme.example");
    let refused = |args: &[&str]| shop.by("anna", &[args, &["--json"]].concat()).refused();
    let edit = |option: &str, value: &str| refused(&["user", "edit", &joe, option, value]);
    expect(&edit("--email", "ZOE@acme.example"), "taken", "email", &[&zoe]);
    expect(&edit("--login", "zoe.obrien.P"), "taken", "login_name", &[&zoe]);
    expect(&edit("--login", ""), "missing", "login_name", &["fill it in"]);
    expect(&edit("--email", "joe"), "malformed", "email", &["name@company.example"]);
    expect(&edit("--company", "C9"), "not_found", "", &["company C9"]);
    expect(&edit("--primary", "C000001"), "malformed", "primary", &["--add-company"]);
    expect(&refused(&["user", "edit", "nobody"]), "not_found", "", &["user nobody"]);
    let delete = refused(&["user", "delete", "anna", "--yes"]);
    assert!(delete.message.contains("own account") || delete.code == "denied", "{delete:?}");
    let root = refused(&["user", "delete", "root", "--yes"]);
    expect(&root, "denied", "", &["Security Administrator"]);
    expect(&refused(&["user", "delete", "nobody", "--yes"]), "not_found", "", &["user nobody"]);
    let all = shop.by("anna", &["user", "delete", "--yes", "--filter", "joe", "--json"]);
    assert_eq!((all.status, all.error().code.as_str()), (2, "usage"));
    let both = shop.by("anna", &["user", "delete", &joe, "--expect", "1", "--json"]);
    assert_eq!((both.status, both.error().code.as_str()), (2, "usage"));
    assert_eq!(shop.anna(&["user", "list"])["total"], 4, "nobody was deleted");
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
