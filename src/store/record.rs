//! Records: every entity that is kept, its key, its stamp, and the keys it holds alone.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::company::Company;
use crate::domain::contact::Contact;
use crate::domain::contract::Contract;
use crate::domain::factor::SecondFactor;
use crate::domain::fold;
use crate::domain::job::{Job, JobRun};
use crate::domain::login::{LoginEvent, SlotKey, Throttle};
use crate::domain::mail::Mail;
use crate::domain::request::PortalRequest;
use crate::domain::role::{PortalRole, name_key};
use crate::domain::site::{PortalGroup, Site, SiteGroup};
use crate::domain::text::Text;
use crate::domain::user::{PortalProfile, User};

/// A kind of record. The numbers are part of the file format: never change or reuse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Kind {
    /// A site.
    Site = 1,
    /// The portal site group; its number is always 1.
    PortalGroup = 2,
    /// A company.
    Company = 3,
    /// A contact.
    Contact = 4,
    /// A portal request.
    Request = 5,
    /// A user.
    User = 6,
    /// A portal user's profile; it has its user's number.
    Profile = 7,
    /// A sign-in; below its user.
    LoginEvent = 8,
    /// Failures of one account or unknown name at one door.
    Throttle = 9,
    /// What the slots of failures are hashed with; its number is always 1.
    SlotKey = 10,
    /// A contract; below its company.
    Contract = 11,
    /// A portal user's or staff account's second factor; it has its user's number.
    SecondFactor = 12,
    /// A portal role of one's own.
    PortalRole = 13,
    /// A site group that is not the portal's.
    SiteGroup = 14,
    /// A mail to a portal user.
    Mail = 15,
    /// A job.
    Job = 16,
    /// A run of a job; below its job.
    JobRun = 17,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::Site,
        Self::PortalGroup,
        Self::Company,
        Self::Contact,
        Self::Request,
        Self::User,
        Self::Profile,
        Self::LoginEvent,
        Self::Throttle,
        Self::SlotKey,
        Self::Contract,
        Self::SecondFactor,
        Self::PortalRole,
        Self::SiteGroup,
        Self::Mail,
        Self::Job,
        Self::JobRun,
    ];

    /// Whether its numbers are given by the store, one after the other, and never again.
    pub const fn is_numbered(self) -> bool {
        match self {
            Self::Site
            | Self::Company
            | Self::Contact
            | Self::Request
            | Self::User
            | Self::LoginEvent
            | Self::Contract
            | Self::PortalRole
            | Self::SiteGroup
            | Self::Mail
            | Self::Job
            | Self::JobRun => true,
            Self::PortalGroup
            | Self::Profile
            | Self::Throttle
            | Self::SlotKey
            | Self::SecondFactor => false,
        }
    }

    /// What people call it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::PortalGroup => "portal site group",
            Self::Company => "company",
            Self::Contact => "contact",
            Self::Request => "request",
            Self::User => "user",
            Self::Profile => "portal user",
            Self::LoginEvent => "sign-in",
            Self::Throttle => "sign-in counter",
            Self::SlotKey => "key of the sign-in counters",
            Self::Contract => "contract",
            Self::SecondFactor => "second factor",
            Self::PortalRole => "role",
            Self::SiteGroup => "site group",
            Self::Mail => "mail",
            Self::Job => "job",
            Self::JobRun => "run",
        }
    }
}

/// The key of a record: its kind, its number, and for what lies below another record
/// (sign-ins below their user, contracts below their company, runs below their job) a number of
/// its own, 0 for all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The kind.
    pub kind: Kind,
    /// The number.
    pub id: u64,
    /// The number below it.
    pub sub: u64,
}

impl Key {
    /// The key of a record that lies below no other.
    pub const fn new(kind: Kind, id: u64) -> Self {
        Self { kind, id, sub: 0 }
    }

    /// The number that the store gave it, for a kind that has numbers of its own.
    pub const fn number(self) -> Option<u64> {
        match self.kind {
            Kind::LoginEvent | Kind::Contract | Kind::JobRun => Some(self.sub),
            kind if kind.is_numbered() => Some(self.id),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.word(), self.id)
    }
}

