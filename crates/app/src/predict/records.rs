//! The two records that others ask for: the Algorithmic Transparency Record and the annex to the impact
//! assessment. What is measured comes from the predictor itself; what only the owner knows says so.

use domain::prediction::{AUDITED, FEATURES, Origin};

use super::paper::{Owner, Paper, Section, cannot, did, own, paper, says, share, years};
use super::train::Kept;

/// Source: ATRS guidance and template v3 (May 2025), tiers 1 and 2.
pub fn atrs(kept: &Kept, owner: &Owner) -> Paper {
    let sections =
        vec![tier_1(kept), owners(owner), scope(kept), process(kept), model(kept), risks(kept)];
    paper(("transparency-record", "Algorithmic Transparency Record"), kept, sections)
}

fn reads(kept: &Kept, origin: Origin) -> String {
    let read = FEATURES
        .iter()
        .filter(|f| f.origin == origin && kept.content.inputs.iter().any(|name| name == f.name));
    read.map(|f| f.label).collect::<Vec<_>>().join("; ")
}

fn tier_1(kept: &Kept) -> Section {
    Section {
        title: "Tier 1: overview",
        entries: vec![
            says("Name", format!("Early support list, {}", kept.point.label())),
            says(
                "Description",
                format!(
                    "Gives each young person of a year group a chance, in words, of being {}, with reasons, so that advisers and schools can offer support to as many as they have places for. It decides nothing.",
                    kept.target.label()
                ),
            ),
            own("Website"),
            own("Contact email"),
        ],
    }
}

fn owners(owner: &Owner) -> Section {
    Section {
        title: "Tier 2.1: owner and responsibility",
        entries: vec![
            says("Organisation", owner.council.clone()),
            own("Team"),
            match owner.signed_by.is_empty() {
                true => own("Senior responsible owner"),
                false => says("Senior responsible owner", owner.signed_by.clone()),
            },
            says(
                "External supplier involvement",
                "No. The method is part of the register's own program; its source can be read.",
            ),
        ],
    }
}

fn scope(kept: &Kept) -> Section {
    Section {
        title: "Tier 2.2: description and rationale",
        entries: vec![
            says(
                "Detailed description",
                "Facts recorded by a day are turned into a chance by logistic regression; the list holds as many people as there are places; people add and take off with a reason.",
            ),
            says(
                "Scope",
                format!(
                    "Young people of {}, within the authority.",
                    kept.point.label().to_lowercase()
                ),
            ),
            says(
                "Benefit",
                "Support reaches more of those who would become NEET than a points table of the same length.",
            ),
            says(
                "Previous process",
                format!(
                    "Points: {}, version {}",
                    kept.content.table.name, kept.content.table.version
                ),
            ),
            says(
                "Alternatives considered",
                "The points table; the most recent status; boosted stumps, which may take over only by the promotion rule.",
            ),
        ],
    }
}

fn process(kept: &Kept) -> Section {
    Section {
        title: "Tier 2.3: decision-making process",
        entries: vec![
            says(
                "Process integration",
                "A list with reasons and what is not known. No status changes and no action starts by it.",
            ),
            says(
                "Human review",
                "An adviser or the school decides about each person and writes the reason.",
            ),
            says(
                "Frequency and scale",
                format!(
                    "{} young people at the newest turn",
                    kept.content.years.last().map_or(0, |year| year.rows)
                ),
            ),
            says(
                "Required training",
                "Reading chances as frequencies; what the list cannot say; the page on its limits.",
            ),
            says(
                "Appeals and review",
                "A young person or parent may see what is held, have it corrected, and object; who objects is given no chance.",
            ),
        ],
    }
}

fn model(kept: &Kept) -> Section {
    let evidence = kept.content.evidence.as_ref();
    Section {
        title: "Tier 2.4: model and data",
        entries: vec![
            says(
                "System architecture",
                "Runs inside the council's own register; no data leave it.",
            ),
            says(
                "Model",
                format!(
                    "Logistic regression, {} terms, hash {}",
                    kept.content.model.coefficients.len(),
                    kept.hash
                ),
            ),
            says(
                "Model performance",
                evidence.map_or("Not judged on a later year.".to_owned(), |e| {
                    did(e).iter().map(|entry| entry.value.clone()).collect::<Vec<_>>().join(". ")
                }),
            ),
            says("Source data: schools", reads(kept, Origin::School)),
            says("Source data: the register", reads(kept, Origin::Register)),
            says("Source data: other services", reads(kept, Origin::Service)),
            says(
                "Source data: area",
                if kept.content.with_area {
                    reads(kept, Origin::Area)
                } else {
                    "Not read.".to_owned()
                },
            ),
            says(
                "Never read",
                "Sex, ethnicity, religion, nationality, names, free-text notes, siblings' records.",
            ),
            says(
                "Personal and sensitive data",
                "Special educational needs, care and youth justice are read where a partner shares them under agreement.",
            ),
            says(
                "Data completeness",
                years(kept).iter().map(|entry| entry.value.clone()).collect::<Vec<_>>().join(". "),
            ),
            says(
                "Data sharing agreements",
                "Kept in the register under Sharing; a set whose agreement is over is refused.",
            ),
            says(
                "Access and storage",
                "By role and reach; every look is written down; chances expire.",
            ),
        ],
    }
}

fn risks(kept: &Kept) -> Section {
    let evidence = kept.content.evidence.as_ref();
    Section {
        title: "Tier 2.5: risks, mitigations and impact assessments",
        entries: vec![
            own("Data protection impact assessment: title and link"),
            own("Equality impact assessment: title and link"),
            says(
                "Risk: false labels",
                "Chances in words, never a colour; they expire; the list says how many it gets wrong.",
            ),
            says(
                "Risk: unequal lists",
                evidence.map_or("Not judged.".to_owned(), |e| {
                    if e.unfair.is_empty() {
                        "No pair of groups passes the ratio of 1.5 in false alarms.".to_owned()
                    } else {
                        e.unfair.join(". ")
                    }
                }),
            ),
            says(
                "Risk: drift",
                "Watched monthly; two alarms and lists fall back to points, and the owner is told.",
            ),
            says(
                "Risk: leak from later knowledge",
                "A row reads only what was recorded by its day; a test alters every later record and finds no fact changed.",
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
