//! Exports: the rows and their order, what is defused, what the trail says, who stops it.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::audit::Action;
use crate::domain::id::UserId;
use crate::domain::role::Role;
use crate::domain::user::{User, UserStatus};
use crate::service::bulk::Selection;
use crate::service::exports::{Exported, to_file};
use crate::service::{DeskError, ListArgs, Session, Sort, UserFilter, Watch};
use crate::store::{Record, RepositoryExt};

use super::super::{House, zoe};
use super::What::{Companies, Contacts, Users};

/// Stops after so many chunks.
struct Patience(AtomicU64);

impl Watch for Patience {
    fn progress(&self, _: u64, of: Option<u64>) {
        assert!(of.is_some());
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    fn stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

/// Somebody disables the one who exports while the first chunk is written.
struct Disabled<'a>(&'a House, User);

impl Watch for Disabled<'_> {
    fn progress(&self, _: u64, _: Option<u64>) {
        let gone = User { status: UserStatus::Disabled, ..self.1.clone() };
        self.0.put(vec![Record::User(gone)]);
    }

    fn stopped(&self) -> bool {
        false
    }
}

fn everyone(text: &str) -> Selection {
    let args = ListArgs::<UserFilter> { text: text.into(), ..ListArgs::all(Sort::Email, true) };
    Selection::Matching { args, except: Vec::new() }
}

fn emails(house: &House, who: &Session, selection: &Selection) -> Vec<String> {
    let mut out = Vec::new();
    house.desk.export_users(who, selection, &mut out, &()).unwrap();
    let mut reader = csv::Reader::from_reader(out.as_slice());
    reader.records().map(|it| it.unwrap()[3].to_owned()).collect()
}

/// A house with that many users of Acme: `u0@acme.example` and so on.
fn town(count: usize) -> House {
    let house = House::new();
    house.company("Acme Ltd", None);
    let mut text = String::from("Email,Customer Id\n");
    (0..count).for_each(|n| text.push_str(&format!("u{n}@acme.example,C000001\n")));
    house.brings(Users, &text, count as u64, 0);
    house
}

#[test]
fn rows_come_in_the_lists_order_or_as_they_were_ticked() {
    let house = town(12);
    let anna = house.anna();
    let all = emails(&house, &anna, &everyone("acme"));
    let mut sorted = all.clone();
    sorted.sort();
    sorted.reverse();
    assert_eq!((all.len(), &all), (12, &sorted));
    let entry = house.last_told();
    assert_eq!((entry.action, entry.targets.len()), (Action::Export, 0));
    assert_eq!(entry.note.unwrap().raw(), "users matching “acme”: 12 rows");
    let Selection::Matching { args, .. } = everyone("acme") else { unreachable!() };
    let ids = |emails: &[&str]| -> Vec<UserId> {
        let id = |email: &&str| house.desk.user_by_name(&anna, email).unwrap().row.id;
        emails.iter().map(id).collect()
    };
    let except = ids(&["u3@acme.example", "u4@acme.example"]);
    let rest = emails(&house, &anna, &Selection::Matching { args, except });
    assert_eq!(rest.len(), 10);
    assert!(!rest.contains(&"u3@acme.example".to_owned()));
    let ticked = ["u7@acme.example", "u2@acme.example"];
    let mut these = ids(&ticked);
    these.push(these[0]);
    these.push(UserId(99_999));
    assert_eq!(emails(&house, &anna, &Selection::These(these)), ticked);
    let wrong = house.desk.export_users(&anna, &everyone("colour:red"), &mut Vec::new(), &());
    assert_eq!(wrong.unwrap_err().field(), Some("filter"));
}

#[test]
fn formulas_are_defused_and_lines_end_as_the_standard_has_it() {
    let house = House::new();
    house.brings(
        Companies,
        "Customer Id;Company;Phone\n=1+1;\"@SUM(A1), \"\"x\"\"\";+44 20\nC2;a⟨U+202E⟩b;-1\n",
        2,
        0,
    );
    let text = house.exported(Companies);
    assert_eq!(
        text,
        "Customer Id,Company,Kind,Email,Phone,City,Country,Website,Active,On Hold\r\n\
         '=1+1,\"'@SUM(A1), \"\"x\"\"\",Customer,,'+44 20,,,,yes,no\r\n\
         C2,a⟨U+202E⟩b,Customer,,'-1,,,,yes,no\r\n"
    );
    house.brings(Companies, &text, 0, 0);
}

