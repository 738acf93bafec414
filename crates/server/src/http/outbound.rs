//! Asking another machine over HTTPS: one request on one connection, within seconds, no redirect followed,
//! an answer of limited length. Addresses that only this network or this machine has are not reached by
//! name, so that nobody makes the server speak to its own insides.

use app::outbound::{Answer, Ask, Outbound};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Request, Uri,
    body::Bytes,
    client::conn::http1,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST},
};
use hyper_util::rt::TokioIo;
use std::{future::Future, net::IpAddr, pin::Pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, pki_types::ServerName},
};

const DEADLINE: Duration = Duration::from_secs(6);
const BYTES_MOST: usize = 512 * 1024;

/// The one way out, with the certificates that it trusts.
pub struct Https(TlsConnector);

impl Https {
    /// Trusts what the system trusts, a council's own authority among it, and the public authorities.
    pub fn new() -> Self {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        Self(TlsConnector::from(Arc::new(config)))
    }

    async fn answer(&self, ask: Ask) -> Answer {
        let uri: Uri = ask.address.parse().map_err(|_| "the address cannot be read".to_owned())?;
        let host = uri.host().ok_or("the address names no host")?.to_owned();
        let secure = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let stream = reach(host.trim_matches(['[', ']']), port, !secure).await?;
        if !secure {
            return exchange(stream, &uri, ask).await;
        }
        let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned());
        let name = name.map_err(|_| "the host has no name to check".to_owned())?;
        let stream = self.0.connect(name, stream).await;
        exchange(stream.map_err(|e| format!("no safe connection: {e}"))?, &uri, ask).await
    }
}

impl Outbound for Https {
    fn ask(&self, ask: Ask) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        Box::pin(async {
            timeout(DEADLINE, self.answer(ask))
                .await
                .unwrap_or_else(|_| Err(format!("no answer within {} seconds", DEADLINE.as_secs())))
        })
    }
}

/// Connects to the first address of a host that may be reached. `here` is for this machine itself.
async fn reach(host: &str, port: u16, here: bool) -> Result<TcpStream, String> {
    let found = lookup_host((host, port)).await.map_err(|e| format!("{host} is not found: {e}"))?;
    let mut last = format!("{host} has no address that is asked");
    for address in found.filter(|address| reachable(address.ip(), here)) {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(_) => last = format!("{host} does not answer on port {port}"),
        }
    }
    Err(last)
}

/// Neither this machine (but by a plain address of its own) nor where clouds tell a machine its secrets.
fn reachable(ip: IpAddr, here: bool) -> bool {
    let ip = ip.to_canonical();
    if here {
        return ip.is_loopback();
    }
    let local = match ip {
        IpAddr::V4(four) => four.is_link_local() || four.is_broadcast(),
        IpAddr::V6(six) => six.segments().first().is_some_and(|first| first & 0xffc0 == 0xfe80),
    };
    !(ip.is_loopback() || ip.is_unspecified() || ip.is_multicast() || local)
}

async fn exchange<S>(stream: S, uri: &Uri, ask: Ask) -> Answer
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let wrong = |what: &str, error: &dyn std::fmt::Display| format!("{what}: {error}");
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|e| wrong("no connection", &e))?;
    let speaking = tokio::spawn(connection);
    let host = uri.authority().map_or("", |authority| authority.as_str());
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut request = Request::builder()
        .method(if ask.form.is_some() { "POST" } else { "GET" })
        .uri(path)
        .header(HOST, host)
        .header(ACCEPT, "application/json");
    if ask.form.is_some() {
        request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    if let Some(proof) = ask.proof {
        request = request.header(AUTHORIZATION, proof);
    }
    let body = Full::new(Bytes::from(ask.form.unwrap_or_default()));
    let request = request.body(body).map_err(|e| wrong("no request", &e))?;
    let response = sender.send_request(request).await.map_err(|e| wrong("no answer", &e))?;
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), BYTES_MOST).collect().await;
    speaking.abort();
    let body = body.map_err(|e| wrong("the answer cannot be read", &e))?;
    Ok((status, body.to_bytes().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    #[test]
    fn no_service_makes_the_server_speak_to_its_own_insides() {
        for (ip, here, wanted) in [
            ("203.0.113.7", false, true),
            ("10.1.2.3", false, true),
            ("127.0.0.1", false, false),
            ("::1", false, false),
            ("::ffff:127.0.0.1", false, false),
            ("169.254.169.254", false, false),
            ("fe80::1", false, false),
            ("0.0.0.0", false, false),
            ("127.0.0.1", true, true),
            ("203.0.113.7", true, false),
        ] {
            assert_eq!(reachable(ip.parse().unwrap(), here), wanted, "{ip} {here}");
        }
    }

    /// Answers one request with these bytes; where it listens.
    async fn once(bytes: Vec<u8>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/a?b=c", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut seen = [0; 1024];
            let _ = stream.read(&mut seen).await;
            let _ = stream.write_all(&bytes).await;
        });
        address
    }

    #[tokio::test]
    async fn no_redirect_is_followed_and_no_endless_answer_is_read() {
        let https = Https::new();
        let moved =
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        let asked = https.ask(Ask::get(&once(moved.to_vec()).await)).await;
        assert_eq!(asked, Ok((302, Vec::new())));
        let mut long = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
        long.resize(long.len() + BYTES_MOST + 1, b'x');
        assert!(https.ask(Ask::get(&once(long).await)).await.is_err());
        assert!(https.ask(Ask::get("http://localhost:1/")).await.is_err(), "nobody listens");
    }
}
