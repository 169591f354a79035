//! A row about a user that is there: what changes, and what it may not change.

use std::sync::Arc;

use crate::domain::company::Company;
use crate::domain::contact::Contact;
use crate::domain::fold;
use crate::domain::id::CompanyId;
use crate::domain::problem::{Code, Problem};
use crate::domain::text::Text;
use crate::domain::user::{Membership, PortalProfile, User, UserKind};
use crate::service::DeskError;
use crate::service::accounts::permission_over;
use crate::service::new_user::login_of_email;
use crate::service::session::denied;
use crate::service::trail::differences;
use crate::store::{Key, Kind, RepositoryExt, Versioned};

use super::super::RowOutcome;
use super::Draft;
use super::chunk::{Chunk, Owner};
use super::refusals::twice;

/// The memberships that a row asks for, with the companies that are new among them.
struct Members {
    memberships: Vec<Membership>,
    joined: Vec<Arc<Versioned<Company>>>,
}

impl Chunk<'_> {
    /// Changes a user to what a row says; empty cells leave what it has.
    pub(super) fn update(&mut self, draft: &Draft, id: u64) -> Result<RowOutcome, DeskError> {
        let Some(slot) = self.kept.get(&id) else {
            return Err(DeskError::not_found("user", crate::domain::id::UserId(id)));
        };
        let (old, old_profile) = (slot.user.clone(), slot.profile.clone());
        let again = slot.named || self.users.seen.has(id);
        let user = patched(draft, &old)?;
        let members = match &old_profile {
            Some(profile) => self.members(draft, profile)?,
            None => None,
        };
        if user == old && members.is_none() {
            self.mark(id);
            return Ok(RowOutcome::AlreadyThere);
        }
        self.expect_changeable(&old)?;
        if again {
            return Err(twice(draft));
        }
        self.move_names(&old, &user, id)?;
        if let Some(external) = &draft.external {
            self.externals.insert(external.key.clone(), Some(Owner::Kept(id)));
        }
        self.tell(draft.line, &user, members, id)?;
        self.mark(id);
        Ok(self.run.changed())
    }

    fn mark(&mut self, id: u64) {
        if let Some(slot) = self.kept.get_mut(&id) {
            slot.named = true;
        }
    }

    /// Refuses what only others may change, or nobody from a file.
    fn expect_changeable(&self, user: &User) -> Result<(), DeskError> {
        let refused = |why: &str| {
            let message = format!("{} {why}", user.user_id());
            Err(Problem::whole(Code::Role, message).into())
        };
        if user.kind == UserKind::Staff {
            return refused(
                "is a staff account, which no file changes; a Security Administrator does it.",
            );
        }
        if self.run.actor.user == Some(user.id) {
            return refused("is your own account; ask a colleague to change it.");
        }
        let (role, wanted) = (self.run.actor.role, permission_over(user));
        match role.filter(|role| !role.may(wanted)) {
            Some(role) => Err(Problem::whole(Code::Role, denied(role, wanted).to_string()).into()),
            None => Ok(()),
        }
    }

    /// Gives a user its new login and email, unless somebody else has them.
    fn move_names(&mut self, old: &User, new: &User, id: u64) -> Result<(), DeskError> {
        let folded = |user: &User| {
            let names = [Some(&user.login_name), user.email.as_ref()];
            names.map(|it| it.map(|it| fold::identity(it.raw())))
        };
        let (had, has) = (folded(old), folded(new));
        let texts = [Some(&new.login_name), new.email.as_ref()];
        for (key, text) in has.iter().zip(texts) {
            let (Some(key), Some(text)) = (key, text) else { continue };
            match self.name_owner(key)? {
                Some(owner) if owner != Owner::Kept(id) => {
                    return Err(self.taken(text, owner).into());
                }
                _ => {}
            }
        }
        for key in had.into_iter().flatten() {
            self.names.insert(key, None);
        }
        for key in has.into_iter().flatten() {
            self.names.insert(key, Some(Owner::Kept(id)));
        }
        Ok(())
    }

    /// The memberships that a row asks for; `None` when they are those that there are.
    fn members(
        &self,
        draft: &Draft,
        profile: &PortalProfile,
    ) -> Result<Option<Members>, DeskError> {
        if draft.company.is_empty() && draft.others.is_none() {
            return Ok(None);
        }
        let mut named: Vec<&Arc<Versioned<Company>>> = Vec::new();
        let primary = self.users.firms.of(&draft.company)?;
        named.extend(primary);
        let primary = primary.map(|it| it.value.id).or(profile.primary());
        let present: Vec<CompanyId> = profile.memberships.iter().map(|it| it.company).collect();
        let mut wanted: Vec<CompanyId> = primary.into_iter().collect();
        match &draft.others {
            Some(codes) => {
                for code in codes {
                    let company = self.users.firms.coded(code)?;
                    named.push(company);
                    wanted.push(company.value.id);
                }
            }
            // A company that the user acts for already becomes the primary one; any other
            // takes the place of the primary one.
            None => {
                let moves = primary.is_some_and(|it| !present.contains(&it));
                let gone = profile.primary().filter(|_| moves);
                wanted.extend(present.iter().filter(|it| Some(**it) != gone));
            }
        }
        let mut companies: Vec<CompanyId> = Vec::new();
        for id in wanted {
            if !companies.contains(&id) {
                companies.push(id);
            }
        }
        let same = companies.len() == present.len()
            && present.iter().all(|it| companies.contains(it))
            && primary == profile.primary();
        if same {
            return Ok(None);
        }
        let mut joined = Vec::new();
        for company in named {
            if company.value.kind != profile.account_type {
                return Err(other_account_type(&company.value, profile).into());
            }
            let known =
                joined.iter().any(|it: &Arc<Versioned<Company>>| it.value.id == company.value.id);
            if !known && !present.contains(&company.value.id) {
                joined.push(company.clone());
            }
        }
        let memberships = companies
            .into_iter()
            .map(|company| {
                let kept = profile.memberships.iter().find(|it| it.company == company).cloned();
                let membership = kept.unwrap_or(Membership { company, primary: false });
                Membership { primary: Some(company) == primary, ..membership }
            })
            .collect();
        Ok(Some(Members { memberships, joined }))
    }

    /// Writes a change and what the trail says of it.
    fn tell(
        &mut self,
        line: u64,
        user: &User,
        members: Option<Members>,
        id: u64,
    ) -> Result<(), DeskError> {
        let Some(slot) = self.kept.get(&id) else { return Ok(()) };
        let (read, read_profile) = (slot.read.clone(), slot.read_profile.clone());
        let mut targets = vec![(Key::new(Kind::User, id), user.user_id())];
        let mut moves = Vec::new();
        if let (Some(members), Some(read)) = (members, read_profile) {
            let mut profile =
                PortalProfile { memberships: members.memberships, ..read.value.clone() };
            // As in the form: who leaves a company leaves its config there (invariant 6).
            let kept = &profile.memberships;
            profile
                .organization_configs
                .retain(|it| kept.iter().any(|of| of.company == it.company));
            moves = self.desk.profile_changes(&read.value, &profile)?;
            if let Some((contact, stamp)) = self.contact_moved(&profile)? {
                targets.push((Key::new(Kind::Contact, contact.id.0), contact.label()));
                self.batch.update(contact, stamp);
            }
            for company in members.joined {
                self.batch.guard(Key::new(Kind::Company, company.value.id.0), company.stamp);
            }
            targets.push((Key::new(Kind::Profile, id), user.user_id()));
            self.batch.update(profile.clone(), read.stamp);
            if let Some(slot) = self.kept.get_mut(&id) {
                slot.profile = Some(profile);
            }
        }
        let old = &read.value;
        let follows =
            |it: &User| Some(Text::from(if it.login_follows_email { "yes" } else { "no" }));
        let mut changes = differences([
            ("login_name", Some(old.login_name.clone()), Some(user.login_name.clone())),
            ("first", old.first.clone(), user.first.clone()),
            ("last", old.last.clone(), user.last.clone()),
            ("email", old.email.clone(), user.email.clone()),
            ("phone", old.phone.clone(), user.phone.clone()),
            ("external_id", old.external_id.clone(), user.external_id.clone()),
            ("login_follows_email", follows(old), follows(user)),
        ]);
        changes.extend(moves);
        self.batch.tell(line, targets, changes);
        self.batch.update(user.clone(), read.stamp);
        if let Some(slot) = self.kept.get_mut(&id) {
            slot.user = user.clone();
        }
        Ok(())
    }

    /// The contact behind a profile, when it has to move to the primary company: it stays in
    /// one of the user's companies.
    fn contact_moved(
        &self,
        profile: &PortalProfile,
    ) -> Result<Option<(Contact, crate::store::Stamp)>, DeskError> {
        let Some(read) = self.desk.repo.fetch::<Contact>(profile.contact.0)? else {
            return Ok(None);
        };
        let stays = profile.memberships.iter().any(|it| Some(it.company) == read.value.company);
        let moved = Contact { company: profile.primary(), ..read.value };
        Ok((!stays).then_some((moved, read.stamp)))
    }
}

