//! The reader of a plan's own layout: our town's plan in full, the real one by counting it a second
//! way, and files that are not plans.

#![expect(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::print_stderr,
    reason = "a helper of tests fails as a test does, and a literal table is read whole"
)]

use domain::plan::{ActionKind, LeadKind, Oddity, Plan, Rating, When};
use formats::plan_text::{Names, ReadError, read};

const OUR_TOWN: &str = include_str!("../../../testdata/plan/our-town.txt");

fn town() -> (Plan, Vec<Oddity>) {
    let read = read(OUR_TOWN.as_bytes(), Names::LeaveOut).unwrap();
    (read.plan, read.warnings)
}

fn letter(rating: Rating) -> char {
    match rating {
        Rating::Green => 'G',
        Rating::Amber => 'A',
        Rating::Red => 'R',
        Rating::NotStarted => 'n',
        Rating::Unrated => '-',
    }
}

/// Label, the outcome's mark, its actions' marks: one line an outcome.
fn marks(plan: &Plan) -> Vec<String> {
    plan.outcomes()
        .map(|outcome| {
            let lines: String = outcome.lines.iter().map(|line| letter(line.rating)).collect();
            format!("{} {} {lines}", outcome.label, letter(outcome.rating))
        })
        .collect()
}

#[test]
fn our_town_is_read_cell_by_cell() {
    let (plan, warnings) = town();
    assert_eq!(
        marks(&plan),
        [
            "1.1 A AAG",
            "1.2 G GnG",
            "1.3 A RGG",
            "2.1 A GA-",
            "2.2 n n",
            "2.2 G -G",
            "2.3 - -",
            "2.4 - G"
        ]
    );
    assert_eq!(plan.title, "Port Ellery Participation Plan 2026-2029");
    assert_eq!(plan.years, Some((2026, 2029)));
    assert_eq!(plan.rated_on.to_string(), "2026-01-08");
    assert_eq!(plan.key.len(), 3);
    assert_eq!(plan.group.name, "Port Ellery Participation Group");
    assert_eq!((plan.group.seats.len(), plan.group.meetings.len()), (6, 4));
    assert_eq!(plan.group.objectives.len(), 2);
    assert_eq!(plan.parents.len(), 3);
    let times: Vec<&str> = plan.outcomes().map(|o| o.by_when.when.word()).collect();
    assert_eq!(
        times,
        [
            "date then monthly",
            "range",
            "ongoing",
            "quarterly",
            "ongoing",
            "date",
            "cycle",
            "ongoing"
        ]
    );
    let leads: Vec<&str> = plan.outcomes().map(|o| o.lead.kind.word()).collect();
    assert_eq!(
        leads,
        [
            "organisation",
            "organisation",
            "to be confirmed",
            "organisation",
            "blank",
            "chair",
            "all",
            "all"
        ]
    );
    let said: Vec<String> =
        warnings.iter().map(|w| format!("{}: {}", w.kind.word(), w.place)).collect();
    let wanted = [
        "name unplaced: River Police",
        "name unplaced: Training Providers",
        "short row: 2.3",
        "short row: 2.4",
        "title variant: aim 2",
        "weekday contradicts: 2026-05-14",
        "duplicate label: 2.2",
        "conflicting ratings: 1.1, 1.2",
        "lead to be confirmed: 1.3",
        "lead blank: 2.2",
        "placeholder: 2.1",
        "unrated: 2.2",
        "unrated: 2.3",
        "cross reference: 2.3",
        "unrated: 2.4",
        "not in key: key",
        "seat to be confirmed: Secondary Headteachers",
        "indicator repeated: NI 117",
        "spelling variant: Training Providers",
        "spelling variant: help2learn",
        "spelling variant: parner",
    ];
    assert_eq!(said, wanted, "{said:#?}");
}

#[test]
fn names_are_left_out_unless_asked_for() {
    const PEOPLE: [&str; 5] = ["Abbot", "Marsh", "Quill", "Noor", "Tam"];
    let (plan, warnings) = town();
    let shown = format!("{plan:?} {warnings:?}");
    for name in PEOPLE {
        assert!(!shown.contains(name), "{name} is in the plan or its warnings");
    }
    let named = read(OUR_TOWN.as_bytes(), Names::Keep).unwrap().plan;
    let people: Vec<&str> =
        named.group.seats.iter().filter_map(|seat| seat.person.as_deref()).collect();
    assert_eq!(people, ["Wren Abbot", "Sol Marsh", "Ada Quill", "Noor Example", "Tam Fielding"]);
}

