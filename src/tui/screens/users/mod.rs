//! Users: the list of staff and portal users, the record, and looking after an account.
//!
//! Owns what is shown and typed there; secrets leave it only to the services. Must not
//! decide who may look after whom: the services do, and say why not in their views.

mod add;
#[cfg(test)]
mod add_tests;
mod checked;
mod companies;
#[cfg(test)]
mod create_tests;
mod criteria;
mod edit;
#[cfg(test)]
mod edit_tests;
mod explain;
#[cfg(test)]
mod explain_tests;
mod hand_over;
mod invitation;
#[cfg(test)]
mod invitation_tests;
mod list;
mod list_view;
mod of_company;
pub(super) mod password;
mod portal_side;
mod record;
mod record_view;
mod sign_ins;
mod staff;
mod staff_list;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tick_tests;
#[cfg(test)]
mod utility_tests;

pub use add::AddUser;
pub use criteria::Criteria;
pub use list::{List, PortalAccess, new_account};
pub use of_company::{CompanyUsers, company_list, removed, removing, undo_removal};
pub use record::Record;
pub use sign_ins::SignIns;
pub use staff::AddStaff;
pub use staff_list::StaffAccounts;
