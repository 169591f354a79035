//! One user: what is known of the account, and looking after it.

use ratatui::layout::Rect;

use super::edit::EditUser;
use super::explain::Explain;
use super::invitation;
use super::list::Users;
use super::of_company;
use super::password::ChangePassword;
use super::record_view;
use super::sign_ins::SignIns;
use crate::domain::id::{CompanyId, UserId};
use crate::domain::text::Text;
use crate::domain::user::UserStatus;
use crate::service::trail::HistoryLine;
use crate::service::user_views::{MembershipView, UserView};
use crate::service::{Deed, Selection};
use crate::tui::ask::{Ask, Reply, UserAsk};
use crate::tui::event::{Can, Cx, Slot};
use crate::tui::keymap::{Action, Context};
use crate::tui::popup::picker::{PickRow, Picker};
use crate::tui::popup::question::{Press, Question};
use crate::tui::screens::bulk::Bulk;
use crate::tui::screens::own::OwnPassword;
use crate::tui::screens::record::{self, Done, Kind};
use crate::tui::screens::{Word, companies, contacts};
use crate::tui::state::Seen;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::Taken;

const DISABLE: Slot = "disable";
pub(super) const ENABLE: Slot = "enable";
pub(super) const UNLOCK: Slot = "unlock";
pub(super) const RESET: Slot = "reset";
const REMOVE: Slot = "remove";

/// One user.
pub type Record = record::Record<Users>;

impl Kind for Users {
    type Id = UserId;
    type View = UserView;

    const CONTEXT: Context = Context::UserRecord;
    const LIST: &'static str = "Users";
    const NOUN: &'static str = "user";

    fn show(id: UserId) -> Ask {
        Ask::User(UserAsk::Show(id))
    }

    fn view(reply: Reply) -> Option<Box<UserView>> {
        if let Reply::User(view) = reply { Some(view) } else { None }
    }

    fn id(view: &UserView) -> UserId {
        view.row.id
    }

    fn label(view: &UserView) -> String {
        view.row.user_id.to_string()
    }

    fn history(view: &UserView) -> &[HistoryLine] {
        &view.history
    }

    fn remarks(view: &UserView) -> Vec<(String, Ink)> {
        vec![record_view::remark(view)]
    }

    fn can(view: Option<&UserView>, action: Action, seen: &Seen) -> Option<Can> {
        let Some(view) = view else { return while_read(action) };
        let own = seen.who.as_ref().is_some_and(|who| who.user() == view.row.id);
        if let Some(can) = invitation::can(view, action) {
            return Some(can);
        }
        let disabled = view.row.status == UserStatus::Disabled;
        let failed = view.failed_count > 0 || view.throttled_until.is_some() || view.waits;
        let manage = |can: bool, otherwise: &str| match &view.why_not_manage {
            Some(reason) => Some(Can::No(reason.clone())),
            None if can => Some(Can::Yes),
            None => Some(Can::No(otherwise.to_owned())),
        };
        match action {
            Action::ChangePassword if own => Some(Can::Yes),
            Action::Edit => manage(true, ""),
            Action::Delete => Some(Can::unless(view.why_not_delete.clone())),
            Action::RemoveFromCompany => match &view.profile {
                None => Some(Can::Hidden),
                Some(profile) => manage(
                    profile.memberships.len() > 1,
                    "This is the only company of the user; Delete account takes the user away.",
                ),
            },
            Action::ChangePassword => manage(true, ""),
            Action::Disable | Action::Confirm => {
                manage(!disabled, "This user is disabled already.")
            }
            Action::Enable => manage(disabled, "Only a disabled user can be enabled."),
            Action::Unlock => manage(
                failed,
                "No sign-in has failed since the last good one; there is nothing to unlock.",
            ),
            Action::ResetFactor | Action::Agree(RESET) if own => Some(Can::No(
                "This is your own account; the command “second factor…” (F9) is for that."
                    .to_owned(),
            )),
            Action::ResetFactor | Action::Agree(RESET) => manage(
                view.factor_enrolled_at.is_some(),
                "No second factor is set up; there is nothing to reset.",
            ),
            Action::OpenContact if view.profile.is_none() => Some(Can::Hidden),
            Action::OpenCompany if view.row.company.is_none() => Some(Can::Hidden),
            _ => None,
        }
    }

    fn act(view: &UserView, action: Action, cx: &mut Cx) {
        let (id, base) = (view.row.id, view.row.stamp);
        if invitation::act(view, action, cx) {
            return;
        }
        let mut ask = |slot, ask, doing| cx.ask(slot, Ask::User(ask), doing);
        match action {
            Action::Confirm => ask(DISABLE, UserAsk::Disable { id, base }, "Disabling"),
            Action::Enable => ask(ENABLE, UserAsk::Enable { id, base }, "Enabling"),
            Action::Agree(RESET) => ask(RESET, UserAsk::ResetFactor { id, base }, "Resetting"),
            Action::Unlock => ask(UNLOCK, UserAsk::Unlock { id, base }, "Unlocking"),
            action => open(view, action, cx),
        }
    }

    fn changed(slot: Slot, before: Option<&UserView>, after: &UserView) -> Done {
        let (id, base) = (after.row.id, after.row.stamp);
        let user = &after.row.user_id;
        match slot {
            DISABLE => Done::told(format!("{user} is disabled and can't sign in any more."))
                .undone_by(
                    Ask::User(UserAsk::Enable { id, base }),
                    format!("{user} is enabled again."),
                ),
            ENABLE => Done::told(enabled(after)).undone_by(
                Ask::User(UserAsk::Disable { id, base }),
                format!("{user} is disabled again."),
            ),
            REMOVE => removal(before, after),
            invitation::INVITE | invitation::CANCEL => Done::told(invitation::told(slot, after)),
            RESET => {
                Done::told(format!("{user} sets the second factor up anew at the next sign-in."))
            }
            _ => Done::told(format!("{user} can try to sign in again at once.")),
        }
    }

