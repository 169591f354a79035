//! How a user looks: the account to the left, what it belongs to on the right.

use ratatui::layout::Rect;

use super::invitation;
use super::list_view::{maybe, website};
use crate::domain::text::Text;
use crate::domain::user::{Badge, CreatedVia, Group, UserStatus};
use crate::domain::validate::{EMAIL, FIRST, LAST, PHONE};
use crate::service::user_views::{MembershipView, ProfileView, UserView};
use crate::tui::state::Seen;
use crate::tui::text::{thousands, width};
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;
use crate::tui::view::{facts, status};
use crate::tui::widgets::column::Cell;

/// The rows of facts.
const FACTS: u16 = 10;

/// Draws the user; returns the row below.
pub(super) fn draw(view: &UserView, area: Rect, pen: &mut Pen) -> u16 {
    draw_head(view, Rect { height: 1, ..area }, pen);
    let inside = Rect {
        x: area.x + 3,
        y: area.y + 2,
        width: area.width - 4,
        height: facts::rows(FACTS, area),
    };
    let account = account(view, pen.seen());
    let other = view.profile.as_ref().map_or_else(|| staff(view), |it| profile(view, it));
    let companies = view.profile.as_ref().map_or(0, companies_need);
    let needs = [facts::needed(&account), facts::needed(&other).max(companies)];
    let [left, right] = facts::beside(inside, (area.width - 3) * 11 / 20 - 1, needs);
    let below = facts::draw_cells(&account, left, pen);
    let top = match &view.profile {
        Some(profile) => draw_companies(profile, right, pen) + 1,
        None => {
            pen.put(right.x, right.y, right.width, "Staff account", Ink::Strong);
            right.y + 1
        }
    };
    let height = right.bottom().saturating_sub(top);
    let end = facts::draw_cells(&other, Rect { y: top, height, ..right }, pen);
    below.max(end).max(inside.y + FACTS)
}

/// `● Active   must change · never signed in            made 2 h ago by a request`
fn draw_head(view: &UserView, line: Rect, pen: &mut Pen) {
    let seen = pen.seen();
    let mut x = line.x + 1;
    x += draw_standing(view, x, line, pen) + 3;
    let made = match view.created_via {
        CreatedVia::FirstStart => "at first start",
        CreatedVia::StaffAccounts => "by an administrator",
        CreatedVia::Request => "from a request",
        CreatedVia::CompanyFile => "in the company's file",
        CreatedVia::PortalAccess => "under Portal Access",
        CreatedVia::Import => "by import",
        CreatedVia::Utility => "by the account utility",
        CreatedVia::CreateUser => "by Create User",
        CreatedVia::PortalUser => "by a portal user",
    };
    let ago = seen.zone.ago(view.row.created_at, seen.now);
    let room = line.right().saturating_sub(x + 1);
    pen.put_right(line.right() - 1, line.y, room, &format!("made {ago} {made}"), Ink::Faint);
}

/// Status and badges; returns the cells used.
pub(super) fn draw_standing(view: &UserView, x: u16, line: Rect, pen: &mut Pen) -> u16 {
    let seen = pen.seen();
    let cell = status::user(view.row.status);
    let mut at = x;
    if let Some(mark) = cell.mark {
        at += pen.mark(at, line.y, mark, cell.ink) + 1;
    }
    at += pen.put(at, line.y, 10, &cell.text, cell.ink);
    for badge in &view.row.badges {
        let ink = if *badge == Badge::NeverSignedIn { Ink::Faint } else { Ink::Caution };
        let words = status::badge(*badge, seen.now);
        at += 3 + pen.put(at + 3, line.y, line.right().saturating_sub(at + 3), &words, ink);
    }
    at - x
}

fn account(view: &UserView, seen: &Seen) -> Vec<(&'static str, Cell)> {
    let row = &view.row;
    let groups: Vec<&str> = view.groups.iter().map(|group| Group::word(*group)).collect();
    let password = match (view.password_set_at, view.must_change_password) {
        (None, _) => Cell::inked("none yet", Ink::Caution),
        (Some(at), false) => Cell::new(format!("set {}", seen.zone.ago(at, seen.now))),
        (Some(at), true) => Cell::new(format!("set {}, must change", seen.zone.ago(at, seen.now))),
    };
    let login = row
        .last_login_at
        .map_or_else(|| Cell::inked("never", Ink::Faint), |at| Cell::new(seen.zone.exact(at)));
    let group = ("Group", Cell::new(groups.join(", ")));
    let mut cells = vec![
        ("User ID", Cell::inked(row.user_id.to_string(), Ink::Strong)),
        (FIRST.label, maybe(row.first.as_ref())),
        (LAST.label, maybe(row.last.as_ref())),
        (EMAIL.label, maybe(row.email.as_ref())),
        (PHONE.label, maybe(row.phone.as_ref())),
        ("Role", Cell::new(row.role.to_string())),
    ];
    let rest = [
        ("Password", password),
        ("Second factor", second_factor(view, seen)),
        ("Last login", login),
    ];
    // The group is what a small terminal can do without once there is more to tell.
    match invitation::fact(view, seen) {
        Some(fact) => {
            cells.push(fact);
            cells.extend(rest);
            cells.push(group);
        }
        None => {
            cells.push(group);
            cells.extend(rest);
        }
    }
    cells
}

