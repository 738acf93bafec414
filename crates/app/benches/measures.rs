//! Every measure by every single cut for 36 months of 150,000 people with ten spells each, from a SQLite file that
//! this process has never read, and from the cohort once it is loaded; then single questions. One process makes the
//! file and asks the system to forget its pages, a second one of the same program reads it: how much came from the
//! disk is printed beside the time. Prints every figure, then ends with 1 where what is promised was missed.
//! Run with `script/bench-measures 0 [PEOPLE]`.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark tells the time")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark may stop where it stands"
)]

mod common;

use app::measures::{Months, Question, figures};
use app::{Clock, Context};
use common::values;
use domain::access::Scope;
use domain::calendar::Month;
use domain::cohort::Cohort;
use domain::edition::Edition;
use domain::measure::{Asked, Beliefs, Cut, DEFINITIONS, Span, tally_all};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use store::cohort::{Narrow, history, whole};
use store::people::Moment;
use store::{Db, Tx, Value, changes};

/// What the second process is called with, before the folder of the file.
const READ: &str = "--read";

/// Promised for this many people. Units: seconds.
const PEOPLE: i64 = 150_000;
const COLD: f64 = 3.0;
const LOADED: f64 = 0.3;

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let people = args.iter().find_map(|text| text.parse::<i64>().ok()).unwrap_or(PEOPLE);
    if let Some(at) = args.iter().position(|text| text == READ) {
        let kept = read(Path::new(&args[at + 1]), people).await;
        std::process::exit(i32::from(!kept));
    }
    let register = testkit::sqlite().await;
    let began = Instant::now();
    let mut tx = register.db.begin().await.unwrap();
    fill(&mut tx, people).await;
    tx.commit().await.unwrap();
    println!("{people} people, {} spells, made in {:.1?}", people * 10, began.elapsed());
    // Closing writes what stands beside the file into it.
    register.db.close().await;
    let [_, folder] = register.place();
    forget(&Path::new(&folder).join("waymark.db"));
    let program = std::env::current_exe().unwrap();
    let called = [READ.to_owned(), folder, people.to_string()];
    let ended = Command::new(program).args(called).status().unwrap();
    drop(register);
    std::process::exit(ended.code().unwrap_or(1));
}

/// Asks the system to forget the pages of a file that it holds in memory, which it may do or not.
fn forget(file: &Path) {
    // Only what is on the disk can be forgotten.
    std::fs::File::open(file).unwrap().sync_all().unwrap();
    // Without unsafe code: these words have dd give POSIX_FADV_DONTNEED for the whole file and read nothing.
    let asked = Command::new("dd")
        .arg(format!("if={}", file.display()))
        .args(["iflag=nocache", "count=0", "status=none"])
        .status();
    let words = match asked {
        Ok(status) if status.success() => "the system was asked to forget its pages",
        _ => "the system could not be asked to forget its pages: it may hold them all",
    };
    println!("a file of {} MiB; {words}", std::fs::metadata(file).unwrap().len() >> 20);
}

/// What this process has read from the disk; nothing where the system does not say. Units: MiB.
fn from_disk() -> Option<u64> {
    let said = std::fs::read_to_string("/proc/self/io").ok()?;
    let line = said.lines().find_map(|line| line.strip_prefix("read_bytes: "))?;
    line.trim().parse::<u64>().ok().map(|bytes| bytes >> 20)
}

/// The question of every measure at once.
struct All {
    edition: &'static Edition,
    /// Months before the first one shown, which measures look back on.
    lead: u32,
    span: Span,
}

impl All {
    fn new() -> Self {
        let edition = formats::reference::editions().named("2020-21").unwrap();
        let lead = DEFINITIONS.iter().map(|d| d.lookback(edition)).max().unwrap();
        let last: Month = "2026-01".parse().unwrap();
        let span = Span::new(last.plus(-35 - i32::try_from(lead).unwrap()), last);
        Self { edition, lead, span }
    }

