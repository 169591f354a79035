//! The list of mails: the one queued last first.

use super::criteria::Criteria;
use super::list_view::{LOOK, ORDERS};
use super::record::{self, Record};
use super::resend::SendHeld;
use crate::domain::role::Permission;
use crate::service::invitations::MailRow;
use crate::service::{ListArgs, NoStatus, Page};
use crate::tui::ask::{Ask, MailAsk, MailReply, Reply};
use crate::tui::event::{Can, Screen};
use crate::tui::keymap::{Action, Context};
use crate::tui::place::Place;
use crate::tui::screens::list::{self, Chosen, Kind};
use crate::tui::screens::listing::{Look, Order};
use crate::tui::screens::users;
use crate::tui::state::Seen;

/// The list of mails.
pub type List = list::List<Outbox>;

/// What makes it the list of mails, and the record of one.
#[derive(Debug)]
pub struct Outbox;

impl Kind for Outbox {
    type Row = MailRow;
    type Criteria = Criteria;
    type Scope = ();

    const CONTEXT: Context = Context::OutboxList;
    const PLACE: Place = Place::Outbox;
    const ORDERS: &'static [Order] = &ORDERS;
    const LOOK: Look<MailRow> = LOOK;
    const SLOT: &'static str = "mails";
    const NONE: [&'static str; 2] = [
        "No mail yet.",
        "Adding a portal user under Portal Access invites them; Create User tells them by a job.",
    ];

    fn ask(args: ListArgs<NoStatus>, criteria: &Criteria, _scope: &()) -> Ask {
        let (since, until) = criteria.stretch;
        Ask::Mail(MailAsk::List(ListArgs { since, until, ..args.of_status(None) }))
    }

    fn page(reply: Reply) -> Option<Page<MailRow>> {
        if let Reply::Mail(MailReply::Mails(page)) = reply { Some(page) } else { None }
    }

    fn record(rows: &[MailRow], at: usize) -> Option<Box<dyn Screen>> {
        let page = rows.iter().map(|row| row.id).collect();
        Some(Box::new(Record::new(rows.get(at)?.id, page)))
    }

    fn unfound(_filter: &str) -> [&'static str; 2] {
        ["No mail fits this search.", "the search and the dates"]
    }

    fn on_rows(action: Action, chosen: Chosen<MailRow>) -> Option<Box<dyn Screen>> {
        match action {
            Action::Preview => Some(Box::new(record::letter(chosen.row))),
            Action::OpenUser => Some(Box::new(users::Record::alone(chosen.row.user))),
            Action::SendHeld => Some(Box::new(SendHeld::default())),
            _ => None,
        }
    }

    /// What may be done to a mail depends on whom it is for: its record knows.
    fn in_record(action: Action, row: Option<&MailRow>, _seen: &Seen) -> Option<Can> {
        let fits = match action {
            Action::Resend => |_| true,
            Action::CancelMail => record::can_be_cancelled,
            Action::Release => record::can_be_released,
            _ => return None,
        };
        let Some(row) = row else { return Some(Can::Hidden) };
        Some(match &row.why_not {
            Some(why) => Can::No(why.clone()),
            None if fits(row.state) => Can::Yes,
            None => {
                let word = row.state.word().to_lowercase();
                let deed = if action == Action::Release { "release" } else { "cancel" };
                Can::No(format!(
                    "The mail to {} is {word}; there is nothing to {deed}.",
                    row.address
                ))
            }
        })
    }

    fn why_not_rows(action: Action, seen: &Seen) -> Option<String> {
        let any = [Permission::ManagePortalUsers, Permission::ManagePrivilegedUsers];
        let who = seen.who.as_ref().filter(|_| action == Action::SendHeld)?;
        who.why_not_any(&any, "release the mails to portal users")
    }
}
