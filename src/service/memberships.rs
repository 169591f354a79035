//! The companies that a portal user acts for: joining, leaving, and which is the primary one.
//!
//! Keeps invariants 1 to 3 of DOMAIN.md: at least one company and exactly one primary, all of
//! the user's kind, and the contact's company among them. When the contact's company is taken
//! off, the contact moves to the primary one in the same commit: it can't move on its own
//! while somebody is a user by it, so that refusing would leave no way out.

use crate::domain::audit::{Action, Actor, FieldChange};
use crate::domain::company::{Company, CompanyKind};
use crate::domain::contact::Contact;
use crate::domain::id::{CompanyId, UserId};
use crate::domain::problem::{Code, Problem};
use crate::domain::text::Text;
use crate::domain::user::{Membership, PortalProfile, User};
use crate::store::{AuditDraft, Changes, CommitError, Key, Kind, RepositoryExt, Stamp, Versioned};

use super::accounts::{ROUNDS, busy, permission_over};
use super::trail::differences;
use super::user_views::UserView;
use super::{Desk, DeskError, Session};

/// The companies of a user as they are to be.
pub(super) struct Move {
    /// The profile as it was read, and as it is to be.
    pub before: Versioned<PortalProfile>,
    pub after: PortalProfile,
    /// The companies that it is to act for, the primary one first.
    pub companies: Vec<Versioned<Company>>,
    /// The contact, when its company is taken off.
    pub contact: Option<Versioned<Contact>>,
}

impl Move {
    /// Whether anything of the profile is another than before.
    pub fn writes(&self) -> bool {
        self.before.value != self.after
    }

    /// Whether the user acts for other companies than before, or for another one first.
    pub fn is_one(&self) -> bool {
        self.before.value.memberships != self.after.memberships
    }

    /// The company that the user acts for first.
    pub fn primary(&self) -> Option<&Company> {
        self.companies.first().map(|it| &it.value)
    }
}

impl Desk {
    /// The profile of a portal user.
    pub(super) fn profile_of(
        &self,
        user: &User,
    ) -> Result<Option<Versioned<PortalProfile>>, DeskError> {
        Ok(self.repo.fetch::<PortalProfile>(user.id.0)?)
    }

    /// A user's companies as a form has them, the primary one first; what is wrong with them
    /// goes to `problems`.
    pub(super) fn moved(
        &self,
        before: Versioned<PortalProfile>,
        wanted: &[CompanyId],
        problems: &mut Vec<Problem>,
    ) -> Result<Move, DeskError> {
        let mut ids: Vec<u64> = Vec::new();
        for id in wanted {
            if !ids.contains(&id.0) {
                ids.push(id.0);
            }
        }
        if ids.is_empty() {
            problems.push(company_missing());
        }
        let found = self.repo.fetch_many::<Company>(&ids)?;
        if found.iter().any(Option::is_none) {
            let message = "One of the companies is gone; take it off and choose another.";
            problems.push(Problem::field(Code::CompanyMissing, "companies", message));
        }
        let companies: Vec<Versioned<Company>> = found.into_iter().flatten().collect();
        let kind = before.value.account_type;
        let other = companies.iter().find(|it| it.value.kind != kind);
        problems.extend(other.map(|it| wrong_kind(&it.value, kind)));
        let mut after =
            PortalProfile { memberships: memberships(&before.value, &ids), ..before.value.clone() };
        // Who leaves a company leaves its organization config there (invariant 6).
        after.organization_configs.retain(|it| ids.contains(&it.company.0));
        let contact = match self.repo.fetch::<Contact>(after.contact.0)? {
            Some(contact) => {
                let stays = contact.value.company.is_some_and(|it| ids.contains(&it.0));
                (!stays).then_some(contact)
            }
            None => None,
        };
        Ok(Move { before, after, companies, contact })
    }

    /// Adds what becomes of a profile; nothing when it stays as it is.
    pub(super) fn moving(
        &self,
        mut changes: Changes,
        actor: &Actor,
        it: &Move,
    ) -> Result<Changes, DeskError> {
        if !it.writes() {
            return Ok(changes);
        }
        changes = changes.update(it.after.clone(), it.before.stamp);
        for company in &it.companies {
            changes = changes.guard(Key::new(Kind::Company, company.value.id.0), company.stamp);
        }
        let (Some(contact), Some(primary)) = (&it.contact, it.primary()) else {
            return Ok(changes);
        };
        let moved = Contact { company: Some(primary.id), ..contact.value.clone() };
        let from = match contact.value.company {
            Some(id) => self.repo.fetch::<Company>(id.0)?.map(|it| it.value.name),
            None => None,
        };
        let key = Key::new(Kind::Contact, moved.id.0);
        let entry = AuditDraft::new(self.clock.now(), actor, Action::ContactEdit)
            .on(key, moved.label())
            .changing(differences([("company", from, Some(primary.name.clone()))]));
        Ok(changes.also(entry).update(moved, contact.stamp))
    }

