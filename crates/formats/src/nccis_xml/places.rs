//! Where in a return the reader stands. Names are compared without regard to capitals, since real
//! files write `DatabaseID` and `DatabaseId`.

use domain::statutory::record::{Field, Node};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before the root and after it.
    File,
    Root,
    Header,
    Databases,
    SourceLas,
    HeaderText(HeaderText),
    Record,
    Guarantee,
    Activities,
    Node(Node),
    Characteristics,
    Characteristic,
    Text(Field),
    /// An element that the return does not have, and everything inside it.
    Unknown,
}

/// The values of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderText {
    DatabaseId,
    SourceLa,
    DateOfSend,
    PeriodEnd,
    SupplierName,
    SupplierXmlVersion,
    XmlSchemaVersion,
}

impl Place {
    /// The place of an element of this name inside this place.
    pub fn inside(self, name: &str) -> Self {
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        match self {
            Self::File => Self::Root,
            Self::Root if is("YoungPersonsRecord") => Self::Record,
            Self::Root if is("FileHeader") => Self::Header,
            Self::Header => in_header(name),
            Self::Databases if is("DatabaseID") => Self::HeaderText(HeaderText::DatabaseId),
            Self::SourceLas if is("LEACode") => Self::HeaderText(HeaderText::SourceLa),
            Self::Record if is("PersonalDetails") => Self::Node(Node::PersonalDetails),
            Self::Record if is("SeptemberGuarantee") => Self::Guarantee,
            Self::Record if is("LevelOfNeed") => Self::Node(Node::LevelOfNeed),
            Self::Record if is("Activities") => Self::Activities,
            Self::Record if is("IntendedDestination") => Self::Node(Node::IntendedDestination),
            Self::Guarantee if is("Year11") => Self::Node(Node::GuaranteeYear11),
            Self::Guarantee if is("Year12") => Self::Node(Node::GuaranteeYear12),
            Self::Activities if is("Cohort") => Self::Node(Node::Activity),
            Self::Node(Node::LevelOfNeed) if is("Characteristics") => Self::Characteristics,
            Self::Characteristics if is("CharacteristicCode") => Self::Characteristic,
            Self::Node(node) => Field::named(node, name).map_or(Self::Unknown, Self::Text),
            _ => Self::Unknown,
        }
    }

    /// Whether text here is a value.
    pub fn holds_text(self) -> bool {
        matches!(self, Self::HeaderText(_) | Self::Characteristic | Self::Text(_))
    }
}

fn in_header(name: &str) -> Place {
    let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
    let text = [
        ("DateOfSend", HeaderText::DateOfSend),
        ("PeriodEnd", HeaderText::PeriodEnd),
        ("SupplierName", HeaderText::SupplierName),
        ("SupplierXMLVersion", HeaderText::SupplierXmlVersion),
        ("XMLSchemaVersion", HeaderText::XmlSchemaVersion),
    ];
    match text.into_iter().find(|(wanted, _)| is(wanted)) {
        Some((_, text)) => Place::HeaderText(text),
        None if is("Databases") => Place::Databases,
        None if is("SourceLEAs") => Place::SourceLas,
        None => Place::Unknown,
    }
}
