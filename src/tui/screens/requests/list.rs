//! The list of requests: newest first, searched by status, text and date.

use ratatui::layout::Rect;

use super::list_view;
use super::record::Record;
use super::search::{Criteria, Search};
use crate::domain::id::RequestId;
use crate::service::request_views::RequestRow;
use crate::service::{ListArgs, Sort};
use crate::tui::ask::{Ask, Reply, RequestAsk};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::screens::Word;
use crate::tui::state::Seen;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::entry::Entry;
use crate::tui::widgets::table::{Table, Wants};

const ROWS: Slot = "rows";
/// Rows of the body that are not rows of the list: search line, gap, header, page line.
const AROUND: u16 = 4;

/// The orders to go through with `s`: the column shown in the header, and the order.
pub(super) const SORTS: [(usize, Sort); 4] =
    [(0, Sort::Time), (1, Sort::Name), (2, Sort::Company), (3, Sort::Status)];

/// The list of portal requests.
#[derive(Debug)]
pub struct List {
    pub(super) table: Table<RequestRow>,
    pub(super) criteria: Criteria,
    pub(super) filter: Entry,
    pub(super) filtering: bool,
    pub(super) read: bool,
}

impl Default for List {
    fn default() -> Self {
        Self {
            table: Table::new(50),
            criteria: Criteria::default(),
            filter: Entry::new(100),
            filtering: false,
            read: false,
        }
    }
}

impl List {
    /// A list that shows only what fits `criteria`.
    pub fn searching(criteria: Criteria) -> Self {
        Self { filter: Entry::holding(&criteria.text, 100), criteria, ..Self::default() }
    }

    /// Whether the newest, the largest, … comes first.
    pub(super) fn descending(&self) -> bool {
        (self.table.sort == 0) != self.table.reverse
    }

    fn args(&self) -> ListArgs<crate::domain::request::RequestStatus> {
        let (_, sort) = SORTS[self.table.sort.min(SORTS.len() - 1)];
        ListArgs {
            text: self.filter.value().to_owned(),
            status: self.criteria.status,
            since: self.criteria.since,
            until: self.criteria.until,
            page: self.table.page,
            per_page: self.table.per_page,
            ..ListArgs::all(sort, self.descending())
        }
    }

    fn read(&self, cx: &mut Cx) {
        cx.ask(ROWS, Ask::Request(RequestAsk::List(self.args())), "Searching");
    }

    fn search_again(&mut self, cx: &mut Cx) {
        self.table.rewind();
        self.read(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Open => self.open(cx),
            Action::Filter => self.filtering = true,
            Action::KeepFilter => self.filtering = false,
            Action::SearchForm => {
                let criteria =
                    Criteria { text: self.filter.value().to_owned(), ..self.criteria.clone() };
                cx.open(Search::new(&criteria, cx.seen.zone));
            }
            Action::Refresh => self.read(cx),
            Action::DeleteWord => {
                self.filter.delete_word();
                self.search_again(cx);
            }
            Action::ClearField => {
                self.filter.clear();
                self.search_again(cx);
            }
            action => {
                if self.table.act(action, SORTS.len()) == Wants::Reading {
                    cx.push(Command::PerPage(self.table.per_page));
                    self.read(cx);
                }
            }
        }
    }

    fn open(&self, cx: &mut Cx) {
        if let Some(row) = self.table.selected_row() {
            let page: Vec<RequestId> = self.table.rows.iter().map(|r| r.id).collect();
            cx.open(Record::new(row.id, page));
        }
    }

    fn edit_filter<T>(&mut self, change: impl FnOnce(&mut Entry) -> T, cx: &mut Cx) {
        let before = self.filter.value().to_owned();
        change(&mut self.filter);
        if self.filter.value() != before {
            self.search_again(cx);
        }
    }

    fn take(&mut self, reply: Reply) {
        if let Reply::Requests(page) = reply {
            self.read = true;
            let place = (page.page, page.pages);
            self.table.fill(page.rows, page.total, page.all, place, |a, b| a.id == b.id);
        }
    }
}

impl Screen for List {
    fn context(&self) -> Context {
        if self.filtering { Context::Filter } else { Context::RequestList }
    }

    fn path(&self) -> String {
        Place::Requests.paths()[0].to_owned()
    }

    fn takes_text(&self) -> bool {
        self.filtering
    }

    fn can(&self, action: Action, _seen: &Seen) -> Can {
        let table = &self.table;
        match action {
            Action::Open if table.rows.is_empty() => Can::Hidden,
            Action::NextPage | Action::PreviousPage if table.pages < 2 => Can::Hidden,
            Action::NextPage if table.page >= table.pages => {
                Can::No("This is the last page.".to_owned())
            }
            Action::PreviousPage if table.page < 2 => Can::No("This is the first page.".to_owned()),
            _ => Can::Yes,
        }
    }

    fn back(&mut self, cx: &mut Cx) -> bool {
        let narrowed = !self.filter.value().is_empty();
        if !self.filtering && !narrowed {
            return false;
        }
        self.filtering = false;
        if narrowed {
            self.filter.clear();
            self.search_again(cx);
        }
        true
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        self.table.set_height(usize::from(cx.seen.body_rows().saturating_sub(AROUND)));
        match event {
            Event::Opened => {
                self.table.per_page = cx.seen.per_page;
                self.read(cx);
            }
            Event::Changed => self.read(cx),
            Event::Act(action) => self.act(action, cx),
            Event::Type(c) => self.edit_filter(|f| f.type_char(c), cx),
            Event::Edit(chord) => self.edit_filter(|f| f.edit(chord), cx),
            Event::Paste(pasted) => {
                let mut remark = None;
                self.edit_filter(|f| remark = f.paste(&pasted), cx);
                if let Some(remark) = remark {
                    cx.say(Status::note(remark));
                }
            }
            Event::Word(word) => {
                if let Word::Search(criteria) = *word {
                    self.filter.set(&criteria.text);
                    self.criteria = criteria;
                    self.search_again(cx);
                }
            }
            Event::Answer { answer: Ok(reply), .. } => self.take(reply),
            Event::Answer { answer: Err(refusal), .. } => {
                cx.say(Status::refused(refusal.to_string()))
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        list_view::draw(self, area, pen);
    }
}
