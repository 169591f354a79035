//! `company`: customers and partners.

use clap::{Args, Subcommand, ValueEnum};

use crate::domain::company::CompanyKind;
use crate::service::companies::{CompanyForm, CompanyRow, CompanyView};
use crate::service::conditions;
use crate::service::{Desk, NoStatus, Session, Sort};

use super::context::Context;
use super::list::{self, ListOptions, SortField};
use super::output::{or_nothing, yes_no};
use super::table::record;
use super::{Failure, history};

/// What can be done with companies.
#[derive(Debug, Subcommand)]
pub enum CompanyCommand {
    /// List companies by name.
    #[command(after_help = conditions::COMPANIES.help())]
    List {
        #[command(flatten)]
        list: ListOptions,
    },
    /// Show one.
    Show(Code),
    /// Make one.
    Create {
        /// Its name.
        #[arg(long)]
        name: String,
        /// The customer number or partner ID; without it, the next free one.
        #[arg(long, default_value = "", hide_default_value = true)]
        code: String,
        /// It is a partner, not a customer.
        #[arg(long, conflicts_with = "kind")]
        partner: bool,
        #[command(flatten)]
        fields: Fields,
    },
    /// Change one; what is not given stays, and an empty text takes it away.
    Edit {
        #[command(flatten)]
        company: Code,
        /// Its name.
        #[arg(long)]
        name: Option<String>,
        /// Another customer number or partner ID.
        #[arg(long = "code", value_name = "CODE")]
        new_code: Option<String>,
        #[command(flatten)]
        fields: Fields,
    },
    /// It does no business with us any more; its users stay.
    Deactivate(Code),
    /// It does business with us again.
    Activate(Code),
}

/// The company that is meant.
#[derive(Debug, Args)]
pub struct Code {
    /// The customer number or partner ID.
    #[arg(value_name = "COMPANY")]
    company: String,
}

/// The fields of a company that `create` and `edit` share.
#[derive(Debug, Args)]
pub struct Fields {
    /// Customer or partner.
    #[arg(long, value_name = "KIND", hide_possible_values = true)]
    kind: Option<KindWord>,
    /// Its own address.
    #[arg(long)]
    email: Option<String>,
    /// Its switchboard.
    #[arg(long)]
    phone: Option<String>,
    /// Whether business with it is held up.
    #[arg(long, value_name = "YES|NO", hide_possible_values = true)]
    on_hold: Option<YesNo>,
    /// The code of the site that it belongs to.
    #[arg(long, value_name = "CODE")]
    site: Option<String>,
    /// The city it is in.
    #[arg(long)]
    city: Option<String>,
    /// The country it is in.
    #[arg(long)]
    country: Option<String>,
    /// Its own website.
    #[arg(long, value_name = "ADDRESS")]
    website: Option<String>,
}

/// A kind of company, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KindWord {
    /// Buys from us.
    Customer,
    /// Sells with us.
    Partner,
}

/// Yes or no, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    /// It is so.
    Yes,
    /// It is not.
    No,
}

impl YesNo {
    /// Whether it says yes.
    pub(super) fn is_yes(self) -> bool {
        self == Self::Yes
    }
}

impl Fields {
    /// What was given, put over a form.
    fn over(&self, form: CompanyForm) -> CompanyForm {
        let text = |given: &Option<String>, kept: String| given.clone().unwrap_or(kept);
        CompanyForm {
            partner: self.kind.map_or(form.partner, |kind| kind == KindWord::Partner),
            email: text(&self.email, form.email),
            phone: text(&self.phone, form.phone),
            on_hold: self.on_hold.map_or(form.on_hold, YesNo::is_yes),
            site: text(&self.site, form.site),
            city: text(&self.city, form.city),
            country: text(&self.country, form.country),
            website: text(&self.website, form.website),
            ..form
        }
    }
}

