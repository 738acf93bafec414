//! What must hold of linking whatever the data: the answer depends on the records alone.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "the helpers of a test may stop it as its own lines may"
)]

mod people;

use linkage::{
    Answer, Effort, Field, Link, Linker, Model, Person, Register, Table, train, train_knowing,
};
use people::Someone;

fn table(list: &[Someone]) -> Table {
    Table::of(list.iter().map(Someone::person))
}

fn small() -> Effort {
    Effort { random_pairs: 40_000, sample: 2_000, ..Effort::default() }
}

fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

fn link(a: &[Someone], b: &[Someone]) -> (Model, Vec<Link>) {
    let (register, b) = (Register::new(table(a)), table(b));
    let (model, _) = train(&register, &b, small());
    let links = Linker::new(&register, &model).link(&b).links;
    (model, links)
}

fn found(links: &[Link], at: f64) -> Vec<(usize, usize)> {
    links.iter().filter(|link| link.probability >= at).map(|link| (link.a, link.b)).collect()
}

#[test]
fn finds_people_and_keeps_families_apart() {
    let (a, b, truth) = people::two_lists(3, 3_000, 1.0);
    let (_, links) = link(&a, &b);
    let found = found(&links, 0.95);
    let good = found.iter().filter(|pair| truth.contains(pair)).count();
    let (precision, recall) = (good as f64 / found.len() as f64, good as f64 / truth.len() as f64);
    assert!(precision > 0.99 && recall > 0.97, "precision {precision}, recall {recall}");
}

#[test]
fn gives_the_same_bits_on_any_number_of_threads() {
    let (a, b, _) = people::two_lists(4, 1_500, 1.0);
    let one = on_threads(1, || link(&a, &b));
    let three = on_threads(3, || link(&a, &b));
    assert_eq!(one.0, three.0);
    assert_eq!(one.1, three.1);
}

#[test]
fn does_not_depend_on_the_order_of_the_lists() {
    let (mut a, mut b, _) = people::two_lists(5, 1_200, 1.0);
    let (register, list) = (Register::new(table(&a)), table(&b));
    let (model, _) = train(&register, &list, small());
    let by_id = |a: &[Someone], b: &[Someone]| {
        let (register, list) = (Register::new(table(a)), table(b));
        let links = Linker::new(&register, &model).link(&list).links;
        let mut named: Vec<_> = links
            .iter()
            .map(|l| {
                (
                    list.id(l.b).to_owned(),
                    register.table().id(l.a).to_owned(),
                    l.weight,
                    (l.probability * 1e9).round(),
                )
            })
            .collect();
        named.sort_by(|x, y| x.partial_cmp(y).unwrap());
        named
    };
    let before = by_id(&a, &b);
    a.reverse();
    b.rotate_left(700);
    assert_eq!(before, by_id(&a, &b));
}

#[test]
fn asks_for_one_as_it_does_for_many() {
    let (a, b, _) = people::two_lists(6, 1_200, 1.0);
    let (register, list) = (Register::new(table(&a)), table(&b));
    let (model, _) = train(&register, &list, small());
    let model = Model::from_json(&model.to_json()).unwrap();
    let linker = Linker::new(&register, &model);
    let batch = linker.link(&list).links;
    for (at, one) in b.iter().enumerate().step_by(7) {
        let alone: Vec<_> = linker
            .ask(one.person())
            .into_iter()
            .map(|l| (l.a, l.weight, l.probability, l.margin))
            .collect();
        let within: Vec<_> = batch
            .iter()
            .filter(|l| l.b == at)
            .map(|l| (l.a, l.weight, l.probability, l.margin))
            .collect();
        assert_eq!(alone, within, "{one:?}");
    }
}

#[test]
fn links_each_person_of_the_list_to_one_person() {
    let (mut a, b, _) = people::two_lists(7, 1_200, 1.0);
    // One person stands twice in the register, spelt a little differently.
    let mut twice = a[b.iter().position(|_| true).unwrap()].clone();
    twice.id = "again".to_owned();
    a.push(twice);
    let (_, links) = link(&a, &b);
    for one in 0..b.len() {
        let own: Vec<_> =
            links.iter().filter(|link| link.b == one && link.probability > 0.5).collect();
        let names: Vec<_> = own.iter().map(|link| (&a[link.a].forename, &a[link.a].dob)).collect();
        assert!(names.windows(2).all(|pair| pair[0] == pair[1]), "{names:?}");
    }
}

