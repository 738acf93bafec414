//! From what a partner says to what the register would hold: matching, planning, undoing. All pure,
//! so that a dry run and the real run are the same code.

mod declaration;

pub use declaration::{
    ActivitySaid, Declaration, FileFacts, FileRefused, ProviderSaid, Row, RowRefused,
};
