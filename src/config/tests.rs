//! What the configuration file is read as, and what is said of a wrong one.

use toml::de::{DeTable, DeValue};

use super::keys::KEYS;
use super::*;

const EXAMPLE: &str = include_str!("../../config.example.toml");

fn read(text: &str) -> Result<Config, String> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("config.toml");
    std::fs::write(&file, text).unwrap();
    let strip = format!("{}, ", file.display());
    load(&file).map_err(|error| error.to_string().replace(&strip, ""))
}

/// The example with the lines that are behind a # for having no fixed default.
fn example_in_full() -> String {
    let is_key =
        |line: &str| KEYS.iter().any(|key| line.starts_with(&format!("# {} = ", key.name)));
    let bare = |line: &str| line.strip_prefix("# ").unwrap_or(line).to_owned();
    // Two keys exclude each other.
    let lines = EXAMPLE.lines().filter(|line| !line.contains("password_file = "));
    let lines = lines.map(|line| if is_key(line) { bare(line) } else { line.into() });
    lines.collect::<Vec<String>>().join("\n")
}

#[test]
fn the_example_holds_the_defaults() {
    assert_eq!(read(EXAMPLE), Ok(Config::default()));
    assert_eq!(read(""), Ok(Config::default()));
}

#[test]
fn the_example_holds_every_key_and_takes_it() {
    let text = example_in_full();
    let table = DeTable::parse(&text).unwrap().into_inner();
    for key in &KEYS {
        let found = match key.section {
            "" => table.contains_key(key.name),
            "mail" if key.name == "password_file" => EXAMPLE.contains("\n# password_file = \""),
            section => table.get(section).is_some_and(|inner| match inner.get_ref() {
                DeValue::Table(inner) => inner.contains_key(key.name),
                _ => false,
            }),
        };
        assert!(found, "config.example.toml does not explain {}", key.name);
    }
    let config = read(&text).unwrap();
    assert_eq!(config.data_dir, Some(PathBuf::from("/srv/portaldesk")));
    assert_eq!(config.portal.site.as_deref(), Some("main"));
    let key_file = PathBuf::from("/etc/portaldesk/secrets.key");
    assert_eq!(config.secrets.key_file, Some(key_file));
    let mail = &config.mail;
    assert_eq!(mail.server.as_deref(), Some("mail.portal.example"));
    assert_eq!(mail.password, Some(Password::Credential("mail-password".into())));
    assert_eq!(
        mail.from,
        Some(Sender { name: Some("Portal Desk".into()), address: "desk@portal.example".into() })
    );
    assert_eq!(config.portal.address_at("south"), Some("https://portal.example"));
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_the_way_out() {
    for (text, sentence) in [
        (
            "\n[console]\nasci = true",
            "line 3: there is no key console.asci; console.ascii is meant, perhaps.",
        ),
        ("ascii = true", "line 1: there is no key ascii; console.ascii is meant, perhaps."),
        (
            "[portal]\nfavourite = 1",
            "line 2: there is no key portal.favourite; there are site, address, addresses.",
        ),
        ("[consol]\nascii = true", "line 1: there is no key consol; console is meant, perhaps."),
        ("[log]\nkeep_days = 0", "line 2: log.keep_days takes a whole number from 1 to 3650."),
        (
            "[console]\nidle_lock_minutes = 0",
            "line 2: console.idle_lock_minutes takes a whole number from 1 to 120.",
        ),
        ("[console]\nascii = \"on\"", "line 2: console.ascii takes true or false."),
        (
            "[secrets]\nkey_file = \"key\"",
            "line 2: secrets.key_file takes an absolute path in quotes.",
        ),
        ("data_dir = \"here\"", "line 1: data_dir takes an absolute path in quotes."),
        (
            "[log]\nlevel = \"loud\"",
            "line 2: log.level takes \"error\", \"warn\", \"info\", \"debug\" or \"trace\".",
        ),
        ("console = 5", "line 1: console is a section; begin it with a line [console]."),
    ] {
        assert_eq!(read(text), Err(sentence.to_owned()), "{text}");
    }
    let broken = read("[console]\nascii = = true").unwrap_err();
    assert!(broken.starts_with("line 2: this is no TOML ("), "{broken}");
}

#[test]
fn what_does_not_go_together_is_said_with_its_line() {
    let two = "mail.password_credential and mail.password_file are two passwords; leave one out.";
    for (text, sentence) in [
        (
            "[mail]\nserver = \"mail.example\"\nsecurity = \"none\"",
            "line 3: mail.security can be \"none\" only for a mail server on this computer (localhost, 127.0.0.1 or ::1), and mail.server is mail.example; make it \"starttls\" or \"tls\"."
                .to_owned(),
        ),
        (
            "[mail]\nuser = \"desk\"",
            "line 2: mail.user needs a password: name the file that holds it as mail.password_file, or a systemd credential as mail.password_credential."
                .to_owned(),
        ),
        (
            "[mail]\nfrom = \"a@b.example\"\npassword_file = \"/etc/it\"",
            "line 3: a password needs a name to sign in with: set mail.user too, or leave the password out."
                .to_owned(),
        ),
        (
            "[mail]\nuser = \"desk\"\npassword_file = \"/etc/it\"\npassword_credential = \"it\"",
            format!("line 4: {two}"),
        ),
    ] {
        assert_eq!(read(text), Err(sentence), "{text}");
    }
    for server in ["localhost", "127.0.0.1", "127.8.8.8", "::1"] {
        let text = format!("[mail]\nsecurity = \"none\"\nserver = \"{server}\"");
        assert_eq!(read(&text).unwrap().mail.port(), 25, "{server}");
    }
}

#[test]
fn the_keys_of_mail_take_what_can_be_right() {
    let address = "an address such as \"https://portal.example\", without ? or # (http:// only for this computer itself)";
    for (section, line, takes) in [
        (
            "mail",
            "server = \"mail.example:25\"",
            "the name or IP address of a mail server in quotes, without its port",
        ),
        (
            "mail",
            "server = \"a..b\"",
            "the name or IP address of a mail server in quotes, without its port",
        ),
        ("mail", "port = 0", "a whole number from 1 to 65535"),
        ("mail", "port = 70000", "a whole number from 1 to 65535"),
        ("mail", "security = \"ssl\"", "\"starttls\", \"tls\" or \"none\""),
        ("mail", "password_file = \"it\"", "an absolute path in quotes"),
        ("mail", "password_credential = \"../it\"", "the name of a systemd credential in quotes"),
        ("mail", "from = \"Desk\"", "an address such as \"Portal Desk <desk@portal.example>\""),
        (
            "mail",
            "from = \"Desk\\r\\nBcc: x@y.example <a@b.example>\"",
            "an address such as \"Portal Desk <desk@portal.example>\"",
        ),
        (
            "mail",
            "from = \"zoë@portal.example\"",
            "an address such as \"Portal Desk <desk@portal.example>\"",
        ),
        ("mail", "per_hour = 0", "a whole number from 1 to 1000000"),
        ("invitations", "valid_hours = 721", "a whole number from 1 to 720"),
        ("invitations", "credentials = \"link\"", "\"temporary-password\" or \"activation-link\""),
        ("portal", "address = \"portal.example\"", address),
        ("portal", "address = \"http://portal.example\"", address),
        ("portal", "address = \"https://a@portal.example\"", address),
        ("portal", "address = \"https://portal.example/#a\"", address),
        ("portal", "address = \"https://portal.example:x\"", address),
        ("portal.addresses", "north = \"ftp://portal.example\"", address),
    ] {
        let key = line.split(' ').next().unwrap();
        let sentence = format!("line 2: {section}.{key} takes {takes}.");
        assert_eq!(read(&format!("[{section}]\n{line}")), Err(sentence), "{line}");
    }
}

#[test]
fn the_portal_has_an_address_at_each_site() {
    let config = read(concat!(
        "[portal]\naddress = \"https://portal.example/\"\n",
        "[portal.addresses]\nNorth = \"https://north.example:8443/shop/\"\nhere = \"http://localhost:8080\"",
    ));
    let portal = config.unwrap().portal;
    assert_eq!(portal.address_at("main"), Some("https://portal.example"));
    assert_eq!(portal.address_at("NORTH"), Some("https://north.example:8443/shop"));
    assert_eq!(portal.address_at("here"), Some("http://localhost:8080"));
    assert_eq!(Portal::default().address_at("main"), None);
    let wrong = read("[portal]\naddresses = 5").unwrap_err();
    assert_eq!(
        wrong,
        "line 2: portal.addresses is a section; begin it with a line [portal.addresses]."
    );
}

#[test]
fn values_are_taken_over() {
    let config =
        read("[console]\nascii = true\nabsolute_hours = 24\n[log]\nlevel = \"debug\"").unwrap();
    assert!(config.console.ascii);
    assert_eq!((config.console.absolute_hours, config.log.level), (24, Level::Debug));
}

#[test]
fn a_file_that_can_not_be_read_is_said_with_the_way_out() {
    let missing = load(Path::new("/nowhere/config.toml")).unwrap_err().to_string();
    assert_eq!(
        missing,
        "/nowhere/config.toml can't be read: there is no such file; name the right one with --config."
    );
    let denied = unreadable(Path::new("a"), &io::Error::from_raw_os_error(13)).to_string();
    assert!(denied.contains("permission denied; mend its permissions, or"), "{denied}");
    let dir = tempfile::tempdir().unwrap();
    let place = load(dir.path()).unwrap_err().to_string();
    assert!(place.ends_with("is a directory; give another with --config."), "{place}");
    let file = dir.path().join("latin.toml");
    std::fs::write(&file, b"# gr\xfcn\n").unwrap();
    let latin = load(&file).unwrap_err().to_string();
    assert!(latin.ends_with("it is no UTF-8 text; save it as UTF-8."), "{latin}");
}
