//! Fields: what each takes, and the sentence when it can't.

use chrono::NaiveDate;

use super::fold;
use super::problem::{Code, Problem};
use super::text::{Text, is_invisible};
use super::user::PORTAL_SUFFIX;

/// A field of a form or a column of a file: its name in code, on screen, and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its snake_case name, as in JSON.
    pub name: &'static str,
    /// Its words on the screen.
    pub label: &'static str,
    /// The most characters that it takes.
    pub max: usize,
}

/// First name.
pub const FIRST: Field = Field { name: "first", label: "First Name", max: 100 };
/// Last name.
pub const LAST: Field = Field { name: "last", label: "Last Name", max: 100 };
/// Email: 254 octets is the longest that SMTP carries (RFC 5321 §4.5.3.1.3 less the brackets).
pub const EMAIL: Field = Field { name: "email", label: "Email", max: 254 };
/// Phone.
pub const PHONE: Field = Field { name: "phone", label: "Phone", max: 50 };
/// Company, in the visitor's words.
pub const COMPANY_NAME: Field = Field { name: "company_name", label: "Company Name", max: 200 };
/// Login name.
pub const LOGIN: Field = Field { name: "login_name", label: "Login Name", max: 254 };
/// Customer number or partner ID.
pub const COMPANY_CODE: Field = Field { name: "code", label: "Company code", max: 40 };
/// The city of a company.
pub const CITY: Field = Field { name: "city", label: "City", max: 100 };
/// The country of a company.
pub const COUNTRY: Field = Field { name: "country", label: "Country", max: 100 };
/// A company's own website.
pub const COMPANY_WEBSITE: Field = Field { name: "website", label: "Website", max: 200 };
/// A contract's number within its company.
pub const CONTRACT_NUMBER: Field = Field { name: "number", label: "Contract number", max: 40 };
/// The code of the organization config that a contract names.
pub const CONFIG_CODE: Field =
    Field { name: "config_code", label: "Organization config code", max: 40 };
/// The name of that organization config.
pub const CONFIG_NAME: Field =
    Field { name: "config_name", label: "Organization config name", max: 100 };
/// The first day of a contract.
pub const START: Field = Field { name: "start", label: "Start", max: 10 };
/// The last day of a contract.
pub const END: Field = Field { name: "end", label: "End", max: 10 };
/// Why a request is turned down.
pub const REASON: Field = Field { name: "reason", label: "Reason", max: 1_000 };
/// A site's short name.
pub const SITE_CODE: Field = Field { name: "site", label: "Site", max: 40 };
/// A site's short name in its own form.
pub const NEW_SITE_CODE: Field = Field { name: "code", label: "Code", max: 40 };
/// A site's name, as people read it.
pub const SITE_NAME: Field = Field { name: "name", label: "Name", max: 100 };
/// A site group's short name.
pub const GROUP_CODE: Field = Field { name: "code", label: "Code", max: 40 };
/// The name of a portal role.
pub const ROLE_NAME: Field = Field { name: "name", label: "Name", max: 60 };
/// What a portal role is for.
pub const ROLE_DESCRIPTION: Field = Field { name: "description", label: "Description", max: 200 };
/// A site's address.
pub const WEBSITE: Field = Field { name: "website", label: "Portal address", max: 200 };

/// Reads a text that may be empty; the result is trimmed, `None` when nothing is left.
///
/// # Errors
/// When it is too long or holds control characters.
pub fn optional(field: Field, raw: &str) -> Result<Option<Text>, Problem> {
    let text = raw.trim();
    if let Some(c) = text.chars().find(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Err(Problem::field(
            Code::Malformed,
            field.name,
            format!(
                "{} holds the control character U+{:04X}; type it again without it.",
                field.label,
                u32::from(c)
            ),
        ));
    }
    let length = text.chars().count();
    if length > field.max {
        return Err(Problem::field(
            Code::TooLong,
            field.name,
            format!("{} has {length} characters; it takes {} at most.", field.label, field.max),
        ));
    }
    Ok((!text.is_empty()).then(|| Text::from(text)))
}

