//! Bytes to values and back, at the border: reference files, returns, rolls and tables. Nothing here
//! decides; a reader says what a file said, a writer writes what it is given, byte for byte the same.

pub mod edition_toml;
pub mod geography;
pub mod nccis_xml;
pub mod reference;
pub mod relay;
