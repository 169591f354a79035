//! Random lives of mails: queued, sent to a server that answers as it likes, held, released,
//! cancelled, accepted, expired, with their users edited, disabled and deleted meanwhile. The
//! invariants hold after every call, and a refused call changes nothing.

use proptest::prelude::*;

use crate::domain::audit::Actor;
use crate::domain::id::{MailId, UserId};
use crate::domain::mail::Mail;
use crate::domain::role::Role;
use crate::domain::time::{DAY, HOUR, MINUTE};
use crate::domain::user::{User, UserKind};
use crate::service::tests::delivery::Mailroom;
use crate::service::tests::delivery::post::Answer;
use crate::service::tests::invariants::{all, check, dump};
use crate::service::tests::new_user::by_email;
use crate::service::tests::origin;
use crate::service::tests::people::{OTHER, RIGHT, secret};
use crate::service::{
    Credentials, Deed, Deliver, DeskError, ListArgs, NewUser, Selection, Session, Sort, UserForm,
};
use crate::store::query::List;

/// One call; numbers choose among what there is.
#[derive(Debug, Clone)]
enum Call {
    Add { email: u8, password: bool, invite: bool },
    Invite { user: usize, again: bool },
    InviteAll,
    Cancel(usize),
    Release(usize),
    SendHeld,
    Deliver(Option<usize>),
    Answer { email: u8, answer: usize },
    Portal(bool),
    SetUp(bool),
    Switch(usize),
    Email { user: usize, email: Option<u8> },
    Password(usize),
    SignIn { user: usize, typed: bool },
    Change(usize),
    Later(usize),
    Expire,
    Delete(usize),
}

const ANSWERS: [Answer; 6] = [
    Answer::Accept,
    Answer::RefuseEarly,
    Answer::Refuse,
    Answer::Defer,
    Answer::Vanish,
    Answer::Close,
];
const LATER: [i64; 4] = [10 * MINUTE, 7 * HOUR, 73 * HOUR, 31 * DAY];

fn call() -> impl Strategy<Value = Call> {
    let any_of = || 0..12usize;
    let email = || 0..5u8;
    prop_oneof![
        4 => (email(), any::<bool>(), any::<bool>())
            .prop_map(|(email, password, invite)| Call::Add { email, password, invite }),
        3 => (any_of(), any::<bool>()).prop_map(|(user, again)| Call::Invite { user, again }),
        1 => Just(Call::InviteAll),
        2 => any_of().prop_map(Call::Cancel),
        2 => any_of().prop_map(Call::Release),
        1 => Just(Call::SendHeld),
        6 => proptest::option::of(any_of()).prop_map(Call::Deliver),
        3 => (email(), 0..ANSWERS.len()).prop_map(|(email, answer)| Call::Answer { email, answer }),
        2 => any::<bool>().prop_map(Call::Portal),
        1 => any::<bool>().prop_map(Call::SetUp),
        2 => any_of().prop_map(Call::Switch),
        2 => (any_of(), proptest::option::of(email()))
            .prop_map(|(user, email)| Call::Email { user, email }),
        1 => any_of().prop_map(Call::Password),
        2 => (any_of(), any::<bool>()).prop_map(|(user, typed)| Call::SignIn { user, typed }),
        2 => any_of().prop_map(Call::Change),
        2 => (0..LATER.len()).prop_map(Call::Later),
        2 => Just(Call::Expire),
        1 => any_of().prop_map(Call::Delete),
    ]
}

fn address(n: u8) -> String {
    format!("u{n}@acme.example")
}

/// One of the portal users that there are.
fn user(room: &Mailroom, n: usize) -> Option<User> {
    let mut users = all::<User>(&*room.house.repo, List::Users);
    users.retain(|it| it.value.kind == UserKind::Portal && it.value.role == Role::PortalUser);
    (!users.is_empty()).then(|| users.swap_remove(n % users.len()).value)
}

fn user_id(room: &Mailroom, n: usize) -> UserId {
    user(room, n).map_or(UserId(99), |it| it.id)
}

fn mail(room: &Mailroom, n: usize) -> MailId {
    let mails = all::<Mail>(&*room.house.repo, List::Mails);
    if mails.is_empty() { MailId(99) } else { mails[n % mails.len()].value.id }
}

/// The password of the last mail, or the one that staff type.
fn password(room: &Mailroom, typed: bool) -> crate::domain::secret::Secret {
    if typed || room.post.given().is_empty() { secret(RIGHT) } else { room.post.last_secret() }
}

