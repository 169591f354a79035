//! What letters say, and what no template may do to them.

use std::fs;

use tempfile::TempDir;
use unicode_width::UnicodeWidthStr;

use super::*;
use crate::domain::mail::Purpose;

const PORTAL: &str = "https://shop.example/";
const TOKEN: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

fn house() -> Templates {
    Templates::new(None, Some("Service desk, +49 30 5550 100".into()), |_| 3600)
}

/// The templates of the house, and these files before them.
fn replaced(files: &[(&str, &str)]) -> (TempDir, Templates) {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(dir.path().join(name), text).unwrap();
    }
    let templates = Templates::new(Some(dir.path().to_owned()), None, |_| 0);
    (dir, templates)
}

fn letter(purpose: Purpose, enclosed: Option<Enclosed>) -> Letter {
    let expires_at = Timestamp::parse("2026-11-24T13:02:00Z").unwrap();
    Letter { enclosed, ..Letter::sample(purpose, Carries::TemporaryPassword, expires_at) }
}

fn password(text: &str) -> Option<Enclosed> {
    Some(Enclosed::Password(Secret::new(text.into())))
}

fn token() -> Option<Enclosed> {
    Some(Enclosed::Token(Secret::new(TOKEN.into())))
}

fn shown(written: &Written) -> String {
    format!("Subject: {}\n\n{}", written.subject, written.text.expose())
}

/// A refusal without the directory, which has another name each time.
fn refusal(dir: &TempDir, templates: &Templates, letter: &Letter) -> String {
    let refusal = templates.write(letter, PORTAL).unwrap_err();
    refusal.replace(&format!("{}/", dir.path().display()), "DIR/")
}

#[test]
fn the_letters_with_a_password() {
    for purpose in Purpose::ALL {
        let letter = letter(purpose, password("otter lamp quiet"));
        let name = Model::Of(purpose).name();
        insta::assert_snapshot!(name, shown(&house().write(&letter, PORTAL).unwrap()));
    }
}

#[test]
fn the_letters_with_a_link() {
    for purpose in Purpose::ALL {
        let name = format!("{}-link", Model::Of(purpose).name());
        let letter = letter(purpose, token());
        insta::assert_snapshot!(name, shown(&house().write(&letter, PORTAL).unwrap()));
    }
}

#[test]
fn the_letters_in_html() {
    let with = |enclosed| {
        let letter = letter(Purpose::Invitation, enclosed);
        house().write(&letter, PORTAL).unwrap().html.expose().to_owned()
    };
    insta::assert_snapshot!("html", with(password("otter <lamp> & quiet")));
    insta::assert_snapshot!("html-link", with(token()));
}

#[test]
fn the_test_letter() {
    let written = house().write_test(&"Anna Berg".into()).unwrap();
    insta::assert_snapshot!("test", shown(&written));
    assert!(written.html.expose().contains("Anna Berg asked Portal Desk"));
}

#[test]
fn without_a_contact_and_a_company_the_letter_names_who_invited() {
    let templates = Templates::new(None, None, |_| 0);
    let letter = Letter { company: None, ..letter(Purpose::Invitation, None) };
    insta::assert_snapshot!("bare", shown(&templates.write(&letter, PORTAL).unwrap()));
}

#[test]
fn html_loads_nothing_from_anywhere() {
    for purpose in Purpose::ALL {
        let written = house().write(&letter(purpose, token()), PORTAL).unwrap();
        let html = written.html.expose().to_lowercase();
        for loads in ["src=", "<img", "<script", "<link", "url(", "@import", "<iframe"] {
            assert!(!html.contains(loads), "{loads} in {purpose:?}");
        }
    }
}

#[test]
fn a_preview_shows_as_many_dots_whatever_the_secret() {
    for carries in Carries::ALL {
        let letter = Letter { carries, ..letter(Purpose::Invitation, None) };
        let written = house().write(&letter, PORTAL).unwrap();
        for page in [written.text.expose(), written.html.expose()] {
            assert!(page.contains(DOTS) && !page.contains(MARK), "{page}");
        }
    }
    assert_eq!(DOTS.chars().count(), 12);
}

#[test]
fn names_can_neither_be_markup_nor_break_a_line_nor_hide_one() {
    let nasty = "<script>alert('x')</script>\r\nBcc: all@acme.example\u{202e}&\"\u{e000}";
    let letter = Letter {
        name: nasty.into(),
        user_id: nasty.into(),
        company: Some(nasty.into()),
        invited_by: nasty.into(),
        ..letter(Purpose::Invitation, password("otter lamp quiet"))
    };
    let written = house().write(&letter, PORTAL).unwrap();
    let (text, html) = (written.text.expose(), written.html.expose());
    assert!(!html.contains("<script>") && html.contains("&lt;script&gt;alert(&#39;x&#39;)"));
    assert!(text.contains("⟨U+000D⟩⟨U+000A⟩Bcc: all@acme.example⟨U+202E⟩"), "{text}");
    assert!(html.contains("⟨U+202E⟩&amp;&quot;⟨U+E000⟩"), "{html}");
    assert!(!text.contains("\nBcc"));
    assert_eq!(text.matches("otter lamp quiet").count(), 1, "the mark in a name is no mark");
    let test = house().write_test(&nasty.into()).unwrap();
    assert!(!test.html.expose().contains("<script>"));
}

#[test]
fn a_subject_is_one_line() {
    let (_dir, templates) =
        replaced(&[("invitation.subject.txt", "Hello\n {{ name }}\n\r\nBcc: x")]);
    let letter = Letter { name: "Jo\r\nBcc: y".into(), ..letter(Purpose::Invitation, None) };
    let subject = templates.write(&letter, PORTAL).unwrap().subject;
    assert_eq!(subject.raw(), "Hello Jo⟨U+000D⟩⟨U+000A⟩Bcc: y Bcc: x");
}

