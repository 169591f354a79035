//! Exports by command: files that come in again without loss, and what is refused.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shop::{Shop, mode};

/// The samples of twenty locales lie beside the house, not in it.
fn samples() -> Option<PathBuf> {
    let house = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = [house.join("../shared/data"), house.join("../../shared/data")];
    places.into_iter().find(|it| it.join("users.csv").exists())
}

fn import(shop: &Shop, what: &str, file: &str) -> String {
    shop.by("anna", &["import", what, file]).done().out
}

/// Exports a list; the text of the file.
fn export(shop: &Shop, what: &str, name: &str) -> String {
    let file = shop.path(name);
    let ran = shop.by("anna", &["export", what, file.to_str().unwrap()]).done();
    assert!(ran.out.contains(&format!("{what} exported to ")), "{}", ran.out);
    assert_eq!(mode(&file), 0o600);
    fs::read_to_string(file).unwrap()
}

#[test]
fn the_sample_goes_out_and_comes_in_again_without_loss() {
    let Some(samples) = samples() else {
        println!("skipped: ../shared/data/users.csv is not there");
        return;
    };
    let sample = |name: &str| samples.join(name).to_str().unwrap().to_owned();
    let shop = Shop::new();
    for (what, name, rows) in
        [("companies", "companies.csv", 1_200), ("users", "users.csv", 20_000)]
    {
        let first = import(&shop, what, &sample(name));
        assert_eq!(first, format!("{rows} rows: {rows} imported, 0 already there, 0 refused.\n"));
        let second = import(&shop, what, &sample(name));
        assert_eq!(second, format!("{rows} rows: 0 imported, {rows} already there, 0 refused.\n"));
    }
    let other = Shop::new();
    for (what, rows) in [("companies", 1_200), ("contacts", 20_000), ("users", 20_002)] {
        let name = format!("{what}.csv");
        let text = export(&shop, what, &name);
        assert_eq!(text.lines().count(), rows + 1);
        let file = shop.path(&name).to_str().unwrap().to_owned();
        let same = import(&shop, what, &file);
        assert_eq!(same, format!("{rows} rows: 0 imported, {rows} already there, 0 refused.\n"));
        import(&other, what, &file);
        assert!(export(&other, what, &name) == text, "{what} differ");
    }
}

#[test]
fn a_list_is_exported_as_it_is_narrowed_and_ordered() {
    let shop = Shop::new();
    let firms = "Customer Id,Company,Kind,Phone\nC1,=Acme,,+44 1\nP1,Bolt,Partner,\nC2,Zeta,,\n";
    import(&shop, "companies", &shop.file("firms.csv", firms, 0o600));
    let args =
        ["export", "companies", "-", "--filter", "kind:customer", "--sort", "code", "--reverse"];
    let text = shop.by("anna", &args).done().out;
    let rows: Vec<&str> = text.split_terminator("\r\n").skip(1).collect();
    assert_eq!(rows, ["C2,Zeta,Customer,,,,,,yes,no", "C1,'=Acme,Customer,,'+44 1,,,,yes,no"]);
    let trail = shop.anna(&["audit", "list", "--filter", "exported"]);
    assert_eq!(trail["rows"][0]["note"], "companies matching “kind:customer”: 2 rows");

    let file = shop.path("out.csv").to_str().unwrap().to_owned();
    let written = shop.anna(&["export", "companies", &file]);
    assert_eq!((&written["rows"], &written["file"]), (&3.into(), &file.as_str().into()));
    let again = shop.by("anna", &["export", "companies", &file, "--json"]).refused();
    assert_eq!((again.code.as_str(), again.field.as_str()), ("taken", "file"), "{again:?}");
    shop.by("anna", &["export", "users", &file, "--force", "--company", "C1"]).done();
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 1);
    for (args, code, field) in [
        (["--filter", "colour:red"], "malformed", "filter"),
        (["--filter", "\"open"], "malformed", "filter"),
    ] {
        let all = [&["export", "users", "new.csv", "--json"][..], &args].concat();
        let refused = shop.by("anna", &all).refused();
        assert_eq!((refused.code.as_str(), refused.field.as_str()), (code, field), "{refused:?}");
    }
    let nowhere = shop.path("no/such/place.csv");
    let nowhere = ["export", "users", nowhere.to_str().unwrap(), "--json"];
    assert_eq!(shop.by("anna", &nowhere).refused().field, "file");
    let usage = shop.by("anna", &["export", "users", "-", "--sort", "colour", "--json"]);
    assert_eq!((usage.status, usage.error().code.as_str()), (2, "usage"));
}