/// A user with what a row says.
///
/// # Errors
/// When a new email is to be the login and can't be one.
fn patched(draft: &Draft, old: &User) -> Result<User, Problem> {
    let mut user = old.clone();
    let keep = |new: &Option<Text>, old: &Option<Text>| new.clone().or_else(|| old.clone());
    user.first = keep(&draft.first, &old.first);
    user.last = keep(&draft.last, &old.last);
    user.phone = keep(&draft.phone, &old.phone);
    // Whoever has one was found by it, in whatever case.
    user.external_id = keep(&old.external_id, &draft.external.as_ref().map(|it| it.text.clone()));
    user.email = keep(&draft.email.as_ref().map(|it| it.text.clone()), &old.email);
    let typed = draft.login.as_ref().filter(|it| match old.login_follows_email {
        // As in the form: the old login in another case is the old login.
        true => it.key != fold::identity(old.login_name.raw()),
        false => it.text != old.login_name,
    });
    match (typed.map(|it| &it.text), &user.email) {
        (Some(login), email) => {
            user.login_name = login.clone();
            let email = email.as_ref().map(|it| fold::identity(it.raw()));
            user.login_follows_email &= email == Some(fold::identity(login.raw()));
        }
        (None, Some(email)) if old.login_follows_email && user.email != old.email => {
            user.login_name = login_of_email(email.raw())?;
        }
        (None, _) => {}
    }
    Ok(user)
}

fn other_account_type(company: &Company, profile: &PortalProfile) -> Problem {
    Problem::field(
        Code::WrongState,
        "company",
        format!(
            "{} is a {}, and the account is that of a {}; give a company of that kind.",
            company.name,
            company.kind.word(),
            profile.account_type.word()
        ),
    )
}
