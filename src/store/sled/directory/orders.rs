//! Orders: the slots of a list in every order that has been asked for.
//!
//! Owns them: an order is made when first asked for, and brought up to date when asked for
//! again, so that lines that come in while nobody looks cost nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::sight::Sight;
use super::sorting;
use crate::store::facts::compare;
use crate::store::query::Sort;

/// The orders that are kept; [`Sort`] says what they mean.
pub const SORTS: [Sort; 10] = [
    Sort::Number,
    Sort::Time,
    Sort::Name,
    Sort::Email,
    Sort::Company,
    Sort::Status,
    Sort::Login,
    Sort::LastLogin,
    Sort::Role,
    Sort::Site,
];

/// So many new slots are put into an order one by one; for more it is made anew, or merged.
const ONE_BY_ONE: usize = if cfg!(test) { 32 } else { 4096 };

/// What lists are opened in: to sort a million lines first would be felt.
const OPENED_IN: [Sort; 4] = [Sort::Login, Sort::Company, Sort::Name, Sort::Email];

/// The orders of one roster.
#[derive(Debug, Default)]
pub struct Orders {
    orders: [Mutex<Order>; SORTS.len()],
    /// Held by who sorts a whole list, so that nobody does the same beside.
    sorting: Mutex<()>,
}

/// One order.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// Slots; some of them may have died.
    pub slots: Arc<Vec<u32>>,
    /// All living slots below this one are in it.
    pub covered: u32,
    /// The names of companies that it was made with.
    pub version: u64,
    /// The segments that had been emptied when the dead were last taken out.
    pub emptied: u32,
}

impl Order {
    fn holds(&self, sight: &Sight, sort: Sort) -> bool {
        sort != Sort::Company || self.version == sight.companies.version()
    }

    /// How many slots are missing in it; all of them when it no longer holds.
    fn missing(&self, sight: &Sight, sort: Sort) -> usize {
        let covered = if self.holds(sight, sort) { self.covered } else { 0 };
        sight.slots.saturating_sub(covered) as usize
    }
}

impl Orders {
    /// Makes an order if most of it is missing, before anybody holds anybody up for it.
    pub fn prepare(&self, sight: &Sight, sort: Sort) {
        let missing = || self.order(sort).missing(sight, sort);
        if missing() <= ONE_BY_ONE {
            return;
        }
        let _sorting = self.sorting.lock().unwrap_or_else(PoisonError::into_inner);
        if missing() > ONE_BY_ONE {
            let made = whole(sight, sort);
            let mut order = self.order(sort);
            if order.missing(sight, sort) > 0 {
                *order = made;
            }
        }
    }

    /// An order with all that is in sight.
    pub fn of(&self, sight: &Sight, sort: Sort) -> Arc<Vec<u32>> {
        let mut order = self.order(sort);
        let missing = order.missing(sight, sort);
        if order.covered > sight.slots {
            // Made by who has seen more lines than this one knows.
            return Arc::new(sorting::sorted(sight, sort));
        }
        // A slot of an emptied segment can't be looked at any more.
        let crowded = order.slots.len() > 64 + sight.living + sight.living / 8;
        if crowded || order.emptied != sight.emptied {
            Arc::make_mut(&mut order.slots).retain(|slot| sight.alive.has(*slot));
            order.emptied = sight.emptied;
        }
        if missing > ONE_BY_ONE {
            *order = whole(sight, sort);
        } else if missing > 0 {
            // A list that is small enough to be missing as a whole is a small matter.
            if !order.holds(sight, sort) {
                let version = sight.companies.version();
                *order = Order { version, emptied: sight.emptied, ..Order::default() };
            }
            extend(&mut order, sight, sort);
        }
        Arc::clone(&order.slots)
    }

    /// The orders to be saved, by their places among [`SORTS`], with all that is in sight: those
    /// that there are, and those that a long list is opened in.
    pub fn to_save(&self, sight: &Sight) -> Vec<(usize, Arc<Vec<u32>>)> {
        let is_long = sight.living > ONE_BY_ONE;
        let wanted = |sort: &Sort| {
            let covered = self.order(*sort).covered;
            (covered > 0 || is_long && OPENED_IN.contains(sort)) && covered <= sight.slots
        };
        let sorts = SORTS.into_iter().enumerate().filter(|(_, sort)| wanted(sort));
        let order = |(at, sort)| {
            self.prepare(sight, sort);
            (at, self.of(sight, sort))
        };
        sorts.map(order).collect()
    }

    /// Takes in an order that was made before.
    pub fn put(&self, sort: Sort, order: Order) {
        *self.order(sort) = order;
    }

    fn order(&self, sort: Sort) -> MutexGuard<'_, Order> {
        let at = SORTS.iter().position(|it| *it == sort).unwrap_or(0);
        // An order is replaced or extended at once; a panic elsewhere leaves it as it was.
        self.orders[at].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn whole(sight: &Sight, sort: Sort) -> Order {
    let slots = Arc::new(sorting::sorted(sight, sort));
    let (version, emptied) = (sight.companies.version(), sight.emptied);
    Order { slots, covered: sight.slots, version, emptied }
}

/// Puts the slots that have come since into their places.
fn extend(order: &mut Order, sight: &Sight, sort: Sort) {
    let by = |a: &u32, b: &u32| compare(&sight.line(*a), &sight.line(*b), sort);
    let mut fresh: Vec<u32> =
        (order.covered..sight.slots).filter(|slot| sight.alive.has(*slot)).collect();
    fresh.sort_by(by);
    let slots = Arc::make_mut(&mut order.slots);
    // From the last one, so that each slot is moved once.
    let mut end = slots.len();
    let mut to = end + fresh.len();
    slots.resize(to, 0);
    for slot in fresh.into_iter().rev() {
        let at = slots[..end].partition_point(|it| by(it, &slot).is_lt());
        slots.copy_within(at..end, to - (end - at));
        to -= end - at + 1;
        slots[to] = slot;
        end = at;
    }
    order.covered = sight.slots;
}
