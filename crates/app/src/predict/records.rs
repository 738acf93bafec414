//! The two records that others ask for: the Algorithmic Transparency Record and the annex to the impact
//! assessment. What is measured comes from the predictor itself; what only the owner knows says so.

use domain::prediction::{AUDITED, FEATURES, Origin, State};
use risk::stumps::MAY_CHALLENGE;

use super::paper::{
    OLD_RULE, Owner, Paper, Section, cannot, did, factors, method, own, paper, says, share, years,
};
use super::train::{Evidence, Kept, STATUS};

/// Every field of `reference/risk/atrs-v3.toml`, in its order and under its own number and name.
///
/// Source: Algorithmic Transparency Recording Standard V3.0 (March 2024), template_table.md of
/// github.com/co-cddo/algorithmic-transparency-recording-standard; that file says what 4.0 calls otherwise.
pub fn atrs(kept: &Kept, owner: &Owner) -> Paper {
    let sections = vec![
        metadata(kept, owner),
        tier_1(kept),
        owners(owner),
        rationale(kept),
        process(kept),
        tool(kept),
        model(kept),
        data(kept),
        risks(kept),
    ];
    paper(("transparency-record", "Algorithmic Transparency Record"), kept, sections)
}

fn reads(kept: &Kept, origin: Origin) -> String {
    let read = FEATURES.iter().filter(|f| f.origin == origin && kept.content.reads(f.name));
    let labels = read.map(|f| f.label).collect::<Vec<_>>().join("; ");
    if labels.is_empty() { "nothing".to_owned() } else { labels }
}

/// What is read, by who holds it; of points alone, what the table counts.
fn sources(kept: &Kept) -> String {
    if kept.content.inputs.is_empty() {
        let counted = kept.content.table.indicators.iter().map(|i| i.name.as_str());
        let counted = counted.collect::<Vec<_>>().join("; ");
        return format!("What the points table counts: {counted}.");
    }
    format!(
        "From schools: {}. From the register: {}. From other services: {}. From the area: {}.",
        reads(kept, Origin::School),
        reads(kept, Origin::Register),
        reads(kept, Origin::Service),
        reads(kept, Origin::Area)
    )
}

const SENSITIVE: &str = "Special educational needs, care and youth justice are read where a partner shares \
    them under agreement. Sex, ethnicity, religion, nationality, names, free-text notes and siblings' \
    records are never read; sex, ethnicity, needs, care, meals, area and school are looked at afterwards, \
    to see whom a list serves.";
const DATASETS: &str = "The council's register, and sets that partners send for analysis.";
const STORED: &str =
    "In the council's own register; by role and reach; every look is written down; chances expire.";
const SHARED: &str = "Kept in the register under Sharing; a set that no agreement covers is refused, and \
    so is a row of whoever has said no.";

fn name(kept: &Kept) -> String {
    format!("Early support list, {}", kept.point.label())
}

fn description(kept: &Kept) -> String {
    format!(
        "Gives each young person of a year group a chance, in words, of being {}, with reasons, so that advisers and schools can offer support to as many as they have places for. It decides nothing.",
        kept.target.label()
    )
}

/// How far along it is, in the standard's words.
fn phase(kept: &Kept) -> &'static str {
    match kept.state {
        State::Researched | State::Tested => "Pre-deployment",
        State::Operational => "Production",
        State::Withdrawn => "Retired",
    }
}

fn metadata(kept: &Kept, owner: &Owner) -> Section {
    let updated = kept.content.updates.last().map_or(kept.day, |(day, _)| *day);
    let archived = match kept.state {
        State::Withdrawn => "With its withdrawal; its life is kept with the predictor.",
        _ => "N/A: it is not withdrawn.",
    };
    Section {
        title: "Metadata and title information",
        entries: vec![
            own("0.1 ID"),
            says("0.2 Standard version", "3.0"),
            says("0.3 Organisation type", "Local government"),
            says("0.4 Function", "Education; children's services"),
            says("0.5 Capability", "Risk prediction"),
            says("0.6 Task", "Prioritising offers of support"),
            says("0.7 Tags", "NEET; young people; early support"),
            says("0.8 Date of completion", kept.day.to_string()),
            says("0.9 Date updated", updated.to_string()),
            says("0.10 Date archived", archived),
            says("0.11 Title", name(kept)),
            says("0.12 Organisation name", owner.council.clone()),
            says("0.13 Phase", phase(kept)),
            says("0.14 Region", "England"),
            says("0.15 One sentence description", description(kept)),
        ],
    }
}