#[test]
fn an_export_that_is_stopped_or_fails_leaves_no_file() {
    let house = town(1_200);
    let anna = house.anna();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("users.csv");
    let names = || std::fs::read_dir(dir.path()).unwrap().count();
    let stopped = to_file(&path, false, |out| {
        house.desk.export_users(&anna, &everyone(""), out, &Patience(AtomicU64::new(2)))
    });
    assert_eq!((stopped.unwrap(), names()), (Exported { rows: 1_000, stopped: true }, 0));
    let failed = to_file(&path, false, |_| Err(DeskError::Machine("broke".into())));
    assert_eq!((failed.is_err(), names()), (true, 0));
    let whole = |replace| {
        to_file(&path, replace, |out| house.desk.export_users(&anna, &everyone("acme"), out, &()))
    };
    assert_eq!(whole(false).unwrap(), Exported { rows: 1_200, stopped: false });
    let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let again = whole(false).unwrap_err();
    assert_eq!((again.code().as_str(), again.field()), ("taken", Some("file")));
    assert!(whole(true).is_ok() && names() == 1);
    let directory = to_file(dir.path(), true, |_| Ok(Exported { rows: 0, stopped: false }));
    assert!(directory.unwrap_err().to_string().contains("is no ordinary file"));
}

#[test]
fn who_is_disabled_meanwhile_gets_no_further_rows() {
    let house = town(600);
    let anna = house.anna();
    let user = house.repo.fetch::<User>(anna.user().0).unwrap().unwrap().value;
    let mut out = Vec::new();
    let watch = Disabled(&house, user);
    let refused = house.desk.export_users(&anna, &everyone("acme"), &mut out, &watch);
    assert!(matches!(refused, Err(DeskError::SignedOut(_))), "{refused:?}");
    assert!(!String::from_utf8(out).unwrap().contains("u0@acme.example"), "it comes last");
}

#[test]
fn requests_come_back_and_are_known_again() {
    let house = House::new();
    let anna = house.anna();
    house.desk.submit_request(&zoe(), None, &super::super::origin()).unwrap();
    let args = ListArgs::all(Sort::Time, true);
    let export = |house: &House, who: &Session| {
        let mut out = Vec::new();
        house.desk.export_requests(who, &args, &mut out, &()).unwrap();
        String::from_utf8(out).unwrap()
    };
    let text = export(&house, &anna);
    assert!(
        text.contains("\r\nPR-000001,Zoë,O'Brien,zoe@acme.example,'+44 20 7946 0018,Acme Ltd,"),
        "{text}"
    );
    let import = |house: &House, who: &Session| {
        let args = crate::service::imports::ImportArgs { file: "requests.csv", dry_run: false };
        let go_on =
            &mut |_: crate::service::imports::Progress<'_>| std::ops::ControlFlow::Continue(());
        let mut source = std::io::Cursor::new(text.as_bytes());
        house.desk.import_requests(who, args, None, &mut source, go_on).unwrap()
    };
    assert_eq!((import(&house, &anna).imported, import(&house, &anna).already_there), (0, 1));
    let other = House::new();
    let bob = other.staff(Role::CustomerService);
    assert_eq!((import(&other, &bob).imported, import(&other, &bob).already_there), (1, 1));
    assert_eq!(export(&other, &bob), text);
}

#[test]
fn the_lists_of_companies_and_contacts_can_be_narrowed() {
    let house = town(3);
    house.contact(("Other", "Person"), "other@mail.example", None);
    let anna = house.anna();
    let mut out = Vec::new();
    let args = ListArgs { text: "other".into(), ..ListArgs::all(Sort::Name, false) };
    let done = house.desk.export_contacts(&anna, &args, &mut out, &()).unwrap();
    assert_eq!(done.rows, 1);
    assert!(
        String::from_utf8(out).unwrap().ends_with("\r\n,Other,Person,other@mail.example,,,\r\n")
    );
    house.brings(Contacts, &house.exported(Contacts), 0, 0);
}
