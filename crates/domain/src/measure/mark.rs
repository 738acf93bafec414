//! What may be true of somebody at a count beside their standing. Standings divide the people of the
//! ages; marks may overlap, and some carry a number, such as months. Each has a name for files and a
//! reason for people.

worded! {
    /// Something true of a person at one count.
    Mark, word, why;
    Joined, "joined-neet", "NEET now, and not at the count before";
    LeftToEet, "left-neet-to-eet", "NEET at the count before, in education, employment or training now";
    LeftToNotKnown, "left-neet-to-not-known", "NEET at the count before, not known now";
    LeftCohort, "left-neet-out", "NEET at the count before, no longer in the cohort";
    EverNeet, "ever-neet", "NEET at this or an earlier count since reaching the ages counted";
    Spells, "neet-spells", "separate spells of being NEET so far";
    Recurrent, "recurrent", "NEET again after a return to education, employment or training";
    Returned, "returned", "NEET before, and in education, employment or training again now";
    ReturnMonths, "months-to-return", "months from becoming NEET to the return";
    Due3, "returned-3-months-ago", "returned to education, employment or training three counts ago";
    Sustained3, "sustained-3", "returned three counts ago and there at every count since";
    Due6, "returned-6-months-ago", "returned to education, employment or training six counts ago";
    Sustained6, "sustained-6", "returned six counts ago and there at every count since";
    InTouch, "in-touch", "NEET, spoken with in this month or the two before";
    OutOfTouch, "out-of-touch", "NEET, nobody spoke with them in the last four months";
    SpokenWith, "spoken-with", "NEET, spoken with at some time";
    QuietMonths, "quiet-months", "months since somebody last spoke with them";
    UnderDuty, "under-duty", "in the cohort and under 18";
    DutyMet, "duty-met", "meets the duty to participate";
    DutyTowards, "duty-towards", "works towards the duty to participate";
    DutyBreak, "duty-break", "has a temporary break from the duty to participate";
    DutyUnmet, "duty-unmet", "does not meet the duty to participate";
    Vulnerable, "vulnerable-group", "in the department's vulnerable group";
    TwoOrMore, "two-or-more-characteristics", "has two or more characteristics at once";
    Guaranteed, "guarantee-cohort", "in the cohort of the September Guarantee";
    OfferMade, "offer-made", "offer made";
    OfferNotAppropriate, "offer-not-appropriate", "an offer is not appropriate";
    NoOffer, "no-offer", "no offer";
    OfferNotRecorded, "offer-not-recorded", "the guarantee's status is not recorded";
    Checked, "checked", "a source has since said otherwise of the day than was recorded";
    Accurate, "accurate", "a source has since confirmed what was recorded of the day";
}

/// Counts in which a mark holds, or adds a number. `to` is not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marked {
    pub from: u32,
    pub to: u32,
    pub mark: Mark,
    /// What each person adds: 1, or a number of months.
    pub weight: u16,
    /// Counts back at which the cell is looked up: somebody who left is counted where they were.
    pub back: u8,
    /// The row of the spell that says so.
    pub spell: Option<u32>,
}
