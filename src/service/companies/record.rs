//! A company's record: all that is known of it, editing it, deactivating it.
//!
//! Owns what a company may not become while people depend on it: its kind is the account
//! type of its portal users. Deactivating takes nothing away: users stay as they are, and
//! whoever adds one is warned.

use serde::Serialize;

use crate::domain::audit::{Action, FieldChange};
use crate::domain::company::{Company, CompanyKind};
use crate::domain::id::CompanyId;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Permission;
use crate::domain::site::Site;
use crate::domain::text::Text;
use crate::domain::validate::{self, COMPANY_CODE};
use crate::service::commit::Subject;
use crate::service::trail::{HistoryLine, differences};
use crate::service::{Desk, DeskError, ListArgs, NoStatus, Session, Sort};
use crate::store::query::{List, Query};
use crate::store::{AuditDraft, Changes, Key, Kind, RepositoryExt, Stamp, Versioned};

use super::form::CompanyForm;
use super::{CompanyRow, yes_no};

/// A company with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CompanyView {
    /// The company.
    #[serde(flatten)]
    pub row: CompanyRow,
    /// How often it has changed.
    pub version: u64,
    /// The code of the site that it belongs to.
    pub home_site: Option<Text>,
    /// The name of the partner one of whose portal users registered it.
    pub registered_by: Option<Text>,
    /// How many contacts it has.
    pub contacts: u64,
    /// How many portal users act for it.
    pub users: u64,
    /// How many contracts it has.
    pub contracts: u64,
    /// What happened to it, newest first.
    pub history: Vec<HistoryLine>,
    /// Why who asked may not edit it; none when they may.
    pub why_not_edit: Option<String>,
}

impl CompanyView {
    /// The form as it is opened on this company.
    pub fn form(&self) -> CompanyForm {
        let it = &self.row;
        let raw = |text: &Option<Text>| text.as_ref().map_or("", Text::raw).to_owned();
        CompanyForm {
            name: it.name.raw().to_owned(),
            code: it.code.raw().to_owned(),
            partner: it.kind == CompanyKind::Partner,
            email: raw(&it.email),
            phone: raw(&it.phone),
            on_hold: it.on_hold,
            site: raw(&self.home_site),
            city: raw(&it.city),
            country: raw(&it.country),
            website: raw(&it.website),
        }
    }

    /// What follows from deactivating it, in a sentence or two.
    pub fn if_deactivated(&self) -> String {
        let users = match self.users {
            0 => String::from("It has no portal users."),
            1 => String::from(
                "Its portal user stays as it is and can still sign in; disable it where that is not wanted.",
            ),
            n => format!(
                "Its {n} portal users stay as they are and can still sign in; disable them where that is not wanted."
            ),
        };
        format!("{users} Whoever adds a user to it is warned (W3). It can be activated again.")
    }
}

impl Desk {
    /// One company with all that is known of it.
    ///
    /// # Errors
    /// When there is none of that number, or the role may not read.
    pub fn company(&self, who: &Session, id: CompanyId) -> Result<CompanyView, DeskError> {
        self.authorize(who, Permission::Read)?;
        self.company_view(who, id)
    }

    /// Saves an edited company; `base` is what the form was opened with.
    ///
    /// # Errors
    /// When a field is wrong, the code is taken, somebody else changed it meanwhile, its kind
    /// is that of its portal users, or the role may not.
    pub fn edit_company(
        &self,
        who: &Session,
        id: CompanyId,
        base: Option<Stamp>,
        form: &CompanyForm,
    ) -> Result<CompanyView, DeskError> {
        self.change_company(who, id, base, Action::CompanyEdit, |old| {
            let fields = form.read().map_err(DeskError::Problems)?;
            let code = fields.code.clone().ok_or_else(|| validate::missing(COMPANY_CODE))?;
            let site = match &fields.site {
                Some(code) => self.site_of_code(code)?,
                None => old.home_site,
            };
            Ok(Company {
                registered_by: old.registered_by,
                ..fields.company(id, code, site, old.active)
            })
        })
    }

    /// Marks a company as one that does no business with us any more; its users stay.
    ///
    /// # Errors
    /// When it is inactive already, somebody else changed it since `base`, or the role may not.
    pub fn deactivate_company(
        &self,
        who: &Session,
        id: CompanyId,
        base: Option<Stamp>,
    ) -> Result<CompanyView, DeskError> {
        self.change_company(who, id, base, Action::CompanyDeactivate, |old| {
            if !old.active {
                return Err(wrong_state(old, "is inactive already; nothing was changed."));
            }
            Ok(Company { active: false, ..old.clone() })
        })
    }

