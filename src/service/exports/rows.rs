//! The rows of each list: the columns that its import reads, in that order.

use std::collections::HashMap;

use crate::domain::company::Company;
use crate::domain::contact::Contact;
use crate::domain::id::CompanyId;
use crate::domain::request::PortalRequest;
use crate::domain::text::Text;
use crate::domain::user::{PortalProfile, User, UserKind};
use crate::service::{Desk, DeskError, cell};
use crate::store::RepositoryExt;

/// Companies that are kept; beyond it, all are read again.
const KEPT: usize = 50_000;

/// A list as a table.
pub(super) trait Table {
    /// The names of its columns.
    fn header(&self) -> &'static [&'static str];

    /// The rows of those numbers, in their order; without those that are gone.
    ///
    /// # Errors
    /// When the store can't be read.
    fn rows(&mut self, desk: &Desk, numbers: &[u64]) -> Result<Vec<Vec<String>>, DeskError>;
}

/// Users: staff and portal.
#[derive(Default)]
pub(super) struct Users {
    companies: Companions,
}

/// Contacts.
#[derive(Default)]
pub(super) struct Contacts {
    companies: Companions,
}

/// Companies.
pub(super) struct Companies;

/// Portal requests.
pub(super) struct Requests;

/// Codes and names of the companies that rows name.
#[derive(Default)]
struct Companions(HashMap<CompanyId, (Text, Text)>);

impl Companions {
    fn read(&mut self, desk: &Desk, ids: impl Iterator<Item = CompanyId>) -> Result<(), DeskError> {
        if self.0.len() > KEPT {
            self.0.clear();
        }
        let mut ids: Vec<u64> = ids.filter(|id| !self.0.contains_key(id)).map(|it| it.0).collect();
        ids.sort_unstable();
        ids.dedup();
        for it in desk.repo.fetch_many::<Company>(&ids)?.into_iter().flatten() {
            self.0.insert(it.value.id, (it.value.code, it.value.name));
        }
        Ok(())
    }

    /// Name and code of a company; empty for none.
    fn cells(&self, id: Option<CompanyId>) -> [String; 2] {
        let found = id.and_then(|id| self.0.get(&id));
        found.map(|(code, name)| [name.raw().to_owned(), code.raw().to_owned()]).unwrap_or_default()
    }

    fn code(&self, id: CompanyId) -> Option<&str> {
        self.0.get(&id).map(|(code, _)| code.raw())
    }
}

impl Table for Users {
    fn header(&self) -> &'static [&'static str] {
        &[
            "External Id",
            "First Name",
            "Last Name",
            "Email",
            "Phone",
            "Company",
            "Customer Id",
            "Login",
            "Other Customer Ids",
            "Kind",
            "Role",
            "Status",
        ]
    }

    fn rows(&mut self, desk: &Desk, numbers: &[u64]) -> Result<Vec<Vec<String>>, DeskError> {
        let users = desk.repo.fetch_many::<User>(numbers)?;
        let profiles = desk.repo.fetch_many::<PortalProfile>(numbers)?;
        let members = profiles.iter().flatten().flat_map(|it| &it.value.memberships);
        self.companies.read(desk, members.map(|it| it.company))?;
        let roles = desk.roles_of(users.iter().flatten().map(|it| &it.value))?;
        let rows = users.into_iter().zip(profiles).filter_map(|(user, profile)| {
            let (user, profile) = (user?.value, profile.map(|it| it.value));
            let own = user.portal_role.and_then(|id| roles.get(&id));
            let role = own.map_or(user.role.name(), Text::raw);
            let [company, code] =
                self.companies.cells(profile.as_ref().and_then(PortalProfile::primary));
            let kind = match user.kind {
                UserKind::Staff => "Staff",
                UserKind::Portal => "Portal",
            };
            Some(vec![
                text(user.external_id),
                text(user.first),
                text(user.last),
                text(user.email),
                text(user.phone),
                company,
                code,
                user.login_name.raw().to_owned(),
                profile.map_or_else(String::new, |it| self.others(&it)),
                kind.to_owned(),
                role.to_owned(),
                user.status.word().to_owned(),
            ])
        });
        Ok(rows.collect())
    }
}

impl Users {
    /// The codes of the companies beside the primary one, with `;` between them, each as a
    /// cell of its own.
    fn others(&self, profile: &PortalProfile) -> String {
        let others = profile.memberships.iter().filter(|it| !it.primary);
        let codes = others.filter_map(|it| self.companies.code(it.company));
        let quoted = codes.map(|code| {
            let code = cell::write(code);
            if code.contains([';', '"']) {
                format!("\"{}\"", code.replace('"', "\"\""))
            } else {
                code.into_owned()
            }
        });
        quoted.collect::<Vec<_>>().join(";")
    }
}

impl Table for Contacts {
    fn header(&self) -> &'static [&'static str] {
        &["External Id", "First Name", "Last Name", "Email", "Phone", "Company", "Customer Id"]
    }

    fn rows(&mut self, desk: &Desk, numbers: &[u64]) -> Result<Vec<Vec<String>>, DeskError> {
        let found = desk.repo.fetch_many::<Contact>(numbers)?;
        self.companies.read(desk, found.iter().flatten().filter_map(|it| it.value.company))?;
        let rows = found.into_iter().flatten().map(|it| {
            let it = it.value;
            let [company, code] = self.companies.cells(it.company);
            let person = [it.external_id, it.first, it.last, it.email, it.phone].map(text);
            person.into_iter().chain([company, code]).collect()
        });
        Ok(rows.collect())
    }
}

impl Table for Companies {
    fn header(&self) -> &'static [&'static str] {
        &[
            "Customer Id",
            "Company",
            "Kind",
            "Email",
            "Phone",
            "City",
            "Country",
            "Website",
            "Active",
            "On Hold",
        ]
    }

    fn rows(&mut self, desk: &Desk, numbers: &[u64]) -> Result<Vec<Vec<String>>, DeskError> {
        let yes_no = |it: bool| String::from(if it { "yes" } else { "no" });
        let rows = desk.repo.fetch_many::<Company>(numbers)?.into_iter().flatten().map(|it| {
            let it = it.value;
            vec![
                it.code.raw().to_owned(),
                it.name.raw().to_owned(),
                it.kind.word().to_owned(),
                text(it.email),
                text(it.phone),
                text(it.city),
                text(it.country),
                text(it.website),
                yes_no(it.active),
                yes_no(it.on_hold),
            ]
        });
        Ok(rows.collect())
    }
}

impl Table for Requests {
    fn header(&self) -> &'static [&'static str] {
        &[
            "Request",
            "First Name",
            "Last Name",
            "Email",
            "Phone",
            "Company",
            "Submitted At",
            "Status",
        ]
    }

    fn rows(&mut self, desk: &Desk, numbers: &[u64]) -> Result<Vec<Vec<String>>, DeskError> {
        let found = desk.repo.fetch_many::<PortalRequest>(numbers)?;
        let rows = found.into_iter().flatten().map(|it| {
            let it = it.value;
            let person = [it.first, it.last, it.email, it.phone, it.company_name];
            let person = person.into_iter().map(|it| it.raw().to_owned());
            std::iter::once(it.id.to_string())
                .chain(person)
                .chain([it.submitted_at.to_string(), it.status.word().to_owned()])
                .collect()
        });
        Ok(rows.collect())
    }
}

fn text(it: Option<Text>) -> String {
    it.map(|it| it.raw().to_owned()).unwrap_or_default()
}
