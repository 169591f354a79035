//! The trail: who did what to which record, before and after.

use serde::{Deserialize, Serialize};

use super::id::UserId;
use super::role::Role;
use super::text::Text;
use super::time::Timestamp;

/// Who does something: a signed-in person, a visitor of the portal, or the program itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account, when somebody is signed in.
    pub user: Option<UserId>,
    /// The User ID as it was then, or `visitor`, `first start`.
    pub name: Text,
    /// The role as it was then.
    pub role: Option<Role>,
    /// The account of the operating system that ran the program.
    pub os_user: Text,
    /// The host or site that it came from.
    pub origin: Text,
}

/// What was done, as one stable word for scripts and one phrase for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Action {
    /// The store was set up with its first administrator.
    #[serde(rename = "setup")]
    Setup,
    /// A visitor submitted a request.
    #[serde(rename = "request.submit")]
    RequestSubmit,
    /// Requests came in from a file.
    #[serde(rename = "request.import")]
    RequestImport,
    /// A request's fields were edited.
    #[serde(rename = "request.edit")]
    RequestEdit,
    /// A contact was linked.
    #[serde(rename = "request.link")]
    RequestLink,
    /// The contact was taken off again.
    #[serde(rename = "request.unlink")]
    RequestUnlink,
    /// A request became a user.
    #[serde(rename = "request.approve")]
    RequestApprove,
    /// A request was turned down.
    #[serde(rename = "request.reject")]
    RequestReject,
    /// A rejection was taken back.
    #[serde(rename = "request.reopen")]
    RequestReopen,
    /// A contact was made.
    #[serde(rename = "contact.create")]
    ContactCreate,
    /// A contact was edited.
    #[serde(rename = "contact.edit")]
    ContactEdit,
    /// A company was made.
    #[serde(rename = "company.create")]
    CompanyCreate,
    /// A staff account was made.
    #[serde(rename = "user.create")]
    UserCreate,
    /// Staff set a user's password.
    #[serde(rename = "user.password")]
    UserPassword,
    /// A person changed their own password.
    #[serde(rename = "user.own-password")]
    OwnPassword,
    /// A user was switched off.
    #[serde(rename = "user.disable")]
    UserDisable,
    /// A user was switched on again.
    #[serde(rename = "user.enable")]
    UserEnable,
    /// A user was freed after too many failures.
    #[serde(rename = "user.unlock")]
    UserUnlock,
    /// Somebody signed in.
    #[serde(rename = "sign-in")]
    SignIn,
    /// Somebody tried to and was refused.
    #[serde(rename = "sign-in.refused")]
    SignInRefused,
    /// A user's fields were edited.
    #[serde(rename = "user.edit")]
    UserEdit,
    /// A user was deleted, irrevocably.
    #[serde(rename = "user.delete")]
    UserDelete,
    /// A user left one of its companies.
    #[serde(rename = "user.remove-from-company")]
    UserLeave,
    /// Users came in from a file.
    #[serde(rename = "user.import")]
    UserImport,
    /// Contacts came in from a file.
    #[serde(rename = "contact.import")]
    ContactImport,
    /// A company's fields were edited.
    #[serde(rename = "company.edit")]
    CompanyEdit,
    /// A company no longer does business with us.
    #[serde(rename = "company.deactivate")]
    CompanyDeactivate,
    /// A company does business with us again.
    #[serde(rename = "company.activate")]
    CompanyActivate,
    /// Companies came in from a file.
    #[serde(rename = "company.import")]
    CompanyImport,
    /// A contract was entered.
    #[serde(rename = "contract.create")]
    ContractCreate,
    /// A contract's fields were edited.
    #[serde(rename = "contract.edit")]
    ContractEdit,
    /// A contract was deleted.
    #[serde(rename = "contract.delete")]
    ContractDelete,
    /// A list was written to a file.
    #[serde(rename = "export")]
    Export,
    /// A user was given another role.
    #[serde(rename = "user.role")]
    UserRole,
    /// A user was given another kind of second factor, or none.
    #[serde(rename = "user.second-factor")]
    UserFactor,
    /// Somebody set their second factor up.
    #[serde(rename = "second-factor.enrol")]
    FactorEnrol,
    /// A second factor was reset, to be set up anew.
    #[serde(rename = "second-factor.reset")]
    FactorReset,
    /// Somebody had new recovery codes made.
    #[serde(rename = "second-factor.recovery-codes")]
    FactorRecovery,
    /// A site was made.
    #[serde(rename = "site.create")]
    SiteCreate,
    /// A site's fields were edited.
    #[serde(rename = "site.edit")]
    SiteEdit,
    /// A site was taken into use again.
    #[serde(rename = "site.activate")]
    SiteActivate,
    /// A site was taken out of use.
    #[serde(rename = "site.deactivate")]
    SiteDeactivate,
    /// The portal was switched on, at a site or as a whole.
    #[serde(rename = "portal.on")]
    PortalOn,
    /// The portal was switched off, at a site or as a whole.
    #[serde(rename = "portal.off")]
    PortalOff,
    /// A site group was made.
    #[serde(rename = "site-group.create")]
    GroupCreate,
    /// A site group's fields or sites were edited.
    #[serde(rename = "site-group.edit")]
    GroupEdit,
    /// A site group was deleted.
    #[serde(rename = "site-group.delete")]
    GroupDelete,
    /// Another site group became the portal site group.
    #[serde(rename = "site-group.make-portal")]
    GroupPortal,
    /// A portal role was made.
    #[serde(rename = "role.create")]
    RoleCreate,
    /// A portal role's fields were edited.
    #[serde(rename = "role.edit")]
    RoleEdit,
    /// A portal role can be given again.
    #[serde(rename = "role.activate")]
    RoleActivate,
    /// A portal role can be given no more.
    #[serde(rename = "role.deactivate")]
    RoleDeactivate,
    /// A portal role was deleted.
    #[serde(rename = "role.delete")]
    RoleDelete,
    /// Portal users were given their accounts at the active sites.
    #[serde(rename = "site.sync")]
    SiteSync,
    /// A partner's portal user registered a customer.
    #[serde(rename = "company.register")]
    CompanyRegister,
    /// A user was sent an invitation, or another mail with a way to sign in: it is queued.
    #[serde(rename = "invitation.queue")]
    InvitationQueue,
    /// It is held back until staff release it.
    #[serde(rename = "invitation.hold")]
    InvitationHold,
    /// Staff released what was held or had failed: it is queued again.
    #[serde(rename = "invitation.release")]
    InvitationRelease,
    /// Staff sent another one in place of the last.
    #[serde(rename = "invitation.resend")]
    InvitationResend,
    /// Staff took it back.
    #[serde(rename = "invitation.cancel")]
    InvitationCancel,
    /// The person chose a password of their own.
    #[serde(rename = "invitation.accept")]
    InvitationAccept,
    /// What it carried is too old to be used.
    #[serde(rename = "invitation.expire")]
    InvitationExpire,
    /// Mails were taken up to be sent.
    #[serde(rename = "mail.take")]
    MailTake,
    /// What a mail carries became valid, and its text went to the server.
    #[serde(rename = "mail.hand-over")]
    MailHandOver,
    /// The server took a mail.
    #[serde(rename = "mail.sent")]
    MailSent,
    /// The server put a mail off.
    #[serde(rename = "mail.retry")]
    MailRetry,
    /// A mail did not go out.
    #[serde(rename = "mail.failed")]
    MailFailed,
    /// Nobody knows whether a mail went out.
    #[serde(rename = "mail.unknown")]
    MailUnknown,
    /// A mail to try the configuration was sent.
    #[serde(rename = "mail.test")]
    MailTest,
    /// A job was made.
    #[serde(rename = "job.create")]
    JobCreate,
    /// A job's fields were edited.
    #[serde(rename = "job.edit")]
    JobEdit,
    /// A job runs by itself again.
    #[serde(rename = "job.enable")]
    JobEnable,
    /// A job no longer runs by itself.
    #[serde(rename = "job.disable")]
    JobDisable,
    /// A job was deleted.
    #[serde(rename = "job.delete")]
    JobDelete,
    /// A run of a job began.
    #[serde(rename = "job.start")]
    JobStart,
    /// A run of a job ended.
    #[serde(rename = "job.run")]
    JobRun,
    /// A job was due and found nothing to do.
    #[serde(rename = "job.idle")]
    JobIdle,
    /// It goes to its user's new email.
    #[serde(rename = "invitation.readdress")]
    InvitationReaddress,
}

