//! Rows of the records, of their kinds one by one.

use super::{Row, row};
use crate::tui::keymap::action::Action::*;
use crate::tui::keymap::action::Context as C;
use crate::tui::keymap::groups::TABS;

pub(super) const ROWS: &[Row] = &[
    // portal requests
    row(&[C::RequestRecord], &["o"], OpenUser, "open the user", "Open the user it became")
        .hint(1)
        .menu(),
    row(&[C::RequestRecord], &[], Approve, "Approve", "Make the visitor a portal user").menu(),
    row(
        &[C::RequestRecord],
        &["c"],
        LinkContact,
        "link contact",
        "Link a contact that exists; likely ones come first",
    )
    .hint(1)
    .menu(),
    row(
        &[C::RequestRecord],
        &["+", "F6"],
        NewContact,
        "new contact",
        "Make a contact of what was written, and link it",
    )
    .hint(2)
    .menu(),
    row(
        &[C::RequestRecord, C::ContactRecord, C::CompanyRecord],
        &["e", "Enter"],
        Edit,
        "edit",
        "Edit this record",
    )
    .hint(3)
    .menu(),
    row(
        &[C::RequestRecord],
        &[],
        UnlinkContact,
        "Unlink contact",
        "Take the contact off; the request is new again",
    )
    .menu(),
    row(&[C::RequestRecord], &[], Reject, "Reject", "Turn the request down, with a reason").menu(),
    row(&[C::RequestRecord], &[], Reopen, "Reopen", "Take a rejected request up again").menu(),
    row(
        &[C::RequestRecord],
        &["x", "F4"],
        Menu,
        "more options",
        "Approve, Reject, Reopen and everything else",
    )
    .hint(4),
    // users
    row(
        &[C::UserRecord],
        &[],
        ChangePassword,
        "Change Password",
        "Set a password and tell it to the person",
    )
    .menu(),
    row(&[C::UserRecord], &[], Disable, "Disable", "Switch the user off; it can be undone").menu(),
    row(&[C::UserRecord], &[], Enable, "Enable", "Switch a disabled user on again").menu(),
    row(
        &[C::UserRecord],
        &[],
        ResetFactor,
        "Reset second factor",
        "Have it set up anew at the next sign-in",
    )
    .menu(),
    row(&[C::UserRecord], &[], Unlock, "Unlock", "End the wait after failed sign-ins").menu(),
    row(&[C::UserRecord], &["e"], Edit, "edit", "Edit every field, login and password included")
        .hint(2)
        .menu(),
    row(
        &[C::UserRecord],
        &[],
        RemoveFromCompany,
        "Remove from company…",
        "Take the user off one of its companies",
    )
    .menu(),
    row(
        &[C::UserRecord],
        &["d", "Delete"],
        Delete,
        "Delete…",
        "Delete the account for good; says what goes first",
    )
    .menu(),
    row(&[C::UserRecord], &["l"], SignIns, "sign-ins", "Every try of this user to sign in")
        .hint(3)
        .menu(),
    row(
        &[C::UserRecord],
        &["w"],
        Explain,
        "why can't they sign in?",
        "What keeps the user out, and what mends it",
    )
    .short("why")
    .hint(5)
    .menu(),
    row(
        &[C::UserRecord],
        &["c"],
        OpenContact,
        "contact",
        "Open the contact that this user belongs to",
    )
    .hint(4)
    .menu(),
    row(
        &[C::UserRecord],
        &["x", "F4", "Enter"],
        Menu,
        "options",
        "Change Password, Disable, Unlock and the rest",
    )
    .hint(1),
    row(&[C::SignIns], &["Enter"], OpenUser, "open the user", "Open the user who signed in")
        .hint(1)
        .menu(),
    // contacts
    row(
        &[C::ContactRecord],
        &[],
        PortalUser,
        "Portal User",
        "Its portal user: status, last login, login history",
    )
    .menu(),
    row(
        &[C::UserRecord, C::ContactRecord],
        &["o"],
        OpenCompany,
        "company",
        "Open the company; of several the primary one",
    )
    .hint(5)
    .menu(),
    row(&[C::ContactRecord], &["x", "F4"], Menu, "options", "Portal User and everything else")
        .hint(4),
    // companies
    row(TABS, &["Tab", "]"], NextTab, "tabs", "Next tab: Details, Contacts, Users, Contracts")
        .hint(2),
    row(TABS, &["S-Tab", "["], PreviousTab, "tabs", "Previous tab"),
    row(
        &[C::CompanyRecord],
        &[],
        Deactivate,
        "Deactivate",
        "Do no business with it; it can be undone",
    )
    .menu(),
    row(&[C::CompanyRecord], &[], Activate, "Activate", "Do business with it again").menu(),
    row(&[C::CompanyRecord], &["x", "F4"], Menu, "options", "Deactivate and everything else")
        .hint(4),
];
