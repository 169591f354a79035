//! The companies that rows name, looked up once and kept for the rows to come.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::domain::company::Company;
use crate::domain::fold;
use crate::domain::problem::{Code, Problem};
use crate::domain::text::Text;
use crate::domain::validate::{self, COMPANY_CODE, COMPANY_NAME, Field};
use crate::service::companies::keep;
use crate::service::{Desk, DeskError};
use crate::store::{RepositoryExt, UniqueKey, Versioned};

/// Companies that are kept; beyond it, all are looked up again.
const KEPT: usize = 50_000;

/// What another system calls a user or a contact.
pub(super) const EXTERNAL_ID: Field = Field { name: "external_id", label: "External Id", max: 100 };

/// A text and the form in which it is unique.
#[derive(Debug, Clone)]
pub(super) struct Keyed {
    pub text: Text,
    pub key: String,
}

impl Keyed {
    /// A text with its folded form.
    pub(super) fn new(text: Text) -> Self {
        Self { key: fold::identity(text.raw()), text }
    }
}

/// What a row says of its company: the code, or else the name.
#[derive(Debug, Clone)]
pub(super) struct CompanyCell {
    pub code: Option<Keyed>,
    name: Option<Text>,
}

impl CompanyCell {
    /// Reads the cells **Company** and **Customer Id**.
    pub(super) fn read(name: &str, code: &str, problems: &mut Vec<Problem>) -> Self {
        let name = keep(problems, validate::optional(COMPANY_NAME, name)).flatten();
        let code = keep(problems, validate::optional(COMPANY_CODE, code)).flatten();
        Self { code: code.map(Keyed::new), name }
    }

    /// Whether the row says nothing of a company.
    pub(super) fn is_empty(&self) -> bool {
        self.code.is_none() && self.name.is_none()
    }
}

/// The companies that have been looked up.
#[derive(Default)]
pub(super) struct Firms {
    by_code: HashMap<String, Arc<Versioned<Company>>>,
    /// By folded name; `None` when no company or more than one is called so.
    by_name: HashMap<String, Option<String>>,
}

impl Firms {
    /// Forgets what was looked up: it has moved.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Looks up what the rows of a chunk name.
    ///
    /// # Errors
    /// When the store can't be read.
    pub(super) fn look_up<'a>(
        &mut self,
        desk: &Desk,
        codes: impl Iterator<Item = &'a Keyed>,
        cells: impl Iterator<Item = &'a CompanyCell>,
    ) -> Result<(), DeskError> {
        if self.by_code.len() > KEPT {
            self.forget();
        }
        // Who is in the file before the company is made finds it all the same, later.
        self.by_name.retain(|_, code| code.is_some());
        for cell in cells {
            let Some(name) = cell.name.as_ref().filter(|_| cell.code.is_none()) else { continue };
            let folded = fold::search(name.raw());
            if let Entry::Vacant(place) = self.by_name.entry(folded) {
                let found = desk.company_named(name.raw())?;
                place.insert(found.map(|it| fold::identity(it.code.raw())));
            }
        }
        let mut wanted: Vec<&str> = codes.map(|it| it.key.as_str()).collect();
        wanted.extend(self.by_name.values().flatten().map(String::as_str));
        wanted.retain(|code| !self.by_code.contains_key(*code));
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            return Ok(());
        }
        let keys: Vec<UniqueKey> =
            wanted.iter().map(|code| UniqueKey::CompanyCode((*code).to_owned())).collect();
        let ids: Vec<u64> = desk.repo.owners(&keys)?.into_iter().flatten().collect();
        for company in desk.repo.fetch_many::<Company>(&ids)?.into_iter().flatten() {
            self.by_code.insert(fold::identity(company.value.code.raw()), Arc::new(company));
        }
        Ok(())
    }

    /// The company that a row names; `None` when it names none.
    ///
    /// # Errors
    /// When there is no such company.
    pub(super) fn of(
        &self,
        cell: &CompanyCell,
    ) -> Result<Option<&Arc<Versioned<Company>>>, Problem> {
        match (&cell.code, &cell.name) {
            (Some(code), _) => self.coded(code).map(Some),
            (None, Some(name)) => {
                let code = self.by_name.get(&fold::search(name.raw())).and_then(Option::as_ref);
                let company = code.and_then(|code| self.by_code.get(code));
                company.map(Some).ok_or_else(|| nobody_called(name))
            }
            (None, None) => Ok(None),
        }
    }

    /// The company of that code.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn coded(&self, code: &Keyed) -> Result<&Arc<Versioned<Company>>, Problem> {
        self.by_code.get(&code.key).ok_or_else(|| {
            Problem::field(
                Code::CompanyMissing,
                "company",
                format!(
                    "There is no company with the Customer Id {}; import or create it first.",
                    code.text
                ),
            )
        })
    }
}

fn nobody_called(name: &Text) -> Problem {
    Problem::field(
        Code::CompanyMissing,
        "company",
        format!("No company, or more than one, is called {name}; give its Customer Id."),
    )
}
