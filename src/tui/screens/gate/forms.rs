//! The forms before work: which fields stand in them, and their buttons.

use crate::domain::text::Text;
use crate::domain::validate::{EMAIL, FIRST, LAST, LOGIN, SITE_CODE, WEBSITE};
use crate::service::FirstStart;
use crate::tui::keymap::Action;
use crate::tui::screens::enrolment::code_field;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::{Button, Form};

pub(super) const NAME: FieldId = "login_name";
pub(super) const PASSWORD: FieldId = "password";
pub(super) const AGAIN: FieldId = "again";

/// Name and password; the cursor stands in the first that is missing.
pub(super) fn sign_in(name: &str) -> Form {
    let fields = vec![
        Field::text(NAME, "Login or email", name, LOGIN.max),
        Field::secret(PASSWORD, "Password"),
    ];
    let mut form = Form::new(fields, buttons("Sign in")).hurried();
    if !name.is_empty() {
        form.focus_on(PASSWORD);
    }
    form
}

/// The first administrator and the first site.
pub(super) fn first_start() -> Form {
    let fields = vec![
        Field::text(NAME, LOGIN.label, "", LOGIN.max),
        Field::text(FIRST.name, FIRST.label, "", FIRST.max).noted("may stay empty"),
        Field::text(LAST.name, LAST.label, "", LAST.max).noted("may stay empty"),
        Field::text(EMAIL.name, EMAIL.label, "", EMAIL.max).noted("may stay empty"),
        Field::secret(PASSWORD, "Password").noted("at least 15 characters"),
        Field::secret(AGAIN, "Retype Password"),
        Field::text(SITE_CODE.name, "Site code", "main", SITE_CODE.max),
        Field::text("site_name", "Site name", "Customer portal", 100),
        Field::text(WEBSITE.name, WEBSITE.label, "", WEBSITE.max).noted("may stay empty"),
    ];
    Form::new(fields, buttons("Set up"))
}

/// What was typed at the first start.
pub(super) fn setup(form: &Form) -> FirstStart {
    let text = |id| form.text(id).to_owned();
    FirstStart {
        login: text(NAME),
        first: text(FIRST.name),
        last: text(LAST.name),
        email: text(EMAIL.name),
        password: form.secret(PASSWORD),
        site_code: text(SITE_CODE.name),
        site_name: text("site_name"),
        website: text(WEBSITE.name),
    }
}

/// A new password of at least that many characters, instead of the one that was given.
pub(super) fn first_change(user_id: &Text, least: usize) -> Form {
    let fields = vec![
        Field::fact("user_id", "User ID", user_id.clone()),
        Field::secret(PASSWORD, "New Password").noted(format!("at least {least} characters")),
        Field::secret(AGAIN, "Retype Password"),
    ];
    Form::new(fields, buttons("Change")).hurried()
}

/// The code that is asked for besides the password.
pub(super) fn code(user_id: &Text) -> Form {
    let fields = vec![Field::fact("user_id", "User ID", user_id.clone()), code_field()];
    Form::new(fields, steps("Go on")).hurried()
}

/// The buttons of a step after the password: there is a way back to it.
pub(super) fn steps(first: &'static str) -> Vec<Button> {
    vec![
        Button { label: first, action: Action::Save },
        Button { label: "Start again", action: Action::Back },
    ]
}

fn buttons(first: &'static str) -> Vec<Button> {
    vec![
        Button { label: first, action: Action::Save },
        Button { label: "Leave", action: Action::Quit },
    ]
}
