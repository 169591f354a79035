//! What the fields of a form hold: read, filled in, proposed, brought together with theirs.

use super::Form;
use crate::domain::secret::Secret;
use crate::tui::widgets::choice::Choice;
use crate::tui::widgets::field::{Difference, Field, FieldId, Holds, Taken, Theirs};

impl Form {
    /// What a text field holds; empty for any other field.
    pub fn text(&self, id: FieldId) -> &str {
        match self.field(id).map(|f| &f.holds) {
            Some(Holds::Text { entry, .. }) => entry.value(),
            _ => "",
        }
    }

    /// Replaces what a text field holds.
    pub fn set_text(&mut self, id: FieldId, text: &str) {
        if let Some(Holds::Text { entry, .. }) = self.field_mut(id).map(|f| &mut f.holds) {
            entry.set(text);
        }
    }

    /// A copy of the secret in a field.
    pub fn secret(&self, id: FieldId) -> Secret {
        match self.field(id).map(|f| &f.holds) {
            Some(Holds::Secret(hidden)) => hidden.secret(),
            _ => Secret::new(String::new()),
        }
    }

    /// Puts a secret into a field as if it had been typed.
    pub fn set_secret(&mut self, id: FieldId, secret: &Secret) {
        let Some(field) = self.field_mut(id) else { return };
        if let Holds::Secret(hidden) = &mut field.holds {
            hidden.fill(secret);
            field.error = None;
        }
    }

    /// Shows the secret in a field.
    pub fn reveal(&mut self, id: FieldId) {
        if let Some(Holds::Secret(hidden)) = self.field_mut(id).map(|f| &mut f.holds)
            && !hidden.revealed()
        {
            hidden.turn();
        }
    }

    /// Wipes the secret in a field; a field that shows it goes on showing.
    pub fn wipe(&mut self, id: FieldId) {
        self.set_secret(id, &Secret::new(String::new()));
    }

    /// Wipes every secret of the form.
    pub fn wipe_secrets(&mut self) {
        for field in &mut self.fields {
            if let Holds::Secret(hidden) = &mut field.holds {
                hidden.clear();
            }
        }
    }

    /// The position that a choice stands at.
    pub fn chosen(&self, id: FieldId) -> usize {
        match self.field(id).map(|f| &f.holds) {
            Some(Holds::Choice { choice, .. }) => choice.at(),
            _ => 0,
        }
    }

    /// Whether a switch is on.
    pub fn is_on(&self, id: FieldId) -> bool {
        matches!(self.field(id).map(|f| &f.holds), Some(Holds::Toggle { on: true, .. }))
    }

    /// What was taken from a list of values.
    pub fn taken(&self, id: FieldId) -> Option<&Taken> {
        match self.field(id).map(|f| &f.holds) {
            Some(Holds::LookUp { taken, .. }) => taken.as_ref(),
            _ => None,
        }
    }

    /// Puts something into a look-up field; in a choice, what is chosen by its position.
    pub fn take(&mut self, id: FieldId, value: Option<Taken>) {
        let Some(field) = self.field_mut(id) else { return };
        match &mut field.holds {
            Holds::LookUp { taken, .. } => *taken = value,
            Holds::Choice { choice, .. } => {
                let at = value.and_then(|it| usize::try_from(it.id).ok());
                choice.choose(at.unwrap_or_default());
            }
            _ => return,
        }
        field.error = None;
    }

    /// What was taken from a list of values of which several can be taken.
    pub fn taken_many(&self, id: FieldId) -> &[Taken] {
        match self.field(id).map(|f| &f.holds) {
            Some(Holds::Many { taken, .. }) => taken,
            _ => &[],
        }
    }

    /// Puts several things into such a field.
    pub fn take_many(&mut self, id: FieldId, values: Vec<Taken>) {
        let Some(field) = self.field_mut(id) else { return };
        if let Holds::Many { taken, .. } = &mut field.holds {
            *taken = values;
            field.error = None;
        }
    }

