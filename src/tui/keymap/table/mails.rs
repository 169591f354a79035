//! Rows of the outbox, and of invitations where they are shown beside users.

use super::{Row, row};
use crate::tui::keymap::action::Action::*;
use crate::tui::keymap::action::Context as C;

/// The list of mails and the record of one.
const MAILS: &[C] = &[C::OutboxList, C::MailRecord];

pub(super) const ROWS: &[Row] = &[
    row(&[C::OutboxList], &["f"], SearchForm, "search form", "Search by state, text and dates")
        .hint(6)
        .menu(),
    row(MAILS, &["v"], Preview, "view the letter", "Show the mail as it reads, its secret masked")
        .short("view")
        .hint(3)
        .menu(),
    row(MAILS, &["i"], Resend, "Resend…", "Send a new mail in its place, with a new secret")
        .short("resend")
        .hint(5)
        .menu(),
    row(MAILS, &["t"], Release, "Release", "Let a held or failed mail be sent after all")
        .short("release")
        .hint(5)
        .menu(),
    row(MAILS, &["c"], CancelMail, "Cancel…", "Take the mail back; asks first")
        .short("cancel")
        .hint(6)
        .menu(),
    row(
        &[C::OutboxList],
        &["H"],
        SendHeld,
        "Send held…",
        "Let held mails go that can go now; asks first",
    )
    .short("send held")
    .hint(7)
    .menu(),
    row(MAILS, &["o"], OpenUser, "open the user", "Open the user whom the mail is for")
        .short("user")
        .hint(7)
        .menu(),
    row(
        &[C::UserList, C::PortalAccess, C::CompanyUsers],
        &[],
        Invite,
        "Invite…",
        "Mail the ticked users, or this one, a way in",
    )
    .menu(),
    row(&[C::UserRecord], &[], Invite, "Send invitation…", "Mail the person what to sign in with")
        .menu(),
    row(
        &[C::UserRecord],
        &["i"],
        Resend,
        "Resend invitation…",
        "Mail a new one with a new secret in its place",
    )
    .short("resend")
    .menu(),
    row(&[C::UserRecord], &[], CancelMail, "Cancel invitation…", "Take it back; asks first").menu(),
    row(
        &[C::UserRecord],
        &["m"],
        OpenMail,
        "Open mail",
        "Open the last mail: its tries, and what to do",
    )
    .short("mail")
    .hint(6)
    .menu(),
    row(&[C::Form], &["C-t"], Preview, "letter", "Show the mail as it would read, before saving")
        .hint(3),
    row(&[C::MailRecord], &["x", "F4", "Enter"], Menu, "options", "Resend, Cancel, Release, View")
        .hint(1),
];
