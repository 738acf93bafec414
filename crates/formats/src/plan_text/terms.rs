//! The group's terms of reference: purpose, objectives, seats by organisation and post, meetings.

use super::sections::{Document, bullet, under};
use super::{Line, Names, ReadError};
use domain::plan::{Group, Meeting, Oddity, OddityKind, Seat, Sitting, folded};

pub(super) fn group(
    document: &Document<'_>,
    names: Names,
    odd: &mut Vec<Oddity>,
) -> Result<Group, ReadError> {
    let terms = document.terms;
    let name = document.group_heading.split([':', '–']).next().unwrap_or_default();
    let seats = under(terms, "membership");
    let seats: Vec<Seat> = seats
        .iter()
        .filter_map(|line| bullet(line.text).map(|text| seat(line.number, text, names, odd)))
        .collect();
    Ok(Group {
        name: name.trim().to_owned(),
        purpose: prose(under(terms, "purpose")),
        relationships: prose(under(terms, "relationships")),
        objectives: bullets(under(terms, "aims and objectives")),
        seats,
        meetings: meetings(under(terms, "meeting"))?,
    })
}

fn prose(lines: &[Line<'_>]) -> String {
    let words = lines.iter().flat_map(|line| line.text.split_whitespace());
    words.collect::<Vec<_>>().join(" ")
}

fn bullets(lines: &[Line<'_>]) -> Vec<String> {
    lines.iter().filter_map(|line| bullet(line.text)).map(str::to_owned).collect()
}

/// Words of which every post has one. A seat without any is taken for a person and left out.
const POSTS: [&str; 24] = [
    "adviser",
    "advisor",
    "analyst",
    "chair",
    "chief",
    "commissioner",
    "coordinator",
    "councillor",
    "deputy",
    "director",
    "executive",
    "governor",
    "head",
    "headteacher",
    "lead",
    "leader",
    "manager",
    "member",
    "officer",
    "president",
    "principal",
    "representative",
    "secretary",
    "worker",
];
const RANKS: [&str; 8] =
    ["constable", "dr", "insp", "inspector", "pc", "sergeant", "sgt", "superintendent"];

/// `Body – Post (Person)`, `Body – Post to be confirmed`, `Body – Rank Person`, `Body – Person (Firm)`.
fn seat(line: u32, text: &str, names: Names, odd: &mut Vec<Oddity>) -> Seat {
    let dash = [" – ", " - ", " — "].iter().filter_map(|dash| text.find(dash)).min();
    let (body, rest) = dash.and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""));
    let body = body.trim().to_owned();
    let rest = rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, '–' | '-' | '—'));
    let is_post = |text: &str| folded(text).split(' ').any(|word| POSTS.contains(&word));
    let keep = |name: &str| {
        let name = name.trim();
        (names == Names::Keep && !name.is_empty()).then(|| name.to_owned())
    };
    let post = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let lower = rest.to_lowercase();
    for (words, sitting) in [
        ("to be confirmed", Sitting::ToBeConfirmed),
        ("tbc", Sitting::ToBeConfirmed),
        ("vacant", Sitting::Vacant),
    ] {
        if let Some(at) = lower.find(words) {
            let before = rest.get(..at).unwrap_or_default();
            let before = before.trim_matches(|c: char| c.is_whitespace() || "(,:-–".contains(c));
            return Seat { body, post: post(before).filter(|p| is_post(p)), sitting, person: None };
        }
    }
    let bracket = rest.strip_suffix(')').and_then(|inner| inner.rsplit_once('('));
    if let Some((before, person)) = bracket.filter(|(before, _)| is_post(before)) {
        let person = keep(person);
        return Seat { body, post: post(before), sitting: Sitting::Named, person };
    }
    if bracket.is_none() && is_post(rest) {
        return Seat { body, post: post(rest), sitting: Sitting::Vacant, person: None };
    }
    let (rank, person) = match rest.split_once(' ') {
        Some((rank, person)) if RANKS.contains(&folded(rank).as_str()) => (Some(rank), person),
        _ => (None, rest),
    };
    let sentence = format!("A seat of {body} names a person and no post.");
    odd.push(Oddity::new(OddityKind::NameUnplaced, body.clone(), sentence).at(line));
    let person = keep(person.split('(').next().unwrap_or_default());
    Seat { body, post: rank.map(str::to_owned), sitting: Sitting::Named, person }
}

/// Days separated by bars; prose under the same heading is left alone.
fn meetings(lines: &[Line<'_>]) -> Result<Vec<Meeting>, ReadError> {
    let mut found = Vec::new();
    for line in lines.iter().filter(|line| line.text.contains('|') || is_a_day(line.text)) {
        let text = bullet(line.text).unwrap_or(line.text);
        for part in text.split('|').map(str::trim).filter(|part| !part.is_empty()) {
            let meeting = Meeting::read(part).ok_or_else(|| {
                let shown: String = part.chars().take(40).collect();
                ReadError::at(line.number, format!("'{shown}' is not the day of a meeting"))
            })?;
            found.push(meeting);
        }
    }
    Ok(found)
}

fn is_a_day(text: &str) -> bool {
    Meeting::read(bullet(text).unwrap_or(text)).is_some()
}
