//! The contract: what every repository does, one function for each clause.
//!
//! Owns the clauses and the list of repositories that they are run against. A clause gets a
//! fresh subject and knows nothing of what is behind it.

mod commits;
mod lists;
pub mod machine;
mod numbers;
mod outbox;
pub mod sample;
mod trail;

use super::Repository;
use super::failing::{Failing, Failure};
use super::memory::Memory;
use super::sled::{Options, SledRepository};
use crate::domain::time::Timestamp;

/// A repository that can be closed and opened again.
pub trait Subject {
    fn repo(&self) -> &dyn Repository;
    /// Closes and opens it; nothing acknowledged may be lost. Does nothing in memory.
    fn reopen(&mut self) {}
    /// Opens it again after an end that the number chooses; nothing acknowledged may be lost.
    fn end_somehow(&mut self, _how: u64) {
        self.reopen();
    }
    /// Checks it from the inside.
    fn verify(&self) {}
}

impl Subject for Memory {
    fn repo(&self) -> &dyn Repository {
        self
    }
}

impl Subject for Failing<Memory> {
    fn repo(&self) -> &dyn Repository {
        self
    }
}

/// The store on sled in a directory of its own.
pub struct OnDisk {
    open: Option<SledRepository>,
    dir: tempfile::TempDir,
    /// Whether the last opening left reading and checking for behind; every second does.
    behind: bool,
}

impl OnDisk {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let open = Some(Self::open(dir.path(), false));
        Self { open, dir, behind: false }
    }

    fn open(dir: &std::path::Path, behind: bool) -> SledRepository {
        let usual = Options::at(Timestamp::from_millis(0));
        let small = if behind { 0 } else { usual.small };
        let options = Options { cache_bytes: 1 << 20, small, ..usual };
        SledRepository::open(dir, options).unwrap()
    }
}

impl Subject for OnDisk {
    fn repo(&self) -> &dyn Repository {
        self.open.as_ref().unwrap()
    }

    fn reopen(&mut self) {
        self.open = None;
        self.behind = !self.behind;
        self.open = Some(Self::open(self.dir.path(), self.behind));
    }

    fn verify(&self) {
        self.open.as_ref().unwrap().verify().unwrap();
    }
}

macro_rules! clauses {
    ($($room:ident: $($clause:ident),* $(,)?;)*) => {
        /// Every clause, as a test of one kind of repository.
        macro_rules! contract {
            ($name:ident, $fresh:expr) => {
                mod $name {
                    use super::*;
                    $($(
                        #[test]
                        fn $clause() {
                            let mut subject = $fresh;
                            $room::$clause(&mut subject);
                            subject.verify();
                        }
                    )*)*
                }
            };
        }
    };
}

clauses! {
    commits:
        a_new_record_has_version_one,
        an_update_counts_up_and_a_stale_one_is_refused,
        creating_what_is_there_is_refused,
        deleting_is_guarded_and_final,
        guards_hold_a_commit_back,
        a_refusal_names_all_that_moved_and_changes_nothing,
        a_taken_key_names_its_owner,
        a_key_that_must_be_free_is_looked_for,
        a_login_is_nobody_elses_email,
        two_records_of_one_deed_may_not_share_a_key,
        keys_are_freed_by_changes_and_deletes,
        two_records_may_swap_their_keys,
        many_are_answered_in_their_order,
        commits_from_several_threads_all_count,
        readers_never_see_half_a_deed,
        what_was_acknowledged_is_there_after_reopening;
    numbers:
        numbers_are_given_once,
        the_number_of_a_deleted_record_stays_used,
        numbers_from_several_threads_differ;
    trail:
        the_chain_holds,
        history_goes_back_through_one_record,
        history_outlives_its_record,
        stamps_point_at_the_entry_that_changed_them,
        the_trail_is_listed_in_its_own_order,
        the_trail_is_filtered;
    outbox:
        mails_and_jobs;
    lists:
        requests_in_every_order,
        users_in_every_order,
        companies_and_contacts_in_every_order,
        words_are_found_without_accents_and_case,
        statuses_are_told_apart,
        dates_are_from_and_before,
        a_company_has_its_contacts_and_users,
        names_are_exact,
        emails_and_domains_are_exact,
        pages_are_cut_and_clamped,
        a_renamed_company_renames_its_people,
        memberships_move_with_the_profile,
        sign_ins_are_those_of_one_user,
        roles_of_ones_own_are_told_from_built_in_ones,
        short_lists_are_found_and_sorted,
        lists_survive_reopening;
}

contract!(memory, Memory::new());
contract!(never_failing, Failing::new(Memory::new(), Failure::Never));
contract!(on_disk, OnDisk::new());
