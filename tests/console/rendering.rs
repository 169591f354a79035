//! What reaches the terminal: sizes, colours, marks, hostile text, pastes.

use crate::desk::{Desk, sign_in};

fn with_requests() -> Desk {
    let desk = Desk::staffed();
    desk.submit("Zoë", "O'Brien", "zoe@acme.example", "Acme Ltd");
    desk.submit("太郎", "山田", "taro@itou.example", "有限会社 伊藤");
    desk.submit("\u{202e}nimda", "Portal", "evil@acme.example", "Acme\u{200b} Ltd");
    desk
}

#[test]
fn hostile_text_is_made_visible_and_columns_hold() {
    let desk = with_requests();
    let mut console = desk.signed_in("anna", (80, 24));
    console.press("2").wait("⟨U+202E⟩").wait("山田");
    let screen = console.screen();
    assert!(!screen.contains('\u{202e}') && !screen.contains('\u{200b}'));
    let column = |name: &str| {
        let line = screen.lines().find(|line| line.contains(name)).expect("a row shows it");
        let at = line.find("● New").expect("its status");
        // Wide characters take two cells; the parser leaves the second one out.
        line[..at]
            .chars()
            .map(|c| if ('\u{2e80}'..='\u{9fff}').contains(&c) { 2 } else { 1 })
            .sum::<usize>()
    };
    assert_eq!(column("O'Brien"), column("山田"));
}

#[test]
fn no_color_means_no_colour_but_still_a_selection() {
    let desk = with_requests();
    let mut console = desk.console_with(&[], (80, 24), &[("NO_COLOR", "1")]);
    sign_in(&mut console, "anna");
    console.press("2").wait("O'Brien");
    let raw = String::from_utf8_lossy(&console.raw()).into_owned();
    let mut reverse = false;
    for sequence in raw.split('\u{1b}').filter_map(|it| it.strip_prefix('[')?.split_once('m')) {
        let codes: Vec<u16> = sequence.0.split(';').filter_map(|it| it.parse().ok()).collect();
        reverse |= codes.contains(&7);
        let colours = |c: &u16| matches!(c, 30..=38 | 40..=48 | 90..=97 | 100..=107);
        assert!(!codes.iter().any(colours), "a colour: {:?}", sequence.0);
    }
    assert!(reverse, "the selection is reverse video");
}

#[test]
fn ascii_means_nothing_else() {
    let desk = with_requests();
    for (args, env) in [(&["--ascii"][..], ("TERM", "xterm")), (&[][..], ("TERM", "linux"))] {
        let mut console = desk.console_with(args, (80, 24), &[env]);
        sign_in(&mut console, "anna");
        console.press("2").wait("O'Brien").wait("* New");
        assert!(console.raw().is_ascii(), "{}", console.screen());
    }
}

#[test]
fn a_small_terminal_keeps_everything() {
    let desk = with_requests();
    let mut console = desk.signed_in("anna", (80, 24));
    console.press("2").wait("O'Brien").press("/").press("zoe").wait("1 of 3");
    console.resize(20, 5).wait("needs");
    console.resize(120, 40).wait("zoe").wait("1 of 3").wait("O'Brien");
    assert!(!console.shows("山田"));
}

#[test]
fn a_terminal_of_twenty_by_five_says_what_it_needs() {
    let desk = with_requests();
    let mut console = desk.console((20, 5));
    console.wait("needs").resize(80, 24).wait("Login or email");
    sign_in(&mut console, "anna");
}

#[test]
fn ten_megabytes_of_paste_end_in_one_field() {
    let desk = with_requests();
    let mut console = desk.signed_in("anna", (80, 24));
    console.press("2").wait("3, newest first").press("<Enter>").wait("submitted").press("e");
    console.wait("Edit PR-000003");
    // Keys in a paste are text: neither Enter, nor q, nor a control sequence does anything.
    let line = "q\rjunk \u{1} text ";
    console.paste(&line.repeat(10 * 1024 * 1024 / line.len()));
    console.wait("this field takes 100 characters");
    assert!(console.shows("Edit PR-000003"));
    // Restoring the field leaves nothing to lose, so that Esc asks no question.
    console.press("<C-z>").gone("junk").press("<F12>").gone("Edit PR-000003").wait("submitted");
}
