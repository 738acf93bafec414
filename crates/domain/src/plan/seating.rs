//! Who sits where: the seats that a plan's document names, filled by what the group has written down
//! since. A seat is an organisation and a post, never a person; people come and go, and a seat that
//! nobody fills is shown as vacant and not left out.

use super::{Seat, Sitting, folded};
use crate::calendar::Day;
use jiff::ToSpan;

/// A line of the register of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberLine<'a> {
    pub body: &'a str,
    pub post: &'a str,
    pub person: &'a str,
    /// The register's own word: member, chair, deputy, to be confirmed, vacant, left.
    pub state: &'a str,
}

/// A seat today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seated {
    pub body: String,
    pub post: String,
    pub people: Vec<String>,
    pub deputies: Vec<String>,
    pub chair: bool,
    pub sitting: Sitting,
}

/// Fills the document's seats from the lines, in their order; lines of other posts are seats of their own.
pub fn seating(seats: &[Seat], lines: &[MemberLine<'_>]) -> Vec<Seated> {
    let mut all: Vec<Seated> = seats.iter().map(printed).collect();
    for line in lines {
        let at = all.iter().position(|seat| {
            folded(&seat.body) == folded(line.body) && folded(&seat.post) == folded(line.post)
        });
        // A deputy written under another post still stands in for somebody of that organisation.
        let at = at.or_else(|| {
            let deputy = line.state == "deputy";
            deputy.then(|| all.iter().position(|s| folded(&s.body) == folded(line.body))).flatten()
        });
        match at.and_then(|at| all.get_mut(at)) {
            Some(seat) => fill(seat, line),
            None => {
                let mut seat = Seated { sitting: Sitting::Vacant, ..empty(line.body, line.post) };
                fill(&mut seat, line);
                if line.state != "left" {
                    all.push(seat);
                }
            }
        }
    }
    all
}

fn empty(body: &str, post: &str) -> Seated {
    Seated {
        body: body.to_owned(),
        post: post.to_owned(),
        people: Vec::new(),
        deputies: Vec::new(),
        chair: false,
        sitting: Sitting::Named,
    }
}

fn printed(seat: &Seat) -> Seated {
    let mut own = empty(&seat.body, seat.post.as_deref().unwrap_or_default());
    own.people.extend(seat.person.clone());
    own.sitting = seat.sitting;
    own
}

fn fill(seat: &mut Seated, line: &MemberLine<'_>) {
    let same = |name: &String| folded(name) == folded(line.person);
    seat.people.retain(|name| !same(name));
    seat.deputies.retain(|name| !same(name));
    let named = !line.person.trim().is_empty();
    match line.state {
        "member" | "chair" => {
            seat.chair |= line.state == "chair";
            seat.sitting = Sitting::Named;
            seat.people.extend(named.then(|| line.person.to_owned()));
        }
        "deputy" => seat.deputies.extend(named.then(|| line.person.to_owned())),
        "to be confirmed" => seat.sitting = Sitting::ToBeConfirmed,
        _ => {
            if seat.people.is_empty() {
                seat.sitting = Sitting::Vacant;
            }
        }
    }
}

/// The day by which membership is to be reviewed again: a year after the last review, or today where
/// there was none.
pub fn review_by(last: Option<Day>, today: Day) -> Day {
    last.map_or(today, |last| last.saturating_add(1.year()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn seat(body: &str, post: &str, person: Option<&str>, sitting: Sitting) -> Seat {
        let (body, post) = (body.to_owned(), Some(post.to_owned()));
        Seat { body, post, sitting, person: person.map(str::to_owned) }
    }

    fn line<'a>(body: &'a str, post: &'a str, person: &'a str, state: &'a str) -> MemberLine<'a> {
        MemberLine { body, post, person, state }
    }

    #[test]
    fn people_come_and_go_and_the_seat_stays() {
        let seats = [
            seat("Harbour College", "Head", Some("A Reed"), Sitting::Named),
            seat("Schools", "Headteacher", None, Sitting::ToBeConfirmed),
        ];
        let lines = [
            line("harbour college", "Head", "A Reed", "left"),
            line("Schools", "Headteacher", "B Moor", "chair"),
            line("Schools", "Assistant head", "C Lark", "deputy"),
            line("Police", "Inspector", "", "vacant"),
            line("Fire service", "Officer", "D Gone", "left"),
        ];
        let all = seating(&seats, &lines);
        let told: Vec<_> =
            all.iter().map(|s| (s.body.as_str(), s.sitting, s.people.len(), s.chair)).collect();
        assert_eq!(
            told,
            [
                ("Harbour College", Sitting::Vacant, 0, false),
                ("Schools", Sitting::Named, 1, true),
                ("Police", Sitting::Vacant, 0, false),
            ]
        );
        assert_eq!(all[1].deputies, ["C Lark"], "one of its organisation may stand in");
    }

    #[test]
    fn membership_is_reviewed_every_year() {
        let today = date(2026, 3, 12);
        assert_eq!(review_by(None, today), today);
        assert_eq!(review_by(Some(date(2024, 2, 29)), today), date(2025, 2, 28));
    }
}
