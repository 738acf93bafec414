//! Who gives way when every connection is taken: first whoever never sent a whole request, the oldest
//! before the newer, then whoever is idle. Somebody being answered never does. So thousands of half-open
//! connections cost their owners a connection, and nobody else theirs.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};
use tokio::sync::Notify;

/// All connections there may be at once.
#[derive(Clone)]
pub struct Seats(Arc<Mutex<Taken>>);

struct Taken {
    most: usize,
    next: u64,
    held: BTreeMap<u64, Arc<State>>,
}

#[derive(Default)]
struct State {
    busy: AtomicBool,
    served: AtomicBool,
    leave: Notify,
}

/// One connection's place; free again when dropped.
pub struct Seat {
    seats: Seats,
    number: u64,
    state: Arc<State>,
}

impl Seats {
    pub fn new(most: usize) -> Seats {
        Seats(Arc::new(Mutex::new(Taken { most, next: 0, held: BTreeMap::new() })))
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A seat, if need be that of somebody who gives way; none where everybody is being answered.
    pub fn take(&self) -> Option<Seat> {
        let mut taken = self.lock();
        if taken.held.len() >= taken.most {
            let mut idle = taken.held.iter().filter(|(_, s)| !s.busy.load(Ordering::Acquire));
            let first = idle.clone().next();
            let silent = idle.find(|(_, state)| !state.served.load(Ordering::Acquire));
            let number = silent.or(first).map(|(number, _)| *number)?;
            if let Some(state) = taken.held.remove(&number) {
                state.leave.notify_one();
            }
        }
        let number = taken.next;
        taken.next += 1;
        let state = Arc::new(State::default());
        taken.held.insert(number, Arc::clone(&state));
        Some(Seat { seats: self.clone(), number, state })
    }
}

impl Seat {
    /// Resolves when somebody else needs the seat.
    pub async fn given_up(&self) {
        self.state.leave.notified().await;
    }

    /// From a whole request until its answer's last byte was handed over.
    pub fn answering(&self) -> Answering {
        self.state.busy.store(true, Ordering::Release);
        self.state.served.store(true, Ordering::Release);
        Answering(Arc::clone(&self.state))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.lock().held.remove(&self.number);
    }
}

pub struct Answering(Arc<State>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.busy.store(false, Ordering::Release);
    }
}

impl Answering {
    /// The same body, which holds the seat until it was sent or given up.
    pub fn until_sent(self, body: Body) -> Body {
        Body::new(Held { body, _answering: self })
    }
}

struct Held {
    body: Body,
    _answering: Answering,
}

impl hyper::body::Body for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_never_asked_gives_way_first_and_whoever_is_answered_never() {
        let seats = Seats::new(3);
        let [asked, silent, answered] = [(); 3].map(|()| seats.take().unwrap());
        drop(asked.answering());
        let busy = answered.answering();
        let held = |seat: &Seat| seats.lock().held.contains_key(&seat.number);
        let fourth = seats.take().unwrap();
        assert!(held(&asked) && !held(&silent) && held(&answered), "the silent one left");
        let _ = (fourth.answering(), fourth.answering());
        let fifth = seats.take().unwrap();
        assert!(!held(&asked) && held(&answered), "then the oldest idle one");
        let (_b, _c) = (fourth.answering(), fifth.answering());
        assert!(seats.take().is_none(), "everybody is being answered");
        drop((busy, answered));
        assert!(seats.take().is_some());
    }
}
