//! Whose affair a mail is, and what Send held would do for who asks.

use crate::domain::mail::MailState;
use crate::domain::role::{Permission, Role};
use crate::domain::user::User;
use crate::service::accounts::{own_account, permission_over};
use crate::service::{Desk, DeskError, Session};
use crate::store::{RepositoryExt, Versioned};

use super::MailRow;

/// Mails that are read at once.
const READ: usize = 1_000;

/// What Send held would do, if it were done now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldPlan {
    /// How many mails are held, whoever they are for.
    pub held: u64,
    /// How many of them would go.
    pub free: u64,
    /// Why the others stay, and how many each: the middle of a sentence, with its end.
    pub stay: Vec<(u64, String)>,
}

impl HeldPlan {
    fn stays(&mut self, why: String) {
        match self.stay.iter_mut().find(|it| it.1 == why) {
            Some(it) => it.0 += 1,
            None => self.stay.push((1, why)),
        }
    }
}

impl Desk {
    /// What Send held would do for who asks, with the reason of each mail that stays.
    ///
    /// # Errors
    /// When the role may look after nobody, or the store fails.
    pub fn held_plan(&self, who: &Session) -> Result<HeldPlan, DeskError> {
        let role = self.expect_some(who)?;
        let switches = self.switches()?;
        let mut plan = HeldPlan::default();
        for ids in self.repo.numbers(&self.in_state(MailState::Held))?.chunks(READ) {
            for (Versioned { value: mail, .. }, Versioned { value: user, .. }) in
                self.with_users(ids)?
            {
                plan.held += 1;
                let over = permission_over(&user);
                if user.id == who.user() {
                    plan.stays("it is your own; ask a colleague.".to_owned());
                } else if !role.may(over) {
                    let may = over.holders_in_words();
                    plan.stays(format!("only {may} may let it go."));
                } else if let Some(why) = switches.holding(&user, mail.site) {
                    plan.stays(self.remedy(why));
                } else {
                    plan.free += 1;
                }
            }
        }
        Ok(plan)
    }

    /// Tells of each row why who asks can do nothing about it.
    pub(super) fn tell_whose(&self, who: &Session, rows: &mut [MailRow]) -> Result<(), DeskError> {
        let role = self.role_of(who)?;
        let users: Vec<u64> = rows.iter().map(|it| it.user.0).collect();
        let users = self.repo.fetch_many::<User>(&users)?;
        for (row, user) in rows.iter_mut().zip(users) {
            row.why_not = user.and_then(|user| why_not_mail(who, role, &user.value));
        }
        Ok(())
    }
}

/// Why who asks may neither send, take back nor release the mails to that user.
pub(super) fn why_not_mail(who: &Session, role: Role, user: &User) -> Option<String> {
    if user.id == who.user() {
        return Some(own_account().to_string());
    }
    let permission = permission_over(user);
    let deed = match permission {
        Permission::ManagePrivilegedUsers => {
            "send, cancel and release mails to Portal Admin and Super User accounts"
        }
        _ => "send, cancel and release mails to portal users",
    };
    let may = permission.holders_in_words();
    let denied = DeskError::Denied { role: role.name(), deed, may };
    (!role.may(permission)).then(|| denied.to_string())
}
