//! From key to frame: how long the console takes to show what a key did.
//!
//! Two figures over a store on sled with 3,000 requests, at 120 × 40: the *echo*, from a key
//! in the filter line to the frame that shows it typed, and the *answer*, from the same key to
//! the frame that shows the filtered list. Frames are made into the bytes a terminal gets.
//!
//! `cargo bench --bench console`

use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};

use portaldesk::service::requests::RequestForm;

use fixture::{Console, open, origin, set_up};

#[path = "fixture/console.rs"]
mod fixture;

const REQUESTS: usize = 3_000;

/// A console on a list of requests, filter line open.
fn filtering(dir: &std::path::Path) -> Console {
    let (_, desk) = open(dir);
    set_up(&desk);
    for n in 0..REQUESTS {
        let form = RequestForm {
            first: ["Zoë", "Jan", "太郎", "Łukasz", "Karl"][n % 5].into(),
            last: format!("Kowalski{}", n % 97),
            email: format!("user{n}@c{}.example", n % 311),
            phone: "+44 20 7946 0018".into(),
            company_name: format!("Acme {} Ltd", n % 311),
        };
        desk.submit_request(&form, None, &origin()).expect("requests come in");
    }
    let mut console = Console::of_anna(&desk);
    console.press("2");
    console.settle();
    console.press("/");
    console.settle();
    console
}

/// The keys of a filter being typed and taken back, one a call.
fn keys() -> impl Iterator<Item = &'static str> {
    ["k", "o", "w", "a", "l", "Backspace", "Backspace", "Backspace", "Backspace", "Backspace"]
        .into_iter()
        .cycle()
}

fn key_to_frame(bench: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a place for a throw-away store");
    let mut console = filtering(dir.path());
    let mut typed = keys();
    let mut group = bench.benchmark_group("key to frame, 3,000 requests");
    group.bench_function("echo", |b| {
        b.iter_custom(|count| {
            timed(count, |spent| {
                let start = Instant::now();
                console.press(typed.next().unwrap_or("k"));
                console.draw();
                *spent += start.elapsed();
                console.settle();
            })
        });
    });
    group.bench_function("answer", |b| {
        b.iter_custom(|count| {
            timed(count, |spent| {
                let start = Instant::now();
                console.press(typed.next().unwrap_or("k"));
                console.settle();
                *spent += start.elapsed();
            })
        });
    });
    group.finish();
}

fn timed(count: u64, mut once: impl FnMut(&mut Duration)) -> Duration {
    let mut spent = Duration::ZERO;
    for _ in 0..count {
        once(&mut spent);
    }
    spent
}

criterion_group!(benches, key_to_frame);
criterion_main!(benches);
