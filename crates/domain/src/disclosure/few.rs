//! How few are too few, where figures leave: the one home of both bounds and of what follows from them for
//! counts that no table is made of.

/// Fewer people than this, and somebody, are not told to others.
///
/// Source: Government Statistical Service, disclosure control for tables from administrative sources:
/// counts of one to four people are not told.
pub const FEW: u64 = 5;

/// Of a group of fewer people than this nothing is said but how many they are: its shares jump by chance.
pub const FEW_OF_GROUP: u64 = 10;

/// Whether a count is too few to be told, nobody being told.
pub const fn is_few(people: u64) -> bool {
    0 < people && people < FEW
}

/// Whether a part of a count that is told may be told beside it: neither it nor the rest is few.
pub const fn may_tell_part(part: u64, of: u64) -> bool {
    !is_few(part) && !is_few(of.saturating_sub(part))
}

/// Whether a share, by itself, tells of few people: those counted, the others, or all of them are few.
pub const fn tells_of_few(part: u64, whole: u64) -> bool {
    whole < FEW_OF_GROUP || !may_tell_part(part, whole)
}

/// Whether everybody of a group is counted: said of the group, that would be said of each in it, however many
/// they are.
///
/// Source: the house's rule for numbers that are published, that a trait everyone in a group has is not shown.
pub const fn is_whole(counted: u64, group: u64) -> bool {
    0 < group && group <= counted
}

/// Whether the share of a group may be told beside that of everybody: neither in the group nor beside it are
/// those counted, or those not counted, few, and not all of the group are counted. Each pair is those counted
/// and those they are counted among.
pub const fn may_tell_group((counted, group): (u64, u64), (all, everybody): (u64, u64)) -> bool {
    group >= FEW_OF_GROUP
        && !is_whole(counted, group)
        && may_tell_part(counted, all)
        && may_tell_part(group.saturating_sub(counted), everybody.saturating_sub(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_told_where_neither_it_nor_the_rest_is_few() {
        let told = [(0, 20), (20, 20), (5, 10), (0, 0)];
        let untold = [(1, 20), (4, 20), (16, 20), (19, 20)];
        assert!(told.into_iter().all(|(part, of)| may_tell_part(part, of)));
        assert!(!untold.into_iter().any(|(part, of)| may_tell_part(part, of)));
    }

    #[test]
    fn a_share_tells_of_few_where_they_or_the_others_or_all_are_few() {
        assert!([(0, 9), (4, 20), (16, 20)].into_iter().all(|(part, all)| tells_of_few(part, all)));
        assert!(
            ![(0, 10), (5, 10), (20, 20)].into_iter().any(|(part, all)| tells_of_few(part, all))
        );
    }

    #[test]
    fn a_group_is_told_where_no_side_of_it_is_few() {
        let everybody = (60, 600);
        assert!(may_tell_group((20, 100), everybody) && may_tell_group((0, 100), everybody));
        // Three counted; all others but two; all of the group but two, and all of it; all who are not counted
        // but one.
        for group in [(3, 100), (58, 100), (30, 32), (32, 32), (20, 559)] {
            assert!(!may_tell_group(group, everybody), "{group:?}");
        }
        assert!(!may_tell_group((0, 9), everybody), "a group of nine");
    }
}
