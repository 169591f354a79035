//! What one deed to many users would touch: how many, which first, and why not all of them.
//!
//! A small selection is read; of a big one the users are counted by what the lists know of
//! them (kind, role, status), so that the question before a million is asked at once.

use std::collections::HashSet;

use serde::Serialize;

use crate::domain::role::{Permission, Role};
use crate::domain::user::{User, UserStatus};
use crate::store::RepositoryExt;
use crate::store::query::{Clause, Mark, Query, Status, Test};

use super::bulk::Selection;
use super::deeds::{Deed, Reason};
use super::user_views::UserRow;
use super::{Desk, DeskError, Session};

/// Users that are read one by one for a plan; of more they are counted.
const READ: usize = 1_000;
/// Users that are read at a time.
const AT_ONCE: usize = 500;
/// Users that a plan shows.
const SAMPLE: usize = 10;

/// What a deed would touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// How many users are selected; what [`Desk::bulk`] expects.
    pub count: u64,
    /// The first ten of them.
    pub sample: Vec<UserRow>,
    /// How many it would be done to, as things are now.
    pub can: u64,
    /// Why it would not be done to the others, with how many of them; the most first.
    pub refused: Vec<PlanRefusal>,
    /// What goes, a phrase each; for deleting only.
    pub goes: Vec<String>,
    /// What stays, a phrase each; for deleting only.
    pub stays: Vec<String>,
}

/// A reason that a deed would not be done to some of the selected users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanRefusal {
    /// How many.
    pub count: u64,
    /// The sentence.
    pub why: String,
}

impl Desk {
    /// What a deed would touch, for the question before it.
    ///
    /// # Errors
    /// When the role may do it to nobody, or the store can't be read.
    pub fn bulk_plan(
        &self,
        who: &Session,
        deed: Deed,
        selection: &Selection,
    ) -> Result<Plan, DeskError> {
        self.plan(who, deed, selection, READ)
    }

    /// A plan that reads up to so many users, and counts when there are more.
    pub(super) fn plan(
        &self,
        who: &Session,
        deed: Deed,
        selection: &Selection,
        read: usize,
    ) -> Result<Plan, DeskError> {
        let role = self.expect_any(who, deed)?;
        let ids = self.selected(selection)?;
        let first = &ids[..ids.len().min(SAMPLE)];
        let first = self.repo.fetch_many::<User>(first)?.into_iter().flatten().collect();
        let reasons = match selection {
            // The lists do not know who has failed sign-ins that lead to no wait yet, nor to whom
            // a mail is on its way.
            Selection::Matching { args, except }
                if ids.len() > read && !matches!(deed, Deed::Unlock | Deed::Invite) =>
            {
                let owns = ids.contains(&who.user().0);
                let mut others: HashSet<u64> = except.iter().map(|id| id.0).collect();
                others.insert(who.user().0);
                let mut refused =
                    self.count_refusals(role, deed, &self.users_query(args)?, &others)?;
                refused.push((Reason::Own, u64::from(owns)));
                refused
            }
            _ => self.read_refusals(who, role, deed, &ids)?,
        };
        let mut refused: Vec<PlanRefusal> = Vec::new();
        for (reason, count) in reasons {
            let why = reason.of_many();
            match refused.iter_mut().find(|it| it.why == why) {
                Some(known) => known.count += count,
                None => refused.push(PlanRefusal { count, why }),
            }
        }
        refused.retain(|it| it.count > 0);
        refused.sort_by_key(|it| std::cmp::Reverse(it.count));
        let count = ids.len() as u64;
        let (goes, stays) = match deed {
            Deed::Delete => self.fate(&ids)?,
            Deed::Disable | Deed::Enable | Deed::Unlock | Deed::Invite => (Vec::new(), Vec::new()),
        };
        Ok(Plan {
            count,
            sample: self.user_rows(first)?,
            can: count - refused.iter().map(|it| it.count).sum::<u64>().min(count),
            refused,
            goes,
            stays,
        })
    }

