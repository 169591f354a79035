//! Sorting: a whole list put in order at once.
//!
//! Owns the way: numbers, and eight bytes of a text at a time, are sorted where they lie
//! together, because a look into the haystack for each comparison takes several times as
//! long. Two threads share a long list.

use std::thread;

use super::sight::Sight;
use crate::store::facts::{Facts, compare, rank, text_of};
use crate::store::query::Sort;

/// A longer list is shared by two threads.
const SHARED: usize = if cfg!(test) { 100 } else { 20_000 };

/// Texts that are alike for so many bytes are compared as they are.
const DEEP: usize = 512;

/// A slot and what it is sorted by just now.
type Keyed = (u64, u32);

/// The living slots of a list in that order.
pub fn sorted(sight: &Sight, sort: Sort) -> Vec<u32> {
    let mut keyed = by_number(sight);
    match sort {
        Sort::Number => {}
        Sort::Company => by_text(sight, &mut keyed, sort, |slot| sight.line(slot).company_text()),
        _ => match text_of(sort) {
            Some(column) => {
                by_text(sight, &mut keyed, sort, |slot| sight.line(slot).text_in(column));
            }
            None => by_key(&mut keyed, |slot| rank(&sight.line(slot), sort)),
        },
    }
    let mut slots = Vec::with_capacity(keyed.len());
    slots.extend(keyed.into_iter().map(|(_, slot)| slot));
    slots
}

/// Ties of every order go by number, so that is where each begins.
fn by_number(sight: &Sight) -> Vec<Keyed> {
    let mut keyed = Vec::with_capacity(sight.living);
    keyed.extend(
        sight
            .alive
            .iter()
            .take_while(|slot| *slot < sight.slots)
            .map(|slot| (sight.line(slot).number(), slot)),
    );
    if !keyed.is_sorted() {
        keyed.sort_unstable();
    }
    keyed
}

/// Sorts by a key, and keeps the order of those that have the same.
fn by_key(keyed: &mut [Keyed], key: impl Fn(u32) -> u64 + Sync) {
    let part = |part: &mut [Keyed]| {
        part.iter_mut().for_each(|it| it.0 = key(it.1));
        part.sort_by_key(|it| it.0);
    };
    if keyed.len() <= SHARED {
        return part(keyed);
    }
    let (one, other) = keyed.split_at_mut(keyed.len() / 2);
    both(|| part(one), || part(other));
    // Two sorted runs: this sort finds them and merges.
    keyed.sort_by_key(|it| it.0);
}

fn by_text<'a>(
    sight: &Sight,
    keyed: &mut [Keyed],
    sort: Sort,
    text: impl Fn(u32) -> &'a [u8] + Sync,
) {
    by_key(keyed, |slot| chunk(text(slot), 0));
    let finish = |part: &mut [Keyed]| runs(sight, part, 0, sort, &text);
    if keyed.len() <= SHARED {
        return finish(keyed);
    }
    let half = keyed.len() / 2;
    let half = keyed.partition_point(|it| it.0 < keyed[half].0);
    let (one, other) = keyed.split_at_mut(half);
    both(|| finish(one), || finish(other));
}

fn both(one: impl FnOnce() + Send, other: impl FnOnce() + Send) {
    thread::scope(|scope| {
        scope.spawn(other);
        one();
    });
}

/// Eight bytes of a text, in the order of texts; an empty text comes last.
fn chunk(text: &[u8], from: usize) -> u64 {
    if text.is_empty() {
        return u64::MAX;
    }
    let rest = text.get(from..).unwrap_or_default();
    let mut bytes = [0; 8];
    let length = rest.len().min(8);
    bytes[..length].copy_from_slice(&rest[..length]);
    u64::from_be_bytes(bytes)
}

/// Sorts the runs of those that are alike so far by what comes next.
fn runs<'a>(
    sight: &Sight,
    keyed: &mut [Keyed],
    depth: usize,
    sort: Sort,
    text: &impl Fn(u32) -> &'a [u8],
) {
    for run in keyed.chunk_by_mut(|a, b| a.0 == b.0) {
        let [(key, _), _, ..] = run else { continue };
        let key = *key;
        if key == u64::MAX || key & 0xff == 0 {
            // The texts end here. Only in the order of companies is there more to it.
            if sort == Sort::Company {
                run.sort_by_key(|(_, slot)| sight.line(*slot).names().count());
            }
            continue;
        }
        if depth > DEEP {
            run.sort_by(|a, b| compare(&sight.line(a.1), &sight.line(b.1), sort));
            continue;
        }
        run.iter_mut().for_each(|it| it.0 = chunk(text(it.1), depth + 8));
        run.sort_by_key(|it| it.0);
        runs(sight, run, depth + 8, sort, text);
        run.iter_mut().for_each(|it| it.0 = key);
    }
}
