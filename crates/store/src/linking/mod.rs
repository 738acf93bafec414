//! Who is who, remembered: what the linking engine learned, what people decided, merges, matched lists.
//! Which of two records are one person is never decided here.

pub(crate) mod carry;
pub(crate) mod crossmatch;
pub(crate) mod decision;
pub(crate) mod merge;
pub(crate) mod model;
pub(crate) mod pair;

pub use carry::{carried_tables, carry, carry_back, would_carry};
pub use crossmatch::{
    Crossmatch, CrossmatchRow, OpenListRow, all_crossmatch_rows, crossmatch, crossmatch_row,
    crossmatch_rows, crossmatch_titles, crossmatches, keep_crossmatch, open_differences,
    open_list_rows, set_outcome, settle_row, settled_before, tally, weighed_list_rows,
};
pub use decision::{
    Decided, NumberedRow, OpenRow, agree, counts, decided_files, decided_numbers, decided_row,
    decision, keep_decision, of_origin, of_pair, open_again, open_numbers, open_row, open_rows,
    pending, standing, take_back,
};
pub use merge::{
    Merge, aliases, keep_merge, later_merges, mark_apart, merge, merged, merged_away,
    merged_of_new, merges,
};
pub use model::{Learned, keep_model, model_for, taught};
pub use pair::{
    FoundPair, at_postcode, characteristics, keep_pairs, pair, pairs, protected_in_pairs,
    school_name, with_characteristic,
};
