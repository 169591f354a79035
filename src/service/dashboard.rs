//! What needs a hand, in numbers that the store holds: no estimate, no figure of tomorrow.

use serde::Serialize;

use crate::domain::id::JobId;
use crate::domain::job::{Job, JobRun, RunState, Step};
use crate::domain::mail::{Mail, MailState};
use crate::domain::request::{PortalRequest, RequestStatus};
use crate::domain::role::Permission;
use crate::domain::site::Site;
use crate::domain::text::Text;
use crate::domain::time::{DAY, Timestamp};
use crate::domain::user::UserStatus;
use crate::store::query::{Filter, List, Query, Status};
use crate::store::{Key, Kind, RepositoryExt, Versioned};

use super::page::entities;
use super::request_views::RequestRow;
use super::{Desk, DeskError, Session, Sort};

/// Days that the chart of requests shows, today the last of them.
pub const DAYS: usize = 14;
/// Requests that are shown as the oldest open ones.
const OLDEST: u64 = 5;
/// Mails that are looked at together.
const LOOK: usize = 1_000;

/// What a support agent sees first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dashboard {
    /// When it was counted.
    pub at: Timestamp,
    /// New requests that came in today.
    pub new_today: u64,
    /// New requests of the six days before.
    pub new_this_week: u64,
    /// New requests that are older still.
    pub new_older: u64,
    /// Resolved requests, waiting for approval.
    pub resolved: u64,
    /// The requests that have waited longest, the oldest first; at most five.
    pub oldest_open: Vec<RequestRow>,
    /// Requests that came in each day, whatever became of them; today is the last.
    pub requests_per_day: Vec<DayCount>,
    /// Users whose sign-in waits or is locked after failures.
    pub throttled_users: u64,
    /// Users without a password yet.
    pub pending_users: u64,
    /// All accounts, of staff and of portal users.
    pub users: u64,
    /// How the portal's sites stand.
    pub portal: PortalNumbers,
    /// How the mails of the outbox stand.
    pub mails: MailNumbers,
    /// The job that is due next; none when no job is enabled and still due.
    pub next_job: Option<NextJob>,
}

/// How the mails of the outbox stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct MailNumbers {
    /// Those that wait until they are released.
    pub held: u64,
    /// Those that did not go out.
    pub failed: u64,
    /// Those of which nobody knows whether they went out.
    pub unknown: u64,
    /// Those that leave the queue in a run of a job only, while no enabled job sends any.
    pub without_job: u64,
    /// Those that the mail server put off, or that it was not reached for.
    pub retrying: u64,
    /// Whether nothing can be sent at all, because mail is not set up.
    pub not_set_up: bool,
}

/// The job that is due next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextJob {
    /// Which.
    pub id: JobId,
    /// Its name.
    pub name: Text,
    /// When it is due; a moment that has passed was missed, and is made up.
    pub at: Timestamp,
    /// Its last run, if it has run.
    pub last: Option<LastRun>,
}

/// What came of a job's last run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastRun {
    /// When it began.
    pub started_at: Timestamp,
    /// How it stands.
    pub state: RunState,
    /// What went through, in all its steps.
    pub ok: u64,
    /// What failed, likewise.
    pub failed: u64,
}

/// How the portal's sites stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PortalNumbers {
    /// Whether the switch for all of the portal is on.
    pub on: bool,
    /// Active sites at which the portal is off, by their own switch or that for all.
    pub closed: u64,
    /// Active sites that wait for Site sync.
    pub waiting: u64,
}

impl Dashboard {
    /// Requests that somebody still has to do something about.
    pub const fn open(&self) -> u64 {
        self.new_today + self.new_this_week + self.new_older + self.resolved
    }
}

/// How many on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DayCount {
    /// Where the day begins.
    pub day: Timestamp,
    /// How many.
    pub count: u64,
}

impl Desk {
    /// The numbers of the Dashboard; `midnight` is where today began for who looks.
    ///
    /// Days are 24 hours long, counted back from `midnight`: on the two days of the year
    /// when clocks change, one hour counts to the neighbouring day.
    ///
    /// # Errors
    /// When the role may not read, or the store can't be read.
    pub fn dashboard(&self, who: &Session, midnight: Timestamp) -> Result<Dashboard, DeskError> {
        self.authorize(who, Permission::Read)?;
        let week = midnight.plus_millis(-6 * DAY);
        let new = |since, until| self.count_new(since, until);
        Ok(Dashboard {
            at: self.clock.now(),
            new_today: new(Some(midnight), None)?,
            new_this_week: new(Some(week), Some(midnight))?,
            new_older: new(None, Some(week))?,
            resolved: self.count(List::Requests, with_status(RequestStatus::Resolved))?,
            oldest_open: self.oldest_open()?,
            requests_per_day: self.requests_per_day(midnight)?,
            throttled_users: self.count(
                List::Users,
                Filter { status: Some(Status::Throttled(self.clock.now())), ..Filter::default() },
            )?,
            pending_users: self.count(
                List::Users,
                Filter { status: Some(Status::User(UserStatus::Pending)), ..Filter::default() },
            )?,
            users: self.count(List::Users, Filter::default())?,
            portal: self.portal_numbers()?,
            mails: self.mail_numbers()?,
            next_job: self.next_job()?,
        })
    }

