//! What carries mails, put together from the configuration and where the program runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::clock;
use crate::config::Config;
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
