//! What a form about a user would come to, shown while it is filled in.
//!
//! Owns which sentence is shown when: of a field that is still being filled in, only what no
//! more typing would mend. Must not judge anything itself: the services do.

use crate::domain::problem::{Code, Problem, Warning};
use crate::domain::text::Text;
use crate::service::NewUserCheck;
use crate::service::edit_user::UserCheck;
use crate::tui::event::Slot;
use crate::tui::theme::Ink;
use crate::tui::widgets::field::FieldId;
use crate::tui::widgets::form::Form;

/// The rows that a form keeps for warnings and what follows.
pub(super) const FOOT: u16 = 3;

/// The slot in which a form is checked: a newer check makes an older one stale.
pub(super) const CHECK: Slot = "check";

/// What the services last said of the form.
#[derive(Debug, Default)]
pub(super) struct Checked {
    user_id: Option<Text>,
    problems: Vec<Problem>,
    warnings: Vec<Warning>,
    /// Whether the warnings stop it until they are overridden.
    stops: bool,
    /// Whether who is signed in may override them.
    may_override: bool,
    remarks: Vec<String>,
    /// What of the account's protection goes.
    loses: Option<String>,
    /// The fields that were typed into.
    touched: Vec<FieldId>,
    /// Whether it was saved, in vain: then everything is told.
    tried: bool,
}

impl From<NewUserCheck> for Checked {
    fn from(it: NewUserCheck) -> Self {
        Self {
            user_id: it.user_id,
            problems: it.problems,
            warnings: it.warnings,
            stops: it.stops,
            may_override: it.may_override,
            remarks: it.remarks,
            ..Self::default()
        }
    }
}

impl From<UserCheck> for Checked {
    fn from(it: UserCheck) -> Self {
        Self {
            user_id: it.user_id,
            problems: it.problems,
            warnings: it.warnings,
            remarks: it.remarks,
            loses: it.loses,
            ..Self::default()
        }
    }
}

impl Checked {
    /// Takes what the services say of the form as it is now.
    pub(super) fn take(&mut self, said: impl Into<Self>) {
        let Self { touched, tried, .. } = std::mem::take(self);
        *self = Self { touched, tried, ..said.into() };
    }

    /// A field was typed into.
    pub(super) fn touch(&mut self, field: FieldId) {
        if !self.touched.contains(&field) {
            self.touched.push(field);
        }
    }

    /// It was saved in vain, for these reasons.
    pub(super) fn refuse(&mut self, problems: &[Problem]) {
        self.tried = true;
        self.problems = problems.to_vec();
    }

    /// It was saved in vain: these warnings stop it.
    pub(super) fn warn(&mut self, warnings: &[Warning]) {
        self.tried = true;
        self.stops = true;
        self.may_override = true;
        self.problems.clear();
        self.warnings = warnings.to_vec();
    }

    /// The warnings that stand there.
    pub(super) fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Whether the warnings stop it until they are overridden; and whether who is signed in may
    /// do that.
    pub(super) fn stops(&self) -> Option<bool> {
        self.stops.then_some(self.may_override)
    }

    /// The User ID that would come of it; empty until the login can be read.
    pub(super) fn user_id(&self) -> Text {
        self.user_id.clone().unwrap_or_default()
    }

    /// Shows beside the fields what is wrong with them.
    pub(super) fn show(&self, form: &mut Form) {
        let focused = form.focused().map(|field| field.id);
        form.remark_errors(|field| {
            let problem = self.problems.iter().find(|it| it.field == Some(field))?;
            let done = self.touched.contains(&field) && focused != Some(field);
            let lasting = self.touched.contains(&field) && problem.code == Code::Taken;
            (self.tried || done || lasting).then(|| problem.message.clone())
        });
    }

    /// What stands below the fields: what no field is to blame for, what follows, warnings.
    pub(super) fn foot(&self, form: &Form) -> Vec<(String, Ink)> {
        let known = |it: &&Problem| {
            it.field.is_some_and(|id| form.fields().iter().any(|field| field.id == id))
        };
        let whole = self.problems.iter().filter(|it| !known(it));
        // Nobody is warned of a form that they have not begun.
        let begun = self.stops || self.tried || !self.touched.is_empty();
        whole
            .map(|it| (it.message.clone(), Ink::Bad))
            .chain(self.loses.iter().map(|it| (format!("!  {it}"), Ink::Caution)))
            .chain(self.warnings.iter().filter(|_| begun).map(|it| self.warning(it)))
            .chain(self.remarks.iter().map(|it| (it.clone(), Ink::Faint)))
            .collect()
    }

    /// `W3  Acme Ltd is on hold.`; the code stands there where it can be overridden.
    fn warning(&self, it: &Warning) -> (String, Ink) {
        let sign = if self.stops { it.code } else { "!" };
        (format!("{sign}  {}", it.message), Ink::Caution)
    }
}