    fn asked<'a>(&self, cohort: &'a Cohort, believed: Option<&'a Beliefs>) -> Asked<'a> {
        Asked {
            cohort,
            edition: self.edition,
            basis: self.edition.measure.basis,
            authority: Some("887"),
            span: self.span,
            within: None,
            believed,
        }
    }

    fn born(&self) -> (Date, Date) {
        let age = &self.edition.measure.age;
        let (first, last) = (self.span.first().last_day(), self.span.last().last_day());
        (age.births(first).0, age.births(last).1)
    }

    fn narrow(&self) -> Narrow {
        let days = Some((self.span.first().last_day(), self.span.last().last_day()));
        Narrow { born: Some(self.born()), days, people: None }
    }

    async fn load(&self, tx: &mut Tx) -> Cohort {
        whole(tx, Moment::Now, &self.narrow()).await.unwrap()
    }

    /// What was believed at the end of each month shown: the measure of accuracy is of it.
    async fn believed(&self, tx: &mut Tx, cohort: &Cohort) -> Beliefs {
        let first = self.span.first().plus(i32::try_from(self.lead).unwrap());
        let span = Span::new(first, self.span.last());
        let mut known = Vec::new();
        for month in span.iter() {
            let end = format!("{}T23:59:59.999999Z", month.last_day());
            known.push(changes::latest_at(tx, &end).await.unwrap());
        }
        let narrow = self.narrow();
        let read = (Moment::Now, &narrow);
        let history = history(tx, read, (span, known), cohort).await.unwrap();
        Beliefs::new(&history, self.asked(cohort, None))
    }
}

/// The second process: whether what is promised was kept.
async fn read(home: &Path, people: i64) -> bool {
    let (all, cuts): (All, Vec<&[Cut]>) = (All::new(), Cut::ALL.chunks(1).collect());
    let began = Instant::now();
    let db = Db::open_home(home).await.unwrap();
    // As `waymark serve` does.
    db.read_ahead();
    let mut tx = db.begin_read().await.unwrap();
    let cohort = all.load(&mut tx).await;
    let loaded = began.elapsed();
    let believed = all.believed(&mut tx, &cohort).await;
    let remembered = began.elapsed();
    let asked = all.asked(&cohort, Some(&believed));
    let tables = tally_all(asked, &cuts, all.lead);
    let counted = began.elapsed();
    let told = values(&tables, all.edition);
    let cold = began.elapsed().as_secs_f64();
    drop(tx);
    let disk =
        from_disk().map_or_else(|| "nobody says how much".to_owned(), |n| format!("{n} MiB"));
    let mut warm = f64::MAX;
    for _ in 0..3 {
        let began = Instant::now();
        assert_eq!(values(&tally_all(asked, &cuts, all.lead), all.edition), told);
        warm = warm.min(began.elapsed().as_secs_f64());
    }
    println!(
        "{} measures by each of {} cuts, 36 months: {told} values",
        DEFINITIONS.len(),
        cuts.len()
    );
    for (cut, table) in Cut::ALL.iter().zip(&tables) {
        println!("  {:<18} {:>6} cells", cut.name(), table.keys.len());
    }
    println!(
        "from the file: cohort {loaded:.2?}, with what was believed {remembered:.2?}, \
         counted {counted:.2?}, valued {cold:.2} s; from the disk: {disk}"
    );
    println!("from the loaded cohort: {warm:.3} s");
    drop(cohort);
    questions(&db).await;
    let mut kept = true;
    for (what, took, most) in [("from the file", cold, COLD), ("from the cohort", warm, LOADED)] {
        // More people were promised nothing.
        let held = took <= most || people > PEOPLE;
        println!(
            "promised, and {}: {what} {took:.3} s of {most} s",
            if held { "kept" } else { "MISSED" }
        );
        kept &= held;
    }
    kept
}