    /// Marks a company as one that does business with us again.
    ///
    /// # Errors
    /// When it is active already, somebody else changed it since `base`, or the role may not.
    pub fn activate_company(
        &self,
        who: &Session,
        id: CompanyId,
        base: Option<Stamp>,
    ) -> Result<CompanyView, DeskError> {
        self.change_company(who, id, base, Action::CompanyActivate, |old| {
            if old.active {
                return Err(wrong_state(old, "is active already; nothing was changed."));
            }
            Ok(Company { active: true, ..old.clone() })
        })
    }

    /// Does one deed to a company; what changes nothing leaves no trace.
    fn change_company(
        &self,
        who: &Session,
        id: CompanyId,
        base: Option<Stamp>,
        action: Action,
        deed: impl FnOnce(&Company) -> Result<Company, DeskError>,
    ) -> Result<CompanyView, DeskError> {
        let actor = self.authorize(who, Permission::KeepCompanyFile)?;
        let Versioned { value: old, stamp } = self.company_record(id)?;
        let key = Key::new(Kind::Company, id.0);
        self.expect_unmoved(key, &old.name, base, stamp)?;
        let new = deed(&old)?;
        if new == old {
            return self.company_view(who, id);
        }
        let entry = AuditDraft::new(self.clock.now(), &actor, action)
            .on(key, new.name.clone())
            .changing(self.company_changes(&old, &new)?);
        let changes = Changes::new(entry).update(new.clone(), stamp);
        let subject = Subject { key, label: old.name.clone(), read: Some(stamp) };
        if new.kind == old.kind {
            self.commit(changes, &subject)?;
        } else {
            // No user may come in between the look and the commit (invariant 2).
            self.commit_alone(changes, &subject, || self.expect_no_users(&old))?;
        }
        self.company_view(who, id)
    }

    /// Refuses another kind while portal users have this one as their account type.
    pub(in crate::service) fn expect_no_users(&self, company: &Company) -> Result<(), DeskError> {
        let users = match self.rows_of_company(List::Users, company.id)? {
            0 => return Ok(()),
            1 => String::from("1 portal user"),
            n => format!("{n} portal users"),
        };
        Err(Problem::field(
            Code::WrongState,
            "kind",
            format!(
                "{} stays a {} while {users} of that account type belong to it; move or delete them first.",
                company.name,
                company.kind.word()
            ),
        )
        .into())
    }

    /// How many rows of a list belong to a company, once all of it has been read.
    fn rows_of_company(&self, list: List, company: CompanyId) -> Result<u64, DeskError> {
        let args = ListArgs::<NoStatus> {
            company: Some(company),
            per_page: 0,
            ..ListArgs::all(Sort::Number, false)
        };
        let query = Query { partly: false, ..self.asked_plainly(list, &args)? };
        Ok(self.repo.query(&query)?.total)
    }

    pub(super) fn company_view(
        &self,
        who: &Session,
        id: CompanyId,
    ) -> Result<CompanyView, DeskError> {
        let record = self.company_record(id)?;
        let site = self.repo.fetch::<Site>(record.value.home_site.0)?;
        let partner = match record.value.registered_by {
            Some(partner) => self.repo.fetch::<Company>(partner.0)?,
            None => None,
        };
        Ok(CompanyView {
            registered_by: partner.map(|it| it.value.name),
            version: record.stamp.version,
            home_site: site.map(|it| it.value.code),
            contacts: self.rows_of_company(List::Contacts, id)?,
            users: self.rows_of_company(List::Users, id)?,
            contracts: self.contract_count(id)?,
            history: self.history(Key::new(Kind::Company, id.0))?,
            why_not_edit: who.why_not(Permission::KeepCompanyFile),
            row: record.into(),
        })
    }

    /// What the trail says of a changed company.
    fn company_changes(&self, old: &Company, new: &Company) -> Result<Vec<FieldChange>, DeskError> {
        let site = |it: &Company| -> Result<Option<Text>, DeskError> {
            Ok(self.repo.fetch::<Site>(it.home_site.0)?.map(|it| it.value.code))
        };
        let said = |it: bool| Some(Text::from(yes_no(it)));
        Ok(differences([
            ("code", Some(old.code.clone()), Some(new.code.clone())),
            ("name", Some(old.name.clone()), Some(new.name.clone())),
            ("kind", Some(old.kind.word().into()), Some(new.kind.word().into())),
            ("email", old.email.clone(), new.email.clone()),
            ("phone", old.phone.clone(), new.phone.clone()),
            ("active", said(old.active), said(new.active)),
            ("on_hold", said(old.on_hold), said(new.on_hold)),
            ("home_site", site(old)?, site(new)?),
            ("city", old.city.clone(), new.city.clone()),
            ("country", old.country.clone(), new.country.clone()),
            ("website", old.website.clone(), new.website.clone()),
        ]))
    }
}

fn wrong_state(company: &Company, what: &str) -> DeskError {
    DeskError::refused(Code::WrongState, format!("{} {what}", company.name))
}
