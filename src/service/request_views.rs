//! What screens and scripts get to see of a request.

use serde::Serialize;

use crate::domain::company::Company;
use crate::domain::contact::Contact;
use crate::domain::id::{ContactId, RequestId, SiteId, UserId};
use crate::domain::problem::Warning;
use crate::domain::request::{PortalRequest, RequestStatus};
use crate::domain::site::Site;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::{User, UserStatus};
use crate::store::{Entity, Key, Kind, RepositoryExt, Stamp, Versioned};

use super::contacts::ContactRow;
use super::matches::Candidate;
use super::trail::HistoryLine;
use super::{Desk, DeskError};

/// A request in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestRow {
    /// Its identity.
    pub id: RequestId,
    /// Its number as people see it: `PR-000123`.
    pub number: String,
    /// First name.
    pub first: Text,
    /// Last name.
    pub last: Text,
    /// Email.
    pub email: Text,
    /// Phone.
    pub phone: Text,
    /// The company, in the visitor's words.
    pub company_name: Text,
    /// The code of the site at which it was submitted.
    pub site: Text,
    /// When.
    pub submitted_at: Timestamp,
    /// Where it stands.
    pub status: RequestStatus,
    /// The contact it was linked to.
    pub contact: Option<ContactId>,
    /// That contact's name.
    pub contact_name: Option<Text>,
    /// The portal user it became.
    pub user: Option<UserId>,
    /// That user's User ID, with `.P`; none when the user has been deleted since.
    pub user_id: Option<Text>,
    /// Why it was turned down.
    pub reject_reason: Option<Text>,
    /// The User ID of who approved or rejected it; the number of an account that is gone.
    pub handled_by: Option<Text>,
    /// How many contacts have this email, while none is linked.
    pub likely: u32,
    /// How often it has changed.
    pub version: u64,
    /// What it was read at.
    #[serde(skip)]
    pub stamp: Stamp,
}

impl RequestRow {
    /// The visitor's name.
    pub fn label(&self) -> Text {
        crate::domain::contact::label(Some(&self.first), Some(&self.last))
            .unwrap_or_else(|| self.email.clone())
    }
}

/// A request with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestView {
    /// The request.
    #[serde(flatten)]
    pub row: RequestRow,
    /// The contact that it is linked to.
    pub linked: Option<ContactRow>,
    /// Contacts that it may belong to, best first; none once it is closed.
    pub candidates: Vec<Candidate>,
    /// A user that has this email already, other than the one it became.
    pub existing_user: Option<ExistingUser>,
    /// The login that approval would give, while the request is open.
    pub suggested_login: Option<String>,
    /// Why it can't be approved now; `None` when it can.
    pub why_not_approve: Option<String>,
    /// What is worth a second look, while the request is open.
    pub warnings: Vec<Warning>,
    /// What happened to it, newest first.
    pub history: Vec<HistoryLine>,
}

/// A user that has the request's email.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExistingUser {
    /// The user.
    pub user: UserId,
    /// The User ID.
    pub user_id: Text,
    /// Whether the account can be used.
    pub status: UserStatus,
}

impl Desk {
    /// Requests with their contacts', users' and sites' names, in a fixed number of reads.
    pub(super) fn request_rows(
        &self,
        requests: Vec<Versioned<PortalRequest>>,
    ) -> Result<Vec<RequestRow>, DeskError> {
        let contacts: Vec<Contact> =
            self.named(requests.iter().filter_map(|it| it.value.contact).map(|id| id.0))?;
        let users: Vec<User> = self.named(
            requests
                .iter()
                .flat_map(|it| [it.value.user, it.value.handled_by])
                .flatten()
                .map(|id| id.0),
        )?;
        let sites: Vec<Site> = self.named(requests.iter().map(|it| it.value.site.0))?;
        let unlinked: Vec<usize> = requests
            .iter()
            .enumerate()
            .filter(|(_, it)| it.value.status == RequestStatus::New)
            .map(|(at, _)| at)
            .collect();
        let emails: Vec<&str> = unlinked.iter().map(|at| requests[*at].value.email.raw()).collect();
        let mut likely = vec![0; requests.len()];
        for (at, count) in unlinked.iter().zip(self.contacts_with_emails(&emails)?) {
            likely[*at] = count;
        }
        let names = Names { contacts, users, sites };
        Ok(requests.into_iter().zip(likely).map(|(it, likely)| names.row(it, likely)).collect())
    }