/// Reads a text that must not be empty.
///
/// # Errors
/// As [`optional`], and when nothing is left after trimming.
pub fn required(field: Field, raw: &str) -> Result<Text, Problem> {
    optional(field, raw)?.ok_or_else(|| missing(field))
}

/// The refusal of an empty field.
pub fn missing(field: Field) -> Problem {
    Problem::field(Code::Missing, field.name, format!("{} is missing; fill it in.", field.label))
}

/// Refuses what takes no cell or reorders its neighbours, where two accounts are told apart.
///
/// Names are not held to it: scripts need some of these characters, and names are shown with
/// the others made visible.
fn expect_visible(field: Field, text: &str) -> Result<(), Problem> {
    match text.chars().find(|c| is_invisible(*c)) {
        None => Ok(()),
        Some(c) => Err(Problem::field(
            Code::Malformed,
            field.name,
            format!(
                "{} holds the invisible character U+{:04X}; type it again without it.",
                field.label,
                u32::from(c)
            ),
        )),
    }
}

/// Reads a short name that must be there and that people type to say which one they mean.
///
/// # Errors
/// As [`required`], and when it holds a character that nobody sees.
pub fn short_name(field: Field, raw: &str) -> Result<Text, Problem> {
    let text = required(field, raw)?;
    expect_visible(field, text.raw())?;
    Ok(text)
}

/// Reads an email that must be there.
///
/// # Errors
/// As [`required`], and when it can't be an address.
pub fn email(raw: &str) -> Result<Text, Problem> {
    optional_email(raw)?.ok_or_else(|| missing(EMAIL))
}

/// Reads an email that may be empty.
///
/// # Errors
/// As [`optional`], and when it can't be an address or holds a character that nobody sees.
pub fn optional_email(raw: &str) -> Result<Option<Text>, Problem> {
    let Some(text) = optional(EMAIL, raw)? else { return Ok(None) };
    expect_visible(EMAIL, text.raw())?;
    if looks_like_email(text.raw()) {
        return Ok(Some(text));
    }
    Err(Problem::field(
        Code::Malformed,
        EMAIL.name,
        format!("Email “{text}” is no address; it needs the form name@company.example."),
    ))
}

/// Reads the address of a website that may be empty: `https://`, `http://` or neither, then
/// a host with a dot in it.
///
/// # Errors
/// As [`optional`], and when it can't be such an address or holds a character that nobody sees.
pub fn optional_website(field: Field, raw: &str) -> Result<Option<Text>, Problem> {
    let Some(text) = optional(field, raw)? else { return Ok(None) };
    expect_visible(field, text.raw())?;
    let after = |scheme: &str| {
        let head = text.raw().get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then(|| &text.raw()[scheme.len()..])
    };
    let rest = after("https://").or_else(|| after("http://")).unwrap_or(text.raw());
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let is_host = host.contains('.') && host.split('.').all(|label| !label.is_empty());
    if is_host && !rest.contains("://") && !rest.contains(char::is_whitespace) {
        return Ok(Some(text));
    }
    Err(Problem::field(
        Code::Malformed,
        field.name,
        format!(
            "{} “{text}” is no address; it needs the form https://www.company.example.",
            field.label
        ),
    ))
}

/// Reads a day that may be empty.
///
/// # Errors
/// When it is none of the form 2026-06-29.
pub fn optional_day(field: Field, raw: &str) -> Result<Option<NaiveDate>, Problem> {
    let text = raw.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let is_long = text.len() == field.max;
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| is_long);
    day.map(Some).ok_or_else(|| {
        Problem::field(
            Code::Malformed,
            field.name,
            format!("{} “{}” is no day; write it as 2026-06-29.", field.label, Text::from(text)),
        )
    })
}

/// Whether `text` is shaped like an address: dot-atoms, one `@`, a domain of labels.
///
/// Letters outside ASCII are taken on both sides (RFC 6531); quoted local parts and
/// address literals, which no visitor types, are not.
fn looks_like_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let atom = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| {
                c.is_alphanumeric()
                    || (!c.is_ascii() && !c.is_whitespace())
                    || "!#$%&'*+-/=?^_`{|}~".contains(c)
            })
    };
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_alphanumeric() || c == '-' || super::text::is_mark(c))
    };
    local.len() <= 64
        && local.split('.').all(atom)
        && domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(label)
        // No domain ends in `.p`, and such an email would be taken for a User ID.
        && !ends_like_user_id(domain)
}