    fn heard(word: Word) -> Option<(Box<UserView>, Done)> {
        let Word::User { view, told } = word else { return None };
        Some((view, Done::told(told)))
    }

    fn picked(view: &UserView, taken: &Taken, cx: &mut Cx) {
        let (id, base) = (view.row.id, view.row.stamp);
        let ask = UserAsk::Remove { id, base, company: CompanyId(taken.id) };
        cx.ask(REMOVE, Ask::User(ask), "Removing");
    }

    fn draw(view: &UserView, area: Rect, pen: &mut Pen) -> u16 {
        record_view::draw(view, area, pen)
    }
}

/// What was done when the user was taken off a company, and the way back.
fn removal(before: Option<&UserView>, after: &UserView) -> Done {
    let memberships = |view: &UserView| view.profile.as_ref().map(|it| it.memberships.clone());
    let before = before.and_then(memberships).unwrap_or_default();
    let left = memberships(after).unwrap_or_default();
    let gone = before.iter().find(|it| left.iter().all(|left| left.company != it.company));
    let Some(gone) = gone else { return Done::told(format!("{} is saved.", after.row.user_id)) };
    let name = gone.company_name.clone().unwrap_or_default();
    let undo = of_company::undo_removal(after, gone.company, gone.primary, &name);
    Done::told(of_company::removed(after, &name)).undone_by(undo.ask, undo.told)
}

/// The companies that the user can be taken off.
fn membership_picker(view: &UserView) -> Picker {
    let memberships = view.profile.iter().flat_map(|it| &it.memberships);
    let row = |it: &MembershipView| PickRow {
        taken: Taken { id: it.company.0, label: it.company_name.clone().unwrap_or_default() },
        beside: it.company_code.clone().unwrap_or_default(),
        remark: if it.primary { "primary" } else { "" }.to_owned(),
        refused: None,
    };
    let title = "Which company does the user act for no more?";
    Picker::among("company", title, memberships.map(row).collect())
}

/// What makes no sense while the user is still being read.
fn while_read(action: Action) -> Option<Can> {
    match action {
        Action::SignIns
        | Action::OpenContact
        | Action::OpenCompany
        | Action::Invite
        | Action::OpenMail => Some(Can::Hidden),
        Action::ChangePassword
        | Action::Edit
        | Action::Explain
        | Action::Delete
        | Action::RemoveFromCompany
        | Action::Disable
        | Action::Confirm
        | Action::Enable
        | Action::ResetFactor
        | Action::Agree(RESET)
        | Action::Resend
        | Action::CancelMail
        | Action::Unlock => Some(Can::No("The user is still being read.".to_owned())),
        _ => None,
    }
}

/// Opens what an action leads to.
fn open(view: &UserView, action: Action, cx: &mut Cx) {
    let id = view.row.id;
    match action {
        Action::ChangePassword => match cx.seen.who.as_ref().filter(|who| who.user() == id) {
            Some(who) => cx.open(OwnPassword::new(who.user_id().clone())),
            None => cx.open(ChangePassword::new(view)),
        },
        Action::Disable => cx.open(disabling(view)),
        Action::ResetFactor => cx.open(resetting(&view.row.user_id, &view.row.label())),
        Action::Edit => cx.open(EditUser::of(view)),
        Action::Delete => cx.open(Bulk::new(Deed::Delete, Selection::These(vec![id]))),
        Action::RemoveFromCompany => cx.open(membership_picker(view)),
        Action::Explain => cx.open(Explain::new(id)),
        Action::SignIns => {
            let path = format!("Users ▸ {} ▸ Sign-ins", view.row.user_id);
            cx.open(SignIns::new(id, path));
        }
        Action::OpenCompany => {
            if let Some(company) = view.row.company {
                cx.open(companies::Record::alone(company));
            }
        }
        Action::OpenContact => {
            if let Some(profile) = &view.profile {
                cx.open(contacts::Record::alone(profile.contact));
            }
        }
        _ => {}
    }
}

/// What follows from enabling: who has no password yet still can't come in.
fn enabled(view: &UserView) -> String {
    let user = &view.row.user_id;
    match view.row.status {
        UserStatus::Pending => format!("{user} is enabled and waits for a first password."),
        _ => format!("{user} is enabled and can sign in again."),
    }
}

/// The question before a second factor is reset; agreeing is told as [`RESET`].
pub(super) fn resetting(user: &Text, name: &Text) -> Question {
    let text = format!(
        "The app and the recovery codes of {user} ({name}) are good no more. The next sign-in asks only for the password and then has the second factor set up anew: be sure that it is the person who asks for this."
    );
    let buttons = vec![("Cancel", Press::Close), ("Reset", Press::Act(Action::Agree(RESET)))];
    Question::new(format!("Reset the second factor of {user}?"), &text, buttons).deliberate()
}

fn disabling(view: &UserView) -> Question {
    let user = &view.row.user_id;
    let text = format!(
        "{user} ({}) can't sign in from then on and is out at the next step if signed in now. Password and history stay; Enable takes it back.",
        view.row.label()
    );
    let buttons = vec![("Cancel", Press::Close), ("Disable", Press::Act(Action::Confirm))];
    Question::new(format!("Disable {user}?"), &text, buttons).deliberate()
}
