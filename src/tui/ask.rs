//! Questions to the services and their answers, as data.
//!
//! Owns what a screen can ask for. Must not call anything: `runner` does, elsewhere.

use std::path::PathBuf;

use crate::domain::id::{CompanyId, ContactId, ContractId, RequestId, UserId};
use crate::domain::request::RequestStatus;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::service::approve::CompanyChoice;
use crate::service::audit::AuditRow;
use crate::service::companies::{CompanyForm, CompanyRow, CompanyView};
use crate::service::contacts::{ContactForm, ContactRow, ContactView};
use crate::service::contracts::{ContractForm, ContractRow};
use crate::service::dashboard::Dashboard;
use crate::service::edit_user::UserCheck;
use crate::service::request_views::{RequestRow, RequestView};
use crate::service::requests::RequestForm;
use crate::service::user_views::{LoginRow, UserRow, UserView};
use crate::service::{
    Deed, DeskError, FirstChange, FirstStart, ListArgs, NewUser, NewUserCheck, NoStatus, Outcome,
    Page, Plan, Selection, Session, StaffForm, Stamp, UserFilter, UserForm,
};

/// A question.
#[derive(Debug, Clone)]
pub enum Ask {
    /// Before somebody is signed in, or while the console is locked.
    Gate(GateAsk),
    /// The numbers of the Dashboard; today began at `midnight`.
    Dashboard {
        /// The first moment of the local day.
        midnight: Timestamp,
    },
    /// About portal requests.
    Request(RequestAsk),
    /// About users.
    User(UserAsk),
    /// A page of the contacts.
    Contacts(ListArgs<NoStatus>),
    /// About one contact.
    Contact(ContactAsk),
    /// A page of the companies.
    Companies(ListArgs<NoStatus>),
    /// About one company.
    Company(CompanyAsk),
    /// A page of the trail.
    Audit(ListArgs<NoStatus>),
    /// Write rows to a file. It may take long, see [`Reply::Progress`].
    Export {
        /// Which.
        what: Export,
        /// The file.
        path: PathBuf,
        /// Whether a file of that name goes.
        replace: bool,
    },
}

/// What is exported.
#[derive(Debug, Clone)]
pub enum Export {
    /// Users.
    Users(Selection),
    /// Contacts that match.
    Contacts(ListArgs<NoStatus>),
    /// Companies that match.
    Companies(ListArgs<NoStatus>),
    /// Portal requests that match.
    Requests(ListArgs<RequestStatus>),
}

/// A question of the screens before work.
#[derive(Debug, Clone)]
pub enum GateAsk {
    /// Whether nobody has set the store up yet.
    IsEmpty,
    /// Set it up.
    SetUp(Box<FirstStart>),
    /// Sign in.
    SignIn {
        /// Login or email.
        name: String,
        /// The password.
        password: Secret,
    },
    /// Let the person of the locked console in again.
    Reenter {
        /// The password.
        password: Secret,
    },
    /// Change the password of a first sign-in, and sign in.
    ChangeFirst {
        /// The leave that the sign-in gave.
        leave: Box<FirstChange>,
        /// The new password.
        new: Secret,
    },
}

/// A question about portal requests. `base` is what the asker has seen: a change that came
/// between is a conflict.
#[derive(Debug, Clone)]
pub enum RequestAsk {
    /// A page of them.
    List(ListArgs<RequestStatus>),
    /// One with all that is known of it.
    Show(RequestId),
    /// Save its fields and its contact.
    Save {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
        /// The fields.
        form: RequestForm,
        /// The contact.
        contact: Option<ContactId>,
    },
    /// Link it to a contact.
    Link {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
        /// The contact.
        contact: ContactId,
    },
    /// Take the contact off.
    Unlink {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
    },
    /// Turn it down; to undo a reopening, link the contact that it had before.
    Reject {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
        /// Why.
        reason: String,
        /// The contact that it had.
        had: Option<ContactId>,
    },
    /// Take it up again; to undo a rejection, link the contact that it had after.
    Reopen {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
        /// The contact that it had.
        had: Option<ContactId>,
    },
    /// Make a portal user of it.
    Approve {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
        /// The login.
        login: String,
    },
    /// What the form for its new contact is filled in with.
    Prefill(RequestId),
    /// Make a contact for it, and link it.
    NewContact {
        /// Which.
        id: RequestId,
        /// What was seen.
        base: Stamp,
        /// The contact's fields.
        form: ContactForm,
        /// The contact's company.
        company: CompanyChoice,
    },
}

