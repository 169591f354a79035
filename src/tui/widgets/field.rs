//! One labelled line of a form: what it holds, what is wrong with it, what it held at first.

use super::choice::Choice;
use super::entry::Entry;
use super::hidden::Hidden;
use crate::domain::text::Text;
use crate::domain::validate::Field as Rule;

/// The name of a field: the snake_case name that problems use.
pub type FieldId = &'static str;

/// Something taken from a list of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its identity.
    pub id: u64,
    /// How it is shown.
    pub label: Text,
}

/// What a field holds.
#[derive(Debug)]
pub enum Holds {
    /// A line of text.
    Text {
        /// The line.
        entry: Entry,
        /// What it held at first.
        first: String,
    },
    /// A secret.
    Secret(Hidden),
    /// One of a few.
    Choice {
        /// The choice.
        choice: Choice,
        /// What was chosen at first.
        first: usize,
    },
    /// On or off.
    Toggle {
        /// Whether it is on.
        on: bool,
        /// Whether it was on at first.
        first: bool,
    },
    /// Something taken from a list of values that F4 opens.
    LookUp {
        /// What was taken.
        taken: Option<Taken>,
        /// What was there at first.
        first: Option<Taken>,
    },
    /// Several things taken from a list of values that F4 opens.
    Many {
        /// What was taken.
        taken: Vec<Taken>,
        /// What was there at first.
        first: Vec<Taken>,
    },
    /// A fact to read; the cursor never stands here.
    Fact(Text),
    /// A line that says what the fields below it are about; the cursor never stands here.
    Heading,
    /// The head of a part of the form: whether its fields are on the screen.
    Section(bool),
}

/// What somebody else has put into a field meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Theirs {
    /// A text.
    Text(String),
    /// Something from a list of values.
    Taken(Option<Taken>),
    /// Several things from a list of values.
    Many(Vec<Taken>),
    /// The position of one of a few.
    Chosen(usize),
    /// On or off.
    Switched(bool),
}

/// A field that somebody else has changed meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field's word.
    pub label: &'static str,
    /// What it held when the form was opened.
    pub was: Text,
    /// What it holds in the store now.
    pub theirs: Text,
    /// What it holds in the form.
    pub mine: Text,
}

/// One line of a form.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub id: FieldId,
    /// Its word on the screen.
    pub label: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// What is wrong with it, in a sentence.
    pub error: Option<String>,
    /// A remark beside it.
    pub note: String,
    /// Why it can't be changed, in a sentence below it.
    pub reason: Option<String>,
    /// Whether it is on the screen at all.
    pub shown: bool,
    /// The part of the form that it belongs to; none for what is always there.
    pub section: Option<FieldId>,
    /// Whether a choice has a list of values, too, that says more than its words.
    pub listed: bool,
}

impl Field {
    /// A line of text that takes at most `limit` characters.
    pub fn text(id: FieldId, label: &'static str, value: &str, limit: usize) -> Self {
        let holds = Holds::Text { entry: Entry::holding(value, limit), first: value.to_owned() };
        Self::new(id, label, holds)
    }

    /// A line of text as a rule of the domain names and limits it.
    pub fn ruled(rule: Rule, value: &str) -> Self {
        Self::text(rule.name, rule.label, value, rule.max)
    }

    /// A secret.
    pub fn secret(id: FieldId, label: &'static str) -> Self {
        Self::new(id, label, Holds::Secret(Hidden::default()))
    }

    /// One of a few, standing at `at`.
    pub fn choice(id: FieldId, label: &'static str, choice: Choice) -> Self {
        let first = choice.at();
        Self::new(id, label, Holds::Choice { choice, first })
    }

    /// A switch.
    pub fn toggle(id: FieldId, label: &'static str, on: bool) -> Self {
        Self::new(id, label, Holds::Toggle { on, first: on })
    }

    /// Something from a list of values.
    pub fn look_up(id: FieldId, label: &'static str, taken: Option<Taken>) -> Self {
        let first = taken.clone();
        Self::new(id, label, Holds::LookUp { taken, first })
    }

    /// Several things from a list of values.
    pub fn many(id: FieldId, label: &'static str, taken: Vec<Taken>) -> Self {
        let first = taken.clone();
        Self::new(id, label, Holds::Many { taken, first })
    }

    /// A line over fields that says what they are about.
    pub fn heading(id: FieldId, label: &'static str) -> Self {
        Self::new(id, label, Holds::Heading)
    }

    /// A fact to read.
    pub fn fact(id: FieldId, label: &'static str, fact: impl Into<Text>) -> Self {
        Self::new(id, label, Holds::Fact(fact.into()))
    }

    /// The head of a part of the form, folded; fields join it by [`Field::in_section`].
    pub fn section(id: FieldId, label: &'static str) -> Self {
        Self::new(id, label, Holds::Section(false))
    }

    /// The same in a part of the form that is folded at first.
    pub fn in_section(self, section: FieldId) -> Self {
        Self { section: Some(section), shown: false, ..self }
    }

