//! The Dashboard: what needs a hand, each line opening its screen.

use ratatui::layout::Rect;

use super::jobs::{self, Jobs};
use super::outbox;
use super::requests::{Criteria, List, Record};
use super::settings::{Settings, Tab};
use super::users;
use crate::domain::id::RequestId;
use crate::domain::mail::MailState;
use crate::domain::request::RequestStatus;
use crate::domain::role::Permission;
use crate::domain::user::UserStatus;
use crate::service::UserFilter;
use crate::service::dashboard::{Dashboard as Numbers, PortalNumbers};
use crate::service::request_views::RequestRow;
use crate::tui::ask::{Ask, Reply};
use crate::tui::event::{Can, Cx, Event, Screen, Slot, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::state::Seen;
use crate::tui::text::thousands;
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;
use crate::tui::view::status;

const COUNT: Slot = "count";
/// The columns of the charts, in terminals that have them.
const CHARTS: u16 = 34;

/// What Enter opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opens {
    /// Requests of a status.
    Requests(RequestStatus),
    /// One request.
    Request(RequestId),
    /// Users that stand so.
    Users(UserFilter),
    /// The sites of the portal.
    Sites,
    /// The mails that stand so.
    Mails(MailState),
    /// How mail is set up.
    MailSettings,
    /// The jobs.
    Jobs,
    /// The form for a staff account, over the list of users.
    AddStaff,
}

/// The first screen.
#[derive(Debug, Default)]
pub struct Dashboard {
    numbers: Option<Numbers>,
    at: usize,
    /// Whether who looks may make staff accounts.
    may_add: bool,
}

impl Dashboard {
    /// The lines with a number: how many, of what, and what Enter opens.
    fn counts(&self) -> Vec<(u64, String, Opens)> {
        let Some(n) = &self.numbers else { return Vec::new() };
        let new = n.new_today + n.new_this_week + n.new_older;
        let pending = plural(n.pending_users, "user waits", "users wait");
        let throttled = plural(n.throttled_users, "user", "users");
        let unsent = plural(n.mails.without_job, "notification waits", "notifications wait");
        let PortalNumbers { on, closed, waiting } = n.portal;
        let off = if on { " whose portal is off" } else { ": the whole portal is off" };
        let alone = u64::from(n.users == 1 && self.may_add);
        let lines = [
            (closed, format!("{}{off}", plural(closed, "site", "sites")), Opens::Sites),
            (new, new_requests(n), Opens::Requests(RequestStatus::New)),
            (
                n.resolved,
                "resolved, waiting for approval".to_owned(),
                Opens::Requests(RequestStatus::Resolved),
            ),
            (
                n.pending_users,
                format!("{pending} for a first password"),
                Opens::Users(UserFilter::Status(UserStatus::Pending)),
            ),
            if n.mails.not_set_up {
                let held = plural(n.mails.held, "mail is", "mails are");
                (n.mails.held, format!("{held} held: mail is not set up"), Opens::MailSettings)
            } else {
                let held = plural(n.mails.held, "mail is", "mails are");
                (n.mails.held, format!("{held} held"), Opens::Mails(MailState::Held))
            },
            (
                n.mails.retrying,
                format!("{} for another try", plural(n.mails.retrying, "mail waits", "mails wait")),
                Opens::Mails(MailState::Retrying),
            ),
            (
                n.mails.failed,
                format!("{} failed", plural(n.mails.failed, "mail", "mails")),
                Opens::Mails(MailState::Failed),
            ),
            (
                n.mails.unknown,
                format!("{} have gone out", plural(n.mails.unknown, "mail may", "mails may")),
                Opens::Mails(MailState::Unknown),
            ),
            (n.mails.without_job, format!("{unsent}: no job sends them"), Opens::Jobs),
            (
                n.throttled_users,
                format!("{throttled} throttled or locked"),
                Opens::Users(UserFilter::Throttled),
            ),
            (
                waiting,
                format!("{} for Site sync", plural(waiting, "site waits", "sites wait")),
                Opens::Sites,
            ),
            (alone, "account, yours: add colleagues".to_owned(), Opens::AddStaff),
        ];
        lines.into_iter().filter(|(count, _, _)| *count > 0).collect()
    }

    fn targets(&self) -> Vec<Opens> {
        let oldest =
            self.numbers.iter().flat_map(|n| n.oldest_open.iter().map(|r| Opens::Request(r.id)));
        self.counts().into_iter().map(|(_, _, opens)| opens).chain(oldest).collect()
    }

