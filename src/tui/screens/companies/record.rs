//! One company in tabs: Details, Contacts, Users, Contracts.
//!
//! Owns what is asked about the rows of a tab, and the line above the tabs.

use ratatui::layout::Rect;

use super::contracts;
use super::details::{ACTIVATE, DEACTIVATE, Details};
use super::list_view::state;
use super::may_keep;
use super::tab::{Lists, Tab};
use crate::domain::id::{CompanyId, UserId};
use crate::domain::text::Text;
use crate::service::companies::CompanyView;
use crate::service::contracts::ContractRow;
use crate::service::user_views::UserView;
use crate::service::{Deed, DeskError, Selection};
use crate::tui::ask::{Answer, Ask, CompanyAsk, Reply, UserAsk};
use crate::tui::event::{Can, Command, Cx, Event, Screen, Slot, Spot, Status, UndoStep};
use crate::tui::keymap::{Action, Context};
use crate::tui::screens::bulk::Bulk;
use crate::tui::screens::listing::Added;
use crate::tui::screens::record::SHOW;
use crate::tui::screens::tabbed::{Tabbed, body, turns, within};
use crate::tui::screens::{Word, users};
use crate::tui::state::Seen;
use crate::tui::text::thousands;
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::Taken;

/// What the Details tab asks: their answers are its own, whichever tab is shown.
const OF_DETAILS: [Slot; 3] = [SHOW, ACTIVATE, DEACTIVATE];
const DELETE_CONTRACT: Slot = "delete contract";
const REMOVE: Slot = "remove";

/// One company.
#[derive(Debug)]
pub struct Record {
    details: Details,
    tabs: Tabbed<Lists>,
    /// What the question asks that is open, or was open last.
    asked: Option<Asked>,
    /// Whether the user that is being removed had this company as the primary one.
    primary: bool,
}

/// What a question asks for, with the row that it names: the list below may be read again
/// before the answer comes, and have another row selected then.
#[derive(Debug)]
enum Asked {
    /// To delete a contract.
    Contract(CompanyAsk),
    /// To take a user off this company, or to delete the account.
    User { id: UserId, remove: UserAsk, primary: bool },
}

impl Record {
    /// The company `id`, on a page of others.
    pub fn new(id: CompanyId, page: Vec<CompanyId>) -> Self {
        let details = Details::new(id, page);
        let tabs = Tabbed::on(0, Lists::of(taken(&details)));
        Self { details, tabs, asked: None, primary: false }
    }

    /// The company `id`, on its own.
    pub fn alone(id: CompanyId) -> Self {
        Self::new(id, vec![id])
    }

    /// The same, opened on a tab.
    pub fn on(self, tab: Tab) -> Self {
        let at = Tab::ALL.iter().position(|it| *it == tab).unwrap_or(0);
        Self { tabs: Tabbed::on(at, self.tabs.lists), ..self }
    }

    fn tab(&self) -> Tab {
        Tab::ALL[self.tabs.at()]
    }

    /// The company as lists know it.
    fn taken(&self) -> Taken {
        taken(&self.details)
    }

    /// Lets Details hear something; once it shows another company, the lists begin anew.
    fn tell_details(&mut self, event: Event, cx: &mut Cx) {
        let before = self.details.id();
        self.details.hear(event, cx);
        if self.details.id() != before {
            self.tabs.lists = Lists::of(self.taken());
        }
        let company = self.taken();
        self.tabs.lists.rename(&company);
    }

    /// Reads everything that is shown again.
    fn read_again(&mut self, cx: &mut Cx) {
        self.tell_details(Event::Changed, cx);
        self.tabs.tell(Event::Changed, cx);
    }

    /// What was done on a tab is told, and the other screens want to know.
    fn told(&mut self, told: String, undo: Option<UndoStep>, cx: &mut Cx) {
        cx.say(Status::done(told));
        cx.push(Command::Offer(undo.map(Box::new)));
        cx.push(Command::Changed);
        self.read_again(cx);
    }

