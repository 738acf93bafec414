//! From what a partner says to what the register would hold: planning and undoing. All pure, so that a
//! dry run and the real run are the same code. Who a row speaks of is `matching`'s question.

mod activity;
mod began;
mod day;
mod declaration;
mod plan;
mod provider;
mod told;
mod undo;

#[cfg(test)]
mod tests;

pub use activity::Answer;
pub use day::{own_day, typed_day};
pub use declaration::{
    ActivitySaid, Declaration, FileFacts, FileRefused, ProviderSaid, Row, RowRefused,
};
pub use plan::{Effect, Plan, PlanContext, differences, plan, plan_answered, sort};
pub(crate) use provider::same_place;
pub use told::Told;
pub use undo::undo;
