//! Our columns of a table of people, with the headings that are known to mean them. Generous with
//! headings, never with meaning: a word that means two things in two systems is in no list.

use crate::Kind;
use crate::nccis_flat;

/// One of our columns, as a mapping screen shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OurColumn {
    pub name: &'static str,
    pub label: &'static str,
    /// Known headings, letters and digits only; the first one found wins.
    pub(crate) headings: &'static [&'static str],
    /// Whether several of their columns may stand for it.
    pub(crate) many: bool,
}

impl OurColumn {
    /// Whether a heading, cut down to letters and digits, is known for it.
    pub(crate) fn rank(&self, heading: &str) -> Option<usize> {
        if heading.is_empty() {
            return None;
        }
        let own = crate::table::plain(self.name);
        if own == heading {
            return Some(0);
        }
        self.headings.iter().position(|known| *known == heading).map(|at| at + 1)
    }
}

/// Our columns for a kind of file, in the order they are shown; none for XML.
pub fn columns_of(kind: Kind) -> Vec<OurColumn> {
    match kind {
        Kind::Roll
        | Kind::JoinersLeavers
        | Kind::ActivityMatrix
        | Kind::Destinations
        | Kind::Engagement
        | Kind::Results => Column::ALL
            .iter()
            .filter(|column| column.used_by(kind))
            .map(|column| column.ours())
            .collect(),
        Kind::NccisFlat => nccis_flat::columns().to_vec(),
        Kind::NccisXml | Kind::Ctf | Kind::Ilr => Vec::new(),
    }
}

const ROLL: u8 = 1;
const MOVES: u8 = 2;
const MONTHS: u8 = 4;
const INTENTS: u8 = 8;
const GRADES: u8 = 16;
const PROGRAMMES: u8 = 32;
const PEOPLE: u8 = ROLL | MOVES | MONTHS | INTENTS | GRADES | PROGRAMMES;
const PLACES: u8 = ROLL | MOVES;

macro_rules! columns {
    ($( $variant:ident $name:literal $label:literal $kinds:ident [$($heading:literal)*]; )*) => {
        /// A column of a table of people.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Column { $( $variant, )* }

        impl Column {
            pub const ALL: &'static [Column] = &[ $( Column::$variant, )* ];

            fn kinds(self) -> u8 {
                match self { $( Self::$variant => $kinds, )* }
            }

            /// The column with its name, label and known headings.
            pub fn ours(self) -> OurColumn {
                match self { $( Self::$variant => OurColumn {
                    name: $name, label: $label, headings: &[ $( $heading, )* ], many: false,
                }, )* }
            }
        }
    };
}

impl Column {
    pub(crate) fn used_by(self, kind: Kind) -> bool {
        let bit = match kind {
            Kind::Roll => ROLL,
            Kind::JoinersLeavers => MOVES,
            Kind::ActivityMatrix => MONTHS,
            Kind::Destinations => INTENTS,
            Kind::Engagement => PROGRAMMES,
            Kind::Results => GRADES,
            Kind::NccisXml | Kind::NccisFlat | Kind::Ctf | Kind::Ilr => 0,
        };
        self.kinds() & bit != 0
    }
}

