//! Lists with other kinds of error than the usual ones: six partners and one never met, families of
//! many communities, and what real lists do as a whole - one that puts the family name first, one that
//! writes 1 January for every birthday, one all in capitals, one without postcodes. The same seed gives
//! the same lists. All rates are our own judgement and none is taken from anybody's data.

use super::{Draw, Someone, letter, slip, upn};

/// How often each thing goes wrong with a record of a partner's list.
#[derive(Clone, Copy)]
pub struct Rates {
    pub slip: f64,
    pub nickname: f64,
    pub variant: f64,
    pub initial: f64,
    pub middle: f64,
    pub renamed: f64,
    pub half: f64,
    pub turned: f64,
    pub no_name: f64,
    pub date_turned: f64,
    pub date_slip: f64,
    pub new_year: f64,
    pub no_date: f64,
    pub moved: f64,
    pub post_slip: f64,
    pub no_post: f64,
    pub no_sex: f64,
    pub no_upn: f64,
    pub upn_wrong: f64,
    pub no_school: f64,
    pub capitals: f64,
}

impl Rates {
    pub const USUAL: Rates = Rates {
        slip: 0.03,
        nickname: 0.04,
        variant: 0.06,
        initial: 0.004,
        middle: 0.05,
        renamed: 0.03,
        half: 0.3,
        turned: 0.01,
        no_name: 0.004,
        date_turned: 0.006,
        date_slip: 0.012,
        new_year: 0.004,
        no_date: 0.003,
        moved: 0.2,
        post_slip: 0.025,
        no_post: 0.03,
        no_sex: 0.05,
        no_upn: 0.35,
        upn_wrong: 0.01,
        no_school: 0.25,
        capitals: 0.15,
    };

    /// Every error, but not what a list leaves out, so many times as often.
    pub fn times(self, x: f64) -> Rates {
        let more = |p: f64| (p * x).min(0.9);
        Rates {
            slip: more(self.slip),
            nickname: more(self.nickname),
            variant: more(self.variant),
            initial: more(self.initial),
            middle: more(self.middle),
            renamed: more(self.renamed),
            turned: more(self.turned),
            no_name: more(self.no_name),
            date_turned: more(self.date_turned),
            date_slip: more(self.date_slip),
            new_year: more(self.new_year),
            no_date: more(self.no_date),
            moved: more(self.moved),
            post_slip: more(self.post_slip),
            upn_wrong: more(self.upn_wrong),
            ..self
        }
    }
}

/// One pair of lists to be made.
#[derive(Clone, Copy)]
pub struct Mix {
    pub name: &'static str,
    pub register: usize,
    pub list: usize,
    /// The share of the list that is in the register.
    pub overlap: f64,
    pub rates: Rates,
    pub twice_in_register: f64,
    pub twice_in_list: f64,
    /// What the whole list, or its source "odd", does to every record.
    pub habit: Habit,
    pub adults: bool,
    /// How many families bear the few names of one community.
    pub shared_names: f64,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Habit {
    None,
    NamesTurned,
    NewYear,
    Capitals,
    DayFirst,
    Without(&'static [&'static str]),
}

const PLAIN: Mix = Mix {
    name: "usual",
    register: 8_000,
    list: 8_000,
    overlap: 0.7,
    rates: Rates::USUAL,
    twice_in_register: 0.01,
    twice_in_list: 0.03,
    habit: Habit::None,
    adults: false,
    shared_names: 0.2,
};

