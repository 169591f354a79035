//! The options about a person that commands share: what is not given stays as it is.

use clap::Args;

use crate::domain::text::Text;

/// A person's fields, as far as they are given.
#[derive(Debug, Args)]
pub struct PersonOptions {
    /// First name.
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// Last name.
    #[arg(long, value_name = "NAME")]
    last_name: Option<String>,
    /// Email.
    #[arg(long)]
    email: Option<String>,
    /// Phone.
    #[arg(long)]
    phone: Option<String>,
}

impl PersonOptions {
    /// First name, last name, email and phone: what was given, else what is there.
    pub(super) fn over(&self, now: [Option<&Text>; 4]) -> [String; 4] {
        let given = [&self.first_name, &self.last_name, &self.email, &self.phone];
        let mut now = now.into_iter();
        given.map(|value| or_kept(value.as_ref(), now.next().flatten()))
    }
}

/// What was given, else what is there.
pub(super) fn or_kept(given: Option<&String>, kept: Option<&Text>) -> String {
    given.cloned().unwrap_or_else(|| kept.map_or("", Text::raw).to_owned())
}