fn tier_1(kept: &Kept) -> Section {
    Section {
        title: "Tier 1 information",
        entries: vec![
            says("1.1 Name", name(kept)),
            says("1.2 Description", description(kept)),
            own("1.3 Website URL"),
            own("1.4 Contact email"),
        ],
    }
}

fn owners(owner: &Owner) -> Section {
    let none = "N/A: no external supplier takes part.";
    Section {
        title: "Tier 2: owner and responsibility",
        entries: vec![
            says("2.1.1 Organisation or department", owner.council.clone()),
            own("2.1.2 Team"),
            match owner.signed_by.is_empty() {
                true => own("2.1.3 Senior responsible owner"),
                false => says("2.1.3 Senior responsible owner", owner.signed_by.clone()),
            },
            says(
                "2.1.4 External supplier involvement",
                "No. The method is part of the register's own program; its source can be read.",
            ),
            says("2.1.4.1 External supplier", none),
            says("2.1.4.2 Companies House Number", none),
            says("2.1.4.3 External supplier role", none),
            own("2.1.4.4 Procurement procedure type"),
            says("2.1.4.5 Data access terms", none),
        ],
    }
}

fn rationale(kept: &Kept) -> Section {
    let table = &kept.content.table;
    Section {
        title: "Tier 2: description and rationale",
        entries: vec![
            says("2.2.1 Detailed description", detailed(kept)),
            says(
                "2.2.2 Scope",
                format!(
                    "Young people of {}, within the authority. It is not for decisions about any one person, nor for other areas or years than it was judged on.",
                    kept.point.label().to_lowercase()
                ),
            ),
            says("2.2.3 Benefit", benefits(kept)),
            says(
                "2.2.4 Previous process",
                format!("Points: {}, version {}", table.name, table.version),
            ),
            says("2.2.5 Alternatives considered", alternatives(kept)),
        ],
    }
}

/// How it works, and what each factor went with here and elsewhere.
fn detailed(kept: &Kept) -> String {
    let how = "Facts recorded by a day are turned into a chance by the method named below; the list holds as many people as there are places; people add and take off with a reason.";
    let told: Vec<String> = factors(kept).into_iter().map(|entry| entry.value).collect();
    if told.is_empty() {
        return how.to_owned();
    }
    format!(
        "{how} Odds of the outcome with a factor over those without, in the years that have closed here, nothing else held equal: {}.",
        told.join(". ")
    )
}

/// What was measured, and no promise.
fn benefits(kept: &Kept) -> String {
    let evidence = kept.content.evidence.as_ref();
    match evidence.and_then(|e| Some((e, e.over_points.value?))) {
        Some((e, ratio)) => format!(
            "Support is offered before somebody is out of learning. On a list of {} places in the judged year its precision was {ratio:.2} times that of the points table.",
            e.places
        ),
        None => "Support is offered before somebody is out of learning. How much better than by no list at all has not been measured.".to_owned(),
    }
}

/// What else was tried on the same young people.
fn alternatives(kept: &Kept) -> String {
    let evidence = kept.content.evidence.as_ref();
    let same = evidence.is_some_and(|e| e.board.iter().all(|line| line.model != STATUS));
    let status = if same {
        ", which is the same for everybody at this point and was not judged"
    } else {
        ""
    };
    format!("The points table; the {STATUS}{status}. {}", challenged(evidence))
}

/// What follows where the challenger wins: nothing by itself.
const REPORTED: &str = "They are reported and no more: no list is ever made by them. Where they win, the owner \
    may ask the program's developers for them; until a version has them, lists are made as said here.";

/// How the challenger did, or why it was not tried.
fn challenged(evidence: Option<&Evidence>) -> String {
    let Some(tried) = evidence.filter(|e| e.challenger.is_some()) else {
        return format!(
            "Boosted stumps were not judged: they need more than {MAY_CHALLENGE} outcomes to learn from and \
             something to tell apart."
        );
    };
    match tried.challenger_failed().as_slice() {
        [] => format!(
            "Boosted stumps were learnt from the same years and judged beside it; no rule of \
             promotion stands against them. {REPORTED}"
        ),
        failed => format!(
            "Boosted stumps were learnt from the same years and judged beside it; by the rule of \
             promotion they do not take over: {}. {REPORTED}",
            failed.join("; ")
        ),
    }
}

