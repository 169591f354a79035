//! Run now: a job is run by hand, after a question.

use super::words;
use crate::domain::id::JobId;
use crate::domain::job::{RunState, Step};
use crate::tui::ask::{Ask, JobAsk, JobReply, Reply};
use crate::tui::screens::errand::{Errand, Kind};

/// The window in which a run is agreed to, and in which one sees how far it is.
pub type RunNow = Errand<Run>;

/// What makes it a run of that job.
#[derive(Debug)]
pub struct Run(pub JobId);

impl Kind for Run {
    const TITLE: &'static str = "Run now";
    const BEGIN: &'static str = "Run";
    const LOOKING: &'static str = "Looking what the job does…";
    const DOING: &'static str = "Running the job";
    const ROWS: &'static str = "done";
    const STOPS: [&'static str; 2] =
        ["Esc stops it; what is done stays.", "It stops after what is under way; that stays done."];

    fn look(&self) -> Ask {
        Ask::Jobs(JobAsk::Show(self.0))
    }

    fn asking(reply: &Reply) -> Option<Result<String, String>> {
        let Reply::Jobs(JobReply::Job(view)) = reply else { return None };
        if let Some(reason) = &view.why_not_run {
            return Some(Err(reason.clone()));
        }
        let does: Vec<&str> = view.row.steps.iter().map(|step| does(*step)).collect();
        let then = match view.row.next_run_at {
            Some(_) => " It stays due by its schedule.",
            None => "",
        };
        Some(Ok(format!(
            "{} {}. It can be stopped at any time.{then}",
            view.row.name,
            does.join(", then ")
        )))
    }

    fn run(&self) -> Ask {
        Ask::Jobs(JobAsk::Run(self.0))
    }

    fn told(reply: &Reply) -> Option<(String, bool)> {
        let Reply::Jobs(JobReply::Ran(run)) = reply else { return None };
        Some((words::told(run), run.state == RunState::Done))
    }
}

/// What a step does, after the name of its job.
const fn does(step: Step) -> &'static str {
    match step {
        Step::Notification => "sends what waits in the outbox",
        Step::SiteSync => "gives portal users the accounts that they lack at new sites",
        Step::ExpireInvitations => "ends the invitations that are too old",
    }
}