#[test]
fn every_explanation_sums_to_its_weight() {
    let (a, b, _) = people::two_lists(8, 1_200, 2.0);
    let (register, list) = (Register::new(table(&a)), table(&b));
    let (model, _) = train(&register, &list, small());
    let linker = Linker::new(&register, &model);
    for link in linker.link(&list).links {
        let why = linker.explain(link.a, &list, link.b).unwrap();
        let sum: f64 = why.parts.iter().map(|part| part.bits).sum();
        assert!(
            (sum - link.weight).abs() < 1e-9 && (why.weight - link.weight).abs() < 1e-12,
            "{why}"
        );
        let svg = linkage::waterfall(&why);
        assert_eq!(svg.matches("<rect").count(), why.parts.len() + 1);
        // A phone's tells the same lines on a third of the width.
        let narrow = linkage::waterfall_narrow(&why);
        assert!(narrow.contains("viewBox=\"0 0 340 "), "{narrow}");
        assert_eq!(narrow.matches("<rect").count(), why.parts.len() + 1);
    }
    assert!(linker.explain(a.len(), &list, 0).is_none());
}

/// Of names this is true of what their agreement says by itself, which `no_level_speaks_less_than_one_that_agrees_less`
/// holds, and not of the whole weight: how rare the name is comes on top, so that being Smith and Smith may say
/// less than being Smith and Smyth where Smyth is hardly ever met by chance.
#[test]
fn agreeing_more_never_weighs_less() {
    let (a, b, truth) = people::two_lists(9, 1_500, 1.0);
    let (register, list) = (Register::new(table(&a)), table(&b));
    let (model, _) = train(&register, &list, small());
    let linker = Linker::new(&register, &model);
    let weight = |place: usize, one: &Someone| {
        let alone = Table::of([one.person()]);
        linker.explain(place, &alone, 0).unwrap().weight
    };
    for (at, bt) in truth.iter().step_by(5) {
        let (there, here) = (&a[*at], &b[*bt]);
        let base = weight(*at, here);
        let better = [
            Someone { dob: there.dob.clone(), ..here.clone() },
            Someone { postcode: there.postcode.clone(), ..here.clone() },
            Someone { sex: there.sex.clone(), ..here.clone() },
        ];
        for (which, better) in better.iter().enumerate() {
            let missing = [&here.dob, &here.postcode, &here.sex][which].is_empty();
            assert!(missing || weight(*at, better) >= base - 1e-9, "{there:?} {here:?} {which}");
        }
    }
}

#[test]
fn a_pair_weighs_the_same_from_either_side() {
    let (a, b, truth) = people::two_lists(10, 1_000, 1.0);
    let register = Register::new(table(&a));
    let (model, _) = train(&register, &table(&b), small());
    let linker = Linker::new(&register, &model);
    // Within the register both records have the same counts behind them, so the pair can be turned.
    let itself = table(&a);
    for (x, y) in truth.windows(2).map(|two| (two[0].0, two[1].0)).take(200) {
        let (there, back) =
            (linker.explain(x, &itself, y).unwrap(), linker.explain(y, &itself, x).unwrap());
        assert!((there.weight - back.weight).abs() < 1e-9, "{there}\n{back}");
    }
}

#[test]
fn survives_empty_and_odd_lists() {
    let nobody = Table::default();
    let register = Register::new(Table::default());
    let (model, found) = train(&register, &nobody, small());
    assert!(!found.converged && !found.warnings.is_empty());
    assert!(Linker::new(&register, &model).link(&nobody).links.is_empty());
    let long = "x".repeat(70_000);
    let odd = [
        Person { id: "1", ..Person::default() },
        Person {
            id: "2",
            forename: "名前 😀",
            surname: "—",
            dob: "9999-99-99",
            upn: "💥",
            ..Person::default()
        },
        Person {
            id: "3",
            forename: &long,
            surname: &long,
            postcode: &long,
            school: &long,
            ..Person::default()
        },
    ];
    let register = Register::new(Table::of(odd));
    let (model, _) = train(&register, &Table::of(odd), small());
    let links = Linker::new(&register, &model).link(&Table::of(odd)).links;
    assert!(links.iter().all(|link| link.probability.is_finite() && link.weight.is_finite()));
    assert!(!links.iter().any(|link| link.probability > 0.9 && (link.a == 0 || link.b == 0)));
}

