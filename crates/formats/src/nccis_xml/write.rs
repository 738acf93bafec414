//! Writing a return in an edition's own names and order. UTF-8, one element a line, two spaces of
//! indent, empty optional elements left out: the same values give the same bytes on every machine.

use domain::edition::{NodeShape, XmlShape};
use domain::statutory::record::{Header, Node, Return, ReturnRecord};
use std::io::{self, Write};

/// As deep as the deepest element stands.
const INDENT: &str = "            ";

/// Writes a whole return.
pub fn write_return(out: &mut impl Write, shape: &XmlShape, whole: &Return) -> io::Result<()> {
    write_start(out, shape, &whole.header)?;
    for record in &whole.records {
        write_record(out, shape, record)?;
    }
    write_end(out, shape)
}

/// Writes everything up to the first record.
pub fn write_start(out: &mut impl Write, shape: &XmlShape, header: &Header) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>")?;
    if let Some(name) = &shape.doctype {
        writeln!(out, "<!DOCTYPE {name}>")?;
    }
    writeln!(out, "<{}>\n  <FileHeader>\n    <Databases>", shape.root)?;
    for id in &header.database_ids {
        element(out, 6, &shape.database_id, id)?;
    }
    writeln!(out, "    </Databases>\n    <SourceLEAs>")?;
    for code in &header.source_las {
        element(out, 6, "LEACode", code)?;
    }
    writeln!(out, "    </SourceLEAs>")?;
    let texts = [
        ("DateOfSend", &header.date_of_send),
        ("PeriodEnd", &header.period_end),
        ("SupplierName", &header.supplier_name),
        ("SupplierXMLVersion", &header.supplier_xml_version),
        ("XMLSchemaVersion", &header.xml_schema_version),
    ];
    for (name, text) in texts {
        element(out, 4, name, text.as_deref().unwrap_or_default())?;
    }
    writeln!(out, "  </FileHeader>")
}

/// Writes one record.
pub fn write_record(
    out: &mut impl Write,
    shape: &XmlShape,
    record: &ReturnRecord,
) -> io::Result<()> {
    writeln!(out, "  <YoungPersonsRecord>")?;
    let mut guarantee_open = false;
    for node in &shape.nodes {
        let guarantee = matches!(node.node, Node::GuaranteeYear11 | Node::GuaranteeYear12);
        if guarantee_open && !guarantee {
            writeln!(out, "    </SeptemberGuarantee>")?;
            guarantee_open = false;
        }
        if !holds_anything(node, record) {
            continue;
        }
        if guarantee && !guarantee_open {
            writeln!(out, "    <SeptemberGuarantee>")?;
            guarantee_open = true;
        }
        write_node(out, node, record)?;
    }
    if guarantee_open {
        writeln!(out, "    </SeptemberGuarantee>")?;
    }
    writeln!(out, "  </YoungPersonsRecord>")
}

/// Writes everything after the last record.
pub fn write_end(out: &mut impl Write, shape: &XmlShape) -> io::Result<()> {
    writeln!(out, "</{}>", shape.root)
}

fn holds_anything(node: &NodeShape, record: &ReturnRecord) -> bool {
    let characteristics = node.node == Node::LevelOfNeed && !record.characteristics.is_empty();
    characteristics || node.elements.iter().any(|element| record.text(element.field).is_some())
}

fn write_node(out: &mut impl Write, node: &NodeShape, record: &ReturnRecord) -> io::Result<()> {
    let names: &[&str] = match node.node {
        Node::PersonalDetails => &["PersonalDetails"],
        Node::LevelOfNeed => &["LevelOfNeed"],
        Node::Activity => &["Activities", "Cohort"],
        Node::IntendedDestination => &["IntendedDestination"],
        // The guarantee's own element stands around both years and is open already.
        Node::GuaranteeYear11 => &["Year11"],
        Node::GuaranteeYear12 => &["Year12"],
    };
    let inside_guarantee = matches!(node.node, Node::GuaranteeYear11 | Node::GuaranteeYear12);
    let mut depth = if inside_guarantee { 6 } else { 4 };
    for name in names {
        writeln!(out, "{:depth$}<{name}>", "")?;
        depth += 2;
    }
    for wanted in &node.elements {
        // Verbatim but for emptiness: a space that a file said is a space that we say.
        if let Some(text) = record.get(wanted.field).filter(|text| !text.trim().is_empty()) {
            element(out, depth, &wanted.name, text)?;
        }
    }
    if node.node == Node::LevelOfNeed && !record.characteristics.is_empty() {
        writeln!(out, "{:depth$}<Characteristics>", "")?;
        for code in &record.characteristics {
            element(out, depth + 2, "CharacteristicCode", code)?;
        }
        writeln!(out, "{:depth$}</Characteristics>", "")?;
    }
    for name in names.iter().rev() {
        depth -= 2;
        writeln!(out, "{:depth$}</{name}>", "")?;
    }
    Ok(())
}

/// Bytes as they are: formatting a million elements takes longer than all the rest of the file.
fn element(out: &mut impl Write, depth: usize, name: &str, text: &str) -> io::Result<()> {
    for part in [INDENT.get(..depth).unwrap_or(INDENT), "<", name, ">"] {
        out.write_all(part.as_bytes())?;
    }
    escape(out, text)?;
    for part in ["</", name, ">\n"] {
        out.write_all(part.as_bytes())?;
    }
    Ok(())
}

/// Escapes what XML reserves and leaves out the control characters that it cannot hold at all.
fn escape(out: &mut impl Write, text: &str) -> io::Result<()> {
    for piece in text.split_inclusive(|letter: char| "&<>".contains(letter) || letter < ' ') {
        let mut letters = piece.chars();
        let entity = match letters.next_back() {
            Some('&') => "&amp;",
            Some('<') => "&lt;",
            Some('>') => "&gt;",
            Some('\t' | '\n' | '\r') => " ",
            Some(control) if control < ' ' => "",
            _ => {
                out.write_all(piece.as_bytes())?;
                continue;
            }
        };
        out.write_all(letters.as_str().as_bytes())?;
        out.write_all(entity.as_bytes())?;
    }
    Ok(())
}
