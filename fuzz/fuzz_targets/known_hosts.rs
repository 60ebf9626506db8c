//! See `sluice_fuzz::git::known_hosts`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sluice_fuzz::git::known_hosts(bytes));