    /// Does an action of the tab that is shown; whether it was one.
    fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        match (action, self.tab()) {
            (Action::Delete, Tab::Contracts) => self.ask_to_delete(cx),
            (Action::Confirm, Tab::Contracts) => {
                if let Some(Asked::Contract(ask)) = self.asked.take() {
                    cx.ask(DELETE_CONTRACT, Ask::Company(ask), "Deleting");
                }
            }
            (Action::Delete, Tab::Users) => return self.ask_to_remove(cx),
            (Action::RemoveFromCompany, Tab::Users) => {
                if let Some(Asked::User { remove, primary, .. }) = self.asked.take() {
                    self.primary = primary;
                    cx.ask(REMOVE, Ask::User(remove), "Removing");
                }
            }
            (Action::DeleteAccount, Tab::Users) => {
                if let Some(Asked::User { id, .. }) = self.asked.take() {
                    cx.open(Bulk::new(Deed::Delete, Selection::These(vec![id])));
                }
            }
            _ => return false,
        }
        true
    }

    /// Asks whether to delete the contract that is selected.
    fn ask_to_delete(&mut self, cx: &mut Cx) {
        let Some(row) = self.contract() else { return };
        let (company, id, base) = (row.company, row.id, row.stamp);
        cx.open(contracts::deleting(row));
        self.asked = Some(Asked::Contract(CompanyAsk::DeleteContract { company, id, base }));
    }

    /// Who acts for other companies, too, can be taken off this one instead of deleted.
    fn ask_to_remove(&mut self, cx: &mut Cx) -> bool {
        let Some(list) = self.tabs.lists.users() else { return false };
        let row = list.selected().filter(|row| row.more_companies > 0 && list.ticked() == 0);
        let Some(row) = row else { return false };
        let (id, company) = (row.id, self.details.id());
        let remove = UserAsk::Remove { id, base: row.stamp, company };
        let primary = row.company == Some(company);
        cx.open(users::removing(row, &self.taken().label));
        self.asked = Some(Asked::User { id, remove, primary });
        true
    }

    fn contract(&self) -> Option<&ContractRow> {
        self.tabs.lists.contracts().and_then(|list| list.selected())
    }

    /// Takes the answer to something that was done on a tab.
    fn answer(&mut self, answer: Answer, cx: &mut Cx) {
        match answer {
            Ok(Reply::Contract(row)) => {
                let (company, number) = (row.company, &row.number);
                let ask = CompanyAsk::AddContract { company, form: Box::new(row.form()) };
                let back = format!("Contract {number} is there again.");
                let undo = UndoStep { ask: Ask::Company(ask), told: back };
                self.told(format!("Contract {number} is deleted."), Some(undo), cx);
            }
            Ok(Reply::User(view)) => {
                let told = users::removed(&view, &self.taken().label);
                let undo = self.back_in(&view);
                self.told(told, Some(undo), cx);
            }
            Ok(_) => {}
            Err(refusal) => {
                let now = matches!(refusal, DeskError::Conflict(_));
                let more = if now { " What you see is as it is now." } else { "" };
                cx.say(Status::refused(format!("{refusal}{more}")));
                self.read_again(cx);
            }
        }
    }

    /// What puts a user that was removed back into the company.
    fn back_in(&self, view: &UserView) -> UndoStep {
        users::undo_removal(view, self.details.id(), self.primary, &self.taken().label)
    }
}

/// A company as lists know it.
fn taken(details: &Details) -> Taken {
    let id = details.id();
    let name = details.view().map(|view| view.row.name.clone());
    Taken { id: id.0, label: name.unwrap_or_else(|| Text::new(id.to_string())) }
}

impl Screen for Record {
    fn context(&self) -> Context {
        self.tabs.context(self.tab().context())
    }

