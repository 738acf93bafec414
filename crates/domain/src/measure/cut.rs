//! Cuts: what a figure can be broken down by, and the value each person has at each month end.

#![expect(clippy::indexing_slicing, reason = "people and rows are numbers of one cohort")]

use super::marks::held_by_month;
use super::resolve::{Piece, resolve};
use super::{Asked, Segment};
use crate::calendar::{academic_age, year_group};
use crate::cohort::{Cohort, Column};

macro_rules! cuts {
    ($($variant:ident, $name:literal, $label:literal;)*) => {
        /// One way of breaking a figure down.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Cut { $($variant,)* }

        impl Cut {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in commands and files.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }
        }
    };
}

cuts! {
    Age, "age", "Academic age";
    YearGroup, "year-group", "Year group";
    Sex, "sex", "Sex";
    Ethnicity, "ethnicity", "Ethnicity";
    Send, "send", "Special educational needs";
    LevelOfNeed, "level-of-need", "Level of need";
    EducationLevel, "education-level", "Educational level";
    Characteristic, "characteristic", "Characteristic";
    Characteristics, "characteristics", "Combination of characteristics";
    Vulnerabilities, "vulnerabilities", "Number of characteristics";
    Ward, "ward", "Ward";
    Ward2003, "ward-2003", "Ward (boundaries of 2003)";
    Lsoa, "lsoa", "Neighbourhood (LSOA)";
    Decile, "decile", "Deprivation decile";
    Locality, "locality", "Locality";
    School, "school", "School";
    Consortium, "consortium", "Consortium";
    Provider, "provider", "Provider";
    Activity, "activity", "Activity";
    Adviser, "adviser", "Adviser";
}

/// A figure is cut by no more than this many things at once.
pub const CUTS_MOST: usize = 8;

/// Ages and year groups are small whole numbers; what is not is put at the end of the scale.
const AGES: u32 = 64;

/// The words for special educational needs, by number.
const SEND: [&str; 3] = ["none", "sen-support", "plan"];

/// From this number of characteristics on they are counted together.
const MANY: u32 = 4;

/// What the value is when nobody has said.
const UNKNOWN: &str = "not-recorded";

impl Cut {
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|cut| cut.name() == name)
    }

    /// Whether everybody is in exactly one cell. Somebody may have several characteristics.
    pub const fn partitions(self) -> bool {
        !matches!(self, Self::Characteristic)
    }

    /// How many values there can be, so that keys fit a table.
    pub fn values(self, cohort: &Cohort) -> usize {
        match self {
            Self::Age | Self::YearGroup => AGES as usize,
            Self::Send => SEND.len(),
            Self::Vulnerabilities => MANY as usize + 1,
            Self::Characteristics => 1 << (cohort.traits.code.words.count() - 1).min(31),
            other => other.column(cohort).map_or(1, |column| column.words.count()),
        }
    }

    /// The value of a key in words, as files say it.
    pub fn value(self, cohort: &Cohort, key: u32) -> String {
        match self {
            Self::Age | Self::YearGroup => key.to_string(),
            Self::Send => SEND.get(key as usize).copied().unwrap_or(UNKNOWN).to_owned(),
            Self::Vulnerabilities if key == MANY => format!("{MANY} or more"),
            Self::Vulnerabilities => key.to_string(),
            Self::Characteristics => combination(cohort, key),
            other => {
                let text = other.column(cohort).map_or("", |column| column.words.text(key));
                let none = if other == Self::Characteristic { "none" } else { UNKNOWN };
                if text.is_empty() { none.to_owned() } else { text.to_owned() }
            }
        }
    }

    /// Whether a value is what is left over: those of whom nobody said it, or who have none of it. It is
    /// counted like any other and named as the worst by nobody.
    pub fn is_residual(self, value: &str) -> bool {
        match self {
            Self::Send | Self::Characteristic | Self::Characteristics => {
                matches!(value, "none" | UNKNOWN)
            }
            Self::Vulnerabilities => value == "0",
            Self::Ethnicity => matches!(value, UNKNOWN | "NOBT" | "REFU"),
            _ => value == UNKNOWN,
        }
    }

    fn column(self, cohort: &Cohort) -> Option<&Column> {
        Some(match self {
            Self::Sex => &cohort.people.sex,
            Self::Ethnicity => &cohort.people.ethnicity,
            Self::LevelOfNeed => &cohort.people.level_of_need,
            Self::EducationLevel => &cohort.people.education_level,
            Self::School => &cohort.people.school,
            Self::Consortium => &cohort.people.consortium,
            Self::Ward => &cohort.homes.ward,
            Self::Ward2003 => &cohort.homes.ward_2003,
            Self::Lsoa => &cohort.homes.lsoa,
            Self::Decile => &cohort.homes.decile,
            Self::Locality => &cohort.homes.locality,
            Self::Characteristic => &cohort.traits.code,
            Self::Provider => &cohort.spells.provider,
            Self::Activity => &cohort.spells.code,
            Self::Adviser => &cohort.advisers.who,
            Self::Age
            | Self::YearGroup
            | Self::Send
            | Self::Characteristics
            | Self::Vulnerabilities => return None,
        })
    }

    const fn is_of_home(self) -> bool {
        matches!(self, Self::Ward | Self::Ward2003 | Self::Lsoa | Self::Decile | Self::Locality)
    }
}

