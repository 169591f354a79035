//! What the last mail to somebody says of why they can't sign in: it was to bring them in.

use crate::domain::id::SiteId;
use crate::domain::mail::{HeldReason, Mail, MailState, Purpose};
use crate::domain::site::{PortalScope, Site};
use crate::domain::time::Timestamp;

use super::Fix;
use super::case::{Case, MailCase, PortalSide};
use super::line::{Line, Stops};

/// The word for scripts of the line about the last mail.
const CODE: &str = "invitation";
/// What sending another one is called.
const RESEND: &str = "Resend invitation";

/// What is to be said of the last mail; nothing of one that has done its work.
pub(super) fn line(case: &Case, portal: &PortalSide) -> Option<Line> {
    let current = case.mail.as_ref().filter(|it| it.mail.state.is_current());
    let Some(it) = current else { return not_invited(case) };
    let mail = &it.mail;
    let what = format!("{} to {}", name(mail.purpose), mail.address);
    let told = |message: String, instead: &str| Line::told(CODE, Stops::Nothing, message, instead);
    let mended =
        |message: String, fix: (Fix, &str)| Line::mended(CODE, Stops::Nothing, message, fix);
    let words = || mail.last_try().map_or_else(String::new, |it| format!(": {}", it.outcome));
    Some(match mail.state {
        MailState::Queued if mail.purpose.waits_for_job() => told(
            format!("{what} waits for the next run of a job with a Notification step."),
            "Run now, under Jobs, sends it at once.",
        ),
        MailState::Queued => told(format!("{what} is queued."), "It goes out by itself."),
        MailState::Sending => told(format!("{what} is being sent."), "Look again in a moment."),
        MailState::Held => held(it, &what, portal),
        MailState::Retrying => {
            let next =
                mail.next_try_at.map_or_else(String::new, |at| format!(" at {}", at.in_utc()));
            told(
                format!("{what} was put off{}", sentence(&words())),
                &format!("It is tried again by itself{next}."),
            )
        }
        MailState::Failed => {
            mended(format!("{what} was not sent{}", sentence(&words())), inviting(case, RESEND))
        }
        MailState::Unknown => mended(
            format!(
                "{what} may have gone out: the connection was lost before the server had said that it has it. Ask whether it came."
            ),
            inviting(case, RESEND),
        ),
        MailState::Expired => mended(
            format!("{what} has expired; what it carried can't be used any more."),
            inviting(case, RESEND),
        ),
        MailState::Sent => sent(case, mail, &what),
        MailState::Accepted | MailState::Superseded | MailState::Cancelled => return None,
    })
}

/// How a password ended that came by mail: by its time, or by what staff did. Only the last mail
/// is asked; of what one before it brought, it is known that it ended.
pub(super) fn how_it_ended(case: &Case) -> &'static str {
    let (mail, ended) = (case.mail.as_ref().map(|it| &it.mail), case.user.temporary_until);
    let is_early = |it: &Mail| it.sent_at.is_some() && it.expires_at > ended;
    match mail {
        Some(it) if it.state == MailState::Cancelled && is_early(it) => "was taken back",
        Some(it) if it.previous.is_some() && ended == Some(it.created_at) => {
            "ended when another mail was made"
        }
        Some(it) if it.expires_at != ended => "ended",
        _ => "expired",
    }
}

/// A mail with a new way in, under that name.
pub(super) fn inviting<'a>(case: &Case, label: &'a str) -> (Fix, &'a str) {
    (Fix::Invite { again: case.user.last_login_at.is_some() }, label)
}

/// Who has no password and was sent nothing that is still to come.
fn not_invited(case: &Case) -> Option<Line> {
    let user = &case.user;
    if user.password_hash.is_some() || user.email.is_none() {
        return None;
    }
    let message = String::from("No invitation is on its way to them.");
    Some(Line::mended(CODE, Stops::Nothing, message, inviting(case, "Send invitation")))
}

/// Why a mail is held now, and what ends that.
fn held(it: &MailCase, what: &str, portal: &PortalSide) -> Line {
    let Some(why) = it.holding else {
        let message = format!("{what} is held, though nothing holds it back any more.");
        let fix = (Fix::ReleaseMail(it.mail.id), "Release it");
        return Line::mended(CODE, Stops::Nothing, message, fix);
    };
    let message = format!("{what} is held, because {}.", why.words());
    let told = |instead: String| Line::told(CODE, Stops::Nothing, message.clone(), instead);
    match why {
        HeldReason::PortalOff => match to_switch_on(it.mail.site, portal) {
            Some((scope, site)) => {
                let message =
                    format!("{message} It goes out once the portal is on and it is released.");
                let fix = (Fix::PortalOn(scope), "Switch the portal on");
                let line = Line::mended(CODE, Stops::Nothing, message, fix);
                match site {
                    Some(site) => line.about(&site.code),
                    None => line,
                }
            }
            None => told(String::from("Take their home site into use first; then release it.")),
        },
        HeldReason::MailNotSetUp => {
            told(format!("{} Then release it.", it.why_no_mail.as_deref().unwrap_or_default()))
        }
        HeldReason::UserDisabled => told(String::from("Enable them; then release it.")),
    }
}

/// The switch that keeps mails to a site back; the site when it is its own one.
fn to_switch_on(id: SiteId, portal: &PortalSide) -> Option<(PortalScope, Option<&Site>)> {
    if !portal.group.as_ref()?.portal_enabled {
        return Some((PortalScope::Everywhere, None));
    }
    let site = portal.sites.iter().map(|it| &it.value).find(|it| it.id == id)?;
    site.active.then_some((PortalScope::At(id), Some(site)))
}

/// A mail that went out: until when it can be used, when that is still to come.
fn sent(case: &Case, mail: &Mail, what: &str) -> Line {
    let at =
        |at: Option<Timestamp>| at.map_or_else(String::new, |at| format!(" on {}", at.in_utc()));
    let went = format!("{what} went out{}", at(mail.sent_at));
    let message = match mail.expires_at {
        Some(until) if until <= case.now => {
            format!("{went}, and what it carried expired on {}.", until.in_utc())
        }
        Some(until) => format!(
            "{went}; they have not chosen a password of their own yet, and what it carried can be used until {}.",
            until.in_utc()
        ),
        None => format!("{went}; they have not chosen a password of their own yet."),
    };
    Line::mended(CODE, Stops::Nothing, message, inviting(case, RESEND))
}

const fn name(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Invitation => "The invitation",
        Purpose::ProfileCreated => "The mail about their profile",
        Purpose::PasswordReset => "The mail with a new way in",
    }
}

/// The same with an end, unless the server's words have one.
fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}