/// Anything that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    /// A site.
    Site(Site),
    /// The portal site group.
    PortalGroup(PortalGroup),
    /// A company.
    Company(Company),
    /// A contact.
    Contact(Contact),
    /// A portal request.
    Request(PortalRequest),
    /// A user.
    User(User),
    /// A portal user's profile.
    Profile(PortalProfile),
    /// A sign-in.
    LoginEvent(LoginEvent),
    /// Failures of one account or unknown name at one door.
    Throttle(Throttle),
    /// What the slots of failures are hashed with.
    SlotKey(SlotKey),
    /// A contract.
    Contract(Contract),
    /// A second factor.
    SecondFactor(SecondFactor),
    /// A portal role of one's own.
    PortalRole(PortalRole),
    /// A site group that is not the portal's.
    SiteGroup(SiteGroup),
    /// A mail to a portal user.
    Mail(Mail),
    /// A job.
    Job(Job),
    /// A run of a job.
    JobRun(JobRun),
}

impl Record {
    /// Its key.
    pub fn key(&self) -> Key {
        match self {
            Self::Site(it) => Key::new(Kind::Site, it.id.0),
            Self::PortalGroup(_) => Key::new(Kind::PortalGroup, PORTAL_GROUP),
            Self::Company(it) => Key::new(Kind::Company, it.id.0),
            Self::Contact(it) => Key::new(Kind::Contact, it.id.0),
            Self::Request(it) => Key::new(Kind::Request, it.id.0),
            Self::User(it) => Key::new(Kind::User, it.id.0),
            Self::Profile(it) => Key::new(Kind::Profile, it.user.0),
            Self::LoginEvent(it) => Key { kind: Kind::LoginEvent, id: it.user.0, sub: it.id },
            Self::Throttle(it) => Key::new(Kind::Throttle, it.slot),
            Self::SlotKey(_) => Key::new(Kind::SlotKey, SLOT_KEY),
            Self::Contract(it) => Key { kind: Kind::Contract, id: it.company.0, sub: it.id.0 },
            Self::SecondFactor(it) => Key::new(Kind::SecondFactor, it.user.0),
            Self::PortalRole(it) => Key::new(Kind::PortalRole, it.id.0),
            Self::SiteGroup(it) => Key::new(Kind::SiteGroup, it.id.0),
            Self::Mail(it) => Key::new(Kind::Mail, it.id.0),
            Self::Job(it) => Key::new(Kind::Job, it.id.0),
            Self::JobRun(it) => Key { kind: Kind::JobRun, id: it.job.0, sub: it.id.0 },
        }
    }

    /// The keys that no other record may hold at the same time.
    ///
    /// The store derives them itself at every commit, so that no service can forget one.
    pub fn unique_keys(&self) -> Vec<UniqueKey> {
        match self {
            Self::Site(it) => vec![UniqueKey::SiteCode(fold::identity(it.code.raw()))],
            Self::Company(it) => vec![UniqueKey::CompanyCode(fold::identity(it.code.raw()))],
            Self::Request(it) => {
                it.import_key.iter().map(|key| UniqueKey::ImportedRequest(key.clone())).collect()
            }
            Self::User(it) => {
                let login = fold::identity(it.login_name.raw());
                let email = it.email.as_ref().map(|email| fold::identity(email.raw()));
                let email = email.filter(|email| *email != login);
                let names = std::iter::once(login).chain(email).map(UniqueKey::SignInName);
                names.chain(external_id(Kind::User, it.external_id.as_ref())).collect()
            }
            Self::Profile(it) => vec![UniqueKey::ContactOfUser(it.contact.0)],
            Self::Contact(it) => {
                external_id(Kind::Contact, it.external_id.as_ref()).into_iter().collect()
            }
            Self::Contract(it) => {
                vec![UniqueKey::ContractNumber(it.company.0, fold::identity(it.number.raw()))]
            }
            Self::PortalRole(it) => vec![UniqueKey::RoleName(name_key(it.name.raw()))],
            Self::SiteGroup(it) => vec![UniqueKey::GroupCode(fold::identity(it.code.raw()))],
            Self::Mail(it) => {
                let current = it.state.is_current().then_some(UniqueKey::CurrentMail(it.user.0));
                current.into_iter().chain(it.token_hash.map(UniqueKey::MailToken)).collect()
            }
            Self::Job(it) => vec![UniqueKey::JobName(name_key(it.name.raw()))],
            Self::PortalGroup(_)
            | Self::JobRun(_)
            | Self::LoginEvent(_)
            | Self::Throttle(_)
            | Self::SlotKey(_)
            | Self::SecondFactor(_) => Vec::new(),
        }
    }
}

