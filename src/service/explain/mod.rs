//! Why can't they sign in? An ordered verdict on one account, and what mends each line of it.
//!
//! Owns the question as it stands now, asked of the same records that a sign-in reads: what
//! [`Explanation::doors`] say of a door is what a right password would come to there. Mends
//! nothing itself: a line names the call that does.

mod case;
mod invitation;
mod line;
mod verdicts;

use serde::Serialize;

use crate::domain::id::{CompanyId, MailId, SiteId, UserId};
use crate::domain::login::Door;
use crate::domain::role::Permission;
use crate::domain::text::Text;
use crate::domain::user::User;

use super::accounts::permission_over;
use super::invitations::why_not_invite;
use super::session::denied;
use super::user_views::LoginRow;
use super::{Desk, DeskError, PortalScope, Session, Stamp};

use case::Case;
use line::Line;

/// What keeps somebody from signing in, or that nothing does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The account.
    pub id: UserId,
    /// Its User ID, with `.P` for a portal user.
    pub user_id: Text,
    /// The name people know it by.
    pub name: Text,
    /// Its email, where mails to it go.
    pub email: Option<Text>,
    /// Whether the right password leads in, or on to a new password or a code: for portal users
    /// at the portal with no site named, for staff at the console.
    pub can_sign_in: bool,
    /// The same for each door that the account may come to.
    pub doors: Vec<DoorState>,
    /// What is to be said, first what stops them; in the order in which a sign-in would meet
    /// it. Never empty.
    pub lines: Vec<Verdict>,
    /// The last tries that were refused, newest first; at most five.
    pub failures: Vec<LoginRow>,
}

impl Explanation {
    /// Whom it is about, and the verdict: `jo.P (Jo Doe) can't sign in.`
    ///
    /// It says that the portal is meant where the console's door is otherwise.
    pub fn headline(&self) -> String {
        let can = if self.can_sign_in { "can sign in" } else { "can't sign in" };
        let console = self.doors.iter().find(|it| it.door == Door::Console);
        let differs = console.is_some_and(|it| it.open != self.can_sign_in);
        let place = if differs { " to the portal" } else { "" };
        format!("{} ({}) {can}{place}.", self.user_id, self.name)
    }
}

/// Whether the right password leads in at one door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DoorState {
    /// The portal or the console.
    pub door: Door,
    /// The code of the site, for a door of the portal.
    pub site: Option<Text>,
    /// Whether it does.
    pub open: bool,
}

/// One line of the verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// A word that scripts may rely on.
    pub code: &'static str,
    /// Whether it keeps the person out by itself; else it is worth knowing.
    pub stops: bool,
    /// The sentences.
    pub message: String,
    /// The code of the site or the company that it is about.
    pub about: Option<Text>,
    /// What mends it.
    pub fix: Option<Fix>,
    /// What that is called: the words on a button.
    pub fix_label: Option<String>,
    /// Why it can't be mended here and now by who asks; none when it can.
    pub why_not: Option<String>,
    /// What the record that is mended was read at; none where a deed asks for none.
    #[serde(skip)]
    pub base: Option<Stamp>,
}

/// What mends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fix {
    /// Switch the portal on.
    PortalOn(PortalScope),
    /// Take a site into use again.
    ActivateSite(SiteId),
    /// Give portal users the accounts that they lack.
    SiteSync,
    /// Switch the user on again.
    Enable,
    /// End the waits and the lock.
    Unlock,
    /// Set a password.
    SetPassword,
    /// Have the second factor set up anew.
    ResetSecondFactor,
    /// Do business with a company again.
    ActivateCompany(CompanyId),
    /// Send an invitation, or another in place of the last.
    Invite {
        /// Whether they have signed in before: with what it carries a new password then takes
        /// the place of the one in use.
        again: bool,
    },
    /// Let a mail that is held go out.
    ReleaseMail(MailId),
}

impl Fix {
    /// What it takes to do it about that account.
    fn permission(self, user: &User) -> Permission {
        match self {
            Self::PortalOn(_) | Self::ActivateSite(_) => Permission::Administer,
            Self::SiteSync => Permission::RunJobs,
            Self::Enable
            | Self::Unlock
            | Self::SetPassword
            | Self::ResetSecondFactor
            | Self::Invite { .. }
            | Self::ReleaseMail(_) => permission_over(user),
            Self::ActivateCompany(_) => Permission::KeepCompanyFile,
        }
    }

    /// Whether it is a deed to the account itself, which nobody does to their own.
    const fn is_personal(self) -> bool {
        matches!(
            self,
            Self::Enable
                | Self::Unlock
                | Self::SetPassword
                | Self::ResetSecondFactor
                | Self::Invite { .. }
                | Self::ReleaseMail(_)
        )
    }
}

impl Desk {
    /// Why that user can't sign in, or what they need when they can.
    ///
    /// # Errors
    /// When there is no such user, the role may not read, or the store can't be read.
    pub fn explain(&self, who: &Session, id: UserId) -> Result<Explanation, DeskError> {
        self.authorize(who, Permission::Read)?;
        let case = self.case_of(id)?;
        let found = verdicts::of(&case);
        let mut lines = found
            .lines
            .into_iter()
            .map(|line| {
                let stops = line.stops.holds_at(found.main);
                self.verdict(who, &case, line, stops)
            })
            .collect::<Result<Vec<Verdict>, DeskError>>()?;
        lines.sort_by_key(|it| !it.stops);
        Ok(Explanation {
            id,
            user_id: case.user.user_id(),
            name: case.user.label(),
            email: case.user.email.clone(),
            can_sign_in: found.can_sign_in,
            doors: found.doors,
            lines,
            failures: case.failures,
        })
    }

    /// A line as `who` gets it: with why they may not mend it.
    fn verdict(
        &self,
        who: &Session,
        case: &Case,
        line: Line,
        stops: bool,
    ) -> Result<Verdict, DeskError> {
        let user = &case.user;
        let why_not = match line.fix {
            None => line.instead,
            Some(Fix::Invite { .. }) => {
                let last = case.mail.as_ref().map(|it| &it.mail);
                let denied = self.why_not(who, user, permission_over)?;
                denied.or_else(|| why_not_invite(user, last).err())
            }
            Some(fix) if fix.is_personal() => self.why_not(who, user, permission_over)?,
            Some(fix) => {
                let (role, permission) = (self.role_of(who)?, fix.permission(user));
                (!role.may(permission)).then(|| denied(role, permission).to_string())
            }
        };
        Ok(Verdict {
            code: line.code,
            stops,
            message: line.message,
            about: line.about,
            fix: line.fix,
            fix_label: line.fix_label,
            why_not,
            base: line.base.or_else(|| line.fix.filter(|fix| fix.is_personal()).map(|_| case.read)),
        })
    }
}
