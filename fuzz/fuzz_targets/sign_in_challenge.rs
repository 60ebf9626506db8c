//! See `sluice_fuzz::registry::sign_in_challenge`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sluice_fuzz::registry::sign_in_challenge(bytes));
