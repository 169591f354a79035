//! Who is this? Ranks the contacts that a request may belong to.

use serde::Serialize;

use super::contact::Contact;
use super::fold;
use super::request::PortalRequest;
use super::validate::ends_like_user_id;

/// Why a contact is likely, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The email is the same.
    SameEmail,
    /// The name is the same, and the email is of the same domain.
    SameNameAndDomain,
    /// The email is of the same domain, and not a public mailbox.
    SameDomain,
    /// The name is the same.
    SameName,
}

impl Likeness {
    /// The words on the screen.
    pub const fn words(self) -> &'static str {
        match self {
            Self::SameEmail => "same email",
            Self::SameNameAndDomain => "same name and domain",
            Self::SameDomain => "same domain",
            Self::SameName => "same name",
        }
    }
}

/// Mailbox providers: a shared domain there says nothing about the company.
const PUBLIC_MAILBOXES: [&str; 24] = [
    "aol.com",
    "free.fr",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "live.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "orange.fr",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "web.de",
    "wp.pl",
    "yahoo.com",
    "yandex.ru",
];

/// The folded domain of an email; `None` for what has no `@`.
pub fn domain_of(email: &str) -> Option<String> {
    email.rsplit_once('@').map(|(_, domain)| fold::identity(domain)).filter(|d| !d.is_empty())
}

/// Whether anybody can have a mailbox at that domain.
pub fn is_public_mailbox(domain: &str) -> bool {
    PUBLIC_MAILBOXES.contains(&domain)
}

/// How `contact` may be the person of `request`, if at all.
pub fn likeness(request: &PortalRequest, contact: &Contact) -> Option<Likeness> {
    let wanted = fold::identity(request.email.raw());
    let theirs = contact.email.as_ref().map(|e| fold::identity(e.raw()));
    if theirs.as_deref() == Some(wanted.as_str()) {
        return Some(Likeness::SameEmail);
    }
    let domain = domain_of(&wanted).filter(|d| !is_public_mailbox(d));
    let same_domain = domain.is_some() && theirs.as_deref().and_then(domain_of) == domain;
    let same_name = fold::search(request.label().raw()) == fold::search(contact.label().raw());
    match (same_name, same_domain) {
        (true, true) => Some(Likeness::SameNameAndDomain),
        (false, true) => Some(Likeness::SameDomain),
        (true, false) => Some(Likeness::SameName),
        (false, false) => None,
    }
}

/// The login suggested for a person: `first.last` in ASCII, else what the email begins with.
///
/// `user` when neither has a letter that can be written in ASCII.
pub fn suggested_login(first: &str, last: &str, email: &str) -> String {
    let parts: Vec<String> =
        [first, last].into_iter().map(fold::ascii_word).filter(|word| !word.is_empty()).collect();
    if !parts.is_empty() {
        let login = parts.join(".");
        // `kim.p` would be the User ID of whoever has the login `kim`.
        return if ends_like_user_id(&login) { parts.concat() } else { login };
    }
    let local = email.split('@').next().map(fold::ascii_word).unwrap_or_default();
    if local.is_empty() { String::from("user") } else { local }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{ContactId, RequestId, SiteId};
    use crate::domain::request::RequestStatus;
    use crate::domain::text::Text;
    use crate::domain::time::Timestamp;

    fn request(name: (&str, &str), email: &str) -> PortalRequest {
        PortalRequest {
            id: RequestId(1),
            first: name.0.into(),
            last: name.1.into(),
            email: email.into(),
            phone: Text::default(),
            company_name: "Acme".into(),
            site: SiteId(1),
            submitted_at: Timestamp::from_millis(0),
            status: RequestStatus::New,
            contact: None,
            user: None,
            reject_reason: None,
            handled_by: None,
            import_key: None,
        }
    }

    fn contact(first: &str, last: &str, email: &str) -> Contact {
        Contact {
            id: ContactId(1),
            first: Some(first.into()),
            last: Some(last.into()),
            email: Some(email.into()),
            phone: None,
            company: None,
            external_id: None,
        }
    }

    #[test]
    fn likeness_is_ranked() {
        let it = request(("Zoë", "O'Brien"), "zoe@acme.example");
        for (other, expected) in [
            (contact("Z", "B", "ZOE@acme.example"), Some(Likeness::SameEmail)),
            (contact("zoe", "o'brien", "x@acme.example"), Some(Likeness::SameNameAndDomain)),
            (contact("Joe", "B", "joe@acme.example"), Some(Likeness::SameDomain)),
            (contact("ZOE", "O'BRIEN", "z@bolt.example"), Some(Likeness::SameName)),
            (contact("Joe", "B", "joe@bolt.example"), None),
        ] {
            assert_eq!(likeness(&it, &other), expected, "{other:?}");
        }
        let public = request(("A", "B"), "a@gmail.com");
        assert_eq!(likeness(&public, &contact("C", "D", "c@gmail.com")), None);
    }

    #[test]
    fn logins_are_suggested_in_ascii() {
        assert_eq!(suggested_login("Zoë", "O'Brien", ""), "zoe.obrien");
        assert_eq!(suggested_login("", "Gustavsson", ""), "gustavsson");
        assert_eq!(suggested_login("", "", "k.lee@acme.example"), "klee");
        assert_eq!(suggested_login("", "", ""), "user");
        assert_eq!(suggested_login("Kim", "P", ""), "kimp");
    }
}
