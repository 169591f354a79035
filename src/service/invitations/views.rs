//! What screens and scripts get to see of mails: never what they carry.

use serde::Serialize;

use crate::domain::audit::Action;
use crate::domain::id::{JobId, MailId, RunId, UserId};
use crate::domain::mail::{Carries, HeldReason, Mail, MailState, MailTry, Purpose};
use crate::domain::role::Permission;
use crate::domain::site::Site;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::{User, UserKind, UserStatus};
use crate::service::page::entities;
use crate::service::post::{Enclosed, Letter};
use crate::service::trail::HistoryLine;
use crate::service::{Desk, DeskError, ListArgs, Page, Session};
use crate::store::query::{List, Status};
use crate::store::{RepositoryExt, Stamp, Versioned};

use super::mail_key;
use super::queue::{being_sent, no_email};
use super::whose::why_not_mail;

/// A mail in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailRow {
    /// Its identity.
    pub id: MailId,
    /// Whom it is for.
    pub user: UserId,
    /// The User ID.
    pub user_id: Text,
    /// The person's name.
    pub name: Text,
    /// The name of the person's primary company.
    pub company: Option<Text>,
    /// Where it goes.
    pub address: Text,
    /// What it is for.
    pub purpose: Purpose,
    /// How it stands.
    pub state: MailState,
    /// Why it is held.
    pub held: Option<HeldReason>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// The User ID of who caused it.
    pub invited_by: Text,
    /// Tries so far.
    pub tries: u32,
    /// When it was last tried.
    pub last_try_at: Option<Timestamp>,
    /// What came of that: the server's words, or why it was not reached.
    pub reason: Option<Text>,
    /// When it is tried again.
    pub next_try_at: Option<Timestamp>,
    /// When the server took it, or it became unknown whether it did.
    pub sent_at: Option<Timestamp>,
    /// Until when what it carries can be used; before it is sent, until when it may wait.
    pub expires_at: Option<Timestamp>,
    /// Why who asks can do nothing about it, as far as that is known: told in lists.
    #[serde(skip)]
    pub why_not: Option<String>,
}

/// A mail with all that may be shown of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailView {
    /// The mail.
    #[serde(flatten)]
    pub row: MailRow,
    /// The code of the site whose portal it leads to.
    pub site: Option<Text>,
    /// What it carries, once that is decided.
    pub carries: Option<Carries>,
    /// The part of its Message-ID before the `@`.
    pub message_id: Text,
    /// The job and its run that sent it.
    pub run: Option<(JobId, RunId)>,
    /// The last tries, the oldest first.
    pub log: Vec<MailTry>,
    /// What happened to it, newest first.
    pub history: Vec<HistoryLine>,
    /// Why it stands as it does and what to do, in a sentence; none when it takes its course.
    pub advice: Option<String>,
    /// Whether its user has signed in before: another mail then takes an extra confirmation.
    pub signed_in_before: bool,
    /// Where another mail would go: the email of its user as it is now.
    #[serde(skip)]
    pub email: Option<Text>,
    /// What it was read at.
    #[serde(skip)]
    pub stamp: Stamp,
    /// What its user was read at.
    #[serde(skip)]
    pub user_stamp: Stamp,
    /// Why who asks can't send another in its place; `None` when they can.
    #[serde(skip)]
    pub why_not_resend: Option<String>,
    /// Why who asks can't take it back; `None` when they can.
    #[serde(skip)]
    pub why_not_cancel: Option<String>,
    /// Why who asks can't let it go out as it is; `None` when they can.
    #[serde(skip)]
    pub why_not_release: Option<String>,
}

impl Desk {
    /// One page of the mails to portal users.
    ///
    /// # Errors
    /// When the role may not read, the filter can't be read, or the store can't.
    pub fn mails(
        &self,
        who: &Session,
        args: &ListArgs<MailState>,
    ) -> Result<Page<MailRow>, DeskError> {
        self.authorize(who, Permission::Read)?;
        let query = self.asked(List::Mails, args, |state| Status::Mail(*state))?;
        let mut found = self.repo.query(&query)?;
        let mut rows = self.mail_rows(entities(std::mem::take(&mut found.rows)))?;
        self.tell_whose(who, &mut rows)?;
        Ok(Page::of(&found, args.per_page, rows))
    }

    /// One mail with all that may be shown of it.
    ///
    /// # Errors
    /// When there is none of that number, or the role may not read.
    pub fn mail(&self, who: &Session, id: MailId) -> Result<MailView, DeskError> {
        self.authorize(who, Permission::Read)?;
        self.mail_view(who, id)
    }

