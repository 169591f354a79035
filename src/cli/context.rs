//! What every command needs: the desk, who is signed in, and a way to print.

use std::cell::OnceCell;

use serde::Serialize;

use crate::config::Config;
use crate::domain::login::Door;
use crate::domain::secret::Secret;
use crate::service::{Credentials, Desk, Origin, Session, SignIn};

use super::args::Global;
use super::secrets::Held;
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
        let (desk, entered) = self.enter(&self.password()?)?;
        match entered {
            SignIn::SignedIn(session) => Ok((desk, session)),
            SignIn::MustChange(leave) => Err(Failure::outside(
                "must_change_password",
                Some("as"),
                format!(
                    "{} has to choose a new password first; do it with staff change-password, or at the console.",
                    leave.user_id()
                ),
            )),
            SignIn::NeedsEnrolment(leave) => Err(Failure::outside(
                "second_factor",
                Some("as"),
                format!(
                    "{} has to set up the second factor first; do it with staff enrol, or at the console.",
                    leave.user_id()
                ),
            )),
            other => Err(not_let_in(other)),
        }
    }

    /// Signs in as the account of `--as` with that password, and with the code of its second
    /// factor: the one that was given, or else asked for.
    ///
    /// # Errors
    /// When nobody is named, or the code can't be had.
    pub(super) fn enter(&self, password: &Secret) -> Result<(&Desk, SignIn), Failure> {
        let shown = Credentials::new(self.login()?, password);
        let given = self.code()?;
        let desk = self.desk()?;
        let enter = |code: Option<&Secret>| {
            desk.sign_in(&shown.with_code(code), Door::Command, self.origin())
        };
        let entered = enter(given.as_ref())?;
        match &entered {
            SignIn::NeedsCode { user_id, .. } if secrets::can_ask() => {
                let code = secrets::ask_code(&format!("Code of {user_id}: "), CODE_INSTEAD)?;
                Ok((desk, enter(Some(&code))?))
            }
            _ => Ok((desk, entered)),
        }
    }

    /// Who `--as` names.
    pub(super) fn login(&self) -> Result<&str, Failure> {
        self.global.acting_as.as_deref().filter(|it| !it.trim().is_empty()).ok_or_else(|| {
            Failure::Usage("Nobody is named; say who you are with --as LOGIN.".into())
        })
    }

    /// The password of the account that `--as` names: from its file, or asked for.
    ///
    /// # Errors
    /// When nobody is named, or it can't be had.
    pub(super) fn password(&self) -> Result<Secret, Failure> {
        self.password_of(self.login()?)
    }

    /// The password of that account: from the file of `--password-file`, or asked for.
    ///
    /// # Errors
    /// When it can't be had.
    pub(super) fn password_of(&self, login: &str) -> Result<Secret, Failure> {
        match &self.global.password_file {
            Some(file) => secrets::from_file(file, Held::Password),
            None => secrets::ask(
                &format!("Password of {}: ", crate::domain::text::escape(login)),
                "give a file with --password-file",
            ),
        }
    }

    /// The code of the second factor of that account, when a file of it was given.
    ///
    /// # Errors
    /// When it can't be read.
    pub(super) fn code(&self) -> Result<Option<Secret>, Failure> {
        let file = self.global.code_file.as_ref();
        file.map(|file| secrets::from_file(file, Held::Code)).transpose()
    }

    /// The same, or else asked for.
    ///
    /// # Errors
    /// When it can't be had.
    pub(super) fn code_or_ask(&self) -> Result<Secret, Failure> {
        match self.code()? {
            Some(code) => Ok(code),
            None => secrets::ask_code("Code: ", CODE_INSTEAD),
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

/// What to do where no code can be asked for.
const CODE_INSTEAD: &str = "give a file with the code with --code-file";

/// The failure of a sign-in that leads no further by command.
pub(super) fn not_let_in(entered: SignIn) -> Failure {
    match entered {
        SignIn::Refused(refusal) => Failure::outside("refused", Some("as"), refusal.message),
        SignIn::NeedsCode { user_id, .. } => Failure::outside(
            "second_factor",
            Some("code"),
            format!("The code of {user_id} is missing; {CODE_INSTEAD}."),
        ),
        SignIn::SignedIn(_) | SignIn::MustChange(_) | SignIn::NeedsEnrolment(_) => {
            Failure::outside(
                "refused",
                Some("as"),
                "This can't be done at this point; sign in first.",
            )
        }
    }
}