    /// The same with a remark beside it.
    pub fn noted(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// The same, with the reason why it can't be changed.
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// The same choice with a list of values that F4 opens.
    pub fn listed(self) -> Self {
        Self { listed: true, ..self }
    }

    /// The same, not on the screen for now.
    pub fn hidden(self) -> Self {
        Self { shown: false, ..self }
    }

    fn new(id: FieldId, label: &'static str, holds: Holds) -> Self {
        Self {
            id,
            label,
            holds,
            error: None,
            note: String::new(),
            reason: None,
            shown: true,
            section: None,
            listed: false,
        }
    }

    /// Whether F4 opens a list of values for it.
    pub fn has_list(&self) -> bool {
        match &self.holds {
            Holds::LookUp { .. } | Holds::Many { .. } => true,
            Holds::Choice { .. } => self.listed,
            _ => false,
        }
    }

    /// Whether it holds something else than at first.
    pub fn changed(&self) -> bool {
        match &self.holds {
            Holds::Text { entry, first } => entry.value() != first,
            Holds::Secret(hidden) => !hidden.is_empty(),
            Holds::Choice { choice, first } => choice.at() != *first,
            Holds::Toggle { on, first } => on != first,
            Holds::LookUp { taken, first } => taken != first,
            Holds::Many { taken, first } => taken != first,
            Holds::Fact(_) | Holds::Heading | Holds::Section(_) => false,
        }
    }

    /// Puts back what it held at first; a secret is wiped.
    pub fn restore(&mut self) {
        match &mut self.holds {
            Holds::Text { entry, first } => entry.set(first),
            Holds::Secret(hidden) => hidden.clear(),
            Holds::Choice { choice, first } => choice.choose(*first),
            Holds::Toggle { on, first } => *on = *first,
            Holds::LookUp { taken, first } => taken.clone_from(first),
            Holds::Many { taken, first } => taken.clone_from(first),
            Holds::Fact(_) | Holds::Heading | Holds::Section(_) => {}
        }
        self.error = None;
    }

    /// How it differs from what somebody else has put there meanwhile; `None` when they have
    /// not touched it.
    pub fn difference(&self, theirs: &Theirs) -> Option<Difference> {
        let label_of =
            |taken: &Option<Taken>| taken.as_ref().map(|t| t.label.clone()).unwrap_or_default();
        let (was, theirs, mine) = match (&self.holds, theirs) {
            (Holds::Text { entry, first }, Theirs::Text(theirs)) if theirs != first => {
                (Text::from(first.as_str()), Text::from(theirs.as_str()), Text::from(entry.value()))
            }
            (Holds::LookUp { taken, first }, Theirs::Taken(theirs)) if theirs != first => {
                (label_of(first), label_of(theirs), label_of(taken))
            }
            (Holds::Many { taken, first }, Theirs::Many(theirs)) if theirs != first => {
                (in_words(first), in_words(theirs), in_words(taken))
            }
            (Holds::Choice { choice, first }, Theirs::Chosen(theirs)) if theirs != first => {
                let word = |at: usize| Text::from(choice.word_at(at));
                (word(*first), word(*theirs), word(choice.at()))
            }
            (Holds::Toggle { on, first }, Theirs::Switched(theirs)) if theirs != first => {
                let word = |on: bool| Text::from(if on { "yes" } else { "no" });
                (word(*first), word(*theirs), word(*on))
            }
            _ => return None,
        };
        Some(Difference { label: self.label, was, theirs, mine })
    }

    /// Goes on from what somebody else has put there. Their value is taken where nothing was
    /// typed, or when `take` says so; else, and where they have not touched it, what was typed
    /// stays.
    pub fn rebase(&mut self, theirs: &Theirs, take: bool) {
        let take = take || !self.changed();
        match (&mut self.holds, theirs) {
            (Holds::Text { first, .. }, Theirs::Text(theirs)) if first == theirs => {}
            (Holds::LookUp { first, .. }, Theirs::Taken(theirs)) if first == theirs => {}
            (Holds::Choice { choice, first }, Theirs::Chosen(theirs)) if first != theirs => {
                *first = *theirs;
                if take {
                    choice.choose(*theirs);
                }
            }
            (Holds::Toggle { on, first }, Theirs::Switched(theirs)) if first != theirs => {
                *first = *theirs;
                if take {
                    *on = *theirs;
                }
            }
            (Holds::Text { entry, first }, Theirs::Text(theirs)) => {
                first.clone_from(theirs);
                if take {
                    entry.set(theirs);
                }
            }
            (Holds::LookUp { taken, first }, Theirs::Taken(theirs)) => {
                first.clone_from(theirs);
                if take {
                    taken.clone_from(theirs);
                }
            }
            (Holds::Many { taken, first }, Theirs::Many(theirs)) if first != theirs => {
                first.clone_from(theirs);
                if take {
                    taken.clone_from(theirs);
                }
            }
            _ => {}
        }
    }

    /// Whether the cursor may stand here.
    pub fn reachable(&self) -> bool {
        self.shown && !matches!(self.holds, Holds::Fact(_) | Holds::Heading)
    }

    /// Whether a character typed here is text.
    pub fn takes_text(&self) -> bool {
        matches!(
            self.holds,
            Holds::Text { .. } | Holds::Secret(_) | Holds::LookUp { .. } | Holds::Many { .. }
        )
    }
}

/// Several values in a line: `Acme Ltd, Bolt plc`.
pub(super) fn in_words(taken: &[Taken]) -> Text {
    let labels: Vec<&str> = taken.iter().map(|it| it.label.raw()).collect();
    Text::from(labels.join(", ").as_str())
}
