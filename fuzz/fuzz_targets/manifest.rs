//! See `sluice_fuzz::registry::manifest`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sluice_fuzz::registry::manifest(bytes));
