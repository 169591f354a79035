//! Which roles somebody may give, and what becomes of giving one.
//!
//! Who may make accounts with a role may give it; a role is changed only from one that is
//! yours to give to another one. Own portal roles have to be active to be given.

use serde::Serialize;

use crate::domain::problem::{Code, Problem};
use crate::domain::role::{Permission, PortalRole, Role, RoleChoice};
use crate::domain::text::Text;
use crate::domain::user::{User, UserKind};
use crate::store::query::{Filter, List};
use crate::store::{Changes, Key, Kind, RepositoryExt, Stamp};

use super::session::denied;
use super::{Desk, DeskError, Session, Sort};

/// Own portal roles that are offered at most.
const OFFERED: u64 = 1_000;
/// The field that a role is chosen in.
const FIELD: &str = "role";

/// A role that portal users can have, and whether it is yours to give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleOffer {
    /// The role.
    #[serde(skip)]
    pub choice: RoleChoice,
    /// Its name.
    pub name: Text,
    /// What it is for.
    pub description: Option<Text>,
    /// Why it can't be given by who asked, a whole sentence; `None` when it can.
    pub why_not: Option<String>,
    /// Whether it can be given at all now; an inactive one by nobody.
    pub active: bool,
}

/// A role that is given, as it was read.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub choice: RoleChoice,
    pub name: Text,
    /// The own portal role; it has to be there still when it is given.
    read: Option<(Key, Stamp)>,
}

impl Given {
    /// The account with this role.
    pub fn to(&self, user: User) -> User {
        User { role: self.choice.role(), portal_role: self.choice.own(), ..user }
    }

    /// Lets changes through only while the role is what it was.
    pub fn guarding(&self, changes: Changes) -> Changes {
        match self.read {
            Some((key, stamp)) => changes.guard(key, stamp),
            None => changes,
        }
    }
}

impl Desk {
    /// Every role that a portal user can have: Portal User, own portal roles by name, Portal
    /// Admin and Super User.
    ///
    /// # Errors
    /// When the role may not read, or the store can't be read.
    pub fn roles_to_give(&self, who: &Session) -> Result<Vec<RoleOffer>, DeskError> {
        let giver = self.authorize(who, Permission::Read)?.role.unwrap_or(Role::PortalUser);
        let built_in = |role: Role| {
            let choice = RoleChoice::BuiltIn(role);
            let description = Some(Text::from(description(role)));
            RoleOffer {
                choice,
                name: role.name().into(),
                description,
                why_not: why_not(giver, choice),
                active: true,
            }
        };
        let own = self.first::<PortalRole>(List::Roles, Filter::default(), Sort::Name, OFFERED)?;
        let own = own.into_iter().map(|role| {
            let choice = RoleChoice::Own(role.id);
            let inactive = || (!role.active).then(|| inactive(&role.name));
            let why_not = why_not(giver, choice).or_else(inactive);
            let PortalRole { name, description, active, .. } = role;
            RoleOffer { choice, name, description, why_not, active }
        });
        let mut offers = vec![built_in(Role::PortalUser)];
        offers.extend(own);
        offers.extend([built_in(Role::PortalAdmin), built_in(Role::SuperUser)]);
        Ok(offers)
    }

    /// A role that `giver` gives to an account of that kind.
    ///
    /// # Errors
    /// A problem with the field `role` when there is no such role, it is inactive, it is none
    /// for such accounts or not theirs to give; when the store can't be read.
    pub(super) fn given(
        &self,
        giver: Role,
        kind: UserKind,
        choice: RoleChoice,
    ) -> Result<Given, DeskError> {
        if let Some(sentence) = why_not(giver, choice) {
            return Err(Problem::field(Code::Role, FIELD, sentence).into());
        }
        self.read_role(kind, choice)
    }

    /// A role for an account of that kind, whoever gives it.
    ///
    /// # Errors
    /// As [`Desk::given`], but for whose it is to give.
    pub(super) fn read_role(&self, kind: UserKind, choice: RoleChoice) -> Result<Given, DeskError> {
        let is_staff = Role::STAFF.contains(&choice.role());
        if is_staff != (kind == UserKind::Staff) {
            return Err(Problem::field(Code::Role, FIELD, other_kind(choice.role(), kind)).into());
        }
        let RoleChoice::Own(id) = choice else {
            return Ok(Given { choice, name: choice.role().name().into(), read: None });
        };
        let Some(role) = self.repo.fetch::<PortalRole>(id.0)? else {
            let gone = "There is no such role any more; choose another.";
            return Err(Problem::field(Code::Role, FIELD, gone).into());
        };
        if !role.value.active {
            return Err(Problem::field(Code::Role, FIELD, inactive(&role.value.name)).into());
        }
        let read = Some((Key::new(Kind::PortalRole, id.0), role.stamp));
        Ok(Given { choice, name: role.value.name, read })
    }

    /// The name of a role, as the trail has it.
    pub(super) fn role_name(&self, choice: RoleChoice) -> Result<Text, DeskError> {
        let own = match choice.own() {
            Some(id) => self.repo.fetch::<PortalRole>(id.0)?.map(|it| it.value.name),
            None => None,
        };
        Ok(own.unwrap_or_else(|| choice.role().name().into()))
    }

    /// Why `who` may not give that account another role; `None` when they may.
    pub(super) fn why_not_role(
        &self,
        who: &Session,
        user: &User,
    ) -> Result<Option<String>, DeskError> {
        Ok(match user.id == who.user() {
            true => Some(own_role().message),
            false => why_not(self.role_of(who)?, user.role_choice()),
        })
    }
}

/// Nobody changes their own role.
pub(super) fn own_role() -> Problem {
    Problem::field(
        Code::Role,
        FIELD,
        "Nobody changes their own role; ask a colleague who may give it.",
    )
}

/// Why that role is not `giver`'s to give; `None` when it is.
pub(super) fn why_not(giver: Role, choice: RoleChoice) -> Option<String> {
    let permission = choice.permission_to_give();
    (!giver.may(permission)).then(|| denied(giver, permission).to_string())
}

/// The refusal of a form without a role.
pub(super) fn role_missing() -> Problem {
    Problem::field(Code::Role, FIELD, "Assigned Role is missing; choose one that you may give.")
}

fn inactive(name: &Text) -> String {
    format!("Role {name} is inactive; choose another, or have it activated first.")
}

fn other_kind(role: Role, kind: UserKind) -> String {
    match kind {
        UserKind::Staff => {
            let roles = Role::STAFF.map(Role::name).join(", ");
            format!("{role} is no role of staff accounts; choose one of {roles}.")
        }
        UserKind::Portal => {
            format!("{role} is a role of staff accounts; choose a role for portal users.")
        }
    }
}

fn description(role: Role) -> &'static str {
    match role {
        Role::PortalAdmin => "Runs the portal: requests, users, jobs. May use the console.",
        Role::SuperUser => "Helps portal users. May use the console.",
        _ => "Uses the customer portal.",
    }
}
