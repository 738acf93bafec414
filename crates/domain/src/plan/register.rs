//! The registers that a plan keeps beside its outcomes: who sits in the group, what its meetings decided,
//! bids, good practice and so on. They are all lines of one shape, and differ in what they ask for and
//! in which states a line may be; that difference is this table and nothing else.

use crate::calendar::Day;

/// One register. A label says that its lines have that field and what it is called there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Register {
    pub name: &'static str,
    pub title: &'static str,
    /// What one line is, in lower case.
    pub one: &'static str,
    pub about: &'static str,
    /// What the line says first.
    pub head: &'static str,
    pub detail: Option<&'static str>,
    pub body: Option<&'static str>,
    pub person: Option<&'static str>,
    pub day: Option<&'static str>,
    pub amount: Option<&'static str>,
    pub source: Option<&'static str>,
    /// Whether a line may speak of one outcome.
    pub outcome: bool,
    /// Whether a line belongs to a meeting.
    pub meeting: bool,
    /// The first is what a new line is.
    pub states: &'static [&'static str],
    /// States in which nothing more is to be done.
    pub closed: &'static [&'static str],
    /// Fields beyond the head that a line cannot be without.
    pub must: &'static [&'static str],
}

const PLAIN: Register = Register {
    name: "",
    title: "",
    one: "",
    about: "",
    head: "Title",
    detail: Some("Details"),
    body: None,
    person: None,
    day: None,
    amount: None,
    source: None,
    outcome: false,
    meeting: false,
    states: &["open"],
    closed: &[],
    must: &[],
};

