//! What lists say of themselves, and where their ranges end.

use crate::shop::Shop;

#[test]
fn a_range_of_dates_includes_its_last_day() {
    let shop = Shop::new();
    shop.submit("Zoë", "O'Brien", "zoe@acme.example");
    let all = shop.anna(&["request", "list"]);
    let at = all["rows"][0]["submitted_at"].as_str().unwrap().to_owned();
    let day = &at[..10];
    let total = |until: &str| shop.anna(&["request", "list", "--until", until])["total"].clone();
    assert_eq!(total(day), 1, "all of that day");
    assert_eq!(total(&at), 0, "a moment is excluded");
    assert_eq!(total("2020-01-01"), 0);
}

#[test]
fn what_is_left_out_is_typed_as_it_is() {
    let shop = Shop::new();
    shop.submit("Zoë", "O'Brien", "zoe@acme.example");
    let total = |filter: &str| shop.anna(&["request", "list", "--filter", filter])["total"].clone();
    assert_eq!((total("-zoe"), total("-status:rejected")), (0.into(), 1.into()));
    let plan = shop.anna(&["user", "disable", "--filter", "-kind:portal"]);
    assert_eq!(plan["count"], 2, "root and anna");
    // An option whose value was forgotten takes no other one for it.
    for command in [&["request", "list"][..], &["user", "disable"]] {
        let forgot = shop.by("anna", &[command, &["--filter", "--json"]].concat());
        assert_eq!(forgot.status, 2);
        assert!(forgot.err.contains("the text is missing"), "{}", forgot.err);
    }
}

#[test]
fn who_reads_only_their_own_trail_is_told_so() {
    let shop = Shop::new();
    let own = shop.by("anna", &["audit", "list"]).done();
    assert!(own.out.contains("These are your own;"), "{}", own.out);
    let all = shop.by("root", &["audit", "list"]).done();
    assert!(!all.out.contains("your own"), "{}", all.out);
}
