//! The figures of the README: what this program takes at 10,000, 100,000 and 1,000,000 users,
//! beside `sqlite3` and `fzf` on the same rows in the same run.
//!
//! ```text
//! cargo bench --bench figures                       # all three sizes; a few minutes
//! cargo bench --bench figures -- 10000 100000       # these sizes
//! cargo bench --bench figures -- make DIR USERS     # leaves a store there to look around in:
//!                                                   # sign in as anna, with the password it says
//! ```
//!
//! Prints a table in Markdown. Every store is made, measured by processes of its own, and
//! removed. sqlite3 is Python's module, with a write-ahead log synced at every commit; fzf is
//! Debian's package. What is not installed is left out, and said so.

#[path = "../fixture/console.rs"]
mod console;
#[path = "../fixture/mod.rs"]
mod fixture;
mod measure;
mod terminal;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use portaldesk::domain::time::Timestamp;
use portaldesk::store::sled::{Options, SledRepository};

/// Figures by their name: of us, of sqlite3, of fzf.
type Figures = BTreeMap<String, f64>;

const SIZES: [u64; 3] = [10_000, 100_000, 1_000_000];
/// Starts of the program, of which the middle one counts.
const STARTS: usize = 7;

fn main() {
    // As the program itself does.
    portaldesk::bootstrap::share_one_heap();
    let args: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with("--")).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["make", dir, users] => make(Path::new(dir), number(users)),
        ["measure", dir, users] => measure::measure(Path::new(dir), number(users)),
        ["import", dir, users] => measure::import(Path::new(dir), number(users)),
        [] => print(&SIZES.map(|users| (users, run(users)))),
        sizes => {
            let sizes: Vec<u64> = sizes.iter().map(|it| number(it)).collect();
            print(&sizes.into_iter().map(|users| (users, run(users))).collect::<Vec<_>>());
        }
    }
}

fn number(word: &str) -> u64 {
    word.parse().unwrap_or_else(|_| panic!("{word} is no number of users"))
}

/// A store of so many users, with root and anna.
fn make(dir: &Path, users: u64) {
    let start = Instant::now();
    let (repo, desk) = console::open(dir);
    console::set_up(&desk);
    fixture::fill(&*repo, users, 2, fixture::CHUNK).expect("an empty store takes them");
    println!("filled {}", users as f64 / start.elapsed().as_secs_f64());
    println!("password: {}", console::PASSWORD);
}

/// All figures of one size.
fn run(users: u64) -> Figures {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("room for a store");
    let store = dir.path().join("store");
    let store_arg = store.to_str().expect("a path of text");
    eprintln!("{users} users: making the store");
    let mut figures = child(&["make", store_arg, &users.to_string()]);
    eprintln!("{users} users: starting the program");
    // sled tidies up when it is first opened after a big change.
    drop(SledRepository::open(&store, Options::at(Timestamp::from_millis(0))).expect("it opens"));
    let frames: Vec<f64> = (0..STARTS).map(|_| terminal::first_frame(&store)).collect();
    figures.insert("frame".to_owned(), middle(frames));
    let lists: Vec<f64> =
        (0..STARTS).map(|_| child(&["measure", store_arg, "0"])["listed"]).collect();
    let listed = middle(lists);
    eprintln!("{users} users: measuring");
    figures.extend(child(&["measure", store_arg, &users.to_string()]));
    figures.insert("listed".to_owned(), listed);
    figures.insert("disk".to_owned(), size(&store) / 1e6);
    fs::remove_dir_all(&store).expect("what was made can be removed");
    eprintln!("{users} users: importing");
    figures.extend(child(&["import", store_arg, &users.to_string()]));
    drop(fs::remove_dir_all(&store));
    eprintln!("{users} users: sqlite3 and fzf");
    beside(dir.path(), users, &mut figures);
    figures
}

/// Runs this program again for one job; hears the figures that it prints.
fn child(args: &[&str]) -> Figures {
    let program = std::env::current_exe().expect("this program is somewhere");
    let start = Instant::now();
    let mut process =
        Command::new(program).args(args).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut figures = Figures::new();
    let out = process.stdout.take().expect("it is piped");
    for line in BufReader::new(out).lines().map_while(Result::ok) {
        if line == "listed" {
            figures.insert(line, start.elapsed().as_secs_f64() * 1e3);
        } else if let Some((name, value)) = line.split_once(' ')
            && let Ok(value) = value.parse()
        {
            figures.insert(name.to_owned(), value);
        }
    }
    assert!(process.wait().expect("it ends").success(), "{args:?} failed");
    figures
}