/// What has to be shown besides the password, and since when.
fn second_factor(view: &UserView, seen: &Seen) -> Cell {
    match (view.second_factor, view.factor_enrolled_at) {
        (None, _) => Cell::inked("none", Ink::Faint),
        (Some(factor), Some(at)) => {
            Cell::new(format!("{}, set up {}", factor.words(), seen.zone.ago(at, seen.now)))
        }
        (Some(factor), None) => {
            Cell::inked(format!("{}, to be set up", factor.words()), Ink::Caution)
        }
    }
}

/// The cells that the companies would like to have.
fn companies_need(profile: &ProfileView) -> u16 {
    let several = profile.memberships.len() > 1;
    let need = profile.memberships.iter().map(|member| {
        let beside = width(&beside(member, several)) as u16;
        maybe(member.company_name.as_ref()).need() + beside + 3
    });
    need.max().unwrap_or(0)
}

/// What stands beside the name of a company: its number, the organization config that the user
/// works with there, and of several companies which is the primary one.
fn beside(member: &MembershipView, several: bool) -> String {
    let code = member.company_code.as_ref().map(Text::shown);
    let config = member.organization_config.as_ref().map(Text::shown);
    let primary = (several && member.primary).then_some("primary".into());
    let words: Vec<_> = [code, config, primary].into_iter().flatten().collect();
    words.join(" ")
}

/// The companies; returns the row below.
fn draw_companies(profile: &ProfileView, area: Rect, pen: &mut Pen) -> u16 {
    let several = profile.memberships.len() > 1;
    pen.put(area.x, area.y, area.width, if several { "Companies" } else { "Company" }, Ink::Strong);
    let room = if several { 3 } else { 1 };
    let mut y = area.y + 1;
    for member in profile.memberships.iter().take(room) {
        let beside = beside(member, several);
        let left_of = pen.put_right(area.right(), y, area.width / 2, &beside, Ink::Faint);
        let cell = maybe(member.company_name.as_ref());
        let width = left_of.saturating_sub(area.x + 2);
        pen.put(area.x + 1, y, width, &cell.text, cell.ink);
        y += 1;
    }
    if profile.memberships.len() > room {
        let more = format!("and {} more", thousands((profile.memberships.len() - room) as u64));
        pen.put(area.x + 1, y, area.width, &more, Ink::Faint);
        y += 1;
    }
    y
}

/// The contact and the accounts at the portal's sites.
fn profile(view: &UserView, profile: &ProfileView) -> Vec<(&'static str, Cell)> {
    let sites: Vec<String> = profile
        .site_accounts
        .iter()
        .filter_map(|it| it.site.as_ref().map(ToString::to_string))
        .collect();
    let mut cells = vec![
        ("Account", Cell::new(profile.account_type.word())),
        (
            "Licence",
            match view.licence {
                Some(licence) => Cell::new(licence.word()),
                None => Cell::inked("none", Ink::Faint),
            },
        ),
        (
            "May",
            match profile.can_create_users {
                true => Cell::new("create users"),
                false => Cell::inked("not create users", Ink::Faint),
            },
        ),
        ("Contact", maybe(profile.contact_name.as_ref())),
        ("Website", website(&view.row)),
        ("Sites", Cell::new(sites.join(", "))),
    ];
    if profile.claim_authorization_required {
        cells.insert(3, ("Claims", Cell::new("need authorization")));
    }
    cells.extend(external_id(view));
    cells.extend(failures(view));
    cells
}

/// The number that another system knows the user by, where there is one.
fn external_id(view: &UserView) -> Option<(&'static str, Cell)> {
    let id = view.row.external_id.as_ref()?;
    Some(("External ID", Cell::new(id.to_string())))
}

fn staff(view: &UserView) -> Vec<(&'static str, Cell)> {
    let mut cells = vec![("Console", Cell::new("may sign in"))];
    if view.row.status != UserStatus::Active {
        cells = vec![("Console", Cell::inked("may not sign in", Ink::Faint))];
    }
    cells.extend(failures(view));
    cells
}

fn failures(view: &UserView) -> Option<(&'static str, Cell)> {
    let text = format!("{} in a row", thousands(u64::from(view.failed_count)));
    (view.failed_count > 0).then(|| ("Failures", Cell::inked(text, Ink::Caution)))
}

/// What has to be known before the next step.
pub(super) fn remark(view: &UserView) -> (String, Ink) {
    let waiting = |it: &Badge| matches!(it, Badge::Locked | Badge::Throttled { .. });
    if let Some(reason) = &view.why_not_manage {
        return (reason.clone(), Ink::Faint);
    }
    let waits = view.row.badges.iter().any(waiting);
    if let Some(remark) = invitation::remark(view)
        && view.row.status != UserStatus::Disabled
        && !waits
    {
        return remark;
    }
    let (text, ink) = match view.row.status {
        UserStatus::Disabled => ("Disabled. x, Enable lets the person in again.", Ink::Plain),
        _ if waits => ("Sign-in waits after failures. x, Unlock ends it at once.", Ink::Caution),
        UserStatus::Pending => {
            ("No password yet. x, Change Password sets the first one.", Ink::Caution)
        }
        UserStatus::Active if view.must_change_password => {
            ("The next sign-in asks for a password of the person's own.", Ink::Plain)
        }
        UserStatus::Active => ("", Ink::Plain),
    };
    (text.to_owned(), ink)
}