    pub(super) fn request_row(
        &self,
        request: Versioned<PortalRequest>,
    ) -> Result<RequestRow, DeskError> {
        let id = request.value.id;
        self.request_rows(vec![request])?.pop().ok_or_else(|| DeskError::not_found("request", id))
    }

    /// The entities of those numbers, each once, in any order.
    fn named<E: Entity>(&self, ids: impl Iterator<Item = u64>) -> Result<Vec<E>, DeskError> {
        let mut ids: Vec<u64> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(self.repo.fetch_many::<E>(&ids)?.into_iter().flatten().map(|it| it.value).collect())
    }

    pub(super) fn request_view(&self, id: RequestId) -> Result<RequestView, DeskError> {
        let record = self.request_record(id)?;
        let request = record.value.clone();
        let contact = match request.contact {
            Some(contact) => self.repo.fetch::<Contact>(contact.0)?,
            None => None,
        };
        let company = match contact.as_ref().and_then(|it| it.value.company) {
            Some(company) => self.repo.fetch::<Company>(company.0)?.map(|it| it.value),
            None => None,
        };
        let open = request.status.is_open();
        let existing = self.user_with_email(request.email.raw())?;
        let existing = existing.filter(|it| Some(it.id) != request.user);
        let why_not =
            self.why_not_approve(&request, contact.as_ref().map(|it| &it.value), company.as_ref())?;
        Ok(RequestView {
            row: self.request_row(record)?,
            linked: self.contact_rows(contact.iter().cloned().collect())?.pop(),
            candidates: if open { self.candidates(&request)? } else { Vec::new() },
            existing_user: existing.map(|it| ExistingUser {
                user: it.id,
                user_id: it.user_id(),
                status: it.status,
            }),
            suggested_login: if open { Some(self.suggest_login(&request)?) } else { None },
            why_not_approve: why_not,
            warnings: if open {
                self.warnings(&request, contact.as_ref().map(|it| &it.value), company.as_ref())?
            } else {
                Vec::new()
            },
            history: self.history(Key::new(Kind::Request, id.0))?,
        })
    }
}

/// The records whose names the rows of one page show.
struct Names {
    contacts: Vec<Contact>,
    users: Vec<User>,
    sites: Vec<Site>,
}

impl Names {
    fn row(&self, request: Versioned<PortalRequest>, likely: u32) -> RequestRow {
        let Versioned { value, stamp } = request;
        let site = |id: SiteId| {
            self.sites
                .iter()
                .find(|it| it.id == id)
                .map_or_else(|| Text::new(id.to_string()), |it| it.code.clone())
        };
        let user = |id: Option<UserId>| {
            id.and_then(|id| self.users.iter().find(|it| it.id == id)).map(User::user_id)
        };
        let contact = value.contact.and_then(|id| self.contacts.iter().find(|it| it.id == id));
        RequestRow {
            id: value.id,
            number: value.id.to_string(),
            site: site(value.site),
            contact: value.contact,
            contact_name: contact.map(Contact::label),
            user: value.user,
            user_id: user(value.user),
            // Who is deleted since is still told of, by the number.
            handled_by: value
                .handled_by
                .map(|id| user(Some(id)).unwrap_or_else(|| Text::new(id.to_string()))),
            first: value.first,
            last: value.last,
            email: value.email,
            phone: value.phone,
            company_name: value.company_name,
            submitted_at: value.submitted_at,
            status: value.status,
            reject_reason: value.reject_reason,
            likely,
            version: stamp.version,
            stamp,
        }
    }
}
