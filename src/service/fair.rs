//! Places that several share fairly: who waits is called in turn, one of each party after the other, so that a party
//! that asks for much waits longer itself, and nobody else does.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::party::Party;

/// How many places there are, and how many may wait for one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Places in all.
    pub places: usize,
    /// Places that one party has at once.
    pub places_each: usize,
    /// Who may wait in all.
    pub waiting: usize,
    /// Who may wait of one party.
    pub waiting_each: usize,
}

impl Limits {
    /// `places` that one party may have, and one more, so that another party finds one; of each party `queue` may wait.
    pub(super) fn shared(places: usize, queue: usize) -> Limits {
        Limits {
            places: places.saturating_add(1),
            places_each: places,
            waiting: usize::MAX,
            waiting_each: queue,
        }
    }
}

/// Too many wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

/// The places.
#[derive(Debug)]
pub(super) struct Fair {
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    taken: usize,
    waiting: usize,
    parties: BTreeMap<Party, Account>,
    /// The parties of whom somebody waits, in the order in which they are called.
    turns: VecDeque<Party>,
}

#[derive(Debug, Default)]
struct Account {
    taken: usize,
    waiting: VecDeque<oneshot::Sender<Place>>,
}

/// A place; dropped, it is the next one's.
#[derive(Debug)]
pub(super) struct Place {
    fair: Arc<Fair>,
    party: Party,
}

impl Fair {
    pub(super) fn new(limits: Limits) -> Arc<Fair> {
        Arc::new(Fair { limits, state: Mutex::default() })
    }

    /// Waits for a place on the account of `party`.
    ///
    /// # Errors
    /// Too many wait already.
    pub(super) async fn enter(self: &Arc<Self>, party: &Party) -> Result<Place, Full> {
        self.queue(party, self.limits)?.await.map_err(|_| Full)
    }

    /// The same for who had a place before, and is not sent away half way.
    ///
    /// # Errors
    /// None that comes by itself: whoever gives places is gone.
    pub(super) async fn enter_again(self: &Arc<Self>, party: &Party) -> Result<Place, Full> {
        let limits = Limits { waiting: usize::MAX, waiting_each: usize::MAX, ..self.limits };
        self.queue(party, limits)?.await.map_err(|_| Full)
    }

    fn queue(self: &Arc<Self>, party: &Party, limits: Limits) -> Result<oneshot::Receiver<Place>, Full> {
        let (called, wait) = oneshot::channel();
        let (calls, is_full) = {
            let mut state = self.lock();
            state.forget(party);
            let account = state.parties.entry(party.clone()).or_default();
            account.waiting.push_back(called);
            let is_first = account.waiting.len() == 1;
            state.waiting += 1;
            if is_first {
                state.turns.push_back(party.clone());
            }
            let calls = state.call(self);
            let waits = |account: &Account| account.waiting.len() > limits.waiting_each;
            let waits = state.parties.get(party).is_some_and(waits);
            let is_full = waits || calls.is_empty() && state.waiting > limits.waiting;
            if is_full {
                state.withdraw(party);
            }
            (calls, is_full)
        };
        tell(calls);
        if is_full { Err(Full) } else { Ok(wait) }
    }

