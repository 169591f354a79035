//! Minting: passwords for mails, with their hashes, made while the mails before go out.
//!
//! A hash takes some 24 ms and a mail a tenth of that, so two threads work ahead, as many as
//! the hasher lets in. Nothing of it is kept: what is not used is wiped.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::domain::password;
use crate::domain::secret::Secret;
use crate::domain::user::PasswordHash;

use super::super::{Desk, DeskError};

/// Threads that work ahead: as many as may hash at once.
const THREADS: usize = 2;
/// Passwords that lie ready at most, besides those that are being hashed.
const READY: usize = 4;

/// A password and its hash.
pub type Minted = (Secret, PasswordHash);

/// Makes passwords, ahead when it is worth it.
pub struct Mint {
    desk: Desk,
    /// How many will be asked for at most.
    wanted: usize,
    ahead: Option<Ahead>,
}

/// The threads that work ahead.
struct Ahead {
    ready: Receiver<Result<Minted, DeskError>>,
    ended: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Mint {
    /// A mint of which no more than `wanted` will be asked.
    pub fn new(desk: &Desk, wanted: usize) -> Self {
        Self { desk: desk.clone(), wanted, ahead: None }
    }

    /// The next password and its hash.
    ///
    /// # Errors
    /// When the system gives no random numbers, or not the memory.
    pub fn next(&mut self) -> Result<Minted, DeskError> {
        if self.wanted <= 1 {
            return self.desk.mint();
        }
        let ahead = self.ahead.get_or_insert_with(|| Ahead::begin(&self.desk, self.wanted));
        // Both threads have ended when they are through; what is asked for beyond is made here.
        ahead.ready.recv().unwrap_or_else(|_| self.desk.mint())
    }
}

impl Ahead {
    fn begin(desk: &Desk, wanted: usize) -> Self {
        let (sender, ready) = sync_channel(READY);
        let (left, ended) = (Arc::new(Mutex::new(wanted)), Arc::new(AtomicBool::new(false)));
        let begin = |_| {
            let (desk, sender) = (desk.clone(), sender.clone());
            let (left, ended) = (left.clone(), ended.clone());
            std::thread::spawn(move || work(&desk, &sender, &left, &ended))
        };
        let threads = (0..THREADS).map(begin).collect();
        Self { ready, ended, threads }
    }
}

impl Drop for Mint {
    fn drop(&mut self) {
        let Some(Ahead { ready, ended, threads }) = self.ahead.take() else { return };
        ended.store(true, Ordering::Relaxed);
        // Who waits to hand one over finds that nobody takes it any more.
        drop(ready);
        for thread in threads {
            // One that panicked has told so itself, and there is nothing to be had from it.
            drop(thread.join());
        }
    }
}

fn work(
    desk: &Desk,
    ready: &SyncSender<Result<Minted, DeskError>>,
    left: &Mutex<usize>,
    ended: &AtomicBool,
) {
    loop {
        {
            let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
            if *left == 0 || ended.load(Ordering::Relaxed) {
                return;
            }
            *left -= 1;
        }
        if ready.send(desk.mint_ahead()).is_err() {
            return;
        }
    }
}

impl Desk {
    fn mint(&self) -> Result<Minted, DeskError> {
        let secret = self.generate_password()?;
        let hash = self.hasher.hash(&password::normalize(&secret), &*self.clock)?;
        Ok((secret, hash))
    }

    fn mint_ahead(&self) -> Result<Minted, DeskError> {
        let secret = self.generate_password()?;
        let hash = self.hasher.hash_ahead(&password::normalize(&secret), &*self.clock)?;
        Ok((secret, hash))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::FixedClock;
    use crate::domain::time::Timestamp;
    use crate::service::HashCost;
    use crate::store::memory::Memory;

    #[test]
    fn every_password_is_another_one_and_fits_its_hash() {
        let clock = Arc::new(FixedClock::at(Timestamp::from_millis(0)));
        let desk = Desk::new(Arc::new(Memory::new()), clock).with_hashing(HashCost::CHEAP);
        for wanted in [0, 1, 2, 9] {
            let mut mint = Mint::new(&desk, wanted);
            let mut seen: Vec<String> = Vec::new();
            for _ in 0..wanted + 2 {
                let (secret, hash) = mint.next().unwrap();
                assert!(desk.hasher.verify(&secret, Some(&hash), &*desk.clock).unwrap());
                assert!(!seen.iter().any(|it| it == secret.expose()));
                seen.push(secret.expose().to_owned());
            }
        }
        // Left in the middle, the threads end with it.
        Mint::new(&desk, 1_000).next().unwrap();
    }
}
