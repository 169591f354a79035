//! What carries mails, put together from the configuration and where the program runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::clock;
use crate::config::{Config, Mail, Portal, Sender};
use crate::demo::DemoPost;
use crate::mail::{Patience, Setup, SmtpPost};
use crate::service::post::Post;

use super::variable;

/// Where systemd lays the credentials of a service.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";
/// The directory of templates beside the configuration file.
const TEMPLATES: &str = "templates";

/// Mails as they are configured; `file` is the configuration, or where it would be.
pub(super) fn configured(config: &Config, file: Option<&Path>) -> Arc<dyn Post> {
    let beside = || file.and_then(Path::parent).map(|dir| dir.join(TEMPLATES));
    Arc::new(SmtpPost::new(Setup {
        templates: config.mail.templates.clone().or_else(beside),
        mail: config.mail.clone(),
        invitations: config.invitations.clone(),
        portal: config.portal.clone(),
        file: file.map_or_else(|| "config.toml".to_owned(), |it| it.display().to_string()),
        credentials: variable(CREDENTIALS).map(PathBuf::from).filter(|it| it.is_absolute()),
        patience: Patience::default(),
        zone: clock::local_offset,
    }))
}

/// The post of the demonstration: letters as they are built in, and no server.
pub(super) fn demonstrated() -> Arc<dyn Post> {
    let sender =
        Sender { name: Some("Portal Desk".into()), address: "desk@portaldesk.example".into() };
    let config = Config {
        mail: Mail {
            from: Some(sender),
            support: Some("help@portaldesk.example".into()),
            ..Mail::default()
        },
        portal: Portal { address: Some("https://shop.example".into()), ..Portal::default() },
        ..Config::default()
    };
    Arc::new(DemoPost::new(configured(&config, None)))
}

#[cfg(test)]
mod tests {
    use crate::clock::FixedClock;
    use crate::demo;
    use crate::domain::login::Door;
    use crate::domain::mail::MailState;
    use crate::domain::secret::Secret;
    use crate::domain::time::Timestamp;
    use crate::service::sealing::TestKeys;
    use crate::service::{Credentials, Desk, HashCost, ListArgs, Origin, SignIn, Sort};
    use crate::store::memory::Memory;

    use super::*;

    #[test]
    fn the_demonstration_has_a_mail_in_every_state_in_which_one_can_rest() {
        let now = Timestamp::parse("2026-03-01T12:00:00Z").unwrap();
        let clock = Arc::new(FixedClock::at(now));
        let desk = Desk::new(Arc::new(Memory::new()), Arc::<FixedClock>::clone(&clock))
            .with_hashing(HashCost::CHEAP)
            .with_keys(Arc::new(TestKeys::default()))
            .with_post(demonstrated());
        demo::fill(&desk, clock).unwrap();
        let password = Secret::new("come in and look around".into());
        let origin = Origin { os_user: "me".into(), host: "here".into() };
        let shown = Credentials::new("anna", &password);
        let signed_in = desk.sign_in(&shown, Door::Console, &origin).unwrap();
        let SignIn::SignedIn(anna) = signed_in else { panic!("anna is not let in") };
        let mails = desk.mails(&anna, &ListArgs::all(Sort::Time, true)).unwrap().rows;
        let there = |state| mails.iter().any(|it| it.state == state);
        let missing: Vec<MailState> = MailState::ALL
            .into_iter()
            .filter(|it| !there(*it) && *it != MailState::Sending)
            .collect();
        assert!(missing.is_empty(), "{missing:?} of {mails:#?}");
        for mail in &mails {
            assert!(desk.preview_mail(&anna, mail.id).is_ok(), "{mail:?}");
        }
    }
}