    fn mail_numbers(&self) -> Result<MailNumbers, DeskError> {
        let count = |state| {
            let status = Some(Status::Mail(state));
            self.count(List::Mails, Filter { status, ..Filter::default() })
        };
        Ok(MailNumbers {
            held: count(MailState::Held)?,
            failed: count(MailState::Failed)?,
            unknown: count(MailState::Unknown)?,
            without_job: self.mails_without_job()?,
            retrying: count(MailState::Retrying)?,
            not_set_up: self.post.why_not().is_some(),
        })
    }

    /// The queued mails that wait for a run of a job, when no job runs that would send them.
    fn mails_without_job(&self) -> Result<u64, DeskError> {
        let jobs: Vec<Versioned<Job>> = self.all_of(List::Jobs, Sort::Number)?;
        let sends = |job: &Job| {
            job.next_run_at.is_some() && job.enabled && job.steps.contains(&Step::Notification)
        };
        if jobs.iter().any(|it| sends(&it.value)) {
            return Ok(0);
        }
        let mut waiting = 0;
        let status = Some(Status::Mail(MailState::Queued));
        let filter = Filter { status, ..Filter::default() };
        let ids = self.repo.numbers(&self.plain_query(List::Mails, filter))?;
        for some in ids.chunks(LOOK) {
            let mails = self.repo.fetch_many::<Mail>(some)?.into_iter().flatten();
            waiting += mails.filter(|it| it.value.purpose.waits_for_job()).count() as u64;
        }
        Ok(waiting)
    }

    fn next_job(&self) -> Result<Option<NextJob>, DeskError> {
        let jobs: Vec<Versioned<Job>> = self.all_of(List::Jobs, Sort::Number)?;
        let due = jobs.into_iter().map(|it| it.value).filter(|job| job.enabled);
        let next = due.filter_map(|job| Some((job.next_run_at?, job))).min_by_key(|(at, _)| *at);
        let Some((at, Job { id, name, last_run, .. })) = next else { return Ok(None) };
        let last = match last_run {
            Some(run) => self.repo.get(Key { kind: Kind::JobRun, id: id.0, sub: run.0 })?,
            None => None,
        };
        let last = last.and_then(Versioned::<JobRun>::of).map(|it| LastRun {
            started_at: it.value.started_at,
            state: it.value.state,
            ok: it.value.steps.iter().map(|step| step.ok).sum(),
            failed: it.value.steps.iter().map(|step| step.failed).sum(),
        });
        Ok(Some(NextJob { id, name, at, last }))
    }

    fn portal_numbers(&self) -> Result<PortalNumbers, DeskError> {
        let group = self.portal_group()?.value;
        let sites = self.sites_of(group.sites.iter().copied())?;
        let active = sites.iter().map(|it| &it.value).filter(|site| site.active);
        let count = |is: &dyn Fn(&&Site) -> bool| active.clone().filter(is).count() as u64;
        Ok(PortalNumbers {
            on: group.portal_enabled,
            closed: count(&|site| !group.open_at(site)),
            waiting: count(&|site| site.sync_due),
        })
    }

    fn count_new(
        &self,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Result<u64, DeskError> {
        self.count(List::Requests, Filter { since, until, ..with_status(RequestStatus::New) })
    }

    fn requests_per_day(&self, midnight: Timestamp) -> Result<Vec<DayCount>, DeskError> {
        let today = i64::try_from(DAYS).unwrap_or(i64::MAX) - 1;
        (0..=today)
            .map(|at| {
                let day = midnight.plus_millis((at - today) * DAY);
                // Today has no end: a clock put back must not hide what is there.
                let until = (at < today).then(|| day.plus_millis(DAY));
                let filter = Filter { since: Some(day), until, ..Filter::default() };
                Ok(DayCount { day, count: self.count(List::Requests, filter)? })
            })
            .collect()
    }

    fn oldest_open(&self) -> Result<Vec<RequestRow>, DeskError> {
        let mut open: Vec<Versioned<PortalRequest>> = Vec::new();
        for status in RequestStatus::ALL.into_iter().filter(|it| it.is_open()) {
            let query = Query {
                list: List::Requests,
                filter: with_status(status),
                sort: Sort::Time,
                reverse: false,
                page: 1,
                per_page: OLDEST,
                partly: false,
                stop: self.stop.clone(),
            };
            open.extend(entities(self.repo.query(&query)?.rows));
        }
        open.sort_by_key(|it| (it.value.submitted_at, it.value.id));
        open.truncate(usize::try_from(OLDEST).unwrap_or(usize::MAX));
        self.request_rows(open)
    }

    /// How many rows of a list pass a filter.
    fn count(&self, list: List, filter: Filter) -> Result<u64, DeskError> {
        Ok(self.repo.query(&self.plain_query(list, filter))?.total)
    }

    /// The query for what passes a filter, without its rows.
    fn plain_query(&self, list: List, filter: Filter) -> Query {
        let (sort, stop) = (Sort::Number, self.stop.clone());
        Query { list, filter, sort, reverse: false, page: 1, per_page: 0, partly: false, stop }
    }
}

fn with_status(status: RequestStatus) -> Filter {
    Filter { status: Some(Status::Request(status)), ..Filter::default() }
}
