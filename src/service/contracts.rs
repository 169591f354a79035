//! Contracts: what a company has agreed with us, and which organization config it names.
//!
//! A contract lies below its company and has no history of its own on a screen: what happens
//! to it is told in the history of the company, with the contract's number as the remark.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::audit::Action;
use crate::domain::company::Company;
use crate::domain::contract::Contract;
use crate::domain::fold;
use crate::domain::id::{CompanyId, ContractId};
use crate::domain::problem::{Code, Problem};
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::domain::validate::{self, CONFIG_CODE, CONFIG_NAME, CONTRACT_NUMBER, END, START};
use crate::store::query::{Clause, Column, Filter, List, Query, Stop, Test};
use crate::store::{AuditDraft, Changes, Key, Kind, Stamp, Versioned};

use super::commit::Subject;
use super::companies::keep;
use super::configs::same;
use super::page::{NoStatus, entities};
use super::trail::{created, differences};
use super::{Desk, DeskError, ListArgs, Page, Session, Sort};

/// A contract in a company's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractRow {
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
    /// Whether it holds today (UTC).
    pub active: bool,
    /// What it was read at.
    #[serde(skip)]
    pub stamp: Stamp,
}

impl ContractRow {
    /// The form as it is opened on this contract.
    pub fn form(&self) -> ContractForm {
        ContractForm {
            number: self.number.raw().to_owned(),
            config_code: self.config_code.raw().to_owned(),
            config_name: self.config_name.raw().to_owned(),
            start: self.start.to_string(),
            end: self.end.map_or_else(String::new, |day| day.to_string()),
        }
    }
}

/// What a contract's form holds, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContractForm {
    /// The contract number.
    pub number: String,
    /// The code of the organization config.
    pub config_code: String,
    /// The name of the organization config.
    pub config_name: String,
    /// The first day, as 2026-06-29.
    pub start: String,
    /// The last day, the same way; empty for none.
    pub end: String,
}

impl Desk {
    /// One page of a company's contracts: by number ([`Sort::Login`]), organization config
    /// ([`Sort::Name`]) or first day ([`Sort::Time`]).
    ///
    /// # Errors
    /// When there is no such company, or the role may not read.
    pub fn contracts(
        &self,
        who: &Session,
        company: CompanyId,
        args: &ListArgs<NoStatus>,
    ) -> Result<Page<ContractRow>, DeskError> {
        self.authorize(who, Permission::Read)?;
        self.company_record(company)?;
        let mut found = self.repo.query(&self.asked_plainly(List::Contracts(company), args)?)?;
        let rows = entities(std::mem::take(&mut found.rows));
        let rows = rows.into_iter().map(|it| self.contract_row(it)).collect();
        Ok(Page::of(&found, args.per_page, rows))
    }

    /// The contract of that number within its company, in any case.
    ///
    /// # Errors
    /// When there is no such company or contract, or the role may not read.
    pub fn contract_by_number(
        &self,
        who: &Session,
        company: CompanyId,
        number: &str,
    ) -> Result<ContractRow, DeskError> {
        self.authorize(who, Permission::Read)?;
        self.company_record(company)?;
        let wanted = fold::identity(number);
        let like = Test::In(Column::Login, fold::search(number.trim()));
        let filter =
            Filter { clauses: vec![Clause { not: false, test: like }], ..Filter::default() };
        let query = Query {
            list: List::Contracts(company),
            filter,
            sort: Sort::Login,
            reverse: false,
            page: 1,
            per_page: u64::MAX,
            partly: false,
            stop: Stop::default(),
        };
        entities::<Contract>(self.repo.query(&query)?.rows)
            .into_iter()
            .find(|it| fold::identity(it.value.number.raw()) == wanted)
            .map(|it| self.contract_row(it))
            .ok_or_else(|| DeskError::not_found("contract", number.trim()))
    }

    /// Enters a contract of a company.
    ///
    /// # Errors
    /// When a field is wrong, the company has a contract of that number or is gone, or the
    /// role may not.
    pub fn create_contract(
        &self,
        who: &Session,
        company: CompanyId,
        form: &ContractForm,
    ) -> Result<ContractRow, DeskError> {
        let actor = self.authorize(who, Permission::KeepCompanyFile)?;
        let company = self.company_record(company)?;
        let read = read(form)?;
        let id = ContractId(self.repo.reserve(Kind::Contract, 1)?);
        let contract = Contract { id, company: company.value.id, ..read };
        let entry = AuditDraft::new(self.clock.now(), &actor, Action::ContractCreate)
            .changing(created(fields(&contract)));
        let changes = Changes::new(told(entry, &contract, &company.value))
            .create(contract.clone())
            .guard(Key::new(Kind::Company, company.value.id.0), company.stamp);
        self.commit(changes, &subject(&contract, None))?;
        Ok(self.contract_row(self.contract_record(contract.company, id)?))
    }

