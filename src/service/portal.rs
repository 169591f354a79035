//! Sign-in at the customer portal, and the change of a password there.
//!
//! Only portal users come in here; a staff account is as unknown as a name that nobody has.
//! After a change the person is signed out and signs in again with the new password.

use serde::Serialize;

use crate::domain::company::Company;
use crate::domain::fold;
use crate::domain::id::SiteId;
use crate::domain::login::{Door, LoginOutcome};
use crate::domain::problem::{Code, Problem};
use crate::domain::secret::Secret;
use crate::domain::site::{PortalGroup, Site};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::user::{PortalProfile, User, UserStatus};
use crate::store::RepositoryExt;
use crate::store::record::PORTAL_GROUP;

use super::attempt::{Claim, Credentials, Refusal, Try};
use super::passwords::{PasswordChange, finish};
use super::ruling::{Answer, Ruling};
use super::second_factor::Gate;
use super::session::Origin;
use super::{Desk, DeskError};

/// The one sentence for unknown, wrong and locked.
const REFUSED: &str = "That name and password don't go together, or the account is locked; try again, or ask support for a new password.";
/// The sentence while the portal is off.
pub(super) const PORTAL_OFF: &str = "The portal is switched off just now; try again later.";
/// The sentence for a password that came by mail and is too old.
const EXPIRED: &str = "This password has expired; ask support for a new invitation.";

/// What came of a sign-in at the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortalSignIn {
    /// Signed in: the home page.
    Ok(Visit),
    /// The password is right; the code of the second factor is asked for, or it has to be set
    /// up before anything else.
    SecondFactor {
        /// Whether it is set up.
        enrolled: bool,
    },
    /// Right, but a new password has to be chosen before anything else.
    MustChange,
    /// Not let in.
    Refused(Refusal),
}

impl PortalSignIn {
    /// The word that scripts may rely on.
    pub const fn outcome(&self) -> &'static str {
        match self {
            Self::Ok(_) => "ok",
            Self::SecondFactor { .. } => "second-factor",
            Self::MustChange => "must-change-password",
            Self::Refused(_) => "refused",
        }
    }
}

/// Who is signed in at the portal, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Visit {
    /// The User ID, with `.P`.
    pub user_id: Text,
    /// The name people know them by.
    pub name: Text,
    /// The code of the site.
    pub site: Text,
    /// The sign-in before this one.
    pub last_login_at: Option<Timestamp>,
}

/// The portal as a try finds it.
pub(super) struct Portal {
    group: PortalGroup,
    /// The site that was named, else the home site of whoever has the name, else the first.
    pub site: Site,
    /// Whether the site was named.
    named: bool,
    /// Whether the portal is open there, or, with no site named, anywhere.
    pub open: bool,
}

impl Desk {
    /// Signs in at the portal; `site` is a site's code, without one the home site is meant.
    ///
    /// Password and code are looked at in one try; the second factor comes before a password
    /// that has to be changed.
    ///
    /// # Errors
    /// When name or password is missing, there is no such site, no site at all, or the store
    /// or the machine fails; who is not let in gets [`PortalSignIn::Refused`].
    pub fn portal_sign_in(
        &self,
        shown: &Credentials<'_>,
        site: Option<&str>,
        origin: &Origin,
    ) -> Result<PortalSignIn, DeskError> {
        let portal = self.portal(shown.name, site)?;
        let answer = self
            .attempt_at(&portal, shown, origin, |user| self.rule_on_portal(user, shown, &portal))?;
        Ok(match answer {
            Answer::Granted(sign_in) => sign_in,
            Answer::Refused(refusal) => PortalSignIn::Refused(refusal),
        })
    }

