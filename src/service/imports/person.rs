//! What files of users and of contacts say of a person.

use crate::domain::problem::Problem;
use crate::domain::text::Text;
use crate::domain::validate::{self, FIRST, LAST, PHONE};
use crate::service::companies::keep;

use super::firms::{CompanyCell, EXTERNAL_ID, Keyed};

/// How many cells of a row tell of the person.
const CELLS: usize = 7;

/// A person as a row has it; an empty cell says nothing.
pub(super) struct Person {
    pub external: Option<Keyed>,
    pub first: Option<Text>,
    pub last: Option<Text>,
    pub email: Option<Keyed>,
    pub phone: Option<Text>,
    pub company: CompanyCell,
}

impl Person {
    /// Reads the cells **External Id**, **First Name**, **Last Name**, **Email**, **Phone**,
    /// **Company** and **Customer Id**.
    pub(super) fn read(cells: &[String; CELLS], problems: &mut Vec<Problem>) -> Self {
        let [external, first, last, email, phone, company, code] = cells;
        let mut text =
            |field, cell: &str| keep(problems, validate::optional(field, cell)).flatten();
        let external = text(EXTERNAL_ID, external).map(Keyed::new);
        let (first, last, phone) = (text(FIRST, first), text(LAST, last), text(PHONE, phone));
        let email = keep(problems, validate::optional_email(email)).flatten().map(Keyed::new);
        let company = CompanyCell::read(company, code, problems);
        Self { external, first, last, email, phone, company }
    }
}