    /// Puts several things into such a field as if they had been there at first.
    pub fn propose_many(&mut self, id: FieldId, values: Vec<Taken>) {
        if let Some(Holds::Many { taken, first }) = self.field_mut(id).map(|f| &mut f.holds) {
            first.clone_from(&values);
            *taken = values;
        }
    }

    /// Whether a field holds something else than at first.
    pub fn has_changed(&self, id: FieldId) -> bool {
        self.field(id).is_some_and(Field::changed)
    }

    /// Turns a switch.
    pub fn switch(&mut self, id: FieldId, to: bool) {
        if let Some(Holds::Toggle { on, .. }) = self.field_mut(id).map(|f| &mut f.holds) {
            *on = to;
        }
    }

    /// Makes a switch a fact, which stands as it is, for that reason; none when the reason stands
    /// elsewhere.
    pub fn settle(&mut self, id: FieldId, reason: impl Into<String>) {
        let Some(field) = self.field_mut(id) else { return };
        if let Holds::Toggle { on, .. } = field.holds {
            field.holds = Holds::Fact(if on { "yes" } else { "no" }.into());
            field.reason = Some(reason.into()).filter(|it| !it.is_empty());
        }
    }

    /// Gives a choice its options, as if it had been made with them.
    pub fn offer(&mut self, id: FieldId, options: Choice) {
        if let Some(Holds::Choice { choice, first }) = self.field_mut(id).map(|f| &mut f.holds) {
            *first = options.at();
            *choice = options;
        }
    }

    /// Puts something into a look-up field as if it had been there at first.
    pub fn propose(&mut self, id: FieldId, value: Taken) {
        if let Some(Holds::LookUp { taken, first }) = self.field_mut(id).map(|f| &mut f.holds) {
            *taken = Some(value.clone());
            *first = Some(value);
        }
    }

    /// Puts a text into a field as if it had been there at first.
    pub fn propose_text(&mut self, id: FieldId, text: &str) {
        if let Some(Holds::Text { entry, first }) = self.field_mut(id).map(|f| &mut f.holds) {
            entry.set(text);
            text.clone_into(first);
        }
    }

    /// Moves a choice as if it had stood there at first.
    pub fn propose_choice(&mut self, id: FieldId, at: usize) {
        if let Some(Holds::Choice { choice, first }) = self.field_mut(id).map(|f| &mut f.holds) {
            choice.choose(at);
            *first = choice.at();
        }
    }

    /// Changes the remark beside a field.
    pub fn note(&mut self, id: FieldId, note: impl Into<String>) {
        if let Some(field) = self.field_mut(id) {
            field.note = note.into();
        }
    }

    /// Changes what a fact says.
    pub fn set_fact(&mut self, id: FieldId, fact: impl Into<crate::domain::text::Text>) {
        if let Some(Holds::Fact(held)) = self.field_mut(id).map(|f| &mut f.holds) {
            *held = fact.into();
        }
    }

    /// The fields that somebody else has changed since the form was opened.
    pub fn differences(&self, theirs: &[(FieldId, Theirs)]) -> Vec<Difference> {
        theirs.iter().filter_map(|(id, theirs)| self.field(id)?.difference(theirs)).collect()
    }

    /// Goes on from what somebody else has saved; `take` prefers theirs where both changed.
    /// What was given up for it stays readable beside the field.
    pub fn rebase(&mut self, theirs: &[(FieldId, Theirs)], take: bool) {
        for (id, value) in theirs {
            let Some(field) = self.field_mut(id) else { continue };
            let both = field.changed().then(|| field.difference(value)).flatten();
            field.rebase(value, take);
            if let Some(both) = both.filter(|d| d.theirs != d.mine) {
                field.note = if take {
                    format!("yours was {}", both.mine)
                } else {
                    format!("theirs is {}", both.theirs)
                };
            }
        }
    }
}
