//! Sites, their groups, the portal's switches, Site sync and roles: what is refused, what
//! others did meanwhile, and what always holds.

mod random;
mod roles;
mod sites;
mod sync;

use crate::domain::problem::Code;
use crate::domain::role::Role;
use crate::service::{DeskError, Session};

use super::House;
use super::calls::administration::{claims, role};

/// A house and its Security Administrator.
fn house() -> (House, Session) {
    let house = House::new();
    let boss = house.staff(Role::SecurityAdministrator);
    (house, boss)
}

/// The first problem of a refusal: its code and its sentence.
#[track_caller]
fn problem<T: std::fmt::Debug>(outcome: Result<T, DeskError>) -> (Code, String) {
    match outcome {
        Err(DeskError::Problems(problems)) => (problems[0].code, problems[0].message.clone()),
        other => panic!("{other:?}"),
    }
}
