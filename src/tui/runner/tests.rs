//! The threads of a console, over real services.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Behind, Runner};
use crate::domain::time::MINUTE;
use crate::service::{Entrance, ListArgs, NewUser, Sort};
use crate::tui::ask::{Ask, UserAsk};
use crate::tui::state::Ticket;
use crate::tui::testing::Console;

/// The next of what is told; the wait only ends a test that would hang.
fn next<T>(told: &Receiver<T>) -> T {
    told.recv_timeout(Duration::from_secs(60)).expect("something is told")
}

#[test]
fn an_invitation_goes_out_while_a_job_is_at_work() {
    let mut console = Console::signed_in("anna").mailing();
    let anna = console.session("anna");
    let args = ListArgs::all(Sort::Name, false);
    let company = console.desk.companies(&anna, &args).unwrap().rows[0].id;
    let jo = NewUser {
        email: "jo@acme.example".into(),
        invite: false,
        ..NewUser::new(Entrance::PortalAccess, company)
    };
    let jo = console.desk.create_portal_user(&anna, &jo).unwrap();
    console.wait(6 * MINUTE);

    let ((tell, told), (say, answers)) = (channel(), channel());
    let (desk, origin) = (console.desk.clone(), console.origin.clone());
    let (gate, ends) = channel::<()>();
    let ends = Arc::new(Mutex::new(ends));
    // Declared last, the gate opens first, should the test fail.
    let runner = Runner::start(
        Box::new(move || Ok(desk)),
        &origin,
        move |_, answer| _ = say.send(answer),
        |error| panic!("{error}"),
        move |it| {
            let at_work = matches!(it, Behind::Ran(_));
            tell.send(it).unwrap();
            if at_work {
                // Until the gate is opened, or gone.
                let _ = ends.lock().unwrap().recv();
            }
        },
    );
    let (runner, gate) = (runner.unwrap(), gate);
    assert!(matches!(next(&told), Behind::Ran(_)), "the job of the first start was due");
    let ask = UserAsk::Invite { id: jo.row.id, base: jo.row.stamp, again: false };
    runner.ask(Ticket(1), None, Some(anna), Ask::User(ask));
    next(&answers).unwrap();
    match next(&told) {
        Behind::Delivered(it) => assert_eq!((it.sent, it.broke), (1, None)),
        other => panic!("{other:?}"),
    }
    drop(gate);
    drop(runner);
    assert!(told.try_recv().is_err(), "nothing else was told, and both have ended");
}
