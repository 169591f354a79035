//! `user edit` and `user remove-from-company`: every field of a user, its companies included.

use clap::Args;
use serde::Serialize;

use crate::domain::id::CompanyId;
use crate::domain::problem::Warning;
use crate::domain::user::MemberConfig;
use crate::service::user_views::UserView;
use crate::service::{Desk, Session, UserForm};

use super::super::Failure;
use super::super::company::YesNo;
use super::super::context::Context;
use super::super::person::PersonOptions;
use super::Name;
use super::create::asides;
use super::factor_word::FactorWord;
use super::form::{configs, role_named};

/// What `user edit` takes.
#[derive(Debug, Args)]
pub struct Edit {
    #[command(flatten)]
    name: Name,
    #[command(flatten)]
    person: PersonOptions,
    /// Another login, with or without .P.
    #[arg(long = "login", value_name = "NEW")]
    login: Option<String>,
    /// The code of a company that a portal user acts for; give all of them, the primary first.
    #[arg(long, value_name = "CODE")]
    company: Vec<String>,
    /// The code of a company that it acts for as well.
    #[arg(long, value_name = "CODE", conflicts_with = "company")]
    add_company: Vec<String>,
    /// The code of the company that lists show; it must be one of the user's.
    #[arg(long, value_name = "CODE")]
    primary: Option<String>,
    /// Another role, by its name.
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// Whether it may add users for its own account.
    #[arg(long, value_name = "YES|NO", hide_possible_values = true)]
    can_create_users: Option<YesNo>,
    /// Whether its claims need authorization; partners only.
    #[arg(long, value_name = "YES|NO", hide_possible_values = true)]
    claim_authorization: Option<YesNo>,
    /// The organization config that it works with in a company, as C000001=EU-STD; C000001=
    /// takes it away.
    #[arg(long = "organization-config", id = "organization_config", value_name = "CODE=CONFIG")]
    config: Vec<String>,
    /// The second factor: none, authenticator-app or email-code.
    #[arg(long, value_name = "FACTOR", hide_possible_values = true)]
    factor: Option<FactorWord>,
}

/// What `user remove-from-company` takes.
#[derive(Debug, Args)]
pub struct Remove {
    #[command(flatten)]
    name: Name,
    /// The code of the company.
    #[arg(long, value_name = "CODE")]
    company: String,
}

/// A user as it was saved, with what goes with it.
#[derive(Serialize)]
struct Saved {
    #[serde(flatten)]
    user: UserView,
    /// What is worth a second look.
    warnings: Vec<Warning>,
    /// What follows from it.
    remarks: Vec<String>,
}

pub(super) fn run(args: &Edit, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    let now = desk.user_by_name(&who, &args.name.name)?;
    let row = &now.row;
    let fields = [&row.first, &row.last, &row.email, &row.phone].map(Option::as_ref);
    let [first, last, email, phone] = args.person.over(fields);
    let kept = UserForm::of(&now);
    let form = UserForm {
        first,
        last,
        email,
        phone,
        login: args.login.clone().unwrap_or(kept.login),
        companies: companies(args, kept.companies, desk, &who)?,
        role: args.role.as_ref().map(|name| role_named(name, desk, &who)).transpose()?,
        can_create_users: args.can_create_users.map(YesNo::is_yes),
        claim_authorization_required: args.claim_authorization.map(YesNo::is_yes),
        configs: configs_after(args, &now, desk, &who)?,
        second_factor: args.factor.map(FactorWord::factor),
        ..UserForm::default()
    };
    let check = desk.check_user(&who, row.id, &form)?;
    let user = desk.edit_user(&who, row.id, Some(row.stamp), &form)?;
    let warnings = check.warnings;
    let remarks = check.loses.into_iter().chain(check.remarks).collect();
    context.show(&Saved { user, warnings, remarks }, |it| {
        let mut lines = vec![format!("{} is saved.", it.user.row.user_id)];
        lines.extend(asides(&it.remarks, &it.warnings));
        lines.join("\n")
    })
}

/// The organization configs that are left with the user; `None` when none was given.
fn configs_after(
    args: &Edit,
    now: &UserView,
    desk: &Desk,
    who: &Session,
) -> Result<Option<Vec<MemberConfig>>, Failure> {
    if args.config.is_empty() {
        return Ok(None);
    }
    let given = configs(&args.config, desk, who)?;
    let is_kept = |company| !given.iter().any(|it| it.company == company);
    let memberships = now.profile.iter().flat_map(|it| &it.memberships);
    let kept = memberships.filter(|it| is_kept(it.company)).filter_map(|it| {
        let code = it.organization_config.clone()?;
        Some(MemberConfig { company: it.company, code })
    });
    let mut all: Vec<MemberConfig> = kept.collect();
    all.extend(given.into_iter().filter(|it| !it.code.is_blank()));
    Ok(Some(all))
}

/// The companies that are left with the user, the primary one first.
fn companies(
    args: &Edit,
    now: Vec<CompanyId>,
    desk: &Desk,
    who: &Session,
) -> Result<Vec<CompanyId>, Failure> {
    let ids = |codes: &[String]| -> Result<Vec<CompanyId>, Failure> {
        codes.iter().map(|code| Ok(desk.company_by_code(who, code)?.id)).collect()
    };
    let mut all = if args.company.is_empty() { now } else { ids(&args.company)? };
    all.extend(ids(&args.add_company)?);
    if let Some(code) = &args.primary {
        let primary = desk.company_by_code(who, code)?;
        if !all.contains(&primary.id) {
            return Err(Failure::outside(
                "malformed",
                Some("primary"),
                format!(
                    "{} ({}) is none of the user's companies; add it with --add-company first.",
                    primary.name, primary.code
                ),
            ));
        }
        all.insert(0, primary.id);
    }
    let mut seen = Vec::new();
    all.retain(|id| {
        let is_new = !seen.contains(id);
        seen.push(*id);
        is_new
    });
    Ok(all)
}

pub(super) fn remove(args: &Remove, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    let user = desk.user_by_name(&who, &args.name.name)?.row;
    let company = desk.company_by_code(&who, &args.company)?;
    let left: UserView = desk.remove_from_company(&who, user.id, Some(user.stamp), company.id)?;
    context.show(&left, |it| {
        format!("{} no longer acts for {} ({}).", it.row.user_id, company.name, company.code)
    })
}