#[test]
fn an_action_under_two_outcomes_is_one() {
    let (plan, _) = town();
    let shared: Vec<usize> = plan.shared().iter().map(|action| action.places.len()).collect();
    assert_eq!(shared.iter().filter(|places| **places == 2).count(), 1);
    assert_eq!(shared.len(), plan.actions.len());
    let see = plan.actions.values().find_map(|action| match &action.kind {
        ActionKind::See { outcomes, .. } => Some(outcomes.clone()),
        _ => None,
    });
    assert_eq!(see.unwrap().len(), 1);
}

fn refused(text: &str) -> ReadError {
    read(text.as_bytes(), Names::LeaveOut).expect_err("this is not a plan")
}

/// Another programme's way of writing the same text is read the same, or refused with its line.
#[test]
fn other_ways_of_writing_the_same_layout_are_read_or_refused() {
    let (plan, _) = town();
    let same = |text: &str| read(text.as_bytes(), Names::LeaveOut).unwrap().plan;
    assert_eq!(same(&OUR_TOWN.replace('\n', "\r\n")), plan, "lines of other systems");
    assert_eq!(same(&format!("\u{feff}{OUR_TOWN}")), plan, "a mark of the encoding");
    assert_eq!(same(&OUR_TOWN.replace("\nAim 2:", "\n\u{c}Aim 2:")), plan, "ends of pages");
    let wrapped = OUR_TOWN.replacen("A named person at", "A named\nperson  at", 1);
    assert_ne!(wrapped, OUR_TOWN);
    assert_eq!(same(&wrapped), plan, "a column wrapped elsewhere");
    let later = same(&OUR_TOWN.replace("8 Jan 26", "31 December 2027"));
    assert_eq!(later.rated_on.to_string(), "2027-12-31");

    let lone = refused(&OUR_TOWN.replacen("A named person", "A named\rperson", 1));
    assert_eq!(lone.line, line_of("A named person"), "{lone}");
    let undated = refused(&OUR_TOWN.replacen("8 Jan 26", "soon", 1));
    assert!(undated.what.contains("does not say of which day"), "{undated}");
    let torn = refused(&OUR_TOWN.replace("\tA named person", "A named person"));
    assert!(torn.line > 1, "a cell that lost its tab is refused: {torn}");
}

/// The line on which a piece of our town's plan stands, from 1.
fn line_of(piece: &str) -> u32 {
    let at = OUR_TOWN.lines().position(|line| line.contains(piece)).unwrap();
    u32::try_from(at + 1).unwrap()
}

#[test]
fn a_malformed_file_names_its_line() {
    let wrong = refused(&OUR_TOWN.replacen("\tR\n\tA\n", "\tX\n\tA\n", 1));
    assert_eq!(wrong.line, line_of("Young people agree that") + 1);
    assert!(wrong.what.contains("'X' is not a rating"), "{wrong}");

    let wrong = refused(&OUR_TOWN.replacen("\tLead\n", "", 1));
    assert!(wrong.what.contains("'lead' is missing"), "{wrong}");

    let wrong = refused(&OUR_TOWN.replace("\t2.1 There", "\t1.9 There"));
    assert_eq!(wrong.line, line_of("2.1 There"));

    let wrong = refused(&OUR_TOWN.replace("Friday 14th May", "Friday 34th May"));
    assert_eq!(wrong.line, line_of("Friday 14th May"));

    let wrong = refused(&OUR_TOWN.replace("Key:", "Kee:"));
    assert!(wrong.what.contains("no 'Key:'"), "{wrong}");

    let wrong = refused("");
    assert_eq!(wrong.line, 1);
    let mut binary = OUR_TOWN.as_bytes().to_vec();
    binary[100] = 0xff;
    assert!(read(&binary, Names::LeaveOut).is_err());
    binary[100] = 0;
    assert!(read(&binary, Names::LeaveOut).is_err());
    assert!(read(&vec![b'\n'; 60_000], Names::LeaveOut).is_err());
    assert!(read(&vec![b'a'; 5 << 20], Names::LeaveOut).is_err());
}

