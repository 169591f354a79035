//! A row of an import: its cells read as a request, and the digest it is known by.

use crate::domain::fold;
use crate::domain::id::{RequestId, SiteId};
use crate::domain::problem::{Code, Problem};
use crate::domain::request::{PortalRequest, RequestStatus};
use crate::domain::text::Text;
use crate::domain::time::{DAY, Timestamp};
use crate::service::DeskError;
use crate::service::requests::{RequestFields, RequestForm};

use super::sheet::Column;

/// The columns of a file of requests.
pub(super) const COLUMNS: [Column; 8] = [
    Column::required("First Name", &["first", "given name"]),
    Column::required("Last Name", &["last", "surname", "family name"]),
    Column::required("Email", &["e mail", "email address", "mail"]),
    Column::required("Phone", &["telephone", "phone number"]),
    Column::required("Company", &["company name"]),
    Column::optional("Submitted At", &["submitted"]),
    Column::optional("Request", &["request number"]),
    // An export tells it, and no file sets it.
    Column::optional("Status", &[]),
];

/// A row that can become a request, with the digest it is known by.
pub(super) struct Draft {
    pub line: u64,
    pub key: String,
    /// The number that the row says the request has.
    pub number: Option<RequestId>,
    fields: RequestFields,
    submitted_at: Option<Timestamp>,
}

impl Draft {
    /// Whether this is the request that the row says it is: of that number and moment.
    pub(super) fn is(&self, request: &PortalRequest) -> bool {
        self.number == Some(request.id)
            && self.submitted_at.map(|it| it.to_string()) == Some(request.submitted_at.to_string())
    }

    /// The request that it becomes.
    pub(super) fn request(&self, id: RequestId, site: SiteId, now: Timestamp) -> PortalRequest {
        PortalRequest {
            id,
            first: self.fields.first.clone(),
            last: self.fields.last.clone(),
            email: self.fields.email.clone(),
            phone: self.fields.phone.clone(),
            company_name: self.fields.company_name.clone(),
            site,
            submitted_at: self.submitted_at.unwrap_or(now),
            status: RequestStatus::New,
            contact: None,
            user: None,
            reject_reason: None,
            handled_by: None,
            import_key: Some(self.key.clone()),
        }
    }
}

/// Reads the cells of a row; every problem with it at once.
pub(super) fn read(line: u64, cells: Vec<String>, now: Timestamp) -> Result<Draft, Vec<Problem>> {
    let mut cells = cells.into_iter();
    let mut next = || cells.next().unwrap_or_default();
    let form = RequestForm {
        first: next(),
        last: next(),
        email: next(),
        phone: next(),
        company_name: next(),
    };
    let submitted = submitted_at(&next(), now);
    // A number that is none tells nothing: the row is known by what it says.
    let number = next().trim().parse().ok();
    match (form.read(), submitted) {
        (Ok(fields), Ok(submitted_at)) => {
            let key = import_key(&fields, submitted_at);
            Ok(Draft { line, key, number, fields, submitted_at })
        }
        (fields, submitted) => {
            let mut problems = match fields {
                Err(DeskError::Problems(problems)) => problems,
                _ => Vec::new(),
            };
            problems.extend(submitted.err());
            Err(problems)
        }
    }
}

/// Reads **Submitted At**; empty means the moment of the import.
fn submitted_at(cell: &str, now: Timestamp) -> Result<Option<Timestamp>, Problem> {
    if cell.trim().is_empty() {
        return Ok(None);
    }
    let problem = |message: String| Problem::field(Code::Malformed, "submitted_at", message);
    let at = Timestamp::parse(cell).ok_or_else(|| {
        problem(format!(
            "Submitted At “{}” is no time; write it as 2026-06-29T11:04:40Z or 2026-06-29.",
            Text::from(cell.trim())
        ))
    })?;
    // A day's grace for clocks and time zones that differ.
    if at > now.plus_millis(DAY) {
        return Err(problem(format!("Submitted At {at} lies in the future; correct the date.")));
    }
    Ok(Some(at))
}

/// What an imported row is known by: BLAKE3, as hex, over its folded email, its time, and
/// its folded first, last and company names, each with its length before it.
///
/// The time is what the file says, nothing when it says nothing, so that a row without one
/// is known again too. The phone is left out: people correct it between two exports.
fn import_key(fields: &RequestFields, submitted_at: Option<Timestamp>) -> String {
    let mut digest = blake3::Hasher::new();
    digest.update(b"portaldesk request 1");
    let parts = [
        fold::identity(fields.email.raw()),
        submitted_at.map(|at| at.to_string()).unwrap_or_default(),
        fold::search(fields.first.raw()),
        fold::search(fields.last.raw()),
        fold::search(fields.company_name.raw()),
    ];
    for part in parts {
        digest.update(&(part.len() as u64).to_le_bytes());
        digest.update(part.as_bytes());
    }
    digest.finalize().to_hex().to_string()
}
