//! Site sync: the accounts that portal users lack at new sites are made, after a question.

use crate::service::portal_switch::PortalState;
use crate::service::site_sync::Synced;
use crate::tui::ask::{Ask, Reply, SettingsAsk, SettingsReply};
use crate::tui::screens::errand::{Errand, Kind};
use crate::tui::text::thousands;

/// The window in which Site sync is agreed to, and in which one sees how far it is.
pub type SiteSync = Errand<Sync>;

/// What makes it Site sync.
#[derive(Debug, Default)]
pub struct Sync;

impl Kind for Sync {
    const TITLE: &'static str = "Site sync";
    const BEGIN: &'static str = "Start";
    const LOOKING: &'static str = "Looking which sites wait…";
    const DOING: &'static str = "Making accounts at new sites";
    const ROWS: &'static str = "users";
    const STOPS: [&'static str; 2] = [
        "Esc stops it; what is made stays.",
        "It stops after the users under way; what is made stays.",
    ];

    fn look(&self) -> Ask {
        Ask::Settings(SettingsAsk::Portal)
    }

    fn asking(reply: &Reply) -> Option<Result<String, String>> {
        let Reply::Settings(SettingsReply::Portal(state)) = reply else { return None };
        Some(asking(state))
    }

    fn run(&self) -> Ask {
        Ask::Settings(SettingsAsk::SiteSync)
    }

    fn told(reply: &Reply) -> Option<(String, bool)> {
        let Reply::Settings(SettingsReply::Synced(synced)) = reply else { return None };
        Some((told(synced), !synced.stopped))
    }
}

/// What is asked, or why there is nothing to ask.
fn asking(state: &PortalState) -> Result<String, String> {
    if let Some(reason) = &state.why_not_sync {
        return Err(reason.clone());
    }
    let sites = match state.waiting {
        0 => {
            let text = "No site waits for Site sync: every portal user has an account at each active site of the portal.";
            return Err(text.to_owned());
        }
        1 => "1 site of the portal is".to_owned(),
        n => format!("{} sites of the portal are", thousands(n)),
    };
    let users = match state.users {
        1 => "The 1 portal user is".to_owned(),
        n => format!("The {} portal users are", thousands(n)),
    };
    Ok(format!(
        "{sites} newer than some portal users. {users} gone through, and whoever lacks an account there gets it. Nothing else changes. It can be stopped, and started again, at any time."
    ))
}

/// What came of it.
fn told(synced: &Synced) -> String {
    let users = match synced.users {
        1 => "1 user".to_owned(),
        n => format!("{} users", thousands(n)),
    };
    match (synced.stopped, synced.made) {
        (true, _) => format!(
            "Site sync is stopped: {users} got their accounts and keep them. Started again, it makes the rest."
        ),
        (false, 0) => "Site sync is done: nobody lacked an account.".to_owned(),
        (false, 1) => "Site sync is done: 1 account is made.".to_owned(),
        (false, made) => {
            format!("Site sync is done: {} accounts are made, for {users}.", thousands(made))
        }
    }
}