    /// What the trail says of other companies: their names, the primary one first, and where
    /// those alone would read the same, their codes too.
    pub(super) fn membership_changes(
        &self,
        before: &PortalProfile,
        after: &PortalProfile,
    ) -> Result<Vec<FieldChange>, DeskError> {
        if before.memberships == after.memberships {
            return Ok(Vec::new());
        }
        let companies = |profile: &PortalProfile| {
            let mut members: Vec<&Membership> = profile.memberships.iter().collect();
            members.sort_by_key(|it| !it.primary);
            let ids: Vec<u64> = members.iter().map(|it| it.company.0).collect();
            self.repo.fetch_many::<Company>(&ids)
        };
        let (before, after) = (companies(before)?, companies(after)?);
        let told = |name: fn(&Company) -> String| {
            let names = |of: &[Option<Versioned<Company>>]| {
                let names: Vec<String> = of.iter().flatten().map(|it| name(&it.value)).collect();
                Some(Text::new(names.join(", ")))
            };
            differences([("companies", names(&before), names(&after))])
        };
        let changes = told(|it| it.name.raw().to_owned());
        if !changes.is_empty() {
            return Ok(changes);
        }
        Ok(told(|it| format!("{} ({})", it.name.raw(), it.code.raw())))
    }

    /// Takes a company off a portal user that has others; the next one becomes primary.
    ///
    /// The contact moves to the primary company when it was with the one taken off.
    ///
    /// # Errors
    /// When it is the last one or none of the user's, and as [`Desk::edit_user`].
    pub fn remove_from_company(
        &self,
        who: &Session,
        id: UserId,
        base: Option<Stamp>,
        company: CompanyId,
    ) -> Result<UserView, DeskError> {
        for _ in 0..ROUNDS {
            let reached = self.reach(who, id, base, permission_over)?;
            let user = &reached.read.value;
            let profile = self.profile_of(user)?.ok_or_else(|| no_member(user, company))?;
            let mut left: Vec<&Membership> = profile.value.memberships.iter().collect();
            left.sort_by_key(|it| !it.primary);
            left.retain(|it| it.company != company);
            if left.len() == profile.value.memberships.len() {
                return Err(no_member(user, company));
            }
            if left.is_empty() {
                return Err(last_company(user));
            }
            let wanted: Vec<CompanyId> = left.iter().map(|it| it.company).collect();
            let mut problems = Vec::new();
            let it = self.moved(profile, &wanted, &mut problems)?;
            if !problems.is_empty() {
                return Err(DeskError::Problems(problems));
            }
            let entry = AuditDraft::new(self.clock.now(), &reached.actor, Action::UserLeave)
                .on(Key::new(Kind::User, id.0), user.user_id())
                .on(Key::new(Kind::Profile, id.0), user.user_id())
                .changing(self.membership_changes(&it.before.value, &it.after)?);
            // The user is written too: whoever has it open sees that it was changed.
            let changes = Changes::new(entry).update(user.clone(), reached.read.stamp);
            let changes = self.moving(reached.guarding(changes), &reached.actor, &it)?;
            match self.commit_raw(changes) {
                Ok(_) => return self.user_view(who, id),
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Taken { unique, owner }) => return Err(self.taken(&unique, owner)),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(busy(id))
    }
}

/// The memberships in that order, the first primary; what stays keeps what else it holds.
fn memberships(before: &PortalProfile, ids: &[u64]) -> Vec<Membership> {
    let wanted: Vec<Membership> = ids
        .iter()
        .enumerate()
        .map(|(at, id)| {
            let known = before.memberships.iter().find(|it| it.company.0 == *id);
            let new = Membership { company: CompanyId(*id), primary: false };
            Membership { primary: at == 0, ..known.cloned().unwrap_or(new) }
        })
        .collect();
    // The order of the others says nothing: what was there keeps its place.
    let mut kept = before.memberships.clone();
    kept.retain(|it| wanted.contains(it));
    if kept.len() == before.memberships.len() && kept.len() == wanted.len() {
        return kept;
    }
    wanted
}

fn company_missing() -> Problem {
    Problem::field(
        Code::CompanyMissing,
        "companies",
        "A portal user acts for at least one company; choose one.",
    )
}

fn wrong_kind(company: &Company, kind: CompanyKind) -> Problem {
    Problem::field(
        Code::AccountType,
        "companies",
        format!(
            "{} is a {}, and this is a {}'s user; choose companies of that kind only.",
            company.name,
            company.kind.word(),
            kind.word()
        ),
    )
}

fn no_member(user: &User, company: CompanyId) -> DeskError {
    Problem::field(
        Code::WrongState,
        "company",
        format!("{} does not act for {company}; look at the user again.", user.user_id()),
    )
    .into()
}

fn last_company(user: &User) -> DeskError {
    Problem::field(
        Code::WrongState,
        "company",
        format!(
            "It is the only company of {}; delete the account, or give it another company first.",
            user.user_id()
        ),
    )
    .into()
}