/// All mixes.
pub fn mixes() -> Vec<Mix> {
    let u = Rates::USUAL;
    let of = |name, rates| Mix { name, rates, ..PLAIN };
    let whole = |name, habit| Mix { name, habit, ..PLAIN };
    let sized = |name, register, list, overlap| Mix { name, register, list, overlap, ..PLAIN };
    let spelt = Rates { slip: 0.12, variant: 0.3, nickname: 0.15, renamed: 0.08, ..u };
    let dated = Rates { date_turned: 0.04, date_slip: 0.05, new_year: 0.04, no_date: 0.04, ..u };
    vec![
        PLAIN,
        of("clean", u.times(0.15)),
        of("rough", u.times(2.0)),
        of("very-rough", u.times(3.0)),
        of("spelling", spelt),
        of("dates-off", dated),
        of("moving", Rates { moved: 0.65, renamed: 0.06, ..u }),
        Mix { shared_names: 0.9, ..of("few-names", u) },
        whole("turned-source", Habit::NamesTurned),
        whole("new-year-source", Habit::NewYear),
        whole("capitals", Habit::Capitals),
        whole("day-first", Habit::DayFirst),
        whole("no-upn", Habit::Without(&["upn"])),
        whole("no-upn-school", Habit::Without(&["upn", "school"])),
        whole("no-postcode", Habit::Without(&["postcode"])),
        whole("no-postcode-upn", Habit::Without(&["postcode", "upn", "school"])),
        whole("no-sex", Habit::Without(&["sex"])),
        whole("names-dates-only", Habit::Without(&["postcode", "upn", "school", "sex"])),
        Mix { adults: true, ..of("adults", u) },
        Mix { twice_in_register: 0.06, twice_in_list: 0.12, ..of("much-twice", u) },
        sized("no-overlap", 8_000, 8_000, 0.0),
        sized("one-in-a-hundred", 8_000, 8_000, 0.01),
        sized("all-there", 8_000, 8_000, 1.0),
        sized("fifty", 30_000, 50, 0.6),
        sized("fifty-none", 30_000, 50, 0.0),
        sized("two-hundred", 200, 200, 0.6),
        sized("eighty-none", 80, 80, 0.0),
        sized("small-register", 300, 8_000, 0.03),
    ]
}

/// Communities: girls' and boys' names, family names, and how names are spelt otherwise.
const GIRLS: [&[&str]; 5] = [
    &[
        "Olivia",
        "Amelia",
        "Freya",
        "Ellie",
        "Charlotte",
        "Emily",
        "Katherine",
        "Megan",
        "Holly",
        "Rebecca",
        "Abigail",
        "Imogen",
        "Niamh",
        "Siobhan",
        "Rhiannon",
        "Elizabeth",
        "Georgia",
        "Daisy",
        "Lucy",
        "Hannah",
    ],
    &["Aisha", "Fatima", "Maryam", "Zainab", "Khadija", "Sana"],
    &["Zuzanna", "Julia", "Maja", "Oliwia", "Aleksandra", "Katarzyna", "Zofia"],
    &["Chidinma", "Ngozi", "Adaeze", "Folake", "Temitope", "Blessing", "Grace"],
    &["Ana", "Maria", "Ioana", "Andreea", "Elena", "Daniela"],
];
const BOYS: [&[&str]; 5] = [
    &[
        "Oliver",
        "Thomas",
        "William",
        "Joshua",
        "Daniel",
        "Samuel",
        "Edward",
        "Alexander",
        "Joseph",
        "Benjamin",
        "Callum",
        "Rhys",
        "Sean",
        "Finlay",
        "Matthew",
        "Christopher",
        "Jacob",
        "Harry",
        "Theo",
        "Charlie",
    ],
    &["Muhammad", "Ali", "Hassan", "Ibrahim", "Yusuf", "Omar"],
    &["Jakub", "Antoni", "Szymon", "Krzysztof", "Wojciech", "Mateusz", "Tomasz"],
    &["Emeka", "Chukwuemeka", "Oluwaseun", "Tunde", "Kwame", "Emmanuel", "David"],
    &["Andrei", "Mihai", "Stefan", "Alexandru", "Ionut", "Gabriel"],
];
const FAMILIES: [&[&str]; 4] = [
    &["Khan", "Ahmed", "Hussain", "Ali", "Begum", "Malik", "Iqbal", "Akhtar"],
    &["Kowalski", "Nowak", "Wisniewski", "Wojcik", "Kaminski", "Lewandowski", "Zielinska"],
    &["Okafor", "Adeyemi", "Okonkwo", "Mensah", "Owusu", "Balogun"],
    &["Popescu", "Ionescu", "Dumitru", "Stan", "Gheorghe", "Munteanu"],
];
const OTHERWISE: [(&str, &[&str]); 22] = [
    ("Muhammad", &["Mohammed", "Mohammad", "Muhammed", "Mohamed"]),
    ("Aisha", &["Ayesha", "Aysha"]),
    ("Fatima", &["Fatimah", "Fatema"]),
    ("Maryam", &["Mariam", "Miriam"]),
    ("Yusuf", &["Yousef", "Yusef"]),
    ("Hassan", &["Hasan"]),
    ("Khadija", &["Khadijah"]),
    ("Hussain", &["Hussein", "Husain"]),
    ("Ahmed", &["Ahmad"]),
    ("Akhtar", &["Akther"]),
    ("Katherine", &["Catherine", "Kathryn"]),
    ("Niamh", &["Neve"]),
    ("Siobhan", &["Shivaun"]),
    ("Rebecca", &["Rebekah"]),
    ("Sean", &["Shaun", "Shawn"]),
    ("Matthew", &["Mathew"]),
    ("Aleksandra", &["Alexandra"]),
    ("Katarzyna", &["Katarina"]),
    ("Jakub", &["Jacob"]),
    ("Stefan", &["Stephan"]),
    ("Alexandru", &["Aleksandru"]),
    ("Zielinska", &["Zielinski"]),
];
const SHORT: [(&str, &[&str]); 16] = [
    ("Charlotte", &["Charlie", "Lottie"]),
    ("Elizabeth", &["Lizzie", "Beth"]),
    ("Rebecca", &["Becky"]),
    ("Abigail", &["Abbie"]),
    ("Katherine", &["Kate", "Katie"]),
    ("Thomas", &["Tom"]),
    ("William", &["Will", "Billy"]),
    ("Joshua", &["Josh"]),
    ("Daniel", &["Dan", "Danny"]),
    ("Samuel", &["Sam"]),
    ("Edward", &["Ted", "Eddie"]),
    ("Alexander", &["Alex"]),
    ("Joseph", &["Joe"]),
    ("Benjamin", &["Ben"]),
    ("Matthew", &["Matt"]),
    ("Christopher", &["Chris"]),
];

