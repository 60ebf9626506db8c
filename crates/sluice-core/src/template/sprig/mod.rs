//! The text functions of Masterminds/sprig 3.3 that Flux offers (`HermeticTxtFuncMap`), a file a subject.
//!
//! Where sprig works on bytes, so do these, and a character that is cut in two becomes U+FFFD a byte, as it would once
//! the message is stored. Where sprig panics (and the template engine makes an error of it) these return an error.

mod convert;
mod defaults;
mod dicts;
mod digests;
mod equality;
mod json;
mod lists;
mod numbers;
mod paths;
mod patterns;
mod strings;
mod times;
mod urls;
mod versions;
mod words;

use super::call::Function;

/// Every function.
pub(crate) const TABLES: &[&[Function]] = &[
    defaults::FUNCTIONS,
    dicts::FUNCTIONS,
    digests::FUNCTIONS,
    json::FUNCTIONS,
    lists::FUNCTIONS,
    numbers::FUNCTIONS,
    paths::FUNCTIONS,
    patterns::FUNCTIONS,
    strings::FUNCTIONS,
    times::FUNCTIONS,
    urls::FUNCTIONS,
    versions::FUNCTIONS,
    words::FUNCTIONS,
];