fn size(path: &Path) -> f64 {
    let Ok(entries) = fs::read_dir(path) else {
        return fs::metadata(path).map_or(0.0, |it| it.len() as f64);
    };
    entries.flatten().map(|entry| size(&entry.path())).sum()
}

/// The same rows for others: a line each, fields apart by tabs.
fn beside(dir: &Path, users: u64, figures: &mut Figures) {
    let rows = dir.join("rows.tsv");
    let companies = fixture::companies(users);
    let mut out = BufWriter::new(File::create(&rows).expect("room for a file"));
    for n in 1..=users {
        let person = fixture::person(n, companies, 2);
        let company = fixture::company(person.contact.company.map_or(1, |it| it.0));
        let user = person.user;
        let last = user.last_login_at.map_or(0, Timestamp::millis);
        let text = |it: Option<&portaldesk::domain::text::Text>| {
            it.map_or(String::new(), |it| it.raw().to_owned())
        };
        writeln!(
            out,
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{last}",
            user.label().raw(),
            text(user.email.as_ref()),
            user.user_id().raw(),
            text(user.phone.as_ref()),
            company.name.raw(),
            user.role.name(),
            user.status.word(),
        )
        .expect("room for a line");
    }
    drop(out);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/figures/beside.py");
    let told = Command::new("python3").arg(script).arg(&rows).args(measure::WORDS).output();
    match told {
        Ok(told) if told.status.success() => {
            for line in String::from_utf8_lossy(&told.stdout).lines() {
                if let Some((name, value)) = line.split_once(' ')
                    && let Ok(value) = value.parse()
                {
                    figures.insert(name.to_owned(), value);
                }
            }
        }
        Ok(told) => eprintln!("{}", String::from_utf8_lossy(&told.stderr)),
        Err(error) => eprintln!("python3 can't be started: {error}"),
    }
}

fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Name of the row, what it is to hold at 1,000,000 users, and the names of its figures: ours,
/// sqlite3's, fzf's.
const ROWS: [(&str, &str, [&str; 3]); 14] = [
    ("from start to the first frame, ms", "100", ["frame", "", ""]),
    (
        "from start to the first page of Users, signing in included, ms",
        "300",
        ["listed", "sql.listed", ""],
    ),
    (
        "from a key in the filter to the frame with the filtered list, p50, ms",
        "",
        ["answer.p50", "sql.search.p50", "fzf.p50"],
    ),
    ("the same, p99, ms", "16", ["answer.p99", "sql.search.p99", "fzf.p99"]),
    ("from a key to the frame that shows it typed, p99, ms", "16", ["echo.p99", "", ""]),
    ("any page of any order, p99, ms", "5", ["page.p99", "sql.page.p99", ""]),
    ("the first page in an order never asked for, longest, ms", "", ["first.max", "", ""]),
    (
        "a new user with profile, contact and trail, on the disk, p50, ms",
        "1",
        ["create.p50", "sql.create.p50", ""],
    ),
    ("the same, p99, ms", "", ["create.p99", "sql.create.p99", ""]),
    ("import of a file, users/s", "22000", ["import.rate", "sql.import.rate", ""]),
    ("resident once the list is there, MB", "400", ["rss.listed", "", ""]),
    ("resident after all of this, MB", "400", ["rss.after", "sql.rss", ""]),
    ("resident at most during the import, MB", "", ["import.rss", "", ""]),
    ("on the disk, MB", "", ["disk", "sql.disk", ""]),
];

fn print(all: &[(u64, Figures)]) {
    let mut out = String::from("| |");
    for (users, _) in all {
        out.push_str(&format!(" {users} | sqlite3 | fzf |"));
    }
    out.push_str(" to hold |\n|---|");
    out.push_str(&"---:|".repeat(all.len() * 3 + 1));
    out.push('\n');
    for (name, limit, columns) in ROWS {
        out.push_str(&format!("| {name} |"));
        for (_, figures) in all {
            for column in columns {
                let figure = figures.get(column).map_or(String::new(), |it| shown(*it));
                out.push_str(&format!(" {figure} |"));
            }
        }
        out.push_str(&format!(" {limit} |\n"));
    }
    println!("{out}");
    if !all.iter().any(|(_, figures)| figures.contains_key("sql.search.p50")) {
        println!("sqlite3 skipped: python3 or its module is not installed");
    }
    if !all.iter().any(|(_, figures)| figures.contains_key("fzf.p50")) {
        println!("fzf skipped: not installed");
    }
}

fn shown(figure: f64) -> String {
    match figure {
        0.0..10.0 => format!("{figure:.2}"),
        10.0..100.0 => format!("{figure:.1}"),
        _ => format!("{figure:.0}"),
    }
}
