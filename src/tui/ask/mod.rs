//! Questions to the services and their answers, as data.
//!
//! Owns what a screen can ask for. Must not call anything: `runner` does, elsewhere.

mod company;
mod jobs;
mod mail;
mod own;
mod request;
mod settings;
mod user;

use std::path::PathBuf;

use crate::domain::request::RequestStatus;
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::service::audit::AuditRow;
use crate::service::companies::{CompanyRow, CompanyView};
use crate::service::contacts::{ContactForm, ContactRow, ContactView};
use crate::service::contracts::ContractRow;
use crate::service::dashboard::Dashboard;
use crate::service::edit_user::UserCheck;
use crate::service::handout::Handout;
use crate::service::request_views::{RequestRow, RequestView};
use crate::service::second_factor::{EnrolLeave, EnrolmentOffer, OwnFactor, RecoveryCodes};
use crate::service::user_views::{LoginRow, UserRow, UserView};
use crate::service::{
    ConfigOffer, DeskError, Explanation, FactorOffer, FirstChange, FirstStart, ListArgs,
    NewUserCheck, NoStatus, Outcome, Page, Plan, RoleOffer, Selection, Session,
};

pub use company::{CompanyAsk, ContactAsk};
pub use jobs::{JobAsk, JobReply};
pub use mail::{MailAsk, MailReply};
pub use own::OwnAsk;
pub use request::RequestAsk;
pub use settings::{SettingsAsk, SettingsReply};
pub use user::UserAsk;

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
    /// About one's own account.
    Own(OwnAsk),
    /// A page of the contacts.
    Contacts(ListArgs<NoStatus>),
    /// About one contact.
    Contact(ContactAsk),
    /// A page of the companies.
    Companies(ListArgs<NoStatus>),
    /// About one company.
    Company(CompanyAsk),
    /// About mails.
    Mail(MailAsk),
    /// A page of the trail.
    Audit(ListArgs<NoStatus>),
    /// Write a sheet of what is handed over to a new file.
    Handout {
        /// The file.
        path: PathBuf,
        /// What is on the sheet.
        handout: Box<Handout>,
    },
    /// About sites, site groups, roles and the portal's switch.
    Settings(SettingsAsk),
    /// About jobs and their runs.
    Jobs(JobAsk),
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
        /// The code of the second factor, once it was asked for.
        code: Option<Secret>,
    },
    /// Let the person of the locked console in again.
    Reenter {
        /// The password.
        password: Secret,
        /// The code of the second factor, once it was asked for.
        code: Option<Secret>,
    },
    /// The key of a second factor that a sign-in asked to set up.
    BeginEnrolment(Box<EnrolLeave>),
    /// Prove it by a first code, and sign in.
    FinishEnrolment {
        /// The leave that the sign-in gave.
        leave: Box<EnrolLeave>,
        /// The code.
        code: Secret,
    },
    /// Change the password of a first sign-in, and sign in.
    ChangeFirst {
        /// The leave that the sign-in gave.
        leave: Box<FirstChange>,
        /// The new password.
        new: Secret,
    },
}

impl Ask {
    /// Whether it may take long, tells how far it is, and can be asked to end early.
    pub fn is_long(&self) -> bool {
        matches!(
            self,
            Self::User(UserAsk::Bulk { .. })
                | Self::Export { .. }
                | Self::Settings(SettingsAsk::SiteSync)
                | Self::Jobs(JobAsk::Run(_))
                | Self::Mail(MailAsk::SendHeld)
        )
    }

    /// Whether it changes something: such a question is never called back.
    pub fn changes(&self) -> bool {
        match self {
            Self::Request(RequestAsk::List(_) | RequestAsk::Show(_) | RequestAsk::Prefill(_)) => {
                false
            }
            Self::Gate(GateAsk::IsEmpty) | Self::Dashboard { .. } => false,
            Self::Contacts(_) | Self::Companies(_) | Self::Audit(_) => false,
            Self::Own(ask) => !matches!(ask, OwnAsk::SecondFactor),
            Self::User(ask) => ask.changes(),
            Self::Contact(ask) => !matches!(ask, ContactAsk::Show(_)),
            Self::Company(ask) => ask.changes(),
            Self::Mail(ask) => ask.changes(),
            Self::Settings(ask) => ask.changes(),
            Self::Jobs(ask) => ask.changes(),
            Self::Request(_) | Self::Gate(_) | Self::Export { .. } | Self::Handout { .. } => true,
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
    /// The password was right; the code is asked for besides.
    NeedsCode {
        /// Whose, as shown.
        user_id: Text,
    },
    /// The password was right, but a second factor has to be set up first.
    NeedsEnrolment(Box<EnrolLeave>),
    /// What an authenticator app has to be told.
    EnrolmentOffer(Box<EnrolmentOffer>),
    /// What the own account has to show besides the password.
    OwnFactor(Box<OwnFactor>),
    /// Recovery codes, to be shown this once.
    RecoveryCodes(RecoveryCodes),
    /// A second factor is set up.
    Enrolled(Box<Enrolled>),
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
    /// Why a user can't sign in.
    Explained(Box<Explanation>),
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
    /// A file was written: its path, from the root on.
    Written(String),
    /// A password that nobody had to think up.
    Generated(Secret),
    /// The roles that a portal user can have.
    RolesToGive(Vec<RoleOffer>),
    /// The second factors that an account can have.
    FactorOffers(Vec<FactorOffer>),
    /// The organization configs that contracts name.
    Configs(Vec<ConfigOffer>),
    /// What a new portal user would come to.
    NewUserChecked(Box<NewUserCheck>),
    /// What an edit would come to.
    UserChecked(Box<UserCheck>),
    /// One contact.
    Contact(Box<ContactView>),
    /// About mails.
    Mail(MailReply),
    /// A page of the trail.
    Audit(Page<AuditRow>),
    /// About the Settings.
    Settings(SettingsReply),
    /// About jobs and their runs.
    Jobs(JobReply),
}

/// A second factor that is set up.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// Whose, as shown.
    pub user_id: Text,
    /// The recovery codes that came of it.
    pub codes: RecoveryCodes,
    /// What the sign-in leads to that it was set up at.
    pub then: Reply,
}

/// What came of a question.
pub type Answer = Result<Reply, DeskError>;
