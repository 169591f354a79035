//! Portal requests: what a visitor sends with **New User?** ▸ **Submit**, and its way to a user.
//!
//! New –save with contact→ Resolved –approve→ Processed. Resolved –unlink→ New.
//! New or Resolved –reject→ Rejected –reopen→ New. Everything else is refused here.

use serde::{Deserialize, Serialize};

use super::id::{ContactId, RequestId, SiteId, UserId};
use super::problem::{Code, Problem};
use super::text::Text;
use super::time::Timestamp;

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RequestStatus {
    /// Nobody has linked a contact yet.
    New,
    /// A contact is linked; it waits for approval.
    Resolved,
    /// Approved: the user exists. Final.
    Processed,
    /// Turned down, with a reason.
    Rejected,
}

impl RequestStatus {
    /// Every status, in the order of a request's life.
    pub const ALL: [Self; 4] = [Self::New, Self::Resolved, Self::Processed, Self::Rejected];

    /// The word on the screen.
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Resolved => "Resolved",
            Self::Processed => "Processed",
            Self::Rejected => "Rejected",
        }
    }

    /// The status of that name, in any case.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.word().eq_ignore_ascii_case(text.trim()))
    }

    /// Whether somebody still has to do something about it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Resolved)
    }
}

/// What a visitor asked for, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalRequest {
    /// Its identity.
    pub id: RequestId,
    /// First name, as typed by the visitor.
    pub first: Text,
    /// Last name.
    pub last: Text,
    /// Email.
    pub email: Text,
    /// Phone.
    pub phone: Text,
    /// The company, in the visitor's words.
    pub company_name: Text,
    /// The site at which it was submitted.
    pub site: SiteId,
    /// When it was submitted.
    pub submitted_at: Timestamp,
    /// Where it stands.
    pub status: RequestStatus,
    /// The contact it was linked to.
    pub contact: Option<ContactId>,
    /// The portal user it became.
    pub user: Option<UserId>,
    /// Why it was turned down.
    pub reject_reason: Option<Text>,
    /// Who approved or rejected it.
    pub handled_by: Option<UserId>,
    /// What an imported row is known by, so that a second import finds it; never changes.
    pub import_key: Option<String>,
}

impl PortalRequest {
    /// The visitor's name.
    pub fn label(&self) -> Text {
        super::contact::label(Some(&self.first), Some(&self.last))
            .unwrap_or_else(|| self.email.clone())
    }

    /// Links `contact`, or unlinks with `None`; the status follows.
    ///
    /// # Errors
    /// When the request is Processed or Rejected.
    pub fn set_contact(&mut self, contact: Option<ContactId>) -> Result<(), Problem> {
        self.expect_open("change the contact of")?;
        self.contact = contact;
        self.status = if contact.is_some() { RequestStatus::Resolved } else { RequestStatus::New };
        Ok(())
    }

    /// Checks that it can be approved, before anything is looked up for it.
    ///
    /// # Errors
    /// When no contact is linked, or it has been processed or rejected.
    pub fn expect_approvable(&self) -> Result<ContactId, Problem> {
        match (self.status, self.contact) {
            (RequestStatus::Resolved, Some(contact)) => Ok(contact),
            (RequestStatus::New | RequestStatus::Resolved, _) => Err(Problem::field(
                Code::ContactMissing,
                "contact",
                format!(
                    "{} needs a contact before it can be approved; link one or make one.",
                    self.id
                ),
            )),
            _ => Err(self.closed("approve")),
        }
    }

    /// Marks it approved.
    ///
    /// # Errors
    /// As [`PortalRequest::expect_approvable`].
    pub fn approve(&mut self, user: UserId, by: Option<UserId>) -> Result<(), Problem> {
        self.expect_approvable()?;
        self.status = RequestStatus::Processed;
        self.user = Some(user);
        self.handled_by = by;
        Ok(())
    }

