//! The server's edge: connections, deadlines, headers, cookies, forgery checks, errors and
//! the one flat list of routes. No page and no rule lives here. Invariant: every response,
//! errors included, leaves through `headers::guard`.

pub mod address;
pub mod assets;
pub mod caller;
pub mod cookie;
pub mod edge;
pub mod forgery;
pub mod form;
pub mod frame;
pub mod headers;
pub mod listen;
pub mod outbound;
pub mod pace;
pub mod page_error;
pub mod routes;
pub mod saved;
pub mod scan;
pub mod seats;
pub mod session;
pub mod turned_away;
pub mod upload;
pub mod whole;

pub use address::{Path, Query};
pub use caller::Caller;
pub use edge::Edge;
pub use form::Posted;
pub use frame::{Frame, Page};
pub use page_error::PageError;
pub use saved::Saved;
pub use session::{SignedIn, Visitor};

#[cfg(test)]
mod journey;