/// Single questions as a page asks them, of a file that was read by now.
async fn questions(db: &Db) {
    let context = || Context::new(db.clone(), None, Clock::on(date(2026, 2, 1)));
    let month = |text: &str| text.parse().unwrap();
    let one =
        Question { by: vec![Cut::Ward], ..Question::new("neet", Months::One(month("2026-01"))) };
    let years = Question {
        by: vec![Cut::Ward, Cut::Sex],
        ..Question::new("neet", Months::Period(month("2023-02"), month("2026-01")))
    };
    let plain = context();
    time("one month by ward, nothing kept", &plain, &one).await;
    let kept = context();
    kept.measures.keep();
    time("one month by ward, loading all", &kept, &one).await;
    time("one month by ward, kept", &kept, &one).await;
    time("36 months by ward and sex, kept", &kept, &years).await;
    let right = Question {
        measure: "accuracy".to_owned(),
        months: Months::Period(month("2025-01"), month("2026-01")),
        ..one
    };
    time("accuracy by ward, 13 months", &plain, &right).await;
}

async fn time(what: &str, ctx: &Context, question: &Question) {
    let began = Instant::now();
    let seen = figures(ctx, &Scope::everyone(), question).await.unwrap();
    let took = began.elapsed();
    println!("{what:<34} {took:>10.1?}  cohort {}", seen.total.cohort.whole());
}

/// A plain sequence of numbers, so that every run has the same town.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((self.0 >> 33) % limit).unwrap()
    }

    fn of(&mut self, words: &[&'static str]) -> Value {
        words[usize::try_from(self.below(words.len() as u64)).unwrap()].into()
    }
}

/// A change a month, so that what was known when a month ended was not all that is known now.
async fn changes_of_months(tx: &mut Tx) -> Vec<i64> {
    let mut known = Vec::new();
    for n in 0..41 {
        let day = date(2022, 9, 28).saturating_add(n.months());
        let at = format!("{day}T09:00:00.000000Z");
        known.push(changes::begin(tx, &at, "demo", None, None, None).await.unwrap().0);
    }
    known
}

/// Schools, providers and advisers of the town.
const SCHOOLS: i64 = 40;
const PROVIDERS: i64 = 60;
const ADVISERS: i64 = 12;

async fn fill_places(tx: &mut Tx) {
    let organisation = |(id, kind): (String, &str), n: i64| -> Vec<Value> {
        let consortium = format!("Consortium {}", n % 5);
        vec![id.clone().into(), kind.into(), id.into(), consortium.into()]
    };
    let schools = (0..SCHOOLS).map(|n| organisation((format!("S{n}"), "school"), n));
    let providers = (0..PROVIDERS).map(|n| organisation((format!("P{n}"), "provider"), n));
    let all: Vec<Vec<Value>> = schools.chain(providers).collect();
    tx.insert("organisation", &["id", "kind", "name", "consortium"], &all).await.unwrap();
    let account = |id: i64| {
        let mut row: Vec<Value> = vec![id.into(), format!("{id}@example.org").into()];
        row.extend(["A", "adviser", "", ""].map(Value::from));
        row.extend([1_i64, 0].map(Value::from));
        row
    };
    let columns =
        ["id", "email", "name", "role", "localities", "password_hash", "active", "failures"];
    let all: Vec<Vec<Value>> = (1..=ADVISERS).map(account).collect();
    tx.insert("account", &columns, &all).await.unwrap();
}

/// Rows of some people by table.
#[derive(Default)]
struct Rows {
    people: Vec<Vec<Value>>,
    particulars: Vec<Vec<Value>>,
    homes: Vec<Vec<Value>>,
    traits: Vec<Vec<Value>>,
    spells: Vec<Vec<Value>>,
    advisers: Vec<Vec<Value>>,
    contacts: Vec<Vec<Value>>,
}