    /// Turns it down.
    ///
    /// # Errors
    /// When the reason is empty, or it has been processed or rejected.
    pub fn reject(&mut self, reason: Text, by: Option<UserId>) -> Result<(), Problem> {
        self.expect_open("reject")?;
        if reason.is_blank() {
            return Err(Problem::field(
                Code::Missing,
                "reason",
                "A rejection needs a reason; say why, so that the next reader knows.",
            ));
        }
        self.status = RequestStatus::Rejected;
        self.reject_reason = Some(reason);
        self.handled_by = by;
        Ok(())
    }

    /// Takes a rejection back: the request is New again, without contact and reason.
    ///
    /// # Errors
    /// When it is not Rejected.
    pub fn reopen(&mut self) -> Result<(), Problem> {
        if self.status != RequestStatus::Rejected {
            return Err(Problem::whole(
                Code::WrongState,
                format!(
                    "{} is {}; only a rejected request can be reopened.",
                    self.id,
                    self.status.word()
                ),
            ));
        }
        self.status = RequestStatus::New;
        self.contact = None;
        self.reject_reason = None;
        self.handled_by = None;
        Ok(())
    }

    /// Checks that its fields may still be edited.
    ///
    /// # Errors
    /// When it has been processed or rejected.
    pub fn expect_open(&self, deed: &str) -> Result<(), Problem> {
        if self.status.is_open() { Ok(()) } else { Err(self.closed(deed)) }
    }

    fn closed(&self, deed: &str) -> Problem {
        let way_out = match self.status {
            RequestStatus::Rejected => "reopen it first",
            _ => "change the user it became instead",
        };
        Problem::whole(
            Code::WrongState,
            format!(
                "You can't {deed} {}: it is {} already; {way_out}.",
                self.id,
                self.status.word()
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(status: RequestStatus) -> PortalRequest {
        let linked = matches!(status, RequestStatus::Resolved | RequestStatus::Processed);
        PortalRequest {
            id: RequestId(7),
            first: "Zoë".into(),
            last: "O'Brien".into(),
            email: "zoe@acme.example".into(),
            phone: "+44 20 7946 0018".into(),
            company_name: "Acme".into(),
            site: SiteId(1),
            submitted_at: Timestamp::from_millis(0),
            status,
            contact: linked.then_some(ContactId(1)),
            user: (status == RequestStatus::Processed).then_some(UserId(9)),
            reject_reason: (status == RequestStatus::Rejected).then(|| "spam".into()),
            handled_by: None,
            import_key: None,
        }
    }

    type Step = fn(&mut PortalRequest) -> Result<(), Problem>;

    /// From each status, what each step leads to; `None` is a refusal.
    #[test]
    fn every_transition() {
        use RequestStatus::{New, Processed, Rejected, Resolved};
        let steps: [(&str, Step, [Option<RequestStatus>; 4]); 6] = [
            (
                "link",
                |r| r.set_contact(Some(ContactId(2))),
                [Some(Resolved), Some(Resolved), None, None],
            ),
            ("unlink", |r| r.set_contact(None), [Some(New), Some(New), None, None]),
            ("approve", |r| r.approve(UserId(9), None), [None, Some(Processed), None, None]),
            (
                "reject",
                |r| r.reject("spam".into(), None),
                [Some(Rejected), Some(Rejected), None, None],
            ),
            ("reject without reason", |r| r.reject("  ".into(), None), [None; 4]),
            ("reopen", |r| r.reopen(), [None, None, None, Some(New)]),
        ];
        for (name, step, outcomes) in steps {
            for (from, expected) in RequestStatus::ALL.into_iter().zip(outcomes) {
                let mut it = request(from);
                let before = it.clone();
                match (step(&mut it), expected) {
                    (Ok(()), Some(to)) => assert_eq!(it.status, to, "{name} from {from:?}"),
                    (Err(_), None) => assert_eq!(it, before, "a refused {name} changes nothing"),
                    (got, _) => panic!("{name} from {from:?}: {got:?}"),
                }
                assert_eq!(it.status == Processed, it.user.is_some());
                assert!(!matches!(it.status, Resolved | Processed) || it.contact.is_some());
            }
        }
    }
}
