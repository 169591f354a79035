//! Editing a user: every field, login, password and companies included.

mod access;

use serde::Serialize;

use crate::domain::audit::{Action, FieldChange};
use crate::domain::company::Company;
use crate::domain::contact::Contact;
use crate::domain::factor::Factor;
use crate::domain::fold;
use crate::domain::id::{CompanyId, UserId};
use crate::domain::problem::{Code, Problem, Warning};
use crate::domain::role::{Role, RoleChoice};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::user::{MemberConfig, User, UserKind};
use crate::domain::validate::{self, EMAIL, FIRST, LAST, PHONE};
use crate::store::{AuditDraft, Changes, CommitError, Key, Kind, RepositoryExt};

use super::acceptance::ending;
use super::accounts::{ROUNDS, Reached, busy, permission_over};
use super::companies::keep;
use super::configs::Configs;
use super::invitations::readdressed;
use super::memberships::Move;
use super::new_user::{in_order, login_of_email};
use super::passwords::{check_password, field_changes, with_password};
use super::roles_to_give::Given;
use super::second_factor::{factor_problem, with_factor};
use super::trail::differences;
use super::user_views::UserView;
use super::{Desk, DeskError, Session, Stamp};

use access::{expect_flags, factor_fields};

/// The fields of the form, in their order.
const FIELDS: [&str; 11] = [
    "companies",
    "first",
    "last",
    "email",
    "phone",
    "login_name",
    "password",
    "role",
    "claim_authorization_required",
    "configs",
    "second_factor",
];

/// What the form of a user holds, as typed.
#[derive(Debug, Clone, Default)]
pub struct UserForm {
    /// First name.
    pub first: String,
    /// Last name.
    pub last: String,
    /// Email.
    pub email: String,
    /// Phone.
    pub phone: String,
    /// The login, a portal user's with or without `.P`.
    pub login: String,
    /// The companies that a portal user acts for, the primary one first; not looked at for staff.
    pub companies: Vec<CompanyId>,
    /// A new password; `None` leaves it.
    pub password: Option<Secret>,
    /// Whether a new password has to be changed at the next sign-in; not looked at without one.
    pub must_change: bool,
    /// Another role; `None` leaves it.
    pub role: Option<RoleChoice>,
    /// May add users for its own account; `None` leaves it. Not looked at for staff, like the
    /// two that follow.
    pub can_create_users: Option<bool>,
    /// Its claims need authorization; `None` leaves it.
    pub claim_authorization_required: Option<bool>,
    /// The organization configs that it works with; `None` leaves those of the companies that
    /// stay.
    pub configs: Option<Vec<MemberConfig>>,
    /// Another kind of second factor, or none; `None` leaves it.
    pub second_factor: Option<Option<Factor>>,
}

/// What an edit would come to, as shown beside the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserCheck {
    /// The User ID that it would give, once the login can be read.
    pub user_id: Option<Text>,
    /// What stops it, in the order of the form's fields.
    pub problems: Vec<Problem>,
    /// What is worth a second look and stops nothing.
    pub warnings: Vec<Warning>,
    /// What follows and is no trouble, a sentence each.
    pub remarks: Vec<String>,
    /// What of the account's protection goes, in a sentence; none when nothing does.
    pub loses: Option<String>,
}

impl UserForm {
    /// The form as it is opened: filled in from the user.
    pub fn of(view: &UserView) -> Self {
        let raw =
            |text: &Option<Text>| text.as_ref().map_or_else(String::new, |it| it.raw().into());
        let row = &view.row;
        let memberships = view.profile.iter().flat_map(|it| &it.memberships);
        Self {
            first: raw(&row.first),
            last: raw(&row.last),
            email: raw(&row.email),
            phone: raw(&row.phone),
            login: row.login_name.raw().to_owned(),
            companies: memberships.map(|it| it.company).collect(),
            password: None,
            must_change: true,
            ..Self::default()
        }
    }
}

