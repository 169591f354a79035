//! The first start on an empty store.

use crate::desk::{Desk, PASSWORD, sign_in};

#[test]
fn the_first_administrator_is_made_on_the_screen() {
    let desk = Desk::empty();
    let mut console = desk.console((80, 24));
    console.wait("This store is empty").press("root<Tab>Ruth<Tab>Berg<Tab><Tab>");
    console
        .press(PASSWORD)
        .press("<Tab>")
        .press("something else")
        .press("<Tab><Tab><Tab><Tab><Enter>");
    console.wait("differ");
    // Nothing typed is lost: only the second password has to be mended.
    assert!(console.shows("Ruth"));
    console.press("<C-u>").press(PASSWORD).press("<Tab><Tab><Tab><Tab><Enter>");
    console
        .wait("Sign in as root")
        .press(PASSWORD)
        .press("<Enter>")
        .wait("root · Security Administrator");
    console.press("q").wait("Leave").press("<Tab><Enter>");
    assert_eq!(console.exit(), 0);

    // It is there at the second start.
    let mut again = desk.console((80, 24));
    sign_in(&mut again, "root");
}
