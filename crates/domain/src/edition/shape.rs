//! The shape of the return in an edition: names and order of its XML, its checks, and the rule for
//! the September Guarantee.

use crate::statutory::record::{Field, Node};
use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Priority;

/// One element of the return, as this edition spells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementName {
    pub field: Field,
    pub name: String,
}

/// One node of a record with its elements in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeShape {
    pub node: Node,
    pub elements: Vec<ElementName>,
}

/// Names and order of the XML file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlShape {
    pub root: String,
    /// The name of a bare document type line, where the edition wants one.
    pub doctype: Option<String>,
    pub schema_version: String,
    pub database_id: String,
    pub nodes: Vec<NodeShape>,
}

impl XmlShape {
    /// Whether the edition's return has this field at all.
    pub fn has(&self, field: Field) -> bool {
        self.nodes.iter().flat_map(|node| &node.elements).any(|element| element.field == field)
    }
}

/// How a check is made in an edition. What a number or a list means is the check's own affair and
/// is said where the check is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRule {
    pub code: String,
    pub priority: Priority,
    /// What is wrong, in a few words.
    pub says: String,
    pub limit: Option<i16>,
    pub statuses: BTreeSet<String>,
    /// The stricter of the two forms that the check has had.
    pub strict: bool,
}

/// The categories in which the statuses of the September Guarantee are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Offer {
    Made,
    NotAppropriate,
    NoOffer,
    NotRecorded,
}

impl Offer {
    pub const ALL: [Self; 4] = [Self::Made, Self::NotAppropriate, Self::NoOffer, Self::NotRecorded];

    /// The word used in reference files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Made => "offer-made",
            Self::NotAppropriate => "offer-not-appropriate",
            Self::NoOffer => "no-offer",
            Self::NotRecorded => "not-recorded",
        }
    }
}

/// When the nodes of the September Guarantee follow the year groups, and what its statuses come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarantee {
    /// Year group of each node in a period that ends in one of these months; months that are not
    /// listed add one year, since the labels keep the summer's year group.
    pub current_months: BTreeSet<i8>,
    pub year_groups: BTreeMap<Node, i16>,
    /// The published category of each status, of either year.
    pub categories: BTreeMap<String, Offer>,
}

impl Guarantee {
    /// The year group that a guarantee node is about, in a return whose period ends in `month`.
    pub fn year_group(&self, node: Node, month: i8) -> Option<i16> {
        let moved_on = i16::from(!self.current_months.contains(&month));
        self.year_groups.get(&node).map(|group| group + moved_on)
    }

    /// The guarantee that is about a year group in a return whose period ends in `month`.
    pub fn node_for(&self, year_group: i16, month: i8) -> Option<Node> {
        let mut nodes = self.year_groups.keys().copied();
        nodes.find(|node| self.year_group(*node, month) == Some(year_group))
    }
}
