//! What every command needs: the desk, who is signed in, and a way to print.

use std::cell::OnceCell;

use serde::Serialize;

use crate::config::Config;
use crate::domain::login::Door;
use crate::domain::secret::Secret;
use crate::service::{Desk, Origin, Session, SignIn};

use super::args::Global;
use super::{Failure, Surroundings, output, secrets};

/// One run of a command.
pub(super) struct Context<'a> {
    global: &'a Global,
    surroundings: &'a Surroundings<'a>,
    desk: OnceCell<Desk>,
}

impl<'a> Context<'a> {
    pub(super) fn new(global: &'a Global, surroundings: &'a Surroundings<'a>) -> Self {
        Self { global, surroundings, desk: OnceCell::new() }
    }

    /// What is configured.
    pub(super) fn config(&self) -> &Config {
        self.surroundings.config
    }

    /// Where the command runs.
    pub(super) fn origin(&self) -> &Origin {
        self.surroundings.origin
    }

    /// Whether JSON is wanted.
    pub(super) fn json(&self) -> bool {
        self.global.json
    }

    /// The services, opened when first asked for.
    pub(super) fn desk(&self) -> Result<&Desk, Failure> {
        if let Some(desk) = self.desk.get() {
            return Ok(desk);
        }
        let desk = (self.surroundings.open)()?;
        Ok(self.desk.get_or_init(|| desk))
    }

    /// The services, and the person of `--as` signed in.
    ///
    /// # Errors
    /// When nobody is named, the password can't be had, or they are not let in.
    pub(super) fn signed_in(&self) -> Result<(&Desk, Session), Failure> {
        let login = self.login()?;
        let password = self.password(login)?;
        let desk = self.desk()?;
        match desk.sign_in(login, &password, Door::Command, self.origin())? {
            SignIn::SignedIn(session) => Ok((desk, session)),
            SignIn::Refused(refusal) => {
                Err(Failure::outside("refused", Some("as"), refusal.message))
            }
            SignIn::MustChange(leave) => Err(Failure::outside(
                "must_change_password",
                Some("as"),
                format!(
                    "{} has to choose a new password first; do it with staff change-password, or at the console.",
                    leave.user_id()
                ),
            )),
        }
    }

    /// Who `--as` names.
    pub(super) fn login(&self) -> Result<&str, Failure> {
        self.global.acting_as.as_deref().filter(|it| !it.trim().is_empty()).ok_or_else(|| {
            Failure::Usage("Nobody is named; say who you are with --as LOGIN.".into())
        })
    }

    /// The password of the account that `--as` names: from its file, or asked for.
    fn password(&self, login: &str) -> Result<Secret, Failure> {
        match &self.global.password_file {
            Some(file) => secrets::from_file(file),
            None => secrets::ask(
                &format!("Password of {}: ", crate::domain::text::escape(login)),
                "give a file with --password-file",
            ),
        }
    }

    /// Prints a result: the value for scripts, or what `words` makes of it for people.
    pub(super) fn show<T: Serialize>(
        &self,
        value: &T,
        words: impl FnOnce(&T) -> String,
    ) -> Result<(), Failure> {
        let text = if self.json() { output::json(value) } else { words(value) };
        Ok(output::line(&text)?)
    }
}
