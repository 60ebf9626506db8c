//! See `sluice_fuzz::marker::marker_rewrite`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sluice_fuzz::marker::marker_rewrite(bytes));