#[test]
fn lines_stay_within_72_columns_but_for_links() {
    for purpose in Purpose::ALL {
        let long = Text::from("Donaudampfschifffahrtsgesellschaft und Söhne mbH ".repeat(3));
        let letter = Letter { company: Some(long.clone()), name: long, ..letter(purpose, token()) };
        let written =
            house().write(&letter, "https://portal.donaudampfschifffahrt.example").unwrap();
        for line in written.text.expose().lines().filter(|line| !line.contains(TOKEN)) {
            assert!(line.width() <= 72, "{line}");
        }
    }
}

#[test]
fn a_file_goes_before_the_template_of_the_house() {
    let (dir, templates) = replaced(&[
        ("invitation.txt", "{{ user_id }} {{ password }} {{ link }}\n{{ portal }}\n"),
        ("notes.md", "is nobody's business"),
        (".invitation.txt.swp", "nor is this"),
    ]);
    let refused = refusal(&dir, &templates, &letter(Purpose::Invitation, password("x")));
    assert_eq!(
        refused,
        "DIR/invitation.txt, line 1: a value is not there in every letter; ask for it by {% if … %}. Mend the file, or take it away to have the built-in one."
    );
    let mended = "{% if password %}{{ password }}{% else %}{{ link }}{% endif %} at {{ portal }}";
    fs::write(dir.path().join("invitation.txt"), mended).unwrap();
    let written = templates.write(&letter(Purpose::Invitation, token()), PORTAL).unwrap();
    let text = written.text.expose();
    assert_eq!(text, format!("https://shop.example/activate#{TOKEN} at https://shop.example\n"));
    assert!(written.html.expose().contains("Anna Berg invites you"), "HTML is of the house");
    let state = templates.state();
    assert_eq!(state.models[0].replaced.len(), 1);
    assert!(state.models.iter().all(|it| it.faults.is_empty()) && state.strays.is_empty());
}

#[test]
fn a_mistake_is_told_with_its_file_and_line() {
    for (name, source, told) in [
        (
            "invitation.txt",
            "Hi\n{{ pasword }}",
            "DIR/invitation.txt, line 2: there is no “pasword”; did you mean “password”. Mend the file, or take it away to have the built-in one.",
        ),
        (
            "invitation.subject.txt",
            "{{ password }}",
            "DIR/invitation.subject.txt, line 1: there is no “password”; there are name, user_id, company, invited_by, portal, host, support. Mend the file, or take it away to have the built-in one.",
        ),
        (
            "base.html",
            "<p>\n{% if x %}",
            "DIR/base.html, line 2: unexpected end of input, expected end of block. Mend the file, or take it away to have the built-in one.",
        ),
        (
            "invitation.html",
            "{% include 'logo.html' %}",
            "DIR/invitation.html, line 1: tried to include non-existing template 'logo.html'. Mend the file, or take it away to have the built-in one.",
        ),
        (
            "access.txt",
            "Come to {{ portal }}",
            "DIR/access.txt: the password is left out; {{ password }} has to stand in it. Mend the file, or take it away to have the built-in one.",
        ),
        (
            "invitation.html",
            "{{ password }}",
            "DIR/invitation.html: the address of the portal is left out; {{ portal }} has to stand in it. Mend the file, or take it away to have the built-in one.",
        ),
        (
            "invitation.html",
            "{{ name|safe }}",
            "DIR/invitation.html, line 1: filter safe is unknown. Mend the file, or take it away to have the built-in one.",
        ),
    ] {
        let (dir, templates) = replaced(&[(name, source)]);
        let letter = letter(Purpose::Invitation, password("otter lamp quiet"));
        assert_eq!(refusal(&dir, &templates, &letter), told);
        let state = templates.state();
        assert!(!state.models[0].faults.is_empty(), "{name} reads well by itself");
        let shared = name.starts_with("base");
        assert_eq!(state.models[3].faults.is_empty(), !shared, "{:?}", state.models[3]);
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    let (dir, templates) = replaced(&[]);
    fs::write(dir.path().join("test.txt"), b"\xff").unwrap();
    let refused = templates.write_test(&"anna".into()).unwrap_err();
    assert!(refused.contains("test.txt is no UTF-8 text. Mend the file"), "{refused}");
    fs::write(dir.path().join("test.txt"), " ".repeat(300_000)).unwrap();
    let refused = templates.write_test(&"anna".into()).unwrap_err();
    assert!(refused.contains("test.txt is longer than 256 KiB"), "{refused}");
    fs::remove_file(dir.path().join("test.txt")).unwrap();
    assert!(templates.write_test(&"anna".into()).is_ok(), "it is taken away");
}

#[test]
fn a_name_that_is_none_of_a_template_is_told_and_stops_nothing() {
    let (dir, templates) = replaced(&[("invitaton.txt", "x"), ("welcome.html", "x")]);
    let strays = templates.state().strays;
    let dir = dir.path().display();
    assert_eq!(
        strays,
        [
            format!(
                "{dir}/invitaton.txt is none of the templates and is not used; invitation.txt is meant."
            ),
            format!("{dir}/welcome.html is none of the templates and is not used."),
        ]
    );
    assert!(templates.write(&letter(Purpose::Invitation, None), PORTAL).is_ok());
}

#[test]
fn the_letters_of_the_house_read_well() {
    let state = house().state();
    assert_eq!(state.models.len(), Model::ALL.len());
    for model in state.models {
        assert_eq!(model.faults, Vec::<String>::new());
        assert_eq!(Model::named(model.model.name()), Some(model.model));
    }
}
