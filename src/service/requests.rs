//! Portal requests: taken in, searched, edited, linked, rejected, reopened.

use crate::domain::audit::{Action, Actor};
use crate::domain::fold;
use crate::domain::id::{ContactId, RequestId, SiteId, UserId};
use crate::domain::problem::{Code, Problem};
use crate::domain::request::{PortalRequest, RequestStatus};
use crate::domain::role::Permission;
use crate::domain::site::{PortalGroup, Site};
use crate::domain::text::Text;
use crate::domain::validate::{self, COMPANY_NAME, FIRST, LAST, PHONE, REASON};
use crate::store::query::{List, Status};
use crate::store::record::PORTAL_GROUP;
use crate::store::{AuditDraft, Changes, Key, Kind, RepositoryExt, Stamp, UniqueKey, Versioned};

use super::commit::Subject;
use super::companies::{keep, no_site};
use super::page::entities;
use super::request_views::{RequestRow, RequestView};
use super::session::{Origin, stranger};
use super::trail::differences;
use super::{Desk, DeskError, ListArgs, Page, Session};

/// What a visitor types into **New User?**, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestForm {
    /// First name.
    pub first: String,
    /// Last name.
    pub last: String,
    /// Email.
    pub email: String,
    /// Phone.
    pub phone: String,
    /// The company, in the visitor's words.
    pub company_name: String,
}

/// The fields of a request's form, read.
pub(super) struct RequestFields {
    pub first: Text,
    pub last: Text,
    pub email: Text,
    pub phone: Text,
    pub company_name: Text,
}

impl RequestForm {
    /// Reads the form; all five fields are required.
    pub(super) fn read(&self) -> Result<RequestFields, DeskError> {
        let mut problems = Vec::new();
        let first = keep(&mut problems, validate::required(FIRST, &self.first));
        let last = keep(&mut problems, validate::required(LAST, &self.last));
        let email = keep(&mut problems, validate::email(&self.email));
        let phone = keep(&mut problems, validate::required(PHONE, &self.phone));
        let company_name =
            keep(&mut problems, validate::required(COMPANY_NAME, &self.company_name));
        match (first, last, email, phone, company_name) {
            (Some(first), Some(last), Some(email), Some(phone), Some(company_name)) => {
                Ok(RequestFields { first, last, email, phone, company_name })
            }
            _ => Err(DeskError::Problems(problems)),
        }
    }
}

impl Desk {
    /// What **New User?** ▸ **Submit** does: a visitor's request comes in.
    ///
    /// `site` is a site's code; without one the first site of the portal site group is meant.
    ///
    /// # Errors
    /// When a field is missing or malformed, there is no such site, or the portal is off there.
    pub fn submit_request(
        &self,
        form: &RequestForm,
        site: Option<&str>,
        origin: &Origin,
    ) -> Result<RequestRow, DeskError> {
        let fields = form.read()?;
        let site = self.open_site(site)?;
        let id = RequestId(self.repo.reserve(Kind::Request, 1)?);
        let now = self.clock.now();
        let request = PortalRequest {
            id,
            first: fields.first,
            last: fields.last,
            email: fields.email,
            phone: fields.phone,
            company_name: fields.company_name,
            site,
            submitted_at: now,
            status: RequestStatus::New,
            contact: None,
            user: None,
            reject_reason: None,
            handled_by: None,
            import_key: None,
        };
        let key = Key::new(Kind::Request, id.0);
        let entry = AuditDraft::new(now, &stranger("visitor", origin), Action::RequestSubmit)
            .on(key, id.to_string())
            .changing(differences(fields_of(None, Some(&request))));
        let subject = Subject { key, label: Text::new(id.to_string()), read: None };
        self.commit(Changes::new(entry).create(request), &subject)?;
        self.request_row(self.request_record(id)?)
    }

    /// One page of the requests.
    ///
    /// # Errors
    /// When the role may not read, or the store can't be read.
    pub fn requests(
        &self,
        who: &Session,
        args: &ListArgs<RequestStatus>,
    ) -> Result<Page<RequestRow>, DeskError> {
        self.authorize(who, Permission::Read)?;
        let query = self.asked(List::Requests, args, |status| Status::Request(*status))?;
        let mut found = self.repo.query(&query)?;
        let rows = self.request_rows(entities(std::mem::take(&mut found.rows)))?;
        Ok(Page::of(&found, args.per_page, rows))
    }

