//! Writes pages that were laid out as a PDF, with the tree of its parts.

use super::Document as Printed;
use super::flow::{Colour, Drawn, HEIGHT, INNER, LEFT, Laid, MUTED, Node as Part, Op, RULE, WIDTH};
use super::text::Faces;
use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, LineCap, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TagGroup, TagTree,
};
use krilla::text::TextDirection;
use krilla::{Document, SerializeSettings};

pub(super) fn emit(
    printed: &Printed,
    laid: Laid,
    faces: &Faces,
    made: jiff::civil::Date,
) -> Result<Vec<u8>, String> {
    let said = |error: &dyn std::fmt::Debug| format!("the PDF could not be written: {error:?}");
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| said(&error))?;
    let settings =
        SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let mut found: Vec<Vec<Identifier>> = laid.nodes.iter().map(|_| Vec::new()).collect();
    let total = laid.pages.len();
    for (number, ops) in laid.pages.iter().enumerate() {
        let page = PageSettings::from_wh(WIDTH, HEIGHT).ok_or("a page has no size")?;
        let mut page = document.start_page_with(page);
        let mut surface = page.surface();
        draw_page(&mut surface, ops, faces, &mut found);
        let foot = format!("Page {} of {total}", number + 1);
        furniture(&mut surface, printed, faces, &foot);
        surface.finish();
        page.finish();
    }
    document.set_tag_tree(tree(&laid.nodes, found));
    let mut outline = Outline::new();
    for (page, y, words) in &laid.outline {
        let to = XyzDestination::new(*page, Point::from_xy(LEFT, *y));
        outline.push_child(OutlineNode::new(words.clone(), to));
    }
    document.set_outline(outline);
    document.set_metadata(metadata(printed, made));
    document.finish().map_err(|error| said(&error))
}

fn metadata(printed: &Printed, made: jiff::civil::Date) -> Metadata {
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    let day = DateTime::new(u16::try_from(made.year()).unwrap_or(0))
        .month(part(made.month()))
        .day(part(made.day()));
    Metadata::new()
        .title(printed.title.clone())
        .language("en-GB".to_owned())
        .creator("Waymark".to_owned())
        .creation_date(day)
}

/// Everything of one part that is drawn in one go is one piece of the tree.
fn draw_page(surface: &mut Surface<'_>, ops: &[Op], faces: &Faces, found: &mut [Vec<Identifier>]) {
    for run in ops.chunk_by(|one, next| one.of == next.of) {
        let of = run.first().and_then(|op| op.of);
        let tag = match of {
            None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)),
            Some(_) => ContentTag::Span(SpanTag::empty()),
        };
        let id = surface.start_tagged(tag);
        for op in run {
            draw(surface, &op.what, faces);
        }
        surface.end_tagged();
        if let Some(list) = of.and_then(|of| found.get_mut(of)) {
            list.push(id);
        }
    }
}

fn furniture(surface: &mut Surface<'_>, printed: &Printed, faces: &Faces, foot: &str) {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
    let y = HEIGHT - 40.0;
    let points = vec![(LEFT, y - 12.0), (LEFT + INNER, y - 12.0)];
    draw(surface, &Drawn::Line { points, width: 0.5, colour: RULE, dash: false }, faces);
    let text = |at, text: &str| Drawn::Text {
        at,
        size: 8.0,
        bold: false,
        colour: MUTED,
        text: text.to_owned(),
    };
    draw(surface, &text((LEFT, y), &printed.footer), faces);
    let wide = faces.width(false, 8.0, foot);
    draw(surface, &text((LEFT + INNER - wide, y), foot), faces);
    surface.end_tagged();
}

fn fill(colour: Colour) -> Option<Fill> {
    let [red, green, blue] = colour;
    Some(Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() })
}

fn stroke(colour: Colour, width: f32, dash: bool) -> Option<Stroke> {
    let [red, green, blue] = colour;
    Some(Stroke {
        paint: rgb::Color::new(red, green, blue).into(),
        width,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        dash: dash.then(|| StrokeDash { array: vec![3.0, 3.0], offset: 0.0 }),
        ..Stroke::default()
    })
}

fn draw(surface: &mut Surface<'_>, what: &Drawn, faces: &Faces) {
    surface.set_stroke(None);
    let mut path = PathBuilder::new();
    match what {
        Drawn::Text { at, size, bold, colour, text } => {
            surface.set_fill(fill(*colour));
            for (x, font, piece) in faces.pieces(*bold, *size, text) {
                let start = Point::from_xy(at.0 + x, at.1);
                surface.draw_text(start, font, *size, &piece, false, TextDirection::LeftToRight);
            }
            return;
        }
        Drawn::Rect { at, size, colour } => {
            surface.set_fill(fill(*colour));
            if let Some(rect) = Rect::from_xywh(at.0, at.1, size.0, size.1) {
                path.push_rect(rect);
            }
        }
        Drawn::Line { points, width, colour, dash } => {
            surface.set_fill(None);
            surface.set_stroke(stroke(*colour, *width, *dash));
            for (place, (x, y)) in points.iter().enumerate() {
                if place == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
            }
        }
        Drawn::Dot { at, radius, colour } => {
            surface.set_fill(fill(*colour));
            // Four curves make a circle to within a thousandth of its radius.
            let (x, y, r, k) = (at.0, at.1, *radius, *radius * 0.5523);
            path.move_to(x + r, y);
            path.cubic_to(x + r, y + k, x + k, y + r, x, y + r);
            path.cubic_to(x - k, y + r, x - r, y + k, x - r, y);
            path.cubic_to(x - r, y - k, x - k, y - r, x, y - r);
            path.cubic_to(x + k, y - r, x + r, y - k, x + r, y);
            path.close();
        }
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// The parts as a tree, each with what is drawn of it before its own parts.
fn tree(nodes: &[Part], found: Vec<Vec<Identifier>>) -> TagTree {
    let mut groups: Vec<Option<TagGroup>> = nodes
        .iter()
        .zip(found)
        .map(|(node, ids)| {
            let leaves = ids.into_iter().map(Node::from).collect();
            Some(TagGroup::with_children(node.tag.clone(), leaves))
        })
        .collect();
    let mut kept: Vec<Vec<TagGroup>> = nodes.iter().map(|_| Vec::new()).collect();
    let mut roots = Vec::new();
    // Parts come after what they are part of, so from the last to the first each is whole.
    for (place, node) in nodes.iter().enumerate().rev() {
        let Some(mut group) = groups.get_mut(place).and_then(Option::take) else { continue };
        if let Some(own) = kept.get_mut(place) {
            for child in own.drain(..).rev() {
                group.push(child);
            }
        }
        if group.children.is_empty() {
            continue;
        }
        match node.parent.and_then(|parent| kept.get_mut(parent)) {
            Some(siblings) => siblings.push(group),
            None => roots.push(group),
        }
    }
    let mut tree = TagTree::new().with_lang(Some("en-GB".to_owned()));
    for root in roots.into_iter().rev() {
        tree.push(root);
    }
    tree
}
