//! Tokens as docker-registry takes them (JSON Web Tokens, RFC 7519, signed ES256; the distribution project's "Token
//! authentication implementation").

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use super::authority::Certified;

/// Signs claims with a key whose certificate travels along (`x5c`).
pub(super) fn signed(claims: &Value, by: &Certified) -> String {
    let header = serde_json::json!({ "typ": "JWT", "alg": "ES256", "x5c": [STANDARD.encode(by.der())] });
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = format!("{}.{}", encoded(&header), encoded(claims));
    let signature = fixed_width(&by.sign(unsigned.as_bytes()));
    format!("{unsigned}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// JSON Web Signatures hold both numbers of an ECDSA signature at 32 bytes each (RFC 7518 section 3.4), where DER holds
/// a sequence of two integers of varying length.
fn fixed_width(der: &[u8]) -> Vec<u8> {
    let mut rest = &der[2..];
    let mut integer = || {
        let length = usize::from(rest[1]);
        let (number, after) = rest[2..].split_at(length);
        rest = after;
        let number = &number[number.len().saturating_sub(32)..];
        [&vec![0; 32 - number.len()], number].concat()
    };
    [integer(), integer()].concat()
}
