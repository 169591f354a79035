//! Importing requests: every row has its result, nothing comes in twice.

use std::fmt::Write;
use std::io::Cursor;
use std::ops::ControlFlow;

use proptest::prelude::*;

use crate::domain::audit::Action;
use crate::domain::id::RequestId;
use crate::domain::problem::Code;
use crate::domain::request::RequestStatus;
use crate::domain::role::{Permission, Role};
use crate::service::imports::{ImportArgs, ImportRow, ImportSummary, Imported, RowOutcome};
use crate::service::requests::RequestForm;
use crate::service::{DeskError, ListArgs, Session, Sort};
use crate::store::{Key, Kind};

use super::{House, SITE};

const HEADER: &str = "First Name,Last Name,Email,Phone,Company,Submitted At";

const ARGS: ImportArgs<'_> = ImportArgs { file: "requests.csv", dry_run: false };

type Ran = Result<(ImportSummary, Vec<ImportRow>), DeskError>;

fn import(house: &House, who: &Session, args: ImportArgs<'_>, text: &str) -> Ran {
    import_to(house, who, args, None, text)
}

fn import_to(
    house: &House,
    who: &Session,
    args: ImportArgs<'_>,
    site: Option<&str>,
    text: &str,
) -> Ran {
    let mut rows = Vec::new();
    let mut source = Cursor::new(text);
    let summary = house.desk.import_requests(who, args, site, &mut source, &mut |step| {
        assert!(step.bytes <= step.of_bytes && step.so_far.rows >= step.rows.len() as u64);
        rows.extend_from_slice(step.rows);
        ControlFlow::Continue(())
    })?;
    Ok((summary, rows))
}

fn file(count: usize) -> String {
    let mut text = format!("{HEADER}\n");
    for n in 0..count {
        writeln!(text, "Zoë,O'Brien {n},zoe{n}@acme.example,+44 20 7946 {n:04},\"Acme, Ltd\",2026-02-01T10:00:00Z").unwrap();
    }
    text
}

fn total(house: &House, who: &Session) -> u64 {
    house.desk.requests(who, &ListArgs::all(Sort::Time, true)).unwrap().all
}

#[test]
fn a_bad_row_stops_nobody_but_itself() {
    let house = House::new();
    let anna = house.staff(Role::CustomerService);
    let mut lines: Vec<String> = file(300).lines().map(str::to_owned).collect();
    lines[150] = "Jan,,jan@,1,Acme,soon".into();
    let (summary, rows) = import(&house, &anna, ARGS, &lines.join("\r\n")).unwrap();
    assert_eq!((summary.rows, summary.imported, summary.refused), (300, 299, 1));
    let bad: Vec<&ImportRow> = rows.iter().filter(|it| !it.problems.is_empty()).collect();
    assert_eq!((bad.len(), bad[0].line, bad[0].outcome), (1, 151, RowOutcome::Refused));
    let fields: Vec<_> = bad[0].problems.iter().filter_map(|it| it.field).collect();
    assert_eq!(fields, ["last", "email", "submitted_at"]);
    assert_eq!(total(&house, &anna), 299);
    let first = house.desk.request(&anna, RequestId(1)).unwrap().row;
    assert_eq!((first.first.raw(), first.company_name.raw()), ("Zoë", "Acme, Ltd"));
    assert_eq!(
        (first.submitted_at.to_string(), first.status),
        ("2026-02-01T10:00:00Z".into(), RequestStatus::New)
    );
}

#[test]
fn a_second_run_and_repeated_rows_are_already_there() {
    let house = House::new();
    let anna = house.staff(Role::CustomerService);
    let text = format!("{}{}", file(120), file(1).lines().nth(1).unwrap());
    let (summary, rows) = import(&house, &anna, ARGS, &text).unwrap();
    assert_eq!((summary.imported, summary.already_there), (120, 1));
    assert_eq!((rows[120].outcome, rows[120].record), (RowOutcome::AlreadyThere, rows[0].record));
    let form = RequestForm {
        first: "Zoe".into(),
        last: "Other".into(),
        email: "other@acme.example".into(),
        phone: "1".into(),
        company_name: "Else".into(),
    };
    house.desk.save_request(&anna, RequestId(1), None, &form, None).unwrap();
    let (again, _) =
        import(&house, &anna, ARGS, &text.to_uppercase().replace("ZOË", "Zoë")).unwrap();
    assert_eq!((again.imported, again.already_there, again.refused), (0, 121, 0));
    assert_eq!(total(&house, &anna), 120);
}

#[test]
fn a_row_without_a_time_is_of_now_and_known_again_later() {
    let house = House::new();
    let anna = house.staff(Role::PortalAdmin);
    let text = "company,phone,email,last name,first name\nAcme,1,a@b.example,B,A\n";
    let (_, rows) = import(&house, &anna, ARGS, text).unwrap();
    assert_eq!(rows[0].record, Some(Imported::Request(RequestId(1))));
    let row = house.desk.request(&anna, RequestId(1)).unwrap().row;
    assert_eq!(row.submitted_at, crate::clock::Clock::now(&*house.clock));
    house.clock.advance(86_400_000);
    assert_eq!(import(&house, &anna, ARGS, text).unwrap().0.already_there, 1);
}

