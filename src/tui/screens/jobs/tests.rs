//! Jobs on the screen: made, changed, switched, deleted, and their runs.

use crate::domain::role::Role;
use crate::service::{Entrance, ListArgs, NewUser, Sort};
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, THEME, context, hides, shows};
use crate::tui::theme::Theme;

/// A console of the administrator over a store without the job that every store begins with.
fn without_jobs() -> Console {
    let console = Console::signed_in("root");
    let root = console.session("root");
    let args = ListArgs::all(Sort::Name, false);
    for row in console.desk.jobs(&root, &args).unwrap().rows {
        console.desk.delete_job(&root, row.id, None).unwrap();
    }
    console
}

/// The same with a job that he has just made; its record is open.
fn with_a_job() -> Console {
    let mut console = without_jobs();
    console.press("6 a").type_text("Nightly").press("Tab Space Tab Tab Space F2");
    assert_eq!(context(&console), Context::JobRecord, "{}", console.screen());
    console
}

#[test]
fn the_form_says_what_would_come_of_it_as_it_is_typed() {
    let mut console = without_jobs();
    console.press("g j");
    shows(&console, "No jobs yet: nothing runs by itself");
    console.press("a");
    assert_eq!(context(&console), Context::Form);
    shows(&console, "every 5 minutes");
    shows(&console, "Next: Fri 27 Nov 13:05, Fri 27 Nov 13:10");
    console.press("Tab Tab Tab Tab Right Right Tab").type_text("30 6");
    shows(&console, "30 6");
    hides(&console, "Next:");
    console.type_text(" * * 1-5");
    shows(&console, "every weekday at 06:30");
    shows(&console, "Next: Mon 30 Nov 06:30, Tue 1 Dec 06:30");
    console.press("S-Tab Left Tab").type_text("2026-11-30 14:02");
    shows(&console, "Next: Mon 30 Nov 14:02 (+00:00)");
    console.press("F2");
    shows(&console, "The job does nothing; choose at least one");
    assert_eq!(context(&console), Context::Form, "nothing is saved without a step");
}

#[test]
fn steps_run_in_the_order_in_which_they_are_ticked() {
    let mut console = Console::signed_in("root");
    console.press("6 a").type_text("Backwards").press("Tab Tab Tab Space S-Tab S-Tab Space");
    shows(&console, "step 1");
    shows(&console, "step 2");
    console.press("F2");
    assert_eq!(console.status(), "Backwards is a job now; next run in 5 min.");
    shows(&console, "Expire invitations,");
    console.press("e Tab Space Space F2");
    assert_eq!(console.status(), "Backwards is saved; next run in 5 min.");
    // Ticked anew it runs last, as it did; nothing has changed.
    hides(&console, "edited by root");
}

#[test]
fn a_job_is_edited_switched_and_deleted_and_each_can_be_undone() {
    let mut console = with_a_job();
    assert_eq!(console.status(), "Nightly is a job now; next run in 5 min.");
    shows(&console, "It has not run yet; n runs it now.");
    console.press("e End").type_text(" work").press("F2");
    shows(&console, "Jobs ▸ Nightly work");
    shows(&console, "edited by root (name)");
    console.press("x").type_text("disable").press("Enter");
    assert_eq!(console.status(), "Nightly work runs by hand only now.");
    shows(&console, "■ Disabled");
    shows(&console, "none by itself");
    console.press("u");
    assert_eq!(console.status(), "Nightly work runs by itself again.");
    console.press("d");
    shows(&console, "Delete Nightly work?");
    console.press("Tab Enter");
    assert_eq!(context(&console), Context::Dialog, "nobody deletes by accident");
    console.wait(300).press("Tab Enter");
    assert_eq!(console.status(), "Nightly work is deleted.");
    assert_eq!(context(&console), Context::JobList);
    hides(&console, "● Enabled");
    console.press("u");
    assert_eq!(console.status(), "Nightly work is there again; its runs are not.");
    shows(&console, "● Enabled");
}

#[test]
fn a_job_whose_one_moment_has_passed_is_deleted_for_good() {
    let mut console = without_jobs();
    console.press("6 a").type_text("Once").press("Tab Space Tab Tab Tab Right Tab");
    console.type_text("2026-11-27 13:05").press("F2 d");
    shows(&console, "Delete Once?");
    shows(&console, "u makes the job again");
    console.wait(300).press("Esc").wait(6 * 60_000).behind();
    console.press("d");
    shows(&console, "Delete Once?");
    hides(&console, "u makes the job again");
    console.wait(300).press("Tab Enter");
    assert_eq!(console.status(), "Once is deleted.");
    console.press("u");
    hides(&console, "is there again");
    shows(&console, "No jobs yet");
}

#[test]
fn the_list_says_when_each_is_due_and_its_actions_open_the_record() {
    let mut console = with_a_job();
    console.press("Esc");
    assert_eq!(context(&console), Context::JobList);
    for text in ["Nightly", "every 5 minutes", "● Enabled", "in 5 min", "never"] {
        shows(&console, text);
    }
    console.wait(60_000).press("r");
    shows(&console, "in 4 min");
    console.press("d");
    shows(&console, "Delete Nightly?");
    console.wait(300).press("Esc Esc e");
    shows(&console, "Edit Nightly");
    console.press("Esc");
    assert_eq!(context(&console), Context::JobRecord);
}