/// Whether a phone can be read as one to dial: 5 to 15 digits (E.164) between `+ ( ) - . /` and
/// spaces, and an extension after `x`, `ext` or `#`.
pub fn is_dialable(phone: &str) -> bool {
    let lower = phone.trim().to_lowercase();
    let (number, extension) = match lower.find(['x', 'e', '#']) {
        Some(at) => {
            let rest = lower[at..].trim_start_matches("ext").trim_start_matches(['x', '#', '.']);
            (&lower[..at], Some(rest.trim()))
        }
        None => (lower.as_str(), None),
    };
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let marks = number.char_indices().all(|(at, c)| {
        c.is_ascii_digit()
            || " ()-./\u{a0}".contains(c)
            || (c == '+' && number[..at].trim().is_empty())
    });
    let extended = extension
        .is_none_or(|it| (1..=8).contains(&it.len()) && it.chars().all(|c| c.is_ascii_digit()));
    (5..=15).contains(&digits) && marks && extended
}

/// Reads a portal user's login; every `.P` typed at its end is taken off.
///
/// # Errors
/// As [`required`], when it holds a character that no login has, and when it still reads as
/// ending in `.P` once folded (`kim.ｐ`): a login and a User ID must never be the same.
pub fn portal_login(raw: &str) -> Result<Text, Problem> {
    let mut login = raw.trim();
    while strip_portal_suffix(login) != login {
        login = strip_portal_suffix(login);
    }
    login_without_suffix(login)
}

/// Reads a staff login.
///
/// # Errors
/// As [`portal_login`], and when it ends in `.P`, the mark of portal users.
pub fn staff_login(raw: &str) -> Result<Text, Problem> {
    login_without_suffix(raw)
}

fn login_without_suffix(raw: &str) -> Result<Text, Problem> {
    let text = login_text(raw)?;
    if ends_like_user_id(text.raw()) {
        return Err(Problem::field(
            Code::Malformed,
            LOGIN.name,
            format!(
                "“{text}” ends in {PORTAL_SUFFIX}, which marks portal users; choose another login."
            ),
        ));
    }
    Ok(text)
}

fn login_text(raw: &str) -> Result<Text, Problem> {
    let text = required(LOGIN, raw)?;
    expect_visible(LOGIN, text.raw())?;
    let odd = text.raw().chars().find(|c| !(c.is_alphanumeric() || "._-+@'".contains(*c)));
    match odd {
        None => Ok(text),
        Some(c) => Err(Problem::field(
            Code::Malformed,
            LOGIN.name,
            format!(
                "Login “{text}” holds “{}”; letters, digits and . _ - + @ make a login.",
                Text::new(c.to_string())
            ),
        )),
    }
}

/// Whether a sign-in name, as it is compared, ends like the User ID of a portal user.
pub fn ends_like_user_id(name: &str) -> bool {
    fold::identity(name).ends_with(&fold::identity(PORTAL_SUFFIX))
}

