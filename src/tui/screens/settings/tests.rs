use crate::tui::keymap::Context;
use crate::tui::testing::Console;

fn at_staff(login: &str) -> Console {
    let mut console = Console::signed_in(login);
    console.press("F9").type_text("Staff accounts").press("Enter");
    console
}

fn context(console: &Console) -> Context {
    console.state.top().unwrap().screen.context()
}

fn shows(console: &Console, text: &str) {
    let screen = console.screen();
    assert!(screen.contains(text), "no {text} in\n{screen}");
}

#[test]
fn the_staff_are_listed_with_their_roles() {
    let mut console = at_staff("root");
    assert_eq!(context(&console), Context::StaffList);
    for text in ["Settings ▸ Staff accounts", "root", "Security Administrator", "anna", "3, by"] {
        shows(&console, text);
    }
    console.press("a").type_text("carl").press("Tab Tab Tab Tab Tab").type_text("plenty of words");
    console.press("Tab").type_text("plenty of words").press("F2");
    assert!(console.status().contains("carl can sign in"), "{}", console.status());
}

#[test]
fn who_may_not_add_staff_is_told_who_may() {
    let mut console = at_staff("anna");
    console.press("a");
    assert!(console.status().contains("Security Administrator"), "{}", console.status());
    assert_eq!(context(&console), Context::StaffList);
    console.press("Enter");
    assert_eq!(context(&console), Context::UserRecord);
}
