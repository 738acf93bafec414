//! The group judging itself: a framework of statements by role or outcome, levels from beginning to
//! leading, and what a set of judgements comes to. What is not judged is never counted as low.

/// The levels, lowest first. Source: our own ladder of four, as such frameworks usually have.
pub const LEVELS: [&str; 4] = ["beginning", "developing", "established", "leading"];

/// From 1 to 4; none where nothing was judged.
pub fn level(state: &str) -> Option<u8> {
    let place = LEVELS.iter().position(|level| *level == state)?;
    u8::try_from(place + 1).ok()
}

/// What judgements come to: the mean level, over how many of how many. Units: levels from 1 to 4.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    pub mean: Option<f64>,
    pub judged: usize,
    pub all: usize,
}

pub fn score<'a>(states: impl IntoIterator<Item = &'a str>) -> Score {
    let (mut sum, mut judged, mut all) = (0_u32, 0_u32, 0);
    for state in states {
        all += 1;
        if let Some(level) = level(state) {
            sum += u32::from(level);
            judged += 1;
        }
    }
    let mean = (judged > 0).then(|| f64::from(sum) / f64::from(judged));
    Score { mean, judged: judged as usize, all }
}

/// Reads a framework, a statement a line: `Role or outcome; what good looks like`.
///
/// Errors: a sentence for every line that is not one; nothing of it is taken then.
pub fn framework(text: &str) -> Result<Vec<(String, String)>, Vec<String>> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut wrong = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let parts = line.split_once('\t').or_else(|| line.split_once(';'));
        let parts = parts.map(|(role, words)| (role.trim(), words.trim()));
        match parts.filter(|(role, words)| !role.is_empty() && !words.is_empty()) {
            None => wrong.push(format!("Line {number} has no role and statement parted by ';'.")),
            Some((_, words)) if found.iter().any(|(_, other)| other == words) => {
                wrong.push(format!("Line {number} says the same as a line before it."));
            }
            Some((role, words)) => found.push((role.to_owned(), words.to_owned())),
        }
    }
    if found.is_empty() && wrong.is_empty() {
        wrong.push("There is no statement in it.".to_owned());
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_judged_is_not_low() {
        let of = |states: &[&str]| score(states.iter().copied());
        assert_eq!(of(&[]), Score::default());
        assert_eq!(of(&["not judged"]), Score { mean: None, judged: 0, all: 1 });
        let found = of(&["beginning", "not judged", "leading"]);
        assert_eq!(found, Score { mean: Some(2.5), judged: 2, all: 3 });
    }

    #[test]
    fn a_framework_is_refused_line_by_line() {
        let read = framework("Schools; Tell of leavers in a week\n\nCouncil\tKeeps one list\n");
        assert_eq!(read.unwrap().len(), 2);
        let wrong = framework("Schools; Tell\nno role\n; words\nCollege; Tell\n").unwrap_err();
        assert_eq!(wrong.len(), 3, "{wrong:?}");
        assert!(wrong[0].starts_with("Line 2") && wrong[2].starts_with("Line 4"));
        assert!(framework(" \n").is_err());
    }
}
