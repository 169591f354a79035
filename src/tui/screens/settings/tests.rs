use crate::service::sites::SiteForm;
use crate::tui::keymap::Context;
use crate::tui::testing::{Console, context};
use crate::tui::theme::Theme;

fn at(login: &str, way: &str) -> Console {
    let mut console = Console::signed_in(login);
    console.press(way);
    console
}

fn shows(console: &Console, text: &str) {
    let screen = console.screen();
    assert!(screen.contains(text), "no {text} in\n{screen}");
}

fn hides(console: &Console, text: &str) {
    let screen = console.screen();
    assert!(!screen.contains(text), "{text} in\n{screen}");
}

/// A console with a second site of the portal, and a third that is not in it.
fn with_sites(login: &str) -> Console {
    let console = Console::signed_in(login);
    let root = console.session("root");
    for (code, name, in_portal) in [("ito", "有限会社 伊藤", true), ("lab", "Laboratory", false)]
    {
        let website = format!("https://{code}.example");
        let form = SiteForm { code: code.into(), name: name.into(), website, in_portal };
        console.desk.create_site(&root, &form).unwrap();
    }
    console
}

#[test]
fn the_tabs_are_gone_through() {
    let mut console = at("anna", "8");
    assert_eq!(context(&console), Context::SiteList);
    shows(&console, "Settings ▸ Sites");
    for (keys, tab) in [
        ("Tab", Context::SiteGroupList),
        ("]", Context::RoleList),
        ("Tab", Context::StaffList),
        ("Tab", Context::MailSettings),
        ("Tab", Context::SiteList),
        ("S-Tab", Context::MailSettings),
        ("[", Context::StaffList),
    ] {
        console.press(keys);
        assert_eq!(context(&console), tab, "{keys}");
    }
    console.click("Site groups");
    assert_eq!(context(&console), Context::SiteGroupList);
    console.press("g s");
    assert_eq!(context(&console), Context::SiteList);
}

#[test]
fn a_site_is_added_edited_and_deactivated() {
    let mut console = at("root", "8 a");
    console.type_text("shop").press("Tab").type_text("Web shop").press("Tab");
    console.type_text("https://shop.example").press("F2");
    assert_eq!(console.status(), "shop is a site of the portal now; it waits for Site sync.");
    for text in ["shop", "Web shop", "shop.example", "1 site waits", "open at 2 of 2"] {
        shows(&console, text);
    }
    console.press("e");
    assert_eq!(context(&console), Context::Form);
    console.press("Tab End").type_text(" 2").press("F2");
    assert_eq!(console.status(), "shop is saved.");
    assert_eq!(context(&console), Context::SiteRecord);
    shows(&console, "Web shop 2");
    console.press("x").type_text("deact").press("Enter");
    shows(&console, "Deactivate shop?");
    console.wait(300).press("Tab Enter");
    assert_eq!(console.status(), "shop is inactive now; nobody signs in there.");
    shows(&console, "■ Inactive");
    console.press("u");
    assert_eq!(console.status(), "shop is active again.");
    console.press("Esc");
    assert_eq!(context(&console), Context::SiteList);
}

#[test]
fn a_wrong_site_says_so_at_its_fields() {
    let mut console = at("root", "8 a F2");
    shows(&console, "Code is missing");
    console.type_text("main").press("F2");
    assert_eq!(context(&console), Context::Form);
    let taken = console.status().to_owned();
    assert!(taken.contains("main"), "{taken}");
}

#[test]
fn the_portal_of_a_site_is_switched_off_after_a_question_and_on_at_once() {
    let mut console = with_sites("root");
    let before = console.changes;
    console.press("8 / i t o Enter o");
    shows(&console, "Switch the portal off at ito?");
    console.wait(300).press("Enter");
    assert_eq!(context(&console), Context::SiteRecord, "the safe button has the focus");
    assert_eq!(console.changes, before);
    console.press("o").wait(300).press("Tab Enter");
    assert_eq!(console.status(), "The portal is off at ito; nobody comes in there.");
    shows(&console, "■ Off");
    console.press("u");
    assert_eq!(console.status(), "The portal is on at ito again.");
    console.press("o").wait(300).press("Tab Enter o");
    assert_eq!(console.status(), "The portal is on at ito.");
    console.press("Esc Esc Home Down o");
    assert!(console.status().contains("not in the portal site group"), "{}", console.status());
}

