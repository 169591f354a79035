//! Options ▸ Change Password: typed twice, or generated and told to the person.

use super::hand_over;
use crate::domain::id::UserId;
use crate::domain::password;
use crate::domain::problem::{Code, Problem};
use crate::domain::secret::Secret;
use crate::domain::user::{UserKind, UserStatus};
use crate::service::Stamp;
use crate::service::user_views::UserView;
use crate::tui::ask::{Ask, Reply, UserAsk};
use crate::tui::event::{Can, Command, Cx, Event, Slot, Status};
use crate::tui::keymap::Action;
use crate::tui::screens::Word;
use crate::tui::screens::sheet::{SAVE, Sheet, buttons};
use crate::tui::theme::Ink;
use crate::tui::widgets::field::{Field, FieldId};
use crate::tui::widgets::form::Form;

const GENERATE: Slot = "generate";
pub(in crate::tui::screens) const PASSWORD: FieldId = "password";
pub(in crate::tui::screens) const AGAIN: FieldId = "again";
pub(super) const MUST_CHANGE: FieldId = "must_change";
/// The characters from which on a password is called strong.
const STRONG: usize = 20;

/// The fields of a new password, for an account with a second factor or without.
pub(super) fn fields(with_factor: bool) -> Vec<Field> {
    vec![
        Field::secret(PASSWORD, "New Password").noted(wanted(with_factor)),
        Field::secret(AGAIN, "Retype Password").noted("Ctrl-G generates one"),
        Field::toggle(MUST_CHANGE, "Must change", true).noted("at the next sign-in"),
    ]
}

/// How long a new password has to be.
pub(in crate::tui::screens) fn wanted(with_factor: bool) -> String {
    format!("{} characters or more", password::least(with_factor))
}

/// How good a new password is, in a word or two: the policy's length, and what is common.
pub(super) fn strength(password: &Secret, with_factor: bool) -> String {
    let (chars, least) = (password.expose().chars().count(), password::least(with_factor));
    match chars {
        0 => wanted(with_factor),
        chars if chars < least => format!("{chars} of {least} characters"),
        _ if password::check(&password::normalize(password), &[], with_factor).is_err() => {
            "too common".to_owned()
        }
        chars if chars < STRONG => "good".to_owned(),
        _ => "strong".to_owned(),
    }
}

/// Asks for a generated password, if that is what `action` wants.
pub(super) fn generate(action: Action, cx: &mut Cx) -> bool {
    let wanted = action == Action::Generate;
    if wanted {
        cx.ask(GENERATE, Ask::User(UserAsk::Generate), "Making a password");
    }
    wanted
}

/// The password that is generated for a form, if that was asked for.
#[derive(Debug, Default)]
pub(super) struct Generated {
    /// Whether one is still to come.
    pub(super) awaits: bool,
}

impl Generated {
    /// Puts a generated password into both fields.
    pub(super) fn learn(&mut self, reply: Reply, form: &mut Form, cx: &mut Cx) {
        let Reply::Generated(password) = reply else { return };
        form.set_secret(PASSWORD, &password);
        form.set_secret(AGAIN, &password);
        form.note(PASSWORD, "generated");
        form.note(AGAIN, "Ctrl-R shows it");
        form.focus_on(PASSWORD);
        cx.say(Status::note("A password is filled in. It can be read once more after saving."));
        self.awaits = false;
    }
}

/// Closes the form after its password was set, and hands that over.
pub(super) fn close(form: &mut Form, view: Box<UserView>, told: String, cx: &mut Cx) {
    let handed = hand_over::sign_in(&view, &form.secret(PASSWORD), cx.seen);
    form.wipe_secrets();
    cx.push(Command::CloseWith(Event::Word(Box::new(Word::User { view, told }))));
    cx.open(handed);
}

