//! Second factors by command. The codes are those of oathtool, an authenticator that no one
//! here wrote; where it is not installed, these tests say so and end.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use portaldesk::clock::{Clock, SystemClock};
use serde_json::Value;

use crate::shop::{PASSWORD, Refused, Shop, mode};

/// Whether there is an authenticator to make codes with.
fn authenticator() -> bool {
    let found = Command::new("oathtool").arg("--version").output().is_ok();
    if !found {
        eprintln!("skipped: oathtool is not installed (apt-get install oathtool)");
    }
    found
}

/// The code that oathtool shows for a key, some steps of thirty seconds from now.
fn code(key: &str, steps: i64) -> String {
    let now = SystemClock.now().millis() / 1_000 + steps * 30;
    let key: String = key.split(' ').collect();
    let at = format!("--now=@{now}");
    let ran = Command::new("oathtool").args(["--totp", "-b", &at, &key]).output().unwrap();
    let code = String::from_utf8_lossy(&ran.stdout).trim().to_owned();
    assert_eq!(code.len(), 6, "{ran:?}");
    code
}

impl Shop {
    /// Runs it as that account, with that code in a file.
    fn with_code(&self, login: &str, args: &[&str], code: &str) -> crate::shop::Ran {
        let file = self.file("code", format!("{code}\n"), 0o600);
        self.by(login, &[args, &["--code-file", &file]].concat())
    }

    /// Has somebody of ours set up what `begin` begins; the key and the recovery codes.
    fn enrol(&self, login: &str) -> (String, Vec<String>) {
        let begun = self.by(login, &["staff", "enrol", "--json"]).done().json();
        let key = begun["key"].as_str().unwrap().to_owned();
        let confirm = ["staff", "enrol", "--confirm", "--json"];
        let codes = self.with_code(login, &confirm, &code(&key, 0)).done().json();
        (key, strings(&codes["recovery_codes"]))
    }

