//! From what was read to lines: pure, and in the order in which a sign-in would meet them.

use crate::domain::company::Company;
use crate::domain::factor::Factor;
use crate::domain::login::{Door, LoginOutcome};
use crate::domain::mail::MailState;
use crate::domain::site::{PortalScope, Site};
use crate::domain::text::thousands;
use crate::domain::user::{User, UserKind, UserStatus};
use crate::service::sealing::SealError;
use crate::service::waits::wait_in_words;
use crate::store::Versioned;

use super::case::{Case, PortalSide, Wait};
use super::line::{Entry, Line, Stops};
use super::{DoorState, Fix, invitation};

/// Inactive companies that get a line of their own.
const COMPANIES: usize = 3;

/// What was found.
pub(super) struct Findings {
    pub lines: Vec<Line>,
    /// The door that the question is about first.
    pub main: Entry,
    pub can_sign_in: bool,
    pub doors: Vec<DoorState>,
}

/// The verdict on a case.
pub(super) fn of(case: &Case) -> Findings {
    let mut lines = Vec::new();
    if let Some(portal) = &case.portal {
        sites(portal, &mut lines);
    }
    account(case, &mut lines);
    if let Some(portal) = &case.portal {
        companies(portal, &mut lines);
    }
    let main = match &case.portal {
        Some(portal) => portal.meant().map_or(Entry::Nowhere, |site| Entry::Meant(site.id)),
        None => Entry::Console,
    };
    let is_open = |entry| !lines.iter().any(|line| line.stops.holds_at(entry));
    let can_sign_in = is_open(main);
    let doors = doors(case, is_open);
    lines.extend(failures(case, can_sign_in));
    if can_sign_in {
        lines.insert(0, ready(case));
    }
    Findings { lines, main, can_sign_in, doors }
}

fn doors(case: &Case, is_open: impl Fn(Entry) -> bool) -> Vec<DoorState> {
    let sites = case.portal.iter().flat_map(|it| &it.sites).map(|site| &site.value);
    let sites = sites.map(|site| DoorState {
        door: Door::Portal,
        site: Some(site.code.clone()),
        open: is_open(Entry::Named(site.id)),
    });
    let console = case.user.role.uses_console().then(|| DoorState {
        door: Door::Console,
        site: None,
        open: is_open(Entry::Console),
    });
    sites.chain(console).collect()
}

/// The portal's switches, and the accounts at its sites.
fn sites(portal: &PortalSide, lines: &mut Vec<Line>) {
    let Some((group, meant)) = portal.group.as_ref().zip(portal.meant()) else {
        lines.push(Line::told(
            "portal_off",
            Stops::Portal,
            "The portal has no site yet, so nobody can sign in there.",
            "Make a site under Settings ▸ Sites, and put it into the portal site group.",
        ));
        return;
    };
    if !group.portal_enabled {
        lines.push(Line::mended(
            "portal_off",
            Stops::Portal,
            "The portal is switched off everywhere: nobody can sign in at any site.",
            (Fix::PortalOn(PortalScope::Everywhere), "Switch the portal on"),
        ));
    }
    if let Some(home) = &portal.home_elsewhere {
        let line = Line::told(
            "home_elsewhere",
            Stops::Nothing,
            format!(
                "Their home site {} is not in the portal site group; with no site named, {} is meant.",
                home.name, meant.name
            ),
            "Settings ▸ Site groups puts it back in.",
        );
        lines.push(line.about(&home.code));
    }
    let (first, others): (Vec<_>, Vec<_>) =
        portal.sites.iter().partition(|it| it.value.id == meant.id);
    for site in first.into_iter().chain(others) {
        shut_site(site, place(&site.value, meant, portal), lines);
    }
    // One that is out of use is shut to everybody; it waits for its accounts once it is not.
    let in_use = portal.sites.iter().map(|it| &it.value).filter(|it| it.active);
    let missing: Vec<&Site> = in_use.filter(|it| !portal.accounts.contains(&it.id)).collect();
    let Some(first) = missing.first() else { return };
    let names: Vec<String> = missing.iter().map(|it| it.name.to_string()).collect();
    let line = Line::mended(
        "no_account",
        Stops::Named(missing.iter().map(|it| it.id).collect()),
        format!(
            "They have no account at {} yet, and are turned away there; Site sync makes it.",
            names.join(", ")
        ),
        (Fix::SiteSync, "Site sync"),
    );
    lines.push(line.about(&first.code));
}

/// What a site is to them, to follow its name.
fn place(site: &Site, meant: &Site, portal: &PortalSide) -> &'static str {
    if Some(site.id) == portal.home {
        ", their home site"
    } else if site.id == meant.id {
        ", the site that is meant when none is named"
    } else {
        ""
    }
}

