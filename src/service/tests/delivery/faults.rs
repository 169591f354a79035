//! Operation N of a delivery fails, for every N: nothing is lost, nothing goes out twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::mail::{Carries, MailState};
use crate::domain::time::{DAY, MINUTE};
use crate::service::post::MailPolicy;
use crate::service::{Deliver, Desk, HashCost};
use crate::store::failing::{Failing, Failure};

use super::super::invariants::check;
use super::{Answer, Mailroom};

/// A room with mails that end in every way, and a desk over its store that fails as told.
fn room(
    carries: Carries,
    failure: Failure,
) -> (Mailroom, Desk, Arc<Failing<crate::store::SharedRepository>>) {
    let room = Mailroom::new();
    room.post.policy(MailPolicy { carries, ..MailPolicy::default() });
    room.invited(4);
    room.post.answer("u0@acme.example", &[Answer::Defer]);
    room.post.answer("u1@acme.example", &[Answer::Refuse]);
    room.post.answer("u2@acme.example", &[Answer::Vanish]);
    let failing = Arc::new(Failing::new(room.house.repo.clone(), failure));
    let desk = Desk::new(failing.clone(), room.house.clock.clone())
        .with_hashing(HashCost::CHEAP)
        .with_keys(room.house.keys.clone())
        .with_post(Arc::new(room.post.clone()));
    (room, desk, failing)
}

#[test]
fn every_operation_of_a_delivery_may_fail() {
    for carries in Carries::ALL {
        let (_, desk, counting) = room(carries, Failure::Never);
        assert_eq!(desk.deliver(&Deliver::DueInvitations, &()).broke, None);
        for nth in 1..=counting.operations() {
            let (room, desk, _) = room(carries, Failure::Nth(nth));
            let delivered = desk.deliver(&Deliver::DueInvitations, &());
            assert!(delivered.broke.is_some(), "operation {nth} failed and nobody noticed");
            check(&*room.house.repo);
            // Whoever comes next, after a start or in the same process, sees to the rest.
            let room = if nth % 2 == 0 { room.restarted() } else { room };
            for _ in 0..3 {
                room.house.clock.advance(10 * MINUTE);
                assert_eq!(room.deliver().broke, None, "operation {nth}");
            }
            settled(&room, nth);
        }
    }
}

/// Everything has ended, and went out once at most unless nobody knows.
fn settled(room: &Mailroom, nth: u64) {
    let mut given: BTreeMap<String, usize> = BTreeMap::new();
    for it in room.post.given() {
        *given.entry(it.message_id).or_default() += 1;
    }
    for at in 1..=4 {
        let mail = room.mail(crate::domain::id::MailId(at));
        let times = given.get(mail.message_id.raw()).copied().unwrap_or_default();
        // Two answers were not the last word: of a deferred one the text was given before.
        let refused = usize::from(at <= 2);
        match mail.state {
            MailState::Sent | MailState::Unknown => {
                assert!((1..=1 + refused).contains(&times), "{nth}: {at} went out {times} times");
            }
            MailState::Failed => assert!(times <= 1, "{nth}: {at}"),
            other => panic!("operation {nth} left mail {at} {other:?}"),
        }
    }
    room.house.clock.advance(DAY);
    let before = room.post.given().len();
    room.deliver();
    assert_eq!(room.post.given().len(), before, "operation {nth}: nothing is left to go out");
}
