//! Lists: the options that each of them takes, and the two forms that they print in.

use clap::Args;
use serde::Serialize;

use crate::domain::time::{DAY, Timestamp};
use crate::service::page::PER_PAGE;
use crate::service::{ListArgs, Page, Sort};

use super::context::Context;
use super::table::table;
use super::{Failure, output};

/// The options of a list.
#[derive(Debug, Args)]
pub struct ListOptions {
    #[command(flatten)]
    which: FilterOptions,
    #[command(flatten)]
    place: PageOptions,
}

/// Which rows, and in which order.
#[derive(Debug, Args)]
pub struct FilterOptions {
    /// Only rows that hold all of these words, in any case, accents aside; and what the
    /// conditions ask for that stand below, where a list has such.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true, value_parser = typed, allow_hyphen_values = true)]
    filter: String,
    /// Only rows of this moment or later: 2026-06-29 or 2026-06-29T11:04:40Z.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// Only rows before this moment; a date alone includes that day.
    #[arg(long, value_name = "TIME", value_parser = end)]
    until: Option<Timestamp>,
    /// The field to order by; a wrong one is answered with those that there are.
    #[arg(long, value_name = "FIELD")]
    sort: Option<String>,
    /// Turn the order round.
    #[arg(long)]
    reverse: bool,
}

/// Which part of a list.
#[derive(Debug, Args)]
pub struct PageOptions {
    /// The page.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    page: u64,
    /// Rows a page.
    #[arg(long, value_name = "N", default_value = "50", value_parser = per_page)]
    per_page: u64,
}

impl PageOptions {
    /// The page, from 1, and its rows.
    pub(super) const fn place(&self) -> (u64, u64) {
        (self.page, self.per_page)
    }
}

/// A filter line. It may begin with the `-` that leaves out; what looks like an option is one
/// that stands where a forgotten text should.
pub(super) fn typed(text: &str) -> Result<String, String> {
    if text.starts_with("--") {
        return Err(String::from("the text is missing; one that begins with -- goes in quotes"));
    }
    Ok(text.to_owned())
}

fn per_page(text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|it| PER_PAGE.contains(it));
    number.ok_or_else(|| String::from("it is 10, 25, 50 or 100"))
}

/// The end of a range: a date alone means all of that day.
fn end(text: &str) -> Result<Timestamp, String> {
    let at = moment(text)?;
    Ok(if text.contains(['T', 't', ' ']) { at } else { at.plus_millis(DAY) })
}

fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text)
        .ok_or_else(|| String::from("write it as 2026-06-29 or 2026-06-29T11:04:40Z"))
}

/// A field that a list can be ordered by: its name, the order, and whether it begins with
/// the latest.
pub(super) type SortField = (&'static str, Sort, bool);

impl ListOptions {
    /// What to ask of the services; the first field is the list's own order.
    pub(super) fn args<S>(
        &self,
        fields: &[SortField],
        status: Option<S>,
    ) -> Result<ListArgs<S>, Failure> {
        let mut args = self.which.args(fields, status)?;
        (args.page, args.per_page) = self.place.place();
        Ok(args)
    }
}

impl FilterOptions {
    /// What to ask of the services, on whichever page.
    pub(super) fn args<S>(
        &self,
        fields: &[SortField],
        status: Option<S>,
    ) -> Result<ListArgs<S>, Failure> {
        let found = match &self.sort {
            None => fields.first(),
            Some(name) => fields.iter().find(|(field, ..)| field.eq_ignore_ascii_case(name)),
        };
        let Some((_, sort, latest_first)) = found else {
            let names: Vec<&str> = fields.iter().map(|(field, ..)| *field).collect();
            return Err(Failure::Usage(format!(
                "This list can't be ordered by {}; take one of {}.",
                crate::domain::text::escape(self.sort.as_deref().unwrap_or_default()),
                names.join(", ")
            )));
        };
        let mut args = ListArgs::all(*sort, *latest_first != self.reverse);
        args.text.clone_from(&self.filter);
        args.status = status;
        args.since = self.since;
        args.until = self.until;
        Ok(args)
    }
}

/// A page as scripts get it.
#[derive(Serialize)]
struct Document<'a, T> {
    rows: &'a [T],
    total: u64,
    page: u64,
    per_page: u64,
    pages: u64,
}

/// Prints a page: a document for scripts, a table and what it shows of how many for people.
pub(super) fn print<T: Serialize>(
    context: &Context<'_>,
    page: &Page<T>,
    headers: &[&str],
    cells: impl Fn(&T) -> Vec<String>,
) -> Result<(), Failure> {
    if context.json() {
        let Page { rows, total, page, per_page, pages, .. } = page;
        let (total, page, per_page, pages) = (*total, *page, *per_page, *pages);
        let document = Document { rows, total, page, per_page, pages };
        return Ok(output::line(&output::json(&document))?);
    }
    let rows: Vec<Vec<String>> = page.rows.iter().map(cells).collect();
    let mut text = if rows.is_empty() { String::new() } else { table(headers, &rows) + "\n" };
    text.push_str(&match (page.total, page.all) {
        (0, 0) => String::from("There are none yet."),
        (0, all) => format!("None of {all} match."),
        (total, all) if total == all => format!("{total} in all"),
        (total, all) => format!("{total} of {all}"),
    });
    if page.pages > 1 {
        text.push_str(&format!(", page {} of {}", page.page, page.pages));
    }
    Ok(output::line(&text)?)
}