    fn key_file(&self) -> PathBuf {
        self.path(".config/portaldesk/secrets.key")
    }
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn assert_asks(refused: &Refused, says: &str) {
    assert_eq!(refused.code, "second_factor");
    assert!(refused.message.contains(says), "{refused:?}");
}

const LIST: [&str; 3] = ["request", "list", "--json"];

#[test]
fn staff_set_one_up_and_sign_in_with_it() {
    if !authenticator() {
        return;
    }
    let shop = Shop::new();
    let given = shop.by("root", &["user", "factor", "anna", "authenticator-app"]).done();
    assert_eq!(given.out.trim(), "anna sets up Authenticator app at the next sign-in.");
    assert_asks(&shop.by("anna", &LIST).refused(), "do it with staff enrol");
    let shown = shop.by("root", &["user", "show", "anna"]).done().out;
    assert!(shown.contains("Authenticator app, still to be set up"), "{shown}");
    assert!(!shop.key_file().exists(), "made when it is needed");

    let told = shop.by("anna", &["staff", "enrol"]).done().out;
    assert!(told.contains("otpauth://totp/Portal%20Desk:anna?secret="), "{told}");
    let (key, recovery) = shop.enrol("anna");
    assert_eq!((recovery.len(), mode(&shop.key_file())), (10, 0o600));
    assert_asks(&shop.by("anna", &LIST).refused(), "--code-file");

    let next = code(&key, 1);
    shop.with_code("anna", &LIST, &next).done();
    let again = shop.with_code("anna", &LIST, &next).refused();
    assert!(again.message.contains("wrong or was used before"), "{again:?}");
    shop.with_code("anna", &LIST, &recovery[4].to_uppercase()).done();
    assert_eq!(shop.with_code("anna", &LIST, &recovery[4]).refused().code, "refused");
    let renewed = shop.with_code("anna", &["staff", "recovery-codes", "--json"], &recovery[5]);
    let renewed = strings(&renewed.done().json()["recovery_codes"]);
    assert_eq!(shop.with_code("anna", &LIST, &recovery[6]).refused().code, "refused");
    shop.with_code("anna", &LIST, &renewed[6]).done();

    let reset = shop.by("root", &["user", "reset-factor", "anna"]).done().out;
    assert_eq!(reset.trim(), "anna sets the second factor up anew at the next sign-in.");
    assert_asks(&shop.with_code("anna", &LIST, &renewed[7]).refused(), "staff enrol");
    let (key, _) = shop.enrol("anna");
    shop.with_code("anna", &LIST, &code(&key, 1)).done();
    let trail = shop.by("root", &["audit", "list", "--json"]).done().out;
    let log = shop.log();
    for secret in [&key, &key.replace(' ', ""), &recovery[4], &renewed[6]] {
        assert!(!trail.contains(secret.as_str()) && !log.contains(secret.as_str()));
    }
    assert!(trail.contains("recovery code used, 9 left"), "{trail}");
}

#[test]
fn ones_own_is_set_up_and_the_password_changed_with_it() {
    if !authenticator() {
        return;
    }
    let shop = Shop::new();
    let (key, _) = shop.enrol("root");
    let again = shop.with_code("root", &["staff", "enrol", "--json"], &code(&key, 1)).refused();
    assert_asks(&again, "set up already");
    let (_, recovery) = shop.enrol("anna");
    let change = ["staff", "change-password", "--passwords-stdin", "--json"];
    let both = format!("{PASSWORD}\nvivid-ox\n");
    let file = shop.file("code", format!("{}\n", recovery[0]), 0o600);
    let change = [&change[..], &["--as", "anna", "--code-file", &file]].concat();
    shop.run_with(&change, &both).done();
    shop.file("password", "vivid-ox\n", 0o600);
    shop.with_code("anna", &LIST, &recovery[1]).done();
}

#[test]
fn a_portal_user_sets_one_up_and_signs_in_with_it() {
    if !authenticator() {
        return;
    }
    let shop = Shop::new();
    let zoe = shop.approved("Zoë", "O'Brien", "zoe@acme.example");
    let password = ["user", "password", &zoe, "--password-stdin", "--no-must-change"];
    shop.by_with("anna", &password, PASSWORD).done();
    shop.by("anna", &["user", "factor", &zoe, "authenticator-app"]).done();
    let portal = |args: &[&str], stdin: &str| {
        let args = [&["portal"], args, &["--login", "zoe@acme.example", "--json"]].concat();
        shop.run_with(&args, stdin)
    };
    let with = |code: &str| format!("{PASSWORD}\n{code}\n");
    let asked = portal(&["sign-in", "--password-stdin"], PASSWORD);
    assert_eq!((asked.status, asked.json()["outcome"].as_str()), (1, Some("second-factor")));
    assert_asks(&asked.error(), "portal enrol");

    let begun = portal(&["enrol", "--password-stdin"], PASSWORD).done().json();
    assert_eq!(begun["user_id"].as_str(), Some(zoe.as_str()));
    let key = begun["key"].as_str().unwrap();
    let confirm = ["enrol", "--confirm", "--password-stdin", "--code-stdin"];
    let wrong = portal(&confirm, &with("12345")).refused();
    assert_eq!((wrong.code.as_str(), wrong.field.as_str()), ("second_factor", "code"));
    let done = portal(&confirm, &with(&code(key, 0))).done().json();
    let recovery = strings(&done["recovery_codes"]);

    let asked = portal(&["sign-in", "--password-stdin"], PASSWORD);
    assert_eq!(asked.json()["outcome"].as_str(), Some("second-factor"));
    assert_asks(&asked.error(), "asked for");
    let sign_in = ["sign-in", "--password-stdin", "--code-stdin"];
    let next = code(key, 1);
    assert_eq!(portal(&sign_in, &with(&next)).done().json()["outcome"], "ok");
    let used = portal(&sign_in, &with(&next));
    assert_eq!((used.status, used.json()["outcome"].as_str()), (1, Some("refused")));
    let change = ["change-password", "--passwords-stdin"];
    let two = format!("{PASSWORD}\nvivid-ox\n");
    assert_asks(&portal(&change, &two).refused(), "asked for");
    let three = format!("{two}{}\n", recovery[0]);
    portal(&[&change[..], &["--code-stdin"]].concat(), &three).done();
    let renew = ["recovery-codes", "--password-stdin", "--code-stdin"];
    let renewed = portal(&renew, &format!("vivid-ox\n{}\n", recovery[1])).done().json();
    assert_eq!(renewed["recovery_codes"].as_array().unwrap().len(), 10);
    let short = portal(&sign_in, "vivid-ox\n").refused();
    assert!(short.message.contains("two lines, the password and the code"), "{short:?}");
}

#[test]
fn the_key_lies_outside_the_store_and_is_missed() {
    if !authenticator() {
        return;
    }
    let shop = Shop::new();
    let (key, recovery) = shop.enrol("anna");
    let seed = totp_rs::Secret::try_from_base32(key.replace(' ', "")).unwrap();
    let mut dirs = vec![shop.data_dir()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let holds = |what: &[u8]| bytes.windows(what.len()).any(|it| it == what);
            let clear = holds(seed.as_bytes()) || holds(recovery[0].as_bytes());
            assert!(!clear, "{} holds it in clear", path.display());
        }
    }