const PARTICULARS: [&str; 21] = [
    "fact",
    "person",
    "date_of_birth",
    "cohort_status",
    "sex",
    "ethnicity",
    "level_of_need",
    "send",
    "sen_support",
    "school",
    "lead_la",
    "educated_la",
    "guarantee_year_11",
    "guarantee_year_11_la",
    "guarantee_year_12",
    "guarantee_year_12_la",
    "education_level",
    "given_key",
    "family_key",
    "made",
    "ended",
];
const ADDRESS: [&str; 15] = [
    "fact",
    "person",
    "line1",
    "line2",
    "line3",
    "line4",
    "town",
    "county",
    "postcode",
    "ward",
    "ward_2003",
    "lsoa",
    "deprivation_decile",
    "locality",
    "made",
];
const SPELL: [&str; 9] =
    ["fact", "person", "code", "organisation", "start_day", "verified", "end_day", "made", "ended"];
const CONTACT: [&str; 7] = ["id", "person", "day", "method", "outcome", "note", "made"];

impl Rows {
    async fn write(self, tx: &mut Tx) {
        tx.insert("young_person", &["id", "ypid", "made"], &self.people).await.unwrap();
        tx.insert("particulars", &PARTICULARS, &self.particulars).await.unwrap();
        tx.insert("address", &ADDRESS, &self.homes).await.unwrap();
        let columns = ["fact", "person", "code", "source", "made"];
        tx.insert("characteristic", &columns, &self.traits).await.unwrap();
        tx.insert("spell", &SPELL, &self.spells).await.unwrap();
        let columns = ["fact", "person", "adviser", "from_day", "made"];
        tx.insert("assignment", &columns, &self.advisers).await.unwrap();
        tx.insert("contact", &CONTACT, &self.contacts).await.unwrap();
    }
}

/// Makes people one after another.
struct Maker {
    numbers: Numbers,
    /// The last number that a fact or a contact was given.
    fact: i64,
    /// The change of each month.
    known: Vec<i64>,
}

impl Maker {
    fn fact(&mut self) -> Value {
        self.fact += 1;
        self.fact.into()
    }

    /// The change by which a month's news were known.
    fn heard(&self, day: Date) -> i64 {
        let months = (day.year() - 2022) * 12 + i16::from(day.month()) - 9;
        self.known[usize::try_from(months).unwrap_or(0).min(self.known.len() - 1)]
    }

    fn person(&mut self, id: i64, rows: &mut Rows) {
        let change = self.known[0];
        rows.people.push(vec![id.into(), format!("887{id:010}").into(), change.into()]);
        self.particulars(id, rows);
        rows.homes.push(self.home(id));
        for code in ["110", "120", "130", "140", "150", "170", "210"] {
            if self.numbers.below(40) == 0 {
                let fact = self.fact();
                rows.traits.push(vec![fact, id.into(), code.into(), "made".into(), change.into()]);
            }
        }
        if self.numbers.below(10) == 0 {
            let (fact, adviser) = (self.fact(), self.numbers.below(ADVISERS.unsigned_abs()) + 1);
            let from = date(2023, 1, 1).saturating_add(self.numbers.below(900).days());
            let row = vec![fact, id.into(), adviser.into(), from.into(), change.into()];
            rows.advisers.push(row);
        }
        for _ in 0..self.numbers.below(3) {
            let fact = self.fact();
            let day = date(2023, 1, 1).saturating_add(self.numbers.below(1_100).days());
            let outcome = self.numbers.of(&["confirmed", "changed", "parent", "no-answer"]);
            let mut row = vec![fact, id.into(), day.into(), "call".into(), outcome, "".into()];
            row.push(self.heard(day).into());
            rows.contacts.push(row);
        }
        self.spells(id, rows);
    }

