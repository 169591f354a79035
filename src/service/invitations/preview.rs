//! What a mail says, before it is sent and after; secrets are masked.

use crate::domain::id::MailId;
use crate::domain::mail::MailState;
use crate::domain::problem::Code;
use crate::domain::role::Permission;
use crate::service::post::{Letter, Preview};
use crate::service::{Desk, DeskError, Session};

impl Desk {
    /// A mail as it reads, with dots where the secret stands: as it was sent, or as it would be
    /// sent now.
    ///
    /// # Errors
    /// When there is none of that number, mail is not set up, a template has a mistake, or the
    /// role may not read.
    pub fn preview_mail(&self, who: &Session, id: MailId) -> Result<Preview, DeskError> {
        self.authorize(who, Permission::Read)?;
        let mail = self.mail_record(id)?.value;
        let policy = self.post.policy();
        let waits = mail.state.may_hold_secret();
        let until = mail.expires_at.filter(|_| !waits || mail.state == MailState::Sending);
        let until = until.unwrap_or_else(|| self.clock.now().plus_millis(policy.valid_for));
        let letter = self.letter_of(&mail, mail.carries.unwrap_or(policy.carries), until, None)?;
        self.previewed(&letter)
    }

    /// A letter as it reads.
    pub(in crate::service) fn previewed(&self, letter: &Letter) -> Result<Preview, DeskError> {
        let written = self.post.write(letter);
        written.map(Preview::from).map_err(|why| DeskError::refused(Code::Mail, why))
    }
}
