//! A form in a window that saves what was typed: what all of them do.
//!
//! Owns how problems, conflicts and other refusals come back to who typed. Must not know
//! what is saved: a sheet says so by implementing [`Sheet`].

use std::fmt::Debug;

use ratatui::layout::Rect;

use crate::domain::problem::{Problem, Warning};
use crate::service::{Conflict, DeskError, Stamp};
use crate::tui::ask::{Answer, Ask, Reply};
use crate::tui::event::{Can, Command, Cx, Event, Intent, Screen, Slot, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::layout;
use crate::tui::popup::conflict::Clash;
use crate::tui::popup::reading::Reading;
use crate::tui::screens::Word;
use crate::tui::state::Seen;
use crate::tui::text::wrap;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::{FieldId, Theirs};
use crate::tui::widgets::form::{Button, Form, Heard};

/// The slot in which a sheet saves.
pub const SAVE: Slot = "save";
const THEIRS: Slot = "theirs";
/// The title over what would come of a form.
pub const OF_IT: &str = "What would come of it";
/// The columns of the window, and those inside its margin.
const COLUMNS: u16 = 72;
const INSIDE: u16 = COLUMNS - 6;

/// A form in a window. Whatever implements it is a screen.
pub trait Sheet: Debug + Send {
    /// The title of the window.
    fn title(&self) -> String;

    /// The form.
    fn form(&self) -> &Form;

    /// The form.
    fn form_mut(&mut self) -> &mut Form;

    /// Asks for the saving in the slot [`SAVE`]; not called while one is under way.
    fn save(&mut self, cx: &mut Cx);

    /// The saving was answered, and not with an error.
    fn saved(&mut self, reply: Reply, cx: &mut Cx);

    /// What stands above the fields.
    fn text(&self) -> Vec<(&str, Ink)> {
        Vec::new()
    }

    /// It has been opened.
    fn begin(&mut self, _cx: &mut Cx) {}

    /// Puts problems into the words that this form has for its fields.
    fn reword(&self, _problems: &mut [Problem]) {}

    /// The saving was refused for these reasons; they stand beside the fields already.
    fn refused(&mut self, _problems: &[Problem], _cx: &mut Cx) {}

    /// These warnings stop the saving until they are overridden.
    fn warned(&mut self, _warnings: &[Warning], _cx: &mut Cx) {}

    /// The saving takes long and is that far; `of` is `None` while nobody knows.
    fn progress(&mut self, _done: u64, _of: Option<u64>) {}

    /// A question in a slot of its own was answered.
    fn learn(&mut self, _reply: Reply, _cx: &mut Cx) {}

    /// The question for the record as it is now, once somebody else has changed it.
    fn again(&self) -> Option<Ask> {
        None
    }

    /// Somebody else has changed the record since the sheet was opened.
    fn clash(&mut self, conflict: Conflict, cx: &mut Cx) {
        cx.say(Status::refused(conflict.to_string()));
        cx.push(Command::Changed);
    }

    /// The answer to [`Sheet::again`]: what was typed stays, and can be saved over it.
    fn meet(&mut self, _reply: Reply, _cx: &mut Cx) {}

    /// The value of a field has changed.
    fn changed(&mut self, _field: FieldId, _cx: &mut Cx) {}

    /// Something was typed or the focus may have moved: what is shown beside it may differ.
    fn arranged(&mut self) {}

    /// The rows kept for what would come of it, so that the window stays as it is while that
    /// comes and goes.
    fn foot_rows(&self) -> u16 {
        0
    }

    /// Whether that matters more than seeing all the fields at once: it gets up to half of the
    /// room then.
    fn foot_first(&self) -> bool {
        false
    }

    /// What stands between the fields and the buttons: what would come of it.
    fn foot(&self) -> Vec<(String, Ink)> {
        Vec::new()
    }

    /// It is to be read to its end, in a window of its own.
    fn read_on(&self, cx: &mut Cx) {
        cx.open(Reading::new(OF_IT, self.foot()));
    }

    /// A window above has closed with something to tell.
    fn told(&mut self, _word: Word, _cx: &mut Cx) {}

    /// The list of values for a field is wanted.
    fn look_up(&self, _field: FieldId, _typed: &str, _cx: &mut Cx) {}

    /// Whether an action of forms makes sense right now.
    fn may(&self, action: Action) -> Can {
        self.form().can(action)
    }

    /// Whether something is still to be filled in that is saved along: saving waits for it.
    fn awaits(&self) -> bool {
        false
    }

    /// An action that only this sheet knows; whether it was one.
    fn act(&mut self, _action: Action, _cx: &mut Cx) -> bool {
        false
    }
}

/// The buttons below a form that saves.
pub fn buttons(first: &'static str) -> Vec<Button> {
    vec![
        Button { label: first, action: Action::Save },
        Button { label: "Cancel", action: Action::Back },
    ]
}

fn answer(sheet: &mut impl Sheet, slot: Slot, answer: Answer, cx: &mut Cx) {
    match answer {
        Ok(reply) if slot == SAVE => sheet.saved(reply, cx),
        Ok(reply) if slot == THEIRS => sheet.meet(reply, cx),
        Ok(reply) => sheet.learn(reply, cx),
        Err(DeskError::Conflict(conflict)) => {
            sheet.clash(*conflict, cx);
            if let Some(ask) = sheet.again() {
                cx.ask(THEIRS, ask, "Reading what changed");
            }
        }
        Err(DeskError::Problems(mut problems)) => {
            sheet.reword(&mut problems);
            let elsewhere = sheet.form_mut().show_problems(&problems);
            let sentence = elsewhere.first().or(problems.first().map(|it| &it.message));
            cx.say(Status::refused(sentence.cloned().unwrap_or_default()));
            if slot == SAVE {
                sheet.refused(&problems, cx);
            }
        }
        Err(refusal) => {
            cx.say(Status::refused(refusal.to_string()));
            if let DeskError::Warned(warnings) = refusal {
                sheet.warned(&warnings, cx);
            }
        }
    }
}

fn attend(sheet: &mut impl Sheet, event: &Event, cx: &mut Cx) {
    match sheet.form_mut().attend(event, cx) {
        Heard::Pressed(Action::Save) if cx.is_busy(SAVE) => {}
        Heard::Pressed(Action::Save) => sheet.save(cx),
        Heard::Pressed(_) => cx.push(Command::Intend(Intent::Close)),
        Heard::LookUp(field, typed) => sheet.look_up(field, &typed, cx),
        Heard::Changed(field) => {
            cx.push(Command::DropRefusal);
            sheet.changed(field, cx);
        }
        _ => {}
    }
    sheet.arranged();
    sheet.form_mut().go_on(event);
}

impl<T: Sheet> Screen for T {
    fn context(&self) -> Context {
        Context::Form
    }

    fn path(&self) -> String {
        self.title()
    }

    fn window(&self, seen: &Seen) -> Option<(u16, u16)> {
        let lines = self.text().into_iter().map(|(text, _)| wrap(text, usize::from(INSIDE)).len());
        let above = lines.sum::<usize>() as u16;
        let below = (foot(self, INSIDE).len() as u16).max(self.foot_rows());
        let rows = self.form().height(INSIDE) + above + if above > 0 { 5 } else { 4 };
        let rows = rows + if below > 0 { below + 1 } else { 0 };
        Some((COLUMNS, rows.min(seen.body_rows())))
    }

    fn saving_is_called(&self) -> Option<&'static str> {
        self.form().verb()
    }

    fn takes_text(&self) -> bool {
        self.form().takes_text()
    }

    fn dirty(&self) -> bool {
        self.form().dirty()
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        match action {
            Action::PageDown if foot_is_cut(self, seen) => Can::Yes,
            action => self.may(action),
        }
    }

    fn unready(&self, action: Action) -> bool {
        self.awaits() && matches!(action, Action::Save | Action::Press)
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        self.form_mut().hit(spot)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        match event {
            Event::Opened => self.begin(cx),
            Event::Answer { slot, answer: it } => answer(self, slot, it, cx),
            Event::Progress { done, of, .. } => self.progress(done, of),
            Event::Act(action) if self.act(action, cx) => {}
            Event::Act(Action::PageDown) if foot_is_cut(self, cx.seen) => self.read_on(cx),
            Event::Word(word) => self.told(*word, cx),
            event => attend(self, &event, cx),
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let inside = layout::padded(area);
        let above = above(self, inside);
        for (y, (line, ink)) in (inside.y..).zip(&above) {
            pen.put(inside.x, y, inside.width, line, *ink);
        }
        let room = below(&above, inside);
        let below = draw_foot(self, room, pen);
        self.form().draw_above(below, room, pen);
    }
}

/// The lines of what would come of it, in `width` cells.
fn foot(sheet: &impl Sheet, width: u16) -> Vec<(String, Ink)> {
    let wrapped = |(text, ink): (String, Ink)| {
        wrap(&text, usize::from(width)).into_iter().map(move |line| (line, ink))
    };
    sheet.foot().into_iter().flat_map(wrapped).collect()
}

/// The lines above the fields, as far as the form leaves room for them.
fn above(sheet: &impl Sheet, inside: Rect) -> Vec<(String, Ink)> {
    let needed = sheet.form().height(inside.width).min(inside.height);
    let wrapped = |(text, ink): (&str, Ink)| {
        wrap(text, usize::from(inside.width)).into_iter().map(move |line| (line, ink))
    };
    let room = usize::from(inside.height.saturating_sub(needed));
    sheet.text().into_iter().flat_map(wrapped).take(room).collect()
}

/// What is left of a window below the lines above the fields.
fn below(above: &[(String, Ink)], inside: Rect) -> Rect {
    let taken = if above.is_empty() { 0 } else { above.len() as u16 + 1 };
    let height = inside.height.saturating_sub(taken);
    Rect { y: inside.y + taken, height, ..inside }
}

/// What would come of it, and where: below the fields, as far as they leave room for it (but
/// for two lines, for which they scroll).
struct Foot {
    lines: Vec<(String, Ink)>,
    top: u16,
    shown: u16,
}

impl Foot {
    fn new(sheet: &impl Sheet, room: Rect) -> Self {
        let lines = foot(sheet, room.width);
        let fields = sheet.form().fields_height(room.width);
        let buttons = 2;
        let left = room.height.saturating_sub(fields + buttons + 1);
        let least = if sheet.foot_first() { room.height / 2 } else { 2 };
        let shown = (lines.len() as u16).min(left.max(least));
        let lowest = room.bottom().saturating_sub(buttons + shown);
        Self { lines, top: (room.y + fields + 1).min(lowest), shown }
    }

    fn is_cut(&self) -> bool {
        self.lines.len() > usize::from(self.shown)
    }
}

/// Whether what would come of it does not all fit into the window.
pub fn foot_is_cut(sheet: &impl Sheet, seen: &Seen) -> bool {
    let Some((columns, rows)) = sheet.window(seen) else { return false };
    let body = layout::parts(Rect::new(0, 0, seen.columns, seen.rows)).body;
    let inside = layout::padded(layout::framed(layout::window(body, columns, rows)));
    Foot::new(sheet, below(&above(sheet, inside), inside)).is_cut()
}

/// Draws what would come of it; the rows that it took.
fn draw_foot(sheet: &impl Sheet, room: Rect, pen: &mut Pen) -> u16 {
    let foot = Foot::new(sheet, room);
    if foot.lines.is_empty() {
        return 0;
    }
    let last = usize::from(foot.shown).saturating_sub(usize::from(foot.is_cut()));
    for (y, (line, ink)) in (foot.top..).zip(foot.lines.iter().take(last)) {
        pen.put(room.x, y, room.width, line, *ink);
    }
    if foot.is_cut() {
        let more = match foot.lines.len() - last {
            1 => "one more line: PgDn reads all".to_owned(),
            n => format!("{n} more lines: PgDn reads all"),
        };
        pen.put(room.x, foot.top + foot.shown.saturating_sub(1), room.width, &more, Ink::Accent);
    }
    foot.shown + 1
}

/// What somebody else has saved while a form was open, until it is decided what to keep.
#[derive(Debug, Default)]
pub struct Meeting {
    conflict: Option<Conflict>,
    theirs: Option<(Stamp, Vec<(FieldId, Theirs)>)>,
}

impl Meeting {
    /// They have saved something.
    pub fn begin(&mut self, conflict: Conflict) {
        self.conflict = Some(conflict);
    }

    /// Shows the fields that they have changed, beside mine.
    pub fn show(&mut self, form: &Form, stamp: Stamp, theirs: Vec<(FieldId, Theirs)>, cx: &mut Cx) {
        let rows = form.differences(&theirs);
        self.theirs = Some((stamp, theirs));
        if let Some(conflict) = self.conflict.take() {
            cx.open(Clash::new(conflict, rows));
        }
    }

    /// Goes on from what they have saved, when `action` decides it; the stamp to save on.
    /// Nothing is saved by it.
    pub fn settle(&mut self, action: Action, form: &mut Form, cx: &mut Cx) -> Option<Stamp> {
        let take = match action {
            Action::TakeTheirs => true,
            Action::KeepMine => false,
            _ => return None,
        };
        let (stamp, theirs) = self.theirs.take()?;
        form.rebase(&theirs, take);
        cx.say(Status::note("Nothing is saved yet; look it over, then save with F2."));
        Some(stamp)
    }
}
