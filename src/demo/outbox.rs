//! The mails of the demonstration: people who were invited, and what became of each.
//!
//! Owns who they are and what befalls them when; a mail in every state in which one can rest
//! is the result. Where a mail goes decides the demonstration's post.

use crate::domain::id::{CompanyId, UserId};
use crate::domain::role::{Role, RoleChoice};
use crate::domain::secret::Secret;
use crate::domain::site::PortalScope;
use crate::service::delivery::Deliver;
use crate::service::{
    Credentials, Desk, DeskError, Entrance, NewUser, Origin, Overriding, Session,
};

use super::password;

/// A day, in minutes.
const DAY: i64 = 24 * 60;

/// Somebody who was invited.
struct Guest {
    first: &'static str,
    last: &'static str,
    email: &'static str,
    /// The position of the company.
    firm: usize,
    via: Entrance,
}

const fn guest(
    first: &'static str,
    last: &'static str,
    email: &'static str,
    firm: usize,
    via: Entrance,
) -> Guest {
    Guest { first, last, email, firm, via }
}

/// Those who were invited.
const GUESTS: [Guest; 11] = [
    guest("Maren", "Holt", "maren.holt@karlsson-norberg.example", 2, Entrance::PortalAccess),
    guest("Luca", "Ferri", "luca.ferri@acme.example", 0, Entrance::PortalAccess),
    guest("Sofie", "Brandt", "sofie.brandt@slow.example", 1, Entrance::PortalAccess),
    guest("Pavel", "Dvořák", "pavel@bounce.example", 1, Entrance::PortalAccess),
    guest("Grace", "Mbeki", "grace@lost.example", 4, Entrance::PortalAccess),
    guest("Tariq", "Rahman", "tariq@bolt.example", 1, Entrance::PortalAccess),
    guest("Nadia", "Petrova", "nadia.petrova@acme.example", 0, Entrance::PortalAccess),
    guest("Otto", "Krag", "otto.krag@lefevre.example", 4, Entrance::PortalAccess),
    guest("美緒", "田中", "mio@ito.example", 3, Entrance::PortalAccess),
    guest("Bram", "de Wit", "bram@woerner.example", 5, Entrance::CreateUser),
    guest("Vera", "Lindholm", "vera@karlsson-norberg.example", 2, Entrance::CreateUser),
];

/// The one who takes part by a password that staff typed.
const MAREN: usize = 0;

/// Something that happens to a guest or to all mails.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// The account is made, and a mail queued.
    Invite(usize),
    /// The account is made while the portal is off: the mail is held, and stays so.
    InviteWhileOff(usize),
    /// Mails that are due go out.
    Deliver,
    /// Jobs that are due run: they tell of profiles, and what is too old expires.
    RunJobs,
    /// The person signs in and chooses a password.
    Accept(usize),
    /// The invitation is sent anew.
    Resend(usize),
    /// The invitation is taken back.
    Cancel(usize),
}

/// What happened, with the minutes before now.
const STEPS: [(i64, Step); 23] = [
    (9 * DAY, Step::Invite(MAREN)),
    (9 * DAY - 1, Step::Deliver),
    (8 * DAY + 300, Step::Accept(MAREN)),
    (6 * DAY + 20, Step::Invite(1)),
    (6 * DAY + 19, Step::Deliver),
    (2 * DAY - 60, Step::Invite(4)),
    (2 * DAY - 61, Step::Deliver),
    (3 * DAY - 40, Step::RunJobs),
    (2 * DAY + 45, Step::Invite(9)),
    (2 * DAY + 40, Step::RunJobs),
    (2 * DAY, Step::Invite(7)),
    (2 * DAY - 1, Step::Deliver),
    (2 * DAY - 30, Step::Cancel(7)),
    (DAY + 200, Step::Invite(6)),
    (DAY + 199, Step::Deliver),
    (DAY - 100, Step::Invite(5)),
    (DAY - 101, Step::Deliver),
    (400, Step::Resend(6)),
    (380, Step::InviteWhileOff(8)),
    (190, Step::Invite(3)),
    (45, Step::Invite(2)),
    (4, Step::RunJobs),
    (2, Step::Invite(10)),
];
/// When mails that are due went out besides, in minutes before now.
const ROUNDS: [i64; 5] = [399, 189, 44, 42, 35];

