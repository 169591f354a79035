//! The mail that goes to a new user: whether a form sends one, and what is said of it.

use crate::domain::mail::{Carries, Purpose};
use crate::domain::problem::{Code, Problem};
use crate::domain::user::User;
use crate::service::invitations::not_sealed;
use crate::service::post::{Letter, Preview};
use crate::service::{Desk, DeskError, Session};

use super::draft::Draft;
use super::read::password_of;
use super::{Maker, NewUser};

/// Whether a form sends a mail to the new user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mailing {
    /// None at all.
    Never,
    /// An invitation, when that is ticked; it is so at first, or is not.
    Offered(bool),
    /// The Notification job tells of the profile.
    ByJob,
}

impl Mailing {
    /// Whether the tick is there at first.
    pub const fn at_first(self) -> bool {
        matches!(self, Self::Offered(true) | Self::ByJob)
    }

    /// What the mail is for, when one is sent.
    pub const fn purpose(self, invite: bool) -> Option<Purpose> {
        match self {
            Self::Offered(_) if invite => Some(Purpose::Invitation),
            Self::ByJob => Some(Purpose::ProfileCreated),
            Self::Never | Self::Offered(_) => None,
        }
    }
}

impl Desk {
    /// Whether the password of a form goes out by mail: it has to be changed then.
    pub(super) fn mails_password(&self, maker: &Maker, form: &NewUser) -> bool {
        maker.asks.mailing.purpose(form.invite).is_some()
            && password_of(form).is_some()
            && self.post.policy().carries == Carries::TemporaryPassword
    }

    /// What is wrong with the tick, and why a typed password can't wait for its mail.
    pub(super) fn mailing_problem(
        &self,
        maker: &Maker,
        form: &NewUser,
    ) -> Result<Option<Problem>, DeskError> {
        if form.invite && maker.asks.mailing == Mailing::Never {
            return Ok(Some(Problem::field(
                Code::WrongState,
                "invite",
                "This form sends no mail; take the invitation off, and invite the user afterwards.",
            )));
        }
        match self.mails_password(maker, form) {
            true => Ok(self.why_not_sealed()?.as_ref().map(not_sealed)),
            false => Ok(None),
        }
    }

    /// The mail that a form would send, as it reads, with dots where the secret stands.
    ///
    /// # Errors
    /// When the form sends none or has no company yet, mail is not set up, a template has a
    /// mistake, or the role may not create portal users by that form.
    pub fn preview_invitation(&self, who: &Session, form: &NewUser) -> Result<Preview, DeskError> {
        let maker = self.maker(who, form)?;
        let Some(purpose) = maker.asks.mailing.purpose(form.invite) else {
            let message = "This form sends no mail as it is; there is nothing to be shown.";
            return Err(DeskError::refused(Code::WrongState, message));
        };
        let draft = self.draft(&maker, form)?;
        let Some(company) = draft.companies.first().map(|it| &it.value) else {
            let message = "Choose the company first: the mail names it, and leads to its portal.";
            return Err(Problem::field(Code::CompanyMissing, maker.asks.company(), message).into());
        };
        let site = self.site_record(company.home_site)?.value.code;
        let policy = self.post.policy();
        let letter = Letter {
            purpose,
            name: draft.user.label(),
            user_id: draft.user.user_id(),
            company: Some(company.name.clone()),
            site,
            invited_by: who.name().clone(),
            enclosed: None,
            carries: policy.carries,
            expires_at: self.clock.now().plus_millis(policy.valid_for),
        };
        self.previewed(&letter)
    }

    /// What will be mailed to whom, or why not, in a sentence.
    pub(super) fn mail_remark(
        &self,
        maker: &Maker,
        form: &NewUser,
        draft: &Draft,
    ) -> Result<Option<String>, DeskError> {
        let User { email, .. } = &draft.user;
        let (Some(email), Some(company)) = (email, draft.companies.first()) else {
            return Ok(None);
        };
        let Some(purpose) = maker.asks.mailing.purpose(form.invite) else { return Ok(None) };
        let what = match (self.post.policy().carries, password_of(form)) {
            (Carries::ActivationLink, _) => "a link to choose a password",
            (Carries::TemporaryPassword, Some(_)) => "the User ID and the password typed here",
            (Carries::TemporaryPassword, None) => "the User ID and a generated password",
        };
        let how = match purpose.waits_for_job() {
            true => "The Notification job mails",
            false => "An invitation mails",
        };
        let held = self.switches()?.holding(&draft.user, company.value.home_site);
        let held =
            held.map(|why| format!(" It is held until it is released: {}", self.remedy(why)));
        let change = match !form.must_change && self.mails_password(maker, form) {
            true => " What is mailed has to be changed at the first sign-in.",
            false => "",
        };
        Ok(Some(format!("{how} {what} to {email}.{change}{}", held.unwrap_or_default())))
    }
}
