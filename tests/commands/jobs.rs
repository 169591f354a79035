//! Jobs by commands: made, changed, run by hand and when they are due, and what is left of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use portaldesk::clock::{Clock, FixedClock, SystemClock};
use portaldesk::domain::job::Step;
use portaldesk::domain::login::Door;
use portaldesk::domain::schedule::When;
use portaldesk::domain::secret::Secret;
use portaldesk::domain::time::{HOUR, Timestamp};
use portaldesk::service::{Credentials, Desk, JobForm, Origin, Session, SignIn, Watch};
use portaldesk::store::sled::{Options, SledRepository};
use serde_json::{Value, json};

use crate::shop::{PASSWORD, Shop, names};

/// A command of root's, and the JSON that it prints.
#[track_caller]
fn root(shop: &Shop, args: &[&str]) -> Value {
    shop.by("root", &[args, &["--json"]].concat()).done().json()
}

const NIGHTLY: [&str; 7] =
    ["job", "add", "Nightly", "--step", "site-sync", "--cron", "30 2 * * 1-5"];

#[test]
fn a_store_begins_with_the_job_that_sends_mails() {
    let shop = Shop::new();
    let list = root(&shop, &["job", "list"]);
    assert_eq!(names(&list), ["page", "pages", "per_page", "rows", "total"]);
    let job = &list["rows"][0];
    assert_eq!(
        names(job),
        [
            "created_at",
            "enabled",
            "id",
            "last",
            "name",
            "next_run_at",
            "running",
            "schedule",
            "steps",
            "words"
        ]
    );
    assert_eq!((&job["name"], &job["words"]), (&json!("Notification"), &json!("every 5 minutes")));
    assert_eq!(job["steps"], json!(["notification", "expire-invitations"]));
    assert_eq!((&job["enabled"], &job["last"]), (&json!(true), &json!(null)));
    let words = shop.by("root", &["job", "list"]).done().out;
    assert!(words.contains("every 5 minutes") && words.contains("1 in all"), "{words}");
}

#[test]
fn a_job_is_made_changed_and_deleted() {
    let shop = Shop::new();
    let said = shop.by("root", &NIGHTLY).done().out;
    assert!(said.starts_with("Job Nightly is there. It is due every weekday at 02:30"), "{said}");
    let view = root(&shop, &["job", "show", "nightly"]);
    assert_eq!(view["next"].as_array().unwrap().len(), 5);
    assert_eq!(view["next"][0], view["next_run_at"]);
    assert_eq!(view["schedule"], json!({"cron": "30 2 * * 1-5"}));

    let edit = ["job", "edit", "Nightly", "--name", "Hourly", "--every", "60"];
    let edited = root(&shop, &[&edit[..], &["--step", "expire-invitations"]].concat());
    assert_eq!(edited["words"], "every hour");
    assert_eq!(edited["steps"], json!(["expire-invitations"]));
    let off = root(&shop, &["job", "disable", "hourly"]);
    assert_eq!((&off["enabled"], &off["next_run_at"]), (&json!(false), &json!(null)));
    let on = root(&shop, &["job", "enable", "JB-000002"]);
    assert_eq!(on["enabled"], true);
    let shown = shop.by("root", &["job", "show", "Hourly"]).done().out;
    assert!(shown.contains("enabled by root") && shown.contains("Next runs"), "{shown}");

    let kept = shop.by("root", &["job", "delete", "Hourly", "--json"]).refused();
    assert_eq!(kept.code, "not_confirmed");
    root(&shop, &["job", "delete", "Hourly", "--yes"]);
    assert_eq!(root(&shop, &["job", "list"])["total"], 1);
}

#[test]
fn what_makes_no_sense_is_refused_at_the_field() {
    let shop = Shop::new();
    for (schedule, field, says) in [
        (["--cron", "61 * * * *"], "cron", "The minute “61”"),
        (["--cron", "0 0 30 2 *"], "cron", "never comes"),
        (["--every", "soon"], "every", "no interval"),
        (["--at", "2020-01-01 10:00"], "at", "has passed already"),
    ] {
        let add = ["job", "add", "X", "--step", "notification", "--json"];
        let refused = shop.by("root", &[&add[..], &schedule].concat()).refused();
        assert_eq!(refused.field, field);
        assert!(refused.message.contains(says), "{}", refused.message);
    }
    for (args, says) in [
        (&["job", "add", "X", "--step", "dance", "--every", "5m"][..], "it is one of notification"),
        (&["job", "add", "X", "--step", "site-sync"], "give --every, --cron or --at"),
        (&["job", "add", "X", "--every", "5m"], "required arguments were not provided"),
    ] {
        let refused = shop.by("root", &[args, &["--json"]].concat());
        assert_eq!(refused.status, 2);
        assert!(refused.error().message.contains(says), "{}", refused.error().message);
    }
    let denied = shop.by("anna", &[&NIGHTLY[..], &["--json"]].concat()).refused();
    assert_eq!(denied.code, "denied");
    assert_eq!(shop.by("anna", &["job", "run", "Notification", "--json"]).refused().code, "denied");
    assert_eq!(shop.anna(&["job", "show", "Notification"])["name"], "Notification");
}

