//! One run of a job: each step with what came of it, and what there is to say.

use ratatui::layout::Rect;

use super::words;
use crate::domain::id::{JobId, RunId};
use crate::domain::job::{RunState, StepRun};
use crate::service::jobs::RunRow;
use crate::tui::ask::{Ask, JobAsk, JobReply, Reply};
use crate::tui::event::{Can, Cx, Event, Screen, Slot, Status};
use crate::tui::keymap::{Action, Context};
use crate::tui::screens::listing::neighbour;
use crate::tui::state::Seen;
use crate::tui::text::{thousands, wrap};
use crate::tui::theme::{Ink, Mark};
use crate::tui::view::facts;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::column::Cell;

const RUNS: Slot = "runs";
/// The rows of facts, and those around them.
const FACTS: u16 = 4;
const ABOVE: u16 = FACTS + 3;

/// A run, among those of its job that are kept.
#[derive(Debug)]
pub struct JobRun {
    job: JobId,
    id: RunId,
    runs: Vec<RunRow>,
    /// The first line of the steps that is shown.
    top: usize,
}

impl JobRun {
    /// The run `at` of some; none when there are not so many.
    pub fn of(runs: &[RunRow], at: usize) -> Option<Self> {
        let run = runs.get(at)?;
        Some(Self { job: run.job, id: run.id, runs: runs.to_vec(), top: 0 })
    }

    fn run(&self) -> Option<&RunRow> {
        self.runs.iter().find(|it| it.id == self.id)
    }

    fn read(&self, cx: &mut Cx) {
        cx.ask(RUNS, Ask::Jobs(JobAsk::Runs(self.job)), "Reading");
    }

    fn step(&mut self, by: isize, cx: &mut Cx) {
        let ids: Vec<RunId> = self.runs.iter().map(|it| it.id).collect();
        match neighbour(&ids, self.id, by) {
            Some(next) => (self.id, self.top) = (next, 0),
            None => {
                let end = if by > 0 { "oldest" } else { "newest" };
                cx.say(Status::note(format!("This is the {end} run that is kept.")));
            }
        }
    }

    fn scroll(&mut self, by: isize, seen: &Seen) {
        let lines = self.run().map_or(0, |run| lines(run, seen).len());
        let last = lines.saturating_sub(room(seen));
        self.top = self.top.saturating_add_signed(by).min(last);
    }

    fn take(&mut self, runs: Vec<RunRow>) {
        // One that is not kept any more is shown as it was read last.
        let gone = self.run().filter(|old| runs.iter().all(|it| it.id != old.id)).cloned();
        self.runs = runs.into_iter().chain(gone).collect();
    }
}

/// The rows that the steps have on the screen.
fn room(seen: &Seen) -> usize {
    usize::from(seen.body_rows().saturating_sub(ABOVE)).max(1)
}

/// The steps of a run, line by line: the counts of each, and below them what it has to say.
fn lines(run: &RunRow, seen: &Seen) -> Vec<(String, Ink)> {
    let room = usize::from(seen.columns).saturating_sub(10);
    let mut lines: Vec<(String, Ink)> = Vec::new();
    for step in &run.steps {
        if !lines.is_empty() {
            lines.push((String::new(), Ink::Plain));
        }
        lines.push((head(step), if step.failed > 0 { Ink::Caution } else { Ink::Strong }));
        for line in &step.log {
            let folded = wrap(&line.to_string(), room);
            lines.extend(folded.into_iter().map(|text| (format!("   {text}"), Ink::Plain)));
        }
    }
    lines
}

/// `Notification   41 sent, 1 failed   in 3.2 s`
fn head(step: &StepRun) -> String {
    let took = match step.ended_at {
        Some(ended) => format!("in {}", words::took(step.started_at, ended)),
        None => "not ended".to_owned(),
    };
    let counts = words::counts(std::slice::from_ref(step));
    format!("{}   {counts}   {took}", step.step.words())
}

impl Screen for JobRun {
    fn context(&self) -> Context {
        Context::JobRun
    }

    fn path(&self) -> String {
        let name = self.run().map(|run| run.job_name.to_string()).unwrap_or_default();
        format!("Jobs ▸ {name} ▸ {}", self.id)
    }