#[test]
fn a_file_cut_before_its_last_aim_is_refused() {
    let last_aim = OUR_TOWN.find("Aim 2: Offer Something").unwrap();
    for end in (0..last_aim).filter(|end| OUR_TOWN.is_char_boundary(*end)) {
        let cut = OUR_TOWN.get(..end).unwrap();
        assert!(read(cut.as_bytes(), Names::LeaveOut).is_err(), "cut at {end}");
    }
}

/// Inside the last aim nothing promises more rows, but a cut within words or within a row still shows.
#[test]
fn a_cut_in_the_middle_of_words_is_refused_everywhere() {
    let ends = OUR_TOWN.match_indices(char::is_alphanumeric).map(|(at, word)| at + word.len());
    for end in ends.filter(|end| *end > OUR_TOWN.len() / 2) {
        let cut = OUR_TOWN.get(..end).unwrap();
        let wrong = read(cut.as_bytes(), Names::LeaveOut).expect_err("the file is cut");
        assert_eq!(wrong.line, u32::try_from(cut.lines().count()).unwrap(), "cut at {end}");
    }
}

// ---- the real document, counted a second way ------------------------------------------------

fn real() -> Option<String> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/strategy/medway-neet-strategy-2009.txt"
    );
    // A worktree lies one folder deeper than the project.
    let deeper = path.replace("/../../../shared", "/../../../../shared");
    let text = std::fs::read_to_string(path).or_else(|_| std::fs::read_to_string(deeper)).ok();
    if text.is_none() {
        eprintln!("SKIPPED: ../shared/strategy/medway-neet-strategy-2009.txt is not here");
    }
    text
}

/// Every outcome's mark and its actions' marks, as a person reads them off the printed table.
const REAL: [&str; 45] = [
    "1.1 A AAAG",
    "1.2 A AGAGAn",
    "1.3 A GAAGAAA",
    "1.4 A AGnn",
    "1.5 n nnn",
    "1.6 G GGn",
    "1.7 A AAA",
    "1.8 A AAA",
    "1.9 A AGnn",
    "1.10 A RAGA",
    "1.11 A AGA",
    "1.12 A Gnn",
    "2.1 A GGAnn",
    "2.2 A GA",
    "2.3 A GnnA",
    "2.4 A AGAA",
    "2.5 A AAAAA",
    "2.6 A AGAA",
    "2.7 A AAGA",
    "2.8 A GGn",
    "2.9 A nGAn",
    "2.10 A GAA-",
    "3.1 - -",
    "3.2 A GA-",
    "3.3 A AAnn",
    "3.4 A RGA",
    "3.5 G GGA",
    "3.6 A AGGGGAAGAAG",
    "3.7 A GAGn",
    "3.8 G GGGG",
    "3.9 G GGn",
    "3.10 G GGG",
    "3.11 A RGA",
    "3.11 G GGGGn",
    "3.12 G GGGGn",
    "3.13 G Gnn",
    "4.1 A AA",
    "4.2 A G-",
    "4.3 A AnGn",
    "4.4 n nAnn",
    "4.5 - -",
    "5.1 A An",
    "5.2 G nGGG",
    "5.3 A GGAAG",
    "5.4 - G",
];

#[test]
fn the_real_plan_is_read_as_a_person_reads_it() {
    let Some(text) = real() else { return };
    let read = read(text.as_bytes(), Names::LeaveOut).unwrap();
    assert_eq!(marks(&read.plan), REAL);
    let plan = read.plan;
    assert_eq!(plan.aims.len(), 5);
    assert_eq!(plan.rated_on.to_string(), "2009-07-16");
    let bodies: std::collections::BTreeSet<&str> =
        plan.group.seats.iter().map(|seat| seat.body.as_str()).collect();
    assert_eq!((plan.group.seats.len(), bodies.len(), plan.group.meetings.len()), (23, 9, 8));
    assert!(plan.group.seats.iter().all(|seat| seat.person.is_none()));
    assert_eq!((plan.parents.len(), plan.key.len(), plan.years), (8, 3, Some((2009, 2014))));
}

