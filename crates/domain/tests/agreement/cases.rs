//! Questions by chance that repeats, and each of them put to the first decider in its own types.

use std::collections::BTreeSet;

use domain::agreement::{
    Agreement, Answer, Asked, Clause, ClauseKind, Condition, Direction, Effect, Flow, Gateway,
    Item, Origin, Signature, Version, decide,
};
use domain::consent::{Speaker, Telling, Word, said};
use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::naive::{Case, Line, Paper, Said, Wording};

const PARTNERS: &[&str] = &["one", "two"];
const FLOWS: &[&str] = &["school-roll", "claimants"];
const GATEWAYS: &[&str] = &[
    "esa-13", "esa-14", "esa-15", "esa-16", "esa-17", "esa-68", "esa-72", "esa-76", "esa-77",
    "consent", "other",
];
/// Of the first tier or not, and benefits information or not.
const ITEMS: &[&str] = &["given_name", "address", "school", "attendance", "phone", "activity"];
const WORDS: &[&str] = &["agreed", "refused", "withdrawn", "said-no", "no-longer"];

/// Numbers that repeat: a failure can be looked at again.
pub struct Numbers(pub u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn some(&mut self, n: usize) -> Vec<&'static str> {
        ITEMS.iter().copied().filter(|_| self.one_in(n)).collect()
    }

    fn early(&mut self) -> i32 {
        self.pick(&[0, 0, 1, 2, 3])
    }

    fn late(&mut self) -> i32 {
        self.pick(&[2, 3, 4, 5, 6, 7])
    }
}

pub fn case(n: &mut Numbers) -> Case {
    let papers = (0..n.below(4)).map(|_| paper(n)).collect();
    let mut words: Vec<Said> = (0..n.below(5)).map(|_| word(n)).collect();
    words.sort_by_key(|said| said.day);
    Case {
        papers,
        partner: if n.one_in(10) { "two" } else { "one" },
        flow: n.pick(FLOWS),
        out: n.one_in(2),
        item: n.pick(ITEMS),
        benefits: n.one_in(5),
        day: n.pick(&[0, 1, 2, 3, 4, 5, 6, 7]),
        words,
    }
}

fn word(n: &mut Numbers) -> Said {
    Said {
        partner: n.pick(&["one", "one", "two", ""]),
        word: n.pick(WORDS),
        day: n.early(),
        until: (!n.one_in(6)).then(|| n.late()),
    }
}

fn paper(n: &mut Numbers) -> Paper {
    let wordings = if n.one_in(3) { 2 } else { 1 };
    Paper {
        wordings: (0..wordings).map(|_| wording(n)).collect(),
        ended: n.one_in(6).then(|| n.late()),
    }
}

fn wording(n: &mut Numbers) -> Wording {
    let partners = match n.below(8) {
        0 => vec!["two"],
        1 | 2 => PARTNERS.to_vec(),
        _ => vec!["one"],
    };
    let signs = ["", "one", "two"].into_iter().filter(|_| !n.one_in(10)).collect::<Vec<_>>();
    Wording {
        partners,
        lines: (0..n.below(4)).map(|_| line(n)).collect(),
        forbids: if n.one_in(6) { n.some(3) } else { Vec::new() },
        needs_consent: if n.one_in(4) { n.some(3) } else { Vec::new() },
        starts: (!n.one_in(3)).then(|| n.early()),
        ends: (!n.one_in(3)).then(|| n.late()),
        signed: signs.into_iter().map(|who| (who, n.early())).collect(),
    }
}

fn line(n: &mut Numbers) -> Line {
    Line { flow: n.pick(FLOWS), out: n.one_in(2), gateway: n.pick(GATEWAYS), items: n.some(2) }
}

/// The first decider's answer in words, and whether it flows of this person.
pub fn first(case: &Case) -> (&'static str, bool) {
    let agreements: Vec<Agreement> = case.papers.iter().zip(1..).map(agreement).collect();
    let asked = Asked {
        partner: case.partner,
        flow: Flow::from_name(case.flow).unwrap(),
        direction: direction(case.out),
        item: Item::from_column(case.item).unwrap(),
        origin: if case.benefits { Origin::Benefits } else { Origin::Ordinary },
        day: on(case.day),
    };
    let decision = decide(&agreements, &asked);
    assert!(!decision.reasons.is_empty(), "{case:?}");
    let word = match decision.answer {
        Answer::Yes => "yes",
        Answer::OnlyWith(Condition::UnlessSaidNo) => "unless-no",
        Answer::OnlyWith(Condition::Consent) => "consent",
        Answer::No => decision.rule.name(),
    };
    let day = on(case.day);
    // What is said later is not told yet.
    let words: Vec<Telling> = case.words.iter().map(telling).filter(|t| t.day <= day).collect();
    let said = said(&words, case.partner, day);
    (word, decision.for_person(said).allowed())
}

fn on(day: i32) -> Date {
    date(2026, 2, 25) + day.days()
}

fn direction(out: bool) -> Direction {
    if out { Direction::Out } else { Direction::In }
}

fn items(columns: &[&str]) -> BTreeSet<Item> {
    columns.iter().map(|column| Item::from_column(column).unwrap()).collect()
}

fn agreement((paper, number): (&Paper, i64)) -> Agreement {
    Agreement {
        number,
        versions: paper.wordings.iter().zip(1..).map(version).collect(),
        ended: paper.ended.map(|day| (on(day), "It is over".to_owned())),
        ..Agreement::default()
    }
}

fn version((wording, number): (&Wording, i64)) -> Version {
    let line = |line: &Line| domain::agreement::Line {
        flow: Flow::from_name(line.flow).unwrap(),
        direction: direction(line.out),
        gateway: Gateway::from_name(line.gateway).unwrap(),
        items: items(&line.items),
        every_months: None,
        first_due: None,
    };
    let signature = |(who, day): &(&str, i32)| Signature {
        party: (!who.is_empty()).then(|| (*who).to_owned()),
        name: "P".to_owned(),
        post: "Head".to_owned(),
        day: on(*day),
    };
    Version {
        number,
        partners: wording.partners.iter().map(|who| (*who).to_owned()).collect(),
        lines: wording.lines.iter().map(line).collect(),
        clauses: vec![
            clause(Effect::Words),
            clause(Effect::Forbids(items(&wording.forbids))),
            clause(Effect::NeedsConsent(items(&wording.needs_consent))),
        ],
        starts: wording.starts.map(on),
        ends: wording.ends.map(on),
        signatures: wording.signed.iter().map(signature).collect(),
        ..Version::default()
    }
}

fn clause(effect: Effect) -> Clause {
    Clause {
        kind: ClauseKind::Limit,
        words: "As agreed".to_owned(),
        due: None,
        working_days: None,
        effect,
    }
}

fn telling(said: &Said) -> Telling {
    Telling {
        partner: said.partner.to_owned(),
        word: Word::from_name(said.word).unwrap(),
        by: Speaker::YoungPerson,
        how: "signed".to_owned(),
        wording: "2".to_owned(),
        evidence: String::new(),
        office: String::new(),
        day: on(said.day),
        until: said.until.map(on),
    }
}
