//! Questions about companies, their contacts and their contracts.

use crate::domain::company::CompanyKind;
use crate::domain::id::{CompanyId, ContactId, ContractId};
use crate::service::companies::CompanyForm;
use crate::service::contacts::ContactForm;
use crate::service::contracts::ContractForm;
use crate::service::{ListArgs, NoStatus, Stamp};

/// A question about one contact.
#[derive(Debug, Clone)]
pub enum ContactAsk {
    /// All that is known of it.
    Show(ContactId),
    /// Make one.
    Create(ContactForm),
    /// Save its fields.
    Save {
        /// Which.
        id: ContactId,
        /// What was seen.
        base: Stamp,
        /// The fields.
        form: ContactForm,
    },
}

/// A question about one company.
#[derive(Debug, Clone)]
pub enum CompanyAsk {
    /// All that is known of it.
    Show(CompanyId),
    /// A page of the companies; the one whose number was typed whole comes first.
    LookUp {
        /// Which.
        args: ListArgs<NoStatus>,
        /// Of that kind only.
        kind: Option<CompanyKind>,
        /// The number that may have been typed.
        number: String,
    },
    /// Make one.
    Create(Box<CompanyForm>),
    /// Save its fields.
    Save {
        /// Which.
        id: CompanyId,
        /// What was seen.
        base: Stamp,
        /// The fields.
        form: Box<CompanyForm>,
    },
    /// A page of its contracts.
    Contracts {
        /// Whose.
        company: CompanyId,
        /// Which page.
        args: ListArgs<NoStatus>,
    },
    /// One of its contracts.
    Contract {
        /// Whose.
        company: CompanyId,
        /// The contract's number.
        number: String,
    },
    /// Enter a contract of it.
    AddContract {
        /// Whose.
        company: CompanyId,
        /// The fields.
        form: Box<ContractForm>,
    },
    /// Save the fields of a contract.
    SaveContract {
        /// Whose.
        company: CompanyId,
        /// Which.
        id: ContractId,
        /// What was seen.
        base: Stamp,
        /// The fields.
        form: Box<ContractForm>,
    },
    /// Delete a contract.
    DeleteContract {
        /// Whose.
        company: CompanyId,
        /// Which.
        id: ContractId,
        /// What was seen.
        base: Stamp,
    },
    /// Do no business with it any more.
    Deactivate {
        /// Which.
        id: CompanyId,
        /// What was seen.
        base: Stamp,
    },
    /// Do business with it again.
    Activate {
        /// Which.
        id: CompanyId,
        /// What was seen.
        base: Stamp,
    },
}

impl CompanyAsk {
    pub(super) fn changes(&self) -> bool {
        !matches!(
            self,
            Self::Show(_) | Self::LookUp { .. } | Self::Contracts { .. } | Self::Contract { .. }
        )
    }
}
