//! The form of a job: a new one, or one that there is.

use crate::domain::id::JobId;
use crate::domain::job::Step;
use crate::domain::problem::Problem;
use crate::domain::schedule::When;
use crate::service::jobs::{JobCheck, JobForm, JobView};
use crate::service::{Conflict, Stamp};
use crate::tui::ask::{Ask, JobAsk, JobReply, Reply};
use crate::tui::event::{Command, Cx, Event, Slot};
use crate::tui::keymap::Action;
use crate::tui::screens::Word;
use crate::tui::screens::sheet::{Meeting, SAVE, Sheet, buttons};
use crate::tui::state::{Seen, Zone};
use crate::tui::theme::Ink;
use crate::tui::widgets::choice::Choice;
use crate::tui::widgets::field::{Field, FieldId, Theirs};
use crate::tui::widgets::form::Form;

const NAME: FieldId = "name";
const STEPS: FieldId = "steps";
const SCHEDULE: FieldId = "schedule";
const ENABLED: FieldId = "enabled";
/// The fields of the three kinds of schedule, in the order of the choice.
const KINDS: [FieldId; 3] = ["every", "at", "cron"];
const CHECK: Slot = "check";
/// The rows kept for when it would be due.
const FOOT: u16 = 4;

/// The form.
#[derive(Debug)]
pub struct EditJob {
    /// Which job, and what was seen of it; none for a new one.
    of: Option<(JobId, Stamp)>,
    title: String,
    form: Form,
    /// The steps that are ticked, in the order in which they run.
    steps: Vec<Step>,
    /// When it would be due as it is typed, or what is wrong with that.
    due: Due,
    zone: Zone,
    meeting: Meeting,
}

/// What is known of the schedule that is typed.
#[derive(Debug, Default)]
enum Due {
    /// Nothing yet.
    #[default]
    Unknown,
    /// When it would be due.
    Then(JobCheck),
    /// Why never.
    Never(String),
}

/// The field in which a step is ticked.
const fn field_of(step: Step) -> FieldId {
    match step {
        Step::Notification => "notification",
        Step::SiteSync => "site-sync",
        Step::ExpireInvitations => "expire-invitations",
    }
}

impl EditJob {
    /// An empty form.
    pub fn empty() -> Self {
        let when = When::Every("5m".to_owned());
        let held = JobForm { name: String::new(), steps: Vec::new(), when, enabled: true };
        Self::new(None, "Add a job".to_owned(), held)
    }

    /// A form that holds what the job holds.
    pub fn of(view: &JobView) -> Self {
        let of = Some((view.row.id, view.row.stamp));
        Self::new(of, format!("Edit {}", view.row.name), view.form())
    }

    fn new(of: Option<(JobId, Stamp)>, title: String, held: JobForm) -> Self {
        let mut fields = vec![
            Field::text(NAME, "Name", &held.name, 60),
            Field::heading(STEPS, "Steps, in the order of ticking"),
        ];
        fields.extend(
            Step::ALL.map(|step| {
                Field::toggle(field_of(step), step.words(), held.steps.contains(&step))
            }),
        );
        let (chosen, text) = typed(&held.when);
        let kinds = Choice::new(["Every", "Once at", "Cron expression"], chosen);
        fields.push(Field::choice(SCHEDULE, "Schedule", kinds).noted("←→ choose"));
        let labels = ["Every", "Date and time", "Expression"];
        let notes = ["5m, 2h or 1d", "2026-11-24 14:02", "30 6 * * 1-5"];
        for (at, id) in KINDS.into_iter().enumerate() {
            let held = if at == chosen { text } else { "" };
            let field = Field::text(id, labels[at], held, 80).noted(notes[at]);
            fields.push(if at == chosen { field } else { field.hidden() });
        }
        let enabled = Field::toggle(ENABLED, "Runs by itself", held.enabled);
        fields.push(enabled.noted("Space switches"));
        let form = Form::new(fields, buttons("Save"));
        let (steps, meeting) = (held.steps, Meeting::default());
        let mut it = Self { of, title, form, steps, due: Due::Unknown, zone: Zone::UTC, meeting };
        it.number();
        it
    }

    /// Says beside each ticked step at which place it runs.
    fn number(&mut self) {
        for step in Step::ALL {
            let note = match self.steps.iter().position(|it| *it == step) {
                Some(at) if self.steps.len() > 1 => format!("step {}", at + 1),
                Some(_) => String::new(),
                None => "Space ticks".to_owned(),
            };
            self.form.note(field_of(step), note);
        }
    }

    /// The schedule as it is typed.
    fn when(&self) -> When {
        let text = |id| self.form.text(id).to_owned();
        match self.form.chosen(SCHEDULE) {
            0 => When::Every(text(KINDS[0])),
            1 => When::At(text(KINDS[1])),
            _ => When::Cron(text(KINDS[2])),
        }
    }

    fn job_form(&self) -> Box<JobForm> {
        Box::new(JobForm {
            name: self.form.text(NAME).to_owned(),
            steps: self.steps.clone(),
            when: self.when(),
            enabled: self.form.is_on(ENABLED),
        })
    }