    /// The last mail to a user, in whatever state; none when there never was one.
    ///
    /// # Errors
    /// When there is no such user, or the role may not read.
    pub fn invitation_of(&self, who: &Session, id: UserId) -> Result<Option<MailRow>, DeskError> {
        self.authorize(who, Permission::Read)?;
        let mail = self.last_mail(&self.user_record(id)?.value)?;
        Ok(self.mail_rows(mail.into_iter().collect())?.pop())
    }

    /// Mails with the names of their companies, in one read.
    pub(in crate::service) fn mail_rows(
        &self,
        mails: Vec<Versioned<Mail>>,
    ) -> Result<Vec<MailRow>, DeskError> {
        let companies = self.companies_by_id(mails.iter().filter_map(|it| it.value.company))?;
        let row = |mail: Mail| {
            let company = mail.company.and_then(|id| companies.get(&id));
            MailRow { company: company.map(|it| it.name.clone()), ..row(mail) }
        };
        Ok(mails.into_iter().map(|it| row(it.value)).collect())
    }

    pub(super) fn mail_record(&self, id: MailId) -> Result<Versioned<Mail>, DeskError> {
        self.repo.fetch::<Mail>(id.0)?.ok_or_else(|| DeskError::not_found("mail", id))
    }

    /// All that `who` gets to see of a mail.
    pub(super) fn mail_view(&self, who: &Session, id: MailId) -> Result<MailView, DeskError> {
        let Versioned { value: mail, stamp } = self.mail_record(id)?;
        let Versioned { value: user, stamp: user_stamp } = self.user_record(mail.user)?;
        let denied = why_not_mail(who, self.role_of(who)?, &user);
        let or_denied = |why_not: Option<String>| denied.clone().or(why_not);
        let site = self.repo.fetch::<Site>(mail.site.0)?.map(|it| it.value.code);
        let rows = self.mail_rows(vec![Versioned { value: mail.clone(), stamp }])?;
        Ok(MailView {
            row: rows.into_iter().next().unwrap_or_else(|| row(mail.clone())),
            site,
            carries: mail.carries,
            message_id: mail.message_id.clone(),
            run: mail.run,
            history: without_fields(self.history(mail_key(&mail))?),
            advice: self.advice(&user, &mail)?,
            signed_in_before: user.last_login_at.is_some(),
            email: user.email.clone(),
            stamp,
            user_stamp,
            why_not_resend: or_denied(why_not_invite(&user, Some(&mail)).err()),
            why_not_cancel: or_denied(why_not_cancel(&mail).err()),
            why_not_release: or_denied(self.why_not_release(&user, &mail)?),
            log: mail.log,
        })
    }

    /// Why a mail can't be let out as it is, whoever asks.
    pub(super) fn why_not_release(
        &self,
        user: &User,
        mail: &Mail,
    ) -> Result<Option<String>, DeskError> {
        if !mail.can_be_released() {
            let word = mail.state.word().to_lowercase();
            return Ok(Some(format!(
                "{} is {word}; only what is held, failed or put off can be released.",
                mail.id
            )));
        }
        let held = self.switches()?.holding(user, mail.site);
        Ok(held.map(|why| format!("{} would be held again: {}", mail.id, self.remedy(why))))
    }

    /// Why a mail stands as it does, and what to do. What holds one is looked at anew: it may
    /// have been put right since, or something else have come in its way.
    fn advice(&self, user: &User, mail: &Mail) -> Result<Option<String>, DeskError> {
        let words = || mail.last_try().map_or_else(String::new, |it| format!(": {}", it.outcome));
        Ok(Some(match mail.state {
            MailState::Held => match self.switches()?.holding(user, mail.site) {
                Some(why) => format!("It is held: {} Then release it.", self.remedy(why)),
                None => format!(
                    "It was held because {}; nothing holds it back any more: release it.",
                    was_held(mail.held)
                ),
            },
            MailState::Failed => format!(
                "It was not sent{}; correct the email where that is wrong and resend it, or release it to try once more.",
                words()
            ),
            MailState::Unknown => String::from(
                "The connection was lost before the server said that it has it, so it may have gone out; ask the person, and resend it if it did not come.",
            ),
            MailState::Expired => {
                String::from("What it carried is too old to be used; resend it for a new one.")
            }
            _ => return Ok(None),
        }))
    }

