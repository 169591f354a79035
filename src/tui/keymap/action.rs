//! What a key can ask for, and where.

use crate::tui::place::Place;
use crate::tui::way::Way;

/// A thing that a person can ask the console to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Show the keys that work here.
    Help,
    /// Open the command palette.
    Palette,
    /// Go to a top-level screen.
    Go(Place),
    /// Go back one layer.
    Back,
    /// Go back one layer; on the Dashboard, ask whether to quit.
    BackOrQuit,
    /// Ask whether to quit.
    Quit,
    /// Lock the console.
    Lock,
    /// Let the mouse be used, or not.
    Mouse(bool),
    /// Sign out, or sign in as somebody else.
    SignOut,
    /// Change one's own password.
    OwnPassword,
    /// See one's own second factor, set it up, renew its recovery codes.
    OwnFactor,
    /// Read again what is shown.
    Refresh,
    /// Undo the last change that can be undone.
    Undo,
    /// Draw the screen afresh.
    Redraw,
    /// Cancel what is running; twice, ask whether to quit.
    Interrupt,

    /// Move up.
    Up,
    /// Move down.
    Down,
    /// Move to the first row.
    First,
    /// Move to the last row.
    Last,
    /// Move up one screenful.
    PageUp,
    /// Move down one screenful.
    PageDown,
    /// Scroll the columns to the left.
    Left,
    /// Scroll the columns to the right.
    Right,
    /// Show the next page.
    NextPage,
    /// Show the previous page.
    PreviousPage,
    /// Show the first page.
    FirstPage,
    /// Show the last page.
    LastPage,
    /// Show more or fewer rows on a page.
    PerPage,
    /// Narrow the list by typing.
    Filter,
    /// Open the search form.
    SearchForm,
    /// Sort by the next column.
    Sort,
    /// Turn the order round.
    ReverseSort,
    /// Open the selected row.
    Open,
    /// Add a row.
    Add,
    /// Make an account, in that way.
    New(Way),
    /// Delete the selected row.
    Delete,
    /// Tick the selected row, or take its tick away, and go on to the next.
    Tick,
    /// Tick from the row that was ticked last to the selected one.
    TickRange,
    /// Tick the rows of this page, or take their ticks away.
    TickPage,
    /// Tick every row that matches, on all pages.
    TickAll,
    /// Take every tick away.
    ClearTicks,
    /// Write the ticked rows, or all that match, to a file.
    Export,
    /// Open the menu of everything that can be done here.
    Menu,

    /// Edit the record.
    Edit,
    /// Show the next record.
    NextRecord,
    /// Show the previous record.
    PreviousRecord,
    /// Link the request to a contact that exists.
    LinkContact,
    /// Make a contact for the request.
    NewContact,
    /// Take the contact off the request.
    UnlinkContact,
    /// Turn the request into a portal user.
    Approve,
    /// Turn the request down.
    Reject,
    /// Take a rejected request up again.
    Reopen,

    /// Send somebody an invitation for the first time.
    Invite,
    /// Send a mail again, with a new secret in it.
    Resend,
    /// Take a mail back.
    CancelMail,
    /// Let a held or failed mail be sent.
    Release,
    /// Let every held mail be sent.
    SendHeld,
    /// Show a mail as it reads.
    Preview,
    /// Open the mail that this is about.
    OpenMail,

    /// Set a user's password.
    ChangePassword,
    /// Switch a user off.
    Disable,
    /// Switch a user on again.
    Enable,
    /// End the wait or the lock that failed sign-ins have brought.
    Unlock,
    /// Have a user's second factor set up anew.
    ResetFactor,
    /// Show the sign-ins of a user.
    SignIns,
    /// Say why a user can't sign in, and what mends it.
    Explain,
    /// Show the portal user that a contact is.
    PortalUser,
    /// Delete an account for good.
    DeleteAccount,
    /// Take a user off one of its companies.
    RemoveFromCompany,
    /// Do no business with a company any more.
    Deactivate,
    /// Do business with a company again.
    Activate,
    /// Switch the portal of a site on or off.
    TurnPortal,
    /// Switch the whole portal on or off.
    TurnWholePortal,
    /// Give every portal user the accounts that are missing at new sites.
    SiteSync,
    /// Send a letter that tries how mail is set up.
    SendTest,
    /// Run a job now, whenever it is due.
    RunNow,
    /// Make a site group the portal's.
    MakePortal,
    /// Show the next tab of the record.
    NextTab,
    /// Show the previous tab of the record.
    PreviousTab,
    /// Open the user that this is about.
    OpenUser,
    /// Show the users that have this role.
    OpenUsers,
    /// Open the company that this is about.
    OpenCompany,
    /// Open the contact that this is about.
    OpenContact,
    /// Do what was asked about: a question was agreed to.
    Confirm,
    /// The same where there are several things to ask about: which of them.
    Agree(&'static str),

    /// Go to the next field or button.
    NextField,
    /// Go to the previous field or button.
    PreviousField,
    /// Press the button, or go on to the next field.
    Press,
    /// Save the form.
    Save,
    /// Switch on or off, or choose the next.
    Toggle,
    /// Choose the next value.
    ChooseNext,
    /// Choose the previous value.
    ChoosePrevious,
    /// Open the list of values for this field.
    LookUp,
    /// Show or hide the secret in this field.
    Reveal,
    /// Write what is handed over to a file.
    WriteSheet,
    /// Fill in a password that nobody has to think up.
    Generate,
    /// Put back what the field held at first.
    Restore,
    /// Delete the word before the cursor.
    DeleteWord,
    /// Empty the field.
    ClearField,

    /// Write to its end what was begun in the filter line.
    Complete,
    /// Keep what was typed on leaving the filter line.
    KeepFilter,
    /// Go on typing: leave the question unanswered.
    KeepEditing,
    /// Throw away what was typed.
    Discard,
    /// Take their values, keep typing on top of them.
    TakeTheirs,
    /// Save mine over theirs.
    KeepMine,
}

