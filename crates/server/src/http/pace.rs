//! A request body that must keep coming: ten seconds of grace, then at least 1 KiB a second
//! on average, and never more than the largest upload. A slow or endless sender costs one
//! connection and a few bytes, not a worker.

use axum::body::{Body, Bytes};
use hyper::body::{Frame, Incoming, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// The largest body of all, for files; forms are held to less by their readers.
///
/// A megabyte more than the largest file of any kind, for the fields beside it.
pub const LARGEST: u64 = formats::limits::FILE_BYTES_LARGEST + (1 << 20);
const GRACE: Duration = Duration::from_secs(10);
const BYTES_PER_SECOND: u64 = 1024;

pub struct Paced {
    body: Incoming,
    started: Instant,
    received: u64,
    alarm: Pin<Box<Sleep>>,
}

impl Paced {
    pub fn paced(body: Incoming) -> Body {
        let started = Instant::now();
        let alarm = Box::pin(sleep_until(started + GRACE));
        Body::new(Self { body, started, received: 0, alarm })
    }
}

impl hyper::body::Body for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Poll::Ready(next) = Pin::new(&mut self.body).poll_frame(context) else {
            ready!(self.alarm.as_mut().poll(context));
            return Poll::Ready(Some(Err(axum::Error::new(TooSlow))));
        };
        let Some(frame) = next else { return Poll::Ready(None) };
        let frame = frame.map_err(axum::Error::new)?;
        if let Some(data) = frame.data_ref() {
            self.received = self.received.saturating_add(data.len() as u64);
            if self.received > LARGEST {
                return Poll::Ready(Some(Err(axum::Error::new(TooMuch))));
            }
            let earned = Duration::from_secs(self.received / BYTES_PER_SECOND);
            let deadline = self.started + GRACE + earned;
            self.alarm.as_mut().reset(deadline);
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
struct TooSlow;

#[derive(Debug, thiserror::Error)]
#[error("the body is larger than any upload may be")]
struct TooMuch;
