//! Made-up families and the lists that hold them, for tests and for trying out size. The same seed
//! gives the same people. Nothing is drawn from real lists: names are put together from syllables
//! and a few common forenames, so error rates here say nothing about anybody's data.
#![allow(dead_code, reason = "shared by several tests and an example, each of which uses a part")]
#![allow(clippy::indexing_slicing, reason = "places are drawn below the length they index")]

pub mod mixes;

/// A person as a list would give them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Someone {
    pub id: String,
    pub source: String,
    pub forename: String,
    pub surname: String,
    pub dob: String,
    pub sex: String,
    pub postcode: String,
    pub upn: String,
    pub school: String,
}

impl Someone {
    pub fn person(&self) -> linkage::Person<'_> {
        linkage::Person {
            id: &self.id,
            source: &self.source,
            forename: &self.forename,
            surname: &self.surname,
            dob: &self.dob,
            sex: &self.sex,
            postcode: &self.postcode,
            upn: &self.upn,
            uln: "",
            school: &self.school,
        }
    }

    pub fn fields(&self) -> [&str; 9] {
        [
            &self.id,
            &self.source,
            &self.forename,
            &self.surname,
            &self.dob,
            &self.sex,
            &self.postcode,
            &self.upn,
            &self.school,
        ]
    }
}

/// Numbers that look random and are the same in every run.
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
    fn chance(&mut self, p: f64) -> bool {
        ((self.next() >> 11) as f64 / (1_u64 << 53) as f64) < p
    }
    /// Small places far more often than large ones, as names are shared.
    fn skewed(&mut self, n: usize) -> usize {
        let x = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        (((n as f64 + 1.0).powf(x) - 1.0) as usize).min(n - 1)
    }
}

const GIRLS: [&str; 16] = [
    "Olivia",
    "Amelia",
    "Isla",
    "Ava",
    "Mia",
    "Grace",
    "Fatima",
    "Aisha",
    "Zofia",
    "Elizabeth",
    "Katie",
    "Maryam",
    "Poppy",
    "Sophie",
    "Jessica",
    "Charlotte",
];
const BOYS: [&str; 16] = [
    "Oliver", "George", "Noah", "Arthur", "Harry", "Leo", "Muhammad", "Yusuf", "Jakub", "William",
    "Thomas", "Joshua", "Daniel", "Samuel", "Edward", "Benjamin",
];
const STARTS: [&str; 20] = [
    "Hal", "Ber", "Tor", "Wes", "Mar", "Kin", "Ash", "Dun", "Fen", "Gar", "Lang", "Nor", "Pem",
    "Rad", "Sel", "Tun", "Ul", "Ven", "Wal", "Yar",
];
const MIDDLES: [&str; 12] =
    ["d", "b", "m", "ver", "ing", "low", "ren", "sta", "el", "kin", "or", "ta"];
const ENDS: [&str; 16] = [
    "ley", "ton", "son", "man", "field", "ford", "wood", "er", "well", "worth", "ham", "by", "ski",
    "escu", "zadeh", "ani",
];

fn surname(draw: &mut Draw) -> String {
    let at = draw.skewed(STARTS.len() * MIDDLES.len() * ENDS.len());
    // Scattered, so that common surnames do not all begin alike.
    let at = at * 2_357 % (STARTS.len() * MIDDLES.len() * ENDS.len());
    let (start, rest) = (at % STARTS.len(), at / STARTS.len());
    format!("{}{}{}", STARTS[start], MIDDLES[rest % MIDDLES.len()], ENDS[rest / MIDDLES.len()])
}

fn forename(draw: &mut Draw, girl: bool) -> String {
    let common = if girl { &GIRLS } else { &BOYS };
    if draw.chance(0.6) {
        return common[draw.skewed(common.len())].to_owned();
    }
    let end = if girl { ["a", "ie", "ina", "elle"] } else { ["o", "an", "us", "ik"] };
    format!("{}{}{}", STARTS[draw.below(20)], MIDDLES[draw.below(12)], end[draw.below(4)])
}

fn letter(draw: &mut Draw) -> char {
    char::from(b"ABDEFGHJLNPQRSTUWXYZ"[draw.below(20)])
}

fn postcode(draw: &mut Draw) -> String {
    let area = ["ME", "DA", "CT", "TN", "BR"][draw.skewed(5)];
    format!("{area}{} {}{}{}", 1 + draw.below(19), 1 + draw.below(9), letter(draw), letter(draw))
}