    fn path(&self) -> String {
        match self.tab() {
            Tab::Details => self.details.path(),
            tab => format!("{} ▸ {}", self.details.path(), tab.word()),
        }
    }

    fn takes_text(&self) -> bool {
        self.tabs.takes_text()
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        match (action, self.tabs.list()) {
            _ if turns(action) => Can::Yes,
            (Action::Delete, _) if self.tab() == Tab::Contracts => {
                if self.contract().is_some() {
                    may_keep(seen)
                } else {
                    Can::Hidden
                }
            }
            (action, None) => self.details.can(action, seen),
            (action, Some(list)) => list.can(action, &within(seen)),
        }
    }

    fn unready(&self, action: Action) -> bool {
        match self.tabs.list() {
            _ if turns(action) => false,
            None => self.details.unready(action),
            Some(list) => list.unready(action),
        }
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
        match event {
            Event::Opened => {
                self.tell_details(Event::Opened, cx);
                self.tabs.begin(cx);
            }
            Event::Changed => self.read_again(cx),
            Event::Resized => {
                self.tell_details(Event::Resized, cx);
                self.tabs.tell(Event::Resized, cx);
            }
            Event::Act(action) if self.tabs.act(action, cx) || self.act(action, cx) => {}
            Event::Answer { slot, .. } if OF_DETAILS.contains(&slot) => {
                self.tell_details(event, cx);
            }
            Event::Answer { slot: DELETE_CONTRACT | REMOVE, answer } => self.answer(answer, cx),
            Event::Word(word) => match *word {
                Word::Company { .. } => self.tell_details(Event::Word(word), cx),
                // The list of a tab stays; what was added to it is selected there, so that the
                // next key is for it.
                Word::User { view, told } if self.tab() == Tab::Users => {
                    let (number, name) = (view.row.id.0, view.row.user_id.clone());
                    self.tabs.lists.look_for(Tab::Users, Added { number, name });
                    self.told(told, None, cx);
                }
                Word::Contact { view, told } if self.tab() == Tab::Contacts => {
                    let (number, name) = (view.row.id.0, view.row.label());
                    self.tabs.lists.look_for(Tab::Contacts, Added { number, name });
                    self.told(told, None, cx);
                }
                Word::User { told, .. } | Word::Contact { told, .. } | Word::Contract { told }
                    if self.tab() != Tab::Details =>
                {
                    self.told(told, None, cx);
                }
                _ => self.tabs.tell(Event::Word(word), cx),
            },
            event if self.tab() == Tab::Details => self.tell_details(event, cx),
            event => self.tabs.tell(event, cx),
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        if self.tab() == Tab::Details {
            self.details.draw(body(area), pen);
        }
        let view = self.details.view();
        if let Some(view) = view {
            draw_head(view, Rect { height: 1, ..area }, pen);
        }
        let label = |tab: Tab| match view.and_then(|view| tab.count(view)) {
            Some(count) => format!("{} {}", tab.word(), thousands(count)),
            None => tab.word().to_owned(),
        };
        self.tabs.draw(&Tab::ALL.map(label), area, pen);
    }
}

/// ` Acme Ltd                                      C000001 · Customer   ● Active`
fn draw_head(view: &CompanyView, line: Rect, pen: &mut Pen) {
    let row = &view.row;
    let cell = state(row);
    let right = line.right().saturating_sub(1);
    let mut left_of = pen.put_right(right, line.y, 10, &cell.text, cell.ink);
    if let Some(mark) = cell.mark {
        left_of = left_of.saturating_sub(2);
        pen.mark(left_of, line.y, mark, cell.ink);
    }
    let between = pen.theme().mark(Mark::Between);
    let text = format!("{} {between} {}", row.code, row.kind.word());
    left_of = pen.put_right(left_of.saturating_sub(3), line.y, 24, &text, Ink::Faint);
    pen.put(line.x + 1, line.y, left_of.saturating_sub(line.x + 3), row.name.raw(), Ink::Strong);
}
