//! Activation links by commands: `portal activate`.

use crate::shop::{PASSWORD, Shop};

/// A token that no mail has.
const NOBODYS: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

#[test]
fn what_is_no_link_of_ours_says_so_and_gives_nothing_away() {
    let shop = Shop::new();
    shop.approved("Zoë", "O'Brien", "zoe@acme.example");
    for link in [NOBODYS, "https://portal.example/activate#cut", "zoe@acme.example"] {
        let lines = format!("{link}\n{PASSWORD}\n");
        let ran = shop.run_with(&["portal", "activate", "--token-stdin", "--json"], &lines);
        assert_eq!((ran.status, ran.out.trim()), (1, r#"{"outcome":"unknown"}"#), "{ran:?}");
        let refused = ran.error();
        assert_eq!(refused.code, "unknown");
        assert!(refused.message.contains("none of ours, or not whole"), "{refused:?}");
        assert!(!shop.log().contains(link) && !shop.log().contains(PASSWORD));
    }
}

#[test]
fn link_and_password_come_on_two_lines_and_never_as_arguments() {
    let shop = Shop::new();
    let activate = ["portal", "activate", "--token-stdin", "--json"];
    let early = shop.run_with(&activate, &format!("{NOBODYS}\n")).refused();
    assert!(early.message.contains("two lines, the activation link and the new password"));
    let empty = format!("https://portal.example/activate#\n{PASSWORD}\n");
    let empty = shop.run_with(&activate, &empty).refused();
    assert_eq!((empty.code.as_str(), empty.field.as_str()), ("missing", "token"));
    assert_eq!(shop.run(&["portal", "activate", NOBODYS]).status, 2, "an argument is no way in");
    let alone = shop.run(&["portal", "activate", "--json"]).refused();
    assert!(alone.message.contains("--token-stdin"), "{alone:?}");
}