/// Counts the words of ratings in the section of the plan, line by line, knowing nothing of rows: a
/// rating is a tabbed line that is one letter or "not yet started" and nothing more.
#[test]
fn a_naive_count_of_the_real_file_agrees() {
    let Some(text) = real() else { return };
    let plan = text.split("Aim 1: ").nth(1).unwrap();
    let count = |mark: &str| {
        plan.lines().filter(|l| l.starts_with('\t') && l.trim().eq_ignore_ascii_case(mark)).count()
    };
    let read = read(text.as_bytes(), Names::LeaveOut).unwrap().plan;
    let (actions, outcomes) = (read.action_ratings(), read.outcome_ratings());
    assert_eq!(count("G"), actions.green + outcomes.green);
    assert_eq!(count("A"), actions.amber + outcomes.amber);
    assert_eq!(count("R"), actions.red + outcomes.red);
    assert_eq!(count("Not yet started"), actions.not_started + outcomes.not_started);
    // Labels at the start of a tabbed line, and nothing else, are outcomes.
    let labelled = |line: &&str| {
        let digits =
            line.strip_prefix('\t').and_then(|l| l.split_once(' ')).map(|(label, _)| label);
        digits.is_some_and(|label| label.parse::<domain::plan::Label>().is_ok())
    };
    assert_eq!(plan.lines().filter(labelled).count(), outcomes.total());
    assert_eq!((actions.total(), outcomes.total()), (166, 45));
    let by_hand = |at: usize, wanted: char| -> usize {
        let marks = REAL.iter().filter_map(|row| row.split(' ').nth(at));
        marks.map(|marks| marks.matches(wanted).count()).sum()
    };
    assert_eq!(by_hand(2, '-'), actions.unrated);
    assert_eq!(by_hand(1, '-'), outcomes.unrated);
}

#[test]
fn the_real_plans_oddities_are_all_reported() {
    let Some(text) = real() else { return };
    let read = read(text.as_bytes(), Names::LeaveOut).unwrap();
    let has = |kind: &str, place: &str| {
        read.warnings.iter().any(|w| w.kind.word() == kind && w.place.starts_with(place))
    };
    for (kind, place) in [
        ("weekday contradicts", "2008-05-08"),
        ("duplicate label", "3.11"),
        ("conflicting ratings", "1.1, 1.2"),
        ("conflicting ratings", "2.5, 3.6"),
        ("lead blank", "2.10"),
        ("lead to be confirmed", "3.2"),
        ("placeholder", "2.10"),
        ("placeholder", "3.1"),
        ("placeholder", "3.2"),
        ("cross reference", "4.5"),
        ("unrated", "4.2"),
        ("short row", "5.4"),
        ("indicator repeated", "NI 75"),
        ("indicator repeated", "NI 45"),
        ("spelling variant", "care2learn"),
        ("spelling variant", "accurancy"),
        ("spelling variant", "famiuly"),
        ("not in key", "key"),
        ("seat to be confirmed", "Primary"),
        ("seat to be confirmed", "School Secondary"),
    ] {
        assert!(has(kind, place), "no warning of '{kind}' at {place}");
    }
    let reds = read.plan.shared().into_iter().filter(|action| action.rating == Rating::Red);
    let places: Vec<String> =
        reds.flat_map(|red| red.places).map(|(_, label, _)| label.to_string()).collect();
    assert_eq!(places, ["1.10", "3.4", "3.11"]);
    let see = read.plan.actions.values().find_map(|action| match &action.kind {
        ActionKind::See { outcomes, .. } => outcomes.first().copied(),
        _ => None,
    });
    let meant = read.plan.outcome(see.unwrap()).unwrap();
    assert!(matches!(meant.lead.kind, LeadKind::Organisations(_)));
    assert_eq!(marks(&read.plan)[32], "3.11 A RGA");
    assert_eq!(meant.rating, Rating::Amber, "of the two 3.11 the one about job seekers is meant");
    let passing: Vec<String> = read
        .plan
        .outcomes()
        .filter(|o| o.lead.passes.is_some())
        .map(|o| o.label.to_string())
        .collect();
    assert_eq!(passing, ["2.4", "2.5", "2.6"]);
    assert!(read.plan.outcomes().all(|o| o.by_when.when != When::Other));
}
