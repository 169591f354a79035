//! The companies of a user in a form: the primary one first, one field each.
//!
//! Owns that no company stands there twice and no gap is left: taking one that stands
//! elsewhere swaps the two, emptying one lets the next move up.

use crate::domain::id::CompanyId;
use crate::domain::text::Text;
use crate::service::user_views::MembershipView;
use crate::tui::text::thousands;
use crate::tui::widgets::field::{Field, FieldId, Taken, Theirs};
use crate::tui::widgets::form::Form;

/// The head of this part of the form.
pub(super) const SECTION: FieldId = "companies_section";
const KEPT: FieldId = "kept";
/// The fields; the first is the primary company, and what problems are about.
const SLOTS: [FieldId; 8] = [
    "companies",
    "companies_2",
    "companies_3",
    "companies_4",
    "companies_5",
    "companies_6",
    "companies_7",
    "companies_8",
];

/// The companies of a user.
#[derive(Debug)]
pub(super) struct Companies {
    /// Those that stand in the form, the primary one first.
    shown: Vec<Taken>,
    /// Those for which the form has no room; they stay.
    kept: Vec<CompanyId>,
}

impl Companies {
    /// The companies that the user acts for, the primary one first.
    pub(super) fn of(memberships: &[MembershipView]) -> Self {
        let taken = |it: &MembershipView| {
            let label = it.company_name.clone();
            let label = label.unwrap_or_else(|| Text::new(it.company.to_string()));
            Taken { id: it.company.0, label }
        };
        let shown = memberships.iter().take(SLOTS.len()).map(taken).collect();
        let kept = memberships.iter().skip(SLOTS.len()).map(|it| it.company).collect();
        Self { shown, kept }
    }

    /// The numbers, the primary one first.
    pub(super) fn ids(&self) -> Vec<CompanyId> {
        let shown = self.shown.iter().map(|taken| CompanyId(taken.id));
        shown.chain(self.kept.iter().copied()).collect()
    }

    /// The fields, in a part of the form of their own.
    pub(super) fn fields(&self) -> Vec<Field> {
        let mut fields = vec![Field::section(SECTION, "Companies")];
        fields.extend(SLOTS.iter().enumerate().map(|(at, id)| {
            let (label, note) = match at {
                0 => ("Primary", "F4 list"),
                _ => ("Also for", "F4 list, or none"),
            };
            Field::look_up(id, label, self.shown.get(at).cloned()).noted(note).in_section(SECTION)
        }));
        if !self.kept.is_empty() {
            let text = format!("and {} more, which stay", thousands(self.kept.len() as u64));
            fields.push(Field::fact(KEPT, "", text).in_section(SECTION));
        }
        fields
    }

    /// What somebody else has put there.
    pub(super) fn theirs(&self) -> impl Iterator<Item = (FieldId, Theirs)> {
        SLOTS
            .into_iter()
            .enumerate()
            .map(|(at, id)| (id, Theirs::Taken(self.shown.get(at).cloned())))
    }

    /// Shows as many fields as there are companies and one more, when the part is unfolded,
    /// and says beside its head which they are.
    pub(super) fn arrange(&self, form: &mut Form) {
        if form.is_unfolded(SECTION) {
            let used = (self.shown.len() + 1).min(SLOTS.len());
            form.show_fields(&SLOTS[used..], false);
            form.show_fields(&SLOTS[..used], true);
        }
        let more = (self.shown.len() + self.kept.len()).saturating_sub(1);
        let note = match (self.shown.first(), more) {
            (None, _) => "none".to_owned(),
            (Some(first), 0) => first.label.to_string(),
            (Some(first), more) => format!("{} +{more}", first.label),
        };
        form.note(SECTION, note);
    }

    /// A field has changed: puts the companies in order again.
    pub(super) fn changed(&mut self, field: FieldId, form: &mut Form) {
        let Some(at) = SLOTS.iter().position(|id| *id == field) else { return };
        let before = self.shown.get(at).cloned();
        let after = form.taken(field).cloned();
        let other = after.as_ref().and_then(|after| {
            (0..SLOTS.len())
                .find(|i| *i != at && form.taken(SLOTS[*i]).map(|it| it.id) == Some(after.id))
        });
        if let Some(other) = other {
            form.take(SLOTS[other], before);
        }
        self.read(form);
    }

    /// Takes over what stands in the form, without gaps and twins.
    pub(super) fn read(&mut self, form: &mut Form) {
        self.shown.clear();
        for taken in SLOTS.iter().filter_map(|id| form.taken(id)) {
            if !self.shown.iter().any(|it| it.id == taken.id) {
                self.shown.push(taken.clone());
            }
        }
        for (at, id) in SLOTS.into_iter().enumerate() {
            if form.taken(id) != self.shown.get(at) {
                form.take(id, self.shown.get(at).cloned());
            }
        }
    }
}
