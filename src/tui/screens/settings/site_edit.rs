//! The form of a site: a new one, or one that there is.

use crate::domain::id::SiteId;
use crate::domain::validate::{NEW_SITE_CODE, SITE_NAME, WEBSITE};
use crate::service::sites::{SiteForm, SiteView};
use crate::service::{Conflict, Stamp};
use crate::tui::ask::{Ask, Reply, SettingsAsk, SettingsReply};
use crate::tui::event::{Command, Cx, Event};
use crate::tui::keymap::Action;
use crate::tui::screens::Word;
use crate::tui::screens::sheet::{Meeting, SAVE, Sheet, buttons};
use crate::tui::widgets::field::{Field, FieldId, Theirs};
use crate::tui::widgets::form::Form;

const IN_PORTAL: FieldId = "in_portal";

/// The form.
#[derive(Debug)]
pub struct EditSite {
    /// Which site, and what was seen of it; none for a new one.
    of: Option<(SiteId, Stamp)>,
    title: String,
    form: Form,
    meeting: Meeting,
}

impl EditSite {
    /// An empty form.
    pub fn empty() -> Self {
        let held = SiteForm { in_portal: true, ..SiteForm::default() };
        Self::new(None, "Add a site".to_owned(), &held)
    }

    /// A form that holds what the site holds.
    pub fn of(view: &SiteView) -> Self {
        let title = format!("Edit {}", view.row.code);
        Self::new(Some((view.row.id, view.row.stamp)), title, &view.form())
    }

    fn new(of: Option<(SiteId, Stamp)>, title: String, held: &SiteForm) -> Self {
        let mut fields = vec![
            Field::ruled(NEW_SITE_CODE, &held.code).noted("short, for commands"),
            Field::ruled(SITE_NAME, &held.name).noted("empty: the code"),
            Field::ruled(WEBSITE, &held.website).noted("may stay empty"),
        ];
        // Whether a site is in a group is edited with the group.
        if of.is_none() {
            let portal = Field::toggle(IN_PORTAL, "Portal site", held.in_portal);
            fields.push(portal.noted("Space switches"));
        }
        Self { of, title, form: Form::new(fields, buttons("Save")), meeting: Meeting::default() }
    }
}

fn theirs(view: &SiteView) -> Vec<(FieldId, Theirs)> {
    let it = view.form();
    vec![
        (NEW_SITE_CODE.name, Theirs::Text(it.code)),
        (SITE_NAME.name, Theirs::Text(it.name)),
        (WEBSITE.name, Theirs::Text(it.website)),
    ]
}

/// What has been done.
fn told(view: &SiteView, new: bool) -> String {
    let code = &view.row.code;
    match (new, view.row.in_portal) {
        (false, _) => format!("{code} is saved."),
        (true, false) => format!("{code} is a site now; a site group may take it in."),
        (true, true) => format!("{code} is a site of the portal now; it waits for Site sync."),
    }
}

impl Sheet for EditSite {
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
        let form = Box::new(SiteForm {
            code: self.form.text(NEW_SITE_CODE.name).to_owned(),
            name: self.form.text(SITE_NAME.name).to_owned(),
            website: self.form.text(WEBSITE.name).to_owned(),
            in_portal: self.form.is_on(IN_PORTAL),
        });
        let ask = match self.of {
            Some((id, base)) => SettingsAsk::SaveSite { id, base, form },
            None => SettingsAsk::AddSite(form),
        };
        cx.ask(SAVE, Ask::Settings(ask), "Saving");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Settings(SettingsReply::Site(view)) = reply {
            let told = told(&view, self.of.is_none());
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::Site { view, told }))));
        }
    }

    fn again(&self) -> Option<Ask> {
        self.of.map(|(id, _)| Ask::Settings(SettingsAsk::Site(id)))
    }

    fn clash(&mut self, conflict: Conflict, _cx: &mut Cx) {
        self.meeting.begin(conflict);
    }

    fn meet(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Settings(SettingsReply::Site(view)) = reply {
            self.meeting.show(&self.form, view.row.stamp, theirs(&view), cx);
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
