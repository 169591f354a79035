//! What each step of a job does, and how it is asked whether it has anything to do.

use crate::domain::id::{JobId, RunId};
use crate::domain::job::{LOG_KEPT, Step, StepRun};
use crate::domain::role::Permission;
use crate::domain::text::{Text, thousands};
use crate::domain::time::Timestamp;

use super::super::delivery::{Deliver, Delivered};
use super::super::doer::Doer;
use super::super::{Desk, DeskError, Watch};

/// What came of a step.
#[derive(Debug, Default)]
pub(super) struct Worked {
    /// What went through.
    pub ok: u64,
    /// What failed.
    pub failed: u64,
    /// What waits for a later run.
    pub waiting: u64,
    /// What there is to say of it.
    pub log: Vec<Text>,
    /// Whether it was stopped before it was through.
    pub stopped: bool,
}

impl Worked {
    /// A step that failed as a whole.
    pub fn failed(error: &DeskError) -> Self {
        Self { failed: 1, log: vec![Text::new(error.to_string())], ..Self::default() }
    }

    /// As it is kept; of a long log the last line counts the rest.
    pub fn kept(self, step: Step, started_at: Timestamp, ended_at: Timestamp) -> StepRun {
        let Self { ok, failed, waiting, mut log, stopped: _ } = self;
        if log.len() > LOG_KEPT {
            let rest = (log.len() - LOG_KEPT + 1) as u64;
            log.truncate(LOG_KEPT - 1);
            log.push(Text::new(format!("… and {} lines more", thousands(rest))));
        }
        StepRun { step, started_at, ended_at: Some(ended_at), ok, failed, waiting, log }
    }
}

impl Desk {
    /// Whether a step has anything to do. One that finds nothing is not begun when it is due,
    /// so that a job that looks every five minutes leaves one line in the list of its runs and
    /// not hundreds a day; the trail has an entry of each time.
    pub(super) fn has_work(&self, step: Step) -> Result<bool, DeskError> {
        match step {
            Step::Notification => self.delivery_is_due(),
            Step::SiteSync => self.site_sync_is_due(),
            Step::ExpireInvitations => self.expiry_is_due(),
        }
    }

    /// Does a step.
    pub(super) fn work(
        &self,
        step: Step,
        doer: &Doer<'_>,
        run: (JobId, RunId),
        watch: &dyn Watch,
    ) -> Result<Worked, DeskError> {
        match step {
            Step::Notification => self.send_what_waits(run, watch),
            Step::SiteSync => self.sync_sites(doer, watch),
            Step::ExpireInvitations => self.expire(doer, watch),
        }
    }

    fn send_what_waits(&self, run: (JobId, RunId), watch: &dyn Watch) -> Result<Worked, DeskError> {
        let Delivered { sent, failed, waiting, unknown, held, mut log, broke, stopped, .. } =
            self.deliver(&Deliver::All { run: Some(run) }, watch);
        let ended_early = u64::from(broke.is_some());
        log.extend(broke);
        // Whoever looks why nothing goes out is told what waits, and for what.
        let later = self.waiting_for_later()?;
        if let Some((mails, next)) = later {
            let plural = if mails == 1 { "mail waits" } else { "mails wait" };
            let (mails, next) = (thousands(mails), next.in_utc());
            log.push(Text::new(format!("{mails} {plural}; the next try is at {next}.")));
        }
        log.extend(self.held_in_words()?.into_iter().map(Text::new));
        Ok(Worked {
            ok: sent,
            failed: failed + unknown + ended_early,
            waiting: later.map_or(0, |(mails, _)| mails).max(waiting) + held,
            log,
            stopped,
        })
    }

    fn expire(&self, doer: &Doer<'_>, watch: &dyn Watch) -> Result<Worked, DeskError> {
        let actor = self.still_may(doer, Permission::RunJobs)?;
        let done = self.expire_invitations(&actor, watch)?;
        Ok(Worked {
            ok: done.expired,
            waiting: done.busy,
            stopped: done.stopped,
            ..Worked::default()
        })
    }

    fn sync_sites(&self, doer: &Doer<'_>, watch: &dyn Watch) -> Result<Worked, DeskError> {
        let synced = self.site_sync_by(doer, watch)?;
        let mut log = Vec::new();
        if synced.made > 0 {
            let plural = if synced.made == 1 { "" } else { "s" };
            log.push(Text::new(format!("{} account{plural} made", thousands(synced.made))));
        }
        let gone = synced.sites.iter().map(|it| format!("Site {} no longer waits", it.raw()));
        log.extend(gone.map(Text::new));
        Ok(Worked { ok: synced.users, log, stopped: synced.stopped, ..Worked::default() })
    }
}