fn other_form(draw: &mut Draw, name: &str, table: &[(&str, &[&str])]) -> Option<String> {
    let (_, forms) = table.iter().find(|(known, _)| *known == name)?;
    Some(forms[draw.below(forms.len())].to_owned())
}

/// How one partner's list differs from the others: (name, weight, errors, postcode, UPN, school).
const SOURCES: [(&str, usize, f64, f64, f64, f64); 7] = [
    ("school", 40, 0.7, 0.6, 0.5, 0.3),
    ("college", 15, 1.0, 1.2, 1.4, 1.0),
    ("jobcentre", 18, 1.3, 1.5, 9.0, 9.0),
    ("health", 10, 1.0, 0.8, 9.0, 9.0),
    ("youth", 7, 2.2, 1.8, 1.5, 1.5),
    ("care", 5, 1.2, 3.0, 0.8, 1.0),
    // Never part of what a habit is usually known from: a charity's sign-up sheet.
    ("odd", 5, 2.5, 1.5, 9.0, 9.0),
];

struct Town {
    postcodes: Vec<String>,
    surnames: Vec<String>,
}

impl Town {
    fn new(draw: &mut Draw, people: usize) -> Town {
        let postcodes = (0..people / 14 + 3).map(|_| super::postcode(draw)).collect();
        let surnames = (0..people / 12 + 40).map(|_| super::surname(draw)).collect();
        Town { postcodes, surnames }
    }
}