fn process(kept: &Kept) -> Section {
    let count = kept.content.years.last().map_or(0, |year| year.rows);
    Section {
        title: "Tier 2: decision-making process",
        entries: vec![
            says(
                "2.3.1 Process integration",
                "The list stands beside what advisers and schools know, and tells them whom to look at first. No status changes and no action starts by it.",
            ),
            says(
                "2.3.2 Provided information",
                "For each person a chance in words, up to four reasons with value, day and source, and what is not known; for the list, how many it gets wrong.",
            ),
            says(
                "2.3.3 Frequency and scale of usage",
                format!("{}; {count} young people at the newest closed turn", kept.point.label()),
            ),
            says(
                "2.3.4 Human decisions and review",
                "An adviser or the school decides about each person and writes the reason.",
            ),
            says(
                "2.3.5 Required training",
                "Reading chances as frequencies; what the list cannot say; the page on its limits.",
            ),
            says(
                "2.3.6 Appeals and review",
                "A young person or parent may see what is held, have it corrected, and object; who objects is given no chance.",
            ),
        ],
    }
}

fn tool(kept: &Kept) -> Section {
    Section {
        title: "Tier 2: tool specification",
        entries: vec![
            says(
                "2.4.1.1 System architecture",
                "Runs inside the council's own register; no data leave it.",
            ),
            says("2.4.1.2 Phase", phase(kept)),
            says(
                "2.4.1.3 Maintenance",
                "Watched monthly; its level is set once a year on what is known since, signed and logged; fitted again when the owner asks for it.",
            ),
            says("2.4.1.4 Models", format!("One: predictor {}", kept.id)),
        ],
    }
}

fn model(kept: &Kept) -> Section {
    let evidence = kept.content.evidence.as_ref();
    Section {
        title: "Tier 2: model specification",
        entries: vec![
            says("2.4.2.1 Model name", format!("Predictor {} ({})", kept.id, kept.point.name())),
            says("2.4.2.2 Model version", kept.hash.clone()),
            says("2.4.2.3 Model task", format!("A chance of being {}", kept.target.label())),
            says("2.4.2.4 Model input", sources(kept)),
            says("2.4.2.5 Model output", "A chance, and what each fact adds to it."),
            says(
                "2.4.2.6 Model architecture",
                format!("{}; {} terms", method(kept), kept.content.model.coefficients.len()),
            ),
            says(
                "2.4.2.7 Model performance",
                evidence.map_or("Not judged on a later year.".to_owned(), |e| {
                    did(&kept.content, e)
                        .iter()
                        .map(|entry| entry.value.clone())
                        .collect::<Vec<_>>()
                        .join(". ")
                }),
            ),
            says("2.4.2.8 Datasets", DATASETS),
            says("2.4.2.9 Dataset purposes", purposes(kept)),
        ],
    }
}

fn purposes(kept: &Kept) -> String {
    let judging = match kept.content.judged_by_open_years() {
        true => format!("The newest closed year to judge, earlier ones to learn from. {OLD_RULE}."),
        false => "The newest closed year to judge; years whose outcome had closed by its day to learn from, the newest of them to set the level.".to_owned(),
    };
    format!(
        "{judging} What is used is then fitted on every closed year. Chances are given from the same sets as they stand on the day."
    )
}

fn data(kept: &Kept) -> Section {
    let years = years(kept).iter().map(|entry| entry.value.clone()).collect::<Vec<_>>().join(". ");
    let years = if years.is_empty() { "No year has closed yet.".to_owned() } else { years };
    Section {
        title: "Tier 2: data specification",
        entries: vec![
            says("2.4.3.1 Source data name", DATASETS),
            says("2.4.3.2 Data modality", "Tabular"),
            says(
                "2.4.3.3 Data description",
                format!(
                    "One row a young person and turn: what had been recorded by the day, and what became of them. {}",
                    sources(kept)
                ),
            ),
            says("2.4.3.4 Data quantities", years),
            says("2.4.3.5 Sensitive attributes", SENSITIVE),
            says(
                "2.4.3.6 Data completeness and representativeness",
                "Everybody of the year group but those who object. Whose outcome nobody knows is told three ways; what is not known of somebody is a value of its own.",
            ),
            says("2.4.3.7 Source data URL", "N/A: personal data are not published."),
            says(
                "2.4.3.8 Data collection",
                "Recorded for the council's duty to know who is in learning, and sent by partners under agreement.",
            ),
            says(
                "2.4.3.9 Data cleaning",
                "Rows of a set that match nobody, or more than one, are not kept; values stay as they were said. A row reads only what was recorded by its day; a test alters every later record and finds no fact changed.",
            ),
            says("2.4.3.10 Data sharing agreements", SHARED),
            says("2.4.3.11 Data access and storage", STORED),
        ],
    }
}

