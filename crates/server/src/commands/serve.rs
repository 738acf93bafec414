//! `waymark serve`: wires settings, listener and router together and serves until it is
//! told to stop. All reading of settings for the server is here.

use super::{Outcome, Place, Result, Wrong, block_on};
use crate::{
    http::{
        Edge,
        caller::Proxies,
        edge::Origin,
        listen::{self, Limits},
        routes::{self, Extras},
        scan::Scanner,
    },
    output, wiring,
};
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};
use tokio::net::TcpListener;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// Where to listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address people type, when a proxy speaks HTTPS in front of this server.
    #[arg(long, value_name = "URL")]
    origin: Option<String>,
    /// A proxy on another machine that is believed about whom a request comes from; may be said again.
    #[arg(long, value_name = "ADDRESS")]
    trusted_proxy: Vec<IpAddr>,
    #[command(flatten)]
    vault: wiring::VaultArgs,
    /// Requests a minute that one partner's system may make.
    #[arg(long, value_name = "N", default_value_t = crate::api::A_MINUTE)]
    machine_rate: u32,
    /// Pages of people's records a minute that one account may ask for.
    #[arg(long, value_name = "N", default_value_t = domain::access::RECORDS_A_MINUTE)]
    record_rate: u32,
    /// A ClamAV daemon that looks through every file before it is read: HOST:PORT, or its socket's path.
    #[arg(long, value_name = "ADDRESS")]
    clamd: Option<Scanner>,
    /// Also serve /gallery: every component and chart, for those who build pages.
    #[arg(long)]
    gallery: bool,
}

/// Reads the register behind the first pages, so that whoever enters somebody need not wait for it.
fn warm(ctx: &Arc<app::Context>) {
    let ctx = Arc::clone(ctx);
    tokio::spawn(async move {
        if let Err(cause) = app::linking::warm(&ctx).await {
            tracing::warn!(%cause, "the register was not read for those who enter people");
        }
    });
}

impl Args {
    pub fn run(self) -> Result {
        block_on(self.serve())?
    }

    async fn serve(self) -> Result {
        // The log is the operator's: warnings and what failed, on standard error.
        let log = tracing_subscriber::fmt().with_writer(output::log).with_ansi(false);
        let _ = log.with_max_level(tracing::Level::WARN).try_init();
        // Every connection is an open file, and the usual limit is as small as our own.
        if let Err(error) = rlimit::increase_nofile_limit(8_192) {
            tracing::warn!(%error, "the number of open files could not be raised");
        }
        let listener = TcpListener::bind(self.listen).await.map_err(|error| {
            Wrong::Failed(format!("Cannot listen on {}: {error}.", self.listen))
        })?;
        let bound = listener
            .local_addr()
            .map_err(|error| Wrong::Failed(format!("The listener has no address: {error}.")))?;
        let origin = self.origin(bound)?;
        let mut ctx = wiring::begin(&self.place).await?;
        ctx.db.read_ahead();
        ctx.outbound = Some(Box::new(crate::http::outbound::Https::new()));
        ctx.vault = self.vault.vault(&self.place);
        let again = app::retention::replay(&ctx).await?;
        if again > 0 {
            output::line(&format!(
                "{again} things that had been destroyed came back with a backup and were destroyed again."
            ));
        }
        if !app::keys::are_at_hand(&ctx).await? {
            tracing::warn!(
                "nothing is sealed: notes, protected addresses, what partners sent and the seeds of \
                 second factors stand readable in the database and in every backup until \
                 `waymark keys make` was run"
            );
        } else if !app::keys::all_sealed(&ctx).await? {
            tracing::warn!(
                "some of what is there is not sealed, or not under the newest key: run \
                 `waymark keys seal`, which can be stopped and run again at any time"
            );
        }
        let ctx = Arc::new(ctx);
        ctx.measures.keep();
        app::imports::recover(&ctx).await?;
        self.seal_hourly(&ctx);
        warm(&ctx);
        count_due_hourly(&ctx);
        let edge = Edge::new(origin, self.incoming(), Arc::clone(&ctx), wiring::reader());
        edge.rate().set(self.machine_rate);
        edge.records().set(self.record_rate);
        if let Some(scanner) = &self.clamd {
            edge.scan_with(scanner.clone());
        }
        let router = routes::router(edge, Extras { gallery: self.gallery });
        output::line(&format!("Waymark is at http://{bound}"));
        let limits = (Limits::default(), Proxies::listed(&self.trusted_proxy));
        listen::serve(listener, router, limits, told_to_stop()).await;
        write_waits(&ctx).await;
        Ok(Outcome::Done)
    }

