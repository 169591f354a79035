//! Lists: what is asked for, and one page of the answer.

use serde::Serialize;

use crate::domain::id::CompanyId;
use crate::domain::time::Timestamp;
use crate::store::query::{Filter, Found, List, Loading, Query, Row, Status, place};
use crate::store::{Entity, Versioned};

use super::{Desk, DeskError, Sort, conditions};

/// How many rows a page may have.
pub const PER_PAGE: [u64; 4] = [10, 25, 50, 100];

/// What is asked of a list; `S` is the status that it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListArgs<S> {
    /// What is typed into the filter line, see [`conditions`]: words that must all occur, in
    /// any case, accents ignored; `field:value`; flags.
    pub text: String,
    /// Of this status only.
    pub status: Option<S>,
    /// At or after this moment.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Of this company only.
    pub company: Option<CompanyId>,
    /// The order.
    pub sort: Sort,
    /// Whether it is turned round.
    pub reverse: bool,
    /// The page, from 1.
    pub page: u64,
    /// Rows a page; see [`PER_PAGE`].
    pub per_page: u64,
}

impl<S> ListArgs<S> {
    /// The first page of everything, in that order.
    pub fn all(sort: Sort, reverse: bool) -> Self {
        Self {
            text: String::new(),
            status: None,
            since: None,
            until: None,
            company: None,
            sort,
            reverse,
            page: 1,
            per_page: 50,
        }
    }

    /// The same, but narrowed to a status of whichever list.
    pub fn of_status<T>(self, status: Option<T>) -> ListArgs<T> {
        let Self { text, status: _, since, until, company, sort, reverse, page, per_page } = self;
        ListArgs { text, status, since, until, company, sort, reverse, page, per_page }
    }
}

impl Desk {
    /// The query for the store: which list, and which of its rows the arguments ask for.
    ///
    /// # Errors
    /// When the typed text can't be read as a filter of that list.
    pub(super) fn asked<S>(
        &self,
        list: List,
        args: &ListArgs<S>,
        status: impl FnOnce(&S) -> Status,
    ) -> Result<Query, DeskError> {
        let filter = Filter {
            status: args.status.as_ref().map(status),
            since: args.since,
            until: args.until,
            company: args.company,
            ..Filter::default()
        };
        let vocabulary = match list {
            List::Users => &conditions::USERS,
            List::Requests => &conditions::REQUESTS,
            List::Contacts => &conditions::CONTACTS,
            List::Companies => &conditions::COMPANIES,
            List::Mails => &conditions::MAILS,
            List::Logins(_)
            | List::Contracts(_)
            | List::Audit
            | List::Sites
            | List::SiteGroups
            | List::Roles
            | List::SecondFactors
            | List::Jobs
            | List::Runs(_) => &conditions::WORDS,
        };
        Ok(Query {
            list,
            filter: self.narrowed(filter, &args.text, vocabulary)?,
            sort: args.sort,
            reverse: args.reverse,
            page: args.page,
            per_page: args.per_page,
            partly: true,
            stop: self.stop.clone(),
        })
    }

    /// The query for a list without statuses.
    pub(super) fn asked_plainly(
        &self,
        list: List,
        args: &ListArgs<NoStatus>,
    ) -> Result<Query, DeskError> {
        self.asked(list, args, |never| match *never {})
    }
}

/// The status of lists that have none: there is no value of it to filter by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoStatus {}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// How many rows match.
    pub total: u64,
    /// How many there are without a filter.
    pub all: u64,
    /// The page, from 1.
    pub page: u64,
    /// Rows a page.
    pub per_page: u64,
    /// How many pages, at least 1.
    pub pages: u64,
    /// How far the list has been read from the disk, while it still is; all of the above then
    /// speaks of that part only.
    #[serde(skip)]
    pub loading: Option<Loading>,
}

impl<T> Page<T> {
    /// A page of a list of which some rows always stand first, in whichever order, and which
    /// is short enough to be at hand whole.
    pub(super) fn with_first<S>(args: &ListArgs<S>, first: Vec<T>, rest: Vec<T>, all: u64) -> Self {
        let total = (first.len() + rest.len()) as u64;
        let (page, pages, range) = place(total, args.page, args.per_page);
        let rows = first.into_iter().chain(rest).skip(range.start as usize);
        let rows = rows.take((range.end - range.start) as usize).collect();
        Self { rows, total, all, page, per_page: args.per_page, pages, loading: None }
    }

    /// A page of a store's answer with other rows.
    pub(super) fn of(found: &Found, per_page: u64, rows: Vec<T>) -> Self {
        Self {
            rows,
            total: found.total,
            all: found.all,
            page: found.page,
            per_page,
            pages: found.pages,
            loading: found.loading,
        }
    }
}

/// The entities in the rows of an answer.
pub(super) fn entities<E: Entity>(rows: Vec<Row>) -> Vec<Versioned<E>> {
    rows.into_iter()
        .filter_map(|row| match row {
            Row::Record(stored) => Versioned::of(stored),
            Row::Audit(_) => None,
        })
        .collect()
}

impl Desk {
    /// All entities of a list that never gets long, such as sites or roles.
    pub(super) fn all_of<E: Entity>(
        &self,
        list: List,
        sort: Sort,
    ) -> Result<Vec<Versioned<E>>, DeskError> {
        let args = ListArgs::<NoStatus> { per_page: u64::MAX, ..ListArgs::all(sort, false) };
        Ok(entities(self.repo.query(&self.asked_plainly(list, &args)?)?.rows))
    }

    /// The first `limit` entities of a list that pass a filter.
    pub(super) fn first<E: Entity>(
        &self,
        list: List,
        filter: Filter,
        sort: Sort,
        limit: u64,
    ) -> Result<Vec<E>, DeskError> {
        let stop = self.stop.clone();
        let query = Query {
            list,
            filter,
            sort,
            reverse: false,
            page: 1,
            per_page: limit,
            partly: false,
            stop,
        };
        Ok(entities(self.repo.query(&query)?.rows).into_iter().map(|it| it.value).collect())
    }
}
