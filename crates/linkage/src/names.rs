//! What a name is made of: its words, how they sound, the other forms it goes by; and how two names
//! agree. A name is looked at once, when it is first met; comparing reads only what was kept then.
//! Invariant: `compare` gives the same level whichever name comes first.

use crate::levels::{name, school};
use crate::similar::{LONGEST, jaro_winkler, one_slip};
use crate::sound::{opening, sound};
use crate::text::{QuickMap, hash, mix, plain};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::LazyLock;

static KIN: LazyLock<QuickMap<&'static str, Vec<u16>>> = LazyLock::new(|| {
    let mut map: QuickMap<&'static str, Vec<u16>> = QuickMap::default();
    let lines = include_str!("../data/nicknames.txt").lines().filter(|line| !line.starts_with('#'));
    for (group, line) in (0_u16..).zip(lines) {
        for form in line.split([':', ' ']).filter(|form| !form.is_empty()) {
            let groups = map.entry(form).or_default();
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
    }
    map
});

/// Words that stand in a name's place and name nobody.
const PLACEHOLDERS: [&str; 20] = [
    "baby",
    "babyboy",
    "babygirl",
    "girl",
    "infant",
    "unborn",
    "newborn",
    "unknown",
    "notknown",
    "nk",
    "tbc",
    "tba",
    "notgiven",
    "notavailable",
    "none",
    "null",
    "twin1",
    "twin2",
    "male",
    "female",
];

/// The same of forenames alone: there are families called Boy and Child.
const PLACEHOLDERS_OF_FORENAMES: [&str; 2] = ["boy", "child"];

/// One word of a name.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    start: u16,
    end: u16,
    hash: u64,
    pub(crate) sound: u64,
    /// The groups of forms it belongs to.
    kin: &'static [u16],
}

/// One distinct name, looked at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    pub(crate) text: Box<str>,
    /// The text one byte a letter, where it is not so by itself.
    wide: Option<Box<[u8]>>,
    /// The letters without gaps: what makes two names the same.
    pub(crate) squashed: u64,
    pub(crate) words: Vec<Word>,
    whole_sound: u64,
    pub(crate) kin: &'static [u16],
    pub(crate) glance: Glance,
}

/// What tells most different names apart without looking at the names themselves: small, so that those of a whole list
/// stay at hand.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Glance {
    /// Which letters occur, and with which sounds its words begin, one bit each.
    letters: u32,
    openings: u32,
    /// Of which groups of forms it is one, many groups to a bit.
    kin: u32,
    /// A part of how it sounds as a whole.
    sound: u16,
    length: u8,
    /// One Latin word of two letters or more.
    simple: bool,
}

impl Glance {
    /// Whether two names are sure to be different, as [`compare`] says it: two words that sound otherwise, are no forms
    /// of one name, and share too few letters to be alike.
    pub(crate) fn apart(self, other: Self) -> bool {
        if !(self.simple && other.simple) || self.sound == other.sound || self.kin & other.kin != 0
        {
            return false;
        }
        let alone = |one: u32, other: u32| (one & !other).count_ones();
        let (x, y) = (u32::from(self.length), u32::from(other.length));
        let matches = x
            .saturating_sub(alone(self.letters, other.letters))
            .min(y.saturating_sub(alone(other.letters, self.letters)));
        // Jaro's similarity is at most 0.7, below which nothing is given for a common beginning; and neither name is
        // the beginning of the other.
        10 * matches * (x + y) < 11 * x * y && matches < x.min(y)
    }

    /// Whether some word of each begins with the same sound.
    pub(crate) fn may_open_like(self, other: Self) -> bool {
        self.openings & other.openings != 0
    }
}

impl Form {
    pub(crate) fn forename(raw: &str) -> Self {
        let text = plain(raw);
        if PLACEHOLDERS_OF_FORENAMES.contains(&text.as_str()) {
            return Self::default();
        }
        let mut form = Self::of(text);
        form.kin = form.words.first().map_or(&[], |first| first.kin);
        form.glance.kin = form.kin.iter().fold(0, |groups, group| groups | 1 << (group % 32));
        form
    }

