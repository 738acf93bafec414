//! A meeting's agenda from what is already written down: what stands on every agenda, what partners
//! asked for, what has to be decided, and which boards still owe an answer. Nothing is typed twice.

/// What an agenda is made of, each list in the order it was written.
#[derive(Clone, Debug, Default)]
pub struct Matters<'a> {
    /// Items that stand on every agenda; where there are none the usual three do.
    pub standing: Vec<&'a str>,
    /// What was asked for, and by whom.
    pub asked: Vec<(&'a str, &'a str)>,
    pub to_decide: Vec<&'a str>,
    /// Recommendations that wait, and the board they went to.
    pub unanswered: Vec<(&'a str, &'a str)>,
    /// Actions of earlier meetings that are not done.
    pub open_actions: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaItem {
    pub title: String,
    /// Why it is on the agenda, in words.
    pub why: String,
}

/// Source: a strategy's fifth aim, which has ratings and funding stand on every agenda, and its group's
/// terms, which have it read the figures together.
const USUAL: [&str; 3] = ["Ratings of the plan", "Funding", "The figures"];

/// The agenda in its order.
pub fn agenda(matters: &Matters<'_>) -> Vec<AgendaItem> {
    let item = |title: &str, why: String| AgendaItem { title: title.to_owned(), why };
    let mut all = Vec::new();
    if matters.open_actions > 0 {
        let count = matters.open_actions;
        let why = format!("{count} {} open", if count == 1 { "action is" } else { "actions are" });
        all.push(item("Actions of earlier meetings", why));
    }
    let stands = || "on every agenda".to_owned();
    match matters.standing.as_slice() {
        [] => all.extend(USUAL.map(|title| item(title, stands()))),
        own => all.extend(own.iter().map(|title| item(title, stands()))),
    }
    all.extend(matters.to_decide.iter().map(|title| item(title, "to be decided".to_owned())));
    all.extend(matters.asked.iter().map(|(title, by)| match by.trim() {
        "" => item(title, "asked for by a member".to_owned()),
        by => item(title, format!("asked for by {by}")),
    }));
    all.extend(matters.unanswered.iter().map(|(title, board)| match board.trim() {
        "" => item(title, "recommended; no answer yet".to_owned()),
        board => item(title, format!("recommended; no answer yet from {board}")),
    }));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agenda_is_made_of_what_is_written_down() {
        let titles = |m: &Matters<'_>| agenda(m).into_iter().map(|i| i.title).collect::<Vec<_>>();
        assert_eq!(titles(&Matters::default()), USUAL, "never an empty agenda");
        let matters = Matters {
            standing: vec!["Ratings"],
            asked: vec![("Bus passes", "Harbour College"), ("Room", " ")],
            to_decide: vec!["A second adviser"],
            unanswered: vec![("Open later", "Skills Board")],
            open_actions: 2,
        };
        assert_eq!(
            titles(&matters),
            [
                "Actions of earlier meetings",
                "Ratings",
                "A second adviser",
                "Bus passes",
                "Room",
                "Open later"
            ]
        );
        let whys: Vec<String> = agenda(&matters).into_iter().map(|i| i.why).collect();
        assert_eq!(whys[3], "asked for by Harbour College");
        assert_eq!(whys[5], "recommended; no answer yet from Skills Board");
    }
}
