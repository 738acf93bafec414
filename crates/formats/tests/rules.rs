//! The printed rules of measures and editions: made from what the program itself goes by, so that
//! whoever reads docs/rules reads what is done. A page that is stale stops the test and lies fresh in
//! target/, to be looked at and copied.

use std::fmt::Write;

use domain::edition::{AgeKind, Basis, Edition, Lapse, Returning};
use domain::measure::{DEFINITIONS, Period};
use formats::reference::editions;

fn fresh(name: &str, text: &str) {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let kept = std::fs::read_to_string(format!("{root}/docs/rules/{name}")).unwrap_or_default();
    if kept != text {
        std::fs::write(format!("{root}/target/{name}"), text).unwrap();
        panic!("docs/rules/{name} is stale: look at target/{name} and copy it there");
    }
}

fn ages(edition: &Edition) -> String {
    let age = edition.measure.age;
    let kind = match age.kind {
        AgeKind::Actual => "actual age",
        AgeKind::Academic => "academic age",
    };
    format!("{kind} {} to {}", age.min, age.max)
}

fn basis(edition: &Edition) -> &'static str {
    match edition.measure.basis {
        Basis::PlaceOfStudy => "place of study",
        Basis::Residence => "residence",
    }
}

fn listed<T: ToString>(all: impl IntoIterator<Item = T>) -> String {
    let all: Vec<String> = all.into_iter().map(|one| one.to_string()).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

fn hundredths(number: u32) -> String {
    format!("{}.{:02}", number / 100, number % 100)
}

fn tenths(permille: u32) -> String {
    format!("{}.{} %", permille / 10, permille % 10)
}

#[test]
fn the_printed_measures_are_fresh() {
    let mut text = "# Measures\n\nPrinted from `domain::measure` and `reference/editions`; a test fails \
                    when this page is stale. A measure is a share of the cohort on the last day of a \
                    month; months are averaged by averaging counts and then dividing. Who is in the \
                    cohort comes from the edition that is asked under.\n"
        .to_owned();
    for measure in DEFINITIONS {
        let over = match measure.period {
            Period::AsAsked => "the month asked for, or the mean of the edition's count months",
            Period::Averaging => "the mean of the edition's count months only",
        };
        write!(
            text,
            "\n## {}\n\n`{}`. {}\n\nStated over: {over}.\n\nSource: {}.\n",
            measure.title, measure.name, measure.words, measure.source
        )
        .unwrap();
    }
    text += "\n## The cohort by edition\n\n| Edition | Ages | Basis | Mean of months | Outside the \
             cohort | Lapsed records assumed NEET (of EET, of NEET) | Target | Grant lost |\n\
             |---|---|---|---|---|---|---|---|\n";
    for edition in editions().iter() {
        let m = &edition.measure;
        let adjustment = m.adjustment.map_or("none".to_owned(), |a| {
            let shares = [a.eet_lapsed_hundredths, a.neet_lapsed_hundredths].map(hundredths);
            shares.join(", ")
        });
        let target = m.target.as_ref();
        let losses = target.map_or("none".to_owned(), |target| {
            let loss = |l: &domain::edition::Loss| {
                format!("{} % above {} not known", l.lost_hundredths, tenths(l.above_permille))
            };
            listed(target.losses.iter().map(loss))
        });
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {adjustment} | {} | {losses} |",
            edition.name,
            ages(edition),
            basis(edition),
            listed(&m.months),
            listed(&m.excluded),
            target.map_or("none".to_owned(), |target| tenths(target.neet_permille)),
        )
        .unwrap();
    }
    fresh("measures.md", &text);
}

#[test]
fn the_printed_editions_are_fresh() {
    let mut text = "# Editions\n\nPrinted from `reference/editions`; a test fails when this page is \
                    stale. An edition is one year's statutory requirement as data: who is returned, \
                    which activities there are and how long each is believed, which checks a return \
                    is held to. What is not certain is listed with its mark: I inferred, K own \
                    knowledge, ? weak.\n"
        .to_owned();
    for edition in editions().iter() {
        text += &page(edition);
    }
    fresh("editions.md", &text);
}

fn page(edition: &Edition) -> String {
    let until = edition.valid_to.map_or("now".to_owned(), |day| day.to_string());
    let who = &edition.membership;
    let mut text = format!(
        "\n## {}\n\n{}, in force {} to {until}, used from {}. Returned: academic age {} to {}, with a \
         current plan to {}{}. Counted: {}, by {}, mean of months {}. The file's root is `{}`.\n",
        edition.name,
        edition.title,
        edition.valid_from,
        edition.stands_in_from,
        who.min_age,
        who.max_age,
        who.max_age_with_send,
        match who.age_with_send {
            AgeKind::Actual => " on the day, to the birthday after",
            AgeKind::Academic => "",
        },
        ages(edition),
        basis(edition),
        listed(&edition.measure.months),
        edition.xml.root,
    );
    text += "\n| Code | Activity | Group | Believed for | Review date | End date | Participates |\n\
             |---|---|---|---|---|---|---|\n";
    let yes = |yes: bool| if yes { "yes" } else { "" };
    for a in edition.activities.values() {
        let lapse = match a.lapse {
            Lapse::Never => "for ever".to_owned(),
            Lapse::SchoolYearEnd => "until 31 August".to_owned(),
            Lapse::Months(months) => format!("{months} months"),
            Lapse::ReviewPlusDays(days) => format!("until {days} days after the review date"),
        };
        writeln!(
            text,
            "| {} | {} | {} | {lapse} | {} | {} | {} |",
            a.code,
            a.label,
            a.group.word(),
            yes(a.review_required),
            yes(a.end_date_required),
            yes(a.participates())
        )
        .unwrap();
    }
    text += "\n| Cohort status | Meaning | Returned |\n|---|---|---|\n";
    for status in edition.cohort_statuses.values() {
        let returned = match status.returning {
            Returning::EveryMonth => "every month",
            Returning::Once => "once",
            Returning::UntilGuaranteeCloses => "until the September Guarantee closes",
            Returning::Never => "never",
        };
        writeln!(text, "| {} | {} | {returned} |", status.code, status.label).unwrap();
    }
    text += "\n| Check | Priority | Raised when |\n|---|---|---|\n";
    for check in edition.checks.values() {
        writeln!(text, "| {} | {} | {} |", check.code, check.priority.number(), check.says)
            .unwrap();
    }
    text += "\n| Uncertain value | Mark | Why |\n|---|---|---|\n";
    for doubt in &edition.uncertain {
        let value = format!("`{}` = {}", doubt.path, doubt.value.replace('|', "/"));
        writeln!(text, "| {value} | {} | {} |", doubt.mark.letter(), doubt.note).unwrap();
    }
    text
}