fn run(room: &Mailroom, who: &Session, actor: &Actor, call: &Call) -> Result<(), DeskError> {
    let desk = &room.desk;
    match call {
        Call::Add { email, password, invite } => {
            let password = password.then(|| secret(RIGHT));
            let form = by_email(room.acme, &address(*email));
            let form = NewUser { password, invite: *invite, ..form };
            desk.create_portal_user(who, &form).map(drop)
        }
        Call::Invite { user, again } => {
            desk.invite(who, user_id(room, *user), None, *again).map(drop)
        }
        Call::InviteAll => {
            let args = ListArgs { text: "acme".into(), ..ListArgs::all(Sort::Name, false) };
            let chosen = Selection::Matching { args, except: Vec::new() };
            let plan = desk.bulk_plan(who, Deed::Invite, &chosen)?;
            let outcome = desk.bulk(who, Deed::Invite, &chosen, plan.count, &())?;
            assert_eq!((outcome.done, outcome.mails.len() as u64), (plan.can, plan.can));
            Ok(())
        }
        Call::Cancel(n) => desk.cancel_mail(who, mail(room, *n)).map(drop),
        Call::Release(n) => desk.release_mail(who, mail(room, *n)).map(drop),
        Call::SendHeld => desk.send_held(who, &()).map(drop),
        Call::Deliver(which) => {
            let which = match which {
                Some(n) => Deliver::Now(vec![mail(room, *n)]),
                None => Deliver::All { run: None },
            };
            desk.deliver(&which, &());
            Ok(())
        }
        Call::Answer { email, answer } => {
            room.post.answer(&address(*email), &[ANSWERS[*answer]]);
            Ok(())
        }
        Call::Portal(on) => {
            room.house.portal(*on);
            Ok(())
        }
        Call::SetUp(is) => {
            room.post.not_set_up((!is).then_some("Mail is not set up."));
            Ok(())
        }
        Call::Switch(n) => {
            let id = user_id(room, *n);
            match desk.disable_user(who, id, None) {
                Err(DeskError::Problems(_)) => desk.enable_user(who, id, None).map(drop),
                other => other.map(drop),
            }
        }
        Call::Email { user: n, email } => {
            let view = desk.user(who, user_id(room, *n))?;
            let email = email.map(address).unwrap_or_default();
            let login = if email.is_empty() { format!("login{n}") } else { String::new() };
            let form = UserForm { email, login, ..UserForm::of(&view) };
            desk.edit_user(who, view.row.id, None, &form).map(drop)
        }
        Call::Password(n) => {
            desk.set_password(who, user_id(room, *n), None, &secret(RIGHT), true).map(drop)
        }
        Call::SignIn { user: n, typed } => {
            let Some(user) = user(room, *n) else { return Ok(()) };
            let password = password(room, *typed);
            let by = Credentials::new(user.login_name.raw(), &password);
            desk.portal_sign_in(&by, None, &origin()).map(drop)
        }
        Call::Change(n) => {
            let Some(user) = user(room, *n) else { return Ok(()) };
            let old = password(room, false);
            let by = Credentials::new(user.login_name.raw(), &old);
            desk.portal_change_password(&by, &secret(OTHER), &origin()).map(drop)
        }
        Call::Later(n) => {
            room.house.clock.advance(LATER[*n]);
            Ok(())
        }
        Call::Expire => desk.expire_invitations(actor, &()).map(drop),
        Call::Delete(n) => desk.delete_user(who, user_id(room, *n), None).map(drop),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_invariants_hold_through_the_life_of_any_mail(
        calls in proptest::collection::vec(call(), 10..50)
    ) {
        let room = Mailroom::new();
        let anna = room.house.staff(Role::PortalAdmin);
        let actor = room.house.last_told().actor;
        for n in 0..3 {
            let call = Call::Add { email: n, password: n == 1, invite: true };
            run(&room, &anna, &actor, &call).unwrap();
        }
        for call in &calls {
            let before = dump(&*room.house.repo);
            match run(&room, &anna, &actor, call) {
                Ok(()) => {
                    check(&*room.house.repo);
                    let after = dump(&*room.house.repo);
                    prop_assert!(before == after || after.is_told_of(&before), "9: {call:?}");
                }
                Err(DeskError::Conflict(_) | DeskError::Store(_) | DeskError::Machine(_)) => {
                    prop_assert!(false, "nobody else is there: {call:?}");
                }
                Err(_) => prop_assert_eq!(&before, &dump(&*room.house.repo), "{:?}", call),
            }
        }
    }
}