/// What shuts one site.
fn shut_site(read: &Versioned<Site>, place: &str, lines: &mut Vec<Line>) {
    let site = &read.value;
    let stops = Stops::Site(site.id);
    if !site.active {
        let line = Line::mended(
            "site_inactive",
            stops.clone(),
            format!("{}{place} is out of use: nobody can sign in there.", site.name),
            (Fix::ActivateSite(site.id), format!("Activate {}", site.name)),
        );
        lines.push(line.about(&site.code).read_at(read.stamp));
    }
    if !site.portal_enabled {
        let line = Line::mended(
            "site_off",
            stops,
            format!(
                "The portal is switched off at {}{place}: nobody can sign in there.",
                site.name
            ),
            (
                Fix::PortalOn(PortalScope::At(site.id)),
                format!("Switch the portal on at {}", site.name),
            ),
        );
        lines.push(line.about(&site.code));
    }
}

/// What the account itself is short of.
fn account(case: &Case, lines: &mut Vec<Line>) {
    let user = &case.user;
    let user_id = user.user_id();
    if user.status == UserStatus::Disabled {
        let message = format!("{user_id} is disabled: the right password is refused, too.");
        lines.push(Line::mended("disabled", Stops::Everything, message, (Fix::Enable, "Enable")));
    }
    if user.is_locked() {
        let message = format!(
            "{user_id} is locked after {} failed sign-ins in a row; it stays so until it is unlocked.",
            thousands(u64::from(user.failed_count))
        );
        lines.push(Line::mended("locked", Stops::Everything, message, (Fix::Unlock, "Unlock")));
    }
    lines.extend(case.waits.iter().map(|wait| waiting(wait, case)));
    if user.password_hash.is_none() {
        let message = format!("{user_id} has no password yet, so none is right.");
        // A password set by hand would end a mail that is to bring them in.
        let fix = match case.mail.as_ref().map(|it| it.mail.state) {
            Some(state) if state.is_waiting() || state == MailState::Sending => None,
            Some(_) if user.email.is_some() => {
                Some(invitation::inviting(case, "Resend invitation"))
            }
            _ => Some((Fix::SetPassword, "Set the first password")),
        };
        let stops = Stops::Everything;
        lines.push(match fix {
            Some(fix) => Line::mended("pending", stops, message, fix),
            None => Line::told("pending", stops, message, "The mail told of below brings one."),
        });
    } else if user.is_password_over(case.now) {
        let until = user.temporary_until.unwrap_or(case.now).in_utc();
        let how = invitation::how_it_ended(case);
        let message =
            format!("Their password came by mail and {how} on {until}: it is refused, too.");
        let fix = invitation::inviting(case, "Send a new invitation");
        lines.push(Line::mended("password_expired", Stops::Everything, message, fix));
    } else if user.must_change_password {
        let until = user.temporary_until.map_or_else(String::new, |until| {
            format!(", which came by mail and can be used until {},", until.in_utc())
        });
        lines.push(Line::told(
            "must_change",
            Stops::Nothing,
            format!("After the password{until} they have to choose a new one, and then sign in again with that."),
            "They do that themselves as they sign in.",
        ));
    }
    if let Some(portal) = &case.portal {
        lines.extend(invitation::line(case, portal));
    }
    second_factor(case, lines);
}

/// What is asked for beside the password, and whether it can be shown at all.
fn second_factor(case: &Case, lines: &mut Vec<Line>) {
    let user = &case.user;
    let Some(factor) = user.second_factor else { return };
    let is_set_up = user.factor_enrolled_at.is_some();
    let reset = (Fix::ResetSecondFactor, "Reset second factor");
    match (factor, &case.factor_trouble) {
        (Factor::EmailCode, _) => lines.push(Line::told(
            "no_mail",
            Stops::Everything,
            "Beside the password they need a code by email, and codes can't be sent by email yet.",
            "Edit the user, and choose another second factor.",
        )),
        (Factor::AuthenticatorApp, Some((SealError::Damaged, left))) => {
            let message = format!(
                "What is kept of their authenticator app is damaged, so none of its codes is right; {}.",
                recovery(*left)
            );
            lines.push(Line::mended("factor_damaged", Stops::Everything, message, reset));
            return;
        }
        (Factor::AuthenticatorApp, _) if is_set_up => {
            let message = "Beside the password they need a code of their authenticator app, or a recovery code.";
            lines.push(Line::mended("second_factor", Stops::Nothing, message, reset));
        }
        (Factor::AuthenticatorApp, _) => lines.push(Line::told(
            "not_enrolled",
            Stops::Nothing,
            format!("Their second factor, {}, is still to be set up.", factor.words()),
            "They do that themselves as they sign in.",
        )),
    }
    let Some((why, left)) = &case.factor_trouble else { return };
    let plainly = why.plainly();
    let message = if is_set_up {
        format!("No code of their app can be checked, because {plainly}; {}.", recovery(*left))
    } else {
        format!("They can't set it up, because {plainly}.")
    };
    lines.push(Line::told("key_file", Stops::Everything, message, why.to_string()));
}