#[test]
fn the_whole_portal_is_switched_off_after_a_question_and_on_at_once() {
    let mut console = at("root", "8 O");
    shows(&console, "Switch the whole portal off?");
    console.wait(300).press("Tab Enter");
    assert_eq!(console.status(), "The portal is off; nobody comes in, at no site.");
    shows(&console, "Off everywhere");
    shows(&console, "open at 0 of 1 site");
    shows(&console, "◐ Closed");
    console.press("Enter");
    shows(&console, "the whole portal is off");
    console.press("Esc");
    console.press("Tab Tab O");
    assert_eq!(console.status(), "The portal is on.");
    console.press("u");
    assert_eq!(console.status(), "The portal is off again.");
    shows(&console, "Off everywhere");
}

#[test]
fn who_may_not_looks_and_is_told_who_may() {
    let mut console = with_sites("anna");
    let before = console.changes;
    console.press("8");
    for keys in ["O", "o", "m", "a"] {
        console.press(keys);
        let told = console.status().to_owned();
        assert!(told.contains("Security Administrator"), "{keys}: {told}");
        console.press("g s");
    }
    console.press("Enter e");
    assert_eq!(context(&console), Context::SiteRecord);
    assert!(console.status().contains("Security Administrator"), "{}", console.status());
    assert_eq!(console.changes, before);
}

#[test]
fn site_sync_makes_what_is_missing_and_says_so() {
    let mut console = with_sites("root");
    console.press("8 m");
    shows(&console, "1 site of the portal is newer");
    console.press("Enter");
    shows(&console, "1 site waits");
    console.press("m Tab Enter");
    assert_eq!(console.status(), "Site sync is done: nobody lacked an account.");
    hides(&console, "waits for sync");
    console.press("m");
    assert_eq!(context(&console), Context::SiteList, "nothing is left to do");
}

#[test]
fn site_sync_under_way_stops_at_esc() {
    use crate::tui::ask::Reply;
    use crate::tui::effect::Effect;
    use crate::tui::update::Msg;
    let mut console = with_sites("root");
    console.press("8 m");
    console.held = Some(Vec::new());
    console.press("Tab Enter");
    let ticket = console.held.iter().flatten().find_map(|effect| match effect {
        Effect::Ask { ticket, .. } => Some(*ticket),
        _ => None,
    });
    console.send(Msg::Answer(ticket.unwrap(), Ok(Reply::Progress { done: 300, of: Some(1200) })));
    shows(&console, "300 of 1,200");
    console.press("Esc");
    shows(&console, "It stops after the users under way");
    let stops = |effect: &Effect| matches!(effect, Effect::Stop(it) if Some(*it) == ticket);
    assert!(console.held.iter().flatten().any(stops));
}

#[test]
fn a_site_group_is_made_and_becomes_the_portals() {
    let mut console = with_sites("root");
    console.press("8 Tab a").type_text("EU").press("Tab Space");
    assert_eq!(context(&console), Context::Ticking);
    console.press("Space Enter F2");
    assert_eq!(console.status(), "EU is a site group now.");
    shows(&console, "ito");
    console.press("x").type_text("make").press("Enter");
    shows(&console, "Make EU the portal's site group?");
    console.wait(300).press("Tab Enter");
    assert_eq!(console.status(), "The portal is made up of the sites of EU now.");
    assert_eq!(context(&console), Context::SiteGroupList);
    shows(&console, "of EU");
    console.press("End d").wait(300).press("Tab Enter");
    assert!(console.status().contains("is deleted."), "{}", console.status());
    console.press("u");
    assert!(console.status().contains("is there again."), "{}", console.status());
    console.press("Home d");
    assert!(console.status().contains("another group"), "{}", console.status());
}

