//! A sight: the lines of a list at one moment, and a page of them.
//!
//! Owns paging over what a filter lets through. A sight is cheap to take and holds nobody up;
//! what is worked out on one is kept for the next, because a slot never changes.

use std::sync::{Arc, Mutex};

use super::bits::Bits;
use super::companies::Companies;
use super::lookups::Lookups;
use super::orders::Orders;
use super::roster::split;
use super::search::Hits;
use super::segment::{Place, Segment};
use super::words::Answers;
use crate::store::error::StoreError;
use crate::store::facts::{Facts, Matcher, compare};
use crate::store::query::{Query, Sort, place};

/// So many rows are put in order themselves rather than picked out of the order of all.
const FEW: usize = if cfg!(test) { 8 } else { 512 };

/// What has been worked out about the slots of a roster; each part grows with them.
#[derive(Debug, Default)]
pub struct Kept {
    /// Orders of all lines.
    pub orders: Orders,
    /// Slots by exact texts and by companies.
    pub lookups: Lookups,
    /// What searches have found.
    pub answers: Mutex<Answers>,
}

/// The lines of a list at one moment.
#[derive(Debug)]
pub struct Sight {
    pub(super) segments: Vec<Arc<Segment>>,
    /// How many slots there are.
    pub(super) slots: u32,
    /// The slots whose lines live.
    pub(super) alive: Arc<Bits>,
    pub(super) living: usize,
    /// How many segments were emptied so far.
    pub(super) emptied: u32,
    pub(super) companies: Arc<Companies>,
    pub(super) kept: Arc<Kept>,
}

/// One page: the numbers of its rows, and the figures of [`crate::store::Found`].
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub numbers: Vec<u64>,
    /// Rows that match.
    pub total: u64,
    /// Rows in the list.
    pub all: u64,
    /// The page, from 1.
    pub page: u64,
    /// The pages.
    pub pages: u64,
}

impl Sight {
    /// Works out what [`Sight::page`] needs, so that a later sight finds it done.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] when nobody waits for the page any more.
    pub fn prepare(&self, query: &Query) -> Result<(), StoreError> {
        let hits = self.hits(query)?;
        let rows = hits.count(self);
        if query.per_page > 0 && rows > FEW {
            self.kept.orders.prepare(self, query.list.order(query.sort));
        }
        Ok(())
    }

    /// One page of the list.
    ///
    /// # Errors
    /// As [`Sight::prepare`].
    pub fn page(&self, query: &Query) -> Result<Page, StoreError> {
        let hits = self.hits(query)?;
        let total = hits.count(self) as u64;
        let (page, pages, range) = place(total, query.page, query.per_page);
        let (start, end) = (range.start as usize, range.end as usize);
        let slots = self.told(&hits, query, start..end);
        let numbers = slots.into_iter().map(|slot| self.number(slot)).collect();
        Ok(Page { numbers, total, all: self.living as u64, page, pages })
    }

    /// The numbers of all rows that a query finds, in its order.
    ///
    /// # Errors
    /// As [`Sight::prepare`].
    pub fn numbers(&self, query: &Query) -> Result<Vec<u64>, StoreError> {
        let hits = self.hits(query)?;
        let total = hits.count(self);
        let slots = self.told(&hits, query, 0..total);
        Ok(slots.into_iter().map(|slot| self.number(slot)).collect())
    }

    fn hits(&self, query: &Query) -> Result<Hits, StoreError> {
        let matcher = Matcher::new(&query.filter);
        self.search(&query.filter, &matcher, &query.stop)
    }

    /// The slots at those places of what was found, in the order of the query.
    fn told(&self, hits: &Hits, query: &Query, range: std::ops::Range<usize>) -> Vec<u32> {
        if range.is_empty() {
            return Vec::new();
        }
        let total = hits.count(self);
        let sort = query.list.order(query.sort);
        let places = if query.reverse { total - range.end..total - range.start } else { range };
        let mut slots = match hits {
            Hits::Few(few) => self.sorted(few.clone(), sort)[places].to_vec(),
            Hits::Of(bits) if total <= FEW => {
                self.sorted(bits.iter().collect(), sort)[places].to_vec()
            }
            Hits::Of(bits) => pick(&self.kept.orders.of(self, sort), bits, total, places),
            Hits::All => {
                let order = self.kept.orders.of(self, sort);
                if order.len() == total {
                    order[places].to_vec()
                } else {
                    pick(&order, &self.alive, total, places)
                }
            }
        };
        if query.reverse {
            slots.reverse();
        }
        slots
    }

    fn sorted(&self, mut slots: Vec<u32>, sort: Sort) -> Vec<u32> {
        slots.sort_by(|a, b| compare(&self.line(*a), &self.line(*b), sort));
        slots
    }

    /// The line in a slot.
    pub fn line(&self, slot: u32) -> Place<'_> {
        let (segment, at) = split(slot);
        Place { segment: &self.segments[segment], at, companies: &self.companies }
    }

    fn number(&self, slot: u32) -> u64 {
        self.line(slot).number()
    }

    /// How many slots there are, those of dead lines too.
    pub fn span(&self) -> usize {
        self.slots as usize
    }
}

/// Those of an order that are in a set of `total`, at these places among them; looked for
/// from the end that is nearer.
fn pick(order: &[u32], bits: &Bits, total: usize, places: std::ops::Range<usize>) -> Vec<u32> {
    let within = |slot: &u32| bits.has(*slot);
    if places.start <= total - places.end {
        let found = order.iter().copied().filter(within);
        return found.skip(places.start).take(places.len()).collect();
    }
    let found = order.iter().rev().copied().filter(within);
    let mut slots: Vec<u32> = found.skip(total - places.end).take(places.len()).collect();
    slots.reverse();
    slots
}
