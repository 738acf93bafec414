//! A reader that knows on which line it is and refuses to feed one piece of XML for ever.

use std::io::{self, BufRead, Read};

/// Counts newlines as they are consumed, and the bytes since the last complete piece.
pub struct Lines<R> {
    inner: R,
    line: u32,
    /// Bytes consumed since `piece_done`; a piece that grows past its limit is refused, since the
    /// parser would hold all of it in memory.
    since: usize,
    piece_limit: usize,
    total: u64,
    total_limit: u64,
    control: bool,
}

impl<R: BufRead> Lines<R> {
    pub fn new(inner: R, piece_limit: usize, total_limit: u64) -> Self {
        Self { inner, line: 1, since: 0, piece_limit, total: 0, total_limit, control: false }
    }

    pub fn line(&self) -> u32 {
        self.line
    }

    pub fn piece_done(&mut self) {
        self.since = 0;
    }

    /// Whether a control character came by that no XML may hold.
    pub fn held_control(&self) -> bool {
        self.control
    }

    pub fn too_long(&self) -> bool {
        self.since > self.piece_limit || self.total > self.total_limit
    }
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let count = available.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.too_long() {
            return Err(io::Error::other("too long"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        // The buffer still holds what is being consumed, and filling it again costs nothing.
        if let Ok(buffer) = self.inner.fill_buf() {
            let buffer = buffer.get(..count).unwrap_or(buffer);
            let seen = buffer.iter().filter(|byte| **byte == b'\n').count();
            self.control |= buffer.iter().any(|byte| *byte < b' ' && !b"\t\n\r".contains(byte));
            self.line = self.line.saturating_add(u32::try_from(seen).unwrap_or(u32::MAX));
        }
        self.since = self.since.saturating_add(count);
        self.total = self.total.saturating_add(count as u64);
        self.inner.consume(count);
    }
}
