//! Clauses about mails and jobs: their lists, and the keys that they hold alone.

use super::Subject;
use super::lists::{matching, people_of_two_companies, sorted};
use super::sample::*;
use crate::domain::id::JobId;
use crate::domain::job::Job;
use crate::domain::mail::{Mail, MailState};
use crate::store::query::{Clause, Filter, List, Sort, Status, Test};
use crate::store::record::{Key, Kind, UniqueKey};
use crate::store::{CommitError, Repository};

pub fn mails_and_jobs(subject: &mut impl Subject) {
    people_of_two_companies(subject.repo());
    let sent = letter(3, 5, MailState::Sent);
    subject
        .repo()
        .commit(creating([
            letter(1, 4, MailState::Superseded).into(),
            Mail { token_hash: Some([9; 32]), ..letter(2, 4, MailState::Queued) }.into(),
            sent.clone().into(),
            job(1, "Nightly").into(),
            Job { enabled: false, ..job(2, "At Noon") }.into(),
            run(1, 1).into(),
            run(2, 2).into(),
            run(3, 1).into(),
        ]))
        .unwrap();
    let look = |repo: &dyn Repository| {
        assert_eq!(sorted(repo, List::Mails, Sort::Status), [2, 3, 1]);
        assert_eq!(sorted(repo, List::Mails, Sort::Time), [1, 2, 3]);
        assert_eq!(sorted(repo, List::Jobs, Sort::Name), [2, 1]);
        assert_eq!(sorted(repo, List::Runs(JobId(1)), Sort::Number), [1, 3]);
        let with =
            |test| Filter { clauses: vec![Clause { not: false, test }], ..Filter::default() };
        let superseded = Test::Status(Status::Mail(MailState::Superseded));
        assert_eq!(matching(repo, List::Mails, with(superseded)), [1]);
        assert_eq!(matching(repo, List::Mails, with(Test::LastLogin(Some(at(4)), None))), [3]);
        assert_eq!(matching(repo, List::Mails, Filter::default().with_text("250")), [1, 3]);
        let owner = |unique| repo.owners(&[unique]).unwrap()[0];
        assert_eq!(owner(UniqueKey::CurrentMail(4)), Some(2));
        assert_eq!(owner(UniqueKey::CurrentMail(5)), Some(3));
        assert_eq!(owner(UniqueKey::MailToken([9; 32])), Some(2));
        assert_eq!(owner(UniqueKey::JobName("nightly".to_owned())), Some(1));
    };
    look(subject.repo());
    subject.reopen();
    look(subject.repo());
    let second = creating([letter(4, 4, MailState::Queued).into()]);
    let refused = subject.repo().commit(second).unwrap_err();
    assert!(matches!(refused, CommitError::Taken { unique: UniqueKey::CurrentMail(4), owner: 2 }));
    let read = subject.repo().get(Key::new(Kind::Mail, 3)).unwrap().unwrap().stamp;
    let accepted = changing(Mail { state: MailState::Accepted, ..sent }, read);
    subject.repo().commit(accepted).unwrap();
    let owners = subject.repo().owners(&[UniqueKey::CurrentMail(5)]).unwrap();
    assert_eq!(owners, [None], "an accepted one is nobody's current mail");
}
