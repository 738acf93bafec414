//! Lays blocks out on pages: what is drawn where, and which part of the document's tree it belongs to.

use super::text::Faces;
use super::{Block, Document, Mark, chart, table};
use krilla::tagging::{ListNumbering, Tag, TagKind};
use std::num::NonZeroU16;

pub(super) const WIDTH: f32 = 595.0;
pub(super) const HEIGHT: f32 = 842.0;
pub(super) const LEFT: f32 = 50.0;
pub(super) const INNER: f32 = WIDTH - 2.0 * LEFT;
const TOP: f32 = 62.0;
const BOTTOM: f32 = HEIGHT - 62.0;
const BAND: f32 = 96.0;

pub(super) type Colour = [u8; 3];
pub(super) const INK: Colour = [0x14, 0x21, 0x2B];
pub(super) const MUTED: Colour = [0x4B, 0x5A, 0x66];
pub(super) const RULE: Colour = [0xD5, 0xDC, 0xE1];
pub(super) const WASH: Colour = [0xF4, 0xF7, 0xF8];
pub(super) const BRAND: Colour = [0x0B, 0x55, 0x63];
pub(super) const WHITE: Colour = [0xFF, 0xFF, 0xFF];
const BRAND_LIGHT: Colour = [0xE1, 0xF0, 0xF2];

/// A part of the document's tree. The root is no part.
pub(super) struct Node {
    pub tag: TagKind,
    pub parent: Option<usize>,
}

/// Something drawn; what belongs to no part is decoration and is not read out.
pub(super) struct Op {
    pub of: Option<usize>,
    pub what: Drawn,
}

pub(super) enum Drawn {
    Text { at: (f32, f32), size: f32, bold: bool, colour: Colour, text: String },
    Rect { at: (f32, f32), size: (f32, f32), colour: Colour },
    Line { points: Vec<(f32, f32)>, width: f32, colour: Colour, dash: bool },
    Dot { at: (f32, f32), radius: f32, colour: Colour },
}

/// The whole document, laid out.
pub(super) struct Laid {
    pub pages: Vec<Vec<Op>>,
    pub nodes: Vec<Node>,
    /// Headings for the outline: page, height, words.
    pub outline: Vec<(usize, f32, String)>,
}

pub(super) struct Flow<'a> {
    pub faces: &'a Faces,
    pub y: f32,
    laid: Laid,
}

pub(super) fn lay(document: &Document, faces: &Faces) -> Laid {
    let laid = Laid { pages: vec![Vec::new()], nodes: Vec::new(), outline: Vec::new() };
    let mut flow = Flow { faces, y: TOP, laid };
    flow.first(document);
    for (at, block) in document.blocks.iter().enumerate() {
        flow.block(block, document.blocks.get(at + 1));
    }
    flow.laid
}

