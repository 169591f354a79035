//! Which values of a list are ticked, where several can be taken.
//!
//! Ticks stay while the search changes: what is taken is gathered from several searches.

use super::PickRow;
use crate::tui::text::thousands;
use crate::tui::widgets::field::Taken;

/// The ticked values, in the order in which they were ticked.
#[derive(Debug)]
pub(super) struct Ticked {
    rows: Vec<PickRow>,
    /// What was ticked when the list was opened.
    first: Vec<u64>,
    /// Whether the person is in the search line: Space is a character there, and ticks below.
    pub typing: bool,
    /// The group of a value, by number; of each only one can be ticked.
    groups: Vec<(u64, u64)>,
}

impl Ticked {
    /// Those are ticked at first.
    pub(super) fn new(taken: &[Taken]) -> Self {
        let row = |taken: &Taken| PickRow {
            taken: taken.clone(),
            beside: Default::default(),
            remark: String::new(),
            refused: None,
        };
        Self {
            rows: taken.iter().map(row).collect(),
            first: taken.iter().map(|it| it.id).collect(),
            typing: false,
            groups: Vec::new(),
        }
    }

    /// Of the values of a group only one can be ticked.
    pub(super) fn group(&mut self, groups: Vec<(u64, u64)>) {
        self.groups = groups;
    }

    /// Whether a value is ticked.
    pub(super) fn is_on(&self, row: &PickRow) -> bool {
        self.rows.iter().any(|it| it.taken.id == row.taken.id)
    }

    /// Whether nothing is ticked, nor was when the list was opened: who takes away what was
    /// ticked wants none of it.
    pub(super) fn is_none(&self) -> bool {
        self.first.is_empty() && self.rows.is_empty()
    }

    /// Whether other values are ticked than at first.
    pub(super) fn changed(&self) -> bool {
        let mut now: Vec<u64> = self.rows.iter().map(|it| it.taken.id).collect();
        let mut first = self.first.clone();
        now.sort_unstable();
        first.sort_unstable();
        now != first
    }

    /// What is taken.
    pub(super) fn taken(&self) -> Vec<Taken> {
        self.rows.iter().map(|it| it.taken.clone()).collect()
    }

    /// Ticks a value, or takes its tick away.
    pub(super) fn turn(&mut self, row: &PickRow) {
        if self.is_on(row) {
            self.rows.retain(|it| it.taken.id != row.taken.id);
            return;
        }
        if let Some(group) = self.group_of(row.taken.id) {
            let same = |id: u64| self.groups.contains(&(id, group));
            self.rows.retain(|it| !same(it.taken.id));
        }
        self.rows.push(row.clone());
    }

    /// Ticks all of `rows` that can be; if they all are, takes their ticks away.
    pub(super) fn turn_all(&mut self, rows: &[PickRow]) {
        let rows = || rows.iter().filter(|row| row.refused.is_none());
        let all = rows().all(|row| self.is_on(row));
        for row in rows() {
            if self.is_on(row) == all {
                self.turn(row);
            }
        }
    }

    /// What was ticked before the list was opened is known by its name alone: fills in the rest.
    pub(super) fn learn(&mut self, rows: &[PickRow]) {
        for it in &mut self.rows {
            if let Some(row) = rows.iter().find(|row| row.taken.id == it.taken.id) {
                *it = row.clone();
            }
        }
    }

    /// Puts what is ticked before the rest, so that it can be looked over.
    pub(super) fn put_first(&self, rows: &mut Vec<PickRow>) {
        rows.retain(|row| !self.is_on(row));
        rows.splice(0..0, self.rows.iter().cloned());
    }

    /// How many they are.
    pub(super) fn in_words(&self) -> String {
        format!("{} ticked", thousands(self.rows.len() as u64))
    }

    fn group_of(&self, id: u64) -> Option<u64> {
        self.groups.iter().find(|(it, _)| *it == id).map(|(_, group)| *group)
    }
}