/// `jo.P` → `jo`, in either case; anything else as it is.
pub fn strip_portal_suffix(login: &str) -> &str {
    let cut = login.len().saturating_sub(PORTAL_SUFFIX.len());
    match login.get(cut..) {
        Some(tail) if cut > 0 && tail.eq_ignore_ascii_case(PORTAL_SUFFIX) => &login[..cut],
        _ => login,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in
            ["a@b.example", "o'brien+x@acme.example", "山田@例え.テスト", "user0@c1129.example.org"]
        {
            assert_eq!(email(good).unwrap().raw(), good);
        }
        for bad in [
            "a",
            "a@b",
            "@b.example",
            "a@",
            "a b@c.example",
            "a..b@c.example",
            "a@-b.example",
            "a@b..example",
            "a@b.P",
        ] {
            let problem = email(bad).unwrap_err();
            assert_eq!((problem.code, problem.field), (Code::Malformed, Some("email")), "{bad}");
        }
        assert_eq!(email(" ").unwrap_err().code, Code::Missing);
    }

    #[test]
    fn control_characters_and_length_are_refused() {
        assert_eq!(required(FIRST, "a\u{7}b").unwrap_err().code, Code::Malformed);
        assert!(required(FIRST, "a\u{7}b").unwrap_err().message.contains("U+0007"));
        assert_eq!(required(FIRST, &"x".repeat(101)).unwrap_err().code, Code::TooLong);
        assert_eq!(required(FIRST, " Zoë ").unwrap().raw(), "Zoë");
    }

    #[test]
    fn invisible_characters_are_refused_where_accounts_are_told_apart() {
        for c in ['\u{200b}', '\u{202e}', '\u{200d}', '\u{fe0f}', '\u{34f}', '\u{3164}', '\u{feff}']
        {
            let code = format!("U+{:04X}", u32::from(c));
            for problem in [
                email(&format!("a{c}b@acme.example")).unwrap_err(),
                email(&format!("ab@ac{c}me.example")).unwrap_err(),
                portal_login(&format!("a{c}b")).unwrap_err(),
                staff_login(&format!("a{c}b")).unwrap_err(),
            ] {
                assert_eq!(problem.code, Code::Malformed);
                assert!(problem.message.contains(&code), "{}", problem.message);
            }
            assert!(required(FIRST, &format!("a{c}b")).is_ok(), "a name is shown with it");
        }
    }

    #[test]
    fn phones_that_can_be_dialled() {
        for fine in
            ["+44 20 7946 0018", "001-581-896-0013x3890", "(0711) 123/45 ext. 12", "0123456789"]
        {
            assert!(is_dialable(fine), "{fine}");
        }
        for odd in
            ["call me", "12", "++44 20 7946", "1234567890123456", "0711 123 x", "044 12+34 5"]
        {
            assert!(!is_dialable(odd), "{odd}");
        }
    }

    #[test]
    fn websites_and_days() {
        let website = |raw| optional_website(COMPANY_WEBSITE, raw);
        for good in
            ["https://www.c1.example.net", "HTTP://acme.example/de?x=1", "acme.example:8080"]
        {
            assert_eq!(website(good).unwrap().unwrap().raw(), good);
        }
        for bad in
            ["acme", "ftp://acme.example", "https://", "https://a b.example", ".example", "a..b"]
        {
            let problem = website(bad).unwrap_err();
            assert_eq!((problem.code, problem.field), (Code::Malformed, Some("website")), "{bad}");
        }
        assert_eq!(website(" "), Ok(None));
        assert!(website("https://acme\u{202e}.example").unwrap_err().message.contains("U+202E"));
        assert_eq!(optional_day(END, " 2024-02-29 "), Ok(NaiveDate::from_ymd_opt(2024, 2, 29)));
        assert_eq!(optional_day(END, ""), Ok(None));
        for bad in ["2023-02-29", "29.2.2024", "2024-2-9", "24-02-29", "2024-02-29x", "soon"] {
            let problem = optional_day(START, bad).unwrap_err();
            assert_eq!((problem.code, problem.field), (Code::Malformed, Some("start")), "{bad}");
            assert!(problem.message.contains("write it as 2026-06-29"), "{}", problem.message);
        }
    }

    #[test]
    fn logins_and_their_suffix() {
        assert_eq!(portal_login("zoe.obrien.p").unwrap().raw(), "zoe.obrien");
        assert_eq!(portal_login("zo.P.p.P").unwrap().raw(), "zo");
        for odd in [".P", "kim.ｐ"] {
            assert_eq!(portal_login(odd).unwrap_err().code, Code::Malformed, "{odd}");
            assert_eq!(staff_login(odd).unwrap_err().code, Code::Malformed, "{odd}");
        }
        assert_eq!(staff_login("anna").unwrap().raw(), "anna");
        assert_eq!(staff_login("anna.P").unwrap_err().code, Code::Malformed);
        assert_eq!(portal_login("a b").unwrap_err().code, Code::Malformed);
    }
}
