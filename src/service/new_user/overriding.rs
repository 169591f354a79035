//! Overriding warnings: exactly those that were shown, for exactly what they were shown for.

use crate::domain::problem::{Code, Problem, Warning};
use crate::domain::text::Text;
use crate::service::DeskError;

/// Which warnings are to be overridden.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Overriding {
    /// None: the first warning stops it.
    #[default]
    None,
    /// Those of these codes, as commands name them: exactly the codes that there are.
    Codes(Vec<String>),
    /// Those that a form has shown: exactly these, sentence by sentence, so that a form whose
    /// content has changed since is looked at anew.
    Shown(Vec<Warning>),
}

impl Overriding {
    /// The codes that go to the trail as overridden, each once.
    ///
    /// # Errors
    /// [`DeskError::Warned`] with all warnings when one of them is not overridden; a problem
    /// when a code is named that is not among them.
    pub(super) fn over(&self, warnings: Vec<Warning>) -> Result<Vec<String>, DeskError> {
        let codes = codes(&warnings);
        match self {
            Self::Codes(named) => {
                let named: Vec<String> =
                    named.iter().map(|code| code.trim().to_uppercase()).collect();
                if let Some(other) = named.iter().find(|code| !codes.contains(code)) {
                    return Err(not_there(other, &codes).into());
                }
                if codes.iter().any(|code| !named.contains(code)) {
                    return Err(DeskError::Warned(warnings));
                }
            }
            Self::Shown(shown) if *shown == warnings => {}
            _ if warnings.is_empty() => {}
            Self::None | Self::Shown(_) => return Err(DeskError::Warned(warnings)),
        }
        Ok(codes)
    }
}

/// The codes of warnings, each once, in their order.
fn codes(warnings: &[Warning]) -> Vec<String> {
    let mut codes: Vec<String> = warnings.iter().map(|it| it.code.to_owned()).collect();
    codes.dedup();
    codes
}

fn not_there(code: &str, codes: &[String]) -> Problem {
    let code = Text::from(code);
    let rest = match codes {
        [] => String::from("there is no warning; override none"),
        codes => format!("the warnings are {}; override exactly those", codes.join(", ")),
    };
    Problem::field(Code::Override, "overriding", format!("{code} can't be overridden: {rest}."))
}