#[test]
fn a_run_by_hand_is_told_with_its_counts_and_kept() {
    let shop = Shop::new();
    shop.approved("Zoë", "O'Brien", "zoe@acme.example");
    root(&shop, &["site", "create", "--code", "north", "--in-portal"]);
    shop.by("root", &NIGHTLY).done();
    let run = shop.by("root", &["job", "run", "Nightly"]).done().out;
    assert_eq!(
        run,
        "Nightly: done, by hand, Site sync: 1 done, 0 failed, 0 waiting\n  1 account made\n  Site north no longer waits\n"
    );
    let again = root(&shop, &["job", "run", "Nightly"]);
    assert_eq!((&again["state"], &again["trigger"]), (&json!("done"), &json!("by_hand")));
    assert_eq!((&again["by"], &again["steps"][0]["ok"]), (&json!("root"), &json!(0)));
    let history = root(&shop, &["job", "history", "Nightly", "--per-page", "10"]);
    assert_eq!(history["total"], 2);
    assert_eq!(history["rows"][1]["steps"][0]["ok"], 1);
    let told = shop.by("root", &["job", "history", "Nightly", "--log"]).done().out;
    assert_eq!(told.lines().count(), 4, "{told}");
}

#[test]
fn what_is_due_runs_without_anybody_signed_in() {
    let shop = Shop::new();
    let nothing = shop.run(&["job", "run-due"]).done();
    assert_eq!(nothing.out, "");
    assert_eq!(shop.run(&["job", "run-due", "--json"]).done().json(), json!({"runs": []}));
    // Held by somebody: try again, or leave it to the console.
    let held = SledRepository::open(&shop.data_dir(), Options::at(Timestamp::from_millis(0)));
    let refused = shop.run(&["job", "run-due", "--json"]);
    assert_eq!((refused.status, refused.error().code.as_str()), (75, "store_held"));
    let message = refused.error().message;
    assert!(message.ends_with("A console that is open runs what is due by itself."), "{message}");
    drop(held);
}

/// The store of a shop an hour ago, and root signed in to it.
fn an_hour_ago(shop: &Shop) -> (Desk, Session) {
    let now = SystemClock.now();
    let repo = SledRepository::open(&shop.data_dir(), Options::at(now)).unwrap();
    let clock = FixedClock::at(now.plus_millis(-HOUR));
    let desk = Desk::new(Arc::new(repo), Arc::new(clock));
    let origin = Origin { os_user: "tester".into(), host: "localhost".into() };
    let password = Secret::new(PASSWORD.to_owned());
    let entered = desk.sign_in(&Credentials::new("root", &password), Door::Command, &origin);
    let Ok(SignIn::SignedIn(root)) = entered else { panic!("{entered:?}") };
    (desk, root)
}

fn often() -> JobForm {
    JobForm {
        name: "Often".into(),
        steps: vec![Step::SiteSync],
        when: When::Every("5m".into()),
        enabled: true,
    }
}

#[test]
fn what_was_missed_while_nothing_ran_is_made_up_once() {
    let shop = Shop::new();
    let (desk, who) = an_hour_ago(&shop);
    desk.create_job(&who, &often()).unwrap();
    drop(desk);
    let made_up = shop.run(&["job", "run-due"]).done().out;
    assert_eq!(made_up, "Often: done, made up, nothing to do\n");
    assert_eq!(shop.run(&["job", "run-due"]).done().out, "");
    let history = root(&shop, &["job", "history", "Often"]);
    assert_eq!((&history["total"], &history["rows"][0]["by"]), (&json!(1), &json!("Portal Desk")));
}

/// Fails in the middle of a run, as if the program ended there.
struct Ends;

impl Watch for Ends {
    fn progress(&self, _: u64, _: Option<u64>) {}

    fn stopped(&self) -> bool {
        panic!("the end");
    }
}

#[test]
fn a_run_in_whose_middle_the_program_ended_is_interrupted_when_the_store_is_opened() {
    let shop = Shop::new();
    let (desk, who) = an_hour_ago(&shop);
    let job = desk.create_job(&who, &often()).unwrap().row.id;
    assert!(catch_unwind(AssertUnwindSafe(|| desk.run_job(&who, job, &Ends))).is_err());
    drop(desk);
    let history = root(&shop, &["job", "history", "Often"]);
    assert_eq!(history["rows"][0]["state"], "interrupted");
    assert_eq!(root(&shop, &["job", "show", "Often"])["running"], json!(null));
    assert!(shop.log().contains("interrupted"), "{}", shop.log());
    assert_eq!(shop.run(&["job", "run-due"]).done().out.lines().count(), 1);
}
