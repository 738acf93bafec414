//! The reference files that the binary carries: editions and authority codes. They are read when
//! first asked for; a test reads them all, so a fault in them never reaches a user.

use crate::edition_toml::{read_authorities, read_editions};
use crate::{obstacles_toml, programmes_toml, tracking_toml, watch_toml};
use domain::edition::{Authorities, Editions};
use domain::obstacle::Obstacle;
use domain::status::Watch;
use domain::tracking::{ProgrammeKind, Yearly};
use std::sync::LazyLock;

/// The edition files with their names, as shipped.
pub const EDITION_FILES: [(&str, &str); 5] = [
    ("2009.toml", include_str!("../../../reference/editions/2009.toml")),
    ("2015-16.toml", include_str!("../../../reference/editions/2015-16.toml")),
    ("2019-20.toml", include_str!("../../../reference/editions/2019-20.toml")),
    ("2020-21.toml", include_str!("../../../reference/editions/2020-21.toml")),
    ("2026-27.toml", include_str!("../../../reference/editions/2026-27.toml")),
];

static EDITIONS: LazyLock<Editions> = LazyLock::new(|| {
    Editions::new(read_editions(&EDITION_FILES).expect("a test reads every shipped edition"))
});

static AUTHORITIES: LazyLock<Authorities> = LazyLock::new(|| {
    let text = include_str!("../../../reference/la-codes.toml");
    read_authorities("la-codes.toml", text).expect("a test reads the shipped authority codes")
});

static TRACKING: LazyLock<Vec<Yearly>> = LazyLock::new(|| {
    tracking_toml::read(tracking_toml::SHIPPED).expect("a test reads the shipped list")
});

static PROGRAMMES: LazyLock<Vec<ProgrammeKind>> = LazyLock::new(|| {
    programmes_toml::read(programmes_toml::SHIPPED).expect("a test reads the shipped list")
});

static NEET_WATCH: LazyLock<Watch> = LazyLock::new(|| {
    watch_toml::read(watch_toml::SHIPPED).expect("a test reads the shipped watch")
});

static OBSTACLES: LazyLock<Vec<Obstacle>> = LazyLock::new(|| {
    obstacles_toml::read(obstacles_toml::SHIPPED).expect("a test reads the shipped list")
});

/// Every edition.
pub fn editions() -> &'static Editions {
    &EDITIONS
}

/// Every authority code with the days it was valid.
pub fn authorities() -> &'static Authorities {
    &AUTHORITIES
}

/// What is due in every school year.
pub fn tracking() -> &'static [Yearly] {
    &TRACKING
}

/// The kinds of programme that somebody may take part in.
pub fn programme_kinds() -> &'static [ProgrammeKind] {
    &PROGRAMMES
}

/// The kind of programme that a word names, by its name or its label in whatever letters.
pub fn programme_kind(word: &str) -> Option<&'static ProgrammeKind> {
    let said = word.trim().to_lowercase();
    programme_kinds().iter().find(|kind| kind.name == said || kind.label.to_lowercase() == said)
}

/// For how long it is watched that somebody was NEET.
pub fn neet_watch() -> Watch {
    *NEET_WATCH
}

/// What may stand in a young person's way, as a form offers it.
pub fn obstacles() -> &'static [Obstacle] {
    &OBSTACLES
}
