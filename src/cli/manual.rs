//! `completions` and `man`: made from the command definitions, so that they can't be wrong.

use clap::Command;
use clap_complete::Shell;

use super::{Failure, output};

/// Prints a completion script.
pub(super) fn completions(shell: Shell, mut command: Command) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "portaldesk", &mut script);
    Ok(output::line(&String::from_utf8_lossy(&script))?)
}

/// Prints the manual: a page for the program, then one for each command.
pub(super) fn man(mut command: Command) -> Result<(), Failure> {
    // Building names each command in full: portaldesk-request-list.
    command.build();
    let mut pages = Vec::new();
    render(command, &mut pages)?;
    Ok(output::line(&String::from_utf8_lossy(&pages))?)
}

fn render(command: Command, pages: &mut Vec<u8>) -> Result<(), Failure> {
    let below: Vec<Command> =
        command.get_subcommands().filter(|it| it.get_name() != "help").cloned().collect();
    clap_mangen::Man::new(command).render(pages)?;
    below.into_iter().try_for_each(|it| render(it, pages))
}
