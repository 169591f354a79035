//! Organization configs of portal users: those that the contracts of their companies name.
//!
//! Keeps invariant 6 of DOMAIN.md: a user works with a config in a company only while a
//! contract of that company names it. The contract is guarded when the config is given.

use serde::Serialize;

use crate::domain::company::Company;
use crate::domain::contract::Contract;
use crate::domain::fold;
use crate::domain::id::CompanyId;
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::domain::user::MemberConfig;
use crate::store::query::{Filter, List, Query};
use crate::store::{Changes, Key, Kind, Stamp, Versioned};

use super::page::entities;
use super::{Desk, DeskError, Session, Sort};

/// Contracts of a company that are looked at.
const CONTRACTS: u64 = 1_000;
/// The field that configs are chosen in.
const FIELD: &str = "configs";

/// An organization config that a user can have in a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfigOffer {
    /// The company.
    pub company: CompanyId,
    /// Its code.
    pub company_code: Text,
    /// Its name.
    pub company_name: Text,
    /// The code of the config.
    pub code: Text,
    /// Its name.
    pub name: Text,
    /// The numbers of the contracts that name it.
    pub contracts: Vec<Text>,
    /// Whether one of them holds today (UTC).
    pub active: bool,
}

/// Configs that have been held against the contracts.
#[derive(Debug, Clone, Default)]
pub(super) struct Configs {
    /// As they are stored.
    pub chosen: Vec<MemberConfig>,
    /// A contract that names each.
    read: Vec<(Key, Stamp)>,
}

impl Configs {
    /// Lets changes through only while the contracts are what they were.
    pub fn guarding(&self, changes: Changes) -> Changes {
        self.read.iter().fold(changes, |changes, (key, stamp)| changes.guard(*key, *stamp))
    }
}

impl Desk {
    /// The organization configs that the contracts of those companies name, company by
    /// company in the order given.
    ///
    /// # Errors
    /// When the role may not read, or the store can't be read.
    pub fn configs_of(
        &self,
        who: &Session,
        companies: &[CompanyId],
    ) -> Result<Vec<ConfigOffer>, DeskError> {
        self.authorize(who, Permission::Read)?;
        let known = self.companies_by_id(companies.iter().copied())?;
        let today = self.clock.now().utc().date_naive();
        let mut offers: Vec<ConfigOffer> = Vec::new();
        for company in companies.iter().filter_map(|id| known.get(id)) {
            let from = offers.len();
            for contract in self.contracts_of(company.id)? {
                let it = contract.value;
                let active = it.is_active(today);
                match offers[from..].iter_mut().find(|offer| same(&offer.code, &it.config_code)) {
                    Some(offer) => {
                        offer.contracts.push(it.number);
                        offer.active |= active;
                    }
                    None => offers.push(ConfigOffer {
                        company: company.id,
                        company_code: company.code.clone(),
                        company_name: company.name.clone(),
                        code: it.config_code,
                        name: it.config_name,
                        contracts: vec![it.number],
                        active,
                    }),
                }
            }
        }
        Ok(offers)
    }

    /// Holds configs against the contracts of the companies that somebody is to act for; what
    /// is wrong with them goes to `problems`.
    pub(super) fn read_configs(
        &self,
        wanted: &[MemberConfig],
        companies: &[Versioned<Company>],
        problems: &mut Vec<Problem>,
    ) -> Result<Configs, DeskError> {
        let mut configs = Configs::default();
        for config in wanted {
            let company = companies.iter().find(|it| it.value.id == config.company);
            let Some(Versioned { value: company, .. }) = company else {
                problems.push(of_no_company(&config.code));
                continue;
            };
            if configs.chosen.iter().any(|it| it.company == company.id) {
                problems.push(two_configs(company));
                continue;
            }
            let contracts = self.contracts_of(company.id)?;
            let Some(found) = contracts.iter().find(|it| same(&it.value.config_code, &config.code))
            else {
                problems.push(of_no_contract(company, &config.code, &contracts));
                continue;
            };
            let code = found.value.config_code.clone();
            configs.chosen.push(MemberConfig { company: company.id, code });
            let key = Key { kind: Kind::Contract, id: company.id.0, sub: found.value.id.0 };
            configs.read.push((key, found.stamp));
        }
        Ok(configs)
    }

    /// The organization configs of a profile as the trail has them: each with the code of its
    /// company, since several companies may call a config the same.
    pub(super) fn configs_in_words(
        &self,
        configs: &[MemberConfig],
    ) -> Result<Option<Text>, DeskError> {
        let known = self.companies_by_id(configs.iter().map(|it| it.company))?;
        let words: Vec<String> = configs
            .iter()
            .map(|it| match known.get(&it.company) {
                Some(company) => format!("{}={}", company.code.raw(), it.code.raw()),
                None => format!("{}={}", it.company, it.code.raw()),
            })
            .collect();
        Ok((!words.is_empty()).then(|| Text::new(words.join(", "))))
    }

    /// The contracts of a company, in the order of their numbers.
    pub(super) fn contracts_of(
        &self,
        company: CompanyId,
    ) -> Result<Vec<Versioned<Contract>>, DeskError> {
        let query = Query {
            list: List::Contracts(company),
            filter: Filter::default(),
            sort: Sort::Number,
            reverse: false,
            page: 1,
            per_page: CONTRACTS,
            partly: false,
            stop: self.stop.clone(),
        };
        Ok(entities(self.repo.query(&query)?.rows))
    }
}

/// Whether two codes are the same config.
pub(super) fn same(one: &Text, other: &Text) -> bool {
    fold::identity(one.raw()) == fold::identity(other.raw())
}

fn of_no_company(code: &Text) -> Problem {
    Problem::field(
        Code::OrganizationConfig,
        FIELD,
        format!(
            "Organization config {code} is for a company that the user does not act for; add the company, or leave the config out."
        ),
    )
}

fn two_configs(company: &Company) -> Problem {
    Problem::field(
        Code::OrganizationConfig,
        FIELD,
        format!("{} has two organization configs here; choose one of them.", company.name),
    )
}

fn of_no_contract(company: &Company, code: &Text, contracts: &[Versioned<Contract>]) -> Problem {
    let mut known: Vec<&str> = contracts.iter().map(|it| it.value.config_code.raw()).collect();
    known.sort_unstable();
    known.dedup();
    let way_out = match known.is_empty() {
        true => String::from("it has no contract; leave the config out, or enter a contract first"),
        false => format!("choose one of {}", Text::new(known.join(", "))),
    };
    Problem::field(
        Code::OrganizationConfig,
        FIELD,
        format!("No contract of {} names organization config {code}; {way_out}.", company.name),
    )
}
