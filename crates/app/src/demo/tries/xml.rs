//! XML files to try.

use domain::edition::Edition;
use domain::statutory::assemble::{assemble, header};
use domain::statutory::record::{Field, ReturnRecord};
use domain::statutory::registered::{Asked, subject};
use formats::nccis_xml::{write_end, write_record, write_start};
use jiff::civil::Date;
use store::people::Loaded;

use super::made::{ANOTHER, SAME, Words, stays, told};
use crate::context::Wrong;

fn element(name: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<{name}>{text}</{name}>")
}

fn address(w: &Words) -> String {
    let street = element("Street", &w.line) + &element("PostTown", &w.town);
    let postcode = element("PostCode", &w.postcode);
    format!("<Address><BS7666Address>{street}</BS7666Address>{postcode}</Address>")
}

/// A Common Transfer File of a school.
pub fn transfer_file(all: &[Words], day: Date) -> Vec<u8> {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<CTfile>\n  <Header><DocumentName>Common Transfer \
         File</DocumentName><CTFversion>25.0</CTFversion><DateTime>{day}T08:00:00</DateTime>\
         <DocumentQualifier>full</DocumentQualifier><SupplierID>Made up</SupplierID></Header>\n  \
         <CTFpupilData>\n"
    );
    for (at, w) in told(all).into_iter().enumerate() {
        // The main school of the first is another: its file says where they are, and this one who they are alone.
        let more = if at == SAME { element("EnrolStatus", "S") } else { address(&w) };
        text += &format!(
            "    <Pupil>{}{}{}{}{}{}{more}</Pupil>\n",
            element("UPN", &w.upn),
            element("UniqueLearnerNumber", &w.uln),
            element("Surname", &w.family),
            element("Forename", &w.given),
            element("DOB", &w.born),
            element("Sex", &w.sex),
        );
    }
    (text + "  </CTFpupilData>\n</CTfile>\n").into_bytes()
}

/// A college's learners, each on one programme.
pub fn learner_record(all: &[Words], day: Date) -> Vec<u8> {
    let year = domain::calendar::AcademicYear::of(day).start_year();
    let (short, next) = (year.rem_euclid(100), (year + 1).rem_euclid(100));
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Message xmlns=\"ESFA/ILR/{year}-{next:02}\">\n  \
         <Header><CollectionDetails><Collection>ILR</Collection><Year>{short:02}{next:02}</Year>\
         <FilePreparationDate>{day}</FilePreparationDate></CollectionDetails><Source>\
         <UKPRN>19990001</UKPRN></Source></Header>\n  \
         <LearningProvider><UKPRN>19990001</UKPRN></LearningProvider>\n"
    );
    let mut learners = told(all);
    let again = stays(&learners).and_then(|at| learners.get(at).cloned());
    learners.extend(again);
    for (number, w) in (1..).zip(learners) {
        let begun = if w.start.is_empty() { format!("{year}-09-08") } else { w.start };
        text += &format!(
            "  <Learner><LearnRefNumber>T{number}</LearnRefNumber>{}{}{}{}{}{}{}<LearningDelivery>\
             <LearnAimRef>ZPROG001</LearnAimRef><AimType>5</AimType><AimSeqNumber>1</AimSeqNumber>\
             <LearnStartDate>{begun}</LearnStartDate><LearnPlanEndDate>{}-07-31</LearnPlanEndDate>\
             <FundModel>25</FundModel><CompStatus>1</CompStatus></LearningDelivery></Learner>\n",
            element("ULN", if w.uln.is_empty() { "9999999999" } else { &w.uln }),
            element("FamilyName", &w.family),
            element("GivenNames", &w.given),
            element("DateOfBirth", &w.born),
            element("Sex", &w.sex),
            element("Postcode", &w.postcode),
            element("AddLine1", &w.line),
            year + 2,
        );
    }
    (text + "</Message>\n").into_bytes()
}

/// A return as another system would have written it: the same people, one with another middle name, one with another
/// given name, one whom only that system knows.
pub fn monthly_return(found: &[Loaded], edition: &Edition, day: Date) -> Result<Vec<u8>, Wrong> {
    let end = domain::calendar::Month::of(day).plus(-1).last_day();
    let asked = Asked { edition, period_end: end, own_la: Some("887") };
    let subjects = found.iter().filter_map(|one| subject(&one.record, &[], asked).ok());
    let mut records: Vec<ReturnRecord> =
        subjects.map(|subject| assemble(&subject, edition, end).record).collect();
    if let Some(changed) = records.get_mut(1) {
        *changed.slot(Field::MiddleName) = Some("Example".to_owned());
    }
    if let Some(another) = records.get_mut(ANOTHER) {
        *another.slot(Field::GivenName) = Some(Words::stranger("F").given);
    }
    if let Some(mut stranger) = records.first().cloned() {
        let new = Words::stranger("F");
        for (field, text) in [
            (Field::YoungPersonsId, "8879999999999"),
            (Field::GivenName, &new.given),
            (Field::FamilyName, &new.family),
            (Field::Dob, &new.born),
            (Field::Postcode, &new.postcode),
        ] {
            *stranger.slot(field) = Some(text.to_owned());
        }
        *stranger.slot(Field::UniqueLearnerNo) = None;
        *stranger.slot(Field::UniquePupilNumber) = None;
        records.push(stranger);
    }
    let ours = |text: &str| vec![text.to_owned()];
    let header = header(edition, ours("887"), ours("887"), end, end, ("Another system", "1"));
    let mut out = Vec::new();
    let shape = &edition.xml;
    let written = write_start(&mut out, shape, &header)
        .and_then(|()| records.iter().try_for_each(|r| write_record(&mut out, shape, r)))
        .and_then(|()| write_end(&mut out, shape));
    written.map(|()| out).map_err(|e| Wrong::Failed(e.to_string()))
}
