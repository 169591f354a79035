//! A company's form: what it takes, and the company that it makes.

use crate::domain::company::{Company, CompanyKind};
use crate::domain::fold;
use crate::domain::id::{CompanyId, SiteId};
use crate::domain::problem::{Code, Problem};
use crate::domain::site::{PortalGroup, Site};
use crate::domain::text::Text;
use crate::domain::validate::{
    self, CITY, COMPANY_CODE, COMPANY_NAME, COMPANY_WEBSITE, COUNTRY, PHONE, SITE_CODE,
};
use crate::service::{Desk, DeskError, ListArgs, NoStatus, Sort};
use crate::store::query::List;
use crate::store::record::PORTAL_GROUP;
use crate::store::{Kind, RepositoryExt, UniqueKey};

use super::no_site;

/// What a company's form holds, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompanyForm {
    /// Its name.
    pub name: String,
    /// Customer number or partner ID; empty in a new company's form for the next free one.
    pub code: String,
    /// Customer unless it says partner.
    pub partner: bool,
    /// Its own address.
    pub email: String,
    /// Its switchboard.
    pub phone: String,
    /// Whether business with it is held up.
    pub on_hold: bool,
    /// The code of the site that it belongs to; empty for the present one, and in a new
    /// company's form for the first of the portal site group.
    pub site: String,
    /// The city it is in.
    pub city: String,
    /// The country it is in.
    pub country: String,
    /// Its own website.
    pub website: String,
}

/// A form that has been read: every field is what it has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::service) struct CompanyFields {
    /// Its name.
    pub name: Text,
    /// Customer number or partner ID, when one was given.
    pub code: Option<Text>,
    /// Customer or partner.
    pub kind: CompanyKind,
    /// Its own address.
    pub email: Option<Text>,
    /// Its switchboard.
    pub phone: Option<Text>,
    /// Whether business with it is held up.
    pub on_hold: bool,
    /// The code of its site, when one was given.
    pub site: Option<Text>,
    /// The city it is in.
    pub city: Option<Text>,
    /// The country it is in.
    pub country: Option<Text>,
    /// Its own website.
    pub website: Option<Text>,
}

impl CompanyForm {
    /// The fields of the form.
    ///
    /// # Errors
    /// Every problem there is, in the order of the form's fields.
    pub(in crate::service) fn read(&self) -> Result<CompanyFields, Vec<Problem>> {
        let mut problems = Vec::new();
        let name = keep(&mut problems, validate::required(COMPANY_NAME, &self.name));
        let code = keep(&mut problems, validate::optional(COMPANY_CODE, &self.code)).flatten();
        let email = keep(&mut problems, validate::optional_email(&self.email)).flatten();
        let phone = keep(&mut problems, validate::optional(PHONE, &self.phone)).flatten();
        let site = keep(&mut problems, validate::optional(SITE_CODE, &self.site)).flatten();
        let city = keep(&mut problems, validate::optional(CITY, &self.city)).flatten();
        let country = keep(&mut problems, validate::optional(COUNTRY, &self.country)).flatten();
        let website =
            keep(&mut problems, validate::optional_website(COMPANY_WEBSITE, &self.website))
                .flatten();
        let kind = if self.partner { CompanyKind::Partner } else { CompanyKind::Customer };
        match name.filter(|_| problems.is_empty()) {
            None => Err(problems),
            Some(name) => Ok(CompanyFields {
                name,
                code,
                kind,
                email,
                phone,
                on_hold: self.on_hold,
                site,
                city,
                country,
                website,
            }),
        }
    }
}

impl Desk {
    /// A company made of a form, with a number of its own and a code that is free.
    pub(in crate::service) fn new_company(&self, form: &CompanyForm) -> Result<Company, DeskError> {
        let fields = form.read().map_err(DeskError::Problems)?;
        let site = match &fields.site {
            Some(code) => self.site_of_code(code)?,
            None => self.home_site()?,
        };
        let code = match &fields.code {
            Some(code) => {
                self.expect_code_free(code)?;
                code.clone()
            }
            None => self.next_code(fields.kind)?,
        };
        let id = CompanyId(self.repo.reserve(Kind::Company, 1)?);
        Ok(fields.company(id, code, site, true))
    }

    /// The site that new companies belong to: the first active one of the portal site group.
    pub(in crate::service) fn home_site(&self) -> Result<SiteId, DeskError> {
        let sites = self.sites_of(self.portal_group()?.value.sites)?;
        let first = sites.iter().find(|it| it.value.active).or(sites.first());
        first.map(|it| it.value.id).ok_or_else(no_site)
    }

    /// The site of the portal that has that code; a refusal says which there are.
    pub(super) fn site_of_code(&self, code: &Text) -> Result<SiteId, DeskError> {
        let group = self.repo.fetch::<PortalGroup>(PORTAL_GROUP)?.ok_or_else(no_site)?;
        let ids: Vec<u64> = group.value.sites.iter().map(|id| id.0).collect();
        let sites = self.repo.fetch_many::<Site>(&ids)?;
        let sites: Vec<Site> = sites.into_iter().flatten().map(|it| it.value).collect();
        let wanted = fold::identity(code.raw());
        if let Some(site) = sites.iter().find(|it| fold::identity(it.code.raw()) == wanted) {
            return Ok(site.id);
        }
        let known: Vec<String> = sites.iter().map(|it| it.code.to_string()).collect();
        Err(Problem::field(
            Code::Malformed,
            SITE_CODE.name,
            format!("There is no site {code} of the portal; take one of {}.", known.join(", ")),
        )
        .into())
    }

    pub(super) fn expect_code_free(&self, code: &Text) -> Result<(), DeskError> {
        let key = UniqueKey::CompanyCode(fold::identity(code.raw()));
        match self.repo.owner(&key)? {
            Some(owner) => Err(self.taken(&key, owner)),
            None => Ok(()),
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
}

impl CompanyFields {
    /// The company of these fields.
    pub(in crate::service) fn company(
        self,
        id: CompanyId,
        code: Text,
        home_site: SiteId,
        active: bool,
    ) -> Company {
        let Self { name, code: _, kind, email, phone, on_hold, site: _, city, country, website } =
            self;
        Company {
            id,
            code,
            name,
            email,
            phone,
            kind,
            active,
            on_hold,
            home_site,
            city,
            country,
            website,
            registered_by: None,
        }
    }
}

/// Keeps what was read, or remembers the problem.
pub(in crate::service) fn keep<T>(
    problems: &mut Vec<Problem>,
    read: Result<T, Problem>,
) -> Option<T> {
    read.map_err(|problem| problems.push(problem)).ok()
}