    /// Changes a portal user's own password; the old one is counted as at a sign-in.
    ///
    /// # Errors
    /// As [`Desk::portal_sign_in`], and when the new one fails the policy or is the old one.
    pub fn portal_change_password(
        &self,
        shown: &Credentials<'_>,
        new: &Secret,
        origin: &Origin,
    ) -> Result<PasswordChange, DeskError> {
        finish(self.portal_attempt(shown, None, origin, |user| {
            let asks = |enrolled| {
                let answer = Ok(PasswordChange::SecondFactor { enrolled });
                Ok(Ruling::ask(LoginOutcome::SecondFactor, answer))
            };
            match self.gate(user, shown.code)? {
                Gate::Open(used) => Ok(self.rule_on_change(user, new)?.writing(used)),
                Gate::NeedsCode(_) => asks(true),
                Gate::NeedsEnrolment => asks(false),
                Gate::Shut(why) => Ok(why.into()),
            }
        })?)
    }

    /// Tries a password at the portal; `rule` decides what a right one leads to for who may
    /// come in there.
    ///
    /// # Errors
    /// As [`Desk::portal_sign_in`].
    pub(super) fn portal_attempt<T>(
        &self,
        shown: &Credentials<'_>,
        site: Option<&str>,
        origin: &Origin,
        rule: impl FnMut(&User) -> Result<Ruling<T>, DeskError>,
    ) -> Result<Answer<T>, DeskError> {
        let portal = self.portal(shown.name, site)?;
        self.attempt_at(&portal, shown, origin, rule)
    }

    fn attempt_at<T>(
        &self,
        portal: &Portal,
        shown: &Credentials<'_>,
        origin: &Origin,
        mut rule: impl FnMut(&User) -> Result<Ruling<T>, DeskError>,
    ) -> Result<Answer<T>, DeskError> {
        let it = at_portal(shown, origin, &portal.site.code);
        if !portal.open {
            let refusal = self.turn_away(&it, LoginOutcome::PortalOff, PORTAL_OFF)?;
            return Ok(Answer::Refused(refusal));
        }
        self.attempt(&it, |user| match self.not_for_portal(user, portal)? {
            Some((outcome, message)) => Ok(Ruling::refuse(outcome, message)),
            None if user.is_password_over(self.clock.now()) => {
                Ok(Ruling::refuse(LoginOutcome::PasswordExpired, EXPIRED))
            }
            None => rule(user),
        })
    }

    /// What the right password of `user` leads to at the portal.
    fn rule_on_portal(
        &self,
        user: &User,
        shown: &Credentials<'_>,
        portal: &Portal,
    ) -> Result<Ruling<PortalSignIn>, DeskError> {
        let asks = |enrolled| {
            Ruling::ask(LoginOutcome::SecondFactor, PortalSignIn::SecondFactor { enrolled })
        };
        let used = match self.gate(user, shown.code)? {
            Gate::Open(used) => used,
            Gate::NeedsCode(_) => return Ok(asks(true)),
            Gate::NeedsEnrolment => return Ok(asks(false)),
            Gate::Shut(why) => return Ok(why.into()),
        };
        if user.must_change_password {
            let answer = PortalSignIn::MustChange;
            let ruling = Ruling::grant(user.clone(), LoginOutcome::MustChange, answer);
            return Ok(ruling.writing(used));
        }
        let visit = Visit {
            user_id: user.user_id(),
            name: user.label(),
            site: portal.site.code.clone(),
            last_login_at: user.last_login_at,
        };
        let (user, end) = self.arrived(user, shown.password, self.clock.now())?;
        let ruling = Ruling::grant(user, LoginOutcome::Ok, PortalSignIn::Ok(visit));
        Ok(ruling.writing(used).ending(end))
    }

