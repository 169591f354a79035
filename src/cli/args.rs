//! The command line's top: global options, and one command for each noun.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

use super::audit::AuditCommand;
use super::company::CompanyCommand;
use super::contact::ContactCommand;
use super::contract::ContractCommand;
use super::export::ExportCommand;
use super::import::ImportCommand;
use super::init::InitArgs;
use super::invitation::InvitationCommand;
use super::job::JobCommand;
use super::mail::MailCommand;
use super::portal::PortalCommand;
use super::request::RequestCommand;
use super::role::RoleCommand;
use super::site::SiteCommand;
use super::site_group::SiteGroupCommand;
use super::staff::StaffCommand;
use super::user::UserCommand;

const AFTER: &str = "\
Without a command the console opens.

Exit status: 0 done; 1 refused or failed, with a sentence on stderr; 2 wrong usage;
75 the store is held by another process, try again.";

/// Portal Desk: who may enter the customer portal, decided from a terminal.
#[derive(Debug, Parser)]
#[command(name = "portaldesk", version, after_help = AFTER, max_term_width = 100)]
pub struct Args {
    /// Open the console on a throw-away store with sample data; it shows how to sign in.
    #[arg(long)]
    pub(crate) demo: bool,
    /// Draw the console with plain ASCII.
    #[arg(long)]
    pub(crate) ascii: bool,
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Options that every command takes.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// The configuration file; without it, the one at the platform's place if there is one.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The directory of the store; wins over the configuration.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Print JSON: one document, errors too.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The account that the command is done as: a login or an email.
    #[arg(long = "as", global = true, value_name = "LOGIN")]
    pub(crate) acting_as: Option<String>,
    /// The file whose first line is that account's password; nobody else may read it.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// The file whose first line is the code of that account's second factor, or a recovery
    /// code; nobody else may read it.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) code_file: Option<PathBuf>,
}

/// The commands, one a noun.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Set up an empty store with its first Security Administrator.
    Init(InitArgs),
    /// What visitors and portal users do: submit a request, sign in, change the password.
    #[command(subcommand)]
    Portal(PortalCommand),
    /// Portal requests, from New to Processed.
    #[command(subcommand)]
    Request(RequestCommand),
    /// The people we know.
    #[command(subcommand)]
    Contact(ContactCommand),
    /// Customers and partners.
    #[command(subcommand)]
    Company(CompanyCommand),
    /// What companies have agreed with us.
    #[command(subcommand)]
    Contract(ContractCommand),
    /// Users, staff and portal (`.P`).
    #[command(subcommand)]
    User(UserCommand),
    /// Mails to portal users: what waits, what was sent, what is to be done.
    #[command(subcommand)]
    Invitation(InvitationCommand),
    /// What runs by itself: when it is due, what it does, and what came of it.
    #[command(subcommand)]
    Job(JobCommand),
    /// Staff accounts.
    #[command(subcommand)]
    Staff(StaffCommand),
    /// What each role may do, and portal roles of your own.
    #[command(subcommand)]
    Role(RoleCommand),
    /// The sites of the portal, its switches, and site sync.
    #[command(subcommand)]
    Site(SiteCommand),
    /// Which sites belong together, and which group of them is the portal's.
    #[command(subcommand)]
    SiteGroup(SiteGroupCommand),
    /// How mail is set up, how its letters read, and a test.
    #[command(subcommand)]
    Mail(MailCommand),
    /// Bring data in from a file.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Write a list to a file.
    #[command(subcommand)]
    Export(ExportCommand),
    /// Who did what.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_fit_together() {
        <Args as clap::CommandFactory>::command().debug_assert();
    }
}