    pub(crate) fn surname(raw: &str) -> Self {
        Self::of(plain(raw))
    }

    /// School names lose the words that lists add and drop at will.
    pub(crate) fn school(raw: &str) -> Self {
        let text = plain(raw);
        let kept = text.split(' ').filter_map(|word| match word {
            "school" | "sch" | "the" | "of" | "and" => None,
            "cofe" | "coe" => Some("ce"),
            "saint" => Some("st"),
            "rc" => Some("catholic"),
            "acad" => Some("academy"),
            "prim" => Some("primary"),
            word => Some(word),
        });
        Self::of(kept.collect::<Vec<_>>().join(" "))
    }

    fn of(text: String) -> Self {
        let squashed: String = text.split(' ').collect();
        if squashed.is_empty() || PLACEHOLDERS.contains(&squashed.as_str()) {
            return Self::default();
        }
        let mut words: Vec<Word> = Vec::new();
        let mut start = 0_usize;
        for word in text.split(' ') {
            let end = start + word.len();
            if let (Ok(start), Ok(end)) = (u16::try_from(start), u16::try_from(end)) {
                let kin = KIN.get(word).map_or(&[][..], Vec::as_slice);
                let (hash, sound) = (hash(word.as_bytes()), sound(word));
                words.push(Word { start, end, hash, sound, kin });
            }
            start = end + 1;
        }
        let openings = words.iter().fold(0, |mask, word| mask | 1 << (opening(word.sound, 1) % 32));
        let (whole, latin) = (hash(squashed.as_bytes()), text.is_ascii());
        // How letters sound is known of Latin ones alone: others sound the same where they are the same.
        let whole_sound = match latin {
            true => words.iter().fold(1, |all, word| mix(all, word.sound)),
            false => whole,
        };
        let glance = Glance {
            letters: letters(&squashed).iter().fold(0, |mask, letter| mask | 1 << (letter % 32)),
            openings,
            kin: 0,
            sound: whole_sound as u16,
            length: u8::try_from(text.len()).unwrap_or(u8::MAX),
            simple: latin && words.len() == 1 && (2..=LONGEST).contains(&text.len()),
        };
        Self {
            squashed: whole,
            whole_sound,
            glance,
            wide: (!latin).then(|| letters(&text).into()),
            kin: &[],
            words,
            text: text.into_boxed_str(),
        }
    }

    pub(crate) fn given(&self) -> bool {
        !self.text.is_empty()
    }

    fn word(&self, word: &Word) -> &str {
        self.text.get(usize::from(word.start)..usize::from(word.end)).unwrap_or("")
    }

    /// Letter by letter.
    fn spelt(&self) -> &[u8] {
        self.wide.as_deref().unwrap_or(self.text.as_bytes())
    }

    fn initial(&self) -> Option<char> {
        let mut first = self.word(self.words.first()?).chars();
        first.next().filter(|_| first.next().is_none())
    }
}

/// One byte a letter: by their own bytes all names of an alphabet beyond ASCII look alike, and a letter counts for two or
/// three. It goes by its place among 128, which tells those of one alphabet apart.
fn letters(text: &str) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return Cow::Borrowed(text.as_bytes());
    }
    let letter = |c: char| match u8::try_from(c) {
        Ok(letter) if letter.is_ascii() => letter,
        _ => 0x80 | (u32::from(c) & 0x7f) as u8,
    };
    Cow::Owned(text.chars().map(letter).collect())
}