/// What recovery codes are still good for.
fn recovery(left: usize) -> String {
    match left {
        0 => String::from("they have no recovery code left either"),
        1 => String::from("only the last one of their recovery codes lets them in"),
        _ => format!("only one of their {left} recovery codes lets them in"),
    }
}

/// A wait that is on; it ends by itself, too.
fn waiting(wait: &Wait, case: &Case) -> Line {
    let left = wait_in_words(case.now, wait.until);
    let (stops, place) = match (wait.door, &wait.host) {
        (Door::Portal, Some(host)) => (Stops::Portal, format!("at the portal from {host}")),
        (Door::Portal, None) => (Stops::Portal, String::from("at the portal")),
        (Door::Console, _) => (Stops::Console, String::from("at the console")),
        (Door::Command, _) => (Stops::Nothing, String::from("for commands")),
    };
    let message =
        format!("Too many sign-ins failed {place}: no password is looked at for another {left}.");
    Line::mended("throttled", stops, message, (Fix::Unlock, "Unlock"))
}

/// Who acts only for companies that do no business with us stays out.
fn companies(portal: &PortalSide, lines: &mut Vec<Line>) {
    let inactive: Vec<&Versioned<Company>> =
        portal.companies.iter().filter(|it| !it.value.active).collect();
    let all = inactive.len() == portal.companies.len();
    let more = inactive.len().saturating_sub(COMPANIES);
    for (at, read) in inactive.iter().take(COMPANIES).enumerate() {
        let company = &read.value;
        let mut message = match (all, portal.companies.len()) {
            (true, 1) => format!("{}, their only company, is inactive.", company.name),
            (true, _) => format!("{} is inactive, as all of their companies are.", company.name),
            (false, _) => {
                format!("{} is inactive; another of their companies is not.", company.name)
            }
        };
        if more > 0 && at + 1 == COMPANIES {
            message.push_str(&format!(" {} more of their companies are.", thousands(more as u64)));
        }
        let fix = Fix::ActivateCompany(company.id);
        let stops = if all { Stops::Portal } else { Stops::Nothing };
        let fix = (fix, format!("Activate {}", company.name));
        let line = Line::mended("company_inactive", stops, message, fix);
        lines.push(line.about(&company.code).read_at(read.stamp));
    }
}

/// What the tries since the last good one say.
fn failures(case: &Case, can_sign_in: bool) -> Option<Line> {
    let last = case.failures.first().filter(|_| case.in_a_row > 0)?;
    let user = &case.user;
    let (tries, were) =
        if case.in_a_row == 1 { ("The last try", "was") } else { ("The last tries", "were") };
    let message = format!(
        "{tries} ({}) {were} refused; the newest at {}, {}: {}.",
        case.in_a_row,
        last.origin,
        last.door.word(),
        last.outcome.words()
    );
    let since = user.password_set_at.is_some_and(|at| at > last.at);
    let code = "failures";
    Some(match last.outcome {
        LoginOutcome::WrongPassword if since => Line::told(
            code,
            Stops::Nothing,
            message,
            "A new password was set since; ask whether they use that one.",
        ),
        LoginOutcome::WrongPassword if user.password_hash.is_some() => {
            let fix = (Fix::SetPassword, "Change Password");
            Line::mended(code, Stops::Nothing, message, fix)
        }
        LoginOutcome::StaleLink => {
            let taken_back =
                case.mail.as_ref().is_some_and(|it| it.mail.state == MailState::Cancelled);
            let message = match taken_back {
                true => format!("{message} The invitation was taken back."),
                false => message,
            };
            let fix = invitation::inviting(case, "Send a new invitation");
            Line::mended(code, Stops::Nothing, message, fix)
        }
        LoginOutcome::WrongCode if user.second_factor.is_some() => {
            let fix = (Fix::ResetSecondFactor, "Reset second factor");
            Line::mended(code, Stops::Nothing, message, fix)
        }
        _ if can_sign_in => {
            Line::told(code, Stops::Nothing, message, "What stopped them then is gone.")
        }
        _ => Line::told(code, Stops::Nothing, message, "What stops them is told above."),
    })
}

/// What they need, when nothing keeps them out.
fn ready(case: &Case) -> Line {
    let user = &case.user;
    let place = match user.kind {
        UserKind::Portal => "at the portal",
        UserKind::Staff => "at the console",
    };
    Line::told(
        "ready",
        Stops::Nothing,
        format!("Nothing keeps them out {place}: {} and their password let them in.", names(user)),
        "There is nothing to mend.",
    )
}

/// The names that a sign-in takes: `jo.P, jo or jo@acme.example`.
fn names(user: &User) -> String {
    let mut names = vec![user.user_id().to_string()];
    if user.kind == UserKind::Portal {
        names.push(user.login_name.to_string());
    }
    names.extend(user.email.iter().map(ToString::to_string));
    let last = names.pop().unwrap_or_default();
    names.dedup();
    names.retain(|it| *it != last);
    if names.is_empty() { last } else { format!("{} or {last}", names.join(", ")) }
}