#[test]
fn a_dry_run_says_all_and_does_nothing() {
    let house = House::new();
    let anna = house.staff(Role::CustomerService);
    let text = format!("{}{}x,y\n", file(5), file(1).lines().nth(1).unwrap().to_owned() + "\n");
    let dry = ImportArgs { dry_run: true, ..ARGS };
    let (summary, rows) = import(&house, &anna, dry, &text).unwrap();
    assert_eq!((summary.imported, summary.already_there, summary.refused), (5, 1, 1));
    assert!(summary.dry_run && rows.iter().all(|it| it.record.is_none()));
    assert_eq!(rows[0].outcome, RowOutcome::WouldBeImported);
    assert_eq!(total(&house, &anna), 0);
}

#[test]
fn each_chunk_has_one_entry_that_names_its_requests_and_lines() {
    let house = House::new();
    let anna = house.staff(Role::CustomerService);
    import(&house, &anna, ARGS, &file(130)).unwrap();
    for (request, targets, note) in
        [(1, 100, "requests.csv, lines 2 to 101"), (130, 30, "requests.csv, lines 102 to 131")]
    {
        let entry = house.last_entry(Key::new(Kind::Request, request));
        assert_eq!((entry.action, entry.actor.user), (Action::RequestImport, Some(anna.user())));
        assert_eq!((entry.targets.len(), entry.note.unwrap().raw()), (targets, note));
    }
}

#[test]
fn it_can_be_stopped_between_chunks() {
    let house = House::new();
    let anna = house.staff(Role::CustomerService);
    let stop = &mut |_: crate::service::imports::Progress<'_>| ControlFlow::Break(());
    let summary =
        house.desk.import_requests(&anna, ARGS, None, &mut Cursor::new(file(250)), stop).unwrap();
    assert_eq!((summary.stopped, summary.imported, total(&house, &anna)), (true, 100, 100));
    assert_eq!(import(&house, &anna, ARGS, &file(250)).unwrap().0.imported, 150);
}

#[test]
fn only_those_who_handle_requests_may_and_no_switch_stops_them() {
    for role in Role::ALL {
        let house = House::new();
        house.portal(false);
        let who = house.staff(role);
        let result = import_to(&house, &who, ARGS, Some(SITE), &file(1));
        match result {
            Ok((summary, _)) => {
                assert!(role.may(Permission::HandleRequests) && summary.imported == 1)
            }
            Err(error) => {
                assert!(!role.may(Permission::HandleRequests), "{role}: {error}");
                assert_eq!(error.code(), if role.uses_console() { "denied" } else { "signed_out" });
            }
        }
    }
}

#[test]
fn files_and_sites_that_are_none_are_refused_whole() {
    let house = House::new();
    let anna = house.staff(Role::CustomerService);
    let late =
        format!("{HEADER}\nA,B,a@b.example,1,Acme,2999-01-01\nA,B,a@b.example,1,Acme,\u{7}\n");
    let (summary, rows) = import(&house, &anna, ARGS, &late).unwrap();
    assert_eq!(summary.refused, 2);
    assert!(rows[0].problems[0].message.contains("lies in the future"));
    let header = import(&house, &anna, ARGS, "First Name;Last Name;Email\n").unwrap_err();
    assert!(header.to_string().contains("“Phone” and “Company” are missing"), "{header}");
    assert_eq!(header.field(), Some("file"));
    let site = import_to(&house, &anna, ARGS, Some("moon"), &file(1));
    assert_eq!(
        site.unwrap_err().to_string(),
        "There is no site moon; look at the list for what there is."
    );
    let huge = format!("{HEADER}\n{},B,a@b.example,1,Acme,\n", "x".repeat(10_000_000));
    let (_, rows) = import(&house, &anna, ARGS, &huge).unwrap();
    assert_eq!(rows[0].problems[0].code, Code::TooLong);
}

proptest! {
    /// Whatever a file holds, each of its rows has one result, in order, and nothing panics.
    #[test]
    fn any_file_comes_to_an_end(lines in prop::collection::vec("[a\", \r\u{e9}@.]{0,12}", 0..40)) {
        let house = House::new();
        let anna = house.staff(Role::CustomerService);
        let text = format!("{HEADER}\n{}", lines.join("\n"));
        let (summary, rows) = import(&house, &anna, ARGS, &text).unwrap();
        prop_assert_eq!(summary.rows, rows.len() as u64);
        prop_assert_eq!(summary.imported + summary.already_there + summary.refused, summary.rows);
        prop_assert!(rows.windows(2).all(|pair| pair[0].line < pair[1].line));
    }

    /// Without quotes a line is a row: as many results as there are lines with anything in them.
    #[test]
    fn no_line_gets_lost(lines in prop::collection::vec(("[a, \u{e9}@.]{0,12}", 0..4_usize), 0..60)) {
        let house = House::new();
        let anna = house.staff(Role::CustomerService);
        let mut text = format!("{HEADER}\r");
        for (line, end) in &lines {
            text += line;
            text += ["\n", "\r\n", "\r", "\r\r"][*end];
        }
        let wanted = lines.iter().filter(|(line, _)| !line.trim().is_empty()).count();
        let (summary, rows) = import(&house, &anna, ARGS, &text).unwrap();
        prop_assert_eq!((summary.rows, rows.len()), (wanted as u64, wanted));
    }
}