    fn check(&self, cx: &mut Cx) {
        cx.ask(CHECK, Ask::Jobs(JobAsk::Check(self.job_form())), "Checking");
    }

    /// Shows the field that belongs to the kind of schedule that is chosen.
    fn show_kind(&mut self) {
        let chosen = self.form.chosen(SCHEDULE);
        for (at, id) in KINDS.into_iter().enumerate() {
            self.form.show_fields(&[id], at == chosen);
        }
    }
}

/// Which kind of schedule that is, and its text.
const fn typed(when: &When) -> (usize, &str) {
    match when {
        When::Every(text) => (0, text.as_str()),
        When::At(text) => (1, text.as_str()),
        When::Cron(text) => (2, text.as_str()),
    }
}

fn theirs(view: &JobView) -> Vec<(FieldId, Theirs)> {
    let it = view.form();
    let (chosen, text) = typed(&it.when);
    let steps = Step::ALL.map(|step| (field_of(step), Theirs::Switched(it.steps.contains(&step))));
    let mut all = vec![
        (NAME, Theirs::Text(it.name.clone())),
        (SCHEDULE, Theirs::Chosen(chosen)),
        (KINDS[chosen], Theirs::Text(text.to_owned())),
        (ENABLED, Theirs::Switched(it.enabled)),
    ];
    all.extend(steps);
    all
}

/// What has been done, and when it is due.
fn told(view: &JobView, new: bool, seen: &Seen) -> String {
    let name = &view.row.name;
    let done = if new { "is a job now" } else { "is saved" };
    match view.row.next_run_at {
        Some(at) => format!("{name} {done}; next run {}.", seen.zone.ahead(at, seen.now)),
        None => format!("{name} {done}; it runs by hand only."),
    }
}

impl Sheet for EditJob {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn begin(&mut self, cx: &mut Cx) {
        self.zone = cx.seen.zone;
        self.check(cx);
    }

    fn save(&mut self, cx: &mut Cx) {
        let form = self.job_form();
        let ask = match self.of {
            Some((id, base)) => JobAsk::Save { id, base, form },
            None => JobAsk::Add(form),
        };
        cx.ask(SAVE, Ask::Jobs(ask), "Saving");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Jobs(JobReply::Job(view)) = reply {
            let told = told(&view, self.of.is_none(), cx.seen);
            cx.push(Command::CloseWith(Event::Word(Box::new(Word::Job { view, told }))));
        }
    }

    fn reword(&self, problems: &mut [Problem]) {
        // What is wrong with the steps as a whole stands at the first of them.
        for problem in problems.iter_mut().filter(|it| it.field == Some(STEPS)) {
            problem.field = Some(field_of(Step::ALL[0]));
        }
    }

    fn learn(&mut self, reply: Reply, _cx: &mut Cx) {
        if let Reply::Jobs(JobReply::Checked(checked)) = reply {
            self.due = checked.map_or_else(Due::Never, Due::Then);
        }
    }

    fn changed(&mut self, field: FieldId, cx: &mut Cx) {
        if let Some(step) = Step::ALL.into_iter().find(|step| field_of(*step) == field) {
            self.steps.retain(|it| *it != step);
            if self.form.is_on(field) {
                self.steps.push(step);
            }
            self.number();
        }
        if field == SCHEDULE {
            self.show_kind();
        }
        if field == SCHEDULE || KINDS.contains(&field) {
            self.check(cx);
        }
    }

    fn foot_rows(&self) -> u16 {
        FOOT
    }

    fn foot(&self) -> Vec<(String, Ink)> {
        match &self.due {
            Due::Unknown => Vec::new(),
            Due::Never(reason) => vec![(reason.clone(), Ink::Caution)],
            Due::Then(JobCheck { words, next }) => {
                let then = self.zone.moments(next);
                let then = match next.first() {
                    Some(at) => format!("{} ({})", then.join(", "), self.zone.offset(*at)),
                    None => "never again".to_owned(),
                };
                vec![(words.clone(), Ink::Strong), (format!("Next: {then}"), Ink::Plain)]
            }
        }
    }

    fn again(&self) -> Option<Ask> {
        self.of.map(|(id, _)| Ask::Jobs(JobAsk::Show(id)))
    }

    fn clash(&mut self, conflict: Conflict, _cx: &mut Cx) {
        self.meeting.begin(conflict);
    }

    fn meet(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::Jobs(JobReply::Job(view)) = reply {
            self.meeting.show(&self.form, view.row.stamp, theirs(&view), cx);
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        let settled = self.meeting.settle(action, &mut self.form, cx);
        if let Some(stamp) = settled {
            self.of = self.of.map(|(id, _)| (id, stamp));
            let on = |step: &Step| self.form.is_on(field_of(*step));
            let mut steps: Vec<Step> = self.steps.iter().copied().filter(on).collect();
            steps.extend(Step::ALL.into_iter().filter(on));
            let mut seen = Vec::new();
            steps.retain(|it| {
                !seen.contains(it) && {
                    seen.push(*it);
                    true
                }
            });
            self.steps = steps;
            self.number();
            self.show_kind();
            self.check(cx);
        }
        settled.is_some()
    }
}