fn external_id(kind: Kind, id: Option<&Text>) -> Option<UniqueKey> {
    id.map(|id| UniqueKey::ExternalId(kind, fold::identity(id.raw())))
}

/// The number of the one portal site group.
pub const PORTAL_GROUP: u64 = 1;

/// The number of the one key that slots are hashed with.
pub const SLOT_KEY: u64 = 1;

/// A key that belongs to one record at a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum UniqueKey {
    /// A folded login or email of a live user: no login equals another user's email.
    SignInName(String),
    /// A folded company code.
    CompanyCode(String),
    /// A folded site code.
    SiteCode(String),
    /// The contact behind a live portal user.
    ContactOfUser(u64),
    /// What an imported request is known by.
    ImportedRequest(String),
    /// What another system calls a user or contact, folded.
    ExternalId(Kind, String),
    /// The folded number of a contract within its company.
    ContractNumber(u64, String),
    /// The folded name of a portal role of one's own.
    RoleName(String),
    /// The folded code of a site group that is not the portal's.
    GroupCode(String),
    /// The user whose one current mail it is.
    CurrentMail(u64),
    /// The hash of the token in the activation link of a mail.
    MailToken([u8; 32]),
    /// The folded name of a job.
    JobName(String),
}

/// How often a record has changed, and which entry of the trail says how it last did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// 1 for a new record, one more with each change.
    pub version: u64,
    /// The `seq` of the last audit entry that came with a change of it and names it; 0 when
    /// there is none.
    pub audit_seq: u64,
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The record.
    pub record: Record,
    /// Its stamp.
    pub stamp: Stamp,
}

/// An entity as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<E> {
    /// The entity.
    pub value: E,
    /// Its stamp.
    pub stamp: Stamp,
}

impl<E: Entity> Versioned<E> {
    /// The entity in a record, when it is of this kind.
    pub fn of(stored: Stored) -> Option<Self> {
        let stamp = stored.stamp;
        E::from_record(stored.record).map(|value| Self { value, stamp })
    }
}

/// A type that is kept as a record of its own kind.
pub trait Entity: Sized {
    /// The kind.
    const KIND: Kind;
    /// Takes the entity out of a record of this kind.
    fn from_record(record: Record) -> Option<Self>;
}

macro_rules! entity {
    ($($type:ty => $kind:ident),* $(,)?) => {$(
        impl Entity for $type {
            const KIND: Kind = Kind::$kind;
            fn from_record(record: Record) -> Option<Self> {
                match record { Record::$kind(it) => Some(it), _ => None }
            }
        }
        impl From<$type> for Record {
            fn from(it: $type) -> Self {
                Record::$kind(it)
            }
        }
    )*};
}

entity! {
    Site => Site,
    PortalGroup => PortalGroup,
    Company => Company,
    Contact => Contact,
    PortalRequest => Request,
    User => User,
    PortalProfile => Profile,
    LoginEvent => LoginEvent,
    Throttle => Throttle,
    SlotKey => SlotKey,
    Contract => Contract,
    SecondFactor => SecondFactor,
    PortalRole => PortalRole,
    SiteGroup => SiteGroup,
    Mail => Mail,
    Job => Job,
    JobRun => JobRun,
}

/// An entry of the trail that names its records by their keys.
pub type AuditEntry = crate::domain::audit::AuditEntry<Key>;