impl Action {
    /// Whether it is a try to sign in, which changes nothing that people edit.
    pub const fn is_sign_in(self) -> bool {
        matches!(self, Self::SignIn | Self::SignInRefused)
    }

    /// Whether nobody asked for it in person: tries to sign in, and the steps that mails and
    /// jobs take by themselves on their way. Hidden where only deeds are wanted.
    pub const fn is_routine(self) -> bool {
        self.is_sign_in()
            || matches!(self, Self::MailTake | Self::MailHandOver | Self::JobStart | Self::JobIdle)
    }

    /// Whether it leaves everything as it was that a form shows: tries to sign in, and what
    /// becomes of mails. Who has a form open on a user is not in its way.
    pub const fn edits_nothing(self) -> bool {
        self.is_sign_in()
            || matches!(
                self,
                Self::InvitationQueue
                    | Self::InvitationHold
                    | Self::InvitationRelease
                    | Self::InvitationResend
                    | Self::InvitationCancel
                    | Self::InvitationAccept
                    | Self::InvitationExpire
                    | Self::InvitationReaddress
                    | Self::MailTake
                    | Self::MailHandOver
                    | Self::MailSent
                    | Self::MailRetry
                    | Self::MailFailed
                    | Self::MailUnknown
            )
    }

    /// Every action.
    pub const ALL: [Self; 78] = [
        Self::Setup,
        Self::RequestSubmit,
        Self::RequestImport,
        Self::RequestEdit,
        Self::RequestLink,
        Self::RequestUnlink,
        Self::RequestApprove,
        Self::RequestReject,
        Self::RequestReopen,
        Self::ContactCreate,
        Self::ContactEdit,
        Self::CompanyCreate,
        Self::UserCreate,
        Self::UserPassword,
        Self::OwnPassword,
        Self::UserDisable,
        Self::UserEnable,
        Self::UserUnlock,
        Self::SignIn,
        Self::SignInRefused,
        Self::UserEdit,
        Self::UserDelete,
        Self::UserLeave,
        Self::UserImport,
        Self::ContactImport,
        Self::CompanyEdit,
        Self::CompanyDeactivate,
        Self::CompanyActivate,
        Self::CompanyImport,
        Self::ContractCreate,
        Self::ContractEdit,
        Self::ContractDelete,
        Self::Export,
        Self::UserRole,
        Self::UserFactor,
        Self::FactorEnrol,
        Self::FactorReset,
        Self::FactorRecovery,
        Self::SiteCreate,
        Self::SiteEdit,
        Self::SiteActivate,
        Self::SiteDeactivate,
        Self::PortalOn,
        Self::PortalOff,
        Self::GroupCreate,
        Self::GroupEdit,
        Self::GroupDelete,
        Self::GroupPortal,
        Self::RoleCreate,
        Self::RoleEdit,
        Self::RoleActivate,
        Self::RoleDeactivate,
        Self::RoleDelete,
        Self::SiteSync,
        Self::CompanyRegister,
        Self::InvitationQueue,
        Self::InvitationHold,
        Self::InvitationRelease,
        Self::InvitationResend,
        Self::InvitationCancel,
        Self::InvitationAccept,
        Self::InvitationExpire,
        Self::MailTake,
        Self::MailHandOver,
        Self::MailSent,
        Self::MailRetry,
        Self::MailFailed,
        Self::MailUnknown,
        Self::MailTest,
        Self::JobCreate,
        Self::JobEdit,
        Self::JobEnable,
        Self::JobDisable,
        Self::JobDelete,
        Self::JobStart,
        Self::JobRun,
        Self::JobIdle,
        Self::InvitationReaddress,
    ];