#[test]
fn a_form_learns_what_somebody_else_saved_meanwhile() {
    let mut console = with_a_job();
    console.press("e End").type_text(" A");
    let root = console.session("root");
    let args = ListArgs::all(Sort::Name, false);
    let row = console.desk.jobs(&root, &args).unwrap().rows.remove(0);
    let mut form = console.desk.job(&root, row.id).unwrap().form();
    form.name = "Nightly B".into();
    console.desk.edit_job(&root, row.id, None, &form).unwrap();
    console.press("F2");
    shows(&console, "Nightly B");
    shows(&console, "Nightly A");
    console.press("Esc");
}

#[test]
fn who_may_not_is_told_why() {
    let mut console = Console::signed_in_as(Role::CustomerService);
    console.press("6 a");
    assert_eq!(context(&console), Context::JobList);
    assert!(console.status().contains("role"), "{}", console.status());
}

#[test]
fn it_stands_in_any_terminal() {
    for (columns, rows) in [(60, 18), (80, 24), (120, 40)] {
        for theme in [
            Theme { colour: true, ascii: false },
            Theme { colour: false, ascii: false },
            Theme { colour: true, ascii: true },
        ] {
            let mut console = with_a_job();
            console.theme = theme;
            console.resize(columns, rows);
            for text in ["Nightly", "Enabled", "next in 5 min", "every 5", "Next runs"] {
                shows(&console, text);
            }
            console.press("e");
            shows(&console, "Save");
            console.press("Esc Esc");
            shows(&console, "Next run");
        }
    }
}

#[test]
fn a_job_is_run_by_hand_and_its_run_is_shown_step_by_step() {
    let mut console = with_a_job();
    console.press("n");
    shows(&console, "Nightly sends what waits in the outbox, then ends the");
    console.press("Enter");
    assert_eq!(context(&console), Context::JobRecord, "the safe button has the focus");
    console.press("n Tab Enter");
    assert_eq!(console.status(), "Nightly: nothing to do.");
    shows(&console, "✔ Done");
    shows(&console, "by hand, root");
    console.press("Enter");
    assert_eq!(context(&console), Context::JobRun);
    for text in ["✔ Done   nothing to do", "Began", "Notification   nothing to do", "by hand"] {
        shows(&console, text);
    }
    shows(&console, "Expire invitations   nothing to do");
    console.press("Esc n Tab Enter Enter .");
    shows(&console, "Jobs ▸ Nightly");
    console.press(".");
    assert_eq!(console.status(), "This is the oldest run that is kept.");
}

#[test]
fn a_job_that_is_due_runs_behind_and_the_list_shows_it() {
    let mut console = with_a_job();
    console.press("Esc");
    shows(&console, "never");
    console.behind();
    shows(&console, "never");
    let said = console.status().to_owned();
    console.wait(5 * 60_000).behind();
    shows(&console, "✔ just now");
    shows(&console, "in 5 min");
    assert_eq!(console.status(), said, "what found nothing to do is not told");
    console.press("Enter Enter");
    shows(&console, "by schedule");
}

#[test]
fn the_tabs_are_gone_through_under_what_is_due_next() {
    let mut console = with_a_job();
    console.press("Esc");
    shows(&console, "Next  Nightly in 5 min");
    shows(&console, "mail is not set up");
    console.press("Tab");
    assert_eq!(context(&console), Context::OutboxList);
    shows(&console, "Jobs ▸ Outbox");
    console.press("[");
    assert_eq!(context(&console), Context::JobList);
    console.click("Outbox");
    assert_eq!(context(&console), Context::OutboxList);
    console.press("1");
    shows(&console, "Next job  Nightly in 5 min");
}

/// Adds portal users whom mails invite.
fn invites(console: &Console, emails: [&str; 3]) {
    let anna = console.session("anna");
    let args = ListArgs::all(Sort::Name, false);
    let company = console.desk.companies(&anna, &args).unwrap().rows[0].id;
    for email in emails {
        let form = NewUser { email: email.into(), ..NewUser::new(Entrance::PortalAccess, company) };
        console.desk.create_portal_user(&anna, &form).unwrap();
    }
}

/// Pictures of the list, the record with runs, a run, and the form
/// of a job.
fn pictures(name: &str, theme: Theme, (columns, rows): (u16, u16)) {
    let mut console = with_a_job().mailing();
    console.theme = theme;
    console.resize(columns, rows);
    console.press("n Tab Enter").wait(5 * 60_000).behind();
    invites(&console, ["jo@acme.example", "nobody@bounce.example", "ines@slow.example"]);
    console.press("n Tab Enter").wait(7 * 60_000);
    insta::assert_snapshot!(format!("record_{name}"), console.styled());
    console.press("Enter");
    insta::assert_snapshot!(format!("run_{name}"), console.styled());
    console.press("Esc e");
    insta::assert_snapshot!(format!("form_{name}"), console.styled());
    console.press("Esc Esc");
    insta::assert_snapshot!(format!("list_{name}"), console.styled());
}

#[test]
fn the_list_the_record_a_run_and_the_form() {
    pictures("80x24", THEME, (80, 24));
    pictures("120x40", THEME, (120, 40));
    pictures("60x18", THEME, (60, 18));
}

#[test]
fn the_same_in_ascii_and_without_colours() {
    pictures("in_ascii_without_colour", Theme { colour: false, ascii: true }, (80, 24));
}
