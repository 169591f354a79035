//! One job: what it does and when, and its runs.
//!
//! Owns which run is selected. What can be done to the job is the record's, as of any other.

use ratatui::layout::Rect;

use super::edit::EditJob;
use super::list::{Jobs, may_do};
use super::run::JobRun;
use super::run_now::{Run, RunNow};
use super::words;
use crate::domain::id::JobId;
use crate::domain::job::RUNS_KEPT;
use crate::domain::schedule::When;
use crate::service::jobs::{JobView, RunRow};
use crate::service::trail::HistoryLine;
use crate::tui::ask::{Ask, JobAsk, JobReply, Reply};
use crate::tui::event::{Can, Cx, Event, Screen, Slot, Spot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::popup::question::{Press, Question};
use crate::tui::screens::Word;
use crate::tui::screens::record::{Done, Kind, Record};
use crate::tui::state::Seen;
use crate::tui::theme::Ink;
use crate::tui::view::facts;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::column::{Cell, Column};
use crate::tui::widgets::table::{Shows, Table};

const RUNS: Slot = "runs";
const USE: Slot = "use";
const DELETE: Slot = "delete";
/// The rows of facts, and those above the runs: standing, facts, gaps.
const FACTS: u16 = 5;
const ABOVE: u16 = FACTS + 3;
/// The rows below the runs: the remark.
const BELOW: u16 = 1;

const COLUMNS: [Column; 5] = [
    Column::new("Began", 12, 14).identifying(),
    Column::new("State", 11, 13),
    Column::new("What came of it", 16, 48),
    Column::new("Took", 6, 12).right(),
    Column::new("By", 8, 28).yielding(),
];

/// One job with its runs.
#[derive(Debug)]
pub struct JobRecord {
    job: Record<Jobs>,
    runs: Table<RunRow>,
    read: bool,
}

impl JobRecord {
    /// The job `id`, on a page of others.
    pub fn new(id: JobId, page: Vec<JobId>) -> Self {
        let runs = Table::new(RUNS_KEPT as u64);
        Self { job: Record::new(id, page), runs, read: false }
    }

    /// The job `id`, on its own.
    pub fn alone(id: JobId) -> Self {
        Self::new(id, vec![id])
    }

    fn read_runs(&self, cx: &mut Cx) {
        cx.ask(RUNS, Ask::Jobs(JobAsk::Runs(self.job.id())), "Reading");
    }

    /// Lets the job hear something; once it is another one, its runs are read.
    fn tell_job(&mut self, event: Event, cx: &mut Cx) {
        let before = self.job.id();
        self.job.hear(event, cx);
        if self.job.id() != before {
            (self.runs, self.read) = (Table::new(RUNS_KEPT as u64), false);
            self.read_runs(cx);
        }
    }

    fn take(&mut self, runs: Vec<RunRow>) {
        let count = runs.len() as u64;
        // A run that has just begun is what one wants to see.
        let newer =
            self.read && runs.first().map(|it| it.id) != self.runs.rows.first().map(|it| it.id);
        self.runs.fill(runs, count, count, (1, 1), |a, b| a.id == b.id);
        if newer && self.runs.selected() == 1 {
            self.runs.select(0);
        }
        self.read = true;
    }
}

impl Screen for JobRecord {
    fn context(&self) -> Context {
        Context::JobRecord
    }

    fn path(&self) -> String {
        self.job.path()
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        let moves = matches!(
            action,
            Action::Up
                | Action::Down
                | Action::First
                | Action::Last
                | Action::PageUp
                | Action::PageDown
        );
        match action {
            Action::Open if self.runs.rows.is_empty() => Can::Hidden,
            _ if moves && self.runs.rows.len() < 2 => Can::Hidden,
            _ if moves => Can::Yes,
            action => self.job.can(action, seen),
        }
    }

    fn unready(&self, action: Action) -> bool {
        self.job.unready(action)
    }

    fn restless(&self) -> bool {
        self.job.view().is_some_and(|view| view.row.running.is_some())
    }

    fn hit(&mut self, spot: Spot) -> Option<Action> {
        let Spot::Row(at) = spot else { return None };
        if at == self.runs.selected() {
            return Some(Action::Open);
        }
        self.runs.select(at);
        None
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        let rows = cx.seen.body_rows().saturating_sub(ABOVE + BELOW + 1);
        self.runs.set_height(usize::from(rows));
        match event {
            Event::Opened | Event::Changed | Event::Act(Action::Refresh) => {
                self.tell_job(event, cx);
                self.read_runs(cx);
            }
            Event::Roused => {
                self.tell_job(Event::Changed, cx);
                self.read_runs(cx);
            }
            Event::Act(Action::Open) => {
                if let Some(run) = JobRun::of(&self.runs.rows, self.runs.selected()) {
                    cx.open(run);
                }
            }
            Event::Act(
                action @ (Action::Up
                | Action::Down
                | Action::First
                | Action::Last
                | Action::PageUp
                | Action::PageDown),
            ) => {
                self.runs.act(action, 1);
            }
            Event::Answer { slot: RUNS, answer } => match answer {
                Ok(Reply::Jobs(JobReply::Runs(runs))) => self.take(runs),
                Ok(_) => {}
                // That there is no such job is said where the job would stand.
                Err(refusal) if self.job.view().is_some() => {
                    cx.say(Status::refused(refusal.to_string()));
                }
                Err(_) => {}
            },
            event => self.tell_job(event, cx),
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        let Some(view) = self.job.view() else { return self.job.draw(area, pen) };
        Jobs::draw(view, area, pen);
        let seen = pen.seen();
        let top = area.y + ABOVE;
        let height = area.bottom().saturating_sub(top + BELOW);
        let body = Rect { y: top, height, ..area };
        self.runs.draw_rows(&COLUMNS, |run| cells(run, seen), Shows::order(0, false), body, pen);
        if self.read && self.runs.rows.is_empty() {
            let text = match view.why_not_run {
                None => "It has not run yet; n runs it now.",
                Some(_) => "It has not run yet.",
            };
            pen.put(area.x + 3, body.y + 1, area.width.saturating_sub(4), text, Ink::Faint);
        }
        let used = 2 + self.runs.rows.len().max(1) as u16;
        let free = body.height.saturating_sub(used + 1);
        if free > 0 {
            let history =
                Rect { x: area.x + 3, y: body.y + used, width: area.width - 4, height: free };
            facts::draw_history(&view.history, 0, history, pen);
        }
        if let Some((text, ink)) = Jobs::remarks(view).into_iter().next() {
            let y = area.bottom() - 1;
            pen.put(area.x + 1, y, area.width - 2, &text, ink);
        }
    }
}

fn cells(run: &RunRow, seen: &Seen) -> Vec<Cell> {
    let took = run.ended_at.map(|ended| words::took(run.started_at, ended));
    vec![
        Cell::new(seen.zone.ago(run.started_at, seen.now)),
        words::state(run.state),
        Cell::new(words::counts(&run.steps)),
        Cell::new(took.unwrap_or_default()),
        Cell::inked(format!("{}, {}", run.trigger.words(), run.by), Ink::Faint),
    ]
}

impl Kind for Jobs {
    type Id = JobId;
    type View = JobView;

    const CONTEXT: Context = Context::JobRecord;
    const LIST: &'static str = "Jobs";
    const NOUN: &'static str = "job";

    fn show(id: JobId) -> Ask {
        Ask::Jobs(JobAsk::Show(id))
    }

    fn view(reply: Reply) -> Option<Box<JobView>> {
        if let Reply::Jobs(JobReply::Job(view)) = reply { Some(view) } else { None }
    }

    fn id(view: &JobView) -> JobId {
        view.row.id
    }

    fn label(view: &JobView) -> String {
        view.row.name.to_string()
    }

    fn history(view: &JobView) -> &[HistoryLine] {
        &view.history
    }

    fn remarks(view: &JobView) -> Vec<(String, Ink)> {
        let row = &view.row;
        if row.running.is_some() {
            return vec![("It is running.".to_owned(), Ink::Plain)];
        }
        let text = match (&view.why_not_edit, row.enabled, row.next_run_at) {
            (Some(reason), _, _) => return vec![(reason.clone(), Ink::Faint)],
            (None, false, _) => "It runs by hand only; x, Enable lets it run by itself.",
            (None, true, None) => "It was due once, and that has passed; e gives it another time.",
            (None, true, Some(_)) => return Vec::new(),
        };
        vec![(text.to_owned(), Ink::Caution)]
    }

    fn can(view: Option<&JobView>, action: Action, seen: &Seen) -> Option<Can> {
        let Some(view) = view else {
            let known = matches!(
                action,
                Action::Edit | Action::RunNow | Action::Enable | Action::Disable | Action::Delete
            );
            return known.then(|| Can::No("The job is still being read.".to_owned()));
        };
        match action {
            Action::Edit => Some(Can::unless(view.why_not_edit.clone())),
            Action::RunNow => Some(Can::unless(view.why_not_run.clone())),
            action => may_do(action, &view.row, seen),
        }
    }

    fn act(view: &JobView, action: Action, cx: &mut Cx) {
        let (id, base) = (view.row.id, view.row.stamp);
        let mut ask = |slot, ask, doing| cx.ask(slot, Ask::Jobs(ask), doing);
        match action {
            Action::Enable => ask(USE, JobAsk::Use { id, base, enabled: true }, "Enabling"),
            Action::Disable => ask(USE, JobAsk::Use { id, base, enabled: false }, "Disabling"),
            Action::Agree(DELETE) => ask(DELETE, JobAsk::Delete { id, base }, "Deleting"),
            Action::Delete => cx.open(deleting(view)),
            Action::Edit => cx.open(EditJob::of(view)),
            Action::RunNow => cx.open(RunNow::of(Run(id))),
            _ => {}
        }
    }

    fn changed(_slot: Slot, _before: Option<&JobView>, after: &JobView) -> Done {
        let (id, base, name) = (after.row.id, after.row.stamp, &after.row.name);
        let undo = |enabled| Ask::Jobs(JobAsk::Use { id, base, enabled });
        if after.row.enabled {
            Done::told(format!("{name} runs by itself again."))
                .undone_by(undo(false), format!("{name} runs by hand only again."))
        } else {
            Done::told(format!("{name} runs by hand only now."))
                .undone_by(undo(true), format!("{name} runs by itself again."))
        }
    }

    fn gone(reply: &Reply) -> Option<Done> {
        let Reply::Jobs(JobReply::Deleted(view)) = reply else { return None };
        let name = &view.row.name;
        let done = Done::told(format!("{name} is deleted."));
        if !comes_back(view) {
            return Some(done);
        }
        let back = Ask::Jobs(JobAsk::Add(Box::new(view.form())));
        Some(done.undone_by(back, format!("{name} is there again; its runs are not.")))
    }

    fn heard(word: Word) -> Option<(Box<JobView>, Done)> {
        let Word::Job { view, told } = word else { return None };
        Some((view, Done::told(told)))
    }

    fn draw(view: &JobView, area: Rect, pen: &mut Pen) -> u16 {
        let seen = pen.seen();
        let row = &view.row;
        pen.stand(area.x + 1, area.y);
        let cell = words::standing(row);
        let mut x = area.x + 1;
        if let Some(mark) = cell.mark {
            x += pen.mark(x, area.y, mark, cell.ink) + 1;
        }
        x += pen.put(x, area.y, 12, &cell.text, Ink::Strong) + 3;
        let told = match row.next_run_at {
            Some(at) if at <= seen.now => seen.zone.ahead(at, seen.now),
            Some(at) => format!("next {}", seen.zone.ahead(at, seen.now)),
            None => String::new(),
        };
        pen.put(x, area.y, area.right().saturating_sub(x + 1), &told, Ink::Plain);
        let inside = Rect { x: area.x + 3, y: area.y + 2, width: area.width - 4, height: FACTS };
        let left = [
            ("Name", Cell::inked(row.name.to_string(), Ink::Strong)),
            ("Schedule", Cell::new(row.words.clone())),
            ("Steps", Cell::new(words::steps(&row.steps))),
        ];
        let right = coming(view, seen);
        let needs = [facts::needed(&left), facts::needed(&right)];
        let [beside, other] = facts::beside(inside, area.width / 2 - 3, needs);
        facts::draw_cells(&left, beside, pen);
        facts::draw_cells(&right, other, pen);
        inside.bottom()
    }
}

/// The next runs, one below the other.
fn coming(view: &JobView, seen: &Seen) -> Vec<(&'static str, Cell)> {
    if view.next.is_empty() {
        return vec![("Next runs", Cell::inked("none by itself", Ink::Faint))];
    }
    // A narrow terminal has no room for the moments themselves.
    let wide = seen.columns >= 80;
    let moments = seen.zone.moments(&view.next);
    let lines = view.next.iter().zip(moments).map(|(at, moment)| match wide {
        true => format!("{moment} {}", seen.zone.offset(*at)),
        false => seen.zone.ahead(*at, seen.now),
    });
    let lines = lines.map(Cell::new);
    let labels = std::iter::once("Next runs").chain(std::iter::repeat(""));
    labels.zip(lines).take(usize::from(FACTS)).collect()
}

/// Whether the job can be made again when it is deleted: one that was due once and is not any
/// more is refused.
const fn comes_back(view: &JobView) -> bool {
    !matches!(view.when, When::At(_)) || view.row.next_run_at.is_some()
}

fn deleting(view: &JobView) -> Question {
    let back =
        if comes_back(view) { " u makes the job again right after, without its runs." } else { "" };
    let text = format!(
        "{} does not run any more, and its runs are not kept. What it has done stays done, and the trail keeps who ran it.{back}",
        view.row.name
    );
    let buttons = vec![("Cancel", Press::Close), ("Delete", Press::Act(Action::Agree(DELETE)))];
    Question::new(format!("Delete {}?", view.row.name), &text, buttons).deliberate()
}
