//! Place 6 in a terminal: a job is added, run by hand, and its run shown.

use crate::desk::Desk;

fn walk(size: (u16, u16)) {
    let desk = Desk::staffed();
    let mut console = desk.signed_in("root", size);
    console.press("6").wait("Jobs").wait("Notification").wait("every 5 minutes");
    console.press("a").wait("Add a job").press("Weekdays<Tab> <Tab><Tab> <Tab>");
    console.press("<Right><Right><Tab>").press("30 6 * * 1-5").wait("every weekday at 06:30");
    console.press("<C-s>").wait("Weekdays is a job now").wait("Jobs ▸ Weekdays");
    console.press("n").wait("sends what waits in the outbox").wait("▐ Cancel");
    console.press("<Tab>").wait("▐ Run").press("<Enter>").wait("Weekdays: nothing to do.");
    console.wait("✔ Done").press("<Enter>").wait("Expire invitations   nothing to do");
    console.wait("by hand").press("<Esc>").wait("Next runs").press("<Esc>").wait("by name");

    console.press("<Tab>").wait("Jobs ▸ Outbox").wait("No mail yet.");
    console.press("<C-c><C-c>").wait("Leave").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);

    let history = desk
        .run(&["job", "history", "Weekdays", "--as", "root", "--password-file", "password"], "");
    assert!(history.contains("by hand"), "{history}");
}

#[test]
fn a_job_is_added_run_and_its_run_shown_at_80x24() {
    walk((80, 24));
}

#[test]
fn a_job_is_added_run_and_its_run_shown_at_120x40() {
    walk((120, 40));
}