/// The codes of a combination, in order: `110+140`; "none" of none.
fn combination(cohort: &Cohort, held: u32) -> String {
    let words = &cohort.traits.code.words;
    let mut codes: Vec<&str> =
        (0..32).filter(|n| held >> n & 1 == 1).map(|n| words.text(n + 1)).collect();
    codes.sort_unstable();
    if codes.is_empty() { "none".to_owned() } else { codes.join("+") }
}

/// Months in which somebody has one value of a cut. `to` is not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Valued {
    from: u32,
    to: u32,
    key: u32,
}

/// The values of one person for several cuts, month by month; made once and filled again and again.
pub struct Keys<'a> {
    asked: Asked<'a>,
    cuts: &'a [Cut],
    values: Vec<Vec<Valued>>,
    homes: Vec<Piece>,
    held: Vec<u32>,
}

impl<'a> Keys<'a> {
    pub fn new(asked: Asked<'a>, cuts: &'a [Cut]) -> Self {
        Self {
            asked,
            cuts,
            values: vec![Vec::new(); cuts.len()],
            homes: Vec::new(),
            held: Vec::new(),
        }
    }

    /// Takes the values of a person, whose standings these are.
    pub fn read(&mut self, p: usize, segments: &[Segment]) {
        if self.cuts.iter().any(|cut| cut.is_of_home()) {
            let homes = &self.asked.cohort.homes;
            resolve(homes.of.of(p), &homes.from, &homes.to, self.asked.span, &mut self.homes);
        }
        for (cut, values) in self.cuts.iter().zip(&mut self.values) {
            values.clear();
            match cut {
                Cut::Provider | Cut::Activity => of_spells(self.asked, *cut, segments, values),
                Cut::Adviser => {
                    let advisers = &self.asked.cohort.advisers;
                    let rows = advisers.of.of(p);
                    let mut pieces = Vec::new();
                    resolve(rows, &advisers.from, &advisers.to, self.asked.span, &mut pieces);
                    values.extend(pieces.iter().map(|piece| valued(piece, &advisers.who)));
                }
                Cut::Characteristics | Cut::Vulnerabilities => {
                    combinations(self.asked, *cut, p, &mut self.held, values);
                }
                cut => fill(self.asked, *cut, p, &self.homes, values),
            }
        }
    }

    /// Gives the parts of some months in which every value stays the same, with those values.
    pub fn each(&self, (from, to): (u32, u32), visit: &mut impl FnMut(u32, u32, &[u32])) {
        let mut key = [0; CUTS_MOST];
        self.descend(0, (from, to), &mut key, visit);
    }

    fn descend(
        &self,
        depth: usize,
        (from, to): (u32, u32),
        key: &mut [u32; CUTS_MOST],
        visit: &mut impl FnMut(u32, u32, &[u32]),
    ) {
        let Some(values) = self.values.get(depth) else {
            return visit(from, to, &key[..depth]);
        };
        for value in values {
            let (from, to) = (from.max(value.from), to.min(value.to));
            if from < to {
                key[depth] = value.key;
                self.descend(depth + 1, (from, to), key, visit);
            }
        }
    }
}

fn valued(piece: &Piece, column: &Column) -> Valued {
    let key = piece.row.map_or(0, |row| column.at(row as usize));
    Valued { from: piece.from, to: piece.to, key }
}