/// The password, when both fields hold the same; else what is wrong with them is shown.
pub(in crate::tui::screens) fn agreed(form: &mut Form, with_factor: bool) -> Option<Secret> {
    let password = form.secret(PASSWORD);
    let Some(differ) = differing(form) else { return Some(password) };
    let policy = password::check(&password::normalize(&password), &[], with_factor).err();
    form.show_problems(&policy.into_iter().chain([differ]).collect::<Vec<_>>());
    None
}

/// That the two fields of a new password do not hold the same.
pub(super) fn differing(form: &Form) -> Option<Problem> {
    let same = form.secret(PASSWORD).same_as(&form.secret(AGAIN));
    let message = "The two passwords differ; type both again, Ctrl-R shows them.";
    (!same).then(|| Problem::field(Code::Password, AGAIN, message))
}

/// A new password for a user, in a window over the record.
#[derive(Debug)]
pub struct ChangePassword {
    id: UserId,
    base: Stamp,
    form: Form,
    text: String,
    with_factor: bool,
    generated: Generated,
}

impl ChangePassword {
    /// The window for a user that may be looked after.
    pub fn new(view: &UserView) -> Self {
        let mut all = vec![Field::fact("name", "Name", view.row.label())];
        let with_factor = view.second_factor.is_some();
        all.extend(fields(with_factor));
        Self {
            id: view.row.id,
            base: view.row.stamp,
            form: Form::new(all, buttons("Save")),
            text: consequence(view),
            with_factor,
            generated: Generated::default(),
        }
    }
}

/// What setting a password will do.
fn consequence(view: &UserView) -> String {
    let user = &view.row.user_id;
    let door = if view.row.kind == UserKind::Portal { "the portal" } else { "the console" };
    match view.row.status {
        UserStatus::Pending => {
            format!("{user} has no password yet; with one, they can sign in to {door}.")
        }
        UserStatus::Active => format!("The password {user} has now stops working at once."),
        UserStatus::Disabled => {
            format!("{user} is disabled and stays so; Enable lets them in with this password.")
        }
    }
}

/// What has been done, and what happens next.
fn told(view: &UserView) -> String {
    let user = &view.row.user_id;
    match (view.row.status, view.must_change_password) {
        (UserStatus::Disabled, _) => format!("{user} has a new password but is still disabled."),
        (_, true) => {
            format!("{user} can sign in now and is asked for a new password first.")
        }
        (_, false) => format!("{user} can sign in now with that password."),
    }
}

impl Sheet for ChangePassword {
    fn title(&self) -> String {
        "Change Password".to_owned()
    }

    fn form(&self) -> &Form {
        &self.form
    }

    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }

    fn text(&self) -> Vec<(&str, Ink)> {
        vec![(&self.text, Ink::Faint)]
    }

    fn save(&mut self, cx: &mut Cx) {
        let Some(password) = agreed(&mut self.form, self.with_factor) else { return };
        let must_change = self.form.is_on(MUST_CHANGE);
        let (id, base) = (self.id, self.base);
        let ask = UserAsk::Password { id, base, password, must_change };
        cx.ask(SAVE, Ask::User(ask), "Setting the password");
    }

    fn saved(&mut self, reply: Reply, cx: &mut Cx) {
        if let Reply::User(view) = reply {
            let told = told(&view);
            close(&mut self.form, view, told, cx);
        }
    }

    fn learn(&mut self, reply: Reply, cx: &mut Cx) {
        self.generated.learn(reply, &mut self.form, cx);
    }

    fn again(&self) -> Option<Ask> {
        Some(Ask::User(UserAsk::Show(self.id)))
    }

    fn meet(&mut self, reply: Reply, _cx: &mut Cx) {
        if let Reply::User(view) = reply {
            self.base = view.row.stamp;
            self.text = consequence(&view);
        }
    }

    fn may(&self, action: Action) -> Can {
        if action == Action::Generate { Can::Yes } else { self.form.can(action) }
    }

    fn awaits(&self) -> bool {
        self.generated.awaits
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        let generates = generate(action, cx);
        self.generated.awaits |= generates;
        generates
    }
}
