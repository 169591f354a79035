//! Jobs and the outbox in tabs, under a line that says what is due next and what needs a hand.

use ratatui::layout::Rect;

use super::list;
use crate::service::dashboard::{Dashboard, MailNumbers, NextJob};
use crate::tui::ask::{Ask, Reply};
use crate::tui::event::{Can, Cx, Event, Screen, Slot, Spot};
use crate::tui::keymap::{Action, Context};
use crate::tui::screens::list::List;
use crate::tui::screens::outbox;
use crate::tui::screens::tabbed::{self, Tabbed, turns, within};
use crate::tui::state::Seen;
use crate::tui::text::thousands;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;

const NUMBERS: Slot = "numbers";

/// A part of place 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// What runs by itself.
    Jobs,
    /// The mails to portal users.
    Outbox,
}

/// Their words.
const WORDS: [&str; 2] = ["Jobs", "Outbox"];

impl Tab {
    const fn context(at: usize) -> Context {
        if at == 0 { Context::JobList } else { Context::OutboxList }
    }
}

/// The lists, as far as they were shown already.
#[derive(Debug, Default)]
struct Lists {
    jobs: Option<List<list::Jobs>>,
    outbox: Option<outbox::List>,
    /// What the outbox is searched by at first.
    wanted: outbox::Criteria,
}

impl tabbed::Lists for Lists {
    const TABS: usize = WORDS.len();

    fn get(&self, at: usize) -> Option<&dyn Screen> {
        match at {
            0 => self.jobs.as_ref().map(|it| it as &dyn Screen),
            _ => self.outbox.as_ref().map(|it| it as &dyn Screen),
        }
    }

    fn get_mut(&mut self, at: usize) -> Option<&mut dyn Screen> {
        match at {
            0 => self.jobs.as_mut().map(|it| it as &mut dyn Screen),
            _ => self.outbox.as_mut().map(|it| it as &mut dyn Screen),
        }
    }

    fn make(&mut self, at: usize) {
        match at {
            0 => self.jobs = Some(List::default()),
            _ => self.outbox = Some(List::searching(std::mem::take(&mut self.wanted))),
        }
    }
}

/// Place 6.
#[derive(Debug)]
pub struct Jobs {
    tabs: Tabbed<Lists>,
    numbers: Option<Box<Dashboard>>,
}

impl Jobs {
    /// Place 6, opened on a tab.
    pub fn on(tab: Tab) -> Self {
        let at = usize::from(tab == Tab::Outbox);
        Self { tabs: Tabbed::on(at, Lists::default()), numbers: None }
    }

    /// Place 6, opened on the mails that fit `wanted`.
    pub fn mails(wanted: outbox::Criteria) -> Self {
        let lists = Lists { wanted, ..Lists::default() };
        Self { tabs: Tabbed::on(1, lists), numbers: None }
    }

    fn count(cx: &mut Cx) {
        let midnight = cx.seen.zone.midnight(cx.seen.now);
        cx.ask(NUMBERS, Ask::Dashboard { midnight }, "Counting");
    }
}

/// ` Next  Notification in 4 min                         2 held, 1 failed`
fn draw_head(numbers: &Dashboard, line: Rect, pen: &mut Pen) {
    let seen = pen.seen();
    let right = line.right().saturating_sub(1);
    let (trouble, ink) = match trouble(numbers.mails) {
        text if text.is_empty() => ("no mail needs a hand".to_owned(), Ink::Faint),
        text => (text, Ink::Caution),
    };
    let left_of = pen.put_right(right, line.y, line.width / 2, &trouble, ink);
    let mut x = line.x + 1;
    x += pen.put(x, line.y, 8, "Next", Ink::Strong) + 2;
    let next = match &numbers.next_job {
        Some(NextJob { name, at, .. }) => format!("{name} {}", seen.zone.ahead(*at, seen.now)),
        None => "no job runs by itself".to_owned(),
    };
    pen.put(x, line.y, left_of.saturating_sub(x + 2), &next, Ink::Plain);
}

/// The mails that need a hand: `2 held, 1 failed`.
fn trouble(mails: MailNumbers) -> String {
    let MailNumbers { held, failed, unknown, without_job, retrying, not_set_up } = mails;
    let parts = [
        (held, "held"),
        (failed, "failed"),
        (unknown, "unknown"),
        (without_job, "unsent"),
        (retrying, "retrying"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts = parts.map(|(count, word)| format!("{} {word}", thousands(count)));
    let not_set_up = not_set_up.then(|| "mail is not set up".to_owned());
    not_set_up.into_iter().chain(parts).collect::<Vec<_>>().join(", ")
}

impl Screen for Jobs {
    fn context(&self) -> Context {
        self.tabs.context(Tab::context(self.tabs.at()))
    }

    fn path(&self) -> String {
        self.tabs.list().map(|list| list.path()).unwrap_or_default()
    }

    fn takes_text(&self) -> bool {
        self.tabs.takes_text()
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        match self.tabs.list() {
            _ if turns(action) => Can::Yes,
            Some(list) => list.can(action, &within(seen)),
            None => Can::Hidden,
        }
    }

    fn unready(&self, action: Action) -> bool {
        !turns(action) && self.tabs.list().is_some_and(|list| list.unready(action))
    }

    fn favours(&self) -> &'static [Action] {
        self.tabs.favours()
    }

    fn menu_title(&self) -> Option<String> {
        self.tabs.menu_title()
    }

    fn restless(&self) -> bool {
        self.tabs.restless()
    }

    fn back(&mut self, cx: &mut Cx) -> bool {
        self.tabs.back(cx)
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        self.tabs.hit(spot)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        // A window above that closes with a word has changed something, as a rule.
        if matches!(
            event,
            Event::Opened | Event::Changed | Event::Word(_) | Event::Act(Action::Refresh)
        ) {
            Self::count(cx);
        }
        match event {
            Event::Opened => self.tabs.begin(cx),
            Event::Act(action) if self.tabs.act(action, cx) => {}
            // What can't be counted is said by the list as well.
            Event::Answer { slot: NUMBERS, answer } => {
                if let Ok(Reply::Dashboard(numbers)) = answer {
                    self.numbers = Some(numbers);
                }
            }
            event => self.tabs.tell(event, cx),
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        self.tabs.draw(&WORDS.map(str::to_owned), area, pen);
        if let Some(numbers) = &self.numbers {
            draw_head(numbers, Rect { height: 1, ..area }, pen);
        }
    }
}
