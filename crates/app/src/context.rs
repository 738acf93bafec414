//! The only handles to the world: the database, the clock, randomness, files of the register's folder.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use domain::access::Denial;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rand::rngs::SysRng;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use store::{Db, StoreError};

/// Something a journey could not do because the world broke, or because a rule said no.
#[derive(Debug, thiserror::Error)]
pub enum Wrong {
    /// A rule says no: the sentence is for the person who asked.
    #[error("{0}")]
    Refused(String),
    /// The rules of access say no to whoever asks, which the audit tells of.
    #[error("{0}")]
    Denied(Denial),
    /// A refusal of a file, with the row where it went wrong.
    #[error("{sentence}")]
    RefusedAt { sentence: String, row: u32 },
    /// Somebody was faster. Nobody's failure: whoever came second looks again.
    #[error(
        "Somebody else changed this in the meantime, so nothing was saved. Look again, then do it."
    )]
    TooLate,
    #[error(transparent)]
    Store(StoreError),
    #[error("{0}")]
    Failed(String),
}

impl From<StoreError> for Wrong {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Wrong::TooLate,
            broken => Wrong::Store(broken),
        }
    }
}

impl Wrong {
    pub fn refused(sentence: impl Into<String>) -> Self {
        Wrong::Refused(sentence.into())
    }

    /// Every refusal that rests on who asks: on a role, a reach, a restricted record or an agreement.
    pub fn denied(denial: Denial) -> Self {
        Wrong::Denied(denial)
    }
}

/// Where the time comes from.
pub enum Clock {
    System,
    /// Stands still, for tests and replays.
    Fixed(Timestamp),
    /// Goes on from midday of a day, for demonstrations: `since` is when it was started.
    From {
        midday: Timestamp,
        since: Timestamp,
    },
}

impl Clock {
    /// A clock that starts at midday of a day and goes on from there.
    pub fn on(day: Date) -> Clock {
        let midday =
            TimeZone::UTC.to_timestamp(day.at(12, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH);
        Clock::From { midday, since: system() }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn system() -> Timestamp {
    Timestamp::now()
}

/// What a journey may touch.
pub struct Context {
    pub db: Db,
    /// The register's folder, where there is one (not with a database elsewhere).
    pub home: Option<PathBuf>,
    /// The cohort that figures are counted from, where this process keeps one.
    pub measures: crate::measures::Cache,
    /// The register as the linking engine holds it, where this process keeps it.
    pub entries: crate::linking::Cache,
    /// Past months as they were known, which forecasts are learned from.
    pub(crate) months: crate::forecast::Memory,
    /// How winters began whose predictors' levels are set by that.
    pub(crate) openings: crate::predict::opening::Memory,
    /// Sign-on services as they were last heard.
    pub(crate) services: crate::accounts::outside::Memory,
    /// Who was kept waiting at sign-in and is not written down yet.
    pub(crate) waits: Arc<crate::accounts::KeptWaiting>,
    /// Who asks other machines, where this process may.
    pub outbound: Option<Box<dyn crate::outbound::Outbound>>,
    /// Where what has to outlive the database is kept, where this process was told.
    pub vault: Option<crate::audit::Vault>,
    clock: Clock,
    random: Mutex<ChaCha20Rng>,
}

impl Context {
    pub fn new(db: Db, home: Option<PathBuf>, clock: Clock) -> Self {
        let random = ChaCha20Rng::try_from_rng(&mut SysRng)
            .expect("a system without randomness cannot keep sessions");
        Self::by(db, home, clock, random)
    }

    /// With chance that repeats, for tests and demonstrations.
    pub fn seeded(db: Db, home: Option<PathBuf>, clock: Clock, seed: u64) -> Self {
        Self::by(db, home, clock, ChaCha20Rng::seed_from_u64(seed))
    }

    fn by(db: Db, home: Option<PathBuf>, clock: Clock, random: ChaCha20Rng) -> Self {
        Context {
            db,
            home,
            measures: Default::default(),
            entries: Default::default(),
            months: Default::default(),
            openings: Default::default(),
            services: Default::default(),
            waits: Default::default(),
            outbound: None,
            vault: None,
            clock,
            random: Mutex::new(random),
        }
    }

    /// The instant, to the microsecond, as UTC RFC 3339 that sorts as text.
    pub fn now(&self) -> String {
        format!("{:.6}", self.timestamp())
    }

    pub fn timestamp(&self) -> Timestamp {
        match &self.clock {
            Clock::System => system(),
            Clock::Fixed(at) => *at,
            Clock::From { midday, since } => *midday + system().duration_since(*since),
        }
    }

    /// What a device in somebody's hand shows: a demonstration's clock stands elsewhere, devices do not.
    ///
    /// Units: seconds since 1970.
    pub fn device_seconds(&self) -> i64 {
        match &self.clock {
            Clock::Fixed(at) => at.as_second(),
            Clock::System | Clock::From { .. } => system().as_second(),
        }
    }

    /// The day in England. Time zones are the database's of the system, or UTC where it has none.
    pub fn today(&self) -> Date {
        england().to_datetime(self.timestamp()).date()
    }

    /// The last instant of a day in England, written as [`Context::now`] writes instants: what was
    /// known on that day was recorded by then.
    pub fn end_of(&self, day: Date) -> String {
        let next = day.tomorrow().unwrap_or(day).at(0, 0, 0, 0);
        let midnight = england().to_timestamp(next).unwrap_or(Timestamp::MAX);
        let moment = jiff::SignedDuration::from_micros(1);
        let last = midnight.checked_sub(moment).unwrap_or(Timestamp::MIN);
        format!("{last:.6}")
    }

    /// Fresh random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        let mut rng = self.random.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        rng.fill_bytes(&mut bytes);
        bytes
    }
}

/// The day in England of an instant as [`Context::now`] writes it.
pub(crate) fn day_of(at: &str) -> Option<Date> {
    Some(england().to_datetime(at.parse().ok()?).date())
}

/// A name as it is kept: what it stands for is one thing however it was spaced.
pub(crate) fn evenly_spaced(said: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn england() -> TimeZone {
    TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)
}