/// How well two names agree, as a level of [`name`].
pub(crate) fn compare(a: &Form, b: &Form) -> u8 {
    if !a.given() || !b.given() {
        return name::MISSING;
    }
    if a.squashed == b.squashed {
        return name::EXACT;
    }
    let (x, y) = (a.spelt(), b.spelt());
    let several = a.words.len() > 1 || b.words.len() > 1;
    // By one byte a single letter is told from no more than 127 of a script that has thousands.
    let told = (a.wide.is_none() && b.wide.is_none()) || x.len().min(y.len()) >= 2;
    let likely = told && at_most(a, b) >= 0.6;
    let alike = if likely { jaro_winkler(x, y) } else { 0.0 };
    if likely && x.len().min(y.len()) >= 3 && one_slip(x, y) {
        return name::SLIP;
    }
    if a.whole_sound == b.whole_sound && alike >= 0.6 {
        return name::SOUND;
    }
    // A first name with and without a second is the same name in part, whether or not it has other forms.
    if !begin_alike(a, b) && a.kin.iter().any(|group| b.kin.contains(group)) {
        return name::KIN;
    }
    if x.len().min(y.len()) >= 2 && (x.starts_with(y) || y.starts_with(x)) && !several {
        return name::KIN;
    }
    if alike >= 0.92 {
        return name::CLOSE;
    }
    // Beside a word that both hold, a second name left out is a habit; another second name is another child.
    let shared = several && any_words(a, b, |v, w| v.hash == w.hash && v.end - v.start > 1);
    if shared && nothing_else(a, b) {
        return name::PART;
    }
    if shared || several && any_words(a, b, |v, w| near_words(a.word(v), b.word(w), v, w)) {
        return name::PART_NEAR;
    }
    if alike >= 0.85 {
        return name::NEAR;
    }
    let same_first = || a.text.chars().next() == b.text.chars().next();
    if (a.initial().is_some() || b.initial().is_some()) && same_first() {
        return name::INITIAL;
    }
    if alike >= 0.72 { name::FAINT } else { name::DIFFERENT }
}

/// A bound on Jaro's similarity from the letters that occur in one name only: what lets most pairs
/// of different names be settled without comparing them letter by letter.
fn at_most(a: &Form, b: &Form) -> f64 {
    let (x, y) = (a.spelt().len() as f64, b.spelt().len() as f64);
    let alone = |one: u32, other: u32| f64::from((one & !other).count_ones());
    let matches = (x - alone(a.glance.letters, b.glance.letters))
        .min(y - alone(b.glance.letters, a.glance.letters));
    (matches / x + matches / y + 1.0) / 3.0
}

fn begin_alike(a: &Form, b: &Form) -> bool {
    a.words.first().map(|word| word.hash) == b.words.first().map(|word| word.hash)
}

fn any_words(a: &Form, b: &Form, test: impl Fn(&Word, &Word) -> bool) -> bool {
    a.words.iter().any(|v| b.words.iter().any(|w| test(v, w)))
}

/// Whether each word of the name with fewer is in the other; of names with as many, each of both, or the level would
/// hang on which comes first.
fn nothing_else(a: &Form, b: &Form) -> bool {
    match a.words.len().cmp(&b.words.len()) {
        Ordering::Less => is_within(a, b),
        Ordering::Equal => is_within(a, b) && is_within(b, a),
        Ordering::Greater => is_within(b, a),
    }
}

/// Whether each word of a name is in another, nearly so or as its initial.
fn is_within(few: &Form, many: &Form) -> bool {
    let fits = |v: &Word, w: &Word| {
        let (x, y) = (few.word(v), many.word(w));
        let initial = x.chars().nth(1).is_none() || y.chars().nth(1).is_none();
        v.hash == w.hash
            || initial && x.chars().next() == y.chars().next()
            || near_words(x, y, v, w)
    };
    few.words.iter().all(|v| many.words.iter().any(|w| fits(v, w)))
}

fn near_words(x: &str, y: &str, v: &Word, w: &Word) -> bool {
    let (p, q) = (letters(x), letters(y));
    let sounds = v.sound == w.sound && x.is_ascii() && y.is_ascii();
    let long = p.len().min(q.len()) >= 4;
    long && (sounds || one_slip(&p, &q)) || v.kin.iter().any(|group| w.kin.contains(group))
}

