//! Who is who: linking lists of people that share no identifier, without labelled examples.
//! A [`Register`] is a list prepared to be asked, [`train`] learns how its people appear in another
//! [`Table`], and a [`Linker`] says who is who and how sure it is. Nothing here reads files, the
//! clock or random numbers: the same lists give the same bits on any number of threads.

mod chance;
mod cluster;
mod date;
mod decide;
mod diagnostics;
mod evidence;
mod explain;
mod identifier;
mod keys;
mod levels;
mod model;
mod names;
mod place;
mod register;
mod score;
mod shipped;
mod similar;
mod sound;
mod table;
mod text;
mod train;
mod waterfall;

pub use cluster::{Clusters, Edge, cluster};
pub use decide::{Double, Link, Linker, Links, Rival};
pub use diagnostics::{Diagnostics, LevelSupport};
pub use explain::{Explanation, Part};
pub use levels::Field;
pub use model::{Grid, Model, ModelError, Source};
pub use register::Register;
pub use similar::{jaro_winkler, one_slip};
pub use table::{Person, Quality, Table};
pub use train::{Answer, Effort, train, train_knowing};
pub use waterfall::{waterfall, waterfall_narrow};