impl Flow<'_> {
    pub fn node(&mut self, tag: impl Into<TagKind>, parent: Option<usize>) -> usize {
        self.laid.nodes.push(Node { tag: tag.into(), parent });
        self.laid.nodes.len() - 1
    }

    pub fn draw(&mut self, of: Option<usize>, what: Drawn) {
        if let Some(page) = self.laid.pages.last_mut() {
            page.push(Op { of, what });
        }
    }

    /// Begins a page when less than this is left; whether it did.
    pub fn need(&mut self, height: f32) -> bool {
        let over = self.y + height > BOTTOM && self.y > TOP;
        if over {
            self.laid.pages.push(Vec::new());
            self.y = TOP;
        }
        over
    }

    pub fn text(
        &mut self,
        of: Option<usize>,
        at: (f32, f32),
        (size, bold, colour): Style,
        text: &str,
    ) {
        let text = text.to_owned();
        self.draw(of, Drawn::Text { at, size, bold, colour, text });
    }

    /// Lines of words below one another, going on to the next page where they must.
    pub fn words(&mut self, of: usize, x: f32, width: f32, style: Style, lead: f32, text: &str) {
        for line in self.faces.lines(style.1, style.0, text, width) {
            self.need(lead);
            self.y += lead;
            // A space ends the line, so that words do not run together when read out or copied.
            self.text(Some(of), (x, self.y - lead * 0.25), style, &format!("{line} "));
        }
    }

    fn first(&mut self, document: &Document) {
        let band = Drawn::Rect { at: (0.0, 0.0), size: (WIDTH, BAND), colour: BRAND };
        self.draw(None, band);
        let title = document.title.clone();
        self.laid.outline.push((0, 0.0, title.clone()));
        let node = self.node(Tag::Hn(level(1), Some(title)), None);
        self.y = 32.0;
        self.words(node, LEFT, INNER, (22.0, true, WHITE), 28.0, &document.title);
        let node = self.node(Tag::P, None);
        self.words(node, LEFT, INNER, (11.0, false, BRAND_LIGHT), 17.0, &document.subtitle);
        // A long title makes the band taller, under what is already written on it.
        if self.y + 14.0 > BAND {
            let taller =
                Drawn::Rect { at: (0.0, BAND), size: (WIDTH, self.y + 14.0 - BAND), colour: BRAND };
            if let Some(page) = self.laid.pages.last_mut() {
                page.insert(1, Op { of: None, what: taller });
            }
        }
        self.y = (self.y + 14.0).max(BAND) + 14.0;
    }

    fn block(&mut self, block: &Block, next: Option<&Block>) {
        match block {
            Block::Heading(depth, words) => self.heading(*depth, words, next),
            Block::Paragraph(words) => {
                let node = self.node(Tag::P, None);
                self.words(node, LEFT, INNER, (10.0, false, INK), 14.5, words);
                self.y += 5.0;
            }
            Block::Quiet(words) => {
                let node = self.node(Tag::P, None);
                self.words(node, LEFT, INNER, (8.5, false, MUTED), 12.0, words);
                self.y += 5.0;
            }
            Block::List { numbered, items } => self.list(*numbered, items),
            Block::Table(one) => table::table(self, one),
            Block::Chart(one) => chart::chart(self, one),
            Block::Counts(all) => self.counts(all),
        }
    }

    fn heading(&mut self, depth: u16, words: &str, next: Option<&Block>) {
        let (size, lead, above) = if depth <= 2 { (14.0, 19.0, 14.0) } else { (11.0, 15.0, 8.0) };
        // A heading is not left alone at the foot of a page.
        let with = match next {
            Some(Block::Chart(_)) => chart::HEIGHT,
            Some(Block::Table(_) | Block::Heading(..)) => 90.0,
            _ => 46.0,
        };
        if !self.need(above + lead + with) {
            self.y += above;
        }
        let node = self.node(Tag::Hn(level(depth), Some(words.to_owned())), None);
        if depth <= 2 {
            self.laid.outline.push((self.laid.pages.len() - 1, self.y, words.to_owned()));
        }
        let colour = if depth <= 2 { BRAND } else { INK };
        self.words(node, LEFT, INNER, (size, true, colour), lead, words);
        self.y += 4.0;
    }

    fn list(&mut self, numbered: bool, items: &[(String, String)]) {
        let numbering = if numbered { ListNumbering::Decimal } else { ListNumbering::Disc };
        let list = self.node(Tag::L(numbering), None);
        for (place, (words, quiet)) in items.iter().enumerate() {
            let item = self.node(Tag::LI, Some(list));
            self.need(16.0);
            let label = self.node(Tag::Lbl, Some(item));
            let mark = if numbered { format!("{}. ", place + 1) } else { "• ".to_owned() };
            self.text(Some(label), (LEFT, self.y + 10.9), (10.0, true, BRAND), &mark);
            let body = self.node(Tag::LBody, Some(item));
            let (x, width) = (LEFT + 20.0, INNER - 20.0);
            self.words(body, x, width, (10.0, false, INK), 14.5, words);
            if !quiet.is_empty() {
                self.words(body, x, width, (8.5, false, MUTED), 12.0, quiet);
            }
            self.y += 3.0;
        }
        self.y += 4.0;
    }

    fn counts(&mut self, all: &[(Mark, String, String, String)]) {
        self.need(62.0);
        let list = self.node(Tag::L(ListNumbering::None), None);
        #[expect(clippy::cast_precision_loss, reason = "a handful of marks")]
        let width = INNER / all.len().max(1) as f32;
        let top = self.y;
        for (place, (mark, words, number, beside)) in all.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a handful of marks")]
            let x = LEFT + width * place as f32;
            let box_ = Drawn::Rect { at: (x, top), size: (width - 6.0, 54.0), colour: WASH };
            self.draw(None, box_);
            let item = self.node(Tag::LI, Some(list));
            let body = self.node(Tag::LBody, Some(item));
            self.text(Some(body), (x + 9.0, top + 25.0), (20.0, true, INK), &format!("{number} "));
            let wide = self.faces.width(true, 20.0, number);
            self.mark(*mark, (x + 17.0 + wide, top + 12.0), 11.0);
            self.text(
                Some(body),
                (x + 9.0, top + 37.0),
                (8.5, true, colour_of(*mark)),
                &format!("{words} "),
            );
            self.text(
                Some(body),
                (x + 9.0, top + 48.0),
                (7.5, false, MUTED),
                &format!("{beside} "),
            );
        }
        self.y = top + 62.0;
    }

    /// Draws a mark in a square from its upper left corner. Its words stand beside it.
    pub fn mark(&mut self, mark: Mark, (x, y): (f32, f32), size: f32) {
        let colour = colour_of(mark);
        let p = |a: f32, b: f32| (x + a * size / 16.0, y + b * size / 16.0);
        let strokes: Vec<Vec<(f32, f32)>> = match mark {
            Mark::Tick => vec![vec![p(2.0, 8.5), p(6.0, 12.5), p(14.0, 3.5)]],
            Mark::Bar => vec![vec![p(2.0, 8.0), p(14.0, 8.0)]],
            Mark::Cross => vec![vec![p(3.0, 3.0), p(13.0, 13.0)], vec![p(13.0, 3.0), p(3.0, 13.0)]],
            Mark::Ring => vec![
                (0..=16_u8)
                    .map(|step| {
                        let turn = f32::from(step) * std::f32::consts::TAU / 16.0;
                        p(8.0 + 5.0 * turn.cos(), 8.0 + 5.0 * turn.sin())
                    })
                    .collect(),
            ],
            Mark::Dash => vec![
                vec![p(2.0, 8.0), p(5.0, 8.0)],
                vec![p(7.0, 8.0), p(10.0, 8.0)],
                vec![p(12.0, 8.0), p(14.5, 8.0)],
            ],
            Mark::Up => {
                vec![vec![p(8.0, 14.0), p(8.0, 3.0)], vec![p(3.0, 8.0), p(8.0, 3.0), p(13.0, 8.0)]]
            }
            Mark::Down => {
                vec![vec![p(8.0, 2.0), p(8.0, 13.0)], vec![p(3.0, 8.0), p(8.0, 13.0), p(13.0, 8.0)]]
            }
            Mark::Level => {
                vec![vec![p(2.0, 8.0), p(13.0, 8.0)], vec![p(9.0, 4.0), p(13.0, 8.0), p(9.0, 12.0)]]
            }
        };
        for points in strokes {
            self.draw(None, Drawn::Line { points, width: size / 7.0, colour, dash: false });
        }
    }
}

/// Size, whether bold, colour.
pub(super) type Style = (f32, bool, Colour);

pub(super) fn colour_of(mark: Mark) -> Colour {
    match mark {
        Mark::Tick | Mark::Up => [0x0F, 0x6B, 0x3A],
        Mark::Bar => [0x8A, 0x4B, 0x00],
        Mark::Cross | Mark::Down => [0xA4, 0x16, 0x1A],
        Mark::Ring | Mark::Dash | Mark::Level => MUTED,
    }
}

fn level(depth: u16) -> NonZeroU16 {
    NonZeroU16::new(depth).unwrap_or(NonZeroU16::MIN)
}