/// A form as it was read, beside what there is.
struct Draft {
    problems: Vec<Problem>,
    /// The account as it is to be, but for its password.
    user: User,
    /// Its profile; none for staff.
    companies: Option<Move>,
    /// Another role, when it is given one.
    role: Option<Given>,
    configs: Configs,
}

impl Desk {
    /// What an edit would come to; nothing is hashed and nothing written.
    ///
    /// # Errors
    /// When there is no such user, the role may not look after it, or the store can't be read.
    pub fn check_user(
        &self,
        who: &Session,
        id: UserId,
        form: &UserForm,
    ) -> Result<UserCheck, DeskError> {
        let reached = self.reach(who, id, None, permission_over)?;
        let Draft { problems, user, companies, .. } = self.edited(&reached, form)?;
        let old = &reached.read.value;
        let mut remarks = Vec::new();
        if user.login_follows_email && user.login_name != old.login_name {
            remarks.push(format!("The login moves with the email, to {}.", user.login_name));
        }
        remarks.extend(self.mail_moves(old, &user)?);
        let mut found = Vec::new();
        if let Some(it) = &companies {
            if let (true, Some(contact), Some(primary)) = (it.is_one(), &it.contact, it.primary()) {
                let contact = &contact.value;
                remarks.push(format!(
                    "Contact {} {} moves to {}.",
                    contact.id,
                    contact.label(),
                    primary.name
                ));
            }
            let contact = self.repo.fetch::<Contact>(it.after.contact.0)?.map(|it| it.value);
            let known: Vec<&Company> = it.companies.iter().map(|it| &it.value).collect();
            let all = self.newcomer_warnings(&user, &known, contact.as_ref())?;
            found.extend(all.into_iter().filter(|warning| is_news(warning, old, &user, it)));
        }
        Ok(UserCheck {
            user_id: (!user.login_name.is_blank()).then(|| user.user_id()),
            problems,
            warnings: found,
            remarks,
            loses: losing(old, &user),
        })
    }

