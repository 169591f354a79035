//! What one process over a store takes: it prints a figure a line, times in milliseconds.

use std::io::{BufWriter, Cursor, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use portaldesk::domain::id::CompanyId;
use portaldesk::service::imports::ImportArgs;
use portaldesk::service::{Desk, Entrance, ListArgs, NewUser, Session, Sort, UserFilter};

use crate::console::{self, Console};
use crate::fixture;

/// What is typed into the filter, a key at a time, and taken back.
pub const WORDS: [&str; 6] =
    ["kowal", "zoe", "c77.example", "anna.schmiedt", "+49 30", "papierwerk"];
const SORTS: [Sort; 7] = [
    Sort::Name,
    Sort::Email,
    Sort::Login,
    Sort::Company,
    Sort::Status,
    Sort::LastLogin,
    Sort::Time,
];
const ROUNDS: usize = 4;
const CREATES: u64 = 500;

/// The first page, and, unless `users` is 0, everything else.
pub fn measure(dir: &Path, users: u64) {
    let (repo, desk) = console::open(dir);
    let anna = console::sign_in(&desk, "anna");
    let page = desk.users(&anna, &args(Sort::Name, false, 1)).expect("the list can be read");
    assert!(page.total > 0 && !page.rows.is_empty());
    println!("listed");
    if users == 0 {
        return;
    }
    println!("rss.listed {}", status("VmRSS"));
    pages(&desk, &anna, page.total);
    println!("rss.paged {}", status("VmRSS"));
    typing(&desk);
    println!("rss.typed {}", status("VmRSS"));
    // What a start does behind is not to be in the figures of a commit.
    repo.settle().expect("the store is in order");
    println!("rss.checked {}", status("VmRSS"));
    creates(&desk, &anna, users);
    println!("rss.after {}", status("VmRSS"));
}

fn args(sort: Sort, reverse: bool, page: u64) -> ListArgs<UserFilter> {
    ListArgs { page, per_page: 50, ..ListArgs::all(sort, reverse) }
}

/// Megabytes of memory, as the system counts them.
fn status(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kilobytes = line.and_then(|it| it.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1e3
}

fn tell(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let Some(last) = times.len().checked_sub(1) else { return };
    for percent in [50, 99] {
        let at = times[(last * percent).div_ceil(100)];
        println!("{name}.p{percent} {}", at.as_secs_f64() * 1e3);
    }
    println!("{name}.max {}", times[last].as_secs_f64() * 1e3);
}

fn pages(desk: &Desk, anna: &Session, total: u64) {
    let pages = total.div_ceil(50);
    let timed = |args: &ListArgs<UserFilter>| {
        let start = Instant::now();
        let found = desk.users(anna, args).expect("the list can be read");
        assert_eq!(found.total, total);
        start.elapsed()
    };
    let first = SORTS.iter().map(|sort| timed(&args(*sort, false, 1))).collect();
    tell("first", first);
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        for sort in SORTS {
            for reverse in [false, true] {
                for page in [1, 2, pages / 3, pages / 2, pages - 1, pages] {
                    times.push(timed(&args(sort, reverse, page.max(1))));
                }
            }
        }
    }
    tell("page", times);
}

fn typing(desk: &Desk) {
    let mut console = Console::of_anna(desk);
    for key in ["3", "/"] {
        console.press(key);
        console.settle();
    }
    let (mut echoes, mut answers) = (Vec::new(), Vec::new());
    let mut time = |console: &mut Console, press: &dyn Fn(&mut Console)| {
        let start = Instant::now();
        press(console);
        console.draw();
        echoes.push(start.elapsed());
        console.settle();
        answers.push(start.elapsed());
    };
    for _ in 0..ROUNDS {
        for word in WORDS {
            for c in word.chars() {
                time(&mut console, &|console| console.type_in(&c.to_string()));
            }
            for _ in word.chars() {
                time(&mut console, &|console| console.press("Backspace"));
            }
        }
    }
    tell("echo", echoes);
    tell("answer", answers);
}

fn creates(desk: &Desk, anna: &Session, users: u64) {
    let companies = fixture::companies(users);
    // Others in every process.
    let mark = std::process::id();
    let times = (0..CREATES).map(|n| {
        let company = CompanyId(n * 37 % companies + 1);
        // Without a password: hashing takes what it is meant to take.
        let mut form = NewUser::new(Entrance::PortalAccess, company);
        (form.first, form.last) = ("Nova".to_owned(), format!("Figure{n}"));
        form.email = format!("nova.figure{n}.{mark}@new.example");
        let start = Instant::now();
        desk.create_portal_user(anna, &form).expect("a fresh user fits in");
        start.elapsed()
    });
    tell("create", times.collect());
}

/// The import of so many users from a file into a store with their companies.
pub fn import(dir: &Path, users: u64) {
    let (repo, desk) = console::open(dir);
    console::set_up(&desk);
    let anna = console::sign_in(&desk, "anna");
    let companies = fixture::companies(users);
    fixture::fill_companies(&*repo, companies).expect("an empty store takes them");
    let mut file = BufWriter::new(Cursor::new(Vec::new()));
    let mut write = |line: String| file.write_all(line.as_bytes()).expect("it is in memory");
    write("External Id,First Name,Last Name,Email,Phone,Company,Customer Id,Login\n".to_owned());
    for n in 1..=users {
        let user = fixture::person(n, companies, 2);
        let company = user.contact.company.map_or(1, |it| it.0);
        let raw = |it: &Option<portaldesk::domain::text::Text>| {
            it.as_ref().map_or(String::new(), |it| it.raw().to_owned())
        };
        let user = user.user;
        write(format!(
            "X{n:07},{},{},{},{},,C{company:06},{}\n",
            raw(&user.first),
            raw(&user.last),
            raw(&user.email),
            raw(&user.phone),
            user.login_name.raw(),
        ));
    }
    let mut file = file.into_inner().expect("it is in memory");
    file.set_position(0);
    let start = Instant::now();
    let args = ImportArgs { file: "users.csv", dry_run: false };
    let mut sink = |_: portaldesk::service::imports::Progress<'_>| ControlFlow::Continue(());
    let summary = desk.import_users(&anna, args, &mut file, &mut sink).expect("the file goes in");
    let taken = start.elapsed().as_secs_f64();
    assert_eq!(summary.rows, users, "{summary:?}");
    println!("import.rate {}", users as f64 / taken);
    println!("import.rss {}", status("VmHWM"));
}