columns! {
    Upn "upn" "Unique pupil number" PEOPLE ["uniquepupilnumber" "pupilupn" "learnerupn"];
    Uln "uln" "Unique learner number" PEOPLE
        ["uniquelearnernumber" "uniquelearnerno" "learneruln" "pupiluln"];
    FamilyName "family_name" "Family name" PEOPLE
        ["legalsurname" "legallastname" "legalfamilyname" "surname" "lastname" "learnersurname"
         "pupilsurname" "studentsurname"];
    GivenName "given_name" "Given name" PEOPLE
        ["legalforename" "legalfirstname" "legalgivenname" "forename" "firstname" "givennames"
         "forenames" "firstnames" "learnerforename" "pupilforename" "studentforename"];
    MiddleName "middle_name" "Middle names" PEOPLE ["middlenames" "legalmiddlenames"];
    FormerFamilyName "former_family_name" "Former family name" PLACES
        ["formersurname" "formerlastname" "previoussurname" "previouslastname"
         "previousfamilyname"];
    DateOfBirth "date_of_birth" "Date of birth" PEOPLE
        ["dob" "birthdate" "learnerdob" "pupildob" "dobddmmyyyy"];
    Sex "sex" "Sex" PEOPLE ["legalsex" "gender" "legalgender"];
    Ethnicity "ethnicity" "Ethnicity" PEOPLE
        ["ethnicitycode" "ethniccode" "ethnicgroup" "ethnicorigin"];
    AddressLine1 "address_line_1" "Address line 1" PLACES ["addressline1" "address1" "address"];
    AddressLine2 "address_line_2" "Address line 2" PLACES ["addressline2" "address2"];
    AddressLine3 "address_line_3" "Address line 3" PLACES ["addressline3" "address3"];
    AddressLine4 "address_line_4" "Address line 4" PLACES ["addressline4" "address4"];
    Saon "saon" "Flat or unit" PLACES ["flat"];
    Paon "paon" "House number or name" PLACES
        ["housenumber" "housename" "housenameornumber" "housenamenumber" "apartmenthouse"];
    Street "street" "Street" PLACES ["streetname" "road"];
    Locality "locality" "Locality" PLACES ["district" "village"];
    Town "town" "Town" PLACES ["posttown" "towncity" "townorcity" "city"];
    County "county" "County" PLACES ["administrativearea"];
    Postcode "postcode" "Postcode" PEOPLE
        ["homepostcode" "postalcode" "learnerpostcode" "pupilpostcode" "currentpostcode"];
    Phone "phone" "Phone" PLACES
        ["phonenumber" "telephone" "telephonenumber" "telephoneno" "telno" "mobile"
         "mobilenumber" "mobilephone" "contactnumber"];
    Email "email" "Email" PLACES ["emailaddress"];
    ParentName "parent_name" "Parent or carer" PLACES
        ["parent" "parentcarer" "parentcarername" "parentorcarer" "contactname" "guardian"];
    ParentPhone "parent_phone" "Parent or carer's phone" PLACES
        ["parenttelephone" "parentcarerphone" "parentcarertelephone" "parentmobile"];
    SenProvision "sen_provision" "SEN provision" PLACES
        ["senstatus" "senstage" "sen" "sencode" "sendstatus"];
    Send "send" "Education, health and care plan (Y/N)" PLACES
        ["sendflag" "ehcp" "ehcplan" "ehc" "hasehcp"];
    SenSupport "sen_support" "SEN support (Y/N)" PLACES ["sensupportflag"];
    EducationLevel "education_level" "Educational level (entry, 1 to 8)" PEOPLE
        ["highestlevel" "highestqualificationlevel" "qualificationlevel" "levelofstudy"
         "courselevel" "priorattainmentlevel"];
    ProviderNumber "provider_number" "Provider's DfE number" PLACES
        ["dfenumber" "dfeno" "dfes" "laestab" "leaestab" "laestabno" "establishmentnumber"
         "schooldfenumber" "schooldfe" "schoolnumber"];
    ProviderAuthority "provider_authority" "Provider's authority (3 digits)" PLACES
        ["lea" "leacode" "la" "lacode" "lanumber"];
    ProviderEstablishment "provider_establishment" "Provider's number in its authority" PLACES
        ["estab" "estabno" "estabnumber"];
    ProviderUkprn "provider_ukprn" "Provider's UKPRN" PLACES
        ["ukprn" "ukproviderreferencenumber" "providerno"];
    ProviderUrn "provider_urn" "Provider's URN" PLACES ["urn" "schoolurn" "establishmenturn"];
    ProviderName "provider_name" "Provider's name" PLACES
        ["provider" "school" "schoolname" "establishmentname" "establishment" "college"
         "collegename" "institution" "institutionname"];
    EnrolmentStatus "enrolment_status" "Enrolment status" ROLL ["enrolstatus"];
    Event "event" "Started or left" MOVES
        ["movement" "starterleaver" "joinerleaver" "starterorleaver" "joinerorleaver"];
    StartDate "start_date" "Started on" PLACES
        ["entrydate" "dateofentry" "admissiondate" "dateofadmission" "doa" "datestarted"
         "startedon" "joiningdate" "datejoined" "learnstartdate" "enrolmentdate"];
    EndDate "end_date" "Left on" PLACES
        ["leavingdate" "dateofleaving" "dol" "dateleft" "lefton" "leavedate" "withdrawaldate"
         "actualenddate" "learnactenddate"];
    PredictedEnd "predicted_end" "Expected to end on" MOVES
        ["predictedenddate" "plannedenddate" "expectedenddate" "learnplanenddate"
         "courseenddate" "expectedend" "plannedend"];
    ActivityCode "activity_code" "Activity code" PLACES
        ["activity" "nccisactivitycode" "nccisactivity" "situationsubgroup"];
    Reason "reason" "Reason for leaving" PLACES
        ["leavingreason" "reasonforleaving" "withdrawalreason" "withdrawreason"];
    MovedOn "moved_on" "Went to" PLACES
        ["destination" "movedto" "newschool" "newprovider" "destinationschool" "nextprovider"];
    IntendedDestination "intended_destination" "Intended destination" INTENTS
        ["intendeddestinationyr11" "intendeddestinationyear11" "intention" "destination" "id01"];
    IntendedOn "intended_on" "Intended destination said on" INTENTS
        ["intendeddestinationdate" "intentiondate" "dateofintention" "surveydate" "dateasked"];
    IntendedBy "intended_by" "Intended destination told by" INTENTS
        ["toldby" "saidby" "intentiontoldby"];
    GuaranteeYear11 "guarantee_year_11" "September Guarantee, Year 11" INTENTS
        ["guaranteestatus" "guaranteestatusyear11" "septemberguarantee" "offer"];
    GuaranteeYear12 "guarantee_year_12" "September Guarantee, Year 12" INTENTS
        ["guaranteestatusyear12"];
    Programme "programme" "Programme" PROGRAMMES
        ["programmename" "project" "projectname" "scheme" "activity" "activityname"];
    ProgrammeKind "programme_kind" "Kind of programme" PROGRAMMES
        ["kindofprogramme" "programmetype" "typeofprogramme" "provisiontype" "typeofprovision" "kindofprovision"];
    TookPartFrom "took_part_from" "Took part from" PROGRAMMES
        ["from" "fromdate" "startdate" "datestarted" "startedon" "joiningdate" "datejoined"];
    TookPartUntil "took_part_until" "Took part until" PROGRAMMES
        ["until" "to" "todate" "enddate" "dateended" "endedon" "leavingdate" "dateleft"];
    Engaged "engaged" "Engaged (Y/N)" PROGRAMMES
        ["engagement" "engagementstatus" "attending" "takingpart"];
    Series "series" "Series" GRADES ["season" "examseries"];
    Subject "subject" "Subject" GRADES
        ["subjecttitle" "elementawardtitle" "specificationtitle" "qualificationtitle"];
    Level "level" "Kind of qualification" GRADES ["qualtype" "qualification"];
    Grade "grade" "Grade" GRADES ["result" "finalgrade"];
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn no_heading_means_two_columns_of_one_kind() {
        for kind in Kind::ALL {
            let mut seen = BTreeMap::new();
            for column in columns_of(*kind) {
                let own = crate::table::plain(column.name);
                let listed = column.headings.iter().map(|heading| (*heading).to_owned());
                for heading in std::iter::once(own).chain(listed) {
                    assert_eq!(crate::table::plain(&heading), heading, "written plain");
                    let other = seen.insert(heading.clone(), column.name);
                    assert!(other.is_none_or(|other| other == column.name), "{heading} in {kind}");
                }
            }
        }
    }
}
