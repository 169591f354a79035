//! Rows of forms, choosers and questions, and what holds everywhere.

use super::{Row, row};
use crate::tui::keymap::action::Action::*;
use crate::tui::keymap::action::Context as C;
use crate::tui::keymap::groups::{
    ASKED, CHOOSERS, EVERYWHERE, FORMS, HELPED, LEAVABLE, ROOMS, WORK,
};
use crate::tui::place::Place;
use crate::tui::way::Way;

pub(super) const ROWS: &[Row] = &[
    // forms
    row(FORMS, &["Tab", "Down"], NextField, "next field", "Next field or button").hint(2),
    row(FORMS, &["S-Tab", "Up"], PreviousField, "previous field", "Previous field or button"),
    row(FORMS, &["Enter"], Press, "go on", "Press the button; in a field, go to the next").hint(3),
    row(&[C::Form], &["C-s", "F2"], Save, "save", "Save the form").hint(1).palette(),
    row(&[C::Gate], &["C-s", "F2"], Save, "go on", "Press the first button"),
    row(&[C::Form], &["F4"], LookUp, "list", "Open the list of values for this field").hint(3),
    row(&[C::Form], &["Space"], Toggle, "choose", "Switch on or off, or choose the next value")
        .hint(3),
    row(&[C::Form], &["Right"], ChooseNext, "choose", "Choose the next value"),
    row(&[C::Form], &["Left"], ChoosePrevious, "choose", "Choose the previous value"),
    row(&[C::Form], &["PgDn"], PageDown, "read all", "Read to its end what would come of it")
        .hint(2),
    row(&[C::Form], &["C-g"], Generate, "generate", "Fill in a generated password").hint(2),
    row(&[C::Form], &["C-z"], Restore, "restore", "Put back what the field held at first").hint(6),
    row(FORMS, &["C-r"], Reveal, "reveal", "Show or hide the secret in this field").hint(2),
    row(FORMS, &["C-w"], DeleteWord, "delete word", "Delete the word before the cursor"),
    row(FORMS, &["C-u"], ClearField, "clear", "Empty the field"),
    // the filter line
    row(&[C::Filter], &["Enter", "Down"], KeepFilter, "keep", "Keep the filter and go to the list")
        .hint(1),
    row(
        &[C::Filter],
        &["Tab"],
        Complete,
        "complete",
        "Complete the field or its value, as status:pending",
    )
    .hint(2),
    row(&[C::Filter], &["C-w"], DeleteWord, "delete word", "Delete the word before the cursor"),
    row(&[C::Filter], &["C-u"], ClearField, "empty", "Empty the filter").hint(3),
    // choosers
    row(CHOOSERS, &["Up"], Up, "move", "Previous row").hint(2),
    row(CHOOSERS, &["Down"], Down, "move", "Next row").hint(2),
    row(CHOOSERS, &["PgUp"], PageUp, "up", "One screenful up"),
    row(CHOOSERS, &["PgDn"], PageDown, "down", "One screenful down"),
    row(CHOOSERS, &["Enter"], Press, "take", "Take the selected row").hint(1),
    row(
        &[C::Picker, C::Ticking, C::Palette],
        &["C-w"],
        DeleteWord,
        "delete word",
        "Delete the word before the cursor",
    ),
    row(&[C::Picker, C::Ticking, C::Palette], &["C-u"], ClearField, "clear", "Empty the search"),
    row(&[C::Ticking], &["Space"], Tick, "tick", "Tick this row, or untick it").hint(3),
    row(&[C::Ticking], &["F6"], TickPage, "tick shown", "Tick all rows shown, or untick them")
        .hint(4),
    // questions
    row(ASKED, &["Right", "Tab", "Down"], NextField, "move", "Next button").hint(2),
    row(ASKED, &["Left", "S-Tab", "Up"], PreviousField, "move", "Previous button").hint(2),
    row(ASKED, &["Enter"], Press, "press", "Press the focused button").hint(1),
    // handing over
    row(
        &[C::HandOver],
        &["w", "C-s", "F2"],
        WriteSheet,
        "write a sheet",
        "Write it to a new file, to print",
    )
    .hint(3),
    row(&[C::HandOver], &["C-r"], Reveal, "hide, show", "Hide what is secret, or show it again")
        .hint(4),
    // results
    row(&[C::Results], &["Up", "k"], Up, "scroll", "Scroll up").hint(2),
    row(&[C::Results], &["Down", "j"], Down, "scroll", "Scroll down").hint(2),
    row(&[C::Results], &["PgUp"], PageUp, "up", "One screenful up"),
    row(&[C::Results], &["PgDn", "Space"], PageDown, "down", "One screenful down"),
    row(&[C::Results], &["Enter"], Back, "close", "Close the result").hint(1),
    row(&[C::Dialog], &["C-u"], ClearField, "empty", "Empty what was typed"),
    row(&[C::Dialog], &["C-w"], DeleteWord, "delete word", "Delete the word before the cursor"),
    // what would come of a form, to its end
    row(&[C::Reading], &["Up", "k"], Up, "scroll", "Scroll up").hint(2),
    row(&[C::Reading], &["Down", "j"], Down, "scroll", "Scroll down").hint(2),
    row(&[C::Reading], &["PgUp"], PageUp, "up", "One screenful up"),
    row(&[C::Reading], &["PgDn", "Space"], PageDown, "read on", "One screenful down").hint(1),
    row(&[C::Reading], &["Enter"], Confirm, "override", "Override exactly these warnings").hint(1),
    // a letter
    row(&[C::Letter], &["Up", "k"], Up, "scroll", "Scroll up").hint(2),
    row(&[C::Letter], &["Down", "j"], Down, "scroll", "Scroll down").hint(2),
    row(&[C::Letter], &["PgUp"], PageUp, "up", "One screenful up"),
    row(&[C::Letter], &["PgDn", "Space"], PageDown, "read on", "One screenful down").hint(1),
    // why somebody can't sign in
    row(&[C::Explanation], &["Enter"], Press, "mend", "Do what mends the selected line").hint(1),
    row(&[C::Explanation], &["Up", "k"], Up, "move", "Previous line").hint(2),
    row(&[C::Explanation], &["Down", "j"], Down, "move", "Next line").hint(2),
    row(&[C::Explanation], &["r", "F5"], Refresh, "look again", "Ask again what is the matter")
        .hint(3),
    // help
    row(&[C::Help], &["Up", "k"], Up, "scroll", "Scroll up").hint(1),
    row(&[C::Help], &["Down", "j"], Down, "scroll", "Scroll down").hint(1),
    row(&[C::Help], &["PgUp"], PageUp, "up", "One screenful up"),
    row(&[C::Help], &["PgDn", "Space"], PageDown, "down", "One screenful down"),
    row(&[C::Help], &["?", "q", "F1"], Back, "close", "Close the help").hint(2),
    // everywhere
    row(ROOMS, &["u"], Undo, "undo", "Undo the last change that can be undone").palette(),
    row(ROOMS, &["r", "F5"], Refresh, "refresh", "Read again what is shown").palette(),
    row(ROOMS, &["1", "g d"], Go(Place::Dashboard), "Dashboard", "Go to the Dashboard"),
    row(ROOMS, &["2", "g r"], Go(Place::Requests), "Portal Requests", "Go to Portal Requests"),
    row(ROOMS, &["3", "g u"], Go(Place::Users), "Users", "Go to Users"),
    row(ROOMS, &["g p"], Go(Place::PortalAccess), "Portal Access", "Go to Portal Access").palette(),
    row(ROOMS, &["4", "g c"], Go(Place::Contacts), "Contacts", "Go to Contacts"),
    row(ROOMS, &["5", "g o"], Go(Place::Companies), "Companies", "Go to Companies"),
    row(
        ROOMS,
        &[],
        Go(Place::CompanyUsers),
        "Users of a company",
        "Choose a company, and go to its users",
    )
    .palette(),
    row(ROOMS, &[], New(Way::CreateUser), Way::CreateUser.path(), Way::CreateUser.help()).palette(),
    row(ROOMS, &[], New(Way::Utility), Way::Utility.path(), Way::Utility.help()).palette(),
    row(ROOMS, &[], New(Way::PortalAccess), Way::PortalAccess.path(), Way::PortalAccess.help())
        .palette(),
    row(ROOMS, &[], New(Way::Staff), Way::Staff.path(), Way::Staff.help()).palette(),
    row(ROOMS, &["6", "g j"], Go(Place::Jobs), "Jobs", "Go to the jobs"),
    row(ROOMS, &["g m"], Go(Place::Outbox), "Outbox", "Go to the mails to portal users").palette(),
    row(ROOMS, &["7", "g a"], Go(Place::Audit), "Audit", "Go to Audit"),
    row(ROOMS, &["8", "g s"], Go(Place::Settings), "Settings", "Go to the Settings"),
    row(ROOMS, &[], Go(Place::SiteGroups), "Site groups", "Go to the site groups").palette(),
    row(ROOMS, &[], Go(Place::Roles), "Roles", "Go to the roles").palette(),
    row(ROOMS, &[], Go(Place::StaffAccounts), "Staff accounts", "Go to the accounts of colleagues")
        .palette(),
    row(ROOMS, &[], Go(Place::MailSettings), "Mail settings", "Go to how mail is set up").palette(),
    row(WORK, &["F3"], Go(Place::Dashboard), "Dashboard", "Go to the Dashboard"),
    row(ROOMS, &["g l"], Lock, "lock", "Lock the console; everything stays as it is").palette(),
    row(ROOMS, &[], Mouse(true), "mouse on", "Wheel moves, a click selects, again opens").palette(),
    row(ROOMS, &[], Mouse(false), "mouse off", "Leave the mouse to the terminal").palette(),
    row(ROOMS, &[], SignOut, "sign out", "Sign out, so that somebody else can sign in").palette(),
    row(ROOMS, &[], OwnPassword, "change my password", "Change the password that you sign in with")
        .palette(),
    row(ROOMS, &[], OwnFactor, "second factor…", "Your second factor and recovery codes").palette(),
    row(ROOMS, &[], Quit, "leave", "Leave the console").palette(),
    row(ROOMS, &["q"], BackOrQuit, "back", "Back; on the Dashboard, leave the console"),
    row(ROOMS, &[":"], Palette, "commands", "Find any command or screen by its name").hint(20),
    row(WORK, &["F9"], Palette, "commands", "Find any command or screen by its name"),
    row(ROOMS, &["?"], Help, "help", "The keys that work here").hint(30).palette(),
    row(HELPED, &["F1"], Help, "help", "The keys that work here"),
    row(LEAVABLE, &["Esc", "F12"], Back, "back", "Back one layer").hint(25),
    row(EVERYWHERE, &["C-l"], Redraw, "redraw", "Draw the screen afresh"),
    row(
        EVERYWHERE,
        &["C-c"],
        Interrupt,
        "cancel",
        "Cancel what is running; twice: leave the console",
    ),
];