    let (there, away) = (shop.key_file(), shop.path("away.key"));
    fs::rename(&there, &away).unwrap();
    let missing = shop.with_code("anna", &LIST, &code(&key, 1)).refused();
    assert!(missing.message.contains("key file of Portal Desk is missing"), "{missing:?}");
    let log = shop.log();
    assert!(log.contains(&format!("The key file {} is missing", there.display())), "{log}");
    shop.with_code("anna", &LIST, &recovery[1]).done();
    let enrol = ["staff", "enrol", "--json"];
    let refused = shop.by("root", &enrol).refused();
    let needed = "is missing, and the second factor of anna is sealed under it";
    assert!(refused.message.contains(needed) && !there.exists(), "{refused:?}");
    let name = there.display().to_string();
    shop.file(&name, format!("portaldesk-key-1:{}\n", "07".repeat(32)), 0o600);
    let other = shop.with_code("anna", &LIST, &code(&key, 1)).refused();
    assert!(other.message.contains("another than before"), "{other:?}");
    let refused = shop.by("root", &enrol).refused();
    assert!(refused.message.contains("is not the one that the second factor of anna"));
    fs::rename(&away, &there).unwrap();
    shop.with_code("anna", &LIST, &code(&key, 1)).done();

    fs::remove_file(&there).unwrap();
    shop.by("root", &["user", "reset-factor", "anna"]).done();
    shop.by("root", &enrol).done();
    assert!(there.exists(), "nobody needs the old one: a new one is made");
}

/// The key of a store elsewhere lies beside it, and the configuration may say where.
#[test]
fn the_key_of_another_store_lies_beside_it() {
    let shop = Shop::empty();
    let store = shop.path("elsewhere/store");
    let init = ["init", "--admin", "root", "--password-stdin", "--data-dir"];
    shop.run_with(&[&init[..], &[store.to_str().unwrap()]].concat(), PASSWORD).done();
    let enrol = ["staff", "enrol", "--json", "--data-dir", store.to_str().unwrap()];
    shop.by("root", &enrol).done();
    assert_eq!(mode(&shop.path("elsewhere/store.keys")), 0o700);
    assert_eq!(mode(&shop.path("elsewhere/store.keys/secrets.key")), 0o600);
    assert!(!shop.path(".config").exists(), "nothing at the platform's place");

    let place = shop.path("safe/desk.key");
    let text = format!("[secrets]\nkey_file = \"{}\"\n", place.display());
    let config = shop.file("desk.toml", text, 0o600);
    let configured = [&enrol[..], &["--config", &config]].concat();
    shop.by("root", &configured).done();
    assert_eq!(mode(&place), 0o600);
    fs::set_permissions(&place, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let open = shop.by("root", &configured).refused();
    let says = format!("The key file {} can be read by others (mode 644", place.display());
    assert!(open.message.starts_with(&says) && open.message.contains("chmod 600"), "{open:?}");
}