#[test]
fn the_staff_are_listed_with_their_roles() {
    let mut console = at("root", "8 Tab Tab Tab");
    assert_eq!(context(&console), Context::StaffList);
    for text in ["Settings ▸ Staff accounts", "root", "Security Administrator", "anna", "3, by"] {
        shows(&console, text);
    }
    console.press("a").type_text("carl").press("Tab Tab Tab Tab Tab").type_text("plenty of words");
    console.press("Tab").type_text("plenty of words").press("F2");
    assert!(console.status().contains("carl can sign in"), "{}", console.status());
    console.wait(300).press("Esc");
    assert_eq!(context(&console), Context::StaffList);
}

#[test]
fn a_role_is_added_given_up_and_deleted() {
    let mut console = at("root", "8 Tab Tab");
    for text in ["Customer Service", "built in", "Portal User"] {
        shows(&console, text);
    }
    console.press("a").type_text("Claims Desk").press("Tab").type_text("claims only").press("Tab");
    console.press("Space F2");
    assert_eq!(console.status(), "Claims Desk is a portal role now; a Portal Admin can give it.");
    shows(&console, "claims only");
    console.press("Enter");
    assert_eq!(context(&console), Context::RoleRecord);
    shows(&console, "read their own cases");
    hides(&console, "report cases");
    console.press("x").type_text("deact").press("Enter");
    shows(&console, "Deactivate the role Claims Desk?");
    console.wait(300).press("Tab Enter");
    assert!(console.status().contains("is inactive now"), "{}", console.status());
    console.press("u e End").type_text("s").press("F2");
    assert_eq!(console.status(), "The role Claims Desks is saved.");
    console.press("Esc d").wait(300).press("Tab Enter");
    assert_eq!(console.status(), "The role Claims Desks is deleted.");
    assert_eq!(context(&console), Context::RoleList);
    hides(&console, "claims only");
    console.press("u");
    shows(&console, "claims only");
}

#[test]
fn a_built_in_role_shows_what_it_grants_and_who_has_it() {
    let mut console = at("root", "8 Tab Tab Enter");
    shows(&console, "edit, link, approve and reject");
    console.press("e");
    assert!(console.status().contains("built in"), "{}", console.status());
    console.press("o");
    shows(&console, "role:\"Customer Service\"");
    shows(&console, "anna");
    hides(&console, "root  ");
}

#[test]
fn a_colleague_gets_another_role() {
    let mut console = at("root", "8 Tab Tab Tab e");
    shows(&console, "Edit anna");
    let rows = |console: &Console| console.screen().lines().map(str::to_owned).collect::<Vec<_>>();
    for _ in 0..20 {
        let cursor = console.frame().1.unwrap();
        if rows(&console)[usize::from(cursor.y)].contains("Customer Service") {
            break;
        }
        console.press("Tab");
    }
    // Unfolds the part of the form, then chooses.
    console.press("Space Space F2");
    assert!(console.status().contains("is saved"), "{}", console.status());
    console.press("Esc");
    assert_eq!(context(&console), Context::StaffList);
    let anna = rows(&console).into_iter().find(|line| line.contains("] anna")).unwrap();
    assert!(anna.contains("Portal Data Administrator"), "{anna}");
}

#[test]
fn somebody_elses_edit_of_a_role_is_brought_together() {
    use crate::service::roles::RoleForm;
    let mut console = at("root", "8 Tab Tab a");
    console.type_text("Claims").press("F2").press("Enter e End").type_text(" Desk");
    let root = console.session("root");
    let id = console.desk.role_by_name(&root, "Claims").unwrap().id.unwrap();
    let form = RoleForm {
        name: "Claims".into(),
        description: "claims only".into(),
        rights: vec![crate::domain::role::PortalRight::ReadContracts],
    };
    console.desk.edit_role(&root, id, None, &form).unwrap();
    console.press("F2");
    for text in ["was changed meanwhile", "Description", "claims only", "report cas"] {
        shows(&console, text);
    }
    console.wait(300).press("Enter F2");
    assert_eq!(console.status(), "The role Claims Desk is saved.");
    let row = console.desk.role_by_name(&root, "Claims Desk").unwrap();
    assert!(row.rights.len() == 1 && row.description.is_some());
}