/// Families of a town, with twins, half-brothers and double names.
fn town(draw: &mut Draw, mix: &Mix, people: usize) -> Vec<Someone> {
    let place = Town::new(draw, people);
    let mut all: Vec<Someone> = Vec::with_capacity(people + 6);
    while all.len() < people {
        let community =
            if draw.chance(mix.shared_names) { 1 } else { [0, 0, 0, 0, 2, 3, 4][draw.below(7)] };
        let mut name = match community {
            0 => place.surnames[draw.skewed(place.surnames.len())].clone(),
            c => FAMILIES[c - 1][draw.skewed(FAMILIES[c - 1].len())].to_owned(),
        };
        if draw.chance(0.07) {
            name = format!("{name}-{}", place.surnames[draw.below(place.surnames.len())]);
        }
        let home = place.postcodes[draw.below(place.postcodes.len())].clone();
        let (first, span) = if mix.adults { (1940, 66) } else { (2000, 24) };
        let mut born = (first + draw.below(span), 1 + draw.below(12), 1 + draw.below(28));
        let mut given: Vec<String> = Vec::new();
        for child in 0..1 + draw.skewed(5) {
            if child > 0 && !draw.chance(0.04) {
                born = (born.0 + 1 + draw.below(5), 1 + draw.below(12), 1 + draw.below(28));
            }
            let girl = draw.chance(0.5);
            let pool = if girl { GIRLS[community] } else { BOYS[community] };
            let invented = community == 0 && draw.chance(0.35);
            let forename = if invented {
                super::forename(draw, girl)
            } else {
                pool[draw.skewed(pool.len())].to_owned()
            };
            // No family gives two of its children one name.
            if given.contains(&forename) {
                continue;
            }
            given.push(forename.clone());
            let pupil = !mix.adults && born.0 < 2021 && born.0 > 2004;
            let serial = draw.below(1_000);
            all.push(Someone {
                forename,
                surname: if draw.chance(0.05) {
                    place.surnames[draw.below(place.surnames.len())].clone()
                } else {
                    name.clone()
                },
                dob: format!("{}-{:02}-{:02}", born.0, born.1, born.2),
                sex: if girl { "F" } else { "M" }.to_owned(),
                postcode: home.clone(),
                upn: if pupil { upn(draw, born.0 + 5, serial) } else { String::new() },
                school: if pupil {
                    format!(
                        "{} {} School",
                        super::STARTS[draw.below(20)],
                        ["Primary", "High", "Academy"][draw.below(3)]
                    )
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

fn date(text: &str) -> Option<(usize, usize, usize)> {
    Some((
        text.get(..4)?.parse().ok()?,
        text.get(5..7)?.parse().ok()?,
        text.get(8..)?.parse().ok()?,
    ))
}

/// The same person as a partner with these rates would write them.
fn written(draw: &mut Draw, one: &Someone, r: &Rates, home: &str) -> Someone {
    let mut o = one.clone();
    names(draw, &mut o, r);
    if let Some((y, m, d)) = date(&o.dob) {
        let mut set = |y: usize, m: usize, d: usize| o.dob = format!("{y}-{m:02}-{d:02}");
        if draw.chance(r.date_turned) && d <= 12 {
            set(y, d, m);
        } else if draw.chance(r.date_slip) {
            match draw.below(3) {
                0 => set(y, m, (d + 9) % 28 + 1),
                1 => set(y, m % 12 + 1, d),
                _ => set(y - 1, m, d),
            }
        } else if draw.chance(r.new_year) {
            set(y, 1, 1);
        }
    }
    if draw.chance(r.no_date) {
        o.dob.clear();
    }
    if draw.chance(r.moved) {
        o.postcode = home.to_owned();
    } else if draw.chance(r.post_slip) && o.postcode.len() > 5 {
        let at = o.postcode.len() - 1;
        o.postcode.truncate(at);
        o.postcode.push(letter(draw));
    }
    for (clear, field) in [
        (r.no_post, &mut o.postcode),
        (r.no_sex, &mut o.sex),
        (r.no_upn, &mut o.upn),
        (r.no_school, &mut o.school),
    ] {
        if draw.chance(clear) {
            field.clear();
        }
    }
    if !o.upn.is_empty() && draw.chance(r.upn_wrong) {
        o.upn = if draw.chance(0.5) { slip(draw, &o.upn) } else { upn(draw, 2015, 7) };
    }
    if draw.chance(0.3) {
        o.school = o.school.replace(" School", "");
    }
    if draw.chance(r.capitals) {
        o.surname = o.surname.to_uppercase();
    }
    o
}

fn names(draw: &mut Draw, o: &mut Someone, r: &Rates) {
    if draw.chance(r.nickname)
        && let Some(short) = other_form(draw, &o.forename, &SHORT)
    {
        o.forename = short;
    } else if draw.chance(r.variant * 2.0)
        && let Some(form) = other_form(draw, &o.forename, &OTHERWISE)
    {
        o.forename = form;
    }
    if draw.chance(r.variant)
        && let Some(form) = other_form(draw, &o.surname, &OTHERWISE)
    {
        o.surname = form;
    }
    if draw.chance(r.middle) {
        o.forename = format!("{} {}", o.forename, ["Rose", "James", "Noor", "Lee"][draw.below(4)]);
    }
    if o.surname.contains('-') && draw.chance(r.half) {
        let parts: Vec<String> = o.surname.split('-').map(str::to_owned).collect();
        o.surname = parts[draw.below(2)].clone();
    }
    if draw.chance(r.renamed) {
        o.surname = super::surname(draw);
    }
    if draw.chance(r.slip) {
        o.forename = slip(draw, &o.forename);
    }
    if draw.chance(r.slip) {
        o.surname = slip(draw, &o.surname);
    }
    if draw.chance(r.initial) {
        o.forename.truncate(1);
    }
    if draw.chance(r.turned) {
        std::mem::swap(&mut o.forename, &mut o.surname);
    }
    if draw.chance(r.no_name) {
        if draw.chance(0.5) { o.forename.clear() } else { o.surname.clear() }
    }
}

fn habit(one: &mut Someone, habit: Habit) {
    let odd = matches!(one.source.as_str(), "college" | "odd");
    match habit {
        Habit::None => {}
        Habit::NamesTurned if odd => std::mem::swap(&mut one.forename, &mut one.surname),
        Habit::NewYear if odd && one.dob.len() == 10 => one.dob.replace_range(5.., "01-01"),
        Habit::NamesTurned | Habit::NewYear => {}
        Habit::Capitals => {
            one.forename = one.forename.to_uppercase();
            one.surname = one.surname.to_uppercase();
        }
        Habit::DayFirst => {
            if let Some((y, m, d)) = date(&one.dob) {
                one.dob = format!("{d:02}/{m:02}/{y}");
            }
        }
        Habit::Without(fields) => {
            for field in fields {
                match *field {
                    "upn" => one.upn.clear(),
                    "school" => one.school.clear(),
                    "sex" => one.sex.clear(),
                    _ => one.postcode.clear(),
                }
            }
        }
    }
}

/// The register, the list and the true pairs by place.
pub fn lists(mix: &Mix, seed: u64) -> (Vec<Someone>, Vec<Someone>, Vec<(usize, usize)>) {
    let mut draw = Draw::new(seed ^ super::Draw::new(mix.name.len() as u64).next());
    let shared = (mix.list as f64 * mix.overlap) as usize;
    let everybody = town(&mut draw, mix, mix.register + mix.list - shared.min(mix.register));
    // Who is in which list is drawn, so that families are torn apart as they are in life.
    let mut order: Vec<usize> = (0..everybody.len()).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, draw.below(at + 1));
    }
    let homes: Vec<String> =
        (0..400).map(|_| everybody[draw.below(everybody.len())].postcode.clone()).collect();
    let (mut register, mut places) = (Vec::new(), vec![Vec::new(); everybody.len()]);
    let tidy =
        Rates { no_upn: 0.1, no_school: 0.1, no_post: 0.01, no_sex: 0.01, ..mix.rates.times(0.25) };
    for who in &order[..mix.register] {
        for _ in 0..1 + usize::from(draw.chance(mix.twice_in_register)) {
            places[*who].push(register.len());
            let own = written(
                &mut draw,
                &everybody[*who],
                &Rates { moved: 0.02, ..tidy },
                &homes[who % 400],
            );
            register.push(Someone {
                id: format!("A{}", register.len()),
                source: "register".to_owned(),
                ..own
            });
        }
    }
    let from = mix.register - shared.min(mix.register);
    let (mut list, mut truth) = (Vec::new(), Vec::new());
    let total: usize = SOURCES.iter().map(|source| source.1).sum();
    for who in &order[from..(from + mix.list).min(order.len())] {
        for _ in 0..1 + usize::from(draw.chance(mix.twice_in_list)) {
            let mut pick = draw.below(total);
            let source = SOURCES.iter().find(|s| {
                let here = pick < s.1;
                pick = pick.saturating_sub(s.1);
                here
            });
            let (name, _, rough, post, number, school) = *source.unwrap_or(&SOURCES[0]);
            let r = mix.rates.times(rough);
            let r = Rates {
                moved: (mix.rates.moved * post).min(0.9),
                no_upn: (r.no_upn * number).min(1.0),
                no_school: (r.no_school * school).min(1.0),
                ..r
            };
            let mut own =
                written(&mut draw, &everybody[*who], &r, &homes[(who + 7 * list.len()) % 400]);
            own.source = name.to_owned();
            habit(&mut own, mix.habit);
            truth.extend(places[*who].iter().map(|place| (*place, list.len())));
            list.push(Someone { id: format!("B{}", list.len()), ..own });
        }
    }
    (register, list, truth)
}
