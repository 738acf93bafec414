//! The accept loop. Connections with unfinished headers close after ten seconds, idle ones
//! after sixty, and no address may hold more than its share; when all are taken, silent ones give
//! way (`seats`). Written here because the usual one-line server installs no header timer and holds
//! half-open connections for ever.
//! Invariant: a failed connection never stops the loop.

use super::{
    caller::{Peer, Proxies},
    pace::Paced,
    seats::{Seat, Seats},
};
use axum::Router;
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    collections::HashMap,
    future::Future,
    io,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{Instant, Sleep, sleep, sleep_until, timeout},
};
use tower::ServiceExt;

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub headers: Duration,
    pub idle: Duration,
    pub header_bytes: usize,
    pub connections: usize,
    pub per_address: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            headers: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            header_bytes: 16 * 1024,
            connections: 1024,
            per_address: 64,
        }
    }
}

/// Serves until `stop` resolves, then lets requests in flight finish for ten seconds.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    (limits, proxies): (Limits, Proxies),
    stop: impl Future<Output = ()>,
) {
    let seats = Seats::new(limits.connections);
    let guests = Guests::default();
    let (stopping, stopped) = watch::channel(false);
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, address) = match accepted {
            Ok(pair) => pair,
            Err(error) => {
                // Out of file handles, or a peer that left: wait a little and go on.
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let from = Peer { address: address.ip(), proxies: proxies.clone() };
        let Some(guest) = guests.admit(&from, limits.per_address) else { continue };
        let Some(seat) = seats.take() else { continue };
        let (router, stopped) = (router.clone(), stopped.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = attend((stream, from), (router, &seat), limits, stopped) => {}
                () = seat.given_up() => tracing::debug!("a silent connection gave way"),
            }
            drop((seat, guest));
        });
    }
    let _ = stopping.send(true);
    drop(stopped);
    let _ = timeout(Duration::from_secs(10), stopping.closed()).await;
}

async fn attend(
    (stream, from): (TcpStream, Peer),
    (router, seat): (Router, &Seat),
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(from.clone());
        let (answering, router) = (seat.answering(), router.clone());
        async move {
            let answer = router.oneshot(request.map(Paced::paced)).await?;
            Ok::<_, std::convert::Infallible>(answer.map(|body| answering.until_sent(body)))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers)
        .max_buf_size(limits.header_bytes)
        .serve_connection(TokioIo::new(Watched::new(stream, limits.idle)), answer);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn told(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// How many connections each address holds. Our own machine and listed proxies are not counted: a reverse
/// proxy speaks for everyone, and counts its own guests.
#[derive(Clone, Default)]
struct Guests {
    held: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

struct Guest {
    guests: Guests,
    address: IpAddr,
}

impl Guests {
    fn admit(&self, from: &Peer, most: usize) -> Option<Guest> {
        let address = from.address;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(address).or_default();
        if *count >= most && !from.proxies.trusts(address) {
            return None;
        }
        *count += 1;
        Some(Guest { guests: self.clone(), address })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut held = self.guests.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.address);
            }
        }
    }
}

/// A stream that fails when nothing has moved in either direction for the idle time.
struct Watched {
    stream: TcpStream,
    idle: Duration,
    alarm: Pin<Box<Sleep>>,
}

impl Watched {
    fn new(stream: TcpStream, idle: Duration) -> Self {
        Self { stream, idle, alarm: Box::pin(sleep_until(Instant::now() + idle)) }
    }

    fn moved(&mut self) {
        let deadline = Instant::now() + self.idle;
        self.alarm.as_mut().reset(deadline);
    }

    fn late(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        ready!(self.alarm.as_mut().poll(context));
        Poll::Ready(io::Error::new(io::ErrorKind::TimedOut, "idle for too long"))
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Pending => self.late(context).map(Err),
            done => {
                self.moved();
                done
            }
        }
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Pending => self.late(context).map(Err),
            done => {
                self.moved();
                done
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// The sockets of both ends are this process's.
    const SOCKETS: u64 = 2 * 2_000 + 200;

    async fn asked(address: std::net::SocketAddr) -> String {
        let mut link = TcpStream::connect(address).await.unwrap();
        let request = "GET /healthz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
        link.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        link.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn behind_two_thousand_half_open_connections_somebody_is_served_within_a_second() {
        if rlimit::increase_nofile_limit(SOCKETS).unwrap_or(0) < SOCKETS {
            return testkit::skipped("2,000 half-open sockets: too few files may be open here");
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/healthz", get(async || "ok"));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let server =
            tokio::spawn(serve(listener, router, (Limits::default(), Proxies::default()), async {
                let _ = stopped.await;
            }));
        let mut half_open = Vec::new();
        for _ in 0..2_000 {
            let mut link = TcpStream::connect(address).await.unwrap();
            link.write_all(b"GET / HTTP/1.1\r\nHost: he").await.unwrap();
            half_open.push(link);
        }
        let answer = timeout(Duration::from_secs(1), asked(address)).await;
        let answer = answer.expect("a real user is served within a second");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        // The newest of the half-open ones still waits for its headers: they did not just all go.
        let last = half_open.last_mut().unwrap();
        let waits = timeout(Duration::from_millis(100), last.read(&mut [0])).await;
        assert!(waits.is_err(), "it was closed: {waits:?}");
        let _ = stop.send(());
        drop(half_open);
        server.await.unwrap();
    }

    #[test]
    fn an_address_has_its_share_of_connections_and_a_listed_proxy_counts_its_own() {
        let guests = Guests::default();
        let proxies = Proxies::listed(&["192.0.2.10".parse().unwrap()]);
        let held = |address: &str| {
            let from = Peer { address: address.parse().unwrap(), proxies: proxies.clone() };
            let all: Vec<Guest> = (0..5).filter_map(|_| guests.admit(&from, 2)).collect();
            all.len()
        };
        assert_eq!((held("198.51.100.7"), held("192.0.2.10"), held("127.0.0.1")), (2, 5, 5));
        assert_eq!(held("198.51.100.7"), 2, "those that ended are counted no more");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn unfinished_headers_idle_connections_and_large_heads_are_ended() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/healthz", get(async || "ok"));
        let short = Duration::from_millis(300);
        let limits = Limits { headers: short, idle: 2 * short, ..Limits::default() };
        let server = tokio::spawn(serve(
            listener,
            router,
            (limits, Proxies::default()),
            std::future::pending(),
        ));
        let large = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "a".repeat(20_000));
        let keep = "GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n".to_owned();
        for (sent, answer) in
            [("GET / HT".to_owned(), ""), (keep, "HTTP/1.1 200"), (large, "HTTP/1.1 431")]
        {
            let mut link = TcpStream::connect(address).await.unwrap();
            link.write_all(sent.as_bytes()).await.unwrap();
            let mut said = Vec::new();
            // A reset is an end as well.
            let ended = timeout(Duration::from_secs(5), link.read_to_end(&mut said)).await;
            assert!(ended.is_ok(), "{} bytes kept a connection", sent.len());
            let said = String::from_utf8_lossy(&said).into_owned();
            assert!(said.starts_with(answer), "{answer}: {said}");
        }
        server.abort();
    }
}