    fn can(&self, action: Action, seen: &Seen) -> Can {
        let scrolls =
            matches!(action, Action::Up | Action::Down | Action::PageUp | Action::PageDown);
        match action {
            Action::NextRecord | Action::PreviousRecord if self.runs.len() < 2 => Can::Hidden,
            _ if scrolls && self.run().is_none_or(|run| lines(run, seen).len() <= room(seen)) => {
                Can::Hidden
            }
            _ => Can::Yes,
        }
    }

    fn restless(&self) -> bool {
        self.run().is_some_and(|run| run.state == RunState::Running)
    }

    fn hear(&mut self, event: Event, cx: &mut Cx) {
        let page = room(cx.seen).cast_signed();
        match event {
            Event::Changed | Event::Roused | Event::Act(Action::Refresh) => self.read(cx),
            Event::Act(Action::NextRecord) => self.step(1, cx),
            Event::Act(Action::PreviousRecord) => self.step(-1, cx),
            Event::Act(Action::Up) => self.scroll(-1, cx.seen),
            Event::Act(Action::Down) => self.scroll(1, cx.seen),
            Event::Act(Action::PageUp) => self.scroll(-page, cx.seen),
            Event::Act(Action::PageDown) => self.scroll(page, cx.seen),
            Event::Answer { answer: Ok(Reply::Jobs(JobReply::Runs(runs))), .. } => self.take(runs),
            Event::Answer { answer: Err(refusal), .. } => {
                cx.say(Status::refused(refusal.to_string()));
            }
            _ => {}
        }
    }

    fn draw(&self, area: Rect, pen: &mut Pen) {
        pen.stand(area.x + 1, area.y);
        let Some(run) = self.run() else { return };
        draw_head(run, Rect { height: 1, ..area }, pen);
        let inside = Rect { x: area.x + 3, y: area.y + 2, width: area.width - 4, height: FACTS };
        facts::draw_cells(&deed(run, pen.seen()), inside, pen);
        let body = Rect { y: area.y + ABOVE, height: area.height.saturating_sub(ABOVE), ..inside };
        let lines = lines(run, pen.seen());
        if lines.is_empty() {
            let text = match run.state {
                RunState::Running => "No step has ended yet.",
                _ => "No step was begun.",
            };
            pen.put(body.x, body.y, body.width, text, Ink::Faint);
        }
        for (y, (text, ink)) in (body.y..body.bottom()).zip(lines.iter().skip(self.top)) {
            pen.put(body.x, y, body.width, text, *ink);
        }
        let below = lines.len().saturating_sub(self.top + usize::from(body.height));
        if below > 0 && body.height > 0 {
            pen.mark(body.right().saturating_sub(1), body.bottom() - 1, Mark::Opens, Ink::Accent);
        }
    }
}

/// ` ✔ Done   41 sent`
fn draw_head(run: &RunRow, line: Rect, pen: &mut Pen) {
    let cell = words::state(run.state);
    let mut x = line.x + 1;
    if let Some(mark) = cell.mark {
        x += pen.mark(x, line.y, mark, cell.ink) + 1;
    }
    x += pen.put(x, line.y, 14, &cell.text, Ink::Strong) + 3;
    let room = line.right().saturating_sub(x + 1);
    pen.put(x, line.y, room, &words::counts(&run.steps), Ink::Plain);
}

/// What is known of a run as a whole.
fn deed(run: &RunRow, seen: &Seen) -> [(&'static str, Cell); FACTS as usize] {
    let began = seen.zone.exact(run.started_at);
    let took = run.ended_at.map(|ended| words::took(run.started_at, ended));
    let stands_for = match run.times {
        0 | 1 => String::new(),
        n => format!(", the last of {} that found nothing to do", thousands(n)),
    };
    [
        ("Job", Cell::inked(run.job_name.to_string(), Ink::Strong)),
        ("Began", Cell::new(format!("{}  ({began})", seen.zone.ago(run.started_at, seen.now)))),
        ("Took", Cell::new(took.unwrap_or_else(|| "it goes on".to_owned()))),
        ("By", Cell::new(format!("{}, {}{stands_for}", run.by, run.trigger.words()))),
    ]
}