/// Where the keys are pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// A screen before or instead of work: sign-in, first run, lock.
    Gate,
    /// The Dashboard.
    Dashboard,
    /// The list of portal requests.
    RequestList,
    /// One portal request.
    RequestRecord,
    /// The list of users.
    UserList,
    /// The list of portal users by company.
    PortalAccess,
    /// One user.
    UserRecord,
    /// The sign-ins of a user.
    SignIns,
    /// The list of contacts.
    ContactList,
    /// One contact.
    ContactRecord,
    /// The list of companies.
    CompanyList,
    /// One company, its Details tab.
    CompanyRecord,
    /// The Contacts tab of a company.
    CompanyContacts,
    /// The Users tab of a company.
    CompanyUsers,
    /// The Contracts tab of a company.
    CompanyContracts,
    /// The Jobs tab of the Jobs.
    JobList,
    /// One job with its runs.
    JobRecord,
    /// One run of a job.
    JobRun,
    /// The outbox: the list of mails.
    OutboxList,
    /// One mail.
    MailRecord,
    /// The trail.
    AuditList,
    /// One entry of the trail.
    AuditEntry,
    /// The Sites tab of the Settings.
    SiteList,
    /// One site.
    SiteRecord,
    /// The Site groups tab of the Settings.
    SiteGroupList,
    /// One site group.
    SiteGroupRecord,
    /// The Roles tab of the Settings.
    RoleList,
    /// One role.
    RoleRecord,
    /// The Staff accounts tab of the Settings.
    StaffList,
    /// The Mail tab of the Settings.
    MailSettings,
    /// A form with fields.
    Form,
    /// The filter line of a list.
    Filter,
    /// A list of values to take one from.
    Picker,
    /// A list of values to take several from.
    Ticking,
    /// A question with buttons.
    Dialog,
    /// What came of a deed to many.
    Results,
    /// Why a user can't sign in.
    Explanation,
    /// What stands below a form, to its end.
    Reading,
    /// A letter as it reads.
    Letter,
    /// What is handed to a person, once.
    HandOver,
    /// A menu of actions.
    Menu,
    /// The command palette.
    Palette,
    /// The keys that work here.
    Help,
}

impl Context {
    /// Every context.
    pub const ALL: [Self; 43] = [
        Self::Gate,
        Self::Dashboard,
        Self::RequestList,
        Self::RequestRecord,
        Self::UserList,
        Self::PortalAccess,
        Self::UserRecord,
        Self::SignIns,
        Self::ContactList,
        Self::ContactRecord,
        Self::CompanyList,
        Self::CompanyRecord,
        Self::CompanyContacts,
        Self::CompanyUsers,
        Self::CompanyContracts,
        Self::JobList,
        Self::JobRecord,
        Self::JobRun,
        Self::OutboxList,
        Self::MailRecord,
        Self::AuditList,
        Self::AuditEntry,
        Self::SiteList,
        Self::SiteRecord,
        Self::SiteGroupList,
        Self::SiteGroupRecord,
        Self::RoleList,
        Self::RoleRecord,
        Self::StaffList,
        Self::MailSettings,
        Self::Form,
        Self::Filter,
        Self::Picker,
        Self::Ticking,
        Self::Dialog,
        Self::Results,
        Self::Explanation,
        Self::Reading,
        Self::Letter,
        Self::HandOver,
        Self::Menu,
        Self::Palette,
        Self::Help,
    ];

    /// What the help screen calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gate => "Signing in",
            Self::Dashboard => "Dashboard",
            Self::RequestList => "Portal Requests",
            Self::RequestRecord => "Portal request",
            Self::UserList => "Users",
            Self::PortalAccess => "Portal Access",
            Self::UserRecord => "User",
            Self::SignIns => "Sign-ins",
            Self::ContactList => "Contacts",
            Self::ContactRecord => "Contact",
            Self::CompanyList => "Companies",
            Self::CompanyRecord => "Company",
            Self::CompanyContacts => "Contacts of a company",
            Self::CompanyUsers => "Users of a company",
            Self::CompanyContracts => "Contracts of a company",
            Self::JobList => "Jobs",
            Self::JobRecord => "Job",
            Self::JobRun => "Run of a job",
            Self::OutboxList => "Outbox",
            Self::MailRecord => "Mail",
            Self::AuditList => "Audit",
            Self::AuditEntry => "Audit entry",
            Self::SiteList => "Sites",
            Self::SiteRecord => "Site",
            Self::SiteGroupList => "Site groups",
            Self::SiteGroupRecord => "Site group",
            Self::RoleList => "Roles",
            Self::RoleRecord => "Role",
            Self::StaffList => "Staff accounts",
            Self::MailSettings => "Mail settings",
            Self::Form => "Form",
            Self::Filter => "Filter line",
            Self::Picker => "List of values",
            Self::Ticking => "List of values to tick",
            Self::Dialog => "Question",
            Self::Results => "Results",
            Self::Explanation => "Why can't they sign in?",
            Self::Reading => "What would come of it",
            Self::Letter => "Letter",
            Self::HandOver => "Handing over",
            Self::Menu => "Menu",
            Self::Palette => "Command palette",
            Self::Help => "Help",
        }
    }
}