    /// Saves an edited user; `base` is what the form was opened with.
    ///
    /// Sign-ins since do not count as edits. Where the login follows the email, a new email is
    /// the new login, unless another login was typed. A Pending user that gets a password
    /// becomes Active. The contact moves to the primary company when its own is taken off. A
    /// role is changed from one that may be given to another one; flags take
    /// [`SetPortalFlags`](crate::domain::permission::Permission::SetPortalFlags).
    ///
    /// # Errors
    /// [`DeskError::Problems`] with everything that is wrong with the form;
    /// [`DeskError::Conflict`] when somebody else changed the user meanwhile; when it is one's
    /// own account, or the role may not.
    pub fn edit_user(
        &self,
        who: &Session,
        id: UserId,
        base: Option<Stamp>,
        form: &UserForm,
    ) -> Result<UserView, DeskError> {
        for _ in 0..ROUNDS {
            let reached = self.reach(who, id, base, permission_over)?;
            let draft = self.edited(&reached, form)?;
            if !draft.problems.is_empty() {
                return Err(DeskError::Problems(draft.problems));
            }
            let Some(changes) = self.edit(&reached, draft, form)? else {
                return self.user_view(who, id);
            };
            match self.commit_raw(changes) {
                Ok(_) => return self.user_view(who, id),
                Err(CommitError::Conflict(_) | CommitError::Taken { .. }) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(busy(id))
    }

    /// Reads a form and holds it against what there is.
    fn edited(&self, reached: &Reached, form: &UserForm) -> Result<Draft, DeskError> {
        let old = &reached.read.value;
        let giver = reached.actor.role.unwrap_or(Role::PortalUser);
        let mut problems = Vec::new();
        let mut user = read(old, form, &mut problems);
        let mut configs = Configs::default();
        let companies = match self.profile_of(old)? {
            Some(profile) => {
                let mut it = self.moved(profile, &form.companies, &mut problems)?;
                configs = self.configure(&mut it, form, &mut problems)?;
                expect_flags(giver, &it)?;
                Some(it)
            }
            None => None,
        };
        let role = self.other_role(giver, old, form, &mut problems)?;
        if let Some(role) = &role {
            user = role.to(user);
        }
        if let Some(factor) = form.second_factor
            && factor != old.second_factor
        {
            user = with_factor(user, factor);
            problems.extend(factor_problem(&user));
        } else if user.email.is_none() && old.email.is_some() {
            // Where the codes go may not be taken off either (invariant 7).
            problems.extend(factor_problem(&user));
        }
        let login = (!user.login_name.is_blank()).then_some(&user.login_name);
        problems.extend(self.names_taken(login, user.email.as_ref(), Some(old.id))?);
        if let Some(password) = password_of(form) {
            let own: Vec<Text> = companies
                .iter()
                .flat_map(|it| it.companies.iter().map(|it| it.value.name.clone()))
                .collect();
            keep(&mut problems, check_password(&user, &own, password));
        }
        if login.is_none() {
            user.login_follows_email = old.login_follows_email;
        }
        in_order(&mut problems, &FIELDS);
        Ok(Draft { problems, user, companies, role, configs })
    }

    /// Everything that an edit writes; `None` when nothing is changed by it.
    fn edit(
        &self,
        reached: &Reached,
        draft: Draft,
        form: &UserForm,
    ) -> Result<Option<Changes>, DeskError> {
        let old = &reached.read.value;
        let Draft { user, companies, role, configs, .. } = draft;
        let moves = companies.filter(Move::writes);
        let mut edits = fields(old, &user);
        if let Some(it) = &moves {
            edits.extend(self.profile_changes(&it.before.value, &it.after)?);
        }
        let key = Key::new(Kind::User, old.id.0);
        let draft = |action| {
            AuditDraft::new(self.clock.now(), &reached.actor, action).on(key, old.user_id())
        };
        let mut entries = Vec::new();
        if !edits.is_empty() || moves.is_some() {
            let entry = draft(Action::UserEdit).changing(edits);
            entries.push(match &moves {
                Some(_) => entry.on(Key::new(Kind::Profile, old.id.0), old.user_id()),
                None => entry,
            });
        }
        if let Some(role) = &role {
            let before = self.role_name(old.role_choice())?;
            let other = differences([("role", Some(before), Some(role.name.clone()))]);
            entries.push(draft(Action::UserRole).changing(other));
        }
        if user.second_factor != old.second_factor {
            entries.push(draft(Action::UserFactor).changing(factor_fields(old, &user)));
        }
        let mut after = user.clone();
        if let Some(password) = password_of(form) {
            // Whoever has the old password is out: an entry of its own says so (see `role_of`).
            let hash = self.hash_anew(&user, password)?;
            after = with_password(&user, hash, form.must_change, self.clock.now());
            entries.push(draft(Action::UserPassword).changing(field_changes(&user, &after)));
        }
        let mut entries = entries.into_iter();
        let Some(first) = entries.next() else { return Ok(None) };
        // A password that staff set ends the mail, whatever else the form changes.
        let moved = match password_of(form) {
            None => readdressed(self.last_mail(old)?, &after),
            Some(_) => None,
        };
        if let Some(moved) = &moved {
            after = moved.noted(after);
        }
        let mut changes = entries.fold(Changes::new(first), Changes::also);
        if password_of(form).is_some() {
            changes = self.forget_waits(changes, &after)?;
            let end = self.replacing(old)?;
            changes = ending(changes, end, &reached.actor, self.clock.now());
        }
        if user.second_factor != old.second_factor {
            changes = self.forget_factor(changes, old.id)?;
        }
        if let Some(role) = &role {
            changes = role.guarding(changes);
        }
        changes = configs.guarding(changes);
        changes = reached.guarding(changes.update(after, reached.read.stamp));
        if let Some(moved) = moved {
            changes = moved.written(changes, &reached.actor, self.clock.now());
        }
        if let Some(it) = &moves {
            changes = self.moving(changes, &reached.actor, it)?;
        }
        Ok(Some(changes))
    }
}

/// What it means that an account has no second factor any more.
fn losing(old: &User, new: &User) -> Option<String> {
    let factor = old.second_factor.filter(|_| new.second_factor.is_none())?;
    let then = if new.password_hash.is_some() {
        "; it has to be changed first, because it may be too short to stand alone"
    } else {
        ""
    };
    Some(format!(
        "{}: taken away. From then on the password alone lets {} in{then}.",
        factor.words(),
        new.user_id()
    ))
}

/// The account as the form has it; what can't be read stays as it was, a login blank.
fn read(old: &User, form: &UserForm, problems: &mut Vec<Problem>) -> User {
    let mut user = old.clone();
    let text = |field, raw: &str, problems: &mut Vec<Problem>, old: &Option<Text>| {
        keep(problems, validate::optional(field, raw)).unwrap_or_else(|| old.clone())
    };
    user.first = text(FIRST, &form.first, problems, &old.first);
    user.last = text(LAST, &form.last, problems, &old.last);
    user.phone = text(PHONE, &form.phone, problems, &old.phone);
    let email = keep(problems, validate::optional_email(&form.email));
    let email_is_read = email.is_some();
    user.email = email.unwrap_or_else(|| old.email.clone());
    if old.login_follows_email && is_old_login(old, &form.login) {
        match &user.email {
            Some(email) if user.email != old.email => {
                let login = keep(problems, login_of_email(email.raw()));
                user.login_name = login.unwrap_or_default();
            }
            Some(_) => {}
            None if email_is_read => problems.push(email_is_login()),
            None => {}
        }
        return user;
    }
    let login = match old.kind {
        UserKind::Staff => validate::staff_login(&form.login),
        UserKind::Portal => validate::portal_login(&form.login),
    };
    user.login_name = keep(problems, login).unwrap_or_default();
    let folded = |name: &Text| fold::identity(name.raw());
    user.login_follows_email = old.login_follows_email
        && user.email.as_ref().map(folded) == Some(folded(&user.login_name));
    user
}

/// Whether the login was left as it is: as it was filled in, or empty.
fn is_old_login(old: &User, typed: &str) -> bool {
    let typed = validate::strip_portal_suffix(typed.trim());
    typed.is_empty() || fold::identity(typed) == fold::identity(old.login_name.raw())
}

fn email_is_login() -> Problem {
    Problem::field(
        Code::Missing,
        EMAIL.name,
        "The email is the login of this user; fill it in, or type a login of its own.",
    )
}

/// The password that was typed; an empty field is none.
fn password_of(form: &UserForm) -> Option<&Secret> {
    form.password.as_ref().filter(|it| !it.is_empty())
}

/// What the trail says of an edit, but for password and companies.
fn fields(old: &User, new: &User) -> Vec<FieldChange> {
    let follows =
        |user: &User| Some(Text::from(if user.login_follows_email { "yes" } else { "no" }));
    differences([
        ("first", old.first.clone(), new.first.clone()),
        ("last", old.last.clone(), new.last.clone()),
        ("email", old.email.clone(), new.email.clone()),
        ("phone", old.phone.clone(), new.phone.clone()),
        ("login_name", Some(old.login_name.clone()), Some(new.login_name.clone())),
        ("login_follows_email", follows(old), follows(new)),
    ])
}

/// Whether a warning is about what the edit changes; one about what was so before is none,
/// but for a contact's other email, which a form of both would let people see.
fn is_news(warning: &Warning, old: &User, new: &User, companies: &Move) -> bool {
    let renamed = (&old.first, &old.last) != (&new.first, &new.last);
    let mailed = old.email != new.email;
    let moved = companies.before.value.primary() != companies.after.primary();
    match warning.code {
        "W1" | "W10" => mailed || moved,
        "W2" => renamed || moved,
        "W3" | "W4" => moved,
        "W6" => old.phone != new.phone,
        "W7" => true,
        "W9" => companies.is_one(),
        "W8" => mailed,
        _ => false,
    }
}
