//! Checksums and encodings (sprig `crypto.go` without keys, `strings.go`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};

use super::strings::from_bytes;
use crate::template::call::{Function, Param, fixed};

use Param::Text;

/// The table.
pub(super) const FUNCTIONS: &[Function] = &[
    fixed("sha1sum", &[Text], |call| Ok(hex(&Sha1::digest(call.text(0))).into())),
    fixed("sha256sum", &[Text], |call| Ok(hex(&Sha256::digest(call.text(0))).into())),
    fixed("sha512sum", &[Text], |call| Ok(hex(&Sha512::digest(call.text(0))).into())),
    fixed("adler32sum", &[Text], |call| Ok(adler32(call.text(0).as_bytes()).to_string().into())),
    fixed("b64enc", &[Text], |call| Ok(STANDARD.encode(call.text(0)).into())),
    fixed("b64dec", &[Text], |call| Ok(decoded(decode_base64(call.text(0)), "base64"))),
    fixed("b32enc", &[Text], |call| Ok(encode_base32(call.text(0).as_bytes()).into())),
    fixed("b32dec", &[Text], |call| Ok(decoded(decode_base32(call.text(0)), "base32"))),
];

/// sprig returns the text of a decoding error as if it were the result.
fn decoded(result: Result<Vec<u8>, usize>, encoding: &str) -> crate::template::value::Value {
    match result {
        Ok(bytes) => from_bytes(&bytes),
        Err(at) => format!("illegal {encoding} data at input byte {at}").into(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 1950, section 8.2.
fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % MODULUS;
        (a, (b + a) % MODULUS)
    });
    (b << 16) | a
}

/// How Go's decoders read: groups of characters, line ends skipped, padding at the end and nothing behind it. An error
/// is the offset that Go names.
struct Groups<'t> {
    text: &'t [u8],
    at: usize,
    size: usize,
    value: fn(u8) -> Option<u8>,
}

/// One group: its values, and whether padding ended it.
struct Group {
    values: Vec<u8>,
    last: bool,
}

fn decode_base64(text: &str) -> Result<Vec<u8>, usize> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut groups = Groups { text: text.as_bytes(), at: 0, size: 4, value: base64_value };
    while let Some(group) = groups.next_base64()? {
        let bits = group
            .values
            .iter()
            .chain(std::iter::repeat(&0))
            .take(4)
            .fold(0_u32, |bits, value| bits << 6 | u32::from(*value));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.values.len()]);
        if group.last {
            break;
        }
    }
    Ok(bytes)
}

fn base64_value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

impl Groups<'_> {
    fn skip_line_ends(&mut self) {
        while matches!(self.text.get(self.at), Some(b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// `base64.Encoding.decodeQuantum`.
    fn next_base64(&mut self) -> Result<Option<Group>, usize> {
        let mut values = Vec::with_capacity(self.size);
        while values.len() < self.size {
            let Some(&byte) = self.text.get(self.at) else {
                return if values.is_empty() { Ok(None) } else { Err(self.at - values.len()) };
            };
            self.at += 1;
            if let Some(value) = (self.value)(byte) {
                values.push(value);
            } else if matches!(byte, b'\n' | b'\r') {
                continue;
            } else if byte != b'=' || values.len() < 2 {
                return Err(self.at - 1);
            } else {
                return self.base64_padding(values).map(Some);
            }
        }
        Ok(Some(Group { values, last: false }))
    }

    fn base64_padding(&mut self, values: Vec<u8>) -> Result<Group, usize> {
        if values.len() == 2 {
            self.skip_line_ends();
            match self.text.get(self.at) {
                None => return Err(self.text.len()),
                Some(b'=') => self.at += 1,
                Some(_) => return Err(self.at - 1),
            }
        }
        self.skip_line_ends();
        if self.at < self.text.len() { Err(self.at) } else { Ok(Group { values, last: true }) }
    }
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// RFC 4648, section 6.
fn encode_base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let bits = (0..5).fold(0_u64, |bits, index| bits << 8 | u64::from(chunk.get(index).copied().unwrap_or(0)));
        let used = (chunk.len() * 8).div_ceil(5);
        for index in 0..8 {
            let value = usize::try_from(bits >> (35 - 5 * index) & 31).unwrap_or_default();
            out.push(if index < used { char::from(BASE32[value]) } else { '=' });
        }
    }
    out
}

/// `base32.Encoding.decode`: line ends are taken out first, so offsets don't count them.
fn decode_base32(text: &str) -> Result<Vec<u8>, usize> {
    let text: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let mut values = Vec::with_capacity(8);
        let mut last = false;
        while values.len() < 8 {
            let Some(&byte) = text.get(at) else {
                return Err(text.len() - values.len().min(text.len()));
            };
            at += 1;
            if byte == b'=' && values.len() >= 2 && text.len() - at < 8 {
                padding_fits(&text, at, values.len())?;
                last = true;
                break;
            }
            match BASE32.iter().position(|known| *known == byte) {
                Some(value) => values.push(value as u64),
                None => return Err(at - 1),
            }
        }
        let bits = values.iter().chain(std::iter::repeat(&0)).take(8).fold(0_u64, |bits, value| bits << 5 | value);
        bytes.extend_from_slice(&bits.to_be_bytes()[3..3 + values.len() * 5 / 8]);
        if last {
            break;
        }
    }
    Ok(bytes)
}

fn padding_fits(text: &[u8], at: usize, values: usize) -> Result<(), usize> {
    let rest = text.len() - at;
    if rest + values < 7 {
        return Err(text.len());
    }
    for index in 0..7 - values {
        if text.get(at + index).is_some_and(|byte| *byte != b'=') {
            return Err(at + index - 1);
        }
    }
    if matches!(values, 1 | 3 | 6) { Err(at - 1) } else { Ok(()) }
}