    fn read_refusals(
        &self,
        who: &Session,
        role: Role,
        deed: Deed,
        ids: &[u64],
    ) -> Result<Vec<(Reason, u64)>, DeskError> {
        let mut refused: Vec<(Reason, u64)> = Vec::new();
        for chunk in ids.chunks(AT_ONCE) {
            let users = self.repo.fetch_many::<User>(chunk)?;
            let mails = self.mails_to_decide(deed, &users)?;
            for user in users {
                let decided = match &user {
                    None => Err(Reason::Gone),
                    Some(user) => deed.decide(who.user(), role, &user.value, mails.of(&user.value)),
                };
                let Err(reason) = decided else { continue };
                match refused.iter_mut().find(|(known, _)| *known == reason) {
                    Some((_, count)) => *count += 1,
                    None => refused.push((reason, 1)),
                }
            }
        }
        Ok(refused)
    }

    /// Counts by what the lists know, without those in `others`.
    fn count_refusals(
        &self,
        role: Role,
        deed: Deed,
        query: &Query,
        others: &HashSet<u64>,
    ) -> Result<Vec<(Reason, u64)>, DeskError> {
        let count = |clauses: Vec<Clause>| -> Result<u64, DeskError> {
            let mut query = query.clone();
            query.filter.clauses.extend(clauses);
            let found = self.repo.numbers(&query)?;
            Ok(found.iter().filter(|id| !others.contains(id)).count() as u64)
        };
        let mut refused = Vec::new();
        for (class, permission) in classes(deed) {
            if !role.may(permission) {
                refused.push((Reason::Denied(role, permission), count(class)?));
            } else if let Some(wrong) = wrong_state(deed) {
                let both = class.into_iter().chain([wrong]).collect();
                refused.push((Reason::State(deed), count(both)?));
            }
        }
        Ok(refused)
    }

    /// What goes with the users and what stays, in phrases.
    fn fate(&self, ids: &[u64]) -> Result<(Vec<String>, Vec<String>), DeskError> {
        if let &[id] = ids
            && let Some(user) = self.repo.fetch::<User>(id)?
        {
            let receipt = self.receipt(&user.value)?;
            return Ok((receipt.gone, receipt.stays));
        }
        let phrases = |phrases: &[&str]| phrases.iter().map(|it| (*it).to_owned()).collect();
        Ok((
            phrases(&[
                "the accounts, their logins and passwords",
                "their emails, free again",
                "which companies they act for, and their accounts at the sites",
            ]),
            phrases(&[
                "the contacts behind them",
                "the requests that they came from",
                "their login history",
                "the audit trail",
            ]),
        ))
    }
}

/// The kinds of users that different permissions are asked for, as the lists know them; each
/// user is in one of them.
fn classes(deed: Deed) -> [(Vec<Clause>, Permission); 4] {
    let is = |test: Test| Clause { not: false, test };
    let not = |test: Test| Clause { not: true, test };
    let portal = || is(Test::Is(Mark::Portal));
    let (admin, helper) = (Test::Role(Role::PortalAdmin), Test::Role(Role::SuperUser));
    [
        (vec![is(Test::Is(Mark::Staff))], Permission::Administer),
        (vec![portal(), is(admin.clone())], Permission::ManagePrivilegedUsers),
        (vec![portal(), is(helper.clone())], Permission::ManagePrivilegedUsers),
        (vec![portal(), not(admin), not(helper)], deed.ordinary()),
    ]
}

/// The state in which there is nothing to do.
fn wrong_state(deed: Deed) -> Option<Clause> {
    let test = Test::Status(Status::User(UserStatus::Disabled));
    match deed {
        Deed::Disable => Some(Clause { not: false, test }),
        Deed::Enable => Some(Clause { not: true, test }),
        Deed::Unlock | Deed::Delete | Deed::Invite => None,
    }
}
