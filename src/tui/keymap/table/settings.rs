//! Rows of the Settings.

use super::{Row, row};
use crate::tui::keymap::action::Action::*;
use crate::tui::keymap::action::Context as C;
use crate::tui::keymap::groups::{KEPT, KEPT_RECORDS, SETTINGS};

pub(super) const ROWS: &[Row] = &[
    // the Settings
    row(
        SETTINGS,
        &["Tab", "]"],
        NextTab,
        "tabs",
        "Next tab: Sites, Site groups, Roles, Staff, Mail",
    )
    .hint(2),
    row(SETTINGS, &["S-Tab", "["], PreviousTab, "tabs", "Previous tab"),
    row(KEPT, &["Enter"], Open, "open", "Open the selected row").hint(1).menu(),
    row(KEPT, &["e"], Edit, "edit", "Edit the selected row").hint(6).menu(),
    row(KEPT_RECORDS, &["e", "Enter"], Edit, "edit", "Edit this record").hint(1).menu(),
    row(&[C::SiteList], &["a", "F6"], Add, "add", "Add a site").hint(5).menu(),
    row(&[C::SiteGroupList], &["a", "F6"], Add, "add", "Add a site group").hint(5).menu(),
    row(&[C::RoleList], &["a", "F6"], Add, "add", "Add a portal role").hint(5).menu(),
    row(
        &[C::SiteList, C::SiteRecord],
        &["o"],
        TurnPortal,
        "Portal on or off",
        "Switch this site's portal on, or off",
    )
    .short("on/off")
    .hint(3)
    .menu(),
    row(
        SETTINGS,
        &["O"],
        TurnWholePortal,
        "Whole portal on or off",
        "Switch the whole portal on, or off",
    )
    .short("portal on/off")
    .hint(7)
    .menu(),
    row(
        &[C::SiteList, C::SiteRecord],
        &["m"],
        SiteSync,
        "Site sync…",
        "Make the accounts that are missing at new sites",
    )
    .short("site sync")
    .hint(3)
    .menu(),
    row(
        &[C::SiteList, C::SiteRecord, C::RoleList, C::RoleRecord],
        &[],
        Deactivate,
        "Deactivate",
        "Take it out of use; it can be undone",
    )
    .menu(),
    row(
        &[C::SiteList, C::SiteRecord, C::RoleList, C::RoleRecord],
        &[],
        Activate,
        "Activate",
        "Take it into use again",
    )
    .menu(),
    row(
        &[C::SiteGroupList, C::SiteGroupRecord],
        &[],
        MakePortal,
        "Make it the portal's…",
        "The portal is made up of this group's sites then",
    )
    .menu(),
    row(
        &[C::SiteGroupList, C::SiteGroupRecord, C::RoleList, C::RoleRecord],
        &["d", "Delete"],
        Delete,
        "delete",
        "Delete it; asks first",
    )
    .hint(6)
    .menu(),
    row(&[C::RoleRecord], &["o"], OpenUsers, "users", "Show the users who have this role")
        .hint(3)
        .menu(),
    row(
        &[C::MailSettings],
        &["Enter"],
        Open,
        "preview",
        "Read the selected letter as it would go out",
    )
    .hint(1)
    .menu(),
    row(
        &[C::MailSettings],
        &["t"],
        SendTest,
        "Send a test…",
        "Send a letter to see whether mails arrive",
    )
    .short("send a test")
    .hint(2)
    .menu(),
    row(&[C::MailSettings], &["x", "F4"], Menu, "actions", "Everything that can be done here")
        .hint(4),
    row(&[C::MailSettings], &["Up", "k"], Up, "move", "Previous letter"),
    row(&[C::MailSettings], &["Down", "j"], Down, "move", "Next letter"),
    row(&[C::MailSettings], &["PgUp"], PageUp, "up", "One screenful up"),
    row(&[C::MailSettings], &["PgDn"], PageDown, "down", "One screenful down"),
    row(KEPT_RECORDS, &["x", "F4"], Menu, "options", "Everything that can be done to it").hint(4),
];
