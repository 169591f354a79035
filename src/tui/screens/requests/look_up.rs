//! Contacts and companies to take one from.

use crate::domain::text::Text;
use crate::service::contacts::ContactRow;
use crate::service::request_views::RequestView;
use crate::service::{ListArgs, NoStatus, Sort};
use crate::tui::ask::{Ask, Reply};
use crate::tui::popup::picker::{PickRow, Picker, Source};
use crate::tui::screens::look_up;
use crate::tui::widgets::field::{FieldId, Taken};

/// Values shown at most.
const SHOWN: u64 = 50;

/// Contacts, by any text in them.
pub(super) const CONTACTS: Source = Source {
    title: "Search a contact by name, email or company",
    empty: "No contact fits. Esc goes back; + on the request makes a new one.",
    ask: |text, page| {
        let args = ListArgs::<NoStatus>::all(Sort::Name, false);
        Ask::Contacts(ListArgs { text: look_up::words(text), page, per_page: SHOWN, ..args })
    },
    rows: |reply| match reply {
        Reply::Contacts(page) => {
            (page.rows.iter().map(|row| contact(row, "")).collect(), page.total)
        }
        _ => (Vec::new(), 0),
    },
};

/// Companies, by any text in them; where none fits, the form can make one.
pub(super) const COMPANIES: Source = Source {
    empty: "No company fits. Esc goes back; choose “a new company” to make one.",
    ..look_up::COMPANIES
};

/// Contacts for a request, the likely ones first.
pub(super) fn contacts_for(view: &RequestView) -> Picker {
    Picker::new("contact", CONTACTS, "").with_likely(likely(view))
}

/// Contacts for a field of a form.
pub(super) fn contacts(field: FieldId, typed: &str, likely: Vec<PickRow>) -> Picker {
    Picker::new(field, CONTACTS, typed).with_likely(likely)
}

/// The likely contacts of a request, best first.
pub(super) fn likely(view: &RequestView) -> Vec<PickRow> {
    view.candidates.iter().map(|c| contact(&c.contact, c.likeness.words())).collect()
}

fn contact(row: &ContactRow, why: &str) -> PickRow {
    let refused = row.user_id.as_ref().map(|user| {
        format!("{} is {user} already; a contact has one portal user. Take another one, or make a new one with +.", row.label())
    });
    let remark = row.user_id.as_ref().map_or_else(|| why.to_owned(), |user| format!("is {user}"));
    let beside = match (&row.company_name, &row.email) {
        (Some(company), Some(email)) => Text::new(format!("{}, {}", company.raw(), email.raw())),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => Text::default(),
    };
    PickRow { taken: Taken { id: row.id.0, label: row.label() }, beside, remark, refused }
}