    fn open(&self, cx: &mut Cx) {
        match self.targets().get(self.at) {
            Some(Opens::Requests(status)) => {
                cx.open(List::searching(Criteria::of_status(*status)));
            }
            Some(Opens::Request(id)) => {
                let page =
                    self.numbers.iter().flat_map(|n| n.oldest_open.iter().map(|r| r.id)).collect();
                cx.open(Record::new(*id, page));
            }
            Some(Opens::Users(standing)) => {
                cx.open(users::List::searching(users::Criteria::standing(*standing)));
            }
            Some(Opens::Sites) => cx.open(Settings::on(Tab::Sites)),
            Some(Opens::Mails(state)) => {
                cx.open(Jobs::mails(outbox::Criteria::in_state(*state)));
            }
            Some(Opens::MailSettings) => cx.open(Settings::on(Tab::Mail)),
            Some(Opens::Jobs) => cx.open(Jobs::on(jobs::Tab::Jobs)),
            Some(Opens::AddStaff) => {
                cx.open(users::List::default());
                cx.open(users::AddStaff::default());
            }
            None => {}
        }
    }

    fn draw_counts(&self, area: Rect, pen: &mut Pen) -> u16 {
        pen.put(area.x + 1, area.y, area.width, "Needs a hand", Ink::Strong);
        let lines = self.counts();
        for (at, (count, text, _)) in lines.iter().enumerate() {
            let row = Rect { y: area.y + 1 + at as u16, height: 1, ..area };
            pen.put_right(row.x + 9, row.y, 7, &thousands(*count), Ink::Strong);
            pen.put(row.x + 11, row.y, row.width.saturating_sub(12), text, Ink::Plain);
            self.select(at, row, pen);
        }
        if lines.is_empty() {
            pen.put(area.x + 3, area.y + 1, area.width, "Nothing waits for you.", Ink::Faint);
        }
        area.y + 1 + lines.len().max(1) as u16
    }

    fn draw_oldest(&self, numbers: &Numbers, area: Rect, pen: &mut Pen) {
        if numbers.oldest_open.is_empty() {
            return;
        }
        pen.put(area.x + 1, area.y, area.width, "Waiting longest", Ink::Strong);
        let before = self.counts().len();
        let rows = usize::from(area.height.saturating_sub(1));
        for (at, row) in numbers.oldest_open.iter().take(rows).enumerate() {
            let line = Rect { y: area.y + 1 + at as u16, height: 1, ..area };
            draw_request(row, line, pen);
            self.select(before + at, line, pen);
        }
    }

    fn select(&self, at: usize, line: Rect, pen: &mut Pen) {
        pen.spot(line, Spot::Row(at));
        if at == self.at {
            pen.dress(line, Ink::Selected);
            pen.mark(line.x + 1, line.y, Mark::Edge, Ink::Selected);
            pen.stand(line.x + 1, line.y);
        }
    }
}

fn new_requests(n: &Numbers) -> String {
    let today = thousands(n.new_today);
    match n.new_older {
        0 => format!("new requests, {today} today"),
        older => format!("new, {today} today, {} over a week", thousands(older)),
    }
}

fn plural<'a>(count: u64, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

fn draw_request(row: &RequestRow, line: Rect, pen: &mut Pen) {
    let seen = pen.seen();
    pen.put(line.x + 3, line.y, 12, &seen.zone.ago(row.submitted_at, seen.now), Ink::Plain);
    let cell = status::request(row.status);
    let status = line.right().saturating_sub(13);
    if let Some(mark) = cell.mark {
        pen.mark(status, line.y, mark, cell.ink);
    }
    pen.put(status + 2, line.y, 10, &cell.text, cell.ink);
    let room = status.saturating_sub(line.x + 18);
    let name = (room / 2).max(16);
    pen.put(line.x + 16, line.y, name.saturating_sub(1), row.label().raw(), Ink::Plain);
    pen.put(
        line.x + 16 + name,
        line.y,
        room.saturating_sub(name),
        row.company_name.raw(),
        Ink::Faint,
    );
}

