//! Git's pkt-line framing (gitprotocol-common): four hexadecimal digits of length, then the bytes; `0000` is a flush.

/// One frame.
#[derive(Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// A line with its bytes as sent, a final newline removed.
    Line(&'a [u8]),
    /// The flush packet, `0000`.
    Flush,
}

/// Reads frames off the front of a buffer.
pub struct Packets<'a> {
    rest: &'a [u8],
}

impl<'a> Packets<'a> {
    /// Begins at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read yet: after the commands of a push this is the pack.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Packets<'a> {
    type Item = Packet<'a>;

    /// The next frame; nothing at the end of the buffer or where the framing is broken.
    fn next(&mut self) -> Option<Packet<'a>> {
        let head = self.rest.get(..4)?;
        let length = usize::from_str_radix(std::str::from_utf8(head).ok()?, 16).ok()?;
        if length == 0 {
            self.rest = self.rest.get(4..)?;
            return Some(Packet::Flush);
        }
        let line = self.rest.get(4..length)?;
        self.rest = self.rest.get(length..)?;
        Some(Packet::Line(line.strip_suffix(b"\n").unwrap_or(line)))
    }
}

/// The flush packet.
pub const FLUSH: &[u8] = b"0000";

/// Appends one line.
pub fn write_line(out: &mut Vec<u8>, line: &[u8]) {
    out.extend_from_slice(format!("{:04x}", line.len() + 4).as_bytes());
    out.extend_from_slice(line);
}

/// Appends bytes on a side-band-64k channel (1 = data, 2 = progress), cut to the largest frame.
pub fn write_side_band(out: &mut Vec<u8>, channel: u8, bytes: &[u8]) {
    const LARGEST: usize = 65_515;
    for chunk in bytes.chunks(LARGEST) {
        out.extend_from_slice(format!("{:04x}", chunk.len() + 5).as_bytes());
        out.push(channel);
        out.extend_from_slice(chunk);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_back_and_the_rest_is_left() {
        let mut bytes = Vec::new();
        write_line(&mut bytes, b"want abc\n");
        bytes.extend_from_slice(FLUSH);
        bytes.extend_from_slice(b"PACK");
        let mut packets = Packets::new(&bytes);
        assert_eq!(packets.next(), Some(Packet::Line(b"want abc")));
        assert_eq!(packets.next(), Some(Packet::Flush));
        assert_eq!(packets.rest(), b"PACK");
    }

    #[test]
    fn broken_framing_ends_the_reading() {
        for bytes in [&b"00"[..], b"zzzz", b"0009ab", b"0003", b"ffff"] {
            assert_eq!(Packets::new(bytes).next(), None, "{bytes:?}");
        }
    }
}
