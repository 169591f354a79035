//! What is handed to a person once: a sign-in or recovery codes, and a sheet of it to print.
//!
//! A sheet is written where the console runs, for its owner alone, and never over another
//! file. Nothing of it reaches the store or the trail.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::DeskError;
use super::exports::{IfThere, write_whole};
use super::user_views::UserView;
use crate::domain::problem::{Code, Problem, reason};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::user::UserKind;

/// A line of a sheet that names something.
#[derive(Debug, Clone)]
pub struct Fact {
    /// The word before it.
    pub label: &'static str,
    /// What it is.
    pub value: FactValue,
}

/// What a line of a sheet says.
#[derive(Debug, Clone)]
pub enum FactValue {
    /// Something to copy.
    Text(Text),
    /// Something to copy that nobody else may see.
    Secret(Secret),
    /// A remark in place of it: there is nothing to copy.
    Missing(&'static str),
}

/// What a person is handed: words, and what to copy.
#[derive(Debug, Clone)]
pub struct Handout {
    /// What it is, and whose.
    pub title: String,
    /// What there is to copy, in order.
    pub facts: Vec<Fact>,
    /// What the person has to know, a sentence each.
    pub notes: Vec<String>,
}

/// What stands for the address of a portal whose site has none.
const NO_ADDRESS: &str = "not entered yet; ask who gives you this";

impl Handout {
    /// The sign-in of a user whose password has just been set; `handed` says when and by whom.
    pub fn of_sign_in(view: &UserView, password: &Secret, handed: &str) -> Self {
        let user = &view.row.user_id;
        let address = match &view.sign_in_address {
            Some(address) => FactValue::Text(address.clone()),
            None if view.row.kind == UserKind::Staff => {
                FactValue::Text("this console: portaldesk, in a terminal".into())
            }
            None => FactValue::Missing(NO_ADDRESS),
        };
        let fact = |label, value| Fact { label, value };
        let mut notes = Vec::new();
        if view.must_change_password {
            notes.push("You will be asked for a new password when you sign in.".to_owned());
        }
        if view.lacks_app() {
            notes.push(
                "You will set up an authenticator app then: have the phone with it at hand.".into(),
            );
        }
        notes.push(handed.to_owned());
        notes.push("Keep this sheet to yourself, and destroy it once you have signed in.".into());
        Self {
            title: format!("Portal Desk: the sign-in of {user}"),
            facts: vec![
                fact("Sign-in address", address),
                fact("User ID", FactValue::Text(user.clone())),
                fact("Password", FactValue::Secret(password.clone())),
            ],
            notes,
        }
    }

    /// The sheet as plain text.
    pub fn text(&self) -> Zeroizing<String> {
        let room = self.facts.iter().map(|it| it.label.len()).max().unwrap_or(0);
        // Room for the whole from the start, so that growing leaves no copy of a secret.
        let lines = self.facts.len() + self.notes.len();
        let mut sheet = Zeroizing::new(String::with_capacity(1_024 * (lines + 2)));
        sheet.push_str(&Text::from(self.title.as_str()).shown());
        sheet.push_str("\n\n");
        for fact in &self.facts {
            sheet.push_str(&format!("  {:room$}   ", fact.label));
            match &fact.value {
                FactValue::Text(text) => sheet.push_str(&text.shown()),
                FactValue::Secret(secret) => sheet.push_str(secret.expose()),
                FactValue::Missing(remark) => sheet.push_str(remark),
            }
            sheet.push('\n');
        }
        sheet.push('\n');
        for note in &self.notes {
            sheet.push_str(&Text::from(note.as_str()).shown());
            sheet.push('\n');
        }
        sheet
    }

    /// Writes the sheet to a new file with mode 0600; the path of it, from the root on.
    ///
    /// # Errors
    /// When there is such a file already, or it can't be written.
    pub fn write(&self, path: &Path) -> Result<PathBuf, DeskError> {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let sheet = self.text();
        let otherwise = "name another file, nothing is written over";
        write_whole(&whole, IfThere::Refuse(otherwise), |out| {
            let written = out.write_all(sheet.as_bytes());
            written.map(|()| ((), true)).map_err(|error| {
                let shown = Text::new(whole.display().to_string());
                let sentence =
                    format!("{shown} can't be written: {}; name another file.", reason(&error));
                Problem::field(Code::Malformed, "file", sentence).into()
            })
        })?;
        Ok(whole)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn handout() -> Handout {
        let fact = |label, value| Fact { label, value };
        Handout {
            title: "Portal Desk: the sign-in of k.lee.P".to_owned(),
            facts: vec![
                fact("Sign-in address", FactValue::Missing("none is entered")),
                fact("User ID", FactValue::Text("k.lee\u{202e}.P".into())),
                fact("Password", FactValue::Secret(Secret::new("three-words-here".into()))),
            ],
            notes: vec!["You will be asked for a new password.".to_owned()],
        }
    }

    #[test]
    fn a_sheet_has_each_thing_on_a_line_of_its_own() {
        let text = handout().text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "Portal Desk: the sign-in of k.lee.P");
        assert_eq!(lines[2], "  Sign-in address   none is entered");
        assert_eq!(lines[3], "  User ID           k.lee⟨U+202E⟩.P");
        assert_eq!(lines[4], "  Password          three-words-here");
        assert_eq!(lines[6], "You will be asked for a new password.");
    }

    #[test]
    fn a_sheet_is_for_its_owner_alone_and_goes_over_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("k.lee.P.txt");
        assert_eq!(handout().write(&path).unwrap(), path);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(&path).unwrap(), *handout().text());
        fs::write(&path, "mine").unwrap();
        let refusal = handout().write(&path).unwrap_err().to_string();
        assert!(refusal.contains("is there already; name another file"), "{refusal}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_sheet_that_has_nowhere_to_go_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let refusal = handout().write(&dir.path().join("no/such/place.txt")).unwrap_err();
        assert!(refusal.to_string().contains("can't be written"), "{refusal}");
    }

    #[test]
    fn it_prints_nothing_of_its_secrets() {
        assert!(!format!("{:?}", handout()).contains("three-words"));
    }
}