/// The fields that companies can be ordered by.
pub(super) const ORDERS: [SortField; 5] = [
    ("name", Sort::Name, false),
    ("code", Sort::Login, false),
    ("email", Sort::Email, false),
    ("kind", Sort::Role, false),
    ("id", Sort::Number, false),
];

pub(super) fn run(command: &CompanyCommand, context: &Context<'_>) -> Result<(), Failure> {
    let (desk, who) = context.signed_in()?;
    match command {
        CompanyCommand::List { list } => {
            let page = desk.companies(&who, &list.args::<NoStatus>(&ORDERS, None)?)?;
            let headers = ["CODE", "NAME", "KIND", "EMAIL", "PHONE", "CITY", "STATE"];
            list::print(context, &page, &headers, cells)
        }
        CompanyCommand::Show(code) => context.show(&code.find(desk, &who)?, words),
        CompanyCommand::Create { name, code, partner, fields } => {
            let named = CompanyForm {
                name: name.clone(),
                code: code.clone(),
                partner: *partner,
                ..CompanyForm::default()
            };
            let made = desk.create_company(&who, &fields.over(named))?;
            context.show(&made, |it| {
                format!("{} is {} {}.", it.row.name, it.row.kind.word(), it.row.code)
            })
        }
        CompanyCommand::Edit { company, name, new_code, fields } => {
            let now = company.find(desk, &who)?;
            let mut form = fields.over(now.form());
            form.name = name.clone().unwrap_or(form.name);
            form.code = new_code.clone().unwrap_or(form.code);
            let saved = desk.edit_company(&who, now.row.id, Some(now.row.stamp), &form)?;
            context.show(&saved, |it| format!("{} ({}) is saved.", it.row.name, it.row.code))
        }
        CompanyCommand::Deactivate(code) => {
            let now = code.find(desk, &who)?;
            let done = desk.deactivate_company(&who, now.row.id, None)?;
            context.show(&done, |it| {
                format!("{} is inactive now. {}", it.row.name, it.if_deactivated())
            })
        }
        CompanyCommand::Activate(code) => {
            let now = code.find(desk, &who)?;
            let done = desk.activate_company(&who, now.row.id, None)?;
            context.show(&done, |it| format!("{} is active again.", it.row.name))
        }
    }
}

impl Code {
    fn find(&self, desk: &Desk, who: &Session) -> Result<CompanyView, Failure> {
        let id = desk.company_by_code(who, &self.company)?.id;
        Ok(desk.company(who, id)?)
    }
}

fn cells(row: &CompanyRow) -> Vec<String> {
    vec![
        row.code.to_string(),
        row.name.to_string(),
        row.kind.word().to_owned(),
        or_nothing(row.email.as_ref()),
        or_nothing(row.phone.as_ref()),
        or_nothing(row.city.as_ref()),
        state(row),
    ]
}

fn state(row: &CompanyRow) -> String {
    let active = if row.active { "active" } else { "inactive" };
    String::from(active) + if row.on_hold { ", on hold" } else { "" }
}

fn words(it: &CompanyView) -> String {
    let row = &it.row;
    let kind: CompanyKind = row.kind;
    record(&[
        ("Code", row.code.to_string()),
        ("Name", row.name.to_string()),
        ("Kind", kind.word().to_owned()),
        ("Email", or_nothing(row.email.as_ref())),
        ("Phone", or_nothing(row.phone.as_ref())),
        ("City", or_nothing(row.city.as_ref())),
        ("Country", or_nothing(row.country.as_ref())),
        ("Website", or_nothing(row.website.as_ref())),
        ("Site", or_nothing(it.home_site.as_ref())),
        ("Registered by", or_nothing(it.registered_by.as_ref())),
        ("Active", yes_no(row.active).to_owned()),
        ("On hold", yes_no(row.on_hold).to_owned()),
        ("Contacts", it.contacts.to_string()),
        ("Portal users", it.users.to_string()),
        ("Contracts", it.contracts.to_string()),
    ]) + &history::words(&it.history)
}