fn risks(kept: &Kept) -> Section {
    let evidence = kept.content.evidence.as_ref();
    let unequal = evidence.map_or("not judged".to_owned(), |e| match e.unfair.as_slice() {
        [] => "no pair of groups passes the ratio of 1.5 in false alarms".to_owned(),
        unfair => unfair.join("; "),
    });
    Section {
        title: "Tier 2: risks, mitigations and impact assessments",
        entries: vec![
            own("2.5.1 Impact assessment"),
            says(
                "2.5.2 Risks and mitigations",
                format!(
                    "False labels: chances in words, never a colour; they expire; the list says how many it gets wrong. Unequal lists: {unequal}. Drift: watched monthly; two alarms and lists fall back to points, and the owner is told. A leak from later knowledge: a row reads only what was recorded by its day."
                ),
            ),
        ],
    }
}

/// Source: UK GDPR Article 35; the ICO's list of processing likely to result in high risk.
pub fn dpia(kept: &Kept, owner: &Owner) -> Paper {
    let sections = vec![processing(kept, owner), necessity(kept), harms(kept), measures()];
    let title = "Data protection impact assessment: annex";
    paper(("impact-assessment", title), kept, sections)
}

fn processing(kept: &Kept, owner: &Owner) -> Section {
    let count = kept.content.years.last().map_or(0, |year| year.rows);
    Section {
        title: "The processing",
        entries: vec![
            says(
                "Nature",
                "Profiling of children to offer support: a chance, reasons and a place on a list, at four points a year group.",
            ),
            says(
                "Scope",
                format!(
                    "{count} young people at the newest turn; facts named in the transparency record."
                ),
            ),
            says(
                "Context",
                "Most young people do not know what is computed; a plain page tells them, and every notice links to it.",
            ),
            says("Purpose", "To offer help before somebody is out of learning."),
            says(
                "Lawful basis",
                "Public task: Education and Skills Act 2008, section 68. No decision is solely automated (UK GDPR, Articles 22A to 22D).",
            ),
            says("Controller", owner.council.clone()),
            own("Data protection officer and advice given"),
        ],
    }
}

fn necessity(kept: &Kept) -> Section {
    Section {
        title: "Necessity and proportion",
        entries: vec![
            says(
                "Does it do what it is for",
                kept.content.evidence.as_ref().map_or(
                    "Not judged on a later year.".to_owned(),
                    |e| {
                        format!(
                            "Precision {} and recall {} on a list of {}.",
                            share(e.precision),
                            share(e.recall),
                            e.places
                        )
                    },
                ),
            ),
            says(
                "Data minimisation",
                format!(
                    "{} facts are read; rows of a set that match nobody are not kept; {} are looked at afterwards only.",
                    kept.content.inputs.len(),
                    AUDITED.join(", ")
                ),
            ),
            says(
                "Retention",
                "A chance may be shown until it expires; after that only that it was given.",
            ),
            says("Rights", "To see, to correct, to object. Whoever objects gets no chance."),
        ],
    }
}

fn harms(kept: &Kept) -> Section {
    Section {
        title: "Risks to people",
        entries: cannot(kept).into_iter().map(|words| says("Risk", words)).collect(),
    }
}

fn measures() -> Section {
    Section {
        title: "Measures",
        entries: vec![
            says(
                "Measure",
                "Roles and reach; each look audited; a school is not told which service knows a pupil.",
            ),
            says(
                "Measure",
                "Fairness told by group on every version; a ratio over 1.5 asks for the owner's written word.",
            ),
            says(
                "Measure",
                "Monthly watch, alarms, fall back to points, withdrawal with a reason.",
            ),
            own("Residual risk and approval"),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use risk::promotion::{Rule, UNSIGNED, Verdict};

    #[test]
    fn the_challenger_is_told_of_as_it_fell_out() {
        assert!(challenged(None).contains("more than 1000 outcomes"));
        assert_eq!(challenged(Some(&Evidence::default())), challenged(None));
        let tried = |holds| {
            let rule = |holds, sentence: &str| Rule { holds, sentence: sentence.to_owned() };
            let rules = vec![rule(false, UNSIGNED), rule(holds, "precision fell")];
            let challenger = Some(Verdict { promoted: false, rules });
            challenged(Some(&Evidence { challenger, ..Evidence::default() }))
        };
        assert!(
            tried(true).contains("no rule of promotion stands against them"),
            "{}",
            tried(true)
        );
        assert!(tried(false).contains("do not take over: precision fell. "), "{}", tried(false));
        for words in [tried(true), tried(false)] {
            assert!(words.contains("no list is ever made by them"), "{words}");
        }
    }
}
