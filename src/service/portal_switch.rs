//! The portal's switches: one for all of it, one for each site.
//!
//! Off means no sign-in at the portal and no request, and mails to portal users are held; the
//! back office works on. Switching it on sends nothing by itself.

use serde::Serialize;

use crate::domain::audit::Action;
use crate::domain::mail::MailState;
use crate::domain::problem::Code;
use crate::domain::role::Permission;
use crate::domain::site::{PortalGroup, PortalScope, Site};
use crate::domain::text::{Text, thousands};
use crate::store::query::{Clause, Filter, List, Mark, Query, Test};
use crate::store::record::PORTAL_GROUP;
use crate::store::{AuditDraft, Changes, Key, Kind};

use super::commit::Subject;
use super::companies::yes_no;
use super::sites::on_group;
use super::trail::differences;
use super::{Desk, DeskError, Session, Sort};

/// How the portal stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PortalState {
    /// Whether the switch for all of it is on.
    pub everywhere: bool,
    /// The code of the portal site group.
    pub group_code: Text,
    /// How many active sites that group has.
    pub sites: u64,
    /// At how many of them the portal is open.
    pub sites_open: u64,
    /// How many of them wait for Site sync.
    pub waiting: u64,
    /// How many portal users there are.
    pub users: u64,
    /// How many mails to them are held.
    pub mails_held: u64,
    /// How many wait to be sent.
    pub mails_waiting: u64,
    /// Why who asked may not switch it; none when they may.
    #[serde(skip)]
    pub why_not_switch: Option<String>,
    /// Why who asked may not run Site sync; none when they may.
    #[serde(skip)]
    pub why_not_sync: Option<String>,
}

impl PortalState {
    /// What becomes of mails to portal users as it stands, in a sentence; none when none waits.
    pub fn of_mails(&self) -> Option<String> {
        let (held, waiting) = (self.mails_held, self.mails_waiting);
        match (self.everywhere, held + waiting, held) {
            (_, 0, _) | (true, _, 0) => None,
            (true, _, 1) => Some("1 mail is held; Send held lets it go.".into()),
            (true, _, n) => {
                Some(format!("{} mails are held; Send held lets them go.", thousands(n)))
            }
            (false, 1, _) => Some("1 mail waits, and is held until the portal is on.".into()),
            (false, n, _) => {
                Some(format!("{} mails wait, and are held until the portal is on.", thousands(n)))
            }
        }
    }

    /// What follows from switching it off everywhere, in a sentence or two.
    pub fn if_off(&self) -> String {
        let users = match self.users {
            0 => String::from("No portal user"),
            1 => String::from("Not one portal user"),
            n => format!("None of the {} portal users", thousands(n)),
        };
        format!(
            "{users} can sign in, and no request comes in, at any site until it is switched on again. The back office works on."
        )
    }
}

impl Desk {
    /// How the portal stands.
    ///
    /// # Errors
    /// When the role may not read, or the store can't be read.
    pub fn portal_state(&self, who: &Session) -> Result<PortalState, DeskError> {
        self.authorize(who, Permission::Read)?;
        let group = self.portal_group()?.value;
        let sites: Vec<Site> =
            self.sites_of(group.sites.iter().copied())?.into_iter().map(|it| it.value).collect();
        let count = |is: &dyn Fn(&&Site) -> bool| sites.iter().filter(is).count() as u64;
        Ok(PortalState {
            everywhere: group.portal_enabled,
            sites: count(&|it| it.active),
            sites_open: count(&|it| group.open_at(it)),
            waiting: count(&|it| it.active && it.sync_due),
            users: self.portal_users()?,
            mails_held: self.count_in(MailState::Held)?,
            mails_waiting: self.count_in(MailState::Queued)?
                + self.count_in(MailState::Retrying)?,
            group_code: group.code,
            why_not_switch: who.why_not(Permission::Administer),
            why_not_sync: who.why_not(Permission::RunJobs),
        })
    }

    /// Switches the portal on or off, everywhere or at a site.
    ///
    /// # Errors
    /// When it is so already, there is no such site, or the role may not.
    pub fn set_portal(
        &self,
        who: &Session,
        scope: PortalScope,
        on: bool,
    ) -> Result<PortalState, DeskError> {
        let action = if on { Action::PortalOn } else { Action::PortalOff };
        match scope {
            PortalScope::Everywhere => self.switch_everywhere(who, action, on)?,
            PortalScope::At(id) => drop(self.change_site(who, id, None, action, |old, _| {
                if old.portal_enabled == on {
                    return Err(so_already(&format!("at site {}", old.code), on));
                }
                Ok(Site { portal_enabled: on, ..old.clone() })
            })?),
        }
        self.portal_state(who)
    }

    fn switch_everywhere(&self, who: &Session, action: Action, on: bool) -> Result<(), DeskError> {
        let actor = self.authorize(who, Permission::Administer)?;
        let group = self.portal_group()?;
        if group.value.portal_enabled == on {
            return Err(so_already("everywhere", on));
        }
        let said = |it: bool| Some(Text::from(yes_no(it)));
        let entry = AuditDraft::new(self.clock.now(), &actor, action).changing(differences([(
            "portal_enabled",
            said(!on),
            said(on),
        )]));
        let new = PortalGroup { portal_enabled: on, ..group.value.clone() };
        let changes = Changes::new(on_group(entry, &new)).update(new, group.stamp);
        let key = Key::new(Kind::PortalGroup, PORTAL_GROUP);
        let label = Text::from("The portal");
        self.commit_as(
            who,
            Permission::Administer,
            changes,
            &Subject { key, label, read: Some(group.stamp) },
        )?;
        Ok(())
    }

    /// How many portal users there are, once all of them have been read.
    fn portal_users(&self) -> Result<u64, DeskError> {
        let query = Query { per_page: 0, ..self.all_portal_users() };
        Ok(self.repo.query(&query)?.total)
    }

    /// The query for all portal users, in the order of their numbers.
    pub(super) fn all_portal_users(&self) -> Query {
        let test = Test::Is(Mark::Portal);
        Query {
            list: List::Users,
            filter: Filter { clauses: vec![Clause { not: false, test }], ..Filter::default() },
            sort: Sort::Number,
            reverse: false,
            page: 1,
            per_page: 0,
            partly: false,
            stop: self.stop.clone(),
        }
    }
}

fn so_already(place: &str, on: bool) -> DeskError {
    let word = if on { "on" } else { "off" };
    DeskError::refused(
        Code::WrongState,
        format!("The portal is switched {word} {place} already; nothing was changed."),
    )
}