    /// Why an account may not come in though it has shown what it has to, and in which words.
    pub(super) fn not_for_portal(
        &self,
        user: &User,
        portal: &Portal,
    ) -> Result<Option<(LoginOutcome, String)>, DeskError> {
        if user.status == UserStatus::Disabled {
            let message = format!("{} is disabled; ask support to enable it.", user.user_id());
            return Ok(Some((LoginOutcome::Disabled, message)));
        }
        if !portal.group.open_at(&portal.site) {
            return Ok(Some((LoginOutcome::PortalOff, PORTAL_OFF.to_owned())));
        }
        let profile = self.repo.fetch::<PortalProfile>(user.id.0)?.map(|it| it.value);
        if let Some(profile) = &profile
            && !self.has_active_company(profile)?
        {
            let message = format!(
                "{} can't sign in, because none of its companies is active; ask support about it.",
                user.user_id()
            );
            return Ok(Some((LoginOutcome::CompanyInactive, message)));
        }
        let has_account =
            profile.is_some_and(|it| it.site_accounts.iter().any(|it| it.site == portal.site.id));
        Ok((portal.named && !has_account).then(|| {
            let message = format!(
                "{} has no account at {}; sign in at the site that it was made for.",
                user.user_id(),
                portal.site.name
            );
            (LoginOutcome::WrongDoor, message)
        }))
    }

    /// Whether some company of a portal user does business with us.
    fn has_active_company(&self, profile: &PortalProfile) -> Result<bool, DeskError> {
        let ids: Vec<u64> = profile.memberships.iter().map(|it| it.company.0).collect();
        let companies = self.repo.fetch_many::<Company>(&ids)?;
        Ok(companies.iter().flatten().any(|it| it.value.active))
    }

    /// Finds the site that a try is about, and whether the portal is open for it.
    pub(super) fn portal(&self, name: &str, site: Option<&str>) -> Result<Portal, DeskError> {
        let none =
            || Problem::whole(Code::PortalOff, "The portal has no site yet; set it up first.");
        let group = self.repo.fetch::<PortalGroup>(PORTAL_GROUP)?.ok_or_else(none)?.value;
        let ids: Vec<u64> = group.sites.iter().map(|id| id.0).collect();
        let sites: Vec<Site> =
            self.repo.fetch_many::<Site>(&ids)?.into_iter().flatten().map(|it| it.value).collect();
        let chosen = match site {
            Some(code) => sites
                .iter()
                .find(|it| fold::identity(it.code.raw()) == fold::identity(code))
                .ok_or_else(|| no_such_site(code, &sites))?,
            None => {
                let home = self.home_site_of(name)?;
                let home = sites.iter().find(|it| Some(it.id) == home);
                home.or(sites.first()).ok_or_else(none)?
            }
        };
        let open = match site {
            Some(_) => group.open_at(chosen),
            // Whose home site alone is off is told after the password, like anyone.
            None => sites.iter().any(|site| group.open_at(site)),
        };
        Ok(Portal { site: chosen.clone(), named: site.is_some(), open, group })
    }

    fn home_site_of(&self, name: &str) -> Result<Option<SiteId>, DeskError> {
        let Some(user) = self.account_named(name)? else { return Ok(None) };
        Ok(self.repo.fetch::<PortalProfile>(user.0)?.map(|it| it.value.home_site))
    }
}

fn at_portal<'a>(shown: &Credentials<'a>, origin: &'a Origin, place: &'a Text) -> Try<'a> {
    at_door(Claim::Name(shown.name), shown.password, origin, place)
}

/// A try at the portal, whatever shows whose it is.
pub(super) fn at_door<'a>(
    claim: Claim<'a>,
    password: &'a Secret,
    origin: &'a Origin,
    place: &'a Text,
) -> Try<'a> {
    Try { claim, password, door: Door::Portal, origin, place, refusal: REFUSED }
}

fn no_such_site(code: &str, sites: &[Site]) -> Problem {
    let codes: Vec<String> = sites.iter().map(|it| it.code.to_string()).collect();
    Problem::field(
        Code::Malformed,
        "site",
        format!(
            "The portal has no site “{}”; its sites are {}.",
            Text::from(code.trim()),
            codes.join(", ")
        ),
    )
}