/// The moments at which something happens to a mail, in minutes before now, each with its
/// number.
pub(super) fn moments() -> impl Iterator<Item = (i64, usize)> {
    let steps = STEPS.iter().map(|(ago, _)| *ago);
    steps.chain(ROUNDS).enumerate().map(|(n, ago)| (ago, n))
}

/// Who is there to act.
pub(super) struct Cast<'a> {
    pub desk: &'a Desk,
    /// Who looks after portal users.
    pub agent: &'a Session,
    /// Who may switch the portal.
    pub chief: &'a Session,
    /// Who may create users with roles.
    pub creator: &'a Session,
    pub companies: &'a [CompanyId],
    pub origin: &'a Origin,
}

impl Cast<'_> {
    /// What happens at the moment of that number.
    ///
    /// # Errors
    /// As the services have it.
    pub(super) fn happen(&self, number: usize) -> Result<(), DeskError> {
        let step = STEPS.get(number).map_or(Step::Deliver, |(_, step)| *step);
        let desk = self.desk;
        match step {
            Step::Invite(n) => self.invite(n)?,
            Step::InviteWhileOff(n) => {
                desk.set_portal(self.chief, PortalScope::Everywhere, false)?;
                self.invite(n)?;
                desk.set_portal(self.chief, PortalScope::Everywhere, true)?;
            }
            Step::Deliver => drop(desk.deliver(&Deliver::DueInvitations, &())),
            Step::RunJobs => drop(desk.run_due(self.origin, &())?),
            Step::Accept(n) => {
                let typed = typed();
                let given = Credentials::new(GUESTS[n].email, &typed);
                desk.portal_change_password(&given, &password(), self.origin)?;
                let (name, own) = (GUESTS[n].email, password());
                desk.portal_sign_in(&Credentials::new(name, &own), None, self.origin)?;
            }
            Step::Resend(n) => {
                desk.invite(self.agent, self.user(n)?, None, false)?;
            }
            Step::Cancel(n) => {
                let mail = desk.user(self.agent, self.user(n)?)?.invitation.map(|it| it.id);
                mail.map(|mail| desk.cancel_mail(self.agent, mail)).transpose()?;
            }
        }
        Ok(())
    }

    fn user(&self, n: usize) -> Result<UserId, DeskError> {
        Ok(self.desk.user_by_name(self.agent, GUESTS[n].email)?.row.id)
    }

    /// Makes the account of a guest, overriding whatever is warned of.
    fn invite(&self, n: usize) -> Result<(), DeskError> {
        let Guest { first, last, email, firm, via } = &GUESTS[n];
        let Some(company) = self.companies.get(*firm) else { return Ok(()) };
        let created = *via == Entrance::CreateUser;
        let who = if created { self.creator } else { self.agent };
        let login = email.split('@').next().unwrap_or_default();
        let form = NewUser {
            first: (*first).into(),
            last: (*last).into(),
            email: (*email).into(),
            login: if created { login.into() } else { String::new() },
            role: created.then_some(RoleChoice::BuiltIn(Role::PortalUser)),
            password: (n == MAREN).then(typed),
            ..NewUser::new(*via, *company)
        };
        let warnings = self.desk.check_new_user(who, &form)?.warnings;
        let codes: Vec<String> = warnings.iter().map(|it| it.code.to_owned()).collect();
        let overriding =
            if created && !codes.is_empty() { Overriding::Codes(codes) } else { Overriding::None };
        self.desk.create_portal_user(who, &NewUser { overriding, ..form }).map(drop)
    }
}

/// What staff typed for the one who gets a password of theirs.
fn typed() -> Secret {
    Secret::new("a first key for Maren".into())
}