    /// One request with its candidates, warnings and history.
    ///
    /// # Errors
    /// When there is none of that number, or the role may not read.
    pub fn request(&self, who: &Session, id: RequestId) -> Result<RequestView, DeskError> {
        self.authorize(who, Permission::Read)?;
        self.request_view(id)
    }

    /// Saves an edited request: its fields and its contact; the status follows the contact.
    ///
    /// `base` is what the form was opened with; `None` decides on what is there now.
    ///
    /// # Errors
    /// When a field is wrong, the contact is gone or somebody's already, the request is
    /// closed, somebody else changed it meanwhile, or the role may not.
    pub fn save_request(
        &self,
        who: &Session,
        id: RequestId,
        base: Option<Stamp>,
        form: &RequestForm,
        contact: Option<ContactId>,
    ) -> Result<RequestView, DeskError> {
        let actor = self.authorize(who, Permission::HandleRequests)?;
        let old = self.expect_request(id, base)?;
        old.value.expect_open("edit")?;
        let fields = form.read()?;
        let mut new = PortalRequest {
            first: fields.first,
            last: fields.last,
            email: fields.email,
            phone: fields.phone,
            company_name: fields.company_name,
            ..old.value.clone()
        };
        new.set_contact(contact)?;
        self.put_request(&actor, Action::RequestEdit, &old, new)
    }

    /// Links a contact: the request is Resolved.
    ///
    /// # Errors
    /// As [`Desk::save_request`].
    pub fn link_request(
        &self,
        who: &Session,
        id: RequestId,
        base: Option<Stamp>,
        contact: ContactId,
    ) -> Result<RequestView, DeskError> {
        let actor = self.authorize(who, Permission::HandleRequests)?;
        let old = self.expect_request(id, base)?;
        let mut new = old.value.clone();
        new.set_contact(Some(contact))?;
        self.put_request(&actor, Action::RequestLink, &old, new)
    }

    /// Takes the contact off again: the request is New.
    ///
    /// # Errors
    /// As [`Desk::save_request`].
    pub fn unlink_request(
        &self,
        who: &Session,
        id: RequestId,
        base: Option<Stamp>,
    ) -> Result<RequestView, DeskError> {
        let actor = self.authorize(who, Permission::HandleRequests)?;
        let old = self.expect_request(id, base)?;
        let mut new = old.value.clone();
        new.set_contact(None)?;
        self.put_request(&actor, Action::RequestUnlink, &old, new)
    }

    /// Turns a request down, with a reason.
    ///
    /// # Errors
    /// When the reason is missing or too long, or as [`Desk::save_request`].
    pub fn reject_request(
        &self,
        who: &Session,
        id: RequestId,
        base: Option<Stamp>,
        reason: &str,
    ) -> Result<RequestView, DeskError> {
        let actor = self.authorize(who, Permission::HandleRequests)?;
        let old = self.expect_request(id, base)?;
        let reason = validate::optional(REASON, reason)?.unwrap_or_default();
        let mut new = old.value.clone();
        new.reject(reason, actor.user)?;
        self.put_request(&actor, Action::RequestReject, &old, new)
    }

    /// Takes a rejection back: the request is New.
    ///
    /// # Errors
    /// When it is not Rejected, or as [`Desk::save_request`].
    pub fn reopen_request(
        &self,
        who: &Session,
        id: RequestId,
        base: Option<Stamp>,
    ) -> Result<RequestView, DeskError> {
        let actor = self.authorize(who, Permission::HandleRequests)?;
        let old = self.expect_request(id, base)?;
        let mut new = old.value.clone();
        new.reopen()?;
        self.put_request(&actor, Action::RequestReopen, &old, new)
    }