    /// The audit is sealed at once and then every hour for as long as the server runs. A checkpoint that
    /// cannot be made is told of in the log and tried again: serving goes on, verifying will tell.
    fn seal_hourly(&self, ctx: &Arc<app::Context>) {
        let Some(vault) = self.vault.vault(&self.place) else {
            return tracing::warn!(
                "the audit is not sealed: say with --checkpoints and --audit-key where"
            );
        };
        let ctx = Arc::clone(ctx);
        tokio::spawn(async move {
            let mut hours = tokio::time::interval(Duration::from_secs(3600));
            loop {
                hours.tick().await;
                if let Err(cause) = app::audit::seal(&ctx, &vault).await {
                    tracing::error!(%cause, "the audit could not be sealed");
                }
            }
        });
    }

    /// Files on their way in hold personal data: they stay in the council's own folder.
    fn incoming(&self) -> PathBuf {
        self.place.home.clone().unwrap_or_else(std::env::temp_dir).join("incoming")
    }

    /// Cookies of sign-in travel only over HTTPS, so a server that others can reach has to
    /// be told the address its proxy is known by.
    fn origin(&self, bound: SocketAddr) -> std::result::Result<Origin, Wrong> {
        match &self.origin {
            Some(text) => Origin::parse(text).map_err(Wrong::Usage),
            None if bound.ip().is_loopback() => {
                Origin::parse(&format!("http://{bound}")).map_err(Wrong::Usage)
            }
            None => Err(Wrong::Usage(format!(
                "Listening on {bound} reaches beyond this machine: say with --origin which \
                 address people type, such as https://waymark.example.gov.uk."
            ))),
        }
    }
}

/// Scheduled reports are counted, packs and surveys made and predictors watched within the hour after their month
/// is over; sessions long over are forgotten; people entered twice are looked for where the program was stopped before
/// it could.
fn count_due_hourly(ctx: &Arc<app::Context>) {
    let ctx = Arc::clone(ctx);
    tokio::spawn(async move {
        let mut hours = tokio::time::interval(Duration::from_secs(3600));
        loop {
            hours.tick().await;
            if let Err(cause) = app::accounts::sweep_sessions(&ctx).await {
                tracing::error!(%cause, "old sessions could not be forgotten");
            }
            if let Err(cause) = app::accounts::write_kept_waiting(&ctx).await {
                tracing::error!(%cause, "who was kept waiting at sign-in was not written down");
            }
            if let Err(cause) = app::reports::run_due(&ctx).await {
                tracing::error!(%cause, "scheduled reports could not be counted");
            }
            if let Err(cause) = app::packs::make_due(&ctx).await {
                tracing::error!(%cause, "scheduled packs could not be made");
            }
            if let Err(cause) = app::survey::make_due(&ctx).await {
                tracing::error!(%cause, "scheduled surveys could not be made");
            }
            if let Err(cause) = app::predict::due::run_due(&ctx).await {
                tracing::error!(%cause, "the predictor could not be watched");
            }
            if let Err(cause) = app::linking::find_owed_doubles(&ctx).await {
                tracing::error!(%cause, "people entered twice were not looked for");
            }
        }
    });
}

/// What was counted last is written down before the program ends, unless the database lets it wait too long.
async fn write_waits(ctx: &app::Context) {
    let written = app::accounts::write_kept_waiting(ctx);
    let cause = match tokio::time::timeout(Duration::from_secs(10), written).await {
        Ok(Ok(())) => return,
        Ok(Err(cause)) => cause.to_string(),
        Err(late) => late.to_string(),
    };
    tracing::error!(%cause, "who was kept waiting at sign-in was not written down");
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminated) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}
