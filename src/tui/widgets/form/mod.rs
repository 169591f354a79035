//! Fields one below the other, and buttons: focus, typing, errors, what has changed.
//!
//! Owns what is typed until it is saved. Must not know what the fields mean: a screen makes
//! a form, reads it by field names, and hands it the problems that a service found.

mod draw;
mod values;

use super::field::{Field, FieldId, Holds};
use crate::domain::problem::Problem;
use crate::tui::event::{Can, Cx, Event, Spot, Status};
use crate::tui::keymap::{Action, Chord, Key};

/// A button below the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Button {
    /// Its word.
    pub label: &'static str,
    /// What pressing it asks for.
    pub action: Action,
}

/// What came of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Nothing to tell, or not for the form.
    Nothing,
    /// The value of a field has changed.
    Changed(FieldId),
    /// The list of values for a field is wanted, with what was typed so far.
    LookUp(FieldId, String),
    /// A button was pressed.
    Pressed(Action),
    /// Something to tell in the status line.
    Remark(String),
}

/// A form being filled in.
#[derive(Debug)]
pub struct Form {
    fields: Vec<Field>,
    buttons: Vec<Button>,
    focus: usize,
    hurried: bool,
}

impl Form {
    /// A form with the cursor in its first field.
    pub fn new(fields: Vec<Field>, buttons: Vec<Button>) -> Self {
        let focus = fields.iter().position(Field::reachable).unwrap_or(fields.len());
        Self { fields, buttons, focus, hurried: false }
    }

    /// The same, but Enter in the last field presses the first button.
    pub fn hurried(mut self) -> Self {
        self.hurried = true;
        self
    }

    /// The fields, in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field that has the focus; none when a button has it.
    pub fn focused(&self) -> Option<&Field> {
        self.fields.get(self.focus)
    }

    /// Puts the focus on a field.
    pub fn focus_on(&mut self, id: FieldId) {
        if let Some(at) = self.fields.iter().position(|f| f.id == id && f.reachable()) {
            self.focus = at;
        }
    }

