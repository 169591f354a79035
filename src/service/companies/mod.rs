//! Companies: the list, looking one up, making one; its form and its record.

mod form;
mod record;

use serde::Serialize;

use crate::domain::audit::{Action, Actor};
use crate::domain::company::{Company, CompanyKind};
use crate::domain::fold;
use crate::domain::id::CompanyId;
use crate::domain::problem::Problem;
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::store::query::{Filter, List};
use crate::store::{AuditDraft, Changes, Key, Kind, RepositoryExt, Stamp, UniqueKey, Versioned};

pub use form::CompanyForm;
pub(super) use form::keep;
pub use record::CompanyView;

use super::commit::Subject;
use super::page::{NoStatus, entities};
use super::trail::created;
use super::{Desk, DeskError, ListArgs, Page, Session, Sort};

/// A company in a list or a look-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CompanyRow {
    /// Its identity.
    pub id: CompanyId,
    /// Customer number or partner ID.
    pub code: Text,
    /// Its name.
    pub name: Text,
    /// Its own address.
    pub email: Option<Text>,
    /// Its switchboard.
    pub phone: Option<Text>,
    /// Customer or partner.
    pub kind: CompanyKind,
    /// Whether it still does business with us.
    pub active: bool,
    /// Whether business with it is held up.
    pub on_hold: bool,
    /// The city it is in.
    pub city: Option<Text>,
    /// The country it is in.
    pub country: Option<Text>,
    /// Its own website.
    pub website: Option<Text>,
    /// What it was read at.
    #[serde(skip)]
    pub stamp: Stamp,
}

impl From<Versioned<Company>> for CompanyRow {
    fn from(it: Versioned<Company>) -> Self {
        let Versioned { value, stamp } = it;
        Self {
            id: value.id,
            code: value.code,
            name: value.name,
            email: value.email,
            phone: value.phone,
            kind: value.kind,
            active: value.active,
            on_hold: value.on_hold,
            city: value.city,
            country: value.country,
            website: value.website,
            stamp,
        }
    }
}

impl Desk {
    /// One page of the companies.
    ///
    /// # Errors
    /// When the role may not read, or the store can't be read.
    pub fn companies(
        &self,
        who: &Session,
        args: &ListArgs<NoStatus>,
    ) -> Result<Page<CompanyRow>, DeskError> {
        self.authorize(who, Permission::Read)?;
        let mut found = self.repo.query(&self.asked_plainly(List::Companies, args)?)?;
        let rows =
            entities(std::mem::take(&mut found.rows)).into_iter().map(CompanyRow::from).collect();
        Ok(Page::of(&found, args.per_page, rows))
    }

    /// The company of that code, in any case.
    ///
    /// # Errors
    /// When there is none, or the role may not read.
    pub fn company_by_code(&self, who: &Session, code: &str) -> Result<CompanyRow, DeskError> {
        self.authorize(who, Permission::Read)?;
        let key = UniqueKey::CompanyCode(fold::identity(code));
        let id = self.repo.owner(&key)?.ok_or_else(|| DeskError::not_found("company", code))?;
        Ok(self.company_record(CompanyId(id))?.into())
    }

    /// Makes a company.
    ///
    /// # Errors
    /// When a field is wrong, the code is taken, or the role may not.
    pub fn create_company(
        &self,
        who: &Session,
        form: &CompanyForm,
    ) -> Result<CompanyView, DeskError> {
        let actor = self.authorize(who, Permission::KeepCompanyFile)?;
        let company = self.new_company(form)?;
        let entry = self.company_created(&actor, &company);
        let key = Key::new(Kind::Company, company.id.0);
        let subject = Subject { key, label: company.name.clone(), read: None };
        let id = company.id;
        self.commit(Changes::new(entry).create(company), &subject)?;
        self.company_view(who, id)
    }

    /// The entry of the trail for a new company.
    pub(super) fn company_created(&self, actor: &Actor, company: &Company) -> AuditDraft {
        AuditDraft::new(self.clock.now(), actor, Action::CompanyCreate)
            .on(Key::new(Kind::Company, company.id.0), company.name.clone())
            .changing(created([
                ("code", Some(company.code.clone())),
                ("name", Some(company.name.clone())),
                ("kind", Some(company.kind.word().into())),
                ("email", company.email.clone()),
                ("phone", company.phone.clone()),
                ("on_hold", company.on_hold.then(|| yes_no(true).into())),
                ("city", company.city.clone()),
                ("country", company.country.clone()),
                ("website", company.website.clone()),
            ]))
    }

    pub(super) fn company_record(&self, id: CompanyId) -> Result<Versioned<Company>, DeskError> {
        self.repo.fetch::<Company>(id.0)?.ok_or_else(|| DeskError::not_found("company", id))
    }

    /// The company of exactly that name, accents and case aside, when there is just one.
    pub(super) fn company_named(&self, name: &str) -> Result<Option<Company>, DeskError> {
        let wanted = fold::search(name.trim());
        if wanted.is_empty() {
            return Ok(None);
        }
        let filter = Filter { name: Some(wanted), ..Filter::default() };
        let mut same = self.first::<Company>(List::Companies, filter, Sort::Number, 2)?;
        Ok(if same.len() == 1 { same.pop() } else { None })
    }
}

/// The refusal of anything that needs a site when there is none.
pub(super) fn no_site() -> DeskError {
    Problem::whole(
        crate::domain::problem::Code::NoActiveSite,
        "The portal site group has no active site; a Security Administrator has to activate one first.",
    )
    .into()
}

/// `yes` or `no`, as the trail says it.
pub(super) fn yes_no(it: bool) -> &'static str {
    if it { "yes" } else { "no" }
}
