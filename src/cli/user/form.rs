//! What the options of `user create` and `user edit` come to: forms of the service.

use crate::domain::company::CompanyKind;
use crate::domain::id::CompanyId;
use crate::domain::role::{Role, RoleChoice, name_key};
use crate::domain::text::Text;
use crate::domain::user::MemberConfig;
use crate::service::{Desk, Entrance, NewUser, Overriding, Session};

use super::super::Failure;
use super::super::company::KindWord;
use super::create::{Create, Via};

impl Create {
    /// The form, with the password that goes into it.
    pub(super) fn form(&self, desk: &Desk, who: &Session) -> Result<NewUser, Failure> {
        let via = match self.via {
            Via::Utility => Entrance::Utility,
            Via::Company => Entrance::CompanyFile,
            Via::PortalAccess => Entrance::PortalAccess,
            Via::CreateUser => Entrance::CreateUser,
        };
        let codes = self.company.iter().chain(&self.import_customers);
        let companies: Vec<_> =
            codes.map(|code| desk.company_by_code(who, code)).collect::<Result<_, _>>()?;
        // Portal Access fills in the company's own email, to be replaced.
        let own = companies.first().filter(|_| self.via == Via::PortalAccess);
        let [first, last, email, phone] =
            self.person.over([None, None, own.and_then(|it| it.email.as_ref()), None]);
        let password = self.password(desk)?;
        let empty = NewUser::empty(via);
        Ok(NewUser {
            companies: companies.iter().map(|it| it.id).collect(),
            account_type: self.account_type.map(KindWord::kind),
            first,
            last,
            email,
            phone,
            login: self.login.clone().unwrap_or_default(),
            retyped: password.clone(),
            password,
            must_change: !self.no_must_change,
            role: self.role.as_ref().map(|name| role_named(name, desk, who)).transpose()?,
            can_create_users: self.can_create_users,
            claim_authorization_required: self.claim_authorization,
            configs: configs(&self.config, desk, who)?,
            second_factor: self.factor.and_then(super::factor_word::FactorWord::factor),
            overriding: match self.overridden.is_empty() {
                true => Overriding::None,
                false => Overriding::Codes(self.overridden.clone()),
            },
            invite: !self.no_invite && (self.invite || empty.invite),
            ..empty
        })
    }

    /// Refuses options that are no fields of the form.
    ///
    /// # Errors
    /// When one was given, with what to do instead.
    pub(super) fn expect_own_options(&self) -> Result<(), Failure> {
        match self.stray() {
            None => Ok(()),
            Some((option, instead)) => Err(Failure::Usage(format!(
                "{option} is no field of that form: {instead} --help shows what each takes."
            ))),
        }
    }

    /// An option that was given and that the form has no field for, and what to do instead.
    fn stray(&self) -> Option<(&'static str, &'static str)> {
        let is = |via| self.via == via;
        let customers = !self.import_customers.is_empty();
        let secret = self.password_stdin || self.generate_password || self.no_password;
        let given = [
            (
                is(Via::CreateUser) && self.company.is_some(),
                "--company",
                "give --import-customers.",
            ),
            (!is(Via::CreateUser) && customers, "--import-customers", "give --company."),
            (!is(Via::Utility) && self.account_type.is_some(), "--type", "the companies have it."),
            (!is(Via::CreateUser) && self.role.is_some(), "--role", "use --via create-user."),
            (is(Via::CreateUser) && secret, "A password", "the user is Pending until one is set."),
            (
                is(Via::CreateUser) && (self.hand_over.is_some() || self.no_must_change),
                "What goes with a password",
                "the user is Pending until one is set.",
            ),
            (
                !is(Via::CreateUser) && !self.overridden.is_empty(),
                "--override",
                "warnings stop nothing there.",
            ),
            (
                is(Via::Company) && self.invite,
                "--invite",
                "a company's file mails nobody; use user invite afterwards.",
            ),
            (
                is(Via::CreateUser) && self.no_invite,
                "--no-invite",
                "the Notification job mails the user in any case.",
            ),
            (
                self.no_password && self.hand_over.is_some(),
                "--hand-over",
                "without a password there is nothing to hand over.",
            ),
        ];
        given.into_iter().find(|(is_stray, ..)| *is_stray).map(|(_, option, way)| (option, way))
    }
}

impl KindWord {
    /// The kind that it names.
    pub(super) const fn kind(self) -> CompanyKind {
        match self {
            Self::Customer => CompanyKind::Customer,
            Self::Partner => CompanyKind::Partner,
        }
    }
}

/// The role of that name, in any case, hyphens for spaces.
pub(in crate::cli) fn role_named(
    name: &str,
    desk: &Desk,
    who: &Session,
) -> Result<RoleChoice, Failure> {
    let offers = desk.roles_to_give(who)?;
    let wanted = name_key(name);
    let own = offers.iter().find(|it| name_key(it.name.raw()) == wanted).map(|it| it.choice);
    own.or_else(|| Role::named(name).map(RoleChoice::BuiltIn)).ok_or_else(|| {
        let names: Vec<String> = offers.iter().map(|it| it.name.to_string()).collect();
        let message = format!(
            "There is no role “{}”; portal users have one of {}.",
            Text::from(name.trim()),
            names.join(", ")
        );
        Failure::outside("role", Some("role"), message)
    })
}

/// Organization configs, each as CODE=CONFIG.
pub(super) fn configs(
    given: &[String],
    desk: &Desk,
    who: &Session,
) -> Result<Vec<MemberConfig>, Failure> {
    let config = |text: &String| -> Result<MemberConfig, Failure> {
        let Some((company, code)) = text.split_once('=') else {
            return Err(Failure::Usage(format!(
                "--organization-config {} names no company; give it as C000001=EU-STD.",
                Text::from(text.as_str())
            )));
        };
        let company: CompanyId = desk.company_by_code(who, company.trim())?.id;
        Ok(MemberConfig { company, code: Text::from(code.trim()) })
    };
    given.iter().map(config).collect()
}