/// A question about users. `base` is what the asker has seen, as in [`RequestAsk`].
#[derive(Debug, Clone)]
pub enum UserAsk {
    /// A page of them.
    List(ListArgs<UserFilter>),
    /// A page of those that are part of a larger list, which is counted, too.
    Among {
        /// Which of them.
        args: ListArgs<UserFilter>,
        /// The list that they are part of; its page is not looked at.
        all: ListArgs<UserFilter>,
    },
    /// Which of these a list still shows.
    Still {
        /// The list.
        args: ListArgs<UserFilter>,
        /// Which.
        ids: Vec<UserId>,
    },
    /// One with all that may be shown of it.
    Show(UserId),
    /// A page of a user's sign-ins.
    Logins {
        /// Whose.
        id: UserId,
        /// The page, from 1.
        page: u64,
        /// Rows a page.
        per_page: u64,
    },
    /// A password that nobody had to think up.
    Generate,
    /// Set a user's password.
    Password {
        /// Whose.
        id: UserId,
        /// What was seen.
        base: Stamp,
        /// The password.
        password: Secret,
        /// Whether the next sign-in has to begin with an own one.
        must_change: bool,
    },
    /// Switch a user off.
    Disable {
        /// Which.
        id: UserId,
        /// What was seen.
        base: Stamp,
    },
    /// Switch a user on again.
    Enable {
        /// Which.
        id: UserId,
        /// What was seen.
        base: Stamp,
    },
    /// End the wait or the lock after failed sign-ins.
    Unlock {
        /// Whose.
        id: UserId,
        /// What was seen.
        base: Stamp,
    },
    /// Change one's own password.
    OwnPassword {
        /// The present one.
        old: Secret,
        /// The new one.
        new: Secret,
    },
    /// Make a staff account.
    AddStaff(Box<StaffForm>),
    /// What a new portal user would come to.
    CheckNew(Box<NewUser>),
    /// Make a portal user.
    Add(Box<NewUser>),
    /// What an edit would come to.
    CheckEdit {
        /// Whose.
        id: UserId,
        /// The fields.
        form: Box<UserForm>,
    },
    /// Save a user's fields.
    Edit {
        /// Whose.
        id: UserId,
        /// What was seen.
        base: Stamp,
        /// The fields.
        form: Box<UserForm>,
    },
    /// Take a user off one of its companies.
    Remove {
        /// Whom.
        id: UserId,
        /// What was seen.
        base: Stamp,
        /// The company.
        company: CompanyId,
    },
    /// What a deed to many users would touch.
    Plan {
        /// What would be done.
        deed: Deed,
        /// To whom.
        chosen: Selection,
    },
    /// Do it. It may take long, see [`Reply::Progress`].
    Bulk {
        /// What is done.
        deed: Deed,
        /// To whom.
        chosen: Selection,
        /// How many that are: what was agreed to.
        expect: u64,
    },
}

impl UserAsk {
    fn changes(&self) -> bool {
        !matches!(
            self,
            Self::List(_)
                | Self::Among { .. }
                | Self::Still { .. }
                | Self::Show(_)
                | Self::Logins { .. }
                | Self::Generate
                | Self::CheckNew(_)
                | Self::CheckEdit { .. }
                | Self::Plan { .. }
        )
    }
}

/// A question about one contact.
#[derive(Debug, Clone)]
pub enum ContactAsk {
    /// All that is known of it.
    Show(ContactId),
    /// Make one.
    Create(ContactForm),
    /// Save its fields.
    Save {
        /// Which.
        id: ContactId,
        /// What was seen.
        base: Stamp,
        /// The fields.
        form: ContactForm,
    },
}