#[test]
fn refuses_models_it_cannot_trust() {
    let (a, b, _) = people::two_lists(11, 400, 1.0);
    let (model, _) = link(&a, &b);
    let good = model.to_json();
    assert!(Model::from_json(&good).unwrap() == model, "a saved model came back changed");
    for (broken, says) in [
        (good.replace(&format!("\"version\": {}", Model::VERSION), "\"version\": 99"), "version"),
        (good.replace("\"twins\": ", "\"twins\": -"), "impossible"),
        ("{}".to_owned(), "readable"),
    ] {
        let error = Model::from_json(&broken).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn two_names_of_one_entry_are_no_rivals() {
    let (mut a, b, _) = people::two_lists(6, 1_500, 1.0);
    let (model, before) = link(&a, &b);
    let best = before.iter().find(|l| l.probability > 0.999 && l.margin > 20.0).unwrap();
    // The same person again, under the same id, with another surname.
    let again = Someone { surname: "Fenwick".to_owned(), ..a[best.a].clone() };
    let another = Someone { id: "someone else".to_owned(), ..a[best.a].clone() };
    let ask = |list: &[Someone]| {
        let register = Register::new(table(list));
        Linker::new(&register, &model).ask(b[best.b].person())
    };
    a.push(again);
    let links = ask(&a);
    assert!(links.iter().any(|l| l.a == best.a && l.probability > 0.999), "{links:?}");
    let last = a.len() - 1;
    a[last] = another;
    let register = Register::new(table(&a));
    let list = table(&b);
    let rivals = Linker::new(&register, &model).rivals(&list, best.b, 3);
    let named: Vec<usize> = rivals.iter().take(2).map(|rival| rival.a).collect();
    assert!(named.contains(&best.a) && named.contains(&last), "{rivals:?}");
    assert!(rivals.windows(2).all(|two| two[0].weight >= two[1].weight));
}

#[test]
fn what_people_say_is_believed_and_moves_the_habits_of_the_source() {
    let (a, b, truth) = people::two_lists(7, 1_500, 1.0);
    let (register, list) = (Register::new(table(&a)), table(&b));
    let (model, _) = train_knowing(&register, &list, &[], small());
    assert_eq!(model, train(&register, &list, small()).0, "no answers change nothing");
    // Somebody says of every true pair that it is not one person: the source's coverage must fall.
    let no = |(a, b): &(usize, usize)| Answer { a: *a, b: *b, same: false };
    let answers: Vec<Answer> = truth.iter().map(no).collect();
    let (denied, _) = train_knowing(&register, &list, &answers, small());
    assert!(denied.coverage < 0.5 * model.coverage, "{} {}", denied.coverage, model.coverage);
    // And of them all that they are: what was missed is learned from too.
    let yes: Vec<Answer> = answers.iter().map(|no| Answer { same: true, ..*no }).collect();
    let (told, _) = train_knowing(&register, &list, &yes, small());
    let exact = |model: &Model| model.same.get(Field::Forename, 1);
    assert!(exact(&told) < exact(&model) + 1e-3, "{} {}", exact(&told), exact(&model));
    // Answers beyond the lists are passed over.
    let beyond = [Answer { a: usize::MAX, b: usize::MAX, same: true }];
    train_knowing(&register, &list, &beyond, small());
}

#[test]
fn somebody_without_a_birth_date_is_found_by_a_place_written_amiss() {
    let (mut a, mut b, _) = people::two_lists(9, 1_500, 1.0);
    let one = |id: &str, forename: &str, surname: &str, dob: &str, postcode: &str| Someone {
        id: id.to_owned(),
        forename: forename.to_owned(),
        surname: surname.to_owned(),
        dob: dob.to_owned(),
        postcode: postcode.to_owned(),
        ..Someone::default()
    };
    let places = (a.len(), b.len());
    a.push(one("A-swap", "Ottilie", "Brackenridge", "2010-05-12", "ZE2 9XQ"));
    a.push(one("A-none", "Zebedee", "Quillinan", "", "ZE2 9WD"));
    a.push(one("A-turn", "Harrison", "Capurso", "2009-03-04", "ZE3 9YT"));
    b.push(one("B-swap", "Ottilie", "Brackenrydges", "", "ZE2 9QX"));
    b.push(one("B-none", "Zebedee", "Qvillinans", "2011-11-02", "ZE9 2WD"));
    b.push(one("B-turn", "Capurso", "Ruby", "", "ZE3 9YT"));
    let (register, list) = (Register::new(table(&a)), table(&b));
    let (model, _) = train(&register, &list, small());
    let linker = Linker::new(&register, &model);
    let pairs: Vec<(usize, usize)> = (0..3).map(|at| (places.0 + at, places.1 + at)).collect();
    assert_eq!(linker.considered(&list, &pairs), 3);
}

#[test]
fn a_list_that_writes_new_year_for_birthdays_meets_strangers_in_it_and_that_is_known() {
    let (a, mut b, _) = people::two_lists(10, 2_000, 1.0);
    for one in b.iter_mut().step_by(5) {
        one.source = "new year".to_owned();
        if let Some(year) = one.dob.get(..4) {
            one.dob = format!("{year}-01-01");
        }
    }
    let (model, _) = link(&a, &b);
    let of = |name: &str| {
        let source = model.sources.iter().find(|source| source.name == name).unwrap();
        source.chance.as_ref().unwrap().get(Field::Birth, 4)
    };
    let (odd, all) = (of("new year"), model.chance.get(Field::Birth, 4));
    assert!(odd > 3.0 * all && odd < 8.0 * all, "{odd} beside {all}");
    let read = Model::from_json(&model.to_json()).unwrap();
    assert_eq!(read, model, "what was measured of each source is kept with the model");
}

#[test]
fn no_level_speaks_less_than_one_that_agrees_less() {
    for seed in [11, 12, 13] {
        let (mut a, mut b, _) = people::two_lists(seed, 1_500, 1.5);
        if seed == 13 {
            // All of one area, one school and one sex: nobody is ever met who differs in it.
            for one in a.iter_mut().chain(&mut b) {
                lives_in_medway(one);
                (one.sex, one.school) = ("F".to_owned(), "Brompton Academy".to_owned());
            }
        }
        let (model, _) = link(&a, &b);
        let own = |s: &linkage::Source| {
            let chance = s.chance.clone().unwrap_or_else(|| model.chance.clone());
            (s.same.clone(), chance)
        };
        let mut all: Vec<_> = model.sources.iter().map(own).collect();
        all.push((model.same.clone(), model.chance.clone()));
        for (same, chance) in all {
            for field in Field::ALL.into_iter().filter(|field| *field != Field::NameOrder) {
                let says = |level: usize| {
                    let level = u8::try_from(level).unwrap();
                    same.get(field, level) / chance.get(field, level)
                };
                let last = field.levels().len() - 1;
                for level in 1..=last {
                    let (top, here, bottom) = (says(1), says(level), says(last));
                    assert!(here <= top * (1.0 + 1e-9), "{field:?} {level}: {here} over {top}");
                    let least = bottom * (1.0 - 1e-9);
                    assert!(here >= least, "{field:?} {level}: {here} under {bottom}");
                }
                for pair in field.nearer_first().iter().flat_map(|run| run.windows(2)) {
                    let (nearer, farther) = (says(pair[0].into()), says(pair[1].into()));
                    let held = nearer >= farther * (1.0 - 1e-9);
                    assert!(held, "{field:?} {pair:?}: {nearer} under {farther}");
                }
            }
        }
    }
}

fn lives_in_medway(one: &mut Someone) {
    let rest = one.postcode.trim_start_matches(char::is_alphabetic);
    one.postcode = if rest.is_empty() { String::new() } else { format!("ME{rest}") };
}

#[test]
fn a_home_elsewhere_speaks_for_nobody_where_a_whole_register_is_of_one_area() {
    let (mut a, _, _) = people::two_lists(15, 1_500, 1.0);
    a.iter_mut().for_each(lives_in_medway);
    let at = a.iter().position(|one| !one.postcode.is_empty()).unwrap();
    let register = Register::new(table(&a));
    let untaught = Effort { sample: 0, iterations: 0, ..small() };
    let (model, _) = train(&register, register.table(), untaught);
    a[at].postcode = "ZE1 0AA".to_owned();
    let why = Linker::new(&register, &model).explain(at, &table(&a[at..=at]), 0).unwrap();
    let home = why.parts.iter().find(|part| part.title == "Postcode").unwrap();
    assert!(home.bits < -1.0, "{home:?}");
}

#[test]
fn a_rare_name_with_a_slip_says_more_than_a_common_one_with_a_slip() {
    let (mut a, b, _) = people::two_lists(14, 1_500, 1.0);
    for one in a.iter_mut().take(60) {
        one.surname = "Wainwright".to_owned();
    }
    a[60].surname = "Quillfeather".to_owned();
    let register = Register::new(table(&a));
    let (model, _) = train(&register, &table(&b), small());
    let linker = Linker::new(&register, &model);
    let slip = |place: usize, surname: &str| {
        let one = Someone { surname: surname.to_owned(), ..a[place].clone() };
        let why = linker.explain(place, &Table::of([one.person()]), 0).unwrap();
        let part = why.parts.into_iter().find(|part| part.title == "Surname").unwrap();
        assert!(part.words.starts_with("one typing slip apart"), "{}", part.words);
        part.bits
    };
    let (common, rare) = (slip(0, "Wainwrighb"), slip(60, "Quillfeathep"));
    assert!(rare > common + 3.0, "{rare} beside {common}");
}

/// A brother or sister is told by the home too: where no postcode may be told of, that line may not tell it either.
#[test]
fn the_family_without_a_postcode_is_that_of_a_row_without_one() {
    let (a, b, truth) = people::two_lists(16, 1_500, 1.0);
    let register = Register::new(table(&a));
    let (model, _) = train(&register, &table(&b), small());
    let linker = Linker::new(&register, &model);
    let mut told = 0;
    for (at, _) in truth.iter().step_by(5) {
        let why = |postcode: &str| {
            let (forename, postcode) = ("Zebediah".to_owned(), postcode.to_owned());
            let one = Someone { forename, postcode, ..a[*at].clone() };
            linker.explain(*at, &Table::of([one.person()]), 0).unwrap()
        };
        let (with, without) = (why(&a[*at].postcode), why(""));
        let unplaced = with.family_unplaced.unwrap();
        assert!((unplaced.bits - without.family).abs() < 1e-9, "{unplaced:?} {without}");
        told += usize::from(with.family < without.family - 0.1);
    }
    assert!(told > 0, "the home tells of a family");
}

#[test]
fn each_partner_is_read_by_its_own_habits() {
    let (a, mut b, _) = people::two_lists(15, 3_000, 1.0);
    for (at, one) in b.iter_mut().enumerate() {
        one.source = if at % 2 == 0 { "tidy" } else { "turns days" }.to_owned();
        let parts: Vec<String> = one.dob.split('-').map(str::to_owned).collect();
        if let ("turns days", [year, month, day]) = (one.source.as_str(), &parts[..])
            && at % 6 == 1
            && day.parse::<u8>().is_ok_and(|day| day <= 12)
        {
            one.dob = format!("{year}-{day}-{month}");
        }
    }
    let (register, list) = (Register::new(table(&a)), table(&b));
    let (model, _) = train(&register, &list, small());
    let turned = |name: &str| {
        let source = model.sources.iter().find(|source| source.name == name).unwrap();
        source.same.get(Field::Birth, 2)
    };
    assert!(turned("turns days") > 2.0 * turned("tidy"), "{:?}", model.sources);
    // So the same turned day says more for one person where the list is known to turn days.
    let linker = Linker::new(&register, &model);
    let turns = |one: &Someone| match one.dob.split('-').collect::<Vec<_>>()[..] {
        [_, month, day] => month != day && day <= "12",
        _ => false,
    };
    let place = a.iter().position(turns).unwrap();
    let says = |source: &str| {
        let parts: Vec<&str> = a[place].dob.split('-').collect();
        let dob = format!("{}-{}-{}", parts[0], parts[2], parts[1]);
        let one = Someone { source: source.to_owned(), dob, ..a[place].clone() };
        let why = linker.explain(place, &Table::of([one.person()]), 0).unwrap();
        let part = why.parts.into_iter().find(|part| part.title == "Date of birth").unwrap();
        (part.words, part.bits)
    };
    let (tidy, turning) = (says("tidy"), says("turns days"));
    assert_eq!((tidy.0.as_str(), turning.0.as_str()), ("day and month swapped", tidy.0.as_str()));
    assert!(turning.1 > tidy.1 + 0.5, "{turning:?} beside {tidy:?}");
}

/// A box that has to be filled is filled with a word, or with a number that is somebody else's: were it taken for one
/// that two records share, it would outweigh everything that keeps twins apart.
#[test]
fn a_number_that_only_fills_its_box_says_nothing() {
    for filler in ["UNKNOWN", "H887400009001"] {
        let (mut a, mut b, _) = people::two_lists(17, 1_500, 1.0);
        for one in a.iter_mut().chain(&mut b).step_by(3) {
            one.upn = filler.to_owned();
        }
        let (register, list) = (Register::new(table(&a)), table(&b));
        let (model, _) = train(&register, &list, small());
        let linker = Linker::new(&register, &model);
        let at = a.iter().position(|one| one.upn == filler).unwrap();
        let weight = |upn: &str| {
            let (forename, upn) = ("Zebediah".to_owned(), upn.to_owned());
            let twin = Someone { source: "school".to_owned(), forename, upn, ..a[at].clone() };
            linker.explain(at, &Table::of([twin.person()]), 0).unwrap().weight
        };
        let (filled, empty) = (weight(filler), weight(""));
        assert!((filled - empty).abs() < 1e-9, "{filler}: {filled} beside {empty}");
        // And what is a number says as much as if nobody filled boxes.
        let shared = model.chance.get(Field::Upn, 1);
        assert!(shared < 1e-3, "{filler}: strangers share a number as often as {shared}");
    }
}

/// A list with a row a term has each number as often as its person has rows, which makes it nobody else's. What counts
/// is how many people hold it, by their birth dates or, where lists have none, by their names.
#[test]
fn a_number_of_one_person_with_many_rows_is_a_number() {
    let (people, ..) = people::two_lists(17, 60, 1.0);
    let numbered = people.iter().filter(|one| !one.upn.is_empty()).count();
    assert!(numbered > 20, "{numbered}");
    let births: [fn(&Someone) -> String; 3] =
        [|one| one.dob.clone(), |_| String::new(), |one| format!("{}-01-01", &one.dob[..4])];
    for dob in births {
        let people: Vec<Someone> =
            people.iter().map(|one| Someone { dob: dob(one), ..one.clone() }).collect();
        let terms: Vec<Someone> = (0..25).flat_map(|_| people.clone()).collect();
        assert_eq!(Register::new(table(&terms)).fillers(), 0, "{:?}", terms[0].dob);
        let mut filled = people;
        filled.iter_mut().for_each(|one| "H887400009001".clone_into(&mut one.upn));
        assert_eq!(Register::new(table(&filled)).fillers(), 1, "{:?}", filled[0].dob);
    }
}

/// What lists of another kind than ours do to every record.
type Habit = fn(&mut Someone);

fn georgian(one: &mut Someone) {
    let letter = |c: char| match c.to_ascii_lowercase() {
        c @ 'a'..='z' => char::from_u32(u32::from(c) - u32::from('a') + 0x10d0).unwrap(),
        c => c,
    };
    one.forename = one.forename.chars().map(letter).collect();
    one.surname = one.surname.chars().map(letter).collect();
}

fn half_of_one_name_and_school(one: &mut Someone) {
    if one.surname.bytes().map(u32::from).sum::<u32>().is_multiple_of(2) {
        one.surname = "Begum".to_owned();
    }
    one.school = "Brompton Academy".to_owned();
}

fn initials(one: &mut Someone) {
    one.forename = one.forename.chars().take(1).collect();
}

fn as_it_is(_: &mut Someone) {}

#[test]
fn lists_of_other_habits_find_their_people_and_join_no_strangers() {
    // What is done to the register, and to the list.
    let habits: [(&str, Habit, Habit); 3] = [
        ("another script", georgian, georgian),
        (
            "half of one surname, all of one school",
            half_of_one_name_and_school,
            half_of_one_name_and_school,
        ),
        ("a list of initials", as_it_is, initials),
    ];
    for (name, there, here) in habits {
        let (mut a, mut b, truth) = people::two_lists(18, 3_000, 1.0);
        a.iter_mut().for_each(there);
        b.iter_mut().for_each(here);
        let (_, links) = link(&a, &b);
        let found = found(&links, 0.95);
        let good = found.iter().filter(|pair| truth.contains(pair)).count() as f64;
        let (precision, recall) = (good / found.len() as f64, good / truth.len() as f64);
        println!("{name}: precision {precision:.4}, recall {recall:.4}");
        assert!(precision > 0.98 && recall > 0.85, "{name}: {precision} {recall}");
    }
}