#[test]
fn the_portals_group_takes_a_site_in_which_then_waits_for_site_sync() {
    let mut console = with_sites("root");
    let root = console.session("root");
    console.desk.site_sync(&root, &()).unwrap();
    console.press("8 Tab e Tab F4").type_text("lab").press("Down F6 Enter F2");
    assert!(console.status().contains("is saved"), "{}", console.status());
    console.press("8");
    shows(&console, "1 site waits for sync");
    shows(&console, "open at 3 of 3 sites");
}

#[test]
fn who_may_not_add_staff_is_told_who_may() {
    let mut console = at("anna", "8 Tab Tab Tab a");
    assert!(console.status().contains("Security Administrator"), "{}", console.status());
    assert_eq!(context(&console), Context::StaffList);
    console.press("Enter");
    assert_eq!(context(&console), Context::UserRecord);
}

#[test]
fn the_dashboard_says_where_the_portal_is_off_and_which_sites_wait() {
    let mut console = with_sites("root");
    console.press("r");
    shows(&console, "1  site waits for Site sync");
    hides(&console, "portal is off");
    console.press("8 O").wait(300).press("Tab Enter 1");
    shows(&console, "2  sites: the whole portal is off");
    console.press("Enter");
    assert_eq!(context(&console), Context::SiteList, "{}", console.screen());
    console.press("O End o").wait(300).press("Tab Enter 1");
    shows(&console, "1  site whose portal is off");
}

#[test]
fn sites_80x24() {
    insta::assert_snapshot!(with_sites("root").press("8").styled());
}

#[test]
fn sites_120x40() {
    insta::assert_snapshot!(with_sites("root").resize(120, 40).press("8").styled());
}

#[test]
fn a_site_80x24() {
    insta::assert_snapshot!(with_sites("root").press("8 Enter").styled());
}

#[test]
fn a_site_group_80x24() {
    insta::assert_snapshot!(with_sites("root").press("8 Tab Enter").styled());
}

#[test]
fn a_role_80x24() {
    insta::assert_snapshot!(with_sites("root").press("8 Tab Tab Enter").styled());
}

#[test]
fn a_role_with_many_grants_60x18() {
    let mut console = with_sites("root");
    console.resize(60, 18).press("8 Tab Tab Down Down Down Enter");
    insta::assert_snapshot!(console.screen());
}

#[test]
fn sites_60x18() {
    insta::assert_snapshot!(with_sites("root").resize(60, 18).press("8").screen());
}

#[test]
fn no_site_fits_80x24() {
    insta::assert_snapshot!(with_sites("root").press("8 / z z Enter").styled());
}

#[test]
fn a_role_form_120x40() {
    insta::assert_snapshot!(with_sites("root").resize(120, 40).press("8 Tab Tab a").styled());
}

#[test]
fn the_roles_80x24() {
    insta::assert_snapshot!(with_sites("anna").press("8 Tab Tab").styled());
}

#[test]
fn the_staff_120x40() {
    insta::assert_snapshot!(with_sites("root").resize(120, 40).press("8 Tab Tab Tab").styled());
}

#[test]
fn switching_off_80x24() {
    insta::assert_snapshot!(with_sites("root").press("8 O").styled());
}

#[test]
fn everything_in_ascii_and_without_colours() {
    let mut console = with_sites("root");
    console.theme = Theme { colour: false, ascii: true };
    console.press("8");
    insta::assert_snapshot!(console.styled());
    console.press("Home Down Enter");
    insta::assert_snapshot!(console.styled());
    console.press("Esc");
    for keys in [
        "Enter", "e", "Esc", "Esc", "O", "Esc", "m", "Esc", "Tab", "Enter", "Esc", "Tab", "Enter",
        "Esc", "Tab",
    ] {
        console.press(keys);
        assert!(console.screen().is_ascii(), "after {keys}\n{}", console.screen());
    }
}