    /// A row for each September, which brings a new level of education and ends the row before.
    fn particulars(&mut self, id: i64, rows: &mut Rows) {
        let same = self.standing(id);
        let told: Vec<i64> = (2022..=2025).map(|year| self.heard(date(year, 9, 28))).collect();
        for (place, made) in told.iter().enumerate() {
            let mut row = vec![self.fact()];
            row.extend(same.iter().cloned());
            row.push(self.numbers.of(&["entry", "1", "2", "3"]));
            row.extend(["b", "a"].map(Value::from));
            row.push((*made).into());
            row.push(told.get(place + 1).copied().into());
            rows.particulars.push(row);
        }
    }

    /// What of somebody's particulars stands over the years.
    fn standing(&mut self, id: i64) -> Vec<Value> {
        let numbers = &mut self.numbers;
        let born = date(2006, 9, 1).saturating_add(numbers.below(2_550).days());
        vec![
            id.into(),
            born.into(),
            "P".into(),
            numbers.of(&["F", "M"]),
            numbers.of(&["WBRI", "WOTH", "AIND", "APKN", "BCRB", "BAFR", "MWBC", "NOBT"]),
            numbers.of(&["1", "2", "3"]),
            numbers.of(&["N", "N", "N", "N", "N", "N", "N", "N", "N", "Y"]),
            numbers.of(&["N", "N", "N", "N", "N", "N", "N", "Y"]),
            format!("S{}", numbers.below(SCHOOLS.unsigned_abs())).into(),
            "887".into(),
            numbers.of(&["887", "887", "887", "886"]),
            numbers.of(&["110", "150", "159"]),
            numbers.of(&["887", "887", "887", "886"]),
            numbers.of(&["110", "114", "120", "159"]),
            "887".into(),
        ]
    }

    /// A neighbourhood lies in one ward, decile and locality.
    fn home(&mut self, id: i64) -> Vec<Value> {
        let (fact, near) = (self.fact(), self.numbers.below(170));
        let mut row = vec![fact, id.into()];
        row.extend((0..7).map(|_| Value::from("")));
        row.extend([
            format!("E0500{:04}", near % 24).into(),
            format!("00LC{:02}", near % 22).into(),
            format!("E0101{near:04}").into(),
            (near % 10 + 1).into(),
            format!("Locality {}", near % 4).into(),
            self.known[0].into(),
        ]);
        row
    }

    /// Ten spells, each told in the month in which it begins; most are confirmed once or twice in later months, and
    /// one row ends where the next begins.
    fn spells(&mut self, id: i64, rows: &mut Rows) {
        let mut start = date(2022, 9, 1);
        for n in 0..10 {
            let next = start.saturating_add((60 + self.numbers.below(120)).days());
            let code = self
                .numbers
                .of(&["110", "210", "230", "310", "330", "530", "619", "640", "810", "220"]);
            let provider = format!("P{}", self.numbers.below(PROVIDERS.unsigned_abs()));
            let end = (n < 9).then(|| next.yesterday().unwrap());
            // One in ten never, five once and four twice, where they last that long.
            let times = (self.numbers.below(10) + 4) / 5;
            let days = (0..=times).map(|time| start.saturating_add((32 * time).days()));
            let told: Vec<Date> = days.filter(|day| *day < next).collect();
            for (place, verified) in told.iter().enumerate() {
                let until = told.get(place + 1).map(|again| self.heard(*again));
                rows.spells.push(vec![
                    self.fact(),
                    id.into(),
                    code.clone(),
                    provider.clone().into(),
                    start.into(),
                    (*verified).into(),
                    end.into(),
                    self.heard(*verified).into(),
                    until.into(),
                ]);
            }
            start = next;
        }
    }
}

async fn fill(tx: &mut Tx, people: i64) {
    fill_places(tx).await;
    let known = changes_of_months(tx).await;
    let mut maker = Maker { numbers: Numbers(7), fact: 0, known };
    for from in (1..=people).step_by(5_000) {
        let mut rows = Rows::default();
        (from..(from + 5_000).min(people + 1)).for_each(|id| maker.person(id, &mut rows));
        rows.write(tx).await;
    }
}
