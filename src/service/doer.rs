//! Who does a long deed: somebody who is signed in, or a job that an administrator scheduled.

use crate::domain::audit::Actor;
use crate::domain::role::Permission;
use crate::domain::text::Text;

use super::{Desk, DeskError, Origin, Session};

/// Who does a deed of many commits.
pub(super) enum Doer<'a> {
    /// Somebody, who is asked anew for each of them: who is disabled meanwhile goes on no more.
    Person(&'a Session),
    /// A job. Whoever scheduled it was an administrator, and whoever is may stop it.
    Job(Actor),
}

impl Doer<'_> {
    /// A job of that name, run by the program there.
    pub fn job(name: &Text, origin: &Origin) -> Self {
        Self::Job(Actor {
            user: None,
            name: Text::new(format!("job {}", name.raw())),
            role: None,
            os_user: origin.os_user.clone(),
            origin: origin.host.clone(),
        })
    }
}

impl Desk {
    /// The actor of the next commit.
    ///
    /// # Errors
    /// As [`Desk::authorize`], for a person.
    pub(super) fn still_may(
        &self,
        doer: &Doer<'_>,
        permission: Permission,
    ) -> Result<Actor, DeskError> {
        match doer {
            Doer::Person(who) => self.authorize(who, permission),
            Doer::Job(actor) => Ok(actor.clone()),
        }
    }
}
