//! Who is who, remembered: people as the linking engine compares them, what it learned, what people
//! decided. Which of two records are one person is never decided here.

pub(crate) mod decision;
pub(crate) mod identity;
pub(crate) mod model;

pub use decision::{
    Decided, agree, decision, keep_decision, newest_decisions, of_pair, standing, take_back,
};
pub use identity::{Identity, identities};
pub use model::{Learned, keep_model, model_for};
