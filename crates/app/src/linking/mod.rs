//! Who is who in the register: the linking engine over the council's own people. Here are its journeys
//! (rows of imports, the review queue, people entered twice, partners' lists); how evidence is weighed
//! is `linkage`'s, what may happen by itself is `domain::matching`'s. Invariant: nothing is joined that
//! a person cannot take apart again.

mod crossmatch;
mod decide;
mod doubles;
mod engine;
mod entry;
mod lists;
mod memory;
mod merge;
mod queue;
mod side;
mod teach;
mod vulnerable;
mod weigh;

pub use crossmatch::{Difference, List, Tally, crossmatch};
pub use decide::{Answer, agree, decide, decision, take_back};
pub(crate) use decide::{answer_again, keep, settle};
pub use doubles::{Double, after_file, doubles, find_doubles, find_owed_doubles};
pub use engine::{Asked, Engine, Evidence, Likeness};
pub use entry::{Cache, Resembles, Resembling, resembling, warm};
pub use lists::{
    Matched, Shown, as_csv, list, list_export, list_rows, lists, open_differences,
    settle_difference,
};
pub(crate) use memory::Memory;
pub use memory::{Verdict, print};
pub use merge::{Merged, Preview, Wanted, merge, merges, preview, told_as_merged, unmerge};
pub use queue::{Figures, Key, Queue, Waiting, queue, waiting_rows};
pub use side::{Compared, Mark, Pair, compare, pair, second_look};
pub use store::linking::Decided;
pub use vulnerable::{Shared, Vulnerable, vulnerable};
pub use weigh::{Found, Weigher, set_wanted};