    /// The word of the first button: what saving is called.
    pub fn verb(&self) -> Option<&'static str> {
        self.buttons.first().map(|button| button.label)
    }

    /// Whether a character typed now is text.
    pub fn takes_text(&self) -> bool {
        self.focused().is_some_and(Field::takes_text)
    }

    /// Whether any field holds something else than at first.
    pub fn dirty(&self) -> bool {
        self.fields.iter().any(Field::changed)
    }

    /// Shows each problem under its field and puts the focus on the first of them.
    ///
    /// Returns the sentences of the problems that belong to no field of this form.
    pub fn show_problems(&mut self, problems: &[Problem]) -> Vec<String> {
        for field in &mut self.fields {
            field.error = None;
        }
        let mut elsewhere = Vec::new();
        for problem in problems.iter().rev() {
            match problem.field.and_then(|id| self.fields.iter().position(|f| f.id == id)) {
                Some(at) => {
                    self.unfold_for(at);
                    self.fields[at].error = Some(problem.message.clone());
                    if self.fields[at].reachable() {
                        self.focus = at;
                    }
                }
                None => elsewhere.insert(0, problem.message.clone()),
            }
        }
        elsewhere
    }

    /// Shows the fields of a part of the form, or folds it.
    fn fold(&mut self, section: FieldId, open: bool) {
        for field in &mut self.fields {
            match &mut field.holds {
                Holds::Section(shown) if field.id == section => *shown = open,
                _ if field.section == Some(section) => field.shown = open,
                _ => {}
            }
        }
    }

    /// Whether the fields of a part of the form are on the screen.
    pub fn is_unfolded(&self, section: FieldId) -> bool {
        matches!(self.field(section).map(|f| &f.holds), Some(Holds::Section(true)))
    }

    /// What is wrong with a field can be seen only when its part of the form is not folded.
    fn unfold_for(&mut self, at: usize) {
        if let Some(section) = self.fields[at].section {
            self.fold(section, true);
        }
    }

    /// Shows what is wrong beside the fields, and leaves the focus where it is; `None` takes
    /// a sentence away.
    pub fn remark_errors(&mut self, errors: impl Fn(FieldId) -> Option<String>) {
        for field in &mut self.fields {
            field.error = errors(field.id);
        }
    }

    /// Shows a sentence under a field and puts the focus there.
    pub fn show_error(&mut self, id: FieldId, sentence: &str) {
        if let Some(field) = self.field_mut(id) {
            field.error = Some(sentence.to_owned());
        }
        self.focus_on(id);
    }

    /// Puts fields on the screen or takes them off.
    pub fn show_fields(&mut self, ids: &[FieldId], shown: bool) {
        for field in self.fields.iter_mut().filter(|f| ids.contains(&f.id)) {
            field.shown = shown;
        }
    }

    /// Puts a field on the screen or takes it off, in a part of the form that is not folded.
    pub fn keep(&mut self, id: FieldId, wanted: bool) {
        let section = self.field(id).and_then(|field| field.section);
        let unfolded = section.is_none_or(|section| self.is_unfolded(section));
        self.show_fields(&[id], wanted && unfolded);
    }

    /// Whether that is the head of a part of the form.
    pub fn is_section(&self, id: FieldId) -> bool {
        matches!(self.field(id).map(|field| &field.holds), Some(Holds::Section(_)))
    }

    /// Whether `action` makes sense at the focus.
    pub fn can(&self, action: Action) -> Can {
        let fits = match (action, self.focused().map(|f| &f.holds)) {
            (Action::LookUp, _) => self.focused().is_some_and(Field::has_list),
            (Action::Reveal, holds) => matches!(holds, Some(Holds::Secret(_))),
            // Only a form for a new password has use for one; it says so itself.
            (Action::Generate, _) => false,
            // Nor do all send a mail.
            (Action::Preview, _) => false,
            // What stands below its fields is a sheet's.
            (Action::PageDown, _) => false,
            (Action::Toggle, holds) => {
                matches!(
                    holds,
                    Some(Holds::Toggle { .. } | Holds::Choice { .. } | Holds::Section(_))
                )
            }
            (Action::ChooseNext | Action::ChoosePrevious, holds) => {
                matches!(holds, Some(Holds::Choice { .. })) || holds.is_none()
            }
            (Action::Restore, Some(_)) => self.focused().is_some_and(Field::changed),
            (Action::DeleteWord | Action::ClearField, Some(_)) => self.takes_text(),
            (Action::DeleteWord | Action::ClearField | Action::Restore, None) => false,
            _ => true,
        };
        if fits { Can::Yes } else { Can::Hidden }
    }

    /// The mouse: goes to a field, or presses a button.
    pub fn hit(&mut self, spot: Spot) -> Option<Action> {
        match spot {
            Spot::Field(at) if self.fields.get(at).is_some_and(Field::reachable) => {
                self.focus = at;
                None
            }
            Spot::Button(at) if at < self.buttons.len() => {
                self.focus = self.fields.len() + at;
                Some(Action::Press)
            }
            _ => None,
        }
    }

    /// Hears an event and tells remarks in the status line; Save counts as a button pressed.
    pub fn attend(&mut self, event: &Event, cx: &mut Cx) -> Heard {
        if let Event::Act(action @ Action::Save) = event {
            return Heard::Pressed(*action);
        }
        match self.hear(event) {
            Heard::Remark(remark) => {
                cx.say(Status::note(remark));
                Heard::Nothing
            }
            heard => heard,
        }
    }

    /// Hears an event that is for the form.
    pub fn hear(&mut self, event: &Event) -> Heard {
        match event {
            Event::Type(c) => self.type_char(*c),
            Event::Edit(chord) => self.edit(*chord),
            Event::Paste(pasted) => self.paste(pasted),
            Event::Act(action) => self.act(*action),
            Event::Picked { field, taken } => {
                self.take(field, Some(taken.clone()));
                Heard::Changed(field)
            }
            Event::PickedMany { field, taken } => {
                self.take_many(field, taken.clone());
                Heard::Changed(field)
            }
            _ => Heard::Nothing,
        }
    }

    /// Goes on from a field once a value was taken into it from a list: what is typed next is
    /// meant for the next field. For after the screen has shown or hidden fields.
    pub fn go_on(&mut self, event: &Event) {
        let (Event::Picked { field, .. } | Event::PickedMany { field, .. }) = event else { return };
        if self.focused().is_some_and(|focused| focused.id == *field) {
            self.step(true);
        }
    }

    fn act(&mut self, action: Action) -> Heard {
        match action {
            Action::NextField => self.step(true),
            Action::PreviousField => self.step(false),
            Action::Press => return self.press(),
            Action::LookUp => return self.look_up(String::new()),
            Action::ChooseNext | Action::ChoosePrevious if self.focus >= self.fields.len() => {
                self.step(action == Action::ChooseNext);
            }
            Action::Toggle | Action::ChooseNext => return self.choose(true),
            Action::ChoosePrevious => return self.choose(false),
            Action::Reveal => {
                if let Some(Holds::Secret(hidden)) = self.focused_mut().map(|f| &mut f.holds) {
                    hidden.turn();
                }
            }
            Action::Restore => return self.change_focused(Field::restore),
            Action::DeleteWord => return self.change_focused(|f| empty(f, true)),
            Action::ClearField => return self.change_focused(|f| empty(f, false)),
            _ => {}
        }
        Heard::Nothing
    }

    fn stops(&self) -> usize {
        self.fields.len() + self.buttons.len()
    }

    fn step(&mut self, forward: bool) {
        let stops = self.stops().max(1);
        for _ in 0..stops {
            self.focus = (self.focus + if forward { 1 } else { stops - 1 }) % stops;
            if self.fields.get(self.focus).is_none_or(Field::reachable) {
                return;
            }
        }
    }

    fn press(&mut self) -> Heard {
        if let Some(button) =
            self.focus.checked_sub(self.fields.len()).and_then(|at| self.buttons.get(at))
        {
            return Heard::Pressed(button.action);
        }
        if matches!(self.focused().map(|f| &f.holds), Some(Holds::Section(_))) {
            return self.choose(true);
        }
        let last = self.fields.iter().rposition(Field::reachable) == Some(self.focus);
        match self.buttons.first() {
            Some(button) if last && self.hurried => Heard::Pressed(button.action),
            _ => {
                self.step(true);
                Heard::Nothing
            }
        }
    }

    fn choose(&mut self, forward: bool) -> Heard {
        let Some(field) = self.focused_mut() else { return Heard::Nothing };
        if let Holds::Section(open) = field.holds {
            let id = field.id;
            self.fold(id, !open);
            if !open {
                self.step(true);
            }
            return Heard::Changed(id);
        }
        match &mut field.holds {
            Holds::Choice { choice, .. } if forward => choice.next(),
            Holds::Choice { choice, .. } => choice.previous(),
            Holds::Toggle { on, .. } => *on = !*on,
            _ => return Heard::Nothing,
        }
        field.error = None;
        Heard::Changed(field.id)
    }

    fn look_up(&self, typed: String) -> Heard {
        match self.focused() {
            Some(field) if field.has_list() => Heard::LookUp(field.id, typed),
            _ => Heard::Nothing,
        }
    }

    fn change_focused(&mut self, change: impl FnOnce(&mut Field)) -> Heard {
        let Some(field) = self.focused_mut() else { return Heard::Nothing };
        change(field);
        field.error = None;
        Heard::Changed(field.id)
    }

    fn type_char(&mut self, c: char) -> Heard {
        let Some(field) = self.focused_mut() else { return Heard::Nothing };
        let id = field.id;
        let typed = match &mut field.holds {
            Holds::Text { entry, .. } => entry.type_char(c),
            Holds::Secret(hidden) => hidden.type_char(c),
            Holds::LookUp { .. } => return self.look_up(c.to_string()),
            // Space ticks in that list; here it opens it.
            Holds::Many { .. } => return self.look_up(c.to_string().trim().to_owned()),
            _ => return Heard::Nothing,
        };
        if !typed {
            return Heard::Remark("This field is full.".to_owned());
        }
        field.error = None;
        Heard::Changed(id)
    }

    fn edit(&mut self, chord: Chord) -> Heard {
        let Some(field) = self.focused_mut() else { return Heard::Nothing };
        let edited = match &mut field.holds {
            Holds::Text { entry, .. } => entry.edit(chord),
            Holds::Secret(hidden) => hidden.edit(chord),
            Holds::LookUp { taken, .. } if matches!(chord.key, Key::Backspace | Key::Delete) => {
                taken.take().is_some()
            }
            Holds::Many { taken, .. } if matches!(chord.key, Key::Backspace | Key::Delete) => {
                taken.pop().is_some()
            }
            _ => false,
        };
        if !edited {
            return Heard::Nothing;
        }
        field.error = None;
        Heard::Changed(field.id)
    }

    fn paste(&mut self, pasted: &crate::tui::input::Pasted) -> Heard {
        let Some(field) = self.focused_mut() else { return Heard::Nothing };
        let id = field.id;
        let remark = match &mut field.holds {
            Holds::Text { entry, .. } => entry.paste(pasted),
            Holds::Secret(hidden) => hidden.paste(pasted),
            Holds::LookUp { .. } | Holds::Many { .. } => {
                return self.look_up(pasted.text.chars().take(100).collect());
            }
            _ => return Heard::Nothing,
        };
        field.error = None;
        remark.map_or(Heard::Changed(id), Heard::Remark)
    }

    fn field(&self, id: FieldId) -> Option<&Field> {
        self.fields.iter().find(|f| f.id == id)
    }

    fn field_mut(&mut self, id: FieldId) -> Option<&mut Field> {
        self.fields.iter_mut().find(|f| f.id == id)
    }

    fn focused_mut(&mut self) -> Option<&mut Field> {
        self.fields.get_mut(self.focus)
    }
}

fn empty(field: &mut Field, only_a_word: bool) {
    match &mut field.holds {
        Holds::Text { entry, .. } if only_a_word => entry.delete_word(),
        Holds::Text { entry, .. } => entry.clear(),
        Holds::Secret(hidden) => hidden.clear(),
        Holds::LookUp { taken, .. } => *taken = None,
        Holds::Many { taken, .. } if only_a_word => drop(taken.pop()),
        Holds::Many { taken, .. } => taken.clear(),
        _ => {}
    }
}
