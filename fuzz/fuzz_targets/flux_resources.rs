//! See `sluice_fuzz::flux::flux_resources`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sluice_fuzz::flux::flux_resources(bytes));
