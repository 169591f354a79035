//! Killed outright, again and again: what was acknowledged is there, and nothing half.

use super::child::{Part, Running};
use super::deeds::{self, Numbers};

const CYCLES: u64 = 200;
/// Every so many cycles the whole store is walked, not only counted.
const WALK_EVERY: u64 = 20;

fn done(said: &str) -> Option<u64> {
    said.strip_prefix("done ")?.parse().ok()
}

/// Spends some time that is not measured, so that the blow falls anywhere in a deed.
fn dawdle(steps: u64) {
    for step in 0..steps {
        std::hint::black_box(step);
    }
}

#[test]
fn two_hundred_kills_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut numbers = Numbers(2026);
    let mut acknowledged = 0;
    let mut unheard = 0;
    for cycle in 1..=CYCLES {
        let mut child = Running::start(dir.path(), Part::Work);
        // Some are killed while they open the store, most after a few deeds.
        for _ in 0..numbers.below(24) {
            let said = child.says().expect("the child works until it is killed");
            acknowledged = done(&said).unwrap_or(acknowledged);
        }
        dawdle(numbers.below(200_000));
        for said in child.kill() {
            acknowledged = done(&said).unwrap_or(acknowledged);
        }
        let repo = deeds::open(dir.path()).unwrap();
        let found = deeds::expect_whole(&repo);
        assert!(found >= acknowledged, "cycle {cycle}: {found} of {acknowledged} deeds are there");
        assert!(found <= acknowledged + 1, "cycle {cycle}: {found} deeds of {acknowledged}");
        unheard += found - acknowledged;
        acknowledged = found;
        if cycle % WALK_EVERY == 0 {
            assert_eq!(repo.verify().unwrap().entries, found);
        }
    }
    assert!(acknowledged > CYCLES, "only {acknowledged} deeds were done");
    println!("{CYCLES} kills, {acknowledged} deeds, {unheard} of them done but not heard of");
}
