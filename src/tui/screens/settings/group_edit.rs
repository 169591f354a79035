//! The form of a site group: a new one, or one that there is.

use crate::domain::id::SiteId;
use crate::domain::text::Text;
use crate::domain::validate::GROUP_CODE;
use crate::service::site_groups::{GroupChoice, SiteGroupForm, SiteGroupView};
use crate::service::{Conflict, ListArgs, NoStatus, Sort, Stamp};
use crate::tui::ask::{Ask, Reply, SettingsAsk, SettingsReply};
use crate::tui::event::{Command, Cx, Event};
use crate::tui::keymap::Action;
use crate::tui::popup::picker::{PickRow, Picker, Source};
use crate::tui::screens::Word;
use crate::tui::screens::sheet::{Meeting, SAVE, Sheet, buttons};
use crate::tui::widgets::field::{Field, FieldId, Taken, Theirs};
use crate::tui::widgets::form::Form;

const SITES: FieldId = "sites";
/// Values shown at most.
const SHOWN: u64 = 50;

/// Sites, by any text in them.
const SOURCE: Source = Source {
    title: "Which sites are in the group?",
    empty: "No site fits. Ctrl-U starts again, Esc goes back.",
    ask: |text, page| {
        let args = ListArgs::<NoStatus>::all(Sort::Login, false);
        // Lists of sites know words only: nothing in them has to be quoted.
        let args = ListArgs { text: text.to_owned(), page, per_page: SHOWN, ..args };
        Ask::Settings(SettingsAsk::Sites(args))
    },
    rows: |reply| match reply {
        Reply::Settings(SettingsReply::Sites(page)) => {
            let rows = page.rows.into_iter().map(|row| PickRow {
                taken: Taken { id: row.id.0, label: row.code },
                beside: row.name,
                remark: if row.active { "" } else { "inactive" }.to_owned(),
                refused: None,
            });
            (rows.collect(), page.total)
        }
        _ => (Vec::new(), 0),
    },
};

/// The form.
#[derive(Debug)]
pub struct EditGroup {
    /// Which group, and what was seen of it; none for a new one.
    of: Option<(GroupChoice, Stamp)>,
    title: String,
    form: Form,
    meeting: Meeting,
}

impl EditGroup {
    /// An empty form.
    pub fn empty() -> Self {
        Self::new(None, "Add a site group".to_owned(), "", Vec::new())
    }

    /// A form that holds what the group holds.
    pub fn of(view: &SiteGroupView) -> Self {
        let title = format!("Edit {}", view.row.code);
        let of = (view.row.choice, view.row.stamp);
        Self::new(Some(of), title, view.row.code.raw(), taken(view))
    }

    fn new(of: Option<(GroupChoice, Stamp)>, title: String, code: &str, sites: Vec<Taken>) -> Self {
        let fields = vec![
            Field::ruled(GROUP_CODE, code).noted("short, for commands"),
            Field::many(SITES, "Sites", sites).noted("F4 list"),
        ];
        Self { of, title, form: Form::new(fields, buttons("Save")), meeting: Meeting::default() }
    }
}

/// The sites of a group as the form holds them.
fn taken(view: &SiteGroupView) -> Vec<Taken> {
    let both = view.row.site_ids.iter().zip(&view.row.sites);
    both.map(|(id, code): (&SiteId, &Text)| Taken { id: id.0, label: code.clone() }).collect()
}

impl Sheet for EditGroup {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn save(&mut self, cx: &mut Cx) {
        let sites = self.form.taken_many(SITES).iter().map(|it| SiteId(it.id)).collect();
        let code = self.form.text(GROUP_CODE.name).to_owned();
        let form = Box::new(SiteGroupForm { code, sites });
        let ask = match self.of {
            Some((id, base)) => SettingsAsk::SaveGroup { id, base, form },
            None => SettingsAsk::AddGroup(form),
        };
        cx.ask(SAVE, Ask::Settings(ask), "Saving");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Settings(SettingsReply::Group(view)) = reply {
            let code = &view.row.code;
            let told = match self.of {
                Some(_) => format!("Site group {code} is saved."),
                None => format!("{code} is a site group now."),
            };
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::SiteGroup { view, told }))));
        }
    }

    fn look_up(&self, field: FieldId, typed: &str, cx: &mut Cx) {
        cx.open(Picker::new(field, SOURCE, typed).ticking(self.form.taken_many(field)));
    }

    fn again(&self) -> Option<Ask> {
        self.of.map(|(id, _)| Ask::Settings(SettingsAsk::Group(id)))
    }

    fn clash(&mut self, conflict: Conflict, _cx: &mut Cx) {
        self.meeting.begin(conflict);
    }

    fn meet(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Settings(SettingsReply::Group(view)) = reply {
            let theirs = vec![
                (GROUP_CODE.name, Theirs::Text(view.row.code.raw().to_owned())),
                (SITES, Theirs::Many(taken(&view))),
            ];
            self.meeting.show(&self.form, view.row.stamp, theirs, cx);
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        let settled = self.meeting.settle(action, &mut self.form, cx);
        if let Some(stamp) = settled {
            self.of = self.of.map(|(id, _)| (id, stamp));
        }
        settled.is_some()
    }
}