/// Every register, in the order of their menus.
///
/// Source: what a strategy group's terms and its fifth aim ask it to keep; the fields are ours.
pub const REGISTERS: &[Register] = &[
    Register {
        name: "member",
        title: "Members",
        one: "member",
        about: "Who sits for whom: members, their deputies, and seats that nobody fills.",
        head: "Post",
        body: Some("Organisation"),
        person: Some("Name"),
        day: Some("Since"),
        states: &["member", "chair", "deputy", "to be confirmed", "vacant", "left"],
        closed: &["left"],
        ..PLAIN
    },
    Register {
        name: "commitment",
        title: "Signed commitments",
        one: "signature",
        about: "Partners who have signed that they commit themselves to this strategy.",
        head: "What was signed",
        body: Some("Organisation"),
        person: Some("Signed by"),
        day: Some("Signed on"),
        states: &["asked", "signed", "declined"],
        closed: &["signed", "declined"],
        ..PLAIN
    },
    Register {
        name: "review",
        title: "Membership reviews",
        one: "review",
        about: "The yearly look at who belongs in the group.",
        head: "What was reviewed",
        day: Some("Due"),
        states: &["due", "done"],
        closed: &["done"],
        ..PLAIN
    },
    Register {
        name: "meeting",
        title: "Meetings added",
        one: "meeting",
        about: "Meetings beyond those that the plan's document names.",
        head: "Where",
        day: Some("Day"),
        states: &["planned", "held", "cancelled"],
        closed: &["held", "cancelled"],
        ..PLAIN
    },
    Register {
        name: "standing",
        title: "Standing items",
        one: "standing item",
        about: "What stands on every agenda.",
        head: "Item",
        states: &["standing", "dropped"],
        closed: &["dropped"],
        ..PLAIN
    },
    Register {
        name: "contribution",
        title: "Agenda contributions",
        one: "contribution",
        about: "What partners ask to be on a meeting's agenda.",
        head: "Item",
        body: Some("Asked for by"),
        outcome: true,
        meeting: true,
        states: &["asked", "on the agenda", "held over"],
        closed: &["on the agenda", "held over"],
        ..PLAIN
    },
    Register {
        name: "paper",
        title: "Papers",
        one: "paper",
        about: "What is to be read before a meeting.",
        head: "Title",
        body: Some("From"),
        source: Some("Where it is kept"),
        meeting: true,
        states: &["for reading", "for decision"],
        ..PLAIN
    },
    Register {
        name: "attendance",
        title: "Attendance",
        one: "attendance",
        about: "Who came, who sent whom, who gave apologies.",
        head: "Post",
        body: Some("Organisation"),
        person: Some("Who came"),
        meeting: true,
        states: &["came", "sent a representative", "apologies", "absent"],
        ..PLAIN
    },
    Register {
        name: "decision",
        title: "Decisions",
        one: "decision",
        about: "What a meeting decided.",
        head: "Decision",
        outcome: true,
        meeting: true,
        states: &["due", "decided", "put off"],
        closed: &["decided"],
        ..PLAIN
    },
    Register {
        name: "action",
        title: "Actions from meetings",
        one: "action",
        about: "What a meeting asked somebody to do.",
        head: "Action",
        body: Some("Organisation"),
        person: Some("Who"),
        day: Some("Due"),
        outcome: true,
        meeting: true,
        states: &["open", "done", "dropped"],
        closed: &["done", "dropped"],
        ..PLAIN
    },
    Register {
        name: "recommendation",
        title: "Recommendations to boards",
        one: "recommendation",
        about: "What the group recommends to a board, and what the board answered.",
        head: "Recommendation",
        detail: Some("The board's answer"),
        body: Some("Board"),
        day: Some("Answer wanted by"),
        outcome: true,
        meeting: true,
        states: &["to be sent", "sent", "accepted", "partly accepted", "refused"],
        closed: &["accepted", "partly accepted", "refused"],
        ..PLAIN
    },
    Register {
        name: "issue",
        title: "Issues",
        one: "issue",
        about: "Trends and difficulties that the group follows, learning provision among them.",
        head: "Issue",
        body: Some("Raised by"),
        day: Some("Raised on"),
        source: Some("Kind: provision, data, young people's voice or other"),
        outcome: true,
        states: &["open", "being worked on", "closed"],
        closed: &["closed"],
        ..PLAIN
    },
    Register {
        name: "evidence",
        title: "Evidence",
        one: "piece of evidence",
        about: "What shows that an outcome is being reached.",
        head: "What it shows",
        body: Some("From"),
        day: Some("Of"),
        source: Some("Where it is kept"),
        outcome: true,
        states: &["given", "withdrawn"],
        closed: &["withdrawn"],
        ..PLAIN
    },
    Register {
        name: "strategy",
        title: "Strategies and boards",
        one: "strategy or board",
        about: "Strategies, boards and panels with something to say on participation, and who reviewed them.",
        head: "Strategy, board or panel",
        detail: Some("Its remit"),
        body: Some("Whose it is"),
        day: Some("Reviewed on"),
        source: Some("Where it is kept"),
        states: &["not reviewed", "being reviewed", "reviewed"],
        closed: &["reviewed"],
        ..PLAIN
    },
    Register {
        name: "fit",
        title: "Synergies and gaps",
        one: "finding",
        about: "Where another strategy helps one of our outcomes, and where it leaves a gap.",
        head: "Strategy, board or panel",
        outcome: true,
        states: &["synergy", "gap"],
        ..PLAIN
    },
    Register {
        name: "funding",
        title: "Funding",
        one: "funding opportunity",
        about: "Funds that are open, bids and what became of them.",
        head: "Fund",
        body: Some("Bidder"),
        day: Some("Deadline"),
        amount: Some("Amount in pounds"),
        source: Some("Who gives it"),
        outcome: true,
        states: &["found", "bidding", "bid", "won", "lost", "let go"],
        closed: &["won", "lost", "let go"],
        ..PLAIN
    },
    Register {
        name: "practice",
        title: "Good practice",
        one: "example",
        about: "What worked, here or elsewhere, with where it was learned.",
        head: "What worked",
        body: Some("Where"),
        day: Some("Seen on"),
        source: Some("Source"),
        outcome: true,
        states: &["found", "tried here", "taken up", "left"],
        closed: &["taken up", "left"],
        ..PLAIN
    },
    Register {
        name: "network",
        title: "Networks",
        one: "network",
        about: "Where providers, employers and services meet each other.",
        head: "Network",
        body: Some("Run by"),
        day: Some("Next meets"),
        states: &["running", "resting"],
        ..PLAIN
    },
    Register {
        name: "event",
        title: "Conference, fairs and events",
        one: "event",
        about: "The conference, fairs, roadshows and results days.",
        head: "Event",
        body: Some("Run by"),
        day: Some("Day"),
        outcome: true,
        states: &["planned", "held", "cancelled"],
        closed: &["held", "cancelled"],
        ..PLAIN
    },
    Register {
        name: "communication",
        title: "Communications",
        one: "message",
        about: "Who is told what, and when.",
        head: "Message",
        detail: Some("How"),
        body: Some("To whom"),
        day: Some("When"),
        states: &["planned", "sent"],
        closed: &["sent"],
        ..PLAIN
    },
    Register {
        name: "training",
        title: "Training",
        one: "training",
        about: "What people who work with the young are taught.",
        head: "Training",
        body: Some("For whom"),
        day: Some("Day"),
        states: &["planned", "held", "cancelled"],
        closed: &["held", "cancelled"],
        ..PLAIN
    },
    Register {
        name: "toolkit",
        title: "Toolkit",
        one: "statement",
        about: "The framework the group judges itself by: what good looks like, by role or outcome.",
        head: "What good looks like",
        body: Some("Role or outcome"),
        source: Some("Source"),
        outcome: true,
        states: &["in use", "dropped"],
        closed: &["dropped"],
        ..PLAIN
    },
    Register {
        name: "evaluation",
        title: "Self-evaluation",
        one: "judgement",
        about: "How well each partner's part and each outcome is done, judged by the group itself.",
        head: "Role or outcome judged",
        detail: Some("What shows it"),
        body: Some("Partner"),
        day: Some("Judged on"),
        outcome: true,
        states: &["not judged", "beginning", "developing", "established", "leading"],
        ..PLAIN
    },
    Register {
        name: "aim",
        title: "Ratings of aims",
        one: "rating of an aim",
        about: "Where the group rates an aim otherwise than its outcomes suggest, with who said so and why.",
        head: "Number of the aim",
        detail: Some("Why"),
        person: Some("Who says so"),
        day: Some("Of"),
        states: &["as suggested", "green", "amber", "red", "not started"],
        must: &["detail", "person"],
        ..PLAIN
    },
    Register {
        name: "succession",
        title: "Responsibilities that passed on",
        one: "hand-over",
        about: "Organisations whose responsibilities passed to another on a day; what was before stays as it was.",
        head: "From",
        body: Some("To"),
        day: Some("First day of the new one"),
        states: &["agreed"],
        must: &["body", "day"],
        ..PLAIN
    },
    Register {
        name: "reminder",
        title: "Reminders",
        one: "reminder",
        about: "When leads were asked to confirm a rating.",
        head: "What was asked",
        body: Some("Lead"),
        day: Some("On"),
        outcome: true,
        states: &["reminded"],
        closed: &["reminded"],
        ..PLAIN
    },
    Register {
        name: "employer",
        title: "Employers",
        one: "employer",
        about: "Employers that the group works with, and what was agreed.",
        head: "Employer",
        body: Some("Who speaks with them"),
        day: Some("Last spoken"),
        outcome: true,
        states: &["to ask", "talking", "working with us", "not now"],
        closed: &["not now"],
        ..PLAIN
    },
    Register {
        name: "strand",
        title: "Strands and contexts",
        one: "strand",
        about: "Strands of parent plans that outcomes belong to, and notes on what the plan's times were like.",
        head: "Strand or context",
        source: Some("From which plan"),
        outcome: true,
        states: &["standing", "past"],
        closed: &["past"],
        ..PLAIN
    },
    Register {
        name: "publication",
        title: "Publication",
        one: "publication",
        about: "Whether the plan's public page is open. It never shows a name.",
        head: "What is published",
        day: Some("From"),
        states: &["withdrawn", "published"],
        ..PLAIN
    },
];

