//! Contracts: what a company has agreed with us, and which organization config it names.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::id::{CompanyId, ContractId};
use super::text::Text;

/// A contract of a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// Its identity.
    pub id: ContractId,
    /// Whose it is.
    pub company: CompanyId,
    /// The contract number, unique within the company.
    pub number: Text,
    /// The code of the organization config that it names.
    pub config_code: Text,
    /// The name of that organization config.
    pub config_name: Text,
    /// The first day that it holds.
    pub start: NaiveDate,
    /// The last day that it holds; none while it has no end.
    pub end: Option<NaiveDate>,
}

impl Contract {
    /// Whether it holds on that day.
    pub fn is_active(&self, day: NaiveDate) -> bool {
        self.start <= day && self.end.is_none_or(|end| day <= end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_day_count() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 3, d).unwrap();
        let contract = Contract {
            id: ContractId(1),
            company: CompanyId(1),
            number: "4711".into(),
            config_code: "EU".into(),
            config_name: "Europe".into(),
            start: day(2),
            end: Some(day(4)),
        };
        let holds = (1..=5).map(|d| contract.is_active(day(d))).collect::<Vec<_>>();
        assert_eq!(holds, [false, true, true, true, false]);
        assert!(Contract { end: None, ..contract }.is_active(day(31)));
    }
}