    /// Commits a request's new state, guarding the contact that it was linked to.
    fn put_request(
        &self,
        actor: &Actor,
        action: Action,
        old: &Versioned<PortalRequest>,
        new: PortalRequest,
    ) -> Result<RequestView, DeskError> {
        let id = new.id;
        if new == old.value {
            return self.request_view(id);
        }
        let key = Key::new(Kind::Request, id.0);
        let entry = AuditDraft::new(self.clock.now(), actor, action)
            .on(key, id.to_string())
            .changing(differences(fields_of(Some(&old.value), Some(&new))));
        let mut changes = Changes::new(entry);
        if let Some(contact) = new.contact.filter(|_| new.contact != old.value.contact) {
            changes =
                changes.guard(Key::new(Kind::Contact, contact.0), self.free_contact(contact)?);
            changes = changes.guard_free(UniqueKey::ContactOfUser(contact.0));
        }
        let subject = Subject { key, label: Text::new(id.to_string()), read: Some(old.stamp) };
        self.commit(changes.update(new, old.stamp), &subject)?;
        self.request_view(id)
    }

    /// The stamp of a contact that exists and is nobody's yet.
    fn free_contact(&self, id: ContactId) -> Result<Stamp, DeskError> {
        let contact = self.contact_record(id)?;
        match self.user_of_contact(id)? {
            None => Ok(contact.stamp),
            Some(user) => Err(super::commit::contact_has_user(Some(&user)).into()),
        }
    }

    /// The request as it is now, refused when it has moved on from `base`.
    pub(super) fn expect_request(
        &self,
        id: RequestId,
        base: Option<Stamp>,
    ) -> Result<Versioned<PortalRequest>, DeskError> {
        let record = self.request_record(id)?;
        let key = Key::new(Kind::Request, id.0);
        self.expect_unmoved(key, &Text::new(id.to_string()), base, record.stamp)?;
        Ok(record)
    }

    pub(super) fn request_record(
        &self,
        id: RequestId,
    ) -> Result<Versioned<PortalRequest>, DeskError> {
        self.repo.fetch::<PortalRequest>(id.0)?.ok_or_else(|| DeskError::not_found("request", id))
    }

    /// The portal site group, and its site of that code, or its first one.
    pub(super) fn portal_site(&self, code: Option<&str>) -> Result<(PortalGroup, Site), DeskError> {
        let group = self.repo.fetch::<PortalGroup>(PORTAL_GROUP)?.ok_or_else(no_site)?.value;
        let id = match code {
            None => *group.sites.first().ok_or_else(no_site)?,
            Some(code) => {
                let owner = self.repo.owner(&UniqueKey::SiteCode(fold::identity(code)))?;
                SiteId(owner.ok_or_else(|| DeskError::not_found("site", code))?)
            }
        };
        let site =
            self.repo.fetch::<Site>(id.0)?.ok_or_else(|| DeskError::not_found("site", id))?;
        Ok((group, site.value))
    }

    /// The site of that code, or the group's first one, when the portal is open there.
    fn open_site(&self, code: Option<&str>) -> Result<SiteId, DeskError> {
        let (group, site) = self.portal_site(code)?;
        if group.open_at(&site) {
            return Ok(site.id);
        }
        Err(Problem::whole(
            Code::PortalOff,
            format!(
                "The portal is off at {}, so it takes no requests; try again once it is on.",
                site.name
            ),
        )
        .into())
    }
}

/// A request's fields before and after, for the trail.
pub(super) fn fields_of(
    old: Option<&PortalRequest>,
    new: Option<&PortalRequest>,
) -> [(&'static str, Option<Text>, Option<Text>); 9] {
    let pair = |name, get: &dyn Fn(&PortalRequest) -> Option<Text>| {
        (name, old.and_then(get), new.and_then(get))
    };
    [
        pair("first", &|it| Some(it.first.clone())),
        pair("last", &|it| Some(it.last.clone())),
        pair("email", &|it| Some(it.email.clone())),
        pair("phone", &|it| Some(it.phone.clone())),
        pair("company_name", &|it| Some(it.company_name.clone())),
        pair("status", &|it| Some(it.status.word().into())),
        pair("contact", &|it| it.contact.map(|id| Text::new(id.to_string()))),
        pair("user", &|it| it.user.map(|id: UserId| Text::new(id.to_string()))),
        pair("reject_reason", &|it| it.reject_reason.clone()),
    ]
}