/// The register of that name.
pub fn register(name: &str) -> Option<&'static Register> {
    REGISTERS.iter().find(|register| register.name == name)
}

/// Why a line cannot be kept: the field, and a sentence.
pub type LineRefused = (&'static str, String);

impl Register {
    /// Whether nothing more is to be done about a line in this state.
    pub fn is_closed(&self, state: &str) -> bool {
        self.closed.contains(&state)
    }

    /// Judges what a line cannot be without, given its filled fields by name.
    ///
    /// Errors: every field that is missing.
    pub fn missing(&self, filled: &[(&'static str, &str)]) -> Vec<LineRefused> {
        let empty =
            |name: &str| filled.iter().any(|(n, text)| *n == name && text.trim().is_empty());
        let label = |name: &str| match name {
            "detail" => self.detail,
            "person" => self.person,
            "day" => self.day,
            _ => self.body,
        };
        let missing = self.must.iter().filter(|name| empty(name));
        missing
            .map(|name| (*name, format!("Enter: {}.", label(name).unwrap_or(name).to_lowercase())))
            .collect()
    }

    /// Judges a line's words before it is kept.
    ///
    /// Errors: every field that is wrong.
    pub fn judge(&self, head: &str, state: &str, day: &str, amount: &str) -> Vec<LineRefused> {
        let mut wrong = Vec::new();
        if head.trim().is_empty() {
            wrong.push(("title", format!("Enter: {}.", self.head.to_lowercase())));
        }
        if !self.states.contains(&state) {
            wrong.push(("state", format!("Choose one of: {}.", self.states.join(", "))));
        }
        // A year of two figures is a slip, not a year of the first century.
        let real = |day: &str| day.parse::<Day>().is_ok_and(|day| day.year() > 1900);
        if !day.trim().is_empty() && !real(day.trim()) {
            wrong.push(("day", "The day must be a real day, like 3 3 2026.".to_owned()));
        }
        let pounds = amount.trim().replace([',', '£'], "");
        if !pounds.is_empty() && pounds.parse::<u32>().is_err() {
            wrong.push(("amount", "Type the amount in whole pounds.".to_owned()));
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_have_names_of_their_own_and_states_that_hold_together() {
        for (at, one) in REGISTERS.iter().enumerate() {
            assert!(REGISTERS.iter().skip(at + 1).all(|other| other.name != one.name));
            assert!(one.closed.iter().all(|state| one.states.contains(state)), "{}", one.name);
            assert_eq!(register(one.name), Some(one));
        }
    }

    #[test]
    fn a_line_is_judged_field_by_field() {
        let funding = register("funding").unwrap();
        let wrong = funding.judge(" ", "maybe", "soon", "much");
        let fields: Vec<&str> = wrong.iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["title", "state", "day", "amount"]);
        assert_eq!(funding.judge("Harbour fund", "bid", "2026-03-12", "£12,500"), []);
        assert_eq!(funding.judge("Harbour fund", "found", "", ""), []);
        for day in ["0026-03-12", "0000-00-00"] {
            assert_eq!(funding.judge("Harbour fund", "bid", day, "").len(), 1, "{day}");
        }
    }

    #[test]
    fn an_aim_is_rated_otherwise_only_with_a_reason_and_a_name() {
        let aim = register("aim").unwrap();
        let missing = aim.missing(&[("detail", " "), ("person", ""), ("body", "")]);
        let fields: Vec<&str> = missing.iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["detail", "person"]);
        assert_eq!(aim.missing(&[("detail", "Two leads left"), ("person", "Ada Quill")]), []);
    }
}
