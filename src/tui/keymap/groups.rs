//! Where rows of the table hold: contexts that have keys in common.

use super::action::Context as C;

/// Both of them, one after the other; `N` is how many that is.
const fn join<const N: usize>(first: &[C], second: &[C]) -> [C; N] {
    let mut all = [C::Gate; N];
    let mut at = 0;
    while at < N {
        all[at] = if at < first.len() { first[at] } else { second[at - first.len()] };
        at += 1;
    }
    all
}

/// The pages over the Dashboard.
pub(super) const PAGES: &[C] = &[
    C::RequestList,
    C::RequestRecord,
    C::UserList,
    C::PortalAccess,
    C::UserRecord,
    C::SignIns,
    C::ContactList,
    C::ContactRecord,
    C::CompanyList,
    C::CompanyRecord,
    C::CompanyContacts,
    C::CompanyUsers,
    C::CompanyContracts,
    C::JobList,
    C::JobRecord,
    C::JobRun,
    C::OutboxList,
    C::MailRecord,
    C::AuditList,
    C::AuditEntry,
    C::SiteList,
    C::SiteRecord,
    C::SiteGroupList,
    C::SiteGroupRecord,
    C::RoleList,
    C::RoleRecord,
    C::StaffList,
    C::MailSettings,
];
/// Where letters are commands: nothing is being typed.
pub(super) const ROOMS: &[C] = &join::<{ PAGES.len() + 1 }>(PAGES, &[C::Dashboard]);
/// Rooms and the places where something is typed on top of them.
pub(super) const WORK: &[C] = &join::<{ ROOMS.len() + 2 }>(ROOMS, &[C::Form, C::Filter]);
/// Everywhere.
pub(super) const EVERYWHERE: &[C] = &C::ALL;
/// Everywhere that can be left by Esc.
pub(super) const LEAVABLE: &[C] = &join::<{ PAGES.len() + 13 }>(
    PAGES,
    &[
        C::Form,
        C::Filter,
        C::Picker,
        C::Ticking,
        C::Dialog,
        C::Results,
        C::Explanation,
        C::Reading,
        C::Letter,
        C::HandOver,
        C::Menu,
        C::Palette,
        C::Help,
    ],
);
/// Where `?` has something to tell.
pub(super) const HELPED: &[C] = &join::<{ WORK.len() + 10 }>(
    WORK,
    &[
        C::Gate,
        C::Picker,
        C::Ticking,
        C::Dialog,
        C::Results,
        C::Explanation,
        C::Reading,
        C::Letter,
        C::HandOver,
        C::Menu,
    ],
);
/// Pages of rows.
pub(super) const LISTS: &[C] = &join::<{ SEARCHED.len() + 1 }>(SEARCHED, &[C::SignIns]);
/// Those that can be searched.
pub(super) const SEARCHED: &[C] =
    &join::<{ SORTED.len() + 3 }>(SORTED, &[C::JobList, C::AuditList, C::SiteGroupList]);
/// Those that have several orders.
pub(super) const SORTED: &[C] = &join::<{ USERS.len() + 8 }>(
    USERS,
    &[
        C::RequestList,
        C::OutboxList,
        C::ContactList,
        C::CompanyList,
        C::CompanyContacts,
        C::CompanyContracts,
        C::SiteList,
        C::RoleList,
    ],
);
/// Those whose rows can only be opened.
pub(super) const SHOWN: &[C] = &[
    C::RequestList,
    C::OutboxList,
    C::ContactList,
    C::CompanyList,
    C::CompanyContacts,
    C::CompanyContracts,
    C::AuditList,
];
/// The faces of the list of users: rows can be ticked there.
pub(super) const USERS: &[C] = &[C::UserList, C::PortalAccess, C::CompanyUsers, C::StaffList];
/// Those that can be written to a file.
pub(super) const EXPORTED: &[C] = &join::<{ USERS.len() + 4 }>(
    USERS,
    &[C::RequestList, C::ContactList, C::CompanyContacts, C::CompanyList],
);
/// Records that were opened from a list.
pub(super) const RECORDS: &[C] = &[
    C::RequestRecord,
    C::UserRecord,
    C::ContactRecord,
    C::CompanyRecord,
    C::JobRecord,
    C::JobRun,
    C::MailRecord,
    C::AuditEntry,
    C::SiteRecord,
    C::SiteGroupRecord,
    C::RoleRecord,
];
/// The tabs of the jobs.
pub(super) const JOB_TABS: &[C] = &[C::JobList, C::OutboxList];
/// Where a job is looked after.
pub(super) const JOBS: &[C] = &[C::JobList, C::JobRecord];
/// The tabs of the Settings.
pub(super) const SETTINGS: &[C] =
    &[C::SiteList, C::SiteGroupList, C::RoleList, C::StaffList, C::MailSettings];
/// Those whose rows are no accounts.
pub(super) const KEPT: &[C] = &[C::SiteList, C::SiteGroupList, C::RoleList];
/// The records of those rows.
pub(super) const KEPT_RECORDS: &[C] = &[C::SiteRecord, C::SiteGroupRecord, C::RoleRecord];
/// The tabs of a company.
pub(super) const TABS: &[C] =
    &[C::CompanyRecord, C::CompanyContacts, C::CompanyUsers, C::CompanyContracts];
/// Where one of a few buttons is pressed.
pub(super) const ASKED: &[C] = &[C::Dialog, C::HandOver];
pub(super) const FORMS: &[C] = &[C::Form, C::Gate];
/// Where a row is chosen by moving.
pub(super) const CHOOSERS: &[C] = &[C::Picker, C::Ticking, C::Menu, C::Palette];