    /// What happened, to follow the object: `PR-000007` **approved**.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Setup => "set up",
            Self::RequestSubmit => "submitted",
            Self::RequestImport | Self::UserImport | Self::ContactImport | Self::CompanyImport => {
                "imported"
            }
            Self::RequestEdit
            | Self::ContactEdit
            | Self::UserEdit
            | Self::CompanyEdit
            | Self::ContractEdit
            | Self::SiteEdit
            | Self::GroupEdit
            | Self::RoleEdit
            | Self::JobEdit => "edited",
            Self::RequestLink => "contact linked",
            Self::RequestUnlink => "contact unlinked",
            Self::RequestApprove => "approved",
            Self::RequestReject => "rejected",
            Self::RequestReopen => "reopened",
            Self::ContactCreate
            | Self::CompanyCreate
            | Self::UserCreate
            | Self::ContractCreate
            | Self::SiteCreate
            | Self::GroupCreate
            | Self::RoleCreate
            | Self::JobCreate => "created",
            Self::UserDelete
            | Self::ContractDelete
            | Self::GroupDelete
            | Self::RoleDelete
            | Self::JobDelete => "deleted",
            Self::UserLeave => "removed from a company",
            Self::CompanyDeactivate | Self::SiteDeactivate | Self::RoleDeactivate => "deactivated",
            Self::CompanyActivate | Self::SiteActivate | Self::RoleActivate => "activated",
            Self::Export => "exported",
            Self::UserPassword => "password set",
            Self::OwnPassword => "own password changed",
            Self::UserDisable | Self::JobDisable => "disabled",
            Self::UserEnable | Self::JobEnable => "enabled",
            Self::UserUnlock => "unlocked",
            Self::SignIn => "signed in",
            Self::SignInRefused => "sign-in refused",
            Self::UserRole => "role changed",
            Self::UserFactor => "second factor changed",
            Self::FactorEnrol => "second factor set up",
            Self::FactorReset => "second factor reset",
            Self::FactorRecovery => "recovery codes renewed",
            Self::PortalOn => "portal switched on",
            Self::PortalOff => "portal switched off",
            Self::GroupPortal => "made the portal site group",
            Self::SiteSync => "synced",
            Self::CompanyRegister => "registered",
            Self::InvitationQueue => "invitation queued",
            Self::InvitationHold => "invitation held",
            Self::InvitationRelease => "invitation released",
            Self::InvitationResend => "invitation sent again",
            Self::InvitationCancel => "invitation cancelled",
            Self::InvitationAccept => "invitation accepted",
            Self::InvitationExpire => "invitation expired",
            Self::InvitationReaddress => "invitation readdressed",
            Self::MailTake => "mail taken up",
            Self::MailHandOver => "mail handed over",
            Self::MailSent => "mail sent",
            Self::MailRetry => "mail put off",
            Self::MailFailed => "mail failed",
            Self::MailUnknown => "mail uncertain",
            Self::MailTest => "test mail sent",
            Self::JobStart => "run begun",
            Self::JobRun => "run",
            Self::JobIdle => "run, nothing to do",
        }
    }
}

/// One field of a record, before and after; never a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field's snake_case name.
    pub field: String,
    /// What it was; `None` when it was empty or the record is new.
    pub before: Option<Text>,
    /// What it is now; `None` when it is empty or the record is gone.
    pub after: Option<Text>,
}

/// One link of the hash-chained trail, as it was committed.
///
/// `T` names a record; the store gives it its own key type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry<T> {
    /// Its place in the trail, from 1, without gaps.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// To which records.
    pub targets: Vec<AuditTarget<T>>,
    /// Which fields, before and after.
    pub changes: Vec<FieldChange>,
    /// Codes of the warnings that were overridden.
    pub overridden: Vec<String>,
    /// A remark, such as the reason of a refusal or the file of an import.
    pub note: Option<Text>,
    /// The hash of the entry before; zeros for the first.
    pub prev_hash: [u8; 32],
    /// BLAKE3 of `prev_hash` and the canonical bytes of all fields above.
    pub hash: [u8; 32],
}

/// A record that an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditTarget<T> {
    /// The record.
    pub key: T,
    /// What people called it then.
    pub label: Text,
    /// The entry before this one that was about the same record; 0 for none.
    pub prev_seq: u64,
}