    /// Why mails are held and what ends it, in a sentence without what comes before it.
    pub(in crate::service) fn remedy(&self, why: HeldReason) -> String {
        match why {
            HeldReason::PortalOff => {
                String::from("the portal is off, for everybody or at the home site; switch it on.")
            }
            HeldReason::MailNotSetUp => match self.post.why_not() {
                Some(reason) => match reason.strip_prefix("Mail is not set up") {
                    Some(what) => format!("mail is not set up{what}"),
                    None => format!("mail is not set up. {reason}"),
                },
                None => String::from("mail was not set up; it is now."),
            },
            HeldReason::UserDisabled => String::from("the user is disabled; enable it."),
        }
    }

    /// What a mail says, with that in it; without anything it is a preview.
    pub(in crate::service) fn letter_of(
        &self,
        mail: &Mail,
        carries: Carries,
        expires_at: Timestamp,
        enclosed: Option<Enclosed>,
    ) -> Result<Letter, DeskError> {
        let company = self.companies_by_id(mail.company.into_iter())?;
        let site = self.repo.fetch::<Site>(mail.site.0)?.map(|it| it.value.code);
        let by = self.account_named(mail.invited_by.raw())?;
        let by = by.map(|id| self.repo.fetch::<User>(id.0)).transpose()?.flatten();
        Ok(Letter {
            purpose: mail.purpose,
            name: mail.name.clone(),
            user_id: mail.user_id.clone(),
            company: company.into_values().next().map(|it| it.name),
            site: site.unwrap_or_default(),
            invited_by: by.map_or_else(|| mail.invited_by.clone(), |it| it.value.label()),
            enclosed,
            carries,
            expires_at,
        })
    }
}

/// Why a mail was held, looked back on.
const fn was_held(why: Option<HeldReason>) -> &'static str {
    match why {
        Some(HeldReason::PortalOff) => "the portal was off",
        Some(HeldReason::MailNotSetUp) => "mail was not set up",
        Some(HeldReason::UserDisabled) => "the user was disabled",
        None => "something was in its way",
    }
}

/// The steps of a delivery change what the user signs in with: the user's history has that.
fn without_fields(mut history: Vec<HistoryLine>) -> Vec<HistoryLine> {
    let steps = [
        Action::MailTake,
        Action::MailHandOver,
        Action::MailSent,
        Action::MailRetry,
        Action::MailFailed,
        Action::MailUnknown,
    ];
    let steps = steps.map(Action::phrase);
    for it in history.iter_mut().filter(|it| steps.contains(&it.did)) {
        it.changes.clear();
    }
    history
}

/// A row without the name of its company.
fn row(mail: Mail) -> MailRow {
    let last = mail.last_try().cloned();
    MailRow {
        id: mail.id,
        user: mail.user,
        user_id: mail.user_id,
        name: mail.name,
        company: None,
        address: mail.address,
        purpose: mail.purpose,
        state: mail.state,
        held: mail.held,
        created_at: mail.created_at,
        invited_by: mail.invited_by,
        tries: mail.tries,
        last_try_at: last.as_ref().map(|it| it.at),
        reason: last.map(|it| it.outcome),
        next_try_at: mail.next_try_at,
        sent_at: mail.sent_at,
        expires_at: mail.expires_at,
        why_not: None,
    }
}

/// Refuses a user who can't be sent a mail, whoever asks; `last` is the last one.
///
/// # Errors
/// Why, in a sentence.
pub(in crate::service) fn why_not_invite(user: &User, last: Option<&Mail>) -> Result<(), String> {
    let id = user.user_id();
    if user.kind == UserKind::Staff {
        return Err(format!("{id} is a staff account; only portal users are invited."));
    }
    if user.status == UserStatus::Disabled {
        return Err(format!("{id} is disabled; enable it before it is invited."));
    }
    if user.email.is_none() {
        return Err(no_email(user).message);
    }
    match last {
        Some(mail) if mail.state == MailState::Sending => Err(being_sent(mail).message),
        _ => Ok(()),
    }
}

/// Refuses a mail that can't be taken back, whoever asks.
///
/// # Errors
/// Why, in a sentence.
pub(in crate::service) fn why_not_cancel(mail: &Mail) -> Result<(), String> {
    match mail.state {
        MailState::Queued
        | MailState::Held
        | MailState::Retrying
        | MailState::Sent
        | MailState::Unknown
        | MailState::Failed => Ok(()),
        MailState::Sending => Err(being_sent(mail).message),
        MailState::Accepted | MailState::Expired | MailState::Superseded | MailState::Cancelled => {
            Err(format!(
                "{} is {} already; there is nothing to cancel.",
                mail.id,
                mail.state.word().to_lowercase()
            ))
        }
    }
}
