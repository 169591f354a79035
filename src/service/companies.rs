//! Companies: looking one up, making one.

use serde::Serialize;

use crate::domain::audit::{Action, Actor};
use crate::domain::company::{Company, CompanyKind};
use crate::domain::fold;
use crate::domain::id::{CompanyId, SiteId};
use crate::domain::problem::Problem;
use crate::domain::role::Permission;
use crate::domain::site::PortalGroup;
use crate::domain::text::Text;
use crate::domain::validate::{self, COMPANY_CODE, COMPANY_NAME, PHONE};
use crate::store::query::{Filter, List};
use crate::store::record::PORTAL_GROUP;
use crate::store::{AuditDraft, Changes, Key, Kind, RepositoryExt, Stamp, UniqueKey, Versioned};

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
            stamp,
        }
    }
}

/// What a form for a new company holds, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompanyForm {
    /// Its name.
    pub name: String,
    /// Customer number or partner ID; empty for the next free one.
    pub code: String,
    /// Customer unless it says partner.
    pub partner: bool,
    /// Its own address.
    pub email: String,
    /// Its switchboard.
    pub phone: String,
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

    /// One company.
    ///
    /// # Errors
    /// When there is none of that number, or the role may not read.
    pub fn company(&self, who: &Session, id: CompanyId) -> Result<CompanyRow, DeskError> {
        self.authorize(who, Permission::Read)?;
        Ok(self.company_record(id)?.into())
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
    ) -> Result<CompanyRow, DeskError> {
        let actor = self.authorize(who, Permission::KeepCompanyFile)?;
        let company = self.new_company(form)?;
        let entry = self.company_created(&actor, &company);
        let key = Key::new(Kind::Company, company.id.0);
        let subject = Subject { key, label: company.name.clone(), read: None };
        let id = company.id;
        self.commit(Changes::new(entry).create(company), &subject)?;
        Ok(self.company_record(id)?.into())
    }

    /// A company made of a form, with a number of its own and a code that is free.
    pub(super) fn new_company(&self, form: &CompanyForm) -> Result<Company, DeskError> {
        let mut problems = Vec::new();
        let name = keep(&mut problems, validate::required(COMPANY_NAME, &form.name));
        let code = keep(&mut problems, validate::optional(COMPANY_CODE, &form.code));
        let email = keep(&mut problems, validate::optional_email(&form.email));
        let phone = keep(&mut problems, validate::optional(PHONE, &form.phone));
        let (Some(name), Some(code), Some(email), Some(phone)) = (name, code, email, phone) else {
            return Err(DeskError::Problems(problems));
        };
        let kind = if form.partner { CompanyKind::Partner } else { CompanyKind::Customer };
        let code = match code {
            Some(code) => self.free_code(code)?,
            None => self.next_code(kind)?,
        };
        let id = CompanyId(self.repo.reserve(Kind::Company, 1)?);
        Ok(Company {
            id,
            code,
            name,
            email,
            phone,
            kind,
            active: true,
            on_hold: false,
            home_site: self.home_site()?,
            city: None,
            country: None,
            website: None,
        })
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

    fn free_code(&self, code: Text) -> Result<Text, DeskError> {
        let key = UniqueKey::CompanyCode(fold::identity(code.raw()));
        match self.repo.owner(&key)? {
            Some(owner) => Err(self.taken(&key, owner)),
            None => Ok(code),
        }
    }

    /// The lowest code `C000001`… (`P000001`… for partners) above the count of companies that is free.
    fn next_code(&self, kind: CompanyKind) -> Result<Text, DeskError> {
        let letter = if kind == CompanyKind::Partner { 'P' } else { 'C' };
        let query = ListArgs::<NoStatus> { per_page: 0, ..ListArgs::all(Sort::Number, false) };
        let mut number = self.repo.query(&self.asked_plainly(List::Companies, &query)?)?.all + 1;
        loop {
            let codes: Vec<String> =
                (number..number + 50).map(|n| format!("{letter}{n:06}")).collect();
            let keys: Vec<UniqueKey> =
                codes.iter().map(|code| UniqueKey::CompanyCode(fold::identity(code))).collect();
            let owners = self.repo.owners(&keys)?;
            if let Some(free) = owners.iter().position(Option::is_none) {
                return Ok(Text::from(codes[free].as_str()));
            }
            number += 50;
        }
    }

    /// The site that new companies belong to: the first of the portal site group.
    pub(super) fn home_site(&self) -> Result<SiteId, DeskError> {
        let group = self.repo.fetch::<PortalGroup>(PORTAL_GROUP)?;
        group.and_then(|it| it.value.sites.first().copied()).ok_or_else(no_site)
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

/// Keeps what was read, or remembers the problem.
pub(super) fn keep<T>(problems: &mut Vec<Problem>, read: Result<T, Problem>) -> Option<T> {
    read.map_err(|problem| problems.push(problem)).ok()
}
