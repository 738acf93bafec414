//! What every handler may reach: the register's journeys and the settings of this server.
//! Cheap to clone; built once by `commands::serve`. It holds no request and no rule.

use super::scan::Scanner;
use crate::api::Rate;
use crate::pages::imports::Work;
use app::Context;
use app::imports::Reader;
use domain::access::{RECORDS_A_MINUTE, SEARCHES_A_MINUTE};
use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

#[derive(Clone)]
pub struct Edge {
    inner: Arc<Inner>,
}

struct Inner {
    origin: Origin,
    incoming: PathBuf,
    ctx: Arc<Context>,
    reader: Reader,
    work: Work,
    rate: Rate,
    searches: super::Saved<app::people::Query>,
    haste: Rate,
    records: Rate,
    scanner: OnceLock<Scanner>,
}

impl Edge {
    /// `incoming` is the folder where files land while they are received.
    pub fn new(origin: Origin, incoming: PathBuf, ctx: Arc<Context>, reader: Reader) -> Self {
        let (work, rate, searches) = (Work::default(), Rate::default(), super::Saved::default());
        let (haste, records) = (Rate::of(SEARCHES_A_MINUTE), Rate::of(RECORDS_A_MINUTE));
        let scanner = OnceLock::new();
        let inner =
            Inner { origin, incoming, ctx, reader, work, rate, searches, haste, records, scanner };
        Self { inner: Arc::new(inner) }
    }

    /// Has every file that is received from now on looked through by a scanner; the first that is named stays.
    pub fn scan_with(&self, scanner: Scanner) {
        let _ = self.inner.scanner.set(scanner);
    }

    pub fn scanner(&self) -> Option<&Scanner> {
        self.inner.scanner.get()
    }

    /// The journeys' handle to the register.
    pub fn ctx(&self) -> &Arc<Context> {
        &self.inner.ctx
    }

    /// Imports that run now.
    pub fn work(&self) -> &Work {
        &self.inner.work
    }

    /// How often partners' systems may ask.
    pub fn rate(&self) -> &Rate {
        &self.inner.rate
    }

    /// Where partners' files are read.
    pub fn reader(&self) -> &Reader {
        &self.inner.reader
    }

    /// Searches on their way from the form to the page of their results.
    pub fn searches(&self) -> &super::Saved<app::people::Query> {
        &self.inner.searches
    }

    /// How often an account may search.
    pub fn haste(&self) -> &Rate {
        &self.inner.haste
    }

    /// How often an account may ask for somebody's record.
    pub fn records(&self) -> &Rate {
        &self.inner.records
    }

    pub fn origin(&self) -> &Origin {
        &self.inner.origin
    }

    pub fn incoming(&self) -> &Path {
        &self.inner.incoming
    }
}

/// The address people type, as `scheme://host[:port]` without a closing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Errors: a sentence when the text is not an http or https origin.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bare = text.trim_end_matches('/');
        let host = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://"));
        match host {
            Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => {
                Ok(Self(bare.to_ascii_lowercase()))
            }
            _ => Err(format!("{text} is not an address like https://waymark.example.gov.uk.")),
        }
    }

    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Whether browsers say of requests to it where they begin: they do over HTTPS, and to the machine they run on.
    ///
    /// Source: W3C Fetch Metadata Request Headers, 2; W3C Secure Contexts, 3.1.
    pub fn is_trustworthy(&self) -> bool {
        let host = self.0.strip_prefix("http://").unwrap_or_default();
        let host = match host.strip_prefix('[') {
            Some(bracketed) => bracketed.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        };
        let named = host == "localhost" || host.ends_with(".localhost");
        self.is_https() || named || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn an_origin_is_a_scheme_and_a_host_and_nothing_more() {
        assert!(Origin::parse("https://waymark.example.gov.uk/").is_ok_and(|o| o.is_https()));
        assert!(Origin::parse("http://127.0.0.1:8080").is_ok_and(|o| !o.is_https()));
        for wrong in ["waymark", "https://", "https://a/b", "https://me@host", "ftp://host"] {
            assert!(Origin::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn where_a_request_begins_is_told_over_https_and_to_this_machine() {
        let told = |text: &str| Origin::parse(text).unwrap().is_trustworthy();
        let here =
            ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:80", "http://a.localhost"];
        assert!(here.into_iter().all(told) && told("https://waymark.example.gov.uk"));
        let elsewhere =
            ["http://waymark", "http://10.0.0.9:8080", "http://localhost.example", "http://[::2]"];
        assert!(!elsewhere.into_iter().any(told));
    }
}
