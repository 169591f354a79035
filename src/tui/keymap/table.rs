//! The table itself.

use super::action::Action::{self, *};
use super::action::Context as C;
use super::groups::{
    ASKED, CHOOSERS, EVERYWHERE, EXPORTED, FORMS, HELPED, KEPT, KEPT_RECORDS, LEAVABLE, LISTS,
    RECORDS, ROOMS, SEARCHED, SETTINGS, SHOWN, SORTED, TABS, USERS, WORK,
};
use crate::tui::place::Place;
use crate::tui::way::Way;

/// A row as it is written down: keys in the notation of `Chord::parse`, the chords of a
/// sequence separated by a space.
#[derive(Debug)]
pub(super) struct Row {
    pub contexts: &'static [C],
    pub keys: &'static [&'static str],
    pub action: Action,
    pub label: &'static str,
    pub short: &'static str,
    pub help: &'static str,
    pub hint: u8,
    pub menu: bool,
    pub palette: bool,
}

const fn row(
    contexts: &'static [C],
    keys: &'static [&'static str],
    action: Action,
    label: &'static str,
    help: &'static str,
) -> Row {
    let short = label;
    Row { contexts, keys, action, label, short, help, hint: 0, menu: false, palette: false }
}

impl Row {
    const fn hint(self, place: u8) -> Self {
        Self { hint: place, ..self }
    }

    /// Called so in the hint line.
    const fn short(self, label: &'static str) -> Self {
        Self { short: label, ..self }
    }

    /// In the menu of its contexts, and so in the palette.
    const fn menu(self) -> Self {
        Self { menu: true, palette: true, ..self }
    }

    /// In the palette, under its help line.
    const fn palette(self) -> Self {
        Self { palette: true, ..self }
    }
}

