//! Figures for commands and pages: load the cohort as known, count it, open it into its people.
//!
//! [`figures`] and [`people_of_cell`] ask the same question of the same walk, both narrowed to the
//! people the reader's scope admits; whoever reads as somebody asks [`figures_for`], which leaves out what
//! is too few to tell them. Nothing here decides what counts; that is `domain::measure`.

mod at_risk;
mod cache;
mod compare;
mod figures;
mod gaps;
mod labels;
mod lines;
mod named;
mod notebook;
mod numbers;
mod question;
mod revised;
mod targets;
mod told;

pub use at_risk::{AtRisk, Lost, at_risk};
pub use cache::Cache;
pub use compare::{Comparison, LastMonth, TargetView};
pub(crate) use figures::ages;
pub use figures::{Cell, Figures, Listed, MonthFigures, MonthPeople, figures, people_of_cell};
pub use gaps::{Gaps, GroupGaps, gaps};
pub(crate) use labels::Labels;
pub use lines::{LineKind, TargetLine, target_lines};
pub use named::{
    Named, NamedPage, may_cut, may_open, named_people_of_cell, numbered_people_of_cell,
};
pub(crate) use named::{names, reached};
pub use notebook::{Notebook, notebook};
pub use numbers::{Count, Numbers};
pub use question::{Months, Question, is_over};
pub use revised::{
    Against, ChangedPerson, NamedChange, TwoCountings, accuracy, listed_countings, named_countings,
    two_countings,
};
pub use targets::{Held, Stated, end_target, set_target, targets};
pub use told::{figures_for, notebook_for};
