//! The sign-ins of a user, page by page; on a contact, **Options ▸ Portal User**.

use ratatui::layout::Rect;

use super::record::Record;
use super::record_view::draw_standing;
use crate::domain::id::UserId;
use crate::domain::login::LoginOutcome;
use crate::service::user_views::{LoginRow, UserView};
use crate::tui::ask::{Ask, Reply, UserAsk};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::state::Seen;
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::facts;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::column::{Cell, Column};
use crate::tui::widgets::table::{Shows, Table, Wants};

const SHOW: Slot = "show";
const ROWS: Slot = "rows";
/// Rows above the sign-ins: standing, three facts, gaps; and header and page line.
const ABOVE: u16 = 6;
const AROUND: u16 = ABOVE + 2;

const COLUMNS: [Column; 4] = [
    Column::new("When", 16, 28).identifying(),
    Column::new("Result", 14, 28),
    Column::new("Door", 8, 10),
    Column::new("Where", 8, 40),
];

/// The sign-ins of one user.
#[derive(Debug)]
pub struct SignIns {
    id: UserId,
    path: String,
    jumps: bool,
    view: Option<Box<UserView>>,
    trouble: Option<String>,
    table: Table<LoginRow>,
    read: bool,
}

impl SignIns {
    /// The sign-ins of `id`, shown under `path`.
    pub fn new(id: UserId, path: String) -> Self {
        let table = Table::new(50);
        Self { id, path, jumps: false, view: None, trouble: None, table, read: false }
    }

    /// The same, opened from elsewhere than the user: it offers to go there.
    pub fn jumping(self) -> Self {
        Self { jumps: true, ..self }
    }

    fn read_page(&self, cx: &mut Cx) {
        let (page, per_page) = (self.table.page, self.table.per_page);
        cx.ask(ROWS, Ask::User(UserAsk::Logins { id: self.id, page, per_page }), "Reading");
    }

    fn read_all(&self, cx: &mut Cx) {
        cx.ask(SHOW, Ask::User(UserAsk::Show(self.id)), "Reading");
        self.read_page(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Refresh => self.read_all(cx),
            Action::OpenUser => cx.open(Record::alone(self.id)),
            action => {
                let reads = self.table.act(action, 1) == Wants::Reading;
                if action == Action::PerPage {
                    cx.push(Command::PerPage(self.table.per_page));
                }
                if reads {
                    self.read_page(cx);
                }
            }
        }
    }

    fn take(&mut self, reply: Reply) {
        match reply {
            Reply::User(view) => {
                self.trouble = None;
                self.view = Some(view);
            }
            Reply::Logins(page) => {
                self.read = true;
                let place = (page.page, page.pages);
                self.table.fill(page.rows, page.total, page.all, place, |a, b| a.id == b.id);
            }
            _ => {}
        }
    }
}

fn cells(row: &LoginRow, seen: &Seen) -> Vec<Cell> {
    let (mark, ink) = match row.outcome {
        LoginOutcome::Ok => (Mark::Check, Ink::Good),
        LoginOutcome::MustChange => (Mark::Half, Ink::Underway),
        _ => (Mark::Cross, Ink::Caution),
    };
    vec![
        Cell::new(seen.zone.exact(row.at)),
        Cell::marked(mark, row.outcome.words(), ink),
        Cell::new(row.door.word()),
        Cell::new(row.origin.to_string()),
    ]
}

impl Screen for SignIns {
    fn context(&self) -> Context {
        Context::SignIns
    }

    fn path(&self) -> String {
        self.path.clone()
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        let table = &self.table;
        match action {
            Action::OpenUser if !self.jumps => Can::Hidden,
            Action::NextPage | Action::PreviousPage | Action::FirstPage | Action::LastPage
                if table.pages < 2 =>
            {
                Can::Hidden
            }
            Action::NextPage | Action::LastPage if table.page >= table.pages => {
                Can::No("These are the oldest sign-ins.".to_owned())
            }
            Action::PreviousPage | Action::FirstPage if table.page < 2 => {
                Can::No("These are the newest sign-ins.".to_owned())
            }
            _ => Can::Yes,
        }
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        self.table.set_height(usize::from(cx.seen.body_rows().saturating_sub(AROUND)));
        match event {
            Event::Opened => {
                self.table.per_page = cx.seen.per_page;
                self.read_all(cx);
            }
            Event::Changed => self.read_all(cx),
            Event::Act(action) => self.act(action, cx),
            Event::Answer { answer: Ok(reply), .. } => self.take(reply),
            Event::Answer { slot: SHOW, answer: Err(refusal) } => {
                self.trouble = Some(refusal.to_string());
            }
            Event::Answer { answer: Err(refusal), .. } => {
                cx.say(Status::refused(refusal.to_string()));
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        pen.stand(area.x + 1, area.y);
        if let Some(trouble) = &self.trouble {
            pen.put(area.x + 1, area.y, area.width - 2, trouble, Ink::Bad);
            return;
        }
        let seen = pen.seen();
        if let Some(view) = &self.view {
            let line = Rect { height: 1, ..area };
            draw_standing(view, area.x + 1, line, pen);
            let last = view.row.last_login_at.map_or_else(
                || Cell::inked("never", Ink::Faint),
                |at| {
                    Cell::new(format!("{}  ({})", seen.zone.ago(at, seen.now), seen.zone.exact(at)))
                },
            );
            let cells = [
                ("User ID", Cell::inked(view.row.user_id.to_string(), Ink::Strong)),
                ("Name", Cell::new(view.row.label().to_string())),
                ("Last login", last),
            ];
            let (x, width) = (area.x + 3, area.width - 4);
            facts::draw_cells(&cells, Rect { x, y: area.y + 2, width, height: 3 }, pen);
        }
        let rows = Rect { y: area.y + ABOVE, height: area.height.saturating_sub(ABOVE), ..area };
        self.table.draw(&COLUMNS, |row| cells(row, seen), Shows::order(0, false), rows, pen);
        if self.read && self.table.rows.is_empty() {
            let text = "Nobody has tried to sign in to this account yet.";
            pen.put(rows.x + 3, rows.y + 2, rows.width.saturating_sub(4), text, Ink::Faint);
        }
    }
}