/// A UPN with its right check letter.
fn upn(draw: &mut Draw, year: usize, serial: usize) -> String {
    const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
    let rest = format!("8874{:03}{:02}{:03}", draw.below(400), year % 100, serial % 1000);
    let sum: usize =
        rest.bytes().enumerate().map(|(at, digit)| (at + 2) * usize::from(digit - b'0')).sum();
    format!("{}{rest}", char::from(LETTERS[sum % 23]))
}

/// People of 0 to 25 in families: surname and postcode shared, now and then twins.
pub fn families(draw: &mut Draw, people: usize) -> Vec<Someone> {
    let mut all: Vec<Someone> = Vec::with_capacity(people + 4);
    while all.len() < people {
        let (name, home) = (surname(draw), postcode(draw));
        let children = 1 + draw.skewed(4);
        let mut year = 2000 + draw.below(22);
        let (mut month, mut day) = (1 + draw.below(12), 1 + draw.below(28));
        for child in 0..children {
            if child > 0 && !draw.chance(0.035) {
                (year, month, day) =
                    (year + 1 + draw.below(4), 1 + draw.below(12), 1 + draw.below(28));
            }
            let girl = draw.chance(0.5);
            let schooled = (5..19).contains(&(2026_usize.saturating_sub(year)));
            let serial = draw.below(1000);
            all.push(Someone {
                forename: forename(draw, girl),
                surname: name.clone(),
                dob: format!("{year}-{month:02}-{day:02}"),
                sex: if girl { "F" } else { "M" }.to_owned(),
                postcode: home.clone(),
                upn: if year < 2022 { upn(draw, year + 5, serial) } else { String::new() },
                school: if schooled {
                    format!("{} Academy", STARTS[draw.below(20)])
                } else {
                    String::new()
                },
                ..Someone::default()
            });
        }
    }
    all.truncate(people);
    all
}

fn slip(draw: &mut Draw, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 3 {
        return text.to_owned();
    }
    let at = draw.below(letters.len() - 1);
    match draw.below(3) {
        0 => letters.swap(at, at + 1),
        1 => letters[at] = char::from(b'a' + draw.below(26) as u8),
        _ => {
            letters.remove(at);
        }
    }
    letters.into_iter().collect()
}

/// The same person as another list would hold them, `rough` times the usual errors.
pub fn again(draw: &mut Draw, one: &Someone, rough: f64) -> Someone {
    let mut other = one.clone();
    if draw.chance(0.06 * rough) {
        other.forename = slip(draw, &other.forename);
    }
    if draw.chance(0.05 * rough) {
        other.surname = slip(draw, &other.surname);
    }
    if draw.chance(0.03 * rough) {
        other.surname = format!("{}-{}", other.surname, surname(draw));
    }
    if draw.chance(0.015 * rough) {
        other.surname = surname(draw);
    }
    if draw.chance(0.01 * rough) {
        std::mem::swap(&mut other.forename, &mut other.surname);
    }
    if draw.chance(0.02 * rough) && other.dob.len() == 10 {
        let (month, day) = (other.dob[5..7].to_owned(), other.dob[8..].to_owned());
        let turned =
            if day.as_str() <= "12" { (day, month) } else { ("01".to_owned(), "01".to_owned()) };
        other.dob = format!("{}-{}-{}", &other.dob[..4], turned.0, turned.1);
    }
    if draw.chance(0.2 * rough) {
        other.postcode = postcode(draw);
    }
    if draw.chance(0.5) {
        other.upn.clear();
    }
    if draw.chance(0.4) {
        other.school.clear();
    }
    for field in [&mut other.postcode, &mut other.sex] {
        if draw.chance(0.03 * rough) {
            field.clear();
        }
    }
    other
}

/// A register, a list of which about 70 % is in it, and the true pairs by place.
pub fn two_lists(
    seed: u64,
    size: usize,
    rough: f64,
) -> (Vec<Someone>, Vec<Someone>, Vec<(usize, usize)>) {
    let mut draw = Draw::new(seed);
    let everyone = families(&mut draw, size * 13 / 10);
    let (mut register, mut list, mut truth) = (Vec::new(), Vec::new(), Vec::new());
    for (at, one) in everyone.iter().enumerate() {
        let in_register = at % 13 < 10;
        let in_list = at % 13 >= 3;
        if in_register && in_list {
            truth.push((register.len(), list.len()));
        }
        if in_register {
            register.push(Someone {
                id: format!("A{}", register.len()),
                source: "register".to_owned(),
                ..one.clone()
            });
        }
        if in_list {
            let source = ["school", "jobcentre", "youth"][draw.skewed(3)].to_owned();
            let rough = if source == "youth" { rough * 2.0 } else { rough };
            let again = again(&mut draw, one, rough);
            list.push(Someone { id: format!("B{}", list.len()), source, ..again });
        }
    }
    (register, list, truth)
}