pub(super) const TABLE: &[Row] = &[
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
    // the Settings
    row(SETTINGS, &["Tab", "]"], NextTab, "tabs", "Next tab: Sites, Site groups, Roles, Staff")
        .hint(2),
    row(SETTINGS, &["S-Tab", "["], PreviousTab, "tabs", "Previous tab"),
    row(KEPT, &["Enter"], Open, "open", "Open the selected row").hint(1).menu(),
    row(KEPT, &["e"], Edit, "edit", "Edit the selected row").hint(6).menu(),
    row(KEPT_RECORDS, &["e", "Enter"], Edit, "edit", "Edit this record").hint(1).menu(),
    row(&[C::SiteList], &["a", "F6"], Add, "add", "Add a site").hint(5).menu(),
    row(&[C::SiteGroupList], &["a", "F6"], Add, "add", "Add a site group").hint(5).menu(),
    row(&[C::RoleList], &["a", "F6"], Add, "add", "Add a portal role").hint(5).menu(),
    row(
        &[C::SiteList, C::SiteRecord],
        &["o"],
        TurnPortal,
        "Portal on or off",
        "Switch this site's portal on, or off",
    )
    .short("on/off")
    .hint(3)
    .menu(),
    row(
        SETTINGS,
        &["O"],
        TurnWholePortal,
        "Whole portal on or off",
        "Switch the whole portal on, or off",
    )
    .short("portal on/off")
    .hint(7)
    .menu(),
    row(
        &[C::SiteList, C::SiteRecord],
        &["m"],
        SiteSync,
        "Site sync…",
        "Make the accounts that are missing at new sites",
    )
    .short("site sync")
    .hint(3)
    .menu(),
    row(
        &[C::SiteList, C::SiteRecord, C::RoleList, C::RoleRecord],
        &[],
        Deactivate,
        "Deactivate",
        "Take it out of use; it can be undone",
    )
    .menu(),
    row(
        &[C::SiteList, C::SiteRecord, C::RoleList, C::RoleRecord],
        &[],
        Activate,
        "Activate",
        "Take it into use again",
    )
    .menu(),
    row(
        &[C::SiteGroupList, C::SiteGroupRecord],
        &[],
        MakePortal,
        "Make it the portal's…",
        "The portal is made up of this group's sites then",
    )
    .menu(),
    row(
        &[C::SiteGroupList, C::SiteGroupRecord, C::RoleList, C::RoleRecord],
        &["d", "Delete"],
        Delete,
        "delete",
        "Delete it; asks first",
    )
    .hint(6)
    .menu(),
    row(&[C::RoleRecord], &["o"], OpenUsers, "users", "Show the users who have this role")
        .hint(3)
        .menu(),
    row(KEPT_RECORDS, &["x", "F4"], Menu, "options", "Everything that can be done to it").hint(4),
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
    // forms
    row(FORMS, &["Tab", "Down"], NextField, "next field", "Next field or button").hint(2),
    row(FORMS, &["S-Tab", "Up"], PreviousField, "previous field", "Previous field or button"),
    row(FORMS, &["Enter"], Press, "go on", "Press the button; in a field, go to the next").hint(3),
    row(&[C::Form], &["C-s", "F2"], Save, "save", "Save the form").hint(1).palette(),
    row(&[C::Gate], &["C-s", "F2"], Save, "go on", "Press the first button"),
    row(&[C::Form], &["F4"], LookUp, "list", "Open the list of values for this field").hint(3),
    row(&[C::Form], &["Space"], Toggle, "choose", "Switch on or off, or choose the next value")
        .hint(3),
    row(&[C::Form], &["Right"], ChooseNext, "choose", "Choose the next value"),
    row(&[C::Form], &["Left"], ChoosePrevious, "choose", "Choose the previous value"),
    row(&[C::Form], &["C-g"], Generate, "generate", "Fill in a generated password").hint(2),
    row(&[C::Form], &["C-z"], Restore, "restore", "Put back what the field held at first").hint(6),
    row(FORMS, &["C-r"], Reveal, "reveal", "Show or hide the secret in this field").hint(2),
    row(FORMS, &["C-w"], DeleteWord, "delete word", "Delete the word before the cursor"),
    row(FORMS, &["C-u"], ClearField, "clear", "Empty the field"),
    // the filter line
    row(&[C::Filter], &["Enter", "Down"], KeepFilter, "keep", "Keep the filter and go to the list")
        .hint(1),
    row(
        &[C::Filter],
        &["Tab"],
        Complete,
        "complete",
        "Complete the field or its value, as status:pending",
    )
    .hint(2),
    row(&[C::Filter], &["C-w"], DeleteWord, "delete word", "Delete the word before the cursor"),
    row(&[C::Filter], &["C-u"], ClearField, "empty", "Empty the filter").hint(3),
    // choosers
    row(CHOOSERS, &["Up"], Up, "move", "Previous row").hint(2),
    row(CHOOSERS, &["Down"], Down, "move", "Next row").hint(2),
    row(CHOOSERS, &["PgUp"], PageUp, "up", "One screenful up"),
    row(CHOOSERS, &["PgDn"], PageDown, "down", "One screenful down"),
    row(CHOOSERS, &["Enter"], Press, "take", "Take the selected row").hint(1),
    row(
        &[C::Picker, C::Ticking, C::Palette],
        &["C-w"],
        DeleteWord,
        "delete word",
        "Delete the word before the cursor",
    ),
    row(&[C::Picker, C::Ticking, C::Palette], &["C-u"], ClearField, "clear", "Empty the search"),
    row(&[C::Ticking], &["Space"], Tick, "tick", "Tick this row, or untick it").hint(3),
    row(&[C::Ticking], &["F6"], TickPage, "tick shown", "Tick all rows shown, or untick them")
        .hint(4),
    // questions
    row(ASKED, &["Right", "Tab", "Down"], NextField, "move", "Next button").hint(2),
    row(ASKED, &["Left", "S-Tab", "Up"], PreviousField, "move", "Previous button").hint(2),
    row(ASKED, &["Enter"], Press, "press", "Press the focused button").hint(1),
    // handing over
    row(
        &[C::HandOver],
        &["w", "C-s", "F2"],
        WriteSheet,
        "write a sheet",
        "Write it to a new file, to print",
    )
    .hint(3),
    row(&[C::HandOver], &["C-r"], Reveal, "hide, show", "Hide what is secret, or show it again")
        .hint(4),
    // results
    row(&[C::Results], &["Up", "k"], Up, "scroll", "Scroll up").hint(2),
    row(&[C::Results], &["Down", "j"], Down, "scroll", "Scroll down").hint(2),
    row(&[C::Results], &["PgUp"], PageUp, "up", "One screenful up"),
    row(&[C::Results], &["PgDn", "Space"], PageDown, "down", "One screenful down"),
    row(&[C::Results], &["Enter"], Back, "close", "Close the result").hint(1),
    row(&[C::Dialog], &["C-u"], ClearField, "empty", "Empty what was typed"),
    row(&[C::Dialog], &["C-w"], DeleteWord, "delete word", "Delete the word before the cursor"),
    // why somebody can't sign in
    row(&[C::Explanation], &["Enter"], Press, "mend", "Do what mends the selected line").hint(1),
    row(&[C::Explanation], &["Up", "k"], Up, "move", "Previous line").hint(2),
    row(&[C::Explanation], &["Down", "j"], Down, "move", "Next line").hint(2),
    row(&[C::Explanation], &["r", "F5"], Refresh, "look again", "Ask again what is the matter")
        .hint(3),
    // help
    row(&[C::Help], &["Up", "k"], Up, "scroll", "Scroll up").hint(1),
    row(&[C::Help], &["Down", "j"], Down, "scroll", "Scroll down").hint(1),
    row(&[C::Help], &["PgUp"], PageUp, "up", "One screenful up"),
    row(&[C::Help], &["PgDn", "Space"], PageDown, "down", "One screenful down"),
    row(&[C::Help], &["?", "q", "F1"], Back, "close", "Close the help").hint(2),
    // everywhere
    row(ROOMS, &["u"], Undo, "undo", "Undo the last change that can be undone").palette(),
    row(ROOMS, &["r", "F5"], Refresh, "refresh", "Read again what is shown").palette(),
    row(ROOMS, &["1", "g d"], Go(Place::Dashboard), "Dashboard", "Go to the Dashboard"),
    row(ROOMS, &["2", "g r"], Go(Place::Requests), "Portal Requests", "Go to Portal Requests"),
    row(ROOMS, &["3", "g u"], Go(Place::Users), "Users", "Go to Users"),
    row(ROOMS, &["g p"], Go(Place::PortalAccess), "Portal Access", "Go to Portal Access").palette(),
    row(ROOMS, &["4", "g c"], Go(Place::Contacts), "Contacts", "Go to Contacts"),
    row(ROOMS, &["5", "g o"], Go(Place::Companies), "Companies", "Go to Companies"),
    row(
        ROOMS,
        &[],
        Go(Place::CompanyUsers),
        "Users of a company",
        "Choose a company, and go to its users",
    )
    .palette(),
    row(ROOMS, &[], New(Way::CreateUser), Way::CreateUser.path(), Way::CreateUser.help()).palette(),
    row(ROOMS, &[], New(Way::Utility), Way::Utility.path(), Way::Utility.help()).palette(),
    row(ROOMS, &[], New(Way::PortalAccess), Way::PortalAccess.path(), Way::PortalAccess.help())
        .palette(),
    row(ROOMS, &[], New(Way::Staff), Way::Staff.path(), Way::Staff.help()).palette(),
    row(ROOMS, &["7", "g a"], Go(Place::Audit), "Audit", "Go to Audit"),
    row(ROOMS, &["8", "g s"], Go(Place::Settings), "Settings", "Go to the Settings"),
    row(ROOMS, &[], Go(Place::SiteGroups), "Site groups", "Go to the site groups").palette(),
    row(ROOMS, &[], Go(Place::Roles), "Roles", "Go to the roles").palette(),
    row(ROOMS, &[], Go(Place::StaffAccounts), "Staff accounts", "Go to the accounts of colleagues")
        .palette(),
    row(WORK, &["F3"], Go(Place::Dashboard), "Dashboard", "Go to the Dashboard"),
    row(ROOMS, &["g l"], Lock, "lock", "Lock the console; everything stays as it is").palette(),
    row(ROOMS, &[], Mouse(true), "mouse on", "Wheel moves, a click selects, again opens").palette(),
    row(ROOMS, &[], Mouse(false), "mouse off", "Leave the mouse to the terminal").palette(),
    row(ROOMS, &[], SignOut, "sign out", "Sign out, so that somebody else can sign in").palette(),
    row(ROOMS, &[], OwnPassword, "change my password", "Change the password that you sign in with")
        .palette(),
    row(ROOMS, &[], OwnFactor, "second factor…", "Your second factor and recovery codes").palette(),
    row(ROOMS, &[], Quit, "leave", "Leave the console").palette(),
    row(ROOMS, &["q"], BackOrQuit, "back", "Back; on the Dashboard, leave the console"),
    row(ROOMS, &[":"], Palette, "commands", "Find any command or screen by its name").hint(20),
    row(WORK, &["F9"], Palette, "commands", "Find any command or screen by its name"),
    row(ROOMS, &["?"], Help, "help", "The keys that work here").hint(30).palette(),
    row(HELPED, &["F1"], Help, "help", "The keys that work here"),
    row(LEAVABLE, &["Esc", "F12"], Back, "back", "Back one layer").hint(25),
    row(EVERYWHERE, &["C-l"], Redraw, "redraw", "Draw the screen afresh"),
    row(
        EVERYWHERE,
        &["C-c"],
        Interrupt,
        "cancel",
        "Cancel what is running; twice: leave the console",
    ),
];