    fn leave(self: &Arc<Self>, party: &Party) {
        let calls = {
            let mut state = self.lock();
            state.taken = state.taken.saturating_sub(1);
            if let Some(account) = state.parties.get_mut(party) {
                account.taken = account.taken.saturating_sub(1);
            }
            state.close(party);
            state.call(self)
        };
        tell(calls);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Call = (oneshot::Sender<Place>, Place);

/// Gives places away, with the state unlocked: one that nobody waits for any more is given back.
fn tell(calls: Vec<Call>) {
    for (called, place) in calls {
        drop(called.send(place));
    }
}

impl State {
    /// Whose turn it is, as long as there are places.
    fn call(&mut self, fair: &Arc<Fair>) -> Vec<Call> {
        let mut calls = Vec::new();
        while self.taken < fair.limits.places {
            let may = |party: &Party| {
                self.parties.get(party).is_some_and(|account| account.taken < fair.limits.places_each)
            };
            let Some(at) = self.turns.iter().position(may) else { break };
            let Some(party) = self.turns.remove(at) else { break };
            let Some(account) = self.parties.get_mut(&party) else { continue };
            if let Some(called) = account.waiting.pop_front() {
                self.waiting -= 1;
                if !called.is_closed() {
                    account.taken += 1;
                    self.taken += 1;
                    calls.push((called, Place { fair: Arc::clone(fair), party: party.clone() }));
                }
            }
            if account.waiting.is_empty() {
                self.close(&party);
            } else {
                self.turns.push_back(party);
            }
        }
        calls
    }

    /// Takes the last who waits of `party` out again.
    fn withdraw(&mut self, party: &Party) {
        if let Some(account) = self.parties.get_mut(party)
            && account.waiting.pop_back().is_some()
        {
            self.waiting -= 1;
        }
        self.end_turn(party);
    }

    /// Forgets who of `party` does not wait any more.
    fn forget(&mut self, party: &Party) {
        if let Some(account) = self.parties.get_mut(party) {
            let before = account.waiting.len();
            account.waiting.retain(|called| !called.is_closed());
            self.waiting -= before - account.waiting.len();
            self.end_turn(party);
        }
    }

    fn end_turn(&mut self, party: &Party) {
        if self.parties.get(party).is_some_and(|account| account.waiting.is_empty()) {
            self.turns.retain(|other| other != party);
            self.close(party);
        }
    }

    /// Forgets a party that has nothing and waits for nothing.
    fn close(&mut self, party: &Party) {
        if self.parties.get(party).is_some_and(|account| account.taken == 0 && account.waiting.is_empty()) {
            self.parties.remove(party);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.fair.leave(&self.party);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office(name: &str) -> Party {
        Party::Office(name.to_owned())
    }

    fn fair(places: usize, places_each: usize, waiting_each: usize) -> Arc<Fair> {
        Fair::new(Limits { places, places_each, waiting: 100, waiting_each })
    }

    #[tokio::test]
    async fn parties_are_called_in_turn_whoever_asked_first() {
        let fair = fair(1, 1, 9);
        let (loud, quiet) = (office("loud"), office("quiet"));
        let place = fair.enter(&loud).await.unwrap();
        let mut calls: Vec<_> = (0..3).map(|_| fair.queue(&loud, fair.limits).unwrap()).collect();
        calls.push(fair.queue(&quiet, fair.limits).unwrap());
        drop(place);
        let mut order = Vec::new();
        while !calls.is_empty() {
            let at = calls.iter_mut().position(|call| {
                call.try_recv().is_ok_and(|place| {
                    order.push(place.party.clone());
                    true
                })
            });
            calls.remove(at.expect("nobody was called"));
        }
        assert_eq!(order, [&loud, &quiet, &loud, &loud].map(Clone::clone));
        let state = fair.lock();
        assert!(state.parties.is_empty() && state.turns.is_empty());
    }

    #[tokio::test]
    async fn one_party_leaves_a_place_and_the_queue_to_others() {
        let fair = fair(2, 1, 1);
        let (loud, quiet) = (office("loud"), office("quiet"));
        let place = fair.enter(&loud).await.unwrap();
        let waits = fair.queue(&loud, fair.limits).unwrap();
        assert_eq!(fair.enter(&loud).await.unwrap_err(), Full);
        assert!(fair.enter(&quiet).await.is_ok());
        // Who does not wait any more keeps nobody out, and is called for nothing.
        drop(waits);
        let mut next = fair.queue(&loud, fair.limits).unwrap();
        assert!(next.try_recv().is_err());
        drop(place);
        assert!(next.try_recv().is_ok());
        let state = fair.lock();
        assert_eq!((state.taken, state.waiting), (0, 0));
    }

    #[tokio::test]
    async fn without_a_queue_who_finds_no_place_is_sent_away_but_not_half_way() {
        let fair = fair(1, 1, 0);
        let place = fair.enter(&office("a")).await.unwrap();
        assert_eq!(fair.enter(&office("b")).await.unwrap_err(), Full);
        let again = tokio::spawn({
            let fair = Arc::clone(&fair);
            async move { fair.enter_again(&office("b")).await.is_ok() }
        });
        tokio::task::yield_now().await;
        drop(place);
        assert!(again.await.unwrap());
    }
}