fn draw_chart(numbers: &Numbers, area: Rect, pen: &mut Pen) {
    let days = &numbers.requests_per_day;
    let most = days.iter().map(|d| d.count).max().unwrap_or(0).max(1);
    pen.put(
        area.x,
        area.y,
        area.width,
        &format!("Requests a day, {} days", days.len()),
        Ink::Strong,
    );
    for (at, day) in days.iter().enumerate() {
        let eighths = if day.count == 0 { 0 } else { (1 + day.count * 7 / most) as usize };
        let bar = pen.theme().bar(eighths);
        pen.put(area.x + 1 + at as u16, area.y + 1, 1, bar, Ink::Brand);
    }
    let today = days.last().map_or(0, |d| d.count);
    let x = area.x + 1 + days.len() as u16 + 2;
    pen.put(
        x,
        area.y + 1,
        area.right().saturating_sub(x),
        &format!("{} today", thousands(today)),
        Ink::Plain,
    );
    let text = format!("{} open in all", thousands(numbers.open()));
    pen.put(area.x + 1, area.y + 2, area.width - 1, &text, Ink::Faint);
    draw_next_job(numbers, Rect { y: area.y + 4, height: 2, ..area }, pen);
}

/// `Next job  Notification in 4 min`, and below it what came of its last run.
fn draw_next_job(numbers: &Numbers, area: Rect, pen: &mut Pen) {
    let seen = pen.seen();
    let used = pen.put(area.x, area.y, area.width, "Next job", Ink::Strong) + 2;
    let Some(next) = &numbers.next_job else {
        let text = "none runs by itself";
        pen.put(area.x + used, area.y, area.width.saturating_sub(used), text, Ink::Faint);
        return;
    };
    let text = format!("{} {}", next.name, seen.zone.ahead(next.at, seen.now));
    pen.put(area.x + used, area.y, area.width.saturating_sub(used), &text, Ink::Plain);
    if let Some(last) = next.last.as_ref().filter(|_| area.height > 1) {
        let ago = seen.zone.ago(last.started_at, seen.now);
        let (ok, failed) = (thousands(last.ok), thousands(last.failed));
        let (text, ink) = match last.failed {
            0 => (format!("{ago}: {ok} done"), Ink::Faint),
            _ => (format!("{ago}: {ok} done, {failed} failed"), Ink::Caution),
        };
        pen.put(area.x + 1, area.y + 1, area.width - 1, &text, ink);
    }
}

impl Screen for Dashboard {
    fn context(&self) -> Context {
        Context::Dashboard
    }

    fn path(&self) -> String {
        "Dashboard".to_owned()
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        let targets = self.targets();
        match action {
            Action::Open if targets.get(self.at).is_none() => Can::Hidden,
            Action::Up | Action::Down if targets.is_empty() => Can::Hidden,
            _ => Can::Yes,
        }
    }

    fn unready(&self, action: Action) -> bool {
        matches!(action, Action::Open | Action::Up | Action::Down)
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        let Spot::Row(at) = spot else { return None };
        if at == self.at {
            return Some(Action::Open);
        }
        self.at = at;
        None
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        let who = cx.seen.who.as_ref();
        self.may_add = who.is_some_and(|who| who.why_not(Permission::Administer).is_none());
        let last = self.targets().len().saturating_sub(1);
        match event {
            Event::Opened | Event::Changed | Event::Act(Action::Refresh) => {
                let midnight = cx.seen.zone.midnight(cx.seen.now);
                cx.ask(COUNT, Ask::Dashboard { midnight }, "Counting");
            }
            Event::Act(Action::Up) => self.at = self.at.saturating_sub(1),
            Event::Act(Action::Down) => self.at = (self.at + 1).min(last),
            Event::Act(Action::Open) => self.open(cx),
            Event::Answer { answer: Ok(Reply::Dashboard(numbers)), .. } => {
                self.numbers = Some(*numbers);
                self.at = self.at.min(self.targets().len().saturating_sub(1));
            }
            Event::Answer { answer: Err(refusal), .. } => {
                cx.say(Status::refused(refusal.to_string()))
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        pen.stand(area.x + 1, area.y);
        let Some(numbers) = &self.numbers else { return };
        let charts = if area.width >= 78 { CHARTS } else { 0 };
        let left =
            Rect { y: area.y + 1, width: area.width - charts, height: area.height - 1, ..area };
        let below = self.draw_counts(left, pen);
        if charts > 0 {
            draw_chart(numbers, Rect { x: left.right() + 2, width: charts - 2, ..left }, pen);
        }
        let top = below.max(area.y + 6) + 1;
        // A narrow terminal has no column for it.
        let foot = u16::from(charts == 0);
        if charts == 0 {
            let y = area.bottom().saturating_sub(1);
            draw_next_job(
                numbers,
                Rect { x: area.x + 1, y, width: area.width - 2, height: 1 },
                pen,
            );
        }
        self.draw_oldest(
            numbers,
            Rect { y: top, height: area.bottom().saturating_sub(top + foot), ..area },
            pen,
        );
    }
}
