//! Bytes to values and back, at the border: reference files, returns, rolls and tables. Nothing here
//! decides; a reader says what a file said, a writer writes what it is given, byte for byte the same.

pub mod access_pack;
mod activity_matrix;
pub mod agreement_toml;
pub mod analysis;
mod ctf;
pub mod dates;
mod destinations;
pub mod edition_toml;
pub mod encoding;
mod engagement;
pub mod geography;
pub mod id_token;
mod ilr;
mod joiners_leavers;
mod kind;
pub mod limits;
pub mod mapping;
mod nccis_flat;
mod nccis_return;
pub mod nccis_xml;
pub mod obstacles_toml;
pub mod pack;
pub mod parquet_out;
pub mod pdf;
mod people;
mod person_line;
pub mod plan_table;
pub mod plan_text;
pub mod programmes_toml;
pub mod reference;
pub mod relay;
mod results;
pub mod retention_toml;
pub mod return_declared;
mod roll;
mod said;
mod sniff;
pub mod table;
pub mod tables_out;
mod tabular;
pub mod tracking_toml;
pub mod watch_toml;
mod xml_records;

pub use kind::{Kind, Options, UnknownKind};

use domain::intake::{FileFacts, FileRefused, Row};

/// Takes the rows of a file, one at a time, in their order.
pub type Sink<'a> = dyn FnMut(Row) + 'a;

/// Reads a partner's file of a kind.
///
/// Errors: what makes the whole file unfit to be taken. Rows handed over before an error was found
/// are void: the caller keeps them apart until the file was read to its end.
pub fn read(
    kind: Kind,
    bytes: &[u8],
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<FileFacts, FileRefused> {
    match kind {
        Kind::NccisXml => nccis_return::read(bytes, sink),
        Kind::NccisFlat => nccis_flat::read(bytes, options, sink),
        Kind::Ctf => ctf::read(bytes, options, sink),
        Kind::Roll => roll::read(bytes, options, sink),
        Kind::JoinersLeavers => joiners_leavers::read(bytes, options, sink),
        Kind::Ilr => ilr::read(bytes, options, sink),
        Kind::ActivityMatrix => activity_matrix::read(bytes, options, sink),
        Kind::Destinations => destinations::read(bytes, options, sink),
        Kind::Engagement => engagement::read(bytes, options, sink),
        Kind::Results => results::read(bytes, options, sink),
    }
}
