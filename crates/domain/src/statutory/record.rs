//! A return as it was said, element by element, in verbatim text: dates, flags and codes are kept
//! as written, since the checks must see what is missing, empty or malformed.
//! `None` is an element that is not there, `Some("")` one that is there and empty.

use crate::calendar::{Day, parse_day};

/// The header of a return, verbatim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    pub database_ids: Vec<String>,
    pub source_las: Vec<String>,
    pub date_of_send: Option<String>,
    pub period_end: Option<String>,
    pub supplier_name: Option<String>,
    pub supplier_xml_version: Option<String>,
    pub xml_schema_version: Option<String>,
}

impl Header {
    pub fn period_end_day(&self) -> Option<Day> {
        self.period_end.as_deref().and_then(parse_day)
    }
}

/// A whole return.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Return {
    pub header: Header,
    pub records: Vec<ReturnRecord>,
}

/// The parts of a record that hold elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    PersonalDetails,
    GuaranteeYear11,
    GuaranteeYear12,
    LevelOfNeed,
    Activity,
    IntendedDestination,
}

macro_rules! record_fields {
    ($( $node:ident { $( $name:ident $variant:ident $element:literal; )* } )*) => {
        /// Every element of a record that holds one value.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field { $( $( $variant, )* )* }

        impl Field {
            /// All fields in the order of the skeleton.
            pub const ALL: &'static [Field] = &[ $( $( Field::$variant, )* )* ];

            /// The part of the record that the element stands in.
            pub fn node(self) -> Node {
                match self { $( $( Self::$variant => Node::$node, )* )* }
            }

            /// The element's name in the schema; an edition may spell it otherwise.
            pub fn element(self) -> &'static str {
                match self { $( $( Self::$variant => $element, )* )* }
            }
        }

        /// One young person in one return, verbatim.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct ReturnRecord {
            $( $( pub $name: Option<String>, )* )*
            /// The characteristic codes, in the order given.
            pub characteristics: Vec<String>,
            /// The line of the file on which the record began.
            pub line: Option<u32>,
        }

        impl ReturnRecord {
            /// The text of a field; `None` when the element is not there.
            pub fn get(&self, field: Field) -> Option<&str> {
                match field { $( $( Field::$variant => self.$name.as_deref(), )* )* }
            }

            /// The place of a field's text, to be filled or cleared.
            pub fn slot(&mut self, field: Field) -> &mut Option<String> {
                match field { $( $( Field::$variant => &mut self.$name, )* )* }
            }
        }
    };
}

record_fields! {
    PersonalDetails {
        young_persons_id YoungPersonsId "YoungPersonsID";
        cohort_status CohortStatus "CohortStatus";
        given_name GivenName "GivenName";
        middle_name MiddleName "MiddleName";
        family_name FamilyName "FamilyName";
        address_line1 AddressLine1 "AddressLine1";
        address_line2 AddressLine2 "AddressLine2";
        address_line3 AddressLine3 "AddressLine3";
        address_line4 AddressLine4 "AddressLine4";
        town Town "Town";
        county County "County";
        postcode Postcode "Postcode";
        gender Gender "Gender";
        dob Dob "DOB";
        ethnicity Ethnicity "Ethnicity";
        lead_lea LeadLea "LeadLEA";
        educated_lea EducatedLea "EducatedLEA";
        transferred_to_la_code TransferredToLaCode "TransferredToLACode";
        lea_code_at_year11 LeaCodeAtYear11 "LEACodeAtYear11";
        unique_learner_no UniqueLearnerNo "UniqueLearnerNo";
        unique_pupil_number UniquePupilNumber "UniquePupilNumber";
        guarantee_status_indicator GuaranteeStatusIndicator "GuaranteeStatusIndicator";
        youth_contract_indicator YouthContractIndicator "YouthContractIndicator";
        youth_contract_start_date YouthContractStartDate "YouthContractStartDate";
        previous_ypid_identifier PreviousYpidIdentifier "PreviousYPIDIdentifier";
    }
    GuaranteeYear11 {
        year11_guarantee_status Year11GuaranteeStatus "GuaranteeStatus";
        year11_lea_code Year11LeaCode "LEACode";
    }
    GuaranteeYear12 {
        year12_guarantee_status Year12GuaranteeStatus "GuaranteeStatus";
        year12_lea_code Year12LeaCode "LEACode";
    }
    LevelOfNeed {
        level_of_need_code LevelOfNeedCode "LevelOfNeedCode";
        send_flag SendFlag "SENDFlag";
        sen_support_flag SenSupportFlag "SENSupportFlag";
    }
    Activity {
        activity_code ActivityCode "ActivityCode";
        start_date StartDate "StartDate";
        date_ascertained DateAscertained "DateAscertained";
        date_verified DateVerified "DateVerified";
        review_date ReviewDate "ReviewDate";
        due_to_lapse_date DueToLapseDate "DueToLapseDate";
        currency_lapsed CurrencyLapsed "CurrencyLapsed";
        establishment_number EstablishmentNumber "EstablishmentNumber";
        establishment_name EstablishmentName "EstablishmentName";
        uk_provider_reference_number UkProviderReferenceNumber "UKProviderReferenceNumber";
        neet_start_date NeetStartDate "NEETStartDate";
        predicted_end_date PredictedEndDate "PredictedEndDate";
    }
    IntendedDestination {
        intended_destination_yr11 IntendedDestinationYr11 "IntendedDestinationYr11";
        intended_destination_yr12 IntendedDestinationYr12 "IntendedDestinationYr12";
        intended_destination_yr13 IntendedDestinationYr13 "IntendedDestinationYr13";
    }
}

impl Field {
    /// The field that an element's name in a file means, inside one part of a record.
    ///
    /// Differs: capitals are ignored and the older `LDDFlag` is taken for `SENDFlag`, since real
    /// files spell `NeetStartDate` and `LevelofNeedCode` both ways.
    pub fn named(node: Node, element: &str) -> Option<Self> {
        let element = if element.eq_ignore_ascii_case("LDDFlag") { "SENDFlag" } else { element };
        Self::ALL
            .iter()
            .copied()
            .find(|field| field.node() == node && field.element().eq_ignore_ascii_case(element))
    }
}

impl ReturnRecord {
    /// The text of a field, with an element that is empty taken as not there.
    pub fn text(&self, field: Field) -> Option<&str> {
        self.get(field).map(str::trim).filter(|text| !text.is_empty())
    }

    /// The day in a field; `None` when it is missing, empty or not a day.
    pub fn day(&self, field: Field) -> Option<Day> {
        self.text(field).and_then(parse_day)
    }

    /// Whether any element of a part of the record is there.
    pub fn has_node(&self, node: Node) -> bool {
        Field::ALL.iter().any(|field| field.node() == node && self.get(*field).is_some())
    }
}
