//! One request: what the visitor wrote, who it may be, and the steps to a portal user.

use ratatui::layout::Rect;

use super::approve::Approve;
use super::contact::NewContact;
use super::edit::Edit;
use super::list::Requests;
use super::reject::Reject;
use super::{look_up, may_handle, next, record_view};
use crate::domain::id::{ContactId, RequestId};
use crate::domain::request::RequestStatus;
use crate::service::request_views::RequestView;
use crate::service::trail::HistoryLine;
use crate::tui::ask::{Ask, Reply, RequestAsk};
use crate::tui::event::{Can, Cx, Slot};
use crate::tui::keymap::{Action, Context};
use crate::tui::screens::record::{self, Done, Kind};
use crate::tui::screens::{Word, users};
use crate::tui::state::Seen;
use crate::tui::theme::Ink;
use crate::tui::view::pen::Pen;
use crate::tui::widgets::field::Taken;

const LINK: Slot = "link";
const UNLINK: Slot = "unlink";
const REOPEN: Slot = "reopen";

/// One portal request.
pub type Record = record::Record<Requests>;

impl Kind for Requests {
    type Id = RequestId;
    type View = RequestView;

    const CONTEXT: Context = Context::RequestRecord;
    const LIST: &'static str = "Portal Requests";
    const NOUN: &'static str = "request";

    fn show(id: RequestId) -> Ask {
        Ask::Request(RequestAsk::Show(id))
    }

    fn view(reply: Reply) -> Option<Box<RequestView>> {
        if let Reply::Request(view) = reply { Some(view) } else { None }
    }

    fn id(view: &RequestView) -> RequestId {
        view.row.id
    }

    fn label(view: &RequestView) -> String {
        view.row.number.clone()
    }

    fn history(view: &RequestView) -> &[HistoryLine] {
        &view.history
    }

    fn remarks(view: &RequestView) -> Vec<(String, Ink)> {
        record_view::remarks(view)
    }

    fn can(view: Option<&RequestView>, action: Action, seen: &Seen) -> Option<Can> {
        let status = view.map(|it| it.row.status);
        let open = status.is_some_and(RequestStatus::is_open);
        let linked = view.is_some_and(|it| it.row.contact.is_some());
        let handled = |can: bool, otherwise: &str| match may_handle(seen) {
            Can::Yes if !can => Some(Can::No(otherwise.to_owned())),
            can => Some(can),
        };
        match action {
            Action::OpenUser if view.is_none_or(|it| it.row.user.is_none()) => Some(Can::Hidden),
            Action::Edit | Action::LinkContact | Action::NewContact => {
                handled(open, closed(status))
            }
            Action::Reject => handled(open, "This request is closed already."),
            Action::UnlinkContact => {
                handled(open && linked, "No contact is linked, or the request is closed.")
            }
            Action::Reopen => handled(
                status == Some(RequestStatus::Rejected),
                "Only a rejected request can be reopened.",
            ),
            Action::Approve => {
                let reason = view.and_then(|it| it.why_not_approve.as_deref());
                handled(
                    view.is_some() && reason.is_none(),
                    reason.unwrap_or("The request is still being read."),
                )
            }
            _ => None,
        }
    }

    fn act(view: &RequestView, action: Action, cx: &mut Cx) {
        let (id, base) = (view.row.id, view.row.stamp);
        let mut ask = |slot, ask, doing| cx.ask(slot, Ask::Request(ask), doing);
        match action {
            Action::UnlinkContact => ask(UNLINK, RequestAsk::Unlink { id, base }, "Unlinking"),
            Action::Reopen => ask(REOPEN, RequestAsk::Reopen { id, base, had: None }, "Reopening"),
            Action::Edit => cx.open(Edit::new(view)),
            Action::LinkContact => cx.open(look_up::contacts_for(view)),
            Action::NewContact => cx.open(NewContact::new(view)),
            Action::Approve => cx.open(Approve::new(view)),
            Action::Reject => cx.open(Reject::new(view)),
            Action::OpenUser => {
                if let Some(user) = view.row.user {
                    cx.open(users::Record::alone(user));
                }
            }
            _ => {}
        }
    }

    fn changed(slot: Slot, before: Option<&RequestView>, after: &RequestView) -> Done {
        let (id, base) = (after.row.id, after.row.stamp);
        let number = &after.row.number;
        let undone = |done: Done, ask: Option<RequestAsk>, told: &str| match ask {
            Some(ask) => done.undone_by(Ask::Request(ask), format!("{number} is {told} again.")),
            None => done,
        };
        match slot {
            LINK => {
                let name = after.row.contact_name.clone().unwrap_or_default();
                let told = format!("{number} is linked to {name}{}", next(after));
                let (back, was) = unlinking(after, before.and_then(|it| it.row.contact));
                Done::told(told).undone_by(Ask::Request(back), format!("{number} {was}."))
            }
            UNLINK => {
                let contact = before.and_then(|it| it.row.contact);
                let ask = contact.map(|contact| RequestAsk::Link { id, base, contact });
                let told = format!("{number} has no contact any more; it is new again.");
                undone(Done::told(told), ask, "linked")
            }
            _ => {
                let ask = before.and_then(|it| {
                    let reason = it.row.reject_reason.as_ref()?.raw().to_owned();
                    Some(RequestAsk::Reject { id, base, reason, had: it.row.contact })
                });
                undone(
                    Done::told(format!("{number} is taken up again; it is new.")),
                    ask,
                    "rejected",
                )
            }
        }
    }

    fn heard(word: Word) -> Option<(Box<RequestView>, Done)> {
        if let Word::Request { view, done } = word { Some((view, done)) } else { None }
    }

    fn picked(view: &RequestView, taken: &Taken, cx: &mut Cx) {
        let (id, base) = (view.row.id, view.row.stamp);
        let ask = RequestAsk::Link { id, base, contact: ContactId(taken.id) };
        cx.ask(LINK, Ask::Request(ask), "Linking");
    }

    fn draw(view: &RequestView, area: Rect, pen: &mut Pen) -> u16 {
        record_view::draw(view, area, pen)
    }
}

/// What takes a link back: the contact that was linked before, or none; and how the request
/// stands then.
pub(super) fn unlinking(view: &RequestView, had: Option<ContactId>) -> (RequestAsk, &'static str) {
    let (id, base) = (view.row.id, view.row.stamp);
    match had.filter(|had| view.row.contact != Some(*had)) {
        Some(contact) => {
            (RequestAsk::Link { id, base, contact }, "is linked to the contact that it had before")
        }
        None => (RequestAsk::Unlink { id, base }, "is unlinked again"),
    }
}

/// Why nothing of a closed request can be changed, and what can be done instead.
fn closed(status: Option<RequestStatus>) -> &'static str {
    match status {
        Some(RequestStatus::Processed) => {
            "This request is done; o opens the user it became, which can be changed."
        }
        Some(RequestStatus::Rejected) => "This request is rejected; x, Reopen takes it up again.",
        _ => "This request is still being read.",
    }
}
