//! Rows of any record and of the lists, and of the Dashboard.

use super::{Row, row};
use crate::tui::keymap::action::Action::*;
use crate::tui::keymap::action::Context as C;
use crate::tui::keymap::groups::{EXPORTED, LISTS, RECORDS, SEARCHED, SHOWN, SORTED, USERS};

pub(super) const ROWS: &[Row] = &[
    // any record
    row(
        RECORDS,
        &[",", "F7"],
        PreviousRecord,
        "next",
        "Show the record before this one in the list",
    )
    .hint(5),
    row(RECORDS, &[".", "F8"], NextRecord, "next", "Show the record after this one in the list")
        .hint(5),
    row(RECORDS, &["Up", "k"], Up, "scroll", "Scroll up"),
    row(RECORDS, &["Down", "j"], Down, "scroll", "Scroll down"),
    // lists
    row(SHOWN, &["Enter", "e"], Open, "open", "Open the selected row").hint(1).menu(),
    row(USERS, &["Enter"], Open, "open", "Open the selected row").hint(1).menu(),
    row(USERS, &["e"], Edit, "edit", "Edit the selected user, password included").hint(6).menu(),
    row(SEARCHED, &["/"], Filter, "filter", "Narrow by typing; Enter keeps it, Esc clears it")
        .hint(2)
        .menu(),
    row(&[C::RequestList], &["f"], SearchForm, "search form", "Search by status, text and dates")
        .hint(3)
        .menu(),
    row(USERS, &["f"], SearchForm, "search form", "Search by a form: status, company and more")
        .hint(6)
        .menu(),
    row(
        &[C::ContactList],
        &["f"],
        SearchForm,
        "search form",
        "Search by a form: text, company and more",
    )
    .hint(3)
    .menu(),
    row(&[C::CompanyList], &["f"], SearchForm, "search form", "Search by a form").hint(3).menu(),
    row(&[C::AuditList], &["f"], SearchForm, "search form", "Search by text and dates")
        .hint(3)
        .menu(),
    row(&[C::UserList], &["a", "F6"], Add, "add", "Add a portal user or a staff account")
        .hint(3)
        .menu(),
    row(&[C::StaffList], &["a", "F6"], Add, "add", "Add a staff account, for a colleague")
        .hint(3)
        .menu(),
    row(&[C::ContactList, C::CompanyContacts], &["a", "F6"], Add, "add", "Add a contact")
        .hint(5)
        .menu(),
    row(
        &[C::PortalAccess],
        &["a", "F6"],
        Add,
        "+ Add New Portal User",
        "Add a portal user: company, email, password",
    )
    .short("add")
    .hint(3)
    .menu(),
    row(
        &[C::CompanyUsers],
        &["a", "F6"],
        Add,
        "add new user",
        "Add a user: name, surname, username, password",
    )
    .short("add")
    .hint(3)
    .menu(),
    row(&[C::CompanyContracts], &["a", "F6"], Add, "add", "Add a contract").hint(5).menu(),
    row(&[C::CompanyContracts], &["d", "Delete"], Delete, "delete", "Delete the contract")
        .hint(6)
        .menu(),
    row(&[C::CompanyList], &["a", "F6"], Add, "add", "Add a company").hint(5).menu(),
    row(SORTED, &["s"], Sort, "sort", "Sort by the next column").hint(6).menu(),
    row(SORTED, &["S"], ReverseSort, "reverse", "Turn the order round").menu(),
    row(SEARCHED, &["x", "F4"], Menu, "actions", "Everything that can be done here").hint(4),
    row(LISTS, &["p"], PerPage, "per page", "10, 25, 50 or 100 rows on a page").hint(8).menu(),
    row(LISTS, &[",", "F7"], PreviousPage, "page", "Previous page").hint(4),
    row(LISTS, &[".", "F8"], NextPage, "page", "Next page").hint(4),
    row(EXPORTED, &[], Export, "Export…", "Write the ticked rows, or all, to a CSV file").menu(),
    row(LISTS, &["<"], FirstPage, "first page", "First page"),
    row(LISTS, &[">"], LastPage, "last page", "Last page"),
    row(USERS, &["d", "Delete"], Delete, "delete", "Delete the ticked users, or this one")
        .hint(6)
        .menu(),
    row(USERS, &[], Disable, "Disable", "Switch the ticked users off, or this one").menu(),
    row(USERS, &[], Enable, "Enable", "Switch them on again").menu(),
    row(USERS, &[], Unlock, "Unlock", "End their waits after failed sign-ins").menu(),
    row(
        USERS,
        &["w"],
        Explain,
        "why can't they sign in?",
        "What keeps the selected user out, and mends it",
    )
    .short("why")
    .hint(7)
    .menu(),
    row(USERS, &["Space"], Tick, "tick", "Tick this row, or untick it").hint(3),
    row(USERS, &["v"], TickRange, "tick range", "Tick from the last tick to this row").menu(),
    row(USERS, &["*"], TickPage, "tick page", "Tick the rows of this page, or untick them").menu(),
    row(USERS, &["+"], TickAll, "select all", "Tick all that match, on every page").menu(),
    row(USERS, &["-"], ClearTicks, "clear ticks", "Take every tick away")
        .short("clear")
        .hint(9)
        .menu(),
    row(LISTS, &["Up", "k"], Up, "move", "Previous row"),
    row(LISTS, &["Down", "j"], Down, "move", "Next row"),
    row(LISTS, &["Home", "g g"], First, "first", "First row of the page"),
    row(LISTS, &["End", "G"], Last, "last", "Last row of the page"),
    row(LISTS, &["PgUp"], PageUp, "up", "One screenful up"),
    row(LISTS, &["PgDn"], PageDown, "down", "One screenful down"),
    row(SEARCHED, &["Left", "h"], Left, "columns", "Scroll the columns to the left"),
    row(SEARCHED, &["Right", "l"], Right, "columns", "Scroll the columns to the right"),
    // the Dashboard
    row(
        &[C::Dashboard],
        &["Enter"],
        Open,
        "open the line",
        "Open the screen that the line is about",
    )
    .hint(1),
    row(&[C::Dashboard], &["Up", "k"], Up, "move", "Previous line").hint(2),
    row(&[C::Dashboard], &["Down", "j"], Down, "move", "Next line").hint(2),
];