/// A question about one company.
#[derive(Debug, Clone)]
pub enum CompanyAsk {
    /// All that is known of it.
    Show(CompanyId),
    /// Make one.
    Create(Box<CompanyForm>),
    /// Save its fields.
    Save {
        /// Which.
        id: CompanyId,
        /// What was seen.
        base: Stamp,
        /// The fields.
        form: Box<CompanyForm>,
    },
    /// A page of its contracts.
    Contracts {
        /// Whose.
        company: CompanyId,
        /// Which page.
        args: ListArgs<NoStatus>,
    },
    /// One of its contracts.
    Contract {
        /// Whose.
        company: CompanyId,
        /// The contract's number.
        number: String,
    },
    /// Enter a contract of it.
    AddContract {
        /// Whose.
        company: CompanyId,
        /// The fields.
        form: Box<ContractForm>,
    },
    /// Save the fields of a contract.
    SaveContract {
        /// Whose.
        company: CompanyId,
        /// Which.
        id: ContractId,
        /// What was seen.
        base: Stamp,
        /// The fields.
        form: Box<ContractForm>,
    },
    /// Delete a contract.
    DeleteContract {
        /// Whose.
        company: CompanyId,
        /// Which.
        id: ContractId,
        /// What was seen.
        base: Stamp,
    },
    /// Do no business with it any more.
    Deactivate {
        /// Which.
        id: CompanyId,
        /// What was seen.
        base: Stamp,
    },
    /// Do business with it again.
    Activate {
        /// Which.
        id: CompanyId,
        /// What was seen.
        base: Stamp,
    },
}

impl CompanyAsk {
    fn changes(&self) -> bool {
        !matches!(self, Self::Show(_) | Self::Contracts { .. } | Self::Contract { .. })
    }
}

impl Ask {
    /// Whether it may take long, tells how far it is, and can be asked to end early.
    pub fn is_long(&self) -> bool {
        matches!(self, Self::User(UserAsk::Bulk { .. }) | Self::Export { .. })
    }

    /// Whether it changes something: such a question is never called back.
    pub fn changes(&self) -> bool {
        match self {
            Self::Request(RequestAsk::List(_) | RequestAsk::Show(_) | RequestAsk::Prefill(_)) => {
                false
            }
            Self::Gate(GateAsk::IsEmpty) | Self::Dashboard { .. } => false,
            Self::Contacts(_) | Self::Companies(_) | Self::Audit(_) => false,
            Self::User(ask) => ask.changes(),
            Self::Contact(ask) => !matches!(ask, ContactAsk::Show(_)),
            Self::Company(ask) => ask.changes(),
            Self::Request(_) | Self::Gate(_) | Self::Export { .. } => true,
        }
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Whether nobody has set the store up yet.
    IsEmpty(bool),
    /// A long deed is under way: it is answered once more. `of` is `None` while nobody knows.
    Progress {
        /// How many are behind.
        done: u64,
        /// How many there are.
        of: Option<u64>,
    },
    /// It is done; there is nothing to show of it.
    Done,
    /// Somebody is signed in.
    SignedIn(Box<Session>),
    /// The password was right, but a new one has to be chosen first.
    MustChange(Box<FirstChange>),
    /// Not let in; the sentence to tell.
    NotLetIn(String),
    /// The numbers of the Dashboard.
    Dashboard(Box<Dashboard>),
    /// A page of requests.
    Requests(Page<RequestRow>),
    /// One request.
    Request(Box<RequestView>),
    /// What a new contact's form is filled in with.
    Prefill(ContactForm),
    /// A page of contacts.
    Contacts(Page<ContactRow>),
    /// A page of companies.
    Companies(Page<CompanyRow>),
    /// One company.
    Company(Box<CompanyView>),
    /// A page of contracts.
    Contracts(Page<ContractRow>),
    /// One contract.
    Contract(Box<ContractRow>),
    /// A page of users.
    Users(Page<UserRow>),
    /// One user.
    User(Box<UserView>),
    /// The numbers of the rows that a list still shows.
    StillListed(Vec<u64>),
    /// What a deed to many users would touch.
    Plan(Box<Plan>),
    /// What it came to.
    Outcome(Box<Outcome>),
    /// A page of sign-ins.
    Logins(Page<LoginRow>),
    /// Rows were written to a file.
    Exported {
        /// How many.
        rows: u64,
        /// Whether it was stopped before the last one; then there is no file.
        stopped: bool,
        /// The file, from the root on.
        path: String,
    },
    /// A password that nobody had to think up.
    Generated(Secret),
    /// What a new portal user would come to.
    NewUserChecked(Box<NewUserCheck>),
    /// What an edit would come to.
    UserChecked(Box<UserCheck>),
    /// One contact.
    Contact(Box<ContactView>),
    /// A page of the trail.
    Audit(Page<AuditRow>),
}

/// What came of a question.
pub type Answer = Result<Reply, DeskError>;