/// How well two school names agree, as a level of [`school`].
pub(crate) fn compare_schools(a: &Form, b: &Form) -> u8 {
    if !a.given() || !b.given() {
        return school::MISSING;
    }
    if a.squashed == b.squashed {
        return school::SAME;
    }
    let shared = a.words.iter().filter(|v| b.words.iter().any(|w| v.hash == w.hash)).count();
    let fewer = a.words.len().min(b.words.len());
    let nested = fewer >= 2 && shared == fewer;
    if nested || jaro_winkler(a.spelt(), b.spelt()) >= 0.93 {
        return school::ALIKE;
    }
    school::DIFFERENT
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn levels_of_forenames() {
        for (a, b, want) in [
            ("Ruby-Lola", "RubyLola", name::EXACT),
            ("Zoë", "ZOE", name::EXACT),
            ("Sophie", "Sophiie", name::SLIP),
            ("Muhammad", "Mohammed", name::SOUND),
            ("Oleksandr", "Alexander", name::SOUND),
            ("Edward", "Ted", name::KIN),
            ("Bill", "William", name::KIN),
            ("Muhammad Bilal", "Bilal", name::PART),
            ("Edward", "Edward James", name::PART),
            ("Seren", "Seren Rose", name::PART),
            ("Edward James", "Ted", name::KIN),
            ("Ann Josephine", "Ann J", name::PART),
            ("Muhammad Bilal", "Muhammad Usman", name::PART_NEAR),
            // The initial of a second name is no part of the first that begins alike.
            ("Ann A", "Ann Bella", name::PART_NEAR),
            ("Bethany Brooke", "Ann-Bruke", name::PART_NEAR),
            ("Irene", "I", name::INITIAL),
            ("Olivia", "Grace", name::DIFFERENT),
            ("Baby", "Grace", name::MISSING),
            ("Наталья", "Наталия", name::SLIP),
            ("Александр", "Алексей", name::NEAR),
            ("Иван", "И.", name::INITIAL),
            ("Иван", "Олег", name::DIFFERENT),
            ("王", "玉", name::DIFFERENT),
            // Of these two the last seven bits are the same.
            ("杨", "周", name::DIFFERENT),
            ("杨", "周杰", name::DIFFERENT),
            ("杨", "杨杰", name::INITIAL),
            ("Boy", "Grace", name::MISSING),
            ("Child", "Grace", name::MISSING),
            ("Ли", "Лу", name::DIFFERENT),
        ] {
            let (x, y) = (Form::forename(a), Form::forename(b));
            assert_eq!((compare(&x, &y), compare(&y, &x)), (want, want), "{a} {b}");
        }
    }

    #[test]
    fn a_glance_is_small() {
        assert_eq!(size_of::<Glance>(), 16);
    }

    proptest! {
        #[test]
        fn what_a_glance_tells_apart_is_different(a in "[a-h]{1,12}", b in "[a-h -]{1,12}|[a-h]{1,4}") {
            let (x, y) = (Form::forename(&a), Form::forename(&b));
            prop_assert!(!x.glance.apart(y.glance) || compare(&x, &y) == name::DIFFERENT, "{} {}", a, b);
        }
    }

    /// Short and other forms are met by no drawing.
    #[test]
    fn no_glance_tells_forms_of_one_name_apart() {
        let lines =
            include_str!("../data/nicknames.txt").lines().filter(|line| !line.starts_with('#'));
        for line in lines {
            let forms: Vec<Form> = line.split([':', ' ']).map(Form::forename).collect();
            for (x, y) in forms.iter().flat_map(|x| forms.iter().map(move |y| (x, y))) {
                let different = compare(x, y) == name::DIFFERENT;
                assert!(!x.glance.apart(y.glance) || different, "{} {}", x.text, y.text);
            }
        }
    }

    #[test]
    fn families_are_called_boy_and_child() {
        for (a, b, want) in [
            ("Child", "Child", name::EXACT),
            ("Child", "Childs", name::SLIP),
            ("Boy", "Harding", name::DIFFERENT),
            ("Unknown", "Harding", name::MISSING),
        ] {
            assert_eq!(compare(&Form::surname(a), &Form::surname(b)), want, "{a} {b}");
        }
    }

    #[test]
    fn levels_of_schools() {
        for (a, b, want) in [
            ("St Wilfrid's C of E Primary School", "St. Wilfrids CofE Primary Sch", school::SAME),
            ("St Joseph's Catholic Primary", "St Joseph's Catholic Primary, Batley", school::ALIKE),
            ("Otley Hill High School", "Bradford College", school::DIFFERENT),
        ] {
            assert_eq!(compare_schools(&Form::school(a), &Form::school(b)), want, "{a} {b}");
        }
    }
}