    /// Saves an edited contract; `base` is what the form was opened with.
    ///
    /// # Errors
    /// When a field is wrong, the company has another contract of that number, its config gets
    /// another code while users have it from no other contract, somebody else changed or
    /// deleted it meanwhile, or the role may not.
    pub fn edit_contract(
        &self,
        who: &Session,
        company: CompanyId,
        id: ContractId,
        base: Option<Stamp>,
        form: &ContractForm,
    ) -> Result<ContractRow, DeskError> {
        let actor = self.authorize(who, Permission::KeepCompanyFile)?;
        let old = self.contract_record(company, id)?;
        let key = key_of(&old.value);
        self.expect_unmoved(key, &label(&old.value), base, old.stamp)?;
        let new = Contract { id, company, ..read(form)? };
        if new == old.value {
            return Ok(self.contract_row(old));
        }
        let pairs = fields(&old.value).into_iter().zip(fields(&new));
        let entry = AuditDraft::new(self.clock.now(), &actor, Action::ContractEdit)
            .changing(differences(pairs.map(|((name, was), (_, is))| (name, was, is))));
        let company = self.company_record(company)?;
        let changes =
            Changes::new(told(entry, &new, &company.value)).update(new.clone(), old.stamp);
        let subject = subject(&old.value, Some(old.stamp));
        if same(&new.config_code, &old.value.config_code) {
            self.commit(changes, &subject)?;
        } else {
            let keeps = || self.expect_config_unused(&old.value, "given another code");
            self.commit_alone(changes, &subject, keeps)?;
        }
        Ok(self.contract_row(self.contract_record(new.company, id)?))
    }

    /// Deletes a contract; what it was.
    ///
    /// # Errors
    /// When users have its config from no other contract, somebody else changed or deleted it
    /// since `base`, or the role may not.
    pub fn delete_contract(
        &self,
        who: &Session,
        company: CompanyId,
        id: ContractId,
        base: Option<Stamp>,
    ) -> Result<ContractRow, DeskError> {
        let actor = self.authorize(who, Permission::KeepCompanyFile)?;
        let old = self.contract_record(company, id)?;
        let key = key_of(&old.value);
        self.expect_unmoved(key, &label(&old.value), base, old.stamp)?;
        let company = self.company_record(company)?;
        let gone = fields(&old.value).into_iter().map(|(name, was)| (name, was, None));
        let entry = AuditDraft::new(self.clock.now(), &actor, Action::ContractDelete)
            .changing(differences(gone));
        let changes = Changes::new(told(entry, &old.value, &company.value)).delete(key, old.stamp);
        let subject = subject(&old.value, Some(old.stamp));
        self.commit_alone(changes, &subject, || self.expect_config_unused(&old.value, "deleted"))?;
        Ok(self.contract_row(old))
    }

    /// How many contracts a company has.
    pub(super) fn contract_count(&self, company: CompanyId) -> Result<u64, DeskError> {
        let args = ListArgs::<NoStatus> { per_page: 0, ..ListArgs::all(Sort::Number, false) };
        Ok(self.repo.query(&self.asked_plainly(List::Contracts(company), &args)?)?.total)
    }

    fn contract_record(
        &self,
        company: CompanyId,
        id: ContractId,
    ) -> Result<Versioned<Contract>, DeskError> {
        let key = Key { kind: Kind::Contract, id: company.0, sub: id.0 };
        let stored = self.repo.get(key)?.and_then(Versioned::of);
        stored.ok_or_else(|| DeskError::not_found("contract", id))
    }

    fn contract_row(&self, contract: Versioned<Contract>) -> ContractRow {
        let Versioned { value, stamp } = contract;
        let active = value.is_active(self.clock.now().utc().date_naive());
        let Contract { id, company, number, config_code, config_name, start, end } = value;
        ContractRow { id, company, number, config_code, config_name, start, end, active, stamp }
    }
}

/// Reads a contract's form; its identity and its company are yet to be given.
fn read(form: &ContractForm) -> Result<Contract, DeskError> {
    let mut problems = Vec::new();
    let number = keep(&mut problems, validate::required(CONTRACT_NUMBER, &form.number));
    let code = keep(&mut problems, validate::required(CONFIG_CODE, &form.config_code));
    let name = keep(&mut problems, validate::required(CONFIG_NAME, &form.config_name));
    let start = validate::optional_day(START, &form.start);
    let start =
        keep(&mut problems, start.and_then(|day| day.ok_or_else(|| validate::missing(START))));
    let end = keep(&mut problems, validate::optional_day(END, &form.end));
    if let (Some(start), Some(Some(end))) = (start, end)
        && end < start
    {
        problems.push(Problem::field(
            Code::Malformed,
            END.name,
            format!(
                "A contract that starts on {start} can't end on {end}; give a later end, or none."
            ),
        ));
    }
    match (number, code, name, start, end) {
        (Some(number), Some(config_code), Some(config_name), Some(start), Some(end))
            if problems.is_empty() =>
        {
            let (id, company) = (ContractId(0), CompanyId(0));
            Ok(Contract { id, company, number, config_code, config_name, start, end })
        }
        _ => Err(DeskError::Problems(problems)),
    }
}

fn fields(it: &Contract) -> [(&'static str, Option<Text>); 5] {
    [
        ("number", Some(it.number.clone())),
        ("config_code", Some(it.config_code.clone())),
        ("config_name", Some(it.config_name.clone())),
        ("start", Some(Text::new(it.start.to_string()))),
        ("end", it.end.map(|day| Text::new(day.to_string()))),
    ]
}

/// The entry, about the contract and its company.
fn told(entry: AuditDraft, contract: &Contract, company: &Company) -> AuditDraft {
    let label = label(contract);
    entry
        .on(key_of(contract), label.clone())
        .on(Key::new(Kind::Company, company.id.0), company.name.clone())
        .noting(label)
}

fn label(contract: &Contract) -> Text {
    Text::new(format!("contract {}", contract.number.raw()))
}

fn key_of(contract: &Contract) -> Key {
    Key { kind: Kind::Contract, id: contract.company.0, sub: contract.id.0 }
}

fn subject(contract: &Contract, read: Option<Stamp>) -> Subject {
    Subject { key: key_of(contract), label: label(contract), read }
}