/// What the spell of each count says; nothing where there is none.
fn of_spells(asked: Asked<'_>, cut: Cut, segments: &[Segment], values: &mut Vec<Valued>) {
    let Some(column) = cut.column(asked.cohort) else { return };
    let mut reached = 0;
    for segment in segments {
        if reached < segment.from {
            values.push(Valued { from: reached, to: segment.from, key: 0 });
        }
        let piece = Piece { from: segment.from, to: segment.to, row: segment.spell };
        values.push(valued(&piece, column));
        reached = segment.to;
    }
    if reached < asked.span.months() {
        values.push(Valued { from: reached, to: asked.span.months(), key: 0 });
    }
}

/// The characteristics that hold together at each count, as bits or as their number.
fn combinations(
    asked: Asked<'_>,
    cut: Cut,
    p: usize,
    held: &mut Vec<u32>,
    values: &mut Vec<Valued>,
) {
    if !held_by_month(asked, p, held) {
        return values.push(Valued { from: 0, to: asked.span.months(), key: 0 });
    }
    for (month, held) in (0..).zip(held.iter()) {
        let key = if cut == Cut::Characteristics { *held } else { held.count_ones().min(MANY) };
        match values.last_mut().filter(|last| last.key == key) {
            Some(last) => last.to = month + 1,
            None => values.push(Valued { from: month, to: month + 1, key }),
        }
    }
}

fn fill(asked: Asked<'_>, cut: Cut, p: usize, homes: &[Piece], values: &mut Vec<Valued>) {
    let cohort = asked.cohort;
    let whole = |key| Valued { from: 0, to: asked.span.months(), key };
    match cut {
        Cut::Age | Cut::YearGroup => ages(asked, cut, p, values),
        Cut::Send => values.push(whole(send(cohort, p))),
        Cut::Characteristic => characteristics(asked, p, values),
        cut if cut.is_of_home() => {
            let Some(column) = cut.column(cohort) else { return };
            values.extend(homes.iter().map(|piece| valued(piece, column)));
        }
        cut => values.extend(cut.column(cohort).map(|column| whole(column.at(p)))),
    }
}

/// Academic age and year group move on 1 September, between the ends of August and September.
fn ages(asked: Asked<'_>, cut: Cut, p: usize, values: &mut Vec<Valued>) {
    let Some(born) = asked.cohort.people.born[p].day() else {
        return values.push(Valued { from: 0, to: asked.span.months(), key: AGES - 1 });
    };
    let mut from = 0;
    let mut month = asked.span.first();
    while from < asked.span.months() {
        let years = if cut == Cut::Age { academic_age } else { year_group };
        let key = u32::try_from(years(born, month.last_day())).unwrap_or(0).min(AGES - 1);
        // From January to August the move is this year's, from September the next one's.
        let until_september = (8 - i32::from(month.number())).rem_euclid(12) + 1;
        let to = (from + until_september.unsigned_abs()).min(asked.span.months());
        values.push(Valued { from, to, key });
        (from, month) = (to, month.plus(until_september));
    }
}

/// Source: published breakdown by no need, support, and education, health and care plan.
fn send(cohort: &Cohort, p: usize) -> u32 {
    match (cohort.people.send.text(p), cohort.people.sen_support.text(p)) {
        ("Y", _) => 2,
        (_, "Y") => 1,
        _ => 0,
    }
}

/// One value a characteristic that holds, each counted once; "none" where none does.
fn characteristics(asked: Asked<'_>, p: usize, values: &mut Vec<Valued>) {
    let traits = &asked.cohort.traits;
    if traits.of.of(p).is_empty() {
        return values.push(Valued { from: 0, to: asked.span.months(), key: 0 });
    }
    let mut bare: Vec<bool> = vec![true; asked.span.months() as usize];
    let mut rows: Vec<Valued> = traits
        .of
        .of(p)
        .map(|row| Valued {
            from: asked.span.from_day(traits.from[row]),
            to: asked.span.after_day(traits.to[row]),
            key: traits.code.at(row),
        })
        .filter(|value| value.from < value.to)
        .collect();
    rows.sort_by_key(|value| (value.key, value.from));
    for value in rows {
        bare[value.from as usize..value.to as usize].fill(false);
        // Two rows of the same code that overlap are one, or somebody would be counted twice.
        match values.last_mut().filter(|last| last.key == value.key && value.from <= last.to) {
            Some(last) => last.to = last.to.max(value.to),
            None => values.push(value),
        }
    }
    for (month, _) in (0..).zip(&bare).filter(|(_, bare)| **bare) {
        match values.last_mut().filter(|last| last.key == 0 && last.to == month) {
            Some(last) => last.to = month + 1,
            None => values.push(Valued { from: month, to: month + 1, key: 0 }),
        }
    }
}
