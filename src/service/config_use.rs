//! Organization configs in use: a config that users of a company have stays in one of its
//! contracts (invariant 6).
//!
//! Owns the look at who has it. The look is taken alone (see [`Desk::commit_alone`]); whoever
//! gives somebody a config guards the contract that carries it, so that neither half of a race
//! slips through.

use crate::domain::contract::Contract;
use crate::domain::id::{CompanyId, UserId};
use crate::domain::problem::{Code, Problem};
use crate::domain::text::thousands;
use crate::domain::user::{PortalProfile, User};
use crate::store::RepositoryExt;
use crate::store::query::{List, Query};

use super::configs::same;
use super::{Desk, DeskError, ListArgs, NoStatus, Sort};

/// Profiles that are read together.
const TOGETHER: usize = 500;
/// Users who are named in a refusal.
const NAMED: usize = 3;

impl Desk {
    /// Refuses to take a config from a company's contracts while users of it have that one.
    ///
    /// `deed` is what can't be done then: `deleted`.
    ///
    /// # Errors
    /// When no other contract of the company carries the config of this one, and somebody has it.
    pub(super) fn expect_config_unused(
        &self,
        contract: &Contract,
        deed: &str,
    ) -> Result<(), DeskError> {
        if self.others_carry(contract)? {
            return Ok(());
        }
        let users = self.users_with(contract.company, contract)?;
        if users.is_empty() {
            return Ok(());
        }
        let ids: Vec<u64> = users.iter().take(NAMED).map(|id| id.0).collect();
        let named = self.repo.fetch_many::<User>(&ids)?.into_iter().flatten();
        let mut names: Vec<String> = named.map(|it| it.value.user_id().to_string()).collect();
        if users.len() > NAMED {
            names.push(format!("{} more", thousands((users.len() - NAMED) as u64)));
        }
        let (count, have) = match users.len() {
            1 => (String::from("1 user"), "has"),
            n => (format!("{} users", thousands(n as u64)), "have"),
        };
        Err(Problem::field(
            Code::OrganizationConfig,
            "config_code",
            format!(
                "Contract {} can't be {deed}: {count} of the company {have} its organization config {} ({}); give them another one first, or enter another contract with that code.",
                contract.number,
                contract.config_code,
                names.join(", ")
            ),
        )
        .into())
    }

    /// Whether another contract of the company carries the same config.
    fn others_carry(&self, contract: &Contract) -> Result<bool, DeskError> {
        let contracts = self.all_of::<Contract>(List::Contracts(contract.company), Sort::Number)?;
        Ok(contracts.iter().any(|it| {
            it.value.id != contract.id && same(&it.value.config_code, &contract.config_code)
        }))
    }

    /// The users of a company that have the config of a contract there.
    fn users_with(
        &self,
        company: CompanyId,
        contract: &Contract,
    ) -> Result<Vec<UserId>, DeskError> {
        let args =
            ListArgs::<NoStatus> { company: Some(company), ..ListArgs::all(Sort::Number, false) };
        let query = Query { partly: false, ..self.asked_plainly(List::Users, &args)? };
        let numbers = self.repo.numbers(&query)?;
        let mut users = Vec::new();
        for chunk in numbers.chunks(TOGETHER) {
            let profiles = self.repo.fetch_many::<PortalProfile>(chunk)?.into_iter().flatten();
            let has = |it: &PortalProfile| {
                let mut configs = it.organization_configs.iter();
                configs.any(|it| it.company == company && same(&it.code, &contract.config_code))
            };
            users.extend(profiles.filter(|it| has(&it.value)).map(|it| it.value.user));
        }
        Ok(users)
    }
}
