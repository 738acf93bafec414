//! Cuts: what a figure can be broken down by, and the value each person has at each month end.

#![expect(clippy::indexing_slicing, reason = "people and rows are numbers of one cohort")]

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
    Characteristic, "characteristic", "Characteristic";
    Ward, "ward", "Ward";
    Ward2003, "ward-2003", "Ward (boundaries of 2003)";
    Lsoa, "lsoa", "Neighbourhood (LSOA)";
    Decile, "decile", "Deprivation decile";
    Locality, "locality", "Locality";
    School, "school", "School";
    Consortium, "consortium", "Consortium";
    Provider, "provider", "Provider";
    Activity, "activity", "Activity";
}

/// Ages and year groups are small whole numbers; what is not is put at the end of the scale.
const AGES: u32 = 64;

/// The words for special educational needs, by number.
const SEND: [&str; 3] = ["none", "sen-support", "plan"];

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
            other => other.column(cohort).map_or(1, |column| column.words.count()),
        }
    }

    /// The value of a key in words, as files say it.
    pub fn value(self, cohort: &Cohort, key: u32) -> String {
        match self {
            Self::Age | Self::YearGroup => key.to_string(),
            Self::Send => SEND.get(key as usize).copied().unwrap_or(UNKNOWN).to_owned(),
            other => {
                let text = other.column(cohort).map_or("", |column| column.words.text(key));
                let none = if other == Self::Characteristic { "none" } else { UNKNOWN };
                if text.is_empty() { none.to_owned() } else { text.to_owned() }
            }
        }
    }

    fn column(self, cohort: &Cohort) -> Option<&Column> {
        Some(match self {
            Self::Sex => &cohort.people.sex,
            Self::Ethnicity => &cohort.people.ethnicity,
            Self::LevelOfNeed => &cohort.people.level_of_need,
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
            Self::Age | Self::YearGroup | Self::Send => return None,
        })
    }

    const fn is_of_home(self) -> bool {
        matches!(self, Self::Ward | Self::Ward2003 | Self::Lsoa | Self::Decile | Self::Locality)
    }
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
}

impl<'a> Keys<'a> {
    pub fn new(asked: Asked<'a>, cuts: &'a [Cut]) -> Self {
        Self { asked, cuts, values: vec![Vec::new(); cuts.len()], homes: Vec::new() }
    }

    /// Takes the values of a person.
    pub fn read(&mut self, p: usize) {
        if self.cuts.iter().any(|cut| cut.is_of_home()) {
            let homes = &self.asked.cohort.homes;
            resolve(homes.of.of(p), &homes.from, &homes.to, self.asked.span, &mut self.homes);
        }
        for (cut, values) in self.cuts.iter().zip(&mut self.values) {
            values.clear();
            fill(self.asked, *cut, p, &self.homes, values);
        }
    }

    /// Gives the parts of a segment in which every value stays the same, with those values.
    pub fn each(&self, segment: Segment, visit: &mut impl FnMut(Segment, &[u32])) {
        let mut key = vec![0; self.cuts.len()];
        self.descend(0, segment, &mut key, visit);
    }

    fn descend(
        &self,
        depth: usize,
        segment: Segment,
        key: &mut Vec<u32>,
        visit: &mut impl FnMut(Segment, &[u32]),
    ) {
        let Some(cut) = self.cuts.get(depth) else {
            return visit(segment, key);
        };
        let spells = &self.asked.cohort.spells;
        let of_spell = match cut {
            Cut::Provider => Some(&spells.provider),
            Cut::Activity => Some(&spells.code),
            _ => None,
        };
        if let Some(column) = of_spell {
            key[depth] = segment.spell.map_or(0, |row| column.at(row as usize));
            return self.descend(depth + 1, segment, key, visit);
        }
        for value in &self.values[depth] {
            let (from, to) = (segment.from.max(value.from), segment.to.min(value.to));
            if from < to {
                key[depth] = value.key;
                self.descend(depth + 1, Segment { from, to, ..segment }, key, visit);
            }
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
        Cut::Provider | Cut::Activity => {}
        cut if cut.is_of_home() => {
            let Some(column) = cut.column(cohort) else { return };
            values.extend(homes.iter().map(|piece| Valued {
                from: piece.from,
                to: piece.to,
                key: piece.row.map_or(0, |row| column.at(row as usize)),
            }));
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
